/* SPDX-License-Identifier: Apache-2.0 */
#include "provider/kubernetes/discovery.h"

#include "net/url.h"
#include "sys/clock.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { KEPT_MS = 10 * 60 * 1000, ANEW_MS = 5 * 1000, NAME_LEN = 253 };

static const char aggregated[] = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,"
				 "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,"
				 "application/json";

struct co_kube_served {
	pthread_mutex_t lock;
	json_t *groups; /* group -> list of versions, the preferred one first; NULL: not asked for yet */
	json_t *lists;	/* "group/version" -> list of resources as in an APIResourceList */
	int64_t since;	/* of co_clock_ms(); 0: never */
};

struct co_kube_served *co_kube_served_new(void)
{
	struct co_kube_served *served = co_xcalloc(1, sizeof(*served));

	pthread_mutex_init(&served->lock, NULL);
	served->lists = json_object();
	return served;
}

void co_kube_served_free(struct co_kube_served *served)
{
	if (!served)
		return;
	json_decref(served->groups);
	json_decref(served->lists);
	pthread_mutex_destroy(&served->lock);
	free(served);
}

static void forget(struct co_kube_served *served)
{
	json_decref(served->groups);
	served->groups = NULL;
	json_object_clear(served->lists);
	served->since = 0;
}

void co_kube_resource_clear(struct co_kube_resource *r)
{
	free(r->group);
	free(r->version);
	free(r->plural);
	free(r->part);
	free(r->kind);
	json_decref(r->verbs);
	*r = (struct co_kube_resource){ .group = NULL };
}

int co_kube_resource_can(const struct co_kube_resource *resource, const char *verb)
{
	json_t *item;
	size_t i;

	json_array_foreach(resource->verbs, i, item)
		if (json_is_string(item) && strcmp(json_string_value(item), verb) == 0)
			return 1;
	return 0;
}

/* ---- taking answers over */

static void keep_list(struct co_kube_served *served, const char *group, const char *version, json_t *list)
{
	char *key = co_xasprintf("%s/%s", group, version);

	json_object_set_new(served->lists, key, list);
	free(key);
}

/* One resource of an aggregated answer, as in an APIResourceList. */
static json_t *resource_of(const json_t *from)
{
	const char *scope = co_json_str(from, "scope"), *kind = co_json_str(json_object_get(from, "responseKind"), "kind");
	const char *name = co_json_str(from, "resource"), *singular = co_json_str(from, "singularResource");
	json_t *verbs = json_object_get(from, "verbs"), *shorts = json_object_get(from, "shortNames");

	return json_pack("{s:s, s:s, s:b, s:s, s:O*, s:O*}", "name", name ? name : "", "singularName",
			 singular ? singular : "", "namespaced", scope && strcmp(scope, "Namespaced") == 0, "kind",
			 kind ? kind : "", "verbs", verbs, "shortNames", shorts);
}

static void take_parts(json_t *list, const json_t *from)
{
	const char *name = co_json_str(from, "resource");
	json_t *part;
	size_t i;

	json_array_foreach(json_object_get(from, "subresources"), i, part) {
		char *full = co_xasprintf("%s/%s", name ? name : "", co_json_str(part, "subresource") ?
									       co_json_str(part, "subresource") : "");

		json_array_append_new(list, json_pack("{s:s, s:O*}", "name", full, "verbs", json_object_get(part, "verbs")));
		free(full);
	}
}

/* A version that could not be asked ("Stale") has no resources of its own here. */
static void take_version(struct co_kube_served *served, const char *group, const json_t *version)
{
	const char *name = co_json_str(version, "version");
	json_t *list = json_array(), *resource;
	size_t i;

	json_array_foreach(json_object_get(version, "resources"), i, resource) {
		json_array_append_new(list, resource_of(resource));
		take_parts(list, resource);
	}
	keep_list(served, group, name ? name : "", list);
}

static void take_group(struct co_kube_served *served, const char *name, const json_t *group, int whole)
{
	const char *preferred = co_json_str(json_object_get(group, "preferredVersion"), "version");
	json_t *versions = json_array(), *version;
	size_t i;

	if (preferred)
		json_array_append_new(versions, json_string(preferred));
	json_array_foreach(json_object_get(group, "versions"), i, version) {
		const char *text = co_json_str(version, "version");

		if (text && (!preferred || strcmp(text, preferred) != 0))
			json_array_append_new(versions, json_string(text));
		if (text && whole)
			take_version(served, name, version);
	}
	json_object_set_new(served->groups, name, versions);
}

int co_kube_served_take_groups(struct co_kube_served *served, const json_t *answer)
{
	const char *kind = co_json_str(answer, "kind");
	json_t *group;
	size_t i;

	if (!kind)
		return -1;
	if (!served->groups)
		served->groups = json_object();
	if (strcmp(kind, "APIGroupDiscoveryList") == 0) {
		json_array_foreach(json_object_get(answer, "items"), i, group) {
			const char *name = co_json_str(json_object_get(group, "metadata"), "name");

			take_group(served, name ? name : "", group, 1);
		}
	} else if (strcmp(kind, "APIGroupList") == 0) {
		json_array_foreach(json_object_get(answer, "groups"), i, group)
			if (co_json_str(group, "name"))
				take_group(served, co_json_str(group, "name"), group, 0);
	} else if (strcmp(kind, "APIVersions") == 0) {
		json_object_set(served->groups, "", json_object_get(answer, "versions"));
	} else {
		return -1;
	}
	return 0;
}

int co_kube_served_take_list(struct co_kube_served *served, const char *group, const char *version, const json_t *answer)
{
	json_t *list = json_object_get(answer, "resources");

	if (!json_is_array(list))
		return -1;
	keep_list(served, group, version, json_incref(list));
	return 0;
}

/* ---- finding in what was taken */

static int same_lower(const char *a, const char *lower)
{
	for (; *a && *lower; a++, lower++)
		if ((*a >= 'A' && *a <= 'Z' ? *a - 'A' + 'a' : *a) != *lower)
			return 0;
	return !*a && !*lower;
}

static int is_short(const json_t *resource, const char *word)
{
	json_t *name;
	size_t i;

	json_array_foreach(json_object_get(resource, "shortNames"), i, name)
		if (json_is_string(name) && strcmp(json_string_value(name), word) == 0)
			return 1;
	return 0;
}

/* The best reading of a word first: 0 plural, 1 singular, 2 kind, 3 short name. */
static int reads_as(const json_t *resource, const char *word, int how)
{
	const char *name = co_json_str(resource, "name"), *one = co_json_str(resource, "singularName");
	const char *kind = co_json_str(resource, "kind");

	if (!name || strchr(name, '/'))
		return 0;
	switch (how) {
	case 0:
		return strcmp(name, word) == 0;
	case 1:
		return one && strcmp(one, word) == 0;
	case 2:
		return kind && same_lower(kind, word);
	default:
		return is_short(resource, word);
	}
}

static const json_t *part_of(const json_t *list, const char *plural, const char *part)
{
	char *full = co_xasprintf("%s/%s", plural, part);
	const json_t *found = NULL;
	json_t *resource;
	size_t i;

	json_array_foreach((json_t *)list, i, resource) {
		const char *name = co_json_str(resource, "name");

		if (name && strcmp(name, full) == 0)
			found = resource;
	}
	free(full);
	return found;
}

int co_kube_served_find(const struct co_kube_served *served, const struct co_name *name, const char *version,
			struct co_kube_resource *out)
{
	char *key = co_xasprintf("%s/%s", name->group, version);
	const json_t *list = json_object_get(served->lists, key), *verbs;
	json_t *resource;
	size_t i;
	int how;

	free(key);
	for (how = 0; how < 4; how++) {
		json_array_foreach((json_t *)list, i, resource) {
			const char *plural, *kind;

			if (!reads_as(resource, name->plural, how))
				continue;
			plural = co_json_str(resource, "name");
			kind = co_json_str(resource, "kind");
			verbs = *name->part ? part_of(list, plural, name->part) : resource;
			if (!verbs)
				return 0;
			*out = (struct co_kube_resource){
				co_xstrdup(name->group), co_xstrdup(version), co_xstrdup(plural), co_xstrdup(name->part),
				co_xstrdup(kind ? kind : ""), json_is_true(json_object_get(resource, "namespaced")),
				json_incref(json_object_get(verbs, "verbs")), how == 0,
			};
			return 1;
		}
	}
	return 0;
}

/* ---- asking */

static int ask_groups(struct co_kube_call *c, struct co_kube_served *served, int core, struct co_err *err)
{
	const struct co_kube_request request = { .method = "GET", .path = core ? "/api" : "/apis", .accept = aggregated };
	json_t *answer;
	int rc = co_kube_ask(c, &request, &answer, err);

	if (rc < 0)
		return rc;
	if (co_kube_served_take_groups(served, answer) < 0)
		rc = co_err_set(err, CO_ERR_REMOTE, "bad-answer", "\"%s\" does not say what it serves", co_kube_context(c));
	json_decref(answer);
	return rc;
}

static int ask_list(struct co_kube_call *c, struct co_kube_served *served, const char *group, const char *version,
		    struct co_err *err)
{
	char *path = *group ? co_xasprintf("/apis/%s/%s", group, version) : co_xasprintf("/api/%s", version);
	const struct co_kube_request request = { .method = "GET", .path = path };
	json_t *answer = NULL;
	int rc = co_kube_ask(c, &request, &answer, err);

	if (rc == CO_OK && co_kube_served_take_list(served, group, version, answer) < 0)
		rc = co_err_set(err, CO_ERR_REMOTE, "bad-answer", "\"%s\" does not say what %s holds", co_kube_context(c),
				path);
	json_decref(answer);
	free(path);
	return rc;
}

/* The resources of one version, asked for when they are not there yet. */
static int want_list(struct co_kube_call *c, struct co_kube_served *served, const char *group, const char *version,
		     struct co_err *err)
{
	char *key = co_xasprintf("%s/%s", group, version);
	int known = json_object_get(served->lists, key) != NULL;

	free(key);
	return known ? CO_OK : ask_list(c, served, group, version, err);
}

/* 1 found, 0 not, or an error. */
static int look(struct co_kube_call *c, struct co_kube_served *served, const struct co_name *name,
		struct co_kube_resource *out, struct co_err *err)
{
	json_t *versions = json_object_get(served->groups, name->group), *version;
	size_t i;
	int rc = CO_OK;

	if (!versions) {
		rc = ask_groups(c, served, !*name->group, err);
		versions = json_object_get(served->groups, name->group);
	}
	if (rc == CO_OK && !served->since)
		served->since = co_clock_ms();
	json_array_foreach(versions, i, version) {
		const char *text = json_string_value(version);

		if (rc < 0 || !text || (*name->version && strcmp(name->version, text) != 0))
			continue;
		rc = want_list(c, served, name->group, text, err);
		if (rc == CO_OK && co_kube_served_find(served, name, text, out))
			return 1;
	}
	return rc;
}

static int unknown(const struct co_kube_call *c, const char *word, struct co_err *err)
{
	return co_err_set(err, CO_ERR_INPUT, "unknown-resource", "\"%s\" serves no \"%s\"", co_kube_context(c), word);
}

int co_kube_find(struct co_kube_call *c, const char *word, struct co_kube_resource *resource, struct co_err *err)
{
	struct co_kube_served *served = co_kube_served_of(c);
	struct co_name name;
	int rc;

	if (co_name_parse(&name, co_kube_name_map(c->kube), word) < 0)
		return unknown(c, word, err);
	pthread_mutex_lock(&served->lock);
	if (served->since && co_clock_ms() - served->since > KEPT_MS)
		forget(served);
	rc = look(c, served, &name, resource, err);
	/* It may have been made since. */
	if (rc == 0 && served->since && co_clock_ms() - served->since > ANEW_MS) {
		forget(served);
		rc = look(c, served, &name, resource, err);
	}
	pthread_mutex_unlock(&served->lock);
	co_name_clear(&name);
	if (rc == 0)
		return unknown(c, word, err);
	return rc == 1 ? CO_OK : rc;
}

/* ---- paths */

/* Neither empty nor one that leads elsewhere (ValidatePathSegmentName). */
static int check_name(const char *what, const char *name, struct co_err *err)
{
	const size_t len = strlen(name);

	if (len && len <= NAME_LEN && strcmp(name, ".") != 0 && strcmp(name, "..") != 0 && !strpbrk(name, "/%?# \t\r\n\\"))
		return CO_OK;
	co_err_set(err, CO_ERR_INPUT, "bad-name", "\"%s\" is no name", name);
	co_err_under(err, what);
	return co_err_under(err, "with"), CO_ERR_INPUT;
}

/* A namespace is a DNS label. */
static int check_namespace(const char *name, struct co_err *err)
{
	const size_t len = strlen(name);

	if (len && len <= 63 && strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-") == len && *name != '-' &&
	    name[len - 1] != '-')
		return CO_OK;
	co_err_set(err, CO_ERR_INPUT, "bad-name", "\"%s\" is no name of a namespace", name);
	co_err_under(err, "namespace");
	return co_err_under(err, "with"), CO_ERR_INPUT;
}

static void add_segment(struct co_buf *path, const char *name)
{
	co_buf_addc(path, '/');
	co_url_encode(path, name, strlen(name), ":");
}

int co_kube_path(const struct co_kube_resource *r, const char *namespace, const char *name, struct co_buf *path,
		 struct co_err *err)
{
	int rc = namespace && r->namespaced ? check_namespace(namespace, err) : CO_OK;

	if (rc == CO_OK && name)
		rc = check_name("name", name, err);
	if (rc < 0)
		return rc;
	co_buf_adds(path, *r->group ? "/apis" : "/api");
	if (*r->group)
		add_segment(path, r->group);
	add_segment(path, r->version);
	if (namespace && r->namespaced) {
		co_buf_adds(path, "/namespaces");
		add_segment(path, namespace);
	}
	add_segment(path, r->plural);
	if (name)
		add_segment(path, name);
	if (name && *r->part)
		add_segment(path, r->part);
	return CO_OK;
}
