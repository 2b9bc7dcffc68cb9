/* SPDX-License-Identifier: Apache-2.0 */
/* provider/kubernetes/headers: the headers of one request, and in them who asks. */
#ifndef CO_PROVIDER_KUBERNETES_HEADERS_H
#define CO_PROVIDER_KUBERNETES_HEADERS_H

#include "net/http.h"
#include "provider/kubernetes/access.h"

enum { CO_KUBE_HEADERS = 64 };

/* Start with a zeroed one; clear wipes what it made itself. */
struct co_kube_headers {
	struct co_http_header items[CO_KUBE_HEADERS];
	size_t count;
	char *owned[CO_KUBE_HEADERS];
	size_t owned_count;
};

/* Borrowed; value NULL adds none. */
void co_kube_headers_add(struct co_kube_headers *h, const char *name, const char *value);

/* Authorization and impersonation as the access says; with a token, that alone. */
void co_kube_headers_identity(struct co_kube_headers *h, const struct co_kube_access *a, const char *token);

void co_kube_headers_clear(struct co_kube_headers *h);

#endif
