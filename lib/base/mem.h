/* SPDX-License-Identifier: Apache-2.0 */
/*
 * base/mem: allocation that cannot fail.
 *
 * Out of memory ends the process with exit code 4. Every input is bounded by
 * a size limit before anything is allocated for it, so no input can get there.
 */
#ifndef CO_BASE_MEM_H
#define CO_BASE_MEM_H

#include <stddef.h>

/* Number of elements of an array (not of a pointer). */
#define CO_COUNT(a) (sizeof(a) / sizeof((a)[0]))

#if defined(__GNUC__)
#define CO_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))
#define CO_NORETURN __attribute__((noreturn))
#else
#define CO_PRINTF(fmt, args)
#define CO_NORETURN
#endif

/* Ends the process with exit code 4 and a message. */
CO_NORETURN void co_out_of_memory(void);

/* Zeroed memory for n elements of size bytes; the caller frees it with free(). */
void *co_xcalloc(size_t n, size_t size);
void *co_xmalloc(size_t size);
void *co_xrealloc(void *p, size_t n, size_t size);

/* Copies; NULL gives NULL. */
char *co_xstrdup(const char *s);
char *co_xmemdup(const void *p, size_t len); /* adds a terminating NUL */

/* A formatted string on the heap. */
char *co_xasprintf(const char *fmt, ...) CO_PRINTF(1, 2);

/*
 * Makes room for one more element in a growing array: items points to the
 * array pointer, count is the number in use. Growth is by doubling.
 * Returns the address of the new, zeroed element; *count is incremented.
 */
void *co_grow(void *items, size_t *count, size_t size);

/* For how many elements room is to be made in such an array of n when one more comes; 0 while there is some. */
size_t co_grow_room(size_t n);

#endif
