/* SPDX-License-Identifier: Apache-2.0 */
/* inodes: which files were met already, whatever their names. */
#ifndef CO_PROVIDER_LOCAL_INODES_H
#define CO_PROVIDER_LOCAL_INODES_H

#include <stddef.h>
#include <sys/stat.h>

struct co_inode {
	dev_t device;
	ino_t number;
};

/* Starts zeroed; the caller frees items. */
struct co_inodes {
	struct co_inode *items;
	size_t count;
};

/* True if the file was met before; else it is from now on. */
int co_inodes_met(struct co_inodes *inodes, const struct stat *st);

#endif
