/* SPDX-License-Identifier: Apache-2.0 */
#include <signal.h>

#include "exec/gate.h"
#include "exec_fake.h"

#define GET "['fake','get','key']"
#define SET "['fake','set','key']"

struct gates {
	struct place *place;
	struct co_policy *policy;
	struct co_signers signers;
	struct co_config config;
	struct co_approval_config approval;
	struct co_limits limits;
	struct co_gate gate;
};

static const char open_policy[] = "policy: 1\nrules:\n"
				  "  - {rule: reads, effect: permit, when: {access: [list, read]}}\n"
				  "  - {rule: writes, effect: permit, when: {access: [write]}}\n";

static void use_policy(struct gates *g, const char *text)
{
	struct co_err err = CO_ERR_INIT;

	co_policy_free(g->policy);
	g->policy = NULL;
	if (text ? co_policy_parse(&g->policy, text, strlen(text), "test.yaml", &err) < 0
		 : co_policy_load(&g->policy, NULL, 0, &err) < 0)
		fail_msg("%s", err.message);
	g->gate.policy = g->policy;
}

static int setup(void **state)
{
	struct gates *g = co_xcalloc(1, sizeof(*g));

	place_setup((void **)&g->place);
	g->approval.approve_within = (char *)"24h";
	g->approval.execute_within = (char *)"1h";
	g->limits.changes = 20;
	g->config.approval = &g->approval;
	g->config.limits = &g->limits;
	g->config.state_dir = g->place->dir;
	g->config.config_dir = g->place->dir;
	g->gate = (struct co_gate){
		.config = &g->config,
		.catalog = g->place->catalog,
		.signers = &g->signers,
		.user = "root",
		.host = "h",
		.now = FAKE_NOW,
	};
	use_policy(g, NULL);
	*state = g;
	return 0;
}

static int teardown(void **state)
{
	struct gates *g = *state;

	co_policy_free(g->policy);
	place_teardown((void **)&g->place);
	free(g);
	return 0;
}

static json_t *reads(void)
{
	return doc_of(json_pack("[o]", step_of("a", GET, "{'with':{'key':'k'}}")), "{}");
}

static json_t *changes(void)
{
	return doc_of(json_pack("[o, o]", step_of("a", GET, "{'with':{'key':'k'}}"),
				step_of("c", SET, "{'with':{'key':'k','value':'v'},'access':'write','needs':['a'],"
						  "'require':['${ true }'],'verify':{'call':" GET ",'with':{'key':'k'},"
						  "'until':'${ true }','within':'1s'},'undo':{'none':'x'}}")),
		      "{'changes':true}");
}

/* CO_OK, or the symbol of why not, in err. */
static int judge(struct gates *g, json_t *doc)
{
	struct place *p = g->place;
	struct co_pass pass;
	int rc;

	place_take(p, doc);
	p->err = (struct co_err)CO_ERR_INIT;
	rc = co_gate_pass(&g->gate, &p->run, &pass, &p->err);
	if (rc == CO_OK) {
		assert_string_equal(pass.digest, p->pass.digest);
		co_pass_clear(&pass);
	}
	return rc;
}

static void refuses(struct gates *g, json_t *doc, int code, const char *id)
{
	assert_int_equal(judge(g, doc), code);
	assert_string_equal(g->place->err.id, id);
}

static json_t *with_decision(json_t *doc, const char *decision)
{
	json_object_set_new(doc, "decision", quoted(decision));
	return doc;
}

static void reads_pass(void **state)
{
	assert_int_equal(judge(*state, reads()), CO_OK);
}

static void a_document_without_a_plan(void **state)
{
	struct gates *g = *state;
	json_t *doc = reads();
	struct co_pass pass;
	struct co_run run;

	json_object_del(doc, "plan");
	assert_int_equal(co_run_decode(&run, doc, &g->place->err), CO_OK);
	assert_int_equal(co_gate_pass(&g->gate, &run, &pass, &g->place->err), CO_ERR_INPUT);
	assert_string_equal(g->place->err.id, "no-plan");
	co_run_clear(&run);
}

static void times_are_held(void **state)
{
	struct gates *g = *state;

	g->gate.now = FAKE_NOW + 3600;
	refuses(g, reads(), CO_ERR_NO, "expired");
	g->gate.now = FAKE_NOW - 59 - 301;
	refuses(g, reads(), CO_ERR_NO, "not-yet");
	g->gate.now = FAKE_NOW - 59 - 300;
	assert_int_equal(judge(g, reads()), CO_OK);
}

static void unsound_plans_are_refused(void **state)
{
	struct gates *g = *state;
	json_t *doc = reads();

	json_object_set_new(co_json_at(doc, "/plan/steps/0"), "access", json_string("list"));
	refuses(g, doc, CO_ERR_INPUT, "wrong-access");
}

static void changes_need_policy_or_approval(void **state)
{
	struct gates *g = *state;

	refuses(g, changes(), CO_ERR_NO, "not-approved"); /* by the built-in policy, whatever came before */
	use_policy(g, open_policy);
	assert_int_equal(judge(g, changes()), CO_OK);
	use_policy(g, "policy: 1\nrules:\n  - {rule: reads, effect: permit, when: {access: [list, read]}}\n");
	refuses(g, changes(), CO_ERR_NO, "denied");
}

static void the_stricter_decision_holds(void **state)
{
	struct gates *g = *state;

	use_policy(g, open_policy);
	assert_int_equal(judge(g, with_decision(changes(), "{'effect':'permit'}")), CO_OK);
	refuses(g, with_decision(changes(), "{'effect':'forbid'}"), CO_ERR_NO, "denied");
	refuses(g, with_decision(changes(), "{'effect':'approve','approvals_required':1}"), CO_ERR_NO, "not-approved");
	use_policy(g, NULL); /* a document cannot permit what this host would not */
	refuses(g, with_decision(changes(), "{'effect':'permit'}"), CO_ERR_NO, "not-approved");
}

static void a_tampered_plan_is_refused(void **state)
{
	struct gates *g = *state;
	char decision[256];
	json_t *doc;

	place_take(g->place, reads());
	snprintf(decision, sizeof(decision), "{'effect':'permit','plan':'%s'}", g->place->pass.digest);
	assert_int_equal(judge(g, with_decision(reads(), decision)), CO_OK);
	doc = with_decision(reads(), decision);
	json_object_set_new(co_json_at(doc, "/plan/steps/0/with"), "key", json_string("other"));
	refuses(g, doc, CO_ERR_NO, "stale-decision");
	doc = with_decision(reads(), decision);
	json_object_set_new(co_json_at(doc, "/plan"), "goal", json_string("other"));
	refuses(g, doc, CO_ERR_NO, "stale-decision");
}

static void read_only_refuses_any_change(void **state)
{
	struct gates *g = *state;

	use_policy(g, open_policy);
	g->gate.read_only = 1;
	refuses(g, changes(), CO_ERR_NO, "read-only");
	assert_int_equal(judge(g, reads()), CO_OK);
}

static void a_rehearsal_needs_no_approval(void **state)
{
	struct gates *g = *state;

	g->gate.rehearsal = 1;
	assert_int_equal(judge(g, changes()), CO_OK);
	refuses(g, with_decision(changes(), "{'effect':'forbid'}"), CO_ERR_NO, "denied");
}

static void an_undo_is_judged_before_anything_is_done(void **state)
{
	struct gates *g = *state;
	json_t *doc = changes();

	use_policy(g, "policy: 1\nrules:\n"
		      "  - {rule: reads, effect: permit, when: {access: [list, read]}}\n"
		      "  - {rule: writes, effect: permit, when: {access: [write]}}\n"
		      "  - {rule: no-other, effect: forbid, when: {operation: [other]}}\n");
	assert_int_equal(judge(g, json_incref(doc)), CO_OK);
	place_file(g->place, "more.ops", "set other\twrite\t1\tx\t-\tSet another\n");
	json_object_set_new(co_json_at(doc, "/plan/steps/1"), "undo", quoted("{'call':['more','set','other']}"));
	refuses(g, doc, CO_ERR_NO, "denied");
}

static void another_hosts_plan_is_not_run_here(void **state)
{
	struct gates *g = *state;
	json_t *doc = reads();

	place_file(g->place, "local.ops", "read it\tread\t1\tx\t-\tRead it\n");
	json_object_set_new(co_json_at(doc, "/plan"), "steps",
			    json_pack("[o]", step_of("a", "['local','read','it']", "{'target':{'host':'elsewhere'}}")));
	refuses(g, json_incref(doc), CO_ERR_NO, "other-host");
	json_object_set_new(co_json_at(doc, "/plan/steps/0/target"), "host", json_string("h"));
	assert_int_equal(judge(g, doc), CO_OK);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(reads_pass),
		CASE(a_document_without_a_plan),
		CASE(times_are_held),
		CASE(unsound_plans_are_refused),
		CASE(changes_need_policy_or_approval),
		CASE(the_stricter_decision_holds),
		CASE(a_tampered_plan_is_refused),
		CASE(read_only_refuses_any_change),
		CASE(a_rehearsal_needs_no_approval),
		CASE(an_undo_is_judged_before_anything_is_done),
		CASE(another_hosts_plan_is_not_run_here),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
