/* SPDX-License-Identifier: Apache-2.0 */
/*
 * provider/kubernetes/kubeconfig: kubeconfig files, as kubectl reads them.
 *
 * Several files are one: of two entries with the same name the first counts, whole, and
 * nothing of the second. Relative paths are relative to the file they stand in. What is
 * wrong is said with its file and line, and only once it is used: another context still works.
 */
#ifndef CO_PROVIDER_KUBERNETES_KUBECONFIG_H
#define CO_PROVIDER_KUBERNETES_KUBECONFIG_H

#include "provider/kubernetes/access.h"

struct co_kubeconfig;

struct co_kubeconfig *co_kubeconfig_new(void);
void co_kubeconfig_free(struct co_kubeconfig *config);

/* Adds a file by its text. CO_ERR_INPUT "bad-kubeconfig" with path:line:column. */
int co_kubeconfig_add(struct co_kubeconfig *config, const char *path, const char *text, size_t len, struct co_err *err);

/*
 * Adds those of a colon-separated list, as in $KUBECONFIG, that are there. Files that others
 * may write to are refused, because a kubeconfig names programs to run. CO_ERR_INPUT
 * "no-kubeconfig" when none is there.
 */
int co_kubeconfig_load(struct co_kubeconfig *config, const char *paths, struct co_err *err);

/*
 * How a context is reached; NULL: the current one. Nothing is opened: what stands in other
 * files is named, with absolute paths. Fills the zeroed struct. CO_ERR_INPUT "no-context", or
 * "bad-kubeconfig" with the place.
 */
int co_kubeconfig_access(const struct co_kubeconfig *config, const char *context, struct co_kube_access *access,
			 struct co_err *err);

/* The name of the context in use; NULL when none is. Borrowed. */
const char *co_kubeconfig_current(const struct co_kubeconfig *config);

/* The contexts that can be named, one each; borrowed strings, and a list that the caller frees. */
const char **co_kubeconfig_contexts(const struct co_kubeconfig *config, size_t *count);

#endif
