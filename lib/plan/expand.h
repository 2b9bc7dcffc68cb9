/* SPDX-License-Identifier: Apache-2.0 */
/* plan/expand: the drafted steps, once for every target, with literal parameters. */
#ifndef CO_PLAN_EXPAND_H
#define CO_PLAN_EXPAND_H

#include "plan/draft.h"

/* Appends the steps to the plan; several: there is more than one target, and ids name it. CO_ERR_NO "too-many-steps" beyond CO_PLAN_STEPS. */
int co_expand_steps(struct co_plan *plan, const struct co_drafts *drafts, int several,
		    const struct co_plan_vars *vars, struct co_catalog *catalog, struct co_err *err);

/* Moves the finding rules and summary lines of all parts into the plan, with what each sees as $steps. */
int co_expand_findings(struct co_plan *plan, struct co_parts *parts, struct co_err *err);

#endif
