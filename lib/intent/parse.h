/* SPDX-License-Identifier: Apache-2.0 */
/*
 * intent/parse: the offline parser: a sentence in, an intent or a refusal out.
 *
 * Deterministic: the same sentence, vocabulary, inventory, clock and zone give the
 * same intent. Every word that was understood is named in `because`.
 *
 * A change is understood only from a command in the person's own words, at the start of a
 * clause, when every other word of the sentence was understood too. What is left over,
 * two requests in one, or words of somebody else never add up to a change.
 */
#ifndef CO_INTENT_PARSE_H
#define CO_INTENT_PARSE_H

#include "intent/words/names.h"
#include "intent/words/vocabulary.h"
#include "intent/votes/votes.h"
#include "intent/when/when.h"
#include "run/intent.h"

enum { CO_PARSER_VERSION = 1 };

/* Everything is borrowed. */
struct co_parser_input {
	const struct co_vocabulary *vocabulary;
	const struct co_votes *votes; /* may be NULL */
	const struct co_names *names; /* may be NULL */
	const struct co_zone *zone;
	int64_t now;
	const char *host;  /* this host's own name; may be NULL */
	const char *scope; /* environment that was given beside the sentence; NULL: none */
};

/*
 * Fills *out (free it with co_shape_clear(&co_intent_shape, out)). CO_ERR_NO with id
 * "unclear" when it is not understood, with the nearest readings and what is missing as
 * hint; CO_ERR_INPUT for an empty or too long sentence, NUL or invalid UTF-8.
 */
int co_parse(const struct co_parser_input *input, const char *text, size_t len, struct co_intent *out,
	     struct co_err *err);

/* Appends, for a person, what was understood and from which words; escaped, one line a field. */
void co_parse_explain(const struct co_intent *intent, const char *text, struct co_buf *out);

#endif
