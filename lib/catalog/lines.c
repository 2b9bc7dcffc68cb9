/* SPDX-License-Identifier: Apache-2.0 */
#include "catalog/lines.h"

#include <string.h>

struct co_piece co_line_around(struct co_piece text, size_t offset)
{
	const char *start = text.at + offset, *end = memchr(start, '\n', text.len - offset);

	while (start > text.at && start[-1] != '\n')
		start--;
	return (struct co_piece){ start, (size_t)((end ? end : text.at + text.len) - start) };
}

/* Where the first line begins at or after an offset; text.len when none does. */
static size_t line_from(struct co_piece text, size_t offset)
{
	const char *end;

	if (!offset || text.at[offset - 1] == '\n')
		return offset;
	end = memchr(text.at + offset, '\n', text.len - offset);
	return end ? (size_t)(end - text.at) + 1 : text.len;
}

int co_line_search(struct co_piece text, int (*order)(struct co_piece line, const void *sought), const void *sought,
		   struct co_piece *line)
{
	size_t low = 0, high = text.len; /* the line begins in between; low is where one begins */

	while (low < high) {
		size_t middle = low + (high - low) / 2, start = line_from(text, middle);
		int way;

		if (start >= high) {
			/* Nothing begins in the upper half. */
			if (middle == low)
				break;
			high = middle;
			continue;
		}
		*line = co_word_first((struct co_piece){ text.at + start, text.len - start }, '\n');
		way = order(*line, sought);
		if (way == 0)
			return 1;
		if (way < 0)
			high = middle;
		else
			low = start + line->len + 1;
	}
	return 0;
}

int co_word_next(struct co_piece *line, char separator, struct co_piece *word)
{
	if (!line->len)
		return 0;
	*word = co_word_first(*line, separator);
	line->at += word->len;
	line->len -= word->len;
	if (line->len) {
		line->at++;
		line->len--;
	}
	return 1;
}

int co_line_next(struct co_piece *text, struct co_piece *line)
{
	return co_word_next(text, '\n', line);
}

struct co_piece co_word_first(struct co_piece line, char separator)
{
	const char *end = line.len ? memchr(line.at, separator, line.len) : NULL;

	return (struct co_piece){ line.at, end ? (size_t)(end - line.at) : line.len };
}

int co_piece_compare(struct co_piece a, struct co_piece b)
{
	int order = memcmp(a.at, b.at, a.len < b.len ? a.len : b.len);

	return order ? order : (a.len > b.len) - (a.len < b.len);
}

int co_piece_is(struct co_piece piece, const char *s)
{
	return strlen(s) == piece.len && memcmp(piece.at, s, piece.len) == 0;
}

int co_piece_number(struct co_piece piece, unsigned *number)
{
	unsigned n = 0;
	size_t i;

	if (!piece.len || piece.len > 9)
		return -1;
	for (i = 0; i < piece.len; i++) {
		if (piece.at[i] < '0' || piece.at[i] > '9')
			return -1;
		n = n * 10 + (unsigned)(piece.at[i] - '0');
	}
	*number = n;
	return 0;
}
