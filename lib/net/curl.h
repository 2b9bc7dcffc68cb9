/* SPDX-License-Identifier: Apache-2.0 */
/*
 * net/curl: the functions of libcurl that are used, found when they are first needed.
 *
 * Private to lib/net. libcurl brings 30 libraries: 12 M instructions to link at each
 * start, which a run that reaches nothing should not pay.
 */
#ifndef CO_NET_CURL_H
#define CO_NET_CURL_H

#define CURL_DISABLE_TYPECHECK /* its macros stand for the functions that are not linked */
#include "base/err.h"

#include <curl/curl.h>

struct co_curl {
	CURLcode (*global_init)(long flags);
	CURL *(*easy_init)(void);
	void (*easy_cleanup)(CURL *easy);
	void (*easy_reset)(CURL *easy);
	CURLcode (*easy_setopt)(CURL *easy, CURLoption option, ...);
	CURLcode (*easy_getinfo)(CURL *easy, CURLINFO info, ...);
	const char *(*easy_strerror)(CURLcode code);
	CURLM *(*multi_init)(void);
	CURLMcode (*multi_cleanup)(CURLM *multi);
	CURLMcode (*multi_add_handle)(CURLM *multi, CURL *easy);
	CURLMcode (*multi_remove_handle)(CURLM *multi, CURL *easy);
	CURLMcode (*multi_perform)(CURLM *multi, int *running);
	CURLMcode (*multi_poll)(CURLM *multi, struct curl_waitfd *extra, unsigned count, int ms, int *ready);
	CURLMsg *(*multi_info_read)(CURLM *multi, int *left);
	CURLSH *(*share_init)(void);
	CURLSHcode (*share_setopt)(CURLSH *share, CURLSHoption option, ...);
	CURLSHcode (*share_cleanup)(CURLSH *share);
	struct curl_slist *(*slist_append)(struct curl_slist *list, const char *text);
	void (*slist_free_all)(struct curl_slist *list);
};

/* Loads the library (it stays for the life of the process) and finds all of them. CO_ERR_SYSTEM "no-libcurl". */
int co_curl_load(struct co_curl *curl, struct co_err *err);

#endif
