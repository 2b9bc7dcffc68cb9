/* SPDX-License-Identifier: Apache-2.0 */
/*
 * crypto/sshsig: detached signatures by SSH keys (OpenSSH's PROTOCOL.sshsig), the
 * same that `ssh-keygen -Y sign` makes and `ssh-keygen -Y verify` checks.
 */
#ifndef CO_CRYPTO_SSHSIG_H
#define CO_CRYPTO_SSHSIG_H

#include "crypto/secret.h"
#include "crypto/sshkey.h"

enum { CO_SSHSIG_BYTES = 64 * 1024 }; /* most bytes of a signature, armoured or not */

/* The blob between the lines BEGIN and END SSH SIGNATURE, appended. CO_ERR_INPUT id "bad-armour". */
int co_sshsig_unarmour(const char *text, size_t len, struct co_buf *blob, struct co_err *err);

/* Byte for byte as ssh-keygen writes it. */
void co_sshsig_armour(const void *blob, size_t len, struct co_buf *out);

/*
 * Verifies a blob over message. *signer is the key that made it (the caller
 * clears it): whether that key is trusted is the caller's question.
 * CO_ERR_INPUT for bytes that are no signature; CO_ERR_NO: "wrong-namespace", and
 * those of co_sshkey_verify().
 */
int co_sshsig_verify(const void *blob, size_t len, const void *message, size_t message_len,
		     const char *namespace, struct co_sshkey *signer, struct co_err *err);

/* The bytes a key must sign for message: hash is "sha256" or "sha512". */
int co_sshsig_preimage(const void *message, size_t len, const char *namespace, const char *hash,
		       struct co_buf *out, struct co_err *err);

/* The blob made of a key, and its signature in wire form over co_sshsig_preimage(). */
void co_sshsig_wrap(const struct co_sshkey *key, const char *namespace, const char *hash, const void *signature,
		    size_t signature_len, struct co_buf *blob);

/* Signs with an Ed25519 seed, by SHA-512 as ssh-keygen does. */
int co_sshsig_sign(const struct co_secret *seed, const void *message, size_t len, const char *namespace,
		   struct co_buf *blob, struct co_err *err);

#endif
