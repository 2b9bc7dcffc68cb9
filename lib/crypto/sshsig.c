/* SPDX-License-Identifier: Apache-2.0 */
/* The low-level SHA-512, for the reason given in crypto/sha256.c. */
#define OPENSSL_SUPPRESS_DEPRECATED

#include "crypto/sshsig.h"

#include "crypto/ed25519.h"
#include "crypto/sha256.h"
#include "crypto/ssharmour.h"
#include "crypto/sshwire.h"

#include <openssl/sha.h>
#include <string.h>

#define MAGIC "SSHSIG"

enum { VERSION = 1, MAGIC_LEN = 6 };

static int malformed(struct co_err *err, const char *why)
{
	return co_err_set(err, CO_ERR_INPUT, "bad-signature", "the signature %s", why);
}

int co_sshsig_unarmour(const char *text, size_t len, struct co_buf *blob, struct co_err *err)
{
	if (len > CO_SSHSIG_BYTES)
		return malformed(err, "is too long");
	return co_ssharmour_decode(text, len, CO_ARMOUR_SIGNATURE, "the signature", blob, err);
}

void co_sshsig_armour(const void *blob, size_t len, struct co_buf *out)
{
	co_ssharmour_encode(blob, len, CO_ARMOUR_SIGNATURE, out);
}

int co_sshsig_preimage(const void *message, size_t len, const char *namespace, const char *hash,
		       struct co_buf *out, struct co_err *err)
{
	unsigned char digest[SHA512_DIGEST_LENGTH];
	size_t digest_len;

	if (strcmp(hash, "sha512") == 0) {
		SHA512(message, len, digest);
		digest_len = SHA512_DIGEST_LENGTH;
	} else if (strcmp(hash, "sha256") == 0) {
		co_sha256(message, len, digest);
		digest_len = CO_SHA256_LEN;
	} else {
		return co_err_set(err, CO_ERR_INPUT, "bad-signature", "the hash \"%s\" is neither sha256 nor sha512", hash);
	}
	co_buf_adds(out, MAGIC);
	co_wire_put_text(out, namespace);
	co_wire_put_text(out, ""); /* reserved */
	co_wire_put_text(out, hash);
	co_wire_put_string(out, digest, digest_len);
	return CO_OK;
}

void co_sshsig_wrap(const struct co_sshkey *key, const char *namespace, const char *hash, const void *signature,
		    size_t signature_len, struct co_buf *blob)
{
	co_buf_adds(blob, MAGIC);
	co_wire_put_u32(blob, VERSION);
	co_wire_put_string(blob, key->blob, key->len);
	co_wire_put_text(blob, namespace);
	co_wire_put_text(blob, ""); /* reserved */
	co_wire_put_text(blob, hash);
	co_wire_put_string(blob, signature, signature_len);
}

/* The fields of a blob, pointing into it. */
struct fields {
	struct co_wire key, namespace, reserved, hash, signature;
};

static int split(const void *blob, size_t len, struct fields *f, struct co_err *err)
{
	struct co_wire w = { blob, len };
	uint32_t version;

	if (len > CO_SSHSIG_BYTES)
		return malformed(err, "is too long");
	if (len < MAGIC_LEN || memcmp(blob, MAGIC, MAGIC_LEN) != 0)
		return malformed(err, "does not begin with " MAGIC);
	w = (struct co_wire){ w.at + MAGIC_LEN, len - MAGIC_LEN };
	if (co_wire_u32(&w, &version) < 0 || version != VERSION)
		return malformed(err, "is not of version 1");
	if (co_wire_string(&w, &f->key) < 0 || co_wire_string(&w, &f->namespace) < 0 ||
	    co_wire_string(&w, &f->reserved) < 0 || co_wire_string(&w, &f->hash) < 0 ||
	    co_wire_string(&w, &f->signature) < 0)
		return malformed(err, "is cut short");
	return w.left ? malformed(err, "has bytes after its end") : CO_OK;
}

static int wrong_namespace(struct co_err *err, const struct fields *f, const char *wanted)
{
	int len = f->namespace.left < 64 ? (int)f->namespace.left : 64;

	co_err_set(err, CO_ERR_NO, "wrong-namespace", "the signature was made for \"%.*s\", not for \"%s\"", len,
		   (const char *)f->namespace.at, wanted);
	return co_err_hint(err, "sign with `ssh-keygen -Y sign -n %s`", wanted);
}

int co_sshsig_verify(const void *blob, size_t len, const void *message, size_t message_len,
		     const char *namespace, struct co_sshkey *signer, struct co_err *err)
{
	struct co_sshkey key = CO_SSHKEY_INIT;
	struct co_buf preimage = CO_BUF_INIT;
	struct fields f;
	const char *hash;
	int rc = split(blob, len, &f, err);

	if (rc < 0)
		return rc;
	if (!co_wire_is(&f.namespace, namespace))
		return wrong_namespace(err, &f, namespace);
	hash = co_wire_is(&f.hash, "sha256") ? "sha256" : co_wire_is(&f.hash, "sha512") ? "sha512" : NULL;
	if (!hash)
		return malformed(err, "uses a hash that is neither sha256 nor sha512");
	rc = co_sshkey_decode(&key, f.key.at, f.key.left, err);
	if (rc == CO_OK)
		rc = co_sshsig_preimage(message, message_len, namespace, hash, &preimage, err);
	if (rc == CO_OK)
		rc = co_sshkey_verify(&key, preimage.data, preimage.len, f.signature.at, f.signature.left, err);
	co_buf_clear(&preimage);
	if (rc < 0)
		co_sshkey_clear(&key);
	else
		*signer = key;
	return rc;
}

int co_sshsig_sign(const struct co_secret *seed, const void *message, size_t len, const char *namespace,
		   struct co_buf *blob, struct co_err *err)
{
	unsigned char raw[CO_ED25519_SIGNATURE];
	struct co_sshkey key = CO_SSHKEY_INIT;
	struct co_buf preimage = CO_BUF_INIT, signature = CO_BUF_INIT;
	int rc = co_sshkey_of_seed(&key, seed, err);

	if (rc == CO_OK)
		rc = co_sshsig_preimage(message, len, namespace, "sha512", &preimage, err);
	if (rc == CO_OK)
		rc = co_ed25519_sign(seed, preimage.data, preimage.len, raw, err);
	if (rc == CO_OK) {
		co_wire_put_text(&signature, key.type);
		co_wire_put_string(&signature, raw, sizeof(raw));
		co_sshsig_wrap(&key, namespace, "sha512", signature.data, signature.len, blob);
	}
	co_buf_clear(&signature);
	co_buf_clear(&preimage);
	co_sshkey_clear(&key);
	return rc;
}
