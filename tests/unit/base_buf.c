/* SPDX-License-Identifier: Apache-2.0 */
#include "base/buf.h"

#include "unit.h"

static void test_add(void **state)
{
	struct co_buf b = CO_BUF_INIT;
	size_t i;

	(void)state;
	assert_string_equal(co_buf_str(&b), "");
	co_buf_adds(&b, "one ");
	co_buf_addc(&b, '2');
	co_buf_addf(&b, " %s%d", "three", 4);
	co_buf_add(&b, "\0x", 2);
	assert_int_equal(b.len, 14);
	assert_memory_equal(b.data, "one 2 three4\0x", 15);
	co_buf_reset(&b);
	assert_string_equal(co_buf_str(&b), "");
	for (i = 0; i < 10000; i++)
		co_buf_addf(&b, "%04zu", i);
	assert_int_equal(b.len, 40000);
	assert_int_equal(strlen(b.data), 40000);
	assert_memory_equal(b.data + 39996, "9999", 5);
	co_buf_clear(&b);
	assert_null(b.data);
}

static void test_edges(void **state)
{
	struct co_buf b = CO_BUF_INIT;
	char *taken;

	(void)state;
	co_buf_add(&b, NULL, 0);
	co_buf_addf(&b, "%s", "");
	assert_int_equal(b.len, 0);
	memcpy(co_buf_reserve(&b, 3), "abc", 3);
	b.len += 3;
	co_buf_adds(&b, "d");
	taken = co_buf_take(&b);
	assert_string_equal(taken, "abcd");
	free(taken);
	assert_int_equal(b.len, 0);
	taken = co_buf_take(&b);
	assert_string_equal(taken, "");
	free(taken);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_add), cmocka_unit_test(test_edges) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
