/* SPDX-License-Identifier: Apache-2.0 */
#define _DEFAULT_SOURCE /* timegm */
#include "crypto/certificate.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/mem.h"

/* The text a BIO holds; frees the BIO. */
static char *bio_text(BIO *bio)
{
	char *data;
	long n = BIO_get_mem_data(bio, &data);
	char *text = co_xmemdup(data, n > 0 ? (size_t)n : 0);

	BIO_free(bio);
	return text;
}

static char *name_text(const X509_NAME *name)
{
	BIO *bio = BIO_new(BIO_s_mem());

	if (!bio)
		return co_xstrdup("");
	X509_NAME_print_ex(bio, name, 0,
			   (XN_FLAG_RFC2253 & ~(unsigned long)ASN1_STRFLGS_ESC_MSB) |
				   ASN1_STRFLGS_UTF8_CONVERT);
	return bio_text(bio);
}

static char *alternative_names(X509 *x)
{
	BIO *bio = BIO_new(BIO_s_mem());
	int at = X509_get_ext_by_NID(x, NID_subject_alt_name, -1);
	X509_EXTENSION *extension = at >= 0 ? X509_get_ext(x, at) : NULL;

	if (!bio)
		return co_xstrdup("");
	if (extension)
		X509V3_EXT_print(bio, extension, X509V3_EXT_ERROR_UNKNOWN, 0);
	return bio_text(bio);
}

static char *serial_text(X509 *x)
{
	BIGNUM *n = ASN1_INTEGER_to_BN(X509_get0_serialNumber(x), NULL);
	char *hex = n ? BN_bn2hex(n) : NULL;
	char *text = co_xstrdup(hex ? hex : "");

	OPENSSL_free(hex);
	BN_free(n);
	return text;
}

static char *key_text(X509 *x)
{
	EVP_PKEY *key = X509_get0_pubkey(x);
	const char *name = key ? OBJ_nid2sn(EVP_PKEY_get_base_id(key)) : NULL;

	if (!name)
		return co_xstrdup("unknown");
	if (strcmp(name, "rsaEncryption") == 0)
		name = "RSA";
	if (strcmp(name, "id-ecPublicKey") == 0)
		name = "EC";
	return co_xasprintf("%s %d", name, EVP_PKEY_get_bits(key));
}

static int64_t seconds(const ASN1_TIME *t)
{
	struct tm tm;

	memset(&tm, 0, sizeof(tm));
	return ASN1_TIME_to_tm(t, &tm) ? (int64_t)timegm(&tm) : 0;
}

static void add(struct co_certificates *out, X509 *x)
{
	struct co_certificate *c = co_grow(&out->items, &out->count, sizeof(*c));
	const char *signature = OBJ_nid2ln(X509_get_signature_nid(x));

	c->subject = name_text(X509_get_subject_name(x));
	c->issuer = name_text(X509_get_issuer_name(x));
	c->names = alternative_names(x);
	c->serial = serial_text(x);
	c->key = key_text(x);
	c->signature = co_xstrdup(signature ? signature : "unknown");
	c->not_before = seconds(X509_get0_notBefore(x));
	c->not_after = seconds(X509_get0_notAfter(x));
	c->ca = X509_check_ca(x) == 1;
	c->self_signed = X509_NAME_cmp(X509_get_subject_name(x), X509_get_issuer_name(x)) == 0;
	X509_free(x);
}

static int is_certificate(const char *name)
{
	return strcmp(name, PEM_STRING_X509) == 0 || strcmp(name, PEM_STRING_X509_TRUSTED) == 0 ||
	       strcmp(name, PEM_STRING_X509_OLD) == 0;
}

static X509 *decode(const char *name, const unsigned char *der, long len)
{
	return strcmp(name, PEM_STRING_X509_TRUSTED) == 0 ? d2i_X509_AUX(NULL, &der, len)
							  : d2i_X509(NULL, &der, len);
}

static void read_pem(struct co_certificates *out, BIO *bio, size_t limit)
{
	char *name, *header;
	unsigned char *der;
	long len;

	/* Blocks are taken one by one: PEM_read_bio_X509() would stop at the first bad one. */
	while (out->count < limit && PEM_read_bio(bio, &name, &header, &der, &len)) {
		if (is_certificate(name)) {
			X509 *x = decode(name, der, len);

			if (x)
				add(out, x);
			else
				out->bad++;
		}
		OPENSSL_free(name);
		OPENSSL_free(header);
		OPENSSL_clear_free(der, (size_t)len);
	}
}

int co_certificates_read(struct co_certificates *out, const void *data, size_t len, size_t limit)
{
	const unsigned char *der = data;
	X509 *x;
	BIO *bio;

	memset(out, 0, sizeof(*out));
	OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL);
	if (len == 0 || len > INT_MAX)
		return -1;
	if (der[0] == 0x30) {
		x = d2i_X509(NULL, &der, (long)len);
		if (x)
			add(out, x);
	} else {
		bio = BIO_new_mem_buf(data, (int)len);
		if (bio)
			read_pem(out, bio, limit);
		BIO_free(bio);
	}
	ERR_clear_error();
	return out->count || out->bad ? 0 : -1;
}

void co_certificates_clear(struct co_certificates *list)
{
	size_t i;

	for (i = 0; i < list->count; i++) {
		free(list->items[i].subject);
		free(list->items[i].issuer);
		free(list->items[i].names);
		free(list->items[i].serial);
		free(list->items[i].key);
		free(list->items[i].signature);
	}
	free(list->items);
	memset(list, 0, sizeof(*list));
}
