/* SPDX-License-Identifier: Apache-2.0 */
#if defined(__linux__) && !defined(_GNU_SOURCE)
#define _GNU_SOURCE /* syscall */
#endif
#include "sys/sandbox.h"

#ifdef __linux__

#include "sys/landlock.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The calls of one group; all it does not know fall off its end. See gen/sandbox_gen.c. */
struct filter_piece {
	unsigned allow;
	const struct sock_filter *code;
	size_t len;
};

#include "sandbox_filters.h"

enum { MOST = 1024 }; /* instructions of a whole filter; the kernel takes 4096 */

static int install_filter(unsigned allow, struct co_err *err)
{
	struct sock_filter code[MOST];
	struct sock_fprog program = { 0, code };
	size_t len = 0, i;

	for (i = 0; i < CO_COUNT(filter_pieces); i++) {
		const struct filter_piece *piece = &filter_pieces[i];

		if ((piece->allow & allow) != piece->allow)
			continue;
		if (len + piece->len + 1 > MOST)
			return co_err_set(err, CO_ERR_SYSTEM, "sandbox", "the system call filter is too long");
		memcpy(code + len, piece->code, piece->len * sizeof(*code));
		len += piece->len;
	}
	code[len++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS);
	program.len = (unsigned short)len;
	if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &program) != 0) {
#ifdef CO_SANITIZER
		if (errno == ENOSYS)
			return CO_OK; /* under valgrind, which does not know the call */
#endif
		co_err_sys(err, errno, "cannot install the system call filter");
		return co_err_hint(err, "the kernel needs CONFIG_SECCOMP_FILTER"), CO_ERR_SYSTEM;
	}
	return CO_OK;
}

/* A core file, and /proc/PID/mem, would show what was in memory. */
static int hide_memory(struct co_err *err)
{
	const struct rlimit none = { 0, 0 };

	if (setrlimit(RLIMIT_CORE, &none) < 0)
		return co_err_sys(err, errno, "cannot forbid core files");
#ifndef CO_SANITIZER /* leak detection reads its parent's memory */
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0)
		return co_err_sys(err, errno, "cannot hide the memory of this process");
#endif
	return CO_OK;
}

int co_sandbox_enter(const struct co_sandbox *sandbox, struct co_err *err)
{
	int rc;

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return co_err_sys(err, errno, "cannot give up new privileges");
	rc = hide_memory(err);
	if (rc == CO_OK && !(sandbox->allow & CO_ALLOW_ALL_PATHS))
		rc = co_landlock_enter(sandbox, err);
	if (rc == CO_OK)
		rc = install_filter(sandbox->allow, err);
	return rc;
}

#endif
