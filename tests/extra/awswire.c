/* SPDX-License-Identifier: Apache-2.0 */
/*
 * awswire CATALOGUE: encodes and decodes for tests/peers/aws-oracle.py. One JSON object a line on standard input:
 *   {"service", "operation", "with", "token"?, "region"?}             -> {"method", "path", "query", "headers", "body", ...}
 *   {"service", "operation", "with", "status", "headers", "body"}     -> {"output"} or {"fault"} or {"error"}
 *   {"expression", "value"}                                           -> {"result"} or {"error"}
 *   {"service", "operation", "with", "pages": [output, ...]}          -> {"inputs", "output"}
 *   {"service", "operation", "waiter", "output"?, "code", "status"}   -> {"state", "delay", "attempts", "operation"}
 * Bodies are base64.
 */
#include "base/base64.h"
#include "codec/json.h"
#include "provider/aws/jmespath.h"
#include "provider/aws/pages.h"
#include "provider/aws/waiter.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HEADERS = 256 };

struct oracle {
	struct co_apis *apis;
	struct co_api *api;
	char *service;
};

static json_t *error_of(const struct co_err *err)
{
	struct co_buf text = CO_BUF_INIT;
	json_t *out = json_object();

	co_err_format(err, &text);
	json_object_set_new(out, "error", json_string(co_buf_str(&text)));
	json_object_set_new(out, "id", json_string(err->id));
	co_buf_clear(&text);
	return out;
}

static void set_text(json_t *object, const char *key, const char *text)
{
	if (text)
		json_object_set_new(object, key, json_string(text));
}

static json_t *base64_of(const struct co_buf *bytes)
{
	struct co_buf text = CO_BUF_INIT;
	json_t *out;

	co_base64_encode(&text, co_buf_str(bytes), bytes->len);
	out = json_string(co_buf_str(&text));
	co_buf_clear(&text);
	return out;
}

static json_t *encode(const struct co_aws_call *call)
{
	struct co_aws_request request = CO_AWS_REQUEST_INIT;
	struct co_err err = CO_ERR_INIT;
	json_t *out, *headers = json_object();
	size_t i;

	if (co_aws_encode(call, &request, &err) < 0) {
		json_decref(headers);
		return error_of(&err);
	}
	out = json_object();
	set_text(out, "method", request.method);
	set_text(out, "host", request.host_prefix);
	set_text(out, "endpoint", request.endpoint);
	set_text(out, "path", request.path);
	set_text(out, "query", request.query);
	set_text(out, "presign", request.presign_region);
	for (i = 0; i < request.header_count; i++)
		set_text(headers, request.headers[i].name, request.headers[i].value);
	json_object_set_new(out, "headers", headers);
	json_object_set_new(out, "body", base64_of(&request.body));
	co_aws_request_clear(&request);
	return out;
}

static json_t *decode(const struct co_aws_call *call, json_t *line)
{
	static struct co_http_header headers[HEADERS];
	const char *encoded = co_json_str(line, "body"), *name;
	struct co_buf body = CO_BUF_INIT;
	struct co_aws_answer answer = { 0 };
	struct co_err err = CO_ERR_INIT;
	struct co_aws_fault fault;
	json_t *output, *out, *value;

	co_base64_decode(&body, encoded, strlen(encoded));
	answer.status = (int)json_integer_value(json_object_get(line, "status"));
	answer.headers = headers;
	answer.body = co_buf_str(&body);
	answer.body_len = body.len;
	json_object_foreach(json_object_get(line, "headers"), name, value) {
		if (answer.header_count < HEADERS)
			headers[answer.header_count++] = (struct co_http_header){ name, json_string_value(value) };
	}
	if (co_aws_decode(call, &answer, &output, &fault, &err) == CO_OK)
		out = json_pack("{s:o}", "output", output);
	else if (strcmp(err.id, "remote-error") == 0)
		out = json_pack("{s:{s:s,s:s,s:s}}", "fault", "code", fault.code, "message", fault.message, "request_id", fault.request_id);
	else
		out = error_of(&err);
	co_buf_clear(&body);
	return out;
}

static json_t *page(const struct co_aws_call *call, json_t *outputs)
{
	struct co_aws_page_limits limits = { 0, 0, 0 };
	struct co_aws_pages *pages;
	struct co_err err = CO_ERR_INIT;
	json_t *inputs = json_array();
	size_t i = 0;
	int more = 1;

	if (!co_aws_paged(call) || co_aws_pages_new(&pages, call, &limits, &err) < 0) {
		json_decref(inputs);
		return err.code ? error_of(&err) : json_pack("{s:s}", "error", "not paged");
	}
	for (; more == 1 && i < json_array_size(outputs); i++) {
		json_array_append_new(inputs, json_deep_copy(co_aws_pages_with(pages)));
		more = co_aws_pages_add(pages, json_deep_copy(json_array_get(outputs, i)), &err);
	}
	if (more < 0) {
		json_decref(inputs);
		co_aws_pages_free(pages);
		return error_of(&err);
	}
	return json_pack("{s:o,s:b,s:o}", "inputs", inputs, "more", more, "output", co_aws_pages_end(pages));
}

static json_t *judge(const struct co_api *api, json_t *line)
{
	static const char *const states[] = { "retry", "success", "failure", "error" };
	struct co_err err = CO_ERR_INIT;
	struct co_aws_fault fault = { 0 };
	struct co_aws_waiter *waiter;
	enum co_aws_wait state;
	json_t *out;

	if (co_aws_waiter_find(api, co_json_str(line, "waiter"), &waiter, &err) < 0)
		return error_of(&err);
	snprintf(fault.code, sizeof(fault.code), "%s", co_json_str(line, "code"));
	state = co_aws_waiter_judge(waiter, json_object_get(line, "output"), &fault,
				    (int)json_integer_value(json_object_get(line, "status")));
	out = json_pack("{s:s,s:i,s:i,s:s}", "state", states[state], "delay", (int)co_aws_waiter_delay(waiter), "attempts",
			(int)co_aws_waiter_attempts(waiter), "operation", co_aws_waiter_operation(waiter));
	co_aws_waiter_free(waiter);
	return out;
}

static json_t *evaluate(json_t *line)
{
	struct co_err err = CO_ERR_INIT;
	json_t *result = co_jmespath(co_json_str(line, "expression"), json_object_get(line, "value"), &err);

	return result ? json_pack("{s:o}", "result", result) : error_of(&err);
}

static json_t *answer_line(struct oracle *oracle, json_t *line)
{
	const char *service = co_json_str(line, "service");
	struct co_api_operation *operation;
	struct co_err err = CO_ERR_INIT;
	struct co_aws_call call = { NULL, NULL, json_object_get(line, "with"), co_json_str(line, "token"), co_json_str(line, "region") };
	json_t *out;

	if (json_object_get(line, "expression"))
		return evaluate(line);
	if (!oracle->service || strcmp(service, oracle->service) != 0) {
		co_api_free(oracle->api);
		free(oracle->service);
		oracle->api = NULL;
		oracle->service = co_xstrdup(service);
		if (co_api_find(oracle->apis, service, &oracle->api, &err) < 0)
			return error_of(&err);
	}
	if (co_api_operation(oracle->api, co_json_str(line, "operation"), CO_API_INPUT | CO_API_OUTPUT, &operation, &err) < 0)
		return error_of(&err);
	if (json_object_get(line, "waiter")) {
		co_api_operation_free(operation);
		return judge(oracle->api, line);
	}
	call.api = oracle->api;
	call.operation = operation;
	if (json_object_get(line, "pages"))
		out = page(&call, json_object_get(line, "pages"));
	else
		out = json_object_get(line, "status") ? decode(&call, line) : encode(&call);
	co_api_operation_free(operation);
	return out;
}

int main(int argc, char **argv)
{
	struct oracle oracle = { NULL, NULL, NULL };
	struct co_err err = CO_ERR_INIT;
	struct co_buf text = CO_BUF_INIT;
	char *line = NULL;
	size_t size = 0;
	ssize_t len;

	if (argc != 2 || co_apis_open(&oracle.apis, argv[1], &err) < 0) {
		fprintf(stderr, "awswire: %s\n", argc == 2 ? err.message : "usage: awswire CATALOGUE");
		return 2;
	}
	while ((len = getline(&line, &size, stdin)) > 0) {
		json_t *value = co_json_parse(line, (size_t)len, "standard input", &err);
		json_t *out = value ? answer_line(&oracle, value) : error_of(&err);

		co_buf_reset(&text);
		co_json_write(&text, out, CO_JSON_COMPACT);
		puts(text.data);
		json_decref(out);
		json_decref(value);
	}
	free(line);
	free(oracle.service);
	co_buf_clear(&text);
	co_api_free(oracle.api);
	co_apis_free(oracle.apis);
	return 0;
}
