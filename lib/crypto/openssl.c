/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/openssl.h"

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <stdlib.h>

static void *allocate(size_t size, const char *file, int line)
{
	(void)file;
	(void)line;
	return size ? co_xmalloc(size) : NULL;
}

static void *reallocate(void *p, size_t size, const char *file, int line)
{
	(void)file;
	(void)line;
	if (size)
		return co_xrealloc(p, size, 1);
	free(p);
	return NULL;
}

static void release(void *p, const char *file, int line)
{
	(void)file;
	(void)line;
	free(p);
}

void co_openssl_start(void)
{
	CRYPTO_set_mem_functions(allocate, reallocate, release); /* no effect but the first time */
	OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL);
	ERR_clear_error();
}

int co_openssl_failed(struct co_err *err, const char *what)
{
	ERR_clear_error();
	return co_err_set(err, CO_ERR_SYSTEM, "crypto", "OpenSSL could not %s", what);
}
