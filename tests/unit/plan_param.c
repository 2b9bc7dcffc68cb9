/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include "plan/param.h"

/* The value that --param gives, as JSON; NULL when it is refused. */
static char *value_of(struct co_param *param, const char *text)
{
	struct co_buf out = CO_BUF_INIT;
	struct co_err err = CO_ERR_INIT;
	json_t *value = NULL;

	if (co_param_from_text(param, text, &value, &err) < 0) {
		assert_string_equal(err.id, "bad-parameter");
		return NULL;
	}
	co_json_write(&out, value, CO_JSON_COMPACT);
	json_decref(value);
	return co_buf_take(&out);
}

static void check(const char *type, const char *text, const char *wanted)
{
	char *values[] = { co_xstrdup("low"), co_xstrdup("high") };
	struct co_param param = { .type = co_xstrdup(type) };
	char *got;

	if (strncmp(type, "enum", 4) == 0) {
		param.values.items = values;
		param.values.count = 2;
	}
	got = value_of(&param, text);
	if (!got != !wanted || (got && strcmp(got, wanted) != 0))
		fail_msg("%s \"%s\": %s, wanted %s", type, text, got ? got : "refused", wanted ? wanted : "refused");
	free(got);
	free(param.type);
	free(values[0]);
	free(values[1]);
}

static void every_type(void **state)
{
	(void)state;
	check("string", "", "\"\"");
	check("string", "a b", "\"a b\"");
	check("string", "\xff", NULL);
	check("integer", "0", "0");
	check("integer", "-12", "-12");
	check("integer", "9223372036854775808", NULL);
	check("integer", "1e3", NULL);
	check("integer", " 1x", NULL);
	check("integer", "", NULL);
	check("boolean", "true", "true");
	check("boolean", "yes", NULL);
	check("duration", "15m", "\"15m\"");
	check("duration", "15", NULL);
	check("percent", "100", "100");
	check("percent", "101", NULL);
	check("percent", "-1", NULL);
	check("port", "65535", "65535");
	check("port", "0", NULL);
	check("port", "65536", NULL);
	check("path", "/var/log", "\"/var/log\"");
	check("path", "/a..b/c", "\"/a..b/c\"");
	check("path", "/a/../b", NULL);
	check("path", "/a/..", NULL);
	check("path", "relative", NULL);
	check("path", "/a\nb", NULL);
	check("name", "web-1.example:80/x@y_z", "\"web-1.example:80/x@y_z\"");
	check("name", "a b", NULL);
	check("name", "-rf", NULL);
	check("name", "$(x)", NULL);
	check("name", "", NULL);
	check("k8s-name", "web-1.default", "\"web-1.default\"");
	check("k8s-name", "Web", NULL);
	check("k8s-name", "-web", NULL);
	check("k8s-name", "web-", NULL);
	check("k8s-name", "a..b", NULL);
	check("k8s-name", "a_b", NULL);
	check("k8s-name", "0123456789012345678901234567890123456789012345678901234567890123", NULL);
	check("enum", "low", "\"low\"");
	check("enum", "lwo", NULL);
	check("port-list", "22,80", "[22,80]");
	check("port-list", "", "[]");
	check("port-list", "22,x", NULL);
	check("string-list", "a,,b", "[\"a\",\"\",\"b\"]");
	check("enum-list", "low,high", "[\"low\",\"high\"]");
	check("enum-list", "low,hihg", NULL);
}

static void bounds(void **state)
{
	struct co_param param = { .type = co_xstrdup("integer"), .min = json_integer(2), .max = json_integer(4) };

	(void)state;
	assert_null(value_of(&param, "1"));
	free(value_of(&param, "2"));
	assert_null(value_of(&param, "5"));
	free(param.type);
	param.type = co_xstrdup("string");
	assert_null(value_of(&param, "a"));
	assert_null(value_of(&param, "abcde"));
	free(param.type);
	param.type = co_xstrdup("port-list");
	assert_null(value_of(&param, "1"));
	assert_null(value_of(&param, "1,2,3,4,5"));
	free(param.type);
	json_decref(param.min);
	json_decref(param.max);
}

static void only_the_right_json_type(void **state)
{
	struct co_param param = { .type = co_xstrdup("integer") };
	json_t *value = json_string("3");

	(void)state;
	assert_int_equal(co_param_check_value(&param, value, NULL), CO_ERR_INPUT);
	json_decref(value);
	value = json_real(3);
	assert_int_equal(co_param_check_value(&param, value, NULL), CO_ERR_INPUT);
	json_decref(value);
	value = json_null();
	assert_int_equal(co_param_check_value(&param, value, NULL), CO_ERR_INPUT);
	free(param.type);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_type),
		cmocka_unit_test(bounds),
		cmocka_unit_test(only_the_right_json_type),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
