/* SPDX-License-Identifier: Apache-2.0 */
/*
 * intent/sentence: what was typed, as tokens.
 *
 * Two things happen here, before any word is understood. Mark-up that is no part
 * of a request is taken away: terminal control, invisible characters, Slack and
 * Markdown. And what stands in quotes, back-quotes, brackets, JSON, behind a shell
 * operator or under a change of direction is marked as somebody else's words, so that no
 * later step takes a verb, an action, a target or a number from it.
 */
#ifndef CO_INTENT_SENTENCE_H
#define CO_INTENT_SENTENCE_H

#include "intent/words/vocabulary.h"

struct co_name;

enum { CO_SENTENCE_BYTES = 8192, CO_SENTENCE_LAYERS = 8 };

enum {
	CO_TOKEN_QUOTED = 1,  /* the only token in quotes or back-quotes: a name as typed */
	CO_TOKEN_FOREIGN = 2, /* somebody else's words: gives nothing */
	CO_TOKEN_MESSAGE = 4, /* with FOREIGN: a quoted message, may still tell a symptom */
	CO_TOKEN_ASIDE = 8,   /* in brackets */
	CO_TOKEN_ODD = 16,    /* has letters beyond ASCII: never a name */
	CO_TOKEN_KNOWN = 32,  /* a word of the vocabulary, as typed or corrected */
	CO_TOKEN_FIXED = 64,  /* corrected: word[] is the nearest known one */
	CO_TOKEN_USED = 128,  /* something was understood from it */
	CO_TOKEN_NAME = 256,  /* taken as a name */
	CO_TOKEN_OWNER = 512, /* had a possessive 's */
	CO_TOKEN_SPLIT = 2048, /* has something invisible inside, or was cut off: no name of what is to be changed */
	CO_TOKEN_FACT = 1024, /* gave a slot or a parameter */
	CO_TOKEN_VALUE = 4096, /* with FACT: a parameter */
	CO_TOKEN_NEAR = 8192, /* inventory is what it nearly is */
};

struct co_token {
	const char *name; /* as typed, without what is invisible */
	const char *text; /* the same in lower case, without apostrophes */
	size_t len;	  /* of text */
	size_t start, end; /* bytes in the sentence */
	unsigned flags;
	unsigned clause;   /* number, from 0: . ! ? ; and line ends part clauses */
	int points;	   /* how likely it is a name; of target/candidate.c */
	char before;	   /* the last of , : ; . ? ! ( - that stands before it, ~ within a split word, else 0 */
	int32_t word[CO_SENTENCE_LAYERS]; /* of the vocabulary; -1 */
	int32_t base[CO_SENTENCE_LAYERS]; /* the word without a plural ending; -1 */
	const struct co_name *inventory;  /* what the inventory says it is; NULL */
};

struct co_sentence {
	struct co_token *tokens;
	size_t count;
	size_t clauses;
	int question; /* ends with a question mark */
	char *room;   /* where the tokens' text lives */
	size_t room_used, room_size;
};

/* text is valid UTF-8 without NUL, at most CO_SENTENCE_BYTES. */
void co_sentence_read(struct co_sentence *s, const char *text, size_t len);
void co_sentence_clear(struct co_sentence *s);

/* Looks every token up, splits "out-of-memory" where its parts are words, and corrects typos. */
void co_sentence_look_up(struct co_sentence *s, const struct co_vocabulary *v);

/* True if the token could be an identifier: letters, digits and inner - _ . : / @, ASCII only. */
int co_token_is_name(const struct co_token *t);

/* True for one that looks made, not spoken: has a digit, or a - _ . / inside, or inner capitals. */
int co_token_is_made(const struct co_token *t);

/* True if inner capitals alone make it: "NodeNotReady". */
int co_token_is_camel(const struct co_token *t);

/* True for the name of a systemd unit with its ending: "nginx.service". */
int co_token_is_unit(const struct co_token *t);

/* True for a size of cloud instances: "m6i.large", "db.r6g.xlarge". */
int co_token_is_class(const struct co_token *t);

/* True for a plural ending: "pods", not "access". */
int co_token_is_plural(const struct co_token *t);

/* True for "creating", "failed": a word of letters alone that ends so. */
int co_token_is_participle(const struct co_token *t);

/* True for a word that starts with a digit: "5", "80%", "2Gi", "10:30"; for one that has nothing else. */
int co_token_is_figure(const struct co_token *t);
int co_token_is_number(const struct co_token *t);

/* True if text is that word. */
int co_token_is(const struct co_token *t, const char *word);

/* True if a word is among others; a space parts them. */
int co_is_among(const char *word, const char *words);

/* True if it starts with one of them; if it ends with one, and is more than that. */
int co_starts_with_any(const char *word, const char *starts);
int co_ends_with_any(const char *word, const char *ends);

/* True if text is among them. */
int co_token_is_any(const struct co_token *t, const char *words);

#endif
