/* SPDX-License-Identifier: Apache-2.0 */
#include "provider/kubernetes/items.h"

#include <stdlib.h>
#include <string.h>

/* Copies the value at a dotted path; objects on the way are made in into. */
static void keep(json_t *into, const json_t *from, const char *path)
{
	const size_t len = strcspn(path, ".");
	char *key = co_xmemdup(path, len);
	json_t *value = json_object_get(from, key), *inner;

	if (value && !path[len]) {
		json_object_set(into, key, value);
	} else if (json_is_object(value)) {
		inner = json_object_get(into, key);
		if (!inner) {
			inner = json_object();
			json_object_set_new(into, key, inner);
		}
		if (inner != value)
			keep(inner, value, path + len + 1);
	}
	free(key);
}

static int asks_for(const json_t *only, const char *wanted)
{
	json_t *path;
	size_t i;

	json_array_foreach((json_t *)only, i, path) {
		if (strcmp(json_string_value(path), wanted) == 0)
			return 1;
	}
	return 0;
}

/* Who changed it and when is small; which of its fields is what makes managedFields large. */
static void pare_managers(json_t *metadata, const json_t *only)
{
	json_t *manager;
	size_t i;

	if (!asks_for(only, "metadata.managedFields"))
		json_object_del(metadata, "managedFields");
	json_array_foreach(json_object_get(metadata, "managedFields"), i, manager)
		json_object_del(manager, "fieldsV1");
}

json_t *co_kube_pare(json_t *object, const json_t *only)
{
	json_t *metadata = json_object_get(object, "metadata"), *path, *kept;
	size_t i;

	if (json_is_object(metadata))
		pare_managers(metadata, only);
	if (!json_array_size(only))
		return object;
	kept = json_object();
	json_array_foreach((json_t *)only, i, path)
		keep(kept, object, json_string_value(path));
	json_decref(object);
	return kept;
}

/* tests/golden/playbooks.sh reads this table: no rule may need what is in it. */
static const char *const ballast[] = {
	"metadata.annotations",
	"metadata.generateName",
	"metadata.resourceVersion",
	"metadata.ownerReferences.blockOwnerDeletion",
	"metadata.ownerReferences.uid",
	"spec.containers.args",
	"spec.containers.command",
	"spec.containers.env",
	"spec.containers.envFrom",
	"spec.containers.terminationMessagePath",
	"spec.containers.terminationMessagePolicy",
	"spec.dnsPolicy",
	"spec.enableServiceLinks",
	"spec.initContainers.args",
	"spec.initContainers.command",
	"spec.initContainers.env",
	"spec.initContainers.envFrom",
	"spec.initContainers.terminationMessagePath",
	"spec.initContainers.terminationMessagePolicy",
	"spec.preemptionPolicy",
	"spec.serviceAccount",
	"spec.tolerations",
	"spec.volumes.projected",
	"status.conditions.lastProbeTime",
	"status.containerStatuses.containerID",
	"status.containerStatuses.imageID",
	"status.hostIPs",
	"status.initContainerStatuses.containerID",
	"status.initContainerStatuses.imageID",
	"status.podIPs",
	"status.qosClass",
};

/* The value at a dotted path, in every item of the lists on the way. */
static void take_out(json_t *from, const char *path)
{
	const size_t len = strcspn(path, ".");
	json_t *item;
	size_t i;

	if (json_is_array(from)) {
		json_array_foreach(from, i, item)
			take_out(item, path);
	} else if (path[len]) {
		take_out(json_object_getn(from, path, len), path + len + 1);
	} else {
		json_object_deln(from, path, len);
	}
}

void co_kube_brief(json_t *object)
{
	size_t i;

	for (i = 0; i < CO_COUNT(ballast); i++)
		take_out(object, ballast[i]);
}

static int refuse(struct co_kube_items *it, const char *id, const char *why)
{
	co_err_set(&it->err, CO_ERR_REMOTE, id, "%s", why);
	return -1;
}

static int too_large(struct co_kube_items *it)
{
	refuse(it, "too-large", "the list is too large");
	co_err_hint(&it->err, "narrow it by labels, fields or limit, or keep less of each item by \"only\"");
	return -1;
}

static int add_item(struct co_kube_items *it, const char *text, size_t len)
{
	json_t *item;
	size_t kept;

	if (json_array_size(it->items) >= it->limit) {
		it->full = 1;
		return 1;
	}
	item = co_json_parse(text, len, "item", &it->err);
	if (!item)
		return refuse(it, "bad-answer", "an item of the list is no JSON");
	if (it->brief)
		co_kube_brief(item);
	item = co_kube_pare(item, it->only);
	json_array_append_new(it->items, item);
	kept = it->only || it->brief ? co_json_size(item) : len;
	if (kept > it->room)
		return too_large(it);
	it->room -= kept;
	return 0;
}

static int add_member(struct co_kube_items *it, const char *text, size_t len)
{
	json_t *value = co_json_parse(text, len, "list", NULL);

	if (!value)
		return refuse(it, "bad-answer", "the list is no JSON");
	if (strcmp(it->key, "metadata") == 0) {
		json_decref(it->metadata);
		it->metadata = json_incref(value);
	} else if (strcmp(it->key, "kind") == 0 && json_is_string(value)) {
		free(it->kind);
		it->kind = co_xstrdup(json_string_value(value));
	} else if (strcmp(it->key, "apiVersion") == 0 && json_is_string(value)) {
		free(it->version);
		it->version = co_xstrdup(json_string_value(value));
	}
	json_decref(value);
	return 0;
}

static int add_key(struct co_kube_items *it, const char *text, size_t len)
{
	json_t *value = co_json_parse(text, len, "list", NULL);

	free(it->key);
	it->key = json_is_string(value) ? co_xstrdup(json_string_value(value)) : NULL;
	json_decref(value);
	return it->key ? 0 : refuse(it, "bad-answer", "the list is no JSON");
}

static int is_space(char c)
{
	return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

/* Begins a value at the byte before at. */
static void begin(struct co_kube_items *it, size_t *at)
{
	it->scanned = --*at;
	it->scan = (struct co_json_scan){ 0 };
	it->inside = 1;
}

/* What a byte between values leads to; -1 when it may not stand there. */
static int step(struct co_kube_items *it, size_t *at, char c)
{
	switch (it->state) {
	case CO_ITEMS_START:
		it->state = CO_ITEMS_KEY;
		return c == '{' ? 0 : -1;
	case CO_ITEMS_KEY:
		begin(it, at);
		return c == '"' ? 0 : -1;
	case CO_ITEMS_COLON:
		it->state = CO_ITEMS_VALUE;
		return c == ':' ? 0 : -1;
	case CO_ITEMS_VALUE:
		if (c == '[' && strcmp(it->key, "items") == 0)
			it->state = CO_ITEMS_FIRST;
		else
			begin(it, at);
		return 0;
	case CO_ITEMS_FIRST:
		it->state = c == ']' ? CO_ITEMS_NEXT_KEY : CO_ITEMS_ITEM;
		if (c != ']')
			begin(it, at);
		return 0;
	case CO_ITEMS_ITEM:
		begin(it, at);
		return 0;
	case CO_ITEMS_NEXT_ITEM:
		it->state = c == ',' ? CO_ITEMS_ITEM : CO_ITEMS_NEXT_KEY;
		return c == ',' || c == ']' ? 0 : -1;
	case CO_ITEMS_NEXT_KEY:
		it->state = c == ',' ? CO_ITEMS_KEY : CO_ITEMS_END;
		return c == ',' || c == '}' ? 0 : -1;
	case CO_ITEMS_END:
		break;
	}
	return -1;
}

/* A value that ended at the offset: from where it began. */
static int end_value(struct co_kube_items *it, const char *text, size_t len)
{
	int rc;

	if (it->state == CO_ITEMS_KEY) {
		rc = add_key(it, text, len);
		it->state = CO_ITEMS_COLON;
	} else if (it->state == CO_ITEMS_ITEM) {
		rc = add_item(it, text, len);
		it->state = CO_ITEMS_NEXT_ITEM;
	} else {
		rc = add_member(it, text, len);
		it->state = CO_ITEMS_NEXT_KEY;
	}
	return rc;
}

/* The offset just past the value at *at, or 0 when more bytes are needed. Numbers and words end before what follows them. */
static size_t value_end(struct co_kube_items *it, size_t at)
{
	const char *text = it->text.data;
	size_t end;

	if (!strchr("{[\"", text[at])) {
		for (end = it->scanned; end < it->text.len && !strchr(",]} \n\t\r", text[end]); end++)
			;
		it->scanned = end;
		return end < it->text.len ? end : 0;
	}
	end = co_json_scan(&it->scan, text + it->scanned, it->text.len - it->scanned);
	if (end)
		return it->scanned + end;
	it->scanned = it->text.len;
	return 0;
}

int co_kube_items_feed(void *items, const void *data, size_t len)
{
	struct co_kube_items *it = items;
	size_t at = 0, end;
	int rc = 0;

	if (it->err.code || it->full)
		return 1;
	if (len > it->page)
		return too_large(it), 1;
	it->page -= len;
	co_buf_add(&it->text, data, len);
	while (!rc && at < it->text.len) {
		if (it->inside) {
			end = value_end(it, at);
			if (!end)
				break;
			it->inside = 0;
			rc = end_value(it, it->text.data + at, end - at);
			at = end;
		} else if (is_space(it->text.data[at])) {
			at++;
		} else {
			const char c = it->text.data[at++];

			if (step(it, &at, c) < 0)
				rc = refuse(it, "bad-answer", "the list is no JSON");
		}
	}
	/* What was used goes; what is kept begins at an unfinished value. */
	it->text.len -= at;
	memmove(it->text.data, it->text.data + at, it->text.len);
	it->scanned = it->scanned > at ? it->scanned - at : 0;
	return rc != 0;
}

static int is_wanted(const json_t *only, const char *member)
{
	json_t *path;
	size_t i;

	json_array_foreach((json_t *)only, i, path)
		if (strcmp(json_string_value(path), member) == 0)
			return 1;
	return !only;
}

/* Items of a typed list carry no kind of their own: it is what the list's says. */
static void name_kinds(struct co_kube_items *it, size_t first)
{
	const size_t len = it->kind ? strlen(it->kind) : 0;
	const size_t cut = len > 4 && strcmp(it->kind + len - 4, "List") == 0 ? len - 4 : len;
	json_t *item;
	size_t i;

	for (i = first; len && i < json_array_size(it->items); i++) {
		item = json_array_get(it->items, i);
		if (!json_is_object(item) || json_object_get(item, "kind"))
			continue;
		if (is_wanted(it->only, "kind"))
			json_object_set_new(item, "kind", json_stringn(it->kind, cut));
		if (it->version && is_wanted(it->only, "apiVersion"))
			json_object_set_new(item, "apiVersion", json_string(it->version));
	}
}

int co_kube_items_end(struct co_kube_items *it, size_t first, struct co_err *err)
{
	if (it->err.code) {
		if (err)
			*err = it->err;
		return it->err.code;
	}
	if (it->state != CO_ITEMS_END && !it->full)
		return co_err_set(err, CO_ERR_REMOTE, "truncated", "the list ends in the middle");
	name_kinds(it, first);
	return CO_OK;
}

void co_kube_items_clear(struct co_kube_items *it)
{
	json_decref(it->metadata);
	free(it->kind);
	free(it->version);
	free(it->key);
	co_buf_clear(&it->text);
	it->metadata = NULL;
	it->kind = it->version = it->key = NULL;
	it->scanned = 0;
	it->inside = 0;
	it->scan = (struct co_json_scan){ 0 };
	it->state = CO_ITEMS_START;
	it->err = (struct co_err)CO_ERR_INIT;
	it->full = 0;
}
