/* SPDX-License-Identifier: Apache-2.0 */
/* crypto/openssl: what all uses of EVP share. */
#ifndef CO_CRYPTO_OPENSSL_H
#define CO_CRYPTO_OPENSSL_H

#include "base/err.h"

/*
 * Before any EVP call. An openssl.cnf could change what runs here, so none is
 * read. OpenSSL gets its memory from base/mem: 3.0 crashes when it cannot set itself
 * up for lack of it, and reports a right signature as wrong; so nothing it
 * says below is for lack of memory.
 */
void co_openssl_start(void);

/* CO_ERR_SYSTEM "crypto": "OpenSSL could not WHAT". */
int co_openssl_failed(struct co_err *err, const char *what);

#endif
