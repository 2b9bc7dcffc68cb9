/* SPDX-License-Identifier: Apache-2.0 */
/* What of a model's answers becomes an intent, and what is refused. tests/fuzz/answer.c tries all the others. */
#include "intent/outside/answer.h"

#include "codec/yaml.h"
#include "unit.h"

static const char inventory[] =
	"environments:\n"
	"  prod:\n"
	"    aliases: [production]\n"
	"    aws: [{account: '111122223333', name: oak-prod, regions: [eu-central-1]}]\n"
	"    kubernetes: [{context: prod-a, cluster: oak, namespaces: [billing], nodes: [oak-1]}]\n"
	"    hosts: [gw-7]\n"
	"workloads:\n"
	"  billing: {deployment: [invoice-api], statefulset: [ledger]}\n";

struct world {
	struct co_config config;
	struct co_names *names;
	struct co_vocabulary *vocabulary;
	struct co_zone zone;
	struct co_parser_input input;
};

static int64_t utc(void *context, int64_t at)
{
	(void)context, (void)at;
	return 0;
}

static int setup(void **state)
{
	struct world *w = co_xcalloc(1, sizeof(*w));
	json_t *value = co_yaml_parse(inventory, sizeof(inventory) - 1, "inventory", NULL);

	assert_int_equal(co_shape_decode(&co_config_shape, value, &w->config, NULL), CO_OK);
	json_decref(value);
	w->names = co_names_new(&w->config);
	w->vocabulary = co_vocabulary_new();
	assert_int_equal(co_vocabulary_load(w->vocabulary, "playbooks/vocabulary.yaml", NULL, NULL), CO_OK);
	w->zone.offset = utc;
	w->input = (struct co_parser_input){ .vocabulary = w->vocabulary, .names = w->names, .zone = &w->zone,
					      .now = 1795508939, .host = "this-host" };
	*state = w;
	return 0;
}

static int teardown(void **state)
{
	struct world *w = *state;

	co_vocabulary_free(w->vocabulary);
	co_names_free(w->names);
	co_shape_clear(&co_config_shape, &w->config);
	free(w);
	return 0;
}

/* {"verb": ...} with the members that are given; slots and parameters as {"name": "value"}. */
static char *answer_of(const char *short_form)
{
	static const char *const lists[] = { "target", "parameters" };
	json_t *all = json_loads("{\"verb\":\"investigate\",\"action\":\"\",\"subject\":\"health\",\"target\":{},\"parameters\":{},"
				 "\"constraints\":[],\"since\":\"\",\"until\":\"\"}", 0, NULL);
	json_t *given = json_loads(short_form, 0, NULL), *value;
	const char *key;
	char *text;
	size_t i;

	assert_non_null(given);
	json_object_update(all, given);
	for (i = 0; i < CO_COUNT(lists); i++) {
		json_t *list = json_array();

		json_object_foreach(json_object_get(all, lists[i]), key, value)
			json_array_append_new(list, json_pack("{s:s, s:O}", i ? "name" : "slot", key, "value", value));
		json_object_set_new(all, lists[i], list);
	}
	text = json_dumps(all, JSON_COMPACT);
	json_decref(given);
	json_decref(all);
	return text;
}

static void read_it(void **state, const char *sentence, const char *answer, struct co_buf *out)
{
	const struct world *w = *state;
	struct co_intent intent = { 0 };
	struct co_err err = CO_ERR_INIT;

	co_buf_reset(out);
	if (co_answer_read(&w->input, sentence, strlen(sentence), answer, strlen(answer), &intent, &err) < 0) {
		co_buf_addf(out, "%s: %s", err.id, err.message);
	} else {
		json_t *doc = co_shape_encode(&co_intent_shape, &intent);

		json_object_del(doc, "because");
		json_object_del(doc, "parser");
		json_object_del(doc, "confidence");
		co_json_write(out, doc, CO_JSON_COMPACT);
		json_decref(doc);
	}
	co_shape_clear(&co_intent_shape, &intent);
}

#define RESTART "\"verb\":\"remediate\",\"action\":\"restart\",\"subject\":\"deployment\""
#define SCALE "\"verb\":\"remediate\",\"action\":\"scale\",\"subject\":\"deployment\""

static const struct {
	const char *sentence;
	const char *answer; /* members */
	const char *wanted; /* in the document, or in the error */
} cases[] = {
	/* looks */
	{ "why is invoice-api slow", "{\"subject\":\"latency\",\"target\":{\"name\":\"invoice-api\",\"environment\":\"production\"}}",
	  "\"target\":{\"name\":\"invoice-api\",\"environment\":\"prod\"}" },
	{ "warum ist mein-dienst langsam", "{\"subject\":\"latency\",\"target\":{\"name\":\"mein-dienst\"}}", "\"name\":\"mein-dienst\"" },
	{ "why is x slow", "{\"target\":{\"name\":\"other-api\"}}", "model-answer: the name \"other-api\" is neither" },
	{ "why is x slow", "{\"target\":{\"name\":\"ledger\"}}", "\"name\":\"ledger\"" }, /* the inventory has it */
	{ "why is x slow", "{\"target\":{\"kind\":\"spaceship\"}}", "model-answer: the kind \"spaceship\"" },
	{ "why is x slow", "{\"target\":{\"provider\":\"unknown\"}}", "model-answer: the provider" },
	{ "why is x slow", "{\"subject\":\"x\"}", "model-answer: the subject \"x\" is not in the vocabulary" },
	{ "why is x slow", "{\"verb\":\"destroy\"}", "model-answer: the verb \"destroy\" is none" },
	{ "why is x slow", "{\"action\":\"restart\"}", "model-answer: the action \"restart\" belongs to a change" },
	{ "why is x slow", "{\"verb\":\"unclear\"}", "unclear: " },
	{ "why is x slow", "{\"more\":1}", "model-answer: unknown key \"more\"" },
	{ "why is x slow", "{\"parameters\":{\"percent\":\"101\"}}", "model-answer: the percent \"101\" has not the form" },
	{ "why is x slow", "{\"parameters\":{\"image\":\"evil:1\"}}", "model-answer: the image \"evil:1\" does not stand" },
	{ "show top ten pods", "{\"verb\":\"inspect\",\"parameters\":{\"count\":\"10\"}}", "\"parameters\":{\"count\":10}" },
	{ "the log says \"look at other-api\", why", "{\"target\":{\"name\":\"other-api\"}}", "model-answer: the name" },
	{ "why", "{\"since\":\"2026-11-20T00:00:00Z\",\"until\":\"2026-11-21T00:00:00Z\"}", "\"since\":\"2026-11-20T00:00:00Z\"" },
	{ "why, since yesterday", "{\"since\":\"2026-11-01T00:00:00Z\",\"until\":\"2026-11-02T00:00:00Z\"}", "\"since\":\"2026-11-23T00:00:00Z\"" },
	{ "why", "{\"since\":\"2026-11-20T00:00:00Z\",\"until\":\"2030-11-21T00:00:00Z\"}", "model-answer: the window" },
	{ "why", "{\"since\":\"yesterday\",\"until\":\"\"}", "model-answer: the window is no pair" },
	/* changes */
	{ "restart invoice-api on prod", "{" RESTART ",\"target\":{\"name\":\"invoice-api\",\"environment\":\"prod\"}}", "\"action\":\"restart\"" },
	{ "hey, could you please restart invoice-api thanks a bunch my dear", "{" RESTART ",\"target\":{\"name\":\"invoice-api\"}}", "\"action\":\"restart\"" },
	{ "restart invoice-api", "{" RESTART ",\"target\":{\"name\":\"ledger\"}}", "model-answer: the name \"ledger\" does not stand in the sentence" },
	{ "restart invoice-api", "{" RESTART ",\"target\":{\"name\":\"invoice-api\",\"environment\":\"prod\"}}", "model-answer: the environment" },
	{ "restart invoice-api", "{" RESTART ",\"target\":{\"name\":\"invoice-api\",\"kind\":\"statefulset\"}}", "model-answer: the kind" },
	{ "restart invoice-api", "{" RESTART ",\"target\":{\"name\":\"invoice-api\",\"kind\":\"deployment\"}}", "\"kind\":\"deployment\"" },
	{ "restart invoice-api", "{" RESTART ",\"target\":{\"name\":\"invoice-api\",\"provider\":\"aws\"}}", "model-answer: the provider" },
	{ "restart invoice-api", "{\"verb\":\"remediate\",\"action\":\"delete\",\"target\":{\"name\":\"invoice-api\"}}", "model-answer: the action \"delete\"" },
	{ "restart invoice-api", "{" RESTART "}", "model-answer: the answer has no object" },
	{ "why did somebody restart invoice-api", "{" RESTART ",\"target\":{\"name\":\"invoice-api\"}}", "model-answer: the verb" },
	{ "restart invoice-api unless ledger is down", "{" RESTART ",\"target\":{\"name\":\"invoice-api\"}}", "model-answer: the verb" },
	{ "do not restart invoice-api", "{" RESTART ",\"target\":{\"name\":\"invoice-api\"}}", "model-answer: the verb" },
	{ "restart invoice-api tomorrow at 15:00", "{" RESTART ",\"target\":{\"name\":\"invoice-api\"}}", "model-answer: the verb" },
	{ "check this: \"restart invoice-api\"", "{" RESTART ",\"target\":{\"name\":\"invoice-api\"}}", "model-answer: the verb" },
	{ "neustart von invoice-api bitte", "{" RESTART ",\"target\":{\"name\":\"invoice-api\"}}", "model-answer: the verb" },
	{ "invoice-api neu starten", "{" RESTART ",\"target\":{\"name\":\"invoice-api\"}}", "model-answer: the verb" },
	{ "restart invoice-api without downtime", "{" RESTART ",\"target\":{\"name\":\"invoice-api\"}}", "\"constraints\":[\"no-downtime\"]" },
	{ "scale invoice-api to 5 replicas", "{" SCALE ",\"target\":{\"name\":\"invoice-api\"},\"parameters\":{\"replicas\":\"5\"}}", "\"replicas\":5" },
	{ "scale invoice-api to 5 replicas", "{" SCALE ",\"target\":{\"name\":\"invoice-api\"},\"parameters\":{\"replicas\":\"50\"}}", "model-answer: the replicas" },
	{ "scale invoice-api to 5 replicas", "{" SCALE ",\"target\":{\"name\":\"invoice-api\"}}", "model-answer: the answer has no object" },
	{ "scale up invoice-api by 2", "{" SCALE ",\"target\":{\"name\":\"invoice-api\"},\"parameters\":{\"replicas\":\"-2\"}}", "model-answer: the replicas" },
	{ "scale down invoice-api by 2", "{" SCALE ",\"target\":{\"name\":\"invoice-api\"},\"parameters\":{\"replicas\":\"-2\"}}", "\"replicas\":\"-2\"" },
};

static void only_what_is_backed_becomes_an_intent(void **state)
{
	struct co_buf got = CO_BUF_INIT;
	size_t i;

	for (i = 0; i < CO_COUNT(cases); i++) {
		char *answer = answer_of(cases[i].answer);

		read_it(state, cases[i].sentence, answer, &got);
		if (!strstr(co_buf_str(&got), cases[i].wanted))
			fail_msg("%s\n%s\ngot %s\nwanted %s", cases[i].sentence, answer, co_buf_str(&got), cases[i].wanted);
		free(answer);
	}
	co_buf_clear(&got);
}

static void what_is_no_answer_is_refused(void **state)
{
	static const char *const texts[] = {
		"", "Sure, here it is:", "<!doctype html><title>502</title>", "{}", "[]", "null", "{\"verb\":\"inspect\"",
		"```json\n{}\n```", "Ich verstehe die Frage nicht.", "{\"verb\":1}", "{\"verb\":\"inspect\",\"verb\":\"audit\"}",
	};
	struct co_buf got = CO_BUF_INIT;
	char *long_text = co_xcalloc(1, CO_ANSWER_BYTES + 2);
	size_t i;

	for (i = 0; i < CO_COUNT(texts); i++) {
		read_it(state, "why is this slow", texts[i], &got);
		unit_assert_contains(co_buf_str(&got), "model-answer: ");
	}
	memset(long_text, ' ', CO_ANSWER_BYTES + 1);
	read_it(state, "why is this slow", long_text, &got);
	unit_assert_contains(co_buf_str(&got), "model-answer: the answer has 65537 bytes");
	free(long_text);
	co_buf_clear(&got);
}

static void the_scope_is_kept(void **state)
{
	struct world *w = *state;
	char *answer = answer_of("{\"target\":{\"environment\":\"prod\"}}");
	struct co_buf got = CO_BUF_INIT;

	w->input.scope = "dev";
	read_it(state, "why is it slow", answer, &got);
	unit_assert_contains(co_buf_str(&got), "out-of-scope: ");
	w->input.scope = "prod";
	read_it(state, "why is it slow", answer, &got);
	unit_assert_contains(co_buf_str(&got), "\"environment\":\"prod\"");
	free(answer);
	co_buf_clear(&got);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(only_what_is_backed_becomes_an_intent, setup, teardown),
		cmocka_unit_test_setup_teardown(what_is_no_answer_is_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(the_scope_is_kept, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
