/* SPDX-License-Identifier: Apache-2.0 */
/*
 * exec/schedule: which step runs when.
 *
 * A read is ready when all it needs has ended. All reads that are ready together
 * are written in the journal with one sync, then run concurrently: at most
 * concurrency at once, at most a provider's bound at once on one of its services.
 * A read whose required need failed is skipped; a change is never made then.
 */
#ifndef CO_EXEC_SCHEDULE_H
#define CO_EXEC_SCHEDULE_H

#include "exec/state.h"

/* Adds and compiles the expressions of steps. CO_ERR_INPUT names the step's path. */
int co_schedule_prepare(struct co_state *state, struct co_err *err);

/* Carries out every step, or ends it as skipped or interrupted; state->stop says how it went. */
void co_schedule_run(struct co_state *state);

/* The parameters of a step's call with expressions filled in and checked against the catalogue. */
int co_schedule_with(struct co_state *state, char *const words[3], json_t *with, json_t *vars, json_t **out,
		     struct co_err *err);

/* Clouds tell that there is no such thing by a failure, with a code of its own in the message: an empty object, as "absent" has it. */
int co_schedule_is_absent(const struct co_step *step, const struct co_err *err);

/*
 * Makes one call and waits for it, for changes: progress is shown, an interrupt ends
 * only calls without a token. The landing's n counts up in the slot.
 */
void co_schedule_call(struct co_state *state, struct co_slot *slot, struct co_departure *departure,
		      const char *doing, struct co_landing *landing);

#endif
