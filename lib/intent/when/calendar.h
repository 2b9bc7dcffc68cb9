/* SPDX-License-Identifier: Apache-2.0 */
/* intent/calendar: local days, weeks and months, for intent/when. */
#ifndef CO_INTENT_CALENDAR_H
#define CO_INTENT_CALENDAR_H

#include "intent/when/when.h"

/* Whole days of the caller's calendar, as day numbers since 1970-01-01: [first, past). */
struct co_days {
	int64_t first, past;
};

/* Seconds UTC of a local day and time of day; in a gap of the clock, the time just after it. */
int64_t co_local_to_utc(const struct co_zone *zone, int64_t day, int64_t second);

/* The local day of an instant. */
int64_t co_local_day(const struct co_zone *zone, int64_t utc);

/* 0 = Monday. */
int co_weekday(int64_t day);

struct co_days co_month_days(int year, int month);	 /* month may be 0 or less: of the year before */
struct co_days co_week_days(int64_t day);		 /* from Monday */
struct co_days co_iso_week_days(int64_t today, int week); /* the latest of that number that has begun; ISO 8601 */
struct co_days co_latest_month(int64_t today, int month); /* the latest that has begun */
struct co_days co_latest_date(int64_t today, int month, int day);
struct co_days co_latest_weekday(int64_t today, int weekday); /* before today */
struct co_days co_latest_of_month(int64_t today, int day); /* "the 14th" */
struct co_days co_quarter_days(int64_t today, int quarter); /* 1 to 4: the latest; 0: this; -1: the last */

#endif
