/* SPDX-License-Identifier: Apache-2.0 */
/* proc: small readers of /proc, /sys and files like them, below a host's root. */
#ifndef CO_PROVIDER_LOCAL_PROC_H
#define CO_PROVIDER_LOCAL_PROC_H

#include "provider/local/reading.h"

#include <dirent.h>
#include <sys/types.h>

/*
 * Replaces out by the file's bytes; the path is formatted, without the leading
 * "/". 0, or an errno: EFBIG when only its first 8 MiB were read.
 */
int co_proc_read(const struct co_host *host, struct co_buf *out, const char *path, ...) CO_PRINTF(3, 4);

/* One whole number from a file ("max" is -2); -1 when it cannot be read. */
int64_t co_proc_number(const struct co_host *host, const char *path, ...) CO_PRINTF(2, 3);

/* The target of a symbolic link; 0, or an errno. */
int co_proc_link(const struct co_host *host, char *out, size_t size, const char *path, ...) CO_PRINTF(4, 5);

DIR *co_proc_dir(const struct co_host *host, const char *path, ...) CO_PRINTF(2, 3);

/* Cuts the next line off the text at *cursor; NULL at the end. */
char *co_line(char **cursor);

/* The number after a key that starts a line ("MemTotal:" or "nr_throttled"); -1 when it is not there. */
int64_t co_key_number(const char *text, const char *key);

/* The last path component. */
const char *co_base_name(const char *path);

/* Numbers of the directories of /proc, ascending; free() it. The caller's own threads of control are in it. */
pid_t *co_pids(const struct co_host *host, size_t *count);

/* Pressure stall information as an object {some: {avg10, avg60, avg300}, full: ...}; NULL if there is none. */
json_t *co_pressure(const struct co_host *host, const char *path, ...) CO_PRINTF(2, 3);

/* Sets "pressure" from /proc/pressure/NAME, or null and why in "unseen". */
void co_set_pressure(struct co_reading *r, const char *name);

/* Where the time of the host stands: seconds since the epoch, and since boot. */
struct co_uptime {
	int64_t now;
	double up;
};
void co_uptime(const struct co_host *host, struct co_uptime *u);

/* Where a process belongs, from the text of /proc/PID/cgroup. Empty strings when unknown. */
struct co_cgroup {
	char path[512];
	char unit[256];	    /* systemd unit: "nginx.service" */
	char container[65]; /* 64 hex digits */
};
void co_cgroup_parse(char *text, struct co_cgroup *out);

/*
 * The directory below /sys/fs/cgroup where this process finds files of a
 * controller: cgroup v2, or v1 with one hierarchy a controller. *version is
 * 2 or 1. 0, or -1 when no hierarchy with the controller is mounted.
 */
int co_cgroup_dir(const struct co_host *host, const char *controller, char *out, size_t size, int *version);

/* The group's name in such a directory: what follows the mount point; "/" at the top. */
const char *co_cgroup_name(const char *dir);

/* "docker", "kubernetes", "lxc", ... when this is a container; NULL when it is not known to be one. */
const char *co_container_kind(const struct co_host *host);

#endif
