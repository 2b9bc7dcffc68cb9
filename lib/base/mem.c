/* SPDX-License-Identifier: Apache-2.0 */
#include "base/mem.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

CO_NORETURN void co_out_of_memory(void)
{
	static const char message[] = "cloudops: out of memory\n";
	ssize_t ignored = write(2, message, sizeof(message) - 1);

	(void)ignored;
	_exit(4);
}

void *co_xcalloc(size_t n, size_t size)
{
	void *p = calloc(n ? n : 1, size ? size : 1);

	if (!p)
		co_out_of_memory();
	return p;
}

void *co_xmalloc(size_t size)
{
	void *p = malloc(size ? size : 1);

	if (!p)
		co_out_of_memory();
	return p;
}

void *co_xrealloc(void *p, size_t n, size_t size)
{
	if (size && n > SIZE_MAX / size)
		co_out_of_memory();
	p = realloc(p, n && size ? n * size : 1);
	if (!p)
		co_out_of_memory();
	return p;
}

char *co_xstrdup(const char *s)
{
	return s ? co_xmemdup(s, strlen(s)) : NULL;
}

char *co_xmemdup(const void *p, size_t len)
{
	char *copy = co_xmalloc(len + 1);

	if (len)
		memcpy(copy, p, len);
	copy[len] = '\0';
	return copy;
}

char *co_xasprintf(const char *fmt, ...)
{
	va_list ap;
	char *s;
	int len;

	va_start(ap, fmt);
	len = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (len < 0)
		co_out_of_memory();
	s = co_xmalloc((size_t)len + 1);
	va_start(ap, fmt);
	vsnprintf(s, (size_t)len + 1, fmt, ap);
	va_end(ap);
	return s;
}

size_t co_grow_room(size_t n)
{
	enum { FIRST = 4 };

	if (!n)
		return FIRST;
	return n >= FIRST && (n & (n - 1)) == 0 ? 2 * n : 0;
}

void *co_grow(void *items, size_t *count, size_t size)
{
	const size_t n = *count, room = co_grow_room(n);
	char *array;

	memcpy(&array, items, sizeof(array));
	if (room) {
		array = co_xrealloc(array, room, size);
		memcpy(items, &array, sizeof(array));
	}
	memset(array + n * size, 0, size);
	*count = n + 1;
	return array + n * size;
}
