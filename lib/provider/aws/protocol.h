/* SPDX-License-Identifier: Apache-2.0 */
/*
 * provider/aws/protocol: one request of any operation from its parameters, and its output from the answer.
 *
 * Pure functions over the model (catalog/api.h): no socket, no clock, no credentials. The rules are those of
 * botocore 1.43, the library under the aws CLI, exceptions for single services included; tests/peers/aws-oracle.sh
 * holds every operation against it. Parameters and outputs are as the CLI has them: a blob is base64 text, a
 * timestamp of an output stands as it came.
 */
#ifndef CO_PROVIDER_AWS_PROTOCOL_H
#define CO_PROVIDER_AWS_PROTOCOL_H

#include "catalog/api.h"
#include "net/http.h"

#include <jansson.h>

/* What is sent, but for the host, the signature and what the sender itself adds (Host, Date, User-Agent, Content-Length). */
struct co_aws_request {
	const char *method; /* lent by the operation */
	char *host_prefix;  /* what stands before the host of the service: "123456789012."; co_aws_endpoint() has it in the host; NULL */
	char *endpoint;	    /* goes there instead of the service's endpoint: a host, or a URL's beginning; NULL */
	char *path;	    /* encoded; begins with "/" */
	char *query;	    /* encoded, without "?"; NULL: none */
	struct co_http_header *headers; /* owned, as are their strings */
	size_t header_count;
	struct co_buf body;
	int anonymous;	      /* is not signed */
	int unsigned_payload; /* is signed with UNSIGNED-PAYLOAD, over TLS */

	/*
	 * A copy between regions: the same request, signed in the query for this region, must be added to it: see
	 * co_aws_request_add_presigned(). NULL: no.
	 */
	char *presign_region;
	const char *presign_name;	 /* "PresignedUrl" */
	const char *presign_destination; /* lent by the call; NULL */
};

#define CO_AWS_REQUEST_INIT { NULL, NULL, NULL, NULL, NULL, NULL, 0, CO_BUF_INIT, 0, 0, NULL, NULL, NULL }

struct co_aws_call {
	const struct co_api *api;
	const struct co_api_operation *operation; /* with CO_API_INPUT and, for co_aws_decode(), CO_API_OUTPUT */
	json_t *with;	    /* the operation's input, an object. Borrowed and not changed */
	const char *token;  /* becomes the idempotency token, shaped as a UUID, where the operation has one; NULL */
	const char *region; /* where it is sent to; NULL: only where no copy between regions is asked for */
};

/*
 * Fills the request, which the caller clears. CO_ERR_INPUT, with err->path under with: as co_api_check_value();
 * "bad-parameter": what cannot be sent; "event-stream": an operation that only works over a stream of events.
 */
int co_aws_encode(const struct co_aws_call *call, struct co_aws_request *request, struct co_err *err);
void co_aws_request_clear(struct co_aws_request *request);

/* Adds a header, or replaces it. Both are copied. */
void co_aws_request_set(struct co_aws_request *request, const char *name, const char *value);
const char *co_aws_request_get(const struct co_aws_request *request, const char *name);

/*
 * The query to sign for presign_region (with POST's "/" and GET), and then the whole URL that was signed, which
 * becomes a parameter of the body.
 */
void co_aws_request_presign_query(const struct co_aws_request *request, struct co_buf *query);
void co_aws_request_add_presigned(struct co_aws_request *request, const char *url);

/* What came back. Borrowed. */
struct co_aws_answer {
	int status;
	const struct co_http_header *headers;
	size_t header_count;
	const char *body; /* need not be terminated */
	size_t body_len;
	int body_elsewhere; /* the streamed body of a success went to a sink: its member is left out */
};

/* What a service says of a failure. Free of control characters; cut where too long. */
struct co_aws_fault {
	int status;
	char code[128];	      /* "AccessDenied"; the status where there is none */
	char message[1024];   /* may be empty */
	char request_id[128]; /* may be empty */
	char region[64];      /* of S3: where the bucket is; may be empty */
};

/*
 * Makes the output of the answer, as the CLI prints it: *output is a new reference to an object. A failure told by
 * the service is CO_ERR_REMOTE "remote-error" and fills fault (which is emptied first, and may be NULL). An answer that is not
 * what the model says is CO_ERR_REMOTE "bad-answer".
 */
int co_aws_decode(const struct co_aws_call *call, const struct co_aws_answer *answer, json_t **output,
		  struct co_aws_fault *fault, struct co_err *err);

/* The member of the output that is the body itself and of any length; NULL: the answer is read whole. */
const struct co_api_member *co_aws_stream_of(const struct co_api_operation *operation);

#endif
