/* SPDX-License-Identifier: Apache-2.0 */
/* provider/kubernetes/read: lists, objects, logs and watches. Parameters and outputs are in co-kubernetes(5). */
#ifndef CO_PROVIDER_KUBERNETES_READ_H
#define CO_PROVIDER_KUBERNETES_READ_H

#include "provider/kubernetes/discovery.h"

int co_kube_list(struct co_kube_call *c, json_t **output, struct co_err *err);
int co_kube_get(struct co_kube_call *c, json_t **output, struct co_err *err);
int co_kube_reveal(struct co_kube_call *c, json_t **output, struct co_err *err);
int co_kube_logs(struct co_kube_call *c, json_t **output, struct co_err *err);
int co_kube_watch(struct co_kube_call *c, json_t **output, struct co_err *err);

/* Whether the values of this may only be revealed: Secrets. Anything else asks for their metadata alone. */
int co_kube_is_secret(const struct co_kube_resource *resource);

/* Takes out of an object what repeats its values, and names what only its metadata was asked of. */
void co_kube_hush(json_t *object, const struct co_kube_resource *resource);

/* The namespace that one object of a call is in: with, target, context; NULL for what has none. Borrowed. */
const char *co_kube_namespace_for(const struct co_kube_call *c, const struct co_kube_resource *resource);

#endif
