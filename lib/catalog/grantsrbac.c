/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Grants as roles of Kubernetes. Sets within sets: context, namespace ("": of the cluster),
 * "GROUP RESOURCE NAME" with "" for any name, verbs.
 */
#include "catalog/grantsread.h"
#include "codec/json.h"

#include <stdlib.h>
#include <string.h>

/* "kubernetes:VERB:RESOURCE[.GROUP][/PART]" */
struct rule {
	char *verb;
	char *group;
	char *resource; /* with its part */
};

static void parse(const char *permission, struct rule *rule)
{
	const char *verb = strchr(permission, ':') + 1, *what = verb + strcspn(verb, ":");
	const char *name = what + (*what != '\0'), *part = name + strcspn(name, "/"), *dot = memchr(name, '.', (size_t)(part - name));
	size_t plural = (size_t)((dot ? dot : part) - name);

	rule->verb = co_xmemdup(verb, (size_t)(what - verb));
	rule->group = dot ? co_xmemdup(dot + 1, (size_t)(part - dot) - 1) : co_xstrdup("");
	rule->resource = co_xasprintf("%.*s%s", (int)plural, name, part);
}

static void clear(struct rule *rule)
{
	free(rule->verb);
	free(rule->group);
	free(rule->resource);
}

/* A namespace that is said for these is not meant. */
static int is_of_cluster(const struct rule *rule)
{
	static const char *const core[] = { "nodes", "namespaces", "persistentvolumes", "componentstatuses" };
	static const char *const groups[] = { "storage.k8s.io", "apiextensions.k8s.io", "apiregistration.k8s.io",
					      "admissionregistration.k8s.io", "scheduling.k8s.io", "node.k8s.io",
					      "certificates.k8s.io", "flowcontrol.apiserver.k8s.io" };
	size_t len = strcspn(rule->resource, "/"), i;

	for (i = 0; i < CO_COUNT(core); i++)
		if (strlen(core[i]) == len && memcmp(rule->resource, core[i], len) == 0)
			return !*rule->group || strcmp(rule->group, "metrics.k8s.io") == 0;
	for (i = 0; i < CO_COUNT(groups); i++)
		if (strcmp(rule->group, groups[i]) == 0)
			return strncmp(rule->resource, "csistoragecapacities", 20) != 0;
	return strncmp(rule->resource, "clusterrole", 11) == 0 || strncmp(rule->resource, "ingressclasses", 14) == 0;
}

/* Lists have no name; neither has what is made, but a part of what is there. */
static const char *name_of(const struct rule *rule, const json_t *with)
{
	static const char *const named[] = { "get", "patch", "update", "delete" };
	size_t i;

	if (strcmp(rule->verb, "create") == 0 && strchr(rule->resource, '/'))
		return co_grant_literal(with, "name");
	for (i = 0; i < CO_COUNT(named); i++)
		if (strcmp(rule->verb, named[i]) == 0)
			return co_grant_literal(with, "name");
	return NULL;
}

static void add_rule(json_t *context, const char *namespace, const struct rule *rule, const char *name)
{
	char *key = co_xasprintf("%s %s %s", rule->group, rule->resource, name ? name : "");

	co_set_in(co_set_in(co_set_in(context, namespace), key), rule->verb);
	free(key);
}

static void add_grant(json_t *contexts, const struct co_grant *grant)
{
	const char *context = co_grant_literal(grant->target, "context");
	const char *namespace = co_grant_literal(grant->with, "namespace"), *name;
	json_t *set = co_set_in(contexts, context ? context : ""), *item;
	json_t *several = json_object_get(grant->with, "namespaces");
	struct rule rule;
	size_t i;

	parse(grant->permission, &rule);
	name = name_of(&rule, grant->with);
	if (!namespace && !json_object_get(grant->with, "namespace"))
		namespace = co_grant_literal(grant->target, "namespace");
	if (is_of_cluster(&rule))
		namespace = NULL;
	if (json_array_size(several) && !is_of_cluster(&rule)) {
		json_array_foreach(several, i, item)
			if (json_is_string(item) && !strstr(json_string_value(item), "${"))
				add_rule(set, json_string_value(item), &rule, name);
			else
				add_rule(set, "", &rule, name);
	} else {
		add_rule(set, namespace ? namespace : "", &rule, name);
	}
	clear(&rule);
}

/* Takes away what another rule allows anyway: of any name, or in the whole cluster. */
static void drop_covered(json_t *rules, json_t *cluster)
{
	const char *key, *verb;
	json_t *verbs, *value;
	void *next, *after;

	json_object_foreach_safe(rules, next, key, verbs) {
		size_t len = (size_t)(strrchr(key, ' ') + 1 - key);
		char *any = co_xmemdup(key, len);

		json_object_foreach_safe(verbs, after, verb, value) {
			int covered = (key[len] && json_object_get(json_object_get(rules, any), verb)) ||
				      (cluster != rules && (json_object_get(json_object_get(cluster, any), verb) ||
							    json_object_get(json_object_get(cluster, key), verb)));

			if (covered)
				json_object_del(verbs, verb);
		}
		free(any);
		if (!json_object_size(verbs))
			json_object_del(rules, key);
	}
}

static void write_list(struct co_buf *out, const char *key, json_t *set)
{
	size_t count, i;
	const char **words = co_set_words(set, &count);

	co_buf_addf(out, "%s: [", key);
	for (i = 0; i < count; i++) {
		co_buf_adds(out, i ? ", " : "");
		co_json_write_string(out, words[i], strlen(words[i]));
	}
	co_buf_adds(out, "]\n");
	free(words);
}

static char *joined(json_t *set)
{
	struct co_buf out = CO_BUF_INIT;

	write_list(&out, "", set);
	return co_buf_take(&out);
}

/* Rules of one group, one name and the same verbs are one: "GROUP NAME VERBS" -> resources. */
static json_t *merge(json_t *rules)
{
	json_t *merged = json_object(), *verbs;
	const char *key;

	json_object_foreach(rules, key, verbs) {
		const char *space = strchr(key, ' '), *last = strrchr(key, ' ');
		char *list = joined(verbs), *resource = co_xmemdup(space + 1, (size_t)(last - space) - 1);
		char *id = co_xasprintf("%.*s%s\n%s", (int)(space - key + 1), key, last + 1, list);
		json_t *rule = co_set_in(merged, id);

		co_set_in(co_set_in(rule, "resources"), resource);
		json_object_set(rule, "verbs", verbs);
		free(id);
		free(list);
		free(resource);
	}
	return merged;
}

static void write_rules(struct co_buf *out, json_t *rules)
{
	json_t *merged = merge(rules);
	size_t count, i;
	const char **ids = co_set_words(merged, &count);

	for (i = 0; i < count; i++) {
		json_t *rule = json_object_get(merged, ids[i]);
		size_t group = strcspn(ids[i], " "), name = strcspn(ids[i] + group + 1, "\n");

		co_buf_adds(out, "- apiGroups: [");
		co_json_write_string(out, ids[i], group);
		co_buf_adds(out, "]\n");
		write_list(out, "  resources", json_object_get(rule, "resources"));
		if (name) {
			co_buf_adds(out, "  resourceNames: [");
			co_json_write_string(out, ids[i] + group + 1, name);
			co_buf_adds(out, "]\n");
		}
		write_list(out, "  verbs", json_object_get(rule, "verbs"));
	}
	free(ids);
	json_decref(merged);
}

static void write_role(struct co_buf *out, const char *role, const char *namespace, json_t *rules)
{
	co_buf_addf(out, "---\napiVersion: rbac.authorization.k8s.io/v1\nkind: %s\nmetadata:\n  name: ",
		    *namespace ? "Role" : "ClusterRole");
	co_json_write_string(out, role, strlen(role));
	if (*namespace) {
		co_buf_adds(out, "\n  namespace: ");
		co_json_write_string(out, namespace, strlen(namespace));
	}
	co_buf_adds(out, "\nrules:\n");
	write_rules(out, rules);
}

static void write_context(struct co_buf *out, const char *role, const char *name, json_t *context)
{
	json_t *cluster = json_object_get(context, ""), *rules;
	size_t count, i;
	const char **namespaces = co_set_words(context, &count);

	if (*name) {
		co_buf_adds(out, "# context ");
		co_json_write_string(out, name, strlen(name));
		co_buf_addc(out, '\n');
	}
	for (i = 0; i < count; i++) {
		rules = json_object_get(context, namespaces[i]);
		drop_covered(rules, cluster);
		if (json_object_size(rules))
			write_role(out, role, namespaces[i], rules);
	}
	free(namespaces);
}

void co_grants_rbac(const struct co_grants *grants, const char *role, struct co_buf *out)
{
	json_t *contexts = json_object();
	const char **names;
	size_t count, i;

	for (i = 0; i < grants->count; i++)
		if (strncmp(grants->items[i].permission, "kubernetes:", 11) == 0)
			add_grant(contexts, &grants->items[i]);
	names = co_set_words(contexts, &count);
	for (i = 0; i < count; i++)
		write_context(out, role, names[i], json_object_get(contexts, names[i]));
	free(names);
	json_decref(contexts);
}
