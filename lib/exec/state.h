/* SPDX-License-Identifier: Apache-2.0 */
/* exec/state: one plan being carried out; shared by schedule, change and findings, and by no one else. */
#ifndef CO_EXEC_STATE_H
#define CO_EXEC_STATE_H

#include "exec/exec.h"
#include "exec/expressions.h"
#include "exec/flight.h"

enum { CO_FOREACH_ITEMS = 1000 };

enum co_phase {
	CO_PHASE_WAITING, /* for what it needs */
	CO_PHASE_READY,	  /* its calls are in the journal and may start */
	CO_PHASE_ENDED,
};

/* What becomes of one step. */
struct co_slot {
	const struct co_step *step;
	const struct co_binding *binding; /* NULL in a replay */
	enum co_phase phase;
	json_t *withs;	 /* READY: the parameters of each call */
	json_t *answers; /* of each call; null for one that failed */
	json_t *pieces;	 /* what a failed call had read before, in its place; NULL: nothing */
	size_t started, landed, failed;
	size_t beyond;	 /* items of foreach over the step's limit */
	unsigned nth;	 /* calls made so far, to number its exchanges */
	json_t *output;	 /* ENDED: what expressions see; NULL when it failed or was skipped */
	json_t *partial; /* ENDED: what there is of a step that was not read whole; NULL: none, or it was */
	json_t *fresh;	 /* the output, read again just before a change */
	json_t *undo;	 /* of a change that took effect: {call, with} as it would be made; NULL: none */
	struct co_err *refused; /* why its calls are not made, as a review before the run says; NULL: they are */
	int changed;	 /* it took effect and was not undone */
	struct co_step_result result;
	struct co_err failure; /* of the first call that failed */
};

/* Why no further step is started. */
enum co_stop {
	CO_GOING,
	CO_STOP_FAILED,	     /* a step that is not optional failed in a plan that changes something */
	CO_STOP_INTERRUPTED,
	CO_STOP_DEADLINE,
	CO_STOP_JOURNAL,     /* it cannot be written: nothing may happen any more */
	CO_STOP_REFUSED,     /* a precondition of a change did not hold */
	CO_STOP_CHANGE,	     /* a change failed */
	CO_STOP_IN_DOUBT,
};

struct co_state {
	const struct co_exec *exec;
	const struct co_run *run;
	const struct co_plan *plan;
	struct co_slot *slots; /* one a step, in the plan's order */
	size_t count;
	json_t *index; /* step id -> its place */
	struct co_expressions expressions; /* of steps */
	struct co_flights *flights;
	json_t *window;
	int64_t begun;	  /* of co_clock_ms() */
	int64_t deadline; /* of the run */
	int64_t calls;
	enum co_stop stop;
	struct co_err failure; /* why the run stopped, or which read failed first; from the first thing that went wrong */
	int used;	       /* the approval was spent */
	int undone;	       /* changes that were undone */
};

/* Sets stop and the failure, unless something stopped it before. */
void co_state_stop(struct co_state *state, enum co_stop stop, const struct co_err *why);

/* Makes an error of a step's into one of the run: names the step and its place in the plan. Returns err. */
struct co_err *co_state_blame(const struct co_state *state, const struct co_slot *slot, const char *id,
			      struct co_err *err);

/* Ends a slot: status, and for anything but done, why. output is taken over; NULL for none. */
void co_slot_end(struct co_slot *slot, int status, json_t *output, const struct co_err *why);

/* Seconds of the wall clock now: what the caller said, advanced by how long this has run. */
int64_t co_state_time(const struct co_state *state);

/* The slot of a step id; NULL for none. */
struct co_slot *co_state_slot(const struct co_state *state, const char *id);

/* Shows progress, naming what is being done. */
void co_state_progress(const struct co_state *state, const char *doing, const char *step);

/* Makes what is queued in the journal durable; stops the run when that fails. */
int co_state_sync(struct co_state *state);

/* A single call on behalf of a slot, as the journal has it. */
struct co_journal_call co_slot_journal(const struct co_slot *slot, enum co_role role, char *const *words, json_t *with);

/* True once the caller asked to end. */
int co_state_cancelled(const struct co_state *state);

/* A call of a slot's provider; to be completed with token, with and nth. */
struct co_departure co_state_departure(const struct co_state *state, const struct co_slot *slot,
				       char *const words[3], json_t *with);

#endif
