/* SPDX-License-Identifier: Apache-2.0 */
#include "provider/aws/identity.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum {
	MUST = 600, /* seconds before the end: all wait for the next */
	MAY = 900,
	AGAIN = 60, /* between two searches that may fail */
};

struct identity {
	char *name;
	struct identity *next;
	pthread_mutex_t searching; /* held by who searches; never while values is wanted */
	pthread_mutex_t values;	   /* of all below */
	struct co_aws_credentials credentials;
	int known;
	int64_t life; /* seconds, when they were found */
	int64_t tried;
};

struct co_aws_identities {
	pthread_mutex_t lock; /* of the list, which only grows */
	struct identity *first;
};

struct co_aws_identities *co_aws_identities_new(void)
{
	struct co_aws_identities *identities = co_xcalloc(1, sizeof(*identities));

	pthread_mutex_init(&identities->lock, NULL);
	return identities;
}

void co_aws_identities_free(struct co_aws_identities *identities)
{
	while (identities && identities->first) {
		struct identity *identity = identities->first;

		identities->first = identity->next;
		co_aws_credentials_clear(&identity->credentials);
		pthread_mutex_destroy(&identity->searching);
		pthread_mutex_destroy(&identity->values);
		free(identity->name);
		free(identity);
	}
	if (identities)
		pthread_mutex_destroy(&identities->lock);
	free(identities);
}

static struct identity *find_named(struct co_aws_identities *identities, const char *name)
{
	struct identity *identity;

	pthread_mutex_lock(&identities->lock);
	for (identity = identities->first; identity && strcmp(identity->name, name) != 0; identity = identity->next)
		;
	if (!identity) {
		identity = co_xcalloc(1, sizeof(*identity));
		identity->name = co_xstrdup(name);
		pthread_mutex_init(&identity->searching, NULL);
		pthread_mutex_init(&identity->values, NULL);
		identity->next = identities->first;
		identities->first = identity;
	}
	pthread_mutex_unlock(&identities->lock);
	return identity;
}

enum need { NONE, MIGHT, NEEDS };

static int64_t least(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* Copies what is known if it is good for a while yet, and says whether to search. */
static enum need look(struct identity *identity, int64_t now, struct co_aws_credentials *copy)
{
	enum need need = NONE;
	int64_t left;

	pthread_mutex_lock(&identity->values);
	left = identity->credentials.expires - now;
	if (!identity->known)
		need = NEEDS;
	else if (identity->credentials.expires && left < least(MUST, identity->life / 4))
		need = NEEDS;
	else if (identity->credentials.expires && left < least(MAY, identity->life / 2) && now >= identity->tried + AGAIN)
		need = MIGHT;
	if (need != NEEDS)
		co_aws_credentials_copy(copy, &identity->credentials);
	pthread_mutex_unlock(&identity->values);
	return need;
}

static void keep(struct identity *identity, int64_t now, struct co_aws_credentials *found)
{
	co_aws_credentials_clear(&identity->credentials);
	identity->credentials = *found; /* transferred */
	*found = (struct co_aws_credentials)CO_AWS_CREDENTIALS_INIT;
	identity->known = 1;
	identity->life = identity->credentials.expires - now;
}

/* Called by who holds searching. */
static int search_anew(struct identity *identity, int64_t now, co_aws_identity_search *search, void *context,
		       struct co_err *err)
{
	struct co_aws_credentials found = CO_AWS_CREDENTIALS_INIT;
	int rc;

	pthread_mutex_lock(&identity->values);
	identity->tried = now;
	pthread_mutex_unlock(&identity->values);
	rc = search(context, &found, err);
	if (rc == CO_OK) {
		pthread_mutex_lock(&identity->values);
		keep(identity, now, &found);
		pthread_mutex_unlock(&identity->values);
	}
	return rc;
}

/* What is left of it, when the search for the next has failed but need not succeed yet. */
static int copy_known(struct identity *identity, int64_t now, struct co_aws_credentials *copy)
{
	int good;

	pthread_mutex_lock(&identity->values);
	good = identity->known && (!identity->credentials.expires || identity->credentials.expires > now);
	if (good)
		co_aws_credentials_copy(copy, &identity->credentials);
	pthread_mutex_unlock(&identity->values);
	return good;
}

int co_aws_identity_get(struct co_aws_identities *identities, const char *name, int64_t now,
			co_aws_identity_search *search, void *context, struct co_aws_credentials *copy,
			struct co_err *err)
{
	struct identity *identity = find_named(identities, name);
	enum need need = look(identity, now, copy);
	struct co_err why = CO_ERR_INIT;
	int rc = CO_OK;

	if (need == NONE || (need == MIGHT && pthread_mutex_trylock(&identity->searching) != 0))
		return CO_OK;
	if (need == NEEDS)
		pthread_mutex_lock(&identity->searching);
	if (look(identity, now, copy) != NONE) /* another thread may have found it meanwhile */
		rc = search_anew(identity, now, search, context, &why);
	if (copy_known(identity, now, copy))
		rc = CO_OK;
	else if (rc == CO_OK)
		rc = co_err_set(&why, CO_ERR_REMOTE, "no-credentials", "the AWS credentials that were found have expired");
	if (rc < 0 && err)
		*err = why;
	pthread_mutex_unlock(&identity->searching);
	return rc;
}

void co_aws_identity_expire(struct co_aws_identities *identities, const char *name, const char *key_id)
{
	struct identity *identity = find_named(identities, name);

	pthread_mutex_lock(&identity->values);
	if (identity->known && strcmp(identity->credentials.key_id, key_id) == 0)
		identity->known = 0;
	pthread_mutex_unlock(&identity->values);
}
