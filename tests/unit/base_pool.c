/* SPDX-License-Identifier: Apache-2.0 */
#include "base/pool.h"

#include "unit.h"

/* Parts do not touch each other, whatever their size, and are aligned and zeroed. */
static void test_parts(void **state)
{
	struct co_pool pool = { 0 };
	unsigned char *parts[200];
	size_t i, k;

	(void)state;
	for (i = 0; i < CO_COUNT(parts); i++) {
		parts[i] = co_pool_take(&pool, i * i);
		assert_int_equal((uintptr_t)parts[i] % _Alignof(max_align_t), 0);
		for (k = 0; k < i * i; k++)
			assert_int_equal(parts[i][k], 0);
		memset(parts[i], (int)i, i * i);
	}
	for (i = 0; i < CO_COUNT(parts); i++)
		for (k = 0; k < i * i; k++)
			assert_int_equal(parts[i][k], i);
	co_pool_clear(&pool);
	assert_null(pool.last);
	co_pool_clear(&pool);
}

static void check_growth(struct co_pool *pool)
{
	size_t *items = NULL, count = 0, i;

	for (i = 0; i < 1000; i++) {
		size_t *item = co_pool_grow(pool, &items, &count, sizeof(*items));

		assert_ptr_equal(item, &items[i]);
		assert_int_equal(*item, 0);
		assert_int_equal(count, i + 1);
		*item = i;
	}
	for (i = 0; i < count; i++)
		assert_int_equal(items[i], i);
	co_pool_drop(pool, items);
}

static void check_copies(struct co_pool *pool)
{
	char *copy = co_pool_memdup(pool, "a\0b", 3), *empty = co_pool_memdup(pool, NULL, 0);

	assert_memory_equal(copy, "a\0b", 4);
	assert_string_equal(empty, "");
	co_pool_drop(pool, copy);
	co_pool_drop(pool, empty);
}

/* The heap, too. */
static void test_arrays_and_copies(void **state)
{
	struct co_pool pool = { 0 };

	(void)state;
	check_growth(&pool);
	check_copies(&pool);
	co_pool_clear(&pool);
	check_growth(NULL);
	check_copies(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parts),
		cmocka_unit_test(test_arrays_and_copies),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
