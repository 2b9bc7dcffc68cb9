/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/ed25519.h"

#include "crypto/openssl.h"

#include <openssl/evp.h>

static int private_key(EVP_PKEY **key, const struct co_secret *seed, struct co_err *err)
{
	if (seed->len != CO_ED25519_SEED)
		return co_err_set(err, CO_ERR_INPUT, "bad-key", "an Ed25519 private key has %d bytes, not %zu",
				  CO_ED25519_SEED, seed->len);
	co_openssl_start();
	*key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, seed->data, seed->len);
	return *key ? CO_OK : co_openssl_failed(err, "load an Ed25519 private key");
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
	return ok ? CO_OK : co_openssl_failed(err, "derive an Ed25519 public key");
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
	return ok ? CO_OK : co_openssl_failed(err, "sign with Ed25519");
}

int co_ed25519_verify(const unsigned char key[CO_ED25519_PUBLIC], const void *data, size_t len,
		      const unsigned char signature[CO_ED25519_SIGNATURE], struct co_err *err)
{
	EVP_MD_CTX *context;
	EVP_PKEY *pkey;
	int ok;

	co_openssl_start();
	pkey = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, key, CO_ED25519_PUBLIC);
	context = EVP_MD_CTX_new();
	if (!pkey || !context) {
		EVP_PKEY_free(pkey);
		EVP_MD_CTX_free(context);
		return co_openssl_failed(err, "load an Ed25519 public key");
	}
	ok = EVP_DigestVerifyInit(context, NULL, NULL, NULL, pkey) == 1 &&
	     EVP_DigestVerify(context, signature, CO_ED25519_SIGNATURE, data, len) == 1;
	EVP_MD_CTX_free(context);
	EVP_PKEY_free(pkey);
	return ok ? CO_OK : co_err_set(err, CO_ERR_NO, "bad-signature", "the Ed25519 signature is wrong");
}
