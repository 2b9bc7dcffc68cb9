/* SPDX-License-Identifier: Apache-2.0 */
/*
 * intent/said: the first half of intent/when: which days, clock times and amounts of
 * time are said, each with the word before it ("since", "between").
 */
#ifndef CO_INTENT_SAID_H
#define CO_INTENT_SAID_H

#include "intent/when/calendar.h"

enum { CO_SAID_NEAR = 4 }; /* tokens between a word and the time it is of */
enum { CO_SAID_MINUTE = 60, CO_SAID_HOUR = 3600, CO_SAID_DAY = 86400, CO_SAID_ITEMS = 8 };

enum co_said_kind { CO_SAID_DAYS, CO_SAID_CLOCK, CO_SAID_PART, CO_SAID_AMOUNT };

enum co_said_word {
	CO_SAID_NOTHING,
	CO_SAID_SINCE,
	CO_SAID_AFTER,
	CO_SAID_UNTIL,
	CO_SAID_AT,
	CO_SAID_BETWEEN,
	CO_SAID_FROM,
	CO_SAID_FOR,
	CO_SAID_IN,
	CO_SAID_WITHIN,
	CO_SAID_OLDER,
	CO_SAID_EVERY,
};

struct co_said_item {
	enum co_said_kind kind;
	enum co_said_word word;	     /* before it */
	struct co_days days; /* of days */
	int weekday;	     /* days: a day by its name */
	int64_t second;	     /* clock: of the day; whole time for utc 2 */
	int utc;	     /* clock: 1 said in a zone of its own, 2 a whole time */
	int zone;	     /* clock: minutes east of UTC, for utc 1 */
	int bare;	     /* clock: a number without am, pm or minutes */
	int64_t from, to;    /* part: seconds of the day; from may be negative */
	int64_t seconds;     /* of an amount */
	char text[CO_AMOUNT_TEXT]; /* of an amount: "90d" */
	int past, next;	     /* amount: "last 3 days", "3 days ago"; "next 3 days" */
	size_t first, last;
};

struct co_said {
	struct co_sentence *s;
	const struct co_matches *m;
	const struct co_vocabulary *v;
	const struct co_zone *zone;
	int64_t now, today;
	struct co_said_item items[CO_SAID_ITEMS];
	size_t count;
	enum co_said_word word;
	size_t word_first, word_at; /* its tokens */
	int negated;   /* "not rotated for 90 days" */
	size_t every;  /* token of the time behind "each"; 0 if none */
	size_t versus; /* token of "versus", "than"; count of tokens if none */
};

/* Fills items from the sentence, and marks their tokens USED; s, m, v, zone, now and today are the caller's. */
void co_said_collect(struct co_said *said);

/* "compare this week with last week", "this week versus last week" */
int co_said_compares(const struct co_said *r);

/* The nth item of a kind; NULL past the last. */
const struct co_said_item *co_said_find(const struct co_said *r, enum co_said_kind kind, size_t nth);

/* "two weeks ago on tuesday", "at 6 yesterday evening": which day, which half of it. After comparisons are read. */
void co_said_settle(struct co_said *r);

/* The rest is for the readers of times, and some for when.c. Readers fill *item from token t on and return how many tokens it takes; 0: none. */
const struct co_match *co_said_calendar(const struct co_said *r, size_t t);
int co_said_is(const struct co_said *r, size_t t, const char *name);

/* 0 for Monday ... 6, if the match is one; -1. */
int co_said_weekday(const struct co_match *m);

/* Which of the names a match stands for; -1. */
int co_said_number(const struct co_match *m, const char *const *names);

/* Is a number, or "may", a year or a month here: behind a word of time or "of", or beside "versus"? */
int co_said_is_meant(const struct co_said *r, size_t t);

void co_said_set_days(struct co_said_item *item, struct co_days days);
void co_said_set_day(struct co_said_item *item, int64_t day);
void co_said_join(struct co_said *r); /* "monday to wednesday last week"; last of co_said_collect */
void co_said_add(struct co_said *r, struct co_said_item *item, size_t t, size_t n);

/* The calendar period of a unit: 0 this one, -1 the one before, -2 the one before that; 1, or 0 if there is none. */
int co_said_unit_days(const struct co_said *r, const char *unit, int which, struct co_said_item *item);

/* "3 hours", "1.5 h", "2 days ago"; set_amount returns 0 if it is no unit of time. */
size_t co_said_amount(const struct co_said *r, size_t t, struct co_said_item *item);
int co_said_set_amount(struct co_said_item *item, int64_t count, const char *unit);

size_t co_said_hour(const struct co_said *r, size_t t, struct co_said_item *item); /* "at 14h", "8h15", "1430 hrs", before an amount is looked for */
size_t co_said_clock(const struct co_said *r, size_t t, struct co_said_item *item);
int co_said_clock_range(struct co_said *r, size_t t); /* adds both ends; 1, or 0 */
size_t co_said_numeric(const struct co_said *r, size_t t, struct co_said_item *item);
size_t co_said_period(const struct co_said *r, size_t t, struct co_said_item *item); /* parts of a month, weeks by their number */
int co_said_day_range(struct co_said *r, size_t t); /* "nov 18-20", "mon-wed": the same */
size_t co_said_weekday_date(const struct co_said *r, size_t t, struct co_said_item *item);
size_t co_said_iso(const struct co_said *r, size_t t, struct co_said_item *item);
size_t co_said_year(const struct co_said *r, size_t t, int *year);
size_t co_said_year_behind(const struct co_said *r, size_t t, int *year); /* "2025", "of 2025", "last year", behind a month */
size_t co_said_ordinal(const struct co_said *r, size_t t, struct co_said_item *item);

/* sure: also "may" and "march", that are other words too. */
size_t co_said_month(const struct co_said *r, size_t t, struct co_said_item *item, int sure);

#endif
