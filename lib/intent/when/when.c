/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Puts together what intent/said collected, so that "between 3 and 5 pm yesterday"
 * and "yesterday from 15:00 to 17:00" are one.
 */
#include "intent/when/when.h"

#include "intent/when/said.h"

#include "base/time.h"

#include <string.h>

static int64_t day_start(const struct co_said *r, int64_t day)
{
	return co_local_to_utc(r->zone, day, 0);
}

static void cap(const struct co_said *r, struct co_window *w)
{
	if (w->until > r->now)
		w->until = r->now;
}

static int64_t clock_on(const struct co_said *r, int64_t day, const struct co_said_item *clock)
{
	if (clock->utc == 2)
		return clock->second;
	if (clock->utc)
		return day * CO_SAID_DAY + clock->second - clock->zone * CO_SAID_MINUTE;
	return co_local_to_utc(r->zone, day, clock->second);
}

/* A clock time without a date: today, or yesterday when that is yet to come. */
static int64_t clock_day(const struct co_said *r, const struct co_said_item *days, const struct co_said_item *last)
{
	int64_t today = last->utc ? (r->now + last->zone * CO_SAID_MINUTE) / CO_SAID_DAY : r->today;

	if (days)
		return days->days.first;
	return clock_on(r, today, last) <= r->now ? today : today - 1;
}

/* "between 2 and 4 pm": the first has no half of its own; "between noon and 2": nor has the second. "until midnight" is the day's end. */
static void inherit_half(struct co_said_item *one, struct co_said_item *two)
{
	if (two->bare && !one->bare && two->second < one->second && two->second < 12 * CO_SAID_HOUR)
		two->second += 12 * CO_SAID_HOUR;
	if (one->bare && two->bare && two->second < one->second && one->second < 12 * CO_SAID_HOUR)
		two->second += 12 * CO_SAID_HOUR; /* "from 9 to 5" */
	if (two->second == 0 && !two->bare && !two->utc)
		two->second = CO_SAID_DAY;
	if (one->bare && !two->bare && two->second >= 12 * CO_SAID_HOUR && one->second < 12 * CO_SAID_HOUR &&
	    one->second + 12 * CO_SAID_HOUR < two->second)
		one->second += 12 * CO_SAID_HOUR;
	if (two->utc && !one->utc) {
		one->utc = two->utc;
		one->zone = two->zone;
	}
}

static struct co_window clock_window(const struct co_said *r, const struct co_said_item *days, struct co_said_item one,
				     const struct co_said_item *other)
{
	int64_t day, at;

	if (other) {
		struct co_said_item two = *other;

		inherit_half(&one, &two);
		day = clock_day(r, days, &two);
		at = clock_on(r, day, &two);
		return (struct co_window){ clock_on(r, one.second > two.second ? day - 1 : day, &one), at };
	}
	day = clock_day(r, days, &one);
	at = clock_on(r, day, &one);
	if (one.word == CO_SAID_SINCE || one.word == CO_SAID_AFTER || one.word == CO_SAID_FROM ||
	    (days && (days->word == CO_SAID_SINCE || days->word == CO_SAID_AFTER)))
		return (struct co_window){ at, r->now };
	if (one.word == CO_SAID_UNTIL)
		return (struct co_window){ day_start(r, day), at };
	return (struct co_window){ at - 30 * CO_SAID_MINUTE, at + 30 * CO_SAID_MINUTE };
}

/* "pods from", "snapshot of X from" */
static int is_before(const struct co_said *r, const struct co_match *m, size_t t)
{
	const size_t of = m->last + !co_token_is(&r->s->tokens[m->last], "of");

	return m->last + 1 == t || (co_token_is(&r->s->tokens[of], "of") && of + 2 == t);
}

/* "alerts from last week" are of it; "slow from yesterday" is since then. */
static int is_listed(const struct co_said *r, const struct co_said_item *days)
{
	size_t i;

	for (i = 0; i < r->m->count && r->m->items[i].first < days->first; i++) {
		const struct co_match *m = &r->m->items[i];

		if (m->entry.type != CO_WORD_SUBJECT && m->entry.type != CO_WORD_KIND)
			continue;
		if (m->entry.type == CO_WORD_SUBJECT && co_match_is_any(m, "logs events alert"))
			return 1;
		if (is_before(r, m, days->first) &&
		    (m->entry.type == CO_WORD_KIND || strcmp(m->entry.class, "object") == 0 ||
		     co_match_is_any(m, "cost change rollout")))
			return 1;
	}
	return 0;
}

/* "the night from 24 to 25 october", "overnight from saturday to sunday" */
static int is_night_between(const struct co_said_item *part, const struct co_said_item *days,
			    const struct co_said_item *other)
{
	if (!days || part->from > 0 || part->to != 6 * CO_SAID_HOUR)
		return 0;
	if (!other)
		return days->days.past == days->days.first + 2;
	return other->days.first == days->days.first + 1 ||
	       (other->weekday && days->weekday &&
		co_weekday(other->days.first) == (co_weekday(days->days.first) + 1) % 7);
}

static struct co_window part_window(const struct co_said *r, const struct co_said_item *days,
				    const struct co_said_item *part)
{
	int64_t day = days ? days->days.first : r->today;
	int64_t from = co_local_to_utc(r->zone, part->from < 0 ? day - 1 : day,
				       part->from < 0 ? part->from + CO_SAID_DAY : part->from);

	if (!days && from > r->now)
		from = co_local_to_utc(r->zone, --day, part->from);
	if (part->word == CO_SAID_SINCE || (part->word == CO_SAID_FROM && !is_listed(r, part)) ||
	    (days && days->word == CO_SAID_SINCE))
		return (struct co_window){ from, r->now };
	return (struct co_window){ from, co_local_to_utc(r->zone, day, part->to) };
}

static struct co_window days_window(const struct co_said *r, const struct co_said_item *days,
				    const struct co_said_item *other)
{
	const int through = other && other->first == days->last + 2 &&
			    co_token_is_any(&r->s->tokens[other->first - 1], "through thru");
	struct co_window w = { day_start(r, days->days.first), day_start(r, days->days.past) };

	if (other && other->days.first == days->days.past && other->first <= days->last + 2)
		w.until = day_start(r, other->days.past); /* "saturday and sunday" */
	else if (other && (days->word == CO_SAID_BETWEEN || days->word == CO_SAID_FROM ||
			   other->word == CO_SAID_UNTIL || through))
		w.until = day_start(r, other->days.past);
	else if (days->word == CO_SAID_SINCE || (days->word == CO_SAID_FROM && !is_listed(r, days)))
		w.until = r->now;
	else if (days->word == CO_SAID_AFTER) /* "after yesterday's upgrade" is on that day already */
		w = (struct co_window){ r->s->tokens[days->last].flags & CO_TOKEN_OWNER ? w.since : w.until, r->now };
	return w;
}

static void put_span(struct co_span *span, const struct co_said_item *one, const struct co_said_item *two)
{
	*span = (struct co_span){ one->first, one->last };
	if (two && two->last > span->last)
		span->last = two->last;
	if (two && two->first < span->first)
		span->first = two->first;
}

/* "yesterday vs the same day last week", "this monday vs last monday" */
static struct co_said_item other_day(const struct co_said *r, const struct co_said_item *days,
				     struct co_said_item other)
{
	size_t t = other.first;

	if (days->days.first == other.days.first && days->days.past == days->days.first + 1 &&
	    other.days.past == days->days.past) {
		other.days.first -= 7;
		other.days.past -= 7;
	}

	for (; t > days->last && !co_token_is(&r->s->tokens[t], "same"); t--)
		;
	if (t > days->last && co_token_is(&r->s->tokens[t + 1], "day") && days->days.past - days->days.first == 1 &&
	    other.days.past - other.days.first == 7)
		other.days = (struct co_days){ days->days.first - 7, days->days.past - 7 };
	return other;
}

/* "last month vs the same month last year" */
static struct co_said_item year_before(const struct co_said *r, const struct co_said_item *days,
				       struct co_said_item other)
{
	struct co_days *d = &other.days;
	int year, month, day;
	size_t t = other.first;

	for (; t > days->last && !co_token_is(&r->s->tokens[t], "same"); t--)
		;
	if (t <= days->last || d->past - d->first < 365 || days->days.past - days->days.first > 92)
		return other;
	co_date_from_days(days->days.first, &year, &month, &day);
	d->first = co_days_from_date(year - 1, month, day);
	co_date_from_days(days->days.past, &year, &month, &day);
	d->past = co_days_from_date(year - 1, month, day);
	return other;
}

/* "august over july", "june was way over may" */
static int is_over(const struct co_said *r, const struct co_said_item *days, const struct co_said_item *other)
{
	const int64_t one = days->days.past - days->days.first, two = other->days.past - other->days.first;
	size_t t;

	if (other->first <= days->last || !co_token_is(&r->s->tokens[other->first], "over") || one > two + 3 ||
	    two > one + 3)
		return 0;
	for (t = days->last + 1; t < other->first; t++)
		if (!co_token_is_any(&r->s->tokens[t], "is was were are came went in out up way far well much"))
			return 0;
	return 1;
}

/* "slower than yesterday", "doubled compared to last month": the day, week or month that goes on, with the one before. */
static int compare_with_now(const struct co_said *r, const struct co_said_item *days, struct co_when *out)
{
	const int64_t said = days->days.past - days->days.first,
		      length = said >= 28 ? said + 3 : said; /* months differ */

	if (r->versus + 1 < days->first || r->versus > days->last || days->days.past > r->today ||
	    days->days.past + length <= r->today || days->word != CO_SAID_NOTHING || days->weekday)
		return 0;
	out->window = (struct co_window){ day_start(r, days->days.past), r->now };
	out->compare = (struct co_window){ day_start(r, days->days.first), day_start(r, days->days.past) };
	out->has_window = out->has_compare = 1;
	put_span(&out->window_span, days, NULL);
	put_span(&out->compare_span, days, NULL);
	return 1;
}

/* "monday through wednesday" on a tuesday: those of last week */
static struct co_said_item before_end(const struct co_said_item *days, const struct co_said_item *other)
{
	struct co_said_item one = *days;

	if (days->weekday && other->weekday && other->days.first < days->days.first) {
		one.days.first -= 7;
		one.days.past -= 7;
	}
	return one;
}

/* A day with a time of day in two items: its first or last second; 0 if they are none. */
static int64_t moment(const struct co_said *r, const struct co_said_item *pair, int last)
{
	const struct co_said_item *days = pair[0].kind == CO_SAID_DAYS ? &pair[0] : &pair[1],
				  *time = days == pair ? &pair[1] : &pair[0];

	if (days->kind != CO_SAID_DAYS || days->days.past - days->days.first != 1 || time->utc == 2)
		return 0;
	if (time->kind == CO_SAID_CLOCK)
		return clock_on(r, days->days.first, time);
	return time->kind == CO_SAID_PART ? co_local_to_utc(r->zone, days->days.first, last ? time->to : time->from) :
					    0;
}

/* "yesterday 18:00 to today 06:00", "4pm yesterday to 2am today", "monday evening to tuesday morning" */
static int two_moments(const struct co_said *r, struct co_when *out)
{
	const struct co_said_item *one = r->items, *two = one + 2;
	int64_t since = r->count == 4 ? moment(r, one, 0) : 0, until = r->count == 4 ? moment(r, two, 1) : 0;
	const enum co_said_word before = one[0].word ? one[0].word : one[1].word,
				joint = two[0].word ? two[0].word : two[1].word;

	if (since >= until && since < until + 7 * CO_SAID_DAY && (one[0].weekday || one[1].weekday) &&
	    (two[0].weekday || two[1].weekday))
		since -= 7 * CO_SAID_DAY;
	if (since <= 0 || since >= until ||
	    !(joint == CO_SAID_UNTIL || before == CO_SAID_BETWEEN || before == CO_SAID_FROM))
		return 0;
	out->window = (struct co_window){ since, until };
	cap(r, &out->window);
	out->has_window = out->window.since < out->window.until;
	put_span(&out->window_span, &one[0], &two[1]);
	return 1;
}

/* "was fine on friday but since monday it crashes", "yesterday it was fine, today it is slow": the later one counts */
static int was_fine(const struct co_said *r, const struct co_said_item *days, const struct co_said_item *other)
{
	size_t t = days->first > 3 ? days->first - 3 : 0;

	for (; t < other->first && t <= days->last + 4; t++)
		if (co_token_is_any(&r->s->tokens[t], "fine ok okay good healthy normal"))
			return r->versus == r->s->count;
	return 0;
}

static void resolve_window(const struct co_said *r, struct co_when *out)
{
	const struct co_said_item *days = co_said_find(r, CO_SAID_DAYS, 0), *other = co_said_find(r, CO_SAID_DAYS, 1),
				  *part = co_said_find(r, CO_SAID_PART, 0);
	const struct co_said_item *clock = co_said_find(r, CO_SAID_CLOCK, 0),
				  *clock2 = co_said_find(r, CO_SAID_CLOCK, 1);

	if (two_moments(r, out))
		return;
	if (other && was_fine(r, days, other)) {
		days = other;
		other = NULL;
	}
	if (clock2 && clock->word != CO_SAID_BETWEEN && clock->word != CO_SAID_FROM && clock2->word != CO_SAID_UNTIL)
		clock2 = NULL;
	if (days && other && (co_said_compares(r) || is_over(r, days, other)) &&
	    (r->versus == r->s->count || r->versus >= days->last) &&
	    (days->word != CO_SAID_SINCE || r->versus < other->first)) {
		const struct co_said_item second = year_before(r, days, other_day(r, days, *other));

		out->compare = days_window(r, &second, NULL);
		out->has_compare = 1;
		put_span(&out->compare_span, other, NULL);
		other = NULL;
	}
	if (days && !other && !clock && !part && r->versus < r->s->count && compare_with_now(r, days, out))
		return;
	if (clock)
		out->window = clock_window(r, days, *clock, clock2);
	else if (part && is_night_between(part, days, other))
		out->window = (struct co_window){ co_local_to_utc(r->zone, days->days.first, 18 * CO_SAID_HOUR),
						  co_local_to_utc(r->zone, days->days.first + 1, part->to) };
	else if (part)
		out->window = part_window(r, days, part);
	else if (days) {
		const struct co_said_item first = other ? before_end(days, other) : *days;

		out->window = days_window(r, &first, other);
	} else
		return;
	put_span(&out->window_span, clock ? clock : part ? part : days, clock2 ? clock2 : days);
	cap(r, &out->window);
	out->has_window = out->window.since < out->window.until;
}

/* "for more than 60 days" */
static int is_more_than(const struct co_said *r, const struct co_said_item *a)
{
	size_t t, from = a->first > 3 ? a->first - 3 : 0;

	for (t = a->last; t > from; t--)
		if (co_token_is_any(&r->s->tokens[t], "over least longer") ||
		    (co_token_is(&r->s->tokens[t], "than") && co_token_is(&r->s->tokens[t - 1], "more")))
			return 1;
	return 0;
}

/* "runs out in 9 days", "will be full in 4 hours" */
static int is_to_come(const struct co_said *r, const struct co_said_item *a)
{
	return a->word == CO_SAID_IN && a->first > 0 && co_token_is(&r->s->tokens[a->first], "in") &&
	       co_token_is_any(&r->s->tokens[a->first - 1],
			       "out expire expires full due over ends end invalid renewal");
}

/* "from 1h ago to 30m ago" */
static int take_amounts_ago(const struct co_said *r, struct co_when *out)
{
	const struct co_said_item *one = co_said_find(r, CO_SAID_AMOUNT, 0), *two = co_said_find(r, CO_SAID_AMOUNT, 1);

	if (out->has_window || !one || !two || !co_said_is(r, one->last, "ago") || !co_said_is(r, two->last, "ago") ||
	    one->seconds <= two->seconds || two->first > one->last + 2)
		return 0;
	out->window = (struct co_window){ r->now - one->seconds, r->now - two->seconds };
	out->has_window = 1;
	put_span(&out->window_span, one, two);
	return 1;
}

static void take_amounts(const struct co_said *r, struct co_when *out)
{
	size_t i;

	if (take_amounts_ago(r, out))
		return;
	for (i = 0; i < r->count; i++) {
		const struct co_said_item *a = &r->items[i];

		if (a->kind != CO_SAID_AMOUNT)
			continue;
		if (a->word == CO_SAID_OLDER ||
		    (a->word == CO_SAID_FOR && a->seconds >= CO_SAID_DAY && is_more_than(r, a)) ||
		    (r->negated && (a->word == CO_SAID_FOR || a->word == CO_SAID_IN ||
				    (a->word == CO_SAID_SINCE && a->seconds >= CO_SAID_DAY) || a->past))) {
			memcpy(out->age, a->text, sizeof(out->age));
			put_span(&out->age_span, a, NULL);
		}
		if (a->word == CO_SAID_OLDER)
			continue;
		if (a->next || (!a->past && (a->word == CO_SAID_WITHIN || is_to_come(r, a)))) {
			memcpy(out->horizon, a->text, sizeof(out->horizon));
			out->told = is_to_come(r, a);
			put_span(&out->horizon_span, a, NULL);
		} else if (!out->has_window && (a->past || a->word == CO_SAID_FOR || a->word == CO_SAID_SINCE ||
						a->word == CO_SAID_IN || a->word == CO_SAID_FROM)) {
			out->window = (struct co_window){ r->now - a->seconds, r->now };
			out->has_window = 1;
			put_span(&out->window_span, a, NULL);
		}
	}
}

/* ---- two periods of the same length: of clock times, or of amounts of time */

static void copy_times(struct co_said *to, const struct co_said *from, enum co_said_kind kind)
{
	const struct co_said_item *item;
	size_t n;

	for (n = 0; (item = co_said_find(from, kind, n)) && to->count < CO_SAID_ITEMS; n++)
		to->items[to->count++] = *item;
}

static struct co_said half_of(const struct co_said *r, size_t first, size_t past)
{
	struct co_said half = *r;
	size_t i;

	for (i = half.count = 0; i < r->count; i++)
		if (r->items[i].last >= first && r->items[i].last < past)
			half.items[half.count++] = r->items[i];
	half.versus = r->s->count;
	return half;
}

/* "9 to 10 today vs yesterday", "this morning vs yesterday morning": both days with the times of either. */
static int compare_clocks(const struct co_said *r, struct co_when *out)
{
	struct co_said one = half_of(r, 0, r->versus), two = half_of(r, r->versus, r->s->count);
	const struct co_said_item *first = two.count ? &two.items[0] : NULL;
	struct co_when other = { 0 };

	if (!one.count || !first || first->first > r->versus + 4 ||
	    (!co_said_find(&one, CO_SAID_CLOCK, 0) && !co_said_find(&one, CO_SAID_PART, 0)) ||
	    (first->kind == CO_SAID_DAYS && first->days.past - first->days.first > 1 && !first->weekday))
		return 0;
	if (!co_said_find(&two, CO_SAID_CLOCK, 0) && !co_said_find(&two, CO_SAID_PART, 0)) {
		copy_times(&two, &one, CO_SAID_CLOCK);
		copy_times(&two, &one, CO_SAID_PART);
	}
	resolve_window(&one, out);
	resolve_window(&two, &other);
	if (!out->has_window || !other.has_window)
		return 0;
	out->compare = other.window;
	out->has_compare = 1;
	out->compare_span = (struct co_span){ first->first, two.items[two.count - 1].last };
	if (out->compare_span.last < out->compare_span.first)
		out->compare_span.last = first->last;
	return 1;
}

/* "last 7 days vs the 7 days before", "the last hour vs the previous one": as long again, where the first begins. */
static int compare_amounts(const struct co_said *r, struct co_when *out)
{
	const struct co_said_item *one = co_said_find(r, CO_SAID_AMOUNT, 0), *two = co_said_find(r, CO_SAID_AMOUNT, 1);

	if (!one || !two || co_said_find(r, CO_SAID_DAYS, 0) || co_said_find(r, CO_SAID_CLOCK, 0) ||
	    !(one->past || one->word == CO_SAID_FOR) || one->last >= r->versus || two->first <= r->versus ||
	    two->first > r->versus + 4 || !two->past)
		return 0;
	out->window = (struct co_window){ r->now - one->seconds, r->now };
	out->compare = (struct co_window){ out->window.since - two->seconds, out->window.since };
	out->has_window = out->has_compare = 1;
	put_span(&out->window_span, one, NULL);
	put_span(&out->compare_span, two, NULL);
	return 1;
}

/* "today vs a week ago", "this week vs two weeks ago": that day, that week */
static int compare_with_ago(const struct co_said *r, struct co_when *out)
{
	const struct co_said_item *days = co_said_find(r, CO_SAID_DAYS, 0), *ago = co_said_find(r, CO_SAID_AMOUNT, 0);
	int64_t length, back;

	if (!days || !ago || r->count != 2 || days->last >= r->versus || ago->last <= r->versus ||
	    ago->first > r->versus + 3 || !co_said_is(r, ago->last, "ago"))
		return 0;
	length = days->days.past - days->days.first;
	back = ago->seconds / CO_SAID_DAY;
	if (ago->seconds % CO_SAID_DAY || (length != 1 && length != 7) || back % length)
		return 0;
	out->window = days_window(r, days, NULL);
	out->compare = (struct co_window){ day_start(r, days->days.first - back),
					   day_start(r, days->days.past - back) };
	out->has_window = out->has_compare = 1;
	cap(r, &out->window);
	put_span(&out->window_span, days, NULL);
	put_span(&out->compare_span, ago, NULL);
	return 1;
}

/* "month over month", "week on week": this one with the last */
static int compare_successive(const struct co_said *r, struct co_when *out)
{
	struct co_said_item this = { 0 }, last = { 0 };
	size_t t;

	for (t = 0; t + 2 < r->s->count && !r->count; t++) {
		const struct co_match *one = co_match_at(r->m, t, CO_WORD_UNIT),
				      *two = co_match_at(r->m, t + 2, CO_WORD_UNIT);

		if (!one || !two || !co_token_is_any(&r->s->tokens[t + 1], "over on vs") ||
		    strcmp(r->s->tokens[t].text, r->s->tokens[t + 2].text) != 0 ||
		    !co_said_unit_days(r, one->entry.name, 0, &this) ||
		    !co_said_unit_days(r, one->entry.name, -1, &last))
			continue;
		out->window = (struct co_window){ day_start(r, this.days.first), r->now };
		out->compare = (struct co_window){ day_start(r, last.days.first), day_start(r, last.days.past) };
		out->has_window = out->has_compare = 1;
		out->window_span = out->compare_span = (struct co_span){ t, t + 2 };
		return 1;
	}
	return 0;
}

void co_when_read(struct co_when *when, struct co_sentence *s, const struct co_matches *m,
		  const struct co_vocabulary *v, const struct co_zone *zone, int64_t now)
{
	struct co_said r = { .s = s, .m = m, .v = v, .zone = zone, .now = now };

	memset(when, 0, sizeof(*when));
	r.versus = s->count;
	r.today = co_local_day(zone, now);
	co_said_collect(&r);
	if (compare_successive(&r, when))
		return;
	if (r.versus < s->count &&
	    (compare_amounts(&r, when) || compare_with_ago(&r, when) || compare_clocks(&r, when)))
		return;
	co_said_settle(&r);
	resolve_window(&r, when);
	take_amounts(&r, when);
}
