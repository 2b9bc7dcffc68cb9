/* SPDX-License-Identifier: Apache-2.0 */
/* The forbidden acts, for the tests: each must work without a sandbox, so that its failure proves one. */
#if defined(__linux__) && !defined(_GNU_SOURCE)
#define _GNU_SOURCE /* MAP_ANONYMOUS, ptrace */
#endif
#include "sys/sandbox.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/ptrace.h>
#include <sys/syscall.h>

/* By number: no tool but co-exec and co-model links libc's network functions, and scripts/check-links holds them to it. */
#define socket(...) (int)syscall(SYS_socket, __VA_ARGS__)
#define connect(...) (int)syscall(SYS_connect, __VA_ARGS__)
#define bind(...) (int)syscall(SYS_bind, __VA_ARGS__)
#define listen(...) (int)syscall(SYS_listen, __VA_ARGS__)
#endif

/* Each returns 0 when it was let happen, else an errno. */

static int nothing(void)
{
	return 0;
}

static int make_socket(void)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	return fd < 0 ? errno : (close(fd), 0);
}

/* A datagram socket is connected without a peer. Where none can be made, whatever is open is tried. */
static int connect_a_socket(void)
{
	const struct sockaddr_in here = { .sin_family = AF_INET, .sin_port = htons(9), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	return connect(fd < 0 ? 0 : fd, (const struct sockaddr *)&here, sizeof(here)) < 0 ? errno : (close(fd), 0);
}

static int listen_on_a_port(void)
{
	const struct sockaddr_in here = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM, 0), errnum = 0;

	if (fd < 0)
		return errno;
	if (bind(fd, (const struct sockaddr *)&here, sizeof(here)) < 0 || listen(fd, 1) < 0)
		errnum = errno;
	close(fd);
	return errnum;
}

static int run_a_program(void)
{
	static char program[] = "/bin/true";
	char *argv[] = { program, NULL }, *env[] = { NULL };
	int status, errnum;
	pid_t pid;

	errnum = posix_spawn(&pid, program, NULL, NULL, argv, env);
	if (errnum)
		return errnum;
	if (waitpid(pid, &status, 0) < 0)
		return errno;
	return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : EACCES;
}

static int write_a_file(void)
{
	char path[] = "/var/tmp/cloudops-probe.XXXXXX";
	int fd = mkstemp(path);

	if (fd < 0)
		return errno;
	unlink(path);
	close(fd);
	return 0;
}

/* Any user may read it, and no tool has reason to. */
static int read_a_file(void)
{
	int fd = open("/etc/group", O_RDONLY | O_CLOEXEC);

	return fd < 0 ? errno : (close(fd), 0);
}

static int list_a_directory(void)
{
	int fd = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return fd < 0 ? errno : (close(fd), 0);
}

static int signal_a_stranger(void)
{
	return kill(getppid(), 0) < 0 ? errno : 0;
}

static int be_traced(void)
{
#ifdef __linux__
	return ptrace(PTRACE_TRACEME, 0, NULL, NULL) < 0 ? errno : 0;
#else
	return ENOSYS;
#endif
}

static int make_code(void)
{
	void *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return p == MAP_FAILED ? errno : (munmap(p, 4096), 0);
}

static const struct {
	const char *name;
	int (*act)(void);
} acts[] = {
	{ "none", nothing },	    { "socket", make_socket }, { "connect", connect_a_socket }, { "listen", listen_on_a_port },
	{ "exec", run_a_program },  { "write", write_a_file }, { "read", read_a_file },
	{ "list", list_a_directory }, { "kill", signal_a_stranger }, { "ptrace", be_traced },
	{ "code", make_code },
};

int co_sandbox_probe(const char *act, struct co_err *err)
{
	const char *names[CO_COUNT(acts)];
	size_t i;
	int errnum;

	for (i = 0; i < CO_COUNT(acts); i++) {
		names[i] = acts[i].name;
		if (strcmp(act, acts[i].name) != 0)
			continue;
		errnum = acts[i].act();
		if (!errnum)
			return CO_OK;
		return co_err_set(err, CO_ERR_NO, "stopped", "\"%s\" was stopped: %s", act, strerror(errnum));
	}
	co_err_set(err, CO_ERR_USAGE, "usage", "unknown act \"%s\"", act);
	return co_err_suggest(err, act, names, CO_COUNT(acts)), CO_ERR_USAGE;
}
