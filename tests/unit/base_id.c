/* SPDX-License-Identifier: Apache-2.0 */
#include "base/id.h"

#include "unit.h"

static void test_make(void **state)
{
	static const unsigned char zero[CO_ID_RANDOM] = { 0 };
	static const unsigned char ones[CO_ID_RANDOM] = { 255, 255, 255, 255, 255, 255, 255, 255, 255, 255 };
	static const unsigned char mixed[CO_ID_RANDOM] = { 0x08, 0x42, 0x10, 0x84, 0x21, 0, 0, 0, 0, 0x1f };
	char id[CO_ID_LEN + 1], later[CO_ID_LEN + 1];

	(void)state;
	co_id_make(id, 0, zero);
	assert_string_equal(id, "00000000000000000000000000");
	co_id_make(id, 0xffffffffffff, ones);
	assert_string_equal(id, "7ZZZZZZZZZZZZZZZZZZZZZZZZZ");
	co_id_make(id, 32, mixed);
	assert_string_equal(id, "0000000010111111110000000Z");
	/* Sorted as text, they are sorted by time (the ULID specification's example is 1469918176385). */
	co_id_make(id, 1469918176385, ones);
	assert_memory_equal(id, "01ARYZ6S41", 10);
	co_id_make(later, 1469918176386, zero);
	assert_true(strcmp(id, later) < 0);
}

static void test_valid(void **state)
{
	(void)state;
	assert_true(co_id_valid("01ARYZ6S41TSV4RRFFQ69G5FAV"));
	assert_true(co_id_valid("7ZZZZZZZZZZZZZZZZZZZZZZZZZ"));
	assert_false(co_id_valid("8ZZZZZZZZZZZZZZZZZZZZZZZZZ"));
	assert_false(co_id_valid("01ARYZ6S41TSV4RRFFQ69G5FA"));
	assert_false(co_id_valid("01ARYZ6S41TSV4RRFFQ69G5FAVV"));
	assert_false(co_id_valid("01aryz6s41tsv4rrffq69g5fav"));
	assert_false(co_id_valid("01ARYZ6S41TSV4RRFFQ69G5FAI"));
	assert_false(co_id_valid("../../../../etc/passwd0000"));
	assert_false(co_id_valid(""));
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_make), cmocka_unit_test(test_valid) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
