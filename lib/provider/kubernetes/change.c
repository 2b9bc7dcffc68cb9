/* SPDX-License-Identifier: Apache-2.0 */
#include "provider/kubernetes/change.h"

#include "base/time.h"
#include "net/url.h"
#include "provider/kubernetes/changing.h"
#include "provider/kubernetes/items.h"
#include "provider/kubernetes/read.h"
#include "sys/clock.h"

#include <stdlib.h>
#include <string.h>

enum { SETTLE_MS = 2000 };

static json_t *param(const struct co_kube_call *c, const char *name)
{
	return json_object_get(c->call->with, name);
}

const char *co_kube_change_param(const struct co_kube_call *c, const char *name)
{
	const char *text = co_json_str(c->call->with, name);

	return text && *text ? text : NULL;
}

static int wrong(const char *key, const char *why, struct co_err *err)
{
	co_err_set(err, CO_ERR_INPUT, "invalid", "%s", why);
	co_err_under(err, key);
	return co_err_under(err, "with"), CO_ERR_INPUT;
}

void co_kube_change_end(struct co_kube_change *h)
{
	co_kube_resource_clear(&h->resource);
	co_buf_clear(&h->path);
	free(h->uid);
}

/* What the call means: by its plural, because that decided the access level. */
int co_kube_change_begin(struct co_kube_change *h, struct co_kube_call *c, const char *verb, struct co_err *err)
{
	int rc;

	*h = (struct co_kube_change){ .c = c, .path = CO_BUF_INIT };
	rc = co_kube_find(c, c->call->operation, &h->resource, err);
	if (rc < 0)
		return rc;
	h->namespace = co_kube_namespace_for(c, &h->resource);
	h->name = co_kube_change_param(c, "name");
	snprintf(h->manager, sizeof(h->manager), "cloudops%s%.*s", c->call->token ? "-" : "", (int)CO_KUBE_TOKEN_PART,
		 c->call->token ? c->call->token : "");
	if (!h->resource.by_plural)
		rc = co_err_set(err, CO_ERR_INPUT, "unknown-operation", "a change names its resource by the plural: \"%s\"",
				h->resource.plural);
	else if (verb && !co_kube_resource_can(&h->resource, verb))
		rc = co_err_set(err, CO_ERR_INPUT, "unknown-operation", "\"%s\" does not %s %s", co_kube_context(c), verb,
				h->resource.plural);
	if (rc < 0)
		co_kube_change_end(h);
	return rc;
}

static const char *accept_for(const struct co_kube_change *h)
{
	return co_kube_is_secret(&h->resource) ? CO_KUBE_METADATA : NULL;
}

/* What is there now; *object is NULL when nothing is. */
int co_kube_change_read(struct co_kube_change *h, int64_t deadline, json_t **object, struct co_err *err)
{
	struct co_err why = CO_ERR_INIT;
	int rc;

	*object = NULL;
	co_buf_reset(&h->path);
	rc = co_kube_path(&h->resource, h->namespace, h->name ? h->name : "", &h->path, &why);
	if (rc == CO_OK)
		rc = co_kube_ask(h->c, &(struct co_kube_request){ .method = "GET", .path = h->path.data, .accept = accept_for(h),
								    .deadline = deadline }, object, &why);
	if (rc < 0 && strcmp(why.id, "not-found") == 0)
		return CO_OK;
	if (rc < 0 && err)
		*err = why;
	return rc;
}

static int not_there(const struct co_kube_change *h, struct co_err *err)
{
	return co_err_set(err, CO_ERR_REMOTE, "not-found", "\"%s\" has no %s \"%s\"%s%s", co_kube_context(h->c),
			  h->resource.plural, h->name, h->namespace ? " in " : "", h->namespace ? h->namespace : "");
}

/* Holds what is there against what the plan was made for, and remembers which it is. */
static int pin(struct co_kube_change *h, int must_exist, struct co_err *err)
{
	const char *uid = co_kube_change_param(h->c, "uid"), *version = co_kube_change_param(h->c, "resource_version"), *now;
	json_t *object;
	int rc = co_kube_change_read(h, 0, &object, err);

	if (rc < 0)
		return rc;
	if (!object)
		return must_exist || uid ? not_there(h, err) : CO_OK;
	now = co_json_str(json_object_get(object, "metadata"), "resourceVersion");
	h->uid = co_xstrdup(co_json_str(json_object_get(object, "metadata"), "uid"));
	if (uid && (!h->uid || strcmp(uid, h->uid) != 0))
		rc = co_err_set(err, CO_ERR_NO, "conflict", "%s \"%s\" is another one now: its uid is \"%s\", not \"%s\"",
				h->resource.plural, h->name, h->uid ? h->uid : "", uid);
	else if (version && (!now || strcmp(version, now) != 0))
		rc = co_err_set(err, CO_ERR_NO, "conflict", "%s \"%s\" was changed since it was read: version \"%s\", not \"%s\"",
				h->resource.plural, h->name, now ? now : "", version);
	if (rc < 0)
		co_err_hint(err, "plan again, from what there is now");
	json_decref(object);
	return rc;
}

/* ---- sending, and finding out */

/* An object was written last, or in part, by this very change. */
int co_kube_change_wrote(const json_t *object, const char *manager)
{
	json_t *entry;
	size_t i;

	json_array_foreach(json_object_get(json_object_get(object, "metadata"), "managedFields"), i, entry) {
		const char *name = co_json_str(entry, "manager");

		if (name && strcmp(name, manager) == 0)
			return 1;
	}
	return 0;
}

/* After an unknown outcome: the effect may be there to see. It proves nothing when it is not. */
static int settle(struct co_kube_change *h, json_t **answer, struct co_err *err)
{
	json_t *object = NULL;

	if (!h->c->call->token || h->c->call->rehearse || !h->name)
		return CO_ERR_UNKNOWN;
	if (co_kube_change_read(h, h->c->call->deadline, &object, NULL) < 0 || !object)
		return CO_ERR_UNKNOWN;
	if (!co_kube_change_wrote(object, h->manager)) {
		json_decref(object);
		return CO_ERR_UNKNOWN;
	}
	*answer = object;
	if (err)
		*err = (struct co_err)CO_ERR_INIT;
	return CO_OK;
}

/* Leaves time to look when the answer does not come. */
static int64_t send_until(const struct co_call *call)
{
	const int64_t left = call->deadline - co_clock_ms();

	return left > 2 * SETTLE_MS ? call->deadline - SETTLE_MS : call->deadline;
}

static int send(struct co_kube_change *h, const char *method, const char *type, json_t *body, json_t **answer,
		struct co_err *err)
{
	struct co_buf text = CO_BUF_INIT;
	int rc;

	co_json_write(&text, body, CO_JSON_COMPACT);
	rc = co_kube_ask(h->c, &(struct co_kube_request){ .method = method, .path = h->path.data, .type = type,
							    .accept = accept_for(h), .body = text.data, .body_len = text.len,
							    .changes = !h->c->call->rehearse,
							    .deadline = send_until(h->c->call) }, answer, err);
	co_buf_clear(&text);
	if (rc == CO_ERR_UNKNOWN && strcmp(method, "DELETE") != 0)
		rc = settle(h, answer, err);
	return rc;
}

/* As kubectl shows it, and with what the server warned of. */
void co_kube_change_give(struct co_kube_change *h, json_t *answer, json_t **output)
{
	co_kube_hush(answer, &h->resource);
	*output = co_kube_pare(answer, NULL);
	if (json_array_size(h->c->warnings) && json_is_object(*output))
		json_object_set(*output, "warnings", h->c->warnings);
}

static void add_query(struct co_kube_change *h, const char *manager)
{
	if (manager)
		co_url_query(&h->path, "fieldManager", manager);
	if (h->c->call->rehearse)
		co_url_query(&h->path, "dryRun", "All");
}

/* The path of what is meant, with its query. */
static int aim(struct co_kube_change *h, const char *manager, struct co_err *err)
{
	int rc;

	co_buf_reset(&h->path);
	rc = co_kube_path(&h->resource, h->namespace, h->name, &h->path, err);
	if (rc == CO_OK)
		add_query(h, manager);
	return rc;
}

/* ---- create and apply */

/* Fills in what the call already says; refuses what says otherwise. */
static int complete(struct co_kube_change *h, json_t *body, struct co_err *err)
{
	const char *version = co_json_str(body, "apiVersion"), *kind = co_json_str(body, "kind"), *in;
	json_t *metadata = json_object_get(body, "metadata");
	char *own = co_xasprintf("%s%s%s", h->resource.group, *h->resource.group ? "/" : "", h->resource.version);
	int rc = CO_OK;

	if (!json_is_object(metadata))
		rc = wrong("body", "the body has no metadata", err);
	else if ((version && strcmp(version, own) != 0) || (kind && strcmp(kind, h->resource.kind) != 0))
		rc = wrong("body", "the body is of another kind than the call", err);
	in = co_json_str(metadata, "namespace");
	if (rc == CO_OK && in && (!h->namespace || strcmp(in, h->namespace) != 0))
		rc = wrong("body", "the body is for another namespace than the call", err);
	if (rc == CO_OK) {
		json_object_set_new(body, "apiVersion", json_string(own));
		json_object_set_new(body, "kind", json_string(h->resource.kind));
		if (h->namespace)
			json_object_set_new(metadata, "namespace", json_string(h->namespace));
	}
	free(own);
	return rc;
}

int co_kube_create(struct co_kube_call *c, json_t **output, struct co_err *err)
{
	json_t *body = json_deep_copy(param(c, "body")), *answer;
	struct co_kube_change h;
	int rc = co_kube_change_begin(&h, c, "create", err);

	if (rc < 0) {
		json_decref(body);
		return rc;
	}
	h.name = co_json_str(json_object_get(body, "metadata"), "name");
	if (!h.name)
		rc = wrong("body", "the body has no metadata.name; a name that the server makes up could not be found again", err);
	if (rc == CO_OK)
		rc = complete(&h, body, err);
	if (rc == CO_OK)
		rc = co_kube_path(&h.resource, h.namespace, NULL, &h.path, err);
	if (rc == CO_OK) {
		add_query(&h, h.manager);
		rc = send(&h, "POST", NULL, body, &answer, err);
	}
	if (rc == CO_OK)
		co_kube_change_give(&h, answer, output);
	json_decref(body);
	co_kube_change_end(&h);
	return rc;
}

/* Preconditions as part of what is written (API conventions, "Concurrency Control and Consistency"). */
static void add_preconditions(const struct co_kube_change *h, json_t *body)
{
	const char *version = co_kube_change_param(h->c, "resource_version");
	json_t *metadata = json_object_get(body, "metadata");

	if (!json_is_object(metadata)) {
		metadata = json_object();
		json_object_set_new(body, "metadata", metadata);
	}
	if (h->uid)
		json_object_set_new(metadata, "uid", json_string(h->uid));
	if (version)
		json_object_set_new(metadata, "resourceVersion", json_string(version));
}

int co_kube_apply(struct co_kube_call *c, json_t **output, struct co_err *err)
{
	json_t *body = json_deep_copy(param(c, "body")), *answer;
	struct co_kube_change h;
	int rc = co_kube_change_begin(&h, c, "patch", err);

	if (rc < 0) {
		json_decref(body);
		return rc;
	}
	if (!json_object_get(body, "metadata"))
		json_object_set_new(body, "metadata", json_object());
	rc = complete(&h, body, err);
	if (rc == CO_OK && co_json_str(json_object_get(body, "metadata"), "name") &&
	    strcmp(co_json_str(json_object_get(body, "metadata"), "name"), h.name) != 0)
		rc = wrong("body", "the body has another name than the call", err);
	if (rc == CO_OK)
		rc = pin(&h, 0, err);
	if (rc == CO_OK)
		rc = aim(&h, "cloudops", err); /* fields stay owned from one run to the next */
	if (rc == CO_OK) {
		json_object_set_new(json_object_get(body, "metadata"), "name", json_string(h.name));
		add_preconditions(&h, body);
		if (json_is_true(param(c, "force")))
			co_url_query(&h.path, "force", "true");
		rc = send(&h, "PATCH", "application/apply-patch+yaml", body, &answer, err);
	}
	if (rc == CO_OK)
		co_kube_change_give(&h, answer, output);
	json_decref(body);
	co_kube_change_end(&h);
	return rc;
}

/* ---- patch and label */

/* A test of the uid before all else. */
static json_t *with_test(const struct co_kube_change *h, json_t *operations)
{
	const char *version = co_kube_change_param(h->c, "resource_version");
	json_t *list = json_array();

	json_array_append_new(list, json_pack("{s:s, s:s, s:s}", "op", "test", "path", "/metadata/uid", "value",
					      h->uid ? h->uid : ""));
	if (version)
		json_array_append_new(list, json_pack("{s:s, s:s, s:s}", "op", "test", "path", "/metadata/resourceVersion",
						      "value", version));
	json_array_extend(list, operations);
	return list;
}

static int send_patch(struct co_kube_change *h, const char *type, json_t *body, json_t **output, struct co_err *err)
{
	json_t *answer;
	int rc = pin(h, 1, err);

	if (rc == CO_OK)
		rc = aim(h, h->manager, err);
	if (rc < 0)
		return rc;
	if (json_is_array(body)) {
		body = with_test(h, body);
	} else {
		body = json_deep_copy(body);
		add_preconditions(h, body);
	}
	rc = send(h, "PATCH", type, body, &answer, err);
	json_decref(body);
	if (rc == CO_OK)
		co_kube_change_give(h, answer, output);
	return rc;
}

int co_kube_patch(struct co_kube_call *c, json_t **output, struct co_err *err)
{
	const char *type = co_kube_change_param(c, "type");
	json_t *body = param(c, "body"), *operations = param(c, "operations");
	const int merge = !type || strcmp(type, "merge") == 0, json = type && strcmp(type, "json") == 0;
	const char *media = json ? "application/json-patch+json" :
			    merge ? "application/merge-patch+json" : "application/strategic-merge-patch+json";
	struct co_kube_change h;
	int rc;

	if (type && !merge && !json && strcmp(type, "strategic") != 0)
		return wrong("type", "a patch is of type strategic, merge or json", err);
	if (json ? !operations || body : !body || operations)
		return wrong(json ? "operations" : "body", "a json patch has operations, the others have a body", err);
	rc = co_kube_change_begin(&h, c, "patch", err);
	if (rc < 0)
		return rc;
	rc = send_patch(&h, media, json ? operations : body, output, err);
	co_kube_change_end(&h);
	return rc;
}

int co_kube_label(struct co_kube_call *c, json_t **output, struct co_err *err)
{
	json_t *body = json_pack("{s:{s:O}}", "metadata", "labels", param(c, "labels"));
	struct co_kube_change h;
	int rc = co_kube_change_begin(&h, c, "patch", err);

	if (rc == CO_OK) {
		rc = send_patch(&h, "application/merge-patch+json", body, output, err);
		co_kube_change_end(&h);
	}
	json_decref(body);
	return rc;
}

/* ---- delete and evict */

static json_t *delete_options(const struct co_kube_change *h)
{
	const char *version = co_kube_change_param(h->c, "resource_version"), *grace = co_kube_change_param(h->c, "grace");
	const char *propagation = co_kube_change_param(h->c, "propagation");
	json_t *options = json_pack("{s:{s:s*, s:s*}}", "preconditions", "uid", h->uid, "resourceVersion", version);
	int64_t ms;

	if (grace && co_duration_parse(&ms, grace) == 0)
		json_object_set_new(options, "gracePeriodSeconds", json_integer((ms + 999) / 1000));
	if (propagation)
		json_object_set_new(options, "propagationPolicy", json_string(propagation));
	if (h->c->call->rehearse)
		json_object_set_new(options, "dryRun", json_pack("[s]", "All"));
	return options;
}

void co_kube_change_gone(const struct co_kube_change *h, json_t **output)
{
	*output = json_pack("{s:s, s:s, s:s*, s:s*}", "kind", h->resource.kind, "name", h->name, "namespace", h->namespace,
			    "uid", h->uid);
	if (json_array_size(h->c->warnings))
		json_object_set(*output, "warnings", h->c->warnings);
}

int co_kube_delete(struct co_kube_call *c, json_t **output, struct co_err *err)
{
	json_t *options, *answer = NULL;
	struct co_kube_change h;
	int rc = co_kube_change_begin(&h, c, "delete", err);

	if (rc < 0)
		return rc;
	rc = pin(&h, 1, err);
	if (rc == CO_OK)
		rc = aim(&h, NULL, err);
	if (rc == CO_OK) {
		options = delete_options(&h);
		json_object_set_new(options, "apiVersion", json_string("v1"));
		json_object_set_new(options, "kind", json_string("DeleteOptions"));
		rc = send(&h, "DELETE", NULL, options, &answer, err);
		json_decref(options);
	}
	if (rc == CO_OK)
		co_kube_change_gone(&h, output);
	json_decref(answer);
	co_kube_change_end(&h);
	return rc;
}

/* An Eviction is of the version that the server has disruption budgets in: policy/v1 since 1.22. */
static int eviction_version(struct co_kube_call *c, char **version, struct co_err *err)
{
	struct co_kube_resource budgets;
	int rc = co_kube_find(c, "poddisruptionbudgets.policy", &budgets, err);

	if (rc < 0)
		return rc;
	*version = co_xasprintf("policy/%s", budgets.version);
	co_kube_resource_clear(&budgets);
	return CO_OK;
}

int co_kube_evict(struct co_kube_call *c, json_t **output, struct co_err *err)
{
	json_t *body, *answer = NULL;
	char *version = NULL;
	struct co_kube_change h;
	int rc = co_kube_change_begin(&h, c, NULL, err);

	if (rc < 0)
		return rc;
	rc = pin(&h, 1, err);
	if (rc == CO_OK)
		rc = eviction_version(c, &version, err);
	if (rc == CO_OK)
		rc = aim(&h, NULL, err);
	if (rc == CO_OK) {
		const size_t query = strcspn(h.path.data, "?");
		char *path = co_xasprintf("%.*s/eviction%s", (int)query, h.path.data, h.path.data + query);

		co_buf_clear(&h.path);
		co_buf_adds(&h.path, path);
		free(path);
		body = json_pack("{s:s, s:s, s:{s:s, s:s}, s:o}", "apiVersion", version, "kind", "Eviction", "metadata", "name",
				 h.name, "namespace", h.namespace, "deleteOptions", delete_options(&h));
		rc = send(&h, "POST", NULL, body, &answer, err);
		json_decref(body);
	}
	if (rc == CO_OK)
		co_kube_change_gone(&h, output);
	json_decref(answer);
	free(version);
	co_kube_change_end(&h);
	return rc;
}
