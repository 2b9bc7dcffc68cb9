/* SPDX-License-Identifier: Apache-2.0 */
#include <signal.h>

#include "exec_fake.h"

#define RULE(id, rest) "{'id':'" id "','severity':'low','title':'t','because':'b'," rest "}"

static json_t *texts(void)
{
	return json_pack("[o, o]", step_of("a", "['fake','get','text']", "{'with':{'text':'one'}}"),
			 step_of("b", "['fake','get','text']", "{'with':{'text':'two'}}"));
}

/* A plan of two reads and these rules (and what else belongs to the plan). */
static int find(struct place *p, json_t *steps, const char *rules)
{
	char more[4096];

	snprintf(more, sizeof(more), "{'findings':[%s]}", rules);
	return place_run(p, doc_of(steps, more));
}

static void one_when_it_is_true(void **state)
{
	struct place *p = *state;

	assert_int_equal(find(p, texts(),
			      "{'id':'yes','when':'${ $steps.a.text == $steps.a.text }','severity':'high','title':'saw ${ $steps.a.text }',"
			      "'because':'limit ${ $params.limit }','resource':'r/${ $now }','next':'do'},"
			      "{'id':'no','when':'${ $steps.a.text == $steps.b.text }','severity':'high','title':'t','because':'b'}"),
			 CO_OK);
	assert_string_equal(shown(p, "/findings"),
			    "[{\"id\":\"yes\",\"severity\":\"high\",\"title\":\"saw one\",\"resource\":\"r/1763878739\","
			    "\"because\":\"limit 3\",\"evidence\":[\"a\"],\"next\":\"do\",\"playbook\":\"test\"}]");
	assert_string_equal(shown(p, "/summary/counts"), "{\"high\":1}");
}

static void one_for_each_object(void **state)
{
	struct place *p = *state;
	json_t *doc = doc_of(texts(), "{}");
	json_t *rule = quoted("{'id':'r','severity':'${ .s }','title':'${ .n }','because':'b','when':'${ .n != 2 }','evidence':['b']}");

	json_object_set_new(rule, "each",
			    json_string("({s: \"low\", n: 1}, {s: \"low\", n: 2}, {s: \"critical\", n: 3}) | . + {x: $steps.a}"));
	json_array_append_new(co_json_at(doc, "/plan/findings"), rule);
	assert_int_equal(place_run(p, doc), CO_OK);
	assert_string_equal(shown(p, "/findings/0/title"), "\"3\"");
	assert_string_equal(shown(p, "/findings/1/title"), "\"1\"");
	assert_string_equal(shown(p, "/findings/0/evidence"), "[\"b\"]");
	assert_string_equal(shown(p, "/summary/counts"), "{\"critical\":1,\"low\":1}");
	assert_int_equal(json_array_size(co_json_at(p->run.doc, "/findings")), 2);
}

static void sorted_by_severity_then_as_the_playbook_ranks(void **state)
{
	struct place *p = *state;

	assert_int_equal(find(p, texts(),
			      "{'id':'z','severity':'low','title':'1','because':'b'},{'id':'b','severity':'high','title':'2','because':'b','resource':'y'},"
			      "{'id':'b','severity':'high','title':'3','because':'b','resource':'x'},{'id':'a','severity':'high','title':'4','because':'b'}"),
			 CO_OK);
	assert_string_equal(shown(p, "/findings/0/title"), "\"2\"");
	assert_string_equal(shown(p, "/findings/1/title"), "\"3\"");
	assert_string_equal(shown(p, "/findings/2/title"), "\"4\"");
	assert_string_equal(shown(p, "/findings/3/title"), "\"1\"");
}

static void a_broken_rule_is_a_finding_and_a_failure(void **state)
{
	struct place *p = *state;

	assert_int_equal(find(p, texts(), RULE("good", "'when':'${ true }'") ","
			      "{'id':'bad','each':'$steps.a.text[]','severity':'critical','title':'t','because':'b'}"),
			 CO_ERR_INPUT);
	assert_string_equal(p->err.id, "rule-failed");
	assert_string_equal(shown(p, "/execution/status"), "\"partial\"");
	assert_string_equal(shown(p, "/findings/0/id"), "\"bad\"");
	assert_string_equal(shown(p, "/findings/0/severity"), "\"critical\"");
	assert_string_equal(shown(p, "/findings/1/id"), "\"good\"");
}

static void a_rule_that_does_not_compile_spoils_no_other(void **state)
{
	struct place *p = *state;

	assert_int_equal(find(p, texts(), RULE("good", "'when':'${ 1 < 2 }'") ","
			      "{'id':'bad','when':'${ nosuch(1) }','severity':'${ .s }','title':'t','because':'b'}"),
			 CO_ERR_INPUT);
	assert_string_equal(shown(p, "/findings/0/id"), "\"bad\"");
	assert_string_equal(shown(p, "/findings/0/severity"), "\"high\"");
	assert_string_equal(shown(p, "/findings/1/id"), "\"good\"");
}

static void an_unknown_severity_is_broken(void **state)
{
	struct place *p = *state;

	assert_int_equal(find(p, texts(), "{'id':'bad','severity':'dire','title':'t','because':'b'}"), CO_ERR_INPUT);
	assert_string_equal(shown(p, "/findings/0/severity"), "\"high\"");
	assert_non_null(strstr(shown(p, "/findings/0/because"), "no severity"));
}

static void half_of_a_rule_is_none_of_it(void **state)
{
	struct place *p = *state;

	assert_int_equal(find(p, texts(), "{'id':'r','each':'{n: 1}, 2','severity':'low','title':'${ .n }','because':'b'}"),
			 CO_ERR_INPUT);
	assert_int_equal(json_array_size(co_json_at(p->run.doc, "/findings")), 1);
	assert_non_null(strstr(shown(p, "/findings/0/title"), "could not be evaluated"));
}

static void a_failed_read_does_not_break_its_rules(void **state)
{
	struct place *p = *state;
	json_t *steps = json_pack("[o, o]", step_of("gone", "['fake','get','fail']", "{'optional':true}"),
				  step_of("there", "['fake','get','text']", "{}"));

	assert_int_equal(find(p, steps, RULE("r", "'each':'$steps.gone.list[]'")), CO_OK);
	assert_string_equal(shown(p, "/findings"), "[]");
	assert_string_equal(shown(p, "/summary/text"), "[\"not seen: gone: it always fails\"]");
}

static json_t *two_targets(void)
{
	return json_pack("[o, o]", step_of("a@n1", "['fake','get','text']", "{'with':{'text':'x'},'target':{'name':'n1'}}"),
			 step_of("a@n2", "['fake','get','text']", "{'with':{'text':'y'},'target':{'name':'n2'}}"));
}

static void a_rule_is_made_for_each_target(void **state)
{
	struct place *p = *state;

	assert_int_equal(place_run(p, doc_of(two_targets(),
					     "{'findings':[{'id':'r','severity':'low','title':'${ $target.name } ${ $steps.a.text }','because':'b'},"
					     "{'id':'s','severity':'low','across':true,'title':'${ $targets[1].steps.a.text }',"
					     "'because':'b','evidence':['a']}],'summary':[{'text':'load: ${ $steps.a.text }'}]}")),
			 CO_OK);
	assert_string_equal(shown(p, "/findings/0/title"), "\"n1 x\"");
	assert_string_equal(shown(p, "/findings/0/evidence"), "[\"a@n1\"]");
	assert_string_equal(shown(p, "/findings/1/title"), "\"n2 y\"");
	assert_string_equal(shown(p, "/findings/2/title"), "\"y\"");
	assert_string_equal(shown(p, "/findings/2/evidence"), "[\"a@n1\",\"a@n2\"]");
	assert_string_equal(shown(p, "/summary/text"), "[\"n1 load: x\",\"n2 load: y\"]");
}

static void an_included_rule_has_its_own_scope(void **state)
{
	struct place *p = *state;

	assert_int_equal(find(p, texts(),
			      "{'id':'r','playbook':'inner','severity':'low','title':'${ $steps.mine.text } ${ $params.limit }',"
			      "'because':'b','steps':{'mine':'b'},'params':{'limit':8}}"),
			 CO_OK);
	assert_string_equal(shown(p, "/findings/0/title"), "\"two 8\"");
	assert_string_equal(shown(p, "/findings/0/evidence"), "[\"b\"]");
	assert_string_equal(shown(p, "/findings/0/playbook"), "\"inner\"");
}

static void a_fix_is_literal(void **state)
{
	struct place *p = *state;

	assert_int_equal(find(p, texts(),
			      "{'id':'r','severity':'low','title':'t','because':'b',"
			      "'fix':{'playbook':'mend','params':{'what':'${ $steps.a.text }','limit':'${ $params.limit }'}}}"),
			 CO_OK);
	assert_string_equal(shown(p, "/findings/0/fix"),
			    "{\"playbook\":\"mend\",\"params\":{\"what\":\"one\",\"limit\":3}}");
}

static void summary_lines(void **state)
{
	struct place *p = *state;

	assert_int_equal(place_run(p, doc_of(texts(), "{'summary':[{'text':'a: ${ $steps.a.text }'},{'text':'never','when':'${ false }'},"
					     "{'text':'b','when':'${ $params.limit == 3 }'}]}")), CO_OK);
	assert_string_equal(shown(p, "/summary/text"), "[\"a: one\",\"b\"]");
	assert_string_equal(shown(p, "/summary/counts"), "{}");
}

static void a_line_across_targets_is_one(void **state)
{
	struct place *p = *state;

	assert_int_equal(place_run(p, doc_of(two_targets(),
					     "{'summary':[{'text':'each ${ $steps.a.text }'},"
					     "{'text':'all ${ [$targets[].steps.a.text] | add }','across':true}]}")),
			 CO_OK);
	assert_string_equal(shown(p, "/summary/text"), "[\"all xy\",\"n1 each x\",\"n2 each y\"]");
}

/* Included playbooks may have targets of their own: what knows none of a target's steps is not about it. */
static void a_rule_is_made_only_where_its_steps_are(void **state)
{
	struct place *p = *state;
	json_t *steps = two_targets();

	json_array_append_new(steps, step_of("other.b@n3", "['fake','get','text']", "{'with':{'text':'z'},'target':{'name':'n3'}}"));
	assert_int_equal(place_run(p, doc_of(steps,
					     "{'findings':[{'id':'r','severity':'low','title':'${ $target.name }','when':'${ $steps.a == $steps.a }','because':'b'},"
					     "{'id':'s','severity':'low','title':'${ $target.name }','when':'${ $steps.b == $steps.b }','because':'b',"
					     "'playbook':'other','steps':{'b':'other.b'}},"
					     "{'id':'t','severity':'low','across':true,'title':'${ [$targets[].target.name] | add }',"
					     "'when':'${ true }','because':'b','playbook':'other','steps':{'b':'other.b'}}],"
					     "'summary':[{'text':'${ $steps.b.text }','playbook':'other','steps':{'b':'other.b'}}]}")),
			 CO_OK);
	assert_string_equal(shown(p, "/findings/0/title"), "\"n1\"");
	assert_string_equal(shown(p, "/findings/1/title"), "\"n2\"");
	assert_string_equal(shown(p, "/findings/2/title"), "\"n3\"");
	assert_string_equal(shown(p, "/findings/3/title"), "\"n3\"");
	assert_int_equal(json_array_size(co_json_at(p->run.doc, "/findings")), 4);
	assert_string_equal(shown(p, "/summary/text"), "[\"n3 z\"]");
}

static void what_fails_alike_on_many_targets_is_told_once(void **state)
{
	struct place *p = *state;
	json_t *steps = two_targets();

	json_array_append_new(steps, step_of("b@n1", "['fake','get','fail']", "{'optional':true,'target':{'name':'n1'}}"));
	json_array_append_new(steps, step_of("b@n2", "['fake','get','fail']", "{'optional':true,'target':{'name':'n2'}}"));
	assert_int_equal(place_run(p, doc_of(steps, "{}")), CO_OK);
	assert_string_equal(shown(p, "/summary/text"), "[\"not seen: b of n1, b of n2: it always fails\"]");
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, place_setup, place_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(one_when_it_is_true),
		CASE(one_for_each_object),
		CASE(sorted_by_severity_then_as_the_playbook_ranks),
		CASE(a_broken_rule_is_a_finding_and_a_failure),
		CASE(a_rule_that_does_not_compile_spoils_no_other),
		CASE(an_unknown_severity_is_broken),
		CASE(half_of_a_rule_is_none_of_it),
		CASE(a_failed_read_does_not_break_its_rules),
		CASE(a_rule_is_made_for_each_target),
		CASE(an_included_rule_has_its_own_scope),
		CASE(a_fix_is_literal),
		CASE(summary_lines),
		CASE(a_line_across_targets_is_one),
		CASE(a_rule_is_made_only_where_its_steps_are),
		CASE(what_fails_alike_on_many_targets_is_told_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
