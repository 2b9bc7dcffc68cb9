/* SPDX-License-Identifier: Apache-2.0 */
/* Parts of a period, and weeks by what they are of, for intent/said: "first 10 days of november", "late last week", "week 46". */
#include "intent/when/said.h"

#include <stdlib.h>
#include <string.h>

/* "october", "last week", "this month" */
static size_t read_period(const struct co_said *r, size_t t, struct co_said_item *item)
{
	const struct co_match *which = co_said_calendar(r, t);
	const int last = which && co_match_is(which, "last");
	size_t at = which ? which->last + 1 : t;
	const struct co_match *unit = at < r->s->count ? co_match_at(r->m, at, CO_WORD_UNIT) : NULL;

	if (which && (last || co_match_is(which, "this")) && unit &&
	    co_said_unit_days(r, unit->entry.name, last ? -1 : 0, item))
		return at + 1 - t;
	return co_said_month(r, t, item, 1);
}

static int64_t length(const struct co_said_item *item)
{
	return item->days.past - item->days.first;
}

/* "first week of august", "last 10 days of october", "first 3 days of last week", "last quarter of 2025" */
static size_t read_counted(const struct co_said *r, size_t t, struct co_said_item *item)
{
	static const char *const which[] = { "first", "second", "third", "fourth", "1st", "2nd", "3rd", "4th", "last" };
	const struct co_match *unit;
	int64_t count = 1, days;
	size_t i, n = 1, of;
	int year;

	for (i = 0; i < CO_COUNT(which) && !co_token_is(&r->s->tokens[t], which[i]); i++)
		;
	if (i == CO_COUNT(which))
		return 0;
	n += (size_t)co_number_read(r->s, r->m, t + 1, &count);
	unit = t + n < r->s->count ? co_match_at(r->m, t + n, CO_WORD_UNIT) : NULL;
	days = !unit				  ? 0 :
	       strcmp(unit->entry.name, "w") == 0 ? 7 * count :
	       strcmp(unit->entry.name, "d") == 0 ? count :
						    0;
	n++;
	if (i == 8 && unit && strcmp(unit->entry.name, "quarter") == 0 && (of = co_said_year_behind(r, t + n, &year))) {
		co_said_set_days(item, (struct co_days){ co_month_days(year, 10).first, co_month_days(year, 12).past });
		return n + of;
	}
	of = t + n < r->s->count && co_token_is_any(&r->s->tokens[t + n], "of in");
	n += of;
	of = days > 0 && (of || days == 7) ? read_period(r, t + n, item) : 0;
	if (!of || length(item) <= days)
		return 0;
	item->days.first = i == 8 ? item->days.past - days : item->days.first + (int64_t)(i % 4) * days;
	item->days.past = item->days.first + days;
	return n + of;
}

/* "the first half of november" */
static size_t read_half(const struct co_said *r, size_t t, struct co_said_item *item)
{
	const struct co_match *m = co_said_calendar(r, t);
	int second = m && co_match_is(m, "h2");
	size_t at, n;

	if (!second && !(m && co_match_is(m, "h1")))
		return 0;
	at = m->last + 1;
	if (at < r->s->count && co_token_is(&r->s->tokens[at], "of"))
		at++;
	n = co_said_month(r, at, item, 1);
	if (!n || item->days.past - item->days.first < 28)
		return 0;
	if (second)
		item->days.first += 15;
	else
		item->days.past = item->days.first + 15;
	return at + n - t;
}

/* "why was the backup late last week", "it ran late last week": no time of the week */
static int is_told(const struct co_said *r, size_t t)
{
	size_t i;

	for (i = t; i-- > 0 && !r->s->tokens[i + 1].before && co_token_is(&r->s->tokens[t], "late");)
		if (co_token_is_any(&r->s->tokens[i],
				    "is was are were be been so too came comes arrived ran runs run finished"))
			return 1;
	return t > 0 && !r->s->tokens[t].before && co_match_at(r->m, t - 1, CO_WORD_UNIT);
}

/* Of a week three days, of a month ten, or what is left; "since mid october" is since the 15th. */
static void take_third(struct co_said_item *item, int third, int since)
{
	const int week = length(item) == 7;
	const int64_t start = item->days.first;

	item->days.first += third * (week ? 2 : 10) + (since && !week && third == 1 ? 4 : 0);
	if (third < 2)
		item->days.past = start + (week ? third * 2 + 3 : third * 10 + 10);
}

/* "early november", "late last week", "the end of october" */
static size_t read_third(const struct co_said *r, size_t t, struct co_said_item *item)
{
	static const struct {
		const char *word;
		int third, noun; /* a noun has "of" behind it */
	} words[] = { { "early", 0, 0 },  { "start", 0, 1 }, { "beginning", 0, 1 }, { "mid", 1, 0 },
		      { "middle", 1, 1 }, { "late", 2, 0 },  { "end", 2, 1 } };
	size_t i, n = 1;

	for (i = 0; i < CO_COUNT(words) && !co_token_is(&r->s->tokens[t], words[i].word); i++)
		;
	if (i == CO_COUNT(words) || is_told(r, t) || t + 1 >= r->s->count)
		return 0;
	if (co_token_is_any(&r->s->tokens[t + 1], "of in"))
		n++;
	if (n == 1 && words[i].noun)
		return 0;
	n += read_period(r, t + n, item);
	if (item->kind != CO_SAID_DAYS || (length(item) != 7 && (length(item) < 28 || length(item) > 31)))
		return 0;
	take_third(item, words[i].third, r->word == CO_SAID_SINCE);
	return n;
}

/* "nov 9", "the 9th", "9.11.", as one day */
static size_t read_date(const struct co_said *r, size_t t, struct co_said_item *item)
{
	size_t n;

	if (t < r->s->count && co_token_is(&r->s->tokens[t], "the")) {
		n = t + 1 < r->s->count ? read_date(r, t + 1, item) : 0;
		return n ? 1 + n : 0;
	}
	n = t < r->s->count ? co_said_weekday_date(r, t, item) : 0;
	n = n || t >= r->s->count ? n : co_said_month(r, t, item, 1);
	n = n || t >= r->s->count ? n : co_said_ordinal(r, t, item);
	n = n || t >= r->s->count ? n : co_said_numeric(r, t, item);
	n = n || t >= r->s->count ? n : co_said_iso(r, t, item);
	return n && item->kind == CO_SAID_DAYS && length(item) == 1 ? n : 0;
}

/* "week of nov 9", "week ending nov 15", "the weekend of the 14th" */
static size_t read_week_of(const struct co_said *r, size_t t, struct co_said_item *item)
{
	const int weekend = co_said_is(r, t, "weekend");
	size_t at = weekend ? co_said_calendar(r, t)->last + 1 : t + 1, n;

	if (at + 1 >= r->s->count || !(weekend || co_token_is(&r->s->tokens[t], "week")) ||
	    !co_token_is_any(&r->s->tokens[at], "of from starting beginning commencing ending"))
		return 0;
	n = read_date(r, at + 1, item);
	if (!n)
		return 0;
	if (co_token_is(&r->s->tokens[at], "ending"))
		item->days.first -= 6;
	else
		co_said_set_days(item, co_week_days(item->days.first));
	if (weekend)
		item->days.first += 5;
	return at + 1 + n - t;
}

/* "week 46", "calendar week 46", "kw46", by ISO 8601 */
static size_t read_week_number(const struct co_said *r, size_t t, struct co_said_item *item)
{
	const struct co_token *tokens = r->s->tokens;
	int64_t week;
	size_t n = 2;
	char *end;

	if (co_token_is(&tokens[t], "calendar")) {
		n = t + 1 < r->s->count ? read_week_number(r, t + 1, item) : 0;
		return n ? 1 + n : 0;
	}
	if (strncmp(tokens[t].text, "cw", 2) == 0 || strncmp(tokens[t].text, "kw", 2) == 0 ||
	    strncmp(tokens[t].text, "wk", 2) == 0) {
		week = strtoll(tokens[t].text + 2, &end, 10);
		n = *end || !tokens[t].text[2] ? 2 : 1;
	}
	if (n == 2 && (!co_token_is_any(&tokens[t], "week cw kw wk") || !co_number_read(r->s, r->m, t + 1, &week) ||
		       tokens[t + 1].before))
		return 0;
	if (week < 1 || week > 53 || (t + n < r->s->count && co_token_is(&tokens[t + n], "of")))
		return 0;
	co_said_set_days(item, co_iso_week_days(r->today, (int)week));
	return n;
}

size_t co_said_period(const struct co_said *r, size_t t, struct co_said_item *item)
{
	const size_t the = t + 1 < r->s->count && co_token_is(&r->s->tokens[t], "the");
	size_t n = read_counted(r, t + the, item);

	n = n ? n + the : read_half(r, t, item);
	n = n ? n : read_third(r, t, item);
	n = n ? n : read_week_of(r, t, item);
	return n ? n : read_week_number(r, t, item);
}
