/* SPDX-License-Identifier: Apache-2.0 */
/*
 * model/api: how one model API is asked, and how its answer is read: one file an API.
 *
 * Pure: values in, values out. What an API answers is a stranger's word; only text and
 * token counts are taken from it, and the text is judged by who asked.
 */
#ifndef CO_MODEL_API_H
#define CO_MODEL_API_H

#include "config/config.h"

/* Everything is borrowed. */
struct co_model_question {
	const char *endpoint;	 /* without a slash at its end */
	const char *model;
	const char *api_version; /* NULL but for Azure OpenAI */
	const char *system;
	const char *text;
	const char *name; /* of the answer: "intent" */
	json_t *schema;	  /* JSON Schema: type, properties, required, additionalProperties, items, enum, description */
	int64_t tokens;	  /* most of the answer, what is thought included */
	const char *effort; /* how hard to think, in the API's own words; NULL: the model's default */
};

struct co_model_answer {
	char *text;
	int64_t input_tokens;
	int64_t output_tokens; /* what is thought counts, too */
};

struct co_model_api {
	const char *endpoint; /* the provider's own; NULL: it must be configured */

	/* Appends the URL; a path or model with odd characters is encoded. */
	void (*url)(const struct co_model_question *q, struct co_buf *out);

	json_t *(*body)(const struct co_model_question *q); /* a new reference */

	/* The header that holds the key. */
	const char *key_header;
	const char *key_prefix;

	const char *header; /* one more, or NULL */
	const char *value;

	/*
	 * Takes text and tokens out of a 200 answer. CO_ERR_REMOTE: "model-refused", "model-truncated" (the
	 * tokens are set all the same), "model-answer" when there is no text in it.
	 */
	int (*read)(json_t *body, struct co_model_answer *answer, struct co_err *err);
};

/* By enum co_model_provider; Azure OpenAI is COMPATIBLE with an API version. */
const struct co_model_api *co_model_api_of(const struct co_model_config *config);

extern const struct co_model_api co_model_anthropic, co_model_openai, co_model_compatible, co_model_azure,
	co_model_google, co_model_ollama;

/* ---- for the files of the APIs */

int co_model_refused(struct co_err *err, const char *why);
int co_model_truncated(struct co_err *err);
int co_model_no_text(struct co_err *err, const char *expected);

/* A count of tokens at a JSON pointer; 0 when there is none, or an absurd one. */
int64_t co_model_count(json_t *body, const char *pointer);

#endif
