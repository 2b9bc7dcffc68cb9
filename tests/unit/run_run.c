/* SPDX-License-Identifier: Apache-2.0 */
#include "run/run.h"

#include "unit.h"

#define ID "01JDBV4K6T5R9M3ZC8Q0W2XNYH"

static int decode(const char *text, struct co_run *run, struct co_err *err)
{
	json_t *doc = co_json_parse(text, strlen(text), "test", err);

	if (!doc)
		fail_msg("%s", unit_error(err));
	return co_run_decode(run, doc, err);
}

static void test_decode(void **state)
{
	struct co_err err = CO_ERR_INIT;
	struct co_run run;
	size_t len;
	char *text = unit_read("tests/golden/run/good-full.json", &len);

	(void)state;
	if (decode(text, &run, &err) < 0)
		fail_msg("%s", unit_error(&err));
	assert_string_equal(run.id, ID);
	assert_int_equal(run.intent->verb, CO_VERB_INVESTIGATE);
	assert_int_equal(run.plan->steps.count, 2);
	assert_int_equal(run.plan->steps.items[0].access, CO_ACCESS_READ);
	assert_string_equal(run.plan->steps.items[1].needs.items[0], "cpu");
	assert_int_equal(run.decision->effect, CO_EFFECT_PERMIT);
	assert_int_equal(run.execution->steps.items[1].status, CO_STEP_FAILED);
	assert_int_equal(run.findings.items[0].severity, CO_SEVERITY_HIGH);
	assert_null(run.error);
	co_run_clear(&run);
	free(text);
}

/* What the views say, encoded again, is the section as it was. */
static void test_round_trip(void **state)
{
	struct co_err err = CO_ERR_INIT;
	struct co_run run;
	size_t len;
	char *text = unit_read("tests/golden/run/good-full.json", &len);
	json_t *plan, *intent, *execution;

	(void)state;
	assert_int_equal(decode(text, &run, &err), CO_OK);
	plan = co_shape_encode(&co_plan_shape, run.plan);
	intent = co_shape_encode(&co_intent_shape, run.intent);
	execution = co_shape_encode(&co_execution_shape, run.execution);
	json_object_del(json_object_get(run.doc, "plan"), "constraints"); /* [] is not written */
	assert_true(json_equal(intent, json_object_get(run.doc, "intent")));
	assert_true(json_equal(execution, json_object_get(run.doc, "execution")));
	assert_true(json_equal(plan, json_object_get(run.doc, "plan")));
	json_decref(plan);
	json_decref(intent);
	json_decref(execution);
	co_run_clear(&run);
	free(text);
}

static void refused(const char *text, const char *id, const char *path)
{
	struct co_err err = CO_ERR_INIT;
	struct co_run run = { .id = NULL };

	assert_int_equal(decode(text, &run, &err), CO_ERR_INPUT);
	assert_string_equal(err.id, id);
	assert_string_equal(err.path, path);
	assert_null(run.doc);
}

static void test_refused(void **state)
{
	(void)state;
	refused("[]", "wrong-type", "");
	refused("{}", "missing-key", "");
	refused("{\"co\":\"run/2\",\"id\":\"" ID "\"}", "wrong-format", "/co");
	refused("{\"co\":\"run/1\",\"id\":\"x\"}", "bad-id", "/id");
	refused("{\"co\":\"run/1\",\"id\":\"" ID "\",\"more\":1}", "unknown-key", "/more");
	refused("{\"co\":\"run/1\",\"id\":\"" ID "\",\"decision\":{\"effect\":\"permit\",\"approvals_required\":0.0}}",
		"wrong-type", "/decision/approvals_required");
	refused("{\"co\":\"run/1\",\"id\":\"" ID "\",\"ext\":[]}", "wrong-type", "/ext");
}

static void test_error_section(void **state)
{
	struct co_err err = CO_ERR_INIT;
	struct co_run run;

	(void)state;
	assert_int_equal(decode("{\"co\":\"run/1\",\"id\":\"" ID "\",\"ext\":{\"k\":1.5}}", &run, &err), CO_OK);
	co_err_set(&err, CO_ERR_NO, "no-playbook", "no playbook");
	co_err_hint(&err, "try --list");
	co_run_set_error(&run, "co-plan", &err);
	assert_string_equal(run.error->code, "no-playbook");
	assert_null(run.error->path);
	co_err_set(&err, CO_ERR_INPUT, "bad-yaml", "broken");
	co_err_at(&err, "p.yaml", 3, 4);
	co_err_under(&err, "steps");
	co_run_set_error(&run, "co-plan", &err);
	assert_string_equal(co_json_str(json_object_get(run.doc, "error"), "message"), "p.yaml:3:4: broken");
	assert_string_equal(co_json_str(json_object_get(run.doc, "error"), "path"), "/steps");
	assert_null(json_object_get(json_object_get(run.doc, "error"), "hint"));
	assert_non_null(json_object_get(run.doc, "ext"));
	co_run_clear(&run);
}

static void test_digest(void **state)
{
	struct co_err err = CO_ERR_INIT;
	char digest[CO_DIGEST_LEN + 1], other[CO_DIGEST_LEN + 1];
	struct co_run run;

	(void)state;
	assert_int_equal(decode("{\"co\":\"run/1\",\"id\":\"" ID "\",\"ext\":{\"b\":2,\"a\":1}}", &run, &err), CO_OK);
	assert_int_equal(co_run_digest(&run, "ext", digest, &err), CO_OK);
	/* printf '{"a":1,"b":2}' | sha256sum */
	assert_string_equal(digest, "sha256:43258cff783fe7036d8a43033f830adfc60ec037382473548ac742b888292777");
	co_run_set(&run, "ext", json_pack("{s:i,s:i}", "a", 1, "b", 3));
	assert_int_equal(co_run_digest(&run, "ext", other, &err), CO_OK);
	assert_string_not_equal(digest, other);
	assert_int_equal(co_run_digest(&run, "plan", digest, &err), CO_ERR_INPUT);
	assert_string_equal(err.id, "missing-section");
	co_run_set(&run, "ext", json_pack("{s:I}", "a", (json_int_t)INT64_MAX));
	assert_int_equal(co_run_digest(&run, "ext", digest, &err), CO_ERR_INPUT);
	assert_string_equal(err.id, "out-of-range");
	co_run_clear(&run);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_decode),	cmocka_unit_test(test_round_trip),    cmocka_unit_test(test_refused),
		cmocka_unit_test(test_error_section), cmocka_unit_test(test_digest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
