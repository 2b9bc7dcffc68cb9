/* SPDX-License-Identifier: Apache-2.0 */
/*
 * crypto/secret: bytes that are wiped when dropped and kept out of core dumps.
 * Never copy the content out, never print it.
 */
#ifndef CO_CRYPTO_SECRET_H
#define CO_CRYPTO_SECRET_H

#include <stddef.h>

struct co_secret {
	unsigned char *data; /* NUL-terminated beyond len */
	size_t len;
	size_t cap;
};

#define CO_SECRET_INIT { NULL, 0, 0 }

void co_secret_set(struct co_secret *s, const void *data, size_t len);
void co_secret_clear(struct co_secret *s);

/* Wipes memory in a way no compiler removes. */
void co_wipe(void *data, size_t len);

#endif
