/* SPDX-License-Identifier: Apache-2.0 */
#include "provider/kubernetes/review.h"

#include "provider/kubernetes/rights.h"
#include "run/plan.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

enum { THREADS = 16 };

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

/* One call of the plan, and the places of the rights it takes: in each of its namespaces as many. */
struct wanted {
	size_t step;
	char *const *words;
	json_t *target, *with;
	CO_LIST(size_t) rights;
	size_t namespaces;
	int open; /* some of them are only known later */
};

/* What is asked of one cluster. */
struct cluster {
	struct co_kube *kube;
	const struct co_review *review;
	const char *context;
	CO_LIST(struct wanted) calls;
	struct co_kube_rights rights;
	char *name;
	int exact;
	int rc;
	struct co_err err;
};

/* ---- what a plan asks for */

static struct cluster *cluster_of(struct cluster **list, size_t *count, const char *context)
{
	struct cluster *made;
	size_t i;

	for (i = 0; i < *count; i++)
		if (strcmp((*list)[i].context, context) == 0)
			return &(*list)[i];
	made = co_grow(list, count, sizeof(*made));
	*made = (struct cluster){ .context = context, .err = CO_ERR_INIT };
	return made;
}

static void add_call(struct cluster **list, size_t *count, size_t step, char *const *words, json_t *target, json_t *with)
{
	const char *context = co_json_str(target, "context");
	struct cluster *cluster;
	struct wanted *call;

	if (strcmp(words[0], "kubernetes") != 0)
		return;
	cluster = cluster_of(list, count, context ? context : "");
	call = co_grow(&cluster->calls.items, &cluster->calls.count, sizeof(*call));
	*call = (struct wanted){ .step = step, .words = words, .target = target, .with = with };
}

static size_t clusters_of(const struct co_plan *plan, struct cluster **list)
{
	size_t i, count = 0;

	for (i = 0; i < plan->steps.count; i++) {
		const struct co_step *s = &plan->steps.items[i];

		add_call(list, &count, i, s->call.items, s->target, s->with);
		if (s->verify)
			add_call(list, &count, i, s->verify->call.items, s->target, s->verify->with);
		if (s->undo && s->undo->call.count == 3)
			add_call(list, &count, i, s->undo->call.items, s->target, s->undo->with);
	}
	return count;
}

static int is_later(const char *text)
{
	return text && strstr(text, "${") != NULL;
}

static void add_rights(struct cluster *cluster, struct wanted *call, const struct co_kube_resource *r, const char *namespace)
{
	const char *name = co_json_str(call->with, "name");
	const int later = is_later(name);
	size_t i;

	call->open |= is_later(namespace);
	if (is_later(namespace))
		return;
	call->namespaces++;
	for (i = 0; i < CO_COUNT(needs); i++)
		if (strcmp(needs[i].operation, call->words[1]) == 0)
			*(size_t *)co_grow(&call->rights.items, &call->rights.count, sizeof(size_t)) =
				co_kube_rights_add(&cluster->rights, r, needs[i].verb, needs[i].part, namespace,
						   name && !later ? name : "", later);
}

/* In the namespaces that the call says, or the target, or its own; a list that says none is of all. */
static void add_places(struct cluster *cluster, struct wanted *call, const struct co_kube_call *c,
		       const struct co_kube_resource *r)
{
	const int lists = strcmp(call->words[1], "list") == 0 || strcmp(call->words[1], "watch") == 0;
	const char *said = co_json_str(call->with, "namespace"), *found = said ? said : co_json_str(call->target, "namespace");
	json_t *several = json_object_get(call->with, "namespaces"), *item;
	size_t i;

	if (!r->namespaced)
		add_rights(cluster, call, r, "");
	else if (several && !said && !json_is_array(several))
		return; /* only known later */
	else if (json_array_size(several) && !said)
		json_array_foreach(several, i, item)
			add_rights(cluster, call, r, json_is_string(item) ? json_string_value(item) : "");
	else
		add_rights(cluster, call, r, found ? found : lists ? "" : co_kube_namespace(c));
}

/* ---- asking one cluster */

/* Without an answer there is no sense in asking on; what it does not serve, the step itself is told. */
static int is_out_of_reach(const struct co_err *err)
{
	static const char *const ids[] = { "unreachable", "timeout", "interrupted", "unauthorized", "tls" };
	size_t i;

	for (i = 0; i < CO_COUNT(ids); i++)
		if (strcmp(err->id, ids[i]) == 0)
			return 1;
	return 0;
}

static int add_wanted(struct cluster *cluster, struct wanted *call, struct co_kube_call *c)
{
	struct co_kube_resource r;
	int rc = co_kube_find(c, call->words[2], &r, &cluster->err);

	if (rc < 0)
		return cluster->exact || is_out_of_reach(&cluster->err) ? rc : CO_OK;
	add_places(cluster, call, c, &r);
	co_kube_resource_clear(&r);
	return CO_OK;
}

static void *ask_cluster(void *context)
{
	struct cluster *cluster = context;
	const struct wanted *first = &cluster->calls.items[0];
	const struct co_call call = {
		.service = first->words[1], .operation = first->words[2], .target = first->target, .with = first->with,
		.deadline = cluster->review->deadline, .cancelled = cluster->review->cancelled,
	};
	struct co_kube_call c;
	size_t i;

	cluster->rc = co_kube_begin(cluster->kube, &call, &c, &cluster->err);
	for (i = 0; i < cluster->calls.count && cluster->rc == CO_OK; i++)
		cluster->rc = add_wanted(cluster, &cluster->calls.items[i], &c);
	if (cluster->rc == CO_OK)
		cluster->rc = co_kube_rights_ask(&cluster->rights, &c, cluster->exact, &cluster->err);
	cluster->name = co_xstrdup(co_kube_context(&c));
	co_kube_end(&c);
	return NULL;
}

/* Signals are for the main thread. */
static void ask_some(struct cluster *list, size_t count)
{
	pthread_t threads[THREADS];
	sigset_t all, before;
	int started[THREADS];
	size_t i;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	for (i = 1; i < count; i++)
		started[i] = pthread_create(&threads[i], NULL, ask_cluster, &list[i]) == 0;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	ask_cluster(&list[0]);
	for (i = 1; i < count; i++)
		if (started[i])
			pthread_join(threads[i], NULL);
		else
			ask_cluster(&list[i]);
}

/* ---- what is told */

static void add_verbs(const struct cluster *cluster, const struct wanted *call, const char *mark, struct co_buf *out)
{
	const size_t each = call->rights.count / call->namespaces;
	size_t i, n = 0;

	for (i = 0; i < each; i++) {
		const struct co_kube_right *right = &cluster->rights.list.items[call->rights.items[i]];

		if (right->denied)
			co_buf_addf(out, "%s%s%s%s", n++ ? ", " : "", mark, right->verb, mark);
	}
}

/* What is denied, and the rule that would allow it, as it stands in a Role. */
static void refuse(const struct cluster *cluster, const struct wanted *call)
{
	const struct co_kube_right *right = &cluster->rights.list.items[call->rights.items[call->rights.count - 1]];
	const char *group = right->group, *namespace = right->namespace;
	const size_t plural = strcspn(right->resource, "/");
	struct co_buf text = CO_BUF_INIT;
	struct co_err why = CO_ERR_INIT;

	co_buf_addf(&text, "\"%s\" does not let you ", cluster->name);
	add_verbs(cluster, call, "", &text);
	co_buf_addf(&text, " %.*s%s%s%s%s%s%s%s", (int)plural, right->resource, *group ? "." : "", group, right->resource + plural,
		    *right->name ? " " : "", right->name, *namespace ? " in " : "", namespace);
	co_buf_addf(&text, "; a %sRole with {apiGroups: [\"%s\"], resources: [\"%s\"]", *namespace ? "" : "Cluster", group,
		    right->resource);
	if (*right->name)
		co_buf_addf(&text, ", resourceNames: [\"%s\"]", right->name);
	co_buf_adds(&text, ", verbs: [");
	add_verbs(cluster, call, "\"", &text);
	co_buf_adds(&text, "]} does");
	co_err_set(&why, CO_ERR_REMOTE, "forbidden", "%s", text.data);
	co_err_hint(&why, "co-plan --permissions shows what a plan needs");
	cluster->review->refuse(cluster->review->context, call->step, &why);
	co_buf_clear(&text);
}

/* Of several namespaces, one that may be read is enough: a list tells the others itself. */
static int is_denied(const struct cluster *cluster, const struct wanted *call)
{
	size_t i, n, each = call->namespaces ? call->rights.count / call->namespaces : 0;

	if (call->open)
		return 0;
	for (n = 0; n < call->namespaces; n++) {
		int denied = 0;

		for (i = 0; i < each; i++)
			denied |= cluster->rights.list.items[call->rights.items[n * each + i]].denied;
		if (!denied)
			return 0;
	}
	return each > 0;
}

static void refuse_reads(const struct cluster *cluster)
{
	size_t i;

	for (i = 0; i < cluster->calls.count; i++) {
		const struct wanted *call = &cluster->calls.items[i];

		if (cluster->rc < 0 && is_out_of_reach(&cluster->err))
			cluster->review->refuse(cluster->review->context, call->step, &cluster->err);
		else if (cluster->rc == CO_OK && is_denied(cluster, call))
			refuse(cluster, call);
	}
}

static void add_denied(const struct cluster *cluster, struct co_buf *text)
{
	enum { SHOWN = 300 };
	size_t i;

	for (i = 0; i < cluster->rights.list.count; i++) {
		const struct co_kube_right *right = &cluster->rights.list.items[i];
		const size_t plural = strcspn(right->resource, "/");

		if (right->denied && text->len < SHOWN)
			co_buf_addf(text, "%s%s %.*s%s%s%s%s%s", text->len ? ", " : "", right->verb, (int)plural, right->resource,
				    *right->group ? "." : "", right->group, right->resource + plural,
				    *right->namespace ? " in " : "", right->namespace);
	}
}

static int refuse_plan(const struct cluster *list, size_t count, struct co_err *err)
{
	struct co_buf text = CO_BUF_INIT;
	size_t i;
	int rc = CO_OK;

	for (i = 0; i < count && rc == CO_OK; i++) {
		rc = list[i].rc;
		if (rc < 0 && err)
			*err = list[i].err;
		add_denied(&list[i], &text);
	}
	if (rc == CO_OK && text.len) {
		rc = co_err_set(err, CO_ERR_NO, "forbidden", "the cluster does not let you %s", text.data);
		co_err_hint(err, "nothing was done; co-plan --permissions shows all that the plan needs");
	}
	co_buf_clear(&text);
	return rc;
}

static void clear(struct cluster *list, size_t count)
{
	size_t i, k;

	for (i = 0; i < count; i++) {
		for (k = 0; k < list[i].calls.count; k++)
			free(list[i].calls.items[k].rights.items);
		free(list[i].calls.items);
		free(list[i].name);
		co_kube_rights_clear(&list[i].rights);
	}
	free(list);
}

int co_kube_review(struct co_kube *kube, const struct co_review *review, struct co_err *err)
{
	const int changes = review->plan->changes;
	struct cluster *list = NULL;
	size_t i, count = clusters_of(review->plan, &list);
	int rc = CO_OK;

	for (i = 0; i < count; i++) {
		list[i].kube = kube;
		list[i].review = review;
		list[i].exact = changes;
	}
	for (i = 0; i < count; i += THREADS)
		ask_some(list + i, count - i < THREADS ? count - i : THREADS);
	if (changes)
		rc = refuse_plan(list, count, err);
	for (i = 0; i < count && !changes; i++)
		refuse_reads(&list[i]);
	clear(list, count);
	return rc;
}
