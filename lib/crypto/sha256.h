/* SPDX-License-Identifier: Apache-2.0 */
/* crypto/sha256: SHA-256 (FIPS 180-4) and HMAC-SHA-256 (RFC 2104), without OpenSSL's provider start-up. */
#ifndef CO_CRYPTO_SHA256_H
#define CO_CRYPTO_SHA256_H

#include <stddef.h>
#include <stdint.h>

enum { CO_SHA256_LEN = 32, CO_DIGEST_LEN = 71 };

/* Holds OpenSSL's SHA256_CTX; its header stays out of sight. */
struct co_sha256 {
	uint64_t opaque[16];
};

void co_sha256_init(struct co_sha256 *s);
void co_sha256_add(struct co_sha256 *s, const void *data, size_t len);
void co_sha256_end(struct co_sha256 *s, unsigned char out[CO_SHA256_LEN]);

void co_sha256(const void *data, size_t len, unsigned char out[CO_SHA256_LEN]);

/* "sha256:" and 64 lower-case hex digits of the digest of data. */
void co_sha256_text(const void *data, size_t len, char out[CO_DIGEST_LEN + 1]);

void co_hmac_sha256(const void *key, size_t key_len, const void *data, size_t len,
		    unsigned char out[CO_SHA256_LEN]);

/* Compares in time that depends on len alone; 1 if equal. */
int co_crypto_equal(const void *a, const void *b, size_t len);

#endif
