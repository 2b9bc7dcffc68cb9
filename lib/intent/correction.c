/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who corrects himself means the last: "to 4, no, make it 5", "stop i-0a1, wait, the wrong one, i-0b2". What is put right
 * takes the place of the one thing of its kind that was said before, and the words of the correction go. Where that is
 * not plain, nothing is done: a change is then refused as two requests.
 */
#include "intent/change/change.h"
#include "intent/request.h"
#include "intent/target/target.h"

#include <stdlib.h>
#include <string.h>

enum thing { NOTHING, NUMBER, VERSION, SHARE, WORKLOAD, NODE, CONTEXT, ID };

static enum thing thing_at(const struct co_reading *r, size_t t)
{
	const struct co_token *token = &r->s.tokens[t];
	size_t digits = strspn(token->text, "0123456789");

	if (token->flags & (CO_TOKEN_FOREIGN | CO_TOKEN_SPLIT | CO_TOKEN_ODD))
		return NOTHING;
	if (token->inventory)
		return token->inventory->type == CO_NAME_WORKLOAD ? WORKLOAD :
		       token->inventory->type == CO_NAME_NODE	  ? NODE :
		       token->inventory->type == CO_NAME_CONTEXT  ? CONTEXT :
								    NOTHING;
	if (co_identifier_kind(token->name))
		return ID;
	if (digits && !token->text[digits])
		return token->len < 7 ? NUMBER : NOTHING;
	if (digits && token->text[digits] == '%' && !token->text[digits + 1])
		return SHARE;
	return digits && strspn(token->text, "0123456789.") == token->len ? VERSION : NOTHING;
}

static int is_alike(const struct co_reading *r, size_t a, size_t b)
{
	const char *x = r->s.tokens[a].name, *y = r->s.tokens[b].name;
	enum thing thing = thing_at(r, a);

	if (thing == NOTHING || thing != thing_at(r, b))
		return 0;
	return thing != ID || strcmp(co_identifier_kind(x), co_identifier_kind(y)) == 0;
}

/* A phrase that takes something back, where a part starts: "no, ..." needs its comma. */
static const struct co_match *marker_at(const struct co_reading *r, size_t t)
{
	size_t i;

	for (i = r->m.start[t]; i < r->m.count && r->m.items[i].first == t; i++) {
		const struct co_match *m = &r->m.items[i];

		if (!co_match_is_signal(m, "correction") || !co_reading_own(m))
			continue;
		if (m->last + 1 < r->s.count && co_says(r, m->last, "no") && !r->s.tokens[m->last + 1].before)
			continue;
		if (co_says_any(r, m->last + 1, "for until till"))
			continue; /* "wait for it to be ready" */
		return m;
	}
	return NULL;
}

/* "make it 5", "2.3.1 is out, take that", "only cordon it" */
static int is_of_correction(const struct co_reading *r, size_t t)
{
	static const char words[] =
		"make it that thats take is out use the wrong one was not only i meant mean should have said say be better "
		"rather instead to lets";

	return co_says_any(r, t, words) || co_reading_covered_by(r, t, "correction polite");
}

static size_t first_marker(const struct co_reading *r)
{
	size_t t;

	for (t = 2; t < r->s.count; t++)
		if (co_reading_starts_part(r, t) && marker_at(r, t))
			return t;
	return r->s.count;
}

/* The one thing behind the marker; count of tokens if there is another, or any word that is not of a correction. */
static size_t corrected(const struct co_reading *r, size_t marker)
{
	const size_t none = r->s.count;
	size_t t, value = none;

	for (t = marker; t < r->s.count; t++) {
		if (thing_at(r, t) != NOTHING) {
			if (value != none)
				return none;
			value = t;
		} else if (value != none &&
			   !co_says_any(r, t, "is out take that one use it please instead then thanks i mean meant")) {
			return none;
		} else if (!is_of_correction(r, t)) {
			return none;
		}
	}
	return value;
}

/* What it takes the place of: the last word before the marker, or the only thing of its kind. */
static size_t mistaken(const struct co_reading *r, size_t marker, size_t value)
{
	const size_t none = r->s.count;
	size_t t, found = none;

	if (is_alike(r, marker - 1, value))
		return marker - 1;
	for (t = 0; t < marker; t++) {
		if (!is_alike(r, t, value))
			continue;
		if (found != none)
			return none;
		found = t;
	}
	return found;
}

static int apply(struct co_reading *r, size_t marker)
{
	size_t value = corrected(r, marker), was;
	struct co_token old;

	if (value == r->s.count)
		return 0;
	if (thing_at(r, value) == WORKLOAD && co_reading_knows(r, 0, marker, CO_NAME_NAMESPACE))
		return 0; /* that is of the workload which is taken back */
	if ((was = mistaken(r, marker, value)) == r->s.count)
		return 0;
	old = r->s.tokens[was];
	r->s.tokens[was] = r->s.tokens[value];
	r->s.tokens[was].before = old.before;
	r->s.tokens[was].clause = old.clause;
	r->s.count = marker;
	return 1;
}

/* "no wait": taken back, even with nothing behind it. A mere "no" has other meanings, and "sorry" may be said to be polite. */
static int takes_back(const struct co_reading *r, size_t marker)
{
	const struct co_match *m = marker_at(r, marker);
	size_t t;

	if (m->words > 1 || !co_says_any(r, marker, "no sorry actually"))
		return 1;
	for (t = marker; t < r->s.count && thing_at(r, t) == NOTHING && !co_match_at(&r->m, t, CO_WORD_ACTION) &&
			 !co_says_any(r, t, "meant mean");
	     t++)
		;
	return t < r->s.count && !co_says(r, marker, "no");
}

void co_correction_read(struct co_reading *r)
{
	size_t marker = first_marker(r);

	if (marker == r->s.count)
		return;
	if (apply(r, marker))
		co_reading_match(r);
	else if (takes_back(r, marker))
		r->taken_back = marker;
}
