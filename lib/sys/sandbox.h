/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sys/sandbox: what the kernel lets this process do from now on.
 *
 * seccomp (filters made from libseccomp rules at build time) and Landlock on
 * Linux; pledge and unveil on OpenBSD; a stated no-op elsewhere. Entered before
 * any input is read. A second call can only take more away.
 *
 * Landlock is best effort (old kernels lack it; the seccomp filter alone then
 * stands); seccomp is not: failure to install it is an error and the tool ends.
 */
#ifndef CO_SYS_SANDBOX_H
#define CO_SYS_SANDBOX_H

#include "base/err.h"

/* Groups of system calls; memory, read, write on open descriptors and exit are always allowed. */
enum {
	CO_ALLOW_OPEN_READ = 1,	  /* open for reading, stat, readdir */
	CO_ALLOW_OPEN_WRITE = 2,  /* create, open for writing, rename, link, unlink, mkdir, fsync, flock */
	CO_ALLOW_EXEC = 4,	  /* fork, execve, wait, kill of children, pipes */
	CO_ALLOW_THREADS = 8,	  /* clone for threads only */
	CO_ALLOW_UNIX_SOCKET = 16, /* socket(AF_UNIX) and connect */
	CO_ALLOW_INET = 32,	  /* socket(AF_INET, AF_INET6, AF_NETLINK route) and connect, never bind or listen */
	CO_ALLOW_HOST = 64,	  /* what reading this host needs: statfs, sysinfo, adjtimex reads, sock_diag netlink */
	/*
	 * No Landlock, seccomp alone. For the process that reads this host: under any
	 * Landlock rules /proc/PID/fd and /proc/PID/io of other processes are closed
	 * (they need ptrace access, which a domain never grants outwards).
	 */
	CO_ALLOW_ALL_PATHS = 128,
	CO_ALLOW_CONNECTED = 256, /* take over sockets that another process has connected; none is made or connected here */
};

/* Paths for Landlock: beneath each, the given rights. Missing paths are ignored. */
struct co_sandbox_path {
	const char *path;
	unsigned rights; /* CO_ALLOW_OPEN_READ | CO_ALLOW_OPEN_WRITE | CO_ALLOW_EXEC */
};

struct co_sandbox {
	unsigned allow;
	const struct co_sandbox_path *paths; /* ends with a row whose path is NULL; NULL: no files at all */
};

/*
 * Applies it to this process and all it starts: no new privileges, not
 * dumpable, no core, no memory that is executable but what is (without
 * CO_ALLOW_EXEC). Forbidden calls kill the process (SIGSYS). Enter it before
 * threads are started. With the groups { 0, NULL } a process is left with its
 * open descriptors, memory and clocks.
 *
 * What a process starts under CO_ALLOW_EXEC has the same groups, and nothing
 * a program commonly needs beyond them: give CO_ALLOW_OPEN_READ for its libraries.
 */
int co_sandbox_enter(const struct co_sandbox *sandbox, struct co_err *err);

/*
 * For the tests of each tool (hidden option --sandbox-probe ACT): tries the act
 * ("socket" "connect" "listen" "exec" "write" "read" "list" "kill" "ptrace" "code" "none")
 * and returns 0 if the kernel let it happen, else CO_ERR_NO with id "stopped". A
 * kill ends the process instead.
 */
int co_sandbox_probe(const char *act, struct co_err *err);

#endif
