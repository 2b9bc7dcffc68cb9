/* SPDX-License-Identifier: Apache-2.0 */
/* sys/lockfile: one writer at a time, by flock on a file that is never removed. */
#ifndef CO_SYS_LOCKFILE_H
#define CO_SYS_LOCKFILE_H

#include "base/err.h"

/* Opens (creating, mode 0600) without locking; *fd on success. */
int co_lock_open(const char *path, int *fd, struct co_err *err);

/* Waits at most timeout_ms (-1: for ever); CO_ERR_SYSTEM id "locked" when it passed. */
int co_lock_take(int fd, int timeout_ms, struct co_err *err);
void co_lock_drop(int fd);

#endif
