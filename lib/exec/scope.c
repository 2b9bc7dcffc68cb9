/* SPDX-License-Identifier: Apache-2.0 */
#include "exec/scope.h"

#include <stdlib.h>
#include <string.h>

static const char *target_name(const char *id)
{
	const char *at = strchr(id, '@');

	return at ? at + 1 : NULL;
}

static int same(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

static int known(const struct co_scope_targets *targets, const char *name)
{
	size_t i;

	for (i = 0; i < targets->count; i++)
		if (same(targets->items[i].name, name))
			return 1;
	return 0;
}

void co_scope_targets_find(struct co_scope_targets *targets, const struct co_plan *plan)
{
	size_t i;

	*targets = (struct co_scope_targets){ NULL, 0 };
	for (i = 0; i < plan->steps.count; i++) {
		const struct co_step *step = &plan->steps.items[i];
		const char *name = target_name(step->id);

		if (known(targets, name))
			continue;
		*(struct co_scope_target *)co_grow(&targets->items, &targets->count, sizeof(*targets->items)) =
			(struct co_scope_target){ name, step->target };
	}
}

void co_scope_targets_clear(struct co_scope_targets *targets)
{
	free(targets->items);
	*targets = (struct co_scope_targets){ NULL, 0 };
}

static json_t *or_null(json_t *value)
{
	return value ? json_incref(value) : json_null();
}

/* $params, $window, $now: the same for all. */
static json_t *common(const struct co_state *state, json_t *params)
{
	json_t *vars = json_object();

	json_object_set_new(vars, "params", or_null(params ? params : state->plan->params));
	json_object_set_new(vars, "window", or_null(state->window));
	json_object_set_new(vars, "now", json_integer(state->exec->now));
	return vars;
}

/* A step id without "@TARGET", on the heap. */
static char *base_of(const char *id)
{
	return co_xmemdup(id, strcspn(id, "@"));
}

struct co_slot *co_scope_slot(const struct co_state *state, json_t *map, const char *name,
			      const struct co_scope_target *target)
{
	const char *base = map ? json_string_value(json_object_get(map, name)) : name;
	struct co_slot *slot;
	char *id;

	if (!base)
		return NULL;
	if (!target->name)
		return co_state_slot(state, base);
	id = co_xasprintf("%s@%s", base, target->name);
	slot = co_state_slot(state, id);
	free(id);
	return slot ? slot : co_state_slot(state, base);
}

static json_t *output_of(const struct co_slot *slot)
{
	if (!slot)
		return json_null();
	return or_null(slot->fresh ? slot->fresh : slot->output);
}

/* $steps by the step's own map of names; without one, what it needs by its names. */
static json_t *steps_of_step(const struct co_state *state, const struct co_step *step)
{
	const struct co_scope_target target = { target_name(step->id), step->target };
	json_t *steps = json_object(), *id;
	const char *name;
	char *base;
	size_t i;

	if (step->steps) {
		json_object_foreach(step->steps, name, id)
			json_object_set_new_nocheck(steps, name,
						    output_of(co_scope_slot(state, step->steps, name, &target)));
		return steps;
	}
	for (i = 0; i < step->needs.count; i++) {
		base = base_of(step->needs.items[i]);
		json_object_set_new_nocheck(steps, base, output_of(co_state_slot(state, step->needs.items[i])));
		free(base);
	}
	return steps;
}

json_t *co_scope_of_step(const struct co_state *state, const struct co_slot *slot, json_t *item)
{
	json_t *vars = common(state, slot->step->params);

	json_object_set_new(vars, "steps", steps_of_step(state, slot->step));
	json_object_set(vars, "target", slot->step->target);
	json_object_set_new(vars, "item", or_null(item));
	return vars;
}

/* The names a rule knows: those of its map, else those of all steps. */
static json_t *names_of(const struct co_state *state, json_t *map)
{
	json_t *names = json_object();
	const char *key;
	json_t *value;
	size_t i;

	if (map) {
		json_object_foreach(map, key, value)
			json_object_set_new_nocheck(names, key, json_null());
		return names;
	}
	for (i = 0; i < state->count; i++) {
		char *name = base_of(state->slots[i].step->id);

		json_object_set_new_nocheck(names, name, json_null());
		free(name);
	}
	return names;
}

static json_t *steps_of(const struct co_state *state, json_t *map, const struct co_scope_target *target)
{
	json_t *steps = names_of(state, map), *value;
	const char *name;

	json_object_foreach(steps, name, value) {
		const struct co_slot *slot = co_scope_slot(state, map, name, target);

		if (slot && slot->output)
			json_object_set_nocheck(steps, name, slot->output);
	}
	return steps;
}

json_t *co_scope_of_rule(const struct co_state *state, json_t *map, json_t *params,
			 const struct co_scope_target *target)
{
	json_t *vars = common(state, params);

	json_object_set_new(vars, "steps", steps_of(state, map, target));
	json_object_set(vars, "target", target->target);
	return vars;
}

json_t *co_scope_across(const struct co_state *state, json_t *map, json_t *params,
			const struct co_scope_targets *targets)
{
	json_t *vars = common(state, params), *all = json_array();
	size_t i;

	for (i = 0; i < targets->count; i++)
		json_array_append_new(all, json_pack("{s:O, s:o}", "target", targets->items[i].target, "steps",
						     steps_of(state, map, &targets->items[i])));
	json_object_set_new(vars, "targets", all);
	return vars;
}
