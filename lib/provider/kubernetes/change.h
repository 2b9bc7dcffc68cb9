/* SPDX-License-Identifier: Apache-2.0 */
/*
 * provider/kubernetes/change: create, apply, patch, label, delete and evict.
 *
 * Every change of what exists names the uid it is meant for, from the plan or as it was read
 * just before, so that what was made anew under the same name is left alone; and the
 * resourceVersion, when the plan has one. Its field manager carries the change's token, by which
 * its effect is found again. With call->rehearse the server only says what it would do (dryRun=All).
 */
#ifndef CO_PROVIDER_KUBERNETES_CHANGE_H
#define CO_PROVIDER_KUBERNETES_CHANGE_H

#include "provider/kubernetes/discovery.h"

int co_kube_create(struct co_kube_call *c, json_t **output, struct co_err *err);
int co_kube_apply(struct co_kube_call *c, json_t **output, struct co_err *err);
int co_kube_patch(struct co_kube_call *c, json_t **output, struct co_err *err);
int co_kube_label(struct co_kube_call *c, json_t **output, struct co_err *err);
int co_kube_delete(struct co_kube_call *c, json_t **output, struct co_err *err);
int co_kube_evict(struct co_kube_call *c, json_t **output, struct co_err *err);

/* lookup() of exec/provider.h, for any of them. */
int co_kube_look_up(struct co_kube_call *c, json_t **output, struct co_err *err);

/* Whether all that a patch says is so in the object: lists of named things are compared by name. */
int co_kube_holds(const json_t *object, const json_t *patch);

#endif
