/* SPDX-License-Identifier: Apache-2.0 */
#include "net/curl.h"

#include <dlfcn.h>
#include <stddef.h>
#include <string.h>

#define ROW(member) { "curl_" #member, offsetof(struct co_curl, member) }

static const struct {
	const char *symbol;
	size_t offset;
} table[] = {
	ROW(global_init),	  ROW(easy_init),	ROW(easy_cleanup),	ROW(easy_reset),
	ROW(easy_setopt),	  ROW(easy_getinfo),	ROW(easy_strerror),	ROW(multi_init),
	ROW(multi_cleanup),	  ROW(multi_add_handle), ROW(multi_remove_handle), ROW(multi_perform),
	ROW(multi_poll),	  ROW(multi_info_read), ROW(share_init),	ROW(share_setopt),
	ROW(share_cleanup),	  ROW(slist_append),	ROW(slist_free_all),
};

static void *open_library(void)
{
	static const char *const names[] = { "libcurl.so.4", "libcurl-gnutls.so.4", "libcurl.4.dylib", "libcurl.so" };
	void *library = NULL;
	size_t i;

	for (i = 0; !library && i < CO_COUNT(names); i++)
		library = dlopen(names[i], RTLD_NOW | RTLD_LOCAL);
	return library;
}

int co_curl_load(struct co_curl *curl, struct co_err *err)
{
	void *library = open_library(), *symbol;
	size_t i;

	if (!library) {
		co_err_set(err, CO_ERR_SYSTEM, "no-libcurl", "libcurl cannot be loaded");
		return co_err_hint(err, "install libcurl 7.85 or later (Debian: libcurl4)"), CO_ERR_SYSTEM;
	}
	for (i = 0; i < CO_COUNT(table); i++) {
		symbol = dlsym(library, table[i].symbol);
		if (!symbol)
			return co_err_set(err, CO_ERR_SYSTEM, "no-libcurl", "libcurl has no function \"%s\"",
					  table[i].symbol);
		memcpy((char *)curl + table[i].offset, &symbol, sizeof(symbol)); /* POSIX: an object pointer holds it */
	}
	if (curl->global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		return co_err_set(err, CO_ERR_SYSTEM, "no-libcurl", "libcurl cannot be started");
	return CO_OK;
}
