/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include "run/decision.h"

#define PLAN "sha256:aa"

static struct co_decision make(const char *text)
{
	struct co_decision d = { 0 };
	json_t *value = json_loads(text, 0, NULL);

	assert_non_null(value);
	assert_int_equal(co_shape_decode(&co_decision_shape, value, &d, NULL), CO_OK);
	json_decref(value);
	return d;
}

/* What co-exec's own decision becomes by an earlier one, as "effect approvals self approvers...". */
static void tightened(const char *own, const char *said, const char *wanted)
{
	struct co_decision a = make(own), b = make(said);
	struct co_err err = CO_ERR_INIT;
	struct co_buf got = CO_BUF_INIT;
	size_t i;

	assert_int_equal(co_decision_tighten(&a, &b, PLAN, &err), CO_OK);
	co_buf_addf(&got, "%s %lld%s", co_enum_name(co_effect_names, a.effect), (long long)a.approvals_required,
		    a.self_approval ? " self" : "");
	for (i = 0; i < a.approvers.count; i++)
		co_buf_addf(&got, " %s", a.approvers.items[i]);
	assert_string_equal(co_buf_str(&got), wanted);
	co_buf_clear(&got);
	co_shape_clear(&co_decision_shape, &a);
	co_shape_clear(&co_decision_shape, &b);
}

#define PERMIT "{\"effect\": \"permit\"}"
#define FORBID "{\"effect\": \"forbid\"}"
#define APPROVE "{\"effect\": \"approve\", \"approvals_required\": 1}"
#define SELF "{\"effect\": \"approve\", \"approvals_required\": 1, \"self_approval\": true}"
#define TWO "{\"effect\": \"approve\", \"approvals_required\": 2, \"approvers\": [\"amy\", \"bob\"]}"
#define CAROL "{\"effect\": \"approve\", \"approvals_required\": 1, \"approvers\": [\"carol\"]}"
#define BOB "{\"effect\": \"approve\", \"approvers\": [\"carol\", \"bob\"]}"

static void the_stricter_wins(void **state)
{
	(void)state;
	tightened(PERMIT, PERMIT, "permit 0");
	tightened(PERMIT, FORBID, "forbid 0");
	tightened(FORBID, PERMIT, "forbid 0");
	tightened(APPROVE, PERMIT, "approve 1");
	tightened(PERMIT, APPROVE, "approve 1");
	tightened(APPROVE, FORBID, "forbid 1");
	tightened(APPROVE, TWO, "approve 2 amy bob");
	tightened(TWO, APPROVE, "approve 2 amy bob");
	tightened(TWO, BOB, "approve 2 bob");
	tightened(TWO, CAROL, "forbid 2");
	tightened(PERMIT, TWO, "approve 2 amy bob");
	tightened(PERMIT, BOB, "approve 1 carol bob");
	tightened(SELF, SELF, "approve 1 self");
	tightened(SELF, APPROVE, "approve 1");
	tightened(APPROVE, SELF, "approve 1");
	tightened(PERMIT, SELF, "approve 1 self");
	/* A number of approvals beside a permit asks for none. */
	tightened(PERMIT, "{\"effect\": \"permit\", \"approvals_required\": 3}", "permit 0");
}

static void the_plan_must_be_the_same(void **state)
{
	struct co_decision own = make(PERMIT), said = make("{\"effect\": \"permit\", \"plan\": \"sha256:bb\"}");
	struct co_err err = CO_ERR_INIT;

	(void)state;
	assert_int_equal(co_decision_tighten(&own, &said, PLAN, &err), CO_ERR_NO);
	assert_string_equal(err.id, "stale-decision");
	assert_int_equal(co_decision_tighten(&own, NULL, PLAN, &err), CO_OK);
	co_shape_clear(&co_decision_shape, &said);
	said = make("{\"effect\": \"permit\", \"plan\": \"" PLAN "\"}");
	assert_int_equal(co_decision_tighten(&own, &said, PLAN, &err), CO_OK);
	co_shape_clear(&co_decision_shape, &said);
	co_shape_clear(&co_decision_shape, &own);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_stricter_wins),
		cmocka_unit_test(the_plan_must_be_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
