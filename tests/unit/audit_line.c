/* SPDX-License-Identifier: Apache-2.0 */
/* Lines of the log read and written without a parser, records built, sums and times of queries. */
#include "audit/line.h"
#include "audit/passage.h"
#include "audit/query.h"
#include "audit/show.h"
#include "base/hex.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define PREV "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
#define FRONT "{\"seq\":42,\"time\":\"2026-11-23T06:18:59Z\","
#define BACK ",\"prev\":\"sha256:" PREV "\"}"

static int parses(const char *text)
{
	struct co_audit_line line;

	return co_audit_line_parse(&line, text, strlen(text)) == 0;
}

static void test_frame(void **state)
{
	static const char text[] = FRONT "\"type\":\"run\"" BACK;
	struct co_audit_line line;

	(void)state;
	assert_int_equal(co_audit_line_parse(&line, text, sizeof(text) - 1), 0);
	assert_int_equal(line.seq, 42);
	assert_int_equal(line.time, 1795414739);
	assert_memory_equal(line.time_text, "2026-11-23T06:18:59Z", 20);
	assert_memory_equal(line.prev, PREV, 64);
}

static void test_what_is_no_frame(void **state)
{
	(void)state;
	assert_true(parses(FRONT "\"type\":\"run\"" BACK));
	assert_false(parses(""));
	assert_false(parses("{}"));
	assert_false(parses(FRONT));
	assert_false(parses(FRONT "\"type\":\"run\"" BACK " "));
	assert_false(parses(" " FRONT "\"type\":\"run\"" BACK));
	assert_false(parses("{\"seq\":0,\"time\":\"2026-11-23T06:18:59Z\",\"type\":\"run\"" BACK));
	assert_false(parses("{\"seq\":042,\"time\":\"2026-11-23T06:18:59Z\",\"type\":\"run\"" BACK));
	assert_false(parses("{\"seq\":-1,\"time\":\"2026-11-23T06:18:59Z\",\"type\":\"run\"" BACK));
	assert_false(parses("{\"seq\":9007199254740992,\"time\":\"2026-11-23T06:18:59Z\",\"type\":\"run\"" BACK));
	assert_false(parses("{\"seq\":99999999999999999999,\"time\":\"2026-11-23T06:18:59Z\",\"type\":\"run\"" BACK));
	assert_false(parses("{\"seq\":1,\"time\":\"2026-02-30T06:18:59Z\",\"type\":\"run\"" BACK));
	assert_false(parses("{\"seq\":1,\"time\":\"2026-11-23 06:18:59Z\",\"type\":\"run\"" BACK));
	assert_false(parses(FRONT "\"type\":\"run\",\"prev\":\"sha256:G3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\"}"));
	assert_false(parses(FRONT "\"type\":\"run\",\"prev\":\"sha512:" PREV "\"}"));
}

static void test_written_lines_parse(void **state)
{
	struct co_buf text = CO_BUF_INIT, body = CO_BUF_INIT;

	(void)state;
	co_buf_adds(&body, ",\"type\":\"run\"");
	co_audit_line_write(&text, 42, 1795414739, 0, &body, co_audit_no_leaf);
	assert_string_equal(text.data, FRONT "\"type\":\"run\"" BACK "\n");
	co_buf_reset(&text);
	co_audit_line_write(&text, 42, 1795414739, 1795414000, &body, co_audit_no_leaf);
	assert_string_equal(text.data, FRONT "\"clock\":\"2026-11-23T06:06:40Z\",\"type\":\"run\"" BACK "\n");
	co_buf_clear(&text);
	co_buf_clear(&body);
}

/* RFC 6962 section 2.1.1: MTH of one entry; the value for "" is in every implementation's tests. */
static void test_leaf_hash(void **state)
{
	unsigned char leaf[CO_SHA256_LEN];
	char hex[2 * CO_SHA256_LEN + 1];

	(void)state;
	co_audit_leaf("", 0, leaf);
	co_hex_encode(hex, leaf, sizeof(leaf));
	assert_string_equal(hex, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
	co_sha256("", 0, leaf);
	assert_memory_equal(leaf, co_audit_no_leaf, sizeof(leaf));
}

static void expect(const char *object, const char *key, const char *value)
{
	struct co_audit_slice found;

	if (!value) {
		assert_false(co_audit_line_find(object, strlen(object), key, &found));
		return;
	}
	assert_true(co_audit_line_find(object, strlen(object), key, &found));
	assert_int_equal(found.len, strlen(value));
	assert_memory_equal(found.data, value, found.len);
}

static void test_find(void **state)
{
	static const char object[] = "{\"a\":\"x\\\"y,}\",\"b\":{\"c\":[1,\"}\"],\"d\":2},\"e\":3,\"f\":true}";

	(void)state;
	expect(object, "a", "\"x\\\"y,}\"");
	expect(object, "b", "{\"c\":[1,\"}\"],\"d\":2}");
	expect(object, "e", "3");
	expect(object, "f", "true");
	expect(object, "c", NULL); /* not of the outermost level */
	expect(object, "d", NULL);
	expect(object, "x", NULL);
	expect("", "a", NULL);
	expect("{", "a", NULL);
	expect("{\"a", "a", NULL);
	expect("{\"a\":", "a", NULL);
	expect("{\"a\":\"", "a", NULL);
	expect("{\"a\":\"\\", "a", NULL);
	expect("{\"a\":{", "a", NULL);
	expect("[\"a\"]", "a", NULL);
	expect("{\"x\":1", "a", NULL);
}

static int add(struct co_audit_sum *sum, const char *line, const char *key)
{
	const struct co_audit_piece piece = { .kind = CO_AUDIT_LINE, .data = line, .len = strlen(line) };
	struct co_err err = CO_ERR_INIT;

	return co_audit_sum_add(sum, &piece, key, &err);
}

static void expect_sum(const struct co_audit_sum *sum, const char *text)
{
	struct co_buf out = CO_BUF_INIT;

	co_audit_sum_format(sum, &out);
	assert_string_equal(out.data, text);
	co_buf_clear(&out);
}

static void test_sums_are_exact(void **state)
{
	struct co_audit_sum sum = { 0, 0 };
	int i;

	(void)state;
	expect_sum(&sum, "0");
	for (i = 0; i < 10; i++)
		assert_int_equal(add(&sum, "{\"cost\":\"0.1\"}", "cost"), CO_OK);
	expect_sum(&sum, "1");
	assert_int_equal(add(&sum, "{\"cost\":\"0.000000001\"}", "cost"), CO_OK);
	expect_sum(&sum, "1.000000001");
	assert_int_equal(add(&sum, "{\"cost\":\"12.50\"}", "cost"), CO_OK);
	expect_sum(&sum, "13.500000001");
	assert_int_equal(add(&sum, "{\"other\":1}", "cost"), CO_OK);
	assert_int_equal(add(&sum, "{\"ms\":41}", "ms"), CO_OK);
	expect_sum(&sum, "54.500000001");
	assert_int_equal(add(&sum, "{\"cost\":\"1e9\"}", "cost"), CO_ERR_INPUT);
	assert_int_equal(add(&sum, "{\"cost\":\"-1\"}", "cost"), CO_ERR_INPUT);
	assert_int_equal(add(&sum, "{\"cost\":\"\"}", "cost"), CO_ERR_INPUT);
	assert_int_equal(add(&sum, "{\"cost\":\"1.0000000001\"}", "cost"), CO_ERR_INPUT);
	assert_int_equal(add(&sum, "{\"cost\":\"9999999999999999\"}", "cost"), CO_ERR_INPUT);
	expect_sum(&sum, "54.500000001");
}

static void test_times(void **state)
{
	int64_t t;

	(void)state;
	assert_int_equal(co_audit_time_parse(&t, "2026-11-23T06:18:59Z"), 0);
	assert_int_equal(t, 1795414739);
	assert_int_equal(co_audit_time_parse(&t, "2026-11-23"), 0);
	assert_int_equal(t, 1795392000);
	assert_int_equal(co_audit_time_parse(&t, "2026-02-29"), -1);
	assert_int_equal(co_audit_time_parse(&t, "yesterday"), -1);
	assert_int_equal(co_audit_time_parse(&t, ""), -1);
}

static void test_foreign_text_in_records(void **state)
{
	char user[] = "al\xff" "ice";
	const struct co_audit_actor actor = { .user = user, .uid = 7 };
	const struct co_audit_event event = { .type = CO_AUDIT_RUN, .what = "a\nb", .ms = 0 };
	json_t *record = co_audit_record_new(&event, &actor);
	struct co_buf body = CO_BUF_INIT;
	struct co_err err = CO_ERR_INIT;

	(void)state;
	assert_int_equal(co_audit_record_body(&body, record, &err), CO_OK);
	assert_string_equal(body.data, ",\"type\":\"run\",\"actor\":{\"user\":\"al\\\\xffice\",\"uid\":7},\"what\":\"a\\nb\",\"ms\":0");
	co_buf_clear(&body);
	json_decref(record);
}

/* A document whose every text is as long as it may be still fits a line. */
static void test_a_large_passage_fits(void **state)
{
	char *text = co_xmalloc(20001), user[] = "root", host[] = "h";
	const struct co_audit_actor actor = { .user = user, .host = host };
	struct co_err err = CO_ERR_INIT;
	struct co_buf body = CO_BUF_INIT;
	struct co_run run = { 0 };
	json_t *doc, *record;

	(void)state;
	memset(text, 1, 20000); /* six bytes each in JSON */
	text[20000] = '\0';
	doc = json_pack("{s:s, s:s, s:{s:s, s:s, s:i, s:s, s:s, s:s}, s:{s:s, s:s, s:s}}", "co", "run/1", "id",
			"01JDBV4K6T5R9M3ZC8Q0W2XNYH", "request", "text", text, "by", text, "uid", 1, "host", "h", "at",
			"2026-11-23T06:18:59Z", "via", "tty", "error", "stage", text, "code", text, "message", text);
	assert_int_equal(co_run_decode(&run, doc, &err), CO_OK);
	co_json_write(&body, run.doc, CO_JSON_COMPACT);
	record = co_audit_passage(&run, &body, &actor);
	co_buf_reset(&body);
	assert_int_equal(co_audit_record_body(&body, record, &err), CO_OK);
	assert_true(body.len < CO_AUDIT_RECORD);
	assert_non_null(strstr(body.data, "\"result\":\"error\""));
	co_buf_clear(&body);
	json_decref(record);
	co_run_clear(&run);
	free(text);
}

static void test_shown_lines_are_harmless(void **state)
{
	static const char text[] = FRONT "\"type\":\"run\",\"what\":\"\\u001b[31m\\u202ered\"" BACK;
	const struct co_audit_slice line = { text, sizeof(text) - 1 }, broken = { "\x1b[31m", 5 };
	struct co_buf out = CO_BUF_INIT;

	(void)state;
	co_audit_show(&out, &line, 100);
	assert_non_null(strstr(out.data, "\\x1b[31m"));
	assert_null(strchr(out.data, 0x1b));
	assert_null(strstr(out.data, "\xe2\x80\xae"));
	co_buf_reset(&out);
	co_audit_show(&out, &broken, 100);
	assert_null(strchr(out.data, 0x1b));
	co_buf_clear(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_frame),
		cmocka_unit_test(test_what_is_no_frame),
		cmocka_unit_test(test_written_lines_parse),
		cmocka_unit_test(test_leaf_hash),
		cmocka_unit_test(test_find),
		cmocka_unit_test(test_sums_are_exact),
		cmocka_unit_test(test_times),
		cmocka_unit_test(test_foreign_text_in_records),
		cmocka_unit_test(test_a_large_passage_fits),
		cmocka_unit_test(test_shown_lines_are_harmless),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
