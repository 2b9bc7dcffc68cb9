/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sys/child: other programs, never through a shell.
 *
 * argv[0] is an absolute path. The child gets the environment that is given
 * and no other, default signal handling, and descriptors 0, 1 and 2 only.
 */
#ifndef CO_SYS_CHILD_H
#define CO_SYS_CHILD_H

#include "base/err.h"

#include <sys/types.h>

struct co_child_run {
	const char *const *argv; /* ends with NULL */
	const char *const *env;	 /* "NAME=value", ends with NULL; NULL: empty */
	const void *input;	 /* its standard input; NULL: /dev/null */
	size_t input_len;
	size_t output_limit;	 /* of standard output; more is an error and ends the child */
	int timeout_ms;		 /* then it is killed: CO_ERR_SYSTEM id "timeout" */
	int quiet;		 /* standard error: 0 inherited, 1 /dev/null */
};

/*
 * Runs it to its end. Standard output is appended to out; *status is the exit
 * status, or 128 + signal. CO_ERR_SYSTEM when it could not be run (id
 * "not-found" for a missing program).
 */
int co_child_run(const struct co_child_run *run, struct co_buf *out, int *status, struct co_err *err);

/* A child to talk with: to is its standard input, from its standard output. */
struct co_child {
	pid_t pid;
	int to;
	int from;
};

#define CO_CHILD_INIT { -1, -1, -1 }

int co_child_start(struct co_child *child, const char *const *argv, const char *const *env, struct co_err *err);

/* Closes its descriptors and reaps it, killing it if it does not end within 1 s. */
void co_child_end(struct co_child *child);

#endif
