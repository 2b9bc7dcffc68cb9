/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/tail.h"

#include "audit/line.h"
#include "sys/atomicfile.h"
#include "sys/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Enough for a whole last line and a torn one after it. */
enum { WINDOW = 2 * (CO_AUDIT_RECORD + 1) };

static int damaged(struct co_err *err, int64_t day, const char *what)
{
	char name[CO_AUDIT_NAME + 1];

	co_audit_day_name(name, day);
	co_err_set(err, CO_ERR_SYSTEM, "log-damaged", "the audit log is damaged at the end of %s: %s", name, what);
	return co_err_hint(err, "see what with: co-audit verify"), CO_ERR_SYSTEM;
}

static int open_day(int dir, int64_t day, int flags, int *fd, struct co_err *err)
{
	char name[CO_AUDIT_NAME + 1];
	int opened;

	co_audit_day_name(name, day);
	do
		opened = openat(dir, name, flags | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK);
	while (opened < 0 && errno == EINTR);
	if (opened < 0)
		return co_err_sys(err, errno, "cannot open the audit log's %s", name);
	*fd = opened;
	return CO_OK;
}

/* Reads exactly len bytes at an offset. */
static int read_at(int fd, char *to, size_t len, off_t at, struct co_err *err)
{
	while (len) {
		ssize_t n = pread(fd, to, len, at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return co_err_sys(err, n < 0 ? errno : EIO, "cannot read the audit log");
		to += n;
		at += n;
		len -= (size_t)n;
	}
	return CO_OK;
}

static const char *last_newline(const char *data, size_t len)
{
	while (len)
		if (data[--len] == '\n')
			return data + len;
	return NULL;
}

static int take_torn(struct co_audit_tail *tail, int64_t day, off_t at, size_t len, struct co_err *err)
{
	if (tail->torn)
		return damaged(err, day, "a torn record, with records after it");
	if (len > CO_AUDIT_RECORD)
		return damaged(err, day, "what stands there is longer than any record");
	tail->torn = len;
	tail->torn_day = day;
	tail->torn_at = at;
	return CO_OK;
}

/* Looks at the last len bytes of a day file, which is size bytes long. 1: it holds the last record; 0: look at the day before. */
static int examine(struct co_audit_tail *tail, int64_t day, const char *data, size_t len, off_t size,
		   struct co_err *err)
{
	const char *end = last_newline(data, len), *start;
	struct co_audit_line line;

	if (!end)
		return take_torn(tail, day, 0, (size_t)size, err);
	if (end + 1 < data + len &&
	    take_torn(tail, day, size - (data + len - end - 1), (size_t)(data + len - end - 1), err) < 0)
		return CO_ERR_SYSTEM;
	start = last_newline(data, (size_t)(end - data));
	start = start ? start + 1 : data;
	if (end - start > CO_AUDIT_RECORD || co_audit_line_parse(&line, start, (size_t)(end - start)) < 0)
		return damaged(err, day, "the last line is no record");
	if (co_audit_day_of(line.time) != day)
		return damaged(err, day, "the last record is of another day");
	tail->seq = line.seq;
	tail->time = line.time;
	tail->day = day;
	tail->size = size - (data + len - end - 1);
	co_audit_leaf(start, (size_t)(end - start), tail->leaf);
	return 1;
}

static int examine_day(struct co_audit_tail *tail, int dir, int64_t day, struct co_err *err)
{
	struct stat st;
	size_t len;
	char *data;
	int fd = -1, rc = open_day(dir, day, O_RDONLY, &fd, err);

	if (rc < 0)
		return rc;
	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode)) {
		close(fd);
		return damaged(err, day, "it is no regular file");
	}
	len = st.st_size < WINDOW ? (size_t)st.st_size : WINDOW;
	data = co_xmalloc(len + 1);
	rc = read_at(fd, data, len, st.st_size - (off_t)len, err);
	close(fd);
	if (rc == CO_OK && len)
		rc = examine(tail, day, data, len, st.st_size, err);
	free(data);
	return rc;
}

int co_audit_tail_read(struct co_audit_tail *tail, int dir, struct co_err *err)
{
	struct co_audit_tail found = { 0 };
	struct co_audit_files files;
	size_t i;
	int rc = co_audit_files_list(&files, dir, err);

	if (rc < 0)
		return rc;
	memcpy(found.leaf, co_audit_no_leaf, sizeof(found.leaf));
	for (i = files.count; i-- && rc == 0;)
		rc = examine_day(&found, dir, files.days[i], err);
	for (i = 0; i < files.torn_count; i++)
		if (files.torn[i] == found.seq + 1)
			found.torn_kept = 1;
	co_audit_files_clear(&files);
	if (rc < 0)
		return rc;
	*tail = found;
	return CO_OK;
}

static char *torn_path(const struct co_audit_tail *tail, const char *directory, int again)
{
	if (again < 2)
		return co_xasprintf("%s/torn-%lld.bin", directory, (long long)tail->seq + 1);
	return co_xasprintf("%s/torn-%lld-%d.bin", directory, (long long)tail->seq + 1, again);
}

/* Stores the bytes under the first name that is free, or that holds them already from a repair cut short. */
static int keep_aside(const struct co_audit_tail *tail, const char *directory, const char *data, struct co_err *err)
{
	struct co_buf there = CO_BUF_INIT;
	int again = 1, rc, same;
	char *path;

	do {
		path = torn_path(tail, directory, again++);
		rc = co_file_create(path, data, tail->torn, 0600, err);
		co_buf_reset(&there);
		same = rc == CO_ERR_NO && co_file_read(path, CO_AUDIT_RECORD, 0, &there, err) == CO_OK &&
		       there.len == tail->torn && memcmp(there.data, data, there.len) == 0;
		free(path);
	} while (rc == CO_ERR_NO && !same && again < 100);
	co_buf_clear(&there);
	if (same)
		return CO_OK;
	if (rc == CO_ERR_NO)
		rc = co_err_set(err, CO_ERR_SYSTEM, "log-damaged", "%d torn records were kept aside at one place already",
				again - 1);
	return rc;
}

int co_audit_tail_repair(struct co_audit_tail *tail, int dir, const char *directory, struct co_err *err)
{
	char *data = co_xmalloc(tail->torn + 1);
	int fd = -1, rc = open_day(dir, tail->torn_day, O_RDWR, &fd, err);

	if (rc == CO_OK) {
		rc = read_at(fd, data, tail->torn, tail->torn_at, err);
		if (rc == CO_OK)
			rc = keep_aside(tail, directory, data, err);
		if (rc == CO_OK && ftruncate(fd, tail->torn_at) < 0)
			rc = co_err_sys(err, errno, "cannot cut the torn record off the audit log");
		if (rc == CO_OK && fdatasync(fd) < 0)
			rc = co_err_sys(err, errno, "cannot sync the audit log");
		close(fd);
	}
	free(data);
	if (rc < 0)
		return rc;
	tail->torn = 0;
	tail->torn_kept = 1;
	return CO_OK;
}

int co_audit_tail_record(const struct co_audit_tail *tail, const char *directory, json_t **record,
			 struct co_err *err)
{
	char *path = torn_path(tail, directory, 1), digest[CO_DIGEST_LEN + 1];
	struct co_buf bytes = CO_BUF_INIT;
	struct co_audit_event event = { .type = CO_AUDIT_REPAIR,
					.what = "a torn last record was kept aside",
					.result = "repaired",
					.ms = -1 };
	int rc = co_file_read(path, CO_AUDIT_RECORD, 0, &bytes, err);

	if (rc == CO_OK) {
		co_sha256_text(bytes.data, bytes.len, digest);
		event.detail = json_pack("{s:s, s:I, s:s}", "file", strrchr(path, '/') + 1, "bytes",
					 (json_int_t)bytes.len, "digest", digest);
		*record = co_audit_record_new(&event, NULL);
	}
	co_buf_clear(&bytes);
	free(path);
	return rc;
}
