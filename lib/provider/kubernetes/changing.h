/* SPDX-License-Identifier: Apache-2.0 */
/* provider/kubernetes/changing: what change.c and lookup.c share. */
#ifndef CO_PROVIDER_KUBERNETES_CHANGING_H
#define CO_PROVIDER_KUBERNETES_CHANGING_H

#include "provider/kubernetes/discovery.h"

enum { CO_KUBE_TOKEN_PART = 20 }; /* of a token's digits, in the name of a field manager */

/* One change on its way. */
struct co_kube_change {
	struct co_kube_call *c;
	struct co_kube_resource resource;
	const char *namespace;
	const char *name;
	char *uid; /* of what is meant; NULL: it is not there */
	char manager[sizeof("cloudops-") + CO_KUBE_TOKEN_PART];
	struct co_buf path;
};

/* Finds what the call means: by its plural, because that decided the access level; verb NULL: not checked. */
int co_kube_change_begin(struct co_kube_change *h, struct co_kube_call *c, const char *verb, struct co_err *err);
void co_kube_change_end(struct co_kube_change *h);

/* A parameter that is not empty; NULL. */
const char *co_kube_change_param(const struct co_kube_call *c, const char *name);

/* What is there now; *object is NULL when nothing is. */
int co_kube_change_read(struct co_kube_change *h, int64_t deadline, json_t **object, struct co_err *err);

/* Whether this manager wrote fields of an object. */
int co_kube_change_wrote(const json_t *object, const char *manager);

/* The outputs of a change: an object, as kubectl shows it (answer is taken over), or what is gone. */
void co_kube_change_give(struct co_kube_change *h, json_t *answer, json_t **output);
void co_kube_change_gone(const struct co_kube_change *h, json_t **output);

#endif
