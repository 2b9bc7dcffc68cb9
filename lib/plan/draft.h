/* SPDX-License-Identifier: Apache-2.0 */
/*
 * plan/draft: the steps of all playbooks in a plan before they are repeated over
 * targets: filled with the parameters, equal reads made one.
 */
#ifndef CO_PLAN_DRAFT_H
#define CO_PLAN_DRAFT_H

#include "expr/expr.h"
#include "plan/part.h"

struct co_draft {
	struct co_part *part;		 /* borrowed */
	const struct co_play_step *step; /* borrowed */
	char *id;			 /* of the plan's step, without "@TARGET" */
	json_t *with;			 /* $params, $window and $now filled in */
	json_t *verify;			 /* the same of verify.with and undo.with; NULL when absent */
	json_t *undo;
	int optional;			 /* for every playbook that shares it */
	int included;			 /* of another playbook than the plan's own */
	struct co_operation operation;
};

struct co_drafts {
	CO_LIST(struct co_draft) steps;
};

/* What templates see while planning. */
struct co_plan_vars {
	struct co_expr *expr;
	json_t *window; /* null when the intent has none */
	int64_t now;	/* wall clock, seconds */
};

/* Fills co_part.ids of every part. */
int co_drafts_make(struct co_drafts *drafts, struct co_parts *parts, const struct co_planner *planner,
		   const struct co_plan_vars *vars, struct co_err *err);
void co_drafts_clear(struct co_drafts *drafts);

/* Fills the templates of a value whose variables are all in known. NULL gives an empty object. */
int co_draft_fill(const struct co_plan_vars *vars, const struct co_part *part, json_t *value, unsigned known,
		  json_t *target, json_t **out, struct co_err *err);

#endif
