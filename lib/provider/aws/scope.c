/* SPDX-License-Identifier: Apache-2.0 */
#include "provider/aws/scope.h"

#include "catalog/grants.h"
#include "codec/json.h"

#include <ctype.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct action {
	char *name;    /* "ec2:DescribeVpcs" */
	char *service; /* "ec2", as the models call it */
	int reads;     /* lists or reads, and no secret */
};

/* One account of one run. */
struct scope {
	char *run, *account; /* account "": targets that name none */
	struct action *actions;
	size_t count;
	json_t *exact; /* policy with the resources that the plan names; NULL: not known, as of two plans */
};

struct co_aws_scopes {
	pthread_mutex_t lock;
	struct scope *items;
	size_t count;
};

struct co_aws_scopes *co_aws_scopes_new(void)
{
	struct co_aws_scopes *scopes = co_xcalloc(1, sizeof(*scopes));

	pthread_mutex_init(&scopes->lock, NULL);
	return scopes;
}

void co_aws_scopes_free(struct co_aws_scopes *scopes)
{
	size_t i, j;

	for (i = 0; scopes && i < scopes->count; i++) {
		for (j = 0; j < scopes->items[i].count; j++) {
			free(scopes->items[i].actions[j].name);
			free(scopes->items[i].actions[j].service);
		}
		free(scopes->items[i].actions);
		free(scopes->items[i].run);
		free(scopes->items[i].account);
		json_decref(scopes->items[i].exact);
	}
	if (scopes) {
		free(scopes->items);
		pthread_mutex_destroy(&scopes->lock);
	}
	free(scopes);
}

static struct scope *find_scope(struct co_aws_scopes *scopes, const char *run, const char *account)
{
	size_t i;

	for (i = 0; i < scopes->count; i++)
		if (strcmp(scopes->items[i].run, run) == 0 && strcmp(scopes->items[i].account, account) == 0)
			return &scopes->items[i];
	return NULL;
}

/* ---- what a plan does */

static int only_reads(int access)
{
	return access == CO_ACCESS_LIST || access == CO_ACCESS_READ;
}

static void add_action(struct scope *scope, const char *name, const char *service, int reads)
{
	struct action *action;
	size_t i;

	for (i = 0; i < scope->count; i++)
		if (strcmp(scope->actions[i].name, name) == 0)
			return;
	action = co_grow(&scope->actions, &scope->count, sizeof(*action));
	*action = (struct action){ co_xstrdup(name), co_xstrdup(service), reads };
}

static struct scope *add_scope(struct co_aws_scopes *scopes, const char *run, const char *account,
			       const struct co_grants *grants, const struct co_apis *apis)
{
	struct scope *scope = co_grow(&scopes->items, &scopes->count, sizeof(*scope));

	scope->run = co_xstrdup(run);
	scope->account = co_xstrdup(account);
	scope->exact = co_grants_iam(grants, apis, account);
	return scope;
}

void co_aws_scopes_admit(struct co_aws_scopes *scopes, const struct co_apis *apis, const struct co_plan *plan,
			 const char *run)
{
	struct co_grants grants;
	size_t i, before;

	co_grants_of_aws(&grants, plan, apis);
	pthread_mutex_lock(&scopes->lock);
	before = scopes->count;
	for (i = 0; i < grants.count; i++) {
		const struct co_grant *grant = &grants.items[i];
		const char *account = co_json_str(grant->target, "account");
		struct scope *scope = find_scope(scopes, run, account ? account : "");

		if (!scope) {
			scope = add_scope(scopes, run, account ? account : "", &grants, apis);
		} else if ((size_t)(scope - scopes->items) < before) {
			json_decref(scope->exact);
			scope->exact = NULL;
		}
		add_action(scope, grant->permission + strlen("aws:"), grant->service, only_reads(grant->access));
	}
	pthread_mutex_unlock(&scopes->lock);
	co_grants_clear(&grants);
}

/* ---- as a policy */

static int compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Length of "ec2:Describe" in "ec2:DescribeVpcs": the prefix, and the verb up to the second capital. */
static size_t verb_length(const char *action)
{
	const char *at = strchr(action, ':');

	if (!at)
		return strlen(action);
	for (at += 2; at[-1] && *at && !isupper((unsigned char)*at); at++)
		;
	return (size_t)(at - action);
}

/* Whether every operation of a service that begins with a verb only lists or reads. */
struct question {
	const struct co_api *api;
	const char *verb;
	size_t len;
	int harmless;
};

static void ask_operation(void *context, struct co_piece name)
{
	struct question *q = context;
	struct co_api_operation *operation = NULL;
	char *text;

	if (!q->harmless || name.len < q->len || strncmp(name.at, q->verb, q->len) != 0)
		return;
	text = co_xmemdup(name.at, name.len);
	if (co_api_operation(q->api, text, 0, &operation, NULL) < 0 || !only_reads(operation->access))
		q->harmless = 0;
	co_api_operation_free(operation);
	free(text);
}

static int verb_is_harmless(const struct co_apis *apis, const struct action *action)
{
	const char *verb = strchr(action->name, ':');
	struct question q = { .harmless = action->reads };
	struct co_api *api = NULL;

	if (!verb || !q.harmless || co_api_find(apis, action->service, &api, NULL) < 0)
		return 0;
	q.api = api;
	q.verb = verb + 1;
	q.len = verb_length(action->name) - (size_t)(q.verb - action->name);
	co_api_operations(api, ask_operation, &q);
	co_api_free(api);
	return q.harmless;
}

/* How many of a scope's actions begin as this one. */
static size_t alike(const struct scope *scope, const struct action *action)
{
	size_t len = verb_length(action->name), i, n = 0;

	for (i = 0; i < scope->count; i++)
		n += strncmp(scope->actions[i].name, action->name, len) == 0 && verb_length(scope->actions[i].name) == len;
	return n;
}

static void write_policy(const struct scope *scope, const struct co_apis *apis, int step, struct co_buf *out)
{
	char **names = co_xcalloc(scope->count + 1, sizeof(char *));
	json_t *actions = json_array(), *policy;
	size_t i;

	for (i = 0; i < scope->count; i++) {
		const struct action *action = &scope->actions[i];

		names[i] = step == 2 && alike(scope, action) > 1 && verb_is_harmless(apis, action)
				   ? co_xasprintf("%.*s*", (int)verb_length(action->name), action->name)
				   : co_xstrdup(action->name);
	}
	qsort(names, scope->count, sizeof(*names), compare);
	for (i = 0; i < scope->count; i++)
		if (i == 0 || strcmp(names[i], names[i - 1]) != 0)
			json_array_append_new(actions, json_string(names[i]));
	policy = json_pack("{s:s, s:[{s:s, s:o, s:s}]}", "Version", "2012-10-17", "Statement", "Effect", "Allow", "Action",
			   actions, "Resource", "*");
	co_json_write(out, policy, CO_JSON_COMPACT);
	json_decref(policy);
	for (i = 0; i < scope->count; i++)
		free(names[i]);
	free(names);
}

static int all_read(const struct scope *scope)
{
	size_t i;

	for (i = 0; i < scope->count; i++)
		if (!scope->actions[i].reads)
			return 0;
	return 1;
}

static int make_policy(const struct scope *scope, const struct co_apis *apis, int *step, struct co_aws_policy *policy,
		       struct co_err *err)
{
	for (; *step < 3; ++*step) {
		co_buf_reset(&policy->inline_policy);
		if (*step > 0)
			write_policy(scope, apis, *step, &policy->inline_policy);
		else if (scope->exact)
			co_json_write(&policy->inline_policy, scope->exact, CO_JSON_COMPACT);
		if (policy->inline_policy.len && policy->inline_policy.len <= CO_AWS_POLICY_LIMIT)
			return CO_OK;
	}
	co_buf_reset(&policy->inline_policy);
	if (*step == 3 && all_read(scope)) {
		policy->managed = "ReadOnlyAccess";
		return CO_OK;
	}
	co_err_set(err, CO_ERR_REMOTE, "plan-too-large", "the plan's %zu actions do not fit into the policy of one session",
		   scope->count);
	return co_err_hint(err, "run it in parts, or name no role for the account");
}

int co_aws_scopes_policy(struct co_aws_scopes *scopes, const struct co_apis *apis, const char *run, const char *account,
			 int *step, struct co_aws_policy *policy, struct co_err *err)
{
	const struct scope *scope;
	int rc;

	pthread_mutex_lock(&scopes->lock);
	scope = find_scope(scopes, run, account ? account : "");
	rc = scope ? make_policy(scope, apis, step, policy, err)
		   : co_err_set(err, CO_ERR_REMOTE, "plan-too-large", "the run's plan holds no call in this account");
	pthread_mutex_unlock(&scopes->lock);
	return rc;
}
