/* SPDX-License-Identifier: Apache-2.0 */
#include "catalog/grants.h"

#include "catalog/apiread.h"
#include "catalog/grantsread.h"
#include "codec/json.h"

#include <stdlib.h>
#include <string.h>

void co_grants_clear(struct co_grants *grants)
{
	size_t i;

	for (i = 0; i < grants->count; i++)
		free(grants->items[i].permission);
	free(grants->items);
	*grants = (struct co_grants){ NULL, 0 };
}

/* A grant for each of the permissions, otherwise like the given one. */
static void add(struct co_grants *grants, const char *permissions, struct co_grant grant)
{
	grant.alone = !strchr(permissions, ',');
	while (*permissions && strcmp(permissions, "-") != 0) {
		size_t len = strcspn(permissions, ",");

		grant.permission = co_xmemdup(permissions, len);
		*(struct co_grant *)co_grow(&grants->items, &grants->count, sizeof(*grants->items)) = grant;
		permissions += len + (permissions[len] == ',');
	}
}

/* What is asked about calls: a catalogue; or the APIs of AWS, and nothing about others. */
struct source {
	struct co_catalog *catalog;
	const struct co_apis *aws;
};

static int find(const struct source *source, const char *const call[3], struct co_operation *operation, struct co_err *err)
{
	if (source->catalog)
		return co_catalog_find(source->catalog, call, operation, err);
	if (strcmp(call[0], "aws") == 0)
		co_api_call(source->aws, call, operation, NULL);
	return CO_OK;
}

static int add_call(struct co_grants *grants, char *const *words, size_t count, json_t *target, json_t *with,
		    const struct source *source, struct co_err *err)
{
	struct co_operation operation = { 0 };
	int rc;

	if (count != 3) /* "undo: none" */
		return CO_OK;
	rc = find(source, (const char *const *)words, &operation, err);
	if (rc == CO_OK && operation.permissions)
		add(grants, operation.permissions,
		    (struct co_grant){ .access = operation.access, .service = words[1], .target = target, .with = with });
	co_operation_clear(&operation);
	return rc;
}

static int add_plan(struct co_grants *grants, const struct co_plan *plan, const struct source *source, struct co_err *err)
{
	size_t i;
	int rc = CO_OK;

	for (i = 0; i < plan->steps.count && rc == CO_OK; i++) {
		const struct co_step *s = &plan->steps.items[i];

		rc = add_call(grants, s->call.items, s->call.count, s->target, s->with, source, err);
		if (rc == CO_OK && s->verify)
			rc = add_call(grants, s->verify->call.items, s->verify->call.count, s->target, s->verify->with, source,
				      err);
		if (rc == CO_OK && s->undo)
			rc = add_call(grants, s->undo->call.items, s->undo->call.count, s->target, s->undo->with, source, err);
	}
	return rc;
}

int co_grants_of(struct co_grants *out, const struct co_plan *plan, struct co_catalog *catalog, struct co_err *err)
{
	const struct source source = { catalog, NULL };
	struct co_grants grants = { NULL, 0 };
	int rc = add_plan(&grants, plan, &source, err);

	if (rc < 0)
		co_grants_clear(&grants);
	else
		*out = grants;
	return rc;
}

void co_grants_of_aws(struct co_grants *grants, const struct co_plan *plan, const struct co_apis *apis)
{
	const struct source source = { NULL, apis };

	*grants = (struct co_grants){ NULL, 0 };
	add_plan(grants, plan, &source, NULL);
}

/* ---- sets of words: JSON objects, whose order is made when it is needed */

static int compare(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

const char **co_set_words(json_t *set, size_t *count)
{
	const char **words = co_xcalloc(json_object_size(set) + 1, sizeof(*words));
	const char *word;
	json_t *value;

	*count = 0;
	json_object_foreach(set, word, value)
		words[(*count)++] = word;
	qsort(words, *count, sizeof(*words), compare);
	return words;
}

json_t *co_set_in(json_t *set, const char *word)
{
	json_t *inner = json_object_get(set, word);

	if (!inner)
		json_object_set_new(set, word, inner = json_object());
	return inner;
}

const char *co_grant_literal(const json_t *object, const char *key)
{
	const char *value = co_json_str(object, key);

	return value && *value && !strstr(value, "${") ? value : NULL;
}

/* ---- all providers */

static void write_lines(json_t *permissions, struct co_buf *out)
{
	size_t count, i;
	const char **words = co_set_words(permissions, &count);

	for (i = 0; i < count; i++)
		co_buf_addf(out, "%s\n", words[i]);
	free(words);
}

static int write_iam(const struct co_grants *grants, struct co_catalog *catalog, struct co_buf *out, struct co_err *err)
{
	const struct co_apis *apis;
	int rc = co_catalog_apis(catalog, "aws", &apis, err);
	json_t *policy = rc == CO_OK ? co_grants_iam(grants, apis, NULL) : NULL;

	if (policy) {
		co_json_write(out, policy, CO_JSON_PRETTY);
		co_buf_addc(out, '\n');
	}
	json_decref(policy);
	return rc;
}

int co_grants_write(const struct co_grants *grants, const char *role, struct co_catalog *catalog, struct co_buf *out,
		    struct co_err *err)
{
	json_t *providers = json_object();
	const char **names;
	size_t count, i;
	int rc = CO_OK;

	for (i = 0; i < grants->count; i++) {
		const char *permission = grants->items[i].permission;
		char *provider = co_xmemdup(permission, strcspn(permission, ":"));

		co_set_in(co_set_in(providers, provider), permission);
		free(provider);
	}
	names = co_set_words(providers, &count);
	for (i = 0; i < count && rc == CO_OK; i++) {
		if (count > 1)
			co_buf_addf(out, "# %s\n", names[i]);
		if (strcmp(names[i], "aws") == 0)
			rc = write_iam(grants, catalog, out, err);
		else if (strcmp(names[i], "kubernetes") == 0)
			co_grants_rbac(grants, role, out);
		else
			write_lines(json_object_get(providers, names[i]), out);
	}
	free(names);
	json_decref(providers);
	return rc;
}
