/* SPDX-License-Identifier: Apache-2.0 */
/*
 * intent/index: the flat form of a vocabulary, private to compile.c and vocabulary.c.
 *
 * Made and used on the same machine: native byte order. Offsets are from the
 * start of the file. A reader checks each offset when it uses it, so that a
 * damaged index gives wrong words, never a wild read.
 */
#ifndef CO_INTENT_INDEX_H
#define CO_INTENT_INDEX_H

#include "crypto/sha256.h"

#include <stdint.h>

#define CO_INDEX_MAGIC "co-voc 2"

struct co_index_header {
	char magic[8];
	uint32_t size; /* of the whole index; its last byte is 0 */
	uint32_t words, word_count;
	uint32_t phrases, phrase_count;
	uint32_t elements, element_count;
	uint32_t entries, entry_count;
	uint32_t examples; /* a string: JSON */
	int64_t source_size;
	int64_t source_mtime;
	unsigned char source_digest[CO_SHA256_LEN];
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

/* Bit mask of the letters of a word. */
uint32_t co_index_letters(const char *text, size_t len);

#endif
