/* SPDX-License-Identifier: Apache-2.0 */
/* tests/peers/aws-oracle.sh holds every expression of every model against Python's jmespath; these are the rules by hand. */
#include "provider/aws/jmespath.h"

#include "unit.h"

static const char document[] =
	"{\"a\":{\"b\":[{\"c\":1},{\"c\":2},{\"d\":3}]},\"n\":[[1,2],[3],4],\"m\":{\"x\":{\"v\":1},\"y\":{\"v\":2},\"z\":{}},\"e\":[],"
	"\"s\":\"h\u00e9\",\"t\":true,\"f\":false,\"k\":[{\"Key\":\"p\"},{\"Key\":\"q\"}],\"z\":null,"
	"\"r\":[{\"i\":[{\"s\":\"on\"},{\"s\":\"off\"}]},{\"i\":[{\"s\":\"on\"}]}]}";

static void gives(const char *expression, const char *wanted)
{
	struct co_err err = CO_ERR_INIT;
	json_t *value = json_loads(document, 0, NULL), *got = co_jmespath(expression, value, &err);
	char *text;

	if (!got)
		fail_msg("%s: %s", expression, unit_error(&err));
	text = json_dumps(got, JSON_COMPACT | JSON_ENCODE_ANY);
	if (strcmp(text, wanted) != 0)
		fail_msg("%s: %s, wanted %s", expression, text, wanted);
	free(text);
	json_decref(got);
	json_decref(value);
}

static void test_paths(void **state)
{
	(void)state;
	gives("t", "true");
	gives("nothing", "null");
	gives("nothing.at.all", "null");
	gives("a.b[0].c", "1");
	gives("a.b[-1]", "{\"d\":3}");
	gives("a.b[9]", "null");
	gives("a[0]", "null");
	gives("k[-1].Key", "\"q\"");
	gives("@.t", "true");
}

static void test_projections(void **state)
{
	(void)state;
	gives("a.b[].c", "[1,2]");
	gives("n[]", "[1,2,3,4]");
	gives("n[][]", "[1,2,3,4]");
	gives("m.*.v", "[1,2]");
	gives("e[].c", "[]");
	gives("t[].c", "null");
	gives("r[].i[].s", "[\"on\",\"off\",\"on\"]");
	gives("r[].i[0].s", "[\"on\",\"on\"]");
	gives("a.b[?c == `2`]", "[{\"c\":2}]");
	gives("a.b[?c].c", "[1,2]");
	gives("k[?Key == 'p' || Key == 'q'].Key", "[\"p\",\"q\"]");
	gives("r[].i[?s == 'off'][].s", "[\"off\"]");
}

static void test_operators(void **state)
{
	(void)state;
	gives("z || s", "\"h\u00e9\"");
	gives("f || e || t", "true");
	gives("t && f", "false");
	gives("!e", "true");
	gives("!(t && !f)", "false");
	gives("length(s)", "2");
	gives("length(n) == `3`", "true");
	gives("length(n[]) > `3`", "true");
	gives("length(t)", "null");
	gives("length(m)", "3");
	gives("s != 'x' && s != 'y'", "true");
	gives("s > `1`", "null");
	gives("`2` >= `2.0`", "true");
	gives("`1` < `2`", "true");
	gives("n == `[[1,2],[3],4]`", "true");
}

static void test_refused(void **state)
{
	static const char *const bad[] = { "",	  "a.",	   "a[",     "a[x]",	"a ||",	  "a b",     "length(a", "`1",	  "'a",
					   "`{`", "a[1:2]", "a | b", "keys(a)", "a.{b:c}", "\"a\"", "1a",	 "a[*].b", "&a" };
	struct co_err err = CO_ERR_INIT;
	struct co_buf deep = CO_BUF_INIT;
	size_t i;

	(void)state;
	for (i = 0; i < CO_COUNT(bad); i++) {
		assert_null(co_jmespath_compile(bad[i], &err));
		assert_int_equal(err.code, CO_ERR_INPUT);
		assert_string_equal(err.id, "bad-expression");
	}
	for (i = 0; i < 200; i++)
		co_buf_addc(&deep, '(');
	assert_null(co_jmespath_compile(deep.data, &err));
	unit_assert_contains(err.message, "nested too deep");
	co_buf_reset(&deep);
	for (i = 0; i < 40; i++)
		co_buf_adds(&deep, "a.");
	co_buf_adds(&deep, "a");
	assert_null(co_jmespath_compile(deep.data, &err));
	unit_assert_contains(err.message, "too long");
	co_buf_clear(&deep);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_paths),
		cmocka_unit_test(test_projections),
		cmocka_unit_test(test_operators),
		cmocka_unit_test(test_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
