/* SPDX-License-Identifier: Apache-2.0 */
/* plan/slots: what the intent names and the plan makes no use of. Nothing a person said is dropped in silence. */
#ifndef CO_PLAN_SLOTS_H
#define CO_PLAN_SLOTS_H

#include "plan/part.h"

/*
 * For every slot of the intent's target (wanted) that neither chose a target nor gave a
 * parameter: a sentence at the end of the plan's "explain". A plan that changes
 * something is not made then: CO_ERR_NO "unused-target".
 */
int co_slots_check(struct co_plan *plan, const struct co_parts *parts, json_t *wanted, struct co_err *err);

#endif
