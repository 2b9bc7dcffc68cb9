/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writes sandbox_filters.h: one piece of seccomp filter for each group of system
 * calls in sys/sandbox.h, computed by libseccomp. Runs when the program is built:
 * doing this at start would cost each stage more than all its other work.
 *
 * A piece allows its own calls, kills what has the wrong architecture (x32 too),
 * and lets all else fall off its end. So pieces can be put one after another, and
 * what the last lets fall is killed: the union of groups is a concatenation.
 *
 * With -DCO_SANITIZER a group for sanitizers and valgrind is always allowed.
 */
#define _GNU_SOURCE
#include "sys/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <sched.h>
#include <seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <termios.h>
#include <unistd.h>

/* libseccomp's name for "none of the rules"; never leaves this program. */
#define FALL SCMP_ACT_TRACE(0x7a7a)

enum { BASE = 0, EXTRA = 1 << 30 };

/* A call, and up to two conditions: (argument & mask) == value. */
struct rule {
	int group;
	const char *call;
	unsigned conditions;
	struct {
		unsigned arg;
		unsigned long mask, value;
	} is[2];
	int errnum; /* instead of allowing it: fails so */
};

#define ALLOW(group, call) { group, call, 0, { { 0, 0, 0 } }, 0 }
#define IF(group, call, arg, mask, value) { group, call, 1, { { arg, mask, value } }, 0 }
#define IF2(group, call, a1, m1, v1, a2, m2, v2) { group, call, 2, { { a1, m1, v1 }, { a2, m2, v2 } }, 0 }
#define FAIL(group, call, errnum) { group, call, 0, { { 0, 0, 0 } }, errnum }

/* The kernel looks at 32 bits of these, so a mask of 32 bits is what cannot be evaded. */
#define INT 0xffffffffUL
#define WRITING (O_ACCMODE | O_CREAT | O_TRUNC | (O_TMPFILE & ~O_DIRECTORY))
#define NAMESPACES                                                                                           \
	(CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET)
#define THREAD (CLONE_THREAD | CLONE_VM | CLONE_SIGHAND)

enum { NETLINK_ROUTE = 0, NETLINK_SOCK_DIAG = 4 };

static const struct rule rules[] = {
	/* Memory: nothing that can be executed. */
	ALLOW(BASE, "brk"),
	IF(BASE, "mmap", 2, PROT_EXEC, 0),
	IF(BASE, "mprotect", 2, PROT_EXEC, 0),
	ALLOW(BASE, "munmap"),
	ALLOW(BASE, "mremap"),
	ALLOW(BASE, "madvise"),
	ALLOW(BASE, "mlock"),
	ALLOW(BASE, "mlock2"),
	ALLOW(BASE, "munlock"),

	/* Open descriptors. */
	ALLOW(BASE, "read"),
	ALLOW(BASE, "readv"),
	ALLOW(BASE, "pread64"),
	ALLOW(BASE, "write"),
	ALLOW(BASE, "writev"),
	ALLOW(BASE, "pwrite64"),
	IF(BASE, "sendto", 4, ~0UL, 0), /* where it is connected to, and nowhere else */
	ALLOW(BASE, "recvfrom"),
	ALLOW(BASE, "lseek"),
	ALLOW(BASE, "flock"),
	ALLOW(BASE, "fdatasync"),
	ALLOW(BASE, "close"),
	ALLOW(BASE, "fstat"),
	IF(BASE, "newfstatat", 3, AT_EMPTY_PATH, AT_EMPTY_PATH),
	IF(BASE, "statx", 2, AT_EMPTY_PATH, AT_EMPTY_PATH),
	IF(BASE, "fcntl", 1, INT, F_GETFD),
	IF(BASE, "fcntl", 1, INT, F_SETFD),
	IF(BASE, "fcntl", 1, INT, F_GETFL),
	IF(BASE, "fcntl", 1, INT, F_SETFL),
	IF(BASE, "ioctl", 1, INT, TCGETS),
	IF(BASE, "ioctl", 1, INT, TIOCGWINSZ),
	IF(BASE, "ioctl", 1, INT, TCFLSH),
	ALLOW(BASE, "poll"),
	ALLOW(BASE, "ppoll"),
	ALLOW(BASE, "select"),
	ALLOW(BASE, "pselect6"),
	ALLOW(BASE, "eventfd2"),
	ALLOW(BASE, "epoll_create1"),
	ALLOW(BASE, "epoll_ctl"),
	ALLOW(BASE, "epoll_wait"),
	ALLOW(BASE, "epoll_pwait"),

	/* Time and chance. */
	ALLOW(BASE, "clock_gettime"),
	ALLOW(BASE, "clock_getres"),
	ALLOW(BASE, "gettimeofday"),
	ALLOW(BASE, "time"),
	ALLOW(BASE, "nanosleep"),
	ALLOW(BASE, "clock_nanosleep"),
	ALLOW(BASE, "restart_syscall"),
	ALLOW(BASE, "setitimer"),
	ALLOW(BASE, "alarm"),
	ALLOW(BASE, "timerfd_create"),
	ALLOW(BASE, "timerfd_settime"),
	ALLOW(BASE, "getrandom"),

	/* Its own signals. */
	ALLOW(BASE, "rt_sigaction"),
	ALLOW(BASE, "rt_sigprocmask"),
	ALLOW(BASE, "rt_sigreturn"),
	ALLOW(BASE, "rt_sigtimedwait"),
	ALLOW(BASE, "rt_sigsuspend"),
	ALLOW(BASE, "rt_sigpending"),
	ALLOW(BASE, "sigaltstack"),
	ALLOW(BASE, "signalfd4"),
	ALLOW(BASE, "pause"),

	/* Itself. */
	ALLOW(BASE, "exit"),
	ALLOW(BASE, "exit_group"),
	ALLOW(BASE, "futex"),
	ALLOW(BASE, "sched_yield"),
	ALLOW(BASE, "sched_getaffinity"),
	ALLOW(BASE, "getpid"),
	ALLOW(BASE, "gettid"),
	ALLOW(BASE, "getppid"),
	ALLOW(BASE, "getuid"),
	ALLOW(BASE, "geteuid"),
	ALLOW(BASE, "getgid"),
	ALLOW(BASE, "getegid"),
	ALLOW(BASE, "getrusage"),
	ALLOW(BASE, "wait4"), /* for what it started before */
	ALLOW(BASE, "waitid"),
	ALLOW(BASE, "uname"),
	ALLOW(BASE, "sysinfo"), /* glibc's qsort asks how much memory there is */
	IF(BASE, "prlimit64", 0, INT, 0),
	ALLOW(BASE, "getrlimit"),
	ALLOW(BASE, "setrlimit"),

	/* A tighter sandbox. */
	IF(BASE, "prctl", 0, INT, PR_SET_NO_NEW_PRIVS),
	IF(BASE, "prctl", 0, INT, PR_SET_DUMPABLE),
	IF(BASE, "prctl", 0, INT, PR_SET_NAME),
	IF(BASE, "prctl", 0, INT, PR_SET_PDEATHSIG),
	ALLOW(BASE, "seccomp"),
	ALLOW(BASE, "landlock_create_ruleset"),
	ALLOW(BASE, "landlock_restrict_self"),

	/* Its flags are behind a pointer; libc falls back to clone(), whose flags can be judged. */
	FAIL(BASE, "clone3", 38 /* ENOSYS */),

	IF(CO_ALLOW_OPEN_READ, "openat", 2, WRITING, O_RDONLY),
	IF(CO_ALLOW_OPEN_READ, "open", 1, WRITING, O_RDONLY),
	ALLOW(CO_ALLOW_OPEN_READ, "stat"),
	ALLOW(CO_ALLOW_OPEN_READ, "lstat"),
	ALLOW(CO_ALLOW_OPEN_READ, "newfstatat"),
	ALLOW(CO_ALLOW_OPEN_READ, "statx"),
	ALLOW(CO_ALLOW_OPEN_READ, "access"),
	ALLOW(CO_ALLOW_OPEN_READ, "faccessat"),
	ALLOW(CO_ALLOW_OPEN_READ, "faccessat2"),
	ALLOW(CO_ALLOW_OPEN_READ, "readlink"),
	ALLOW(CO_ALLOW_OPEN_READ, "readlinkat"),
	ALLOW(CO_ALLOW_OPEN_READ, "getdents64"),
	ALLOW(CO_ALLOW_OPEN_READ, "getcwd"),
	ALLOW(CO_ALLOW_OPEN_READ, "fadvise64"),
	ALLOW(CO_ALLOW_OPEN_READ, "inotify_init1"),
	ALLOW(CO_ALLOW_OPEN_READ, "inotify_add_watch"),
	ALLOW(CO_ALLOW_OPEN_READ, "landlock_add_rule"),

	ALLOW(CO_ALLOW_OPEN_WRITE, "openat"),
	ALLOW(CO_ALLOW_OPEN_WRITE, "open"),
	ALLOW(CO_ALLOW_OPEN_WRITE, "creat"),
	ALLOW(CO_ALLOW_OPEN_WRITE, "rename"),
	ALLOW(CO_ALLOW_OPEN_WRITE, "renameat"),
	ALLOW(CO_ALLOW_OPEN_WRITE, "renameat2"),
	ALLOW(CO_ALLOW_OPEN_WRITE, "link"),
	ALLOW(CO_ALLOW_OPEN_WRITE, "linkat"),
	ALLOW(CO_ALLOW_OPEN_WRITE, "unlink"),
	ALLOW(CO_ALLOW_OPEN_WRITE, "unlinkat"),
	ALLOW(CO_ALLOW_OPEN_WRITE, "mkdir"),
	ALLOW(CO_ALLOW_OPEN_WRITE, "mkdirat"),
	ALLOW(CO_ALLOW_OPEN_WRITE, "ftruncate"),
	ALLOW(CO_ALLOW_OPEN_WRITE, "fallocate"),
	ALLOW(CO_ALLOW_OPEN_WRITE, "fsync"),
	ALLOW(CO_ALLOW_OPEN_WRITE, "fchmod"),
	ALLOW(CO_ALLOW_OPEN_WRITE, "umask"),
	IF(CO_ALLOW_OPEN_WRITE, "ioctl", 1, INT, TCSETS),
	IF(CO_ALLOW_OPEN_WRITE, "ioctl", 1, INT, TCSETSW),
	IF(CO_ALLOW_OPEN_WRITE, "ioctl", 1, INT, TCSETSF),

	/* What a started program needs before its own main(): it inherits the filter. */
	IF(CO_ALLOW_EXEC, "clone", 0, NAMESPACES, 0),
	ALLOW(CO_ALLOW_EXEC, "fork"),
	ALLOW(CO_ALLOW_EXEC, "vfork"),
	ALLOW(CO_ALLOW_EXEC, "execve"),
	ALLOW(CO_ALLOW_EXEC, "kill"),
	ALLOW(CO_ALLOW_EXEC, "tgkill"),
	ALLOW(CO_ALLOW_EXEC, "pipe"),
	ALLOW(CO_ALLOW_EXEC, "pipe2"),
	ALLOW(CO_ALLOW_EXEC, "dup"),
	ALLOW(CO_ALLOW_EXEC, "dup2"),
	ALLOW(CO_ALLOW_EXEC, "dup3"),
	ALLOW(CO_ALLOW_EXEC, "close_range"),
	ALLOW(CO_ALLOW_EXEC, "fcntl"),
	ALLOW(CO_ALLOW_EXEC, "mmap"),
	ALLOW(CO_ALLOW_EXEC, "mprotect"),
	ALLOW(CO_ALLOW_EXEC, "prctl"),
	ALLOW(CO_ALLOW_EXEC, "arch_prctl"),
	ALLOW(CO_ALLOW_EXEC, "set_tid_address"),
	ALLOW(CO_ALLOW_EXEC, "set_robust_list"),
	ALLOW(CO_ALLOW_EXEC, "rseq"),
	ALLOW(CO_ALLOW_EXEC, "getresuid"),
	ALLOW(CO_ALLOW_EXEC, "getresgid"),
	ALLOW(CO_ALLOW_EXEC, "getgroups"),
	ALLOW(CO_ALLOW_EXEC, "getpgrp"),
	ALLOW(CO_ALLOW_EXEC, "getsid"),
	ALLOW(CO_ALLOW_EXEC, "capget"),
	ALLOW(CO_ALLOW_EXEC, "umask"),
	ALLOW(CO_ALLOW_EXEC, "membarrier"),
	ALLOW(CO_ALLOW_EXEC, "statfs"), /* libselinux asks whether it is on */

	IF(CO_ALLOW_THREADS, "clone", 0, THREAD | NAMESPACES, THREAD),
	ALLOW(CO_ALLOW_THREADS, "set_robust_list"),
	ALLOW(CO_ALLOW_THREADS, "rseq"),
	ALLOW(CO_ALLOW_THREADS, "tgkill"),
	ALLOW(CO_ALLOW_THREADS, "membarrier"),

	IF(CO_ALLOW_UNIX_SOCKET, "socket", 0, INT, AF_UNIX),
	IF(CO_ALLOW_UNIX_SOCKET, "socketpair", 0, INT, AF_UNIX),
	ALLOW(CO_ALLOW_UNIX_SOCKET, "connect"),
	ALLOW(CO_ALLOW_UNIX_SOCKET, "sendto"),
	ALLOW(CO_ALLOW_UNIX_SOCKET, "sendmsg"),
	ALLOW(CO_ALLOW_UNIX_SOCKET, "recvfrom"),
	ALLOW(CO_ALLOW_UNIX_SOCKET, "recvmsg"),
	ALLOW(CO_ALLOW_UNIX_SOCKET, "getsockopt"),
	ALLOW(CO_ALLOW_UNIX_SOCKET, "setsockopt"),
	ALLOW(CO_ALLOW_UNIX_SOCKET, "getsockname"),
	ALLOW(CO_ALLOW_UNIX_SOCKET, "getpeername"),
	ALLOW(CO_ALLOW_UNIX_SOCKET, "shutdown"),

	IF(CO_ALLOW_INET, "socket", 0, INT, AF_INET),
	IF(CO_ALLOW_INET, "socket", 0, INT, AF_INET6),
	IF2(CO_ALLOW_INET, "socket", 0, INT, AF_NETLINK, 2, INT, NETLINK_ROUTE),
	/* getaddrinfo() asks a name service daemon first, and does without. (Groups with UNIX sockets come before this one.) */
	{ CO_ALLOW_INET, "socket", 1, { { 0, INT, AF_UNIX } }, 97 /* EAFNOSUPPORT */ },
	IF(CO_ALLOW_INET, "socketpair", 0, INT, AF_UNIX), /* within this process */
	FAIL(CO_ALLOW_INET, "bind", 13 /* EACCES: getaddrinfo() tries it on netlink, and does without */),
	ALLOW(CO_ALLOW_INET, "connect"),
	ALLOW(CO_ALLOW_INET, "sendto"),
	ALLOW(CO_ALLOW_INET, "sendmsg"),
	ALLOW(CO_ALLOW_INET, "sendmmsg"),
	ALLOW(CO_ALLOW_INET, "recvfrom"),
	ALLOW(CO_ALLOW_INET, "recvmsg"),
	ALLOW(CO_ALLOW_INET, "getsockopt"),
	ALLOW(CO_ALLOW_INET, "setsockopt"),
	ALLOW(CO_ALLOW_INET, "getsockname"),
	ALLOW(CO_ALLOW_INET, "getpeername"),
	ALLOW(CO_ALLOW_INET, "shutdown"),
	IF(CO_ALLOW_INET, "ioctl", 1, INT, FIONREAD),
	IF(CO_ALLOW_INET, "ioctl", 1, INT, FIONBIO),

	/*
	 * libcurl asks by a socket whether there is IPv6, and wakes itself by a pair. Some versions (7.88) connect even
	 * what is connected: they are told to wait for it, and nothing is done.
	 */
	FAIL(CO_ALLOW_CONNECTED, "socket", EACCES),
	FAIL(CO_ALLOW_CONNECTED, "connect", EINPROGRESS),
	IF(CO_ALLOW_CONNECTED, "socketpair", 0, INT, AF_UNIX),
	ALLOW(CO_ALLOW_CONNECTED, "recvmsg"),
	ALLOW(CO_ALLOW_CONNECTED, "getsockopt"),
	ALLOW(CO_ALLOW_CONNECTED, "setsockopt"),
	ALLOW(CO_ALLOW_CONNECTED, "getsockname"),
	ALLOW(CO_ALLOW_CONNECTED, "getpeername"),
	ALLOW(CO_ALLOW_CONNECTED, "shutdown"),
	IF(CO_ALLOW_CONNECTED, "ioctl", 1, INT, FIONREAD),
	IF(CO_ALLOW_CONNECTED, "ioctl", 1, INT, FIONBIO),

	ALLOW(CO_ALLOW_HOST, "statfs"),
	ALLOW(CO_ALLOW_HOST, "fstatfs"),
	ALLOW(CO_ALLOW_HOST, "adjtimex"),
	ALLOW(CO_ALLOW_HOST, "clock_adjtime"),
	ALLOW(CO_ALLOW_HOST, "getpriority"),
	ALLOW(CO_ALLOW_HOST, "sched_getscheduler"),
	ALLOW(CO_ALLOW_HOST, "times"),
	ALLOW(CO_ALLOW_HOST, "getcpu"),
	IF(CO_ALLOW_HOST, "syslog", 0, INT, 3 /* SYSLOG_ACTION_READ_ALL */),
	IF(CO_ALLOW_HOST, "syslog", 0, INT, 10 /* SYSLOG_ACTION_SIZE_BUFFER */),
	IF2(CO_ALLOW_HOST, "socket", 0, INT, AF_NETLINK, 2, INT, NETLINK_ROUTE),
	IF2(CO_ALLOW_HOST, "socket", 0, INT, AF_NETLINK, 2, INT, NETLINK_SOCK_DIAG),
	ALLOW(CO_ALLOW_HOST, "sendto"),
	ALLOW(CO_ALLOW_HOST, "sendmsg"),
	ALLOW(CO_ALLOW_HOST, "recvfrom"),
	ALLOW(CO_ALLOW_HOST, "recvmsg"),
	ALLOW(CO_ALLOW_HOST, "getsockopt"),
	ALLOW(CO_ALLOW_HOST, "setsockopt"),

	/* Sanitizers start a process that traces this one; valgrind translates code. */
	ALLOW(EXTRA, "mmap"),
	ALLOW(EXTRA, "mprotect"),
	ALLOW(EXTRA, "clone"),
	ALLOW(EXTRA, "ptrace"),
	ALLOW(EXTRA, "process_vm_readv"),
	ALLOW(EXTRA, "prctl"),
	ALLOW(EXTRA, "arch_prctl"),
	ALLOW(EXTRA, "tgkill"),
	ALLOW(EXTRA, "kill"),
	ALLOW(EXTRA, "pipe"),
	ALLOW(EXTRA, "pipe2"),
	ALLOW(EXTRA, "fcntl"),
	ALLOW(EXTRA, "dup2"),
	IF(EXTRA, "openat", 2, WRITING, O_RDONLY),
	IF(EXTRA, "open", 1, WRITING, O_RDONLY),
	ALLOW(EXTRA, "stat"),
	ALLOW(EXTRA, "newfstatat"),
	ALLOW(EXTRA, "readlink"),
	ALLOW(EXTRA, "readlinkat"),
	ALLOW(EXTRA, "getdents"),
	ALLOW(EXTRA, "getdents64"),
	ALLOW(EXTRA, "lstat"),
	ALLOW(EXTRA, "getcwd"),
	ALLOW(EXTRA, "access"),
	ALLOW(EXTRA, "rt_sigqueueinfo"),
	ALLOW(EXTRA, "unlink"),
	ALLOW(EXTRA, "set_robust_list"),
	ALLOW(EXTRA, "rseq"),
};

static const struct {
	int group;
	const char *name;
} groups[] = {
	{ BASE, "base" },
	{ CO_ALLOW_OPEN_READ, "open_read" },
	{ CO_ALLOW_OPEN_WRITE, "open_write" },
	{ CO_ALLOW_EXEC, "exec" },
	{ CO_ALLOW_THREADS, "threads" },
	{ CO_ALLOW_UNIX_SOCKET, "unix_socket" },
	{ CO_ALLOW_INET, "inet" },
	{ CO_ALLOW_HOST, "host" },
	{ CO_ALLOW_CONNECTED, "connected" },
#ifdef CO_SANITIZER
	{ EXTRA, "extra" },
#endif
};

static void die(const char *what, const char *which, int rc)
{
	fprintf(stderr, "sandbox_gen: %s %s: %s\n", what, which, strerror(-rc));
	exit(1);
}

static void add(scmp_filter_ctx filter, const struct rule *r)
{
	struct scmp_arg_cmp is[2];
	uint32_t action = r->errnum ? SCMP_ACT_ERRNO((unsigned)r->errnum) : SCMP_ACT_ALLOW;
	int nr = seccomp_syscall_resolve_name(r->call), rc;
	unsigned i;

	if (nr == __NR_SCMP_ERROR)
		die("unknown call", r->call, 0);
	if (nr < 0)
		return; /* this architecture has none */
	for (i = 0; i < r->conditions; i++)
		is[i] = SCMP_CMP64(r->is[i].arg, SCMP_CMP_MASKED_EQ, r->is[i].mask, r->is[i].value);
	rc = seccomp_rule_add_exact_array(filter, action, nr, r->conditions, is);
	if (rc < 0)
		die("cannot add", r->call, rc);
}

/* The compiled program of a group, as libseccomp writes it to a file. */
static struct sock_filter *compile(int group, size_t *len)
{
	scmp_filter_ctx filter = seccomp_init(FALL);
	FILE *file = tmpfile();
	struct sock_filter *code;
	long bytes;
	size_t i;
	int rc;

	if (!filter || !file)
		die("cannot make", "a filter", -1);
	seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
	seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2);
	for (i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		if (rules[i].group == group)
			add(filter, &rules[i]);
	rc = seccomp_export_bpf(filter, fileno(file));
	if (rc < 0)
		die("cannot export", "a filter", rc);
	seccomp_release(filter);
	bytes = lseek(fileno(file), 0, SEEK_END);
	code = malloc((size_t)bytes);
	if (!code || pread(fileno(file), code, (size_t)bytes, 0) != bytes)
		die("cannot read", "a filter", -1);
	fclose(file);
	*len = (size_t)bytes / sizeof(*code);
	return code;
}

static void write_group(int group, const char *name)
{
	size_t len, i;
	struct sock_filter *code = compile(group, &len);

	printf("\nstatic const struct sock_filter %s_calls[] = {\n", name);
	for (i = 0; i < len; i++) {
		if (code[i].code == (BPF_RET | BPF_K) && code[i].k == FALL)
			code[i] = (struct sock_filter)BPF_STMT(BPF_JMP | BPF_JA, (unsigned)(len - i - 1));
		printf("\t{ 0x%02x, %u, %u, 0x%08x },\n", code[i].code, code[i].jt, code[i].jf, code[i].k);
	}
	printf("};\n");
	free(code);
}

int main(void)
{
	size_t i, n = sizeof(groups) / sizeof(groups[0]);

	printf("/* Written by sandbox_gen.c; do not edit. */\n");
	for (i = 0; i < n; i++)
		write_group(groups[i].group, groups[i].name);
	printf("\nstatic const struct filter_piece filter_pieces[] = {\n");
	for (i = 0; i < n; i++)
		printf("\t{ %#x, %s_calls, sizeof(%s_calls) / sizeof(%s_calls[0]) },\n",
		       (unsigned)(groups[i].group == EXTRA ? BASE : groups[i].group), groups[i].name, groups[i].name,
		       groups[i].name);
	printf("};\n");
	return fflush(stdout) || ferror(stdout);
}
