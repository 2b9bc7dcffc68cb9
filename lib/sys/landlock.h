/* SPDX-License-Identifier: Apache-2.0 */
/* sys/landlock: which files, ports and peers this process may reach from now on (Linux, landlock(7)). */
#ifndef CO_SYS_LANDLOCK_H
#define CO_SYS_LANDLOCK_H

#include "sys/sandbox.h"

/*
 * Restricts this thread, and what it starts, to the sandbox's paths; no TCP
 * port may be bound, none connected to without CO_ALLOW_INET, and no process
 * outside signalled, as far as the kernel's version of Landlock goes. CO_OK too
 * where it has none.
 */
int co_landlock_enter(const struct co_sandbox *sandbox, struct co_err *err);

#endif
