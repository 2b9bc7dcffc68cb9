/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers and amounts of time, for intent/when and the parameters. */
#include "intent/when/said.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int all_digits(const char *s, size_t n)
{
	return n > 0 && n <= 9 && *s <= '9' && strspn(s, "0123456789") >= n;
}

int co_number_read(const struct co_sentence *s, const struct co_matches *m, size_t t, int64_t *number)
{
	const struct co_match *word;

	if (t >= s->count)
		return 0;
	if (all_digits(s->tokens[t].text, s->tokens[t].len)) {
		*number = strtoll(s->tokens[t].text, NULL, 10);
		return 1;
	}
	word = co_match_at(m, t, CO_WORD_UNIT);
	if (!word || strcmp(word->entry.class, "number") != 0 || word->last != t)
		return 0;
	*number = strtoll(word->entry.name, NULL, 10);
	return word->entry.name[0] >= '0' && word->entry.name[0] <= '9';
}

/* "1h30m", "1h30" */
static int hours_and_minutes(const char *s, int64_t *minutes)
{
	char *end;
	int64_t hours = strtoll(s, &end, 10);

	if (*end != 'h' || hours > 99 || !all_digits(end + 1, strspn(end + 1, "0123456789")))
		return 0;
	s = end + 1;
	*minutes = hours * 60 + strtoll(s, &end, 10);
	return co_is_among(end, "m min") || (!*end && end == s + 2);
}

/* "3h", "30min": digits and a unit in one token. */
static int joined_amount(const struct co_vocabulary *v, const struct co_token *t, int64_t *count, struct co_entry *unit)
{
	size_t digits = strspn(t->text, "0123456789");

	if (!digits || digits > 9 || digits == t->len)
		return 0;
	if (hours_and_minutes(t->text, count))
		return co_vocabulary_find(v, CO_WORD_UNIT, "m", unit) == 0;
	if (co_match_word(v, t->text + digits, t->len - digits, CO_WORD_UNIT, unit) < 0 ||
	    strcmp(unit->class, "number") == 0)
		return 0;
	*count = strtoll(t->text, NULL, 10);
	return 1;
}

size_t co_amount_read(const struct co_sentence *s, const struct co_matches *m, const struct co_vocabulary *v, size_t t,
		      int64_t *count, struct co_entry *unit)
{
	const struct co_match *word = t < s->count ? co_match_at(m, t, CO_WORD_UNIT) : NULL;
	size_t at = t;

	if (t >= s->count || (s->tokens[t].flags & CO_TOKEN_FOREIGN))
		return 0;
	if (joined_amount(v, &s->tokens[t], count, unit))
		return 1;
	if (word && co_is_among(word->entry.name, "quarter-hour hour-and-half")) {
		*count = 1;
		*unit = word->entry;
		return word->last + 1 - t;
	}
	if (word && strcmp(word->entry.class, "number") == 0) {
		*count = strtoll(word->entry.name, NULL, 10);
		at = word->last + 1;
	} else if (all_digits(s->tokens[t].text, s->tokens[t].len) && s->tokens[t].text[0] != '0') {
		*count = strtoll(s->tokens[t].text, NULL, 10);
		at = t + 1;
	} else {
		return 0;
	}
	word = at < s->count ? co_match_at(m, at, CO_WORD_UNIT) : NULL;
	if (!word || strcmp(word->entry.class, "number") == 0)
		return 0;
	*unit = word->entry;
	return word->last + 1 - t;
}

static const struct {
	const char *unit;
	int64_t seconds;
	int64_t count; /* of the unit it is written in */
	char written;
} lengths[] = { { "s", 1, 1, 's' },
		{ "m", CO_SAID_MINUTE, 1, 'm' },
		{ "quarter-hour", 15 * CO_SAID_MINUTE, 15, 'm' },
		{ "h", CO_SAID_HOUR, 1, 'h' },
		{ "d", CO_SAID_DAY, 1, 'd' },
		{ "w", 7 * CO_SAID_DAY, 7, 'd' },
		{ "fortnight", 14 * CO_SAID_DAY, 14, 'd' },
		{ "hour-and-half", 90 * CO_SAID_MINUTE, 90, 'm' },
		{ "month", 30 * CO_SAID_DAY, 30, 'd' },
		{ "quarter", 91 * CO_SAID_DAY, 91, 'd' },
		{ "year", 365 * CO_SAID_DAY, 365, 'd' } };

/* The number "half" reads as 0; half of a day and less is written in hours or minutes. */
static const char *amount_text(int64_t count, size_t unit, char text[CO_AMOUNT_TEXT])
{
	int64_t half = lengths[unit].seconds / 2;

	if (count)
		snprintf(text, CO_AMOUNT_TEXT, "%lld%c", (long long)(count * lengths[unit].count),
			 lengths[unit].written);
	else if (half >= CO_SAID_DAY)
		snprintf(text, CO_AMOUNT_TEXT, "%lldd", (long long)(half / CO_SAID_DAY));
	else
		snprintf(text, CO_AMOUNT_TEXT, "%lldm", (long long)(half / CO_SAID_MINUTE));
	return text;
}

static size_t unit_number(const char *unit)
{
	size_t i;

	for (i = 0; i < CO_COUNT(lengths); i++)
		if (strcmp(unit, lengths[i].unit) == 0)
			break;
	return i;
}

int co_amount_text(int64_t count, const char *unit, char text[CO_AMOUNT_TEXT])
{
	size_t i = unit_number(unit);

	return i < CO_COUNT(lengths) && amount_text(count, i, text);
}

/* The same in seconds; 0 if it is no unit of time. */
static int64_t amount_seconds(int64_t count, const char *unit)
{
	size_t i = unit_number(unit);

	if (i == CO_COUNT(lengths))
		return 0;
	return count ? count * lengths[i].seconds : lengths[i].seconds / 2;
}

/* The unit behind a number: in its token, or the next; how many tokens more, or -1. */
static int unit_behind(const struct co_said *r, size_t t, const char *rest, struct co_entry *unit)
{
	const struct co_match *word = t + 1 < r->s->count ? co_match_at(r->m, t + 1, CO_WORD_UNIT) : NULL;

	if (*rest)
		return co_match_word(r->v, rest, strlen(rest), CO_WORD_UNIT, unit) == 0 ? 0 : -1;
	if (!word || r->s->tokens[t + 1].before)
		return -1;
	*unit = word->entry;
	return (int)(word->last - t);
}

/* "1.5", "0.75", in hundredths; 0 if it is no such number. */
static int64_t hundredths(const char *s, const char **rest)
{
	size_t digits = strspn(s, "0123456789"), more;
	int64_t whole;

	if (!all_digits(s, digits) || digits > 4 || s[digits] != '.')
		return 0;
	whole = strtoll(s, NULL, 10) * 100;
	s += digits + 1;
	more = strspn(s, "0123456789");
	*rest = s + more;
	if (!more || more > 2)
		return 0;
	return whole + strtoll(s, NULL, 10) * (more == 1 ? 10 : 1);
}

static size_t read_fraction(const struct co_said *r, size_t t, struct co_said_item *item)
{
	const char *rest = "";
	int64_t count = hundredths(r->s->tokens[t].text, &rest), number;
	struct co_entry unit;
	size_t at = t;
	int more;

	if (!count && t + 1 < r->s->count && co_number_read(r->s, r->m, t, &number) &&
	    co_token_is(&r->s->tokens[t + 1], "1/2")) {
		count = number * 100 + 50;
		at++;
	}
	more = count ? unit_behind(r, at, rest, &unit) : -1;
	if (more < 0 || strcmp(unit.class, "time") != 0)
		return 0;
	item->seconds = amount_seconds(count, unit.name) / 100;
	if (item->seconds < CO_SAID_MINUTE)
		return 0;
	item->kind = CO_SAID_AMOUNT;
	if (item->seconds % CO_SAID_HOUR == 0)
		snprintf(item->text, sizeof(item->text), "%lldh", (long long)(item->seconds / CO_SAID_HOUR));
	else
		snprintf(item->text, sizeof(item->text), "%lldm", (long long)(item->seconds / CO_SAID_MINUTE));
	return at + 1 + (size_t)more - t;
}

int co_said_set_amount(struct co_said_item *item, int64_t count, const char *unit)
{
	item->seconds = amount_seconds(count, unit);
	if (!item->seconds)
		return 0;
	item->kind = CO_SAID_AMOUNT;
	return co_amount_text(count, unit, item->text);
}

/* "2 hours and 15 minutes": what is added, in a smaller unit; how many tokens. */
static size_t read_rest(const struct co_said *r, size_t t, struct co_said_item *item)
{
	size_t at = t < r->s->count && co_token_is(&r->s->tokens[t], "and") ? t + 1 : t, n;
	struct co_said_item rest = { 0 };
	struct co_entry unit;
	int64_t count;

	if (at >= r->s->count || r->s->tokens[at].before || item->seconds < CO_SAID_HOUR ||
	    item->seconds > 30 * CO_SAID_DAY)
		return 0;
	n = co_amount_read(r->s, r->m, r->v, at, &count, &unit);
	if (!n || strcmp(unit.class, "time") != 0 || !co_said_set_amount(&rest, count, unit.name) ||
	    rest.seconds < CO_SAID_MINUTE || rest.seconds >= CO_SAID_DAY || rest.seconds * 2 >= item->seconds)
		return 0;
	item->seconds += rest.seconds;
	snprintf(item->text, sizeof(item->text), "%lldm", (long long)(item->seconds / CO_SAID_MINUTE));
	return at + n - t;
}

/* "500m cpu", "500 USD a day", "3 times an hour", "returns 502s": no time that passed */
static int is_rate(const struct co_said *r, size_t t, size_t past)
{
	const char *before = t > 0 ? r->s->tokens[t - 1].text : "", *text = r->s->tokens[t].text;

	if ((*text == '4' || *text == '5') && strlen(text) == 4 && text[3] == 's' &&
	    !(t > 0 && t == r->word_at + 1 && r->word != CO_SAID_NOTHING))
		return 1; /* "500s" */
	if (past < r->s->count && co_token_is(&r->s->tokens[past - 1], "quarter") &&
	    co_token_is_any(&r->s->tokens[past], "past to"))
		return 1; /* "a quarter past nine" */
	if (past < r->s->count && past == t + 1 && co_token_is_any(&r->s->tokens[past], "cpu cpus core cores vcpu"))
		return 1;
	return t > 0 && co_token_is_any(&r->s->tokens[t], "a an") &&
	       (co_token_is_any(&r->s->tokens[t - 1],
				"usd dollar dollars eur euro euros gbp pounds bucks times once twice") ||
		*before == '$' || (*before >= '0' && *before <= '9'));
}

/* "--since=30m" */
static size_t read_option(const struct co_said *r, size_t t, struct co_said_item *item)
{
	struct co_token value = r->s->tokens[t];
	struct co_entry unit;
	int64_t count;

	if (strncmp(value.text, "since=", 6) != 0)
		return 0;
	value.text += 6;
	value.len -= 6;
	item->past = 1;
	return joined_amount(r->v, &value, &count, &unit) && co_said_set_amount(item, count, unit.name);
}

size_t co_said_amount(const struct co_said *r, size_t t, struct co_said_item *item)
{
	struct co_entry unit;
	int64_t count;
	size_t n = t < r->s->count ? read_fraction(r, t, item) : 0;

	if (!n && t < r->s->count && read_option(r, t, item))
		return 1;
	if (!n) {
		n = co_amount_read(r->s, r->m, r->v, t, &count, &unit);
		if (!n || strcmp(unit.class, "time") != 0 || is_rate(r, t, t + n) ||
		    !co_said_set_amount(item, count, unit.name))
			return 0;
		n += read_rest(r, t + n, item);
	}
	if (t + n < r->s->count && r->versus < t && co_token_is(&r->s->tokens[t + n], "before")) {
		item->past = 1;
		return n + 1;
	}
	if (co_said_is(r, t + n, "ago")) {
		item->past = 1;
		n += co_said_calendar(r, t + n)->last + 1 - (t + n);
	}
	return n;
}
