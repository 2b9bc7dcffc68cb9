/* SPDX-License-Identifier: Apache-2.0 */
#include "intent/text/match.h"

#include "intent/words/names.h"

#include <stdlib.h>
#include <string.h>

enum { GAP = 3, LONGEST_GAP = 8 };

struct finder {
	struct co_matches *m;
	const struct co_sentence *s;
	const struct co_vocabulary *v;
	unsigned layer;
	int name;
	size_t last;
};

/* Phrases stay within a clause, and do not reach from one's own words into somebody else's. */
static int joins(const struct co_sentence *s, size_t first, size_t t)
{
	const unsigned foreign = CO_TOKEN_FOREIGN | CO_TOKEN_MESSAGE;

	return t < s->count && s->tokens[t].clause == s->tokens[first].clause &&
	       (s->tokens[t].flags & foreign) == (s->tokens[first].flags & foreign);
}

/* "shut vm renderfarm-2 in lark-maps-prod down": what says where makes no gap of an action long. */
static int fills_gap(const struct finder *f, const struct co_phrase *p, size_t t)
{
	const struct co_token *token = &f->s->tokens[t];

	if (p->entry.type != CO_WORD_ACTION)
		return 1;
	if (co_token_is_any(token, "in on") && t + 1 < f->s->count)
		token++;
	return !token->inventory || token->inventory->type < CO_NAME_ENVIRONMENT ||
	       token->inventory->type > CO_NAME_ACCOUNT;
}

/* Matches elements from number e on at token t; sets last and name. */
static int match_rest(struct finder *f, const struct co_phrase *p, unsigned e, size_t first, size_t t)
{
	unsigned skip, filled = 0;

	if (e == p->length) {
		f->last = t - 1;
		return 1;
	}
	if (p->elements[e] == CO_PHRASE_GAP) {
		for (skip = 0; filled <= GAP && skip <= LONGEST_GAP; skip++) {
			if (match_rest(f, p, e + 1, first, t + skip))
				return 1;
			if (!joins(f->s, first, t + skip) || f->s->tokens[t + skip].before == ',')
				return 0;
			filled += (unsigned)fills_gap(f, p, t + skip);
		}
		return 0;
	}
	if (!joins(f->s, first, t) || ((f->s->tokens[t].flags ^ f->s->tokens[first].flags) & CO_TOKEN_ASIDE) ||
	    (e && f->s->tokens[t].before && strchr(",:(", f->s->tokens[t].before)))
		return 0;
	if (p->elements[e] == CO_PHRASE_NAME) {
		const struct co_token *name = &f->s->tokens[t];

		if (!co_token_is_name(name) || ((name->flags & CO_TOKEN_KNOWN) && !(name->flags & CO_TOKEN_NAME)))
			return 0;
		f->name = (int)t;
	} else if (f->s->tokens[t].word[f->layer] != p->elements[e] &&
		   f->s->tokens[t].base[f->layer] != p->elements[e]) {
		return 0;
	}
	return match_rest(f, p, e + 1, first, t + 1);
}

static void add(struct finder *f, const struct co_phrase *p, size_t first)
{
	struct co_match *match = co_grow(&f->m->items, &f->m->count, sizeof(*match));
	size_t i;

	match->entry = p->entry;
	match->weight = p->weight;
	match->first = first;
	match->last = f->last;
	match->name = f->name;
	for (i = 0; i < p->length; i++)
		match->words += p->elements[i] >= 0;
	for (i = first; i <= f->last; i++)
		match->flags |= f->s->tokens[i].flags;
}

/* A plural ending on a verb makes it no command: "shows", "restarts". */
static int is_inflected(const struct finder *f, const struct co_phrase *p, size_t t)
{
	if (p->entry.type != CO_WORD_VERB && p->entry.type != CO_WORD_ACTION)
		return 0;
	if (co_token_is_any(&f->s->tokens[t], "needs wants"))
		return 0; /* "finance wants X switched off" */
	return f->s->tokens[t].word[f->layer] != p->elements[0];
}

/* How many of the phrases have a second word before that one; those without any come first. */
static uint32_t count_before(const struct finder *f, uint32_t first, uint32_t n, int32_t word)
{
	uint32_t low = 0, high = n;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (co_vocabulary_second(f->v, f->layer, first + middle) < word)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* The phrases whose second word stands at a token; a verb is parted by its object: only actions are. */
static void try_phrases(struct finder *f, size_t t, size_t second, uint32_t first, uint32_t past)
{
	struct co_phrase phrase;

	for (; first < past; first++) {
		co_vocabulary_phrase(f->v, f->layer, first, &phrase);
		f->name = -1;
		if (is_inflected(f, &phrase, t) ||
		    (second > t + 1 && (phrase.entry.type != CO_WORD_ACTION || !joins(f->s, t, t + 1))))
			continue;
		if (phrase.length && match_rest(f, &phrase, 1, t, second))
			add(f, &phrase, t);
	}
}

/* "clean them out", "shut it down". With verbs of all work it means something else: "take it out". */
static int is_parted(const struct co_sentence *s, size_t t)
{
	return t + 2 < s->count && co_token_is_any(&s->tokens[t + 1], "it them those these") &&
	       co_token_is_any(&s->tokens[t + 2], "up down out off on away back") &&
	       !co_token_is_any(&s->tokens[t], "take put get set bring kick go let make turn keep");
}

static void find_second(struct finder *f, size_t t, size_t second, uint32_t first, uint32_t n)
{
	const struct co_token *next = second < f->s->count ? &f->s->tokens[second] : NULL;
	int32_t seconds[] = { next ? next->word[f->layer] : -1, next ? next->base[f->layer] : -1 };
	size_t i;

	for (i = 0; i < 2; i++)
		if (seconds[i] >= 0 && (i == 0 || seconds[1] != seconds[0]))
			try_phrases(f, t, second, first + count_before(f, first, n, seconds[i]),
				    first + count_before(f, first, n, seconds[i] + 1));
}

/* Most phrases that start at a token end at the second word: they are in its order. */
static void find_from(struct finder *f, size_t t, int32_t word)
{
	uint32_t first = 0, n = co_vocabulary_phrases(f->v, f->layer, word, &first);

	if (!n)
		return;
	try_phrases(f, t, t + 1, first, first + count_before(f, first, n, 0));
	find_second(f, t, t + 1, first, n);
	if (is_parted(f->s, t))
		find_second(f, t, t + 2, first, n);
}

static void find_at(struct finder *f, size_t t)
{
	const struct co_token *token = &f->s->tokens[t];

	find_from(f, t, token->word[f->layer]);
	if (token->base[f->layer] != token->word[f->layer])
		find_from(f, t, token->base[f->layer]);
}

static int by_place(const void *a, const void *b)
{
	const struct co_match *x = a, *y = b;

	if (x->first != y->first)
		return x->first < y->first ? -1 : 1;
	if (x->last != y->last)
		return x->last > y->last ? -1 : 1;
	if (x->entry.type != y->entry.type)
		return x->entry.type < y->entry.type ? -1 : 1;
	if (strcmp(x->entry.provider, y->entry.provider) != 0)
		return strcmp(x->entry.provider, y->entry.provider); /* of regions, AWS's first */
	return strcmp(x->entry.name, y->entry.name);
}

enum { HIDDEN = 1 << 30 };

static int is_trouble(const struct co_match *m)
{
	return co_match_is_signal(m, "trouble");
}

enum { ANY = 0xffff };

/* By which types of longer phrases a word is hidden: "which node" still speaks of a node. */
static int may_hide(const struct co_match *longer, const struct co_match *m)
{
	static const unsigned by[CO_WORD_TYPES] = {
		[CO_WORD_VERB] = ANY,
		[CO_WORD_ACTION] = ANY,
		[CO_WORD_SUBJECT] = 1u << CO_WORD_SUBJECT | 1u << CO_WORD_KIND | 1u << CO_WORD_PLATFORM |
				    1u << CO_WORD_SERVICE | 1u << CO_WORD_REGION | 1u << CO_WORD_CONSTRAINT,
		[CO_WORD_KIND] = 1u << CO_WORD_KIND | 1u << CO_WORD_SUBJECT | 1u << CO_WORD_PLATFORM |
				 1u << CO_WORD_CONSTRAINT,
		[CO_WORD_PLATFORM] = 1u << CO_WORD_PLATFORM | 1u << CO_WORD_REGION | 1u << CO_WORD_CONSTRAINT,
		[CO_WORD_SERVICE] = 1u << CO_WORD_SERVICE,
		[CO_WORD_REGION] = 1u << CO_WORD_REGION | 1u << CO_WORD_SUBJECT | 1u << CO_WORD_KIND,
		[CO_WORD_CONSTRAINT] = 1u << CO_WORD_CONSTRAINT,
		[CO_WORD_UNIT] = 1u << CO_WORD_UNIT | 1u << CO_WORD_CALENDAR,
		[CO_WORD_CALENDAR] = 1u << CO_WORD_UNIT | 1u << CO_WORD_CALENDAR,
		[CO_WORD_PROGRAM] = ANY,
		[CO_WORD_SIGNAL] = 1u << CO_WORD_SIGNAL | 1u << CO_WORD_CONSTRAINT,
	};

	if (m->entry.type == CO_WORD_VERB && longer->entry.type == CO_WORD_SUBJECT && m->first == longer->first &&
	    m->weight > CO_PHRASE_WEAK && co_match_is(m, "inspect") && m->words == 1)
		return 0; /* "show logs" asks to show */
	if (m->entry.type == CO_WORD_CONSTRAINT && co_match_is_signal(longer, "filler"))
		return 1; /* "do not touch anything else" leaves the request as it is */
	if (is_trouble(longer))
		return m->entry.type == CO_WORD_VERB || m->entry.type == CO_WORD_ACTION ||
		       m->entry.type == CO_WORD_PROGRAM || m->entry.type == CO_WORD_SIGNAL;
	if (is_trouble(m))
		return longer->entry.type != CO_WORD_SUBJECT;
	if (m->entry.type == CO_WORD_KIND && longer->entry.type != CO_WORD_KIND &&
	    (m->last == longer->last || longer->weight == CO_PHRASE_TROUBLE))
		return 0; /* "evicted pods" are pods, in "job failed" is a job; a "cluster autoscaler" is no cluster */
	if (m->entry.type == CO_WORD_KIND && longer->entry.type == CO_WORD_SUBJECT && m->first == longer->first &&
	    co_match_is(longer, m->entry.subject))
		return 0; /* "configmap of" speaks of a config map */
	return (by[m->entry.type] >> longer->entry.type & 1) != 0;
}

/* What stands in the gap of a phrase is not part of it. Trouble is trouble in a symptom, too: "disk full". */
static int hides(const struct co_match *longer, const struct co_match *m)
{
	size_t span = longer->last - longer->first + 1;

	if (longer->first > m->first || longer->last < m->last || span <= m->last - m->first + 1)
		return 0;
	if (span > longer->words + (longer->name >= 0) || longer->words <= m->words)
		return 0;
	return may_hide(longer, m);
}

static void drop_hidden(struct co_matches *m)
{
	size_t i, k, from = 0, kept = 0, reach = 0; /* of the longest */

	for (i = 0; i < m->count; i++)
		if (m->items[i].last - m->items[i].first > reach)
			reach = m->items[i].last - m->items[i].first;
	for (i = 0; i < m->count; i++) {
		while (m->items[from].first + reach < m->items[i].first)
			from++;
		for (k = from; k < m->count && m->items[k].first <= m->items[i].first; k++)
			if (hides(&m->items[k], &m->items[i]))
				m->items[i].flags |= HIDDEN;
	}
	for (i = 0; i < m->count; i++)
		if (!(m->items[i].flags & HIDDEN))
			m->items[kept++] = m->items[i];
	m->count = kept;
}

static void index_tokens(struct co_matches *m, size_t tokens)
{
	size_t t, i = 0;

	m->start = co_xcalloc(tokens + 1, sizeof(*m->start));
	m->cover = co_xcalloc(tokens + 1, sizeof(*m->cover));
	for (t = 0; t <= tokens; t++) {
		while (i < m->count && m->items[i].first < t)
			i++;
		m->start[t] = m->cover[t] = i;
	}
	for (i = m->count; i-- > 0;)
		for (t = m->items[i].first; t <= m->items[i].last; t++)
			m->cover[t] = i;
}

void co_match_all(struct co_matches *m, const struct co_sentence *s, const struct co_vocabulary *v)
{
	struct finder f = { .m = m, .s = s, .v = v };
	size_t t;

	memset(m, 0, sizeof(*m));
	for (f.layer = 0; f.layer < co_vocabulary_layers(v) && f.layer < CO_SENTENCE_LAYERS; f.layer++)
		for (t = 0; t < s->count; t++)
			if (!(s->tokens[t].flags & CO_TOKEN_FOREIGN) || (s->tokens[t].flags & CO_TOKEN_MESSAGE))
				find_at(&f, t);
	if (m->count)
		qsort(m->items, m->count, sizeof(*m->items), by_place);
	drop_hidden(m);
	index_tokens(m, s->count);
}

void co_matches_clear(struct co_matches *m)
{
	free(m->items);
	free(m->start);
	free(m->cover);
	memset(m, 0, sizeof(*m));
}

const struct co_match *co_match_at(const struct co_matches *m, size_t token, enum co_word_type type)
{
	size_t i;

	for (i = m->start[token]; i < m->count && m->items[i].first == token; i++)
		if (m->items[i].entry.type == type)
			return &m->items[i];
	return NULL;
}

static int match_exact(const struct co_vocabulary *v, const char *text, size_t len, enum co_word_type type,
		       struct co_entry *out)
{
	struct co_phrase phrase;
	uint32_t first = 0, i;
	unsigned layer, n;

	for (layer = 0; layer < co_vocabulary_layers(v); layer++) {
		n = co_vocabulary_phrases(v, layer, co_vocabulary_word(v, layer, text, len), &first);
		for (i = 0; i < n; i++) {
			co_vocabulary_phrase(v, layer, first + i, &phrase);
			if (phrase.length == 1 && phrase.entry.type == type) {
				*out = phrase.entry;
				return 0;
			}
		}
	}
	return -1;
}

int co_match_word(const struct co_vocabulary *v, const char *text, size_t len, enum co_word_type type,
		  struct co_entry *out)
{
	if (match_exact(v, text, len, type, out) == 0)
		return 0;
	return len > 3 && text[len - 1] == 's' ? match_exact(v, text, len - 1, type, out) : -1;
}

int co_match_is_any(const struct co_match *m, const char *names)
{
	return co_is_among(m->entry.name, names);
}

int co_match_is(const struct co_match *m, const char *name)
{
	return *m->entry.name == *name && strcmp(m->entry.name, name) == 0;
}

int co_match_is_signal(const struct co_match *m, const char *name)
{
	return m->entry.type == CO_WORD_SIGNAL && co_match_is(m, name);
}
