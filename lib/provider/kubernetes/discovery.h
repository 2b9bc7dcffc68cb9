/* SPDX-License-Identifier: Apache-2.0 */
/*
 * provider/kubernetes/discovery: what a server serves, and by which names.
 *
 * Asked for as far as it is needed: the groups in one answer where the server aggregates them
 * (since 1.27), else the resources of one group's version at a time. Kept for six hours, also
 * from run to run (kept.h); what is not found there, or is no longer where it was, is asked for anew.
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
 * After a path was not found: whether it stood in what an earlier run kept, which is forgotten then, so that
 * the same call may find another. 0: the server itself said so.
 */
int co_kube_find_anew(struct co_kube_call *c);

/*
 * "/apis/apps/v1/namespaces/NS/deployments/NAME/scale": namespace and name may be NULL. CO_ERR_INPUT "bad-name"
 * for one that could not be a name. The caller frees the buffer.
 */
int co_kube_path(const struct co_kube_resource *resource, const char *namespace, const char *name, struct co_buf *path,
		 struct co_err *err);

#endif
