/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Behind a request that names its object, what is only told says why it is wanted: "..., it leaked on github", "...,
 * prod-eu has network trouble". Where such words would make a change unclear, they are cut off, and nothing is taken from
 * them. Not so what could be a condition, another request, another object, or when it is to be done.
 */
#include "intent/change/change.h"

#include <string.h>

/* Part of an order, a wish, or a limit. */
static int is_of_request(const struct co_reading *r, size_t t)
{
	static const char words[] = "keep leave spare retain preserve same also first them then afterwards next";
	const struct co_match *action = co_match_at(&r->m, t, CO_WORD_ACTION);

	if (co_says_any(r, t, "too well") && (t + 1 == r->s.count || r->s.tokens[t + 1].before))
		return 1;
	return co_says_any(r, t, words) || (action && co_reading_is_command(r, action)) ||
	       co_match_at(&r->m, t, CO_WORD_CONSTRAINT) || strpbrk(r->s.tokens[t].text, "0123456789");
}

/* "prod-eu has network trouble": of a place of the same sort as the request has, and worse off. */
static int is_other_place(const struct co_reading *r, size_t t, size_t request, size_t end)
{
	const struct co_name *name = r->s.tokens[t].inventory;
	size_t i;

	if (!name || name->type > CO_NAME_CLUSTER || !co_reading_knows(r, request, end, name->type))
		return 0;
	for (i = t + 1; i < r->s.count; i++)
		if (co_reading_covered(r, i, "trouble"))
			return 1;
	return 0;
}

/* "hold it, I want to look at the figures first" */
static int is_why_held(const struct co_reading *r, size_t first)
{
	size_t t;

	if (!co_does_any(r, "cordon pause suspend") || first + 4 > r->s.count || !co_says_any(r, first, "i we") ||
	    !co_says_any(r, first + 1, "want need have") ||
	    !co_says(r, first + 2, "to") || !co_says_any(r, first + 3, "look see check verify inspect test compare debug"))
		return 0;
	for (t = first; t < r->s.count; t++)
		if (co_reading_could_name(r, t) || co_reading_covered_by(r, t, "condition negation"))
			return 0;
	return 1;
}

static int is_only_told(const struct co_reading *r, size_t first, size_t request, size_t end)
{
	size_t t;

	for (t = first; t < r->s.count; t++) {
		if (is_other_place(r, t, request, end))
			continue;
		if (co_reading_could_name(r, t) || (r->s.tokens[t].flags & (CO_TOKEN_USED | CO_TOKEN_FOREIGN)) || is_of_request(r, t))
			return 0;
	}
	return co_talk_is(r, first, r->s.count);
}

static int names_object(const struct co_reading *r, size_t t, size_t past)
{
	for (; t < past; t++)
		if (co_reading_could_name(r, t) && !(r->s.tokens[t].inventory && r->s.tokens[t].inventory->type < CO_NAME_NODE))
			return 1;
	return 0;
}

int co_told_cut(struct co_reading *r)
{
	size_t request = co_reading_part_start(r, r->action->first), end = co_reading_part_end(r, r->action->last),
		last, count = r->s.count;

	if (!names_object(r, request, end))
		return 0;
	while ((last = co_reading_part_start(r, r->s.count - 1)) >= end && (is_why_held(r, last) || is_only_told(r, last, request, end)))
		r->s.count = last;
	return r->s.count < count;
}
