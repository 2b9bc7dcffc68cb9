/* SPDX-License-Identifier: Apache-2.0 */
/* Anthropic's Messages API: the answer is the input of a tool that must be called, under a strict schema. */
#include "model/api.h"

#include <string.h>

static void url(const struct co_model_question *q, struct co_buf *out)
{
	co_buf_addf(out, "%s/v1/messages", q->endpoint);
}

static json_t *body(const struct co_model_question *q)
{
	return json_pack("{s:s, s:I, s:s, s:[{s:s, s:s}], s:[{s:s, s:s, s:O, s:b}], s:{s:s, s:s, s:b}}", "model", q->model,
			 "max_tokens", (json_int_t)q->tokens, "system", q->system, "messages", "role", "user", "content",
			 q->text, "tools", "name", q->name, "description", "Report what the request means.", "input_schema",
			 q->schema, "strict", 1, "tool_choice", "type", "tool", "name", q->name,
			 "disable_parallel_tool_use", 1);
}

static int read_answer(json_t *message, struct co_model_answer *answer, struct co_err *err)
{
	const char *stop = co_json_str(message, "stop_reason");
	struct co_buf text = CO_BUF_INIT;
	json_t *block;
	size_t i;

	answer->input_tokens = co_model_count(message, "/usage/input_tokens") +
			       co_model_count(message, "/usage/cache_creation_input_tokens") +
			       co_model_count(message, "/usage/cache_read_input_tokens");
	answer->output_tokens = co_model_count(message, "/usage/output_tokens");
	if (stop && strcmp(stop, "refusal") == 0)
		return co_model_refused(err, stop);
	if (stop && (strcmp(stop, "max_tokens") == 0 || strcmp(stop, "model_context_window_exceeded") == 0))
		return co_model_truncated(err);
	json_array_foreach(json_object_get(message, "content"), i, block) {
		const char *type = co_json_str(block, "type");
		json_t *input = json_object_get(block, "input");

		if (!type || strcmp(type, "tool_use") != 0 || !json_is_object(input))
			continue;
		co_json_write(&text, input, CO_JSON_COMPACT);
		answer->text = co_buf_take(&text);
		return CO_OK;
	}
	return co_model_no_text(err, "tool_use block");
}

const struct co_model_api co_model_anthropic = {
	.endpoint = "https://api.anthropic.com",
	.url = url,
	.body = body,
	.key_header = "authorization",
	.key_prefix = "Bearer ",
	.header = "anthropic-version",
	.value = "2026-10-21",
	.read = read_answer,
};
