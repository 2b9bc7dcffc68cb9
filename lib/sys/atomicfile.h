/* SPDX-License-Identifier: Apache-2.0 */
/* sys/atomicfile: a file that appears whole or not at all, and stays after a crash. */
#ifndef CO_SYS_ATOMICFILE_H
#define CO_SYS_ATOMICFILE_H

#include "base/err.h"

#include <sys/types.h>

/*
 * Replaces path by data: temporary file in the same directory, write, fsync,
 * rename, fsync of the directory. On failure the old file is untouched and the
 * temporary one is gone.
 */
int co_file_replace(const char *path, const void *data, size_t len, mode_t mode, struct co_err *err);

/*
 * Creates path with data, durably (same steps, by link): CO_ERR_NO with id
 * "exists" when there already is one. This is how single use is enforced.
 */
int co_file_create(const char *path, const void *data, size_t len, mode_t mode, struct co_err *err);

/* mkdir -p with mode 0700 for what is made. */
int co_dir_make(const char *path, struct co_err *err);

#endif
