/* SPDX-License-Identifier: Apache-2.0 */
/* sys/file: whole files in, with limits and trust checks; whole writes out. */
#ifndef CO_SYS_FILE_H
#define CO_SYS_FILE_H

#include "base/err.h"

enum {
	CO_FILE_PRIVATE = 1, /* must be a regular file of this user or root, mode & 077 == 0, no symlink */
	CO_FILE_TRUSTED = 2, /* must not be writable by group or others; owner this user or root */
};

/*
 * Appends the file's bytes. limit: the most bytes allowed. CO_ERR_SYSTEM when it
 * cannot be opened or read (err->id "not-found" for ENOENT), CO_ERR_INPUT when it
 * is too large, not a regular file, or fails a trust check (id "untrusted-file",
 * with the chmod or chown to run as hint). Checks are made on the open descriptor.
 */
int co_file_read(const char *path, size_t limit, unsigned trust, struct co_buf *out, struct co_err *err);

/*
 * The same as a mapping, for data files that are searched and not read whole.
 * An empty file gives len 0. Who truncates a mapped file ends its readers
 * (SIGBUS): map only what is installed, and replaced by rename.
 */
struct co_map {
	const char *data;
	size_t len;
};
int co_file_map(const char *path, unsigned trust, struct co_map *map, struct co_err *err);
void co_file_unmap(struct co_map *map);

/* Appends what is left of a descriptor, EINTR retried; at most limit bytes. name is for messages. */
int co_fd_read(int fd, size_t limit, const char *name, struct co_buf *out, struct co_err *err);

/* Writes all of it: short writes and EINTR are continued. EPIPE and ENOSPC are errors like any. */
int co_fd_write(int fd, const void *data, size_t len, const char *name, struct co_err *err);

/*
 * Opens /dev/null on whichever of 0, 1, 2 is closed, so that no file lands
 * there: 0 for writing, 1 and 2 for reading, so that to use it still fails and
 * output that nobody gets is not taken for written. Call first in main.
 */
void co_fd_guard_standard(void);

#endif
