/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/evaluate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One rule of one file, and the step it decided first. */
struct hit {
	const struct co_rules *file;
	size_t index;
	const char *step;
};

/* What is gathered over all calls. */
struct tally {
	const struct co_survey *survey;
	const struct co_policy *policy;
	struct co_decision *decision;
	CO_LIST(struct hit) permits;
	CO_LIST(struct hit) demands;
	CO_LIST(struct hit) forbids;
};

#define ADD_HIT(list, hit) add_hit(&(list).items, &(list).count, hit)

static void add_hit(struct hit **items, size_t *count, struct hit hit)
{
	size_t i;

	for (i = 0; i < *count; i++)
		if ((*items)[i].file == hit.file && (*items)[i].index == hit.index)
			return;
	*(struct hit *)co_grow(items, count, sizeof(hit)) = hit;
}

static struct co_reason *add_reason(struct co_decision *decision, const char *rule, const char *step,
				    const char *message)
{
	struct co_reason *reason = co_grow(&decision->reasons.items, &decision->reasons.count, sizeof(*reason));

	reason->rule = co_xstrdup(rule);
	reason->step = co_xstrdup(step);
	reason->message = co_xstrdup(message);
	return reason;
}

static void deny(struct co_decision *decision, const char *rule, const char *step, const char *message)
{
	add_reason(decision, rule, step, message)->at = co_xstrdup("built-in");
	decision->effect = CO_EFFECT_FORBID;
}

static void add_hits(struct co_decision *decision, const struct hit *hits, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		const struct co_policy_rule *rule = &hits[i].file->rules.items[hits[i].index];
		struct co_buf at = CO_BUF_INIT;

		co_rules_locate(hits[i].file, hits[i].index, &at);
		add_reason(decision, rule->rule, hits[i].step, rule->because)->at = co_buf_take(&at);
	}
}

static void deny_by_default(struct tally *t, const struct co_call_facts *call)
{
	char *message = co_xasprintf("no rule permits \"%s %s %s\" (%s)", call->words[0], call->words[1],
				     call->words[2], co_enum_name(co_access_names, call->access));

	deny(t->decision, "default-deny", call->step, message);
	free(message);
}

/* Forbid overrides approve, approve overrides permit; what is only "maybe" restricts and does not permit. */
static void weigh_call(struct tally *t, const struct co_call_facts *call)
{
	int allowed = 0, forbidden = 0;
	size_t f, i;

	for (f = 0; f < t->policy->files.count; f++) {
		const struct co_rules *file = &t->policy->files.items[f];

		for (i = 0; i < file->rules.count; i++) {
			const struct co_policy_rule *rule = &file->rules.items[i];
			enum co_truth truth = co_rule_applies(rule, &t->survey->plan, call);
			const struct hit hit = { file, i, call->step };

			if (truth == CO_TRUTH_NO)
				continue;
			if (rule->effect == CO_EFFECT_FORBID) {
				forbidden = 1;
				ADD_HIT(t->forbids, hit);
				continue;
			}
			allowed |= truth == CO_TRUTH_YES;
			if (rule->effect == CO_EFFECT_APPROVE)
				ADD_HIT(t->demands, hit);
			else if (truth == CO_TRUTH_YES)
				ADD_HIT(t->permits, ((struct hit){ file, i, NULL }));
		}
	}
	if (!allowed && !forbidden)
		deny_by_default(t, call);
}

static int is_read_only(const struct co_run *run)
{
	size_t i;

	for (i = 0; i < run->plan->constraints.count; i++)
		if (strcmp(run->plan->constraints.items[i], "read-only") == 0)
			return 1;
	for (i = 0; run->intent && i < run->intent->constraints.count; i++)
		if (strcmp(run->intent->constraints.items[i], "read-only") == 0)
			return 1;
	return 0;
}

/* What no rule can allow. */
static void weigh_plan(struct tally *t)
{
	const struct co_plan_facts *plan = &t->survey->plan;
	const struct co_limits *limits = plan->given->config->limits;
	char message[96];

	if (plan->changes && is_read_only(plan->given->run))
		deny(t->decision, "read-only", NULL, "the request was for reads only");
	if (limits && plan->changes > limits->changes) {
		snprintf(message, sizeof(message), "%lld changes in one plan; limits.changes is %lld",
			 (long long)plan->changes, (long long)limits->changes);
		deny(t->decision, "limits.changes", NULL, message);
	}
	if (plan->cost < 0)
		deny(t->decision, "bad-estimate", NULL, "the cost that the plan states is no amount");
}

static const struct co_policy_rule *rule_of(const struct hit *hit)
{
	return &hit->file->rules.items[hit->index];
}

static int compare_strings(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* A sorted set of strings. */
struct names {
	CO_LIST(const char *) of;
};

static void add_name(struct names *names, const char *name)
{
	size_t i;

	for (i = 0; i < names->of.count; i++)
		if (strcmp(names->of.items[i], name) == 0)
			return;
	*(const char **)co_grow(&names->of.items, &names->of.count, sizeof(char *)) = name;
}

static int has_name(const struct names *names, const char *name)
{
	size_t i;

	for (i = 0; i < names->of.count; i++)
		if (strcmp(names->of.items[i], name) == 0)
			return 1;
	return 0;
}

/* The approvers of a rule as principals; CO_ERR_INPUT for a group that is not configured. */
static int expand(const struct tally *t, const struct co_policy_rule *rule, struct names *out)
{
	const struct co_approval_config *approval = t->survey->plan.given->config->approval;
	json_t *members, *member;
	size_t i, j;

	for (i = 0; i < rule->approvers.count; i++) {
		const char *name = rule->approvers.items[i];

		if (name[0] != '@') {
			add_name(out, name);
			continue;
		}
		members = approval ? json_object_get(approval->groups, name + 1) : NULL;
		if (!members) {
			char *message = co_xasprintf("approval.groups has no group \"%s\"", name + 1);

			deny(t->decision, "unknown-group", NULL, message);
			free(message);
			return CO_ERR_INPUT;
		}
		json_array_foreach(members, j, member)
			if (json_is_string(member))
				add_name(out, json_string_value(member));
	}
	return CO_OK;
}

static void keep_common(struct names *all, const struct names *others)
{
	size_t i, kept = 0;

	for (i = 0; i < all->of.count; i++)
		if (has_name(others, all->of.items[i]))
			all->of.items[kept++] = all->of.items[i];
	all->of.count = kept;
}

static void set_approvers(struct co_decision *decision, const struct names *names)
{
	size_t i;

	for (i = 0; i < names->of.count; i++)
		*(char **)co_grow(&decision->approvers.items, &decision->approvers.count, sizeof(char *)) =
			co_xstrdup(names->of.items[i]);
	if (decision->approvers.count)
		qsort(decision->approvers.items, decision->approvers.count, sizeof(char *), compare_strings);
}

/* Whoever approves must be named by every rule that names anyone. */
static void choose_approvers(struct tally *t)
{
	struct names common = { { NULL, 0 } };
	int named = 0, rc = CO_OK;
	size_t i;

	for (i = 0; i < t->demands.count && rc == CO_OK; i++) {
		const struct co_policy_rule *rule = rule_of(&t->demands.items[i]);
		struct names names = { { NULL, 0 } };

		if (!rule->approvers.count)
			continue;
		rc = expand(t, rule, &names);
		if (named++)
			keep_common(&common, &names);
		else {
			common = names;
			names = (struct names){ { NULL, 0 } };
		}
		free(names.of.items);
	}
	if (rc == CO_OK && named && (int64_t)common.of.count < t->decision->approvals_required)
		deny(t->decision, "no-approvers", NULL, "too few people may approve for all rules that ask for it");
	else if (rc == CO_OK)
		set_approvers(t->decision, &common);
	free(common.of.items);
}

static void demand_approval(struct tally *t)
{
	const struct co_approval_config *approval = t->survey->plan.given->config->approval;
	size_t i;

	t->decision->effect = CO_EFFECT_APPROVE;
	t->decision->self_approval = !approval || !approval->signers;
	for (i = 0; i < t->demands.count; i++) {
		const struct co_policy_rule *rule = rule_of(&t->demands.items[i]);

		if (rule->approvals > t->decision->approvals_required)
			t->decision->approvals_required = rule->approvals;
		t->decision->self_approval &= rule->self;
	}
	add_hits(t->decision, t->demands.items, t->demands.count);
	choose_approvers(t);
}

/* A denial needs no approvals, whatever else was found. */
static void settle_denial(struct co_decision *decision)
{
	size_t i;

	decision->approvals_required = 0;
	decision->self_approval = 0;
	for (i = 0; i < decision->approvers.count; i++)
		free(decision->approvers.items[i]);
	decision->approvers.count = 0;
}

static void settle(struct tally *t)
{
	add_hits(t->decision, t->forbids.items, t->forbids.count);
	if (t->forbids.count || t->decision->effect == CO_EFFECT_FORBID)
		t->decision->effect = CO_EFFECT_FORBID;
	else if (t->demands.count)
		demand_approval(t);
	else {
		t->decision->effect = CO_EFFECT_PERMIT;
		add_hits(t->decision, t->permits.items, t->permits.count);
	}
	if (t->decision->effect == CO_EFFECT_FORBID)
		settle_denial(t->decision);
}

void co_survey_decide(const struct co_survey *survey, const struct co_policy *policy, struct co_decision *decision)
{
	struct tally t = { .survey = survey, .policy = policy, .decision = decision };
	size_t i;

	for (i = 0; i < survey->errors.count; i++) {
		const struct co_reason *error = &survey->errors.items[i];

		deny(decision, error->rule, error->step, error->message);
	}
	for (i = 0; i < survey->calls.count; i++)
		weigh_call(&t, &survey->calls.items[i]);
	weigh_plan(&t);
	settle(&t);
	free(t.permits.items);
	free(t.demands.items);
	free(t.forbids.items);
}
