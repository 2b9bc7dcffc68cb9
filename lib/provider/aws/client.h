/* SPDX-License-Identifier: Apache-2.0 */
/*
 * provider/aws/client: what all calls of a run share: settings, models, connections, identities, the clock of the far side.
 *
 * Opened before the sandbox closes. libcurl is loaded and the models are mapped by the first call that needs them.
 */
#ifndef CO_PROVIDER_AWS_CLIENT_H
#define CO_PROVIDER_AWS_CLIENT_H

#include "catalog/api.h"
#include "net/http.h"
#include "net/retry.h"
#include "provider/aws/find.h"
#include "provider/aws/identity.h"

#include <pthread.h>

struct co_aws_client {
	struct co_aws_config config;
	struct co_err unreadable; /* why the configuration or the models could not be read: each call is told */
	struct co_aws_helper *helper;
	struct co_aws_identities *identities;
	struct co_apis *apis;
	struct co_http *http;
	struct co_aws_means means;
	struct co_http_tls tls;
	pthread_mutex_t lock; /* of http and buckets */
	struct co_aws_bucket *buckets;
	atomic_llong skew; /* seconds that AWS's clock is ahead of ours */
	atomic_ullong random;
	size_t answer_limit; /* most bytes of one answer */
};

/*
 * apis is the file of the models, variables the process's environment. helper: whether calls will be made, so that the
 * process beside may be needed. A configuration that is wrong is no error here: a run that calls nothing does not
 * need it.
 */
int co_aws_client_open(struct co_aws_client **client, const char *apis, char *const *variables, int helper,
		       struct co_err *err);
void co_aws_client_close(struct co_aws_client *client); /* NULL is fine */

/* What opening could not read is told here, and to each call. */
int co_aws_client_readable(const struct co_aws_client *client, struct co_err *err);

/* Ready for calls: all was read, and libcurl is loaded. */
int co_aws_client_ready(struct co_aws_client *client, struct co_err *err);

/* What AWS's clock says, as far as is known: seconds since the epoch. */
int64_t co_aws_client_now(struct co_aws_client *client);

/* Uniform over 0..UINT32_MAX; enough to spread retries. */
uint32_t co_aws_client_random(struct co_aws_client *client);

/* The tokens for retries that all calls to a service in a region share. */
struct co_retry_bucket *co_aws_client_bucket(struct co_aws_client *client, const char *service, const char *region);

#endif
