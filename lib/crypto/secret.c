/* SPDX-License-Identifier: Apache-2.0 */
/* Every secret has pages of its own, so that madvise() covers it and nothing else. */
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS, MADV_DONTDUMP */

#include "crypto/secret.h"

#include "base/mem.h"

#include <openssl/crypto.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

void co_wipe(void *data, size_t len)
{
	if (data)
		OPENSSL_cleanse(data, len);
}

static size_t round_up(size_t n, size_t unit)
{
	return (n + unit - 1) / unit * unit;
}

static void *new_pages(size_t len)
{
	void *pages = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (pages == MAP_FAILED)
		co_out_of_memory();
#ifdef MADV_DONTDUMP
	(void)madvise(pages, len, MADV_DONTDUMP);
#endif
	return pages;
}

/* In the pages it has: making and dropping them for every request cost more than to sign it. */
static void set_in_place(struct co_secret *s, const void *data, size_t len)
{
	if (len)
		memmove(s->data, data, len);
	co_wipe(s->data + len, s->len > len ? s->len - len : 0);
	s->data[len] = '\0';
	s->len = len;
}

void co_secret_set(struct co_secret *s, const void *data, size_t len)
{
	struct co_secret fresh = { NULL, len, 0 };

	if (len < s->cap) {
		set_in_place(s, data, len);
		return;
	}
	fresh.cap = round_up(len + 1, (size_t)sysconf(_SC_PAGESIZE));
	fresh.data = new_pages(fresh.cap);
	if (len)
		memcpy(fresh.data, data, len);
	co_secret_clear(s); /* last: data may lie within the old content */
	*s = fresh;
}

void co_secret_clear(struct co_secret *s)
{
	if (s->data) {
		co_wipe(s->data, s->cap);
		munmap(s->data, s->cap);
	}
	*s = (struct co_secret)CO_SECRET_INIT;
}
