/* SPDX-License-Identifier: Apache-2.0 */
/* crypto/sshprivate: Ed25519 private keys in OpenSSH's own file format (PROTOCOL.key), not encrypted. */
#ifndef CO_CRYPTO_SSHPRIVATE_H
#define CO_CRYPTO_SSHPRIVATE_H

#include "crypto/secret.h"
#include "crypto/sshkey.h"

enum { CO_SSHPRIVATE_BYTES = 64 * 1024 };

/*
 * Reads the seed. CO_ERR_NO when the file is whole but the key cannot be used
 * here: "encrypted-key" (a passphrase), "other-key" (not Ed25519, or in another
 * format). CO_ERR_INPUT "bad-key" or "bad-armour" when it is damaged.
 */
int co_sshprivate_parse(const char *text, size_t len, struct co_secret *seed, struct co_err *err);

/*
 * Writes the file's text, as ssh-keygen reads it. check: four random bytes.
 * Nothing of the secret is left behind in freed memory but what is in text.
 */
int co_sshprivate_write(const struct co_secret *seed, const char *comment, const unsigned char check[4],
			struct co_secret *text, struct co_err *err);

#endif
