/* SPDX-License-Identifier: Apache-2.0 */
#include "exec/sound.h"

#include "base/time.h"
#include "catalog/price.h"
#include "expr/expr.h"
#include "policy/rules.h"

#include <stdlib.h>
#include <string.h>

enum { WITHIN_MS_MAX = 3600 * 1000 };

/* Where in the plan a check failed; the caller adds the step. */
static int wrong(struct co_err *err, const char *key, const char *id, const char *message)
{
	co_err_set(err, CO_ERR_INPUT, id, "%s", message);
	if (key)
		co_err_under(err, key);
	return CO_ERR_INPUT;
}

static int find(struct co_catalog *catalog, char *const *words, size_t count, struct co_operation *out,
		struct co_err *err)
{
	const char *call[3];

	if (count != 3)
		return co_err_set(err, CO_ERR_INPUT, "bad-call", "a call is three words, not %zu", count);
	call[0] = words[0];
	call[1] = words[1];
	call[2] = words[2];
	return co_catalog_find(catalog, call, out, err);
}

/* True if a string at any depth holds ${ ... }. */
static int has_expression(json_t *value)
{
	const char *key;
	json_t *item;
	size_t i;

	if (json_is_string(value))
		return co_expr_has(json_string_value(value));
	json_object_foreach(value, key, item)
		if (has_expression(item))
			return 1;
	json_array_foreach(value, i, item)
		if (has_expression(item))
			return 1;
	return 0;
}

/* A call beside the step's own: of verify, with its waiter, and undo. *access is its level. */
static int check_helper(struct co_catalog *catalog, char *const *words, size_t count, json_t *with, const char *waiter,
			int *access, struct co_err *err)
{
	struct co_operation operation = { 0 };
	json_t *none = NULL, *checked = NULL;
	int rc = find(catalog, words, count, &operation, err);

	if (rc < 0)
		return co_err_under(err, "call"), rc;
	if (!with)
		with = none = json_object();
	rc = co_operation_check(&operation, with, &checked, err);
	if (rc < 0)
		co_err_under(err, "with");
	else if (waiter && (rc = co_operation_waiter(&operation, waiter, err)) < 0)
		co_err_under(err, "waiter");
	else
		*access = operation.access;
	json_decref(checked);
	json_decref(none);
	co_operation_clear(&operation);
	return rc;
}

static int check_verify(const struct co_verify *verify, struct co_catalog *catalog, struct co_err *err)
{
	int64_t within;
	int access, rc = check_helper(catalog, verify->call.items, verify->call.count, verify->with, verify->waiter, &access,
				      err);

	if (rc < 0)
		return rc;
	if (!verify->until == !verify->waiter)
		return wrong(err, NULL, "bad-verify", "needs either \"until\" or \"waiter\"");
	/* A waiter's answer is not shown to anybody: what is secret in it stays with the provider. */
	if (access != CO_ACCESS_LIST && access != CO_ACCESS_READ && !(verify->waiter && access == CO_ACCESS_SECRET))
		return wrong(err, "call", "not-a-read", "a verification may only read");
	if (co_duration_parse(&within, verify->within) < 0 || within > WITHIN_MS_MAX)
		return wrong(err, "within", "bad-duration", "must be a duration of at most 1h, as \"120s\"");
	return CO_OK;
}

static int check_undo(const struct co_undo *undo, struct co_catalog *catalog, struct co_err *err)
{
	int access;

	if (!undo->none == !undo->call.count)
		return wrong(err, NULL, "bad-undo", "needs either \"call\" or \"none\"");
	if (undo->none)
		return CO_OK;
	return check_helper(catalog, undo->call.items, undo->call.count, undo->with, NULL, &access, err);
}

static int check_change(const struct co_step *step, struct co_catalog *catalog, struct co_err *err)
{
	if (has_expression(step->with))
		return wrong(err, "with", "not-literal", "the parameters of a change must be literal");
	if (has_expression(step->target))
		return wrong(err, "target", "not-literal", "the target of a change must be literal");
	if (step->foreach)
		return wrong(err, "foreach", "repeated-change", "a change cannot be repeated");
	if (step->optional)
		return wrong(err, "optional", "optional-change", "a change cannot be optional");
	if (!step->require.count)
		return wrong(err, "require", "no-precondition", "a change needs a precondition");
	if (!step->verify)
		return wrong(err, "verify", "no-verification", "a change needs a verification");
	if (!step->undo)
		return wrong(err, "undo", "no-undo", "a change needs an undo, or the reason for none");
	if (check_verify(step->verify, catalog, err) < 0)
		return co_err_under(err, "verify"), CO_ERR_INPUT;
	if (check_undo(step->undo, catalog, err) < 0)
		return co_err_under(err, "undo"), CO_ERR_INPUT;
	return CO_OK;
}

static int check_read(const struct co_step *step, struct co_err *err)
{
	if (step->require.count || step->no_downtime.count)
		return wrong(err, "require", "not-a-change", "only a change has preconditions");
	if (step->verify)
		return wrong(err, "verify", "not-a-change", "only a change is verified");
	if (step->undo)
		return wrong(err, "undo", "not-a-change", "only a change can be undone");
	return CO_OK;
}

static int check_with(const struct co_step *step, const struct co_operation *operation, struct co_err *err)
{
	json_t *checked = NULL;
	int rc = co_operation_check(operation, step->with, &checked, err);

	/* Defaults that are filled in later would not be what was approved. */
	if (rc == CO_OK && co_access_changes(step->access) && !json_equal(checked, step->with))
		rc = co_err_set(err, CO_ERR_INPUT, "incomplete", "a change must state all its parameters");
	json_decref(checked);
	return rc < 0 ? (co_err_under(err, "with"), rc) : CO_OK;
}

static int check_step(const struct co_step *step, struct co_catalog *catalog, struct co_err *err)
{
	struct co_operation operation = { 0 };
	int rc = find(catalog, step->call.items, step->call.count, &operation, err);

	if (rc < 0)
		return co_err_under(err, "call"), rc;
	if (operation.access != step->access) {
		rc = co_err_set(err, CO_ERR_INPUT, "wrong-access", "\"%s %s %s\" is %s, not %s", step->call.items[0],
				step->call.items[1], step->call.items[2],
				co_enum_name(co_access_names, operation.access),
				co_enum_name(co_access_names, step->access));
		co_err_under(err, "access");
	}
	if (rc == CO_OK)
		rc = check_with(step, &operation, err);
	co_operation_clear(&operation);
	if (rc < 0)
		return rc;
	return co_access_changes(step->access) ? check_change(step, catalog, err) : check_read(step, err);
}

/* The path of a failed check, from the plan down. */
static int under_step(struct co_err *err, size_t i)
{
	co_err_under_index(err, i);
	co_err_under(err, "steps");
	return CO_ERR_INPUT;
}

static int check_ids(const struct co_plan *plan, json_t *places, struct co_err *err)
{
	size_t i;

	for (i = 0; i < plan->steps.count; i++) {
		const char *id = plan->steps.items[i].id;

		if (json_object_get(places, id)) {
			co_err_set(err, CO_ERR_INPUT, "duplicate-step", "two steps are named \"%s\"", id);
			co_err_under(err, "id");
			return under_step(err, i);
		}
		json_object_set_new_nocheck(places, id, json_integer((json_int_t)i));
	}
	return CO_OK;
}

static int check_needs(const struct co_plan *plan, json_t *places, struct co_err *err)
{
	size_t i, n;

	for (i = 0; i < plan->steps.count; i++) {
		const struct co_step *step = &plan->steps.items[i];

		for (n = 0; n < step->needs.count; n++) {
			if (json_object_get(places, step->needs.items[n]))
				continue;
			co_err_set(err, CO_ERR_INPUT, "unknown-step", "there is no step \"%s\"", step->needs.items[n]);
			co_err_under_index(err, n);
			co_err_under(err, "needs");
			return under_step(err, i);
		}
	}
	return CO_OK;
}

static int all_done(const struct co_step *step, json_t *places, const char *done)
{
	size_t n;

	for (n = 0; n < step->needs.count; n++)
		if (!done[json_integer_value(json_object_get(places, step->needs.items[n]))])
			return 0;
	return 1;
}

/* Takes away steps whose needs are gone until none is left, or none can be taken. */
static int check_order(const struct co_plan *plan, json_t *places, struct co_err *err)
{
	size_t i, left = plan->steps.count, before;
	char *done = co_xcalloc(left, 1);
	int rc = CO_OK;

	do {
		before = left;
		for (i = 0; i < plan->steps.count; i++)
			if (!done[i] && all_done(&plan->steps.items[i], places, done)) {
				done[i] = 1;
				left--;
			}
	} while (left && left < before);
	for (i = 0; left && rc == CO_OK && i < plan->steps.count; i++)
		if (!done[i]) {
			co_err_set(err, CO_ERR_INPUT, "cycle", "step \"%s\" needs itself, by way of others",
				   plan->steps.items[i].id);
			rc = under_step(err, i);
		}
	free(done);
	return rc;
}

/* Policy goes by what a plan says it costs: no less than one call of each step. */
static int check_cost(const struct co_plan *plan, int64_t price, struct co_err *err)
{
	int64_t said = 0;

	if (co_decimal_parse(plan->estimate->cost_usd, &said) < 0)
		wrong(err, "cost_usd", "bad-amount", "it is no amount such as \"0.01\"");
	else if (said < price)
		wrong(err, "cost_usd", "wrong-cost", "its calls cost more than it says");
	else
		return CO_OK;
	return co_err_under(err, "estimate"), CO_ERR_INPUT;
}

static int check_steps(const struct co_plan *plan, struct co_catalog *catalog, struct co_err *err)
{
	int64_t price = 0;
	int changes = 0;
	size_t i;

	for (i = 0; i < plan->steps.count; i++) {
		const struct co_step *step = &plan->steps.items[i];

		if (check_step(step, catalog, err) < 0)
			return under_step(err, i);
		changes |= co_access_changes(step->access);
		price += co_price_of(catalog, step->call.items, step->call.count);
	}
	if (plan->changes == changes)
		return check_cost(plan, price, err);
	return wrong(err, "changes", "wrong-changes",
		     changes ? "it says false, but a step changes something" : "it says true, but no step changes anything");
}

int co_plan_sound(const struct co_plan *plan, struct co_catalog *catalog, struct co_err *err)
{
	json_t *places;
	int rc;

	if (plan->steps.count > CO_PLAN_STEPS) {
		co_err_set(err, CO_ERR_INPUT, "too-many-steps", "%zu steps; at most %d are allowed", plan->steps.count,
			   CO_PLAN_STEPS);
		co_err_under(err, "steps");
		return co_err_under(err, "plan"), CO_ERR_INPUT;
	}
	places = json_object();
	rc = check_ids(plan, places, err);
	if (rc == CO_OK)
		rc = check_needs(plan, places, err);
	if (rc == CO_OK)
		rc = check_order(plan, places, err);
	if (rc == CO_OK)
		rc = check_steps(plan, catalog, err);
	json_decref(places);
	return rc < 0 ? (co_err_under(err, "plan"), rc) : CO_OK;
}
