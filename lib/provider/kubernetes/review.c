/* SPDX-License-Identifier: Apache-2.0 */
#include "provider/kubernetes/review.h"

#include "provider/kubernetes/discovery.h"
#include "run/plan.h"

#include <stdlib.h>
#include <string.h>

/* What an operation asks a server for; part: of the resource, where the call does not say one itself. */
static const struct need {
	const char *operation;
	const char *verb;
	const char *part;
} needs[] = {
	{ "apply", "get", "" },	   { "apply", "patch", "" },  { "create", "create", "" }, { "delete", "get", "" },
	{ "delete", "delete", "" }, { "evict", "get", "" },    { "evict", "create", "eviction" }, { "get", "get", "" },
	{ "label", "get", "" },	   { "label", "patch", "" },  { "list", "list", "" },	  { "logs", "get", "log" },
	{ "patch", "get", "" },	   { "patch", "patch", "" },  { "reveal", "get", "" },	  { "watch", "list", "" },
	{ "watch", "watch", "" },
};

/* What was asked already, and what was denied. */
struct review {
	struct co_kube *kube;
	int64_t deadline;
	json_t *asked; /* text -> true */
	struct co_buf denied;
	size_t count;
};

/* The namespace in a target or parameters; NULL when it is only known later. */
static const char *namespace_of(const struct co_kube_call *c, const struct co_kube_resource *r, int *known)
{
	const char *said = co_json_str(c->call->with, "namespace"), *target = co_json_str(c->call->target, "namespace");
	const char *found = said ? said : target;
	const int lists = strcmp(c->call->service, "list") == 0 || strcmp(c->call->service, "watch") == 0;

	*known = !found || !strstr(found, "${");
	if (!r->namespaced)
		return "";
	return found ? found : lists ? "" : co_kube_namespace(c);
}

/* The one object that is meant, which a role may be narrowed to; "" when there is none, or it is only known later. */
static const char *name_of(const struct co_kube_call *c)
{
	const char *name = co_json_str(c->call->with, "name");

	return name && !strstr(name, "${") ? name : "";
}

static int ask(struct co_kube_call *c, const struct co_kube_resource *r, const struct need *need, const char *namespace,
	       int *allowed, struct co_err *err)
{
	const char *part = *r->part ? r->part : need->part;
	json_t *body = json_pack("{s:s, s:s, s:{s:{s:s, s:s, s:s, s:s, s:s, s:s}}}", "apiVersion", "authorization.k8s.io/v1", "kind",
				 "SelfSubjectAccessReview", "spec", "resourceAttributes", "namespace", namespace, "verb",
				 need->verb, "group", r->group, "resource", r->plural, "subresource", part, "name",
				 name_of(c));
	struct co_buf text = CO_BUF_INIT;
	json_t *answer;
	int rc;

	co_json_write(&text, body, CO_JSON_COMPACT);
	rc = co_kube_ask(c, &(struct co_kube_request){ .method = "POST", .body = text.data, .body_len = text.len,
							 .path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews" },
			 &answer, err);
	co_buf_clear(&text);
	json_decref(body);
	if (rc < 0)
		return rc;
	*allowed = json_is_true(json_object_get(json_object_get(answer, "status"), "allowed"));
	json_decref(answer);
	return CO_OK;
}

static void deny(struct review *v, const struct co_kube_resource *r, const struct need *need, const char *namespace)
{
	const char *part = *r->part ? r->part : need->part;

	v->count++;
	if (v->denied.len < 300)
		co_buf_addf(&v->denied, "%s%s %s%s%s%s%s%s%s", v->denied.len ? ", " : "", need->verb, r->plural,
			    *r->group ? "." : "", r->group, *part ? "/" : "", part, *namespace ? " in " : "", namespace);
}

/* One need, unless the same was asked before. */
static int review_need(struct review *v, struct co_kube_call *c, const struct co_kube_resource *r,
		       const struct need *need, const char *namespace, struct co_err *err)
{
	char *key = co_xasprintf("%s %s %s.%s/%s%s %s/%s", co_kube_context(c), need->verb, r->plural, r->group, r->part,
				 need->part, namespace, name_of(c));
	int allowed = 1, rc = CO_OK;

	if (!json_object_get(v->asked, key)) {
		json_object_set_new(v->asked, key, json_true());
		rc = ask(c, r, need, namespace, &allowed, err);
	}
	if (rc == CO_OK && !allowed)
		deny(v, r, need, namespace);
	free(key);
	return rc;
}

static int review_call(struct review *v, char *const *words, json_t *target, json_t *with, struct co_err *err)
{
	const struct co_call call = { .service = words[1], .operation = words[2], .target = target, .with = with,
				      .deadline = v->deadline };
	struct co_kube_resource r;
	struct co_kube_call c;
	const char *namespace;
	int known, rc;
	size_t i;

	if (strcmp(words[0], "kubernetes") != 0)
		return CO_OK;
	rc = co_kube_begin(v->kube, &call, &c, err);
	if (rc == CO_OK)
		rc = co_kube_find(&c, words[2], &r, err);
	if (rc < 0) {
		co_kube_end(&c);
		return rc;
	}
	namespace = namespace_of(&c, &r, &known);
	for (i = 0; known && rc == CO_OK && i < CO_COUNT(needs); i++)
		if (strcmp(needs[i].operation, words[1]) == 0)
			rc = review_need(v, &c, &r, &needs[i], namespace, err);
	co_kube_resource_clear(&r);
	co_kube_end(&c);
	return rc;
}

static int review_step(struct review *v, const struct co_step *step, struct co_err *err)
{
	int rc = review_call(v, step->call.items, step->target, step->with, err);

	if (rc == CO_OK && step->verify)
		rc = review_call(v, step->verify->call.items, step->target, step->verify->with, err);
	if (rc == CO_OK && step->undo && step->undo->call.count == 3)
		rc = review_call(v, step->undo->call.items, step->target, step->undo->with, err);
	return rc;
}

int co_kube_review(struct co_kube *kube, const struct co_plan *plan, int64_t deadline, struct co_err *err)
{
	struct review v = { .kube = kube, .deadline = deadline, .asked = json_object(), .denied = CO_BUF_INIT };
	size_t i;
	int rc = CO_OK;

	for (i = 0; plan->changes && rc == CO_OK && i < plan->steps.count; i++)
		rc = review_step(&v, &plan->steps.items[i], err);
	if (rc == CO_OK && v.count) {
		rc = co_err_set(err, CO_ERR_NO, "forbidden", "the cluster does not let you %s", v.denied.data);
		co_err_hint(err, "nothing was done; co-plan --permissions shows all that the plan needs");
	}
	json_decref(v.asked);
	co_buf_clear(&v.denied);
	return rc;
}
