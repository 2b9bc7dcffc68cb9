/* SPDX-License-Identifier: Apache-2.0 */
#include "base/hex.h"

#include "unit.h"

static void test_both_ways(void **state)
{
	static const unsigned char bytes[] = { 0, 1, 0x9a, 0xbc, 0xff };
	unsigned char back[5];
	char text[11];

	(void)state;
	co_hex_encode(text, bytes, sizeof(bytes));
	assert_string_equal(text, "00019abcff");
	assert_int_equal(co_hex_decode(back, 5, "00019ABcff"), 0);
	assert_memory_equal(back, bytes, 5);
	co_hex_encode(text, bytes, 0);
	assert_string_equal(text, "");
	assert_int_equal(co_hex_decode(back, 0, ""), 0);
}

static void test_refused(void **state)
{
	unsigned char out[2];

	(void)state;
	assert_int_equal(co_hex_decode(out, 2, "012"), -1);
	assert_int_equal(co_hex_decode(out, 2, "01234"), -1);
	assert_int_equal(co_hex_decode(out, 2, "01g3"), -1);
	assert_int_equal(co_hex_decode(out, 2, ""), -1);
	assert_int_equal(co_hex_decode(out, 2, "0x12"), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_both_ways), cmocka_unit_test(test_refused) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
