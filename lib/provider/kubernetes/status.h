/* SPDX-License-Identifier: Apache-2.0 */
/* provider/kubernetes/status: what a server's refusal means (API conventions, "Response Status Kind"). */
#ifndef CO_PROVIDER_KUBERNETES_STATUS_H
#define CO_PROVIDER_KUBERNETES_STATUS_H

#include "base/err.h"

#include <jansson.h>

/*
 * Fills err from an answer that is no success: its HTTP status, and its body, which is a
 * Status object, or any text. who is the context. Returns err's code.
 */
int co_kube_refused(int status, const char *body, size_t len, const char *who, struct co_err *err);

/* The same for a Status object, as one stands in a watch. */
int co_kube_refused_by(const json_t *status, int code, const char *who, struct co_err *err);

/* Whether a change that was answered with this certainly did not happen. */
int co_kube_is_certain(int status, const char *body, size_t len);

#endif
