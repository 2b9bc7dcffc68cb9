/* SPDX-License-Identifier: Apache-2.0 */
/* Any answer to an operation gives an object that is JSON, or an error that can be shown. Input: choice, status, body. */
#include "awsapi.h"

#include "base/escape.h"

static void check_output(json_t *output)
{
	struct co_buf text = CO_BUF_INIT;
	struct co_err err = CO_ERR_INIT;
	json_t *back;

	must(json_is_object(output));
	co_json_write(&text, output, CO_JSON_COMPACT);
	back = co_json_parse(text.data, text.len, "output", &err);
	must(back || strstr(err.message, "nest") || strstr(err.message, "members"));
	json_decref(back);
	json_decref(output);
	co_buf_clear(&text);
}

static void check_fault(const struct co_aws_fault *fault, const struct co_err *err)
{
	fuzz_check_error(err);
	must(err->code == CO_ERR_REMOTE);
	if (strcmp(err->id, "remote-error") == 0)
		must(fault->status >= 301);
	must(co_utf8_valid(fault->message, strlen(fault->message)) && !strpbrk(fault->message, "\n\033"));
	must(co_utf8_valid(fault->code, strlen(fault->code)) && !strpbrk(fault->code, "\n\033"));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const int statuses[] = { 200, 200, 200, 206, 301, 400, 403, 503 };
	struct co_aws_answer answer = { 0 };
	struct co_err err = CO_ERR_INIT;
	struct co_aws_fault fault;
	struct co_aws_call call;
	struct co_http_header headers[2];
	json_t *output;
	char *header, *body;

	if (size < 2)
		return 0;
	call = awsapi_call(data[0]);
	header = co_xmemdup(data + 2, size > 66 ? 64 : size - 2);
	body = co_xmemdup(data + 2, size - 2);
	headers[0] = (struct co_http_header){ "x-amzn-errortype", header };
	headers[1] = (struct co_http_header){ "Last-Modified", header };
	answer.status = statuses[data[1] % 8];
	answer.headers = headers;
	answer.header_count = data[1] & 8 ? 2 : 0;
	answer.body = body;
	answer.body_len = size - 2;
	if (co_aws_decode(&call, &answer, &output, &fault, &err) == CO_OK)
		check_output(output);
	else
		check_fault(&fault, &err);
	free(header);
	free(body);
	return 0;
}
