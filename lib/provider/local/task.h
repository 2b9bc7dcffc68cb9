/* SPDX-License-Identifier: Apache-2.0 */
/* task: one process as /proc/PID shows it, and the object that describes it in every reading. */
#ifndef CO_PROVIDER_LOCAL_TASK_H
#define CO_PROVIDER_LOCAL_TASK_H

#include "provider/local/reading.h"

#include <sys/types.h>

struct co_task {
	pid_t pid, ppid;
	char name[65]; /* comm: may hold any byte but NUL */
	char state;    /* R S D Z T ... */
	int kernel;    /* a kernel thread */
	int64_t cpu;   /* user + system, in clock ticks */
	int64_t threads;
	int64_t started; /* clock ticks after boot */
	int64_t rss;	 /* bytes */
	int64_t delay;	 /* clock ticks spent waiting for block I/O */
};

/* Reads /proc/PID/stat; 0 or an errno: ENOENT when the process has gone. */
int co_task_read(const struct co_host *host, pid_t pid, struct co_task *task);

/* The same from the text of a stat file; 0 or -1. */
int co_task_parse(const char *text, const struct co_host *host, struct co_task *task);

/* Users by number, from the host's /etc/passwd. */
struct co_owners {
	struct {
		int64_t uid;
		char *name;
	} *items;
	size_t count;
};
void co_owners_read(const struct co_host *host, struct co_owners *owners);
void co_owners_clear(struct co_owners *owners);

/* The user's name, or "uid 1234". Lent until the next call with the same room. */
const char *co_owner(const struct co_owners *owners, int64_t uid, char room[32]);

/*
 * {pid, ppid, name, owner, uid, state, threads, started, age_seconds, command,
 * unit, container, cgroup, rss_bytes}: command has its secrets masked.
 */
json_t *co_task_object(const struct co_host *host, const struct co_owners *owners,
		       const struct co_task *task);

#endif
