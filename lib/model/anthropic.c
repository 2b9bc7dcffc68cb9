/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Anthropic's Messages API with an output format: text under a schema. A tool that must be called
 * would do the same, but not with models that think unasked.
 */
#include "model/api.h"

#include <string.h>

static void url(const struct co_model_question *q, struct co_buf *out)
{
	co_buf_addf(out, "%s/v1/messages", q->endpoint);
}

static json_t *body(const struct co_model_question *q)
{
	return json_pack("{s:s, s:I, s:s, s:[{s:s, s:s}], s:{s:{s:s, s:O}, s:s*}}", "model", q->model, "max_tokens",
			 (json_int_t)q->tokens, "system", q->system, "messages", "role", "user", "content", q->text,
			 "output_config", "format", "type", "json_schema", "schema", q->schema, "effort", q->effort);
}

static int judge_end(const char *stop, struct co_err *err)
{
	if (stop && strcmp(stop, "refusal") == 0)
		return co_model_refused(err, stop);
	if (stop && (strcmp(stop, "max_tokens") == 0 || strcmp(stop, "model_context_window_exceeded") == 0))
		return co_model_truncated(err);
	return CO_OK;
}

static int read_answer(json_t *message, struct co_model_answer *answer, struct co_err *err)
{
	struct co_buf text = CO_BUF_INIT;
	json_t *block;
	size_t i;

	answer->input_tokens = co_model_count(message, "/usage/input_tokens") +
			       co_model_count(message, "/usage/cache_creation_input_tokens") +
			       co_model_count(message, "/usage/cache_read_input_tokens");
	answer->output_tokens = co_model_count(message, "/usage/output_tokens");
	if (judge_end(co_json_str(message, "stop_reason"), err) < 0)
		return CO_ERR_REMOTE;
	json_array_foreach(json_object_get(message, "content"), i, block) {
		const char *type = co_json_str(block, "type"), *part = co_json_str(block, "text");

		if (type && strcmp(type, "text") == 0 && part)
			co_buf_adds(&text, part);
	}
	if (!text.len)
		return co_model_no_text(err, "text block");
	answer->text = co_buf_take(&text);
	return CO_OK;
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
