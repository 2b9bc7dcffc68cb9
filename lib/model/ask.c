/* SPDX-License-Identifier: Apache-2.0 */
#include "model/ask.h"

#include "net/retry.h"
#include "sys/clock.h"

#include <stdlib.h>
#include <string.h>

enum {
	ANSWER_TOKENS = 1024,  /* an intent needs some 200; the rest is for those who think first */
	LEAST_TOKENS = 256,
	FRAME_TOKENS = 64, /* what a provider adds around messages and tools */
	ANSWER_BYTES = 1024 * 1024,
	COMPLAINT_BYTES = 200,
	WORTH_MS = 1000, /* less time is not worth another attempt */
};

/* One question while it is asked. */
struct try {
	const struct co_model_asker *asker;
	struct co_http_request request;
	struct co_http_response response;
	int64_t deadline;
};

/* ---- before */

/* The tokens left for the answer; 0 and an error when there are too few. */
static int64_t answer_tokens(const struct co_model_asker *a, int64_t input, struct co_err *err)
{
	int64_t left = a->tokens - input;

	if (left >= LEAST_TOKENS)
		return left < ANSWER_TOKENS ? left : ANSWER_TOKENS;
	co_err_set(err, CO_ERR_NO, "model-budget", "the question alone has some %lld of %lld tokens", (long long)input,
		   (long long)a->tokens);
	return co_err_hint(err, "say it in fewer words, or raise limits.model.tokens in co-config(5)"), 0;
}

static char *write_body(const struct co_model_asker *a, const struct co_model_question *q, size_t *len)
{
	json_t *value = a->api->body(q);
	struct co_buf text = CO_BUF_INIT;

	co_json_write(&text, value, CO_JSON_COMPACT);
	json_decref(value);
	*len = text.len;
	return co_buf_take(&text);
}

/* ---- one attempt */

static size_t add_headers(const struct co_model_asker *a, struct co_http_header headers[3], struct co_secret *credential)
{
	const char *prefix = a->api->key_prefix;
	size_t n = 0, len = strlen(prefix);

	headers[n++] = (struct co_http_header){ "content-type", "application/json" };
	if (a->api->header)
		headers[n++] = (struct co_http_header){ a->api->header, a->api->value };
	if (a->key->len) {
		char *text = co_xasprintf("%s%s", prefix, (const char *)a->key->data);

		co_secret_set(credential, text, len + a->key->len);
		co_wipe(text, len + a->key->len);
		free(text);
		headers[n++] = (struct co_http_header){ a->api->key_header, (const char *)credential->data };
	}
	return n;
}

static int64_t pause_of(const struct try *t, int attempt)
{
	const char *after = co_http_header_of(&t->response, "retry-after");
	int64_t asked = after ? co_retry_after(after, t->asker->now) : -1;
	int64_t own = co_retry_delay(attempt, t->asker->random);

	return asked > own ? asked : own;
}

static int is_passing(int status)
{
	return status == 429 || status == 408 || status / 100 == 5;
}

/* Sends it until there is an answer that is no passing trouble, or no time for another attempt. */
static int send_patiently(struct try *t, struct co_err *err)
{
	int attempt, rc = CO_OK;

	for (attempt = 1;; attempt++) {
		rc = co_http_send(t->asker->http, &t->request, &t->response, err);
		if (rc == CO_OK && !is_passing(t->response.status))
			return CO_OK;
		if (rc < 0 && strcmp(err->id, "unreachable") != 0)
			return rc; /* it may have been asked, and be paid for */
		if (attempt == CO_RETRY_ATTEMPTS || co_retry_wait(pause_of(t, attempt), t->deadline - WORTH_MS, NULL))
			return rc;
	}
}

/* ---- what went wrong, without the key */

/* Where the key stands in text, which a hostile endpoint may send back. A shorter one ("none") is no secret. */
static const char *find_key(const struct co_secret *key, const char *text)
{
	enum { SHORT = 8 };

	return key->len < SHORT ? NULL : strstr(text, (const char *)key->data);
}

static char *without_key(const struct co_secret *key, const char *text)
{
	struct co_buf out = CO_BUF_INIT;
	const char *found;

	while ((found = find_key(key, text)) != NULL) {
		co_buf_add(&out, text, (size_t)(found - text));
		co_buf_adds(&out, "[key]");
		text = found + key->len;
	}
	co_buf_adds(&out, text);
	return co_buf_take(&out);
}

/* The message of an error body: all of them have one at one of these places. */
static char *complaint_of(const struct try *t)
{
	static const char *const places[] = { "/error/message", "/error", "/message", "/0/error/message" };
	json_t *body = co_json_parse(co_buf_str(&t->response.body), t->response.body.len, "answer", NULL);
	const char *found = NULL;
	char *text;
	size_t i;

	for (i = 0; i < CO_COUNT(places) && !found; i++)
		found = json_string_value(co_json_at(body, places[i]));
	text = without_key(t->asker->key, found ? found : "");
	json_decref(body);
	return text;
}

static const struct {
	int low, high;
	const char *id;
	const char *what;
	const char *hint;
} troubles[] = {
	{ 401, 401, "model-key", "does not take the key", "see api_key_env, api_key_file and api_key_command in co-config(5)" },
	{ 403, 403, "model-key", "does not allow this with the key", "the key may lack the right to use this model" },
	{ 408, 408, "model-slow", "did not answer in time", "" },
	{ 429, 429, "model-busy", "takes no more questions now", "wait, or see the provider's rate limits and credit" },
	{ 529, 529, "model-busy", "is overloaded", "try again later" },
	{ 500, 599, "model-down", "has failed", "try again later" },
	{ 300, 499, "model-request", "does not take the question", "see model and endpoint in co-config(5)" },
};

static int fail_by_status(const struct try *t, struct co_err *err)
{
	int status = t->response.status;
	char *complaint = complaint_of(t);
	size_t i;

	co_err_set(err, CO_ERR_REMOTE, "model-answer", "\"%s\" answered with status %d", t->asker->endpoint, status);
	for (i = 0; i < CO_COUNT(troubles); i++) {
		if (status < troubles[i].low || status > troubles[i].high)
			continue;
		co_err_set(err, CO_ERR_REMOTE, troubles[i].id, "\"%s\" %s (status %d)%s%.*s", t->asker->endpoint,
			   troubles[i].what, status, *complaint ? ": " : "", COMPLAINT_BYTES, complaint);
		if (*troubles[i].hint)
			co_err_hint(err, "%s", troubles[i].hint);
		break;
	}
	free(complaint);
	return CO_ERR_REMOTE;
}

/* net's own words, under the names that co-run(5) gives to a model's failures. */
static int fail_by_transport(struct co_err *err)
{
	static const struct {
		const char *id, *ours;
	} names[] = { { "timeout", "model-slow" },    { "too-large", "model-answer" }, { "bad-answer", "model-answer" },
		      { "bad-url", "model-request" }, { "bad-header", "model-key" } };
	size_t i;

	for (i = 0; i < CO_COUNT(names); i++)
		if (strcmp(err->id, names[i].id) == 0)
			return co_err_id(err, names[i].ours);
	return err->code == CO_ERR_REMOTE ? co_err_id(err, "model-down") : err->code;
}

static int read_answer(const struct try *t, struct co_model_answer *answer, struct co_err *err)
{
	json_t *body;
	int rc;

	if (t->response.status != 200)
		return fail_by_status(t, err);
	body = co_json_parse(co_buf_str(&t->response.body), t->response.body.len, "the endpoint's answer", err);
	if (!body)
		return co_err_set(err, CO_ERR_REMOTE, "model-answer", "\"%s\" answered with something that is no JSON",
				  t->asker->endpoint);
	rc = t->asker->api->read(body, answer, err);
	json_decref(body);
	if (rc == CO_OK && find_key(t->asker->key, answer->text))
		return co_err_set(err, CO_ERR_REMOTE, "model-answer", "\"%s\" sent the key back", t->asker->endpoint);
	return rc;
}

/* ---- all of it */

static int exchange(struct try *t, const char *url, const char *body, size_t len, struct co_model_answer *answer,
		    struct co_err *err)
{
	const struct co_model_asker *a = t->asker;
	const struct co_http_tls tls = { .ca_pem = a->ca_pem };
	struct co_secret credential = CO_SECRET_INIT;
	struct co_http_header headers[3];
	int rc;

	t->deadline = co_clock_ms() + a->timeout;
	t->request = (struct co_http_request){ .method = "POST", .url = url, .headers = headers, .body = body, .body_len = len,
					       .tls = &tls, .proxy = a->proxy, .limit = ANSWER_BYTES,
					       .idle_ms = (int)a->timeout, .deadline = t->deadline, .dialer = a->dialer };
	t->request.header_count = add_headers(a, headers, &credential);
	rc = send_patiently(t, err);
	rc = rc < 0 ? fail_by_transport(err) : read_answer(t, answer, err);
	co_secret_clear(&credential);
	return rc;
}

/* What the endpoint counted; what was reserved when it was perhaps asked and did not say. */
static int64_t bill(const struct try *t, const struct co_model_answer *answer, int64_t reserved)
{
	if (answer->input_tokens || answer->output_tokens)
		return co_model_cost(&t->asker->listing->rate, answer->input_tokens, answer->output_tokens);
	if (t->response.status == 200 || (!t->response.status && t->response.reached))
		return reserved;
	return 0;
}

static int within_budget(const struct co_model_asker *a, struct co_model_question *q, const char *url, int64_t input,
			 struct co_model_asked *asked, struct co_err *err)
{
	struct try t = { .asker = a, .response = CO_HTTP_RESPONSE_INIT };
	struct co_budget_reserve reserve;
	size_t len;
	char *body;
	int rc;

	rc = co_budget_reserve(a->budget, a->now, co_model_cost(&a->listing->rate, input, q->tokens), &reserve, err);
	if (rc < 0)
		return rc;
	body = write_body(a, q, &len);
	rc = exchange(&t, url, body, len, &asked->answer, err);
	asked->cost = bill(&t, &asked->answer, reserve.amount);
	if (co_budget_settle(a->budget, &reserve, asked->cost, rc == CO_OK ? err : NULL) < 0 && rc == CO_OK)
		rc = CO_ERR_SYSTEM;
	co_http_response_clear(&t.response);
	free(body);
	return rc;
}

int co_model_ask(const struct co_model_asker *a, struct co_model_question *q, struct co_model_asked *asked,
		 struct co_err *err)
{
	struct co_buf url = CO_BUF_INIT;
	int64_t input;
	size_t len;
	char *body;
	int rc;

	*asked = (struct co_model_asked){ { NULL, 0, 0 }, 0 };
	if (!a->listing->priced) {
		co_err_set(err, CO_ERR_INPUT, "model-price", "what \"%s\" costs is not known, so its budget cannot be kept", a->model);
		return co_err_hint(err, "write model.price: {input: \"0.10\", output: \"0.40\"} in co-config(5)"), CO_ERR_INPUT;
	}
	q->endpoint = a->endpoint;
	q->model = a->model;
	q->api_version = a->api_version;
	q->effort = a->listing->effort;
	q->tokens = ANSWER_TOKENS;
	body = write_body(a, q, &len);
	input = co_model_tokens(body, len) + FRAME_TOKENS;
	free(body);
	q->tokens = answer_tokens(a, input, err);
	if (!q->tokens)
		return CO_ERR_NO;
	a->api->url(q, &url);
	rc = within_budget(a, q, co_buf_str(&url), input, asked, err);
	co_buf_clear(&url);
	return rc;
}

void co_model_asked_clear(struct co_model_asked *asked)
{
	free(asked->answer.text);
	*asked = (struct co_model_asked){ { NULL, 0, 0 }, 0 };
}
