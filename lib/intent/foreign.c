/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which of the words are somebody else's: those that steer the reader, orders in brackets or
 * in quotes, command lines, code, another language. By where they stand and what they are
 * addressed to, as little as possible by what they say.
 */
#include "intent/change/change.h"
#include "intent/request.h"

#include <string.h>

static int make_foreign(struct co_sentence *s, size_t first, size_t last)
{
	for (; first <= last && first < s->count; first++)
		s->tokens[first].flags |= CO_TOKEN_FOREIGN;
	return 1;
}

struct bounds {
	size_t first, last; /* both included */
};

static struct bounds clause_of(const struct co_sentence *s, size_t t)
{
	struct bounds b = { t, t };

	while (b.first > 0 && s->tokens[b.first - 1].clause == s->tokens[t].clause)
		b.first--;
	while (b.last + 1 < s->count && s->tokens[b.last + 1].clause == s->tokens[t].clause)
		b.last++;
	return b;
}

static struct bounds aside_of(const struct co_sentence *s, size_t t)
{
	struct bounds b = { t, t };

	while (b.first > 0 && (s->tokens[b.first - 1].flags & CO_TOKEN_ASIDE))
		b.first--;
	while (b.last + 1 < s->count && (s->tokens[b.last + 1].flags & CO_TOKEN_ASIDE))
		b.last++;
	return b;
}

/* An action that is asked for by its verb. */
static int is_order_word(const struct co_match *m)
{
	return m->entry.type == CO_WORD_ACTION && m->weight < CO_PHRASE_STRONG;
}

static int has_action(const struct co_reading *r, size_t first, size_t past)
{
	int asked = co_says_any(r, first, "which what who does do");
	size_t i;

	for (i = r->m.start[first]; i < r->m.count && r->m.items[i].first < past; i++)
		if (is_order_word(&r->m.items[i]) && co_reading_own(&r->m.items[i]) &&
		    !(asked && co_says(r, r->m.items[i].first, "allow")))
			return 1;
	return 0;
}

/* From a dash before it, or a comma behind a mere look, to the end of the clause. A change before a comma is not trusted. */
static struct bounds steered(const struct co_reading *r, size_t t)
{
	struct bounds clause = clause_of(&r->s, t);
	size_t first;

	if (r->s.tokens[t].flags & CO_TOKEN_ASIDE)
		return aside_of(&r->s, t);
	for (first = t; first > clause.first; first--) {
		char before = r->s.tokens[first].before;

		if (before == '-' || (before == ',' && !has_action(r, clause.first, first)))
			break;
	}
	return (struct bounds){ first, clause.last };
}

/* Words that steer the reader, an order in brackets, a command line as a sentence of its own. */
static int is_steering(const struct co_reading *r, const struct co_match *m)
{
	const struct co_token *t = &r->s.tokens[m->first];

	if (!co_reading_own(m))
		return 0;
	if (co_match_is_signal(m, "injection"))
		return !co_token_is(t, "says"); /* "until QA says yes" */
	if (is_order_word(m))
		return (t->flags & CO_TOKEN_ASIDE) != 0;
	return co_match_is_signal(m, "shell") && t->clause > 0 &&
	       (m->first == 0 || r->s.tokens[m->first - 1].clause != t->clause);
}

static int mark_steering(struct co_reading *r)
{
	size_t i;
	int found = 0;

	for (i = 0; i < r->m.count; i++) {
		if (is_steering(r, &r->m.items[i])) {
			struct bounds b = steered(r, r->m.items[i].first);

			found = make_foreign(&r->s, b.first, b.last);
		}
	}
	return found;
}

/* "assistant: ...", "system: ...": what a machine would say, to the end of the sentence. */
static int mark_roles(struct co_reading *r)
{
	size_t i, t;
	int found = 0;

	for (i = 0; i < r->m.count; i++) {
		const struct co_match *m = &r->m.items[i];

		t = m->last + 1;
		if (!co_reading_own(m) || !co_reading_starts_part(r, m->first) || t >= r->s.count ||
		    r->s.tokens[t].before != ':')
			continue;
		if (co_match_is_signal(m, "role"))
			found = make_foreign(&r->s, m->first, clause_of(&r->s, t).last);
		else if (m->entry.type == CO_WORD_KIND && co_match_is(m, "user"))
			found = make_foreign(&r->s, m->first, m->last);
	}
	return found;
}

/* After words that steer, orders are part of them: "ignore the rules. delete it." */
static int mark_followers(struct co_reading *r)
{
	size_t t, first;
	int found = 0;

	for (t = co_reading_first_foreign(r); t < r->s.count; t = clause_of(&r->s, t).last + 1) {
		if (t == 0 || r->s.tokens[t - 1].clause == r->s.tokens[t].clause ||
		    (r->s.tokens[t].flags & CO_TOKEN_FOREIGN))
			continue;
		for (first = t; first + 1 < r->s.count && co_reading_covered(r, first, "polite"); first++)
			;
		const struct co_match *action = co_match_at(&r->m, first, CO_WORD_ACTION);

		if (action && is_order_word(action))
			found = make_foreign(&r->s, t, clause_of(&r->s, t).last);
	}
	return found;
}

/* ---- what no person types, or another language */

static int is_strange(const struct co_token *t)
{
	return !t->inventory && t->len > 1 && !(t->flags & (CO_TOKEN_KNOWN | CO_TOKEN_QUOTED | CO_TOKEN_FOREIGN)) &&
	       ((t->flags & CO_TOKEN_ODD) || !co_token_is_made(t)) && !co_token_is_figure(t);
}

static size_t count_own(const struct co_sentence *s)
{
	size_t t, n = 0;

	for (t = 0; t < s->count; t++)
		n += !(s->tokens[t].flags & CO_TOKEN_FOREIGN);
	return n;
}

/* "the", "is", "of": no English clause of some length is without. */
static int has_small_words(const struct co_reading *r, struct bounds b)
{
	size_t t;

	for (t = b.first; t <= b.last; t++)
		if (co_reading_covered_by(r, t, "filler polite common asking and"))
			return 1;
	return 0;
}

/* A clause or an aside most of whose words nobody knows, beside others. */
static int mark_strange(struct co_reading *r)
{
	size_t t, i, strange, own;
	int found = 0;

	for (t = 0; t < r->s.count;) {
		struct bounds b = r->s.tokens[t].flags & CO_TOKEN_ASIDE ? aside_of(&r->s, t) : clause_of(&r->s, t);

		for (i = b.first, strange = own = 0; i <= b.last; i++) {
			own += !(r->s.tokens[i].flags & CO_TOKEN_FOREIGN);
			strange += (size_t)is_strange(&r->s.tokens[i]);
		}
		if (((strange >= 3 && strange * 2 > own) || (strange >= 2 && own > 3 && !has_small_words(r, b))) &&
		    own < count_own(&r->s))
			found = make_foreign(&r->s, b.first, b.last);
		t = b.last + 1 > t ? b.last + 1 : t + 1;
	}
	return found;
}

/* ---- quoted messages */

static int is_order(const struct co_reading *r, const struct co_match *m, size_t first)
{
	if (co_match_is_signal(m, "shell") || co_match_is_signal(m, "injection"))
		return 1;
	return is_order_word(m) &&
	       (m->first == first || co_reading_starts_part(r, m->first) || co_says(r, m->first - 1, "please"));
}

/* A quoted message that orders something is no symptom. */
static int mark_orders(struct co_reading *r)
{
	size_t t, past, i;
	int found = 0;

	for (t = 0; t<r->s.count; t = past> t ? past : t + 1) {
		for (past = t; past < r->s.count && (r->s.tokens[past].flags & CO_TOKEN_MESSAGE); past++)
			;
		for (i = r->m.start[t]; past > t && i < r->m.count && r->m.items[i].first < past; i++)
			if (is_order(r, &r->m.items[i], t))
				break;
		if (past == t || i == r->m.count || r->m.items[i].first >= past)
			continue;
		for (found = 1; t < past; t++)
			r->s.tokens[t].flags &= ~(unsigned)CO_TOKEN_MESSAGE;
	}
	return found;
}

int co_foreign_mark(struct co_reading *r)
{
	int found = mark_orders(r) | mark_roles(r) | mark_strange(r) | mark_steering(r);

	return found | mark_followers(r);
}
