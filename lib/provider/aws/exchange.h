/* SPDX-License-Identifier: Apache-2.0 */
/*
 * provider/aws/exchange: one request and its answer: where to, encoded, signed, sent, decoded; again where that may help.
 *
 * As botocore's standard mode: three attempts for what passes (throttling, 5xx, a broken connection), and one more, at once,
 * for credentials that expired, a clock that is wrong, a bucket in another region. A change that has no idempotency token is
 * sent again only when the first one was surely not carried out.
 */
#ifndef CO_PROVIDER_AWS_EXCHANGE_H
#define CO_PROVIDER_AWS_EXCHANGE_H

#include "provider/aws/client.h"
#include "provider/aws/protocol.h"

/* Whose credentials sign: borrowed until they are asked for again. */
struct co_aws_signer {
	int (*get)(void *context, const struct co_aws_credentials **credentials, struct co_err *err);
	void (*expired)(void *context, const char *key_id); /* the far side says so; NULL: nothing can be done */
	void *context;
};

struct co_aws_job {
	struct co_aws_client *client;
	const struct co_api *api;
	const struct co_api_operation *operation;
	const char *region;
	const char *profile; /* whose settings count */
	const char *token;   /* idempotency token of a change; NULL */
	int changes;	     /* something may be different afterwards */
	const struct co_aws_signer *signer; /* NULL: not signed */
	int64_t deadline;
	const atomic_int *cancelled;
};

/*
 * *output is a new reference. fault is emptied but for the status, and filled when the service refused. CO_ERR_INPUT: the parameters or the
 * configuration; CO_ERR_REMOTE: "access-denied", "throttled", "remote-error" or those of net/http and provider/aws/find;
 * CO_ERR_UNKNOWN "outcome-unknown": a change was sent and may have been carried out.
 */
int co_aws_exchange(const struct co_aws_job *job, json_t *with, json_t **output, struct co_aws_fault *fault,
		    struct co_err *err);

/* What would be sent, without secrets: {method, url, headers, body}. Opens nothing. */
int co_aws_exchange_preview(const struct co_aws_job *job, json_t *with, json_t **request, struct co_err *err);

/* For provider/aws/find; context is the client. */
int co_aws_exchange_ask(void *context, const struct co_aws_ask *ask, json_t **output, struct co_err *err);

#endif
