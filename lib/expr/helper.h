/* SPDX-License-Identifier: Apache-2.0 */
/*
 * expr/helper: the client of co-expr, the program that alone runs jq.
 *
 * One line of JSON each way (co-expr(8)). The helper is killed when it does not
 * answer in time, and started anew for the next evaluation.
 */
#ifndef CO_EXPR_HELPER_H
#define CO_EXPR_HELPER_H

#include "codec/json.h"
#include "sys/child.h"

struct co_helper {
	const char *path;  /* of co-expr */
	int timeout_ms;	   /* of an evaluation */
	size_t output;	   /* bytes of a result */
	struct co_child child;
	json_t *sent;	   /* what the running helper holds: variable -> value as sent, members shared */
};

void co_helper_init(struct co_helper *h, const char *path, int timeout_ms, size_t output);
void co_helper_stop(struct co_helper *h);

/* True if it runs, with the programs it was started with. */
int co_helper_runs(const struct co_helper *h);

/*
 * Starts it and compiles the list of programs. CO_ERR_INPUT "bad-expression" with
 * jq's message and the number of the first bad program in *bad.
 */
int co_helper_start(struct co_helper *h, json_t *programs, size_t *bad, struct co_err *err);

/* Evaluates a program; *outputs is a new list of all its outputs. vars holds the variables it needs. */
int co_helper_eval(struct co_helper *h, size_t program, json_t *input, json_t *vars, json_t **outputs,
		   struct co_err *err);

#endif
