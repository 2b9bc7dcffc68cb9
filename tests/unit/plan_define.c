/* SPDX-License-Identifier: Apache-2.0 */
#include "plan/define.h"

#include "base/mem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const char definitions[] = "# Sizes.\n"
				  "def kib: . / 1024;\n"
				  "\n"
				  "def size:\n"
				  "  if . > 9 then \"\\(kib) KiB\" # text\n"
				  "  else . end;\n"
				  "def unused: 1;\n";

#define KIB "# definitions\ndef kib: . / 1024;\n# program\n"

/* What becomes of one finding with these two texts. */
static json_t *finding(const char *each, const char *title)
{
	json_t *playbook = json_pack("{s:[{s:s, s:s}], s:s}", "findings", "each", each, "title", title, "title", "${ size }");
	json_t *one;

	assert_int_equal(co_define(playbook, definitions, NULL), CO_OK);
	assert_string_equal(co_json_str(playbook, "title"), "${ size }"); /* no place of an expression */
	one = json_incref(json_array_get(json_object_get(playbook, "findings"), 0));
	json_decref(playbook);
	return one;
}

static void becomes(const char *each, const char *each_wanted, const char *title, const char *title_wanted)
{
	json_t *one = finding(each, title);

	assert_string_equal(co_json_str(one, "each"), each_wanted);
	assert_string_equal(co_json_str(one, "title"), title_wanted);
	json_decref(one);
}

static void used_ones_are_put_before(void **state)
{
	(void)state;
	becomes(".[] | kib", KIB ".[] | kib", "${ .a } is ${ .b | kib } here",
		"${ .a } is ${" KIB " .b | kib } here");
}

static void with_those_that_they_use(void **state)
{
	json_t *one = finding("\"\\(.n | size)\"", "x");

	(void)state;
	assert_non_null(strstr(co_json_str(one, "each"), "# definitions\ndef kib: . / 1024;\ndef size:\n if . > 9 then \"\\(kib) KiB\" # text\n else . end;\n# program\n\"\\("));
	assert_null(strstr(co_json_str(one, "each"), "unused"));
	json_decref(one);
}

static void others_stay(void **state)
{
	(void)state;
	becomes(".size | $size", ".size | $size", "kib, ${ .kib } and \"size\"", "kib, ${ .kib } and \"size\"");
	becomes("\"size\" # kib", "\"size\" # kib", "${  .a  }", "${  .a  }");
	becomes("kib)", "kib)", "${ kib", "${ kib");
	becomes("", "", "", "");
}

static void at_any_depth(void **state)
{
	json_t *playbook = json_pack("{s:[{s:{s:[s]}, s:s}]}", "steps", "with", "a", "${ kib }", "foreach", "kib");
	json_t *step = json_array_get(json_object_get(playbook, "steps"), 0);

	(void)state;
	assert_int_equal(co_define(playbook, definitions, NULL), CO_OK);
	assert_string_equal(co_json_str(step, "foreach"), KIB "kib");
	assert_string_equal(json_string_value(json_array_get(json_object_get(json_object_get(step, "with"), "a"), 0)),
			    "${" KIB " kib }");
	json_decref(playbook);
}

static void what_is_no_definition_is_named(void **state)
{
	struct co_err err = CO_ERR_INIT;
	json_t *playbook = json_object();

	(void)state;
	assert_int_equal(co_define(playbook, "# x\n\n  def a: 1;\n", &err), CO_ERR_INPUT);
	assert_string_equal(err.message, "definitions.jq:3: a definition begins with \"def \" at the start of the line");
	assert_int_equal(co_define(playbook, "", &err), CO_OK);
	json_decref(playbook);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(used_ones_are_put_before), cmocka_unit_test(with_those_that_they_use),
		cmocka_unit_test(others_stay),		    cmocka_unit_test(at_any_depth),
		cmocka_unit_test(what_is_no_definition_is_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
