/* SPDX-License-Identifier: Apache-2.0 */
/*
 * intent/index: the flat forms of a vocabulary and of a table of votes. What is in them is private to those who make and use
 * them.
 *
 * Made and used on the same machine: native byte order. Offsets are from the
 * start of the file. A reader checks each offset when it uses it, so that a
 * damaged index gives wrong words, never a wild read.
 */
#ifndef CO_INTENT_INDEX_H
#define CO_INTENT_INDEX_H

#include "base/buf.h"
#include "base/err.h"
#include "crypto/sha256.h"

#include <stddef.h>
#include <stdint.h>

/* Appends the index of the vocabulary at path, or of the table of votes if its name ends with ".votes". */
int co_index_make(const char *path, struct co_buf *out, struct co_err *err);

/* The file name that it goes by. */
const char *co_index_name(const char *path);

#define CO_INDEX_MAGIC "co-voc 2"

/* What an index was made from: it counts while the file is as old and as large, or has the same digest. */
struct co_index_source {
	int64_t size;
	int64_t mtime;
	unsigned char digest[CO_SHA256_LEN];
};

struct co_index_source co_index_source_of(const char *text, size_t len, int64_t mtime);
int co_index_is_current(const struct co_index_source *source, const char *path);

struct co_index_header {
	char magic[8];
	uint32_t size; /* of the whole index; its last byte is 0 */
	uint32_t words, word_count;
	uint32_t phrases, phrase_count;
	uint32_t elements, element_count;
	uint32_t entries, entry_count;
	uint32_t examples; /* a string: JSON */
	struct co_index_source source;
};

/* Sorted by text. */
struct co_index_word {
	uint32_t text;
	uint32_t letters; /* bit n: has letter 'a' + n; a filter for edit distance */
	uint32_t first;	  /* phrase that starts with it */
	uint16_t count;
	uint8_t length;
	uint8_t fixed; /* only in programs: never a correction */
};

/* Sorted by their first word, then by the second; those without a second, or with a gap there, come first. */
struct co_index_phrase {
	uint32_t entry;
	uint32_t elements;
	uint16_t length;
	uint16_t weight;
};

struct co_index_entry {
	uint32_t name, class, provider, subject, verb, needs;
	uint32_t type;
};

#define CO_VOTE_MAGIC "co-vot 1"

struct co_vote_header {
	char magic[8];
	uint32_t size; /* of the whole index */
	uint32_t classes, class_count;
	uint32_t rows, row_count;
	uint32_t points, point_count;
	struct co_index_source source;
};

struct co_vote_label { /* of a class */
	uint32_t name;
	uint16_t length;
	uint16_t verb;
};

/* Sorted by hash. */
struct co_vote_row {
	uint32_t hash; /* of the feature */
	uint32_t feature;
	uint32_t first; /* of its points */
	uint16_t length;
	uint16_t count;
};

struct co_vote_point {
	uint16_t class;
	int16_t given;
};

/* Whether count elements of a size lie from offset on within len bytes, aligned. */
int co_index_fits(size_t len, uint32_t offset, uint32_t count, size_t size);

/* FNV-1a, 32 bits. */
uint32_t co_index_hash(const char *text, size_t len);

/* Bit mask of the letters of a word. */
uint32_t co_index_letters(const char *text, size_t len);

#endif
