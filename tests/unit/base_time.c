/* SPDX-License-Identifier: Apache-2.0 */
#include "base/time.h"

#include "unit.h"

static void test_known(void **state)
{
	static const struct {
		int64_t seconds;
		const char *text;
	} known[] = {
		{ 0, "1970-01-01T00:00:00Z" },		  { -1, "1969-12-31T23:59:59Z" },
		{ 951782400, "2000-02-29T00:00:00Z" },	  { 1763878739, "2025-11-23T06:18:59Z" },
		{ 2147483648, "2038-01-19T03:14:08Z" },	  { 253402300799, "9999-12-31T23:59:59Z" },
		{ -62167219200, "0000-01-01T00:00:00Z" }, { -2203891200, "1900-03-01T00:00:00Z" },
	};
	char text[CO_TIME_LEN + 1];
	int64_t seconds;
	size_t i;

	(void)state;
	for (i = 0; i < CO_COUNT(known); i++) {
		co_time_format(text, known[i].seconds);
		assert_string_equal(text, known[i].text);
		assert_int_equal(co_time_parse(&seconds, text), 0);
		assert_int_equal(seconds, known[i].seconds);
	}
}

/* Day by day through 800 years, each the day after the last. */
static void test_calendar(void **state)
{
	static const int length[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	int64_t days = co_days_from_date(1600, 1, 1);
	int y, m, d, year, month, day;

	(void)state;
	assert_int_equal(days, -135140);
	for (y = 1600; y < 2400; y++) {
		int leap = (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;

		for (m = 1; m <= 12; m++) {
			for (d = 1; d <= length[m - 1] + (m == 2 && leap); d++, days++) {
				assert_int_equal(co_days_from_date(y, m, d), days);
				co_date_from_days(days, &year, &month, &day);
				assert_true(year == y && month == m && day == d);
			}
		}
	}
}

static void test_refused(void **state)
{
	static const char *const bad[] = {
		"",
		"2026-11-23",
		"2026-11-23T06:18:59",
		"2026-11-23T06:18:59z",
		"2026-11-23t06:18:59Z",
		"2026-11-23 06:18:59Z",
		"2026-11-23T06:18:59.0Z",
		"2026-11-23T06:18:59+00:00",
		"2026-11-23T24:00:00Z",
		"2026-11-23T23:60:00Z",
		"2026-11-23T23:59:60Z",
		"2026-13-01T00:00:00Z",
		"2026-00-01T00:00:00Z",
		"2026-11-31T00:00:00Z",
		"2026-11-00T00:00:00Z",
		"2025-02-29T00:00:00Z",
		"1900-02-29T00:00:00Z",
		"+026-11-23T06:18:59Z",
		" 2026-11-23T06:18:59Z",
		"2026-11-23T06:18:59Z ",
	};
	int64_t seconds = 42;
	size_t i;

	(void)state;
	for (i = 0; i < CO_COUNT(bad); i++)
		if (co_time_parse(&seconds, bad[i]) == 0)
			fail_msg("taken: %s", bad[i]);
	assert_int_equal(seconds, 42);
}

static void test_durations(void **state)
{
	static const struct {
		const char *text;
		int64_t ms;
	} good[] = { { "0s", 0 },	       { "500ms", 500 },    { "90s", 90000 },
		     { "15m", 900000 },	       { "24h", 86400000 }, { "7d", 604800000 },
		     { "2w", 1209600000 },     { "007s", 7000 },    { "999999999w", 604799999395200000 } };
	static const char *const bad[] = { "", "s", "5", "5 s", "-5s", "5x", "1.5s", "5s ", "1h30m", "9999999999s", "5S" };
	int64_t ms = 42;
	size_t i;

	(void)state;
	for (i = 0; i < CO_COUNT(bad); i++)
		if (co_duration_parse(&ms, bad[i]) == 0)
			fail_msg("taken: %s", bad[i]);
	assert_int_equal(ms, 42);
	for (i = 0; i < CO_COUNT(good); i++) {
		assert_int_equal(co_duration_parse(&ms, good[i].text), 0);
		assert_int_equal(ms, good[i].ms);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_known),
		cmocka_unit_test(test_calendar),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_durations),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
