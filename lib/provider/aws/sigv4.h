/* SPDX-License-Identifier: Apache-2.0 */
/*
 * provider/aws/sigv4: AWS Signature Version 4 (AWS General Reference, "Create a signed AWS
 * API request"), in the steps of its text, so that each can be held against the official cases.
 *
 * The signing key is derived anew for each request: four HMACs, 3 microseconds, cost less than
 * a cache that threads share and that keeps what it is derived from in memory.
 */
#ifndef CO_PROVIDER_AWS_SIGV4_H
#define CO_PROVIDER_AWS_SIGV4_H

#include "base/buf.h"
#include "crypto/sha256.h"
#include "net/http.h"

#include <stdint.h>

enum {
	CO_SIGV4_S3 = 1,	  /* S3's rules: the path is not normalised and encoded once; the payload's digest is always sent */
	CO_SIGV4_PATH_AS_IS = 2,  /* the path is not normalised */
	CO_SIGV4_TOKEN_AFTER = 4, /* the session token is added after signing, and not signed */
	CO_SIGV4_SEND_DIGEST = 8, /* x-amz-content-sha256 is sent and signed, for other services than S3 too */
};

#define CO_SIGV4_UNSIGNED_PAYLOAD "UNSIGNED-PAYLOAD"

/* Who signs, for what, when. Borrowed. */
struct co_sigv4 {
	const char *access_key;
	const char *secret_key;
	const char *token; /* of a session; NULL: none */
	const char *region;
	const char *service; /* the signing name */
	int64_t time;	     /* seconds since the epoch */
	unsigned flags;	     /* CO_SIGV4_* */
};

/* What is sent. Borrowed. */
struct co_sigv4_request {
	const char *method;
	const char *path;  /* as it stands in the request line, without the query */
	const char *query; /* as it stands there, without "?"; NULL: none */
	const struct co_http_header *headers; /* with Host; those that proxies change are not signed */
	size_t header_count;
	const char *payload; /* hex SHA-256 of the body, or CO_SIGV4_UNSIGNED_PAYLOAD */
};

/* The steps of one signature, and what must be added to the request. */
struct co_sigv4_signature {
	struct co_buf signed_headers;	 /* "host;x-amz-date" */
	struct co_buf canonical_request; /* holds the values of headers: not for logs */
	struct co_buf string_to_sign;
	char signature[2 * CO_SHA256_LEN + 1];

	struct co_buf authorization;		  /* value of the header */
	struct co_buf query;			  /* of a presigned request: the whole new query */
	char date[sizeof("20150830T123600Z")];	  /* value of X-Amz-Date */
	struct co_http_header headers[4];	  /* to add to the request: X-Amz-Date, ..., Authorization */
	size_t header_count;
};

#define CO_SIGV4_SIGNATURE_INIT { CO_BUF_INIT, CO_BUF_INIT, CO_BUF_INIT, "", CO_BUF_INIT, CO_BUF_INIT, "", { { NULL, NULL } }, 0 }

/*
 * Signs in a header: fills out with the headers to add, which borrow from out, signer and request. A header of
 * the request named Authorization, X-Amz-Date or X-Amz-Security-Token must not be there.
 */
void co_sigv4_sign(struct co_sigv4_signature *out, const struct co_sigv4 *signer, const struct co_sigv4_request *request);

/* Signs in the query, valid for so many seconds: fills out->query. The headers given must then be sent with it. */
void co_sigv4_presign(struct co_sigv4_signature *out, const struct co_sigv4 *signer, const struct co_sigv4_request *request,
		      int expires);

void co_sigv4_signature_clear(struct co_sigv4_signature *out);

/* The steps. Each appends. */
void co_sigv4_canonical_path(struct co_buf *out, const char *path, unsigned flags);
void co_sigv4_canonical_query(struct co_buf *out, const char *query);
void co_sigv4_signing_key(unsigned char key[CO_SHA256_LEN], const struct co_sigv4 *signer);

#endif
