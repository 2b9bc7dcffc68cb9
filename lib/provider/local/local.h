/* SPDX-License-Identifier: Apache-2.0 */
/*
 * provider/local: this very host, read from /proc, /sys, systemd and files.
 *
 * Operations are "local read X"; co-local(5) documents every field they return.
 * Nothing is changed and no shell is run. A reading answers in a container too;
 * what it cannot see it lists under "unseen", each with the reason.
 */
#ifndef CO_PROVIDER_LOCAL_LOCAL_H
#define CO_PROVIDER_LOCAL_LOCAL_H

#include "exec/provider.h"

extern const struct co_provider co_provider_local;

#endif
