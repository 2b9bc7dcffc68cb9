/* SPDX-License-Identifier: Apache-2.0 */
/*
 * exec/resume: what the audit log knows of a run that did not end.
 *
 * The records of the run are folded, in order: a step.intent of a change without a
 * step.result is in doubt.
 */
#ifndef CO_EXEC_RESUME_H
#define CO_EXEC_RESUME_H

#include "audit/record.h"

enum co_past_state {
	CO_PAST_NONE,	  /* not begun, or begun and certainly without effect */
	CO_PAST_DOUBT,	  /* sent, or about to be: its outcome is not known */
	CO_PAST_CHANGED,  /* it took effect */
	CO_PAST_UNDOING,  /* its undo was sent, or about to be: the outcome is not known */
	CO_PAST_UNDONE,
};

struct co_past_step {
	char *id;
	int state;
	int verified;
	json_t *undo; /* {call, with} as it would have been made; NULL: none, or not kept whole */
};

struct co_past {
	CO_LIST(struct co_past_step) steps; /* changes only */
	char *plan;	  /* digest in its exec.start; NULL: the log has no such run */
	char *ended;	  /* result of its exec.end; NULL: there is none */
	int used;	  /* it spent an approval */
	int rolling_back; /* an undo was begun */
};

/* Takes in the next record of the run; others are for the caller to leave out. */
void co_past_add(struct co_past *past, const struct co_audit_record *record);

/*
 * Reads the log in directory. CO_ERR_NO "unknown-run" when it holds nothing of the
 * run, "already-ended" when it ended and left nothing in doubt, "other-plan" when it
 * was of another plan than that of digest.
 */
int co_past_read(struct co_past *past, const char *directory, const char *run, const char *digest, struct co_err *err);

/* NULL when the log knows nothing of the change. */
const struct co_past_step *co_past_find(const struct co_past *past, const char *id);

void co_past_clear(struct co_past *past);

#endif
