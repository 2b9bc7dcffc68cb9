/* SPDX-License-Identifier: Apache-2.0 */
#include <signal.h>
#include <sys/wait.h>

#include "exec/change.h"
#include "exec_fake.h"

#define GET "['fake','get','key']"
#define SET "['fake','set','key']"

/* "before" reads the key, then the change sets it to value, sees that it did, and can set it back. */
static json_t *change(const char *id, const char *key, const char *value, const char *more)
{
	json_t *step = step_of(id, SET,
			       "{'access':'write','needs':['before'],'require':['${ $steps.before.value != null }'],"
			       "'verify':{'call':" GET ",'with':{},'until':'','within':'300ms'},"
			       "'undo':{'call':" SET ",'with':{'value':'${ $steps.before.value }'}}}");
	json_t *extra = quoted(more), *verify = json_object_get(step, "verify");
	char until[128];

	snprintf(until, sizeof(until), "${ .value == \"%s\" }", value);
	json_object_set_new(verify, "until", json_string(until));
	json_object_set_new(json_object_get(verify, "with"), "key", json_string(key));
	json_object_set_new(json_object_get(json_object_get(step, "undo"), "with"), "key", json_string(key));
	json_object_set_new(step, "with", json_pack("{s:s, s:s}", "key", key, "value", value));
	json_object_update(step, extra);
	json_decref(extra);
	return step;
}

static json_t *plan_of(json_t *changes)
{
	json_t *steps = json_pack("[o]", step_of("before", GET, "{'with':{'key':'a'}}"));

	json_array_extend(steps, changes);
	json_decref(changes);
	return doc_of(steps, "{'changes':true}");
}

static json_t *one(const char *more)
{
	return plan_of(json_pack("[o]", change("scale", "a", "five", more)));
}

static json_t *two(void)
{
	return plan_of(json_pack("[o, o]", change("first", "a", "five", "{}"), change("second", "b", "six", "{}")));
}

static void put(const struct place *p, const char *line)
{
	place_file(p, "ledger", line);
}

static void is_value(const struct place *p, const char *key, const char *wanted, int wanted_times)
{
	int times;
	char *value = fake_value(&p->fake, key, &times);

	assert_string_equal(value ? value : "(none)", wanted);
	assert_int_equal(times, wanted_times);
	free(value);
}

/* The log's records as "intent:scale result:scale=done ..." without reads of the plan itself. */
static const char *recorded(const struct place *p)
{
	static char text[4096];
	char command[512];
	FILE *f;
	size_t n;

	snprintf(command, sizeof(command),
		 "jq -rj 'select(.type != \"exec.start\") | [.type, .step, .detail.role, .result] | map(select(.)) | join(\":\") + \" \"' "
		 "%s/*.jsonl", p->audit);
	f = popen(command, "r");
	assert_non_null(f);
	n = fread(text, 1, sizeof(text) - 1, f);
	text[n] = '\0';
	assert_int_equal(pclose(f), 0);
	return text;
}

static void a_change_is_made_and_verified(void **state)
{
	struct place *p = *state;

	put(p, "- a three\n");
	snprintf(p->fake.log, sizeof(p->fake.log), "%s", p->audit);
	assert_int_equal(place_run(p, one("{}")), CO_OK);
	assert_string_equal(shown(p, "/execution/status"), "\"done\"");
	assert_string_equal(statuses(p), "before:done scale:done");
	is_value(p, "a", "five", 2);
	assert_int_equal(atomic_load(&p->fake.unlogged), 0);
	assert_string_equal(recorded(p),
			    "step.intent:before step.result:before:done step.intent:before:again "
			    "step.result:before:again:done step.intent:scale step.result:scale:done "
			    "step.intent:scale:verify step.result:scale:verify:done exec.end:done ");
}

static void the_token_is_of_plan_and_step(void **state)
{
	struct place *p = *state;
	char token[CO_TOKEN_LEN + 1], other[CO_TOKEN_LEN + 1];

	put(p, "- a three\n");
	assert_int_equal(place_run(p, one("{}")), CO_OK);
	co_change_token(token, p->pass.digest, "scale", 0);
	assert_int_equal(strlen(token), 64);
	assert_true(fake_has_token(&p->fake, token));
	co_change_token(other, p->pass.digest, "scale", 1);
	assert_string_not_equal(token, other);
}

static void a_precondition_is_read_again(void **state)
{
	struct place *p = *state;

	put(p, "- b x\n"); /* "a" is not there */
	assert_int_equal(place_run(p, one("{}")), CO_ERR_NO);
	assert_string_equal(p->err.id, "refused");
	assert_string_equal(shown(p, "/execution/status"), "\"refused\"");
	assert_string_equal(statuses(p), "before:done scale:refused");
	is_value(p, "a", "(none)", 0);
}

static void no_downtime_counts_only_when_wanted(void **state)
{
	struct place *p = *state;
	const char *more = "{'no_downtime':['${ $params.limit == 4 }']}";
	json_t *doc;

	put(p, "- a three\n");
	assert_int_equal(place_run(p, one(more)), CO_OK);
	doc = one(more);
	json_object_set_new(json_object_get(doc, "plan"), "constraints", quoted("['no-downtime']"));
	assert_int_equal(place_run(p, doc), CO_ERR_NO);
	assert_string_equal(p->err.id, "refused");
}

static void a_failed_read_never_lets_a_change_happen(void **state)
{
	struct place *p = *state;
	json_t *doc = one("{'needs':['before','bad']}");

	put(p, "- a three\n");
	json_array_append_new(co_json_at(doc, "/plan/steps"), step_of("bad", "['fake','get','fail']", "{'optional':true}"));
	assert_int_equal(place_run(p, doc), CO_ERR_NO);
	assert_string_equal(p->err.id, "refused");
	assert_string_equal(shown(p, "/execution/status"), "\"refused\"");
	assert_string_equal(statuses(p), "before:done scale:refused bad:failed");
	is_value(p, "a", "three", 1);
}

static void a_change_that_fails_before_is_failed(void **state)
{
	struct place *p = *state;

	put(p, "- a three\n");
	p->fake.fail_before = "five";
	assert_int_equal(place_run(p, one("{}")), CO_ERR_REMOTE);
	assert_string_equal(p->err.id, "step-failed");
	assert_string_equal(p->err.path, "/plan/steps/1");
	assert_string_equal(shown(p, "/execution/status"), "\"failed\"");
	is_value(p, "a", "three", 1);
}

static void what_came_before_a_failure_is_undone(void **state)
{
	struct place *p = *state;

	put(p, "- a three\n- b two\n");
	p->fake.fail_before = "six";
	assert_int_equal(place_run(p, two()), CO_ERR_REMOTE);
	assert_string_equal(shown(p, "/execution/status"), "\"rolled-back\"");
	assert_string_equal(statuses(p), "before:done first:undone second:failed");
	is_value(p, "a", "three", 3);
	is_value(p, "b", "two", 1);
	assert_non_null(strstr(recorded(p), "step.intent:first:undo step.result:first:undo:done exec.end:rolled-back"));
}

static void the_last_change_is_undone_first(void **state)
{
	struct place *p = *state;
	json_t *doc = plan_of(json_pack("[o, o, o]", change("first", "a", "five", "{}"), change("second", "b", "six", "{}"),
					change("third", "c", "seven", "{}")));

	put(p, "- a three\n");
	p->fake.fail_before = "seven";
	assert_int_equal(place_run(p, doc), CO_ERR_REMOTE);
	assert_non_null(strstr(recorded(p), "step.intent:second:undo step.result:second:undo:done step.intent:first:undo"));
}

static void a_precondition_may_be_that_there_is_none(void **state)
{
	struct place *p = *state;
	json_t *steps = json_pack("[o, o]", step_of("before", "['fake','get','fail']", "{'absent':['fails']}"),
				  change("scale", "a", "five", "{'require':['${ $steps.before == {} }'],'undo':{'none':'a test'}}"));

	put(p, "- a one\n");
	assert_int_equal(place_run(p, doc_of(steps, "{'changes':true}")), CO_OK);
	assert_string_equal(statuses(p), "before:done scale:done");
}

/* The provider's own rules say when a change has come, that it will not, and how often to look. */
static void a_waiter_verifies(void **state)
{
	static const struct {
		const char *waiter, *no_effect, *why, *status;
	} cases[] = {
		{ "set", NULL, NULL, "\"done\"" },
		{ "set", "five", "step \"scale\": \"set\" did not come true in 3 looks", "\"rolled-back\"" },
		{ "never", NULL, "step \"scale\": \"never\" will not come true any more", "\"rolled-back\"" },
	};
	struct place *p = *state;
	char more[200];
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		put(p, "- a one\n");
		p->fake.no_effect = cases[i].no_effect;
		snprintf(more, sizeof(more), "{'verify':{'call':" GET ",'with':{'key':'a'},'waiter':'%s','within':'20s'}}", cases[i].waiter);
		assert_int_equal(place_run(p, one(more)), cases[i].why ? CO_ERR_REMOTE : CO_OK);
		assert_string_equal(cases[i].why ? p->err.message : "", cases[i].why ? cases[i].why : "");
		assert_string_equal(shown(p, "/execution/status"), cases[i].status);
	}
}

static void a_change_that_does_not_verify_is_undone(void **state)
{
	struct place *p = *state;

	put(p, "- a three\n");
	p->fake.no_effect = "five";
	assert_int_equal(place_run(p, one("{}")), CO_ERR_REMOTE);
	assert_string_equal(p->err.id, "not-verified");
	assert_string_equal(shown(p, "/execution/status"), "\"rolled-back\"");
	assert_string_equal(statuses(p), "before:done scale:undone");
	is_value(p, "a", "three", 2);
}

static void without_an_undo_it_stays_partial(void **state)
{
	struct place *p = *state;

	put(p, "- a three\n");
	p->fake.no_effect = "five";
	assert_int_equal(place_run(p, one("{'undo':{'none':'it cannot be taken back'}}")), CO_ERR_REMOTE);
	assert_string_equal(shown(p, "/execution/status"), "\"partial\"");
	assert_string_equal(shown(p, "/execution/steps/1/error_code"), "\"undo-failed\"");
	assert_non_null(strstr(shown(p, "/execution/steps/1/error"), "cannot be taken back"));
}

static void an_undo_that_fails_is_partial_and_the_last(void **state)
{
	struct place *p = *state;
	json_t *doc = plan_of(json_pack("[o, o, o]", change("first", "a", "five", "{}"),
					change("second", "b", "six", "{'undo':{'call':" SET ",'with':{'key':'b','value':'bad'}}}"),
					change("third", "c", "bad", "{}")));

	put(p, "- a three\n");
	p->fake.fail_before = "bad";
	assert_int_equal(place_run(p, doc), CO_ERR_REMOTE);
	assert_string_equal(shown(p, "/execution/status"), "\"partial\"");
	assert_string_equal(statuses(p), "before:done first:done second:done third:failed");
	is_value(p, "a", "five", 2);
}

static void a_lost_answer_is_in_doubt(void **state)
{
	struct place *p = *state;

	put(p, "- a three\n- b two\n");
	p->fake.drop_after = "five";
	assert_int_equal(place_run(p, two()), CO_ERR_UNKNOWN);
	assert_string_equal(p->err.id, "in-doubt");
	assert_string_equal(shown(p, "/execution/status"), "\"in-doubt\"");
	assert_string_equal(statuses(p), "before:done first:in-doubt second:skipped");
	is_value(p, "a", "five", 2); /* nothing is undone, nothing is sent again */
}

static void an_interrupt_does_not_cut_a_change(void **state)
{
	struct place *p = *state;

	put(p, "- a three\n- b two\n");
	assert_int_equal(place_run(p, one("{}")), CO_OK);
	p->fake.cancel = &p->cancelled;
	assert_int_equal(place_run(p, two()), CO_ERR_SYSTEM);
	assert_string_equal(p->err.id, "interrupted");
	assert_string_equal(shown(p, "/execution/steps/2/status"), "\"interrupted\"");
	is_value(p, "b", "two", 1);
}

/* Runs a document in another process, which the provider kills; the log and the ledger stay. */
static void crash(struct place *p, json_t *doc)
{
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		place_run(p, doc);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	p->fake.die_before = p->fake.die_after = NULL;
	json_decref(doc);
}

static int resume(struct place *p, json_t *doc)
{
	place_take(p, doc);
	co_past_clear(&p->past);
	p->err = (struct co_err)CO_ERR_INIT;
	if (co_past_read(&p->past, p->audit, FAKE_RUN, p->pass.digest, &p->err) < 0)
		return p->err.code;
	p->exec.past = &p->past;
	place_journal(p);
	return co_exec_run(&p->exec, &p->run, &p->err);
}

static void a_crash_before_the_effect_is_sent_again_when_the_token_is_absent(void **state)
{
	struct place *p = *state;

	put(p, "- a three\n");
	p->fake.can_look_up = 1;
	p->fake.die_before = "five";
	crash(p, one("{}"));
	is_value(p, "a", "three", 1);
	assert_int_equal(resume(p, one("{}")), CO_OK);
	assert_string_equal(statuses(p), "before:done scale:done");
	is_value(p, "a", "five", 2);
}

static void a_crash_after_the_effect_is_adopted_by_its_token(void **state)
{
	struct place *p = *state;

	put(p, "- a three\n");
	p->fake.can_look_up = 1;
	p->fake.die_after = "five";
	crash(p, one("{}"));
	is_value(p, "a", "five", 2);
	assert_int_equal(resume(p, one("{}")), CO_OK);
	is_value(p, "a", "five", 2); /* not sent twice */
	assert_string_equal(shown(p, "/execution/status"), "\"done\"");
}

static void without_tokens_the_state_is_looked_at(void **state)
{
	struct place *p = *state;

	put(p, "- a three\n");
	p->fake.die_after = "five";
	crash(p, one("{}"));
	assert_int_equal(resume(p, one("{}")), CO_OK);
	is_value(p, "a", "five", 2);
}

static void what_cannot_be_told_stays_in_doubt(void **state)
{
	struct place *p = *state;

	put(p, "- a three\n");
	p->fake.die_before = "five";
	crash(p, one("{}"));
	assert_int_equal(resume(p, one("{}")), CO_ERR_UNKNOWN);
	assert_string_equal(shown(p, "/execution/status"), "\"in-doubt\"");
	is_value(p, "a", "three", 1);
	assert_int_equal(resume(p, one("{}")), CO_ERR_UNKNOWN); /* and again: it can be asked any time */
}

static void a_token_that_is_safe_is_sent_again(void **state)
{
	struct place *p = *state;

	put(p, "- a three\n");
	p->fake.die_before = "five";
	crash(p, one("{}"));
	p->provider.tokens = 1;
	assert_int_equal(resume(p, one("{}")), CO_OK);
	is_value(p, "a", "five", 2);
}

static void an_adopted_change_is_undone_to_what_was_before_the_crash(void **state)
{
	struct place *p = *state;

	put(p, "- a three\n- b two\n");
	p->fake.can_look_up = 1;
	p->fake.die_after = "five";
	crash(p, two());
	p->fake.fail_before = "six";
	assert_int_equal(resume(p, two()), CO_ERR_REMOTE);
	assert_string_equal(statuses(p), "before:done first:undone second:failed");
	is_value(p, "a", "three", 3);
}

static void a_crash_while_rolling_back_rolls_on(void **state)
{
	struct place *p = *state;
	json_t *doc = plan_of(json_pack("[o, o, o]", change("first", "a", "five", "{}"),
					change("second", "b", "six", "{'undo':{'call':" SET ",'with':{'key':'b','value':'back'}}}"),
					change("third", "c", "bad", "{}")));

	put(p, "- a three\n");
	p->fake.can_look_up = 1;
	p->fake.fail_before = "bad";
	p->fake.die_after = "back";
	crash(p, json_incref(doc));
	assert_int_equal(resume(p, doc), CO_ERR_REMOTE);
	assert_string_equal(shown(p, "/execution/status"), "\"rolled-back\"");
	is_value(p, "a", "three", 3);
	is_value(p, "b", "back", 2);
	is_value(p, "c", "(none)", 0);
}

static void what_ended_is_not_resumed(void **state)
{
	struct place *p = *state;

	put(p, "- a three\n");
	assert_int_equal(resume(p, one("{}")), CO_ERR_NO);
	assert_string_equal(p->err.id, "unknown-run");
	assert_int_equal(place_run(p, one("{}")), CO_OK);
	assert_int_equal(resume(p, one("{}")), CO_ERR_NO);
	assert_string_equal(p->err.id, "already-ended");
	assert_int_equal(resume(p, one("{'undo':{'none':'x'}}")), CO_ERR_NO);
	assert_string_equal(p->err.id, "other-plan");
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, place_setup, place_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(a_change_is_made_and_verified),
		CASE(the_token_is_of_plan_and_step),
		CASE(a_precondition_is_read_again),
		CASE(no_downtime_counts_only_when_wanted),
		CASE(a_failed_read_never_lets_a_change_happen),
		CASE(a_change_that_fails_before_is_failed),
		CASE(what_came_before_a_failure_is_undone),
		CASE(the_last_change_is_undone_first),
		CASE(a_precondition_may_be_that_there_is_none),
		CASE(a_waiter_verifies),
		CASE(a_change_that_does_not_verify_is_undone),
		CASE(without_an_undo_it_stays_partial),
		CASE(an_undo_that_fails_is_partial_and_the_last),
		CASE(a_lost_answer_is_in_doubt),
		CASE(an_interrupt_does_not_cut_a_change),
		CASE(a_crash_before_the_effect_is_sent_again_when_the_token_is_absent),
		CASE(a_crash_after_the_effect_is_adopted_by_its_token),
		CASE(without_tokens_the_state_is_looked_at),
		CASE(what_cannot_be_told_stays_in_doubt),
		CASE(a_token_that_is_safe_is_sent_again),
		CASE(an_adopted_change_is_undone_to_what_was_before_the_crash),
		CASE(a_crash_while_rolling_back_rolls_on),
		CASE(what_ended_is_not_resumed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
