/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/directory.h"

#include "audit/line.h"
#include "base/hex.h"
#include "base/time.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	DAY = 86400,
	HEAD = 16 + 1 + CO_DIGEST_LEN + 1, /* "0000000000000042 sha256:...\n": always as long */
	HEAD_TRIES = 100,
};

static int check_trust(const struct stat *st, const char *path, int append, struct co_err *err)
{
	const uid_t me = geteuid();

	if (st->st_uid != me && (append || (me != 0 && st->st_uid != 0))) {
		co_err_set(err, CO_ERR_SYSTEM, "untrusted-directory", "\"%s\" belongs to user %ju", path,
			   (uintmax_t)st->st_uid);
		return co_err_hint(err, "give another directory, or: chown %ju %s", (uintmax_t)me, path),
		       CO_ERR_SYSTEM;
	}
	if (st->st_mode & 022) {
		co_err_set(err, CO_ERR_SYSTEM, "untrusted-directory", "others may write to \"%s\"", path);
		return co_err_hint(err, "chmod go-w %s", path), CO_ERR_SYSTEM;
	}
	return CO_OK;
}

int co_audit_directory_open(int *dir, const char *path, int append, struct co_err *err)
{
	struct stat st;
	int rc, fd;

	do
		fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	while (fd < 0 && errno == EINTR);
	if (fd < 0 && errno == ENOENT)
		return co_err_set(err, CO_ERR_SYSTEM, "not-found", "there is no audit log at \"%s\"", path);
	if (fd < 0)
		return co_err_sys(err, errno, "cannot open the audit log \"%s\"", path);
	if (fstat(fd, &st) < 0)
		rc = co_err_sys(err, errno, "cannot examine \"%s\"", path);
	else
		rc = check_trust(&st, path, append, err);
	if (rc < 0) {
		close(fd);
		return rc;
	}
	*dir = fd;
	return CO_OK;
}

int64_t co_audit_day_of(int64_t seconds)
{
	return seconds / DAY - (seconds % DAY < 0);
}

void co_audit_day_name(char out[CO_AUDIT_NAME + 1], int64_t day)
{
	char time[CO_TIME_LEN + 1];

	co_time_format(time, day * DAY);
	memcpy(out, time, 10);
	memcpy(out + 10, ".jsonl", 7);
}

int co_audit_day_parse(int64_t *day, const char *name)
{
	char time[CO_TIME_LEN + 1];
	int64_t seconds;

	if (strlen(name) != CO_AUDIT_NAME || strcmp(name + 10, ".jsonl") != 0)
		return -1;
	snprintf(time, sizeof(time), "%.10sT00:00:00Z", name);
	if (co_time_parse(&seconds, time) < 0)
		return -1;
	*day = co_audit_day_of(seconds);
	return 0;
}

/* "torn-42.bin", "torn-42-2.bin" */
static int torn_parse(int64_t *seq, const char *name)
{
	char *end;

	if (strncmp(name, "torn-", 5) != 0 || name[5] < '1' || name[5] > '9')
		return -1;
	errno = 0;
	*seq = strtoll(name + 5, &end, 10);
	return errno || (*end != '.' && *end != '-') ? -1 : 0;
}

static int by_value(const void *a, const void *b)
{
	const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return x < y ? -1 : x > y;
}

static int list(struct co_audit_files *files, DIR *stream, struct co_err *err)
{
	const struct dirent *entry;
	int64_t n;

	for (errno = 0; (entry = readdir(stream)); errno = 0) {
		if (co_audit_day_parse(&n, entry->d_name) == 0)
			*(int64_t *)co_grow(&files->days, &files->count, sizeof(n)) = n;
		else if (torn_parse(&n, entry->d_name) == 0)
			*(int64_t *)co_grow(&files->torn, &files->torn_count, sizeof(n)) = n;
	}
	return errno ? co_err_sys(err, errno, "cannot read the audit log's directory") : CO_OK;
}

int co_audit_files_list(struct co_audit_files *files, int dir, struct co_err *err)
{
	struct co_audit_files found = { 0 };
	int rc, fd = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *stream = fd < 0 ? NULL : fdopendir(fd);

	if (!stream) {
		rc = co_err_sys(err, errno, "cannot read the audit log's directory");
		if (fd >= 0)
			close(fd);
		return rc;
	}
	rc = list(&found, stream, err);
	closedir(stream);
	if (rc < 0) {
		co_audit_files_clear(&found);
		return rc;
	}
	if (found.count)
		qsort(found.days, found.count, sizeof(*found.days), by_value);
	*files = found;
	return CO_OK;
}

void co_audit_files_clear(struct co_audit_files *files)
{
	free(files->days);
	free(files->torn);
	*files = (struct co_audit_files){ 0 };
}

static int head_parse(struct co_audit_head *head, const char *text, size_t len)
{
	struct co_audit_head parsed = { 0 };
	char hex[2 * CO_SHA256_LEN + 1] = "", *end;

	if (len != HEAD || text[HEAD - 1] != '\n' || memcmp(text + 16, " sha256:", 8) != 0)
		return -1;
	memcpy(hex, text + 24, sizeof(hex) - 1);
	parsed.seq = strtoll(text, &end, 10);
	if (end != text + 16 || parsed.seq < 0 || parsed.seq > CO_JSON_INT_MAX ||
	    co_hex_decode(parsed.leaf, sizeof(parsed.leaf), hex) < 0)
		return -1;
	*head = parsed;
	return 0;
}

int co_audit_head_read(struct co_audit_head *head, int dir, struct co_err *err)
{
	char text[HEAD + 2] = "", again[HEAD + 2] = "";
	ssize_t len = -1, before;
	int tries, fd = openat(dir, "head", O_RDONLY | O_CLOEXEC | O_NOFOLLOW);

	if (fd < 0)
		return errno == ENOENT ? 0 : co_err_sys(err, errno, "cannot open the audit log's head");
	/* A read may see half of a write; two equal ones saw a whole. */
	for (tries = 0; tries < HEAD_TRIES; tries++) {
		before = len;
		memcpy(again, text, sizeof(text));
		len = pread(fd, text, sizeof(text) - 1, 0);
		if (len < 0 && errno != EINTR)
			break;
		if (tries && len == before && memcmp(text, again, sizeof(text)) == 0)
			break;
	}
	close(fd);
	if (len < 0)
		return co_err_sys(err, errno, "cannot read the audit log's head");
	if (!len) /* made, but a power loss came before its bytes */
		return 0;
	text[len] = '\0';
	if (head_parse(head, text, (size_t)len) < 0)
		return co_err_set(err, CO_ERR_INPUT, "bad-head", "the file \"head\" of the audit log is no head");
	return 1;
}

int co_audit_head_open(int *head, int dir, struct co_err *err)
{
	struct stat st;
	int fd;

	do
		fd = openat(dir, "head", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY, 0600);
	while (fd < 0 && errno == EINTR);
	if (fd < 0)
		return co_err_sys(err, errno, "cannot open the audit log's head");
	if (fstat(fd, &st) < 0 || (st.st_size > HEAD && ftruncate(fd, 0) < 0)) {
		co_err_sys(err, errno, "cannot mend the audit log's head");
		close(fd);
		return CO_ERR_SYSTEM;
	}
	*head = fd;
	return CO_OK;
}

int co_audit_head_write(const struct co_audit_head *head, int fd, struct co_err *err)
{
	char hex[2 * CO_SHA256_LEN + 1], text[HEAD + 1];
	ssize_t n;

	co_hex_encode(hex, head->leaf, sizeof(head->leaf));
	snprintf(text, sizeof(text), "%016lld sha256:%s\n", (long long)head->seq, hex);
	do
		n = pwrite(fd, text, HEAD, 0);
	while (n < 0 && errno == EINTR);
	return n == HEAD ? CO_OK : co_err_sys(err, n < 0 ? errno : EIO, "cannot write the audit log's head");
}
