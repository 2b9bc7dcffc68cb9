/* SPDX-License-Identifier: Apache-2.0 */
/* provider/kubernetes/served: what a server said that it serves, taken over from its answers, for discovery.c. */
#ifndef CO_PROVIDER_KUBERNETES_SERVED_H
#define CO_PROVIDER_KUBERNETES_SERVED_H

#include "provider/kubernetes/discovery.h"

#include <pthread.h>

struct co_kube_served {
	pthread_mutex_t lock;
	json_t *groups; /* group -> list of versions, the preferred one first; NULL: not asked for yet */
	json_t *lists;	/* "group/version" -> list of resources as in an APIResourceList */
	json_t *seen;	/* the same, and "/api" and "/apis" -> when it was asked for, of co_clock_ms() */
	int64_t since;	/* seconds since the epoch of the oldest of it; 0: there is none */
	int looked;	/* on disk */
	json_t *restored; /* what was there; NULL: nothing, or it is forgotten */
};

struct co_kube_served *co_kube_served_new(void);
void co_kube_served_free(struct co_kube_served *served);
void co_kube_served_forget(struct co_kube_served *served);

/* All groups but the core one: /apis is asked for anew. */
void co_kube_served_clear_groups(struct co_kube_served *served);

/* Something was asked for just now. */
void co_kube_served_see(struct co_kube_served *served, const char *key);

/* Takes over an answer to /api or /apis, and to /apis/GROUP/VERSION: apart, because they are foreign text. */
int co_kube_served_take_groups(struct co_kube_served *served, const json_t *answer);
int co_kube_served_take_list(struct co_kube_served *served, const char *group, const char *version, const json_t *answer);

/* Finds in what was taken: 1 and the resource; 0. */
int co_kube_served_find(const struct co_kube_served *served, const struct co_name *name, const char *version,
			struct co_kube_resource *resource);

/* As a new value for a file, NULL when that holds it already; and taken over again from what somebody found in one: -1 when it is not like that. */
json_t *co_kube_served_keep(const struct co_kube_served *served);
int co_kube_served_restore(struct co_kube_served *served, const json_t *kept, int64_t since);

#endif
