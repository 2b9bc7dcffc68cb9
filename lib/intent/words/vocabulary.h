/* SPDX-License-Identifier: Apache-2.0 */
/*
 * intent/vocabulary: the closed set of names an intent is made of, and the words
 * that stand for them (co-intent(5)).
 *
 * The source is a YAML file; sites add their own, as further layers. Reading
 * YAML costs more than all else co-intent does, so the file is compiled to a flat
 * index that is used in place. A vocabulary is immutable once loaded.
 */
#ifndef CO_INTENT_VOCABULARY_H
#define CO_INTENT_VOCABULARY_H

#include "base/err.h"

#include <jansson.h>
#include <stdint.h>

enum co_word_type {
	CO_WORD_VERB = 1,
	CO_WORD_ACTION,
	CO_WORD_SUBJECT,
	CO_WORD_KIND,
	CO_WORD_PLATFORM,   /* a provider, or "unknown" */
	CO_WORD_SERVICE,    /* a cloud product */
	CO_WORD_REGION,
	CO_WORD_CONSTRAINT,
	CO_WORD_UNIT,	    /* of time, size or share; and numbers in words */
	CO_WORD_CALENDAR,   /* months, days, parts of a day, and the words before a time */
	CO_WORD_PROGRAM,    /* names people call by themselves: nginx */
	CO_WORD_SIGNAL,	    /* what a word does in a sentence: trouble, polite, injection ... */
	CO_WORD_TYPES,
};

extern const char *const co_word_sections[]; /* "verbs", "actions" ...: keys of the file, ends with NULL */

/* One name of the vocabulary. Absent attributes are "". */
struct co_entry {
	enum co_word_type type;
	const char *name;
	const char *class;    /* subjects: cause, symptom, object, vague; units: time, size, share, number */
	const char *provider; /* implied by each of its words */
	const char *subject;  /* kinds, signals: what the sentence is about if nothing better says so */
	const char *verb;     /* subjects: when no word gives the verb */
	const char *needs;    /* actions: the parameter that they cannot do without; "name" is a target */
};

enum { CO_PHRASE_GAP = -1, CO_PHRASE_NAME = -2, CO_PHRASE_WORDS = 8 };
enum { CO_PHRASE_WEAK = 2, CO_PHRASE_PLAIN = 4, CO_PHRASE_STRONG = 6, CO_PHRASE_TROUBLE = 8 };

/* Words that stand for an entry. An element is a word's number, GAP (up to three words) or NAME (captures it). */
struct co_phrase {
	struct co_entry entry;
	unsigned weight;
	unsigned length;
	int32_t elements[CO_PHRASE_WORDS];
};

struct co_vocabulary;

struct co_vocabulary *co_vocabulary_new(void);
void co_vocabulary_free(struct co_vocabulary *v);

/*
 * Adds a vocabulary file as a layer, by its index when `index` (the path of
 * a file that co_vocabulary_compile made; NULL: none) was made from exactly this
 * file (size and time of change, or digest), else by reading it. An absent YAML file is
 * CO_ERR_SYSTEM "not-found"; one that others can write to is refused, since its words
 * decide what is done. An absent, stale or damaged index is no error.
 */
int co_vocabulary_load(struct co_vocabulary *v, const char *yaml, const char *index, struct co_err *err);

unsigned co_vocabulary_layers(const struct co_vocabulary *v);

/* The number of a word in a layer, or -1. */
int32_t co_vocabulary_word(const struct co_vocabulary *v, unsigned layer, const char *text, size_t len);

/* The spelling of a word. */
const char *co_vocabulary_spelling(const struct co_vocabulary *v, unsigned layer, int32_t word);

/*
 * The nearest word by edit distance, of those that start with the first or the second
 * letter: at most 1 for words of 5 to 7 letters, 2 from 8; nothing shorter is corrected,
 * nor towards a program's name. -1 if there is none, or two are equally near.
 */
int32_t co_vocabulary_nearest(const struct co_vocabulary *v, unsigned layer, const char *text, size_t len);

/* Phrases that start with a word: their number, and the number of the first. */
unsigned co_vocabulary_phrases(const struct co_vocabulary *v, unsigned layer, int32_t word, uint32_t *first);
void co_vocabulary_phrase(const struct co_vocabulary *v, unsigned layer, uint32_t number,
			  struct co_phrase *out);

/* The second element of a phrase alone; negative if there is none, or it is no word. */
int32_t co_vocabulary_second(const struct co_vocabulary *v, unsigned layer, uint32_t number);

/* Finds an entry by its type and name; 0, or -1. */
int co_vocabulary_find(const struct co_vocabulary *v, enum co_word_type type, const char *name,
		       struct co_entry *out);

/* The n-th entry over all layers, for listings; 0, or -1 past the end. */
int co_vocabulary_entry(const struct co_vocabulary *v, size_t n, struct co_entry *out);

/* The "examples" of all layers: a list of objects; new reference. */
json_t *co_vocabulary_examples(const struct co_vocabulary *v);

struct co_vocabulary_source {
	const char *name; /* of the file, for errors */
	const char *text;
	size_t len;
	int64_t mtime;
};

/*
 * Compiles a YAML text into an index (see index.h). CO_ERR_INPUT with file, line and
 * column for an unknown key, an unknown verb, a bad word, or a phrase
 * that stands for two names of one section.
 */
int co_vocabulary_compile(const struct co_vocabulary_source *source, struct co_buf *out, struct co_err *err);

#endif
