/* SPDX-License-Identifier: Apache-2.0 */
#include "sys/atomicfile.h"

#include "sys/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The directory a path is in: "/a/b" -> "/a", "b" -> "."; the caller frees it. */
static char *parent_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	if (!slash)
		return co_xstrdup(".");
	return slash == path ? co_xstrdup("/") : co_xmemdup(path, (size_t)(slash - path));
}

static int sync_directory(const char *directory, struct co_err *err)
{
	int rc = CO_OK, fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return co_err_sys(err, errno, "cannot open the directory \"%s\"", directory);
	if (fsync(fd) < 0)
		rc = co_err_sys(err, errno, "cannot sync the directory \"%s\"", directory);
	close(fd);
	return rc;
}

static int sync_parent(const char *path, struct co_err *err)
{
	char *directory = parent_of(path);
	int rc = sync_directory(directory, err);

	free(directory);
	return rc;
}

static int fill(int fd, const char *path, const void *data, size_t len, mode_t mode, struct co_err *err)
{
	int rc = co_fd_write(fd, data, len, path, err);

	if (rc < 0)
		return rc;
	if (fchmod(fd, mode) < 0)
		return co_err_sys(err, errno, "cannot set the mode of \"%s\"", path);
	if (fsync(fd) < 0)
		return co_err_sys(err, errno, "cannot sync \"%s\"", path);
	return CO_OK;
}

/* Writes a synced temporary file beside path; its name, which the caller frees, or NULL. */
static char *write_beside(const char *path, const void *data, size_t len, mode_t mode, struct co_err *err)
{
	char *temporary = co_xasprintf("%s.XXXXXX", path);
	int rc, fd = mkstemp(temporary);

	if (fd < 0) {
		co_err_sys(err, errno, "cannot create a file beside \"%s\"", path);
		free(temporary);
		return NULL;
	}
	fcntl(fd, F_SETFD, FD_CLOEXEC);
	rc = fill(fd, path, data, len, mode, err);
	if (close(fd) < 0 && rc == CO_OK)
		rc = co_err_sys(err, errno, "cannot close \"%s\"", path);
	if (rc == CO_OK)
		return temporary;
	unlink(temporary);
	free(temporary);
	return NULL;
}

int co_file_replace(const char *path, const void *data, size_t len, mode_t mode, struct co_err *err)
{
	char *temporary = write_beside(path, data, len, mode, err);
	int rc = CO_OK;

	if (!temporary)
		return CO_ERR_SYSTEM;
	if (rename(temporary, path) < 0) {
		rc = co_err_sys(err, errno, "cannot replace \"%s\"", path);
		unlink(temporary);
	} else {
		rc = sync_parent(path, err);
	}
	free(temporary);
	return rc;
}

int co_file_create(const char *path, const void *data, size_t len, mode_t mode, struct co_err *err)
{
	char *temporary = write_beside(path, data, len, mode, err);
	int rc = CO_OK;

	if (!temporary)
		return CO_ERR_SYSTEM;
	if (link(temporary, path) < 0) {
		if (errno == EEXIST)
			rc = co_err_set(err, CO_ERR_NO, "exists", "\"%s\" exists already", path);
		else
			rc = co_err_sys(err, errno, "cannot create \"%s\"", path);
	}
	unlink(temporary);
	free(temporary);
	return rc < 0 ? rc : sync_parent(path, err);
}

static int make_one(const char *path, struct co_err *err)
{
	struct stat st;

	if (mkdir(path, 0700) == 0)
		return sync_parent(path, err);
	if (errno != EEXIST)
		return co_err_sys(err, errno, "cannot make the directory \"%s\"", path);
	if (stat(path, &st) < 0)
		return co_err_sys(err, errno, "cannot examine \"%s\"", path);
	if (!S_ISDIR(st.st_mode))
		return co_err_sys(err, ENOTDIR, "cannot make the directory \"%s\"", path);
	return CO_OK;
}

int co_dir_make(const char *path, struct co_err *err)
{
	char *partial = co_xstrdup(path), *slash;
	struct stat st;
	int rc = CO_OK;

	/* Most often it is there, and a sandbox may hide what is above it. */
	if (stat(path, &st) == 0 && S_ISDIR(st.st_mode)) {
		free(partial);
		return CO_OK;
	}
	for (slash = partial + 1; rc == CO_OK && *partial && (slash = strchr(slash, '/')); slash++) {
		*slash = '\0';
		if (stat(partial, &st) < 0 || !S_ISDIR(st.st_mode))
			rc = make_one(partial, err);
		*slash = '/';
	}
	if (rc == CO_OK)
		rc = make_one(partial, err);
	free(partial);
	return rc;
}
