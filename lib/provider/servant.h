/* SPDX-License-Identifier: Apache-2.0 */
/*
 * provider/servant: a process that does for co-exec what co-exec's own sandbox forbids.
 *
 * It is forked before the sandbox closes and there are threads, closes every descriptor but
 * its own lines, and answers JSON requests, several at once, each over a socket pair. What it may do is
 * decided by itself alone (its serve function), never by the text of a request: one that
 * runs credential programs runs those that its configuration names, and no other.
 */
#ifndef CO_PROVIDER_SERVANT_H
#define CO_PROVIDER_SERVANT_H

#include "base/err.h"
#include "sys/sandbox.h"

#include <jansson.h>
#include <stdatomic.h>
#include <stdint.h>

struct co_servant;

struct co_servant_role {
	const char *what; /* for messages: "the process that reads this host" */

	/* In the child, before its sandbox closes. May be NULL. */
	int (*begin)(void *context, struct co_err *err);

	const struct co_sandbox *sandbox; /* of the child; NULL: none */

	/* Answers one request, on one of several threads: *output is a new reference, or err is filled. */
	int (*serve)(void *context, json_t *request, int64_t deadline, const atomic_int *cancelled, json_t **output,
		     struct co_err *err);
	void *context; /* as it was at the fork */
};

int co_servant_start(struct co_servant **servant, const struct co_servant_role *role, struct co_err *err);

/* Ends the child, even one that hangs. It needs no signal, which co-exec's sandbox does not allow. NULL is fine. */
void co_servant_stop(struct co_servant *servant);

/*
 * Asks, and waits for the answer until deadline (of co_clock_ms()) or cancelled; waits for a
 * free line when all are busy. The error of serve() comes back as it was. CO_ERR_SYSTEM "timeout",
 * "interrupted", or "servant" when the process has gone.
 */
int co_servant_ask(struct co_servant *servant, json_t *request, int64_t deadline, const atomic_int *cancelled,
		   json_t **output, struct co_err *err);

#endif
