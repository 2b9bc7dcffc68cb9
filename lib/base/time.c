/* SPDX-License-Identifier: Apache-2.0 */
#include "base/time.h"

#include "base/mem.h"

#include <string.h>

enum { DAY = 86400 };

/* Counts in 400-year cycles of 146097 days that start on 1 March. */
int64_t co_days_from_date(int year, int month, int day)
{
	int64_t y = month <= 2 ? year - 1 : year;
	int64_t cycle = (y >= 0 ? y : y - 399) / 400;
	int64_t of_cycle = y - cycle * 400;
	int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

	return cycle * 146097 + of_cycle * 365 + of_cycle / 4 - of_cycle / 100 + of_year - 719468;
}

void co_date_from_days(int64_t days, int *year, int *month, int *day)
{
	int64_t z = days + 719468;
	int64_t cycle = (z >= 0 ? z : z - 146096) / 146097;
	int64_t of_cycle = z - cycle * 146097;
	int64_t y = (of_cycle - of_cycle / 1460 + of_cycle / 36524 - of_cycle / 146096) / 365;
	int64_t of_year = of_cycle - (365 * y + y / 4 - y / 100);
	int64_t m = (5 * of_year + 2) / 153;

	*day = (int)(of_year - (153 * m + 2) / 5 + 1);
	*month = (int)(m < 10 ? m + 3 : m - 9);
	*year = (int)(y + cycle * 400 + (*month <= 2));
}

/* The last n of them; printf() would cost ten times as much, and a document has many times. */
static void put_digits(char *to, int n, int value)
{
	unsigned left = (unsigned)value;

	for (; n--; left /= 10)
		to[n] = (char)('0' + left % 10);
}

void co_time_format(char out[CO_TIME_LEN + 1], int64_t seconds)
{
	int64_t days = seconds / DAY - (seconds % DAY < 0);
	int rest = (int)(seconds - days * DAY);
	int year, month, day;

	co_date_from_days(days, &year, &month, &day);
	memcpy(out, "0000-00-00T00:00:00Z", CO_TIME_LEN + 1);
	put_digits(out, 4, year);
	put_digits(out + 5, 2, month);
	put_digits(out + 8, 2, day);
	put_digits(out + 11, 2, rest / 3600);
	put_digits(out + 14, 2, rest / 60 % 60);
	put_digits(out + 17, 2, rest % 60);
}

static int digits(const char *s, int n)
{
	int v = 0;

	while (n--) {
		if (*s < '0' || *s > '9')
			return -1;
		v = v * 10 + *s++ - '0';
	}
	return v;
}

int co_time_parse(int64_t *seconds, const char *s)
{
	static const char form[] = "dddd-dd-ddTdd:dd:ddZ";
	int year, month, day, hour, minute, second, y, m, d;
	int64_t days;
	size_t i;

	if (strlen(s) != CO_TIME_LEN)
		return -1;
	for (i = 0; i < CO_TIME_LEN; i++)
		if (form[i] == 'd' ? s[i] < '0' || s[i] > '9' : s[i] != form[i])
			return -1;
	year = digits(s, 4);
	month = digits(s + 5, 2);
	day = digits(s + 8, 2);
	hour = digits(s + 11, 2);
	minute = digits(s + 14, 2);
	second = digits(s + 17, 2);
	if (month < 1 || month > 12 || hour > 23 || minute > 59 || second > 59)
		return -1;
	days = co_days_from_date(year, month, day);
	co_date_from_days(days, &y, &m, &d);
	if (y != year || m != month || d != day)
		return -1;
	*seconds = days * DAY + hour * 3600 + minute * 60 + second;
	return 0;
}

int co_duration_parse(int64_t *ms, const char *s)
{
	static const struct {
		const char *name;
		int64_t ms;
	} units[] = { { "ms", 1 }, { "s", 1000 }, { "m", 60000 }, { "h", 3600000 }, { "d", 86400000 }, { "w", 604800000 } };
	int64_t n = 0;
	size_t len = strspn(s, "0123456789"), i;

	if (!len || len > 9)
		return -1;
	for (i = 0; i < len; i++)
		n = n * 10 + (s[i] - '0');
	for (i = 0; i < CO_COUNT(units); i++) {
		if (strcmp(s + len, units[i].name) == 0) {
			*ms = n * units[i].ms;
			return 0;
		}
	}
	return -1;
}
