/* SPDX-License-Identifier: Apache-2.0 */
/*
 * provider/kubernetes/kept: what clusters serve, kept in files from run to run.
 *
 * A file a context as it is reached: another server, authority or identity is another file. It is
 * private to the user, written whole or not at all, read as foreign text, and good for six hours. That it is
 * missing, old, damaged or cannot be written only costs requests.
 */
#ifndef CO_PROVIDER_KUBERNETES_KEPT_H
#define CO_PROVIDER_KUBERNETES_KEPT_H

#include "provider/kubernetes/access.h"

/* STATE/kubernetes/HEX.json; the caller frees it. */
char *co_kube_kept_path(const char *state, const struct co_kube_access *access);

/* A new reference and when it was learnt (seconds since the epoch); NULL. */
json_t *co_kube_kept_read(const char *path, int64_t now, int64_t *since);

/* Takes served over. Also removes what has not been written for a week beside it. */
void co_kube_kept_write(const char *path, json_t *served, int64_t since, int64_t now);

#endif
