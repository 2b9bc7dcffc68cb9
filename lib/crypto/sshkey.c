/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/sshkey.h"

#include "base/base64.h"
#include "crypto/ed25519.h"
#include "crypto/openssl.h"
#include "crypto/sha256.h"
#include "crypto/sshfido.h"
#include "crypto/sshwire.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <stdlib.h>
#include <string.h>

enum {
	RSA_BITS_MIN = 2048,
	RSA_BITS_MAX = 16384,
	ECDSA_NUMBER_MAX = 66, /* bytes of r or s on P-521 */
};

enum kind { ED25519, ECDSA, RSA_KEY };

struct key_type {
	const char *name;
	enum kind kind;
	int fido;
	const char *curve;  /* as SSH names it (RFC 5656 section 10.1) */
	const char *group;  /* as OpenSSL does */
	const char *digest; /* RFC 5656 section 6.2.1; RSA: the signature says */
	size_t point;	    /* bytes of the public key */
};

static const struct key_type types[] = {
	{ "ssh-ed25519", ED25519, 0, NULL, NULL, NULL, CO_ED25519_PUBLIC },
	{ "sk-ssh-ed25519@openssh.com", ED25519, 1, NULL, NULL, NULL, CO_ED25519_PUBLIC },
	{ "ecdsa-sha2-nistp256", ECDSA, 0, "nistp256", "P-256", "SHA256", 65 },
	{ "ecdsa-sha2-nistp384", ECDSA, 0, "nistp384", "P-384", "SHA384", 97 },
	{ "ecdsa-sha2-nistp521", ECDSA, 0, "nistp521", "P-521", "SHA512", 133 },
	{ "sk-ecdsa-sha2-nistp256@openssh.com", ECDSA, 1, "nistp256", "P-256", "SHA256", 65 },
	{ "ssh-rsa", RSA_KEY, 0, NULL, NULL, NULL, 0 },
};

/* A key's fields, pointing into its wire form. */
struct parts {
	const struct key_type *type;
	struct co_wire point; /* Ed25519 or EC public key */
	struct co_wire e, n;  /* RSA */
	struct co_wire application; /* FIDO */
};

static int bad_key(struct co_err *err, const char *why)
{
	return co_err_set(err, CO_ERR_INPUT, "bad-key", "the public key %s", why);
}

static const struct key_type *find_type(const struct co_wire *name)
{
	size_t i;

	for (i = 0; i < CO_COUNT(types); i++)
		if (co_wire_is(name, types[i].name))
			return &types[i];
	return NULL;
}

static int unsupported(struct co_err *err, const struct co_wire *name)
{
	int len = name->left < 64 ? (int)name->left : 64;

	co_err_set(err, CO_ERR_INPUT, "unsupported-key", "keys of type \"%.*s\" are not supported", len,
		   (const char *)name->at);
	return co_err_hint(err, "use an Ed25519, ECDSA or RSA key, or one in a FIDO device");
}

static int read_rsa(struct co_wire *w, struct parts *parts, struct co_err *err)
{
	size_t bits;

	if (co_wire_number(w, &parts->e, RSA_BITS_MAX / 8) < 0 || co_wire_number(w, &parts->n, RSA_BITS_MAX / 8) < 0)
		return bad_key(err, "is malformed");
	bits = parts->n.left * 8;
	for (unsigned top = bits ? parts->n.at[0] : 0; top && top < 0x80; top <<= 1)
		bits--;
	if (bits < RSA_BITS_MIN) {
		co_err_set(err, CO_ERR_INPUT, "bad-key", "an RSA key of %zu bits is too weak", bits);
		return co_err_hint(err, "use %d bits or more, or an Ed25519 key", RSA_BITS_MIN);
	}
	return CO_OK;
}

static int split(const void *blob, size_t len, struct parts *parts, struct co_err *err)
{
	struct co_wire w = { blob, len }, name, curve;
	const struct key_type *type;
	int rc;

	*parts = (struct parts){ 0 };
	if (len > CO_SSHKEY_BYTES || co_wire_string(&w, &name) < 0)
		return bad_key(err, "is malformed");
	type = parts->type = find_type(&name);
	if (!type)
		return unsupported(err, &name);
	if (type->kind == RSA_KEY) {
		rc = read_rsa(&w, parts, err);
		if (rc < 0)
			return rc;
	} else {
		if (type->curve && (co_wire_string(&w, &curve) < 0 || !co_wire_is(&curve, type->curve)))
			return bad_key(err, "names another curve");
		if (co_wire_string(&w, &parts->point) < 0 || parts->point.left != type->point)
			return bad_key(err, "has the wrong length");
		if (type->kind == ECDSA && parts->point.at[0] != POINT_CONVERSION_UNCOMPRESSED)
			return bad_key(err, "is not an uncompressed point");
	}
	if (type->fido && co_wire_string(&w, &parts->application) < 0)
		return bad_key(err, "has no application");
	return w.left ? bad_key(err, "has bytes after its end") : CO_OK;
}

int co_sshkey_decode(struct co_sshkey *key, const void *blob, size_t len, struct co_err *err)
{
	struct parts parts;
	int rc = split(blob, len, &parts, err);

	if (rc < 0)
		return rc;
	key->type = parts.type->name;
	key->blob = (unsigned char *)co_xmemdup(blob, len);
	key->len = len;
	return CO_OK;
}

int co_sshkey_of_seed(struct co_sshkey *key, const struct co_secret *seed, struct co_err *err)
{
	unsigned char public[CO_ED25519_PUBLIC];
	struct co_buf blob = CO_BUF_INIT;
	int rc = co_ed25519_public(seed, public, err);

	if (rc < 0)
		return rc;
	co_wire_put_text(&blob, "ssh-ed25519");
	co_wire_put_string(&blob, public, sizeof(public));
	rc = co_sshkey_decode(key, blob.data, blob.len, err);
	co_buf_clear(&blob);
	return rc;
}

static int is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* The next word of a line, without moving past the end. */
static struct co_wire next_word(const char **at, const char *end)
{
	const char *start;

	while (*at < end && is_space(**at))
		(*at)++;
	start = *at;
	while (*at < end && !is_space(**at))
		(*at)++;
	return (struct co_wire){ (const unsigned char *)start, (size_t)(*at - start) };
}

int co_sshkey_parse(struct co_sshkey *key, const char *text, size_t len, struct co_err *err)
{
	const char *at = text, *end = text + len;
	struct co_wire name = next_word(&at, end), base64 = next_word(&at, end);
	struct co_sshkey decoded = CO_SSHKEY_INIT;
	struct co_buf blob = CO_BUF_INIT;
	int rc;

	if (!name.left || !base64.left)
		return bad_key(err, "is not \"TYPE BASE64\"");
	if (!find_type(&name))
		return unsupported(err, &name);
	if (co_base64_decode(&blob, (const char *)base64.at, base64.left) < 0) {
		co_buf_clear(&blob);
		return bad_key(err, "is not base64");
	}
	rc = co_sshkey_decode(&decoded, co_buf_str(&blob), blob.len, err);
	co_buf_clear(&blob);
	if (rc < 0)
		return rc;
	if (!co_wire_is(&name, decoded.type)) {
		co_sshkey_clear(&decoded);
		return bad_key(err, "is not of the type its line says");
	}
	*key = decoded;
	return CO_OK;
}

void co_sshkey_write(const struct co_sshkey *key, struct co_buf *out)
{
	co_buf_addf(out, "%s ", key->type);
	co_base64_encode(out, key->blob, key->len);
}

void co_sshkey_clear(struct co_sshkey *key)
{
	free(key->blob);
	*key = (struct co_sshkey)CO_SSHKEY_INIT;
}

int co_sshkey_equal(const struct co_sshkey *a, const struct co_sshkey *b)
{
	return a->len == b->len && a->len && memcmp(a->blob, b->blob, a->len) == 0;
}

char *co_sshkey_fingerprint(const struct co_sshkey *key)
{
	unsigned char digest[CO_SHA256_LEN];
	struct co_buf text = CO_BUF_INIT;

	co_sha256(key->blob, key->len, digest);
	co_buf_adds(&text, "SHA256:");
	co_base64_encode(&text, digest, sizeof(digest));
	text.data[--text.len] = '\0'; /* 32 bytes end in one "=" */
	return co_buf_take(&text);
}

int co_sshkey_is_fido(const struct co_sshkey *key)
{
	return key->type && strncmp(key->type, "sk-", 3) == 0;
}

/* An OpenSSL key of n numbers or octet strings; NULL if they are not one (a point off its curve). */
static EVP_PKEY *make_key(const char *algorithm, OSSL_PARAM_BLD *fields)
{
	OSSL_PARAM *params = OSSL_PARAM_BLD_to_param(fields);
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, algorithm, NULL);
	EVP_PKEY *key = NULL;

	if (!params || !context || EVP_PKEY_fromdata_init(context) != 1 ||
	    EVP_PKEY_fromdata(context, &key, EVP_PKEY_PUBLIC_KEY, params) != 1)
		key = NULL;
	EVP_PKEY_CTX_free(context);
	OSSL_PARAM_free(params);
	return key;
}

static EVP_PKEY *rsa_key(const struct parts *parts)
{
	OSSL_PARAM_BLD *fields = OSSL_PARAM_BLD_new();
	BIGNUM *n = BN_bin2bn(parts->n.at, (int)parts->n.left, NULL);
	BIGNUM *e = BN_bin2bn(parts->e.at, (int)parts->e.left, NULL);
	EVP_PKEY *key = NULL;

	if (fields && n && e && OSSL_PARAM_BLD_push_BN(fields, OSSL_PKEY_PARAM_RSA_N, n) == 1 &&
	    OSSL_PARAM_BLD_push_BN(fields, OSSL_PKEY_PARAM_RSA_E, e) == 1)
		key = make_key("RSA", fields);
	OSSL_PARAM_BLD_free(fields);
	BN_free(n);
	BN_free(e);
	return key;
}

static EVP_PKEY *ec_key(const struct parts *parts)
{
	OSSL_PARAM_BLD *fields = OSSL_PARAM_BLD_new();
	EVP_PKEY *key = NULL;

	if (fields &&
	    OSSL_PARAM_BLD_push_utf8_string(fields, OSSL_PKEY_PARAM_GROUP_NAME, parts->type->group, 0) == 1 &&
	    OSSL_PARAM_BLD_push_octet_string(fields, OSSL_PKEY_PARAM_PUB_KEY, parts->point.at, parts->point.left) == 1)
		key = make_key("EC", fields);
	OSSL_PARAM_BLD_free(fields);
	return key;
}

static int verify_with(EVP_PKEY *key, const char *digest, const struct co_wire *data, const void *signature,
		       size_t len)
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	int ok;

	ok = context && EVP_DigestVerifyInit_ex(context, NULL, digest, NULL, NULL, key, NULL) == 1 &&
	     EVP_DigestVerify(context, signature, len, data->at, data->left) == 1;
	EVP_MD_CTX_free(context);
	return ok;
}

/* RFC 8332 section 3; the signature may lack leading zeros. 1 if right. */
static int verify_rsa(const struct parts *parts, const char *digest, const struct co_wire *data,
		      const struct co_wire *signature)
{
	size_t size = parts->n.left;
	unsigned char *padded;
	EVP_PKEY *key;
	int ok;

	if (!signature->left || signature->left > size)
		return 0;
	key = rsa_key(parts);
	padded = co_xcalloc(size, 1);
	memcpy(padded + size - signature->left, signature->at, signature->left);
	ok = key && verify_with(key, digest, data, padded, size);
	free(padded);
	EVP_PKEY_free(key);
	return ok;
}

/* RFC 5656 section 3.1.2: r and s as mpints; OpenSSL wants them in DER. 1 if right. */
static int verify_ecdsa(const struct parts *parts, const struct co_wire *data, const struct co_wire *signature)
{
	struct co_wire rest = *signature, r, s;
	unsigned char *der = NULL;
	ECDSA_SIG *numbers;
	EVP_PKEY *key;
	int len, ok = 0;

	if (co_wire_number(&rest, &r, ECDSA_NUMBER_MAX) < 0 || co_wire_number(&rest, &s, ECDSA_NUMBER_MAX) < 0 ||
	    rest.left)
		return 0;
	numbers = ECDSA_SIG_new();
	if (!numbers)
		return 0;
	if (ECDSA_SIG_set0(numbers, BN_bin2bn(r.at, (int)r.left, NULL), BN_bin2bn(s.at, (int)s.left, NULL)) == 1) {
		len = i2d_ECDSA_SIG(numbers, &der);
		key = ec_key(parts);
		ok = len > 0 && key && verify_with(key, parts->type->digest, data, der, (size_t)len);
		EVP_PKEY_free(key);
		OPENSSL_free(der);
	}
	ECDSA_SIG_free(numbers);
	return ok;
}


/* How a signature's algorithm goes with the key's type: sets the digest of an RSA signature. */
static int check_algorithm(const struct key_type *type, const struct co_wire *name, const char **digest,
			   struct co_err *err)
{
	if (type->kind != RSA_KEY) {
		if (co_wire_is(name, type->name))
			return CO_OK;
		if (type->fido && type->kind == ECDSA && co_wire_is(name, CO_SSHFIDO_WEBAUTHN))
			return CO_OK;
	} else if (co_wire_is(name, "rsa-sha2-512")) {
		*digest = "SHA512";
		return CO_OK;
	} else if (co_wire_is(name, "rsa-sha2-256")) {
		*digest = "SHA256";
		return CO_OK;
	} else if (co_wire_is(name, "ssh-rsa")) {
		return co_err_set(err, CO_ERR_NO, "weak-signature", "the signature uses SHA-1");
	}
	return co_err_set(err, CO_ERR_INPUT, "bad-signature", "the signature's algorithm does not go with its key");
}

static int verify_parts(const struct parts *parts, const char *digest, const struct co_wire *data,
			const struct co_wire *signature, struct co_err *err)
{
	int ok = 0;

	co_openssl_start();
	if (parts->type->kind == RSA_KEY)
		ok = verify_rsa(parts, digest, data, signature);
	else if (parts->type->kind == ECDSA)
		ok = verify_ecdsa(parts, data, signature);
	else if (signature->left == CO_ED25519_SIGNATURE)
		return co_ed25519_verify(parts->point.at, data->at, data->left, signature->at, err);
	return ok ? CO_OK : co_err_set(err, CO_ERR_NO, "bad-signature", "the signature is wrong");
}

int co_sshkey_verify(const struct co_sshkey *key, const void *data, size_t len, const void *signature,
		     size_t signature_len, struct co_err *err)
{
	struct co_wire w = { signature, signature_len }, signed_data = { data, len }, name, bytes;
	struct co_buf device = CO_BUF_INIT;
	const char *digest = NULL;
	struct parts parts;
	int rc = split(key->blob, key->len, &parts, err);

	if (rc < 0)
		return rc;
	if (co_wire_string(&w, &name) < 0 || co_wire_string(&w, &bytes) < 0 || (w.left && !parts.type->fido))
		return co_err_set(err, CO_ERR_INPUT, "bad-signature", "the signature is malformed");
	rc = check_algorithm(parts.type, &name, &digest, err);
	if (rc < 0)
		return rc;
	if (parts.type->fido) {
		rc = co_sshfido_message(&parts.application, data, len, w, co_wire_is(&name, CO_SSHFIDO_WEBAUTHN),
					&device, err);
		signed_data = (struct co_wire){ (unsigned char *)device.data, device.len };
	}
	if (rc == CO_OK)
		rc = verify_parts(&parts, digest, &signed_data, &bytes, err);
	co_buf_clear(&device);
	return rc;
}
