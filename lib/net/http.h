/* SPDX-License-Identifier: Apache-2.0 */
/*
 * net/http: one HTTP request, by libcurl.
 *
 * libcurl is loaded when the first client is made and not before (linking it costs 12 M
 * instructions at every start), so a run that reaches nothing never pays for it.
 *
 * A client keeps connections open and may be used by many threads at once; each
 * request blocks its own thread. No redirect is followed, no cookie kept, no .netrc or
 * proxy variable read; http is spoken only where the URL says so. What comes back is
 * bounded in bytes and in time, whatever the server does.
 */
#ifndef CO_NET_HTTP_H
#define CO_NET_HTTP_H

#include "base/err.h"

#include <stdatomic.h>
#include <stdint.h>

struct co_http;
struct co_dialer; /* net/dialer.h */

/* Loads libcurl. CO_ERR_SYSTEM with id "no-libcurl" where there is none. user_agent is copied. */
int co_http_new(struct co_http **http, const char *user_agent, struct co_err *err);
void co_http_free(struct co_http *http);

struct co_http_header {
	const char *name;
	const char *value;
};

/* Whom to trust, and who we are. PEM texts; all may be NULL. Borrowed. */
struct co_http_tls {
	const char *ca_file;	 /* NULL: the system's bundle */
	const char *ca_pem;	 /* instead of a file */
	const char *certificate; /* of the client; may be followed by its chain */
	const char *key;	 /* of that certificate, not encrypted */
	const char *server_name; /* asked for and checked instead of the URL's host */
	int insecure;		 /* believe any certificate: only where the user's own file says so */
};

enum {
	CO_HTTP_METADATA = 1,	/* reaches link-local addresses, fd00:ec2::/32 and loopback, nothing else; without it, never link-local ones */
	CO_HTTP_2 = 2,		/* offer HTTP/2 (over TLS) */
	CO_HTTP_COMPRESSED = 4, /* take a compressed answer, and decompress it */
	CO_HTTP_ONCE = 8,	/* a fresh connection: on one that was kept, what got no answer is sent a second time */
};

/* Everything is borrowed for the duration of the call. */
struct co_http_request {
	const char *method;			/* "GET" */
	const char *url;			/* absolute, path and query encoded: sent as it stands */
	const struct co_http_header *headers;	/* no CR or LF in them; may replace Host and User-Agent */
	size_t header_count;
	const void *body;			/* NULL: none */
	size_t body_len;
	const struct co_http_tls *tls;		/* NULL: as zeroed */
	const char *proxy;			/* URL; NULL: none */
	unsigned flags;				/* CO_HTTP_* */
	size_t limit;				/* most bytes of the body, decompressed; 0: 16 MiB */
	int connect_ms;				/* 0: 10 s */
	int idle_ms;				/* longest wait for the next byte; 0: 30 s */
	int64_t deadline;			/* of co_clock_ms(); 0: none */
	const atomic_int *cancelled;		/* non-zero: end soon; may be NULL */

	/* Takes the body of a 2xx answer in pieces instead of collecting it; non-zero ends the transfer, without an error. */
	int (*sink)(void *context, const void *data, size_t len);
	void *context;

	struct co_dialer *dialer; /* the connection comes from it, and no name is looked up; NULL: it is made here */
};

struct co_http_response {
	int status;		/* 200 */
	int version;		/* 11, or 20 for HTTP/2 */
	struct co_buf headers;	/* "name\0value\0" each: see co_http_header_of() */
	struct co_buf body;	/* co_buf_str() gives it as a string */
	int reached;		/* the request, or a part of it, may have reached the server; true also where the call failed */
	int64_t sent_at;	/* wall clock in ms, when the request began */
	int64_t received_at;	/* and when the head of the answer was there */
};

#define CO_HTTP_RESPONSE_INIT { 0, 0, CO_BUF_INIT, CO_BUF_INIT, 0, 0, 0 }

/*
 * Sends it and reads the whole answer; any status is CO_OK. The response is emptied first and
 * is owned by the caller; after a failure it holds what had arrived. CO_ERR_INPUT: "bad-url",
 * "bad-header". CO_ERR_REMOTE: "unreachable" (no such host, refused, no route), "tls" (certificate,
 * handshake), "timeout", "truncated" (the answer ended early), "too-large", "bad-answer"
 * (no HTTP, bad encoding). CO_ERR_SYSTEM: "interrupted". Messages name the host, never a header or the query.
 */
int co_http_send(struct co_http *http, const struct co_http_request *request, struct co_http_response *response,
		 struct co_err *err);
void co_http_response_clear(struct co_http_response *response);

/* The value of a header of the answer, its first if there are several; NULL if there is none. Case is ignored. Borrowed. */
const char *co_http_header_of(const struct co_http_response *response, const char *name);

/* Walks over all headers: start with *at = NULL; 0 at the end. Names are lower case. Borrowed. */
int co_http_header_next(const struct co_http_response *response, const char **at, const char **name, const char **value);

#endif
