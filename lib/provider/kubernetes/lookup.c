/* SPDX-License-Identifier: Apache-2.0 */
/* provider/kubernetes/lookup: after a crash, whether a change happened (see change.h). */
#include "provider/kubernetes/change.h"
#include "provider/kubernetes/changing.h"

#include <string.h>

static const json_t *named(const json_t *list, const char *name)
{
	json_t *item;
	size_t i;

	json_array_foreach((json_t *)list, i, item) {
		const char *own = co_json_str(item, "name");

		if (own && strcmp(own, name) == 0)
			return item;
	}
	return NULL;
}

static int list_holds(const json_t *list, const json_t *patch)
{
	json_t *item;
	size_t i;

	if (json_equal(list, patch))
		return 1;
	json_array_foreach((json_t *)patch, i, item) {
		const char *name = co_json_str(item, "name");
		const json_t *own = name ? named(list, name) : NULL;

		if (!own || !co_kube_holds(own, item))
			return 0;
	}
	return json_array_size(patch) > 0;
}

int co_kube_holds(const json_t *object, const json_t *patch)
{
	const char *key;
	json_t *value;

	if (json_is_array(patch))
		return json_is_array(object) && list_holds(object, patch);
	if (!json_is_object(patch))
		return json_equal(object, patch);
	json_object_foreach((json_t *)patch, key, value) {
		const json_t *own = json_object_get(object, key);

		if (json_is_null(value) ? own != NULL : !own || !co_kube_holds(own, value))
			return 0;
	}
	return 1;
}

static int unknown(struct co_err *err)
{
	return co_err_set(err, CO_ERR_UNKNOWN, "outcome-unknown", "whether it happened cannot be told from what is there");
}

/* Gone, going, or replaced is what was wanted; without a uid it may be another one that is there now. */
static int look_up_gone(const struct co_kube_change *h, const json_t *object, json_t **output, struct co_err *err)
{
	const json_t *metadata = json_object_get(object, "metadata");
	const char *uid = co_kube_change_param(h->c, "uid"), *now = co_json_str(metadata, "uid");
	const int other = uid && now && strcmp(uid, now) != 0;

	if (!object || other || json_object_get(metadata, "deletionTimestamp")) {
		co_kube_change_gone(h, output);
		return CO_OK;
	}
	return uid ? co_err_set(err, CO_ERR_NO, "not-done", "it is still there") : unknown(err);
}

static int look_up_written(struct co_kube_change *h, const json_t *object, json_t **output, struct co_err *err)
{
	const char *version = co_kube_change_param(h->c, "resource_version");
	const char *now = co_json_str(json_object_get(object, "metadata"), "resourceVersion");
	const json_t *body = json_object_get(h->c->call->with, "body");
	const int creates = strcmp(h->c->call->service, "create") == 0;

	if (!object)
		return creates ? co_err_set(err, CO_ERR_NO, "not-done", "it is not there") : unknown(err);
	if (co_kube_change_wrote(object, h->manager) || (!creates && body && co_kube_holds(object, body))) {
		co_kube_change_give(h, json_deep_copy(object), output);
		return CO_OK;
	}
	/* Of an object without fields no manager is kept: anybody may have made it. */
	if (creates && !json_array_size(json_object_get(json_object_get(object, "metadata"), "managedFields")))
		return unknown(err);
	if (creates || (version && now && strcmp(version, now) == 0))
		return co_err_set(err, CO_ERR_NO, "not-done", "it is as it was before");
	return unknown(err);
}

int co_kube_look_up(struct co_kube_call *c, json_t **output, struct co_err *err)
{
	const int goes = strcmp(c->call->service, "delete") == 0 || strcmp(c->call->service, "evict") == 0;
	json_t *object = NULL;
	struct co_kube_change h;
	int rc = co_kube_change_begin(&h, c, NULL, err);

	if (rc < 0)
		return unknown(err);
	if (!h.name)
		h.name = co_json_str(json_object_get(json_object_get(c->call->with, "body"), "metadata"), "name");
	rc = co_kube_change_read(&h, 0, &object, err);
	if (rc < 0)
		rc = unknown(err);
	else if (goes)
		rc = look_up_gone(&h, object, output, err);
	else
		rc = look_up_written(&h, object, output, err);
	json_decref(object);
	co_kube_change_end(&h);
	return rc;
}
