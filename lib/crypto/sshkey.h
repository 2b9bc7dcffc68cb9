/* SPDX-License-Identifier: Apache-2.0 */
/*
 * crypto/sshkey: OpenSSH public keys: reading, naming, verifying.
 *
 * Formats: RFC 4253 section 6.6, RFC 5656, RFC 8332, RFC 8709, and OpenSSH's
 * PROTOCOL.u2f for keys held by a FIDO device.
 */
#ifndef CO_CRYPTO_SSHKEY_H
#define CO_CRYPTO_SSHKEY_H

#include "base/err.h"
#include "crypto/secret.h"

enum { CO_SSHKEY_BYTES = 16 * 1024 }; /* most bytes of a key, in wire form */

struct co_sshkey {
	const char *type;    /* "ssh-ed25519": static */
	unsigned char *blob; /* wire form; owned */
	size_t len;
};

#define CO_SSHKEY_INIT { NULL, NULL, 0 }

/*
 * From wire form. CO_ERR_INPUT: id "bad-key" for bytes that are no key,
 * "unsupported-key" for a type that is not ssh-ed25519, ecdsa-sha2-nistp{256,384,521},
 * ssh-rsa (2048 to 16384 bits), sk-ssh-ed25519@openssh.com or
 * sk-ecdsa-sha2-nistp256@openssh.com.
 */
int co_sshkey_decode(struct co_sshkey *key, const void *blob, size_t len, struct co_err *err);

/* From "TYPE BASE64 [COMMENT]", the text of a .pub file; white space around it is allowed. */
int co_sshkey_parse(struct co_sshkey *key, const char *text, size_t len, struct co_err *err);

/* The public key of an Ed25519 seed. */
int co_sshkey_of_seed(struct co_sshkey *key, const struct co_secret *seed, struct co_err *err);

/* The text of a .pub file without a comment, appended. */
void co_sshkey_write(const struct co_sshkey *key, struct co_buf *out);

void co_sshkey_clear(struct co_sshkey *key);
int co_sshkey_equal(const struct co_sshkey *a, const struct co_sshkey *b);

/* "SHA256:" and base64 without padding, as ssh-keygen -l prints it; the caller frees it. */
char *co_sshkey_fingerprint(const struct co_sshkey *key);

/* A key whose private part is in a FIDO device. */
int co_sshkey_is_fido(const struct co_sshkey *key);

/*
 * Verifies a signature in wire form (string algorithm, string bytes, and for
 * FIDO keys flags and counter). CO_ERR_NO: id "bad-signature"; "no-touch" when a
 * FIDO device signed without a person touching it; "weak-signature" for SHA-1.
 */
int co_sshkey_verify(const struct co_sshkey *key, const void *data, size_t len, const void *signature,
		     size_t signature_len, struct co_err *err);

#endif
