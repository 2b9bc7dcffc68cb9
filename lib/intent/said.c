/* SPDX-License-Identifier: Apache-2.0 */
#include "intent/said.h"

#include "base/time.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NEAR = 4 };

static const struct co_match *calendar(const struct co_said *r, size_t t)
{
	return t < r->s->count ? co_match_at(r->m, t, CO_WORD_CALENDAR) : NULL;
}

static int calendar_is(const struct co_said *r, size_t t, const char *name)
{
	const struct co_match *m = calendar(r, t);

	return m && co_match_is(m, name);
}

static int number_of(const struct co_match *m, const char *const *names)
{
	int i;

	for (i = 0; m && names[i]; i++)
		if (co_match_is(m, names[i]))
			return i;
	return -1;
}

static const char *const months[] = { "january",  "february", "march",	"april",     "may",
				      "june",	  "july",     "august", "september", "october",
				      "november", "december", NULL };
static const char *const weekdays[] = { "monday", "tuesday",  "wednesday", "thursday",
					"friday", "saturday", "sunday",	   NULL };
static const char *const parts[] = { "night", "morning", "afternoon", "evening", NULL };

/* ---- amounts */

static int set_amount(struct co_said_item *item, int64_t count, const char *unit)
{
	item->seconds = co_amount_seconds(count, unit);
	if (!item->seconds)
		return 0;
	item->kind = CO_SAID_AMOUNT;
	return co_amount_text(count, unit, item->text);
}

static size_t read_amount(const struct co_said *r, size_t t, struct co_said_item *item)
{
	struct co_entry unit;
	int64_t count;
	size_t n = co_amount_read(r->s, r->m, r->v, t, &count, &unit);

	if (!n || strcmp(unit.class, "time") != 0 || !set_amount(item, count, unit.name))
		return 0;
	if (calendar_is(r, t + n, "ago")) {
		item->past = 1;
		n += calendar(r, t + n)->last + 1 - (t + n);
	}
	return n;
}

/* ---- clock times */

/* Exactly two digits, as a number; -1 if they are none. */
static int two_digits(const char *s)
{
	if (s[0] < '0' || s[0] > '9' || s[1] < '0' || s[1] > '9' || (s[2] >= '0' && s[2] <= '9'))
		return -1;
	return (s[0] - '0') * 10 + s[1] - '0';
}

/* Hours and minutes out of "7", "7am", "10:45", "10:45:30", "22:10z"; what is left goes to *rest. */
static int parse_clock(const char *s, int64_t *second, int *bare, const char **rest)
{
	size_t digits = strspn(s, "0123456789");
	int64_t hour, minute = 0, sec = 0;

	if (!digits || digits > 2)
		return 0;
	hour = strtoll(s, NULL, 10);
	*bare = s[digits] != ':';
	s += digits;
	if (*s == ':') {
		minute = two_digits(s + 1);
		if (minute < 0)
			return 0;
		s += 3;
		if (*s == ':' && two_digits(s + 1) >= 0) {
			sec = two_digits(s + 1);
			s += 3;
		}
	}
	*second = hour * CO_SAID_HOUR + minute * CO_SAID_MINUTE + sec;
	*rest = s;
	return hour <= 24 && minute < 60 && sec < 60;
}

static int half_of_day(const char *s)
{
	return strcmp(s, "am") == 0 || strcmp(s, "a.m") == 0   ? 1
	       : strcmp(s, "pm") == 0 || strcmp(s, "p.m") == 0 ? 2
							       : 0;
}

static void set_half(struct co_said_item *item, int half)
{
	item->bare = 0;
	if (half == 1 && item->second >= 12 * CO_SAID_HOUR)
		item->second -= 12 * CO_SAID_HOUR;
	if (half == 2 && item->second < 12 * CO_SAID_HOUR)
		item->second += 12 * CO_SAID_HOUR;
}

/* "half past 8", "quarter to 9" */
static size_t read_spoken_clock(const struct co_said *r, size_t t, struct co_said_item *item)
{
	const struct co_token *at = &r->s->tokens[t];
	int64_t hour, minutes = co_token_is(at, "half") ? 30 : co_token_is(at, "quarter") ? 15 : 0;
	int to;

	if (!minutes || t + 2 >= r->s->count || !co_number_read(r->s, r->m, t + 2, &hour) || hour > 24)
		return 0;
	to = co_token_is(at + 1, "to");
	if (!to && !co_token_is(at + 1, "past"))
		return 0;
	item->second = hour * CO_SAID_HOUR + (to ? -minutes : minutes) * CO_SAID_MINUTE;
	return 3;
}

static size_t read_clock(const struct co_said *r, size_t t, struct co_said_item *item)
{
	const struct co_sentence *s = r->s;
	const char *rest;
	size_t n = 1;

	item->kind = CO_SAID_CLOCK;
	if (calendar_is(r, t, "noon") || calendar_is(r, t, "midnight")) {
		item->second = calendar_is(r, t, "noon") ? 12 * CO_SAID_HOUR : 0;
		return 1;
	}
	n = read_spoken_clock(r, t, item);
	if (n)
		return n;
	n = 1;
	if (!parse_clock(s->tokens[t].text, &item->second, &item->bare, &rest))
		return 0;
	if (*rest && half_of_day(rest))
		set_half(item, half_of_day(rest));
	else if (*rest && (strcmp(rest, "z") == 0 || strcmp(rest, "utc") == 0))
		item->utc = 1;
	else if (*rest)
		return 0;
	else if (t + n < s->count && half_of_day(s->tokens[t + n].text))
		set_half(item, half_of_day(s->tokens[t + n++].text));
	else if (t + n < s->count && co_token_is(&s->tokens[t + n], "oclock")) {
		item->bare = 0;
		n++;
	}
	if (t + n < s->count &&
	    (co_token_is(&s->tokens[t + n], "utc") || co_token_is(&s->tokens[t + n], "gmt"))) {
		item->utc = 1;
		item->bare = 0;
		n++;
	}
	if (item->bare && r->word != CO_SAID_AT && r->word != CO_SAID_BETWEEN && r->word != CO_SAID_SINCE &&
	    r->word != CO_SAID_AFTER && r->word != CO_SAID_FROM)
		return 0;
	return n;
}

/* ---- days */

static void set_days(struct co_said_item *item, struct co_days days)
{
	item->kind = CO_SAID_DAYS;
	item->days = days;
}

static void set_day(struct co_said_item *item, int64_t day)
{
	set_days(item, (struct co_days){ day, day + 1 });
}

static int ordinal(const struct co_token *t, int *day)
{
	size_t digits = strspn(t->text, "0123456789");
	const char *end = t->text + digits;

	if (!digits || digits > 2)
		return 0;
	*day = (int)strtol(t->text, NULL, 10);
	if (*day < 1 || *day > 31)
		return 0;
	return strcmp(end, "st") == 0 || strcmp(end, "nd") == 0 || strcmp(end, "rd") == 0 ||
			       strcmp(end, "th") == 0
		       ? 2
		       : !*end;
}

/* "2026-10-30", "2026-10-30T06:00:00Z" */
static size_t read_iso(const struct co_said *r, size_t t, struct co_said_item *item)
{
	const char *s = r->s->tokens[t].name;
	char whole[CO_TIME_LEN + 1];
	int64_t at;

	if (r->s->tokens[t].len < 10 || strspn(s, "0123456789-") < 10 || s[4] != '-' || s[7] != '-')
		return 0;
	if (co_time_parse(&at, s) == 0) {
		item->kind = CO_SAID_CLOCK;
		item->utc = 2;
		item->second = at;
		return 1;
	}
	snprintf(whole, sizeof(whole), "%.10sT00:00:00Z", s);
	if (s[10] || co_time_parse(&at, whole) < 0)
		return 0;
	set_day(item, at / CO_SAID_DAY);
	return 1;
}

static size_t year_at(const struct co_said *r, size_t t, int *year)
{
	if (t >= r->s->count || r->s->tokens[t].len != 4 || strspn(r->s->tokens[t].text, "0123456789") != 4)
		return 0;
	*year = (int)strtol(r->s->tokens[t].text, NULL, 10);
	return *year >= 1990 && *year < 2100;
}

/* "oct 30", "june 17 2026", "february", "last june"; "may" and "march" alone are other words too. */
static size_t read_month(const struct co_said *r, size_t t, struct co_said_item *item, int sure)
{
	int month = number_of(calendar(r, t), months) + 1, day, year;
	size_t n = 1;

	if (!month)
		return 0;
	if (t + 1 < r->s->count && ordinal(&r->s->tokens[t + 1], &day)) {
		n = 2;
		set_days(item, co_latest_date(r->today, month, day));
		if (year_at(r, t + 2, &year)) {
			set_day(item, co_days_from_date(year, month, day));
			n = 3;
		}
		return item->days.past ? n : 0;
	}
	if (year_at(r, t + 1, &year)) {
		set_days(item, co_month_days(year, month));
		return 2;
	}
	sure |= r->word != CO_SAID_NOTHING || r->versus == t - 1 || calendar_is(r, t + 1, "versus");
	if (!sure && (month == 5 || month == 3))
		return 0;
	set_days(item, co_latest_month(r->today, month));
	return 1;
}

/* "30 oct", "3rd of march", "the 14th" */
static size_t read_ordinal(const struct co_said *r, size_t t, struct co_said_item *item)
{
	int day, is = ordinal(&r->s->tokens[t], &day), month, year;
	size_t n = 1;

	if (!is)
		return 0;
	if (t + 1 < r->s->count && co_token_is(&r->s->tokens[t + 1], "of"))
		n++;
	month = number_of(calendar(r, t + n), months) + 1;
	if (month) {
		set_days(item, co_latest_date(r->today, month, day));
		if (year_at(r, t + n + 1, &year)) {
			set_day(item, co_days_from_date(year, month, day));
			n++;
		}
		return item->days.past ? n + 1 : 0;
	}
	if (is < 2)
		return 0;
	set_days(item, co_latest_of_month(r->today, day));
	return 1;
}

static struct co_days latest_weekend(const struct co_said *r)
{
	int64_t sunday = co_latest_weekday(r->today, 6).first;

	return (struct co_days){ sunday - 1, sunday + 1 };
}

/* The calendar period of a unit: 0 this one, -1 the one before. */
static int unit_days(const struct co_said *r, const char *unit, int which, struct co_said_item *item)
{
	int year, month, day;

	co_date_from_days(r->today, &year, &month, &day);
	if (strcmp(unit, "d") == 0)
		set_day(item, r->today + which);
	else if (strcmp(unit, "w") == 0)
		set_days(item, co_week_days(r->today + which * 7));
	else if (strcmp(unit, "month") == 0)
		set_days(item, co_month_days(year, month + which));
	else if (strcmp(unit, "quarter") == 0)
		set_days(item, co_quarter_days(r->today, which));
	else if (strcmp(unit, "year") == 0)
		set_days(item, (struct co_days){ co_days_from_date(year + which, 1, 1),
						  co_days_from_date(year + which + 1, 1, 1) });
	else
		return 0;
	return 1;
}

static void set_last_night(struct co_said_item *item)
{
	*item = (struct co_said_item){ .kind = CO_SAID_PART, .from = -6 * CO_SAID_HOUR, .to = 6 * CO_SAID_HOUR };
}

static size_t read_part(const struct co_said *r, size_t t, struct co_said_item *item)
{
	int part = number_of(calendar(r, t), parts);

	if (calendar_is(r, t, "overnight")) {
		set_last_night(item);
		return 1;
	}
	if (part == 0 && t > 0 && calendar_is(r, t - 1, "yesterday")) {
		*item = (struct co_said_item){ .kind = CO_SAID_PART, .from = 18 * CO_SAID_HOUR, .to = 30 * CO_SAID_HOUR };
		return 1;
	}
	if (part < 0)
		return 0;
	item->kind = CO_SAID_PART;
	item->from = part * 6 * CO_SAID_HOUR;
	item->to = item->from + 6 * CO_SAID_HOUR;
	return 1;
}

/* After "last", "past", "this", "next". */
static size_t read_after_which(const struct co_said *r, size_t t, const char *which,
			       struct co_said_item *item)
{
	const struct co_match *unit = t < r->s->count ? co_match_at(r->m, t, CO_WORD_UNIT) : NULL;
	int last = strcmp(which, "last") == 0, past = strcmp(which, "past") == 0,
	    next = strcmp(which, "next") == 0;
	int weekday = number_of(calendar(r, t), weekdays);
	size_t n = read_amount(r, t, item);

	if (n && strcmp(which, "this") != 0) {
		item->past = last || past;
		item->next = next;
		return n;
	}
	if (unit && strcmp(unit->entry.class, "time") == 0) {
		if (!past && !next && unit_days(r, unit->entry.name, last ? -1 : 0, item))
			return 1;
		if (strcmp(which, "this") == 0 || !set_amount(item, 1, unit->entry.name))
			return 0;
		item->past = !next;
		item->next = next;
		return 1;
	}
	if (next)
		return 0;
	if (last && calendar_is(r, t, "night")) {
		set_last_night(item);
		return 1;
	}
	if (weekday >= 0) {
		set_days(item, co_latest_weekday(r->today, weekday));
		return 1;
	}
	if (calendar_is(r, t, "weekend")) {
		set_days(item, latest_weekend(r));
		return 1;
	}
	n = read_part(r, t, item);
	return n ? n : read_month(r, t, item, 1);
}

static void set_quarter(struct co_said_item *item, int year, int quarter)
{
	set_days(item, (struct co_days){ co_month_days(year, quarter * 3 - 2).first, co_month_days(year, quarter * 3).past });
}

/* "since the start of the week", "week to date" */
static size_t read_to_date(const struct co_said *r, size_t t, struct co_said_item *item)
{
	static const char *const periods[] = { "day-to-date", "week-to-date", "month-to-date", "quarter-to-date",
					       "year-to-date", NULL };
	static const char *const units[] = { "d", "w", "month", "quarter", "year" };
	const struct co_match *m = calendar(r, t);
	int period = number_of(m, periods);

	return period >= 0 && unit_days(r, units[period], 0, item) ? m->last + 1 - t : 0;
}

/* "the week before", after another period: the one that ends where that begins. "the week before last" */
static size_t read_before(const struct co_said *r, size_t t, struct co_said_item *item)
{
	const struct co_match *unit = t < r->s->count ? co_match_at(r->m, t, CO_WORD_UNIT) : NULL;
	const struct co_said_item *first = r->count && r->items[0].kind == CO_SAID_DAYS ? &r->items[0] : NULL;
	int year, month, day;

	if (!unit || strcmp(unit->entry.class, "time") != 0 || t + 1 >= r->s->count || !co_token_is(&r->s->tokens[t + 1], "before"))
		return 0;
	if (calendar_is(r, t + 2, "last"))
		return unit_days(r, unit->entry.name, -2, item) ? 3 : 0;
	if (!first || r->versus == r->s->count)
		return 0;
	co_date_from_days(first->days.first, &year, &month, &day);
	if (strcmp(unit->entry.name, "month") == 0)
		set_days(item, co_month_days(year, month - 1));
	else if (strcmp(unit->entry.name, "quarter") == 0)
		set_days(item, (struct co_days){ co_month_days(year, month - 3).first, first->days.first });
	else if (strcmp(unit->entry.name, "year") == 0)
		set_days(item, (struct co_days){ co_days_from_date(year - 1, 1, 1), co_days_from_date(year, 1, 1) });
	else
		set_days(item, (struct co_days){ first->days.first - (strcmp(unit->entry.name, "w") == 0 ? 7 : 1), first->days.first });
	return 2;
}

static size_t read_day(const struct co_said *r, size_t t, struct co_said_item *item)
{
	const struct co_match *m = calendar(r, t);
	int weekday = number_of(m, weekdays), year;
	char quarter[] = "q1";

	for (; quarter[1] <= '4'; quarter[1]++) {
		if (m && co_match_is(m, quarter)) {
			set_days(item, co_quarter_days(r->today, quarter[1] - '0'));
			if (year_at(r, m->last + 1, &year)) {
				set_quarter(item, year, quarter[1] - '0');
				return m->last + 2 - t;
			}
			return m->last + 1 - t;
		}
	}
	if (weekday >= 0) {
		set_days(item, co_latest_weekday(r->today, weekday));
		return 1;
	}
	if (m && co_match_is(m, "today"))
		set_day(item, r->today);
	else if (m && co_match_is(m, "yesterday"))
		set_day(item, r->today - 1);
	else if (m && co_match_is(m, "before-yesterday"))
		set_day(item, r->today - 2);
	else if (m && co_match_is(m, "weekend"))
		set_days(item, latest_weekend(r));
	else if (r->word == CO_SAID_IN && year_at(r, t, &year)) {
		set_days(item, (struct co_days){ co_days_from_date(year, 1, 1),
						  co_days_from_date(year + 1, 1, 1) });
		return 1;
	} else
		return 0;
	return m->last + 1 - t;
}

/* ---- putting it together */

static size_t read_item(const struct co_said *r, size_t t, struct co_said_item *item)
{
	static const char *const whiches[] = { "last", "past", "this", "next", NULL };
	int which = number_of(calendar(r, t), whiches);
	size_t n, skip;

	memset(item, 0, sizeof(*item));
	if (which >= 0) {
		skip = calendar(r, t)->last + 1 - t;
		n = read_after_which(r, t + skip, whiches[which], item);
		return n ? n + skip : 0;
	}
	n = read_before(r, t, item);
	n = n ? n : read_amount(r, t, item);
	n = n ? n : read_to_date(r, t, item);
	n = n ? n : read_day(r, t, item);
	n = n ? n : read_month(r, t, item, 0);
	n = n ? n : read_ordinal(r, t, item);
	n = n ? n : read_part(r, t, item);
	n = n ? n : read_iso(r, t, item);
	return n ? n : read_clock(r, t, item);
}

static enum co_said_word word_of(const struct co_match *m)
{
	static const char *const names[] = { "since", "after", "until",	 "at",	  "between", "from",
					     "for",   "in",    "within", "older", "every",   NULL };

	return (enum co_said_word)(number_of(m, names) + 1);
}

/* "since the rollout at 10:45" is since; "from 8 to 9" is from. */
static void take_word(struct co_said *r, const struct co_match *m)
{
	enum co_said_word word = word_of(m);
	int near = r->word != CO_SAID_NOTHING && m->first <= r->word_at + NEAR;

	if (co_match_is(m, "versus"))
		r->versus = m->last;
	if (co_match_is(m, "not"))
		r->negated = 1;
	if (word == CO_SAID_NOTHING)
		return;
	if (near && (word == CO_SAID_AT || word == CO_SAID_IN) &&
	    (r->word == CO_SAID_SINCE || r->word == CO_SAID_AFTER ||
	     (r->word == CO_SAID_UNTIL && !co_token_is(&r->s->tokens[r->word_at], "to"))))
		word = r->word;
	if (near && word == CO_SAID_UNTIL && r->word == CO_SAID_FROM)
		word = CO_SAID_BETWEEN;
	r->word = word;
	r->word_first = m->first;
	r->word_at = m->last;
}

static void mark_used(struct co_sentence *s, size_t first, size_t last)
{
	for (; first <= last && first < s->count; first++)
		s->tokens[first].flags |= CO_TOKEN_USED;
}

static void add_item(struct co_said *r, struct co_said_item *item, size_t t, size_t n)
{
	int near = r->word != CO_SAID_NOTHING && t <= r->word_at + NEAR;

	item->word = near ? r->word : CO_SAID_NOTHING;
	item->first = near && t <= r->word_at + 2 ? r->word_first : t;
	item->last = t + n - 1;
	if (item->word == CO_SAID_EVERY)
		return;
	if (item->kind == CO_SAID_AMOUNT && !item->past && !item->next && item->word == CO_SAID_NOTHING)
		return;
	r->items[r->count++] = *item;
	mark_used(r->s, item->first, item->last);
	if (r->word == CO_SAID_BETWEEN || r->word == CO_SAID_FROM)
		r->word_first = r->word_at = item->last; /* its other end follows */
	else
		r->word = CO_SAID_NOTHING;
}

/* "8:15-8:40" in one token. */
static int read_clock_range(struct co_said *r, size_t t)
{
	const char *text = r->s->tokens[t].text, *dash = strchr(text, '-'), *rest;
	struct co_said_item one = { .kind = CO_SAID_CLOCK }, two = { .kind = CO_SAID_CLOCK };
	size_t n = 1;

	if (!dash || !parse_clock(text, &one.second, &one.bare, &rest) || rest != dash ||
	    !parse_clock(dash + 1, &two.second, &two.bare, &rest) || r->count + 2 > CO_SAID_ITEMS)
		return 0;
	if (!*rest && t + 1 < r->s->count)
		rest = half_of_day(r->s->tokens[t + 1].text) ? r->s->tokens[t + 1].text : "";
	if (half_of_day(rest))
		set_half(&two, half_of_day(rest));
	else if (*rest || !strchr(text, ':'))
		return 0;
	r->word = CO_SAID_BETWEEN;
	r->word_first = r->word_at = t;
	add_item(r, &one, t, n);
	add_item(r, &two, t, n);
	return 1;
}

void co_said_collect(struct co_said *r)
{
	struct co_said_item item;
	size_t t, n;

	for (t = 0; t < r->s->count && r->count < CO_SAID_ITEMS; t += n) {
		const struct co_match *m = calendar(r, t);

		n = 1;
		if (r->s->tokens[t].flags & CO_TOKEN_FOREIGN)
			continue;
		if (r->word != CO_SAID_NOTHING && t > r->word_at + NEAR)
			r->word = CO_SAID_NOTHING;
		if (m &&
		    (word_of(m) != CO_SAID_NOTHING || co_match_is(m, "versus") || co_match_is(m, "not"))) {
			take_word(r, m);
			n = m->last + 1 - t;
			continue;
		}
		if (read_clock_range(r, t))
			continue;
		n = read_item(r, t, &item);
		if (n)
			add_item(r, &item, t, n);
		else
			n = 1;
	}
}
