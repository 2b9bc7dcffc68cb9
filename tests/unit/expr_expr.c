/* SPDX-License-Identifier: Apache-2.0 */
#include "expr/expr.h"

#include "unit.h"

#include <signal.h>
#include <time.h>

struct engine {
	char *helper;
	struct co_expr *e;
	json_t *vars;
};

static int setup(void **state)
{
	static const char vars[] = "{\"params\":{\"n\":3,\"s\":\"x\",\"list\":[1,[2,3]],\"a-b\":true},"
				   "\"target\":{\"name\":\"web1\"},\"now\":1763878739}";
	struct engine *t = co_xcalloc(1, sizeof(*t));

	signal(SIGPIPE, SIG_IGN);
	t->helper = unit_program("co-expr");
	t->e = co_expr_new(&(struct co_expr_limits){ .helper = t->helper, .timeout_ms = 60000 });
	t->vars = co_json_parse(vars, strlen(vars), "vars", NULL);
	assert_non_null(t->vars);
	*state = t;
	return 0;
}

static int teardown(void **state)
{
	struct engine *t = *state;

	co_expr_free(t->e);
	json_decref(t->vars);
	free(t->helper);
	free(t);
	return 0;
}

static json_t *eval(struct engine *t, const char *text, int program, json_t *input, struct co_err *err)
{
	json_t *out = NULL;
	size_t id;

	*err = (struct co_err)CO_ERR_INIT;
	if (co_expr_add(t->e, text, program, &id, err) < 0)
		return NULL;
	if (co_expr_eval(t->e, id, input, t->vars, &out, err) < 0)
		assert_null(out);
	return out;
}

static void gives_on(struct engine *t, const char *text, int program, const char *input, const char *wanted)
{
	struct co_err err;
	struct co_buf got = CO_BUF_INIT;
	json_t *in = input ? co_json_parse(input, strlen(input), "input", NULL) : NULL;
	json_t *out = eval(t, text, program, in, &err);

	if (!out)
		fail_msg("%s: %s", text, unit_error(&err));
	co_json_write(&got, out, CO_JSON_COMPACT);
	if (strcmp(got.data, wanted) != 0)
		fail_msg("%s gives %s, wanted %s", text, got.data, wanted);
	json_decref(in);
	json_decref(out);
	co_buf_clear(&got);
}

static void gives(struct engine *t, const char *text, const char *wanted)
{
	gives_on(t, text, 0, NULL, wanted);
}

static void fails(struct engine *t, const char *text, const char *id, const char *why)
{
	struct co_err err;
	json_t *out = eval(t, text, 0, NULL, &err);

	if (out)
		fail_msg("%s has a value", text);
	assert_int_equal(err.code, CO_ERR_INPUT);
	assert_string_equal(err.id, id);
	unit_assert_contains(err.message, why);
}

static void test_plain(void **state)
{
	struct engine *t = *state;

	co_expr_free(t->e);
	t->e = co_expr_new(&(struct co_expr_limits){ .helper = "/nonexistent" }); /* nothing here may need it */
	gives(t, "${ $params.n }", "3");
	gives(t, "${$params.list[1][0]}", "2");
	gives(t, "${ $params[\"a-b\"] }", "true");
	gives(t, "${ $params.\"a-b\" }", "true");
	gives(t, "${ $params.missing.deeper[3] }", "null");
	gives(t, "${ $params.list[9] }", "null");
	gives(t, "${ \"a}\\u00e9\" }", "\"a}\u00e9\"");
	gives(t, "${ 17 }", "17");
	gives(t, "${ null }", "null");
	gives(t, "${ # } a comment\n$now }", "1763878739");
	gives(t, "no expression", "\"no expression\"");
	gives(t, "", "\"\"");
	gives(t, "$ { } $x", "\"$ { } $x\"");
	gives(t, "<${ $params.s }|${ $params.n }|${ $params.list }|${ $params.no }>", "\"<x|3|[1,[2,3]]|null>\"");
	gives_on(t, "${ . }", 0, "[1]", "[1]");
	gives_on(t, "${ .a.\"b c\"[0] }", 0, "{\"a\":{\"b c\":[5]}}", "5");
	gives_on(t, "${ .[\"x-y\"] } of ${ .[\"x-y\"] }", 0, "{\"x-y\":1}", "\"1 of 1\"");
	gives_on(t, ".a", 1, "{\"a\":4}", "[4]");
	fails(t, "${ $params.n.x }", "expression", "cannot index an integer with \"x\"");
	fails(t, "${ $params.s[0] }", "expression", "cannot index a string with a number");
	fails(t, "${ $params[0] }", "expression", "cannot index an object with a number");
	fails(t, "${ $steps.x }", "expression", "\"$steps\" does not exist here");
}

/* What is resolved without jq means what jq says it means: "(PATH)" is no plain path, so jq evaluates it. */
static void test_plain_is_jq(void **state)
{
	static const char *const paths[] = {
		".",	    ".a",	".a.b",	    ".a[0]",	 ".[0]",	".[1][0]",   ".\"a\"",	    ".[\"a\"]",
		".a.\"b c\"", ".a[\"b\"]", ".a [0] .b", ". [0]",	 ".[5]",	".a[99999]", "$params.list[1]", "$params[\"a-b\"]",
		"$params.n", "$params.no.no", "$target", "null", "true",	"false",     "17",	    "007",
		"\"x\\u00e9\\n\"", ". \"a\"", ".[1.5]",	    "1.0",	 ".5",		"1e3",	     ".a..b",	    "$params .n",
		"$params. n", ".a.[0]",	".and",	    ".a.if",	 "$__loc__.line", "123456789012345", "9007199254740993", "[]",
	};
	static const char *const inputs[] = {
		"null", "1", "\"s\"", "true", "[]", "{}", "[[1],[2]]", "{\"a\":{\"b\":[1,{\"b\":2}],\"b c\":3}}",
		"{\"a\":[{\"b\":null}],\"and\":1}", "[{\"a\":1}]",
	};
	struct engine *t = *state;
	size_t p, i;

	/* those that jq does not even compile would spoil it for all: they are told apart first */
	for (p = 0; p < CO_COUNT(paths); p++) {
		char *plain = co_xasprintf("${ %s }", paths[p]), *jq = co_xasprintf("${ (%s) }", paths[p]);

		co_expr_free(t->e);
		t->e = co_expr_new(&(struct co_expr_limits){ .helper = t->helper, .timeout_ms = 60000 });
		for (i = 0; i < CO_COUNT(inputs); i++) {
			json_t *input = co_json_parse(inputs[i], strlen(inputs[i]), "", NULL);
			struct co_err err1, err2;
			json_t *a = eval(t, plain, 0, input, &err1), *b = eval(t, jq, 0, input, &err2);

			if (a ? !b || !json_equal(a, b) : b != NULL)
				fail_msg("%s on %s: %s", paths[p], inputs[i],
					 a && b ? "another value" : unit_error(a ? &err2 : &err1));
			json_decref(a);
			json_decref(b);
			json_decref(input);
		}
		free(plain);
		free(jq);
	}
}

/* Definitions are compiled once for all programs; who defines a name otherwise keeps its own. */
static void test_definitions(void **state)
{
	static const char *const texts[] = {
		"${# definitions\ndef f: 1;\ndef g: f + 1;\n# program\n g * 10 }",
		"${# definitions\ndef f: 1;\ndef h:\n def f: 7; f;\n# program\n f + h }",
		"${# definitions\ndef f: 2;\n# program\n f * 100 }",
		"${# definitions\ndef f($x): $x;\n# program\n f(5) }",
	};
	static const char *const wanted[] = { "20", "8", "200", "5" };
	struct engine *t = *state;
	size_t i, id;

	for (i = 0; i < 3; i++) /* together */
		assert_int_equal(co_expr_add(t->e, texts[i], 0, &id, NULL), CO_OK);
	for (i = 0; i < 3; i++)
		gives(t, texts[i], wanted[i]);
	gives(t, texts[3], wanted[3]);
	fails(t, "${# definitions\n 1 2 }", "bad-expression", "syntax error");
}

static void test_jq(void **state)
{
	struct engine *t = *state;

	gives(t, "${ $params.n + 1 }", "4");
	gives(t, "${ $params.list | length } of ${ $params.n }", "\"2 of 3\"");
	gives(t, "${ \"a\\($params.n + 1)b\" }", "\"a4b\"");
	gives(t, "${ {a: {b: \"}\"}} }", "{\"a\":{\"b\":\"}\"}}");
	gives(t, "${ if $params.n > 2 then \"high\" else \"low\" end }", "\"high\"");
	gives(t, "${ empty }", "null");
	gives(t, "<${ empty }>", "\"<>\"");
	gives(t, "${ def f: . + 1; 1 | f }", "2");
	gives_on(t, ".[] | select(. > $params.n)", 1, "[1,4,9]", "[4,9]");
	gives_on(t, "empty", 1, NULL, "[]");
	gives_on(t, "$target.name, $now", 1, NULL, "[\"web1\",1763878739]");
	fails(t, "${ 1, 2 }", "expression", "gives 2 values");
	fails(t, "${ error(\"x\\u001b[2J\") }", "expression", "x\\x1b[2J");
	fails(t, "${ [] + 1 }", "expression", "cannot be added");
	fails(t, "${ $item + 1 }", "expression", "\"$item\" does not exist here");
	fails(t, "${ \"a\\u0000\" + \"b\" }", "expression", "NUL");
}

static void test_numbers(void **state)
{
	struct engine *t = *state;

	gives_on(t, ".[]", 1, "[9007199254740991,-9007199254740991,0,1.5,1e20,-0.0]",
		 "[9007199254740991,-9007199254740991,0,1.5,100000000000000000000.0,0]");
	gives(t, "${ 7.0 * 2 }", "14");
	gives(t, "${ 0.1 + 0.2 }", "0.30000000000000004");
	gives(t, "${ nan }", "null");
	gives(t, "${ 1 / 3 * 3 == 1 }", "true");
}

static void test_syntax(void **state)
{
	struct engine *t = *state;

	fails(t, "${ .a", "bad-expression", "not closed");
	fails(t, "${ (.a }", "bad-expression", "brackets do not match");
	fails(t, "${ \"a }", "bad-expression", "string is not closed");
	fails(t, "${ }", "bad-expression", "empty");
	fails(t, "${ \"\\(1\" }", "bad-expression", "string is not closed");
	fails(t, "${ $ }", "bad-expression", "no name");
	fails(t, "a ${ .a } ${ ] }", "bad-expression", "brackets do not match");
}

/* What reaches out of an expression is refused before jq sees it, wherever it hides. */
static void test_refused(void **state)
{
	static const char *const texts[] = {
		"${ now }",	     "${ env.HOME }",	   "${ $ENV.HOME }",	  "${ $ ENV }",
		"${ $ #\n ENV }",    "${ \"\\(now)\" }",   "${ [1, input] }",	  "${ {a: now} }",
		"${ {now} }",	     "${ $__prog_args }",  "${ import \"a\" as b; 1 }", "${ include \"a\"; 1 }",
		"${ debug }",	     "${ \"a\" | stderr }", "${ halt_error }",	  "${ [inputs] }",
		"${ get_search_list }", "${ input_filename }", "${ 0|localtime }", "${ \"a\"|modulemeta }",
		"${ @base64 \"\\(env)\" }",
	};
	struct engine *t = *state;
	size_t i;

	for (i = 0; i < CO_COUNT(texts); i++)
		fails(t, texts[i], "bad-expression", "not available");
	/* names that only look like it */
	gives_on(t, "${ .now }", 0, "{\"now\":1}", "1");
	gives_on(t, "${ {now: .env} | .now + 1 }", 0, "{\"env\":1}", "2");
	gives(t, "${ \"now\" + \"env\" }", "\"nowenv\"");
	gives(t, "${ 0 | todate }", "\"1970-01-01T00:00:00Z\"");
	gives(t, "${ \"2026-11-23T06:18:59Z\" | fromdate }", "1795414739");
}

static void test_compile(void **state)
{
	struct engine *t = *state;
	struct co_err err = CO_ERR_INIT;
	size_t good, bad, other, which = 99;

	assert_int_equal(co_expr_add(t->e, "${ .a + 1 }", 0, &good, &err), CO_OK);
	assert_int_equal(co_expr_add(t->e, "fine ${ nosuch(1) } ", 0, &bad, &err), CO_OK);
	assert_int_equal(co_expr_add(t->e, "if . then 1", 1, &other, &err), CO_OK);
	assert_int_equal(co_expr_compile(t->e, &which, &err), CO_ERR_INPUT);
	assert_int_equal(which, bad);
	assert_string_equal(err.id, "bad-expression");
	assert_string_equal(err.message, "jq: nosuch/1 is not defined");
}

static void test_many(void **state)
{
	struct engine *t = *state;
	struct co_err err = CO_ERR_INIT;
	char text[64], wanted[32];
	size_t id;
	int i;

	for (i = 0; i < 100; i++) {
		snprintf(text, sizeof(text), "${ $params.n * %d }", i);
		assert_int_equal(co_expr_add(t->e, text, 0, &id, &err), CO_OK);
	}
	for (i = 0; i < 100; i++) {
		snprintf(text, sizeof(text), "${ $params.n * %d }", i);
		snprintf(wanted, sizeof(wanted), "%d", 3 * i);
		gives(t, text, wanted);
	}
}

/* The helper keeps what it was sent; a change must reach it. */
static void test_variables_change(void **state)
{
	struct engine *t = *state;
	json_t *steps = json_object();

	json_object_set_new(t->vars, "steps", steps);
	gives(t, "${ $steps | keys | join(\",\") }", "\"\"");
	json_object_set_new(steps, "cpu", json_pack("{s:i}", "busy", 5));
	gives(t, "${ $steps | keys | join(\",\") }", "\"cpu\"");
	gives(t, "${ $steps.cpu.busy + 1 }", "6");
	json_object_set_new(steps, "cpu", json_pack("{s:i}", "busy", 50));
	gives(t, "${ $steps.cpu.busy + 1 }", "51");
	json_object_set_new(t->vars, "params", json_pack("{s:i}", "n", 10));
	gives(t, "${ $params.n + $steps.cpu.busy }", "60");
}

static double seconds(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static void test_time_limit(void **state)
{
	struct engine *t = *state;
	double start = seconds();

	co_expr_free(t->e);
	t->e = co_expr_new(&(struct co_expr_limits){ .helper = t->helper, .timeout_ms = 300 });
	fails(t, "${ [range(1e12) | select(false)] }", "expression-limit", "longer than 300 ms");
	fails(t, "${ def f: f; f }", "expression-limit", "longer than 300 ms");
	assert_true(seconds() - start < 10);
	if (!unit_quick())
		gives(t, "${ $params.n + 1 }", "4");
}

static void test_room_limit(void **state)
{
	struct engine *t = *state;

	co_expr_free(t->e);
	t->e = co_expr_new(&(struct co_expr_limits){ .helper = t->helper, .timeout_ms = 120000, .output = 1000 });
	fails(t, "${ [range(1000)] }", "expression-limit", "too large");
	fails(t, "${ \"x\" * 1001 }", "expression-limit", "too large");
	gives(t, "${ \"x\" * 900 | length }", "900");
	fails(t, "${ reduce range(100) as $i (0; [.]) }", "expression-limit", "nests too deep");
	gives(t, "${ [range(100)] | length }", "100");
#ifndef CO_SANITIZER /* they take the address space that is limited */
	fails(t, "${ [range(1e9)] | length }", "expression-limit", "memory");
#endif
	gives(t, "${ [range(100)] | length }", "100");
}

/* libjq 1.6 dies of these; the caller sees an ordinary error and goes on. */
static void test_crash(void **state)
{
	struct engine *t = *state;

	if (unit_quick())
		skip();
	co_expr_free(t->e);
	t->e = co_expr_new(&(struct co_expr_limits){ .helper = t->helper, .timeout_ms = 120000 });
	fails(t, "${ reduce range(3000000) as $i (0; [.]) | length }", "expression-limit", "nests too deep");
	gives(t, "${ $params.n + 1 }", "4");
	fails(t, "${ [1, 2] | .[nan:1] }", "expression", "jq ended"); /* an assertion of libjq */
	gives(t, "${ $params.n + 1 }", "4");
}

static void test_no_helper(void **state)
{
	struct engine *t = *state;
	struct co_err err = CO_ERR_INIT;
	json_t *out;
	size_t id;

	co_expr_free(t->e);
	t->e = co_expr_new(&(struct co_expr_limits){ .helper = "/nonexistent/co-expr" });
	gives(t, "${ $params.n }", "3");
	assert_int_equal(co_expr_add(t->e, "${ 1 + 1 }", 0, &id, &err), CO_OK);
	assert_int_equal(co_expr_eval(t->e, id, NULL, t->vars, &out, &err), CO_ERR_SYSTEM);
	co_expr_free(t->e);
	t->e = co_expr_new(&(struct co_expr_limits){ .helper = "/bin/true" });
	assert_int_equal(co_expr_add(t->e, "${ 1 + 1 }", 0, &id, &err), CO_OK);
	assert_int_equal(co_expr_eval(t->e, id, NULL, t->vars, &out, &err), CO_ERR_SYSTEM);
	assert_string_equal(err.id, "no-helper");
}

static void test_mentions(void **state)
{
	struct co_err err = CO_ERR_INIT;
	unsigned bits = 0;
	json_t *steps;
	struct co_buf got = CO_BUF_INIT;

	(void)state;
	assert_int_equal(co_expr_variables("${ $params.x } $steps ${ \"\\($target.name)\" }", 0, &bits, &err), CO_OK);
	assert_int_equal(bits, CO_EXPR_PARAMS | CO_EXPR_TARGET);
	assert_int_equal(co_expr_variables("$steps.a[] | $now # $item", 1, &bits, &err), CO_OK);
	assert_int_equal(bits, CO_EXPR_STEPS | CO_EXPR_NOW);
	assert_int_equal(co_expr_variables("\"$item\", .steps", 1, &bits, &err), CO_OK);
	assert_int_equal(bits, 0);
	assert_int_equal(co_expr_variables("${ .a", 0, &bits, &err), CO_ERR_INPUT);
	steps = co_expr_steps("$steps.a.b, $steps[\"c-d\"], $steps.\"e\", .steps.f, \"\\($steps.g)\", $steps.a", 1);
	co_json_write(&got, steps, CO_JSON_COMPACT);
	assert_string_equal(got.data, "[\"a\",\"c-d\",\"e\",\"g\"]");
	json_decref(steps);
	steps = co_expr_steps("${ $steps | keys } ${ $steps.x }", 0);
	co_buf_reset(&got);
	co_json_write(&got, steps, CO_JSON_COMPACT);
	assert_string_equal(got.data, "[\"*\",\"x\"]");
	json_decref(steps);
	co_buf_clear(&got);
	assert_true(co_expr_has("a ${b"));
	assert_false(co_expr_has("a $b {"));
}

static void test_fill(void **state)
{
	static const char text[] = "{\"a\":\"${ $params.n }\",\"b\":[\"${ $steps.x } ${ $params.n }\",\"plain\",7,"
				   "{\"c\":\"n is ${ $params.n + 1 }\"}]}";
	struct engine *t = *state;
	struct co_err err = CO_ERR_INIT;
	struct co_buf got = CO_BUF_INIT;
	json_t *value = co_json_parse(text, strlen(text), "", NULL), *out;

	assert_int_equal(co_expr_fill(t->e, value, CO_EXPR_PLAN_TIME, NULL, t->vars, &out, &err), CO_OK);
	co_json_write(&got, out, CO_JSON_COMPACT);
	assert_string_equal(got.data, "{\"a\":3,\"b\":[\"${ $steps.x } ${ $params.n }\",\"plain\",7,{\"c\":\"n is 4\"}]}");
	json_decref(out);
	json_decref(value);
	co_buf_clear(&got);
	value = json_pack("{s:[s,s]}", "x", "ok", "${ error(\"no\") }");
	assert_int_equal(co_expr_fill(t->e, value, ~0u, NULL, t->vars, &out, &err), CO_ERR_INPUT);
	assert_string_equal(err.path, "/x/1");
	json_decref(value);
	value = json_pack("{s:[s,s]}", "x", "ok", "${ ( }");
	assert_int_equal(co_expr_fill(t->e, value, ~0u, NULL, t->vars, &out, &err), CO_ERR_INPUT);
	assert_string_equal(err.path, "/x/1");
	json_decref(value);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_plain),      TEST(test_plain_is_jq),	TEST(test_definitions), TEST(test_jq),	     TEST(test_numbers),
		TEST(test_syntax),     TEST(test_refused),	TEST(test_compile),  TEST(test_many),
		TEST(test_time_limit), TEST(test_room_limit),	TEST(test_crash),    TEST(test_no_helper),
		TEST(test_mentions),   TEST(test_variables_change), TEST(test_fill),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
