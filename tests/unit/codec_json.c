/* SPDX-License-Identifier: Apache-2.0 */
#include "codec/json.h"
#include "codec/read.h"

#include "unit.h"

#include <dirent.h>

static json_t *parse(const char *text, struct co_err *err)
{
	return co_json_parse(text, strlen(text), "test", err);
}

static void refused_at(const char *text, size_t len, unsigned line, unsigned column, const char *why)
{
	struct co_err err = CO_ERR_INIT;
	json_t *value = co_json_parse(text, len, "in.json", &err);

	if (value)
		fail_msg("taken: %s", text);
	assert_int_equal(err.code, CO_ERR_INPUT);
	assert_string_equal(err.id, "bad-json");
	assert_string_equal(err.file, "in.json");
	unit_assert_contains(err.message, why);
	if (line && (err.line != line || err.column != column))
		fail_msg("%s: at %u:%u, wanted %u:%u", text, err.line, err.column, line, column);
}

static void test_refused(void **state)
{
	(void)state;
	refused_at("", 0, 1, 1, "empty");
	refused_at(" \n\t ", 4, 1, 1, "empty");
	refused_at("{\"n\":1\0,\"m\":2}", 14, 1, 7, "NUL");
	refused_at("[true\0]", 7, 1, 6, "NUL");
	refused_at("[1,\n \0 2]", 9, 2, 2, "NUL");
	refused_at("\"a\\u0000b\"", 10, 0, 0, "u0000");
	refused_at("{\"a\":1,\"a\":2}", 13, 0, 0, "duplicate");
	refused_at("{\"a\":1,\"\\u0061\":2}", 18, 0, 0, "duplicate");
	refused_at("[1] [2]", 7, 1, 5, "end of file");
	refused_at("[1", 2, 0, 0, "");
	refused_at("[1e400]", 7, 0, 0, "real number overflow");
	refused_at("[9223372036854775808]", 21, 0, 0, "too big");
	refused_at("\"\xff\"", 3, 0, 0, "decode");
	refused_at("\"\xc0\x80\"", 4, 0, 0, "decode");
	refused_at("\"\xed\xa0\x80\"", 5, 0, 0, "decode");
	refused_at("\"\\ud800\"", 8, 0, 0, "");
	refused_at("\xef\xbb\xbf{}", 5, 0, 0, "");
	refused_at("[\n \"ab", 6, 2, 2, "string is not closed");
	refused_at("[\"\\\"", 4, 1, 2, "string is not closed");
	refused_at("[\"\\", 3, 1, 2, "string is not closed");
	refused_at("[NaN]", 5, 0, 0, "");
}

static char *nest(size_t depth)
{
	char *text = co_xmalloc(2 * depth + 1);

	memset(text, '[', depth);
	memset(text + depth, ']', depth);
	text[2 * depth] = '\0';
	return text;
}

static void test_depth(void **state)
{
	struct co_err err = CO_ERR_INIT;
	char *text = nest(CO_JSON_DEPTH);
	json_t *value = parse(text, &err);

	(void)state;
	assert_non_null(value);
	json_decref(value);
	free(text);
	text = nest(CO_JSON_DEPTH + 1);
	refused_at(text, strlen(text), 1, 65, "nested deeper than 64");
	free(text);
	/* Brackets in strings do not count, whatever is escaped. */
	text = nest(100);
	for (size_t i = 0; i < 2; i++) {
		char *quoted = co_xasprintf(i ? "[\"\\\\\",\"\\\"%s\"]" : "[\"%s\\\\\"]", text);

		value = parse(quoted, &err);
		if (!value)
			fail_msg("%s: %s", quoted, unit_error(&err));
		json_decref(value);
		free(quoted);
	}
	free(text);
}

/* n members with distinct keys. */
static char *members(size_t n)
{
	struct co_buf b = CO_BUF_INIT;
	size_t i;

	for (i = 0; i < n; i++)
		co_buf_addf(&b, "%s\"k%zu\":[1,2]", i ? "," : "[{", i);
	co_buf_adds(&b, "}]");
	return co_buf_take(&b);
}

static void test_members(void **state)
{
	struct co_err err = CO_ERR_INIT;
	char *text = members(CO_JSON_MEMBERS);
	json_t *value = parse(text, &err);

	(void)state;
	assert_non_null(value);
	json_decref(value);
	free(text);
	text = members(CO_JSON_MEMBERS + 1);
	refused_at(text, strlen(text), 0, 0, "an object has more than 65536 members");
	free(text);
}

static void size_is_length(const json_t *value)
{
	struct co_buf out = CO_BUF_INIT;

	co_json_write(&out, value, CO_JSON_COMPACT);
	assert_int_equal(co_json_size(value), out.len);
	co_buf_clear(&out);
}

static void test_written(void **state)
{
	static const char text[] = "{\"i\":[0,-1,10,9223372036854775807,-9223372036854775808],\"b\":[1,2.5,7.6,1.0,1e100,\"\u20ac\\n\\u001f\\\"\"],\"a\":{},\"c\":[],\"d\":-0.0}";
	static const char pretty[] = "{\n  \"b\": [\n    1,\n    true\n  ],\n  \"a\": {},\n  \"c\": [],\n  \"d\": {\n"
				     "    \"e\": null\n  }\n}";
	struct co_buf out = CO_BUF_INIT;
	json_t *value = parse(text, NULL), *again;

	(void)state;
	co_json_write(&out, value, CO_JSON_COMPACT);
	assert_string_equal(out.data, "{\"i\":[0,-1,10,9223372036854775807,-9223372036854775808],\"b\":[1,2.5,7.6,1.0,1e+100,\"\u20ac\\n\\u001f\\\"\"],\"a\":{},\"c\":[],\"d\":0.0}");
	size_is_length(value);
	again = parse(out.data, NULL);
	assert_true(json_equal(value, again));
	json_decref(value);
	json_decref(again);
	co_buf_reset(&out);
	value = parse(pretty, NULL);
	co_json_write(&out, value, CO_JSON_PRETTY);
	assert_string_equal(out.data, pretty);
	size_is_length(value);
	json_decref(value);
	co_buf_clear(&out);
}

static void test_pointer(void **state)
{
	json_t *root = parse("{\"a\":[{\"b/c\":{\"~\":5}},7],\"\":1,\"0\":2}", NULL);

	(void)state;
	assert_ptr_equal(co_json_at(root, ""), root);
	assert_int_equal(json_integer_value(co_json_at(root, "/a/0/b~1c/~0")), 5);
	assert_int_equal(json_integer_value(co_json_at(root, "/a/1")), 7);
	assert_int_equal(json_integer_value(co_json_at(root, "/")), 1);
	assert_int_equal(json_integer_value(co_json_at(root, "/0")), 2);
	assert_null(co_json_at(root, "/a/2"));
	assert_null(co_json_at(root, "/a/x"));
	assert_null(co_json_at(root, "/a/00"));
	assert_null(co_json_at(root, "/a/1/x"));
	assert_null(co_json_at(root, "a"));
	json_decref(root);
}

/* A value must end at the same place however its bytes are cut. */
static void scan_ends(const char *text, size_t wanted)
{
	size_t cut, len = strlen(text);

	for (cut = 0; cut <= len; cut++) {
		struct co_json_scan scan = { 0 };
		size_t end = co_json_scan(&scan, text, cut);

		if (!end) {
			end = co_json_scan(&scan, text + cut, len - cut);
			if (end)
				end += cut;
		}
		if (end != wanted)
			fail_msg("%s cut at %zu ends at %zu, not %zu", text, cut, end, wanted);
	}
}

static void scan_starts(const char *text, size_t len, size_t wanted)
{
	struct co_json_scan scan = { 0 };

	assert_int_equal(co_json_scan(&scan, text, len), wanted);
}

static void test_scan(void **state)
{
	(void)state;
	scan_ends("{\"a\":[1,\"}\"]} {}", 13);
	scan_ends(" \n\"a\\\"b\\\\\" 1", 10);
	scan_ends("{\"a\":1}{\"b\":2}", 7);
	scan_ends("12 13", 3);
	scan_ends("null\n{}", 5);
	scan_ends("[[[\"]\"", 0);
	scan_ends("true", 0);
	scan_ends("  ", 0);
	scan_starts("{\"a\":\0 1}", 10, 6);
}

/* JSONTestSuite: what y_ and i_ files we refuse or take is written down; all else goes by the name. */
static const char *const y_refused[] = {
	/* two meanings: which of the equal keys counts? */
	"y_object_duplicated_key.json",
	"y_object_duplicated_key_and_value.json",
	/* NUL ends strings in C programs */
	"y_object_escaped_null_in_key.json",
	"y_string_null_escape.json",
};

static const char *const i_taken[] = {
	"i_number_double_huge_neg_exp.json", /* as 0 */
	"i_number_real_underflow.json",	     /* as 0 */
};

static int listed(const char *const *list, size_t n, const char *name)
{
	while (n--)
		if (strcmp(list[n], name) == 0)
			return 1;
	return 0;
}

static void check_case(const char *dir, const char *name)
{
	struct co_err err = CO_ERR_INIT;
	char *path = co_xasprintf("%s/%s", dir, name);
	size_t len;
	char *text = unit_read(path, &len);
	json_t *value = co_json_parse(text, len, name, &err), *fast = co_json_read(text, len);
	int wanted = name[0] == 'y' ? !listed(y_refused, CO_COUNT(y_refused), name) :
		     name[0] == 'i' ? listed(i_taken, CO_COUNT(i_taken), name) :
					    0;

	if ((value != NULL) != wanted)
		fail_msg("%s was %s", name, value ? "taken" : unit_error(&err));
	if (value ? !json_equal(fast, value) : fast != NULL)
		fail_msg("%s is not the same to the fast reader", name);
	if (value)
		size_is_length(value);
	json_decref(fast);
	json_decref(value);
	free(text);
	free(path);
}

static void test_suite(void **state)
{
	char *dir = co_xasprintf("%s/JSONTestSuite/test_parsing", unit_vectors());
	DIR *d = opendir(dir);
	struct dirent *entry;
	size_t cases = 0;

	(void)state;
	assert_non_null(d);
	while ((entry = readdir(d))) {
		if (entry->d_name[0] == '.')
			continue;
		check_case(dir, entry->d_name);
		cases++;
	}
	closedir(d);
	free(dir);
	assert_int_equal(cases, 318); /* 95 y_, 188 n_, 35 i_ */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_refused), cmocka_unit_test(test_depth), cmocka_unit_test(test_members), cmocka_unit_test(test_written),
		cmocka_unit_test(test_pointer), cmocka_unit_test(test_scan),  cmocka_unit_test(test_suite),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
