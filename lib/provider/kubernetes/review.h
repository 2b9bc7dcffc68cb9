/* SPDX-License-Identifier: Apache-2.0 */
/* provider/kubernetes/review: whether the clusters let us do all of a plan, asked before any of it is done. */
#ifndef CO_PROVIDER_KUBERNETES_REVIEW_H
#define CO_PROVIDER_KUBERNETES_REVIEW_H

#include "provider/kubernetes/client.h"

/*
 * Asks for every verb, resource and namespace of a plan's steps, verifications and undos, each once and
 * all clusters at the same time. A plan with changes: CO_ERR_NO "forbidden" names all that is not allowed. One
 * of reads: refuses the steps that are not, with the rule of a role that would allow them, and those of a
 * cluster that cannot be reached.
 */
int co_kube_review(struct co_kube *kube, const struct co_review *review, struct co_err *err);

#endif
