/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Is something told of a thing ("worker-eu-4 drops packets"), or a list asked for ("log
 * groups that never expire")? By the place of words, for what no word of the vocabulary says.
 */
#include "intent/request.h"

#include <string.h>

/* A name, or the last word of a kind or subject: what something can be told of. */
static int is_thing(const struct co_reading *r, size_t t)
{
	size_t i;

	if (r->s.tokens[t].flags & (CO_TOKEN_NAME | CO_TOKEN_FACT))
		return 1;
	for (i = 0; i < r->m.count && r->m.items[i].first <= t; i++)
		if (r->m.items[i].last == t && co_reading_own(&r->m.items[i]) &&
		    (r->m.items[i].entry.type == CO_WORD_KIND || r->m.items[i].entry.type == CO_WORD_SUBJECT))
			return 1;
	return 0;
}

/* "drops", "flapped": known as such, or a word of no other meaning behind a thing. */
static int is_told(const struct co_reading *r, size_t t, size_t thing)
{
	const struct co_token *token = &r->s.tokens[t];
	int named = (r->s.tokens[thing].flags & (CO_TOKEN_NAME | CO_TOKEN_FACT)) != 0;

	if (co_reading_covered(r, t, "tells"))
		return 1;
	if (token->flags & (CO_TOKEN_NAME | CO_TOKEN_FACT | CO_TOKEN_USED | CO_TOKEN_ODD) || strpbrk(token->text, "-_./:=+%#0123456789"))
		return 0;
	if ((token->flags & (CO_TOKEN_KNOWN | CO_TOKEN_FIXED)) == CO_TOKEN_KNOWN)
		return 0;
	if (co_token_is_participle(token))
		return named && co_ends_with_any(token->text, "ed"); /* "deployments scaled to zero" are a list */
	return named || co_token_is_plural(&r->s.tokens[thing]);
}

int co_reading_states(const struct co_reading *r)
{
	size_t t, thing = r->s.count;

	for (t = 0; t < r->s.count; t++) {
		if (r->s.tokens[t].flags & CO_TOKEN_FOREIGN)
			continue;
		if (t > 0 && r->s.tokens[t].before && r->s.tokens[t].before != ':')
			thing = r->s.count;
		if (thing < t && is_told(r, t, thing))
			return 1;
		if (co_says_any(r, t, "nothing nobody noone no") &&
		    (r->s.tokens[t].before || (t == 0 && !co_says(r, t, "no"))))
			return 1;
		if (co_says_any(r, t, "which wich what whats who whose how when where"))
			return 0;
		thing = is_thing(r, t) ? t : r->s.count;
	}
	return 0;
}

static int is_relative(const struct co_token *t)
{
	static const char words[] = "that which who whose with without where lacking having w/o nobody noone not never";

	return co_token_is_any(t, words);
}

/* A word for a kind in the plural among the first three; the token behind it, or 0. */
static size_t past_plural(const struct co_reading *r)
{
	size_t i;

	for (i = 0; i < r->m.count && r->m.items[i].first < 3; i++) {
		const struct co_match *m = &r->m.items[i];

		if (m->entry.type != CO_WORD_KIND && (m->entry.type != CO_WORD_SUBJECT || strcmp(m->entry.class, "object") != 0))
			continue;
		if (co_reading_own(m) && co_token_is_plural(&r->s.tokens[m->last]))
			return m->last + 1;
	}
	return 0;
}

int co_reading_lists(const struct co_reading *r)
{
	size_t t, past = past_plural(r);

	for (t = past; past && t < r->s.count && t < past + 4; t++) {
		if (is_relative(&r->s.tokens[t]) || (t == past && !r->s.tokens[t].before && co_token_is_participle(&r->s.tokens[t]) &&
						     !co_reading_covered(r, t, "trouble")))
			return is_relative(&r->s.tokens[t]) && !co_says_any(r, t, "that which who") ? 2 : 1;
		if (r->s.tokens[t].before && t > past)
			return 0;
	}
	return 0;
}
