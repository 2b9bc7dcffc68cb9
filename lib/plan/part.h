/* SPDX-License-Identifier: Apache-2.0 */
/* plan/part: the playbooks that a plan is made of: the one that was chosen, and those it includes. */
#ifndef CO_PLAN_PART_H
#define CO_PLAN_PART_H

#include "plan/planner.h"

struct co_part {
	struct co_playbook playbook;
	json_t *params; /* its own */
	json_t *targets; /* that its steps are repeated over: the same list for parts with the same key */
	json_t *ids;	/* object: step name -> id of the plan's step, without "@TARGET"; filled by expansion */
	int own_params; /* they differ from the plan's in a name that both have */
};

struct co_parts {
	struct co_part items[CO_PLAN_PARTS];
	size_t count;
	json_t *params; /* $params of the plan: of all parts, the first that has a name wins */
	json_t *targets; /* of all parts */
	json_t *scope;	 /* their environments, sorted */
};

/* Loads a playbook and all it includes, each once, and binds their parameters. */
int co_parts_load(struct co_parts *parts, const struct co_planner *planner, const struct co_entry *entry,
		  json_t *intent, struct co_err *err);
void co_parts_clear(struct co_parts *parts);

/* Fills targets and scope. An included playbook without a key "targets" has those of the plan's own. */
int co_parts_find_targets(struct co_parts *parts, const struct co_planner *planner, const struct co_run *run,
			  struct co_err *err);

#endif
