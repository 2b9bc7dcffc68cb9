/* SPDX-License-Identifier: Apache-2.0 */
/* mounts: the file systems that hold data, from /proc/self/mountinfo (proc_pid_mountinfo(5)). */
#ifndef CO_PROVIDER_LOCAL_MOUNTS_H
#define CO_PROVIDER_LOCAL_MOUNTS_H

#include "provider/local/reading.h"

struct co_mount {
	char *path;
	char *type;
	char *source; /* "/dev/sda1" */
	unsigned major, minor;
	int read_only;
	int remote; /* asking it may hang */
};

struct co_mounts {
	struct co_mount *items;
	size_t count;
};

/*
 * Real file systems, each once (the shortest path of those that show the same
 * device), tmpfs among them; kernel views such as proc and images such as squashfs are left out.
 * 0 or an errno.
 */
int co_mounts_read(const struct co_host *host, struct co_mounts *mounts);
void co_mounts_clear(struct co_mounts *mounts);

#endif
