/* SPDX-License-Identifier: Apache-2.0 */
/* The semantics of policy, held on random policies and plans. */
#include "policy_bench.h"

static uint64_t next_random(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed;
}

static const char *const accesses[] = { "list", "read", "secret", "write", "permissions", "tagging" };
static const char *const environments[] = { "prod", "staging", "dev" };
static const char *const contexts[] = { "prod-eu", "stg", "dev-1" };
static const char *const users[] = { "alice", "bob", "carol" };
static const char *const verbs[] = { "investigate", "audit", "inspect", "remediate" };

/* A rule as bit masks over those; 0: not mentioned. */
struct random_rule {
	int effect;
	unsigned access, environment, user, verb;
	int approvals;
};

struct random_plan {
	unsigned access[3], context[3], count, user, verb;
};

static unsigned mask(uint64_t *seed, unsigned bits)
{
	return next_random(seed) % 3 ? 0 : (unsigned)(next_random(seed) % ((1u << bits) - 1)) + 1;
}

static struct random_rule random_rule(uint64_t *seed)
{
	struct random_rule r = { .effect = 1 + (int)(next_random(seed) % 3) };

	r.access = mask(seed, 6);
	r.environment = mask(seed, 3);
	r.user = mask(seed, 3);
	r.verb = mask(seed, 4);
	r.approvals = 1 + (int)(next_random(seed) % 3);
	return r;
}

static struct random_plan random_plan(uint64_t *seed)
{
	struct random_plan p = { .count = 1 + (unsigned)(next_random(seed) % 3) };
	unsigned i;

	for (i = 0; i < p.count; i++) {
		p.access[i] = (unsigned)(next_random(seed) % 6);
		p.context[i] = (unsigned)(next_random(seed) % 3);
	}
	p.user = (unsigned)(next_random(seed) % 3);
	p.verb = (unsigned)(next_random(seed) % 4);
	return p;
}

static void add_mask(struct co_buf *text, const char *key, unsigned bits, const char *const *names)
{
	const char *comma = "";

	if (!bits)
		return;
	co_buf_addf(text, "%s: [", key);
	for (; bits; bits >>= 1, names++)
		if (bits & 1) {
			co_buf_addf(text, "%s%s", comma, *names);
			comma = ", ";
		}
	co_buf_adds(text, "], ");
}

static struct co_policy *write_rules(struct bench *b, const struct random_rule *rules, size_t n, size_t first)
{
	struct co_buf text = CO_BUF_INIT;
	struct co_policy *policy;
	size_t i;

	co_buf_adds(&text, "policy: 1\nrules:\n");
	for (i = 0; i < n; i++) {
		const struct random_rule *r = &rules[(first + i) % n];

		co_buf_addf(&text, "  - {rule: r%zu, effect: %s, ", (first + i) % n, co_enum_name(co_effect_names, r->effect));
		if (r->effect == CO_EFFECT_APPROVE)
			co_buf_addf(&text, "approvals: %d, ", r->approvals);
		co_buf_adds(&text, "when: {");
		add_mask(&text, "access", r->access, accesses);
		add_mask(&text, "environment", r->environment, environments);
		add_mask(&text, "user", r->user, users);
		add_mask(&text, "verb", r->verb, verbs);
		co_buf_adds(&text, "}}\n");
	}
	policy = parse(b, co_buf_str(&text));
	co_buf_clear(&text);
	return policy;
}

static json_t *write_plan(const struct random_plan *p)
{
	json_t *steps = json_array();
	char id[8];
	unsigned i;

	for (i = 0; i < p->count; i++) {
		snprintf(id, sizeof(id), "s%u", i);
		json_array_append_new(steps, step(id, "kubernetes", accesses[p->access[i]], contexts[p->context[i]]));
	}
	return document(steps, verbs[p->verb], users[p->user]);
}

/* The strictness of a decision as one number: permit 0, approve 1 + approvals, forbid 1000. */
static int strictness(struct bench *b, const struct co_policy *policy, const struct random_plan *p, const char *user)
{
	struct co_decision d = decide(b, policy, write_plan(p), user);
	int n = d.effect == CO_EFFECT_PERMIT ? 0 : d.effect == CO_EFFECT_FORBID ? 1000 : 1 + (int)d.approvals_required;

	assert_true(d.reasons.count > 0);
	co_shape_clear(&co_decision_shape, &d);
	return n;
}

static int fits(const struct random_rule *r, const struct random_plan *p, unsigned i)
{
	return (!r->access || r->access & 1u << p->access[i]) && (!r->environment || r->environment & 1u << p->context[i]) &&
	       (!r->user || r->user & 1u << p->user) && (!r->verb || r->verb & 1u << p->verb);
}

/* The semantics once more, in as few words as they can be said in. */
static int oracle(const struct random_rule *rules, size_t n, const struct random_plan *p)
{
	int worst = 0;
	unsigned i;
	size_t r;

	for (i = 0; i < p->count; i++) {
		int allowed = 0, need = 0;

		for (r = 0; r < n; r++) {
			if (!fits(&rules[r], p, i))
				continue;
			if (rules[r].effect == CO_EFFECT_FORBID)
				return 1000;
			allowed = 1;
			if (rules[r].effect == CO_EFFECT_APPROVE && rules[r].approvals > need)
				need = rules[r].approvals;
		}
		if (!allowed)
			return 1000;
		if (need && 1 + need > worst)
			worst = 1 + need;
	}
	return worst;
}

static void properties(void **state)
{
	struct bench *b = *state;
	uint64_t seed = UINT64_C(0x9e3779b97f4a7c15);
	int rounds = unit_quick() ? 100 : 10000, seen[3] = { 0, 0, 0 }, i;

	for (i = 0; i < rounds; i++) {
		struct random_rule rules[9];
		size_t n = 1 + (size_t)(next_random(&seed) % 7);
		struct random_plan plan;
		struct co_policy *policy, *turned, *with_forbid, *with_permit;
		int want, got, u;
		size_t r;

		for (r = 0; r < n; r++)
			rules[r] = random_rule(&seed);
		plan = random_plan(&seed);
		policy = write_rules(b, rules, n, 0);
		turned = write_rules(b, rules, n, (size_t)(next_random(&seed) % n));
		want = oracle(rules, n, &plan);
		got = strictness(b, policy, &plan, users[plan.user]);
		if (got != want)
			fail_msg("round %d: %d, not %d", i, got, want);
		seen[got == 0 ? 0 : got == 1000 ? 1 : 2]++;
		/* Order does not matter, not even for the digest. */
		assert_string_equal(co_policy_digest(policy), co_policy_digest(turned));
		assert_int_equal(strictness(b, turned, &plan, users[plan.user]), got);
		/* Adding a forbid never allows more; adding a permit never allows less. */
		rules[n] = random_rule(&seed);
		rules[n].effect = CO_EFFECT_FORBID;
		with_forbid = write_rules(b, rules, n + 1, 0);
		assert_true(strictness(b, with_forbid, &plan, users[plan.user]) >= got);
		rules[n].effect = CO_EFFECT_PERMIT;
		with_permit = write_rules(b, rules, n + 1, 0);
		assert_true(strictness(b, with_permit, &plan, users[plan.user]) <= got);
		/* A duplicate changes nothing. */
		rules[n] = rules[0];
		co_policy_free(with_permit);
		with_permit = write_rules(b, rules, n + 1, 0);
		assert_int_equal(strictness(b, with_permit, &plan, users[plan.user]), got);
		/* Not to know the user never allows more than any user is allowed. */
		want = strictness(b, policy, &plan, NULL);
		for (u = 0; u < 3; u++) {
			plan.user = (unsigned)u;
			assert_true(want >= strictness(b, policy, &plan, users[u]) || want == 1000);
		}
		co_policy_free(policy);
		co_policy_free(turned);
		co_policy_free(with_forbid);
		co_policy_free(with_permit);
	}
	/* The plans were not all decided alike. */
	for (i = 0; i < 3; i++)
		assert_true(seen[i] > rounds / 50);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(properties, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
