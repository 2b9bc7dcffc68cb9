/* SPDX-License-Identifier: Apache-2.0 */
/* provider/aws/credentials: an access key, its secret, and until when they are good. Never shown, wiped when dropped. */
#ifndef CO_PROVIDER_AWS_CREDENTIALS_H
#define CO_PROVIDER_AWS_CREDENTIALS_H

#include "base/err.h"
#include "crypto/secret.h"

#include <jansson.h>
#include <stdint.h>

struct co_aws_credentials {
	const char *method; /* where they are from, as botocore calls it: "env"; a constant */
	char *key_id;
	struct co_secret secret;
	struct co_secret token; /* of a session; empty: none */
	int64_t expires;	/* seconds since the epoch; 0: never */
};

#define CO_AWS_CREDENTIALS_INIT { NULL, NULL, CO_SECRET_INIT, CO_SECRET_INIT, 0 }

/* token may be NULL. */
void co_aws_credentials_set(struct co_aws_credentials *credentials, const char *method, const char *key_id,
			    const char *secret, const char *token);
void co_aws_credentials_copy(struct co_aws_credentials *to, const struct co_aws_credentials *from);
void co_aws_credentials_clear(struct co_aws_credentials *credentials);

/* What the members are called in an answer that holds credentials; each source has its own words. */
struct co_aws_words_of {
	const char *key_id, *secret, *token, *expires;
	int temporary; /* token and expires must be there */
};

/* CO_ERR_REMOTE "no-credentials", which names what is missing; method is for messages too. */
int co_aws_credentials_decode(struct co_aws_credentials *credentials, const json_t *answer,
			      const struct co_aws_words_of *words, const char *method, struct co_err *err);

/*
 * A time as credentials have it: RFC 3339 with a fraction, an offset ("Z", "+00:00", "-0700", "UTC"; none is UTC), a
 * space for the T. 0, or -1.
 */
int co_aws_expiry_parse(int64_t *seconds, const char *text);

/* Overwrites every string in a value that is about to be dropped. */
void co_aws_wipe(json_t *value);

#endif
