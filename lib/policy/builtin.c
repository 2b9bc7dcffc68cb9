/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The policy that holds where no file is configured. It stands in co-policy(5)
 * as a file; tests hold page, table and digest together. It is a table, not a
 * text, because reading it would cost every run more than deciding does.
 */
#include "policy/rules.h"

/* The structs own what they point to when they are decoded; here it is constant, and never cleared. */
#define TEXT(s) ((char *)(s))
#define WORDS(a) { (char **)(a), sizeof(a) / sizeof((a)[0]) }

static const char *const reads[] = { "list", "read" };
static const char *const secrets[] = { "secret" };
static const char *const changes[] = { "write", "permissions", "tagging" };
static const char *const production[] = { "prod", "production", "prd", "live" };

static const struct co_condition when_reads = { .access = WORDS(reads) };
static const struct co_condition when_secrets = { .access = WORDS(secrets) };
static const struct co_condition when_changes = { .access = WORDS(changes) };
static const struct co_condition when_production = { .access = WORDS(changes), .environment = WORDS(production) };

#define CONDITION(c) ((struct co_condition *)&(c))

static const struct co_policy_rule rules[] = {
	{ .rule = TEXT("reads"), .effect = CO_EFFECT_PERMIT, .when = CONDITION(when_reads) },
	{
		.rule = TEXT("no-secrets"),
		.effect = CO_EFFECT_FORBID,
		.because = TEXT("the values of secrets are not read"),
		.when = CONDITION(when_secrets),
	},
	{
		.rule = TEXT("changes"),
		.effect = CO_EFFECT_APPROVE,
		.because = TEXT("a change needs one approval"),
		.when = CONDITION(when_changes),
		.approvals = 1,
		.self = 1,
	},
	{
		.rule = TEXT("changes-in-production"),
		.effect = CO_EFFECT_APPROVE,
		.because = TEXT("a change in production needs two approvals"),
		.when = CONDITION(when_production),
		.approvals = 2,
	},
};

const struct co_rules co_rules_built_in = {
	.policy = 1,
	.rules = { (struct co_policy_rule *)rules, sizeof(rules) / sizeof(rules[0]) },
	.file = TEXT("built-in"),
	.digest = "sha256:59bca035123f3d26b26e6ad336c57f9c430547d107aa0a7cf76764fad1907ca5",
};
