/* SPDX-License-Identifier: Apache-2.0 */
#include "provider/kubernetes/kubernetes.h"

#include "config/config.h"
#include "provider/kubernetes/change.h"
#include "provider/kubernetes/credential.h"
#include "provider/kubernetes/read.h"
#include "provider/kubernetes/review.h"
#include "run/plan.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char account[] = "/var/run/secrets/kubernetes.io/serviceaccount";

extern char **environ;

struct state {
	struct co_kube *kube; /* NULL: there is no kubeconfig */
	struct co_map names;
	struct co_kube_place place;
	struct co_kube_keeper *keeper; /* the servant's; here it only waits to be freed */
	char *paths;
};

typedef int operation_fn(struct co_kube_call *c, json_t **output, struct co_err *err);

static const struct operation {
	const char *verb;
	operation_fn *run;
	const char *method;
} operations[] = {
	{ "apply", co_kube_apply, "PATCH" },
	{ "create", co_kube_create, "POST" },
	{ "delete", co_kube_delete, "DELETE" },
	{ "evict", co_kube_evict, "POST" },
	{ "get", co_kube_get, "GET" },
	{ "label", co_kube_label, "PATCH" },
	{ "list", co_kube_list, "GET" },
	{ "logs", co_kube_logs, "GET" },
	{ "patch", co_kube_patch, "PATCH" },
	{ "reveal", co_kube_reveal, "GET" },
	{ "watch", co_kube_watch, "GET" },
};

static const struct operation *find(const char *verb)
{
	size_t i;

	for (i = 0; i < CO_COUNT(operations); i++)
		if (strcmp(operations[i].verb, verb) == 0)
			return &operations[i];
	return NULL;
}

/* $KUBECONFIG, else ~/.kube/config where it is there. */
static char *find_paths(void)
{
	const char *said = getenv("KUBECONFIG"), *home = getenv("HOME");
	char *path;

	if (said && *said)
		return co_xstrdup(said);
	path = home && *home ? co_xasprintf("%s/.kube/config", home) : NULL;
	if (path && access(path, F_OK) == 0)
		return path;
	free(path);
	return NULL;
}

static int start(struct state *s, const struct co_config *config, struct co_err *err)
{
	struct co_servant *servant;
	const struct co_servant_role role = {
		.what = "the process that reads the kubeconfig",
		.serve = co_kube_keeper_serve,
		.context = s->keeper,
	};
	int rc = co_servant_start(&servant, &role, err);

	if (rc == CO_OK)
		s->kube = co_kube_new(servant, &s->names, config);
	return rc;
}

static void kubernetes_close(void *state)
{
	struct state *s = state;

	co_kube_free(s->kube);
	co_kube_keeper_free(s->keeper);
	co_file_unmap(&s->names);
	free(s->paths);
	free(s);
}

static int kubernetes_open(void **state, const struct co_config *config, struct co_err *err)
{
	struct state *s = co_xcalloc(1, sizeof(*s));
	char *names = co_xasprintf("%s/kubernetes.names", co_config_path(config, "catalog"));
	struct co_err why = CO_ERR_INIT;
	int rc = co_file_map(names, CO_FILE_TRUSTED, &s->names, &why);

	free(names);
	s->paths = find_paths();
	s->place = (struct co_kube_place){
		.paths = s->paths,
		.account = access(account, F_OK) == 0 ? account : NULL,
		.host = getenv("KUBERNETES_SERVICE_HOST"),
		.port = getenv("KUBERNETES_SERVICE_PORT"),
		.environment = (const char *const *)environ,
	};
	s->keeper = co_kube_keeper_new(&s->place);
	if (rc < 0 && strcmp(why.id, "not-found") == 0)
		rc = CO_OK; /* then every resource is named in full */
	if (rc == CO_OK && (s->paths || (s->place.account && s->place.host)))
		rc = start(s, config, &why);
	if (rc < 0) {
		if (err)
			*err = why;
		kubernetes_close(s);
		return rc;
	}
	*state = s;
	return CO_OK;
}

static int no_kubeconfig(struct co_err *err)
{
	co_err_set(err, CO_ERR_INPUT, "no-kubeconfig", "there is no kubeconfig, and this is no pod");
	return co_err_hint(err, "set KUBECONFIG, or make ~/.kube/config with the cluster's own tool"), CO_ERR_INPUT;
}

/* The server has no such path: no more than that, nothing was done there. */
static int is_no_path(int rc, const struct co_err *err)
{
	return rc == CO_ERR_REMOTE && strcmp(err->id, "not-found") == 0 && strstr(err->message, "404 page not found");
}

static int run(struct state *s, operation_fn *fn, const struct co_call *call, json_t **output, struct co_err *err)
{
	struct co_err why = CO_ERR_INIT;
	struct co_kube_call c;
	int rc;

	if (!s->kube)
		return no_kubeconfig(err);
	rc = co_kube_begin(s->kube, call, &c, &why);
	if (rc == CO_OK)
		rc = fn(&c, output, &why);
	if (is_no_path(rc, &why) && co_kube_find_anew(&c))
		rc = fn(&c, output, &why);
	co_kube_end(&c);
	if (rc < 0 && err)
		*err = why;
	return rc;
}

static int unknown(const char *verb, struct co_err *err)
{
	return co_err_set(err, CO_ERR_INPUT, "unknown-operation", "unknown operation \"kubernetes %s\"", verb);
}

static int kubernetes_call(void *state, const struct co_call *call, json_t **output, struct co_err *err)
{
	const struct operation *o = find(call->service);

	return o ? run(state, o->run, call, output, err) : unknown(call->service, err);
}

static int kubernetes_lookup(void *state, const struct co_call *call, json_t **output, struct co_err *err)
{
	return run(state, co_kube_look_up, call, output, err) == CO_OK ? CO_OK :
	       err && err->code == CO_ERR_NO			       ? CO_ERR_NO :
									 CO_ERR_UNKNOWN;
}

static int is_asked_for(const struct co_plan *plan)
{
	size_t i;

	for (i = 0; i < plan->steps.count; i++)
		if (plan->steps.items[i].call.count == 3 && strcmp(plan->steps.items[i].call.items[0], "kubernetes") == 0)
			return 1;
	return 0;
}

static int kubernetes_review(void *state, const struct co_review *review, struct co_err *err)
{
	struct state *s = state;

	if (!is_asked_for(review->plan) || (!s->kube && !review->plan->changes))
		return CO_OK;
	return s->kube ? co_kube_review(s->kube, review, err) : no_kubeconfig(err);
}

static int kubernetes_preview(void *state, const struct co_call *call, json_t **request, struct co_err *err)
{
	const struct operation *o = find(call->service);

	(void)state;
	if (!o)
		return unknown(call->service, err);
	*request = json_pack("{s:s, s:s, s:O*, s:O*, s:O*}", "method", o->method, "resource", call->operation, "context",
			     json_object_get(call->target, "context"), "namespace",
			     json_object_get(call->target, "namespace"), "with", call->with);
	return CO_OK;
}

const struct co_provider co_provider_kubernetes = {
	.name = "kubernetes",
	.open = kubernetes_open,
	.close = kubernetes_close,
	.call = kubernetes_call,
	.preview = kubernetes_preview,
	.lookup = kubernetes_lookup,
	.review = kubernetes_review,
	.bound = 8,
	.rehearses = 1,
};
