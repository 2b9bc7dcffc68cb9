/* SPDX-License-Identifier: Apache-2.0 */
#include "base/pool.h"

#include <stdlib.h>
#include <string.h>

struct co_pool_block {
	struct co_pool_block *before;
	max_align_t memory[];
};

/* Under a sanitizer every part is a block, so that it sees where each ends. */
#ifdef CO_SANITIZER
enum { BLOCK = 1 };
#else
enum { BLOCK = 8 * 1024 };
#endif

static void add_block(struct co_pool *pool, size_t size)
{
	struct co_pool_block *block;

	if (size < BLOCK)
		size = BLOCK;
	block = co_xmalloc(sizeof(*block) + size);
	block->before = pool->last;
	*pool = (struct co_pool){ block, (char *)block->memory, size };
}

/* As it comes. */
static char *part(struct co_pool *pool, size_t size)
{
	enum { ALIGN = _Alignof(max_align_t) };
	char *at;

	size = (size + ALIGN - 1) / ALIGN * ALIGN;
	if (!pool->at || size > pool->left)
		add_block(pool, size);
	at = pool->at;
	pool->at += size;
	pool->left -= size;
	return at;
}

void *co_pool_take(struct co_pool *pool, size_t size)
{
	return pool ? memset(part(pool, size), 0, size) : co_xcalloc(1, size);
}

char *co_pool_memdup(struct co_pool *pool, const void *p, size_t len)
{
	char *copy = pool ? part(pool, len + 1) : co_xmalloc(len + 1);

	if (len)
		memcpy(copy, p, len);
	copy[len] = '\0';
	return copy;
}

void *co_pool_grow(struct co_pool *pool, void *items, size_t *count, size_t size)
{
	const size_t n = *count, room = pool ? co_grow_room(n) : 0;
	char *array, *larger;

	if (!pool)
		return co_grow(items, count, size);
	memcpy(&array, items, sizeof(array));
	if (room) {
		larger = co_pool_take(pool, room * size);
		if (n)
			memcpy(larger, array, n * size);
		memcpy(items, &larger, sizeof(larger));
		array = larger;
	}
	*count = n + 1;
	return array + n * size;
}

void co_pool_drop(const struct co_pool *pool, void *part)
{
	if (!pool)
		free(part);
}

void co_pool_clear(struct co_pool *pool)
{
	struct co_pool_block *block = pool->last, *before;

	for (; block; block = before) {
		before = block->before;
		free(block);
	}
	*pool = (struct co_pool){ NULL, NULL, 0 };
}
