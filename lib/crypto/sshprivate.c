/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/sshprivate.h"

#include "crypto/ed25519.h"
#include "crypto/ssharmour.h"
#include "crypto/sshwire.h"

#include <string.h>

#define MAGIC "openssh-key-v1" /* its NUL is part of it */

enum { BLOCK = 8, PRIVATE = CO_ED25519_SEED + CO_ED25519_PUBLIC };

static int bad_key(struct co_err *err, const char *why)
{
	return co_err_set(err, CO_ERR_INPUT, "bad-key", "the private key %s", why);
}

static int unusable(struct co_err *err, const char *id, const char *why)
{
	return co_err_set(err, CO_ERR_NO, id, "the private key %s", why);
}

/* The bytes between BEGIN and END, appended. */
static int unarmour(const char *text, size_t len, struct co_buf *out, struct co_err *err)
{
	static const char own[] = "-----BEGIN " CO_ARMOUR_PRIVATE_KEY "-----", any[] = "-----BEGIN ";

	if (len > CO_SSHPRIVATE_BYTES)
		return bad_key(err, "is too long");
	if (len >= sizeof(own) && memcmp(text, any, sizeof(any) - 1) == 0 && memcmp(text, own, sizeof(own) - 1) != 0)
		return unusable(err, "other-key", "is not in OpenSSH's format");
	return co_ssharmour_decode(text, len, CO_ARMOUR_PRIVATE_KEY, "the private key", out, err);
}

/* The part that a passphrase would encrypt: check numbers, the key, a comment, padding 1 2 3 ... */
static int read_private(struct co_wire w, const struct co_sshkey *public, struct co_secret *seed,
			struct co_err *err)
{
	struct co_wire type, point, pair, comment;
	uint32_t check[2];
	unsigned char pad, wanted = 1;

	if (co_wire_u32(&w, &check[0]) < 0 || co_wire_u32(&w, &check[1]) < 0 || check[0] != check[1])
		return bad_key(err, "is damaged");
	if (co_wire_string(&w, &type) < 0 || !co_wire_is(&type, public->type))
		return bad_key(err, "does not go with its public part");
	if (co_wire_string(&w, &point) < 0 || co_wire_string(&w, &pair) < 0 || co_wire_string(&w, &comment) < 0 ||
	    point.left != CO_ED25519_PUBLIC || pair.left != PRIVATE ||
	    memcmp(pair.at + CO_ED25519_SEED, point.at, CO_ED25519_PUBLIC) != 0)
		return bad_key(err, "is damaged");
	while (co_wire_byte(&w, &pad) == 0)
		if (pad != wanted++)
			return bad_key(err, "is damaged");
	co_secret_set(seed, pair.at, CO_ED25519_SEED);
	return CO_OK;
}

/* The seed must give the public key that stands beside it, or it would sign for nobody. */
static int check_pair(const struct co_sshkey *public, const struct co_secret *seed, struct co_err *err)
{
	struct co_sshkey derived = CO_SSHKEY_INIT;
	int same, rc = co_sshkey_of_seed(&derived, seed, err);

	if (rc < 0)
		return rc;
	same = co_sshkey_equal(&derived, public);
	co_sshkey_clear(&derived);
	return same ? CO_OK : bad_key(err, "does not go with its public part");
}

static int read_file(struct co_wire w, struct co_secret *seed, struct co_err *err)
{
	struct co_wire cipher, kdf, options, public_blob, private;
	struct co_sshkey public = CO_SSHKEY_INIT;
	struct co_secret found = CO_SECRET_INIT;
	uint32_t keys;
	int rc;

	if (w.left < sizeof(MAGIC) || memcmp(w.at, MAGIC, sizeof(MAGIC)) != 0)
		return bad_key(err, "is not of version 1");
	w = (struct co_wire){ w.at + sizeof(MAGIC), w.left - sizeof(MAGIC) };
	if (co_wire_string(&w, &cipher) < 0 || co_wire_string(&w, &kdf) < 0 || co_wire_string(&w, &options) < 0 ||
	    co_wire_u32(&w, &keys) < 0 || keys != 1 || co_wire_string(&w, &public_blob) < 0 ||
	    co_wire_string(&w, &private) < 0)
		return bad_key(err, "is cut short");
	rc = co_sshkey_decode(&public, public_blob.at, public_blob.left, err);
	if (rc < 0)
		return rc;
	if (!co_wire_is(&cipher, "none"))
		rc = unusable(err, "encrypted-key", "has a passphrase");
	else if (!co_wire_is(&kdf, "none") || options.left)
		rc = bad_key(err, "is damaged");
	else if (strcmp(public.type, "ssh-ed25519") != 0)
		rc = unusable(err, "other-key", "is not Ed25519");
	else
		rc = read_private(private, &public, &found, err);
	if (rc == CO_OK)
		rc = check_pair(&public, &found, err);
	if (rc == CO_OK)
		co_secret_set(seed, found.data, found.len);
	co_secret_clear(&found);
	co_sshkey_clear(&public);
	return rc;
}

int co_sshprivate_parse(const char *text, size_t len, struct co_secret *seed, struct co_err *err)
{
	struct co_buf bytes = CO_BUF_INIT;
	int rc = unarmour(text, len, &bytes, err);

	if (rc == CO_OK)
		rc = read_file((struct co_wire){ (unsigned char *)bytes.data, bytes.len }, seed, err);
	co_ssharmour_wipe(&bytes);
	return rc;
}

static void put_private(struct co_buf *out, const struct co_secret *seed, const unsigned char *public,
			const char *comment, const unsigned char check[4])
{
	size_t start = out->len;

	co_buf_add(out, check, 4);
	co_buf_add(out, check, 4);
	co_wire_put_text(out, "ssh-ed25519");
	co_wire_put_string(out, public, CO_ED25519_PUBLIC);
	co_wire_put_u32(out, PRIVATE);
	co_buf_add(out, seed->data, CO_ED25519_SEED);
	co_buf_add(out, public, CO_ED25519_PUBLIC);
	co_wire_put_text(out, comment);
	for (char pad = 1; (out->len - start) % BLOCK; pad++)
		co_buf_addc(out, pad);
}

int co_sshprivate_write(const struct co_secret *seed, const char *comment, const unsigned char check[4],
			struct co_secret *text, struct co_err *err)
{
	struct co_buf private = CO_BUF_INIT, file = CO_BUF_INIT, armoured = CO_BUF_INIT;
	size_t room = 1024 + 4 * strlen(comment); /* so that no buffer moves and leaves a copy */
	unsigned char public[CO_ED25519_PUBLIC];
	struct co_sshkey key = CO_SSHKEY_INIT;
	int rc = co_sshkey_of_seed(&key, seed, err);

	if (rc == CO_OK)
		rc = co_ed25519_public(seed, public, err);
	if (rc < 0)
		return co_sshkey_clear(&key), rc;
	co_buf_reserve(&private, room);
	co_buf_reserve(&file, room);
	co_buf_reserve(&armoured, room);
	put_private(&private, seed, public, comment, check);
	co_buf_add(&file, MAGIC, sizeof(MAGIC));
	co_wire_put_text(&file, "none"); /* cipher */
	co_wire_put_text(&file, "none"); /* key derivation */
	co_wire_put_text(&file, "");	 /* its options */
	co_wire_put_u32(&file, 1);	 /* keys */
	co_wire_put_string(&file, key.blob, key.len);
	co_wire_put_string(&file, private.data, private.len);
	co_ssharmour_encode(file.data, file.len, CO_ARMOUR_PRIVATE_KEY, &armoured);
	co_secret_set(text, armoured.data, armoured.len);
	co_ssharmour_wipe(&private);
	co_ssharmour_wipe(&file);
	co_ssharmour_wipe(&armoured);
	co_sshkey_clear(&key);
	return CO_OK;
}
