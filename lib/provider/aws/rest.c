/* SPDX-License-Identifier: Apache-2.0 */
/* The protocols json, rest-json and rest-xml: parameters as path, query, headers and body. */
#include "provider/aws/wire.h"

#include <stdlib.h>
#include <string.h>

#include "base/base64.h"
#include "codec/json.h"
#include "net/url.h"

/* ---- JSON bodies */

/* One service alone wants instants to the millisecond. */
static int to_the_millisecond(const struct co_aws_call *call)
{
	return strcmp(call->api->service, "bedrock-agentcore") == 0;
}

static json_t *json_of_time(const struct co_aws_call *call, const struct co_api_member *member, json_t *value)
{
	struct co_buf text = CO_BUF_INIT;
	struct co_api_instant time;
	json_t *out;

	if (co_api_instant_parse(&time, value) < 0)
		return json_incref(value);
	if (to_the_millisecond(call) && member->time != CO_API_TIME_HTTP) {
		char iso[32];

		if (member->time != CO_API_TIME_ISO)
			return json_real((double)time.seconds + time.micros / 1000 / 1000.0);
		time.micros = time.micros / 1000 * 1000 + 1; /* so that the fraction is written */
		co_aws_time_add(&text, &time, CO_API_TIME_ISO);
		snprintf(iso, sizeof(iso), "%.23sZ", text.data);
		co_buf_clear(&text);
		return json_string(iso);
	}
	if (member->time == CO_API_TIME_OF_PROTOCOL || member->time == CO_API_TIME_UNIX)
		return json_integer(time.seconds);
	co_aws_time_add(&text, &time, member->time);
	out = json_string(text.data);
	co_buf_clear(&text);
	return out;
}

static json_t *json_of(const struct co_aws_call *call, const struct co_api_member *member, json_t *value)
{
	const struct co_api_shape *shape = member->shape;
	const struct co_api_member *of;
	json_t *out, *each;
	const char *key;
	size_t i;

	switch (shape->type) {
	case CO_API_STRUCTURE:
		out = json_object();
		json_object_foreach(value, key, each) {
			of = co_api_member(shape, key);
			json_object_set_new(out, of->wire ? of->wire : key, json_of(call, of, each));
		}
		return out;
	case CO_API_MAP:
		out = json_object();
		json_object_foreach(value, key, each)
			json_object_set_new(out, key, json_of(call, &shape->members[1], each));
		return out;
	case CO_API_LIST:
		out = json_array();
		json_array_foreach(value, i, each)
			json_array_append_new(out, json_of(call, &shape->members[0], each));
		return out;
	case CO_API_TIMESTAMP:
		return json_of_time(call, member, value);
	default:
		return json_incref(value);
	}
}

static void add_json(const struct co_aws_call *call, const struct co_api_member *member, json_t *value, struct co_buf *body)
{
	json_t *json = json_of(call, member, value);

	co_json_write(body, json, CO_JSON_COMPACT);
	json_decref(json);
}

void co_aws_encode_json(const struct co_aws_call *call, json_t *with, struct co_aws_request *request)
{
	const struct co_api *api = call->api;
	struct co_buf text = CO_BUF_INIT;

	request->path = co_xstrdup("/");
	co_buf_addf(&text, "%s.%s", api->target ? api->target : "", call->operation->name);
	co_aws_request_set(request, "X-Amz-Target", text.data);
	co_buf_reset(&text);
	co_buf_addf(&text, "application/x-amz-json-%s", api->json ? api->json : "1.0");
	co_aws_request_set(request, "Content-Type", text.data);
	co_buf_clear(&text);
	if (api->query_compatible)
		co_aws_request_set(request, "x-amzn-query-mode", "true");
	if (call->operation->input.shape)
		add_json(call, &call->operation->input, with, &request->body);
	else
		co_buf_adds(&request->body, "{}");
}

/* ---- the path */

static const struct co_api_member *in_uri(const struct co_api_shape *shape, const char *label, size_t len)
{
	size_t i;

	for (i = 0; shape && i < shape->count; i++) {
		const struct co_api_member *m = &shape->members[i];
		const char *name = m->wire ? m->wire : m->name;

		if (m->place == CO_API_IN_URI && strlen(name) == len && memcmp(name, label, len) == 0)
			return m;
	}
	return NULL;
}

/* An empty part would name something else: what holds the thing that was meant. So would one that is only dots. */
static int add_label(const struct co_aws_call *call, const char *label, size_t len, json_t *with, struct co_buf *out,
		     struct co_err *err)
{
	int greedy = len && label[len - 1] == '+';
	const struct co_api_member *member = in_uri(call->operation->input.shape, label, len - (size_t)greedy);
	json_t *value = member ? json_object_get(with, member->name) : NULL;
	struct co_buf text = CO_BUF_INIT;

	if (value)
		co_aws_scalar(&text, member, value, CO_API_TIME_ISO);
	if (!text.len || (!greedy && (strcmp(text.data, ".") == 0 || strcmp(text.data, "..") == 0))) {
		co_buf_clear(&text);
		co_err_set(err, CO_ERR_INPUT, "bad-parameter", "is a part of the path, and must be neither empty nor \".\" nor \"..\"");
		if (member)
			co_err_under(err, member->name);
		return CO_ERR_INPUT;
	}
	co_url_encode(out, text.data, text.len, greedy ? "/" : NULL);
	co_buf_clear(&text);
	return CO_OK;
}

static int expand_uri(const struct co_aws_call *call, json_t *with, struct co_buf *out, struct co_err *err)
{
	const char *at = call->operation->uri;

	while (*at) {
		size_t len = strcspn(at, "{");

		co_buf_add(out, at, len);
		at += len;
		if (!*at)
			break;
		len = strcspn(++at, "}");
		if (add_label(call, at, len, with, out, err) < 0)
			return CO_ERR_INPUT;
		at += len + (at[len] == '}');
	}
	return CO_OK;
}

/* ---- the query */

static void add_text(struct co_buf *query, const char *name, const char *value, size_t len)
{
	if (query->len)
		co_buf_addc(query, '&');
	co_url_encode(query, name, strlen(name), NULL);
	co_buf_addc(query, '=');
	co_url_encode(query, value, len, NULL);
}

static void add_parameter(struct co_buf *query, const char *name, const struct co_api_member *member, json_t *value)
{
	struct co_buf text = CO_BUF_INIT;
	const char *key;
	json_t *each;
	size_t i;

	switch (member->shape->type) {
	case CO_API_MAP:
		json_object_foreach(value, key, each)
			add_parameter(query, key, &member->shape->members[1], each);
		break;
	case CO_API_LIST:
		json_array_foreach(value, i, each)
			add_parameter(query, name, &member->shape->members[0], each);
		break;
	default:
		co_aws_scalar(&text, member, value, CO_API_TIME_ISO);
		add_text(query, name, co_buf_str(&text), text.len);
		co_buf_clear(&text);
	}
}

/* ---- headers */

/* An element of a list: a string in quotes where it holds what separates them. */
static void add_element(struct co_buf *out, const struct co_api_member *element, json_t *value)
{
	const char *s = json_string_value(value);

	if (element->shape->type != CO_API_STRING || !s || !strpbrk(s, "\","))
		co_aws_scalar(out, element, value, CO_API_TIME_HTTP);
	else {
		co_buf_addc(out, '"');
		for (; *s; s++)
			co_buf_addf(out, "%s%c", *s == '"' ? "\\" : "", *s);
		co_buf_addc(out, '"');
	}
}

static void add_header_value(struct co_buf *out, const struct co_api_member *member, json_t *value)
{
	struct co_buf json = CO_BUF_INIT;
	json_t *each;
	size_t i;

	if (member->flags & CO_API_JSON_VALUE) {
		co_json_write(&json, value, CO_JSON_COMPACT);
		co_base64_encode(out, json.data, json.len);
		co_buf_clear(&json);
	} else if (member->shape->type == CO_API_LIST) {
		json_array_foreach(value, i, each) {
			if (i)
				co_buf_addc(out, ',');
			add_element(out, &member->shape->members[0], each);
		}
	} else {
		co_aws_scalar(out, member, value, CO_API_TIME_HTTP);
	}
}

static int set_header(struct co_aws_request *request, const char *name, const struct co_buf *value, struct co_err *err)
{
	if (strpbrk(name, "\r\n:") || !*name || strpbrk(co_buf_str(value), "\r\n"))
		return co_err_set(err, CO_ERR_INPUT, "bad-parameter", "a header cannot hold a line break");
	co_aws_request_set(request, name, co_buf_str(value));
	return CO_OK;
}

static int add_header(struct co_aws_request *request, const struct co_api_member *member, json_t *value, struct co_err *err)
{
	const char *name = member->wire ? member->wire : member->name;
	struct co_buf text = CO_BUF_INIT;
	int rc;

	if (json_is_array(value) && json_array_size(value) == 0)
		return CO_OK;
	add_header_value(&text, member, value);
	rc = set_header(request, name, &text, err);
	co_buf_clear(&text);
	return rc;
}

/* A map whose members become headers with a common beginning. */
static int add_headers(struct co_aws_request *request, const struct co_api_member *member, json_t *map, struct co_err *err)
{
	const char *key;
	json_t *each;
	int rc = CO_OK;

	json_object_foreach(map, key, each) {
		struct co_buf text = CO_BUF_INIT;
		char *name = co_xasprintf("%s%s", member->wire ? member->wire : "", key);

		add_header_value(&text, &member->shape->members[1], each);
		rc = set_header(request, name, &text, err);
		co_buf_clear(&text);
		free(name);
		if (rc < 0)
			return co_err_under(err, key);
	}
	return rc;
}

/* ---- the body */

static void add_structured(const struct co_aws_call *call, const struct co_api_member *member, json_t *value,
			   struct co_buf *body)
{
	if (call->api->protocol == CO_API_REST_JSON)
		add_json(call, member, value, body);
	else
		co_aws_xml_of(body, member, member->wire ? member->wire : member->name, value);
}

static void add_raw(const struct co_api_member *payload, json_t *value, struct co_buf *body)
{
	const char *s = json_string_value(value);

	if (s && payload->shape->type == CO_API_BLOB)
		co_base64_decode(body, s, json_string_length(value));
	else if (s)
		co_buf_add(body, s, json_string_length(value));
}

/* What is neither in path, query nor headers: rest holds it. A JSON body is there even when it is empty. */
static void add_body(const struct co_aws_call *call, json_t *with, json_t *rest, struct co_aws_request *request)
{
	const struct co_api_shape *shape = call->operation->input.shape;
	const struct co_api_member *payload = co_aws_payload_of(shape);
	json_t *value = payload ? json_object_get(with, payload->name) : NULL;
	int json = call->api->protocol == CO_API_REST_JSON, members = 0;
	size_t i;

	for (i = 0; i < shape->count; i++)
		members |= shape->members[i].place == CO_API_IN_BODY;
	if (co_aws_is_raw(payload))
		add_raw(payload, value, &request->body);
	else if (value)
		add_structured(call, payload, value, &request->body);
	else if (!payload && json_object_size(rest))
		add_structured(call, &call->operation->input, rest, &request->body);
	else if (json && (payload || members))
		co_buf_adds(&request->body, "{}");
	if (json && !co_aws_is_raw(payload) && request->body.len && !co_aws_request_get(request, "Content-Type"))
		co_aws_request_set(request, "Content-Type", "application/json");
}

/* ---- all of it */

static int add_with(const struct co_aws_call *call, json_t *with, json_t *rest, struct co_buf *query,
		    struct co_aws_request *request, struct co_err *err)
{
	const char *key;
	json_t *value;

	json_object_foreach(with, key, value) {
		const struct co_api_member *member = co_api_member(call->operation->input.shape, key);
		int rc = CO_OK;

		switch (member->place) {
		case CO_API_IN_QUERY:
			add_parameter(query, member->wire ? member->wire : key, member, value);
			break;
		case CO_API_IN_HEADER:
			rc = add_header(request, member, value, err);
			break;
		case CO_API_IN_HEADERS:
			rc = add_headers(request, member, value, err);
			break;
		case CO_API_IN_URI:
			break;
		default:
			json_object_set(rest, key, value);
		}
		if (rc < 0)
			return co_err_under(err, key);
	}
	return CO_OK;
}

static void set_target(struct co_aws_request *request, const char *path, const struct co_buf *query)
{
	const char *fixed = strchr(path, '?');

	request->path = fixed ? co_xmemdup(path, (size_t)(fixed - path)) : co_xstrdup(path);
	if (fixed || query->len)
		request->query = co_xasprintf("%s%s%s", fixed ? fixed + 1 : "", fixed && query->len ? "&" : "", co_buf_str(query));
}

int co_aws_encode_rest(const struct co_aws_call *call, json_t *with, struct co_aws_request *request, struct co_err *err)
{
	struct co_buf path = CO_BUF_INIT, query = CO_BUF_INIT;
	json_t *rest = json_object();
	int rc = expand_uri(call, with, &path, err);

	if (rc == CO_OK)
		rc = add_with(call, with, rest, &query, request, err);
	if (rc == CO_OK) {
		set_target(request, co_buf_str(&path), &query);
		if (call->operation->input.shape)
			add_body(call, with, rest, request);
	}
	json_decref(rest);
	co_buf_clear(&path);
	co_buf_clear(&query);
	return rc;
}
