/* SPDX-License-Identifier: Apache-2.0 */
#include "run/stream.h"

#include "unit.h"

/* The documents in text, fed in pieces of so many bytes, joined by "|"; then "!" and the error. */
static char *read_all(const char *text, size_t len, size_t piece)
{
	struct co_buf out = CO_BUF_INIT;
	struct co_err err = CO_ERR_INIT;
	struct co_stream stream;
	json_t *doc;
	size_t at = 0;
	int rc;

	co_stream_init(&stream, "input");
	for (;;) {
		rc = co_stream_next(&stream, &doc, &err);
		if (rc > 0) {
			co_json_write(&out, doc, CO_JSON_COMPACT);
			co_buf_addc(&out, '|');
			json_decref(doc);
		} else if (rc < 0 || stream.ended) {
			break;
		} else if (at == len) {
			co_stream_end(&stream);
		} else {
			size_t n = len - at < piece ? len - at : piece;

			co_stream_feed(&stream, text + at, n);
			at += n;
		}
	}
	if (rc < 0)
		co_buf_addf(&out, "!%s:%u:%u: %s", err.file, err.line, err.column, err.message);
	co_stream_clear(&stream);
	return co_buf_take(&out);
}

static void gives(const char *text, const char *wanted)
{
	size_t piece, len = strlen(text);

	for (piece = 1; piece <= len + 1; piece++) {
		char *got = read_all(text, len, piece);

		if (strcmp(got, wanted) != 0)
			fail_msg("%s in pieces of %zu: %s, wanted %s", text, piece, got, wanted);
		free(got);
	}
}

static void test_documents(void **state)
{
	(void)state;
	gives("{\"a\":1}", "{\"a\":1}|");
	gives("{\"a\":1}\n{\"b\":[\"}\"]}\n", "{\"a\":1}|{\"b\":[\"}\"]}|");
	gives("{}{}[]", "{}|{}|[]|");
	gives(" \n\n {\"a\":\n1}\n\n", "{\"a\":1}|");
	gives("1 true \"x\"null", "1|true|\"x\"|null|");
	gives("{\"a\":\"\\\"{\\\\\"}{}", "{\"a\":\"\\\"{\\\\\"}|{}|");
}

static void starts(const char *text, size_t len, const char *wanted)
{
	size_t piece;

	for (piece = 1; piece <= len; piece++) {
		char *got = read_all(text, len, piece);

		if (strncmp(got, wanted, strlen(wanted)) != 0)
			fail_msg("%s in pieces of %zu: %s, wanted %s", text, piece, got, wanted);
		free(got);
	}
}

static void test_errors(void **state)
{
	char *got = read_all("", 0, 1);

	(void)state;
	assert_string_equal(got, "!:0:0: input is empty");
	free(got);
	starts(" \n ", 3, "!:0:0: input is empty");
	starts("{\"a\":1", 6, "!input:1:");
	starts("{}\n{\"a\":\n", 9, "{}|!input:");
	starts("{}\n\n{\"a\" 1}\n{}", 14, "{}|!input:3:");
	starts("{}]", 3, "{}|!input:1:");
	starts("{\"a\":1\0}", 8, "!input:1:7: NUL");
	starts("{\"co\":1,\"co\":2}", 15, "!input:1:");
	starts("hello", 5, "!input:1:");
}

/* A document that never ends is given up at the limit, not gathered without bound. */
static void test_endless(void **state)
{
	struct co_err err = CO_ERR_INIT;
	struct co_stream stream;
	char piece[65536];
	json_t *doc;
	size_t fed;
	int rc = 0;

	(void)state;
	if (unit_quick())
		skip();
	memset(piece, ' ', sizeof(piece));
	piece[0] = '[';
	co_stream_init(&stream, "input");
	for (fed = 0; rc == 0 && fed < 2 * (size_t)CO_JSON_BYTES; fed += sizeof(piece)) {
		co_stream_feed(&stream, piece, sizeof(piece));
		piece[0] = ' ';
		rc = co_stream_next(&stream, &doc, &err);
	}
	assert_int_equal(rc, CO_ERR_INPUT);
	assert_string_equal(err.id, "too-large");
	assert_true(fed <= (size_t)CO_JSON_BYTES + 2 * sizeof(piece));
	co_stream_clear(&stream);
	/* what is wrong already is not read on */
	for (size_t i = 0; i < 2; i++) {
		memset(piece, i ? '\0' : '[', sizeof(piece));
		co_stream_init(&stream, "input");
		co_stream_feed(&stream, piece, sizeof(piece));
		assert_int_equal(co_stream_next(&stream, &doc, &err), CO_ERR_INPUT);
		co_stream_clear(&stream);
	}
}

/* Memory follows the document, not the stream. */
static void test_long_stream(void **state)
{
	struct co_err err = CO_ERR_INIT;
	struct co_stream stream;
	json_t *doc;
	size_t i, most = 0;

	(void)state;
	co_stream_init(&stream, "input");
	for (i = 0; i < 20000; i++) {
		co_stream_feed(&stream, "{\"a\":[1,2,3]}\n{\"b\"", 18);
		while (co_stream_next(&stream, &doc, &err) > 0)
			json_decref(doc);
		co_stream_feed(&stream, ":2}", 3);
		while (co_stream_next(&stream, &doc, &err) > 0)
			json_decref(doc);
		most = stream.bytes.cap > most ? stream.bytes.cap : most;
	}
	assert_int_equal(stream.documents, 40000);
	assert_int_equal(stream.line, 20001);
	assert_true(most < 4096);
	co_stream_clear(&stream);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_documents),
		cmocka_unit_test(test_errors),
		cmocka_unit_test(test_endless),
		cmocka_unit_test(test_long_stream),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
