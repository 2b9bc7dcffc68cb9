/* SPDX-License-Identifier: Apache-2.0 */
/*
 * intent/reading: one sentence while it is being understood, and what all that read it ask of it. It is put together by
 * parse.c from request.h (verb, subject), change/change.h (action, parameters), target/target.h (slots) and votes/ballot.h.
 */
#ifndef CO_INTENT_READING_H
#define CO_INTENT_READING_H

#include "intent/parse.h"
#include "intent/text/match.h"

#include <string.h>

enum { CO_READING_NAMES = 8 };

/* Why there is no intent. */
enum co_unclear {
	CO_CLEAR,
	CO_UNCLEAR_PLATFORM, /* a platform we do not know */
	CO_UNCLEAR_NOT_OPS,  /* chat, knowledge, how-to */
	CO_UNCLEAR_TIE,	     /* two requests */
	CO_UNCLEAR_SUBJECT,  /* nothing that can be named */
	CO_UNCLEAR_TARGET,   /* a change without an object */
	CO_UNCLEAR_WORDS,    /* a change with words that were not understood */
	CO_UNCLEAR_PLACE,    /* a look at this host, for want of another, with words that may name one */
};

/* What is taken for no change: nothing; what asks without a verb; anything. */
enum co_look { CO_LOOK_OPEN, CO_LOOK_WEAKLY, CO_LOOK_ONLY };

struct co_reading {
	const struct co_parser_input *in;
	const char *text;
	struct co_sentence s;
	struct co_matches m;
	struct co_when when;

	int verb; /* enum co_verb */
	const struct co_match *verb_from; /* NULL: by default */
	const struct co_match *action;	  /* NULL unless remediate */
	struct co_entry act;		  /* of the action, or what its parameters make of it */
	const char *subject;
	struct co_span subject_span;
	int vague;	  /* the subject is mere health: "odd", "does not work": none without a target */
	int margin;	  /* of the subject over the next best */
	int doubt;	  /* of a hundred readings with such votes, so many have another verb or subject; see ballot.c */
	int worded;	  /* the name is a word like any other */
	int guessed;	  /* something is said of the target, in words that are not known: health, for want of a better */

	json_t *target, *parameters;
	size_t second_value; /* token of another value for a parameter of a change; 0 if there is none */
	size_t taken_back;   /* token of "sorry, I meant", where it is not plain what is put right; 0 if there is none */
	enum co_look look;
	int setting; /* a change of a setting was read: "set LOG_LEVEL to debug" */
	int assumed; /* target holds a provider that nobody said */
	CO_LIST(char *) constraints;
	CO_LIST(struct co_because) because;

	enum co_unclear objection; /* of a change, why there is none; of a look, a reason against it that votes may overrule */
	const struct co_match *objector;
	const struct co_match *culprit; /* for the message; NULL if none */
	size_t culprit_token;
};

/* True if that word, or one of the words ("a the our"), is the token; a token past the end is none. */
static inline int co_says(const struct co_reading *r, size_t t, const char *word)
{
	return t < r->s.count && co_token_is(&r->s.tokens[t], word);
}

static inline int co_says_any(const struct co_reading *r, size_t t, const char *words)
{
	return t < r->s.count && co_token_is_any(&r->s.tokens[t], words);
}

/* True for a name of the inventory, and of that type. */
static inline int co_is_known(const struct co_reading *r, size_t t, enum co_name_type type)
{
	return t < r->s.count && r->s.tokens[t].inventory && r->s.tokens[t].inventory->type == type;
}

/* True for a change that does that, or one of these. */
static inline int co_does(const struct co_reading *r, const char *action)
{
	return r->action && strcmp(r->act.name, action) == 0;
}

static inline int co_does_any(const struct co_reading *r, const char *actions)
{
	return r->action && co_is_among(r->act.name, actions);
}

/* True if that, or one of these, is the subject. */
static inline int co_is_about(const struct co_reading *r, const char *subject)
{
	return r->subject && strcmp(r->subject, subject) == 0;
}

static inline int co_is_about_any(const struct co_reading *r, const char *subjects)
{
	return r->subject && co_is_among(r->subject, subjects);
}

/* The value of a slot; NULL if there is none, or a list. */
static inline const char *co_reading_value(const struct co_reading *r, const char *slot)
{
	return json_string_value(json_object_get(r->target, slot));
}

/* True if it has that value, or one of these, and no other. */
static inline int co_reading_is(const struct co_reading *r, const char *slot, const char *value)
{
	const char *only = co_reading_value(r, slot);

	return only && strcmp(only, value) == 0;
}

static inline int co_reading_is_any(const struct co_reading *r, const char *slot, const char *values)
{
	const char *only = co_reading_value(r, slot);

	return only && co_is_among(only, values);
}

/* The sentence as tokens, names and phrases. Errors as co_parse(). close() frees what is left of it. */
int co_reading_open(struct co_reading *r, const struct co_parser_input *input, const char *text, size_t len,
		    struct co_err *err);
void co_reading_close(struct co_reading *r);

/* All that the phrases of the vocabulary say, but for whether a change is clear. A look that names no subject has "". */
enum co_unclear co_reading_phrases(struct co_reading *r);

/* True if phrases explain every word of a look, and nothing rivals them. */
int co_reading_is_plain(const struct co_reading *r);

/* True if that parameter is given. */
int co_reading_given(const struct co_reading *r, const char *name);

/* True for the start of a part of the sentence: after a comma, a colon, a bracket, or of a clause. */
int co_reading_starts_part(const struct co_reading *r, size_t t);

/* Where the part starts that a token stands in, and the token past it. */
size_t co_reading_part_start(const struct co_reading *r, size_t t);
size_t co_reading_part_end(const struct co_reading *r, size_t t);

/* True for a word that is, or looks like, a name: of the inventory, in quotes, or made. */
int co_reading_could_name(const struct co_reading *r, size_t t);

/* True if a phrase of the signal, in the person's own words, reaches over the token. */
int co_reading_covered(const struct co_reading *r, size_t t, const char *signal);

/* The same for any of the signals. */
int co_reading_covered_by(const struct co_reading *r, size_t t, const char *signals);

/* True if somebody else's message is quoted. */
int co_reading_quotes(const struct co_reading *r);

/* True if one of the words is among the tokens. */
int co_reading_has_word(const struct co_reading *r, size_t first, size_t past, const char *words);

/* True if there is such a name of the inventory among the tokens. */
int co_reading_knows(const struct co_reading *r, size_t first, size_t past, enum co_name_type type);

/* The first match of a type, in the person's own words, that ends at a token; NULL if there is none. */
const struct co_match *co_reading_ending(const struct co_reading *r, size_t last, enum co_word_type type);

/* The first match of a type that reaches over a token; NULL if there is none. */
const struct co_match *co_reading_over(const struct co_reading *r, size_t t, enum co_word_type type);

/* True if a word for that kind stands in the person's own words. */
int co_reading_says_kind(const struct co_reading *r, const char *kind);

/* True if the slot of target is filled, or one of the slots; if it has that value, or has it in a list. */
int co_reading_has(const struct co_reading *r, const char *slot);
int co_reading_has_any(const struct co_reading *r, const char *slots);
int co_reading_holds(const struct co_reading *r, const char *slot, const char *value);

/* A word as slots have it: as the inventory spells it, or else as typed. */
const char *co_reading_spelling(const struct co_token *t);

/* Of a path or an ARN the last part; else the same. */
const char *co_reading_last_part(const struct co_token *t);

/* True for the word, or the path or ARN, that gave the name, the node or the host. */
int co_reading_is_object(const struct co_reading *r, size_t t);

/* Sets the provider, unless it is set, or provider is NULL or "". */
void co_reading_provider(struct co_reading *r, const char *provider, size_t first, size_t last);

/* Records why: value stands in field because of these tokens. */
void co_reading_because(struct co_reading *r, const char *field, const char *value, size_t first, size_t last);

/* Marks tokens as understood. */
void co_reading_use(struct co_reading *r, size_t first, size_t last);

/* The same, of tokens that gave a slot or a parameter. */
void co_reading_fact(struct co_reading *r, size_t first, size_t last);

/* Sets a slot of target, or adds to it: two values make a list. */
void co_reading_slot(struct co_reading *r, const char *slot, const char *value, size_t first, size_t last);

/* Finds the phrases; a word that is part of none is no word of the vocabulary here. */
void co_reading_match(struct co_reading *r);

/* True if any match stands for this signal, in the person's own words; the first, or NULL. */
const struct co_match *co_reading_signal(const struct co_reading *r, const char *name);

/* True for a match in the person's own words. */
int co_reading_own(const struct co_match *m);

#endif
