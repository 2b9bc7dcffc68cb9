/* SPDX-License-Identifier: Apache-2.0 */
#define _DEFAULT_SOURCE /* getentropy */
#include "provider/aws/client.h"

#include "provider/aws/exchange.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

struct co_aws_bucket {
	struct co_aws_bucket *next;
	char *name;
	struct co_retry_bucket tokens;
};

static void read_config(struct co_aws_client *client, char *const *variables)
{
	struct co_aws_environment environment;

	co_aws_environment_take(&environment, variables);
	client->config.environment.items = NULL;
	co_aws_config_read(&client->config, &environment, &client->unreadable);
	client->tls.ca_file = co_aws_config_setting(&client->config, "default", "AWS_CA_BUNDLE", "ca_bundle");
}

int co_aws_client_open(struct co_aws_client **out, const char *apis, char *const *variables, int helper,
		       struct co_err *err)
{
	struct co_aws_client *client = co_xcalloc(1, sizeof(*client));
	unsigned long long seed = 0;
	int rc = CO_OK;

	read_config(client, variables);
	pthread_mutex_init(&client->lock, NULL);
	if (getentropy(&seed, sizeof(seed)) == 0)
		atomic_store(&client->random, seed);
	client->identities = co_aws_identities_new();
	client->answer_limit = 64 * 1024 * 1024;
	client->means = (struct co_aws_means){ .config = &client->config, .ask = co_aws_exchange_ask, .context = client };
	if (!client->unreadable.code)
		co_apis_open(&client->apis, apis, &client->unreadable);
	if (helper && !client->unreadable.code)
		rc = co_aws_helper_start(&client->helper, &client->config, variables, err);
	client->means.helper = client->helper;
	if (rc < 0)
		co_aws_client_close(client);
	else
		*out = client;
	return rc;
}

void co_aws_client_close(struct co_aws_client *client)
{
	if (!client)
		return;
	co_aws_helper_stop(client->helper);
	co_http_free(client->http);
	co_aws_identities_free(client->identities);
	co_apis_free(client->apis);
	co_aws_config_clear(&client->config);
	while (client->buckets) {
		struct co_aws_bucket *bucket = client->buckets;

		client->buckets = bucket->next;
		free(bucket->name);
		free(bucket);
	}
	pthread_mutex_destroy(&client->lock);
	free(client);
}

int co_aws_client_readable(const struct co_aws_client *client, struct co_err *err)
{
	if (client->unreadable.code && err)
		*err = client->unreadable;
	return client->unreadable.code;
}

int co_aws_client_ready(struct co_aws_client *client, struct co_err *err)
{
	int rc = co_aws_client_readable(client, err);

	if (rc < 0)
		return rc;
	pthread_mutex_lock(&client->lock);
	if (!client->http)
		rc = co_http_new(&client->http, "cloudops/" CO_VERSION, err);
	client->means.http = client->http;
	pthread_mutex_unlock(&client->lock);
	return rc;
}

int64_t co_aws_client_now(struct co_aws_client *client)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec + atomic_load(&client->skew);
}

/* splitmix64, of which each step is one addition: threads may share it. */
uint32_t co_aws_client_random(struct co_aws_client *client)
{
	unsigned long long z = atomic_fetch_add(&client->random, 0x9e3779b97f4a7c15ULL) + 0x9e3779b97f4a7c15ULL;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
	return (uint32_t)((z ^ (z >> 31)) >> 32);
}

struct co_retry_bucket *co_aws_client_bucket(struct co_aws_client *client, const char *service, const char *region)
{
	char *name = co_xasprintf("%s/%s", service, region);
	struct co_aws_bucket *bucket;

	pthread_mutex_lock(&client->lock);
	for (bucket = client->buckets; bucket && strcmp(bucket->name, name) != 0; bucket = bucket->next)
		;
	if (!bucket) {
		bucket = co_xcalloc(1, sizeof(*bucket));
		bucket->name = name;
		name = NULL; /* transferred */
		atomic_init(&bucket->tokens.tokens, CO_RETRY_CAPACITY);
		bucket->next = client->buckets;
		client->buckets = bucket;
	}
	pthread_mutex_unlock(&client->lock);
	free(name);
	return &bucket->tokens;
}
