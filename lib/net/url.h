/* SPDX-License-Identifier: Apache-2.0 */
/* net/url: percent-encoding, queries, and the parts of an absolute http(s) URL (RFC 3986). */
#ifndef CO_NET_URL_H
#define CO_NET_URL_H

#include "base/err.h"

/* Appends s with all but unreserved characters (section 2.3) and those of keep as %XX, upper case. */
void co_url_encode(struct co_buf *out, const char *s, size_t len, const char *keep);

/* Appends s decoded; a % without two hex digits stands for itself. "+" stays "+". */
void co_url_decode(struct co_buf *out, const char *s, size_t len);

/* Appends "?" or "&" and name=value, both encoded; "?" where out has none yet. value NULL: the name alone, with "=". */
void co_url_query(struct co_buf *out, const char *name, const char *value);

/* Parts of a URL, each owned. */
struct co_url {
	char *scheme; /* "http" or "https" */
	char *host;   /* lower case; an IPv6 address without brackets */
	int port;     /* the scheme's own when none is given */
	char *path;   /* as written, begins with "/" */
	char *query;  /* as written, without "?"; NULL: none */
};

/* CO_ERR_INPUT "bad-url": another scheme, no host, user information, control characters or spaces, a bad port. A fragment is dropped. */
int co_url_parse(struct co_url *url, const char *text, struct co_err *err);
void co_url_clear(struct co_url *url);

/* Whether host is this machine by name or address: localhost, 127.0.0.0/8, ::1. */
int co_url_is_loopback(const char *host);

#endif
