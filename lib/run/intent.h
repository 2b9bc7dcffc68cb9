/* SPDX-License-Identifier: Apache-2.0 */
/* run/intent: what was understood, in the closed vocabulary (co-intent(5)). */
#ifndef CO_RUN_INTENT_H
#define CO_RUN_INTENT_H

#include "codec/shape.h"

enum co_verb { CO_VERB_INVESTIGATE = 1, CO_VERB_AUDIT, CO_VERB_INSPECT, CO_VERB_REMEDIATE };

struct co_window {
	int64_t since; /* inclusive */
	int64_t until; /* exclusive */
};

struct co_parser {
	char *kind; /* "rules" or "model" */
	int64_t version;
	char *provider; /* of a model; these are NULL and 0 for rules */
	char *model;
	char *fallback; /* why the rules answered instead of the model */
	int64_t input_tokens;
	int64_t output_tokens;
	char *cost_usd;
};

/* Which words gave which field. */
struct co_because {
	char *field; /* "target.host" */
	char *value;
	char *text;
	json_t *at; /* [first byte, past the last byte] in request.text */
};

struct co_intent {
	int verb;      /* enum co_verb */
	char *action;  /* with remediate only */
	char *subject;
	json_t *target; /* object: slot -> string or list of strings */
	struct co_window *window;
	struct co_window *compare;
	json_t *parameters;
	CO_LIST(char *) constraints;
	int64_t confidence; /* 0..100 */
	struct co_parser *parser;
	CO_LIST(struct co_because) because;
};

extern const char *const co_verb_names[];
extern const struct co_shape co_intent_shape;
extern const struct co_shape co_window_shape;

#endif
