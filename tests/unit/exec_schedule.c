/* SPDX-License-Identifier: Apache-2.0 */
#include <signal.h>

#include "exec_fake.h"

static void runs_steps_and_keeps_their_order(void **state)
{
	struct place *p = *state;
	json_t *steps = json_pack("[o, o, o]", step_of("slow", "['fake','list','nap']", "{'with':{'ms':60,'n':1},'access':'list'}"),
				  step_of("fast", "['fake','list','nap']", "{'with':{'ms':1,'n':2},'access':'list'}"),
				  step_of("text", "['fake','get','text']", "{'with':{'text':'hi'}}"));

	assert_int_equal(place_run(p, doc_of(steps, "{}")), CO_OK);
	assert_string_equal(statuses(p), "slow:done fast:done text:done");
	assert_string_equal(shown(p, "/execution/status"), "\"done\"");
	assert_string_equal(shown(p, "/execution/steps/0/output"), "{\"n\":1}");
	assert_string_equal(shown(p, "/execution/steps/2/output"), "{\"text\":\"hi\"}");
	assert_string_equal(shown(p, "/execution/calls"), "3");
	assert_true(json_integer_value(co_json_at(p->run.doc, "/execution/steps/0/ms")) >= 60);
}

static void what_was_run_decodes_again(void **state)
{
	struct place *p = *state;
	struct co_run again = { .doc = NULL };

	assert_int_equal(place_run(p, doc_of(json_pack("[o]", step_of("a", "['fake','get','text']", "{}")), "{}")), CO_OK);
	assert_int_equal(co_run_decode(&again, json_deep_copy(p->run.doc), &p->err), CO_OK);
	assert_string_equal(again.execution->plan, p->pass.digest);
	assert_int_equal(again.execution->started, FAKE_NOW);
	co_run_clear(&again);
}

static json_t *naps(int n, const char *ms)
{
	json_t *steps = json_array();
	char id[16], more[128];
	int i;

	for (i = 0; i < n; i++) {
		snprintf(id, sizeof(id), "s%d", i);
		snprintf(more, sizeof(more), "{'with':{'ms':%s,'n':%d},'access':'list'}", ms, i);
		json_array_append_new(steps, step_of(id, "['fake','list','nap']", more));
	}
	return steps;
}

static void holds_the_bound_on_200_steps(void **state)
{
	struct place *p = *state;
	int i;

	p->exec.concurrency = 7;
	assert_int_equal(place_run(p, doc_of(naps(200, "20"), "{}")), CO_OK);
	assert_in_range(atomic_load(&p->fake.most), 4, 7); /* 7 but on a machine that is very busy */
	for (i = 0; i < 200; i++)
		assert_int_equal(atomic_load(&p->fake.nap_calls[i]), 1);
}

static void holds_a_providers_own_bound(void **state)
{
	struct place *p = *state;

	p->provider.bound = 2;
	p->exec.concurrency = 16;
	assert_int_equal(place_run(p, doc_of(naps(20, "5"), "{}")), CO_OK);
	assert_in_range(atomic_load(&p->fake.most), 1, 2);
}

static void runs_concurrently(void **state)
{
	struct place *p = *state;
	int64_t begun = co_clock_ms();

	p->exec.concurrency = 20;
	assert_int_equal(place_run(p, doc_of(naps(20, "200"), "{}")), CO_OK);
	assert_true(co_clock_ms() - begun < 2000); /* one after another they take 4000 */
}

static void needs_come_first(void **state)
{
	struct place *p = *state;
	json_t *steps = json_pack("[o, o]", step_of("b", "['fake','get','text']",
						    "{'with':{'text':'${ $steps.a.text }!'},'needs':['a']}"),
				  step_of("a", "['fake','get','text']", "{'with':{'text':'first'}}"));

	assert_int_equal(place_run(p, doc_of(steps, "{}")), CO_OK);
	assert_string_equal(shown(p, "/execution/steps/0/output"), "{\"text\":\"first!\"}");
}

static void an_included_step_knows_its_own_names(void **state)
{
	struct place *p = *state;
	json_t *steps = json_pack("[o, o, o]", step_of("other@one", "['fake','get','text']", "{'with':{'text':'wrong'}}"),
				  step_of("shared@two", "['fake','get','text']", "{'with':{'text':'right'}}"),
				  step_of("book.b@two", "['fake','get','text']",
					  "{'with':{'text':'${ $steps.other.text } ${ $params.limit }'},'needs':['shared@two'],"
					  "'steps':{'other':'shared'},'params':{'limit':9}}"));

	assert_int_equal(place_run(p, doc_of(steps, "{}")), CO_OK);
	assert_string_equal(shown(p, "/execution/steps/2/output"), "{\"text\":\"right 9\"}");
}

static void when_skips(void **state)
{
	struct place *p = *state;
	json_t *steps = json_pack("[o, o, o]", step_of("a", "['fake','get','text']", "{'with':{'text':'x'}}"),
				  step_of("no", "['fake','get','text']", "{'needs':['a']}"),
				  step_of("yes", "['fake','get','text']", "{'when':'${ $params.limit == 3 }'}"));

	json_object_set_new(json_array_get(steps, 1), "when", json_string("${ $steps.a.text == \"y\" }"));
	assert_int_equal(place_run(p, doc_of(steps, "{}")), CO_OK);
	assert_string_equal(statuses(p), "a:done no:skipped yes:done");
}

static void a_condition_must_be_true_or_false(void **state)
{
	struct place *p = *state;
	json_t *steps = json_pack("[o]", step_of("a", "['fake','get','text']", "{'when':'${ $params.limit }'}"));

	assert_int_equal(place_run(p, doc_of(steps, "{}")), CO_ERR_INPUT);
	assert_string_equal(statuses(p), "a:failed");
	assert_string_equal(p->err.path, "/plan/steps/0");
}

static void foreach_repeats(void **state)
{
	struct place *p = *state;
	json_t *steps = json_pack("[o, o]", step_of("a", "['fake','get','text']", "{'with':{'text':'x y z'}}"),
				  step_of("each", "['fake','get','text']", "{'with':{'text':'<${ $item }>'},'needs':['a']}"));

	json_object_set_new(json_array_get(steps, 1), "foreach", json_string("$steps.a.text | split(\" \")[]"));
	assert_int_equal(place_run(p, doc_of(steps, "{}")), CO_OK);
	assert_string_equal(shown(p, "/execution/steps/1/output"),
			    "[{\"text\":\"<x>\"},{\"text\":\"<y>\"},{\"text\":\"<z>\"}]");
	assert_string_equal(shown(p, "/execution/steps/1/attempts"), "3");
	assert_string_equal(shown(p, "/execution/calls"), "4");
}

static void foreach_of_nothing_is_done(void **state)
{
	struct place *p = *state;
	json_t *steps = json_pack("[o]", step_of("each", "['fake','get','text']", "{'foreach':'empty'}"));

	assert_int_equal(place_run(p, doc_of(steps, "{}")), CO_OK);
	assert_string_equal(shown(p, "/execution/steps/0/output"), "[]");
}

static void foreach_is_bounded(void **state)
{
	struct place *p = *state;
	json_t *steps = json_pack("[o]", step_of("each", "['fake','get','text']", "{'foreach':'range(1001)'}"));

	assert_int_equal(place_run(p, doc_of(steps, "{}")), CO_ERR_INPUT);
	assert_non_null(strstr(p->err.message, "1001 items"));
	assert_int_equal(atomic_load(&p->fake.calls), 0);
}

static void a_limit_cuts_and_says_so(void **state)
{
	struct place *p = *state;
	json_t *steps = json_pack("[o, o]", step_of("each", "['fake','get','text']", "{'foreach':'range(1500)','limit':3}"),
				  step_of("few", "['fake','get','text']", "{'foreach':'range(3)','limit':3}"));

	assert_int_equal(place_run(p, doc_of(steps, "{}")), CO_OK);
	assert_int_equal(atomic_load(&p->fake.calls), 6);
	assert_string_equal(statuses(p), "each:done few:done");
	assert_string_equal(shown(p, "/execution/steps/0/truncated"), "true");
	assert_string_equal(shown(p, "/execution/steps/1/truncated"), "(none)");
	assert_string_equal(shown(p, "/summary/text"),
			    "[\"not seen: some of each: only 3 of 1500 items were asked for, as the playbook limits it\"]");
}

static void an_optional_failure_is_said_and_does_not_end_the_run(void **state)
{
	struct place *p = *state;
	json_t *steps = json_pack("[o, o, o]", step_of("bad", "['fake','get','fail']", "{'optional':true}"),
				  step_of("after", "['fake','get','text']", "{'needs':['bad']}"),
				  step_of("good", "['fake','get','text']", "{}"));

	assert_int_equal(place_run(p, doc_of(steps, "{}")), CO_OK);
	assert_string_equal(statuses(p), "bad:failed after:done good:done");
	assert_string_equal(shown(p, "/execution/steps/0/error_code"), "\"broken\"");
	assert_string_equal(shown(p, "/summary/text"), "[\"not seen: bad: it always fails\"]");
}

static void optional_failures_may_not_be_all_there_is(void **state)
{
	struct place *p = *state;
	const char *more = "{'optional':true}";
	json_t *steps = json_pack("[o, o, o, o]", step_of("a", "['fake','get','fail']", more), step_of("b", "['fake','get','fail']", more),
				  step_of("over", "['fake','get','text']", "{'needs':['a'],'foreach':'$steps.a.list // empty'}"),
				  step_of("off", "['fake','get','text']", "{'when':'${ false }'}"));

	assert_int_equal(place_run(p, doc_of(steps, "{}")), CO_ERR_REMOTE);
	assert_string_equal(p->err.id, "nothing-read");
	assert_string_equal(p->err.message, "nothing could be read: step \"a\": it always fails");
	assert_string_equal(p->err.path, "/plan/steps/0");
	assert_string_equal(statuses(p), "a:failed b:failed over:done off:skipped");
	assert_string_equal(shown(p, "/execution/status"), "\"failed\"");
	steps = json_pack("[o, o]", step_of("a", "['fake','get','fail']", more), step_of("b", "['fake','get','part']", "{'with':{'text':'x'},'optional':true}"));
	assert_int_equal(place_run(p, doc_of(steps, "{}")), CO_ERR_REMOTE);
	assert_string_equal(shown(p, "/execution/status"), "\"partial\"");
}

static void a_run_in_which_nothing_was_wanted_is_done(void **state)
{
	struct place *p = *state;
	json_t *steps = json_pack("[o]", step_of("off", "['fake','get','text']", "{'when':'${ false }'}"));

	assert_int_equal(place_run(p, doc_of(steps, "{}")), CO_OK);
	assert_string_equal(shown(p, "/execution/status"), "\"done\"");
}

static void a_required_failure_fails_the_run(void **state)
{
	struct place *p = *state;
	json_t *steps = json_pack("[o, o]", step_of("bad", "['fake','get','fail']", "{}"),
				  step_of("after", "['fake','get','text']", "{'needs':['bad']}"));

	assert_int_equal(place_run(p, doc_of(steps, "{}")), CO_ERR_REMOTE);
	assert_string_equal(p->err.id, "step-failed");
	assert_string_equal(p->err.path, "/plan/steps/0");
	assert_string_equal(statuses(p), "bad:failed after:skipped");
	assert_string_equal(shown(p, "/execution/status"), "\"failed\"");
}

static void what_was_read_before_a_failure_is_kept_and_marked(void **state)
{
	struct place *p = *state;
	json_t *steps = json_pack("[o, o]", step_of("a", "['fake','get','part']", "{'with':{'text':'x'}}"),
				  step_of("after", "['fake','get','text']", "{'needs':['a']}"));

	assert_int_equal(place_run(p, doc_of(steps, "{'summary':[{'text':'${ $steps.a.read | length } read'}]}")), CO_ERR_REMOTE);
	assert_string_equal(p->err.message, "step \"a\": page 2: it broke");
	assert_string_equal(statuses(p), "a:failed after:skipped");
	assert_string_equal(shown(p, "/execution/status"), "\"partial\"");
	assert_string_equal(shown(p, "/execution/steps/0/output/read"), "[\"x\"]");
	assert_null(strstr(shown(p, "/execution/steps/0/output"), "hunter2"));
	assert_string_equal(shown(p, "/execution/steps/0/partial"), "true");
	assert_string_equal(shown(p, "/execution/steps/1/partial"), "(none)");
	assert_string_equal(shown(p, "/summary/text/1"), "\"not seen: the rest of a: page 2: it broke\"");
}

/* Expressions would take what is missing for what is not there. */
static void a_rule_does_not_see_what_is_partial(void **state)
{
	struct place *p = *state;
	json_t *steps = json_pack("[o, o]", step_of("a", "['fake','get','part']", "{'with':{'text':'x'},'optional':true}"),
				  step_of("b", "['fake','get','text']", "{}"));

	assert_int_equal(place_run(p, doc_of(steps, "{'findings':[{'id':'r','severity':'low','title':'t','because':'b',"
							  "'when':'${ $steps.a != null }'}]}")), CO_OK);
	assert_string_equal(shown(p, "/findings"), "[]");
	assert_string_equal(shown(p, "/execution/steps/0/output/read"), "[\"x\"]");
}

static void a_partial_answer_over_the_limit_is_dropped(void **state)
{
	struct place *p = *state;

	p->exec.output_bytes = 10;
	assert_int_equal(place_run(p, doc_of(json_pack("[o]", step_of("a", "['fake','get','part']", "{'with':{'text':'x'}}")), "{}")),
			 CO_ERR_REMOTE);
	assert_string_equal(shown(p, "/execution/steps/0/error_code"), "\"broken\"");
	assert_string_equal(shown(p, "/execution/steps/0/output"), "(none)");
	assert_string_equal(shown(p, "/execution/status"), "\"failed\"");
}

static json_t *three_parts(const char *more)
{
	json_t *steps = json_pack("[o]", step_of("a", "['fake','get','part']", "{'with':{'text':'${ $item }'}}"));
	json_t *extra = quoted(more);

	json_object_set_new(json_array_get(steps, 0), "foreach", json_string("\"x\", \"whole\", \"z\""));
	json_object_update(json_array_get(steps, 0), extra);
	json_decref(extra);
	return steps;
}

static void items_that_worked_are_kept(void **state)
{
	struct place *p = *state;
	const char *lines = "{'summary':[{'text':'${ $steps.a | length } items'}]}";

	assert_int_equal(place_run(p, doc_of(three_parts("{}"), lines)), CO_ERR_REMOTE);
	assert_string_equal(statuses(p), "a:failed");
	assert_string_equal(shown(p, "/execution/status"), "\"partial\"");
	assert_string_equal(shown(p, "/execution/steps/0/output/1/read"), "[\"whole\"]");
	assert_string_equal(shown(p, "/execution/steps/0/output/2/read"), "[\"z\"]");
	assert_string_equal(shown(p, "/summary/text/1"),
			    "\"not seen: some of a: 2 of 3 items failed (x, z), the first with: page 2: it broke\"");
	assert_int_equal(place_run(p, doc_of(three_parts("{'optional':true}"), lines)), CO_OK);
	assert_string_equal(statuses(p), "a:done");
	assert_string_equal(shown(p, "/execution/steps/0/partial"), "true");
	assert_string_equal(shown(p, "/summary/text/0"), "\"3 items\"");
}

/* Other targets have their own answers. */
static void what_does_not_need_it_is_read_all_the_same(void **state)
{
	struct place *p = *state;
	json_t *steps = json_pack("[o, o, o]", step_of("bad", "['fake','get','fail']", "{}"),
				  step_of("after", "['fake','get','text']", "{'needs':['bad'],'with':{'text':'x'}}"),
				  step_of("late", "['fake','get','text']", "{'needs':['good'],'with':{'text':'x'}}"));

	json_array_append_new(steps, step_of("good", "['fake','get','text']", "{'with':{'text':'x'}}"));
	assert_int_equal(place_run(p, doc_of(steps, "{}")), CO_ERR_REMOTE);
	assert_string_equal(p->err.id, "step-failed");
	assert_string_equal(p->err.path, "/plan/steps/0");
	assert_string_equal(statuses(p), "bad:failed after:skipped late:done good:done");
	assert_string_equal(shown(p, "/execution/status"), "\"partial\"");
}

static void a_failure_that_means_absent_is_an_answer(void **state)
{
	struct place *p = *state;
	json_t *steps = json_pack("[o, o]", step_of("none", "['fake','get','fail']", "{'absent':['fails']}"),
				  step_of("each", "['fake','get','fail']", "{'absent':['fails'],'foreach':'1, 2'}"));

	assert_int_equal(place_run(p, doc_of(steps, "{}")), CO_OK);
	assert_string_equal(statuses(p), "none:done each:done");
	assert_string_equal(shown(p, "/execution/steps/0/output"), "{}");
	assert_string_equal(shown(p, "/execution/steps/1/output"), "[{},{}]");
	assert_string_equal(shown(p, "/summary/text"), "[]");
}

static void part_of_a_word_is_no_code(void **state)
{
	struct place *p = *state;

	assert_int_equal(place_run(p, doc_of(json_pack("[o]", step_of("a", "['fake','get','fail']", "{'absent':['fail','ail','']}")), "{}")),
			 CO_ERR_REMOTE);
}

static void a_provider_that_hangs_is_cut(void **state)
{
	struct place *p = *state;
	json_t *steps = json_pack("[o, o]", step_of("hang", "['fake','get','hang']", "{'optional':true}"),
				  step_of("good", "['fake','get','text']", "{}"));
	int64_t begun = co_clock_ms();

	p->exec.step_deadline_ms = 700;
	atomic_store(&p->fake.hang_until_released, 1);
	assert_int_equal(place_run(p, doc_of(steps, "{}")), CO_OK);
	assert_true(co_clock_ms() - begun < 8000);
	assert_string_equal(statuses(p), "hang:failed good:done");
	assert_string_equal(shown(p, "/execution/steps/0/error_code"), "\"timeout\"");
	atomic_store(&p->fake.hang_until_released, 0);
	while (!atomic_load(&p->fake.released)) /* its state is still there for the late thread */
		fake_nap(5);
}

static void the_run_has_a_deadline(void **state)
{
	struct place *p = *state;
	int64_t begun = co_clock_ms();

	p->exec.deadline_ms = 700;
	p->exec.concurrency = 1;
	assert_int_equal(place_run(p, doc_of(naps(50, "150"), "{}")), CO_ERR_SYSTEM);
	assert_true(co_clock_ms() - begun < 7000); /* all would take 7500 */
	assert_string_equal(shown(p, "/execution/status"), "\"failed\"");
	assert_string_equal(shown(p, "/execution/steps/0/status"), "\"done\"");
	assert_string_equal(shown(p, "/execution/steps/49/error_code"), "\"deadline\"");
}

static void items_that_the_deadline_cut_off_are_not_taken_for_all(void **state)
{
	struct place *p = *state;
	json_t *steps = json_pack("[o]", step_of("a", "['fake','list','nap']", "{'with':{'ms':400},'access':'list','foreach':'range(50)'}"));

	p->exec.deadline_ms = 1500; /* jq starts, too */
	p->exec.concurrency = 1;
	assert_int_equal(place_run(p, doc_of(steps, "{}")), CO_ERR_SYSTEM);
	assert_string_equal(statuses(p), "a:failed");
	assert_string_equal(shown(p, "/execution/steps/0/partial"), "true");
	assert_string_equal(shown(p, "/execution/steps/0/output/0/n"), "0");
	assert_string_equal(shown(p, "/execution/steps/0/output/49"), "null");
}

static void an_interrupt_keeps_what_there_is(void **state)
{
	struct place *p = *state;
	json_t *steps = json_pack("[o, o, o]", step_of("a", "['fake','get','text']", "{}"),
				  step_of("b", "['fake','list','nap']", "{'with':{'ms':9000},'access':'list','needs':['a']}"),
				  step_of("c", "['fake','get','text']", "{'needs':['b']}"));
	int64_t begun = co_clock_ms();

	p->fake.cancel = &p->cancelled;
	assert_int_equal(place_run(p, doc_of(steps, "{}")), CO_ERR_SYSTEM);
	assert_string_equal(p->err.id, "interrupted");
	assert_true(co_clock_ms() - begun < 4000);
	assert_string_equal(shown(p, "/execution/steps/0/status"), "\"done\"");
	assert_string_equal(shown(p, "/execution/steps/2/status"), "\"interrupted\"");
	assert_string_equal(shown(p, "/execution/status"), "\"failed\"");
}

static void a_large_answer_is_refused(void **state)
{
	struct place *p = *state;
	json_t *steps = json_pack("[o]", step_of("big", "['fake','get','text']", "{'with':{'size':2000}}"));

	p->exec.output_bytes = 1000;
	assert_int_equal(place_run(p, doc_of(steps, "{}")), CO_ERR_REMOTE);
	assert_string_equal(shown(p, "/execution/steps/0/error_code"), "\"too-large\"");
}

static void secrets_are_masked(void **state)
{
	struct place *p = *state;
	json_t *steps = json_pack("[o]", step_of("a", "['fake','get','text']",
						 "{'with':{'text':'x --password hunter2 AKIAIOSFODNN7EXAMPLE'}}"));

	assert_int_equal(place_run(p, doc_of(steps, "{}")), CO_OK);
	assert_string_equal(shown(p, "/execution/steps/0/output"), "{\"text\":\"x --password *** ***\"}");
}

static void every_call_is_written_ahead(void **state)
{
	struct place *p = *state;
	json_t *steps = naps(30, "2");

	snprintf(p->fake.log, sizeof(p->fake.log), "%s", p->audit);
	json_array_append_new(steps, step_of("last", "['fake','get','text']", "{'needs':['s3']}"));
	assert_int_equal(place_run(p, doc_of(steps, "{}")), CO_OK);
	assert_int_equal(atomic_load(&p->fake.calls), 31);
	assert_int_equal(atomic_load(&p->fake.unlogged), 0);
}

static void nothing_is_called_when_the_log_cannot_be_written(void **state)
{
	struct place *p = *state;
	json_t *steps = json_pack("[o]", step_of("a", "['fake','get','text']", "{}"));
	char command[256];

	snprintf(command, sizeof(command), "rm -rf %s", p->audit);
	assert_int_equal(system(command), 0);
	assert_int_equal(place_run(p, doc_of(steps, "{}")), CO_ERR_SYSTEM);
	assert_int_equal(atomic_load(&p->fake.calls), 0);
	assert_string_equal(statuses(p), "a:skipped");
}

/* Refuses the step "no", and all of a plan with changes. */
static int fake_review(void *unused, const struct co_review *review, struct co_err *err)
{
	struct co_err why = CO_ERR_INIT;
	size_t i;

	(void)unused;
	if (review->plan->changes)
		return co_err_set(err, CO_ERR_NO, "forbidden", "not that");
	co_err_set(&why, CO_ERR_REMOTE, "forbidden", "not you");
	for (i = 0; i < review->plan->steps.count; i++)
		if (strncmp(review->plan->steps.items[i].id, "no", 2) == 0)
			review->refuse(review->context, i, &why);
	return CO_OK;
}

static void what_a_review_refuses_is_not_called(void **state)
{
	struct place *p = *state;
	json_t *steps = json_pack("[o, o, o, o]", step_of("no", "['fake','get','text']", "{'optional':true}"),
				  step_of("none", "['fake','get','text']", "{'when':'${ false }'}"),
				  step_of("absent", "['fake','get','text']", "{'needs':['not'],'optional':true}"),
				  step_of("not", "['fake','get','text']", "{'absent':['forbidden']}"));

	p->provider.review = fake_review;
	p->exec.record = p->dir;
	assert_int_equal(place_run(p, doc_of(steps, "{}")), CO_OK);
	assert_string_equal(statuses(p), "no:failed none:skipped absent:done not:done");
	assert_string_equal(shown(p, "/execution/steps/0/error_code"), "\"forbidden\"");
	assert_string_equal(shown(p, "/execution/steps/3/output"), "{}");
	assert_string_equal(shown(p, "/execution/calls"), "1");
	assert_int_equal(atomic_load(&p->fake.calls), 1);

	p->exec.replay = p->dir;
	p->exec.record = NULL;
	assert_int_equal(place_run(p, doc_of(json_incref(json_object_get(json_object_get(p->run.doc, "plan"), "steps")), "{}")), CO_OK);
	assert_string_equal(statuses(p), "no:failed none:skipped absent:done not:done");
}

static void a_plan_of_refused_reads_ends(void **state)
{
	struct place *p = *state;
	json_t *steps = json_pack("[o, o]", step_of("no", "['fake','get','text']", "{'optional':true}"),
				  step_of("after", "['fake','get','text']", "{'needs':['no']}"));

	p->provider.review = fake_review;
	assert_int_equal(place_run(p, doc_of(steps, "{}")), CO_OK);
	assert_string_equal(statuses(p), "no:failed after:done");
	steps = json_pack("[o]", step_of("a", "['fake','get','text']", "{}"));
	assert_int_equal(place_run(p, doc_of(steps, "{'changes':true}")), CO_ERR_NO);
	assert_string_equal(p->err.id, "forbidden");
	assert_string_equal(statuses(p), "a:skipped");
	assert_int_equal(atomic_load(&p->fake.calls), 1);
}

static void a_preview_calls_nothing(void **state)
{
	struct place *p = *state;
	json_t *steps = json_pack("[o, o]", step_of("a", "['fake','get','text']", "{}"),
				  step_of("b", "['fake','get','text']", "{'with':{'text':'${ $steps.a.text }'},'needs':['a']}"));

	place_take(p, doc_of(steps, "{}"));
	assert_int_equal(co_exec_preview(&p->exec, &p->run, &p->err), CO_OK);
	assert_int_equal(atomic_load(&p->fake.calls), 0);
	assert_string_equal(shown(p, "/execution/dry_run"), "true");
	assert_string_equal(shown(p, "/execution/steps/0/output"), "{\"would\":\"text\",\"with\":{\"size\":0}}");
	assert_string_equal(shown(p, "/execution/steps/1/output/with/text"), "\"${ $steps.a.text }\"");
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, place_setup, place_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(runs_steps_and_keeps_their_order),
		CASE(what_was_run_decodes_again),
		CASE(holds_the_bound_on_200_steps),
		CASE(holds_a_providers_own_bound),
		CASE(runs_concurrently),
		CASE(needs_come_first),
		CASE(an_included_step_knows_its_own_names),
		CASE(when_skips),
		CASE(a_condition_must_be_true_or_false),
		CASE(foreach_repeats),
		CASE(foreach_of_nothing_is_done),
		CASE(foreach_is_bounded),
		CASE(an_optional_failure_is_said_and_does_not_end_the_run),
		CASE(a_required_failure_fails_the_run),
		CASE(a_limit_cuts_and_says_so),
		CASE(optional_failures_may_not_be_all_there_is),
		CASE(a_run_in_which_nothing_was_wanted_is_done),
		CASE(what_was_read_before_a_failure_is_kept_and_marked),
		CASE(a_rule_does_not_see_what_is_partial),
		CASE(a_partial_answer_over_the_limit_is_dropped),
		CASE(items_that_worked_are_kept),
		CASE(items_that_the_deadline_cut_off_are_not_taken_for_all),
		CASE(what_does_not_need_it_is_read_all_the_same),
		CASE(a_failure_that_means_absent_is_an_answer),
		CASE(part_of_a_word_is_no_code),
		CASE(a_provider_that_hangs_is_cut),
		CASE(the_run_has_a_deadline),
		CASE(an_interrupt_keeps_what_there_is),
		CASE(a_large_answer_is_refused),
		CASE(secrets_are_masked),
		CASE(every_call_is_written_ahead),
		CASE(nothing_is_called_when_the_log_cannot_be_written),
		CASE(what_a_review_refuses_is_not_called),
		CASE(a_plan_of_refused_reads_ends),
		CASE(a_preview_calls_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
