/* SPDX-License-Identifier: Apache-2.0 */
#include "provider/kubernetes/discovery.h"

#include "net/url.h"
#include "provider/kubernetes/kept.h"
#include "provider/kubernetes/served.h"
#include "sys/clock.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { ANEW_MS = 5 * 1000, NAME_LEN = 253 };

static const char aggregated[] = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,"
				 "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,"
				 "application/json";

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

/* ---- asking */

static int ask_groups(struct co_kube_call *c, struct co_kube_served *served, int core, struct co_err *err)
{
	const struct co_kube_request request = { .method = "GET", .path = core ? "/api" : "/apis", .accept = aggregated };
	json_t *answer;
	int rc = co_kube_ask(c, &request, &answer, err);

	if (rc < 0)
		return rc;
	if (!core)
		co_kube_served_clear_groups(served);
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

static const char *door_of(const char *group)
{
	return *group ? "/apis" : "/api";
}

static int is_new(const struct co_kube_served *served, const char *key)
{
	const json_t *at = json_object_get(served->seen, key);

	return at && co_clock_ms() - json_integer_value(at) <= ANEW_MS;
}

/* 1 found, 0 not, or an error. */
static int look(struct co_kube_call *c, struct co_kube_served *served, const struct co_name *name,
		struct co_kube_resource *out, struct co_err *err)
{
	json_t *versions = json_object_get(served->groups, name->group), *version;
	size_t i;
	int rc = CO_OK;

	if (!versions && !is_new(served, door_of(name->group))) {
		rc = ask_groups(c, served, !*name->group, err);
		if (rc == CO_OK)
			co_kube_served_see(served, door_of(name->group));
		versions = json_object_get(served->groups, name->group);
	}
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

/* What is known of a group, unless it was asked for just now. Returns whether there was any. */
static int forget_old(struct co_kube_served *served, const char *group)
{
	json_t *versions = json_object_get(served->groups, group), *version;
	int forgotten = 0;
	size_t i;

	json_array_foreach(versions, i, version) {
		char *key = co_xasprintf("%s/%s", group, json_is_string(version) ? json_string_value(version) : "");

		if (!is_new(served, key))
			forgotten |= json_object_del(served->lists, key) == 0;
		free(key);
	}
	if (versions && !is_new(served, door_of(group)))
		forgotten |= json_object_del(served->groups, group) == 0;
	return forgotten;
}

static void restore(struct co_kube_call *c, struct co_kube_served *served)
{
	const char *path = co_kube_kept_of(c);
	int64_t since = 0;
	json_t *kept = served->looked || !path ? NULL : co_kube_kept_read(path, (int64_t)time(NULL), &since);

	served->looked = 1;
	if (kept)
		co_kube_served_restore(served, kept, since);
	json_decref(kept);
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
	restore(c, served);
	rc = look(c, served, &name, resource, err);
	/* It may have been made since. */
	if (rc == 0 && forget_old(served, name.group))
		rc = look(c, served, &name, resource, err);
	c->kept = served->restored != NULL;
	pthread_mutex_unlock(&served->lock);
	co_name_clear(&name);
	if (rc == 0)
		return unknown(c, word, err);
	return rc == 1 ? CO_OK : rc;
}

int co_kube_find_anew(struct co_kube_call *c)
{
	struct co_kube_served *served = co_kube_served_of(c);

	if (!c->kept)
		return 0;
	pthread_mutex_lock(&served->lock);
	if (served->restored)
		co_kube_served_forget(served);
	pthread_mutex_unlock(&served->lock);
	return 1;
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
