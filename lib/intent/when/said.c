/* SPDX-License-Identifier: Apache-2.0 */
#include "intent/when/said.h"

#include "base/time.h"

#include <string.h>

const struct co_match *co_said_calendar(const struct co_said *r, size_t t)
{
	return t < r->s->count ? co_match_at(r->m, t, CO_WORD_CALENDAR) : NULL;
}

int co_said_is(const struct co_said *r, size_t t, const char *name)
{
	const struct co_match *m = co_said_calendar(r, t);

	return m && co_match_is(m, name);
}

int co_said_number(const struct co_match *m, const char *const *names)
{
	int i;

	for (i = 0; m && names[i]; i++)
		if (co_match_is(m, names[i]))
			return i;
	return -1;
}

static const char *const weekdays[] = { "monday", "tuesday",  "wednesday", "thursday",
					"friday", "saturday", "sunday",	   NULL };
static const char *const parts[] = { "night", "morning", "afternoon", "evening", NULL };

int co_said_weekday(const struct co_match *m)
{
	return co_said_number(m, weekdays);
}

/* ---- days */

static struct co_days latest_weekend(const struct co_said *r)
{
	int64_t sunday = co_latest_weekday(r->today, 6).first;

	return (struct co_days){ sunday - 1, sunday + 1 };
}

int co_said_unit_days(const struct co_said *r, const char *unit, int which, struct co_said_item *item)
{
	int year, month, day;

	co_date_from_days(r->today, &year, &month, &day);
	if (strcmp(unit, "d") == 0)
		co_said_set_day(item, r->today + which);
	else if (strcmp(unit, "w") == 0)
		co_said_set_days(item, co_week_days(r->today + which * 7));
	else if (strcmp(unit, "month") == 0)
		co_said_set_days(item, co_month_days(year, month + which));
	else if (strcmp(unit, "quarter") == 0)
		co_said_set_days(item, co_quarter_days(r->today, which));
	else if (strcmp(unit, "year") == 0)
		co_said_set_days(item, (struct co_days){ co_days_from_date(year + which, 1, 1),
							 co_days_from_date(year + which + 1, 1, 1) });
	else
		return 0;
	return 1;
}

static void set_last_night(struct co_said_item *item)
{
	*item = (struct co_said_item){ .kind = CO_SAID_PART, .from = -6 * CO_SAID_HOUR, .to = 6 * CO_SAID_HOUR };
}

/* "morning all, ...", "good evening, ..." */
static int greets(const struct co_said *r, size_t t)
{
	if (t > 0 && co_token_is(&r->s->tokens[t - 1], "good"))
		return 1;
	return t == 0 && t + 1 < r->s->count &&
	       (r->s->tokens[t + 1].before == ',' ||
		co_token_is_any(&r->s->tokens[t + 1],
				"all everyone everybody team folks guys people friends ops sre there"));
}

static size_t read_part(const struct co_said *r, size_t t, struct co_said_item *item)
{
	int part = co_said_number(co_said_calendar(r, t), parts);

	if (t > 0 && t < r->s->count && co_said_calendar(r, t - 1) && co_token_is_any(&r->s->tokens[t], "am pm"))
		part = co_token_is(&r->s->tokens[t], "am") ? 1 : 2; /* "this am", "yesterday pm" */
	if (co_said_is(r, t, "overnight")) {
		set_last_night(item);
		return 1;
	}
	if (part == 0 && t > 0 && co_said_is(r, t - 1, "yesterday")) {
		*item = (struct co_said_item){ .kind = CO_SAID_PART,
					       .from = 18 * CO_SAID_HOUR,
					       .to = 30 * CO_SAID_HOUR };
		return 1;
	}
	if (part < 0 || greets(r, t) || r->s->tokens[t].text[r->s->tokens[t].len - 1] == 's')
		return 0; /* "days and nights" */
	item->kind = CO_SAID_PART;
	item->from = part * 6 * CO_SAID_HOUR;
	item->to = item->from + 6 * CO_SAID_HOUR;
	return 1;
}

/* After "last", "past", "this", "next". */
static size_t read_after_which(const struct co_said *r, size_t t, const char *which, struct co_said_item *item)
{
	const struct co_match *unit = t < r->s->count ? co_match_at(r->m, t, CO_WORD_UNIT) : NULL;
	int last = strcmp(which, "last") == 0, past = strcmp(which, "past") == 0, next = strcmp(which, "next") == 0;
	int weekday = co_said_weekday(co_said_calendar(r, t));
	size_t n = co_said_amount(r, t, item);

	if (n && strcmp(which, "this") != 0) {
		item->past = last || past;
		item->next = next;
		return n;
	}
	if (unit && strcmp(unit->entry.class, "time") == 0) {
		if (!past && !next && co_said_unit_days(r, unit->entry.name, last ? -1 : 0, item))
			return 1;
		if (strcmp(which, "this") == 0 || !co_said_set_amount(item, 1, unit->entry.name))
			return 0;
		item->past = !next;
		item->next = next;
		return 1;
	}
	if (next)
		return 0;
	if (last && co_said_is(r, t, "night")) {
		set_last_night(item);
		return 1;
	}
	if (weekday >= 0) {
		co_said_set_days(item, co_latest_weekday(r->today, weekday));
		return 1;
	}
	if (co_said_is(r, t, "weekend")) {
		co_said_set_days(item, latest_weekend(r));
		return 1;
	}
	n = read_part(r, t, item);
	if (n && last) {
		item->from -= CO_SAID_DAY; /* yesterday's */
		item->to -= CO_SAID_DAY;
	}
	return n ? n : co_said_month(r, t, item, 1);
}

static void set_quarter(struct co_said_item *item, int year, int quarter)
{
	co_said_set_days(item, (struct co_days){ co_month_days(year, quarter * 3 - 2).first,
						 co_month_days(year, quarter * 3).past });
}

/* "since the start of the week", "week to date" */
static size_t read_to_date(const struct co_said *r, size_t t, struct co_said_item *item)
{
	static const char *const periods[] = { "day-to-date",	  "week-to-date", "month-to-date",
					       "quarter-to-date", "year-to-date", NULL };
	static const char *const units[] = { "d", "w", "month", "quarter", "year" };
	const struct co_match *m = co_said_calendar(r, t);
	int period = co_said_number(m, periods);

	return period >= 0 && co_said_unit_days(r, units[period], 0, item) ? m->last + 1 - t : 0;
}

int co_said_compares(const struct co_said *r)
{
	size_t t;

	for (t = 0; t < r->s->count && r->versus == r->s->count; t++)
		if (strncmp(r->s->tokens[t].text, "compar", 6) == 0 || co_token_is(&r->s->tokens[t], "difference"))
			return 1;
	return r->versus < r->s->count;
}

/* The period of that unit that ends where the first one said begins. */
static void set_before(const struct co_said *r, const char *unit, struct co_said_item *item)
{
	const struct co_days first = r->items[0].days;
	int year, month, day;

	co_date_from_days(first.first, &year, &month, &day);
	if (strcmp(unit, "month") == 0)
		co_said_set_days(item, co_month_days(year, month - 1));
	else if (strcmp(unit, "quarter") == 0)
		co_said_set_days(item, (struct co_days){ co_month_days(year, month - 3).first, first.first });
	else if (strcmp(unit, "year") == 0)
		co_said_set_days(item,
				 (struct co_days){ co_days_from_date(year - 1, 1, 1), co_days_from_date(year, 1, 1) });
	else
		co_said_set_days(item, (struct co_days){ first.first - (strcmp(unit, "w") == 0 ? 7 : 1), first.first });
}

/* Is there a period to compare with, and "versus" or "than" just before? */
static int follows_versus(const struct co_said *r, size_t t)
{
	return r->count && r->items[0].kind == CO_SAID_DAYS && r->versus < t && t <= r->versus + CO_SAID_NEAR;
}

/* "... than last", "... vs the one before": the same again, earlier */
static int set_same_before(const struct co_said *r, size_t t, struct co_said_item *item)
{
	static const struct {
		int64_t most;
		const char *unit;
	} lengths[] = { { 1, "d" }, { 7, "w" }, { 31, "month" }, { 92, "quarter" }, { 366, "year" } };
	size_t i;

	for (i = 0; follows_versus(r, t) && i < CO_COUNT(lengths); i++)
		if (r->items[0].days.past - r->items[0].days.first <= lengths[i].most) {
			set_before(r, lengths[i].unit, item);
			return 1;
		}
	return 0;
}

/* "the night before last", "the night before" */
static size_t read_night_before(const struct co_said *r, size_t t, struct co_said_item *item)
{
	const size_t two = co_said_is(r, t, "last") || co_said_is(r, t, "yesterday");

	if (!two && t < r->s->count && !r->s->tokens[t].before)
		return 0;
	set_last_night(item);
	item->from -= two ? CO_SAID_DAY : 0;
	item->to -= two ? CO_SAID_DAY : 0;
	return 2 + two;
}

/* "the week before", after another period: the one that ends where that begins. "the week before last" */
static size_t read_before(const struct co_said *r, size_t t, struct co_said_item *item)
{
	const struct co_match *unit = t < r->s->count ? co_match_at(r->m, t, CO_WORD_UNIT) : NULL;

	if (t + 1 >= r->s->count || !co_token_is_any(&r->s->tokens[t + 1], "before earlier"))
		return 0;
	if (co_said_is(r, t, "night"))
		return read_night_before(r, t + 2, item);
	if (co_said_is(r, t, "weekend") && co_said_is(r, t + 2, "last")) {
		co_said_set_days(item, (struct co_days){ latest_weekend(r).first - 7, latest_weekend(r).past - 7 });
		return 3;
	}
	if (co_token_is(&r->s->tokens[t], "one"))
		return set_same_before(r, t, item) ? 2 : 0;
	if (!unit || strcmp(unit->entry.class, "time") != 0)
		return 0;
	if (r->count && r->items[0].kind == CO_SAID_AMOUNT && r->versus < t &&
	    co_said_set_amount(item, 1, unit->entry.name)) {
		item->past = 1;
		return 2;
	}
	if (co_said_is(r, t + 2, "last"))
		return co_said_unit_days(r, unit->entry.name, -2, item) ? 3 : 0;
	if (!r->count || r->items[0].kind != CO_SAID_DAYS || !co_said_compares(r))
		return 0;
	set_before(r, unit->entry.name, item);
	return 2;
}

int co_said_is_meant(const struct co_said *r, size_t t)
{
	return r->word != CO_SAID_NOTHING ||
	       (t > 0 && (r->versus == t - 1 || co_token_is(&r->s->tokens[t - 1], "of"))) ||
	       co_said_is(r, t + 1, "versus");
}

/* "2025", but not "2000 EUR", "2016 requests" */
static int is_bare_year(const struct co_said *r, size_t t, int *year)
{
	const struct co_token *next = t + 1 < r->s->count && !r->s->tokens[t + 1].before ? &r->s->tokens[t + 1] : NULL;
	int now;

	co_date_from_days(r->today, &now, &(int){ 0 }, &(int){ 0 });
	return co_said_year(r, t, year) && *year > now - 20 && *year <= now + 1 &&
	       !(next && (co_token_is_any(next, "usd eur gbp dollar euro chf jpy") ||
			  (co_token_is_plural(next) && !co_said_is(r, t + 1, "versus")) ||
			  co_match_at(r->m, t + 1, CO_WORD_UNIT)));
}

/* "we'd like X paused": no Wednesday */
static int is_we_would(const struct co_said *r, size_t t)
{
	return co_token_is(&r->s->tokens[t], "wed") && t + 1 < r->s->count &&
	       co_token_is_any(&r->s->tokens[t + 1], "like love rather want need prefer be");
}

static size_t read_day(const struct co_said *r, size_t t, struct co_said_item *item)
{
	const struct co_match *m = co_said_calendar(r, t);
	int weekday = co_said_weekday(m), year;
	char quarter[] = "q1";
	size_t n;

	for (; quarter[1] <= '4'; quarter[1]++) {
		if (m && co_match_is(m, quarter)) {
			n = co_said_year_behind(r, m->last + 1, &year);
			co_said_set_days(item, co_quarter_days(r->today, quarter[1] - '0'));
			if (n)
				set_quarter(item, year, quarter[1] - '0');
			return m->last + 1 + n - t;
		}
	}
	if (m && co_match_is_any(m, "h1 h2")) {
		int half = m->entry.name[1] - '1';

		n = co_said_year_behind(r, m->last + 1, &year);
		if (!n)
			co_date_from_days(co_quarter_days(r->today, half * 2 + 1).first, &year, &(int){ 0 },
					  &(int){ 0 });
		co_said_set_days(item, (struct co_days){ co_month_days(year, half * 6 + 1).first,
							 co_month_days(year, half * 6 + 6).past });
		return m->last + 1 + n - t;
	}
	if (weekday >= 0 && !(t > 0 && co_token_is_any(&r->s->tokens[t - 1], "black cyber good")) &&
	    !is_we_would(r, t)) {
		co_said_set_days(item, co_latest_weekday(r->today, weekday));
		item->weekday = 1;
		return 1;
	}
	if (m && co_match_is(m, "today"))
		co_said_set_day(item, r->today);
	else if (m && co_match_is(m, "yesterday"))
		co_said_set_day(item, r->today - 1);
	else if (m && co_match_is(m, "before-yesterday"))
		co_said_set_day(item, r->today - 2);
	else if (m && co_match_is(m, "weekend"))
		co_said_set_days(item, latest_weekend(r));
	else if (co_said_is_meant(r, t) && is_bare_year(r, t, &year)) {
		co_said_set_days(item,
				 (struct co_days){ co_days_from_date(year, 1, 1), co_days_from_date(year + 1, 1, 1) });
		return 1;
	} else
		return 0;
	return m->last + 1 - t;
}

/* ---- putting it together */

static size_t read_item(const struct co_said *r, size_t t, struct co_said_item *item)
{
	static const char *const whiches[] = { "last", "past", "this", "next", NULL };
	int which = co_said_number(co_said_calendar(r, t), whiches);
	size_t n, skip;

	memset(item, 0, sizeof(*item));
	n = co_said_period(r, t, item);
	if (n)
		return n;
	if (which >= 0) {
		skip = co_said_calendar(r, t)->last + 1 - t;
		n = read_after_which(r, t + skip, whiches[which], item);
		if (!n && which == 0 && set_same_before(r, t, item))
			return skip;
		return n ? n + skip : 0;
	}
	n = co_said_hour(r, t, item);
	n = n ? n : read_before(r, t, item);
	n = n ? n : co_said_amount(r, t, item);
	n = n ? n : read_to_date(r, t, item);
	n = n ? n : co_said_weekday_date(r, t, item);
	n = n ? n : read_day(r, t, item);
	n = n ? n : co_said_month(r, t, item, 0);
	n = n ? n : co_said_ordinal(r, t, item);
	n = n ? n : co_said_numeric(r, t, item);
	n = n ? n : read_part(r, t, item);
	n = n ? n : co_said_iso(r, t, item);
	return n ? n : co_said_clock(r, t, item);
}

static enum co_said_word word_of(const struct co_match *m)
{
	static const char *const names[] = { "since", "after", "until",	 "at",	  "between", "from",
					     "for",   "in",    "within", "older", "every",   NULL };

	return (enum co_said_word)(co_said_number(m, names) + 1);
}

/* "since the rollout at 10:45" is since; "from 8 to 9" is from. */
static void take_word(struct co_said *r, const struct co_match *m)
{
	enum co_said_word word = word_of(m);
	int near = r->word != CO_SAID_NOTHING && m->first <= r->word_at + CO_SAID_NEAR + (r->word == CO_SAID_SINCE);

	if (co_match_is(m, "versus"))
		r->versus = m->last;
	if (word == CO_SAID_EVERY && (co_said_calendar(r, m->last + 1) ||
				      (m->last + 1 < r->s->count && co_match_at(r->m, m->last + 1, CO_WORD_UNIT))))
		r->every = m->last + 1;
	if (co_match_is(m, "not"))
		r->negated = 1;
	if (word == CO_SAID_NOTHING)
		return;
	if (r->word == CO_SAID_UNTIL && m->first > r->word_at + 1)
		near = 0; /* "by itself at 3:15" */
	if (near && (word == CO_SAID_AT || word == CO_SAID_IN) &&
	    (r->word == CO_SAID_SINCE || r->word == CO_SAID_AFTER ||
	     (r->word == CO_SAID_UNTIL && !co_token_is(&r->s->tokens[r->word_at], "to"))))
		word = r->word;
	if (near && word == CO_SAID_AT && co_token_is(&r->s->tokens[r->word_at], "starting"))
		word = CO_SAID_FROM;
	if (near && word == CO_SAID_AT && r->word == CO_SAID_BETWEEN &&
	    (co_token_is(&r->s->tokens[r->word_at], "between") || co_token_is(&r->s->tokens[r->word_at + 1], "and")))
		word = CO_SAID_BETWEEN; /* "between the deploy at 10:15 and the rollback at 11:05" */
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

/* "14:00 - 15:30", "sep 1 - sep 7" */
static void join_dash(struct co_said *r, struct co_said_item *item, size_t t)
{
	struct co_said_item *before = r->count ? &r->items[r->count - 1] : NULL;

	if (before && before->last + 1 == t && before->kind == CO_SAID_CLOCK && item->kind == CO_SAID_DAYS &&
	    r->s->tokens[t].before == '-')
		before->word = CO_SAID_BETWEEN; /* "nov 3 22:00 - nov 4 02:00" */
	if (!before || before->last + 1 != t || before->kind != item->kind || r->s->tokens[t].before != '-' ||
	    item->kind == CO_SAID_AMOUNT)
		return;
	before->word = CO_SAID_BETWEEN;
	item->word = CO_SAID_UNTIL;
}

/* "from abroad last week" */
static int is_parted(const struct co_said *r, size_t t)
{
	static const char *const small[] = { "the", "about", "around", "roughly", "early", "late", "this", "last" };
	size_t i;

	for (i = 0; t == r->word_at + 2 && i < CO_COUNT(small); i++)
		if (co_token_is(&r->s->tokens[t - 1], small[i]))
			return 0;
	return t > r->word_at + 1;
}

/* "over", "more than", "at least" before an amount: how many tokens. */
static size_t words_of_more(const struct co_said *r, size_t t)
{
	if (t > 0 && co_token_is(&r->s->tokens[t - 1], "over"))
		return 1;
	return t > 1 && ((co_token_is(&r->s->tokens[t - 2], "more") && co_token_is(&r->s->tokens[t - 1], "than")) ||
			 (co_token_is(&r->s->tokens[t - 2], "at") && co_token_is(&r->s->tokens[t - 1], "least"))) ?
		       2 :
		       0;
}

/* "created", "taken" */
static int is_made(const struct co_token *t)
{
	return co_token_is_any(t, "made taken built begun born") || (t->len > 4 && co_ends_with_any(t->text, "ed"));
}

/* "over a week old", "created more than 90 days ago": the tokens before the amount that say so; 0: none. */
static size_t words_of_age(const struct co_said *r, const struct co_said_item *item, size_t t, size_t past)
{
	size_t more = words_of_more(r, t);

	if (more && item->past && item->seconds >= CO_SAID_DAY && t > more && is_made(&r->s->tokens[t - more - 1]))
		return more;
	if (past >= r->s->count || !co_token_is(&r->s->tokens[past], "old"))
		return 0;
	return more == 1 && t > 1 && co_token_is(&r->s->tokens[t - 2], "is") ? 0 :
									       more; /* "is over a week old" is told */
}

static void add_age(struct co_said *r, struct co_said_item *item, size_t first, size_t last)
{
	item->word = CO_SAID_OLDER;
	item->first = first;
	item->last = last;
	r->items[r->count++] = *item;
	mark_used(r->s, first, last);
}

/* "slow, 3 days now", "leaks memory two hours already"; not "takes 3 seconds now" */
static int is_how_long_now(const struct co_said *r, const struct co_said_item *item, size_t t, size_t next)
{
	return item->kind == CO_SAID_AMOUNT && item->seconds >= 60 && !item->past && !item->next &&
	       r->word == CO_SAID_NOTHING && t > 0 && next < r->s->count &&
	       co_token_is_any(&r->s->tokens[next], "now already") &&
	       (next + 1 == r->s->count || r->s->tokens[next + 1].before) &&
	       !co_token_is_any(&r->s->tokens[t - 1],
				"takes took take taking needs need lasts last to than of in every at a");
}

void co_said_add(struct co_said *r, struct co_said_item *item, size_t t, size_t n)
{
	int near = r->word != CO_SAID_NOTHING && t <= r->word_at + CO_SAID_NEAR &&
		   !(r->word == CO_SAID_FROM && is_parted(r, t));

	if (item->kind == CO_SAID_AMOUNT && words_of_age(r, item, t, t + n)) {
		add_age(r, item, t - words_of_age(r, item, t, t + n), t + n - (item->past != 0));
		return;
	}
	item->word = near ? r->word : is_how_long_now(r, item, t, t + n) ? CO_SAID_FOR : CO_SAID_NOTHING;
	item->first = near && t <= r->word_at + 2 ? r->word_first : t;
	item->last = t + n - 1;
	if (item->word == CO_SAID_EVERY)
		return;
	if (item->kind == CO_SAID_AMOUNT && !item->past && !item->next && item->word == CO_SAID_NOTHING)
		return;
	join_dash(r, item, t);
	r->items[r->count++] = *item;
	mark_used(r->s, item->first, item->last);
	if (near && (r->word == CO_SAID_BETWEEN || r->word == CO_SAID_FROM))
		r->word_first = r->word_at = item->last; /* its other end follows */
	else
		r->word = CO_SAID_NOTHING;
}

void co_said_collect(struct co_said *r)
{
	struct co_said_item item;
	size_t t, n;

	for (t = 0; t < r->s->count && r->count < CO_SAID_ITEMS; t += n) {
		const struct co_match *m = co_said_calendar(r, t);

		n = 1;
		if (r->s->tokens[t].flags & CO_TOKEN_FOREIGN || r->s->tokens[t].inventory)
			continue;
		if (r->word != CO_SAID_NOTHING && t > r->word_at + CO_SAID_NEAR + (r->word == CO_SAID_SINCE))
			r->word = CO_SAID_NOTHING;
		if (m && (word_of(m) != CO_SAID_NOTHING || co_match_is_any(m, "versus not"))) {
			take_word(r, m);
			n = m->last + 1 - t;
			continue;
		}
		if (co_said_clock_range(r, t))
			continue;
		n = (size_t)co_said_day_range(r, t);
		if (n)
			continue;
		n = read_item(r, t, &item);
		if (n)
			co_said_add(r, &item, t, n);
		else
			n = 1;
	}
	co_said_join(r);
}
