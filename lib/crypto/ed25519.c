/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/ed25519.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

static int broken(struct co_err *err, const char *what)
{
	return co_err_set(err, CO_ERR_SYSTEM, "crypto", "OpenSSL could not %s", what);
}

/* An openssl.cnf could change what runs here, so none is read. */
static int private_key(EVP_PKEY **key, const struct co_secret *seed, struct co_err *err)
{
	if (seed->len != CO_ED25519_SEED)
		return co_err_set(err, CO_ERR_INPUT, "bad-key", "an Ed25519 private key has %d bytes, not %zu",
				  CO_ED25519_SEED, seed->len);
	OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL);
	*key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, seed->data, seed->len);
	return *key ? CO_OK : broken(err, "load an Ed25519 private key");
}

int co_ed25519_public(const struct co_secret *seed, unsigned char out[CO_ED25519_PUBLIC], struct co_err *err)
{
	size_t len = CO_ED25519_PUBLIC;
	EVP_PKEY *key = NULL;
	int ok, rc = private_key(&key, seed, err);

	if (rc < 0)
		return rc;
	ok = EVP_PKEY_get_raw_public_key(key, out, &len) == 1;
	EVP_PKEY_free(key);
	return ok ? CO_OK : broken(err, "derive an Ed25519 public key");
}

int co_ed25519_sign(const struct co_secret *seed, const void *data, size_t len,
		    unsigned char out[CO_ED25519_SIGNATURE], struct co_err *err)
{
	size_t out_len = CO_ED25519_SIGNATURE;
	EVP_MD_CTX *context;
	EVP_PKEY *key = NULL;
	int ok, rc = private_key(&key, seed, err);

	if (rc < 0)
		return rc;
	context = EVP_MD_CTX_new();
	ok = context && EVP_DigestSignInit(context, NULL, NULL, NULL, key) == 1 &&
	     EVP_DigestSign(context, out, &out_len, data, len) == 1;
	EVP_MD_CTX_free(context);
	EVP_PKEY_free(key);
	return ok ? CO_OK : broken(err, "sign with Ed25519");
}

int co_ed25519_verify(const unsigned char key[CO_ED25519_PUBLIC], const void *data, size_t len,
		      const unsigned char signature[CO_ED25519_SIGNATURE], struct co_err *err)
{
	EVP_MD_CTX *context;
	EVP_PKEY *pkey;
	int ok;

	OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL);
	pkey = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, key, CO_ED25519_PUBLIC);
	context = EVP_MD_CTX_new();
	if (!pkey || !context) {
		EVP_PKEY_free(pkey);
		EVP_MD_CTX_free(context);
		return broken(err, "load an Ed25519 public key");
	}
	ok = EVP_DigestVerifyInit(context, NULL, NULL, NULL, pkey) == 1 &&
	     EVP_DigestVerify(context, signature, CO_ED25519_SIGNATURE, data, len) == 1;
	EVP_MD_CTX_free(context);
	EVP_PKEY_free(pkey);
	return ok ? CO_OK : co_err_set(err, CO_ERR_NO, "bad-signature", "the Ed25519 signature is wrong");
}
