/* SPDX-License-Identifier: Apache-2.0 */
/* Where the system has no sandbox that we know: no core files, and nothing else. Said in cloudops-security(7). */
#include "sys/sandbox.h"

#if !defined(__linux__) && !defined(__OpenBSD__)

#include <errno.h>
#include <sys/resource.h>

int co_sandbox_enter(const struct co_sandbox *sandbox, struct co_err *err)
{
	const struct rlimit none = { 0, 0 };

	(void)sandbox;
	if (setrlimit(RLIMIT_CORE, &none) < 0)
		return co_err_sys(err, errno, "cannot forbid core files");
	return CO_OK;
}

#endif
