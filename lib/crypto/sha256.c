/* SPDX-License-Identifier: Apache-2.0 */
/* The low-level functions are deprecated in OpenSSL 3 but cost 1 % of an EVP fetch at start-up. */
#define OPENSSL_SUPPRESS_DEPRECATED

#include "crypto/sha256.h"

#include "base/hex.h"
#include "crypto/secret.h"

#include <openssl/crypto.h>
#include <openssl/sha.h>
#include <string.h>

_Static_assert(sizeof(SHA256_CTX) <= sizeof(struct co_sha256), "struct co_sha256 must hold a SHA256_CTX");
_Static_assert((int)CO_SHA256_LEN == SHA256_DIGEST_LENGTH, "FIPS 180-4");

static SHA256_CTX *context(struct co_sha256 *s)
{
	return (SHA256_CTX *)(void *)s;
}

void co_sha256_init(struct co_sha256 *s)
{
	SHA256_Init(context(s));
}

void co_sha256_add(struct co_sha256 *s, const void *data, size_t len)
{
	if (len)
		SHA256_Update(context(s), data, len);
}

void co_sha256_end(struct co_sha256 *s, unsigned char out[CO_SHA256_LEN])
{
	SHA256_Final(out, context(s));
}

void co_sha256(const void *data, size_t len, unsigned char out[CO_SHA256_LEN])
{
	struct co_sha256 s;

	co_sha256_init(&s);
	co_sha256_add(&s, data, len);
	co_sha256_end(&s, out);
}

void co_sha256_text(const void *data, size_t len, char out[CO_DIGEST_LEN + 1])
{
	unsigned char digest[CO_SHA256_LEN];

	co_sha256(data, len, digest);
	memcpy(out, "sha256:", 7);
	co_hex_encode(out + 7, digest, sizeof(digest));
}

void co_hmac_sha256(const void *key, size_t key_len, const void *data, size_t len,
		    unsigned char out[CO_SHA256_LEN])
{
	unsigned char inner[SHA256_CBLOCK] = { 0 }, outer[SHA256_CBLOCK];
	struct co_sha256 s;
	size_t i;

	if (key_len > sizeof(inner))
		co_sha256(key, key_len, inner);
	else if (key_len)
		memcpy(inner, key, key_len);
	for (i = 0; i < sizeof(inner); i++) { /* RFC 2104 section 2 */
		outer[i] = inner[i] ^ 0x5c;
		inner[i] ^= 0x36;
	}
	co_sha256_init(&s);
	co_sha256_add(&s, inner, sizeof(inner));
	co_sha256_add(&s, data, len);
	co_sha256_end(&s, out);
	co_sha256_init(&s);
	co_sha256_add(&s, outer, sizeof(outer));
	co_sha256_add(&s, out, CO_SHA256_LEN);
	co_sha256_end(&s, out);
	co_wipe(inner, sizeof(inner));
	co_wipe(outer, sizeof(outer));
	co_wipe(&s, sizeof(s));
}

int co_crypto_equal(const void *a, const void *b, size_t len)
{
	return CRYPTO_memcmp(a, b, len) == 0;
}
