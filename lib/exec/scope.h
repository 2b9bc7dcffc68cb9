/* SPDX-License-Identifier: Apache-2.0 */
/*
 * exec/scope: the variables that an expression sees (co-playbook(5)).
 *
 * Step ids are BASE[@TARGET]. An expression of an included playbook knows steps by its
 * own names, with a map from these to BASE; any other, by BASE. It sees those of its own target.
 */
#ifndef CO_EXEC_SCOPE_H
#define CO_EXEC_SCOPE_H

#include "exec/state.h"

/* The targets of a plan: each has its own $target and $steps. */
struct co_scope_target {
	const char *name; /* after "@"; NULL when steps have none */
	json_t *target;	  /* borrowed */
};

struct co_scope_targets {
	struct co_scope_target *items;
	size_t count;
};

void co_scope_targets_find(struct co_scope_targets *targets, const struct co_plan *plan);
void co_scope_targets_clear(struct co_scope_targets *targets);

/* What the expressions of a step see: the freshest output of each step. item may be NULL. A new reference. */
json_t *co_scope_of_step(const struct co_state *state, const struct co_slot *slot, json_t *item);

/*
 * What a rule or a summary line sees on one target: map is its member steps, params its
 * member params, both may be NULL. A new reference.
 */
json_t *co_scope_of_rule(const struct co_state *state, json_t *map, json_t *params,
			 const struct co_scope_target *target);

/* The same for a rule that sees all targets at once, in $targets. */
json_t *co_scope_across(const struct co_state *state, json_t *map, json_t *params,
			const struct co_scope_targets *targets);

/* The slot that a rule's step name means on a target; NULL for none. */
struct co_slot *co_scope_slot(const struct co_state *state, json_t *map, const char *name,
			      const struct co_scope_target *target);

#endif
