/* SPDX-License-Identifier: Apache-2.0 */
/*
 * exec/partial: what there is of a step that was not read whole.
 *
 * It is shown as the step's output, marked "partial", for people to look at. Expressions do not see it, as what is
 * missing there would be taken for what is not there; but the answers of an optional step's calls that succeeded.
 */
#ifndef CO_EXEC_PARTIAL_H
#define CO_EXEC_PARTIAL_H

#include "exec/state.h"

/* Remembers what a call of the slot had read before it failed. */
void co_partial_keep(struct co_slot *slot, const struct co_landing *landing);

/* Whether not every call of the slot was made and succeeded. */
int co_partial_is(const struct co_slot *slot);

/*
 * Sets the slot's partial from its answers and what was kept; NULL when nothing at all was read. Of a step with
 * foreach it is a list with null for what failed.
 */
void co_partial_end(struct co_slot *slot);

/* When some items worked, makes the first failure one of the whole step: which failed, of how many. */
void co_partial_blame(const struct co_slot *slot, struct co_err *err);

#endif
