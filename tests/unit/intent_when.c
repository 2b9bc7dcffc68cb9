/* SPDX-License-Identifier: Apache-2.0 */
#include "intent/when/when.h"

#include "base/time.h"
#include "intent/when/calendar.h"

/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
/* clang-format on */

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static struct co_vocabulary *vocabulary;

static int64_t local(void *context, int64_t utc)
{
	time_t t = (time_t)utc;
	struct tm tm;

	(void)context;
	localtime_r(&t, &tm);
	return co_days_from_date(tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday) * 86400 + tm.tm_hour * 3600 +
	       tm.tm_min * 60 + tm.tm_sec - utc;
}

static const struct co_zone zone = { local, NULL };

static void read_when(const char *tz, const char *now, const char *text, struct co_when *when)
{
	struct co_sentence s;
	struct co_matches m;
	int64_t at;

	setenv("TZ", tz, 1);
	tzset();
	assert_int_equal(co_time_parse(&at, now), 0);
	co_sentence_read(&s, text, strlen(text));
	co_sentence_look_up(&s, vocabulary);
	co_match_all(&m, &s, vocabulary);
	co_when_read(when, &s, &m, vocabulary, &zone, at);
	co_matches_clear(&m);
	co_sentence_clear(&s);
}

static void format(char out[2 * CO_TIME_LEN + 2], const struct co_window *w)
{
	co_time_format(out, w->since);
	out[CO_TIME_LEN] = ' ';
	co_time_format(out + CO_TIME_LEN + 1, w->until);
}

struct item {
	const char *tz, *now, *text, *window, *compare;
};

#define BERLIN "Europe/Berlin", "2026-11-24T08:30:00Z"	  /* a Tuesday, 09:30 */
#define SPRING "Europe/Berlin", "2026-03-30T09:10:00Z"	  /* the Monday after the clocks went forward */
#define AUTUMN "America/New_York", "2026-11-02T13:00:00Z" /* the Monday after they went back */

static const struct item items[] = {
	{ BERLIN, "errors in the last 24h", "2026-11-23T08:30:00Z 2026-11-24T08:30:00Z", NULL },
	{ BERLIN, "errors over the past 90 minutes", "2026-11-24T07:00:00Z 2026-11-24T08:30:00Z", NULL },
	{ BERLIN, "slow since half an hour", "2026-11-24T08:00:00Z 2026-11-24T08:30:00Z", NULL },
	{ BERLIN, "slow for two hours now", "2026-11-24T06:30:00Z 2026-11-24T08:30:00Z", NULL },
	{ BERLIN, "stopped 40 min ago", "2026-11-24T07:50:00Z 2026-11-24T08:30:00Z", NULL },
	{ BERLIN, "past week", "2026-11-17T08:30:00Z 2026-11-24T08:30:00Z", NULL },
	{ BERLIN, "errors today", "2026-11-23T23:00:00Z 2026-11-24T08:30:00Z", NULL },
	{ BERLIN, "errors of this week", "2026-11-22T23:00:00Z 2026-11-24T08:30:00Z", NULL },
	{ BERLIN, "cost this month", "2026-10-31T23:00:00Z 2026-11-24T08:30:00Z", NULL },
	{ BERLIN, "cost month to date", "2026-10-31T23:00:00Z 2026-11-24T08:30:00Z", NULL },
	{ BERLIN, "cost this quarter", "2026-09-30T22:00:00Z 2026-11-24T08:30:00Z", NULL },
	{ BERLIN, "yesterday", "2026-11-22T23:00:00Z 2026-11-23T23:00:00Z", NULL },
	{ BERLIN, "the day before yesterday", "2026-11-21T23:00:00Z 2026-11-22T23:00:00Z", NULL },
	{ BERLIN, "last week", "2026-11-15T23:00:00Z 2026-11-22T23:00:00Z", NULL },
	{ BERLIN, "last month", "2026-09-30T22:00:00Z 2026-10-31T23:00:00Z", NULL },
	{ BERLIN, "last quarter", "2026-06-30T22:00:00Z 2026-09-30T22:00:00Z", NULL },
	{ BERLIN, "what happened on the 14th", "2026-11-13T23:00:00Z 2026-11-14T23:00:00Z", NULL },
	{ BERLIN, "what happened on the 30th", "2026-10-29T23:00:00Z 2026-10-30T23:00:00Z", NULL },
	{ BERLIN, "on oct 30", "2026-10-29T23:00:00Z 2026-10-30T23:00:00Z", NULL },
	{ BERLIN, "on 3rd of march", "2026-03-02T23:00:00Z 2026-03-03T23:00:00Z", NULL },
	{ BERLIN, "on december 24", "2025-12-23T23:00:00Z 2025-12-24T23:00:00Z", NULL },
	{ BERLIN, "on 2026-11-02", "2026-11-01T23:00:00Z 2026-11-02T23:00:00Z", NULL },
	{ BERLIN, "cost in february", "2026-01-31T23:00:00Z 2026-02-28T23:00:00Z", NULL },
	{ BERLIN, "cost in q1", "2025-12-31T23:00:00Z 2026-03-31T22:00:00Z", NULL },
	{ BERLIN, "cost in 2024", "2023-12-31T23:00:00Z 2024-12-31T23:00:00Z", NULL },
	{ BERLIN, "last friday", "2026-11-19T23:00:00Z 2026-11-20T23:00:00Z", NULL },
	{ BERLIN, "last tuesday", "2026-11-16T23:00:00Z 2026-11-17T23:00:00Z", NULL },
	{ BERLIN, "over the weekend", "2026-11-20T23:00:00Z 2026-11-22T23:00:00Z", NULL },
	{ BERLIN, "since sunday", "2026-11-21T23:00:00Z 2026-11-24T08:30:00Z", NULL },
	{ BERLIN, "since last week", "2026-11-15T23:00:00Z 2026-11-24T08:30:00Z", NULL },
	{ BERLIN, "since 7am", "2026-11-24T06:00:00Z 2026-11-24T08:30:00Z", NULL },
	{ BERLIN, "since 17:00", "2026-11-23T16:00:00Z 2026-11-24T08:30:00Z", NULL },
	{ BERLIN, "since the 06:30 deploy", "2026-11-24T05:30:00Z 2026-11-24T08:30:00Z", NULL },
	{ BERLIN, "since the rollout at 06:45", "2026-11-24T05:45:00Z 2026-11-24T08:30:00Z", NULL },
	{ BERLIN, "after 3 PM yesterday", "2026-11-23T14:00:00Z 2026-11-24T08:30:00Z", NULL },
	{ BERLIN, "on Sunday after 20:00", "2026-11-22T19:00:00Z 2026-11-24T08:30:00Z", NULL },
	{ BERLIN, "slow from morning", "2026-11-24T05:00:00Z 2026-11-24T08:30:00Z", NULL },
	{ BERLIN, "yesterday afternoon", "2026-11-23T11:00:00Z 2026-11-23T17:00:00Z", NULL },
	{ BERLIN, "last night", "2026-11-23T17:00:00Z 2026-11-24T05:00:00Z", NULL },
	{ BERLIN, "crashed at 04:20", "2026-11-24T02:50:00Z 2026-11-24T03:50:00Z", NULL },
	{ BERLIN, "crashed around 17:00", "2026-11-23T15:30:00Z 2026-11-23T16:30:00Z", NULL },
	{ BERLIN, "crashed at about 06:10 UTC", "2026-11-24T05:40:00Z 2026-11-24T06:40:00Z", NULL },
	{ BERLIN, "crashed at midnight", "2026-11-23T22:30:00Z 2026-11-23T23:30:00Z", NULL },
	{ BERLIN, "logs between 8:15 and 8:40", "2026-11-24T07:15:00Z 2026-11-24T07:40:00Z", NULL },
	{ BERLIN, "logs 8:15-8:40", "2026-11-24T07:15:00Z 2026-11-24T07:40:00Z", NULL },
	{ BERLIN, "errors between 2 and 4 pm yesterday", "2026-11-23T13:00:00Z 2026-11-23T15:00:00Z", NULL },
	{ BERLIN, "yesterday from 15:00 to 17:00", "2026-11-23T14:00:00Z 2026-11-23T16:00:00Z", NULL },
	{ BERLIN, "between 23:00 and 01:00", "2026-11-23T22:00:00Z 2026-11-24T00:00:00Z", NULL },
	{ BERLIN, "errors between noon and 2 yesterday", "2026-11-23T11:00:00Z 2026-11-23T13:00:00Z", NULL },
	{ BERLIN, "from 8pm until midnight yesterday", "2026-11-23T19:00:00Z 2026-11-23T23:00:00Z", NULL },
	{ BERLIN, "monday 14:00 - 15:30", "2026-11-23T13:00:00Z 2026-11-23T14:30:00Z", NULL },
	{ BERLIN, "crashed at 14:00 EST yesterday", "2026-11-23T18:30:00Z 2026-11-23T19:30:00Z", NULL },
	{ BERLIN, "crashed at 08:00 +02:00", "2026-11-24T05:30:00Z 2026-11-24T06:30:00Z", NULL },
	{ BERLIN, "crashed at 0610 UTC", "2026-11-24T05:40:00Z 2026-11-24T06:40:00Z", NULL },
	{ BERLIN, "since 8 in the evening", "2026-11-23T19:00:00Z 2026-11-24T08:30:00Z", NULL },
	{ BERLIN, "errors last evening", "2026-11-23T17:00:00Z 2026-11-23T23:00:00Z", NULL },
	{ BERLIN, "errors since sunday evening", "2026-11-22T17:00:00Z 2026-11-24T08:30:00Z", NULL },
	{ BERLIN, "errors as of 8:45am", "2026-11-24T07:45:00Z 2026-11-24T08:30:00Z", NULL },
	{ BERLIN, "errors from monday to wednesday last week", "2026-11-15T23:00:00Z 2026-11-18T23:00:00Z", NULL },
	{ BERLIN, "alerts from last week monday", "2026-11-15T23:00:00Z 2026-11-16T23:00:00Z", NULL },
	{ BERLIN, "on 2026/11/20", "2026-11-19T23:00:00Z 2026-11-20T23:00:00Z", NULL },
	{ BERLIN, "on 20.11.", "2026-11-19T23:00:00Z 2026-11-20T23:00:00Z", NULL },
	{ BERLIN, "on 20.11.2025", "2025-11-19T23:00:00Z 2025-11-20T23:00:00Z", NULL },
	{ BERLIN, "during last 1h30m", "2026-11-24T07:00:00Z 2026-11-24T08:30:00Z", NULL },
	{ BERLIN, "slow from sunday", "2026-11-21T23:00:00Z 2026-11-24T08:30:00Z", NULL },
	{ BERLIN, "errors all day", "2026-11-23T23:00:00Z 2026-11-24T08:30:00Z", NULL },
	{ BERLIN, "cost in h1 2026", "2025-12-31T23:00:00Z 2026-06-30T22:00:00Z", NULL },
	{ BERLIN, "restarted by itself at 3:15", "2026-11-24T01:45:00Z 2026-11-24T02:45:00Z", NULL },
	{ BERLIN, "sign-ins from abroad last week", "2026-11-15T23:00:00Z 2026-11-22T23:00:00Z", NULL },
	{ BERLIN, "october over september", "2026-09-30T22:00:00Z 2026-10-31T23:00:00Z", "2026-08-31T22:00:00Z 2026-09-30T22:00:00Z" },
	{ BERLIN, "for october was higher than in september", "2026-09-30T22:00:00Z 2026-10-31T23:00:00Z",
	  "2026-08-31T22:00:00Z 2026-09-30T22:00:00Z" },
	{ BERLIN, "version 20.11 is slow", NULL, NULL },
	{ BERLIN, "in week 46", "2026-11-08T23:00:00Z 2026-11-15T23:00:00Z", NULL },
	{ BERLIN, "in week 53", "2020-12-27T23:00:00Z 2021-01-03T23:00:00Z", NULL },
	{ BERLIN, "in week 1", "2025-12-28T23:00:00Z 2026-01-04T23:00:00Z", NULL },
	{ BERLIN, "week of nov 11", "2026-11-08T23:00:00Z 2026-11-15T23:00:00Z", NULL },
	{ BERLIN, "in the last 10 days of october", "2026-10-21T22:00:00Z 2026-10-31T23:00:00Z", NULL },
	{ BERLIN, "at the end of last week", "2026-11-19T23:00:00Z 2026-11-22T23:00:00Z", NULL },
	{ BERLIN, "it was late last week", "2026-11-15T23:00:00Z 2026-11-22T23:00:00Z", NULL },
	{ BERLIN, "from 18 to 20 november", "2026-11-17T23:00:00Z 2026-11-20T23:00:00Z", NULL },
	{ BERLIN, "20-Nov-2026 to 22-Nov-2026", "2026-11-19T23:00:00Z 2026-11-22T23:00:00Z", NULL },
	{ BERLIN, "yesterday from 9h30 to 11h00", "2026-11-23T08:30:00Z 2026-11-23T10:00:00Z", NULL },
	{ BERLIN, "slow since 8h", "2026-11-24T00:30:00Z 2026-11-24T08:30:00Z", NULL },
	{ BERLIN, "the night before last", "2026-11-22T17:00:00Z 2026-11-23T05:00:00Z", NULL },
	{ BERLIN, "the night from saturday to sunday", "2026-11-21T17:00:00Z 2026-11-22T05:00:00Z", NULL },
	{ BERLIN, "sunday 10pm till monday 2am", "2026-11-22T21:00:00Z 2026-11-23T01:00:00Z", NULL },
	{ BERLIN, "a week ago today", "2026-11-16T23:00:00Z 2026-11-17T23:00:00Z", NULL },
	{ BERLIN, "cost in q4 last year", "2025-09-30T22:00:00Z 2025-12-31T23:00:00Z", NULL },
	{ BERLIN, "cost month over month", "2026-10-31T23:00:00Z 2026-11-24T08:30:00Z", "2026-09-30T22:00:00Z 2026-10-31T23:00:00Z" },
	{ BERLIN, "went from 4 to 30 around 02:40", "2026-11-24T01:10:00Z 2026-11-24T02:10:00Z", NULL },
	{ BERLIN, "went from 4 to 30 replicas", NULL, NULL },
	{ BERLIN, "maxed out at 10", NULL, NULL },
	{ BERLIN, "it has 2-4 pods", NULL, NULL },
	{ BERLIN, "returns 500s", NULL, NULL },
	{ BERLIN, "more than 2000 EUR", NULL, NULL },
	{ BERLIN, "good evening", NULL, NULL },
	{ BERLIN, "requests over 500m cpu", NULL, NULL },
	{ BERLIN, "in the first week of november", "2026-10-31T23:00:00Z 2026-11-07T23:00:00Z", NULL },
	{ BERLIN, "cost for 2025", "2024-12-31T23:00:00Z 2025-12-31T23:00:00Z", NULL },
	{ BERLIN, "nov 2 - nov 9", "2026-11-01T23:00:00Z 2026-11-09T23:00:00Z", NULL },
	{ BERLIN, "higher this month than last", "2026-10-31T23:00:00Z 2026-11-24T08:30:00Z",
	  "2026-09-30T22:00:00Z 2026-10-31T23:00:00Z" },
	{ BERLIN, "last quarter versus the one before", "2026-06-30T22:00:00Z 2026-09-30T22:00:00Z",
	  "2026-03-31T22:00:00Z 2026-06-30T22:00:00Z" },
	{ BERLIN, "yesterday vs the same day last week", "2026-11-22T23:00:00Z 2026-11-23T23:00:00Z",
	  "2026-11-15T23:00:00Z 2026-11-16T23:00:00Z" },
	{ BERLIN, "from nov 2 to nov 9", "2026-11-01T23:00:00Z 2026-11-09T23:00:00Z", NULL },
	{ BERLIN, "this month vs last month", "2026-10-31T23:00:00Z 2026-11-24T08:30:00Z",
	  "2026-09-30T22:00:00Z 2026-10-31T23:00:00Z" },
	{ BERLIN, "more now in november than in october", "2026-10-31T23:00:00Z 2026-11-24T08:30:00Z",
	  "2026-09-30T22:00:00Z 2026-10-31T23:00:00Z" },
	{ SPRING, "yesterday", "2026-03-28T23:00:00Z 2026-03-29T22:00:00Z", NULL }, /* 23 hours */
	{ SPRING, "yesterday between 15:00 and 17:00", "2026-03-29T13:00:00Z 2026-03-29T15:00:00Z", NULL },
	{ SPRING, "last 24 hours", "2026-03-29T09:10:00Z 2026-03-30T09:10:00Z", NULL },
	{ AUTUMN, "yesterday", "2026-11-01T04:00:00Z 2026-11-02T05:00:00Z", NULL }, /* 25 hours */
	{ AUTUMN, "over the weekend", "2026-10-31T04:00:00Z 2026-11-02T05:00:00Z", NULL },
	{ "Asia/Kathmandu", "2026-11-24T08:30:00Z", "today", "2026-11-23T18:15:00Z 2026-11-24T08:30:00Z",
	  NULL },
	{ "UTC", "2028-03-01T00:30:00Z", "yesterday", "2028-02-29T00:00:00Z 2028-03-01T00:00:00Z", NULL },
	{ "UTC", "2027-01-01T10:00:00Z", "last quarter", "2026-10-01T00:00:00Z 2027-01-01T00:00:00Z", NULL },
	/* no times */
	{ BERLIN, "restarts every 5 minutes", NULL, NULL },
	{ BERLIN, "the cronjob may run again", NULL, NULL },
	{ BERLIN, "top 10 processes over 80%", NULL, NULL },
	{ BERLIN, "volumes older than 2 weeks", NULL, NULL },
	{ BERLIN, "expires within 10 days", NULL, NULL },
	{ BERLIN, "on february 30", NULL, NULL },
	{ BERLIN, "at 25:00", NULL, NULL },
	{ BERLIN, "says \"it broke yesterday\" twice", NULL, NULL },
};

static void test_windows(void **state)
{
	char got[2 * CO_TIME_LEN + 2];
	struct co_when when;
	size_t i;

	(void)state;
	for (i = 0; i < CO_COUNT(items); i++) {
		read_when(items[i].tz, items[i].now, items[i].text, &when);
		if (when.has_window != (items[i].window != NULL) ||
		    when.has_compare != (items[i].compare != NULL))
			fail_msg("\"%s\": window %d, compare %d", items[i].text, when.has_window,
				 when.has_compare);
		format(got, &when.window);
		if (items[i].window && strcmp(got, items[i].window) != 0)
			fail_msg("\"%s\": %s, wanted %s", items[i].text, got, items[i].window);
		format(got, &when.compare);
		if (items[i].compare && strcmp(got, items[i].compare) != 0)
			fail_msg("\"%s\": compare %s, wanted %s", items[i].text, got, items[i].compare);
	}
}

static void test_ages(void **state)
{
	struct co_when when;

	(void)state;
	read_when(BERLIN, "volumes older than 3 weeks", &when);
	assert_string_equal(when.age, "21d");
	read_when(BERLIN, "keys not rotated for 120 days", &when);
	assert_string_equal(when.age, "120d");
	read_when(BERLIN, "certs that expire within ten days", &when);
	assert_string_equal(when.horizon, "10d");
	read_when(BERLIN, "certs expiring in the next 2 weeks", &when);
	assert_string_equal(when.horizon, "14d");
	read_when(BERLIN, "errors in the last 2 weeks", &when);
	assert_string_equal(when.horizon, "");
	assert_string_equal(when.age, "");
}

static void test_days(void **state)
{
	(void)state;
	assert_int_equal(co_weekday(co_days_from_date(2026, 11, 23)), 0);
	assert_int_equal(co_weekday(co_days_from_date(1969, 12, 28)), 6);
	assert_int_equal(co_month_days(2026, 0).first, co_days_from_date(2025, 12, 1));
	assert_int_equal(co_month_days(2026, 12).past, co_days_from_date(2027, 1, 1));
	assert_int_equal(co_latest_date(co_days_from_date(2027, 3, 1), 2, 29).first,
			 co_days_from_date(2024, 2, 29));
	assert_int_equal(co_latest_of_month(co_days_from_date(2026, 3, 15), 31).first,
			 co_days_from_date(2026, 1, 31));
}

static int load(void **state)
{
	struct co_err err = CO_ERR_INIT;
	char path[4096], file[4200];
	ssize_t len = readlink("/proc/self/exe", path, sizeof(path) - 1);

	(void)state;
	path[len > 0 ? len : 0] = '\0';
	do {
		char *slash = strrchr(path, '/');

		if (!slash)
			return -1;
		*slash = '\0';
		snprintf(file, sizeof(file), "%s/playbooks/vocabulary.yaml", path);
	} while (access(file, R_OK) < 0);
	vocabulary = co_vocabulary_new();
	return co_vocabulary_load(vocabulary, file, NULL, &err);
}

static int unload(void **state)
{
	(void)state;
	co_vocabulary_free(vocabulary);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_windows),
		cmocka_unit_test(test_ages),
		cmocka_unit_test(test_days),
	};

	return cmocka_run_group_tests(tests, load, unload);
}
