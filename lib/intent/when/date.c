/* SPDX-License-Identifier: Apache-2.0 */
/* Dates and months, for intent/said: "oct 30", "3rd of march", "2026-10-30", "last june". */
#include "intent/when/said.h"

#include "base/time.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const months[] = { "january", "february",  "march",	 "april",    "may",	 "june", "july",
				      "august",	 "september", "october", "november", "december", NULL };

void co_said_set_days(struct co_said_item *item, struct co_days days)
{
	item->kind = CO_SAID_DAYS;
	item->days = days;
}

void co_said_set_day(struct co_said_item *item, int64_t day)
{
	co_said_set_days(item, (struct co_days){ day, day + 1 });
}

/* A day of a month at the start of a text: "18", "18th"; 0 if there is none. */
static int day_number(const char *s, const char **rest)
{
	static const char *const endings[] = { "st", "nd", "rd", "th" };
	size_t digits = strspn(s, "0123456789"), i;
	int day = digits && digits < 3 ? (int)strtol(s, NULL, 10) : 0;

	*rest = s + digits;
	if (!day)
		return 0;
	for (i = 0; i < CO_COUNT(endings); i++)
		if (strncmp(*rest, endings[i], 2) == 0) {
			*rest += 2;
			break;
		}
	return day < 32 ? day : 0;
}

/* 2 for "18th", 1 for "18" */
static int ordinal(const struct co_token *t, int *day)
{
	const char *rest;

	*day = day_number(t->text, &rest);
	return !*day || *rest ? 0 : t->text[t->len - 1] > '9' ? 2 : 1;
}

/* "fifth" */
static int ordinal_word(const struct co_token *t, int *day)
{
	static const char *const words[] = { "first", "second",	 "third",  "fourth", "fifth",
					     "sixth", "seventh", "eighth", "ninth",  "tenth" };
	size_t i;

	for (i = 0; i < CO_COUNT(words); i++)
		if (co_token_is(t, words[i]))
			*day = (int)i + 1;
	return *day && strspn(t->text, "0123456789") == 0;
}

/* "2026-10-30", "2026-10-30T06:00:00Z" */
size_t co_said_iso(const struct co_said *r, size_t t, struct co_said_item *item)
{
	const char *s = r->s->tokens[t].name;
	char whole[CO_TIME_LEN + 1];
	int64_t at;

	if (r->s->tokens[t].len < 10 || strspn(s, "0123456789-") < 10 || s[4] != '-' || s[7] != '-')
		return 0;
	snprintf(whole, sizeof(whole), "%.16s:00Z", s);
	if (co_time_parse(&at, s) == 0 ||
	    (strlen(s) <= 17 && (!s[16] || s[16] == 'Z') && co_time_parse(&at, whole) == 0)) {
		item->kind = CO_SAID_CLOCK;
		item->utc = 2;
		item->second = at;
		return 1;
	}
	snprintf(whole, sizeof(whole), "%.10sT00:00:00Z", s);
	if (s[10] || co_time_parse(&at, whole) < 0)
		return 0;
	co_said_set_day(item, at / CO_SAID_DAY);
	return 1;
}

/* A day of the calendar; one that does not exist is none. */
static size_t set_date(struct co_said_item *item, int year, int month, int day)
{
	int64_t at;
	int y, m, d;

	if (year < 1990 || year >= 2100 || month < 1 || month > 12 || day < 1 || day > 31)
		return 0;
	at = co_days_from_date(year, month, day);
	co_date_from_days(at, &y, &m, &d);
	co_said_set_day(item, at);
	return d == day;
}

/* "20-Nov-2026", "20-nov", "20nov" */
static size_t read_written(const struct co_said *r, size_t t, struct co_said_item *item)
{
	static const char *const marks = "-/.";
	const char *s = r->s->tokens[t].text, *end;
	int day = day_number(s, &s), year;
	struct co_entry entry;
	struct co_match month;

	if (!day)
		return 0;
	s += strspn(s, marks);
	end = s + strspn(s, "abcdefghijklmnopqrstuvwxyz");
	if (end < s + 3 || co_match_word(r->v, s, (size_t)(end - s), CO_WORD_CALENDAR, &entry) < 0)
		return 0;
	month = (struct co_match){ .entry = entry };
	if (co_said_number(&month, months) < 0)
		return 0;
	if (!*end) {
		co_said_set_days(item, co_latest_date(r->today, co_said_number(&month, months) + 1, day));
		return item->days.past != 0;
	}
	year = strchr(marks, *end) && strlen(end + 1) == 4 ? (int)strtol(end + 1, NULL, 10) : 0;
	return set_date(item, year, co_said_number(&month, months) + 1, day);
}

/* "2026/10/30", "30.10.2026", "30/10/2026"; right behind "on" or "since" also "30.10." Which of two small numbers is the month is not guessed. */
size_t co_said_numeric(const struct co_said *r, size_t t, struct co_said_item *item)
{
	const char *s = r->s->tokens[t].text;
	int a, b, c = 0, n = 0;
	char one, two;

	if (read_written(r, t, item))
		return 1;
	if (r->s->tokens[t].len > 10 || *s > '9' || strspn(s, "0123456789./") != r->s->tokens[t].len)
		return 0;
	if (sscanf(s, "%4d%c%2d%c%4d%n", &a, &one, &b, &two, &c, &n) == 5 && !s[n] && one == two)
		return a > 31		    ? set_date(item, a, b, c) :
		       one == '.' || a > 12 ? set_date(item, c, b, a) :
		       b > 12		    ? set_date(item, c, a, b) :
					      0;
	if (co_token_is_any(&r->s->tokens[r->word_at], "over in"))
		return 0; /* "over 1.5 cores" */
	if (sscanf(s, "%2d/%2d%n", &a, &b, &n) == 2 && !s[n] && r->word != CO_SAID_NOTHING && t == r->word_at + 1 &&
	    !co_token_is(&r->s->tokens[r->word_at], "at")) {
		if (!(a > 12 && a < 32 && b < 13) && !(b > 12 && b < 32 && a < 13))
			return 0;
		co_said_set_days(item, a > 12 ? co_latest_date(r->today, b, a) : co_latest_date(r->today, a, b));
		return item->days.past != 0;
	}
	n = 0;
	if (sscanf(s, "%2d.%2d%n", &a, &b, &n) != 2 || s[n] || r->word == CO_SAID_NOTHING || t > r->word_at + 2 ||
	    a < 1 || a > 31 || b < 1 || b > 12)
		return 0;
	co_said_set_days(item, co_latest_date(r->today, b, a));
	return item->days.past != 0;
}

size_t co_said_year(const struct co_said *r, size_t t, int *year)
{
	if (t >= r->s->count || r->s->tokens[t].len != 4 || strspn(r->s->tokens[t].text, "0123456789") != 4)
		return 0;
	*year = (int)strtol(r->s->tokens[t].text, NULL, 10);
	return *year >= 1990 && *year < 2100;
}

size_t co_said_year_behind(const struct co_said *r, size_t t, int *year)
{
	const size_t of = t + 1 < r->s->count && co_token_is(&r->s->tokens[t], "of");
	const struct co_match *unit = t + of + 1 < r->s->count ? co_match_at(r->m, t + of + 1, CO_WORD_UNIT) : NULL;

	if (co_said_year(r, t + of, year))
		return of + 1;
	if (!co_said_is(r, t + of, "last") || !unit || strcmp(unit->entry.name, "year") != 0)
		return 0;
	co_date_from_days(r->today, year, &(int){ 0 }, &(int){ 0 });
	(*year)--;
	return of + 2;
}

/* The date, of the year that stands at t, or the latest; how many tokens that takes. */
static size_t set_day_of_month(const struct co_said *r, size_t t, int month, int day, struct co_said_item *item)
{
	int year;
	size_t n = co_said_year_behind(r, t, &year);

	co_said_set_days(item, co_latest_date(r->today, month, day));
	if (n)
		co_said_set_day(item, co_days_from_date(year, month, day));
	return n;
}

/* "oct 30", "june 17 2026", "february", "last june"; "may" and "march" alone are other words too. */
size_t co_said_month(const struct co_said *r, size_t t, struct co_said_item *item, int sure)
{
	int month = t < r->s->count ? co_said_number(co_said_calendar(r, t), months) + 1 : 0, day, year;
	size_t n = 1;

	if (!month)
		return 0;
	if (t + 2 < r->s->count && co_token_is(&r->s->tokens[t + 1], "the") &&
	    (ordinal(&r->s->tokens[t + 2], &day) || ordinal_word(&r->s->tokens[t + 2], &day)))
		n = 2; /* "october the 5th" */
	if (t + n < r->s->count && (n == 2 || ordinal(&r->s->tokens[t + n], &day))) {
		n += 1 + set_day_of_month(r, t + n + 1, month, day, item);
		return item->days.past ? n : 0;
	}
	n = co_said_year_behind(r, t + 1, &year);
	if (n) {
		co_said_set_days(item, co_month_days(year, month));
		return 1 + n;
	}
	if (month == 5 && t + 1 < r->s->count &&
	    co_token_is_any(&r->s->tokens[t + 1], "be go run have not now get take stay"))
		return 0; /* "X in lark-dev may be terminated" */
	if ((month == 5 || month == 3) && !sure && !co_said_is_meant(r, t))
		return 0;
	co_said_set_days(item, co_latest_month(r->today, month));
	return 1;
}

/* "30 oct", "3rd of march", "the 14th" */
size_t co_said_ordinal(const struct co_said *r, size_t t, struct co_said_item *item)
{
	int day, is = ordinal(&r->s->tokens[t], &day), month;
	size_t n = 1;

	if (t + 1 < r->s->count && co_token_is(&r->s->tokens[t + 1], "of"))
		n++;
	if (!is && n == 2)
		is = ordinal_word(&r->s->tokens[t], &day); /* "the first of october" */
	if (!is)
		return 0;
	month = co_said_number(co_said_calendar(r, t + n), months) + 1;
	if (month) {
		n += set_day_of_month(r, t + n + 1, month, day, item);
		return item->days.past ? n + 1 : 0;
	}
	if (is < 2)
		return 0;
	co_said_set_days(item, co_latest_of_month(r->today, day));
	return 1;
}

/* "monday the 16th", "mon, nov 16": the date says which */
size_t co_said_weekday_date(const struct co_said *r, size_t t, struct co_said_item *item)
{
	size_t at = t + 1, n;

	if (co_said_weekday(co_said_calendar(r, t)) < 0 || at >= r->s->count)
		return 0;
	if (co_token_is(&r->s->tokens[at], "the"))
		at++;
	n = at < r->s->count ? co_said_ordinal(r, at, item) : 0;
	if (!n && (n = co_said_month(r, at, item, 0)) == 1)
		n = 0;
	if (!n || item->days.past - item->days.first != 1 ||
	    co_weekday(item->days.first) != co_said_weekday(co_said_calendar(r, t)))
		return 0;
	return at + n - t;
}

/* "18-20", "18th - 20th", "18 to 20": two days of a month; how many tokens */
static size_t two_days(const struct co_said *r, size_t t, int *one, int *two)
{
	const struct co_token *tokens = r->s->tokens;
	const char *rest;
	size_t n = 0;

	*one = day_number(tokens[t].text, &rest);
	if (*one && !*rest && t + 1 < r->s->count && !tokens[t + 1].before)
		n = co_token_is_any(&tokens[t + 1], "to through thru until till and") ? 2 : 0;
	else if (*one && !*rest && t + 1 < r->s->count)
		n = tokens[t + 1].before == '-';
	if (!*one || t + n >= r->s->count || (!n && *rest != '-'))
		return 0;
	*two = day_number(n ? tokens[t + n].text : rest + 1, &rest);
	if (n == 2 && co_token_is(&tokens[t + 1], "and") && r->word != CO_SAID_BETWEEN && *two != *one + 1)
		return 0;
	return *one < *two && !*rest ? n + 1 : 0;
}

static int add_days(struct co_said *r, struct co_days days, size_t t, size_t n)
{
	struct co_said_item item = { .kind = CO_SAID_DAYS, .days = days };

	if (days.first >= days.past || r->count >= CO_SAID_ITEMS)
		return 0;
	co_said_add(r, &item, t, n);
	r->items[r->count - 1].word = r->word = CO_SAID_NOTHING; /* "from 18 to 20 november" ends */
	return (int)n;
}

/* "mon-wed", "jan-mar 2026" */
static int named_range(struct co_said *r, size_t t)
{
	const char *text = r->s->tokens[t].text, *dash = strchr(text, '-');
	struct co_match one = { 0 }, two = { 0 };
	struct co_days days;
	size_t n;
	int year;

	if (!dash || co_match_word(r->v, text, (size_t)(dash - text), CO_WORD_CALENDAR, &one.entry) < 0 ||
	    co_match_word(r->v, dash + 1, strlen(dash + 1), CO_WORD_CALENDAR, &two.entry) < 0)
		return 0;
	if (co_said_weekday(&one) >= 0 && co_said_weekday(&two) >= 0) {
		days = co_latest_weekday(r->today, co_said_weekday(&two));
		days.first -= (co_said_weekday(&two) - co_said_weekday(&one) + 7) % 7;
		return add_days(r, days, t, 1);
	}
	if (co_said_number(&one, months) < 0 || co_said_number(&two, months) < co_said_number(&one, months))
		return 0;
	n = co_said_year_behind(r, t + 1, &year);
	if (!n)
		co_date_from_days(co_latest_month(r->today, co_said_number(&two, months) + 1).first, &year, &(int){ 0 },
				  &(int){ 0 });
	days.first = co_month_days(year, co_said_number(&one, months) + 1).first;
	days.past = co_month_days(year, co_said_number(&two, months) + 1).past;
	return add_days(r, days, t, 1 + n);
}

int co_said_day_range(struct co_said *r, size_t t)
{
	int month = co_said_number(co_said_calendar(r, t), months) + 1, one, two;
	size_t n = month && t + 1 < r->s->count ? two_days(r, t + 1, &one, &two) : 0, at = t + 1 + n;
	struct co_said_item first;

	if (!n) {
		n = two_days(r, t, &one, &two);
		if (!n)
			return named_range(r, t);
		at = t + n;
		if (at < r->s->count && co_token_is(&r->s->tokens[at], "of"))
			at++;
		month = co_said_number(co_said_calendar(r, at), months) + 1;
		if (!month)
			return 0;
		at++;
	}
	at += set_day_of_month(r, at, month, one, &first);
	return add_days(r, (struct co_days){ first.days.first, first.days.first + two - one + 1 }, t, at - t);
}
