/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/where.h"

#include <string.h>

int co_environment_is(const struct co_environment *environment, const char *name)
{
	size_t i;

	if (strcmp(environment->name, name) == 0)
		return 1;
	for (i = 0; i < environment->aliases.count; i++)
		if (strcmp(environment->aliases.items[i], name) == 0)
			return 1;
	return 0;
}

static int same(const char *a, const char *b)
{
	return a && strcmp(a, b) == 0;
}

static int has_account(const struct co_environment *e, const char *value)
{
	size_t i;

	for (i = 0; i < e->aws.count; i++)
		if (same(e->aws.items[i].account, value))
			return 1;
	return 0;
}

static int has_project(const struct co_environment *e, const char *value)
{
	size_t i;

	for (i = 0; i < e->gcp.count; i++)
		if (same(e->gcp.items[i].project, value))
			return 1;
	return 0;
}

static int has_subscription(const struct co_environment *e, const char *value)
{
	size_t i;

	for (i = 0; i < e->azure.count; i++)
		if (same(e->azure.items[i].subscription, value))
			return 1;
	return 0;
}

static int has_context(const struct co_environment *e, const char *value)
{
	size_t i;

	for (i = 0; i < e->kubernetes.count; i++)
		if (same(e->kubernetes.items[i].context, value))
			return 1;
	return 0;
}

static int has_url(const struct co_environment *e, const char *value)
{
	size_t i;

	for (i = 0; i < e->prometheus.count; i++)
		if (same(e->prometheus.items[i].url, value))
			return 1;
	return 0;
}

static int has_host(const struct co_environment *e, const char *value)
{
	size_t i;

	for (i = 0; i < e->hosts.count; i++)
		if (same(e->hosts.items[i], value))
			return 1;
	return 0;
}

/* The members of a target that say which thing is reached; a provider connects by them. */
static const struct key {
	const char *name;
	int (*has)(const struct co_environment *environment, const char *value);
} keys[] = {
	{ "account", has_account }, { "project", has_project }, { "subscription", has_subscription },
	{ "context", has_context }, { "url", has_url },		{ "host", has_host },
};

static void add(struct co_where *where, const struct co_environment *environment)
{
	size_t i;

	for (i = 0; i < where->count; i++)
		if (where->in[i] == environment)
			return;
	if (where->count < CO_WHERE_MOST)
		where->in[where->count++] = environment;
	else
		where->unknown = 1;
}

static int add_all(struct co_where *where, const struct co_config *config, const struct key *key, const char *value)
{
	size_t i;
	int found = 0;

	for (i = 0; i < config->environments.count; i++)
		if (key->has(&config->environments.items[i], value)) {
			add(where, &config->environments.items[i]);
			found = 1;
		}
	return found;
}

static void find_host(struct co_where *where, const struct co_config *config, const char *host)
{
	static const struct key key = { "host", has_host };

	if (!host)
		where->unknown = 1;
	else if (!add_all(where, config, &key, host))
		where->local = 1;
}

static int check_said(const struct co_where *where, const json_t *target, struct co_err *err)
{
	const char *said = co_json_str(target, "environment");
	size_t i;

	if (!said || (where->local && strcmp(said, "local") == 0))
		return CO_OK;
	for (i = 0; i < where->count; i++)
		if (co_environment_is(where->in[i], said))
			return CO_OK;
	if (!where->count && where->unknown)
		return CO_OK;
	return co_err_set(err, CO_ERR_NO, "environment-mismatch",
			  "the plan says environment \"%s\", the inventory does not", said);
}

int co_where_find(struct co_where *where, const struct co_config *config, const char *provider,
		  const json_t *target, const char *host, struct co_err *err)
{
	struct co_where found = { .count = 0 };
	int named = 0, rc;
	size_t i;

	for (i = 0; i < CO_COUNT(keys); i++) {
		const char *value = co_json_str(target, keys[i].name);

		if (!json_object_get(target, keys[i].name))
			continue;
		named = 1;
		if (!value || !add_all(&found, config, &keys[i], value))
			found.unknown = 1;
	}
	if (!named && strcmp(provider, "local") == 0)
		find_host(&found, config, host);
	else if (!named)
		found.unknown = 1;
	rc = check_said(&found, target, err);
	if (rc == CO_OK)
		*where = found;
	return rc;
}
