/* SPDX-License-Identifier: Apache-2.0 */
#include "exec/sound.h"

#include <signal.h>

#include "exec_fake.h"

#define GET "['fake','get','key']"
#define SET "['fake','set','key']"

static json_t *read_step(const char *more)
{
	json_t *step = step_of("a", GET, "{'with':{'key':'k'}}"), *extra = quoted(more);

	json_object_update(step, extra);
	json_decref(extra);
	return step;
}

static json_t *change_step(const char *more)
{
	json_t *step = step_of("c", SET,
			       "{'with':{'key':'k','value':'v'},'access':'write','needs':['a'],"
			       "'require':['${ $steps.a.value != null }'],"
			       "'verify':{'call':" GET ",'with':{'key':'k'},'until':'${ .value == $params.limit }','within':'5s'},"
			       "'undo':{'call':" SET ",'with':{'key':'k','value':'${ $steps.a.value }'}}}");
	json_t *extra = quoted(more);
	const char *key;
	json_t *value;

	json_object_foreach(extra, key, value) {
		if (json_is_null(value))
			json_object_del(step, key);
		else
			json_object_set(step, key, value);
	}
	json_decref(extra);
	return step;
}

/* What the check says of a plan; its path and symbol are compared. */
static void is_unsound(struct place *p, json_t *steps, const char *more, const char *id, const char *path)
{
	place_take(p, doc_of(steps, more));
	p->err = (struct co_err)CO_ERR_INIT;
	assert_int_equal(co_plan_sound(p->run.plan, p->catalog, &p->err), CO_ERR_INPUT);
	assert_string_equal(p->err.id, id);
	assert_string_equal(p->err.path, path);
}

static void sound_plans_are_sound(void **state)
{
	struct place *p = *state;

	place_take(p, doc_of(json_pack("[o]", read_step("{}")), "{}"));
	assert_int_equal(co_plan_sound(p->run.plan, p->catalog, &p->err), CO_OK);
	place_take(p, doc_of(json_pack("[o, o]", read_step("{}"), change_step("{}")), "{'changes':true}"));
	if (co_plan_sound(p->run.plan, p->catalog, &p->err) < 0)
		fail_msg("%s at %s", p->err.message, p->err.path);
}

static void ids_needs_and_circles(void **state)
{
	struct place *p = *state;

	is_unsound(p, json_pack("[o, o]", read_step("{}"), read_step("{}")), "{}", "duplicate-step", "/plan/steps/1/id");
	is_unsound(p, json_pack("[o]", read_step("{'needs':['a','zz']}")), "{}", "unknown-step", "/plan/steps/0/needs/1");
	is_unsound(p, json_pack("[o]", read_step("{'needs':['a']}")), "{}", "cycle", "/plan/steps/0");
	is_unsound(p, json_pack("[o, o, o]", read_step("{'id':'x'}"), read_step("{'needs':['b']}"),
				read_step("{'id':'b','needs':['a']}")), "{}", "cycle", "/plan/steps/1");
}

static void calls_and_access(void **state)
{
	struct place *p = *state;

	is_unsound(p, json_pack("[o]", read_step("{'call':['fake','get']}")), "{}", "bad-call", "/plan/steps/0/call");
	is_unsound(p, json_pack("[o]", read_step("{'call':['fake','get','keys']}")), "{}", "unknown-operation",
		   "/plan/steps/0/call");
	is_unsound(p, json_pack("[o]", read_step("{'call':['fook','get','key']}")), "{}", "unknown-provider",
		   "/plan/steps/0/call");
	/* A change that claims to read is the oldest trick. */
	is_unsound(p, json_pack("[o]", read_step("{'call':" SET ",'with':{'key':'k','value':'v'}}")), "{}", "wrong-access",
		   "/plan/steps/0/access");
	is_unsound(p, json_pack("[o]", read_step("{'access':'write'}")), "{'changes':true}", "wrong-access",
		   "/plan/steps/0/access");
	is_unsound(p, json_pack("[o]", read_step("{'with':{'kee':'k','key':'k'}}")), "{}", "unknown-parameter",
		   "/plan/steps/0/with/kee");
}

static void changes_are_declared(void **state)
{
	struct place *p = *state;

	is_unsound(p, json_pack("[o, o]", read_step("{}"), change_step("{}")), "{}", "wrong-changes", "/plan/changes");
	is_unsound(p, json_pack("[o]", read_step("{}")), "{'changes':true}", "wrong-changes", "/plan/changes");
}

static void changes_are_literal_and_whole(void **state)
{
	static const struct {
		const char *more, *id, *path;
	} cases[] = {
		{ "{'with':{'key':'k','value':'${ $steps.a.value }'}}", "not-literal", "/plan/steps/1/with" },
		{ "{'target':{'x':['${ $params.limit }']}}", "not-literal", "/plan/steps/1/target" },
		{ "{'foreach':'$steps.a[]'}", "repeated-change", "/plan/steps/1/foreach" },
		{ "{'optional':true}", "optional-change", "/plan/steps/1/optional" },
		{ "{'require':null}", "no-precondition", "/plan/steps/1/require" },
		{ "{'verify':null}", "no-verification", "/plan/steps/1/verify" },
		{ "{'undo':null}", "no-undo", "/plan/steps/1/undo" },
		{ "{'undo':{}}", "bad-undo", "/plan/steps/1/undo" },
		{ "{'undo':{'none':'x','call':" SET "}}", "bad-undo", "/plan/steps/1/undo" },
		{ "{'undo':{'call':['fake','set','kay']}}", "unknown-operation", "/plan/steps/1/undo/call" },
		{ "{'verify':{'call':" SET ",'with':{'key':'k','value':'v'},'until':'${ . }','within':'5s'}}", "not-a-read",
		  "/plan/steps/1/verify/call" },
		{ "{'verify':{'call':" GET ",'with':{'key':'k'},'within':'2s'}}", "bad-verify", "/plan/steps/1/verify" },
		{ "{'verify':{'call':" GET ",'with':{'key':'k'},'until':'${ . }','waiter':'w','within':'2s'}}", "unknown-waiter",
		  "/plan/steps/1/verify/waiter" },
		{ "{'verify':{'call':" GET ",'with':{'key':'k'},'until':'${ . }','within':'2h'}}", "bad-duration",
		  "/plan/steps/1/verify/within" },
		{ "{'verify':{'call':" GET ",'with':{'key':'k'},'until':'${ . }','within':'soon'}}", "bad-duration",
		  "/plan/steps/1/verify/within" },
	};
	struct place *p = *state;
	size_t i;

	for (i = 0; i < CO_COUNT(cases); i++)
		is_unsound(p, json_pack("[o, o]", read_step("{}"), change_step(cases[i].more)), "{'changes':true}",
			   cases[i].id, cases[i].path);
}

static void reads_have_nothing_of_a_change(void **state)
{
	struct place *p = *state;

	is_unsound(p, json_pack("[o]", read_step("{'require':['${ true }']}")), "{}", "not-a-change", "/plan/steps/0/require");
	is_unsound(p, json_pack("[o]", read_step("{'undo':{'none':'x'}}")), "{}", "not-a-change", "/plan/steps/0/undo");
	is_unsound(p, json_pack("[o]", read_step("{'verify':{'call':" GET ",'until':'${ . }','within':'5s'}}")), "{}",
		   "not-a-change", "/plan/steps/0/verify");
}

static void a_change_states_its_defaults(void **state)
{
	struct place *p = *state;

	place_file(p, "more.ops", "set it\twrite\t1\tx\tn=integer:3\tSet it\n");
	is_unsound(p, json_pack("[o, o]", read_step("{}"), change_step("{'call':['more','set','it'],'with':{}}")),
		   "{'changes':true}", "incomplete", "/plan/steps/1/with");
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, place_setup, place_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(sound_plans_are_sound),	      CASE(ids_needs_and_circles),
		CASE(calls_and_access),		      CASE(changes_are_declared),
		CASE(changes_are_literal_and_whole),  CASE(reads_have_nothing_of_a_change),
		CASE(a_change_states_its_defaults),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
