/* SPDX-License-Identifier: Apache-2.0 */
#include "provider/kubernetes/read.h"

#include "base/base64.h"
#include "base/escape.h"
#include "base/time.h"
#include "net/url.h"
#include "provider/kubernetes/items.h"
#include "provider/kubernetes/status.h"
#include "sys/clock.h"

#include <stdlib.h>
#include <string.h>

enum { LOG_LINES = 200, LOG_BYTES = 256 * 1024 };

static json_t *param(const struct co_kube_call *c, const char *name)
{
	return json_object_get(c->call->with, name);
}

int co_kube_is_secret(const struct co_kube_resource *resource)
{
	return !*resource->group && strcmp(resource->plural, "secrets") == 0;
}

void co_kube_hush(json_t *object, const struct co_kube_resource *r)
{
	json_t *annotations = json_object_get(json_object_get(object, "metadata"), "annotations");

	if (!co_kube_is_secret(r))
		return;
	if (json_object_get(annotations, "kubectl.kubernetes.io/last-applied-configuration"))
		json_object_del(annotations, "kubectl.kubernetes.io/last-applied-configuration");
	json_object_del(object, "data");
	json_object_del(object, "stringData");
	if (json_object_get(object, "kind"))
		json_object_set_new(object, "kind", json_string(r->kind));
	if (json_object_get(object, "apiVersion"))
		json_object_set_new(object, "apiVersion", json_string(r->version));
}

const char *co_kube_namespace_for(const struct co_kube_call *c, const struct co_kube_resource *resource)
{
	const char *said = co_json_str(c->call->with, "namespace"), *target = co_json_str(c->call->target, "namespace");

	if (!resource->namespaced)
		return NULL;
	return said ? said : target ? target : co_kube_namespace(c);
}

/* Finds what the call names, and that the server takes the verb for it. */
static int find(struct co_kube_call *c, const char *verb, struct co_kube_resource *r, struct co_err *err)
{
	int rc = co_kube_find(c, c->call->operation, r, err);

	if (rc < 0 || co_kube_resource_can(r, verb))
		return rc;
	rc = co_err_set(err, CO_ERR_INPUT, "unknown-operation", "\"%s\" does not %s %s", co_kube_context(c), verb, r->plural);
	co_kube_resource_clear(r);
	return rc;
}

static void add_warnings(const struct co_kube_call *c, json_t *output)
{
	if (json_array_size(c->warnings))
		json_object_set(output, "warnings", c->warnings);
}

/* ---- get */

static int get(struct co_kube_call *c, struct co_kube_resource *r, int reveal, json_t **object, struct co_err *err)
{
	struct co_buf path = CO_BUF_INIT;
	int rc = co_kube_path(r, co_kube_namespace_for(c, r), co_json_str(c->call->with, "name"), &path, err);
	const struct co_kube_request request = {
		.method = "GET", .path = co_buf_str(&path),
		.accept = co_kube_is_secret(r) && !reveal ? CO_KUBE_METADATA : NULL,
	};

	if (rc == CO_OK)
		rc = co_kube_ask(c, &request, object, err);
	if (rc == CO_OK && !json_is_object(*object)) {
		json_decref(*object);
		rc = co_err_set(err, CO_ERR_REMOTE, "bad-answer", "\"%s\" answers with no object", co_kube_context(c));
	}
	co_buf_clear(&path);
	return rc;
}

int co_kube_get(struct co_kube_call *c, json_t **output, struct co_err *err)
{
	struct co_kube_resource r;
	json_t *object;
	int rc = find(c, "get", &r, err);

	if (rc < 0)
		return rc;
	rc = get(c, &r, 0, &object, err);
	if (rc == CO_OK) {
		co_kube_hush(object, &r);
		*output = co_kube_pare(object, param(c, "only"));
		add_warnings(c, *output);
	}
	co_kube_resource_clear(&r);
	return rc;
}

/* A value as text, or in base64 as it is where it is none. */
static json_t *value_of(const char *packed)
{
	struct co_buf plain = CO_BUF_INIT;
	json_t *value;

	if (co_base64_decode(&plain, packed, strlen(packed)) == 0 && co_utf8_valid(co_buf_str(&plain), plain.len) &&
	    strlen(co_buf_str(&plain)) == plain.len)
		value = json_string(co_buf_str(&plain));
	else
		value = json_pack("{s:s}", "base64", packed);
	co_buf_clear(&plain);
	return value;
}

static int is_wanted(json_t *keys, const char *key)
{
	json_t *item;
	size_t i;

	json_array_foreach(keys, i, item)
		if (strcmp(json_string_value(item), key) == 0)
			return 1;
	return !json_array_size(keys);
}

int co_kube_reveal(struct co_kube_call *c, json_t **output, struct co_err *err)
{
	struct co_kube_resource r;
	json_t *object, *values, *value;
	const char *key;
	int rc = find(c, "get", &r, err);

	if (rc < 0)
		return rc;
	rc = get(c, &r, 1, &object, err);
	co_kube_resource_clear(&r);
	if (rc < 0)
		return rc;
	values = json_object();
	json_object_foreach(json_object_get(object, "data"), key, value)
		if (json_is_string(value) && is_wanted(param(c, "keys"), key))
			json_object_set_new(values, key, value_of(json_string_value(value)));
	*output = json_pack("{s:O?, s:O?, s:o}", "name", json_object_get(json_object_get(object, "metadata"), "name"), "type",
			    json_object_get(object, "type"), "values", values);
	json_decref(object);
	add_warnings(c, *output);
	return CO_OK;
}

/* ---- logs */

static void add_flag(const struct co_kube_call *c, struct co_buf *path, const char *name, const char *as)
{
	if (json_is_true(param(c, name)))
		co_url_query(path, as, "true");
}

static void add_number(struct co_buf *path, const char *name, json_int_t value)
{
	char text[32];

	snprintf(text, sizeof(text), "%lld", (long long)value);
	co_url_query(path, name, text);
}

static json_int_t number(const struct co_kube_call *c, const char *name, json_int_t otherwise)
{
	json_t *value = param(c, name);

	return json_is_integer(value) && json_integer_value(value) > 0 ? json_integer_value(value) : otherwise;
}

static void add_log_query(const struct co_kube_call *c, struct co_buf *path, size_t bytes)
{
	const char *container = co_json_str(c->call->with, "container"), *since = co_json_str(c->call->with, "since");
	int64_t ms;

	if (container)
		co_url_query(path, "container", container);
	add_flag(c, path, "previous", "previous");
	add_flag(c, path, "timestamps", "timestamps");
	if (since && co_duration_parse(&ms, since) == 0)
		add_number(path, "sinceSeconds", ms < 1000 ? 1 : ms / 1000);
	add_number(path, "tailLines", number(c, "tail", LOG_LINES));
	add_number(path, "limitBytes", (json_int_t)bytes + 1);
}

static json_t *lines_of(const char *text, size_t len)
{
	json_t *lines = json_array();

	while (len) {
		const char *end = memchr(text, '\n', len);
		const size_t n = end ? (size_t)(end - text) : len;

		json_array_append_new(lines, co_json_string(text, n));
		text += n + (end != NULL);
		len -= n + (end != NULL);
	}
	return lines;
}

int co_kube_logs(struct co_kube_call *c, json_t **output, struct co_err *err)
{
	const size_t bytes = (size_t)number(c, "bytes", LOG_BYTES);
	struct co_http_response response = CO_HTTP_RESPONSE_INIT;
	struct co_kube_resource r;
	struct co_buf path = CO_BUF_INIT;
	size_t len;
	int rc = co_kube_find(c, "pods/log", &r, err);

	if (rc < 0)
		return rc;
	rc = co_kube_path(&r, co_kube_namespace_for(c, &r), co_json_str(c->call->with, "name"), &path, err);
	co_kube_resource_clear(&r);
	add_log_query(c, &path, bytes);
	if (rc == CO_OK)
		rc = co_kube_send(c, &(struct co_kube_request){ .method = "GET", .path = co_buf_str(&path), .limit = bytes + 4096,
								 .accept = "*/*" }, &response, err);
	if (rc == CO_OK) {
		len = response.body.len < bytes ? response.body.len : bytes;
		*output = json_pack("{s:o, s:b}", "lines", lines_of(co_buf_str(&response.body), len), "truncated",
				    response.body.len > bytes);
		add_warnings(c, *output);
	}
	co_http_response_clear(&response);
	co_buf_clear(&path);
	return rc;
}

/* ---- watch */

/* What a watch has brought so far; events come one a line. */
struct watching {
	struct co_kube_call *c;
	const struct co_kube_resource *resource;
	struct co_buf text;
	json_t *events;
	char *version; /* of the last event or bookmark; NULL: from now on */
	size_t first;  /* event of this request */
	size_t most;
	int inconsistent; /* something may have happened that is not among the events */
	struct co_err err;
};

/* Before a request is sent again: it brings the same events again. */
static void restart(void *context)
{
	struct watching *w = context;

	co_buf_reset(&w->text);
	while (json_array_size(w->events) > w->first)
		json_array_remove(w->events, json_array_size(w->events) - 1);
}

/* 0, or -1 when the watch is over. */
static int take_event(struct watching *w, json_t *event)
{
	const char *type = co_json_str(event, "type");
	json_t *object = json_object_get(event, "object");
	const char *version = co_json_str(json_object_get(object, "metadata"), "resourceVersion");

	if (!type || !json_is_object(object))
		return co_err_set(&w->err, CO_ERR_REMOTE, "bad-answer", "\"%s\" sends an event that is none",
				  co_kube_context(w->c));
	if (strcmp(type, "ERROR") == 0)
		return co_kube_refused_by(object, 0, co_kube_context(w->c), &w->err);
	if (version) {
		free(w->version);
		w->version = co_xstrdup(version);
	}
	if (strcmp(type, "BOOKMARK") == 0)
		return 0;
	co_kube_hush(object, w->resource);
	object = co_kube_pare(json_incref(object), param(w->c, "only"));
	json_array_append_new(w->events, json_pack("{s:s, s:o}", "type", type, "object", object));
	return json_array_size(w->events) < w->most ? 0 : -1;
}

static int feed(void *context, const void *data, size_t len)
{
	struct watching *w = context;
	const char *end;
	int rc = 0;

	co_buf_add(&w->text, data, len);
	while (!rc && w->text.len && (end = memchr(w->text.data, '\n', w->text.len)) != NULL) {
		const size_t n = (size_t)(end - w->text.data);
		json_t *event = co_json_parse(w->text.data, n, co_kube_context(w->c), &w->err);

		rc = event ? take_event(w, event) : -1;
		json_decref(event);
		w->text.len -= n + 1;
		memmove(w->text.data, w->text.data + n + 1, w->text.len);
	}
	return rc;
}

static void add_selectors(const struct co_kube_call *c, struct co_buf *path)
{
	const char *labels = co_json_str(c->call->with, "labels"), *fields = co_json_str(c->call->with, "fields");

	if (labels && *labels)
		co_url_query(path, "labelSelector", labels);
	if (fields && *fields)
		co_url_query(path, "fieldSelector", fields);
}

/* Where a watch begins: at what is there now. */
static int now_version(struct co_kube_call *c, const char *base, char **version, struct co_err *err)
{
	char *path = co_xasprintf("%s?limit=1", base);
	json_t *answer = NULL;
	const char *found;
	int rc = co_kube_ask(c, &(struct co_kube_request){ .method = "GET", .path = path, .accept = CO_KUBE_METADATA_LIST ","
							   CO_KUBE_JSON }, &answer, err);

	free(path);
	if (rc < 0)
		return rc;
	found = co_json_str(json_object_get(answer, "metadata"), "resourceVersion");
	*version = co_xstrdup(found ? found : "");
	json_decref(answer);
	return CO_OK;
}

/* One request, which the server may end before its time. */
static int watch_once(struct watching *w, const char *base, int64_t ms, struct co_err *err)
{
	struct co_http_response response = CO_HTTP_RESPONSE_INIT;
	struct co_buf path = CO_BUF_INIT;
	struct co_err why = CO_ERR_INIT;
	int rc;

	w->first = json_array_size(w->events);
	co_buf_reset(&w->text);
	co_buf_adds(&path, base);
	add_selectors(w->c, &path);
	co_url_query(&path, "watch", "1");
	co_url_query(&path, "allowWatchBookmarks", "true");
	co_url_query(&path, "resourceVersion", w->version);
	add_number(&path, "timeoutSeconds", ms < 1000 ? 1 : (ms + 999) / 1000);
	rc = co_kube_send(w->c, &(struct co_kube_request){ .method = "GET", .path = path.data, .sink = feed, .restart = restart,
							   .context = w, .idle_ms = (int)ms + 10000,
							   .accept = co_kube_is_secret(w->resource) ? CO_KUBE_METADATA : NULL },
			  &response, &why);
	if (rc == CO_OK && w->err.code) {
		rc = w->err.code;
		why = w->err;
	}
	if (rc < 0 && err)
		*err = why;
	co_http_response_clear(&response);
	co_buf_clear(&path);
	return rc;
}

/* What the server has forgotten (410) nobody can tell any more: it goes on from what is there now. */
static int is_forgotten(struct watching *w, int rc, const struct co_err *why)
{
	if (rc != CO_ERR_REMOTE || strcmp(why->id, "expired") != 0)
		return 0;
	free(w->version);
	w->version = NULL;
	w->err = (struct co_err)CO_ERR_INIT;
	w->inconsistent = 1;
	return 1;
}

static int watch(struct watching *w, const char *base, int64_t ms, struct co_err *err)
{
	enum { AGAIN = 20 }; /* for servers that end what they should not */
	const int64_t until = co_clock_ms() + ms;
	struct co_err why = CO_ERR_INIT;
	int rc = CO_OK, n;

	for (n = 0; n < AGAIN && rc == CO_OK && json_array_size(w->events) < w->most && co_clock_ms() < until; n++) {
		if (!w->version)
			rc = now_version(w->c, base, &w->version, &why);
		if (rc == CO_OK)
			rc = watch_once(w, base, until - co_clock_ms(), &why);
		if (is_forgotten(w, rc, &why))
			rc = CO_OK;
	}
	if (rc < 0 && err)
		*err = why;
	return rc;
}

static json_t *output_of(const struct watching *w)
{
	json_t *output = json_pack("{s:O, s:s?}", "events", w->events, "resourceVersion", w->version);

	if (w->inconsistent)
		json_object_set_new(output, "inconsistent", json_true());
	add_warnings(w->c, output);
	return output;
}

int co_kube_watch(struct co_kube_call *c, json_t **output, struct co_err *err)
{
	enum { MOST_MS = 10 * 60 * 1000 };
	const char *from = co_json_str(c->call->with, "resource_version"), *time = co_json_str(c->call->with, "for");
	const char *namespace = co_json_str(c->call->with, "namespace");
	struct co_kube_resource r;
	struct watching w = { .c = c, .resource = &r, .most = (size_t)number(c, "events", 1000), .err = CO_ERR_INIT };
	struct co_buf base = CO_BUF_INIT;
	int64_t ms = 10000;
	int rc = find(c, "watch", &r, err);

	if (rc < 0)
		return rc;
	if (time)
		co_duration_parse(&ms, time);
	w.events = json_array();
	w.version = co_xstrdup(from);
	rc = co_kube_path(&r, namespace ? namespace : co_json_str(c->call->target, "namespace"), NULL, &base, err);
	if (rc == CO_OK)
		rc = watch(&w, base.data, ms > MOST_MS ? MOST_MS : ms, err);
	if (rc == CO_OK)
		*output = output_of(&w);
	json_decref(w.events);
	free(w.version);
	co_buf_clear(&w.text);
	co_buf_clear(&base);
	co_kube_resource_clear(&r);
	return rc;
}
