/* SPDX-License-Identifier: Apache-2.0 */
/*
 * net/dialer: a process that opens connections to one address for another that cannot.
 *
 * System call filters cannot judge addresses. So who talks to a stranger and holds a key
 * gets the group "connected" of sys/sandbox.h, in which no socket can be made or connected, and its
 * connections from here: a process that was forked before, that knows one host by the
 * addresses it had then, and that takes one byte of input: "another one".
 */
#ifndef CO_NET_DIALER_H
#define CO_NET_DIALER_H

#include "base/err.h"

#include <sys/types.h>

struct co_dialer {
	int line; /* to the process; -1 when there is none */
	pid_t pid;
};

#define CO_DIALER_INIT { -1, -1 }

/*
 * Looks host up and starts the process, in a sandbox of its own. What the caller has in memory, the process has, too: start
 * it before secrets are read. CO_ERR_REMOTE "unreachable" when the name has no address.
 */
int co_dialer_start(struct co_dialer *dialer, const char *host, int port, struct co_err *err);

/* Waits for it, by closing the line. */
void co_dialer_stop(struct co_dialer *dialer);

/* A connected TCP socket, or -1 when none came within ms, or the host took none. */
int co_dialer_connect(struct co_dialer *dialer, int ms);

#endif
