/* SPDX-License-Identifier: Apache-2.0 */
#if defined(__linux__) && !defined(_DEFAULT_SOURCE)
#define _DEFAULT_SOURCE /* flock */
#endif
#include "sys/lockfile.h"

#include "sys/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

int co_lock_open(const char *path, int *fd, struct co_err *err)
{
	int opened = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY, 0600);

	if (opened < 0)
		return co_err_sys(err, errno, "cannot open the lock \"%s\"", path);
	*fd = opened;
	return CO_OK;
}

static int wait_for_ever(int fd, struct co_err *err)
{
	while (flock(fd, LOCK_EX) < 0)
		if (errno != EINTR)
			return co_err_sys(err, errno, "cannot lock");
	return CO_OK;
}

int co_lock_take(int fd, int timeout_ms, struct co_err *err)
{
	const int64_t until = co_clock_ms() + timeout_ms;
	struct timespec pause = { 0, 50000 }; /* a lock is held for a sync of the disk; who sleeps much longer starves */

	if (timeout_ms < 0)
		return wait_for_ever(fd, err);
	while (flock(fd, LOCK_EX | LOCK_NB) < 0) {
		if (errno == EINTR)
			continue;
		if (errno != EWOULDBLOCK)
			return co_err_sys(err, errno, "cannot lock");
		if (co_clock_ms() >= until) {
			co_err_set(err, CO_ERR_SYSTEM, "locked", "the lock is held by another process");
			return co_err_hint(err, "wait for it to end, or see who has it with lsof(8)"), CO_ERR_SYSTEM;
		}
		nanosleep(&pause, NULL);
		if (pause.tv_nsec < 1000000)
			pause.tv_nsec *= 2;
	}
	return CO_OK;
}

void co_lock_drop(int fd)
{
	flock(fd, LOCK_UN);
}
