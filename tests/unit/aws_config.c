/* SPDX-License-Identifier: Apache-2.0 */
#include "provider/aws/config.h"

#include "provider/aws/words.h"
#include "unit.h"

static void parse(struct co_aws_ini *ini, const char *text)
{
	struct co_err err = CO_ERR_INIT;

	if (co_aws_ini_parse(ini, text, strlen(text), "config", &err) < 0)
		fail_msg("%s", unit_error(&err));
}

static void assert_refused(const char *text, const char *message)
{
	struct co_aws_ini ini = { NULL, 0 };
	struct co_err err = CO_ERR_INIT;

	assert_int_equal(co_aws_ini_parse(&ini, text, strlen(text), "config", &err), CO_ERR_INPUT);
	unit_assert_contains(unit_error(&err), message);
	assert_null(ini.sections);
}

static void test_ini(void **state)
{
	struct co_aws_ini ini = { NULL, 0 };
	const struct co_aws_section *a;

	(void)state;
	parse(&ini, "[a]\nRegion = eu-west-1   # no comment\r\nkey: a=b;c\n; comment\n\nlong = 1\n   2\n\n   3\nempty =\n"
		    "[b] junk\n  indented = yes\n[DEFAULT]\noutput = json\n");
	a = co_aws_ini_section(&ini, "a");
	assert_string_equal(co_aws_section_get(a, "region"), "eu-west-1   # no comment");
	assert_string_equal(co_aws_section_get(a, "key"), "a=b;c");
	assert_string_equal(co_aws_section_get(a, "long"), "1\n2\n\n3");
	assert_string_equal(co_aws_section_get(a, "empty"), "");
	assert_string_equal(co_aws_section_get(a, "output"), "json");
	assert_string_equal(co_aws_section_get(co_aws_ini_section(&ini, "b"), "indented"), "yes");
	assert_null(co_aws_ini_section(&ini, "DEFAULT"));
	co_aws_ini_clear(&ini);
}

static void test_inner(void **state)
{
	struct co_aws_ini ini = { NULL, 0 };
	const struct co_aws_section *section;
	char *value;

	(void)state;
	parse(&ini, "[services x]\nec2 =\n  endpoint_url = http://a=b\n\n  # c\n  other = 1\ns3 = flat\n");
	section = co_aws_ini_section(&ini, "services x");
	value = co_aws_section_inner(section, "ec2", "endpoint_url");
	assert_string_equal(value, "http://a=b");
	free(value);
	assert_null(co_aws_section_inner(section, "ec2", "absent"));
	assert_null(co_aws_section_inner(section, "s3", "endpoint_url"));
	co_aws_ini_clear(&ini);
}

static void test_refused(void **state)
{
	(void)state;
	assert_refused("a = 1\n", "config:1: a line stands before the first [section]");
	assert_refused("[a]\n[b]\n[a]\n", "config:3: the section [a] stands twice");
	assert_refused("[a]\nx = 1\nX = 2\n", "config:3: \"x\" stands twice");
	assert_refused("[a]\n\nno separator\n", "config:3: this is neither");
	assert_refused("[a]\n= value\n", "config:2: this is neither");
	assert_refused("[]\n", "config:1: a line stands before");
	assert_refused("[a]\ns3 =\n  flat\n", "an indented block");
	assert_refused("[a]\nx = \xff\n", "UTF-8");
}

static void assert_words(const char *text, const char *joined)
{
	struct co_aws_words words = { NULL, 0 };
	struct co_buf got = CO_BUF_INIT;
	size_t i;

	assert_int_equal(co_aws_words_split(&words, text, NULL), CO_OK);
	for (i = 0; i < words.count; i++)
		co_buf_addf(&got, "<%s>", words.items[i]);
	assert_string_equal(co_buf_str(&got), joined);
	co_buf_clear(&got);
	co_aws_words_clear(&words);
}

static void test_words(void **state)
{
	struct co_aws_words words = { NULL, 0 };

	(void)state;
	assert_words("", "");
	assert_words("  a 'b c'd \"e \\\" \\\\ \\n\" '' f\\ g $HOME", "<a><b cd><e \" \\ \\n><><f g><$HOME>");
	assert_int_equal(co_aws_words_split(&words, "a 'b", NULL), CO_ERR_INPUT);
	assert_int_equal(co_aws_words_split(&words, "a \"b", NULL), CO_ERR_INPUT);
	assert_int_equal(co_aws_words_split(&words, "a \"b\\", NULL), CO_ERR_INPUT);
	assert_int_equal(co_aws_words_split(&words, "a\\", NULL), CO_ERR_INPUT);
}

/* A config of both texts in a folder of its own. */
static void load(struct co_aws_config *config, char *const *variables, const char *shared, const char *credentials)
{
	char path[] = "/tmp/aws-config.XXXXXX", *home;
	struct co_aws_environment environment;
	struct co_err err = CO_ERR_INIT;
	FILE *f;

	assert_non_null(mkdtemp(path));
	home = co_xasprintf("%s/config", path);
	f = fopen(home, "w");
	fputs(shared, f);
	fclose(f);
	free(home);
	home = co_xasprintf("%s/credentials", path);
	f = fopen(home, "w");
	fputs(credentials, f);
	fclose(f);
	co_aws_environment_take(&environment, variables);
	*(char **)co_grow(&environment.items, &environment.count, sizeof(char *)) =
		co_xasprintf("AWS_CONFIG_FILE=%s/config", path);
	*(char **)co_grow(&environment.items, &environment.count, sizeof(char *)) =
		co_xasprintf("AWS_SHARED_CREDENTIALS_FILE=%s/credentials", path);
	if (co_aws_config_read(config, &environment, &err) < 0)
		fail_msg("%s", unit_error(&err));
	unlink(config->config_file);
	unlink(config->credentials_file);
	rmdir(path);
	free(home);
}

static void test_profiles(void **state)
{
	static char *const none[] = { NULL };
	struct co_aws_config config;

	(void)state;
	load(&config, none,
	     "[default]\nregion = us-east-1\n[profile \"a b\"]\nregion = eu-west-1\n[bare]\nx = 1\n"
	     "[profile both]\nregion = one\noutput = json\n[profile a b c]\nx = 1\n",
	     "[both]\nregion = two\n[only]\naws_access_key_id = AK\n");
	assert_string_equal(co_aws_config_get(&config, "default", "region"), "us-east-1");
	assert_string_equal(co_aws_config_get(&config, "a b", "region"), "eu-west-1");
	assert_string_equal(co_aws_config_get(&config, "both", "region"), "two");
	assert_string_equal(co_aws_config_get(&config, "both", "output"), "json");
	assert_true(co_aws_config_has(&config, "only"));
	assert_false(co_aws_config_has(&config, "bare"));
	assert_false(co_aws_config_has(&config, "b"));
	co_aws_config_clear(&config);
}

static void assert_endpoint(const struct co_aws_config *config, const char *service, const char *wanted)
{
	struct co_err err = CO_ERR_INIT;
	char *url = NULL;

	assert_int_equal(co_aws_config_endpoint(config, "p", service, &url, &err), CO_OK);
	if (wanted)
		assert_string_equal(url, wanted);
	else
		assert_null(url);
	free(url);
}

static void test_settings(void **state)
{
	static char *const some[] = { (char *)"AWS_ENDPOINT_URL_STS=http://sts", (char *)"AWS_REGION=eu-north-1", (char *)"AWS_PROFILE=p",
				      NULL };
	static const char shared[] = "[profile p]\nservices = s\nendpoint_url = http://all\nregion = x\n[services s]\nec2 =\n"
				     "  endpoint_url = http://ec2\n";
	struct co_aws_config config;

	(void)state;
	load(&config, some, shared, "");
	assert_string_equal(co_aws_config_profile(&config), "p");
	assert_string_equal(co_aws_config_region(&config, "p"), "eu-north-1");
	assert_endpoint(&config, "sts", "http://sts");
	assert_endpoint(&config, "ec2", "http://ec2");
	assert_endpoint(&config, "s3", "http://all");
	co_aws_config_clear(&config);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ini),	 cmocka_unit_test(test_inner), cmocka_unit_test(test_refused),
		cmocka_unit_test(test_words), cmocka_unit_test(test_profiles), cmocka_unit_test(test_settings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
