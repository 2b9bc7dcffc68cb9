/* SPDX-License-Identifier: Apache-2.0 */
/* crypto/certificate: what an X.509 certificate says (RFC 5280), read by OpenSSL. Nothing is verified. */
#ifndef CO_CRYPTO_CERTIFICATE_H
#define CO_CRYPTO_CERTIFICATE_H

#include <stddef.h>
#include <stdint.h>

struct co_certificate {
	char *subject; /* RFC 4514 text, UTF-8: "CN=www.example.com,O=Example" */
	char *issuer;
	char *names;	 /* subject alternative names: "DNS:a, IP:b" joined by ", "; "" when none */
	char *serial;	 /* hex */
	char *key;	 /* "RSA 2048", "EC 256", "ED25519 256"; "unknown" */
	char *signature; /* "sha256WithRSAEncryption" */
	int64_t not_before, not_after; /* seconds since the epoch */
	int ca;			       /* basic constraints say it may sign others */
	int self_signed;	       /* subject and issuer are the same */
};

struct co_certificates {
	struct co_certificate *items;
	size_t count;
	size_t bad; /* blocks that say CERTIFICATE and are none */
};

/*
 * Reads every certificate of a PEM file (other blocks, like keys, are passed
 * over undecoded) or the one of a DER file; at most limit. 0, or -1 when there is none.
 */
int co_certificates_read(struct co_certificates *out, const void *data, size_t len, size_t limit);
void co_certificates_clear(struct co_certificates *list);

#endif
