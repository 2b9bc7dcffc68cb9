/* SPDX-License-Identifier: Apache-2.0 */
#include "net/retry.h"

#include "sys/clock.h"
#include "unit.h"

static void waits_within_a_growing_bound(void **state)
{
	static const int64_t bounds[] = { 0, 1000, 2000, 4000, 8000, 16000, 20000, 20000 };
	int i;

	(void)state;
	for (i = 0; i < (int)CO_COUNT(bounds); i++) {
		assert_int_equal(co_retry_delay(i, UINT32_MAX), bounds[i]);
		assert_int_equal(co_retry_delay(i, 0), 0);
		assert_in_range(co_retry_delay(i, UINT32_MAX / 2), bounds[i] / 2 - (i > 0), bounds[i] / 2);
	}
	assert_int_equal(co_retry_delay(1000, UINT32_MAX), 20000);
}

static void a_service_in_trouble_is_left_alone(void **state)
{
	struct co_retry_bucket bucket = CO_RETRY_BUCKET_INIT;
	int taken = 0;

	(void)state;
	while (co_retry_take(&bucket, CO_RETRY_COST))
		taken++;
	assert_int_equal(taken, CO_RETRY_CAPACITY / CO_RETRY_COST);
	assert_false(co_retry_take(&bucket, 1));
	co_retry_give(&bucket, CO_RETRY_COST);
	assert_false(co_retry_take(&bucket, CO_RETRY_COST_TIMEOUT));
	assert_true(co_retry_take(&bucket, CO_RETRY_COST));
	co_retry_give(&bucket, 1000000);
	assert_int_equal(atomic_load(&bucket.tokens), CO_RETRY_CAPACITY);
}

static void reads_dates(void **state)
{
	static const char *const wrong[] = {
		"", "0", "Sun, 06 Nov 1994 08:49:37", "Sun, 06 Nov 1994 08:49:37 GMT x", "Sun, 31 Feb 1994 08:49:37 GMT",
		"Sun, 06 Nox 1994 08:49:37 GMT", "Sun, 06 anF 1994 08:49:37 GMT", "Sun, 06 Nov 1994 24:49:37 GMT",
		"Sun, -6 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:60:37 GMT", "Sun, 06 No 1994 08:49:37 GMT",
		"Sunday, 06-Nov-94 08:49:37 GMT",
	};
	size_t i;

	(void)state;
	assert_int_equal(co_http_date("Sun, 06 Nov 1994 08:49:37 GMT"), 784111777); /* RFC 9110 section 5.6.7 */
	assert_int_equal(co_http_date("Thu, 01 Jan 1970 00:00:00 GMT"), 0);
	assert_int_equal(co_http_date("Thu, 29 Feb 2024 23:59:59 GMT"), 1709251199);
	for (i = 0; i < CO_COUNT(wrong); i++)
		if (co_http_date(wrong[i]) != -1)
			fail_msg("\"%s\" was taken", wrong[i]);
}

static void reads_retry_after(void **state)
{
	(void)state;
	assert_int_equal(co_retry_after("1", 0), 1000);
	assert_int_equal(co_retry_after("0", 0), 0);
	assert_int_equal(co_retry_after("120", 99), 120000);
	assert_true(co_retry_after("99999999999999999999", 0) > 1000000000);
	assert_int_equal(co_retry_after("Sun, 06 Nov 1994 08:49:37 GMT", 784111770), 7000);
	assert_int_equal(co_retry_after("Sun, 06 Nov 1994 08:49:37 GMT", 784111999), 0);
	assert_int_equal(co_retry_after("soon", 0), -1);
	assert_int_equal(co_retry_after("-1", 0), -1);
	assert_int_equal(co_retry_after("", 0), -1);
}

static void does_not_wait_past_the_end(void **state)
{
	atomic_int cancelled = 1;
	int64_t start = co_clock_ms();

	(void)state;
	assert_int_equal(co_retry_wait(60000, start + 1000, NULL), 1);
	assert_int_equal(co_retry_wait(60000, 0, &cancelled), 1);
	assert_true(co_clock_ms() - start < 30000);
	assert_int_equal(co_retry_wait(0, 0, NULL), 0);
	assert_int_equal(co_retry_wait(20, start + 600000, NULL), 0);
	assert_true(co_clock_ms() - start >= 20);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(waits_within_a_growing_bound), cmocka_unit_test(a_service_in_trouble_is_left_alone),
		cmocka_unit_test(reads_dates),			cmocka_unit_test(reads_retry_after),
		cmocka_unit_test(does_not_wait_past_the_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
