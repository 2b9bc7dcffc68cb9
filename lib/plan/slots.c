/* SPDX-License-Identifier: Apache-2.0 */
#include "plan/slots.h"

#include <string.h>

/* Slots that choose the playbook or the place. */
static int chooses(const char *slot, const json_t *targets)
{
	static const char *const always[] = { "provider", "environment", "host", "kind" };
	const json_t *target;
	size_t i;

	for (i = 0; i < CO_COUNT(always); i++)
		if (strcmp(always[i], slot) == 0)
			return 1;
	json_array_foreach(targets, i, target)
		if (json_object_get(target, slot) ||
		    (strcmp(slot, "account") == 0 &&
		     (json_object_get(target, "project") || json_object_get(target, "subscription"))))
			return 1;
	return 0;
}

static int takes(const struct co_playbook *playbook, const char *slot)
{
	size_t i;

	for (i = 0; i < playbook->params.count; i++) {
		const char *from = playbook->params.items[i].from;

		if (from && strncmp(from, "target.", 7) == 0 && strcmp(from + 7, slot) == 0)
			return 1;
	}
	return 0;
}

static int is_used(const char *slot, const struct co_parts *parts)
{
	size_t i;

	for (i = 0; i < parts->count; i++)
		if (takes(&parts->items[i].playbook, slot))
			return 1;
	return chooses(slot, parts->targets);
}

static void add_value(struct co_buf *text, const json_t *value)
{
	if (json_is_string(value))
		co_buf_addf(text, "\"%s\"", json_string_value(value));
	else
		co_json_write(text, value, CO_JSON_COMPACT);
}

static int refuse(const char *slot, const char *value, const char *playbook, struct co_err *err)
{
	co_err_set(err, CO_ERR_NO, "unused-target", "playbook \"%s\" would change more than %s %s: it takes no %s",
		   playbook, slot, value, slot);
	co_err_hint(err, "ask without the %s, or choose another playbook", slot);
	co_err_under(err, slot);
	co_err_under(err, "target");
	co_err_under(err, "intent");
	return CO_ERR_NO;
}

int co_slots_check(struct co_plan *plan, const struct co_parts *parts, json_t *wanted, struct co_err *err)
{
	const char *slot;
	json_t *value;
	int rc = CO_OK;

	json_object_foreach(wanted, slot, value) {
		struct co_buf text = CO_BUF_INIT;

		if (rc < 0 || is_used(slot, parts))
			continue;
		add_value(&text, value);
		if (plan->changes)
			rc = refuse(slot, co_buf_str(&text), plan->playbook->name, err);
		else
			*(char **)co_grow(&plan->explain.items, &plan->explain.count, sizeof(char *)) = co_xasprintf(
				"Not about the %s %s alone: this playbook looks at everything.", slot, co_buf_str(&text));
		co_buf_clear(&text);
	}
	return rc;
}
