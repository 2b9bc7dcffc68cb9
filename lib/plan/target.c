/* SPDX-License-Identifier: Apache-2.0 */
#include "plan/target.h"

#include <stdlib.h>
#include <string.h>

/*
 * Every way to repeat: the member of an environment, the member of its elements
 * that is repeated over, and what one value of that is called. many is NULL where
 * the element itself is the target.
 */
static const struct spread {
	const char *what;
	const char *provider;
	const char *many;
	const char *one;
} spreads[] = {
	{ "hosts", "hosts", NULL, "host" },
	{ "aws.accounts", "aws", NULL, "account" },
	{ "aws.regions", "aws", "regions", "region" },
	{ "kubernetes.contexts", "kubernetes", NULL, "context" },
	{ "kubernetes.namespaces", "kubernetes", "namespaces", "namespace" },
	{ "gcp.projects", "gcp", NULL, "project" },
	{ "gcp.regions", "gcp", "regions", "region" },
	{ "azure.subscriptions", "azure", NULL, "subscription" },
	{ "azure.regions", "azure", "regions", "region" },
	{ "prometheus.urls", "prometheus", NULL, "url" },
};

static const struct spread *find_spread(const char *what)
{
	size_t i;

	for (i = 0; i < CO_COUNT(spreads); i++)
		if (strcmp(spreads[i].what, what) == 0)
			return &spreads[i];
	return NULL;
}

int co_targets_check(const char *what, struct co_err *err)
{
	const char *names[CO_COUNT(spreads)];
	size_t i;

	if (find_spread(what))
		return CO_OK;
	for (i = 0; i < CO_COUNT(spreads); i++)
		names[i] = spreads[i].what;
	co_err_set(err, CO_ERR_INPUT, "unknown-value", "the inventory has no \"%s\"", what);
	co_err_suggest(err, what, names, CO_COUNT(names));
	return CO_ERR_INPUT;
}

/* A slot of the intent: absent, a string, or a list of them. */
static int slot_takes(const json_t *slot, const char *value)
{
	const json_t *item;
	size_t i;

	if (json_is_string(slot))
		return value && strcmp(json_string_value(slot), value) == 0;
	json_array_foreach(slot, i, item)
		if (slot_takes(item, value))
			return 1;
	return !slot;
}

static int takes_environment(const json_t *slot, const struct co_environment *environment)
{
	size_t i;

	if (slot_takes(slot, environment->name))
		return 1;
	for (i = 0; i < environment->aliases.count; i++)
		if (slot_takes(slot, environment->aliases.items[i]))
			return 1;
	return 0;
}

/* An account goes by its number or its name, and is a project or a subscription elsewhere. */
static int takes_account(const json_t *slot, const json_t *target)
{
	static const char *const members[] = { "account", "account_name", "project", "subscription" };
	size_t i;

	for (i = 0; i < CO_COUNT(members); i++)
		if (slot_takes(slot, co_json_str(target, members[i])))
			return 1;
	return 0;
}

/* Members that the target does not have do not narrow. */
static int is_meant(const json_t *intent, const json_t *target)
{
	static const char *const members[] = { "region", "cluster", "context", "namespace", "host", "url" };
	const json_t *account = json_object_get(intent, "account");
	size_t i;

	for (i = 0; i < CO_COUNT(members); i++)
		if (json_object_get(target, members[i]) &&
		    !slot_takes(json_object_get(intent, members[i]), co_json_str(target, members[i])))
			return 0;
	return !account || takes_account(account, target);
}

static void name_target(json_t *target, const struct spread *spread, const char *name)
{
	const char *value = co_json_str(target, spread->one);
	char *full;

	if (!spread->many) {
		json_object_set_new(target, "name", json_string(name ? name : value));
		return;
	}
	full = co_xasprintf("%s/%s", name ? name : "", value);
	json_object_set_new(target, "name", json_string(full));
	free(full);
}

/* The first scalar member of an inventory element is what it is known by. */
static const char *known_by(const json_t *element)
{
	static const char *const members[] = { "name", "context", "project", "subscription", "account", "url" };
	size_t i;

	if (json_is_string(element))
		return NULL;
	for (i = 0; i < CO_COUNT(members); i++)
		if (co_json_str(element, members[i]))
			return co_json_str(element, members[i]);
	return NULL;
}

/* The AWS partition of a region, which ARNs begin with. */
static const char *partition_of(const char *region)
{
	if (region && strncmp(region, "cn-", 3) == 0)
		return "aws-cn";
	return region && strncmp(region, "us-gov-", 7) == 0 ? "aws-us-gov" : "aws";
}

static void add_partition(json_t *target, const json_t *element)
{
	const char *region = co_json_str(target, "region");

	if (!region)
		region = json_string_value(json_array_get(json_object_get(element, "regions"), 0));
	json_object_set_new(target, "partition", json_string(partition_of(region)));
}

static json_t *make_target(const struct co_environment *environment, const json_t *element, const struct spread *spread,
			   json_t *value)
{
	json_t *target = json_object(), *member;
	const char *key;

	json_object_set_new(target, "environment", json_string(environment->name));
	json_object_foreach((json_t *)element, key, member)
		if (json_is_string(member))
			json_object_set(target, strcmp(key, "name") == 0 ? "account_name" : key, member);
	if (value)
		json_object_set(target, spread->one, value);
	if (strcmp(spread->provider, "aws") == 0)
		add_partition(target, element);
	name_target(target, spread, known_by(element));
	return target;
}

static void add_target(json_t *targets, const json_t *intent, json_t *target)
{
	if (is_meant(intent, target) && json_array_size(targets) < CO_TARGETS)
		json_array_append(targets, target);
	json_decref(target);
}

static void add_element(json_t *targets, const json_t *intent, const struct co_environment *environment,
			json_t *element, const struct spread *spread)
{
	json_t *value;
	size_t i;

	if (json_is_string(element))
		add_target(targets, intent, make_target(environment, element, spread, element));
	else if (!spread->many)
		add_target(targets, intent, make_target(environment, element, spread, NULL));
	else
		json_array_foreach(json_object_get(element, spread->many), i, value)
			add_target(targets, intent, make_target(environment, element, spread, value));
}

/* The shape of one environment, from the table of the configuration. */
static const struct co_shape *environment_shape(void)
{
	const struct co_field *f;

	for (f = co_config_shape.fields; f->key; f++)
		if (strcmp(f->key, "environments") == 0)
			return f->shape;
	return NULL;
}

static void add_environment(json_t *targets, const json_t *intent, const struct co_environment *environment,
			    const struct spread *spread)
{
	json_t *whole = co_shape_encode(environment_shape(), environment), *element;
	size_t i;

	json_array_foreach(json_object_get(whole, spread->provider), i, element)
		add_element(targets, intent, environment, element, spread);
	json_decref(whole);
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(co_json_str(*(json_t *const *)a, "name"), co_json_str(*(json_t *const *)b, "name"));
}

static json_t *sorted(json_t *targets)
{
	size_t n = json_array_size(targets), i;
	json_t **items = co_xcalloc(n + 1, sizeof(*items));
	json_t *list = json_array();

	for (i = 0; i < n; i++)
		items[i] = json_array_get(targets, i);
	qsort(items, n, sizeof(*items), compare_names);
	for (i = 0; i < n; i++)
		json_array_append(list, items[i]);
	free(items);
	json_decref(targets);
	return list;
}

static int no_target(const char *what, const json_t *intent, const struct co_config *config, struct co_err *err)
{
	const char *environment = co_json_str(intent, "environment");
	const char **names = co_xcalloc(config->environments.count + 1, sizeof(*names));
	size_t i;
	int known = !environment;

	for (i = 0; i < config->environments.count; i++) {
		names[i] = config->environments.items[i].name;
		known |= takes_environment(json_object_get(intent, "environment"), &config->environments.items[i]);
	}
	if (!known) {
		co_err_set(err, CO_ERR_NO, "no-target", "the inventory has no environment \"%s\"", environment);
		co_err_hint(err, "describe it under environments in the configuration");
		co_err_suggest(err, environment, names, config->environments.count);
		co_err_under(err, "environment");
	} else {
		co_err_set(err, CO_ERR_NO, "no-target", "the inventory has no %s that fit the request", what);
		co_err_hint(err, "describe them under environments in the configuration");
	}
	co_err_under(err, "target");
	co_err_under(err, "intent");
	free(names);
	return CO_ERR_NO;
}

static int check_duplicates(const json_t *targets, struct co_err *err)
{
	size_t i;

	for (i = 1; i < json_array_size(targets); i++) {
		const char *name = co_json_str(json_array_get(targets, i), "name");

		if (strcmp(co_json_str(json_array_get(targets, i - 1), "name"), name) == 0) {
			co_err_set(err, CO_ERR_INPUT, "duplicate", "the inventory has two targets \"%s\"", name);
			return co_err_hint(err, "give accounts different names"), CO_ERR_INPUT;
		}
	}
	return CO_OK;
}

void co_targets_add_scope(json_t *scope, const char *name)
{
	size_t i;

	for (i = 0; i < json_array_size(scope); i++) {
		int order = strcmp(name, json_string_value(json_array_get(scope, i)));

		if (!order)
			return;
		if (order < 0)
			break;
	}
	json_array_insert_new(scope, i, json_string(name));
}

static int find_in_inventory(const char *what, const json_t *intent, const struct co_config *config, json_t **targets,
			     json_t **scope, struct co_err *err)
{
	const struct spread *spread = find_spread(what);
	json_t *found = json_array(), *target;
	size_t i;

	for (i = 0; i < config->environments.count; i++)
		if (takes_environment(json_object_get(intent, "environment"), &config->environments.items[i]))
			add_environment(found, intent, &config->environments.items[i], spread);
	found = sorted(found);
	if (!json_array_size(found) || check_duplicates(found, err) < 0) {
		int rc = json_array_size(found) ? CO_ERR_INPUT : no_target(what, intent, config, err);

		json_decref(found);
		return rc;
	}
	*scope = json_array();
	json_array_foreach(found, i, target)
		co_targets_add_scope(*scope, co_json_str(target, "environment"));
	*targets = found;
	return CO_OK;
}

static int is_here(const json_t *slot, const struct co_request *request)
{
	return slot_takes(slot, "localhost") || (request && request->host && slot_takes(slot, request->host));
}

static int other_host(const json_t *intent, struct co_err *err)
{
	const json_t *host = json_object_get(intent, "host");
	const char *name = json_string_value(json_is_array(host) ? json_array_get(host, 0) : host);

	co_err_set(err, CO_ERR_NO, "other-host", "\"%s\" is another machine", name ? name : "");
	co_err_hint(err, "run the pipe there: ssh %s cloudops investigate ...", name ? name : "HOST");
	co_err_under(err, "host");
	co_err_under(err, "target");
	co_err_under(err, "intent");
	return CO_ERR_NO;
}

static int has_host(const struct co_environment *environment, const char *host)
{
	size_t i;

	for (i = 0; i < environment->hosts.count; i++)
		if (strcmp(environment->hosts.items[i], host) == 0)
			return 1;
	return 0;
}

/* The environments that list this host, or "local". */
static json_t *scope_here(const struct co_request *request, const struct co_config *config)
{
	json_t *scope = json_array();
	size_t i;

	for (i = 0; request && request->host && i < config->environments.count; i++)
		if (has_host(&config->environments.items[i], request->host))
			co_targets_add_scope(scope, config->environments.items[i].name);
	if (!json_array_size(scope))
		json_array_append_new(scope, json_string("local"));
	return scope;
}

/* A sentence about an environment is about this host only when the inventory puts it there. */
static int check_environment(const json_t *intent, const json_t *scope, const struct co_config *config,
			     struct co_err *err)
{
	const json_t *slot = json_object_get(intent, "environment");
	const char *name = json_string_value(json_is_array(slot) ? json_array_get(slot, 0) : slot);
	const json_t *item;
	size_t i, j;

	if (!slot)
		return CO_OK;
	for (i = 0; i < config->environments.count; i++)
		json_array_foreach(scope, j, item)
			if (strcmp(config->environments.items[i].name, json_string_value(item)) == 0 &&
			    takes_environment(slot, &config->environments.items[i]))
				return CO_OK;
	if (slot_takes(slot, "local"))
		return CO_OK;
	co_err_set(err, CO_ERR_NO, "no-target", "this host is not in environment \"%s\"", name ? name : "");
	co_err_hint(err, "list it under environments in the configuration, or leave the environment out");
	co_err_under(err, "environment");
	co_err_under(err, "target");
	co_err_under(err, "intent");
	return CO_ERR_NO;
}

static int find_here(const json_t *wanted, const struct co_request *request, const struct co_config *config,
		     json_t **targets, json_t **scope, struct co_err *err)
{
	const json_t *host = json_object_get(wanted, "host");
	json_t *here;

	if (host && !is_here(host, request))
		return other_host(wanted, err);
	here = scope_here(request, config);
	if (check_environment(wanted, here, config, err) < 0) {
		json_decref(here);
		return CO_ERR_NO;
	}
	*scope = here;
	*targets = json_array();
	json_array_append_new(*targets, json_object());
	return CO_OK;
}

static int has_aws(const struct co_config *config)
{
	size_t i;

	for (i = 0; i < config->environments.count; i++)
		if (config->environments.items[i].aws.count)
			return 1;
	return 0;
}

static int has_kubernetes(const struct co_config *config)
{
	size_t i;

	for (i = 0; i < config->environments.count; i++)
		if (config->environments.items[i].kubernetes.count)
			return 1;
	return 0;
}

/* Only an inventory tells which environment, account or cluster the caller's credentials are for. what: "AWS account". */
static int check_default(const char *what, const json_t *wanted, struct co_err *err)
{
	static const char *const slots[] = { "environment", "account", "cluster" };
	size_t i;

	for (i = 0; i < CO_COUNT(slots); i++)
		if (json_object_get(wanted, slots[i])) {
			co_err_set(err, CO_ERR_NO, "no-target", "the inventory has no %s", what);
			co_err_hint(err, "describe it under environments in the configuration, or ask without the %s: "
				    "then the default credentials are used", slots[i]);
			co_err_under(err, slots[i]);
			co_err_under(err, "target");
			co_err_under(err, "intent");
			return CO_ERR_NO;
		}
	return CO_OK;
}

static void add_default(json_t *targets, const char *profile, const char *region, int several)
{
	json_t *target = json_pack("{s:s, s:s*, s:s*, s:s}", "environment", "default", "profile", profile, "region",
				   region, "partition", partition_of(region));
	char *name = co_xasprintf("%s%s%s", profile ? profile : "default", several ? "/" : "", several ? region : "");

	json_object_set_new(target, "name", json_string(name));
	json_array_append_new(targets, target);
	free(name);
}

/* Without an AWS account in the inventory: what the caller's own AWS tools would reach. */
static int find_default(const json_t *wanted, const struct co_target_defaults *defaults, json_t **targets,
			json_t **scope, struct co_err *err)
{
	const json_t *said = json_object_get(wanted, "region"), *region;
	size_t i;

	if (check_default("AWS account", wanted, err) < 0)
		return CO_ERR_NO;
	*targets = json_array();
	json_array_foreach(said, i, region)
		add_default(*targets, defaults->aws_profile, json_string_value(region), 1);
	if (!i)
		add_default(*targets, defaults->aws_profile,
			    json_is_string(said) ? json_string_value(said) : defaults->aws_region, 0);
	*scope = json_array();
	json_array_append_new(*scope, json_string("default"));
	return CO_OK;
}

static void add_context(json_t *targets, const char *context)
{
	json_array_append_new(targets, json_pack("{s:s, s:s*, s:s}", "environment", "default", "context", context, "name",
						 context ? context : "current-context"));
}

/* Without a Kubernetes context in the inventory: what the caller's own kubectl would reach. */
static int find_context(const json_t *wanted, json_t **targets, json_t **scope, struct co_err *err)
{
	const json_t *said = json_object_get(wanted, "context"), *context;
	size_t i;

	if (check_default("Kubernetes context", wanted, err) < 0)
		return CO_ERR_NO;
	*targets = json_array();
	json_array_foreach(said, i, context)
		add_context(*targets, json_string_value(context));
	if (!i)
		add_context(*targets, json_string_value(said));
	*scope = json_array();
	json_array_append_new(*scope, json_string("default"));
	return CO_OK;
}

int co_targets_find(const char *what, const json_t *wanted, const struct co_request *request,
		    const struct co_config *config, const struct co_target_defaults *defaults, json_t **targets,
		    json_t **scope, struct co_err *err)
{
	if (!what)
		return find_here(wanted, request, config, targets, scope, err);
	if (strncmp(what, "aws.", 4) == 0 && !has_aws(config))
		return find_default(wanted, defaults, targets, scope, err);
	if (strcmp(what, "kubernetes.contexts") == 0 && !has_kubernetes(config))
		return find_context(wanted, targets, scope, err);
	return find_in_inventory(what, wanted, config, targets, scope, err);
}
