/* SPDX-License-Identifier: Apache-2.0 */
/* Google's generateContent with a response schema: OpenAPI's, whose types are upper case and whose objects are closed anyway. */
#include "model/api.h"

#include "net/url.h"

#include <ctype.h>
#include <string.h>

static void url(const struct co_model_question *q, struct co_buf *out)
{
	co_buf_addf(out, "%s/v1/models/", q->endpoint);
	co_url_encode(out, q->model, strlen(q->model), "");
	co_buf_adds(out, ":generateContent");
}

static json_t *upper_case(const json_t *type)
{
	char *text = co_xstrdup(json_string_value(type)), *c;
	json_t *made;

	for (c = text; *c; c++)
		*c = (char)toupper((unsigned char)*c);
	made = json_string(text);
	free(text);
	return made;
}

/* The subset of JSON Schema that questions are made of; see api.h. */
static json_t *open_api(json_t *schema)
{
	json_t *made = json_object(), *value, *property, *properties;
	const char *key, *name;

	json_object_foreach(schema, key, value) {
		if (strcmp(key, "additionalProperties") == 0)
			continue;
		if (strcmp(key, "type") == 0) {
			json_object_set_new(made, key, upper_case(value));
		} else if (strcmp(key, "items") == 0) {
			json_object_set_new(made, key, open_api(value));
		} else if (strcmp(key, "properties") == 0) {
			properties = json_object();
			json_object_foreach(value, name, property)
				json_object_set_new(properties, name, open_api(property));
			json_object_set_new(made, key, properties);
		} else {
			json_object_set(made, key, value);
		}
	}
	return made;
}

static json_t *body(const struct co_model_question *q)
{
	return json_pack("{s:[{s:s, s:[{s:s}]}], s:{s:s, s:[{s:s}]}, s:{s:I, s:s, s:o}}", "contents", "role", "user", "parts",
			 "text", q->text, "systemInstruction", "role", "user", "parts", "text", q->system,
			 "generationConfig", "maxOutputTokens", (json_int_t)q->tokens, "responseMimeType",
			 "application/json", "responseSchema", open_api(q->schema));
}

static int judge_end(json_t *response, struct co_err *err)
{
	static const char *const refusals[] = { "SAFETY", "RECITATION", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII", "LANGUAGE" };
	const char *block = json_string_value(co_json_at(response, "/promptFeedback/blockReason"));
	const char *end = json_string_value(co_json_at(response, "/candidates/0/finishReason"));
	size_t i;

	if (block)
		return co_model_refused(err, block);
	for (i = 0; end && i < CO_COUNT(refusals); i++)
		if (strcmp(end, refusals[i]) == 0)
			return co_model_refused(err, end);
	return end && strcmp(end, "MAX_TOKENS") == 0 ? co_model_truncated(err) : CO_OK;
}

static int read_answer(json_t *response, struct co_model_answer *answer, struct co_err *err)
{
	json_t *parts = co_json_at(response, "/candidates/0/content/parts"), *part;
	struct co_buf text = CO_BUF_INIT;
	size_t i;

	answer->input_tokens = co_model_count(response, "/usageMetadata/promptTokenCount");
	answer->output_tokens = co_model_count(response, "/usageMetadata/candidatesTokenCount") +
				co_model_count(response, "/usageMetadata/thoughtsTokenCount");
	if (judge_end(response, err) < 0)
		return CO_ERR_REMOTE;
	json_array_foreach(parts, i, part)
		if (co_json_str(part, "text") && !json_is_true(json_object_get(part, "thought")))
			co_buf_adds(&text, co_json_str(part, "text"));
	if (!text.len)
		return co_model_no_text(err, "text part");
	answer->text = co_buf_take(&text);
	return CO_OK;
}

const struct co_model_api co_model_google = {
	.endpoint = "https://generativelanguage.googleapis.com",
	.url = url,
	.body = body,
	.key_header = "x-goog-api-key",
	.key_prefix = "",
	.read = read_answer,
};
