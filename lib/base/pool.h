/* SPDX-License-Identifier: Apache-2.0 */
/*
 * base/pool: memory that is freed all at once, of a document with many small parts. A part costs a tenth of what one of
 * malloc() costs, and freeing all of them next to nothing.
 *
 * Wherever a pool is asked for, NULL is the heap: whoever has a part of that frees it with free().
 */
#ifndef CO_BASE_POOL_H
#define CO_BASE_POOL_H

#include "base/mem.h"

/* All zero is an empty pool. */
struct co_pool {
	struct co_pool_block *last;
	char *at; /* free memory of the last block */
	size_t left;
};

/* Zeroed, and aligned for anything. */
void *co_pool_take(struct co_pool *pool, size_t size);

/* As co_xmemdup() and co_grow(). What an array was before it grew stays in the pool. */
char *co_pool_memdup(struct co_pool *pool, const void *p, size_t len);
void *co_pool_grow(struct co_pool *pool, void *items, size_t *count, size_t size);

/* Frees a part of the heap; a part of a pool stays. */
void co_pool_drop(const struct co_pool *pool, void *part);

/* Frees all parts; the pool is empty again. */
void co_pool_clear(struct co_pool *pool);

#endif
