/* SPDX-License-Identifier: Apache-2.0 */
/*
 * base/buf: a growing byte string, always NUL-terminated once it holds data.
 *
 * Start with CO_BUF_INIT, end with co_buf_clear(), or take the string over
 * with co_buf_take().
 */
#ifndef CO_BASE_BUF_H
#define CO_BASE_BUF_H

#include "base/mem.h"

#include <stdarg.h>

struct co_buf {
	char *data; /* NULL until something was added */
	size_t len;
	size_t cap;
};

#define CO_BUF_INIT { NULL, 0, 0 }

/* Room for n more bytes beyond len; returns where they go. */
char *co_buf_reserve(struct co_buf *b, size_t n);

void co_buf_add(struct co_buf *b, const void *data, size_t len);
void co_buf_adds(struct co_buf *b, const char *s);
void co_buf_addc(struct co_buf *b, char c);
void co_buf_addf(struct co_buf *b, const char *fmt, ...) CO_PRINTF(2, 3);
void co_buf_vaddf(struct co_buf *b, const char *fmt, va_list ap) CO_PRINTF(2, 0);

/* The content as a string; "" when empty. Owned by the buffer. */
const char *co_buf_str(const struct co_buf *b);

/* Hands the string to the caller, who frees it; the buffer is empty again. */
char *co_buf_take(struct co_buf *b);

void co_buf_reset(struct co_buf *b); /* empty, memory kept */
void co_buf_clear(struct co_buf *b); /* empty, memory freed */

#endif
