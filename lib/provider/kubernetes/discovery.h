/* SPDX-License-Identifier: Apache-2.0 */
/*
 * provider/kubernetes/discovery: what a server serves, and by which names.
 *
 * Asked for as far as it is needed: the groups in one answer where the server aggregates them
 * (since 1.27), else the resources of one group's version at a time. Kept for ten minutes.
 */
#ifndef CO_PROVIDER_KUBERNETES_DISCOVERY_H
#define CO_PROVIDER_KUBERNETES_DISCOVERY_H

#include "provider/kubernetes/client.h"

/* A kind of thing that is served. Owned strings. */
struct co_kube_resource {
	char *group; /* "" is the core one */
	char *version;
	char *plural;
	char *part; /* subresource; "" for none */
	char *kind; /* of the thing itself, not of its part */
	int namespaced;
	json_t *verbs; /* list of strings, of the part if there is one */
	int by_plural; /* it was named by its plural */
};

void co_kube_resource_clear(struct co_kube_resource *resource);

/* Whether the server takes this verb for it ("list", "patch" ...). */
int co_kube_resource_can(const struct co_kube_resource *resource, const char *verb);

/*
 * Finds what a word names (catalog/names.h): by plural, singular, short name or kind, in the
 * version that was said or the one that the server prefers. CO_ERR_INPUT "unknown-resource".
 */
int co_kube_find(struct co_kube_call *c, const char *word, struct co_kube_resource *resource, struct co_err *err);

/*
 * "/apis/apps/v1/namespaces/NS/deployments/NAME/scale": namespace and name may be NULL. CO_ERR_INPUT "bad-name"
 * for one that could not be a name. The caller frees the buffer.
 */
int co_kube_path(const struct co_kube_resource *resource, const char *namespace, const char *name, struct co_buf *path,
		 struct co_err *err);

struct co_kube_served *co_kube_served_new(void);
void co_kube_served_free(struct co_kube_served *served);

/* Takes over an answer to /api or /apis, and to /apis/GROUP/VERSION: apart, because they are foreign text. */
int co_kube_served_take_groups(struct co_kube_served *served, const json_t *answer);
int co_kube_served_take_list(struct co_kube_served *served, const char *group, const char *version, const json_t *answer);

/* Finds in what was taken: 1 and the resource; 0. */
int co_kube_served_find(const struct co_kube_served *served, const struct co_name *name, const char *version,
			struct co_kube_resource *resource);

#endif
