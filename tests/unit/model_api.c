/* SPDX-License-Identifier: Apache-2.0 */
/* What is sent to each API, and what is made of its answers. The peers test holds the bodies to the vendors' own clients. */
#include "model/api.h"
#include "model/prices.h"

#include "unit.h"

static const char schema[] = "{\"type\":\"object\",\"properties\":{\"verb\":{\"type\":\"string\",\"enum\":[\"a\",\"b\"]},"
			     "\"list\":{\"type\":\"array\",\"items\":{\"type\":\"object\",\"properties\":{\"type\":{\"type\":\"string\"}},"
			     "\"required\":[\"type\"],\"additionalProperties\":false}}},\"required\":[\"verb\",\"list\"],"
			     "\"additionalProperties\":false}";

static const struct {
	int provider;
	const char *api_version;
	const char *url;
	const char *pointer; /* a place in the body, and what must be there */
	const char *wanted;
} asks[] = {
	{ CO_MODEL_ANTHROPIC, NULL, "http://h/v1/messages", "/output_config/format/schema/properties/verb/enum/1", "b" },
	{ CO_MODEL_ANTHROPIC, NULL, "http://h/v1/messages", "/output_config/effort", "low" },
	{ CO_MODEL_ANTHROPIC, NULL, "http://h/v1/messages", "/messages/0/content", "why" },
	{ CO_MODEL_OPENAI, NULL, "http://h/chat/completions", "/response_format/json_schema/name", "intent" },
	{ CO_MODEL_OPENAI, NULL, "http://h/chat/completions", "/reasoning_effort", "low" },
	{ CO_MODEL_COMPATIBLE, NULL, "http://h/chat/completions", "/messages/1/content", "why" },
	{ CO_MODEL_COMPATIBLE, "2024-10-21", "http://h/openai/deployments/m%2F%3F/chat/completions?api-version=2024-10-21",
	  "/messages/0/content", "be brief" },
	{ CO_MODEL_GOOGLE, NULL, "http://h/v1/models/m%2F%3F:generateContent",
	  "/generationConfig/responseSchema/properties/list/items/properties/type/type", "STRING" },
	{ CO_MODEL_OLLAMA, NULL, "http://h/api/chat", "/format/properties/verb/enum/1", "b" },
};

static void asks_as_each_api_wants(void **state)
{
	struct co_model_question q = { .endpoint = "http://h", .model = "m/?", .system = "be brief", .text = "why", .name = "intent",
				       .schema = json_loads(schema, 0, NULL), .tokens = 500, .effort = "low" };
	size_t i;

	(void)state;
	for (i = 0; i < CO_COUNT(asks); i++) {
		char *version = (char *)(uintptr_t)asks[i].api_version;
		const struct co_model_config config = { .provider = asks[i].provider, .api_version = version };
		const struct co_model_api *api = co_model_api_of(&config);
		struct co_buf url = CO_BUF_INIT;
		json_t *body;

		q.api_version = version;
		api->url(&q, &url);
		body = api->body(&q);
		assert_non_null(body);
		assert_string_equal(co_buf_str(&url), asks[i].url);
		assert_non_null(co_json_at(body, asks[i].pointer));
		assert_string_equal(json_string_value(co_json_at(body, asks[i].pointer)), asks[i].wanted);
		json_decref(body);
		co_buf_clear(&url);
	}
	assert_int_equal(q.schema->refcount, 1);
	json_decref(q.schema);
}

static const struct {
	const struct co_model_api *api;
	const char *body;
	const char *text; /* or the id of the error */
	int64_t input, output;
} answers[] = {
	{ &co_model_anthropic, "{\"content\":[{\"type\":\"thinking\",\"thinking\":\"hm\"},{\"type\":\"text\",\"text\":\"{\\\"a\\\":1}\"}],"
			       "\"stop_reason\":\"end_turn\",\"usage\":{\"input_tokens\":3,\"cache_read_input_tokens\":4,\"output_tokens\":5}}",
	  "{\"a\":1}", 7, 5 },
	{ &co_model_anthropic, "{\"content\":[{\"type\":\"text\",\"text\":\"{\"}],\"stop_reason\":\"max_tokens\",\"usage\":{\"output_tokens\":9}}",
	  "model-truncated", 0, 9 },
	{ &co_model_anthropic, "{\"content\":[{\"type\":\"text\",\"text\":\"no\"}],\"stop_reason\":\"refusal\"}", "model-refused", 0, 0 },
	{ &co_model_anthropic, "{\"content\":[{\"type\":\"tool_use\",\"input\":{}}],\"stop_reason\":\"end_turn\"}", "model-answer", 0, 0 },
	{ &co_model_anthropic, "{\"content\":7}", "model-answer", 0, 0 },
	{ &co_model_openai, "{\"choices\":[{\"finish_reason\":\"stop\",\"message\":{\"content\":\"{}\",\"refusal\":null}}],"
			    "\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":2}}", "{}", 1, 2 },
	{ &co_model_openai, "{\"choices\":[{\"finish_reason\":\"stop\",\"message\":{\"content\":null,\"refusal\":\"I cannot\"}}]}", "model-refused", 0, 0 },
	{ &co_model_openai, "{\"choices\":[{\"finish_reason\":\"length\",\"message\":{\"content\":\"{\"}}],\"usage\":{\"completion_tokens\":-2}}",
	  "model-truncated", 0, 0 },
	{ &co_model_openai, "{\"choices\":[{\"finish_reason\":\"content_filter\",\"message\":{}}]}", "model-refused", 0, 0 },
	{ &co_model_openai, "{\"choices\":[]}", "model-answer", 0, 0 },
	{ &co_model_openai, "[]", "model-answer", 0, 0 },
	{ &co_model_google, "{\"candidates\":[{\"finishReason\":\"STOP\",\"content\":{\"parts\":[{\"thought\":true,\"text\":\"hm\"},{\"text\":\"{\"},{\"text\":\"}\"}]}}],"
			    "\"usageMetadata\":{\"promptTokenCount\":4,\"candidatesTokenCount\":5,\"thoughtsTokenCount\":6}}", "{}", 4, 11 },
	{ &co_model_google, "{\"promptFeedback\":{\"blockReason\":\"SAFETY\"}}", "model-refused", 0, 0 },
	{ &co_model_google, "{\"candidates\":[{\"finishReason\":\"RECITATION\"}]}", "model-refused", 0, 0 },
	{ &co_model_google, "{\"candidates\":[{\"finishReason\":\"MAX_TOKENS\",\"content\":{\"parts\":[{\"text\":\"{\"}]}}]}", "model-truncated", 0, 0 },
	{ &co_model_google, "{\"candidates\":[{}]}", "model-answer", 0, 0 },
	{ &co_model_ollama, "{\"message\":{\"content\":\"{}\"},\"done_reason\":\"stop\",\"prompt_eval_count\":8,\"eval_count\":9}", "{}", 8, 9 },
	{ &co_model_ollama, "{\"message\":{\"content\":\"{\"},\"done_reason\":\"length\"}", "model-truncated", 0, 0 },
	{ &co_model_ollama, "{\"message\":\"hello\"}", "model-answer", 0, 0 },
};

static void reads_what_each_api_answers(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < CO_COUNT(answers); i++) {
		struct co_model_answer answer = { NULL, 0, 0 };
		struct co_err err = CO_ERR_INIT;
		json_t *body = json_loads(answers[i].body, 0, NULL);
		int rc;

		assert_non_null(body);
		rc = answers[i].api->read(body, &answer, &err);
		assert_string_equal(rc == CO_OK ? answer.text : err.id, answers[i].text);
		assert_int_equal(answer.input_tokens, answers[i].input);
		assert_int_equal(answer.output_tokens, answers[i].output);
		free(answer.text);
		json_decref(body);
	}
}

static const char table[] = "models: 1\nproviders:\n  openai:\n    model: nano\n    key: K\n    prices:\n"
			    "      nano: {input: \"0.20\", output: \"1.25\", effort: none}\n  ollama: {model: l, free: true}\n";

static struct co_model_listing listing_of(struct co_model_config config)
{
	struct co_model_listing l = { 0 };

	assert_int_equal(co_model_look_up(&config, table, sizeof(table) - 1, "models.yaml", &l, NULL), CO_OK);
	return l;
}

static void knows_models_by_name_and_date(void **state)
{
	static const struct {
		char model[24];
		int priced;
	} rows[] = { { "nano", 1 }, { "nano-20260317", 1 }, { "nano-2026-03-17", 1 }, { "nano-pro", 0 }, { "nan", 0 }, { "nano-2026", 0 } };
	struct co_model_listing l = listing_of((struct co_model_config){ .provider = CO_MODEL_OPENAI });
	size_t i;

	(void)state;
	assert_string_equal(l.model, "nano");
	assert_string_equal(l.key_variable, "K");
	assert_string_equal(l.effort, "none");
	assert_int_equal(co_model_cost(&l.rate, 1000, 200), 450);
	assert_int_equal(co_model_cost(&l.rate, 1, 0), 1); /* rounded up */
	co_model_listing_clear(&l);
	for (i = 0; i < CO_COUNT(rows); i++) {
		char *model = co_xstrdup(rows[i].model);

		l = listing_of((struct co_model_config){ .provider = CO_MODEL_OPENAI, .model = model });
		assert_int_equal(l.priced, rows[i].priced);
		co_model_listing_clear(&l);
		free(model);
	}
	l = listing_of((struct co_model_config){ .provider = CO_MODEL_OLLAMA });
	assert_true(l.priced && !l.rate.input && !l.key_variable);
	co_model_listing_clear(&l);
}

static void a_wrong_table_is_named(void **state)
{
	static const struct {
		const char *text, *why;
	} rows[] = { { "models: 2\nproviders: {}\n", "models.yaml:1:1" },
		     { "models: 1\nproviders: {openai: {modle: x}}\n", "did you mean \"model\"?" },
		     { "models: 1\nproviders: {openai: {model: x, prices: {x: {input: \"free\", output: \"1\"}}}}\n", "is not an amount" } };
	const struct co_model_config config = { .provider = CO_MODEL_OPENAI };
	struct co_model_listing l;
	size_t i;

	(void)state;
	for (i = 0; i < CO_COUNT(rows); i++) {
		struct co_err err = CO_ERR_INIT;

		assert_int_equal(co_model_look_up(&config, rows[i].text, strlen(rows[i].text), "models.yaml", &l, &err), CO_ERR_INPUT);
		unit_assert_contains(unit_error(&err), rows[i].why);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(asks_as_each_api_wants),
		cmocka_unit_test(reads_what_each_api_answers),
		cmocka_unit_test(knows_models_by_name_and_date),
		cmocka_unit_test(a_wrong_table_is_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
