/* SPDX-License-Identifier: Apache-2.0 */
/*
 * provider/aws/find: the credentials of a profile, found in botocore's order.
 *
 *   env, assume-role, assume-role-with-web-identity, sso, shared-credentials-file, custom-process, config-file,
 *   container-role, iam-role
 *
 * As there, the environment's keys are passed over when a profile was asked for by name, and not when it
 * is only AWS_PROFILE that names one. Not read: boto 2's files, AWS_CREDENTIAL_FILE, the cache of `aws login`.
 */
#ifndef CO_PROVIDER_AWS_FIND_H
#define CO_PROVIDER_AWS_FIND_H

#include "net/http.h"
#include "provider/aws/config.h"
#include "provider/aws/credentials.h"
#include "provider/aws/helper.h"

/* A call of AWS's own services on the way to credentials. */
struct co_aws_ask {
	const char *service, *operation, *region;
	json_t *with;
	const struct co_aws_credentials *credentials; /* NULL: not signed */
	const char *profile;			      /* whose settings count */
	int64_t deadline;
	const atomic_int *cancelled;
};

/* What may be used to find them. Borrowed, and shared by threads. */
struct co_aws_means {
	const struct co_aws_config *config;
	struct co_http *http;
	struct co_aws_helper *helper; /* may be NULL */
	int (*ask)(void *context, const struct co_aws_ask *ask, json_t **output, struct co_err *err);
	void *context;
};

struct co_aws_search {
	const struct co_aws_means *means;
	const char *profile; /* asked for by name; NULL: the environment's, else "default" */
	const char *region;  /* for STS, where none is configured; NULL */
	const char *session; /* name of role sessions, where the profile gives none */
	int64_t now;	     /* seconds since the epoch */
	int64_t deadline;    /* of co_clock_ms() */
	const atomic_int *cancelled;
};

/*
 * CO_ERR_REMOTE with id "no-credentials" when there are none or their source fails;
 * CO_ERR_INPUT "bad-config" when the configuration is wrong, "no-profile" for a profile that is in no file.
 */
int co_aws_find(const struct co_aws_search *search, struct co_aws_credentials *found, struct co_err *err);

/* The profile that counts for a search: its own, the environment's, or "default". */
const char *co_aws_search_profile(const struct co_aws_search *search);

/* The region in which STS is asked; NULL: none is known. */
const char *co_aws_search_region(const struct co_aws_search *search);

#endif
