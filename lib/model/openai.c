/* SPDX-License-Identifier: Apache-2.0 */
/*
 * OpenAI's chat completions with a strict JSON schema; the same as other servers speak it
 * (llama.cpp, vLLM), which know max_tokens only; and Azure's, with its own URLs and header.
 */
#include "model/api.h"

#include "net/url.h"

#include <string.h>

static void url(const struct co_model_question *q, struct co_buf *out)
{
	co_buf_addf(out, "%s/chat/completions", q->endpoint);
}

static void azure_url(const struct co_model_question *q, struct co_buf *out)
{
	co_buf_addf(out, "%s/openai/deployments/", q->endpoint);
	co_url_encode(out, q->model, strlen(q->model), "");
	co_buf_adds(out, "/chat/completions");
	co_url_query(out, "api-version", q->api_version);
}

static json_t *body(const struct co_model_question *q)
{
	return json_pack("{s:s, s:[{s:s, s:s}, {s:s, s:s}], s:I, s:{s:s, s:{s:s, s:b, s:O}}, s:s*}", "model", q->model, "messages",
			 "role", "system", "content", q->system, "role", "user", "content", q->text,
			 "max_completion_tokens", (json_int_t)q->tokens, "response_format", "type", "json_schema",
			 "json_schema", "name", q->name, "strict", 1, "schema", q->schema, "reasoning_effort", q->effort);
}

static json_t *compatible_body(const struct co_model_question *q)
{
	json_t *made = body(q);

	json_object_set(made, "max_tokens", json_object_get(made, "max_completion_tokens"));
	json_object_del(made, "max_completion_tokens");
	json_object_set_new(made, "temperature", json_integer(0));
	return made;
}

static int read_answer(json_t *completion, struct co_model_answer *answer, struct co_err *err)
{
	json_t *choice = co_json_at(completion, "/choices/0"), *message = json_object_get(choice, "message");
	const char *end = co_json_str(choice, "finish_reason"), *content = co_json_str(message, "content");

	answer->input_tokens = co_model_count(completion, "/usage/prompt_tokens");
	answer->output_tokens = co_model_count(completion, "/usage/completion_tokens");
	if (co_json_str(message, "refusal"))
		return co_model_refused(err, "refusal");
	if (end && strcmp(end, "content_filter") == 0)
		return co_model_refused(err, end);
	if (end && strcmp(end, "length") == 0)
		return co_model_truncated(err);
	if (!content)
		return co_model_no_text(err, "choices[0].message.content");
	answer->text = co_xstrdup(content);
	return CO_OK;
}

const struct co_model_api co_model_openai = {
	.endpoint = "https://api.openai.com/v1",
	.url = url,
	.body = body,
	.key_header = "authorization",
	.key_prefix = "Bearer ",
	.read = read_answer,
};

const struct co_model_api co_model_compatible = {
	.url = url,
	.body = compatible_body,
	.key_header = "authorization",
	.key_prefix = "Bearer ",
	.read = read_answer,
};

const struct co_model_api co_model_azure = {
	.url = azure_url,
	.body = body,
	.key_header = "api-key",
	.key_prefix = "",
	.read = read_answer,
};
