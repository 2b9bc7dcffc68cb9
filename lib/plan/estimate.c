/* SPDX-License-Identifier: Apache-2.0 */
#include "plan/estimate.h"

#include "catalog/price.h"

#include <stdlib.h>
#include <string.h>

/* The chains of a plan. */
struct chains {
	const struct co_plan *plan;
	json_t *index;	/* id -> place */
	int64_t *ms;	/* of each step */
	int64_t *ended; /* when each ends; -1: not known yet */
};

static int64_t ends(struct chains *c, size_t at)
{
	const struct co_step *step = &c->plan->steps.items[at];
	int64_t begin = 0;
	size_t i;

	if (c->ended[at] >= 0)
		return c->ended[at];
	c->ended[at] = 0; /* no cycle passed the check of the playbook */
	for (i = 0; i < step->needs.count; i++) {
		const json_t *place = json_object_get(c->index, step->needs.items[i]);
		int64_t end = place ? ends(c, (size_t)json_integer_value(place)) : 0;

		begin = end > begin ? end : begin;
	}
	return c->ended[at] = begin + c->ms[at];
}

static int64_t longest_chain(const struct co_plan *plan, int64_t *ms)
{
	size_t n = plan->steps.count, i;
	struct chains c = { plan, json_object(), ms, co_xcalloc(n + 1, sizeof(int64_t)) };
	int64_t longest = 0;

	for (i = 0; i < n; i++) {
		json_object_set_new(c.index, plan->steps.items[i].id, json_integer((json_int_t)i));
		c.ended[i] = -1;
	}
	for (i = 0; i < n; i++)
		longest = ends(&c, i) > longest ? ends(&c, i) : longest;
	json_decref(c.index);
	free(c.ended);
	return longest;
}

/* Puts a word into a sorted list, once. */
static void add_sorted(char ***items, size_t *count, const char *word, size_t len)
{
	char *copy = co_xmemdup(word, len);
	size_t low = 0, high = *count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = strcmp(copy, (*items)[middle]);

		if (!order) {
			free(copy);
			return;
		}
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	co_grow(items, count, sizeof(char *));
	memmove(*items + low + 1, *items + low, (*count - 1 - low) * sizeof(char *));
	(*items)[low] = copy;
}

static void add_permissions(struct co_plan *plan, const char *permissions)
{
	while (*permissions && strcmp(permissions, "-") != 0) {
		size_t len = strcspn(permissions, ",");

		if (len)
			add_sorted(&plan->permissions.items, &plan->permissions.count, permissions, len);
		permissions += len + (permissions[len] == ',');
	}
}

/* The operations of verification and undo need permissions too. */
static int add_call(struct co_plan *plan, char *const *words, size_t n, struct co_catalog *catalog, struct co_err *err)
{
	struct co_operation operation = { 0 };
	int rc;

	if (n != 3)
		return CO_OK;
	rc = co_catalog_find(catalog, (const char *const *)words, &operation, err);
	if (rc == CO_OK)
		add_permissions(plan, operation.permissions);
	co_operation_clear(&operation);
	return rc;
}

static void add_with(struct co_buf *text, const json_t *with)
{
	const char *key;
	const json_t *value;
	const char *comma = "";

	if (!json_object_size(with))
		return;
	co_buf_adds(text, " (");
	json_object_foreach((json_t *)with, key, value) {
		co_buf_addf(text, "%s%s ", comma, key);
		if (json_is_string(value))
			co_buf_adds(text, json_string_value(value));
		else
			co_json_write(text, value, CO_JSON_COMPACT);
		comma = ", ";
	}
	co_buf_addc(text, ')');
}

static char *sentence(const struct co_step *step, const char *what)
{
	struct co_buf text = CO_BUF_INIT;
	const char *name = co_json_str(step->target, "name");
	size_t len = strlen(what);

	co_buf_add(&text, what, len && what[len - 1] == '.' ? len - 1 : len);
	if (name)
		co_buf_addf(&text, " of %s", name);
	if (co_access_changes(step->access))
		add_with(&text, step->with);
	if (step->foreach)
		co_buf_adds(&text, ", once for each result of an earlier step");
	if (step->when)
		co_buf_adds(&text, ", if it is needed");
	co_buf_addc(&text, '.');
	return co_buf_take(&text);
}

static int add_step(struct co_plan *plan, const struct co_step *step, int64_t *ms, struct co_catalog *catalog,
		    struct co_err *err)
{
	struct co_operation operation = { 0 };
	int rc = co_catalog_find(catalog, (const char *const *)step->call.items, &operation, err);

	if (rc < 0)
		return rc;
	*ms = operation.ms;
	add_permissions(plan, operation.permissions);
	*(char **)co_grow(&plan->explain.items, &plan->explain.count, sizeof(char *)) =
		sentence(step, operation.sentence);
	co_operation_clear(&operation);
	if (step->verify)
		rc = add_call(plan, step->verify->call.items, step->verify->call.count, catalog, err);
	if (rc == CO_OK && step->undo)
		rc = add_call(plan, step->undo->call.items, step->undo->call.count, catalog, err);
	return rc;
}

int co_estimate_fill(struct co_plan *plan, int64_t targets, struct co_catalog *catalog, struct co_err *err)
{
	int64_t *ms = co_xcalloc(plan->steps.count + 1, sizeof(*ms)), tenths, changes = 0, price = 0;
	size_t i;
	int rc = CO_OK;

	for (i = 0; i < plan->steps.count && rc == CO_OK; i++) {
		rc = add_step(plan, &plan->steps.items[i], &ms[i], catalog, err);
		changes += co_access_changes(plan->steps.items[i].access);
		price += co_price_of(catalog, plan->steps.items[i].call.items, plan->steps.items[i].call.count);
	}
	if (rc == CO_OK) {
		tenths = (longest_chain(plan, ms) + 99) / 100;
		plan->changes = changes > 0;
		plan->estimate = co_xcalloc(1, sizeof(*plan->estimate));
		plan->estimate->calls = (int64_t)plan->steps.count;
		plan->estimate->seconds = co_xasprintf("%lld.%lld", (long long)(tenths / 10), (long long)(tenths % 10));
		plan->estimate->cost_usd = co_price_text(price);
		plan->estimate->changes = changes;
		plan->estimate->targets = targets;
	}
	free(ms);
	return rc;
}
