/* SPDX-License-Identifier: Apache-2.0 */
#include "base/buf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

char *co_buf_reserve(struct co_buf *b, size_t n)
{
	size_t need = b->len + n + 1;

	if (need > b->cap) {
		size_t cap = b->cap ? b->cap : 64;

		while (cap < need)
			cap *= 2;
		b->data = co_xrealloc(b->data, cap, 1);
		b->data[b->len] = '\0';
		b->cap = cap;
	}
	return b->data + b->len;
}

void co_buf_add(struct co_buf *b, const void *data, size_t len)
{
	char *end = co_buf_reserve(b, len);

	if (len)
		memcpy(end, data, len);
	end[len] = '\0';
	b->len += len;
}

void co_buf_adds(struct co_buf *b, const char *s)
{
	co_buf_add(b, s, strlen(s));
}

void co_buf_addc(struct co_buf *b, char c)
{
	char *end = b->len + 1 < b->cap ? b->data + b->len : co_buf_reserve(b, 1);

	end[0] = c;
	end[1] = '\0';
	b->len++;
}

void co_buf_vaddf(struct co_buf *b, const char *fmt, va_list ap)
{
	enum { MOSTLY_ENOUGH = 120 };
	char *to = co_buf_reserve(b, MOSTLY_ENOUGH);
	va_list again;
	int len;

	va_copy(again, ap);
	len = vsnprintf(to, b->cap - b->len, fmt, ap);
	if (len > 0 && (size_t)len >= b->cap - b->len)
		vsnprintf(co_buf_reserve(b, (size_t)len), (size_t)len + 1, fmt, again);
	if (len > 0)
		b->len += (size_t)len;
	b->data[b->len] = '\0';
	va_end(again);
}

void co_buf_addf(struct co_buf *b, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	co_buf_vaddf(b, fmt, ap);
	va_end(ap);
}

const char *co_buf_str(const struct co_buf *b)
{
	return b->data ? b->data : "";
}

char *co_buf_take(struct co_buf *b)
{
	char *s = b->data ? b->data : co_xstrdup("");

	*b = (struct co_buf)CO_BUF_INIT;
	return s;
}

void co_buf_reset(struct co_buf *b)
{
	b->len = 0;
	if (b->data)
		b->data[0] = '\0';
}

void co_buf_clear(struct co_buf *b)
{
	free(b->data);
	*b = (struct co_buf)CO_BUF_INIT;
}
