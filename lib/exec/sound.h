/* SPDX-License-Identifier: Apache-2.0 */
/*
 * exec/sound: whether a plan is one that could be carried out as it says.
 *
 * A plan is untrusted: another program may have written it. What it says of itself
 * (access levels, whether it changes anything) is held against the catalogue.
 */
#ifndef CO_EXEC_SOUND_H
#define CO_EXEC_SOUND_H

#include "catalog/catalog.h"
#include "run/plan.h"

enum { CO_PLAN_STEPS = 5000 };

/*
 * CO_OK, or CO_ERR_INPUT with the path of what is wrong ("/plan/steps/3/needs/0"):
 *   ids are unique; needs exist and make no circle
 *   calls are three words that the catalogue knows, access is its level
 *   parameters are as the catalogue wants; those of a change are literal and complete
 *   a change has preconditions, a verification that reads, and an undo or the reason
 *   for none; it is neither optional nor repeated; a read has none of these
 *   "changes" is true exactly when a step changes something
 *   the estimated cost is not below that of one call of each step
 */
int co_plan_sound(const struct co_plan *plan, struct co_catalog *catalog, struct co_err *err);

#endif
