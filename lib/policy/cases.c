/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/cases.h"

#include "base/escape.h"
#include "codec/yaml.h"
#include "policy/evaluate.h"
#include "sys/file.h"

#include <stdlib.h>
#include <string.h>

/* One row of the table: a plan, and what is expected of it. */
struct row {
	char *test;
	CO_LIST(char *) calls; /* each three words */
	char *environment;
	char *user;
	char *verb;
	char *action;
	char *subject;
	char *playbook;
	CO_LIST(char *) constraints;
	int64_t targets;
	char *cost_usd;
	int64_t now;
	int expect; /* enum co_effect */
	int64_t approvals;
	char *rule; /* one that must have decided; NULL: any */
};

struct table {
	CO_LIST(char *) policy; /* files, relative to this one */
	CO_LIST(struct row) tests;
};

static const struct co_field row_fields[] = {
	CO_STR(struct row, test, CO_REQUIRED | CO_NONEMPTY),
	CO_STRS(struct row, calls, CO_REQUIRED | CO_NONEMPTY | CO_ONE_OK),
	CO_STR(struct row, environment, 0),
	CO_STR(struct row, user, 0),
	CO_STR(struct row, verb, 0),
	CO_STR(struct row, action, 0),
	CO_STR(struct row, subject, 0),
	CO_STR(struct row, playbook, 0),
	CO_STRS(struct row, constraints, CO_ONE_OK),
	CO_INT(struct row, targets, 0, 1, 100000),
	CO_STR(struct row, cost_usd, 0),
	CO_TIME(struct row, now, 0),
	CO_ENUM(struct row, expect, CO_REQUIRED, co_effect_names),
	CO_INT(struct row, approvals, 0, 1, 100),
	CO_STR(struct row, rule, 0),
	CO_END,
};

static const struct co_shape row_shape = { "test", sizeof(struct row), row_fields };

static const struct co_field table_fields[] = {
	CO_STRS(struct table, policy, CO_ONE_OK | CO_NONEMPTY),
	CO_OBJECTS(struct table, tests, CO_REQUIRED | CO_NONEMPTY, &row_shape),
	CO_END,
};

static const struct co_shape table_shape = { "policy test", sizeof(struct table), table_fields };

/* What the rows are run with. */
struct bench {
	const struct co_policy *policy;
	struct co_catalog *catalog;
	const struct co_config *config;
	int64_t now;
	json_t *decided; /* set of "FILE:LINE" of rules that decided a row */
	struct co_buf *out;
	size_t failed;
};

static void add_word(struct co_step *step, const char *word, size_t len)
{
	*(char **)co_grow(&step->call.items, &step->call.count, sizeof(char *)) = co_xmemdup(word, len);
}

static void make_step(struct co_step *step, const char *call, size_t number, struct co_catalog *catalog)
{
	struct co_operation operation = { 0 };

	step->id = co_xasprintf("%zu", number + 1);
	step->target = json_object();
	step->with = json_object();
	while (*call) {
		size_t len = strcspn(call, " ");

		if (len)
			add_word(step, call, len);
		call += len + (call[len] == ' ');
	}
	/* What is unknown stays so, and is decided as such. */
	if (step->call.count == 3 &&
	    co_catalog_find(catalog, (const char *const *)step->call.items, &operation, NULL) == CO_OK)
		step->access = (int)operation.access;
	co_operation_clear(&operation);
}

static void make_plan(struct co_plan *plan, const struct row *row, struct co_catalog *catalog)
{
	size_t i;

	plan->playbook = co_xcalloc(1, sizeof(*plan->playbook));
	plan->playbook->name = co_xstrdup(row->playbook ? row->playbook : "none");
	plan->estimate = co_xcalloc(1, sizeof(*plan->estimate));
	plan->estimate->cost_usd = co_xstrdup(row->cost_usd ? row->cost_usd : "0.00");
	for (i = 0; i < row->constraints.count; i++)
		*(char **)co_grow(&plan->constraints.items, &plan->constraints.count, sizeof(char *)) =
			co_xstrdup(row->constraints.items[i]);
	for (i = 0; i < row->calls.count; i++) {
		struct co_step *step = co_grow(&plan->steps.items, &plan->steps.count, sizeof(*step));

		make_step(step, row->calls.items[i], i, catalog);
		plan->changes |= co_access_changes(step->access);
	}
}

static struct co_intent *make_intent(const struct row *row)
{
	struct co_intent *intent = co_xcalloc(1, sizeof(*intent));

	intent->verb = co_enum_value(co_verb_names, row->verb ? row->verb : "investigate");
	intent->action = co_xstrdup(row->action);
	intent->subject = co_xstrdup(row->subject ? row->subject : "");
	return intent;
}

static void decide(const struct bench *b, const struct row *row, struct co_decision *decision)
{
	struct co_run run = { .plan = co_xcalloc(1, sizeof(struct co_plan)), .intent = make_intent(row) };
	const struct co_policy_facts facts = {
		.run = &run,
		.catalog = b->catalog,
		.config = b->config,
		.user = row->user ? row->user : "nobody",
		.host = "",
		.now = row->now ? row->now : b->now,
	};
	struct co_survey survey;

	make_plan(run.plan, row, b->catalog);
	co_survey_make(&survey, &facts);
	survey.plan.environment = row->environment;
	if (row->targets)
		survey.plan.targets = row->targets;
	co_survey_decide(&survey, b->policy, decision);
	co_survey_clear(&survey);
	co_run_clear(&run);
}

static int decided_by(const struct co_decision *decision, const char *rule)
{
	size_t i;

	for (i = 0; i < decision->reasons.count; i++)
		if (strcmp(decision->reasons.items[i].rule, rule) == 0)
			return 1;
	return 0;
}

static void say(struct co_buf *out, const char *before, const char *text)
{
	co_buf_adds(out, before);
	co_escape(out, text, strlen(text));
}

static void say_failure(struct bench *b, const struct row *row, const struct co_decision *decision)
{
	size_t i;

	co_buf_addf(b->out, "    expected %s", co_enum_name(co_effect_names, row->expect));
	if (row->approvals)
		co_buf_addf(b->out, " with %lld approvals", (long long)row->approvals);
	if (row->rule)
		say(b->out, " by ", row->rule);
	co_buf_addf(b->out, ", decided %s", co_enum_name(co_effect_names, decision->effect));
	if (decision->approvals_required)
		co_buf_addf(b->out, " with %lld approvals", (long long)decision->approvals_required);
	for (i = 0; i < decision->reasons.count; i++) {
		say(b->out, i ? ", " : " by ", decision->reasons.items[i].rule);
		say(b->out, " (", decision->reasons.items[i].at);
		co_buf_addc(b->out, ')');
	}
	co_buf_addc(b->out, '\n');
}

static void run_row(struct bench *b, const struct row *row)
{
	struct co_decision decision = { 0 };
	size_t i;
	int good;

	decide(b, row, &decision);
	good = decision.effect == row->expect && (!row->approvals || row->approvals == decision.approvals_required) &&
	       (!row->rule || decided_by(&decision, row->rule));
	for (i = 0; i < decision.reasons.count; i++)
		json_object_set_new(b->decided, decision.reasons.items[i].at, json_true());
	say(b->out, good ? "ok      " : "FAILED  ", row->test);
	co_buf_addc(b->out, '\n');
	if (!good) {
		b->failed++;
		say_failure(b, row, &decision);
	}
	co_shape_clear(&co_decision_shape, &decision);
}

/* A rule that decides no case is a rule nobody looked at. The built-in ones are tested elsewhere. */
static void say_uncovered(struct bench *b)
{
	size_t f, i;

	for (f = 0; f < b->policy->files.count; f++) {
		const struct co_rules *file = &b->policy->files.items[f];

		for (i = 0; file->text && i < file->rules.count; i++) {
			struct co_buf at = CO_BUF_INIT;

			co_rules_locate(file, i, &at);
			if (!json_object_get(b->decided, co_buf_str(&at))) {
				b->failed++;
				say(b->out, "UNUSED  rule ", file->rules.items[i].rule);
				say(b->out, " (", co_buf_str(&at));
				co_buf_adds(b->out, ") decided no test\n");
			}
			co_buf_clear(&at);
		}
	}
}

static int check_words(const struct table *table, struct co_err *err)
{
	size_t i;

	for (i = 0; i < table->tests.count; i++) {
		const char *verb = table->tests.items[i].verb;

		if (!verb || co_enum_value(co_verb_names, verb))
			continue;
		co_err_set(err, CO_ERR_INPUT, "unknown-value", "unknown verb \"%s\"", verb);
		co_err_under(err, "verb");
		co_err_under_index(err, i);
		co_err_under(err, "tests");
		return CO_ERR_INPUT;
	}
	return CO_OK;
}

static int read_table(const char *file, struct table *table, struct co_err *err)
{
	struct co_buf text = CO_BUF_INIT;
	json_t *value = NULL;
	int rc = co_file_read(file, CO_YAML_BYTES, 0, &text, err);

	if (rc == CO_OK) {
		value = co_yaml_parse(co_buf_str(&text), text.len, file, err);
		rc = value ? co_shape_decode(&table_shape, value, table, err) : CO_ERR_INPUT;
	} else {
		rc = CO_ERR_INPUT;
	}
	if (rc == CO_OK) {
		rc = check_words(table, err);
		if (rc < 0)
			co_shape_clear(&table_shape, table);
	}
	if (rc < 0 && value)
		co_yaml_blame(err, co_buf_str(&text), text.len, file);
	json_decref(value);
	co_buf_clear(&text);
	if (rc < 0 && err)
		err->code = CO_ERR_INPUT;
	return rc;
}

/* The policy files that the table names, beside it. */
static int load_named(const char *file, const struct table *table, struct co_policy **policy, struct co_err *err)
{
	const char *slash = strrchr(file, '/');
	int dir = slash ? (int)(slash - file + 1) : 0, rc;
	char **paths = co_xcalloc(table->policy.count, sizeof(*paths));
	size_t i;

	for (i = 0; i < table->policy.count; i++)
		paths[i] = table->policy.items[i][0] == '/' ?
				   co_xstrdup(table->policy.items[i]) :
				   co_xasprintf("%.*s%s", dir, file, table->policy.items[i]);
	rc = co_policy_load(policy, (const char *const *)paths, table->policy.count, err);
	for (i = 0; i < table->policy.count; i++)
		free(paths[i]);
	free(paths);
	return rc;
}

int co_policy_test(const char *file, const struct co_policy *policy, struct co_catalog *catalog,
		   const struct co_config *config, int64_t now, struct co_buf *out, struct co_err *err)
{
	struct bench b = { .policy = policy, .catalog = catalog, .config = config, .now = now, .out = out };
	struct table table = { .policy = { NULL, 0 } };
	struct co_policy *named = NULL;
	size_t i;
	int rc = read_table(file, &table, err);

	if (rc == CO_OK && table.policy.count)
		rc = load_named(file, &table, &named, err);
	if (rc == CO_OK) {
		b.policy = named ? named : policy;
		b.decided = json_object();
		for (i = 0; i < table.tests.count; i++)
			run_row(&b, &table.tests.items[i]);
		say_uncovered(&b);
		json_decref(b.decided);
		if (b.failed)
			rc = co_err_set(err, CO_ERR_NO, "failed", "%zu of the tests in %s failed", b.failed, file);
	}
	co_policy_free(named);
	co_shape_clear(&table_shape, &table);
	return rc;
}
