/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An LD_PRELOAD library that makes the k-th of a kind of call fail.
 *
 *   FAULT=KIND:K[+][:ERROR]   KIND: malloc, or one of the calls below; "+": every call from the k-th on
 *                             ERROR: ENOSPC EIO EINTR ENOMEM EACCES EMFILE, or "short" for a write or read of one byte
 *   FAULT_MARK=FILE           gets an "x" each time the fault struck, and the number of such calls at a regular end
 *
 * K 0 never strikes.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* glibc's own names, so that malloc needs no dlsym(), which allocates. */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *p, size_t size);

enum { SHORT = -1, MARK = 900 };

static char kind[16];
static long strikes_at;
static int for_ever, error_number;
static atomic_long count;

static int parse_error(const char *name)
{
	static const struct {
		const char *name;
		int number;
	} errors[] = { { "ENOSPC", ENOSPC }, { "EIO", EIO },	   { "EINTR", EINTR }, { "ENOMEM", ENOMEM },
		       { "EACCES", EACCES }, { "EMFILE", EMFILE }, { "short", SHORT } };
	size_t i;

	for (i = 0; i < sizeof(errors) / sizeof(errors[0]); i++)
		if (strcmp(name, errors[i].name) == 0)
			return errors[i].number;
	fprintf(stderr, "preload: unknown error %s\n", name);
	_exit(99);
}

/* KIND:K[+][:ERROR] */
static long parse(const char *fault)
{
	size_t len = strcspn(fault, ":");
	char *end;
	long k;

	if (!fault[len] || len >= sizeof(kind))
		_exit(99);
	memcpy(kind, fault, len);
	k = strtol(fault + len + 1, &end, 10);
	for_ever = *end == '+';
	end += for_ever;
	error_number = *end == ':' ? parse_error(end + 1) : ENOMEM;
	return k;
}

__attribute__((constructor)) static void start(void)
{
	const char *fault = getenv("FAULT"), *mark = getenv("FAULT_MARK");
	long k;
	int fd;

	if (!fault || !mark)
		return;
	/* The sandbox will forbid opening it later. */
	fd = open(mark, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	if (fd < 0 || dup3(fd, MARK, O_CLOEXEC) < 0)
		_exit(99);
	close(fd);
	k = parse(fault);
	count = 0;
	strikes_at = k;
}

/* How many such calls there were, so that a test knows where to stop. */
__attribute__((destructor)) static void end(void)
{
	if (kind[0])
		dprintf(MARK, " %ld", (long)count);
}

static int strikes(const char *name)
{
	long n;

	if (!kind[0] || strcmp(kind, name) != 0)
		return 0;
	n = atomic_fetch_add(&count, 1) + 1;
	if (!strikes_at || (n != strikes_at && !(for_ever && n > strikes_at)))
		return 0;
	syscall(SYS_write, MARK, "x", 1);
	errno = error_number;
	return 1;
}

void *malloc(size_t size)
{
	return strikes("malloc") ? NULL : __libc_malloc(size);
}

void *calloc(size_t n, size_t size)
{
	return strikes("malloc") ? NULL : __libc_calloc(n, size);
}

void *realloc(void *p, size_t size)
{
	return strikes("malloc") ? NULL : __libc_realloc(p, size);
}

ssize_t write(int fd, const void *data, size_t len)
{
	if (!strikes("write"))
		return syscall(SYS_write, fd, data, len);
	return error_number == SHORT ? syscall(SYS_write, fd, data, len ? 1 : 0) : -1;
}

ssize_t read(int fd, void *data, size_t len)
{
	if (!strikes("read"))
		return syscall(SYS_read, fd, data, len);
	return error_number == SHORT ? syscall(SYS_read, fd, data, len ? 1 : 0) : -1;
}

int fsync(int fd)
{
	return strikes("sync") ? -1 : (int)syscall(SYS_fsync, fd);
}

int fdatasync(int fd)
{
	return strikes("sync") ? -1 : (int)syscall(SYS_fdatasync, fd);
}

int open(const char *path, int flags, ...)
{
	va_list ap;
	mode_t mode;

	va_start(ap, flags);
	mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(ap, mode_t) : 0;
	va_end(ap);
	return strikes("open") ? -1 : (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
}

/* What _FORTIFY_SOURCE makes of them. */
int __open_2(const char *path, int flags);
int __openat_2(int dir, const char *path, int flags);
ssize_t __read_chk(int fd, void *data, size_t len, size_t room);

int __open_2(const char *path, int flags)
{
	return open(path, flags);
}

int __openat_2(int dir, const char *path, int flags)
{
	return openat(dir, path, flags);
}

ssize_t __read_chk(int fd, void *data, size_t len, size_t room)
{
	return len > room ? -1 : read(fd, data, len);
}

int openat(int dir, const char *path, int flags, ...)
{
	va_list ap;
	mode_t mode;

	va_start(ap, flags);
	mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(ap, mode_t) : 0;
	va_end(ap);
	return strikes("open") ? -1 : (int)syscall(SYS_openat, dir, path, flags, mode);
}

int rename(const char *from, const char *to)
{
	return strikes("rename") ? -1 : (int)syscall(SYS_renameat, AT_FDCWD, from, AT_FDCWD, to);
}

int link(const char *from, const char *to)
{
	return strikes("rename") ? -1 : (int)syscall(SYS_linkat, AT_FDCWD, from, AT_FDCWD, to, 0);
}

int close(int fd)
{
	int rc;

	if (!strikes("close"))
		return (int)syscall(SYS_close, fd);
	rc = (int)syscall(SYS_close, fd);
	errno = error_number;
	return rc < 0 ? rc : -1;
}
