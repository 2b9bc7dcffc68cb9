/* SPDX-License-Identifier: Apache-2.0 */
#include "intent/text/terminal.h"

#include <stdlib.h>
#include <string.h>

struct screen {
	char *c;
	unsigned char *mark;
	size_t len;
	unsigned char hidden;
	size_t concealed, coloured; /* where it began; len if it did not */
	size_t segment;		    /* the longest so far, between moves of the cursor: its start, end and letters */
	size_t segment_end, letters;
	size_t start; /* of this one */
	int moved;
};

static size_t count_letters(const struct screen *s, size_t from, size_t to)
{
	size_t n = 0;

	for (; from < to; from++)
		n += ((unsigned char)s->c[from] | 32) >= 'a' && ((unsigned char)s->c[from] | 32) <= 'z';
	return n;
}

static size_t count_words(const struct screen *s, size_t from, size_t to)
{
	size_t n = 0;

	for (; from < to; from++)
		n += s->c[from] != ' ' && (from == 0 || s->c[from - 1] == ' ');
	return n;
}

static void hide(struct screen *s, size_t from, size_t to)
{
	for (; from < to && from < s->len; from++)
		s->mark[from] |= s->hidden;
}

/* Colour on one word is emphasis; on more, beside others, it is not the person's. */
static void end_colour(struct screen *s, size_t at)
{
	if (s->coloured < at && count_words(s, s->coloured, at) > 1 &&
	    count_words(s, 0, s->coloured) + count_words(s, at, s->len) > 1)
		hide(s, s->coloured, at);
	s->coloured = s->len;
}

/* "\033[8m" conceals, "\033[28m" and "\033[0m" end it. */
static void rendition(struct screen *s, size_t at, const char *parameters, size_t n)
{
	const char *p = parameters, *end = parameters + n;
	long value = n ? -1 : 0;

	while (p < end || value == 0) {
		if (p < end)
			value = strtol(p, NULL, 10);
		if (value == 8 && s->concealed == s->len)
			s->concealed = at;
		else if ((value == 28 || value == 0) && s->concealed < s->len) {
			hide(s, s->concealed, at);
			s->concealed = s->len;
		}
		if (value == 0 || value == 39)
			end_colour(s, at);
		else if (s->coloured == s->len && value != 8 && (value < 10 || value >= 30))
			s->coloured = at;
		value = -1;
		while (p < end && *p++ != ';')
			;
	}
}

enum { A_REQUEST = 3 }; /* words */

/* What was written before a cursor moves and what comes after cannot both be read; the first request is, else the longest. */
static void end_segment(struct screen *s, size_t at)
{
	size_t letters = count_letters(s, s->start, at);

	if (letters > s->letters && count_words(s, s->segment, s->segment_end) < A_REQUEST) {
		hide(s, s->segment, s->segment_end);
		s->segment = s->start;
		s->segment_end = at;
		s->letters = letters;
	} else {
		hide(s, s->start, at);
	}
	s->start = at;
}

static size_t past_string(const struct screen *s, size_t i)
{
	for (; i < s->len && s->c[i] != '\a' && s->c[i] != '\033'; i++)
		;
	return i < s->len && s->c[i] == '\033' ? i + 2 : i + 1;
}

/* An escape sequence; returns where it ends. */
static size_t escape(struct screen *s, size_t at)
{
	size_t i = at + 1, first;

	if (i >= s->len)
		return s->len;
	if (s->c[i] == ']' || s->c[i] == 'P')
		return past_string(s, i + 1);
	if (s->c[i] != '[')
		return i + 1;
	for (first = ++i; i < s->len && s->c[i] >= 0x20 && s->c[i] < 0x40; i++)
		;
	if (i < s->len && s->c[i] == 'm') {
		rendition(s, at, s->c + first, i - first);
	} else if (i < s->len && strchr("ABCDEFGHJKfsu", s->c[i])) {
		end_segment(s, at);
		s->moved = 1;
	}
	return i + 1;
}

void co_terminal_strip(char *text, unsigned char *mark, size_t len, unsigned char hidden)
{
	struct screen s = { .c = text, .mark = mark, .len = len, .hidden = hidden, .concealed = len, .coloured = len };
	size_t i, end;

	for (i = 0; i < len; i++) {
		unsigned char c = (unsigned char)text[i];

		if (c == 033) {
			end = escape(&s, i);
			memset(text + i, ' ', (end < len ? end : len) - i);
		} else if (c == '\r') {
			text[i] = '\n';
		} else if ((c >= 0x1c && c < 0x20) || c == '\v' || c == '\f') {
			text[i] = '\n'; /* separators that nobody types */
			hide(&s, i, len);
		} else if ((c < 0x20 && c != '\n') || c == 0x7f) {
			text[i] = ' ';
		}
	}
	hide(&s, s.concealed, len);
	end_colour(&s, len);
	if (s.moved)
		end_segment(&s, len);
}
