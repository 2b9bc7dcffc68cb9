/* SPDX-License-Identifier: Apache-2.0 */
#include "policy_bench.h"

#include "policy/explain.h"
#include "policy/rules.h"

static void expect(struct bench *b, const struct co_policy *policy, json_t *doc, int effect, int approvals,
		   const char *rule)
{
	struct co_decision d = decide(b, policy, doc, "alice");

	if (d.effect != effect || d.approvals_required != approvals || strcmp(d.reasons.items[0].rule, rule) != 0)
		fail_msg("%s %lld %s, wanted %s %d %s", co_enum_name(co_effect_names, d.effect),
			 (long long)d.approvals_required, d.reasons.items[0].rule, co_enum_name(co_effect_names, effect),
			 approvals, rule);
	co_shape_clear(&co_decision_shape, &d);
}

static void the_default_policy(void **state)
{
	struct bench *b = *state;
	struct co_policy *p = built_in(b);
	struct co_decision d;

	expect(b, p, document(one(step("a", "local", "list", NULL)), "inspect", "alice"), CO_EFFECT_PERMIT, 0, "reads");
	expect(b, p, document(one(step("a", "kubernetes", "read", "prod-eu")), "inspect", "alice"), CO_EFFECT_PERMIT, 0,
	       "reads");
	expect(b, p, document(one(step("a", "kubernetes", "secret", "dev-1")), "inspect", "alice"), CO_EFFECT_FORBID, 0,
	       "no-secrets");
	expect(b, p, document(one(step("a", "kubernetes", "tagging", "dev-1")), "remediate", "alice"), CO_EFFECT_APPROVE,
	       1, "changes");
	expect(b, p, document(one(step("a", "kubernetes", "write", "prod-eu")), "remediate", "alice"), CO_EFFECT_APPROVE,
	       2, "changes");
	/* In two environments, or in none that is known: as in production. */
	expect(b, p, document(one(step("a", "kubernetes", "write", "shared")), "remediate", "alice"), CO_EFFECT_APPROVE, 2,
	       "changes");
	expect(b, p, document(one(step("a", "kubernetes", "write", "nowhere")), "remediate", "alice"), CO_EFFECT_APPROVE,
	       2, "changes");
	d = decide(b, p, document(one(step("a", "local", "write", NULL)), "remediate", "alice"), "alice");
	assert_int_equal(d.approvals_required, 1);
	assert_true(d.self_approval);
	assert_int_equal(d.approvers.count, 0);
	co_shape_clear(&co_decision_shape, &d);
	b->config.approval->signers = co_xstrdup("/etc/signers");
	d = decide(b, p, document(one(step("a", "local", "write", NULL)), "remediate", "alice"), "alice");
	assert_false(d.self_approval);
	co_shape_clear(&co_decision_shape, &d);
	co_policy_free(p);
}

/* The digest of the table is written down; it must be that of the same rules read from a file. */
static void the_default_policy_as_a_file(void **state)
{
	struct bench *b = *state;
	json_t *value = co_shape_encode(&co_rules_shape, &co_rules_built_in);
	struct co_buf text = CO_BUF_INIT;
	struct co_policy *p = built_in(b), *q;

	co_json_write(&text, value, CO_JSON_COMPACT);
	q = parse(b, co_buf_str(&text));
	assert_string_equal(co_policy_digest(p), co_policy_digest(q));
	co_policy_free(p);
	co_policy_free(q);
	co_buf_clear(&text);
	json_decref(value);
}

static void the_worst_step_decides(void **state)
{
	struct bench *b = *state;
	struct co_policy *p = built_in(b);
	json_t *steps = json_array();

	json_array_append_new(steps, step("a", "kubernetes", "read", "dev-1"));
	json_array_append_new(steps, step("b", "kubernetes", "write", "dev-1"));
	json_array_append_new(steps, step("c", "kubernetes", "secret", "dev-1"));
	expect(b, p, document(steps, "remediate", "alice"), CO_EFFECT_FORBID, 0, "no-secrets");
	co_policy_free(p);
}

static void this_host_may_be_in_production(void **state)
{
	struct bench *b = *state;
	struct co_policy *p = built_in(b);
	struct co_run run = { 0 };
	struct co_decision d = { 0 };
	struct co_policy_facts facts = { .run = &run, .catalog = b->catalog, .config = &b->config, .user = "alice" };

	assert_int_equal(co_run_decode(&run, document(one(step("a", "local", "write", NULL)), "remediate", "alice"),
				       &b->err), CO_OK);
	facts.host = "db-1";
	assert_int_equal(co_policy_decide(p, &facts, &d, &b->err), CO_OK);
	assert_int_equal(d.approvals_required, 2);
	assert_false(d.self_approval);
	co_shape_clear(&co_decision_shape, &d);
	facts.host = NULL;
	assert_int_equal(co_policy_decide(p, &facts, &d, &b->err), CO_OK);
	assert_int_equal(d.approvals_required, 2);
	co_shape_clear(&co_decision_shape, &d);
	co_run_clear(&run);
	co_policy_free(p);
}

/* Changes a step of a good document and expects its denial to be named. */
static void expect_error(struct bench *b, const char *access, const char *key, json_t *value, const char *rule)
{
	struct co_policy *p = parse(b, "{policy: 1, rules: [{rule: all, effect: permit}]}");
	json_t *item = step("a", "kubernetes", access, "dev-1"), *doc;

	json_object_set_new(item, key, value);
	doc = document(one(item), "remediate", "alice");
	expect(b, p, doc, CO_EFFECT_FORBID, 0, rule);
	co_policy_free(p);
}

static void nothing_is_taken_from_the_document(void **state)
{
	struct bench *b = *state;

	expect_error(b, "read", "access", json_string("list"), "access-mismatch");
	expect_error(b, "write", "access", json_string("read"), "access-mismatch");
	expect_error(b, "read", "call", json_pack("[s,s,s]", "kubernetes", "do", "undo"), "unknown-operation");
	expect_error(b, "read", "call", json_pack("[s,s,s]", "moon", "do", "read"), "unknown-provider");
	expect_error(b, "read", "call", json_pack("[s,s]", "kubernetes", "do"), "bad-call");
	expect_error(b, "read", "target", json_pack("{s:s, s:s}", "context", "prod-eu", "environment", "dev"),
		     "environment-mismatch");
	expect_error(b, "write", "with", json_pack("{s:s}", "name", "${ $steps.x }"), "not-literal");
	expect_error(b, "write", "foreach", json_string("1,2"), "not-literal");
}

static void helpers_of_a_change_are_judged_too(void **state)
{
	struct bench *b = *state;
	struct co_policy *p = built_in(b);
	json_t *item = step("a", "kubernetes", "write", "dev-1");

	json_object_set_new(item, "verify", json_pack("{s:[s,s,s], s:{}, s:s, s:s}", "call", "kubernetes", "do", "secret",
						      "with", "until", "${ true }", "within", "1s"));
	expect(b, p, document(one(item), "remediate", "alice"), CO_EFFECT_FORBID, 0, "no-secrets");
	item = step("a", "kubernetes", "write", "dev-1");
	json_object_set_new(item, "undo", json_pack("{s:[s,s,s], s:{}}", "call", "kubernetes", "do", "nothing", "with"));
	expect(b, p, document(one(item), "remediate", "alice"), CO_EFFECT_FORBID, 0, "unknown-operation");
	co_policy_free(p);
}

static void limits_hold_whatever_the_rules_say(void **state)
{
	struct bench *b = *state;
	struct co_policy *p = parse(b, "{policy: 1, rules: [{rule: all, effect: permit}]}");
	json_t *steps = json_array(), *doc;
	char id[16];
	int i;

	for (i = 0; i < 20; i++) {
		snprintf(id, sizeof(id), "s%d", i);
		json_array_append_new(steps, step(id, "kubernetes", "write", "dev-1"));
	}
	expect(b, p, document(json_incref(steps), "remediate", "alice"), CO_EFFECT_PERMIT, 0, "all");
	json_array_append_new(steps, step("s20", "kubernetes", "write", "dev-1"));
	expect(b, p, document(steps, "remediate", "alice"), CO_EFFECT_FORBID, 0, "limits.changes");
	doc = document(one(step("a", "kubernetes", "write", "dev-1")), "remediate", "alice");
	json_object_set_new(json_object_get(doc, "intent"), "constraints", json_pack("[s]", "read-only"));
	expect(b, p, doc, CO_EFFECT_FORBID, 0, "read-only");
	doc = document(one(step("a", "kubernetes", "write", "dev-1")), "remediate", "alice");
	json_object_set_new(json_object_get(doc, "plan"), "changes", json_false());
	expect(b, p, doc, CO_EFFECT_FORBID, 0, "access-mismatch");
	doc = document(one(step("a", "kubernetes", "read", "dev-1")), "inspect", "alice");
	json_object_set_new(json_object_get(json_object_get(doc, "plan"), "estimate"), "cost_usd", json_string("lots"));
	expect(b, p, doc, CO_EFFECT_FORBID, 0, "bad-estimate");
	co_policy_free(p);
}

/* One rule over one plan: what the condition comes to. */
static void condition(struct bench *b, const char *when, const char *user, int effect)
{
	char *text = co_xasprintf("{policy: 1, rules: [{rule: r, effect: permit, when: %s}]}", when);
	struct co_policy *p = parse(b, text);
	struct co_decision d = decide(b, p, document(one(step("a", "kubernetes", "write", "prod-eu")), "remediate", "alice"),
				      user);

	if (d.effect != effect)
		fail_msg("%s for %s: %s", when, user ? user : "nobody", co_enum_name(co_effect_names, d.effect));
	co_shape_clear(&co_decision_shape, &d);
	co_policy_free(p);
	free(text);
}

static void every_condition(void **state)
{
	static const struct {
		const char *when;
		int holds;
	} rows[] = {
		{ "{}", 1 },
		{ "{access: write}", 1 },
		{ "{access: [read, write]}", 1 },
		{ "{access: read}", 0 },
		{ "{provider: kubernetes}", 1 },
		{ "{provider: local}", 0 },
		{ "{service: do}", 1 },
		{ "{service: redo}", 0 },
		{ "{operation: write}", 1 },
		{ "{operation: [\"wr*\"]}", 1 },
		{ "{operation: [\"re*\"]}", 0 },
		{ "{operation: wri}", 0 },
		{ "{environment: prod}", 1 },
		{ "{environment: production}", 1 },
		{ "{environment: [dev, staging]}", 0 },
		{ "{user: alice}", 1 },
		{ "{user: bob}", 0 },
		{ "{group: sre}", 1 },
		{ "{group: security}", 0 },
		{ "{group: nobody}", 0 },
		{ "{verb: remediate}", 1 },
		{ "{verb: inspect}", 0 },
		{ "{action: scale}", 0 },
		{ "{subject: cpu}", 1 },
		{ "{subject: memory}", 0 },
		{ "{playbook: \"some-*\"}", 1 },
		{ "{playbook: other}", 0 },
		{ "{constraint: no-downtime}", 0 },
		{ "{changes: {at_most: 1}}", 1 },
		{ "{changes: {at_most: 0}}", 0 },
		{ "{changes: {at_least: 2}}", 0 },
		{ "{targets: {at_most: 1}}", 1 },
		{ "{targets: {at_least: 2}}", 0 },
		{ "{cost_usd: {at_most: \"0.50\"}}", 1 },
		{ "{cost_usd: {at_most: \"0.499999\"}}", 0 },
		{ "{cost_usd: {at_least: \"1\"}}", 0 },
		/* 1795500000 is 2026-11-24T06:00:00Z, a Tuesday. */
		{ "{between: [{since: \"2026-11-24T06:00:00Z\", until: \"2026-11-24T06:00:01Z\"}]}", 1 },
		{ "{between: [{since: \"2026-11-23T06:00:00Z\", until: \"2026-11-24T06:00:00Z\"}]}", 0 },
		{ "{hours: [{days: [tue], from: \"06:00\", to: \"06:01\"}]}", 1 },
		{ "{hours: [{days: [mon], from: \"06:00\", to: \"06:01\"}]}", 0 },
		{ "{hours: [{from: \"05:00\", to: \"06:00\"}]}", 0 },
		{ "{hours: [{days: [mon], from: \"22:00\", to: \"07:00\"}]}", 1 },
		{ "{hours: [{days: [tue], from: \"22:00\", to: \"07:00\"}]}", 0 },
		{ "{hours: [{days: [tue], from: \"08:00\", to: \"08:01\", offset: \"+02:00\"}]}", 1 },
		{ "{hours: [{days: [mon], from: \"23:00\", offset: \"-07:00\"}]}", 1 },
		{ "{access: write, environment: dev}", 0 },
		{ "{access: write, environment: prod, user: alice}", 1 },
	};
	struct bench *b = *state;
	size_t i;

	for (i = 0; i < CO_COUNT(rows); i++)
		condition(b, rows[i].when, "alice", rows[i].holds ? CO_EFFECT_PERMIT : CO_EFFECT_FORBID);
	/* The one who runs it and the one who asked must both pass. */
	condition(b, "{user: alice}", "bob", CO_EFFECT_FORBID);
	condition(b, "{user: bob}", "bob", CO_EFFECT_FORBID);
	condition(b, "{user: [alice, bob]}", "bob", CO_EFFECT_PERMIT);
	condition(b, "{group: sre}", "bob", CO_EFFECT_PERMIT);
	condition(b, "{user: alice}", NULL, CO_EFFECT_FORBID);
}

/* Also before 1970: 1969-12-29 was a Monday. */
static void hours_of_any_year(void **state)
{
	struct bench *b = *state;
	struct co_policy *p = parse(b, "{policy: 1, rules: [{rule: r, effect: permit, when: {hours: [{days: [mon], from: \"10:00\", to: \"11:00\"}]}}]}");
	static const struct {
		int64_t now;
		int effect;
	} rows[] = {
		{ -3 * 86400 + 10 * 3600, CO_EFFECT_PERMIT },
		{ -3 * 86400 + 11 * 3600, CO_EFFECT_FORBID },
		{ -2 * 86400 + 10 * 3600, CO_EFFECT_FORBID },
		{ 4 * 86400 + 10 * 3600, CO_EFFECT_PERMIT },
	};
	size_t i;

	for (i = 0; i < CO_COUNT(rows); i++) {
		struct co_run run = { 0 };
		struct co_decision d = { 0 };
		struct co_policy_facts facts = { .run = &run, .catalog = b->catalog, .config = &b->config, .now = rows[i].now };

		assert_int_equal(co_run_decode(&run, document(one(step("a", "local", "read", NULL)), "inspect", "alice"),
					       &b->err), CO_OK);
		assert_int_equal(co_policy_decide(p, &facts, &d, &b->err), CO_OK);
		assert_int_equal(d.effect, rows[i].effect);
		co_shape_clear(&co_decision_shape, &d);
		co_run_clear(&run);
	}
	co_policy_free(p);
}

static void doubt_restricts(void **state)
{
	struct bench *b = *state;
	struct co_policy *p = parse(b, "policy: 1\n"
				       "rules:\n"
				       "  - {rule: all, effect: permit}\n"
				       "  - {rule: not-mallory, effect: forbid, when: {user: mallory}}\n");
	struct co_decision d;

	expect(b, p, document(one(step("a", "kubernetes", "write", "dev-1")), "remediate", "alice"), CO_EFFECT_PERMIT, 0,
	       "all");
	expect(b, p, document(one(step("a", "kubernetes", "write", "dev-1")), "remediate", "mallory"), CO_EFFECT_FORBID, 0,
	       "not-mallory");
	d = decide(b, p, document(one(step("a", "kubernetes", "write", "dev-1")), "remediate", "alice"), NULL);
	assert_int_equal(d.effect, CO_EFFECT_FORBID);
	assert_string_equal(d.reasons.items[0].at, "p.yaml:4");
	co_shape_clear(&co_decision_shape, &d);
	co_policy_free(p);
}

static void unless_is_an_exception(void **state)
{
	struct bench *b = *state;
	struct co_policy *p = parse(b, "policy: 1\n"
				       "rules:\n"
				       "  - {rule: all, effect: permit}\n"
				       "  - {rule: freeze, effect: forbid, when: {access: write}, unless: {environment: dev}}\n");

	expect(b, p, document(one(step("a", "kubernetes", "write", "dev-1")), "remediate", "alice"), CO_EFFECT_PERMIT, 0,
	       "all");
	expect(b, p, document(one(step("a", "kubernetes", "write", "prod-eu")), "remediate", "alice"), CO_EFFECT_FORBID, 0,
	       "freeze");
	expect(b, p, document(one(step("a", "kubernetes", "write", "nowhere")), "remediate", "alice"), CO_EFFECT_FORBID, 0,
	       "freeze");
	co_policy_free(p);
}

static char *approvers_of(struct bench *b, const char *rules)
{
	struct co_policy *p = parse(b, rules);
	struct co_decision d = decide(b, p, document(one(step("a", "kubernetes", "write", "dev-1")), "remediate", "alice"),
				      "alice");
	struct co_buf text = CO_BUF_INIT;
	size_t i;

	co_buf_addf(&text, "%s %lld", co_enum_name(co_effect_names, d.effect), (long long)d.approvals_required);
	for (i = 0; i < d.approvers.count; i++)
		co_buf_addf(&text, " %s", d.approvers.items[i]);
	if (d.effect == CO_EFFECT_FORBID)
		co_buf_addf(&text, " %s", d.reasons.items[d.reasons.count - 1].rule);
	co_shape_clear(&co_decision_shape, &d);
	co_policy_free(p);
	return co_buf_take(&text);
}

static void approvers(void **state)
{
	static const char *const rows[][2] = {
		{ "{policy: 1, rules: [{rule: a, effect: approve}]}", "approve 1" },
		{ "{policy: 1, rules: [{rule: a, effect: approve, approvers: \"@sre\"}]}", "approve 1 alice bob" },
		{ "{policy: 1, rules: [{rule: a, effect: approve, approvers: \"@sre\"},"
		  " {rule: b, effect: approve, approvers: [\"@security\"]}]}", "approve 1 bob" },
		{ "{policy: 1, rules: [{rule: a, effect: approve, approvers: \"@sre\"}, {rule: b, effect: approve, approvals: 3}]}",
		  "forbid 0 no-approvers" },
		{ "{policy: 1, rules: [{rule: a, effect: approve, approvers: \"@sre\"}, {rule: b, effect: approve, approvals: 2}]}",
		  "approve 2 alice bob" },
		{ "{policy: 1, rules: [{rule: a, effect: approve, approvers: \"@sre\"},"
		  " {rule: b, effect: approve, approvers: \"@lonely\"}]}", "forbid 0 no-approvers" },
		{ "{policy: 1, rules: [{rule: a, effect: approve, approvers: \"@typo\"}]}", "forbid 0 unknown-group" },
	};
	struct bench *b = *state;
	size_t i;

	for (i = 0; i < CO_COUNT(rows); i++) {
		char *got = approvers_of(b, rows[i][0]);

		assert_string_equal(got, rows[i][1]);
		free(got);
	}
}

static void refused_files(void **state)
{
	static const char *const rows[][2] = {
		{ "", "p.yaml:1:1: the file is empty" },
		{ "policy: 1\nrules: []\n", "p.yaml:2:1: must not be empty (at /rules)" },
		{ "policy: 2\nrules: [{rule: a, effect: permit}]\n", "p.yaml:1:1: 2 is not between 1 and 1 (at /policy)" },
		{ "policy: 1\nrules:\n  - {rule: a, efect: permit}\n",
		  "p.yaml:3:15: unknown key \"efect\" in rule (at /rules/0/efect); did you mean \"effect\"?" },
		{ "policy: 1\nrules:\n  - rule: a\n    effect: allow\n",
		  "p.yaml:4:5: unknown value \"allow\" (at /rules/0/effect); one of permit, forbid, approve" },
		{ "policy: 1\nrules:\n  - {rule: a, effect: permit, when: {access: [raed]}}\n",
		  "p.yaml:3:47: unknown value \"raed\" (at /rules/0/when/access/0); did you mean \"read\"?" },
		{ "policy: 1\nrules:\n  - {rule: a, effect: permit, when: {environment: []}}\n",
		  "p.yaml:3:38: must not be empty (at /rules/0/when/environment)" },
		{ "policy: 1\nrules:\n  - {rule: a, effect: forbid, when: {rate: {runs: 3}}}\n",
		  "p.yaml:3:38: rate limits are not supported yet (at /rules/0/when/rate); a limit that is not enforced would be worse than none: remove it" },
		{ "policy: 1\nrules:\n  - {rule: a, effect: permit, approvals: 2}\n",
		  "p.yaml:3:31: \"approvals\" is for the effect approve only (at /rules/0/approvals)" },
		{ "policy: 1\nrules:\n  - {rule: a, effect: approve, approvals: 2, self: true}\n",
		  "p.yaml:3:46: nobody can approve their own plan 2 times (at /rules/0/self)" },
		{ "policy: 1\nrules:\n  - {rule: a, effect: permit}\n  - {rule: a, effect: permit}\n",
		  "p.yaml:4:6: there are two rules \"a\" (at /rules/1/rule)" },
		{ "policy: 1\nrules:\n  - {rule: a, effect: forbid, when: {cost_usd: {at_least: 10}}}\n",
		  "p.yaml:3:49: expected an amount as a string (at /rules/0/when/cost_usd/at_least); write it as \"10.50\"" },
		{ "policy: 1\nrules:\n  - {rule: a, effect: forbid, when: {hours: [{from: \"9:00\"}]}}\n",
		  "p.yaml:3:47: \"9:00\" is not a time of day such as 09:00 (at /rules/0/when/hours/0/from)" },
		{ "policy: 1\nrules:\n  - {rule: a, effect: forbid, when: {changes: {}}}\n",
		  "p.yaml:3:38: bounds have neither \"at_least\" nor \"at_most\" (at /rules/0/when/changes)" },
	};
	struct bench *b = *state;
	struct co_policy *policy = NULL;
	size_t i;

	for (i = 0; i < CO_COUNT(rows); i++) {
		assert_int_equal(co_policy_parse(&policy, rows[i][0], strlen(rows[i][0]), "p.yaml", &b->err), CO_ERR_INPUT);
		assert_null(policy);
		assert_string_equal(unit_error(&b->err), rows[i][1]);
	}
}

static void untrusted_files(void **state)
{
	struct bench *b = *state;
	char *path = co_xasprintf("%s/p.yaml", b->dir);
	const char *files[2] = { path, path };
	struct co_policy *policy = NULL, *twice;

	assert_int_equal(co_policy_load(&policy, files, 1, &b->err), CO_ERR_INPUT);
	assert_int_equal(b->err.code, CO_ERR_INPUT);
	assert_null(policy);
	put(b->dir, "p.yaml", "{policy: 1, rules: [{rule: all, effect: permit}]}", 0666);
	assert_int_equal(co_policy_load(&policy, files, 1, &b->err), CO_ERR_INPUT);
	assert_string_equal(b->err.id, "untrusted-file");
	assert_null(policy);
	put(b->dir, "p.yaml", "{policy: 1, rules: [{rule: all, effect: permit}]}", 0644);
	assert_int_equal(co_policy_load(&policy, files, 1, &b->err), CO_OK);
	assert_int_equal(co_policy_load(&twice, files, 2, &b->err), CO_OK);
	assert_string_equal(co_policy_digest(policy), co_policy_digest(twice));
	co_policy_free(policy);
	co_policy_free(twice);
	free(path);
}

static void explained(void **state)
{
	static const char rules[] = "policy: 1\n"
				    "rules:\n"
				    "  - {rule: dev, effect: permit, when: {environment: dev}}\n"
				    "  - {rule: boss, effect: permit, when: {user: root, environment: prod}}\n";
	struct bench *b = *state;
	struct co_policy *p = parse(b, rules);
	struct co_run run = { 0 };
	struct co_policy_facts facts = {
		.run = &run, .catalog = b->catalog, .config = &b->config, .user = "alice", .host = "h", .now = 1795500000,
	};
	struct co_decision d = { 0 };
	struct co_buf text = CO_BUF_INIT;

	assert_int_equal(co_run_decode(&run, document(one(step("a", "kubernetes", "write", "prod-eu")), "remediate", "alice"),
				       &b->err), CO_OK);
	assert_int_equal(co_policy_decide(p, &facts, &d, &b->err), CO_OK);
	co_policy_explain(p, &facts, &d, &text);
	assert_string_equal(co_buf_str(&text),
			    "denied\n"
			    "  default-deny (built-in), step a: no rule permits \"kubernetes do write\" (write)\n"
			    "  would be permitted in environment dev\n"
			    "  would be permitted for user root\n");
	co_policy_refuse(&d, &b->err);
	assert_string_equal(b->err.message,
			    "denied by default-deny for step a: no rule permits \"kubernetes do write\" (write) (built-in)");
	co_buf_clear(&text);
	co_shape_clear(&co_decision_shape, &d);
	co_run_clear(&run);
	co_policy_free(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define CASE(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
		CASE(the_default_policy),
		CASE(the_default_policy_as_a_file),
		CASE(the_worst_step_decides),
		CASE(this_host_may_be_in_production),
		CASE(nothing_is_taken_from_the_document),
		CASE(helpers_of_a_change_are_judged_too),
		CASE(limits_hold_whatever_the_rules_say),
		CASE(every_condition),
		CASE(hours_of_any_year),
		CASE(doubt_restricts),
		CASE(unless_is_an_exception),
		CASE(approvers),
		CASE(refused_files),
		CASE(untrusted_files),
		CASE(explained),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
