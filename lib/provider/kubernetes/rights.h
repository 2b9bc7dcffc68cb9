/* SPDX-License-Identifier: Apache-2.0 */
/*
 * provider/kubernetes/rights: what the cluster lets us do, as it says itself.
 *
 * Every right is asked for once. Of reads, one SelfSubjectRulesReview a namespace answers most; what it
 * does not list, and every right of a change, is asked by a SelfSubjectAccessReview of its own, which alone
 * can say no. A server that answers neither is not asked again, and says no when the call comes.
 */
#ifndef CO_PROVIDER_KUBERNETES_RIGHTS_H
#define CO_PROVIDER_KUBERNETES_RIGHTS_H

#include "provider/kubernetes/discovery.h"

struct co_kube_right {
	char *verb;
	char *group;	 /* "" is the core one */
	char *resource;	 /* plural, with its part: "deployments/scale" */
	char *namespace; /* "": all of them, or it has none */
	char *name;	 /* "": any, or not known yet */
	int unnamed;	 /* there is a name, which is only known later */
	int denied;
};

struct co_kube_rights {
	CO_LIST(struct co_kube_right) list;
	json_t *places; /* what a right says -> its place in the list */
};

/* Where the right stands, which is added unless it is there. part NULL: that of the resource. */
size_t co_kube_rights_add(struct co_kube_rights *rights, const struct co_kube_resource *resource, const char *verb,
			  const char *part, const char *namespace, const char *name, int unnamed);
void co_kube_rights_clear(struct co_kube_rights *rights);

/*
 * Asks the server of a call, and marks what is denied. exact: each right by itself. An error is one of the
 * transport, or of a server that fails.
 */
int co_kube_rights_ask(struct co_kube_rights *rights, struct co_kube_call *c, int exact, struct co_err *err);

/* Whether one of the rules in the status of a SelfSubjectRulesReview gives the right; apart, because they are foreign text. */
int co_kube_rules_give(const json_t *status, const struct co_kube_right *right);

#endif
