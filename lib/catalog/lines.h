/* SPDX-License-Identifier: Apache-2.0 */
/* catalog/lines: text in lines, in a mapping: found by binary search, and cut into words, without a copy. */
#ifndef CO_CATALOG_LINES_H
#define CO_CATALOG_LINES_H

#include <stddef.h>

/* A part of a text; not terminated. */
struct co_piece {
	const char *at;
	size_t len;
};

/* The line that holds the byte at offset, which is in the text, without its LF. */
struct co_piece co_line_around(struct co_piece text, size_t offset);

/*
 * Finds a line by binary search. order() is negative when what is sought stands
 * before the line, 0 when this is it. Returns 1 and the line, else 0.
 */
int co_line_search(struct co_piece text, int (*order)(struct co_piece line, const void *sought), const void *sought,
		   struct co_piece *line);

/* Takes the next line, or the next word up to separator, off the front; 0 when nothing is left. */
int co_line_next(struct co_piece *text, struct co_piece *line);
int co_word_next(struct co_piece *line, char separator, struct co_piece *word);

/* What is before the first separator, or all of it. */
struct co_piece co_word_first(struct co_piece line, char separator);

/* memcmp() order, a prefix first, as sort(1) has it under LC_ALL=C. */
int co_piece_compare(struct co_piece a, struct co_piece b);
int co_piece_is(struct co_piece piece, const char *s);

/* A decimal number of at most nine digits and nothing else; 0, or -1. */
int co_piece_number(struct co_piece piece, unsigned *number);

#endif
