/* SPDX-License-Identifier: Apache-2.0 */
#include "exec/replay.h"

#include <signal.h>

#include "exec/evidence.h"
#include "exec_fake.h"

#include <sys/stat.h>

static json_t *doc(void)
{
	return doc_of(json_pack("[o, o, o, o, o]",
				step_of("nap", "['fake','list','nap']", "{'with':{'ms':20,'n':1},'access':'list'}"),
				step_of("bad", "['fake','get','fail']", "{'optional':true}"),
				step_of("big", "['fake','get','text']", "{'with':{'size':20000}}"),
				step_of("pw", "['fake','get','text']", "{'with':{'text':'password=hunter2'}}"),
				step_of("each", "['fake','get','text']",
					"{'with':{'text':'${ $item }'},'foreach':'(1, 2) | tostring','needs':['nap']}")),
		      "{'findings':[{'id':'r','severity':'low','title':'${ $now }','because':'${ $steps.pw.text }'}]}");
}

static char *whole(const struct place *p)
{
	struct co_buf text = CO_BUF_INIT;

	co_json_write(&text, p->run.doc, CO_JSON_COMPACT);
	return co_buf_take(&text);
}

static void directory(const struct place *p, const char *name, char out[128])
{
	snprintf(out, 128, "%s/%s", p->dir, name);
	assert_int_equal(mkdir(out, 0700), 0);
}

static void a_replay_is_the_run_byte_for_byte(void **state)
{
	struct place *p = *state;
	char dir[128], evidence[128], *recorded, *replayed;
	int calls;

	directory(p, "record", dir);
	directory(p, "evidence", evidence);
	p->exec.record = dir;
	p->exec.evidence = evidence;
	assert_int_equal(place_run(p, doc()), CO_OK);
	recorded = whole(p);
	calls = atomic_load(&p->fake.calls);
	assert_int_equal(calls, 6);

	p->exec.record = NULL;
	p->exec.replay = dir;
	p->exec.providers = NULL;
	place_take(p, doc());
	co_journal_free(p->exec.journal);
	p->exec.journal = NULL;
	assert_int_equal(co_exec_run(&p->exec, &p->run, &p->err), CO_OK);
	replayed = whole(p);
	assert_string_equal(replayed, recorded);
	assert_int_equal(atomic_load(&p->fake.calls), calls);
	assert_null(strstr(shown(p, "/execution"), "hunter2"));
	assert_null(strstr(shown(p, "/findings"), "hunter2"));
	assert_non_null(strstr(shown(p, "/execution/steps/2/evidence"), "sha256:"));
	free(recorded);
	free(replayed);
}

static void what_was_partial_is_so_again(void **state)
{
	struct place *p = *state;
	json_t *doc = doc_of(json_pack("[o]", step_of("a", "['fake','get','part']", "{'with':{'text':'x'}}")), "{}");
	char dir[128], *recorded, *replayed;

	directory(p, "record", dir);
	p->exec.record = dir;
	assert_int_equal(place_run(p, json_deep_copy(doc)), CO_ERR_REMOTE);
	recorded = whole(p);
	assert_non_null(strstr(recorded, "\"partial\":true"));
	p->exec.record = NULL;
	p->exec.replay = dir;
	assert_int_equal(place_run(p, doc), CO_ERR_REMOTE);
	replayed = whole(p);
	assert_string_equal(replayed, recorded);
	free(recorded);
	free(replayed);
}

static void no_secret_is_recorded(void **state)
{
	struct place *p = *state;
	char dir[128], command[256];

	directory(p, "record", dir);
	p->exec.record = dir;
	assert_int_equal(place_run(p, doc()), CO_OK);
	snprintf(command, sizeof(command), "! grep -rq hunter2 %s %s", dir, p->audit);
	assert_int_equal(system(command), 0);
}

static void another_plan_is_not_in_the_recording(void **state)
{
	struct place *p = *state;
	char dir[128];

	directory(p, "record", dir);
	p->exec.record = dir;
	assert_int_equal(place_run(p, doc()), CO_OK);
	p->exec.record = NULL;
	p->exec.replay = dir;
	assert_int_equal(place_run(p, doc_of(json_pack("[o]", step_of("x", "['fake','get','text']", "{}")), "{}")), CO_ERR_INPUT);
	assert_string_equal(shown(p, "/execution/steps/0/error_code"), "\"not-recorded\"");
}

static void bad_recordings_are_refused(void **state)
{
	static const char *const bad[] = {
		"", "[]", "{\"co\":\"exchange/1\"}",
		"{\"co\":\"exchange/2\",\"step\":\"a\",\"call\":[],\"target\":{},\"with\":{},\"n\":0,\"ms\":1,\"output\":1}",
		"{\"co\":\"exchange/1\",\"step\":\"a\",\"call\":[],\"target\":{},\"with\":{},\"n\":0,\"ms\":1}",
		("{\"co\":\"exchange/1\",\"step\":\"a\",\"call\":[],\"target\":{},\"with\":{},\"n\":0,\"ms\":1,\"error\":"
		 "{\"code\":0,\"id\":\"x\",\"message\":\"y\"}}"),
	};
	struct co_landing landing = { 0 };
	struct co_err err;
	size_t i;

	(void)state;
	for (i = 0; i < CO_COUNT(bad); i++)
		assert_int_equal(co_replay_decode(bad[i], strlen(bad[i]), "test", &landing, &err), CO_ERR_INPUT);
	assert_null(landing.output);
}

static void small_outputs_stay_in_the_document(void **state)
{
	json_t *small = json_string("x");
	char *digest = NULL;

	(void)state;
	assert_int_equal(co_evidence_keep("/nonexistent", small, &digest, NULL), CO_OK);
	assert_null(digest);
	json_decref(small);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, place_setup, place_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(a_replay_is_the_run_byte_for_byte),
		CASE(what_was_partial_is_so_again),
		CASE(no_secret_is_recorded),
		CASE(another_plan_is_not_in_the_recording),
		CASE(bad_recordings_are_refused),
		CASE(small_outputs_stay_in_the_document),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
