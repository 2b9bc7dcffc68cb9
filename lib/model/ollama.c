/* SPDX-License-Identifier: Apache-2.0 */
/* Ollama's /api/chat with a schema as format. */
#include "model/api.h"

#include <string.h>

static void url(const struct co_model_question *q, struct co_buf *out)
{
	co_buf_addf(out, "%s/api/chat", q->endpoint);
}

static json_t *body(const struct co_model_question *q)
{
	return json_pack("{s:s, s:[{s:s, s:s}, {s:s, s:s}], s:b, s:O, s:{s:i, s:I}}", "model", q->model, "messages", "role",
			 "system", "content", q->system, "role", "user", "content", q->text, "stream", 0, "format",
			 q->schema, "options", "temperature", 0, "num_predict", (json_int_t)q->tokens);
}

static int read_answer(json_t *response, struct co_model_answer *answer, struct co_err *err)
{
	const char *content = json_string_value(co_json_at(response, "/message/content"));
	const char *end = co_json_str(response, "done_reason");

	answer->input_tokens = co_model_count(response, "/prompt_eval_count");
	answer->output_tokens = co_model_count(response, "/eval_count");
	if (end && strcmp(end, "length") == 0)
		return co_model_truncated(err);
	if (!content)
		return co_model_no_text(err, "message.content");
	answer->text = co_xstrdup(content);
	return CO_OK;
}

const struct co_model_api co_model_ollama = {
	.endpoint = "http://127.0.0.1:11434",
	.url = url,
	.body = body,
	.key_header = "authorization",
	.key_prefix = "Bearer ",
	.read = read_answer,
};
