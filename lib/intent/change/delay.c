/* SPDX-License-Identifier: Apache-2.0 */
/* Nothing is put off until a time: is a time that a change speaks of that of the change, or told of something? */
#include "intent/change/change.h"

#include <string.h>

/* What something is told of: not a value, nor a mere place. */
static int is_named_there(const struct co_token *t)
{
	return (t->flags & CO_TOKEN_FACT) && !(t->flags & CO_TOKEN_VALUE) &&
	       !(t->inventory && t->inventory->type <= CO_NAME_NAMESPACE);
}

/* "drain it after 22:00": a clock time behind the request that is not told of anything. It may lie ahead, and then be no window. */
static int has_clock(const struct co_reading *r)
{
	size_t t, first;

	for (t = r->action->last + 2; t < r->s.count; t++) {
		const struct co_token *token = &r->s.tokens[t];

		if ((token->flags & CO_TOKEN_FOREIGN) ||
		    !co_token_is_any(&token[-1], "at after from before around by past") ||
		    strspn(token->text, "0123456789:") != token->len || !strchr(token->text, ':') || token->len > 5)
			continue;
		for (first = t; !co_talk_starts(r, first); first--)
			;
		if (!co_talk_is_statement(r, first, co_talk_end(r, first)))
			return 1;
	}
	return 0;
}

/* "it starts at 22:00": that is when it is to be done. */
static int speaks_of_when(const struct co_reading *r, size_t first, size_t past)
{
	for (; first < past; first++)
		if (co_says_any(r, first, "window maintenance slot change downtime work start begin do") ||
		    (co_says_any(r, first, "it that this") &&
		     !co_says_any(r, first + 1, "expires expired ends ended leaks hangs runs idles failed died broke")))
			return 1; /* "it starts at 22:00", not "it expires on sunday" */
	return 0;
}

/* "sunday", "tonight"; not "at", "for", "until" */
int co_delay_is_date(const struct co_match *m)
{
	return m &&
	       !co_match_is_any(
		       m, "last past this ago since after until between from at in for within older every versus not");
}

int co_delay_is(const struct co_reading *r, size_t first, size_t past)
{
	static const char words[] =
		"best better fine ok okay enough early planned scheduled due online asleep quiet suits time";
	int time = 0;
	size_t t;

	for (t = first; t < past; t++) {
		if (co_reading_covered(r, t, "trouble"))
			return 0; /* "it crashed for the first time today" */
		time |= co_delay_is_date(co_match_at(&r->m, t, CO_WORD_CALENDAR));
	}
	return time && first > r->action->last && !co_reading_has_word(r, first, past, "since was were ago") &&
	       co_reading_has_word(r, first, past, words);
}

/* "it leaks since 9 am, restart it", "the sale starts in an hour": of what is told, not of when to do it. */
static int is_told_time(const struct co_reading *r)
{
	size_t at = r->when.window_span.first, first = at, t;

	if (co_delay_is(r, co_reading_part_start(r, at), co_reading_part_end(r, at)))
		return 0;
	if (co_talk_is_occasion(r, at))
		return 1;
	if (co_does(r, "stop") && co_says(r, at, "over") && co_says(r, at + 1, "night"))
		return 1; /* that is how long */
	if (co_says(r, at, "since") &&
	    (json_is_string(json_object_get(r->target, "name")) || json_is_string(json_object_get(r->target, "node"))))
		return 1; /* nothing can be done since a time */
	if (r->when.window_span.last > r->action->last && r->when.window_span.last < co_talk_end(r, r->action->last))
		return 0; /* "it gets a new disk today, drain it after 22:00" */
	while (!co_talk_starts(r, first) || (first == at && first > 0 && !co_reading_starts_part(r, first)))
		first--;
	if (r->action->last >= first && r->action->first < co_talk_end(r, first))
		return 0;
	if ((r->s.tokens[first].flags & CO_TOKEN_ASIDE) && !(r->s.tokens[at].flags & CO_TOKEN_ASIDE))
		return 0; /* behind an aside, the request goes on */
	if (co_reading_covered(r, first, "reason") && at > first + 2)
		return 1;
	if (co_reading_has_word(r, first, at, "window slot maintenance downtime") &&
	    co_reading_has_word(r, first, at, "starts opens begins"))
		return 0; /* "the window starts at 22:00" */
	if (co_talk_is_statement(r, first, first == at ? co_reading_part_end(r, at) : co_talk_end(r, first)) &&
	    !speaks_of_when(r, first, at))
		return 1; /* "we have a demo at 3 pm", "today they are gone after one" */
	for (t = first; t < at; t++)
		if (co_reading_covered(r, t, "trouble") || is_named_there(&r->s.tokens[t]) ||
		    !(r->s.tokens[t].flags & (CO_TOKEN_KNOWN | CO_TOKEN_USED)))
			return 1;
	return 0;
}

/* "restart it next week": when to do it. "For the next 3 hours" is how long, "expires within a week" what of. */
static int is_next(const struct co_reading *r)
{
	size_t t = r->when.horizon_span.first;

	if (!*r->when.horizon || co_does(r, "silence"))
		return 0;
	while (t < r->when.horizon_span.last && !co_says(r, t, "next"))
		t++;
	if (!co_says(r, t, "next"))
		return 0;
	return t == 0 || !co_says_any(r, t - 1, "the within for");
}

int co_delay_ends_hold(const struct co_reading *r)
{
	size_t t = r->when.window_span.first;

	if (!r->when.has_window)
		return 0;
	if (co_does_any(r, "scale stop suspend") && co_says(r, t, "for") && co_says(r, t + 1, "the"))
		return 1; /* "to zero for the night" */
	return co_does_any(r, "cordon pause suspend stop silence") && t > r->action->first && co_says(r, t, "this") &&
	       !co_says_any(r, r->action->first,
			    "must should shall"); /* "suspend X this week", not "it must not run this week" */
}

/* "restart X after the deploy", "during the maintenance window"; count of tokens if nothing is said like that. */
static size_t find_occasion(const struct co_reading *r)
{
	size_t t, past = co_reading_part_end(r, r->action->last);

	for (t = r->action->last + 1; t + 1 < past; t++) {
		if (co_says_any(r, t, "after during") && co_says_any(r, t + 1, "the a our its this that each every") &&
		    !(r->s.tokens[t].flags & CO_TOKEN_FACT))
			return t;
		if (co_reading_covered(r, t, "reason"))
			break; /* "because it hangs after the deploy" */
	}
	return r->s.count;
}

size_t co_delay_find(const struct co_reading *r)
{
	if (co_delay_ends_hold(r))
		return r->s.count;
	if (!co_does(r, "fix") && ((r->when.has_window && !is_told_time(r)) || has_clock(r)))
		return r->when.has_window ? r->when.window_span.first : r->action->last;
	return is_next(r) ? r->when.horizon_span.first : find_occasion(r);
}
