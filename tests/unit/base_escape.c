/* SPDX-License-Identifier: Apache-2.0 */
#include "base/escape.h"

#include "unit.h"

static void escaped(const char *text, size_t len, const char *wanted)
{
	struct co_buf out = CO_BUF_INIT;

	co_escape(&out, text, len);
	assert_string_equal(co_buf_str(&out), wanted);
	co_buf_clear(&out);
}

static void test_escape(void **state)
{
	(void)state;
	escaped("", 0, "");
	escaped("plain text, \u00e9 \u20ac \U0001f600", 23, "plain text, \u00e9 \u20ac \U0001f600");
	escaped("a\0b\tc\nd\re\x7f", 10, "a\\x00b\\x09c\\x0ad\\x0de\\x7f");
	escaped("\xc2\x9b" "31m", 5, "\\x9b31m");		 /* C1 CSI */
	escaped("\xe2\x80\x8b\xe2\x80\xa8\xe2\x81\xa6", 9, "\\u{200b}\\u{2028}\\u{2066}");
	escaped("\xf3\xa0\x81\x81", 4, "\\u{e0041}"); /* tag letter */
	escaped("\xc2\xad\xef\xbb\xbf", 5, "\\xad\\u{feff}");
	escaped("\xff\xc0\x80\xed\xa0\x80\xf4\x90\x80\x80", 10, "\\xff\\xc0\\x80\\xed\\xa0\\x80\\xf4\\x90\\x80\\x80");
	escaped("\xe2\x82", 2, "\\xe2\\x82"); /* cut short */
}

static void test_lines(void **state)
{
	struct co_buf out = CO_BUF_INIT;

	(void)state;
	co_escape_lines(&out, "a\n\tb\r\n", 6);
	assert_string_equal(co_buf_str(&out), "a\n\\x09b\\x0d\n");
	co_buf_clear(&out);
}

/* Every code point comes back from its encoding, but surrogates; and nothing longer or overlong does. */
static void test_utf8(void **state)
{
	uint32_t c, got;
	char bytes[4];
	size_t len;

	(void)state;
	for (c = 0; c < 0x110000; c++) {
		if (c < 0x80) {
			bytes[0] = (char)c;
			len = 1;
		} else if (c < 0x800) {
			bytes[0] = (char)(0xc0 | c >> 6);
			len = 2;
		} else if (c < 0x10000) {
			bytes[0] = (char)(0xe0 | c >> 12);
			len = 3;
		} else {
			bytes[0] = (char)(0xf0 | c >> 18);
			len = 4;
		}
		for (size_t i = 1; i < len; i++)
			bytes[i] = (char)(0x80 | (c >> (6 * (len - 1 - i)) & 0x3f));
		if (c >= 0xd800 && c < 0xe000) {
			assert_int_equal(co_utf8_next(bytes, len, &got), 0);
			continue;
		}
		assert_int_equal(co_utf8_next(bytes, len, &got), len);
		assert_int_equal(got, c);
		assert_int_equal(co_utf8_next(bytes, len - 1, &got), 0);
	}
	assert_true(co_utf8_valid("\u20ac a", 5));
	assert_false(co_utf8_valid("a\xf8\x88\x80\x80\x80", 6));
	assert_false(co_utf8_valid("\xe0\x80\xaf", 3));
	assert_true(co_utf8_valid("", 0));
}

static void json_for_eyes_is_the_same_json(void **state)
{
	static const char text[] = "{\n  \"a\": \"x\x7f\xc2\x9b\xe2\x80\xae\xf3\xa0\x80\x81\xc3\xa9\"\n}\n";
	struct co_buf out = CO_BUF_INIT;

	(void)state;
	co_escape_json(&out, text, sizeof(text) - 1);
	assert_string_equal(co_buf_str(&out), "{\n  \"a\": \"x\\u007f\\u009b\\u202e\\udb40\\udc01\xc3\xa9\"\n}\n");
	co_buf_clear(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(json_for_eyes_is_the_same_json),
		cmocka_unit_test(test_escape),
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_utf8),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
