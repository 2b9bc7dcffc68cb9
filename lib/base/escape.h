/* SPDX-License-Identifier: Apache-2.0 */
/*
 * base/escape: foreign text made harmless to a terminal and a reader.
 *
 * Every byte that came from a document, a file, a host or a person passes
 * through here before it reaches a terminal, a report or an error message.
 */
#ifndef CO_BASE_ESCAPE_H
#define CO_BASE_ESCAPE_H

#include "base/buf.h"

#include <stdint.h>

/*
 * Appends text with these replaced by visible \xNN or \u{NNNN}: C0 (LF and tab
 * too), DEL, C1, U+00AD, U+034F, U+061C, U+115F..1160, U+17B4..17B5,
 * U+180B..180F, U+200B..200F, U+2028..202E, U+2060..206F, U+3164, U+FE00..FE0F,
 * U+FEFF, U+FFA0, U+FFF9..FFFB, U+1BCA0..1BCA3, U+1D173..1D17A, U+E0000..E0FFF,
 * and every byte that is not valid UTF-8. The result is one printable line.
 */
void co_escape(struct co_buf *out, const char *text, size_t len);

/* The same with LF kept, for blocks of text shown whole. */
void co_escape_lines(struct co_buf *out, const char *text, size_t len);

/* A JSON text in valid UTF-8, for a terminal: the same value, with these as \uNNNN; line ends between values are kept. */
void co_escape_json(struct co_buf *out, const char *text, size_t len);

/*
 * Decodes one UTF-8 sequence (RFC 3629: no surrogates, no overlong forms,
 * at most U+10FFFF). Returns its length, or 0 if the bytes are not one.
 */
size_t co_utf8_next(const char *text, size_t len, uint32_t *code_point);

/* True if all of text is valid UTF-8. */
int co_utf8_valid(const char *text, size_t len);

#endif
