/* SPDX-License-Identifier: Apache-2.0 */
/*
 * exec/journal: what an execution writes into the audit log (co-audit(5)), and when.
 *
 * Records are queued; co_journal_sync() makes all queued ones durable with one
 * sync. A call may only be made when its step.intent is durable. Once a sync failed,
 * every later one fails too.
 *
 *   exec.start    detail {plan, playbook, steps, changes, approvals}; why: the sentence
 *   step.intent   what "local read cpu"; detail {target, with, calls, token, undo, role}
 *   step.result   result done, failed, ...; ms; detail {error, digest}
 *   approval.used detail {plan, by, key, statement}: one for each that counted
 *   exec.end      result: the status; ms; detail {calls}
 *
 * All functions accept NULL for the journal and then do nothing: --replay.
 */
#ifndef CO_EXEC_JOURNAL_H
#define CO_EXEC_JOURNAL_H

#include "audit/log.h"
#include "audit/record.h"
#include "run/run.h"

struct co_journal;

struct co_journal_origin {
	const char *run;  /* id */
	const char *why;  /* the sentence, or the goal of the plan */
	const char *plan; /* digest */
	const struct co_audit_actor *actor;
	int64_t now; /* wall clock at the start; it then goes on with co_clock_ms() */
};

/* log is borrowed; origin's strings are copied. */
struct co_journal *co_journal_new(struct co_audit_log *log, const struct co_journal_origin *origin);
void co_journal_free(struct co_journal *journal);

/* What a call is made for. */
enum co_role {
	CO_ROLE_STEP,	/* the step itself */
	CO_ROLE_AGAIN,	/* a read repeated before a change */
	CO_ROLE_VERIFY, /* whether a change took */
	CO_ROLE_UNDO,
	CO_ROLE_LOOKUP, /* after a crash: whether a change happened */
};
extern const char *const co_role_names[]; /* "step", "again", ... */

struct co_journal_call {
	const char *step;
	enum co_role role;
	char *const *words; /* three */
	json_t *target;
	json_t *with;	   /* a repeated read: the list of all */
	size_t calls;
	const char *token; /* of a change */
	json_t *undo;	   /* {call, with} of a change, as it would be made; NULL: none */
};

void co_journal_start(struct co_journal *journal, const struct co_plan *plan, size_t approvals, int resumed);
void co_journal_approval(struct co_journal *journal, const char *by, const char *key, const char *statement);
void co_journal_intent(struct co_journal *journal, const struct co_journal_call *call);

/* result: a status name. why: NULL when done. output: for a change, so that its digest is kept. */
void co_journal_result(struct co_journal *journal, const struct co_journal_call *call, const char *result, int64_t ms,
		       json_t *output, const struct co_err *why);
void co_journal_end(struct co_journal *journal, const char *result, int64_t calls);

/* Makes all that is queued durable. CO_ERR_SYSTEM: nothing may be done any more. */
int co_journal_sync(struct co_journal *journal, struct co_err *err);

/* Records queued and not durable yet. */
size_t co_journal_queued(const struct co_journal *journal);

#endif
