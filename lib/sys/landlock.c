/* SPDX-License-Identifier: Apache-2.0 */
#if defined(__linux__) && !defined(_GNU_SOURCE)
#define _GNU_SOURCE /* O_PATH, syscall */
#endif
#include "sys/landlock.h"

#ifdef __linux__

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/*
 * The kernel's interface (include/uapi/linux/landlock.h), written out because the
 * headers of a build machine are often older than the kernel the program meets.
 */
#ifndef SYS_landlock_create_ruleset
#define SYS_landlock_create_ruleset 444
#define SYS_landlock_add_rule 445
#define SYS_landlock_restrict_self 446
#endif

enum { CREATE_RULESET_VERSION = 1, RULE_PATH_BENEATH = 1 };

#define FS_EXECUTE UINT64_C(0x1)
#define FS_WRITE_FILE UINT64_C(0x2)
#define FS_READ_FILE UINT64_C(0x4)
#define FS_READ_DIR UINT64_C(0x8)
#define FS_REMOVE_DIR UINT64_C(0x10)
#define FS_REMOVE_FILE UINT64_C(0x20)
#define FS_MAKE_DIR UINT64_C(0x80)
#define FS_MAKE_REG UINT64_C(0x100)
#define FS_ALL_1 UINT64_C(0x1fff)
#define FS_REFER UINT64_C(0x2000)     /* version 2 */
#define FS_TRUNCATE UINT64_C(0x4000)  /* version 3 */
#define FS_IOCTL_DEV UINT64_C(0x8000) /* version 5 */

#define NET_BIND_TCP UINT64_C(1) /* version 4 */
#define NET_CONNECT_TCP UINT64_C(2)

#define SCOPE_ABSTRACT_UNIX_SOCKET UINT64_C(1) /* version 6 */
#define SCOPE_SIGNAL UINT64_C(2)

struct ruleset {
	uint64_t fs;
	uint64_t net;
	uint64_t scoped;
};

struct path_beneath {
	uint64_t allowed;
	int32_t parent;
} __attribute__((packed));

/* Rights that make sense for something that is no directory; the kernel refuses others there. */
#define FS_OF_FILE (FS_EXECUTE | FS_WRITE_FILE | FS_READ_FILE | FS_TRUNCATE | FS_IOCTL_DEV)

static uint64_t fs_rights(int version)
{
	uint64_t rights = FS_ALL_1;

	if (version >= 2)
		rights |= FS_REFER;
	if (version >= 3)
		rights |= FS_TRUNCATE;
	if (version >= 5)
		rights |= FS_IOCTL_DEV;
	return rights;
}

static struct ruleset describe(const struct co_sandbox *sandbox, int version)
{
	struct ruleset rules = { fs_rights(version), 0, 0 };

#ifdef CO_SANITIZER /* which reads its own symbols and /proc/self */
	rules.fs &= ~(FS_READ_FILE | FS_READ_DIR);
#endif
	if (version >= 4)
		rules.net = sandbox->allow & CO_ALLOW_INET ? NET_BIND_TCP : NET_BIND_TCP | NET_CONNECT_TCP;
	if (version >= 6)
		rules.scoped = SCOPE_ABSTRACT_UNIX_SOCKET | SCOPE_SIGNAL;
	return rules;
}

static uint64_t translate(unsigned rights)
{
	uint64_t fs = 0;

	if (rights & CO_ALLOW_OPEN_READ)
		fs |= FS_READ_FILE | FS_READ_DIR;
	if (rights & CO_ALLOW_OPEN_WRITE)
		fs |= FS_WRITE_FILE | FS_TRUNCATE | FS_MAKE_REG | FS_MAKE_DIR | FS_REMOVE_FILE | FS_REMOVE_DIR |
		      FS_REFER | FS_IOCTL_DEV;
	if (rights & CO_ALLOW_EXEC)
		fs |= FS_EXECUTE | FS_READ_FILE;
	return fs;
}

static int add_path(int ruleset, const struct co_sandbox_path *path, uint64_t handled, struct co_err *err)
{
	struct path_beneath rule = { translate(path->rights) & handled, open(path->path, O_PATH | O_CLOEXEC) };
	struct stat st;
	int rc = CO_OK;

	if (rule.parent < 0 && (errno == ENOENT || errno == ENOTDIR || errno == EACCES || errno == ELOOP))
		return CO_OK; /* what is not there cannot be reached either */
	if (rule.parent < 0)
		return co_err_sys(err, errno, "cannot add \"%s\" to the sandbox", path->path);
	if (fstat(rule.parent, &st) == 0 && !S_ISDIR(st.st_mode))
		rule.allowed &= FS_OF_FILE;
	if (rule.allowed && syscall(SYS_landlock_add_rule, ruleset, RULE_PATH_BENEATH, &rule, 0) < 0)
		rc = co_err_sys(err, errno, "cannot add \"%s\" to the sandbox", path->path);
	close(rule.parent);
	return rc;
}

int co_landlock_enter(const struct co_sandbox *sandbox, struct co_err *err)
{
	int version = (int)syscall(SYS_landlock_create_ruleset, NULL, 0, CREATE_RULESET_VERSION);
	struct ruleset rules = describe(sandbox, version);
	const struct co_sandbox_path *path;
	int rc = CO_OK, ruleset;

	if (version < 1)
		return CO_OK; /* an old kernel, or a container that forbids it */
	ruleset = (int)syscall(SYS_landlock_create_ruleset, &rules, sizeof(rules), 0);
	if (ruleset < 0)
		return co_err_sys(err, errno, "cannot make a Landlock ruleset");
	for (path = sandbox->paths; path && path->path && rc == CO_OK; path++)
		rc = add_path(ruleset, path, rules.fs, err);
	if (rc == CO_OK && syscall(SYS_landlock_restrict_self, ruleset, 0) < 0)
		rc = co_err_sys(err, errno, "cannot enter a Landlock ruleset");
	close(ruleset);
	return rc;
}

#endif
