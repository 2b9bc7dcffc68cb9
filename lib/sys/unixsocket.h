/* SPDX-License-Identifier: Apache-2.0 */
/* sys/unixsocket: a conversation with a program of this host, such as ssh-agent. */
#ifndef CO_SYS_UNIXSOCKET_H
#define CO_SYS_UNIXSOCKET_H

#include "base/err.h"

/* Connects to the socket at path; the caller closes *fd. CO_ERR_SYSTEM id "not-found" when nobody listens. */
int co_unix_connect(const char *path, int *fd, struct co_err *err);

/* Reads exactly len bytes; CO_ERR_SYSTEM id "timeout" when they did not come in timeout_ms, "closed" at an early end. */
int co_unix_read(int fd, void *out, size_t len, int timeout_ms, struct co_err *err);

#endif
