/* SPDX-License-Identifier: Apache-2.0 */
/* Every way an approval can be wrong, one at a time, against one plan that is rightly approved. */
#include "approve_scene.h"

/* The last approval must be judged so, and leave the plan unapproved. */
static void expect_refused(struct scene *s, const char *why)
{
	struct co_err err = CO_ERR_INIT;
	const struct co_approve_one *last;

	assert_int_equal(check(s, &err), CO_ERR_NO);
	assert_string_equal(err.id, "not-approved");
	last = &s->verdict.approvals.items[s->verdict.approvals.count - 1];
	assert_false(last->counts);
	assert_non_null(last->reason);
	unit_assert_contains(last->reason, why);
	unit_assert_contains(err.message, "2 approvals needed");
}

static void two_of_two(void **state)
{
	struct scene *s = *state;
	struct co_err err = CO_ERR_INIT;

	assert_int_equal(check(s, &err), CO_ERR_NO);
	assert_string_equal(err.message, "2 approvals needed, 0 count");
	approve(s, BOB);
	assert_int_equal(check(s, &err), CO_ERR_NO);
	assert_string_equal(err.message, "2 approvals needed, 1 counts");
	approve(s, CAROL);
	if (check(s, &err) < 0)
		fail_msg("%s", unit_error(&err));
	assert_int_equal(s->verdict.counted, 2);
	assert_string_equal(s->verdict.approvals.items[0].by, people[BOB]);
}

static void a_third_wrong_one_does_not_hurt(void **state)
{
	struct scene *s = *state;
	struct co_err err = CO_ERR_INIT;

	approve(s, BOB);
	approve(s, ERIN);
	approve(s, CAROL);
	assert_int_equal(check(s, &err), CO_OK);
	assert_int_equal(s->verdict.counted, 2);
}

static void one_person_is_one_vote(void **state)
{
	struct scene *s = *state;

	approve(s, BOB);
	approve(s, BOB);
	expect_refused(s, "approved already");
	approve(s, BOB2); /* another key, the same principal */
	expect_refused(s, "approved already");
}

/* Two principals may share a key in the file; they are still one holder of it. */
static void one_key_is_one_vote(void **state)
{
	struct scene *s = *state;
	struct co_signers more = { 0 };
	struct co_sshkey key = CO_SSHKEY_INIT;
	struct co_buf line = CO_BUF_INIT;
	struct co_statement statement;

	assert_int_equal(co_sshkey_of_seed(&key, &s->seeds[BOB], NULL), CO_OK);
	co_buf_addf(&line, "%s,%s ", people[BOB], people[CAROL]);
	co_sshkey_write(&key, &line);
	assert_int_equal(co_signers_parse(&more, line.data, line.len, "signers", NULL), CO_OK);
	s->facts.signers = &more;
	approve(s, BOB);
	state_it(s, CAROL, CO_ANSWER_APPROVE, &statement);
	sign(s, BOB, &statement);
	expect_refused(s, "approved already");
	co_signers_clear(&more);
	co_sshkey_clear(&key);
	co_buf_clear(&line);
}

static void the_requester_does_not_count(void **state)
{
	struct scene *s = *state;
	struct co_statement statement;

	approve(s, BOB);
	approve(s, ALICE); /* by name */
	expect_refused(s, "asked for");
	state_it(s, CAROL, CO_ANSWER_APPROVE, &statement);
	statement.approver->uid = 1000; /* by uid on the same host */
	sign(s, CAROL, &statement);
	expect_refused(s, "asked for");
}

static void the_requester_by_key(void **state)
{
	struct scene *s = *state;
	struct co_signers more = { 0 };
	struct co_buf lines = CO_BUF_INIT;
	struct co_sshkey key = CO_SSHKEY_INIT;

	assert_int_equal(co_sshkey_of_seed(&key, &s->seeds[BOB], NULL), CO_OK);
	co_buf_adds(&lines, "alice,bob@example.com ");
	co_sshkey_write(&key, &lines);
	assert_int_equal(co_signers_parse(&more, lines.data, lines.len, "signers", NULL), CO_OK);
	s->facts.signers = &more;
	approve(s, BOB);
	expect_refused(s, "asked for");
	co_signers_clear(&more);
	co_sshkey_clear(&key);
	co_buf_clear(&lines);
}

/* The document may name any requester; who executes is known from the kernel. */
static void the_executor_does_not_count(void **state)
{
	struct scene *s = *state;
	struct co_statement statement;

	s->facts.user = "bob";
	s->facts.uid = 1001;
	approve(s, BOB);
	expect_refused(s, "executes");
	state_it(s, CAROL, CO_ANSWER_APPROVE, &statement);
	statement.approver->uid = 1001;
	sign(s, CAROL, &statement);
	expect_refused(s, "executes");
}

static void self_approval_where_policy_allows_it(void **state)
{
	struct scene *s = *state;
	struct co_decision decision = *s->run.decision;
	struct co_err err = CO_ERR_INIT;

	decision.approvals_required = 1;
	decision.approvers.count = 0;
	decision.self_approval = 1;
	s->facts.decision = &decision;
	approve(s, ALICE);
	assert_int_equal(check(s, &err), CO_OK);
	decision.self_approval = 0;
	assert_int_equal(check(s, &err), CO_ERR_NO);
}

static void strangers(void **state)
{
	struct scene *s = *state;
	struct co_statement statement;

	approve(s, ERIN);
	expect_refused(s, "gives no such key");
	state_it(s, BOB, CO_ANSWER_APPROVE, &statement);
	sign(s, ERIN, &statement); /* in another's name */
	expect_refused(s, "gives no such key");
	state_it(s, BOB, CO_ANSWER_APPROVE, &statement);
	sign(s, CAROL, &statement); /* one approver in another's name */
	expect_refused(s, "gives no such key");
}

static void whom_policy_names(void **state)
{
	struct scene *s = *state;
	struct co_err err = CO_ERR_INIT;

	approve(s, CAROL); /* named */
	approve(s, DAN);   /* by its group */
	assert_int_equal(check(s, &err), CO_OK);
	json_object_set_new(s->approval.groups, "sre", json_pack("[s]", people[BOB]));
	expect_refused(s, "does not name");
	json_object_del(s->approval.groups, "sre");
	expect_refused(s, "does not name");
}

static void a_changed_plan_voids_all(void **state)
{
	struct scene *s = *state;
	struct co_err err = CO_ERR_INIT;
	json_t *body;

	approve(s, BOB);
	approve(s, CAROL);
	body = co_json_at(s->run.doc, "/plan/steps/1/with/body/spec");
	json_object_set_new(body, "replicas", json_integer(4));
	expect_refused(s, "another plan");
	assert_int_equal(s->verdict.counted, 0);
	json_object_set_new(body, "replicas", json_integer(3));
	assert_int_equal(check(s, &err), CO_OK);
}

static void another_policy_voids_all(void **state)
{
	struct scene *s = *state;
	struct co_decision decision = *s->run.decision;
	char other[] = "sha256:0000000000000000000000000000000000000000000000000000000000000000";

	approve(s, BOB);
	approve(s, CAROL);
	decision.policy = other;
	s->facts.decision = &decision;
	expect_refused(s, "another policy");
	decision.policy = NULL;
	expect_refused(s, "another policy");
}

/* The document's own number and names weigh nothing against the host's decision. */
static void the_document_does_not_decide(void **state)
{
	struct scene *s = *state;
	struct co_decision own = *s->run.decision;

	own.approvals_required = 3;
	s->facts.decision = &own;
	s->run.decision->approvals_required = 1;
	approve(s, BOB);
	approve(s, CAROL);
	assert_int_equal(check(s, NULL), CO_ERR_NO);
	assert_int_equal(s->verdict.counted, 2);
}

static void times(void **state)
{
	struct scene *s = *state;
	struct co_statement statement;
	struct co_err err = CO_ERR_INIT;

	approve(s, BOB);
	state_it(s, CAROL, CO_ANSWER_APPROVE, &statement);
	statement.issued = at("2026-11-23T06:36:00Z");
	sign(s, CAROL, &statement);
	expect_refused(s, "future");
	state_it(s, CAROL, CO_ANSWER_APPROVE, &statement);
	statement.approve_by = statement.issued - 1;
	sign(s, CAROL, &statement);
	expect_refused(s, "given after");
	state_it(s, CAROL, CO_ANSWER_APPROVE, &statement);
	statement.execute_by = s->facts.now - 1;
	sign(s, CAROL, &statement);
	expect_refused(s, "has passed");
	approve(s, CAROL);
	assert_int_equal(check(s, &err), CO_OK);
	s->facts.now = at("2026-11-24T07:19:00Z"); /* made_at + 24h + 1h */
	assert_int_equal(check(s, &err), CO_OK);
	s->facts.now++;
	expect_refused(s, "has passed");
	assert_int_equal(s->verdict.counted, 0);
}

/* An approver cannot lengthen what this host's configuration gives. */
static void times_of_this_host(void **state)
{
	struct scene *s = *state;
	struct co_statement statement;

	state_it(s, BOB, CO_ANSWER_APPROVE, &statement);
	statement.approve_by = statement.execute_by = at("2036-01-01T00:00:00Z");
	sign(s, BOB, &statement);
	assert_int_equal(check(s, NULL), CO_ERR_NO);
	assert_int_equal(s->verdict.counted, 1);
	replace(&s->approval.approve_within, "5m"); /* it was given 11 minutes after the plan was made */
	expect_refused(s, "given after");
	replace(&s->approval.approve_within, "15m");
	replace(&s->approval.execute_within, "0s");
	s->facts.now = at("2026-11-23T06:34:01Z");
	expect_refused(s, "has passed");
}

static void key_expired_since(void **state)
{
	struct scene *s = *state;

	approve(s, BOB);
	approve(s, CAROL);
	s->signers.list.items[CAROL].valid_before = s->facts.now - 1;
	expect_refused(s, "no longer valid");
	s->signers.list.items[CAROL].valid_before = s->facts.now + 10;
	assert_int_equal(check(s, NULL), CO_OK);
	s->facts.now += 11;
	expect_refused(s, "no longer valid");
}

static void audience_and_requester(void **state)
{
	struct scene *s = *state;
	struct co_statement statement;

	state_it(s, BOB, CO_ANSWER_APPROVE, &statement);
	replace(&statement.audience, "alice@elsewhere");
	sign(s, BOB, &statement);
	expect_refused(s, "lets \"alice@elsewhere\" execute");
	state_it(s, BOB, CO_ANSWER_APPROVE, &statement);
	replace(&statement.requester->by, "mallory");
	sign(s, BOB, &statement);
	expect_refused(s, "another requester");
}

static void one_denial_ends_it(void **state)
{
	struct scene *s = *state;
	struct co_statement statement;
	struct co_err err = CO_ERR_INIT;

	approve(s, BOB);
	approve(s, CAROL);
	state_it(s, DAN, CO_ANSWER_DENY, &statement);
	statement.execute_by = 1; /* a denial does not expire */
	replace(&statement.policy, "sha256:other");
	sign(s, DAN, &statement);
	assert_int_equal(check(s, &err), CO_ERR_NO);
	assert_string_equal(err.id, "denied");
	assert_string_equal(err.message, "\"dan@example.com\" denied this plan");
}

static void denials_that_do_not_count(void **state)
{
	struct scene *s = *state;
	struct co_statement statement;

	approve(s, BOB);
	approve(s, CAROL);
	state_it(s, DAN, CO_ANSWER_DENY, &statement);
	sign(s, ERIN, &statement); /* forged */
	assert_int_equal(check(s, NULL), CO_OK);
	state_it(s, DAN, CO_ANSWER_DENY, &statement);
	replace(&statement.plan, "sha256:another");
	sign(s, DAN, &statement);
	assert_int_equal(check(s, NULL), CO_OK);
}

static void signed_for_something_else(void **state)
{
	struct scene *s = *state;
	struct co_buf bytes = CO_BUF_INIT;
	struct co_statement statement;

	state_it(s, BOB, CO_ANSWER_APPROVE, &statement);
	assert_int_equal(co_statement_encode(&statement, &bytes, NULL), CO_OK);
	sign_text(s, BOB, &bytes, "git");
	expect_refused(s, "was made for \"git\"");
	co_buf_reset(&bytes);
	co_buf_adds(&bytes, "yes");
	sign_text(s, BOB, &bytes, CO_APPROVE_NAMESPACE);
	expect_refused(s, "invalid token");
	co_buf_clear(&bytes);
	co_shape_clear(&co_statement_shape, &statement);
}

/* There is one way to write a statement; the same object with a space is not it. */
static void another_form(void **state)
{
	struct scene *s = *state;
	struct co_buf bytes = CO_BUF_INIT;
	struct co_statement statement;

	state_it(s, BOB, CO_ANSWER_APPROVE, &statement);
	assert_int_equal(co_statement_encode(&statement, &bytes, NULL), CO_OK);
	co_buf_addc(&bytes, '\n');
	sign_text(s, BOB, &bytes, CO_APPROVE_NAMESPACE);
	expect_refused(s, "canonical form");
	co_buf_clear(&bytes);
	co_shape_clear(&co_statement_shape, &statement);
}

static void expect_each_changed_byte_refused(struct scene *s, char *text)
{
	size_t i, len = strlen(text);

	for (i = 0; i < len; i += unit_quick() ? 41 : 1) {
		char was = text[i];

		text[i] = was == 'A' ? 'B' : 'A';
		assert_int_equal(check(s, NULL), CO_ERR_NO);
		text[i] = was;
	}
}

static void every_changed_byte(void **state)
{
	struct scene *s = *state;

	s->run.decision->approvals_required = 1;
	approve(s, BOB);
	assert_int_equal(check(s, NULL), CO_OK);
	expect_each_changed_byte_refused(s, s->run.approvals.items[0].statement);
	expect_each_changed_byte_refused(s, s->run.approvals.items[0].signature);
	assert_int_equal(check(s, NULL), CO_OK);
}

static void nothing_is_needed(void **state)
{
	struct scene *s = *state;
	struct co_decision decision = { .effect = CO_EFFECT_PERMIT };

	s->facts.decision = &decision;
	assert_int_equal(check(s, NULL), CO_OK);
	decision.effect = CO_EFFECT_APPROVE; /* with a number that was left at 0 */
	assert_int_equal(check(s, NULL), CO_ERR_NO);
}

static void used_once(void **state)
{
	struct scene *s = *state;
	struct co_err err = CO_ERR_INIT;
	json_t *steps;

	approve(s, BOB);
	approve(s, CAROL);
	assert_int_equal(check(s, &err), CO_OK);
	assert_int_equal(co_approve_unused(&s->facts, &err), CO_OK);
	if (co_approve_use(&s->facts, &s->verdict, &err) < 0)
		fail_msg("%s", unit_error(&err));
	assert_int_equal(co_approve_unused(&s->facts, &err), CO_ERR_NO);
	assert_int_equal(co_approve_use(&s->facts, &s->verdict, &err), CO_ERR_NO);
	assert_string_equal(err.id, "already-used");
	unit_assert_contains(err.message, "executed at 2026-11-23T06:30:00Z, by run 01JDBV4K6T5R9M3ZC8Q0W2XNYH");
	/* Other approvals do not make the same plan new; another plan is. */
	approve(s, DAN);
	assert_int_equal(check(s, &err), CO_OK);
	assert_int_equal(co_approve_use(&s->facts, &s->verdict, &err), CO_ERR_NO);
	steps = co_json_at(s->run.doc, "/plan");
	json_object_set_new(steps, "made_at", json_string("2026-11-23T06:20:00Z"));
	assert_int_equal(co_approve_unused(&s->facts, &err), CO_OK);
}

static void use_that_cannot_be_written(void **state)
{
	struct scene *s = *state;
	char path[] = "/dev/null/state";
	struct co_err err = CO_ERR_INIT;

	approve(s, BOB);
	approve(s, CAROL);
	assert_int_equal(check(s, &err), CO_OK);
	s->config.state_dir = path;
	assert_int_equal(co_approve_use(&s->facts, &s->verdict, &err), CO_ERR_SYSTEM);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		TEST(two_of_two),
		TEST(a_third_wrong_one_does_not_hurt),
		TEST(one_person_is_one_vote),
		TEST(one_key_is_one_vote),
		TEST(the_requester_does_not_count),
		TEST(the_requester_by_key),
		TEST(the_executor_does_not_count),
		TEST(self_approval_where_policy_allows_it),
		TEST(strangers),
		TEST(whom_policy_names),
		TEST(a_changed_plan_voids_all),
		TEST(another_policy_voids_all),
		TEST(the_document_does_not_decide),
		TEST(times),
		TEST(times_of_this_host),
		TEST(key_expired_since),
		TEST(audience_and_requester),
		TEST(one_denial_ends_it),
		TEST(denials_that_do_not_count),
		TEST(signed_for_something_else),
		TEST(another_form),
		TEST(every_changed_byte),
		TEST(nothing_is_needed),
		TEST(used_once),
		TEST(use_that_cannot_be_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
