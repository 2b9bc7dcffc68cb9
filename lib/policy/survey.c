/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/evaluate.h"

#include "expr/expr.h"

#include <stdlib.h>
#include <string.h>

static void add_error(struct co_survey *survey, const char *id, const char *step, const char *message)
{
	struct co_reason *reason = co_grow(&survey->errors.items, &survey->errors.count, sizeof(*reason));

	reason->rule = co_xstrdup(id);
	reason->at = co_xstrdup("built-in");
	reason->step = co_xstrdup(step);
	reason->message = co_xstrdup(message);
}

static void add_err(struct co_survey *survey, const char *step, const struct co_err *err)
{
	add_error(survey, err->id, step, err->message);
}

/* Access level and environments of one call; it is added only when both are known. */
static int survey_call(struct co_survey *survey, const char *step, char *const *words, size_t n, const json_t *target)
{
	const struct co_policy_facts *facts = survey->plan.given;
	struct co_operation operation = { 0 };
	struct co_call_facts call = { .step = step, .words = words };
	struct co_err err = CO_ERR_INIT;

	if (n != 3) {
		add_error(survey, "bad-call", step, "a call is three words");
		return 0;
	}
	if (co_catalog_find(facts->catalog, (const char *const *)words, &operation, &err) < 0) {
		add_err(survey, step, &err);
		return 0;
	}
	call.access = (int)operation.access;
	co_operation_clear(&operation);
	if (co_where_find(&call.where, facts->config, words[0], target, facts->host, &err) < 0) {
		add_err(survey, step, &err);
		return 0;
	}
	*(struct co_call_facts *)co_grow(&survey->calls.items, &survey->calls.count, sizeof(call)) = call;
	return call.access;
}

static int has_expression(const json_t *value)
{
	const char *key;
	const json_t *item;
	size_t i;

	if (json_is_string(value))
		return co_expr_has(json_string_value(value));
	json_array_foreach(value, i, item)
		if (has_expression(item))
			return 1;
	json_object_foreach((json_t *)value, key, item)
		if (has_expression(item))
			return 1;
	return 0;
}

static void survey_change(struct co_survey *survey, const struct co_step *step)
{
	survey->plan.changes++;
	if (step->foreach || has_expression(step->with))
		add_error(survey, "not-literal", step->id, "the parameters of a change must be literal in the plan");
	if (!survey->plan.given->run->plan->changes)
		add_error(survey, "access-mismatch", step->id, "the plan says it changes nothing, and this step does");
}

static void survey_step(struct co_survey *survey, const struct co_step *step)
{
	int access = survey_call(survey, step->id, step->call.items, step->call.count, step->target);

	if (access && access != step->access)
		add_error(survey, "access-mismatch", step->id,
			  "the plan says another access level than the catalogue");
	if (co_access_changes(access))
		survey_change(survey, step);
	if (step->verify)
		survey_call(survey, step->id, step->verify->call.items, step->verify->call.count, step->target);
	if (step->undo && step->undo->call.count)
		survey_call(survey, step->id, step->undo->call.items, step->undo->call.count, step->target);
}

static int64_t count_targets(const struct co_plan *plan)
{
	int64_t n = 0;
	size_t i, j;

	for (i = 0; i < plan->steps.count; i++) {
		for (j = 0; j < i && !json_equal(plan->steps.items[i].target, plan->steps.items[j].target); j++)
			;
		n += j == i;
	}
	return n;
}

void co_survey_make(struct co_survey *survey, const struct co_policy_facts *facts)
{
	const struct co_plan *plan = facts->run->plan;
	size_t i;

	*survey = (struct co_survey){
		.plan = { .given = facts,
			  .targets = count_targets(plan),
			  .now = facts->now,
			  .user = facts->user,
			  .requester = facts->run->request ? facts->run->request->by : NULL },
	};
	if (co_decimal_parse(plan->estimate->cost_usd, &survey->plan.cost) < 0)
		survey->plan.cost = -1;
	for (i = 0; i < plan->steps.count; i++)
		survey_step(survey, &plan->steps.items[i]);
}

void co_survey_clear(struct co_survey *survey)
{
	size_t i;

	for (i = 0; i < survey->errors.count; i++) {
		free(survey->errors.items[i].rule);
		free(survey->errors.items[i].at);
		free(survey->errors.items[i].step);
		free(survey->errors.items[i].message);
	}
	free(survey->errors.items);
	free(survey->calls.items);
	*survey = (struct co_survey){ .calls = { NULL, 0 } };
}
