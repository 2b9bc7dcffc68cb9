/* SPDX-License-Identifier: Apache-2.0 */
/*
 * provider/kubernetes/credential: who we are to a cluster, found out in a process of its own.
 *
 * The keeper reads the kubeconfig and the files it names, reads tokens again when they are
 * asked for again, and runs credential plugins; what it runs is decided by the kubeconfig
 * alone, a request only names a context. It runs outside co-exec's sandbox, which may do none of this.
 */
#ifndef CO_PROVIDER_KUBERNETES_CREDENTIAL_H
#define CO_PROVIDER_KUBERNETES_CREDENTIAL_H

#include "provider/kubernetes/access.h"

#include <stdatomic.h>

/* What is known when co-exec starts. Borrowed. */
struct co_kube_place {
	const char *paths;	 /* as $KUBECONFIG; NULL: none */
	const char *account;	 /* directory of the pod's service account; NULL: not in a pod */
	const char *host, *port; /* of the API server, as a pod is told */
	const char *const *environment; /* for plugins: "NAME=value", ends with NULL */
};

/* The context that means the pod's own service account. */
#define CO_KUBE_IN_CLUSTER "in-cluster"

struct co_kube_keeper;

struct co_kube_keeper *co_kube_keeper_new(const struct co_kube_place *place);
void co_kube_keeper_free(struct co_kube_keeper *keeper);

/*
 * Answers {"context": NAME or null, "fresh": BOOL} with an encoded co_kube_access that needs no more files; a
 * serve() of provider/servant.h. fresh: the credential it gave before was refused. CO_ERR_INPUT "no-kubeconfig",
 * "no-context", "bad-kubeconfig"; CO_ERR_REMOTE "plugin" when a plugin fails.
 */
int co_kube_keeper_serve(void *keeper, json_t *request, int64_t deadline, const atomic_int *cancelled, json_t **output,
			 struct co_err *err);

/* Seconds since the epoch of an RFC 3339 time with any offset and fraction; 0 when it is none. */
int64_t co_kube_time(const char *text);

#endif
