/* SPDX-License-Identifier: Apache-2.0 */
#include "sys/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static int cannot_open(const char *path, int errnum, unsigned trust, struct co_err *err)
{
	if (errnum == ELOOP && (trust & CO_FILE_PRIVATE)) {
		co_err_set(err, CO_ERR_INPUT, "untrusted-file", "\"%s\" is a symbolic link", path);
		co_err_hint(err, "name the file itself");
		return CO_ERR_INPUT;
	}
	co_err_sys(err, errnum, "cannot open \"%s\"", path);
	if (errnum == ENOENT)
		co_err_id(err, "not-found");
	return CO_ERR_SYSTEM;
}

static int untrusted(const char *path, const char *why, const char *remedy, struct co_err *err)
{
	co_err_set(err, CO_ERR_INPUT, "untrusted-file", "\"%s\" %s", path, why);
	co_err_hint(err, "run: %s %s", remedy, path);
	return CO_ERR_INPUT;
}

static int check(const char *path, const struct stat *st, size_t limit, unsigned trust, struct co_err *err)
{
	if (!S_ISREG(st->st_mode))
		return co_err_set(err, CO_ERR_INPUT, "not-a-file", "\"%s\" is not a regular file", path);
	if (trust && st->st_uid != geteuid() && st->st_uid != 0)
		return untrusted(path, "belongs to another user", "chown \"$USER\"", err);
	if ((trust & CO_FILE_PRIVATE) && (st->st_mode & 077))
		return untrusted(path, "can be read or written by others", "chmod 600", err);
	if ((trust & CO_FILE_TRUSTED) && (st->st_mode & 022))
		return untrusted(path, "can be written by others", "chmod go-w", err);
	if (st->st_size > 0 && (size_t)st->st_size > limit)
		return co_err_set(err, CO_ERR_INPUT, "too-large", "\"%s\" is larger than %zu bytes", path, limit);
	return CO_OK;
}

/* Opens and checks; the descriptor, or a negative CO_ERR_*. */
static int open_checked(const char *path, size_t limit, unsigned trust, struct stat *st, struct co_err *err)
{
	/* Not blocking: a FIFO put in a file's place must not hang us before it is refused. */
	int flags = O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
	int rc, fd = open(path, (trust & CO_FILE_PRIVATE) ? flags | O_NOFOLLOW : flags);

	if (fd < 0)
		return cannot_open(path, errno, trust, err);
	if (fstat(fd, st) < 0)
		rc = co_err_sys(err, errno, "cannot examine \"%s\"", path);
	else
		rc = check(path, st, limit, trust, err);
	if (rc == CO_OK)
		return fd;
	close(fd);
	return rc;
}

int co_file_read(const char *path, size_t limit, unsigned trust, struct co_buf *out, struct co_err *err)
{
	struct stat st;
	int rc, fd = open_checked(path, limit, trust, &st, err);

	if (fd < 0)
		return fd;
	rc = co_fd_read(fd, limit, path, out, err);
	close(fd);
	return rc;
}

int co_file_map(const char *path, unsigned trust, struct co_map *map, struct co_err *err)
{
	struct stat st;
	int errnum, fd = open_checked(path, SIZE_MAX, trust, &st, err);
	void *data;

	if (fd < 0)
		return fd;
	if (!st.st_size) {
		close(fd);
		*map = (struct co_map){ "", 0 };
		return CO_OK;
	}
	data = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	errnum = errno;
	close(fd);
	if (data == MAP_FAILED)
		return co_err_sys(err, errnum, "cannot map \"%s\"", path);
	*map = (struct co_map){ data, (size_t)st.st_size };
	return CO_OK;
}

void co_file_unmap(struct co_map *map)
{
	if (map->len)
		munmap((void *)(uintptr_t)map->data, map->len);
	*map = (struct co_map){ NULL, 0 };
}

int co_fd_read(int fd, size_t limit, const char *name, struct co_buf *out, struct co_err *err)
{
	enum { CHUNK = 16384 };
	size_t start = out->len;

	for (;;) {
		ssize_t n = read(fd, co_buf_reserve(out, CHUNK), CHUNK);

		if (n < 0 && errno == EINTR)
			continue;
		if (n == 0)
			return CO_OK;
		if (n > 0) {
			out->len += (size_t)n;
			out->data[out->len] = '\0';
			if (out->len - start <= limit)
				continue;
			co_err_set(err, CO_ERR_INPUT, "too-large", "\"%s\" is larger than %zu bytes", name, limit);
		} else {
			co_err_sys(err, errno, "cannot read \"%s\"", name);
		}
		out->len = start;
		out->data[start] = '\0';
		return n < 0 ? CO_ERR_SYSTEM : CO_ERR_INPUT;
	}
}

int co_fd_write(int fd, const void *data, size_t len, const char *name, struct co_err *err)
{
	const char *p = data;

	while (len) {
		ssize_t n = write(fd, p, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return co_err_sys(err, errno, "cannot write to %s", name);
		p += n;
		len -= (size_t)n;
	}
	return CO_OK;
}

void co_fd_guard_standard(void)
{
	int fd;

	/* open() gives the lowest free descriptor, so asking in order fills the holes. */
	for (fd = 0; fd <= 2; fd++)
		if (fcntl(fd, F_GETFD) < 0 && errno == EBADF && open("/dev/null", fd ? O_RDONLY : O_WRONLY) != fd)
			_exit(4);
}
