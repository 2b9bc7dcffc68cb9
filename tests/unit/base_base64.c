/* SPDX-License-Identifier: Apache-2.0 */
#include "base/base64.h"

#include "unit.h"

/* RFC 4648 section 10. */
static void test_vectors(void **state)
{
	static const char *const pairs[][2] = {
		{ "", "" },	     { "f", "Zg==" },	      { "fo", "Zm8=" },	      { "foo", "Zm9v" },
		{ "foob", "Zm9vYg==" }, { "fooba", "Zm9vYmE=" }, { "foobar", "Zm9vYmFy" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < CO_COUNT(pairs); i++) {
		struct co_buf out = CO_BUF_INIT;

		co_base64_encode(&out, pairs[i][0], strlen(pairs[i][0]));
		assert_string_equal(co_buf_str(&out), pairs[i][1]);
		co_buf_reset(&out);
		assert_int_equal(co_base64_decode(&out, pairs[i][1], strlen(pairs[i][1])), 0);
		assert_string_equal(co_buf_str(&out), pairs[i][0]);
		co_buf_clear(&out);
	}
}

static void test_all_bytes(void **state)
{
	unsigned char bytes[256];
	struct co_buf text = CO_BUF_INIT, back = CO_BUF_INIT;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bytes); i++)
		bytes[i] = (unsigned char)(255 - i);
	co_base64_encode(&text, bytes, sizeof(bytes));
	assert_int_equal(co_base64_decode(&back, text.data, text.len), 0);
	assert_int_equal(back.len, sizeof(bytes));
	assert_memory_equal(back.data, bytes, sizeof(bytes));
	co_buf_clear(&text);
	co_buf_clear(&back);
}

/* One text, one meaning: nothing else decodes to the same bytes. */
static void test_strict(void **state)
{
	static const char *const bad[] = {
		"Z", "Zg", "Zg=", "Zg===", "=", "====", "Zh==", "Zm9=", "Zm 8=", "Zm8=\n", "Zg==Zg==", "Zm8-", "Z===", "Zm9v=",
	};
	struct co_buf out = CO_BUF_INIT;
	size_t i;

	(void)state;
	co_buf_adds(&out, "kept");
	for (i = 0; i < CO_COUNT(bad); i++)
		if (co_base64_decode(&out, bad[i], strlen(bad[i])) == 0)
			fail_msg("taken: %s", bad[i]);
	assert_int_equal(co_base64_decode(&out, "Zm\0v", 4), -1);
	assert_string_equal(out.data, "kept");
	co_buf_clear(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vectors),
		cmocka_unit_test(test_all_bytes),
		cmocka_unit_test(test_strict),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
