/* SPDX-License-Identifier: Apache-2.0 */
/*
 * exec/change: one change, in the order that safety needs.
 *
 *   fresh reads of what its preconditions mention → preconditions → write-ahead
 *   record, synced → call with token → result record, synced → verify
 *
 * On failure all changes of the run that took effect are undone, the last first,
 * each written ahead and checked like any call. When it cannot be told whether a change
 * happened, nothing more is done: the run is in doubt.
 */
#ifndef CO_EXEC_CHANGE_H
#define CO_EXEC_CHANGE_H

#include "exec/state.h"

/* Makes the change of a slot, or ends the slot without; sets state->stop on anything but success. */
void co_change_make(struct co_state *state, struct co_slot *slot);

/* Ends a change that may not be made, and undoes those before it. */
void co_change_refuse(struct co_state *state, struct co_slot *slot, const struct co_err *why);

/*
 * Resumes a run that the log shows rolling back: takes over what happened, settles an undo
 * that is in doubt, and undoes the rest.
 */
void co_change_roll_on(struct co_state *state);

/*
 * The idempotency token of a change: 64 hex digits of SHA-256 over the plan's digest and the
 * step's id, so that it is the same after a crash. undo gives that of its inverse.
 */
enum { CO_TOKEN_LEN = 64 };
void co_change_token(char out[CO_TOKEN_LEN + 1], const char *plan, const char *step, int undo);

#endif
