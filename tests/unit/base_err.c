/* SPDX-License-Identifier: Apache-2.0 */
#include "base/err.h"

#include "unit.h"

#include <errno.h>

static void test_set(void **state)
{
	struct co_err err = CO_ERR_INIT;

	(void)state;
	assert_int_equal(co_err_set(&err, CO_ERR_INPUT, "symbol", "no \"%s\" in %d", "x", 7), CO_ERR_INPUT);
	assert_string_equal(err.id, "symbol");
	assert_string_equal(unit_error(&err), "no \"x\" in 7");
	assert_int_equal(co_err_hint(&err, "try %s", "y"), CO_ERR_INPUT);
	assert_int_equal(co_err_wrap(&err, "reading %s", "z"), CO_ERR_INPUT);
	assert_int_equal(co_err_at(&err, "f.yaml", 3, 9), CO_ERR_INPUT);
	assert_string_equal(unit_error(&err), "f.yaml:3:9: reading z: no \"x\" in 7; try y");
	/* set anew forgets all that */
	co_err_set(&err, CO_ERR_NO, "other", "plain");
	assert_string_equal(unit_error(&err), "plain");
	assert_int_equal(err.line, 0);
}

static void test_places(void **state)
{
	struct co_err err = CO_ERR_INIT;

	(void)state;
	co_err_set(&err, CO_ERR_INPUT, "x", "m");
	co_err_at(&err, "f", 3, 0);
	assert_string_equal(unit_error(&err), "f:3: m");
	co_err_at(&err, "f", 0, 0);
	assert_string_equal(unit_error(&err), "f: m");
	co_err_under_index(&err, 12);
	co_err_under(&err, "a/b~c");
	assert_string_equal(err.path, "/a~1b~0c/12");
	assert_string_equal(unit_error(&err), "f: m (at /a~1b~0c/12)");
}

static void test_null(void **state)
{
	(void)state;
	assert_int_equal(co_err_set(NULL, CO_ERR_INPUT, "x", "m"), CO_ERR_INPUT);
	assert_int_equal(co_err_sys(NULL, ENOENT, "m"), CO_ERR_SYSTEM);
	co_err_hint(NULL, "h");
	co_err_wrap(NULL, "w");
	co_err_at(NULL, "f", 1, 1);
	co_err_under(NULL, "k");
	co_err_under_index(NULL, 1);
	co_err_suggest(NULL, "w", NULL, 0);
}

static void test_sys(void **state)
{
	struct co_err err = CO_ERR_INIT;

	(void)state;
	assert_int_equal(co_err_sys(&err, ENOENT, "cannot open \"%s\"", "f"), CO_ERR_SYSTEM);
	assert_string_equal(err.message, "cannot open \"f\": No such file or directory");
}

/* Whatever a document holds, a message is one harmless line, cut between characters. */
static void test_hostile(void **state)
{
	struct co_err err = CO_ERR_INIT;
	char *text = co_xmalloc(5000);
	size_t i;

	(void)state;
	co_err_set(&err, CO_ERR_INPUT, "x", "a\x1b[2J\n\xe2\x80\xae\xff" "b");
	assert_string_equal(err.message, "a\\x1b[2J\\x0a\\u{202e}\\xffb");
	co_err_under(&err, "\r");
	assert_string_equal(err.path, "/\\x0d");
	for (i = 0; i + 2 < 4999; i += 2)
		memcpy(text + i, "\xc3\xa9", 2);
	text[i] = '\0';
	co_err_set(&err, CO_ERR_INPUT, "a symbol that is longer than there is room for", "x%s", text);
	assert_int_equal(strlen(err.message), 511);
	co_err_set(&err, CO_ERR_INPUT, "x", "%s", text);
	assert_int_equal(strlen(err.message), 510);
	for (i = 0; i < 200; i++)
		co_err_under(&err, "key");
	assert_true(strlen(err.path) < sizeof(err.path));
	free(text);
}

static void test_suggest(void **state)
{
	static const char *const few[] = { "steps", "title", "match" };
	static const char *const many[] = { "a1", "b1", "c1", "d1", "e1", "f1", "g1", "h1", "i1", "j1", "k1", "l1", "m1" };
	struct co_err err = CO_ERR_INIT;

	(void)state;
	co_err_set(&err, CO_ERR_INPUT, "x", "m");
	co_err_suggest(&err, "stpes", few, 3);
	assert_string_equal(err.hint, "did you mean \"steps\"?");
	co_err_suggest(&err, "xyz", few, 3);
	assert_string_equal(err.hint, "one of steps, title, match");
	err.hint[0] = '\0';
	co_err_suggest(&err, "zzzzzz", many, CO_COUNT(many));
	assert_string_equal(err.hint, "");
	co_err_suggest(&err, "zz", NULL, 0);
	assert_string_equal(err.hint, "");
}

static void test_distance(void **state)
{
	char *longer = co_xmalloc(100);

	(void)state;
	assert_int_equal(co_edit_distance("", "", 3), 0);
	assert_int_equal(co_edit_distance("abc", "abc", 3), 0);
	assert_int_equal(co_edit_distance("abc", "", 5), 3);
	assert_int_equal(co_edit_distance("abc", "acb", 3), 1);
	assert_int_equal(co_edit_distance("kitten", "sitting", 5), 3);
	assert_int_equal(co_edit_distance("ca", "abc", 5), 3); /* optimal string alignment */
	assert_int_equal(co_edit_distance("kitten", "sitting", 2), 3);
	memset(longer, 'a', 99);
	longer[99] = '\0';
	assert_int_equal(co_edit_distance(longer, longer, 2), 3);
	free(longer);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_set),	cmocka_unit_test(test_places),	cmocka_unit_test(test_null),
		cmocka_unit_test(test_sys),	cmocka_unit_test(test_hostile), cmocka_unit_test(test_suggest),
		cmocka_unit_test(test_distance),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
