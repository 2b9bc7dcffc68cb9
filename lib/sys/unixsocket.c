/* SPDX-License-Identifier: Apache-2.0 */
#include "sys/unixsocket.h"

#include "sys/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

int co_unix_connect(const char *path, int *fd, struct co_err *err)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int s, failed;

	if (strlen(path) >= sizeof(address.sun_path))
		return co_err_set(err, CO_ERR_SYSTEM, "not-found", "the socket's path \"%s\" is too long", path);
	memcpy(address.sun_path, path, strlen(path));
	s = socket(AF_UNIX, SOCK_STREAM, 0);
	if (s < 0)
		return co_err_sys(err, errno, "cannot make a socket");
	fcntl(s, F_SETFD, FD_CLOEXEC);
	if (connect(s, (struct sockaddr *)&address, sizeof(address)) == 0) {
		*fd = s;
		return CO_OK;
	}
	failed = errno;
	close(s);
	if (failed == ENOENT || failed == ECONNREFUSED)
		return co_err_set(err, CO_ERR_SYSTEM, "not-found", "nobody listens at \"%s\"", path);
	return co_err_sys(err, failed, "cannot connect to \"%s\"", path);
}

int co_unix_read(int fd, void *out, size_t len, int timeout_ms, struct co_err *err)
{
	int64_t deadline = co_clock_ms() + timeout_ms;
	struct pollfd wanted = { .fd = fd, .events = POLLIN };
	char *to = out;

	while (len) {
		int64_t left = deadline - co_clock_ms();
		int ready = poll(&wanted, 1, left > 0 ? (int)left : 0);
		ssize_t n;

		if (ready == 0)
			return co_err_set(err, CO_ERR_SYSTEM, "timeout", "no answer came in %d s", timeout_ms / 1000);
		if (ready < 0 && errno == EINTR)
			continue;
		n = ready < 0 ? -1 : read(fd, to, len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return co_err_sys(err, errno, "cannot read the answer");
		if (n == 0)
			return co_err_set(err, CO_ERR_SYSTEM, "closed", "the answer was cut short");
		to += n;
		len -= (size_t)n;
	}
	return CO_OK;
}
