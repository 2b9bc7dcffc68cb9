/* SPDX-License-Identifier: Apache-2.0 */
#include "codec/yaml.h"
#include "codec/yamlread.h"

#include "unit.h"

static void check(const char *text, const char *wanted)
{
	struct co_err err = CO_ERR_INIT;
	struct co_buf out = CO_BUF_INIT;
	json_t *value = co_yaml_parse(text, strlen(text), "test.yaml", &err);

	if (!value)
		fail_msg("%s: %s", text, unit_error(&err));
	co_json_write(&out, value, CO_JSON_COMPACT);
	assert_string_equal(out.data, wanted);
	json_decref(value);
	co_buf_clear(&out);
}

static void refused(const char *text, const char *place, const char *why)
{
	struct co_err err = CO_ERR_INIT;
	json_t *value = co_yaml_parse(text, strlen(text), "t.yaml", &err);
	char *start = co_xasprintf("t.yaml:%s: ", place);

	if (value)
		fail_msg("taken: %s", text);
	assert_int_equal(err.code, CO_ERR_INPUT);
	assert_string_equal(err.id, "bad-yaml");
	unit_assert_contains(unit_error(&err), start);
	unit_assert_contains(err.message, why);
	free(start);
}

/* The fast reader takes it, and as libyaml does. */
static void fast(const char *text)
{
	json_t *value = co_yaml_read(text, strlen(text)), *known = co_yaml_read_libyaml(text, strlen(text), "t.yaml", NULL);

	if (!value || !json_equal(value, known))
		fail_msg("%s: %s", value ? "not the same" : "not taken", text);
	json_decref(value);
	json_decref(known);
}

static void slow(const char *text)
{
	json_t *value = co_yaml_read(text, strlen(text));

	if (value)
		fail_msg("taken: %s", text);
}

static void test_fast(void **state)
{
	(void)state;
	fast("# first\na: 1 # one\n\nb:\nc:\n- x: y\n  z: [1, 'two',\n  {three: \"4 \\\" \\\\\"}, ] # end\n- - - deep\n-\n  - on: its own\n-\n");
	fast("a: b c,[]{}#d:e\nlist: [http://x:90/q, a b, -1]\n\"q: \": ''\nd/e.f: ~\n\xc3\xa9: \xe2\x82\xac");
	fast("a: |\n  if x\n    # not a comment\n\n  end\n\nb: >-\n  one\n  two\nc:\n  - |-\n    x\n\n  - >\n    y\n# end\n");
	slow("a: 1\na: 2\n");
	slow("a: b\n  c\n");
	slow("a: b: c\n");
	slow("a:\n    b: 1\n  c: 2\n");
	slow("a: [b: c]\n");
	slow("a: &x 1\nb: *x\n");
	slow("a: \"\\u20ac\"\n");
	slow("a: 'it''s'\n");
	slow("a: >\n  one\n\n  two\n");
	slow("1: a\n");
	slow("a:\tb\n");
	slow("---\na: 1\n");
	slow("a: 1\n...\n");
	slow("\n");
}

static void test_scalars(void **state)
{
	(void)state;
	check("[null, Null, NULL, ~, ]", "[null,null,null,null]");
	check("- \n- ~", "[null,null]");
	check("[true, True, TRUE, false, False, FALSE]", "[true,true,true,false,false,false]");
	check("[yes, no, on, off, y, n, nULL, tRUE]", "[\"yes\",\"no\",\"on\",\"off\",\"y\",\"n\",\"nULL\",\"tRUE\"]");
	check("[0, 7, -12, +3, 0o17, 0x1F, 007, 1_000]", "[0,7,-12,3,15,31,7,\"1_000\"]");
	check("[9007199254740991, -9007199254740991]", "[9007199254740991,-9007199254740991]");
	check("[1.5, -.5, +1., 1e3, 1.5E-2, 1e, 1.2.3, ., -, e5, 0x, 0o8, -0x1]",
	      "[1.5,-0.5,1.0,1000.0,0.015,\"1e\",\"1.2.3\",\".\",\"-\",\"e5\",\"0x\",\"0o8\",\"-0x1\"]");
	check("['1', \"true\", 'null', '']", "[\"1\",\"true\",\"null\",\"\"]");
	check("2026-11-23T06:18:59Z", "\"2026-11-23T06:18:59Z\"");
	check("a: |\n  x\n  y\nb: >-\n  x\n  y\n", "{\"a\":\"x\\ny\\n\",\"b\":\"x y\"}");
	check("\"\\u20ac\\n\"", "\"\u20ac\\n\"");
}

static void test_structure(void **state)
{
	(void)state;
	check("b: 1\na:\n  - x\n  - {c: [], d: {}}\n", "{\"b\":1,\"a\":[\"x\",{\"c\":[],\"d\":{}}]}");
	check("%YAML 1.2\n--- # comment\na: 1\n...\n", "{\"a\":1}");
	check("\xef\xbb\xbf" "a: 1\n", "{\"a\":1}");
	check("? a\n: 1\n", "{\"a\":1}");
	check("'<<': 1\n\"1\": 2\n", "{\"<<\":1,\"1\":2}");
}

static void test_refused(void **state)
{
	(void)state;
	refused("", "1:1", "empty");
	refused("# nothing\n", "2:1", "empty");
	refused("---\n", "2:1", "empty");
	refused("a: &x 1\n", "1:4", "anchors");
	refused("a: 1\nb: *x\n", "2:4", "aliases");
	refused("a: !!str 1\n", "1:4", "tags");
	refused("a: ! 1\n", "1:4", "tags");
	refused("!x {a: 1}\n", "1:1", "tags");
	refused("%TAG ! tag:x,2000:\n---\na: 1\n", "1:1", "tags");
	refused("a: 1\nb: 2\na: 3\n", "3:1", "duplicate key");
	refused("{a: 1, 'a': 3}", "1:8", "duplicate key");
	refused("1: x\n", "1:1", "key must be a string");
	refused("true: x\n", "1:1", "key must be a string");
	refused("~: x\n", "1:1", "key must be a string");
	refused("? [a]\n: x\n", "1:3", "key must be a string");
	refused("a:\n  <<: {b: 1}\n", "2:3", "merge keys");
	refused("a: .inf\n", "1:4", "finite");
	refused("a: -.Inf\n", "1:4", "finite");
	refused("a: .nan\n", "1:4", "finite");
	refused("a: 1e999\n", "1:4", "too large");
	refused("a: 9007199254740992\n", "1:4", "2^53-1");
	refused("a: 99999999999999999999999\n", "1:4", "2^53-1");
	refused("a: 1\n---\nb: 2\n", "2:1", "more than one document");
	refused("a: \"\\0\"\n", "1:4", "NUL");
	refused("\"a\\0b\": 1\n", "1:1", "NUL");
	refused("a: \"\\ud800\"\n", "1:7", "Unicode");
	refused("a: [1\n", "2:1", "");
	refused("a:\n\t- b\n", "2:1", "cannot start");
	refused("a: \xff\n", "1:1", "UTF-8");
	refused("a: b: c\n", "1:5", "mapping values");
}

static void test_nul_byte(void **state)
{
	struct co_err err = CO_ERR_INIT;

	(void)state;
	assert_null(co_yaml_parse("a: 1\0b", 6, "t", &err));
	unit_assert_contains(err.message, "NUL byte");
}

static char *repeat(const char *piece, size_t n)
{
	struct co_buf b = CO_BUF_INIT;

	while (n--)
		co_buf_adds(&b, piece);
	return co_buf_take(&b);
}

static void test_limits(void **state)
{
	char *open = repeat("[", 64), *close = repeat("]", 64), *deep = co_xasprintf("%s%s", open, close);
	char *items;

	(void)state;
	check(deep, deep);
	free(deep);
	deep = co_xasprintf("[%s%s]", open, close);
	refused(deep, "1:65", "nested deeper than 64");
	free(deep);
	free(open);
	free(close);
	deep = repeat("- ", 200000);
	refused(deep, "1:129", "nested deeper than 64");
	free(deep);
	items = repeat("- a\n", CO_YAML_VALUES); /* the list itself counts too */
	refused(items, "50000:3", "more than 50000 values");
	free(items);
	items = repeat("# 34567890123456\n", 70000);
	refused(items, "1:1", "larger than 1 MiB");
	free(items);
}

static const char sample[] = "# comment\n"
			     "playbook: cpu\n"	  /* 2 */
			     "steps:\n"		  /* 3 */
			     "  - id: one\n"	  /* 4 */
			     "    with: {a/b: 1, \"q~\": 2}\n"
			     "  - id: two\n"	  /* 6 */
			     "    list: [x, [y, z]]\n";

static void located(const char *pointer, unsigned line, unsigned column)
{
	unsigned l = 0, c = 0;

	assert_int_equal(co_yaml_locate(sample, strlen(sample), pointer, &l, &c), 0);
	if (l != line || c != column)
		fail_msg("%s is at %u:%u, wanted %u:%u", pointer, l, c, line, column);
}

static void test_locate(void **state)
{
	unsigned line, column;

	(void)state;
	located("", 2, 1);
	located("/playbook", 2, 1);
	located("/steps", 3, 1);
	located("/steps/0", 4, 5);
	located("/steps/0/id", 4, 5);
	located("/steps/0/with/a~1b", 5, 12);
	located("/steps/0/with/q~0", 5, 20);
	located("/steps/1", 6, 5);
	located("/steps/1/list/1/1", 7, 19);
	/* what is not there: the nearest parent */
	located("/nothing", 2, 1);
	located("/steps/2", 3, 1);
	located("/steps/0/nothing", 4, 5);
	located("/playbook/x/y", 2, 1);
	located("/steps/x", 3, 1);
	assert_int_equal(co_yaml_locate("a: [", 4, "/a/0", &line, &column), 0);
	assert_int_equal(co_yaml_locate("", 0, "/a", &line, &column), -1);
}

static void test_blame(void **state)
{
	struct co_err err = CO_ERR_INIT;

	(void)state;
	co_err_set(&err, CO_ERR_INPUT, "unknown-key", "unknown key \"lisst\"");
	co_err_under(&err, "id");
	co_err_under_index(&err, 1);
	co_err_under(&err, "steps");
	assert_int_equal(co_yaml_blame(&err, sample, strlen(sample), "p.yaml"), CO_ERR_INPUT);
	assert_string_equal(unit_error(&err), "p.yaml:6:5: unknown key \"lisst\" (at /steps/1/id)");
}

static void test_keys(void **state)
{
	static const char *const keys[] = { "playbook", "title", "match" };
	static const char text[] = "playbook: x\nextra: {a: [1, 2]}\ntitle: T\nmatch: [a]\nsteps: [ *broken";
	struct co_err err = CO_ERR_INIT;
	struct co_buf out = CO_BUF_INIT;
	json_t *value = co_yaml_parse_keys(text, strlen(text), "t", keys, 3, &err);

	(void)state;
	if (!value)
		fail_msg("%s", unit_error(&err));
	co_json_write(&out, value, CO_JSON_COMPACT);
	assert_string_equal(out.data, "{\"playbook\":\"x\",\"title\":\"T\",\"match\":[\"a\"]}");
	json_decref(value);
	co_buf_clear(&out);
	value = co_yaml_parse_keys("playbook: x\n", 12, "t", keys, 3, &err);
	assert_int_equal(json_object_size(value), 1);
	json_decref(value);
	assert_null(co_yaml_parse_keys("[a]", 3, "t", keys, 3, &err));
	unit_assert_contains(err.message, "expected a mapping");
	assert_null(co_yaml_parse_keys("playbook: x\nplaybook: y\n", 24, "t", keys, 3, &err));
	unit_assert_contains(err.message, "duplicate key");
	assert_null(co_yaml_parse_keys("playbook: x\nb: *y\n", 18, "t", keys, 3, &err));
	unit_assert_contains(err.message, "aliases");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fast),
		cmocka_unit_test(test_scalars),	 cmocka_unit_test(test_structure), cmocka_unit_test(test_refused),
		cmocka_unit_test(test_nul_byte), cmocka_unit_test(test_limits),	   cmocka_unit_test(test_locate),
		cmocka_unit_test(test_blame),	 cmocka_unit_test(test_keys),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
