/* SPDX-License-Identifier: Apache-2.0 */
#include "base/opt.h"

#include "unit.h"

struct values {
	int flag;
	int loud;
	const char *name;
	const char *maybe;
	int64_t count;
	struct co_opt_strs tags;
	const char *secret;
};

static const struct co_opt options[] = {
	{ 'f', "flag", CO_OPT_FLAG, offsetof(struct values, flag), NULL, "a flag" },
	{ 'l', "loud", CO_OPT_FLAG, offsetof(struct values, loud), NULL, "another" },
	{ 'n', "name", CO_OPT_STR, offsetof(struct values, name), "NAME", "a name" },
	{ 0, "maybe", CO_OPT_MAYBE, offsetof(struct values, maybe), "HOW", "with or without" },
	{ 'c', "count", CO_OPT_INT, offsetof(struct values, count), "N", "a number" },
	{ 't', "tag", CO_OPT_STRS, offsetof(struct values, tags), "TAG", "may be given again" },
	{ 0, "hidden", CO_OPT_STR, offsetof(struct values, secret), "X", NULL },
	{ 0, NULL, CO_OPT_FLAG, 0, NULL, NULL },
};

/* Parses words up to a NULL; the operands, joined by commas, go to rest. */
static int parse(struct values *v, struct co_err *err, char *rest, ...)
{
	char *argv[16] = { (char *)(uintptr_t) "tool" };
	int argc = 1, first = 0, rc, i;
	va_list ap;

	va_start(ap, rest);
	while ((argv[argc] = va_arg(ap, char *)))
		argc++;
	va_end(ap);
	*v = (struct values){ 0 };
	rc = co_opt_parse(options, v, argc, argv, &first, err);
	if (rc < 0)
		return rc;
	rest[0] = '\0';
	for (i = first; i < argc; i++) {
		strcat(rest, argv[i]);
		strcat(rest, ",");
	}
	return rc;
}

static void test_forms(void **state)
{
	struct values v;
	char rest[256];

	(void)state;
	assert_int_equal(parse(&v, NULL, rest, "a", "-fl", "--name=x y", "b", "-c12", "--tag", "1", "-t2", "--tag=3", "--maybe",
			       "--", "-f", NULL),
			 CO_OK);
	assert_true(v.flag && v.loud);
	assert_string_equal(v.name, "x y");
	assert_string_equal(v.maybe, "");
	assert_int_equal(v.count, 12);
	assert_int_equal(v.tags.count, 3);
	assert_string_equal(v.tags.items[0], "1");
	assert_string_equal(v.tags.items[2], "3");
	assert_string_equal(rest, "a,b,-f,");
	co_opt_strs_clear(&v.tags);
	assert_int_equal(parse(&v, NULL, rest, "-", "--maybe=it", "-fnz", "-c", "0", NULL), CO_OK);
	assert_string_equal(v.maybe, "it");
	assert_string_equal(v.name, "z");
	assert_string_equal(rest, "-,");
	assert_int_equal(parse(&v, NULL, rest, NULL), CO_OK);
	assert_string_equal(rest, "");
}

static void refused(const char *why, const char *hint, char *word, char *word2)
{
	struct co_err err = CO_ERR_INIT;
	struct values v;
	char rest[256];

	assert_int_equal(parse(&v, &err, rest, word, word2, NULL), CO_ERR_USAGE);
	assert_string_equal(err.message, why);
	unit_assert_contains(err.hint, hint);
	co_opt_strs_clear(&v.tags);
}

static char *word(const char *s)
{
	return (char *)(uintptr_t)s; /* argv is not const, but never written to */
}

static void test_refused(void **state)
{
	(void)state;
	refused("unknown option \"--nmae\"", "did you mean \"name\"?", word("--nmae"), NULL);
	refused("unknown option \"--zzzz\"", "one of flag, loud, name, maybe, count, tag", word("--zzzz=1"), NULL);
	refused("unknown option \"-z\"", "--help", word("-fz"), NULL);
	refused("unknown option \"--\\x1b[2J\"", "", word("--\x1b[2J"), NULL);
	refused("--name needs NAME", "", word("--name"), NULL);
	refused("--count needs N", "", word("-fc"), NULL);
	refused("--flag takes no value", "", word("--flag=1"), NULL);
	refused("--count takes a whole number, not \"x\"", "", word("--count=x"), NULL);
	refused("--count takes a whole number, not \"\"", "", word("--count="), NULL);
	refused("--count takes a whole number, not \"-1\"", "", word("-c"), word("-1"));
	refused("--count takes a whole number, not \"99999999999999999999\"", "", word("-c"), word("99999999999999999999"));
}

static void test_help(void **state)
{
	static const struct co_opt_usage usage = { "tool", "[FILE ...]", "does things", options, "more\n" };
	struct co_buf out = CO_BUF_INIT;

	(void)state;
	co_opt_synopsis(&usage, &out);
	assert_string_equal(out.data, "usage: tool [-fl] [--name NAME] [--maybe[=HOW]] [--count N] [--tag TAG]\n"
				      "            [FILE ...]\n");
	co_buf_reset(&out);
	co_opt_help(&usage, &out);
	unit_assert_contains(out.data, "\n  -n, --name NAME           a name\n");
	unit_assert_contains(out.data, "\n      --maybe[=HOW]         with or without\n");
	unit_assert_contains(out.data, "\nmore\n");
	assert_null(strstr(out.data, "hidden"));
	co_buf_clear(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_forms),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_help),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
