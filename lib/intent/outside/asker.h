/* SPDX-License-Identifier: Apache-2.0 */
/*
 * intent/asker: the conversation with co-model(8), the program that alone holds the key and
 * reaches the model: JSON objects, one a line, on its standard input and output.
 *
 * It is started before the sandbox closes, in which nothing can be started, and then waits
 * for questions.
 */
#ifndef CO_INTENT_ASKER_H
#define CO_INTENT_ASKER_H

#include "codec/shape.h"
#include "sys/child.h"

struct co_asker_question {
	char *system;
	char *text;
	char *name; /* of the answer: "intent" */
	json_t *schema;
};

struct co_asker_trouble {
	char *code; /* "model-down": co-run(5) */
	char *message;
	char *hint;
	int64_t exit;
};

struct co_asker_reply {
	char *text; /* the model's own, NULL after a failure */
	char *provider;
	char *model;
	int64_t input_tokens;
	int64_t output_tokens;
	char *cost_usd;
	struct co_asker_trouble *error;
};

enum { CO_ASKER_LINE = 4 * 1024 * 1024 }; /* longest line, either way */

extern const struct co_shape co_asker_question_shape;
extern const struct co_shape co_asker_reply_shape;

struct co_asker {
	struct co_child child;
	struct co_buf line;
	int64_t timeout; /* ms, of one question */
};

#define CO_ASKER_INIT { CO_CHILD_INIT, CO_BUF_INIT, 0 }

int co_asker_start(struct co_asker *asker, const char *program, const char *const *env, int64_t timeout,
		    struct co_err *err);

/*
 * Asks, and waits for the reply, which the caller clears with co_shape_clear(). When co-model does not
 * answer in time, or has gone, CO_ERR_REMOTE "model-slow" or "model-down". A failure that co-model reports is
 * an error by its own code, and the reply then has what it cost.
 */
int co_asker_ask(struct co_asker *asker, const struct co_asker_question *question, struct co_asker_reply *reply,
		  struct co_err *err);

/* Closes the lines, at which it ends by itself. Needs no right to signal or wait. */
void co_asker_leave(struct co_asker *asker);

#endif
