/* SPDX-License-Identifier: Apache-2.0 */
#include "provider/aws/wire.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "net/url.h"

/* ---- headers */

void co_aws_request_set(struct co_aws_request *request, const char *name, const char *value)
{
	struct co_http_header *header = NULL;
	size_t i;

	for (i = 0; i < request->header_count && !header; i++) {
		if (strcasecmp(request->headers[i].name, name) == 0)
			header = &request->headers[i];
	}
	if (header) {
		free((void *)header->value);
	} else {
		header = co_grow(&request->headers, &request->header_count, sizeof(*header));
		header->name = co_xstrdup(name);
	}
	header->value = co_xstrdup(value);
}

const char *co_aws_request_get(const struct co_aws_request *request, const char *name)
{
	size_t i;

	for (i = 0; i < request->header_count; i++) {
		if (strcasecmp(request->headers[i].name, name) == 0)
			return request->headers[i].value;
	}
	return NULL;
}

void co_aws_request_clear(struct co_aws_request *request)
{
	free(request->host_prefix);
	free(request->endpoint);
	free(request->path);
	free(request->query);
	free(request->presign_region);
	while (request->header_count) {
		request->header_count--;
		free((void *)request->headers[request->header_count].name);
		free((void *)request->headers[request->header_count].value);
	}
	free(request->headers);
	co_buf_clear(&request->body);
	*request = (struct co_aws_request)CO_AWS_REQUEST_INIT;
}

int co_aws_is(const struct co_aws_call *call, const struct co_aws_name *name)
{
	return strcmp(call->api->service, name->service) == 0 &&
	       (!name->operation || strcmp(call->operation->name, name->operation) == 0);
}

/* ---- the host */

/* "{AccountId}.data." with the parameters that it names. */
static int expand_host_prefix(const struct co_aws_call *call, json_t *with, struct co_aws_request *request, struct co_err *err)
{
	struct co_buf out = CO_BUF_INIT;
	const char *at = call->operation->host;

	while (at && *at) {
		size_t len = strcspn(at, "{"), name_len = at[len] ? strcspn(at + len + 1, "}") : 0;
		char *name = co_xmemdup(at[len] ? at + len + 1 : "", name_len);
		const char *value = json_string_value(json_object_get(with, name)), *c;

		co_buf_add(&out, at, len);
		for (c = value; c && (isalnum((unsigned char)*c) || *c == '-' || *c == '.'); c++)
			;
		if (at[len] && (!value || !*value || *c)) {
			co_err_set(err, CO_ERR_INPUT, "bad-parameter", "becomes part of a host name: letters, digits, \"-\" and \".\" only");
			co_err_under(err, name);
			free(name);
			co_buf_clear(&out);
			return CO_ERR_INPUT;
		}
		co_buf_adds(&out, value ? value : "");
		free(name);
		at += len + (at[len] ? name_len + 1 : 0);
		at += *at == '}';
	}
	if (call->operation->host)
		request->host_prefix = co_buf_take(&out);
	return CO_OK;
}

/* ---- copies between regions */

/* Where the source region is given, and what the signed request is called. */
static const struct {
	struct co_aws_name name;
	const char *parameter;
} presigned[] = {
	{ { "ec2", "CopySnapshot" }, "PresignedUrl" },
	{ { "rds", "CopyDBClusterSnapshot" }, "PreSignedUrl" },
	{ { "rds", "CopyDBSnapshot" }, "PreSignedUrl" },
	{ { "rds", "CreateDBCluster" }, "PreSignedUrl" },
	{ { "rds", "CreateDBInstanceReadReplica" }, "PreSignedUrl" },
	{ { "rds", "StartDBInstanceAutomatedBackupsReplication" }, "PreSignedUrl" },
	{ { "neptune", "CopyDBClusterSnapshot" }, "PreSignedUrl" },
	{ { "neptune", "CreateDBCluster" }, "PreSignedUrl" },
	{ { "docdb", "CopyDBClusterSnapshot" }, "PreSignedUrl" },
	{ { "docdb", "CreateDBCluster" }, "PreSignedUrl" },
};

/* RDS and its kin do not have SourceRegion on the wire; EC2 does, and wants the destination too. */
static void plan_presigned(const struct co_aws_call *call, json_t *with, struct co_aws_request *request)
{
	const char *source = json_string_value(json_object_get(with, "SourceRegion"));
	size_t i;

	for (i = 0; i < CO_COUNT(presigned); i++) {
		if (!co_aws_is(call, &presigned[i].name))
			continue;
		if (source && !json_object_get(with, presigned[i].parameter)) {
			request->presign_region = co_xstrdup(source);
			request->presign_name = presigned[i].parameter;
			request->presign_destination = call->region;
		}
		if (call->api->protocol == CO_API_QUERY)
			json_object_del(with, "SourceRegion");
	}
}

void co_aws_request_presign_query(const struct co_aws_request *request, struct co_buf *query)
{
	size_t i;

	for (i = 0; i < request->body.len; i++) {
		if (request->body.data[i] == '+')
			co_buf_adds(query, "%20"); /* a space, in forms only */
		else
			co_buf_addc(query, request->body.data[i]);
	}
	if (request->presign_destination)
		co_buf_addf(query, "&DestinationRegion=%s", request->presign_destination);
}

void co_aws_request_add_presigned(struct co_aws_request *request, const char *url)
{
	co_buf_addf(&request->body, "&%s=", request->presign_name);
	co_url_encode(&request->body, url, strlen(url), NULL);
	if (strcmp(request->presign_name, "PresignedUrl") == 0 && request->presign_destination)
		co_buf_addf(&request->body, "&DestinationRegion=%s", request->presign_destination);
}

/* ---- all of it */

static int has_event_stream(const struct co_api_member *member)
{
	size_t i;

	for (i = 0; member->shape && i < member->shape->count; i++) {
		if (member->shape->members[i].shape->is_event_stream)
			return 1;
	}
	return 0;
}

static int encode(const struct co_aws_call *call, json_t *with, struct co_aws_request *request, struct co_err *err)
{
	request->method = call->operation->method;
	request->anonymous = call->operation->anonymous;
	request->unsigned_payload = call->operation->unsigned_body;
	if (expand_host_prefix(call, with, request, err) < 0)
		return CO_ERR_INPUT;
	switch (call->api->protocol) {
	case CO_API_QUERY:
	case CO_API_EC2:
		plan_presigned(call, with, request);
		co_aws_encode_query(call, with, request);
		break;
	case CO_API_JSON:
		co_aws_encode_json(call, with, request);
		break;
	default:
		if (co_aws_encode_rest(call, with, request, err) < 0)
			return CO_ERR_INPUT;
	}
	return co_aws_finish(call, with, request, err);
}

int co_aws_encode(const struct co_aws_call *call, struct co_aws_request *request, struct co_err *err)
{
	json_t *with;
	int rc;

	co_aws_request_clear(request);
	if (has_event_stream(&call->operation->input) || has_event_stream(&call->operation->output))
		return co_err_set(err, CO_ERR_INPUT, "event-stream", "%s %s works over a stream of events, which is not supported",
				  call->api->service, call->operation->name);
	if (co_aws_prepare(call, &with, err) < 0)
		return CO_ERR_INPUT;
	rc = encode(call, with, request, err);
	json_decref(with);
	if (rc < 0)
		co_aws_request_clear(request);
	return rc;
}
