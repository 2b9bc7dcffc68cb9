/* SPDX-License-Identifier: Apache-2.0 */
/*
 * provider/kubernetes: clusters, through their API servers.
 *
 * Operations are "kubernetes VERB RESOURCE"; co-kubernetes(5) documents them. Resources are what the
 * server says it serves, custom ones too. The values of Secrets are never asked for but by "reveal".
 */
#ifndef CO_PROVIDER_KUBERNETES_KUBERNETES_H
#define CO_PROVIDER_KUBERNETES_KUBERNETES_H

#include "exec/provider.h"

extern const struct co_provider co_provider_kubernetes;

#endif
