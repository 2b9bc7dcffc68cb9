/* SPDX-License-Identifier: Apache-2.0 */
/* pledge(2) and unveil(2): the same groups by OpenBSD's names. Not tried by the tests, which run on Linux. */
#if defined(__OpenBSD__) && !defined(_BSD_SOURCE)
#define _BSD_SOURCE
#endif
#include "sys/sandbox.h"

#ifdef __OpenBSD__

#include <errno.h>
#include <sys/resource.h>
#include <unistd.h>

static int unveil_paths(const struct co_sandbox_path *path, struct co_err *err)
{
	for (; path && path->path; path++) {
		char rights[5], *r = rights;

		if (path->rights & (CO_ALLOW_OPEN_READ | CO_ALLOW_EXEC))
			*r++ = 'r';
		if (path->rights & CO_ALLOW_OPEN_WRITE) {
			*r++ = 'w';
			*r++ = 'c';
		}
		if (path->rights & CO_ALLOW_EXEC)
			*r++ = 'x';
		*r = '\0';
		if (unveil(path->path, rights) < 0 && errno != ENOENT)
			return co_err_sys(err, errno, "cannot add \"%s\" to the sandbox", path->path);
	}
	if (unveil(NULL, NULL) < 0)
		return co_err_sys(err, errno, "cannot close the list of files");
	return CO_OK;
}

static int pledge_groups(unsigned allow, struct co_err *err)
{
	static const struct {
		unsigned allow;
		const char *promises;
	} groups[] = {
		{ CO_ALLOW_OPEN_READ, " rpath" },    { CO_ALLOW_OPEN_WRITE, " wpath cpath flock fattr tty" },
		{ CO_ALLOW_EXEC, " proc exec" },     { CO_ALLOW_UNIX_SOCKET, " unix" },
		{ CO_ALLOW_INET, " inet dns" },	     { CO_ALLOW_HOST, " vminfo ps route" },
		{ CO_ALLOW_CONNECTED, " recvfd" },
	};
	struct co_buf promises = CO_BUF_INIT;
	int rc = CO_OK;
	size_t i;

	co_buf_adds(&promises, "stdio");
	for (i = 0; i < CO_COUNT(groups); i++)
		if (allow & groups[i].allow)
			co_buf_adds(&promises, groups[i].promises);
	if (pledge(co_buf_str(&promises), NULL) < 0)
		rc = co_err_sys(err, errno, "cannot pledge \"%s\"", co_buf_str(&promises));
	co_buf_clear(&promises);
	return rc;
}

int co_sandbox_enter(const struct co_sandbox *sandbox, struct co_err *err)
{
	const struct rlimit none = { 0, 0 };
	int rc = CO_OK;

	if (setrlimit(RLIMIT_CORE, &none) < 0)
		return co_err_sys(err, errno, "cannot forbid core files");
	/* After the first call unveil() itself is no longer promised: pledge alone narrows further. */
	if (!(sandbox->allow & CO_ALLOW_ALL_PATHS) && (sandbox->allow & (CO_ALLOW_OPEN_READ | CO_ALLOW_OPEN_WRITE)))
		rc = unveil_paths(sandbox->paths, err);
	return rc < 0 ? rc : pledge_groups(sandbox->allow, err);
}

#endif
