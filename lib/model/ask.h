/* SPDX-License-Identifier: Apache-2.0 */
/*
 * model/ask: one question to a model, within its budget and its time.
 *
 * The most it can cost is reserved before, and corrected after. 429, 529, 5xx and
 * connections that could not be made are tried again, as long as there is time; nothing else is. What the endpoint
 * says of a failure is repeated without the key, should it be in it.
 */
#ifndef CO_MODEL_ASK_H
#define CO_MODEL_ASK_H

#include "crypto/secret.h"
#include "model/api.h"
#include "model/budget.h"
#include "model/prices.h"
#include "net/http.h"

/* Everything is borrowed. */
struct co_model_asker {
	const struct co_model_api *api;
	const char *endpoint;
	const char *model;
	const char *api_version;
	const char *proxy;
	const char *ca_pem; /* NULL: the system's */
	const struct co_secret *key;
	const struct co_model_listing *listing;
	const struct co_budget *budget;
	struct co_http *http;
	struct co_dialer *dialer; /* NULL: the connection is made here */
	int64_t tokens;	 /* most of one question with its answer */
	int64_t timeout; /* ms, retries included */
	int64_t now;	 /* wall clock, seconds */
	uint32_t random; /* for the pause before a retry */
};

struct co_model_asked {
	struct co_model_answer answer; /* text is NULL after a failure */
	int64_t cost; /* millionths of a US dollar; what was spent, also by a failure */
};

/*
 * question holds system, text, name and schema; the rest is filled here. CO_ERR_NO: "model-budget". CO_ERR_INPUT:
 * "model-price" when it is not known. CO_ERR_REMOTE: "model-down" (unreachable, 5xx), "model-slow" (no answer in time),
 * "model-busy" (429, 529), "model-key" (401, 403), "model-request" (other 4xx, 3xx), "model-refused", "model-truncated",
 * "model-answer" (no JSON, no text, too large). err may not be NULL.
 */
int co_model_ask(const struct co_model_asker *asker, struct co_model_question *question, struct co_model_asked *asked,
		 struct co_err *err);
void co_model_asked_clear(struct co_model_asked *asked);

#endif
