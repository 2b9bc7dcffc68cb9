/* SPDX-License-Identifier: Apache-2.0 */
/* intent/match: where phrases of the vocabulary stand in a sentence. */
#ifndef CO_INTENT_MATCH_H
#define CO_INTENT_MATCH_H

#include "intent/text/sentence.h"

struct co_match {
	struct co_entry entry;
	unsigned weight;
	size_t first, last; /* tokens, both included */
	size_t words;	    /* that matched: gaps and names not counted */
	int name;	    /* token captured by {}, or -1 */
	unsigned flags;	    /* of its tokens, or-ed */
};

/* Sorted by first token, longer ones first. */
struct co_matches {
	struct co_match *items;
	size_t count;
	size_t *start; /* start[t] is the first match at or after token t; tokens + 1 entries */
	size_t *cover; /* cover[t] is the first match that reaches over token t; start[t] if none does */
};

/*
 * Finds all phrases. One that lies within a longer one is left out: "start" in
 * "does not start". Foreign tokens take part only if they are a quoted message.
 */
void co_match_all(struct co_matches *m, const struct co_sentence *s, const struct co_vocabulary *v);
void co_matches_clear(struct co_matches *m);

/* The match of a type that starts at a token; NULL if there is none. */
const struct co_match *co_match_at(const struct co_matches *m, size_t token, enum co_word_type type);

/* The entry of a type that a single word stands for; 0, or -1. */
int co_match_word(const struct co_vocabulary *v, const char *text, size_t len, enum co_word_type type,
		  struct co_entry *out);

/* True if the match stands for that name, or for one of these. */
int co_match_is(const struct co_match *m, const char *name);
int co_match_is_any(const struct co_match *m, const char *names);

/* The same of a signal. */
int co_match_is_signal(const struct co_match *m, const char *name);

#endif
