/* SPDX-License-Identifier: Apache-2.0 */
/* provider/kubernetes/proxy: the proxy that the environment says, for clusters whose kubeconfig says none. */
#ifndef CO_PROVIDER_KUBERNETES_PROXY_H
#define CO_PROVIDER_KUBERNETES_PROXY_H

/*
 * By HTTPS_PROXY (HTTP_PROXY for http) and NO_PROXY, or the same in lower case, as kubectl reads them: this host
 * is never reached through one, and NO_PROXY lists addresses, ranges of them and domains, each with a port
 * or without (golang.org/x/net/http/httpproxy). The environment ends with NULL. The caller frees it; NULL: none.
 */
char *co_kube_proxy_of(const char *const *environment, const char *server);

#endif
