/* SPDX-License-Identifier: Apache-2.0 */
/* Is something told of a thing ("worker-eu-4 drops packets")? By the place of words, for what no word of the vocabulary says. */
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
	if (token->flags & (CO_TOKEN_NAME | CO_TOKEN_FACT | CO_TOKEN_USED | CO_TOKEN_ODD) ||
	    strpbrk(token->text, "-_./:=+%#0123456789"))
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
