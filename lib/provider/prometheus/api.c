/* SPDX-License-Identifier: Apache-2.0 */
#include "provider/prometheus/api.h"

#include "base/time.h"
#include "codec/json.h"
#include "net/url.h"

#include <stdlib.h>
#include <string.h>

enum {
	LONGEST_URL = 2000, /* proxies cut longer ones */
	POINTS = 250,	    /* of a range whose step is not given; Prometheus refuses 11,000 */
	STEP_SECONDS = 15,
};

/* How a parameter goes into the request. */
struct parameter {
	const char *name; /* in "with" */
	const char *key;  /* in the query; NULL: the operation has code for it */
};

static const struct operation {
	const char *service, *name;
	enum co_prometheus_server server;
	const char *path;
	const char *member; /* what a list or an object without a name of its own is called in the output */
	struct parameter parameters[6];
} operations[] = {
	{ "query", "instant", CO_PROMETHEUS, "/api/v1/query", NULL, { { "query", "query" }, { "time", "time" } } },
	{ "query", "range", CO_PROMETHEUS, "/api/v1/query_range", NULL,
	  { { "query", "query" }, { "start", NULL }, { "end", NULL }, { "last", NULL }, { "step", NULL } } },
	{ "list", "alerts", CO_PROMETHEUS, "/api/v1/alerts", NULL, { { NULL, NULL } } },
	{ "list", "rules", CO_PROMETHEUS, "/api/v1/rules", NULL, { { "type", "type" } } },
	{ "list", "targets", CO_PROMETHEUS, "/api/v1/targets", NULL, { { "state", "state" } } },
	{ "list", "series", CO_PROMETHEUS, "/api/v1/series", "series",
	  { { "match", "match[]" }, { "start", "start" }, { "end", "end" } } },
	{ "list", "labels", CO_PROMETHEUS, "/api/v1/labels", "labels",
	  { { "match", "match[]" }, { "start", "start" }, { "end", "end" }, { "name", NULL } } },
	{ "list", "metadata", CO_PROMETHEUS, "/api/v1/metadata", "metadata", { { "metric", "metric" }, { "limit", "limit" } } },
	{ "list", "alertmanager-alerts", CO_ALERTMANAGER, "/api/v2/alerts", "alerts",
	  { { "filter", "filter" }, { "active", "active" }, { "silenced", "silenced" }, { "inhibited", "inhibited" } } },
	{ "list", "alertmanager-groups", CO_ALERTMANAGER, "/api/v2/alerts/groups", "groups",
	  { { "filter", "filter" }, { "active", "active" }, { "silenced", "silenced" }, { "inhibited", "inhibited" } } },
	{ "list", "alertmanager-silences", CO_ALERTMANAGER, "/api/v2/silences", "silences", { { "filter", "filter" } } },
};

static const struct operation *find(const char *service, const char *name)
{
	size_t i;

	for (i = 0; i < CO_COUNT(operations); i++)
		if (strcmp(operations[i].service, service) == 0 && strcmp(operations[i].name, name) == 0)
			return &operations[i];
	return NULL;
}

/* ---- requests */

static void add(struct co_buf *query, const char *key, const char *value)
{
	if (query->len)
		co_buf_addc(query, '&');
	co_url_encode(query, key, strlen(key), NULL);
	co_buf_addc(query, '=');
	co_url_encode(query, value, strlen(value), NULL);
}

static int wrong(const char *name, const char *why, struct co_err *err)
{
	co_err_set(err, CO_ERR_INPUT, "bad-parameter", "\"%s\" %s", name, why);
	return co_err_under(err, name), CO_ERR_INPUT;
}

static int add_value(struct co_buf *query, const struct parameter *p, const json_t *value, struct co_err *err)
{
	char number[32];
	json_t *item;
	size_t i;

	if (json_is_string(value)) {
		add(query, p->key, json_string_value(value));
	} else if (json_is_boolean(value)) {
		add(query, p->key, json_is_true(value) ? "true" : "false");
	} else if (json_is_integer(value)) {
		snprintf(number, sizeof(number), "%lld", (long long)json_integer_value(value));
		add(query, p->key, number);
	} else if (json_is_array(value)) {
		json_array_foreach(value, i, item) {
			if (!json_is_string(item))
				return wrong(p->name, "is no list of strings", err);
			add(query, p->key, json_string_value(item));
		}
	} else {
		return wrong(p->name, "is neither a text, a number, a boolean nor a list", err);
	}
	return CO_OK;
}

/* Seconds of a duration of "with", or fallback when it is absent. */
static int take_seconds(const json_t *with, const char *name, int64_t fallback, int64_t *seconds, struct co_err *err)
{
	const char *text = co_json_str(with, name);
	int64_t ms;

	*seconds = fallback;
	if (!json_object_get(with, name))
		return CO_OK;
	if (!text || co_duration_parse(&ms, text) < 0 || ms < 1000)
		return wrong(name, "is no duration of a second or more", err);
	*seconds = ms / 1000;
	return CO_OK;
}

static int take_time(const json_t *with, const char *name, int64_t fallback, int64_t *seconds, struct co_err *err)
{
	const char *text = co_json_str(with, name);

	*seconds = fallback;
	if (!json_object_get(with, name))
		return CO_OK;
	if (!text || co_time_parse(seconds, text) < 0)
		return wrong(name, "is no time like 2026-11-23T06:18:59Z", err);
	return CO_OK;
}

/* start, end, last, step: a range that ends now and is an hour long unless they say otherwise. */
static int add_range(struct co_buf *query, const json_t *with, int64_t now, struct co_err *err)
{
	char text[CO_TIME_LEN + 1], number[32];
	int64_t start, end, last, step;
	int rc = take_seconds(with, "last", 3600, &last, err);

	if (rc == CO_OK)
		rc = take_time(with, "end", now, &end, err);
	if (rc == CO_OK)
		rc = take_time(with, "start", end - last, &start, err);
	if (rc == CO_OK && start >= end)
		rc = wrong("start", "is not before \"end\"", err);
	if (rc == CO_OK)
		rc = take_seconds(with, "step", (end - start + POINTS - 1) / POINTS, &step, err);
	if (rc < 0)
		return rc;
	if (step < STEP_SECONDS && !json_object_get(with, "step"))
		step = STEP_SECONDS;
	co_time_format(text, start);
	add(query, "start", text);
	co_time_format(text, end);
	add(query, "end", text);
	snprintf(number, sizeof(number), "%lld", (long long)step);
	add(query, "step", number);
	return CO_OK;
}

static int add_parameters(struct co_buf *query, const struct operation *o, const json_t *with, struct co_err *err)
{
	const struct parameter *p;
	const json_t *value;
	int rc = CO_OK;

	for (p = o->parameters; rc == CO_OK && p->name; p++) {
		value = json_object_get(with, p->name);
		if (value && p->key)
			rc = add_value(query, p, value, err);
	}
	return rc;
}

/* The values of one label have a path of their own. */
static void add_path(struct co_buf *path, const struct operation *o, const json_t *with)
{
	const char *name = strcmp(o->name, "labels") == 0 ? co_json_str(with, "name") : NULL;

	if (!name) {
		co_buf_adds(path, o->path);
		return;
	}
	co_buf_adds(path, "/api/v1/label/");
	co_url_encode(path, name, strlen(name), NULL);
	co_buf_adds(path, "/values");
}

int co_prometheus_encode(struct co_prometheus_request *request, const char *service, const char *operation,
			 const json_t *with, int64_t now, int64_t timeout_ms, struct co_err *err)
{
	const struct operation *o = find(service, operation);
	struct co_buf query = CO_BUF_INIT;
	char timeout[32];
	int rc;

	if (!o)
		return co_err_set(err, CO_ERR_INPUT, "unknown-operation", "unknown operation \"prometheus %s %s\"", service,
				  operation);
	rc = add_parameters(&query, o, with, err);
	if (rc == CO_OK && strcmp(o->name, "range") == 0)
		rc = add_range(&query, with, now, err);
	if (rc < 0) {
		co_buf_clear(&query);
		return rc;
	}
	if (timeout_ms && strcmp(service, "query") == 0) {
		snprintf(timeout, sizeof(timeout), "%lldms", (long long)timeout_ms);
		add(&query, "timeout", timeout);
	}
	request->server = o->server;
	add_path(&request->path, o, with);
	request->method = query.len > LONGEST_URL && o->server == CO_PROMETHEUS ? "POST" : "GET";
	if (*request->method == 'P') {
		request->form = query;
		return CO_OK;
	}
	if (query.len) {
		co_buf_addc(&request->path, '?');
		co_buf_add(&request->path, query.data, query.len);
	}
	co_buf_clear(&query);
	return CO_OK;
}

void co_prometheus_request_clear(struct co_prometheus_request *request)
{
	co_buf_clear(&request->path);
	co_buf_clear(&request->form);
}

/* ---- answers */

/* A piece of a body that is no JSON, for a message. */
static int no_json(int status, const char *body, size_t len, struct co_err *err)
{
	int shown = (int)(len > 120 ? 120 : len);

	return co_err_set(err, CO_ERR_REMOTE, "bad-answer", "HTTP %d, and no JSON: \"%.*s\"", status, shown, body ? body : "");
}

static int refusal(int status, const char *type, const char *why, struct co_err *err)
{
	if (status == 401 || status == 403) {
		co_err_set(err, CO_ERR_REMOTE, "denied", "HTTP %d: %s", status, why);
		return co_err_hint(err, "give token_file, token_env, or username and password_file under prometheus in the "
					"configuration"), CO_ERR_REMOTE;
	}
	if (strcmp(type, "bad_data") == 0)
		return co_err_set(err, CO_ERR_INPUT, "bad-query", "%s", why);
	if (status == 429 || status == 502 || status == 503 || status == 504 || strcmp(type, "unavailable") == 0)
		return co_err_set(err, CO_ERR_REMOTE, "unavailable", "HTTP %d: %s", status, why);
	return co_err_set(err, CO_ERR_REMOTE, "remote-error", "HTTP %d%s%s: %s", status, *type ? ", " : "", type, why);
}

static int refused(int status, const json_t *answer, const char *body, size_t len, struct co_err *err)
{
	const char *why = co_json_str(answer, "error"), *type = co_json_str(answer, "errorType");
	char *start;
	int rc;

	if (why)
		return refusal(status, type ? type : "", why, err);
	start = co_xmemdup(body ? body : "", len > 200 ? 200 : len);
	rc = refusal(status, "", json_is_string(answer) ? json_string_value(answer) : start, err);
	free(start);
	return rc;
}

/* The data as an object of its own, with the warnings beside it. */
static int take_data(const struct operation *o, json_t *data, json_t *answer, json_t **output, struct co_err *err)
{
	static const char *const notes[] = { "warnings", "infos" };
	json_t *object, *list;
	size_t i;

	if (!data || (!o->member && !json_is_object(data)))
		return co_err_set(err, CO_ERR_REMOTE, "bad-answer", "the answer holds no data");
	object = o->member ? json_pack("{s:O}", o->member, data) : json_copy(data);
	for (i = 0; i < CO_COUNT(notes); i++) {
		list = json_object_get(answer, notes[i]);
		if (json_array_size(list))
			json_object_set(object, notes[i], list);
	}
	*output = object;
	return CO_OK;
}

static int judge(const struct operation *o, int status, json_t *answer, const char *body, size_t len, json_t **output,
		 struct co_err *err)
{
	const char *said;

	if (status / 100 != 2)
		return refused(status, answer, body, len, err);
	if (!answer)
		return no_json(status, body, len, err);
	if (o->server == CO_ALERTMANAGER)
		return take_data(o, json_is_array(answer) ? answer : NULL, NULL, output, err);
	said = co_json_str(answer, "status");
	if (!said || strcmp(said, "success") != 0)
		return refused(status, answer, body, len, err);
	return take_data(o, json_object_get(answer, "data"), answer, output, err);
}

int co_prometheus_decode(const char *service, const char *operation, int status, const char *body, size_t len,
			 json_t **output, struct co_err *err)
{
	const struct operation *o = find(service, operation);
	json_t *answer;
	int rc;

	if (!o)
		return co_err_set(err, CO_ERR_INPUT, "unknown-operation", "unknown operation \"prometheus %s %s\"", service,
				  operation);
	answer = len ? co_json_parse(body, len, "the answer", NULL) : NULL;
	rc = judge(o, status, answer, body, len, output, err);
	json_decref(answer);
	return rc;
}
