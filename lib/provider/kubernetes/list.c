/* SPDX-License-Identifier: Apache-2.0 */
#include "provider/kubernetes/items.h"
#include "provider/kubernetes/read.h"

#include "net/url.h"

#include <stdlib.h>
#include <string.h>

enum { PAGE = 500, MOST = 100000, PAGES = 1000, PAGE_BYTES = 128 * 1024 * 1024, ROOM = 128 * 1024 * 1024 };

/* One list, page after page. */
struct listing {
	struct co_kube_call *c;
	const struct co_kube_resource *resource;
	struct co_kube_items page;
	size_t first;	   /* item of this page */
	size_t room;	   /* there was before this page */
	size_t limit;
	size_t size;	   /* of a page */
	int metadata;	   /* only that */
	int inconsistent;  /* later pages are of a later state */
	int truncated;
	json_int_t remaining;
};

static json_t *param(const struct listing *l, const char *name)
{
	return json_object_get(l->c->call->with, name);
}

/* Before a page is asked for again: what came of it is dropped. */
static void restart(void *context)
{
	struct listing *l = context;

	co_kube_items_clear(&l->page);
	l->page.page = PAGE_BYTES;
	l->page.room = l->room;
	while (json_array_size(l->page.items) > l->first)
		json_array_remove(l->page.items, json_array_size(l->page.items) - 1);
}

static int feed(void *context, const void *data, size_t len)
{
	struct listing *l = context;

	return co_kube_items_feed(&l->page, data, len);
}

static void add_param(const struct listing *l, struct co_buf *path, const char *name, const char *as)
{
	const char *value = co_json_str(l->c->call->with, name);

	if (value && *value)
		co_url_query(path, as, value);
}

static void add_query(const struct listing *l, const char *next, struct co_buf *path)
{
	const size_t left = l->limit - json_array_size(l->page.items);
	char text[32];

	add_param(l, path, "labels", "labelSelector");
	add_param(l, path, "fields", "fieldSelector");
	snprintf(text, sizeof(text), "%zu", left < l->size ? left : l->size);
	co_url_query(path, "limit", text);
	if (next) {
		co_url_query(path, "continue", next);
	} else if (param(l, "resource_version")) {
		add_param(l, path, "resource_version", "resourceVersion");
		co_url_query(path, "resourceVersionMatch", "NotOlderThan");
	}
}

/* The token in an answer, or NULL: the list is complete. The caller frees it. */
static char *next_of(const json_t *metadata)
{
	const char *next = co_json_str(metadata, "continue");

	return next && *next ? co_xstrdup(next) : NULL;
}

/*
 * The state that a list began with is gone (410). The server gives a token to go on with in
 * a later state, which makes the list inconsistent; without one it begins anew.
 */
static void go_on_later(struct listing *l, const struct co_http_response *response, char **next)
{
	json_t *status = co_json_parse(co_buf_str(&response->body), response->body.len, "answer", NULL);

	free(*next);
	*next = next_of(json_object_get(status, "metadata"));
	json_decref(status);
	l->inconsistent = *next != NULL;
	if (!*next) {
		l->first = 0;
		restart(l);
	}
}

/* One page. *next is the token it begins at, and then that of the next page. */
static int read_page(struct listing *l, const char *base, char **next, struct co_err *err)
{
	struct co_http_response response = CO_HTTP_RESPONSE_INIT;
	struct co_buf path = CO_BUF_INIT;
	struct co_err why = CO_ERR_INIT;
	int rc;

	l->first = json_array_size(l->page.items);
	l->room = l->page.room;
	restart(l);
	co_buf_adds(&path, base);
	add_query(l, *next, &path);
	rc = co_kube_send(l->c, &(struct co_kube_request){ .method = "GET", .path = path.data, .sink = feed, .restart = restart,
							    .context = l,
							    .accept = l->metadata ? CO_KUBE_METADATA_LIST : NULL },
			  &response, &why);
	co_buf_clear(&path);
	if (rc < 0 && *next && response.status == 410 && !l->inconsistent) {
		go_on_later(l, &response, next);
		co_http_response_clear(&response);
		return read_page(l, base, next, err);
	}
	co_http_response_clear(&response);
	if (rc == CO_OK)
		rc = co_kube_items_end(&l->page, l->first, &why);
	if (rc < 0) {
		restart(l);
		if (err)
			*err = why;
		return rc;
	}
	free(*next);
	*next = next_of(l->page.metadata);
	return CO_OK;
}

static int read_pages(struct listing *l, const char *base, struct co_err *err)
{
	char *next = NULL;
	int pages = 0, rc;

	do
		rc = read_page(l, base, &next, err);
	while (rc == CO_OK && next && json_array_size(l->page.items) < l->limit && ++pages < PAGES);
	if (rc < 0 && pages)
		co_err_wrap(err, "page %d", pages + 1);
	if (rc == CO_OK && (next || l->page.full)) {
		l->truncated = 1;
		l->remaining = json_integer_value(json_object_get(l->page.metadata, "remainingItemCount"));
	}
	free(next);
	return rc;
}

static int read_namespace(struct listing *l, const char *namespace, struct co_err *err)
{
	struct co_buf base = CO_BUF_INIT;
	int rc = co_kube_path(l->resource, namespace, NULL, &base, err);

	if (rc == CO_OK)
		rc = read_pages(l, base.data, err);
	co_buf_clear(&base);
	return rc;
}

/* Those that may not be read are told; the rest is read. */
static int read_namespaces(struct listing *l, json_t *names, json_t *unseen, struct co_err *err)
{
	struct co_err why;
	json_t *name;
	size_t i;
	int rc = CO_OK;

	json_array_foreach(names, i, name) {
		size_t before = json_array_size(l->page.items);

		why = (struct co_err)CO_ERR_INIT;
		rc = read_namespace(l, json_string_value(name), &why);
		if (rc == CO_OK)
			continue;
		if (rc != CO_ERR_REMOTE || (strcmp(why.id, "forbidden") != 0 && strcmp(why.id, "not-found") != 0))
			break;
		while (json_array_size(l->page.items) > before)
			json_array_remove(l->page.items, json_array_size(l->page.items) - 1);
		json_array_append_new(unseen, json_pack("{s:O, s:s, s:s}", "namespace", name, "code", why.id, "error",
							why.message));
	}
	if (rc < 0 && i == json_array_size(names) && json_array_size(unseen) < json_array_size(names))
		rc = CO_OK;
	if (rc < 0 && err)
		*err = why;
	return rc;
}

static int read_all(struct listing *l, json_t *unseen, struct co_err *err)
{
	const char *one = co_json_str(l->c->call->with, "namespace");
	json_t *several = param(l, "namespaces");

	if (!l->resource->namespaced)
		return read_namespace(l, NULL, err);
	if (json_array_size(several) && !one)
		return read_namespaces(l, several, unseen, err);
	return read_namespace(l, one ? one : co_json_str(l->c->call->target, "namespace"), err);
}

static json_t *output_of(struct listing *l, json_t *unseen)
{
	json_t *output = json_object(), *item;
	size_t i;

	json_array_foreach(l->page.items, i, item)
		co_kube_hush(item, l->resource);
	json_object_set(output, "items", l->page.items);
	if (l->inconsistent)
		json_object_set_new(output, "inconsistent", json_true());
	if (l->truncated)
		json_object_set_new(output, "truncated", json_true());
	if (l->remaining > 0)
		json_object_set_new(output, "remaining", json_integer(l->remaining));
	if (json_array_size(unseen))
		json_object_set(output, "unseen", unseen);
	if (json_array_size(l->c->warnings))
		json_object_set(output, "warnings", l->c->warnings);
	return output;
}

/* A parameter from 1 to most, which it is when it is not given. */
static size_t number(const struct co_kube_call *c, const char *name, size_t most)
{
	json_int_t value = json_integer_value(json_object_get(c->call->with, name));

	return value > 0 && (size_t)value < most ? (size_t)value : most;
}

int co_kube_list(struct co_kube_call *c, json_t **output, struct co_err *err)
{
	struct co_kube_resource r;
	struct listing l = { .c = c, .resource = &r, .limit = number(c, "limit", MOST), .size = number(c, "page", PAGE) };
	json_t *unseen, *only = json_object_get(c->call->with, "only");
	int rc = co_kube_find(c, c->call->operation, &r, err);

	if (rc < 0)
		return rc;
	l.metadata = co_kube_is_secret(&r) || json_is_true(json_object_get(c->call->with, "metadata"));
	l.page = (struct co_kube_items){ .items = json_array(), .only = json_array_size(only) ? only : NULL,
					 .brief = json_is_true(json_object_get(c->call->with, "brief")),
					 .limit = l.limit, .room = ROOM };
	unseen = json_array();
	if (!co_kube_resource_can(&r, "list"))
		rc = co_err_set(err, CO_ERR_INPUT, "unknown-operation", "\"%s\" does not list %s", co_kube_context(c), r.plural);
	if (rc == CO_OK)
		rc = read_all(&l, unseen, err);
	if (rc == CO_OK || json_array_size(l.page.items))
		*output = output_of(&l, unseen);
	co_kube_items_clear(&l.page);
	json_decref(l.page.items);
	json_decref(unseen);
	co_kube_resource_clear(&r);
	return rc;
}
