/* SPDX-License-Identifier: Apache-2.0 */
/* usage: which directories hold the bytes of one file system. */
#ifndef CO_PROVIDER_LOCAL_USAGE_H
#define CO_PROVIDER_LOCAL_USAGE_H

#include "provider/local/reading.h"

/*
 * Walks the tree at path, breadth first, never onto another file system, never
 * through a symbolic link, at most entries files and ms milliseconds. Returns
 * {path, complete, entries, bytes, directories: [{path, bytes}], files: [{path, bytes, owner_uid, modified}]}:
 * allocated bytes, largest first. A directory is left out when one directory in
 * it holds most of its bytes: that one tells more. NULL when path cannot be opened, or the
 * call should stop.
 */
json_t *co_usage(struct co_reading *r, const char *path, int64_t entries, int64_t ms);

#endif
