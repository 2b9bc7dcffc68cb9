/* SPDX-License-Identifier: Apache-2.0 */
/* What services say of failures, in the ways that their protocols, proxies and balancers have of saying it. */
#include "provider/aws/wire.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "codec/json.h"

/* RFC 9110 section 15, as far as it is for errors. */
static const struct {
	int status;
	const char *phrase;
} phrases[] = {
	{ 301, "Moved Permanently" }, { 302, "Found" }, { 303, "See Other" }, { 304, "Not Modified" }, { 307, "Temporary Redirect" },
	{ 308, "Permanent Redirect" }, { 400, "Bad Request" }, { 401, "Unauthorized" }, { 403, "Forbidden" }, { 404, "Not Found" },
	{ 405, "Method Not Allowed" }, { 406, "Not Acceptable" }, { 408, "Request Timeout" }, { 409, "Conflict" }, { 410, "Gone" },
	{ 411, "Length Required" }, { 412, "Precondition Failed" }, { 413, "Request Entity Too Large" },
	{ 416, "Requested Range Not Satisfiable" }, { 429, "Too Many Requests" }, { 500, "Internal Server Error" },
	{ 501, "Not Implemented" }, { 502, "Bad Gateway" }, { 503, "Service Unavailable" }, { 504, "Gateway Timeout" },
};

static void set_text(char *to, size_t size, const char *text, size_t len)
{
	struct co_buf safe = CO_BUF_INIT;
	uint32_t code_point;
	size_t end = 0, n;

	co_escape(&safe, text, len);
	while (end < safe.len && (n = co_utf8_next(safe.data + end, safe.len - end, &code_point)) && end + n < size)
		end += n;
	memcpy(to, co_buf_str(&safe), end);
	to[end] = '\0';
	co_buf_clear(&safe);
}

#define SET(field, text) set_text(field, sizeof(field), text, strlen(text))

static void from_status(struct co_aws_fault *fault)
{
	size_t i;

	snprintf(fault->code, sizeof(fault->code), "%d", fault->status);
	for (i = 0; i < CO_COUNT(phrases); i++) {
		if (phrases[i].status == fault->status)
			SET(fault->message, phrases[i].phrase);
	}
}

/* ---- S3 */

/* A success whose body is an error, or ends early: S3 had to answer before it knew. */
static int is_late_error(const struct co_aws_call *call, const struct co_aws_answer *answer)
{
	const struct co_api_shape *shape = call->operation->output.shape;
	struct co_xml *xml;
	int is;

	if (answer->status != 200 || !answer->body_len || strcmp(call->api->service, "s3") != 0 || !shape ||
	    co_aws_is_raw(co_aws_payload_of(shape)))
		return 0;
	xml = co_xml_parse(answer->body, answer->body_len, "answer", NULL);
	is = !xml || strcmp(co_xml_root(xml)->name, "Error") == 0;
	co_xml_free(xml);
	return is;
}

int co_aws_is_refusal(const struct co_aws_call *call, const struct co_aws_answer *answer)
{
	return answer->status >= 301 || is_late_error(call, answer);
}

/* ---- by protocol */

static const struct co_xml_element *find_error(const struct co_xml_element *root)
{
	const struct co_xml_element *errors = co_xml_child(root, "Errors"), *error;

	if (strcmp(root->name, "Error") == 0)
		return root;
	error = co_xml_child(errors ? errors : root, "Error");
	return error;
}

static const char *id_header(const struct co_aws_answer *answer)
{
	const char *id = co_aws_header(answer, "x-amzn-requestid");

	return id ? id : co_aws_header(answer, "x-amz-request-id");
}

/* The id of the request stands in the body, but for S3, whose headers say it too. */
static int from_xml(const struct co_aws_answer *answer, struct co_aws_fault *fault)
{
	static const char *const ids[] = { "RequestId", "RequestID" };
	struct co_xml *xml = co_xml_parse(answer->body ? answer->body : "", answer->body_len, "answer", NULL);
	const struct co_xml_element *error = xml ? find_error(co_xml_root(xml)) : NULL;
	const char *text;
	size_t i;

	if (!error) {
		co_xml_free(xml);
		return -1;
	}
	fault->message[0] = '\0';
	if ((text = co_xml_child_text(error, "Code")))
		SET(fault->code, text);
	if ((text = co_xml_child_text(error, "Message")))
		SET(fault->message, text);
	if ((text = co_xml_child_text(error, "Region")))
		SET(fault->region, text);
	for (i = 0; i < CO_COUNT(ids) && !(error == co_xml_root(xml) && id_header(answer)); i++) {
		if ((text = co_xml_child_text(co_xml_root(xml), ids[i])))
			SET(fault->request_id, text);
	}
	co_xml_free(xml);
	return 0;
}

/* "aws.vAPI#Name:http://..." is "Name". */
static void set_code(struct co_aws_fault *fault, const char *code)
{
	size_t len = strcspn(code, ":");
	char *part = co_xmemdup(code, len), *hash = strrchr(part, '#');

	SET(fault->code, hash ? hash + 1 : part);
	free(part);
}

/* The older name of the error, for what looks for that: "AWS.SimpleQueueService.NonExistentQueue;Sender". */
static void set_query_code(const struct co_aws_answer *answer, struct co_aws_fault *fault)
{
	const char *header = co_aws_header(answer, "x-amzn-query-error"), *semicolon = header ? strchr(header, ';') : NULL;

	if (semicolon && semicolon > header && !strchr(semicolon + 1, ';'))
		set_text(fault->code, sizeof(fault->code), header, (size_t)(semicolon - header));
}

static const char *either(const json_t *object, const char *key, const char *other)
{
	return json_object_get(object, key) ? co_json_str(object, key) : co_json_str(object, other);
}

static void from_json(const struct co_aws_call *call, const struct co_aws_answer *answer, struct co_aws_fault *fault)
{
	json_t *body = co_aws_parse_json(answer->body, answer->body_len, NULL);
	const char *message = either(body, "message", "Message"), *code = co_json_str(body, "__type");
	const char *header = co_aws_header(answer, "x-amzn-errortype");

	if (code)
		set_code(fault, code);
	if (!json_is_object(body))
		set_text(fault->message, sizeof(fault->message), answer->body, answer->body_len);
	else if (message)
		SET(fault->message, message);
	else if (co_json_str(body, "error_description")) /* OAuth 2, of sso-oidc */
		SET(fault->message, co_json_str(body, "error_description"));
	set_query_code(answer, fault);
	if (call->api->protocol == CO_API_REST_JSON && (header || (header = either(body, "code", "Code"))))
		set_code(fault, header);
	json_decref(body);
}

/* What a proxy says of a service that it cannot reach is a page for people. */
static int is_page(const struct co_aws_answer *answer)
{
	size_t from = 0;

	if (answer->status < 500)
		return 0;
	while (from < answer->body_len && isspace((unsigned char)answer->body[from]))
		from++;
	return from == answer->body_len || (answer->body_len - from >= 6 && memcmp(answer->body + from, "<html>", 6) == 0);
}

static void read_fault(const struct co_aws_call *call, const struct co_aws_answer *answer, struct co_aws_fault *fault)
{
	from_status(fault);
	if (is_page(answer))
		return;
	if (call->api->protocol == CO_API_JSON || call->api->protocol == CO_API_REST_JSON) {
		fault->message[0] = '\0';
		from_json(call, answer, fault);
	} else {
		from_xml(answer, fault);
	}
}

int co_aws_refusal(const struct co_aws_call *call, const struct co_aws_answer *answer, struct co_aws_fault *fault,
		   struct co_err *err)
{
	const char *text;

	fault->status = answer->status >= 301 ? answer->status : 500;
	read_fault(call, answer, fault);
	if (!*fault->request_id && (text = id_header(answer)))
		SET(fault->request_id, text);
	if ((text = co_aws_header(answer, "x-amz-bucket-region")))
		SET(fault->region, text);
	return co_err_set(err, CO_ERR_REMOTE, "remote-error", "%s %s: %s%s%s", call->api->service, call->operation->name, fault->code,
			  *fault->message ? ": " : "", fault->message);
}
