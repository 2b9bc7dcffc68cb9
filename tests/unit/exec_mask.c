/* SPDX-License-Identifier: Apache-2.0 */
#include "exec/mask.h"

#include "codec/json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void text_is(const char *text, const char *wanted)
{
	struct co_buf out = CO_BUF_INIT;

	co_mask_text(&out, text, strlen(text));
	assert_string_equal(co_buf_str(&out), wanted);
	co_buf_clear(&out);
}

static void secrets_in_text(void **state)
{
	(void)state;
	text_is("mysqld --password=hunter2 --port 3", "mysqld --password=*** --port 3");
	text_is("curl -H 'Authorization: Bearer abc.def'", "curl -H 'Authorization: Bearer ***'");
	text_is("tool --token s3cr3t next", "tool --token *** next");
	text_is("PASSWORD=x;TOKEN='y z'", "PASSWORD=***;TOKEN='*** z'");
	text_is("postgres://app:pw@db:5432/x", "postgres://app:***@db:5432/x");
	text_is("key AKIAIOSFODNN7EXAMPLE.", "key ***");
	text_is("ghp_0123456789012345678901", "***");
	text_is("{\"api_key\":\"abc\"}", "{\"api_key\":\"***\"}");
	text_is("a -----BEGIN RSA PRIVATE KEY-----\nMII\n-----END RSA PRIVATE KEY----- b", "a *** b");
	text_is("-----BEGIN PRIVATE KEY-----\ncut short", "***");
}

static void ordinary_text_is_kept(void **state)
{
	static const char *const kept[] = {
		"/usr/sbin/nginx -g daemon off;", "12:30:05 http://host:80/path", "the password was changed",
		"token", "AKIA", "-----BEGIN CERTIFICATE-----\nMII\n-----END CERTIFICATE-----", "a://b", "",
		"secret:", "sk-short",
	};
	size_t i;

	(void)state;
	text_is("arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-jPaTYu",
		"arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-jPaTYu");
	text_is("arn:aws:x:y password:hunter2", "arn:aws:x:y password:***");
	text_is("arn:aws:x:y/token=hunter2", "arn:aws:x:y/token=***");
	for (i = 0; i < CO_COUNT(kept); i++)
		text_is(kept[i], kept[i]);
}

static void value_is(const char *text, const char *wanted)
{
	json_t *value = co_json_parse(text, strlen(text), "test", NULL), *masked = co_mask(value);
	struct co_buf out = CO_BUF_INIT;

	co_json_write(&out, masked, CO_JSON_COMPACT);
	assert_string_equal(out.data, wanted);
	co_buf_clear(&out);
	json_decref(masked);
	json_decref(value);
}

static void members_by_their_names(void **state)
{
	(void)state;
	value_is("{\"a\":{\"DBPassword\":\"x\",\"n\":1},\"client_secret\":\"y\",\"token\":\"z\",\"tokens\":[\"t\"]}",
		 "{\"a\":{\"DBPassword\":\"***\",\"n\":1},\"client_secret\":\"***\",\"token\":\"***\",\"tokens\":[\"t\"]}");
	value_is("{\"password\":\"\",\"passwordAge\":3,\"secret\":{\"name\":\"n\"}}",
		 "{\"password\":\"\",\"passwordAge\":3,\"secret\":{\"name\":\"n\"}}");
}

static void the_data_of_a_kubernetes_secret(void **state)
{
	(void)state;
	value_is("{\"items\":[{\"kind\":\"Secret\",\"data\":{\"a\":\"eA==\"},\"metadata\":{\"name\":\"s\"}}]}",
		 "{\"items\":[{\"kind\":\"Secret\",\"data\":{\"a\":\"***\"},\"metadata\":{\"name\":\"s\"}}]}");
	value_is("{\"kind\":\"ConfigMap\",\"data\":{\"a\":\"b\"}}", "{\"kind\":\"ConfigMap\",\"data\":{\"a\":\"b\"}}");
}

static void what_holds_none_is_not_copied(void **state)
{
	json_t *value = co_json_parse("{\"a\":[1,\"x\",{}]}", 16, "test", NULL), *masked = co_mask(value);

	(void)state;
	assert_ptr_equal(value, masked);
	json_decref(masked);
	json_decref(value);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(secrets_in_text),
		cmocka_unit_test(ordinary_text_is_kept),
		cmocka_unit_test(members_by_their_names),
		cmocka_unit_test(the_data_of_a_kubernetes_secret),
		cmocka_unit_test(what_holds_none_is_not_copied),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
