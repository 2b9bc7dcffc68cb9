/* SPDX-License-Identifier: Apache-2.0 */
/*
 * provider/aws/identity: the credentials in use, found once and again before they expire.
 *
 * Threads that want the same identity at the same time wait for one search. One that is good for a while
 * yet is handed out while one of them searches for the next; a quarter of its life, and at most ten minutes, before its end all wait.
 */
#ifndef CO_PROVIDER_AWS_IDENTITY_H
#define CO_PROVIDER_AWS_IDENTITY_H

#include "provider/aws/credentials.h"

struct co_aws_identities;

struct co_aws_identities *co_aws_identities_new(void);
void co_aws_identities_free(struct co_aws_identities *identities); /* NULL is fine */

typedef int co_aws_identity_search(void *context, struct co_aws_credentials *found, struct co_err *err);

/* The identity called name, by search() if it is not known or about to expire. copy is the caller's to clear. */
int co_aws_identity_get(struct co_aws_identities *identities, const char *name, int64_t now,
			co_aws_identity_search *search, void *context, struct co_aws_credentials *copy,
			struct co_err *err);

/* The far side says that these have expired: they are not handed out again. */
void co_aws_identity_expire(struct co_aws_identities *identities, const char *name, const char *key_id);

#endif
