/* SPDX-License-Identifier: Apache-2.0 */
/*
 * intent/votes: what words, and pairs of neighbours, stood for in sentences that people labelled.
 *
 * The phrases of the vocabulary say exactly what they know; votes are for all the ways to say a thing
 * that nobody wrote down. Every word and every pair gives points to verbs and subjects, and so do the
 * verb and subject of the phrases, as far as they were found to be right. They settle between readings,
 * and find a subject where no phrase does; they never make a change, a name or a number.
 *
 * The table is text, made by scripts/learn-votes from the sentences of the tests, and compiled to a flat index that is used in
 * place, as the vocabulary is:
 *
 *     votes CLASS CLASS ...
 *     FEATURE <tab> CLASS-NUMBER:POINTS ...
 *
 * Points are sixteenths of a natural logarithm of odds. A sentence's features: its words, in lower case
 * and with typos corrected; "WORD WORD" of neighbours, "^" before the first and "$" behind the last;
 * "WORD*", the first five letters of a longer one; "{made}", "{number}" or "{TYPE}" in place of names, or the
 * kind that a name tells: "volume" for "vol-0a1b...", "job" for "job/NAME", "sqs" for "arn:aws:sqs:...";
 * "=SUBJECT" and "=VERB", what its phrases say (intent/votes/ballot.c).
 */
#ifndef CO_INTENT_VOTES_H
#define CO_INTENT_VOTES_H

#include "intent/when/when.h"
#include "sys/file.h"

enum { CO_VOTE_CLASSES = 128, CO_VOTE_FEATURE = 96, CO_VOTES_BYTES = 64 * 1024 * 1024 };

struct co_vote_class {
	int verb;      /* 1: of the verb; 0: of the subject */
	const char *name; /* of a verb or subject, or "unclear"; in the index, not terminated */
	size_t len;
};

struct co_votes {
	struct co_map map; /* the index, or */
	char *heap;	   /* that of a text */
	const char *bytes;
	const struct co_vote_header *header;
	const struct co_vote_row *rows;
	const struct co_vote_point *points;
	struct co_vote_class classes[CO_VOTE_CLASSES];
	size_t count;
};

/*
 * The table at path, by its index (NULL: none) while that was made from it. CO_ERR_SYSTEM "not-found"; CO_ERR_INPUT
 * "bad-table" for a first line that is none, or an unsafe file.
 */
int co_votes_open(struct co_votes *v, const char *path, const char *index, struct co_err *err);
void co_votes_close(struct co_votes *v);

/* Appends the index of a table, which was changed at mtime. */
int co_votes_compile(const char *text, size_t len, int64_t mtime, struct co_buf *out, struct co_err *err);

/* Reads a table that stands in memory; as co_votes_open(). */
int co_votes_read(struct co_votes *v, const char *text, size_t len, struct co_err *err);

/* Calls each with the features of a sentence, and the tokens that each is of. */
typedef void co_vote_feature_fn(void *context, const char *feature, size_t first, size_t last);
void co_votes_features(const struct co_sentence *s, const struct co_vocabulary *words, co_vote_feature_fn *each,
		       void *context);

/* The points of every class, from all features added. */
struct co_tally {
	const struct co_votes *votes;
	int points[CO_VOTE_CLASSES];
};

/* A co_vote_feature_fn whose context is a struct co_tally. */
void co_tally_add(void *tally, const char *feature, size_t first, size_t last);

/* True for a word that many sentences have. */
int co_votes_knows(const struct co_votes *v, const char *word);

/* The tokens whose feature gave a class the most; 0, or -1 if none gave it any. */
int co_votes_reason(const struct co_votes *v, const struct co_sentence *s, const struct co_vocabulary *words,
		    size_t class, struct co_span *span);

#endif
