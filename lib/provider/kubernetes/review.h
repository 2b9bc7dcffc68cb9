/* SPDX-License-Identifier: Apache-2.0 */
/* provider/kubernetes/review: whether the cluster lets us do all of a plan, asked before any of it is done. */
#ifndef CO_PROVIDER_KUBERNETES_REVIEW_H
#define CO_PROVIDER_KUBERNETES_REVIEW_H

#include "provider/kubernetes/client.h"

struct co_plan;

/*
 * For a plan with changes: a SelfSubjectAccessReview for every verb, resource and namespace of its
 * steps, verifications and undos. CO_ERR_NO "forbidden" names all that is not allowed.
 */
int co_kube_review(struct co_kube *kube, const struct co_plan *plan, int64_t deadline, struct co_err *err);

#endif
