/* SPDX-License-Identifier: Apache-2.0 */
/* Any parameters give a request that is safe to send, or an error that can be shown. Input: choice, JSON. */
#include "awsapi.h"

#include "base/escape.h"
#include "provider/aws/sigv4.h"

static void sign(const struct co_aws_request *request)
{
	const struct co_sigv4 signer = { "AKIDEXAMPLE", "secret", "token", "eu-west-1", "s3", 0, CO_SIGV4_S3 };
	const struct co_sigv4_request what = { request->method, request->path,	       request->query,
					       request->headers, request->header_count, CO_SIGV4_UNSIGNED_PAYLOAD };
	struct co_sigv4_signature signature = CO_SIGV4_SIGNATURE_INIT;

	co_sigv4_sign(&signature, &signer, &what);
	must(strlen(signature.signature) == 64);
	must(!strpbrk(signature.authorization.data, "\r\n"));
	co_sigv4_signature_clear(&signature);
}

static void check_request(const struct co_aws_request *request)
{
	const char *c;
	size_t i;

	must(request->path[0] == '/');
	for (c = request->path; *c; c++)
		must(*c > ' ' && *c < 0x7f && *c != '?' && *c != '#');
	for (c = request->query ? request->query : ""; *c; c++)
		must(*c > ' ' && *c < 0x7f && *c != '#');
	for (i = 0; i < request->header_count; i++) {
		must(request->headers[i].name[0] && !strpbrk(request->headers[i].name, "\r\n:"));
		must(!strpbrk(request->headers[i].value, "\r\n"));
	}
	must(!request->host_prefix || !strpbrk(request->host_prefix, "/@:?# \r\n"));
	sign(request);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct co_aws_request request = CO_AWS_REQUEST_INIT;
	struct co_err err = CO_ERR_INIT;
	struct co_aws_call call;
	json_t *before;

	if (size < 2)
		return 0;
	call = awsapi_call(data[0]);
	call.with = co_json_parse((const char *)data + 1, size - 1, "input", &err);
	if (!call.with)
		return 0;
	before = json_deep_copy(call.with);
	if (co_aws_encode(&call, &request, &err) == CO_OK)
		check_request(&request);
	else
		fuzz_check_error(&err);
	must(json_equal(before, call.with));
	co_aws_request_clear(&request);
	json_decref(before);
	json_decref(call.with);
	return 0;
}
