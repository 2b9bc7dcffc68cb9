/* SPDX-License-Identifier: Apache-2.0 */
#include "provider/kubernetes/rights.h"

#include <stdlib.h>
#include <string.h>

#define PATH "/apis/authorization.k8s.io/v1/selfsubject"

/*
 * A namespace that nobody has: the rules there are those of the whole cluster. Should somebody have it after
 * all, too much is taken for allowed, and the server refuses the call itself.
 */
#define NOWHERE "cloudops-no-such-namespace"

size_t co_kube_rights_add(struct co_kube_rights *rights, const struct co_kube_resource *r, const char *verb,
			  const char *part, const char *namespace, const char *name, int unnamed)
{
	const char *of = *r->part || !part ? r->part : part;
	char *key = co_xasprintf("%s %s %s/%s %s/%s%s", verb, r->group, r->plural, of, namespace, name, unnamed ? " later" : "");
	const json_t *known = json_object_get(rights->places, key);
	struct co_kube_right *right;

	if (!rights->places)
		rights->places = json_object();
	if (!known) {
		json_object_set_new(rights->places, key, json_integer((json_int_t)rights->list.count));
		right = co_grow(&rights->list.items, &rights->list.count, sizeof(*right));
		*right = (struct co_kube_right){
			.verb = co_xstrdup(verb),
			.group = co_xstrdup(r->group),
			.resource = co_xasprintf("%s%s%s", r->plural, *of ? "/" : "", of),
			.namespace = co_xstrdup(namespace),
			.name = co_xstrdup(name),
			.unnamed = unnamed,
		};
	}
	free(key);
	return known ? (size_t)json_integer_value(known) : rights->list.count - 1;
}

void co_kube_rights_clear(struct co_kube_rights *rights)
{
	size_t i;

	for (i = 0; i < rights->list.count; i++) {
		struct co_kube_right *right = &rights->list.items[i];

		free(right->verb);
		free(right->group);
		free(right->resource);
		free(right->namespace);
		free(right->name);
	}
	free(rights->list.items);
	json_decref(rights->places);
	*rights = (struct co_kube_rights){ .places = NULL };
}

/* ---- rules, as the authorizer of roles reads them (rbac/v1, PolicyRule) */

static int has(const json_t *rule, const char *key, const char *word)
{
	json_t *item;
	size_t i;

	json_array_foreach(json_object_get(rule, key), i, item)
		if (json_is_string(item) && (strcmp(json_string_value(item), "*") == 0 || strcmp(json_string_value(item), word) == 0))
			return 1;
	return 0;
}

/* Any part of a name is written with a star for what it is a part of. */
static int has_resource(const json_t *rule, const char *resource)
{
	const char *slash = strchr(resource, '/');
	char *any = slash ? co_xasprintf("*%s", slash) : NULL;
	int found = has(rule, "resources", resource) || (any && has(rule, "resources", any));

	free(any);
	return found;
}

static int gives(const json_t *rule, const struct co_kube_right *right)
{
	const json_t *names = json_object_get(rule, "resourceNames");

	if (!has(rule, "verbs", right->verb) || !has(rule, "apiGroups", right->group) || !has_resource(rule, right->resource))
		return 0;
	return !json_array_size(names) || right->unnamed || (*right->name && has(rule, "resourceNames", right->name));
}

int co_kube_rules_give(const json_t *status, const struct co_kube_right *right)
{
	json_t *rule;
	size_t i;

	json_array_foreach(json_object_get(status, "resourceRules"), i, rule)
		if (gives(rule, right))
			return 1;
	return 0;
}

/* ---- asking */

/* What the server answers in the status; *status NULL when it does not answer such questions. */
static int ask(struct co_kube_call *c, const char *path, const char *kind, json_t *spec, json_t **status, struct co_err *err)
{
	json_t *body = json_pack("{s:s, s:s, s:o}", "apiVersion", "authorization.k8s.io/v1", "kind", kind, "spec", spec);
	struct co_buf text = CO_BUF_INIT;
	struct co_err why = CO_ERR_INIT;
	json_t *answer = NULL;
	int rc;

	*status = NULL;
	co_json_write(&text, body, CO_JSON_COMPACT);
	rc = co_kube_ask(c, &(struct co_kube_request){ .method = "POST", .path = path, .body = text.data, .body_len = text.len },
			 &answer, &why);
	co_buf_clear(&text);
	json_decref(body);
	if (rc == CO_OK)
		*status = json_incref(json_object_get(answer, "status"));
	else if (strcmp(why.id, "forbidden") == 0 || strcmp(why.id, "not-found") == 0 || rc == CO_ERR_INPUT)
		rc = CO_OK;
	else if (err)
		*err = why;
	json_decref(answer);
	return rc;
}

/* The rules of a namespace, asked for once; null when there are none to be had. Borrowed from rules. */
static int rules_of(struct co_kube_call *c, json_t *rules, const char *namespace, const json_t **out, struct co_err *err)
{
	json_t *status = json_object_get(rules, namespace);
	int rc = CO_OK;

	if (!status) {
		rc = ask(c, PATH "rulesreviews", "SelfSubjectRulesReview",
			 json_pack("{s:s}", "namespace", *namespace ? namespace : NOWHERE), &status, err);
		json_object_set_new(rules, namespace, status ? status : json_null());
	}
	*out = json_object_get(rules, namespace);
	return rc;
}

static int ask_right(struct co_kube_call *c, struct co_kube_right *right, int *served, struct co_err *err)
{
	const char *slash = strchr(right->resource, '/');
	json_t *status, *allowed, *attributes = json_object();
	int rc;

	json_object_set_new(attributes, "namespace", json_string(right->namespace));
	json_object_set_new(attributes, "verb", json_string(right->verb));
	json_object_set_new(attributes, "group", json_string(right->group));
	json_object_set_new(attributes, "resource", json_stringn(right->resource, strcspn(right->resource, "/")));
	json_object_set_new(attributes, "subresource", json_string(slash ? slash + 1 : ""));
	json_object_set_new(attributes, "name", json_string(right->name));
	rc = ask(c, PATH "accessreviews", "SelfSubjectAccessReview", json_pack("{s:o}", "resourceAttributes", attributes), &status,
		 err);
	allowed = json_object_get(status, "allowed");
	*served = status != NULL;
	right->denied = status && !json_is_true(allowed);
	json_decref(status);
	return rc;
}

int co_kube_rights_ask(struct co_kube_rights *rights, struct co_kube_call *c, int exact, struct co_err *err)
{
	json_t *rules = json_object();
	int rc = CO_OK, served = 1;
	size_t i;

	for (i = 0; i < rights->list.count && rc == CO_OK && served; i++) {
		struct co_kube_right *right = &rights->list.items[i];
		const json_t *status = NULL;

		if (!exact)
			rc = rules_of(c, rules, right->namespace, &status, err);
		if (rc < 0 || co_kube_rules_give(status, right))
			continue;
		/* A role may be narrowed to the name that comes later: then only a complete list of rules can say no. */
		if (!exact && right->unnamed && json_object_get(status, "incomplete") != json_false())
			continue;
		rc = ask_right(c, right, &served, err);
	}
	json_decref(rules);
	return rc;
}
