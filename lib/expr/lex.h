/* SPDX-License-Identifier: Apache-2.0 */
/*
 * expr/lex: the tokens of a jq program, as far as one must know them to find
 * where it ends, what it mentions, and whether it is a plain path. Strings with
 * \( ... ) and comments are understood; brackets are checked to match.
 */
#ifndef CO_EXPR_LEX_H
#define CO_EXPR_LEX_H

#include <stddef.h>

enum co_lex_kind {
	CO_LEX_END,	 /* of the text, or of the ${ ... } */
	CO_LEX_BAD,	 /* why says what; at is where */
	CO_LEX_NAME,	 /* and, map, @base64, ... */
	CO_LEX_FIELD,	 /* .name: text is the name */
	CO_LEX_VARIABLE, /* $name: text is the name */
	CO_LEX_STRING,	 /* "..." without interpolation: text is what stands between the quotes */
	CO_LEX_NUMBER,
	CO_LEX_OTHER,	 /* one character; also the pieces of an interpolated string */
};

enum { CO_LEX_DEPTH = 64 };

struct co_lex {
	const char *at; /* the next byte to look at */
	const char *end;
	int in_template; /* an unmatched } is the end */
	const char *text; /* of the token */
	size_t len;
	const char *why;
	unsigned depth;
	char open[CO_LEX_DEPTH]; /* the brackets that are open; '"' is a \( inside a string */
};

/* in_template: text starts after "${", and the program ends with the matching "}". */
void co_lex_init(struct co_lex *lex, const char *text, size_t len, int in_template);

enum co_lex_kind co_lex_next(struct co_lex *lex);

/* True if the token just given is exactly this text. */
int co_lex_is(const struct co_lex *lex, const char *text);

#endif
