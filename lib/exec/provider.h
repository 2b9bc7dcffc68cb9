/* SPDX-License-Identifier: Apache-2.0 */
/*
 * exec/provider: what the executor asks of a cloud, a cluster or a host.
 *
 * The executor owns this interface; lib/provider/ implements it, and
 * tools/co-exec.c holds the table. A provider checks nothing about policy: the
 * gate has passed before a call reaches it. It must check its parameters.
 *
 * call() is run on many threads at once with the same state.
 */
#ifndef CO_EXEC_PROVIDER_H
#define CO_EXEC_PROVIDER_H

#include "base/err.h"

#include <jansson.h>
#include <stdatomic.h>
#include <stdint.h>

struct co_config;
struct co_plan;
struct co_sandbox_path;

/* One operation as planned. Everything is borrowed. */
struct co_call {
	const char *service;   /* second word of the step's call: "read" */
	const char *operation; /* third word: "cpu" */
	json_t *target;	       /* object */
	json_t *with;	       /* object */
	const char *run;       /* run id */
	const char *step;      /* step id */
	const char *token;     /* idempotency token of a change, 64 hex digits; NULL for reads */
	const char *waiter;    /* of a verification: by which of the provider's rules the answer is judged; NULL: none */
	int rehearse;	       /* of a change: ask the far side whether it would do it, without effect */
	int64_t deadline;      /* of co_clock_ms(): must have returned by then */
	const atomic_int *cancelled; /* non-zero: return soon, with CO_ERR_SYSTEM "interrupted" */
};

/* What is asked of each provider before the first call of a run. */
struct co_review {
	const struct co_plan *plan;
	int64_t deadline;
	const atomic_int *cancelled;

	/* In a plan of reads: the step's calls are not made, and end with this error. From the thread of review() alone. */
	void (*refuse)(void *context, size_t step, const struct co_err *why);
	void *context;
};

struct co_provider {
	const char *name; /* first word of a step's call: "local" */

	/*
	 * Makes the state of one run; it is called before the sandbox closes and
	 * before there are threads. A provider may start a helper process here.
	 */
	int (*open)(void **state, const struct co_config *config, struct co_err *err);
	void (*close)(void *state);

	/*
	 * Does the operation. *output is a new reference on success, and may be one of a read that failed: what of its
	 * answer had come until then, in the form of the whole. Errors:
	 * CO_ERR_INPUT for parameters, CO_ERR_REMOTE (or SYSTEM, for this host)
	 * for a failed read, CO_ERR_UNKNOWN when a change may have happened. With a waiter the output is what it makes of
	 * the answer, or of a failure: {state, delay, attempts}, "retry", "success" or "failure", seconds, and how often.
	 */
	int (*call)(void *state, const struct co_call *call, json_t **output, struct co_err *err);

	/* What call() would send or read, as a value for --dry-run; touches nothing. state is what prepare() made, else NULL. */
	int (*preview)(void *state, const struct co_call *call, json_t **request, struct co_err *err);

	/* The rest may be left zero. */

	/* Instead of open(), where nothing but preview() will be asked: what that needs, and no process. */
	int (*prepare)(void **state, const struct co_config *config, struct co_err *err);

	/* Before the first call of a run: what the run as a whole will ask for, so that it can be given rights to no more. */
	void (*admit)(void *state, const struct co_plan *plan, const char *run);

	/*
	 * After admit(), before the first call: whether the far side would allow all of the plan. CO_ERR_NO refuses
	 * the run with nothing done; any other failure ends it. Of a plan of reads, those that are not allowed are
	 * refused, and the rest is done. It may make calls of its own, reads all of them.
	 */
	int (*review)(void *state, const struct co_review *review, struct co_err *err);

	/*
	 * What call() must open or run while the sandbox is closed: rows that end with one whose
	 * path is NULL, valid until close(). Asked once, after open().
	 */
	const struct co_sandbox_path *(*places)(void *state);

	/*
	 * After a crash: looks for the effect of a change by its token. CO_OK and its
	 * output when it happened, CO_ERR_NO when it certainly did not (it may then be sent
	 * again), CO_ERR_UNKNOWN when that cannot be told. NULL: never can.
	 */
	int (*lookup)(void *state, const struct co_call *call, json_t **output, struct co_err *err);

	unsigned bound; /* most calls at once to one of its services; 0: the run's bound alone */
	int rehearses;	/* call() understands call->rehearse */
	int tokens;	/* a change sent again with its token has no second effect */
};

/* True once a call is past its deadline or cancelled. */
int co_call_should_stop(const struct co_call *call);

#endif
