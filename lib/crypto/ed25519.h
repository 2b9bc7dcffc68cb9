/* SPDX-License-Identifier: Apache-2.0 */
/* crypto/ed25519: RFC 8032 signatures by OpenSSL. */
#ifndef CO_CRYPTO_ED25519_H
#define CO_CRYPTO_ED25519_H

#include "base/err.h"
#include "crypto/secret.h"

enum { CO_ED25519_PUBLIC = 32, CO_ED25519_SEED = 32, CO_ED25519_SIGNATURE = 64 };

/* The public key of a seed (the private key's 32 bytes). */
int co_ed25519_public(const struct co_secret *seed, unsigned char out[CO_ED25519_PUBLIC], struct co_err *err);

int co_ed25519_sign(const struct co_secret *seed, const void *data, size_t len,
		    unsigned char out[CO_ED25519_SIGNATURE], struct co_err *err);

/* CO_OK if the signature is right, CO_ERR_NO with id "bad-signature" if not. */
int co_ed25519_verify(const unsigned char key[CO_ED25519_PUBLIC], const void *data, size_t len,
		      const unsigned char signature[CO_ED25519_SIGNATURE], struct co_err *err);

#endif
