/* SPDX-License-Identifier: Apache-2.0 */
/* net/transfer: one request as libcurl's options and callbacks. Private to lib/net. */
#ifndef CO_NET_TRANSFER_H
#define CO_NET_TRANSFER_H

#include "net/curl.h"
#include "net/http.h"
#include "net/url.h"

enum { CO_HTTP_HEADER_LIMIT = 256 * 1024, CO_HTTP_BODY_LIMIT = 16 * 1024 * 1024, CO_HTTP_IDLE_MS = 30000 };

/* Why a callback, or the one who waits, ended a transfer. */
enum co_stop { CO_NOT_STOPPED, CO_BY_SINK, CO_TOO_LARGE, CO_HEADERS_TOO_LARGE, CO_CANCELLED, CO_IDLE, CO_FORBIDDEN_ADDRESS };

struct co_transfer {
	const struct co_curl *curl;
	const struct co_http_request *request;
	struct co_http_response *response;
	struct co_url url;
	CURL *easy;
	struct curl_slist *headers;
	struct curl_slist *connect_to;
	struct curl_slist *resolve;
	char *substitute; /* the URL with the TLS server name for a host */
	char why[CURL_ERROR_SIZE];
	enum co_stop stop;
	int64_t heard; /* of co_clock_ms(): when the last bytes came */
};

/*
 * Sets all options of t->easy; the rest of t is set but for headers, connect_to, resolve and substitute. left is what
 * remains to the deadline in ms, 0 for no bound. CO_ERR_INPUT "bad-header".
 */
int co_transfer_set_up(struct co_transfer *t, int64_t left, struct co_err *err);

/* Frees what setting up made. */
void co_transfer_clear(struct co_transfer *t);

/* Wall clock in ms. */
int64_t co_wall_ms(void);

#endif
