/* SPDX-License-Identifier: Apache-2.0 */
#include "intent/when/calendar.h"

#include "base/time.h"

enum { DAY = 86400 };

int64_t co_local_to_utc(const struct co_zone *zone, int64_t day, int64_t second)
{
	int64_t local = day * DAY + second;
	int64_t guess = local - zone->offset(zone->context, local);

	return local - zone->offset(zone->context, guess);
}

int64_t co_local_day(const struct co_zone *zone, int64_t utc)
{
	int64_t local = utc + zone->offset(zone->context, utc);

	return local / DAY - (local % DAY < 0);
}

int co_weekday(int64_t day)
{
	return (int)(((day + 3) % 7 + 7) % 7); /* 1970-01-01 was a Thursday */
}

struct co_days co_month_days(int year, int month)
{
	while (month < 1) {
		month += 12;
		year--;
	}
	return (struct co_days){ co_days_from_date(year, month, 1),
				 co_days_from_date(month == 12 ? year + 1 : year, month == 12 ? 1 : month + 1, 1) };
}

struct co_days co_week_days(int64_t day)
{
	int64_t monday = day - co_weekday(day);

	return (struct co_days){ monday, monday + 7 };
}

struct co_days co_iso_week_days(int64_t today, int week)
{
	struct co_days days;
	int year, month, day;

	co_date_from_days(today, &year, &month, &day);
	for (year++;; year--) { /* its first week has the 4th of January; not every year has a 53rd */
		days = co_week_days(co_days_from_date(year, 1, 4) + 7 * (week - 1));
		if (days.first <= today && days.first < co_week_days(co_days_from_date(year + 1, 1, 4)).first)
			return days;
	}
}

struct co_days co_latest_month(int64_t today, int month)
{
	int year, m, d;

	co_date_from_days(today, &year, &m, &d);
	return co_month_days(month <= m ? year : year - 1, month);
}

/* A day that no month has, as 30 February, is an empty span. */
struct co_days co_latest_date(int64_t today, int month, int day)
{
	struct co_days days = { 0, 0 };
	int year, m, d, tries;

	co_date_from_days(today, &year, &m, &d);
	for (tries = 0; tries < 5; tries++, year--) {
		int64_t at = co_days_from_date(year, month, day);

		co_date_from_days(at, &(int){ 0 }, &m, &d);
		if (at <= today && m == month && d == day)
			return (struct co_days){ at, at + 1 };
	}
	return days;
}

struct co_days co_latest_weekday(int64_t today, int weekday)
{
	int back = (co_weekday(today) - weekday + 7) % 7;
	int64_t day = today - (back ? back : 7);

	return (struct co_days){ day, day + 1 };
}

struct co_days co_latest_of_month(int64_t today, int day)
{
	int year, month, d, tries;

	co_date_from_days(today, &year, &month, &d);
	for (tries = 0; tries < 12; tries++, month--) {
		struct co_days m = co_month_days(year, month);
		int64_t at = m.first + day - 1;

		if (at < m.past && at <= today)
			return (struct co_days){ at, at + 1 };
	}
	return (struct co_days){ 0, 0 };
}

struct co_days co_quarter_days(int64_t today, int quarter)
{
	int year, month, d, now;

	co_date_from_days(today, &year, &month, &d);
	now = (month - 1) / 3 + 1;
	if (quarter < 1)
		quarter += now;
	else if (quarter > now)
		year--;
	if (quarter < 1) {
		quarter += 4;
		year--;
	}
	return (struct co_days){ co_month_days(year, quarter * 3 - 2).first, co_month_days(year, quarter * 3).past };
}
