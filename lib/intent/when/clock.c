/* SPDX-License-Identifier: Apache-2.0 */
/* Times of day, for intent/said: "7am", "22:10 UTC", "half past 8", "8:15-8:40". */
#include "intent/when/said.h"

#include "base/time.h"

#include <stdlib.h>
#include <string.h>

#define DIGITS "0123456789"

/* Exactly two digits, as a number; -1 if they are none. */
static int two_digits(const char *s)
{
	if (s[0] < '0' || s[0] > '9' || s[1] < '0' || s[1] > '9' || (s[2] >= '0' && s[2] <= '9'))
		return -1;
	return (s[0] - '0') * 10 + s[1] - '0';
}

/* Hours and minutes out of "7", "7am", "10:45", "7.45", "8h15", "10:45:30", "22:10z"; what is left goes to *rest. */
static int parse_clock(const char *s, int64_t *second, int *bare, const char **rest)
{
	size_t digits = strspn(s, "0123456789");
	int64_t hour, minute = 0, sec = 0;

	if (!digits || digits > 2)
		return 0;
	hour = strtoll(s, NULL, 10);
	*bare = s[digits] != ':' && s[digits] != '.' && !(s[digits] == 'h' && s[digits + 1]);
	s += digits;
	if (!*bare) {
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
	return co_is_among(s, "am a.m") ? 1 : co_is_among(s, "pm p.m") ? 2 : 0;
}

static void set_half(struct co_said_item *item, int half)
{
	item->bare = 0;
	if (half == 1 && item->second >= 12 * CO_SAID_HOUR)
		item->second -= 12 * CO_SAID_HOUR;
	if (half == 2 && item->second < 12 * CO_SAID_HOUR)
		item->second += 12 * CO_SAID_HOUR;
}

/* "at 14 pods", "at 2 of 3", "after 5 restarts", "around 10 jobs": the token behind a number */
static int is_counted(const struct co_said *r, size_t t)
{
	static const char words[] =
		"pod pods replica replicas instances copies tasks nodes of out errors restarts retries attempts failures tries "
		"requests crashes deploys releases versions rollouts connections alerts messages queries times gb mb tb gib kb "
		"gigs percent";

	if (t >= r->s->count || r->s->tokens[t].before)
		return 0;
	if (co_match_at(r->m, t, CO_WORD_UNIT) &&
	    strcmp(co_match_at(r->m, t, CO_WORD_UNIT)->entry.class, "number") != 0)
		return 1; /* "a 4 GB file" */
	return co_token_is_any(&r->s->tokens[t], words) ||
	       (r->word == CO_SAID_AT &&
		co_token_is_any(&r->s->tokens[r->word_at], "about around roughly near circa") &&
		co_token_is_plural(&r->s->tokens[t]) && !r->s->tokens[t].inventory);
}

/* "from 4 to 30", "between 2 and 6 pods": the token behind the first */
static int is_range_of_numbers(const struct co_said *r, size_t t)
{
	int64_t end;

	if (t + 1 >= r->s->count || !co_number_read(r->s, r->m, t + 1, &end))
		return 0;
	return (r->word == CO_SAID_FROM && co_token_is(&r->s->tokens[t], "to") && (end > 24 || is_counted(r, t + 2))) ||
	       (r->word == CO_SAID_BETWEEN && co_token_is(&r->s->tokens[t], "and") && is_counted(r, t + 2));
}

/* "maxed at 10", "stuck at 3" */
static int is_level(const struct co_said *r, size_t t)
{
	static const char verbs[] =
		"maxed capped stuck pinned stays sits stands remains hangs limited pegged frozen out flat stable";

	return r->word == CO_SAID_AT && t == r->word_at + 1 && r->word_at > 0 &&
	       co_token_is_any(&r->s->tokens[r->word_at - 1], verbs);
}

static int starts_a_clock(enum co_said_word word)
{
	return word == CO_SAID_AT || word == CO_SAID_BETWEEN || word == CO_SAID_SINCE || word == CO_SAID_AFTER ||
	       word == CO_SAID_FROM;
}

/* "half past", "quarter to", "ten past", "twenty to": the minutes; 0 if there are none. */
static int64_t spoken_minutes(const struct co_said *r, size_t t)
{
	const int from = r->word == CO_SAID_FROM &&
			 !(t + 3 < r->s->count &&
			   co_token_is_any(&r->s->tokens[t + 3], "till until to")); /* "from ten to five" */
	int64_t minutes;

	if (co_token_is_any(&r->s->tokens[t], "half quarter"))
		return co_token_is(&r->s->tokens[t], "half") ? 30 : 15;
	if (!co_number_read(r->s, r->m, t, &minutes) || minutes > 25 || minutes % 5 || !starts_a_clock(r->word) || from)
		return 0;
	return t + 3 < r->s->count && co_match_at(r->m, t + 3, CO_WORD_UNIT) ? 0 :
									       minutes; /* "since 5 to 10 minutes" */
}

/* "half past 8", "quarter to 9", "ten past nine" */
static size_t read_spoken_clock(const struct co_said *r, size_t t, struct co_said_item *item)
{
	const struct co_token *at = &r->s->tokens[t];
	int64_t hour, minutes;
	int to;

	if (co_token_is(at, "a") && t + 1 < r->s->count && co_token_is(at + 1, "quarter"))
		return read_spoken_clock(r, t + 1, item) ? 4 : 0;
	if (t + 2 >= r->s->count)
		return 0;
	to = co_token_is(at + 1, "to");
	if (!to && !co_token_is(at + 1, "past"))
		return 0;
	minutes = spoken_minutes(r, t);
	if (co_said_is(r, t + 2, "noon") || co_said_is(r, t + 2, "midnight"))
		hour = co_said_is(r, t + 2, "noon") ? 12 : to ? 24 : 0;
	else if (!co_number_read(r->s, r->m, t + 2, &hour) || hour > 24)
		return 0;
	if (!minutes || is_counted(r, t + 3))
		return 0;
	item->second = hour * CO_SAID_HOUR + (to ? -minutes : minutes) * CO_SAID_MINUTE;
	return 3;
}

/* From the second Sunday of March to the first of November. */
static int is_american_summer(int64_t day)
{
	int year, month, d;
	int64_t march, november;

	co_date_from_days(day, &year, &month, &d);
	march = co_days_from_date(year, 3, 14);
	november = co_days_from_date(year, 11, 7);
	return day >= march - (co_weekday(march) + 1) % 7 && day < november - (co_weekday(november) + 1) % 7;
}

/* "CET", "UTC", "+02:00", "gmt+1", as minutes east of UTC; 1, or 0 if it is no zone. Letters that also stand for another zone mean the commoner one. */
static int read_zone(const struct co_said *r, const char *s, int *minutes)
{
	static const char *const american[] = { "et", "ct", "mt", "pt" };
	static const struct {
		const char *name;
		int minutes;
	} zones[] = { { "utc", 0 },    { "gmt", 0 },	{ "z", 0 },	 { "zulu", 0 },	  { "cet", 60 },
		      { "cest", 120 }, { "bst", 60 },	{ "wet", 0 },	 { "west", 60 },  { "eet", 120 },
		      { "eest", 180 }, { "msk", 180 },	{ "ist", 330 },	 { "sgt", 480 },  { "hkt", 480 },
		      { "jst", 540 },  { "kst", 540 },	{ "aest", 600 }, { "aedt", 660 }, { "nzst", 720 },
		      { "est", -300 }, { "edt", -240 }, { "cst", -360 }, { "cdt", -300 }, { "mst", -420 },
		      { "mdt", -360 }, { "pst", -480 }, { "pdt", -420 } };
	size_t i, digits;
	int sign, hour, minute = 0;

	for (i = 0; i < CO_COUNT(zones); i++)
		if (strcmp(s, zones[i].name) == 0) {
			*minutes = zones[i].minutes;
			return 1;
		}
	for (i = 0; i < CO_COUNT(american); i++)
		if (strcmp(s, american[i]) == 0) {
			*minutes = -300 - 60 * (int)i + (is_american_summer(r->today) ? 60 : 0);
			return 1;
		}
	s += strncmp(s, "utc", 3) == 0 || strncmp(s, "gmt", 3) == 0 ? 3 : 0;
	if (*s != '+' && *s != '-')
		return 0;
	sign = *s++ == '-' ? -1 : 1;
	digits = strspn(s, DIGITS);
	hour = (int)strtol(s, NULL, 10);
	if (digits == 4)
		minute = hour % 100, hour /= 100;
	else if (s[digits] == ':')
		minute = two_digits(s + digits + 1), s += 3;
	if (!digits || digits == 3 || digits > 4 || s[digits] || hour > 14 || minute < 0 || minute > 59)
		return 0;
	*minutes = sign * (hour * 60 + minute);
	return 1;
}

/* "8 in the evening", "3 at night" */
static size_t read_part_of_day(const struct co_said *r, size_t t, struct co_said_item *item)
{
	size_t part = t + 1 < r->s->count && co_token_is(&r->s->tokens[t + 1], "the") ? t + 2 : t + 1;

	if (t >= r->s->count || !co_token_is_any(&r->s->tokens[t], "in at"))
		return 0;
	if (co_said_is(r, part, "morning") || (co_said_is(r, part, "night") && item->second < 6 * CO_SAID_HOUR))
		set_half(item, 1);
	else if (co_said_is(r, part, "afternoon") || co_said_is(r, part, "evening") || co_said_is(r, part, "night"))
		set_half(item, 2);
	else
		return 0;
	return part + 1 - t;
}

/* What follows the digits: am, pm, o'clock, a part of the day, a zone. How many tokens. */
static size_t read_behind(const struct co_said *r, size_t t, struct co_said_item *item)
{
	const struct co_token *tokens = r->s->tokens;
	size_t n = 0;

	if (t < r->s->count && half_of_day(tokens[t].text))
		set_half(item, half_of_day(tokens[t + n++].text));
	else if (t < r->s->count && co_token_is_any(&tokens[t], "oclock hours hrs") && !item->bare)
		n++;
	else if (t < r->s->count && co_token_is(&tokens[t], "oclock"))
		item->bare = 0, n++;
	if (item->bare || item->second <= 12 * CO_SAID_HOUR)
		n += read_part_of_day(r, t + n, item);
	if (t + n < r->s->count && !item->utc && read_zone(r, tokens[t + n].text, &item->zone)) {
		item->utc = 1;
		item->bare = 0;
		n++;
	}
	return n;
}

/* A day or a part of one stands there: "7.45 this morning", "1530 yesterday". */
static int follows_day(const struct co_said *r, size_t t)
{
	static const char days[] =
		"today yesterday before-yesterday morning afternoon evening night this last monday tuesday wednesday thursday "
		"friday saturday sunday";
	const struct co_match *calendar;

	if (t < r->s->count && co_token_is_any(&r->s->tokens[t], "in on"))
		t += t + 1 < r->s->count && co_token_is(&r->s->tokens[t + 1], "the") ? 2 : 1;
	calendar = co_said_calendar(r, t);
	return calendar && co_match_is_any(calendar, days);
}

static int ends_part(const struct co_said *r, size_t t)
{
	return t >= r->s->count || r->s->tokens[t].before;
}

/* "1100 UTC", "since 0730", "at 1530 yesterday" */
static size_t read_military(const struct co_said *r, size_t t, struct co_said_item *item)
{
	const char *s = r->s->tokens[t].text;
	int64_t number = strtoll(s, NULL, 10);

	if (strspn(s, DIGITS) != 4 || (s[4] && strcmp(s + 4, "z") != 0) || number >= 2400 || number % 100 > 59)
		return 0;
	item->second = number / 100 * CO_SAID_HOUR + number % 100 * CO_SAID_MINUTE;
	if (s[4]) {
		item->utc = 1; /* "0230z" */
		return 1;
	}
	if (t + 1 < r->s->count && read_zone(r, r->s->tokens[t + 1].text, &item->zone)) {
		item->utc = 1;
		return 2;
	}
	return starts_a_clock(r->word) && t <= r->word_at + 1 &&
	       ((*s == '0' && ends_part(r, t + 1)) || follows_day(r, t + 1));
}

/* "5.30" is a time of day rather than a version or a load: behind "since", "after", or before a day. */
static int is_dotted_clock(const struct co_said *r, size_t t)
{
	const char *minutes = strchr(r->s->tokens[t].text, '.') + 2;

	if (follows_day(r, t + 1) || (r->word == CO_SAID_BETWEEN && (*minutes == '0' || *minutes == '5')))
		return 1;
	return t <= r->word_at + 1 && ends_part(r, t + 1) && (r->word == CO_SAID_SINCE || r->word == CO_SAID_AFTER);
}

/* A day or a part of one was just read: "yesterday 18h". */
static int is_behind_day(const struct co_said *r, size_t t)
{
	const struct co_said_item *before = r->count ? &r->items[r->count - 1] : NULL;

	return before && before->last + 1 == t && (ends_part(r, t + 1) || before->word != CO_SAID_NOTHING) &&
	       (before->kind == CO_SAID_PART ||
		(before->kind == CO_SAID_DAYS && before->days.past - before->days.first == 1));
}

/* "18h" is an amount but for "at 18h", "from 8h to 10h", "yesterday 18h". */
static int is_full_hour(const struct co_said *r, size_t t)
{
	const int near = r->word != CO_SAID_NOTHING && t == r->word_at + 1;

	if (near && (r->word == CO_SAID_AT || r->word == CO_SAID_UNTIL))
		return co_token_is(&r->s->tokens[r->word_at], r->word == CO_SAID_AT ? "at" : "until");
	if (near && (r->word == CO_SAID_FROM || r->word == CO_SAID_BETWEEN))
		return !co_said_is(r, t + 1, "ago");
	return is_behind_day(r, t);
}

size_t co_said_hour(const struct co_said *r, size_t t, struct co_said_item *item)
{
	const struct co_token *token = &r->s->tokens[t];
	const int near = r->word != CO_SAID_NOTHING && t == r->word_at + 1 &&
			 (starts_a_clock(r->word) || r->word == CO_SAID_UNTIL) &&
			 (r->word != CO_SAID_AT || co_token_is(&token[-1], "at")) &&
			 !(r->word == CO_SAID_UNTIL && co_token_is(&token[-1], "to"));
	size_t digits = strspn(token->text, DIGITS);
	int64_t number = strtoll(token->text, NULL, 10);

	item->kind = CO_SAID_CLOCK;
	if (near && digits == 4 && digits == token->len && number < 2400 && number % 100 < 60 && t + 1 < r->s->count &&
	    co_token_is_any(&token[1], "hrs hours h")) {
		item->second = number / 100 * CO_SAID_HOUR + number % 100 * CO_SAID_MINUTE;
		return 2;
	}
	if (!digits || digits > 2 || token->text[digits] != 'h' || number > 24)
		return 0;
	item->second = number * CO_SAID_HOUR;
	if (!token->text[digits + 1])
		return is_full_hour(r, t) ? 1 + read_behind(r, t + 1, item) : 0;
	number = two_digits(token->text + digits + 1);
	if (number < 0 || number > 59 || token->text[digits + 3] || !(near || is_behind_day(r, t)))
		return 0;
	item->second += number * CO_SAID_MINUTE;
	return 1 + read_behind(r, t + 1, item);
}

/* "between noon and three", "at seven": an hour in a word, where nothing else can be counted */
static size_t read_hour_word(const struct co_said *r, size_t t, struct co_said_item *item)
{
	int64_t hour;
	size_t n;

	if (co_token_is_figure(&r->s->tokens[t]) || !co_number_read(r->s, r->m, t, &hour) || hour < 1 || hour > 12 ||
	    !starts_a_clock(r->word) || t > r->word_at + 2)
		return 0;
	item->second = hour * CO_SAID_HOUR;
	item->bare = 1;
	n = read_behind(r, t + 1, item);
	if (n)
		return 1 + n;
	if (r->word == CO_SAID_FROM || !(ends_part(r, t + 1) || follows_day(r, t + 1) ||
					 (r->word == CO_SAID_BETWEEN && co_token_is(&r->s->tokens[t + 1], "and"))))
		return 0;
	return 1;
}

/* "at gate 6": a number that is none of the clock */
static int is_far(const struct co_said *r, size_t t)
{
	static const char small[] = "about around roughly approx approximately circa exactly almost nearly the that";

	return t > r->word_at + 2 || (t == r->word_at + 2 && !co_token_is_any(&r->s->tokens[t - 1], small));
}

size_t co_said_clock(const struct co_said *r, size_t t, struct co_said_item *item)
{
	const char *rest;
	size_t n;

	item->kind = CO_SAID_CLOCK;
	if (co_said_is(r, t, "noon") || co_said_is(r, t, "midnight")) {
		item->second = co_said_is(r, t, "noon") ? 12 * CO_SAID_HOUR : 0;
		if (t + 2 < r->s->count && co_token_is_any(&r->s->tokens[t + 1], "at around about") &&
		    strchr(r->s->tokens[t + 2].text, ':') &&
		    parse_clock(r->s->tokens[t + 2].text, &item->second, &item->bare, &rest) && !*rest) {
			item->second += co_said_is(r, t, "noon") && item->second < 6 * CO_SAID_HOUR ?
						12 * CO_SAID_HOUR :
						0;
			return 3; /* "lunch at 12:30" */
		}
		return 1;
	}
	n = read_spoken_clock(r, t, item);
	if (n)
		return n + read_behind(r, t + n, item);
	n = read_military(r, t, item);
	if (n)
		return n;
	n = read_hour_word(r, t, item);
	if (n)
		return n;
	if (!parse_clock(r->s->tokens[t].text, &item->second, &item->bare, &rest))
		return 0;
	if (*rest && half_of_day(rest))
		set_half(item, half_of_day(rest));
	else if (strcmp(rest, "ish") == 0)
		item->bare = 0;
	else if (*rest && !(item->bare && strchr("+-", *rest)) && read_zone(r, rest, &item->zone))
		item->utc = 1, item->bare = 0;
	else if (*rest)
		return 0;
	n = 1 + read_behind(r, t + 1, item);
	if (strchr(r->s->tokens[t].text, '.') && !*rest && n == 1 && !is_dotted_clock(r, t))
		return 0;
	if (item->bare && (is_counted(r, t + 1) || is_range_of_numbers(r, t + 1) || is_level(r, t) ||
			   r->s->tokens[t].before == '~' || (t + 1 < r->s->count && r->s->tokens[t + 1].before == '~')))
		return 0; /* "at 2 of 3", "at 1/3" */
	if (item->bare && (r->word == CO_SAID_AT || r->word == CO_SAID_SINCE || r->word == CO_SAID_AFTER) &&
	    is_far(r, t))
		return 0;
	return item->bare && !starts_a_clock(r->word) &&
			       !(r->word == CO_SAID_UNTIL && !co_token_is(&r->s->tokens[r->word_at], "to") && n == 1 &&
				 follows_day(r, t + 1)) ?
		       0 :
		       n;
}

/* An end of a range in one token, up to the dash or the end: "8:15", "10am", "noon". */
static int range_end(const char *s, struct co_said_item *item, const char **rest)
{
	static const struct {
		const char *name;
		int hour;
	} names[] = { { "noon", 12 }, { "midday", 12 }, { "midnight", 0 } };
	size_t i, n;

	for (i = 0; i < CO_COUNT(names); i++) {
		n = strlen(names[i].name);
		if (strncmp(s, names[i].name, n) == 0 && (!s[n] || s[n] == '-')) {
			item->second = names[i].hour * CO_SAID_HOUR;
			*rest = s + n;
			return 1;
		}
	}
	if (!parse_clock(s, &item->second, &item->bare, rest))
		return 0;
	if (strncmp(*rest, "am-", 3) == 0 || strncmp(*rest, "pm-", 3) == 0) {
		set_half(item, **rest == 'a' ? 1 : 2);
		*rest += 2;
	}
	return 1;
}

/* "8:15-8:40", "10am-noon" in one token. */
int co_said_clock_range(struct co_said *r, size_t t)
{
	const char *text = r->s->tokens[t].text, *dash = strchr(text, '-'), *rest;
	struct co_said_item one = { .kind = CO_SAID_CLOCK }, two = { .kind = CO_SAID_CLOCK };
	size_t n = 1;
	int named;

	if (!dash || !range_end(text, &one, &rest) || rest != dash || !range_end(dash + 1, &two, &rest) ||
	    r->count + 2 > CO_SAID_ITEMS)
		return 0;
	named = (!one.bare && dash[-1] == 'm') || dash[-1] == 'n' || dash[-1] == 'y' || strchr("nm", dash[1]);
	if (!*rest && t + 1 < r->s->count && half_of_day(r->s->tokens[t + 1].text)) {
		rest = r->s->tokens[t + 1].text;
		n = 2;
	}
	if (half_of_day(rest))
		set_half(&two, half_of_day(rest));
	else if ((*rest && strcmp(rest, "h") != 0) ||
		 (!strchr(text, ':') && !named &&
		  !(one.bare && two.bare && (follows_day(r, t + n) || (t > 0 && follows_day(r, t - 1))))))
		return 0;
	if (t + n < r->s->count && read_zone(r, r->s->tokens[t + n].text, &two.zone)) {
		two.utc = 1;
		n++;
	}
	r->word = CO_SAID_BETWEEN;
	r->word_first = r->word_at = t;
	co_said_add(r, &one, t, 1);
	co_said_add(r, &two, t, n);
	return 1;
}
