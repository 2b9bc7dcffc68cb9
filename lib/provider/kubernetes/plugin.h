/* SPDX-License-Identifier: Apache-2.0 */
/* provider/kubernetes/plugin: credential plugins (client.authentication.k8s.io/v1 and v1beta1), run. */
#ifndef CO_PROVIDER_KUBERNETES_PLUGIN_H
#define CO_PROVIDER_KUBERNETES_PLUGIN_H

#include "provider/kubernetes/access.h"

/*
 * Runs access->plugin with the environment, and takes token, certificate, key and end from what it
 * prints. CO_ERR_REMOTE "plugin".
 */
int co_kube_plugin_run(struct co_kube_access *access, const char *const *environment, int64_t timeout_ms,
		       struct co_err *err);

/* Takes over what a plugin printed; apart, because it is foreign text. */
int co_kube_plugin_take(struct co_kube_access *access, const char *text, size_t len, struct co_err *err);

#endif
