/* SPDX-License-Identifier: Apache-2.0 */
#include "provider/kubernetes/served.h"

#include "sys/clock.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { GROUPS = 10000, RESOURCES = 10000 };

struct co_kube_served *co_kube_served_new(void)
{
	struct co_kube_served *served = co_xcalloc(1, sizeof(*served));

	pthread_mutex_init(&served->lock, NULL);
	served->lists = json_object();
	served->seen = json_object();
	return served;
}

void co_kube_served_free(struct co_kube_served *served)
{
	if (!served)
		return;
	json_decref(served->groups);
	json_decref(served->lists);
	json_decref(served->seen);
	json_decref(served->restored);
	pthread_mutex_destroy(&served->lock);
	free(served);
}

void co_kube_served_forget(struct co_kube_served *served)
{
	json_decref(served->groups);
	served->groups = NULL;
	json_object_clear(served->lists);
	json_object_clear(served->seen);
	served->since = 0;
	json_decref(served->restored);
	served->restored = NULL;
}

void co_kube_served_clear_groups(struct co_kube_served *served)
{
	json_t *core = json_incref(json_object_get(served->groups, ""));

	json_decref(served->groups);
	served->groups = json_object();
	if (core)
		json_object_set_new(served->groups, "", core);
}

void co_kube_served_see(struct co_kube_served *served, const char *key)
{
	json_object_set_new(served->seen, key, json_integer((json_int_t)co_clock_ms()));
	if (!served->since)
		served->since = (int64_t)time(NULL);
}

/* ---- taking answers over */

static void keep_list(struct co_kube_served *served, const char *group, const char *version, json_t *list)
{
	char *key = co_xasprintf("%s/%s", group, version);

	json_object_set_new(served->lists, key, list);
	co_kube_served_see(served, key);
	free(key);
}

/* What is asked about a resource of an APIResourceList. */
static json_t *pared(const json_t *resource)
{
	static const char *const keys[] = { "name", "singularName", "namespaced", "kind", "verbs", "shortNames" };
	json_t *kept = json_object();
	size_t i;

	for (i = 0; i < CO_COUNT(keys); i++)
		if (json_object_get(resource, keys[i]))
			json_object_set(kept, keys[i], json_object_get(resource, keys[i]));
	return kept;
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
	json_t *list = json_object_get(answer, "resources"), *kept, *resource;
	size_t i;

	if (!json_is_array(list))
		return -1;
	kept = json_array();
	json_array_foreach(list, i, resource)
		json_array_append_new(kept, pared(resource));
	keep_list(served, group, version, kept);
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

/* ---- on disk and back */

json_t *co_kube_served_keep(const struct co_kube_served *served)
{
	json_t *lists = json_object(), *versions, *version, *kept;
	const char *group;
	size_t i;

	json_object_foreach(served->groups, group, versions)
		json_array_foreach(versions, i, version) {
			char *key = co_xasprintf("%s/%s", group, json_is_string(version) ? json_string_value(version) : "");
			json_t *list = json_object_get(served->lists, key);

			if (list)
				json_object_set(lists, key, list);
			free(key);
		}
	kept = json_pack("{s:O*, s:o}", "groups", served->groups, "lists", lists);
	if (served->groups && !json_equal(kept, served->restored))
		return kept;
	json_decref(kept);
	return NULL;
}

/* An object of lists whose items are all of a type. */
static int is_lists(json_t *object, json_type type)
{
	json_t *list, *item;
	const char *key;
	size_t i;

	if (!json_is_object(object) || json_object_size(object) > GROUPS)
		return 0;
	json_object_foreach(object, key, list) {
		if (!json_is_array(list) || json_array_size(list) > RESOURCES)
			return 0;
		json_array_foreach(list, i, item)
			if (json_typeof(item) != type)
				return 0;
	}
	return 1;
}

int co_kube_served_restore(struct co_kube_served *served, const json_t *kept, int64_t since)
{
	json_t *groups = json_object_get(kept, "groups"), *lists = json_object_get(kept, "lists");

	if (!is_lists(groups, JSON_STRING) || !is_lists(lists, JSON_OBJECT))
		return -1;
	co_kube_served_forget(served);
	served->groups = json_copy(groups);
	json_object_update(served->lists, lists);
	served->since = since;
	served->restored = json_incref((json_t *)kept);
	return 0;
}
