/* SPDX-License-Identifier: Apache-2.0 */
#include "intent/words/names.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { BEGINNINGS = 256 };

struct co_names {
	struct co_name *items;
	size_t count;
	uint32_t first[BEGINNINGS], *next; /* names by how they begin, in order; as index + 1 */
	int has_platform;
};

/* The same for upper and lower case. */
static size_t beginning(const char *s)
{
	return *s ? ((size_t)s[0] * 8 + (size_t)s[1] % 8) % BEGINNINGS : 0;
}

static void add(struct co_names *n, const struct co_name *name)
{
	struct co_name *slot;

	if (!name->text || !*name->text)
		return;
	slot = co_grow(&n->items, &n->count, sizeof(*slot));
	*slot = *name;
}

static void add_list(struct co_names *n, char *const *items, size_t count, struct co_name like)
{
	size_t i;

	for (i = 0; i < count; i++) {
		like.text = like.value = items[i];
		add(n, &like);
	}
}

static void add_kubernetes(struct co_names *n, const struct co_environment *e)
{
	size_t i;

	for (i = 0; i < e->kubernetes.count; i++) {
		const struct co_context *k = &e->kubernetes.items[i];
		struct co_name like = { k->context, CO_NAME_CONTEXT, k->context, e->name, "kubernetes", NULL };

		add(n, &like);
		like.text = like.value = k->cluster;
		like.type = CO_NAME_CLUSTER;
		add(n, &like);
		like.type = CO_NAME_NODE;
		add_list(n, k->nodes.items, k->nodes.count, like);
		like.type = CO_NAME_NAMESPACE;
		like.environment = NULL;
		add_list(n, k->namespaces.items, k->namespaces.count, like);
	}
}

static void add_account(struct co_names *n, const struct co_environment *e, const char *name, const char *provider)
{
	const struct co_name account = { name, CO_NAME_ACCOUNT, name, e->name, provider, NULL };

	add(n, &account);
}

/* "https://prom.example/" is also found as "prom.example". */
static void add_url(struct co_names *n, const struct co_environment *e, const char *url)
{
	struct co_name name = { url, CO_NAME_URL, url, e->name, "prometheus", NULL };
	const char *bare = url ? strstr(url, "://") : NULL;

	add(n, &name);
	if (bare) {
		name.text = bare + 3;
		add(n, &name);
	}
}

static void add_environment(struct co_names *n, const struct co_environment *e)
{
	struct co_name like = { e->name, CO_NAME_ENVIRONMENT, e->name, e->name, NULL, NULL };
	size_t i;

	add(n, &like);
	for (i = 0; i < e->aliases.count; i++) {
		like.text = e->aliases.items[i];
		add(n, &like);
	}
	for (i = 0; i < e->aws.count; i++) {
		add_account(n, e, e->aws.items[i].account, "aws");
		add_account(n, e, e->aws.items[i].name, "aws");
	}
	for (i = 0; i < e->gcp.count; i++)
		add_account(n, e, e->gcp.items[i].project, "gcp");
	for (i = 0; i < e->azure.count; i++)
		add_account(n, e, e->azure.items[i].subscription, "azure");
	add_kubernetes(n, e);
	for (i = 0; i < e->prometheus.count; i++) {
		add_url(n, e, e->prometheus.items[i].url);
		add_url(n, e, e->prometheus.items[i].alertmanager);
	}
	like = (struct co_name){ NULL, CO_NAME_HOST, NULL, e->name, "local", NULL };
	add_list(n, e->hosts.items, e->hosts.count, like);
	if (e->aws.count || e->gcp.count || e->azure.count || e->kubernetes.count || e->prometheus.count)
		n->has_platform = 1;
}

static void add_workloads(struct co_names *n, const struct co_config *config)
{
	size_t i, k;

	for (i = 0; i < config->workloads.count; i++) {
		const struct co_namespace *namespace = &config->workloads.items[i];

		for (k = 0; k < namespace->kinds.count; k++) {
			const struct co_workloads *w = &namespace->kinds.items[k];
			const struct co_name like = { NULL, CO_NAME_WORKLOAD, NULL, NULL, "kubernetes", w->kind };

			add_list(n, w->names.items, w->names.count, like);
		}
	}
}

/* Few words of a sentence are looked up, and every name is put in: more than how it begins would cost more than it saves. */
static void index_names(struct co_names *n)
{
	size_t i;

	n->next = co_xcalloc(n->count, sizeof(*n->next));
	for (i = n->count; i-- > 0;) {
		uint32_t *first = &n->first[beginning(n->items[i].text)];

		n->next[i] = *first;
		*first = (uint32_t)i + 1;
	}
}

struct co_names *co_names_new(const struct co_config *config)
{
	struct co_names *n;
	size_t i;

	if (!config->environments.count && !config->workloads.count)
		return NULL;
	n = co_xcalloc(1, sizeof(*n));
	for (i = 0; i < config->environments.count; i++)
		add_environment(n, &config->environments.items[i]);
	add_workloads(n, config);
	index_names(n);
	return n;
}

void co_names_free(struct co_names *n)
{
	if (!n)
		return;
	free(n->items);
	free(n->next);
	free(n);
}

const struct co_name *co_names_find(const struct co_names *n, const char *text, size_t nth)
{
	size_t at;

	for (at = n ? n->first[beginning(text)] : 0; at; at = n->next[at - 1])
		if (strcasecmp(n->items[at - 1].text, text) == 0 && nth-- == 0)
			return &n->items[at - 1];
	return NULL;
}

static int is_dash(char c)
{
	return c == '-' || c == '_';
}

/* The same but for dashes. */
static int same_letters(const char *a, const char *b)
{
	for (;; a++, b++) {
		while (is_dash(*a))
			a++;
		while (is_dash(*b))
			b++;
		if (*a != *b || !*a)
			return *a == *b;
	}
}

static int is_digit_or_end(char c)
{
	return !c || (c >= '0' && c <= '9');
}

/* One letter more, less or other, or two exchanged. Digits and the ends of names say which of many it is. */
static int one_slip(const char *a, size_t la, const char *b, size_t lb)
{
	size_t n = 0;

	while (a[n] && a[n] == b[n])
		n++;
	if (is_digit_or_end(a[n]) || is_digit_or_end(b[n]))
		return 0;
	a += n;
	b += n;
	if (la == lb)
		return strcmp(a + 1, b + 1) == 0 || (a[0] == b[1] && a[1] == b[0] && strcmp(a + 2, b + 2) == 0);
	return la > lb ? strcmp(a + 1, b) == 0 : strcmp(a, b + 1) == 0;
}

const struct co_name *co_names_nearest(const struct co_names *n, const char *text, int namespaces)
{
	enum { LEAST = 7 };
	const struct co_name *best = NULL;
	size_t i, len = strlen(text), other;

	for (i = 0; n && len + 1 >= LEAST && len < 64 && i < n->count; i++) {
		const struct co_name *name = &n->items[i];

		if (namespaces ? name->type != CO_NAME_NAMESPACE :
				 name->type != CO_NAME_WORKLOAD && name->type != CO_NAME_HOST &&
					 name->type != CO_NAME_NODE && name->type != CO_NAME_CONTEXT)
			continue;
		other = strlen(name->text);
		if (other < LEAST || other + 2 < len || len + 2 < other)
			continue;
		if (!same_letters(text, name->text) &&
		    (other + 1 < len || len + 1 < other || !one_slip(text, len, name->text, other)))
			continue;
		if (best && strcmp(best->value, name->value) != 0)
			return NULL;
		best = name;
	}
	return best;
}

/* Kubernetes appends "-" + hash + "-" + 5 characters, "-" + 5 characters, or "-" + ordinal. */
const struct co_name *co_names_owner(const struct co_names *n, const char *pod)
{
	char stem[254];
	size_t cuts = 0, i, len = strlen(pod);

	if (!n || len >= sizeof(stem) || !strchr(pod, '-'))
		return NULL;
	memcpy(stem, pod, len + 1);
	for (i = len; i-- > 1 && cuts < 2;) {
		const struct co_name *found;
		size_t k;

		if (stem[i] != '-')
			continue;
		stem[i] = '\0';
		cuts++;
		for (k = 0; (found = co_names_find(n, stem, k)); k++)
			if (found->type == CO_NAME_WORKLOAD)
				return found;
	}
	return NULL;
}

int co_names_has_platform(const struct co_names *n)
{
	return n && n->has_platform;
}
