/* SPDX-License-Identifier: Apache-2.0 */
/* What days, times and amounts mean beside one another, for intent/said: "tuesday" of "last week", "6" of "yesterday evening". */
#include "intent/when/said.h"

#include <string.h>

const struct co_said_item *co_said_find(const struct co_said *r, enum co_said_kind kind, size_t nth)
{
	size_t i;

	for (i = 0; i < r->count; i++)
		if (r->items[i].kind == kind && nth-- == 0)
			return &r->items[i];
	return NULL;
}

/* "monday to wednesday last week", "last week monday": the days of that week. */
static void move_weekdays(struct co_said *r)
{
	size_t i, k, kept = 0;

	for (i = 0; i < r->count; i++) {
		const struct co_days week = r->items[i].days;
		int moved = 0;

		if (r->items[i].kind != CO_SAID_DAYS || r->items[i].weekday || week.past - week.first != 7 ||
		    co_weekday(week.first) != 0)
			continue;
		for (k = 0; k < r->count; k++) {
			struct co_days *day = &r->items[k].days;

			if (r->versus > r->items[k].last && r->versus <= r->items[i].last)
				continue; /* "since monday vs last week" */
			if (!r->items[k].weekday || r->items[k].last + CO_SAID_NEAR < r->items[i].first ||
			    r->items[i].last + 2 < r->items[k].first)
				continue;
			day->first = week.first + co_weekday(day->first);
			day->past = day->first + 1;
			if (r->items[i].first < r->items[k].first)
				r->items[k].first = r->items[i].first;
			moved = 1;
		}
		if (moved)
			r->items[i].seconds = -1; /* taken */
	}
	for (i = 0; i < r->count; i++)
		if (r->items[i].seconds >= 0)
			r->items[kept++] = r->items[i];
	r->count = kept;
}

/* "went from 4 to 30 around 02:40": numbers before a time */
static void drop_numbers(struct co_said *r)
{
	const struct co_said_item *one = co_said_find(r, CO_SAID_CLOCK, 0), *two = co_said_find(r, CO_SAID_CLOCK, 1),
				  *three = co_said_find(r, CO_SAID_CLOCK, 2);
	const struct co_said_item *time = three ? three : two;
	size_t i, kept = 0;

	if (!time || time->bare || time->word != CO_SAID_AT || (three && !two->bare) || !one->bare ||
	    one->word != CO_SAID_FROM)
		return;
	for (i = 0; i < r->count; i++)
		if (&r->items[i] != one && (&r->items[i] != two || !three))
			r->items[kept++] = r->items[i];
	r->count = kept;
}

void co_said_join(struct co_said *r)
{
	move_weekdays(r);
	drop_numbers(r);
}

/* ---- which day, which half of it */

/* "a week ago today", "two weeks ago on tuesday", "tuesday two weeks ago" */
static void settle_weeks_ago(struct co_said *r)
{
	size_t i;

	for (i = 0; i + 1 < r->count; i++) {
		struct co_said_item *a = &r->items[i], *b = a + 1, *days = a->kind == CO_SAID_AMOUNT ? b : a,
				    *ago = days == a ? b : a;
		const int64_t weeks = ago->kind == CO_SAID_AMOUNT && ago->seconds % (7 * CO_SAID_DAY) == 0 ?
					      ago->seconds / (7 * CO_SAID_DAY) :
					      0;

		if (!weeks || days->kind != CO_SAID_DAYS || b->first > a->last + 1 ||
		    !co_said_is(r, ago->last, "ago") ||
		    !(days->weekday || days->days.first == r->today || days->days.first == r->today - 1) ||
		    r->versus < b->first)
			continue;
		days->days.first = days->weekday ?
					   co_week_days(r->today - 7 * weeks).first + co_weekday(days->days.first) :
					   days->days.first - 7 * weeks;
		days->days.past = days->days.first + 1;
		days->first = a->first;
		days->last = b->last;
		*a = *days;
		r->count--;
		memmove(b, b + 1, (r->count - i - 1) * sizeof(*b));
	}
}

/* "3 days ago between 14:00 and 15:00": that day */
static void settle_days_ago(struct co_said *r)
{
	size_t i;

	settle_weeks_ago(r);
	for (i = 0; co_said_find(r, CO_SAID_CLOCK, 0) && !co_said_find(r, CO_SAID_DAYS, 0) && i < r->count; i++) {
		struct co_said_item *a = &r->items[i];
		const int64_t days = a->kind == CO_SAID_AMOUNT && a->past && a->seconds % CO_SAID_DAY == 0 ?
					     a->seconds / CO_SAID_DAY :
					     0;

		if (!days || days > 14 || !co_said_is(r, a->last, "ago"))
			continue;
		a->kind = CO_SAID_DAYS;
		a->word = CO_SAID_NOTHING;
		a->days = (struct co_days){ r->today - days, r->today - days + 1 };
	}
}

/* "at 6 yesterday evening", "since 8 last night": the part says which half of which day. */
static void settle_clock(struct co_said *r)
{
	struct co_said_item *clock = NULL, *last = NULL, *part = NULL;
	size_t i, kept = 0;

	for (i = 0; i < r->count; i++)
		if (r->items[i].kind == CO_SAID_PART)
			part = &r->items[i];
		else if (r->items[i].kind == CO_SAID_CLOCK && !clock)
			last = clock = &r->items[i];
		else if (r->items[i].kind == CO_SAID_CLOCK)
			last = &r->items[i];
	if (!clock || !part || clock->utc == 2 || part->first > clock->last + 3 ||
	    (part->first < clock->first && clock->first > part->last + 1))
		return;
	if (clock->word == CO_SAID_NOTHING && part->last < clock->first)
		clock->word = part->word; /* "since this morning 8:15" */
	for (i = 0; i < r->count; i++) {
		struct co_said_item *item = &r->items[i];

		if (item->kind != CO_SAID_CLOCK || item->second >= 12 * CO_SAID_HOUR)
			continue;
		if (part->from >= 12 * CO_SAID_HOUR || (part->from < 0 && item->second >= 6 * CO_SAID_HOUR))
			item->second += 12 * CO_SAID_HOUR;
		item->bare = 0;
	}
	if (part->from < 0 &&
	    !co_said_find(r, CO_SAID_DAYS, 0)) { /* "last night", "yesterday" being the day it begins */
		part->kind = CO_SAID_DAYS;
		part->word = CO_SAID_NOTHING;
		part->days.first = (last->second >= 12 * CO_SAID_HOUR ? r->today - 1 : r->today) -
				   (part->from < -6 * CO_SAID_HOUR);
		part->days.past = part->days.first + 1;
	}
	for (i = 0; i < r->count; i++)
		if (r->items[i].kind != CO_SAID_PART)
			r->items[kept++] = r->items[i];
	r->count = kept;
}

/* "between 8 and 10 each morning", "every day at 4am": no time of one day */
static void drop_recurring(struct co_said *r)
{
	size_t i, kept = 0;

	for (i = 0; i < r->count; i++) {
		const struct co_said_item *a = &r->items[i];

		if (!r->every || a->kind != CO_SAID_CLOCK || a->utc == 2 || a->word == CO_SAID_SINCE ||
		    a->word == CO_SAID_AFTER || a->last + CO_SAID_NEAR < r->every || a->first > r->every + 2)
			r->items[kept++] = *a;
	}
	r->count = kept;
}

/* "at 14:20 it changed, since then it fails" */
static void settle_since_then(struct co_said *r)
{
	size_t t;

	for (t = 1; t + 1 < r->s->count; t++)
		if (r->count && t > r->items[0].last && co_token_is(&r->s->tokens[t], "since") &&
		    (co_token_is(&r->s->tokens[t + 1], "then") ||
		     (co_token_is(&r->s->tokens[t - 1], "ever") && r->items[r->count - 1].last < t)))
			r->items[0].word = CO_SAID_SINCE;
}

/* The token of the "since" that a part of the sentence has before t; t if it has none. */
static size_t since_before(const struct co_said *r, size_t t)
{
	size_t i;

	for (i = t; i > 0 && !r->s->tokens[i].before; i--)
		if (co_token_is(&r->s->tokens[i - 1], "since"))
			return i - 1;
	return t;
}

/* "since the morning edition went live at 5:30", "since the config was changed yesterday at 14:00" */
static void settle_since_event(struct co_said *r)
{
	struct co_said_item *clock = NULL;
	size_t i, since, kept = 0;

	for (i = 0; i < r->count; i++) {
		if (r->items[i].kind == CO_SAID_CLOCK && (clock || r->items[i].word != CO_SAID_AT))
			return;
		if (r->items[i].kind == CO_SAID_CLOCK)
			clock = &r->items[i];
		else if (r->items[i].word == CO_SAID_SINCE && r->items[i].kind != CO_SAID_PART)
			return;
	}
	if (!clock || (since = since_before(r, clock->first)) + 2 >= clock->first)
		return;
	clock->word = CO_SAID_SINCE;
	for (i = 0; i < r->count; i++)
		if (r->items[i].kind != CO_SAID_PART || r->items[i].last < since || r->items[i].first > clock->first)
			r->items[kept++] = r->items[i];
	r->count = kept;
}

void co_said_settle(struct co_said *r)
{
	drop_recurring(r);
	settle_since_then(r);
	settle_since_event(r);
	settle_days_ago(r);
	settle_clock(r);
}
