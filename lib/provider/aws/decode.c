/* SPDX-License-Identifier: Apache-2.0 */
/* The output of an answer: by protocol, and for the rest protocols from status, headers and body. */
#include "provider/aws/wire.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/base64.h"
#include "codec/json.h"

int co_aws_bad_answer(struct co_err *err, const char *fmt, ...)
{
	struct co_buf text = CO_BUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	co_buf_vaddf(&text, fmt, ap);
	va_end(ap);
	co_err_set(err, CO_ERR_REMOTE, "bad-answer", "%s", co_buf_str(&text));
	co_buf_clear(&text);
	return CO_ERR_REMOTE;
}

const char *co_aws_header(const struct co_aws_answer *answer, const char *name)
{
	size_t i;

	for (i = 0; i < answer->header_count; i++) {
		if (strcasecmp(answer->headers[i].name, name) == 0)
			return answer->headers[i].value;
	}
	return NULL;
}

const struct co_api_member *co_aws_payload_of(const struct co_api_shape *shape)
{
	size_t i;

	for (i = 0; i < shape->count; i++) {
		if (shape->members[i].flags & CO_API_PAYLOAD)
			return &shape->members[i];
	}
	return NULL;
}

int co_aws_is_raw(const struct co_api_member *payload)
{
	return payload && (payload->shape->type == CO_API_BLOB || payload->shape->type == CO_API_STRING);
}

const struct co_api_member *co_aws_stream_of(const struct co_api_operation *operation)
{
	const struct co_api_member *payload = operation->output.shape ? co_aws_payload_of(operation->output.shape) : NULL;

	return payload && payload->shape->type == CO_API_BLOB ? payload : NULL;
}

/* What cannot be read is the service's failure, not that of who called it. */
static int unreadable(struct co_err *err)
{
	if (err) {
		err->code = CO_ERR_REMOTE;
		co_err_id(err, "bad-answer");
	}
	return CO_ERR_REMOTE;
}

/* ---- bodies */

static int decode_json_body(const struct co_aws_call *call, const struct co_aws_answer *answer,
			    const struct co_api_member *member, json_t **output, struct co_err *err)
{
	json_t *value = co_aws_parse_json(answer->body, answer->body_len, err);
	int rc;

	if (!value)
		return unreadable(err);
	rc = co_aws_decode_json(member, value, call->api->protocol == CO_API_REST_JSON, output, err);
	json_decref(value);
	return rc;
}

static int decode_xml_body(const struct co_aws_call *call, const struct co_aws_answer *answer,
			   const struct co_api_member *member, json_t **output, struct co_err *err)
{
	static const char nothing[] = "<nothing/>";
	const char *wrapper = call->api->protocol == CO_API_QUERY ? call->operation->wrapper : NULL;
	const struct co_xml_element *start;
	struct co_xml *xml;
	int rc = CO_OK, empty = answer->body_len == 0 && call->api->protocol == CO_API_REST_XML;

	xml = co_xml_parse(empty ? nothing : answer->body, empty ? strlen(nothing) : answer->body_len, "answer", err);
	if (!xml)
		return unreadable(err);
	start = wrapper && member->shape ? co_xml_child(co_xml_root(xml), wrapper) : co_xml_root(xml);
	if (!start)
		rc = co_aws_bad_answer(err, "no element \"%s\" in the answer", wrapper);
	else if (member->shape)
		rc = co_aws_decode_xml(member, start, output, err);
	else
		*output = json_object();
	co_xml_free(xml);
	return rc;
}

static int decode_body(const struct co_aws_call *call, const struct co_aws_answer *answer, const struct co_api_member *member,
		       json_t **output, struct co_err *err)
{
	if (call->api->protocol == CO_API_JSON || call->api->protocol == CO_API_REST_JSON)
		return decode_json_body(call, answer, member, output, err);
	return decode_xml_body(call, answer, member, output, err);
}

/* ---- status and headers */

/* "a, b": one element each, without the spaces around it. */
static int decode_header_list(const struct co_api_member *element, const char *text, json_t **output, struct co_err *err)
{
	json_t *out = json_array(), *inner;

	for (;;) {
		size_t len = strcspn(text, ","), from = strspn(text, " \t"), to = len;
		char *part;
		int rc;

		while (to > from && isspace((unsigned char)text[to - 1]))
			to--;
		part = from < to ? co_xmemdup(text + from, to - from) : co_xstrdup("");
		rc = co_aws_decode_text(element, part, strlen(part), &inner, err);
		free(part);
		if (rc < 0) {
			json_decref(out);
			return rc;
		}
		json_array_append_new(out, inner);
		if (!text[len])
			break;
		text += len + 1;
	}
	*output = out;
	return CO_OK;
}

static int decode_header(const struct co_aws_call *call, const struct co_api_member *member, const char *text, json_t **output,
			 struct co_err *err)
{
	struct co_buf json = CO_BUF_INIT;
	int rest_json = call->api->protocol == CO_API_REST_JSON;

	if (member->flags & CO_API_JSON_VALUE) {
		if (co_base64_decode(&json, text, strlen(text)) < 0)
			return co_aws_bad_answer(err, "a header that is not base64");
		*output = co_aws_parse_json(co_buf_str(&json), json.len, err);
		co_buf_clear(&json);
		return *output ? CO_OK : unreadable(err);
	}
	if (member->shape->type == CO_API_LIST)
		return decode_header_list(&member->shape->members[0], text, output, err);
	if (member->shape->type == CO_API_BOOLEAN && rest_json) {
		*output = json_boolean(strcasecmp(text, "true") == 0);
		return CO_OK;
	}
	return co_aws_decode_text(member, text, strlen(text), output, err);
}

static json_t *headers_with(const struct co_aws_answer *answer, const char *prefix)
{
	json_t *out = json_object();
	size_t i, len = strlen(prefix);

	for (i = 0; i < answer->header_count; i++) {
		if (strncasecmp(answer->headers[i].name, prefix, len) == 0)
			json_object_set_new(out, answer->headers[i].name + len,
					    co_json_string(answer->headers[i].value, strlen(answer->headers[i].value)));
	}
	return out;
}

static int decode_around(const struct co_aws_call *call, const struct co_aws_answer *answer, json_t *out, struct co_err *err)
{
	const struct co_api_shape *shape = call->operation->output.shape;
	json_t *value;
	size_t i;

	for (i = 0; i < shape->count; i++) {
		const struct co_api_member *member = &shape->members[i];
		const char *wire = member->wire ? member->wire : member->name, *text;

		value = NULL;
		if (member->place == CO_API_IN_STATUS)
			value = json_integer(answer->status);
		else if (member->place == CO_API_IN_HEADERS)
			value = headers_with(answer, member->wire ? member->wire : "");
		else if (member->place == CO_API_IN_HEADER && (text = co_aws_header(answer, wire)) &&
			 decode_header(call, member, text, &value, err) < 0)
			return co_err_under(err, member->name);
		if (value)
			json_object_set_new(out, member->name, value);
	}
	return CO_OK;
}

static json_t *raw_body(const struct co_aws_answer *answer, const struct co_api_member *payload)
{
	struct co_buf text = CO_BUF_INIT;
	json_t *out;

	if (payload->shape->type == CO_API_STRING)
		return co_json_string(answer->body ? answer->body : "", answer->body_len);
	co_base64_encode(&text, answer->body, answer->body_len);
	out = json_stringn(co_buf_str(&text), text.len);
	co_buf_clear(&text);
	return out;
}

int co_aws_decode_rest(const struct co_aws_call *call, const struct co_aws_answer *answer, json_t **output, struct co_err *err)
{
	const struct co_api_shape *shape = call->operation->output.shape;
	const struct co_api_member *payload = co_aws_payload_of(shape);
	json_t *out = json_object(), *value = NULL;
	int rc = decode_around(call, answer, out, err);

	if (rc == CO_OK && co_aws_is_raw(payload)) {
		if (!answer->body_elsewhere)
			json_object_set_new(out, payload->name, raw_body(answer, payload));
	} else if (rc == CO_OK && payload) {
		rc = decode_body(call, answer, payload, &value, err);
		if (rc == CO_OK)
			json_object_set_new(out, payload->name, value);
	} else if (rc == CO_OK) {
		rc = decode_body(call, answer, &call->operation->output, &value, err);
		if (rc == CO_OK)
			json_object_update(out, value);
		if (rc == CO_OK)
			json_decref(value);
	}
	if (rc < 0)
		json_decref(out);
	else
		*output = out;
	return rc;
}

/* ---- all of it */

int co_aws_decode(const struct co_aws_call *call, const struct co_aws_answer *answer, json_t **output,
		  struct co_aws_fault *fault, struct co_err *err)
{
	int rest = call->api->protocol == CO_API_REST_JSON || call->api->protocol == CO_API_REST_XML;
	struct co_aws_fault own;
	json_t *out = NULL;
	int rc = CO_OK;

	if (!fault)
		fault = &own;
	memset(fault, 0, sizeof(*fault));
	if (co_aws_is_refusal(call, answer))
		return co_aws_refusal(call, answer, fault, err);
	if (!call->operation->output.shape && call->api->protocol != CO_API_QUERY && call->api->protocol != CO_API_EC2)
		out = json_object();
	else if (rest)
		rc = co_aws_decode_rest(call, answer, &out, err);
	else
		rc = decode_body(call, answer, &call->operation->output, &out, err);
	if (rc < 0)
		return co_err_wrap(err, "the answer of %s %s", call->api->service, call->operation->name);
	co_aws_revise(call, answer, out);
	*output = out;
	return CO_OK;
}
