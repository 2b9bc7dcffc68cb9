/* SPDX-License-Identifier: Apache-2.0 */
/*
 * exec/exec: carries out a plan that passed the gate.
 *
 * Reads run at once, each when what it needs has ended; changes run one at a
 * time, in the plan's order, when no read is left that could run before them. Then
 * findings are made. Everything is written in the journal before it is done.
 */
#ifndef CO_EXEC_EXEC_H
#define CO_EXEC_EXEC_H

#include "catalog/catalog.h"
#include "exec/gate.h"
#include "exec/journal.h"
#include "exec/providers.h"
#include "exec/resume.h"
#include "run/run.h"

struct co_progress {
	size_t ended; /* steps */
	size_t total;
	const char *doing; /* "reading", "changing", "verifying", "undoing" */
	const char *step;  /* foreign text */
	int64_t ms;	   /* since the run began */
};

/* What one execution is given. All of it is borrowed. */
struct co_exec {
	const struct co_pass *pass; /* of the gate */
	struct co_catalog *catalog;
	struct co_providers *providers; /* NULL with replay */
	struct co_journal *journal;	/* NULL: nothing is recorded, for replay */
	const struct co_past *past;	/* what the log knows of this run; NULL: it is new */
	const char *record;   /* directories; NULL: not wanted */
	const char *replay;
	const char *evidence;
	const char *helper; /* path of co-expr */
	int64_t now;	    /* wall clock, seconds */
	int64_t concurrency;
	int64_t deadline_ms;	  /* of the run */
	int64_t step_deadline_ms; /* of a call */
	int64_t output_bytes;	  /* of one output */
	const atomic_int *cancelled; /* non-zero: end soon; may be NULL */
	atomic_int *changing;	     /* non-zero while the outcome of a change is open; may be NULL */
	void (*progress)(void *context, const struct co_progress *progress); /* may be NULL */
	void *context;
};

/*
 * Runs the plan and sets "execution", "findings" and "summary" in the document,
 * also when it fails as far as there is anything. CO_ERR_SYSTEM when the journal
 * cannot be written (nothing was called then that is not in it), "interrupted"
 * when it was; CO_ERR_REMOTE or SYSTEM with id "step-failed" when a step failed that is
 * not optional, "nothing-read" when all that were made failed; CO_ERR_NO "refused" when a precondition did not hold;
 * CO_ERR_INPUT "rule-failed" when a finding could not be evaluated;
 * CO_ERR_UNKNOWN "in-doubt" when a change may have happened.
 */
int co_exec_run(const struct co_exec *exec, struct co_run *run, struct co_err *err);

/*
 * --dry-run: sets "execution" with the request of each step as its output. Nothing is
 * opened or sent. A step whose parameters depend on earlier outputs shows its expressions.
 */
int co_exec_preview(const struct co_exec *exec, struct co_run *run, struct co_err *err);

/* --dry-run=server: sends no reads, and each change as a rehearsal to the providers that can. */
int co_exec_rehearse(const struct co_exec *exec, struct co_run *run, struct co_err *err);

#endif
