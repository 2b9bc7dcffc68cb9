/* SPDX-License-Identifier: Apache-2.0 */
#if defined(__linux__) && !defined(_GNU_SOURCE)
#define _GNU_SOURCE /* memmem */
#endif
#include "audit/scan.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	BLOCK = 256 * 1024,	   /* of a read: larger ones fall out of the processor's cache */
	LINE = CO_AUDIT_RECORD + 1, /* with its LF */
	ROOM = BLOCK + LINE,
	NEAR = 4 * LINE,	   /* bisection ends when so little is left */
};

struct co_audit_scan {
	int dir;
	int fd;		/* of the day, or -1 */
	int64_t day;
	int64_t since;
	int sealed;	/* a later day has records, so this one gets no more */
	int skipping;	/* the rest of a line that is too long */
	int64_t number; /* lines given of this day; -1: some were skipped */
	int started;	/* a line of this day was given */
	const char *want;
	size_t want_len;
	size_t start, end; /* of what was read and not given yet */
	size_t whole;	   /* end of the last whole line in it */
	char *bytes;	   /* of space, after its first byte */
	char space[1 + ROOM];
};

int co_audit_scan_open(struct co_audit_scan **scan, int dir, int64_t since, struct co_err *err)
{
	struct co_audit_scan *s = co_xmalloc(sizeof(*s));

	(void)err;
	memset(s, 0, offsetof(struct co_audit_scan, space));
	s->bytes = s->space + 1;
	s->dir = dir;
	s->fd = -1;
	s->since = since;
	s->day = since == INT64_MIN ? INT64_MIN : co_audit_day_of(since) - 1;
	*scan = s;
	return CO_OK;
}

void co_audit_scan_close(struct co_audit_scan *scan)
{
	if (!scan)
		return;
	if (scan->fd >= 0)
		close(scan->fd);
	free(scan);
}

void co_audit_scan_want(struct co_audit_scan *scan, const char *bytes, size_t len)
{
	scan->want = bytes;
	scan->want_len = len;
}

/* The first day after the present one that has records: 1, or 0 if there is none. */
static int later_day(const struct co_audit_scan *s, int64_t *day, struct co_err *err)
{
	char name[CO_AUDIT_NAME + 1];
	struct co_audit_files files;
	struct stat st;
	size_t i;
	int rc = co_audit_files_list(&files, s->dir, err);

	if (rc < 0)
		return rc;
	for (i = 0; i < files.count && !rc; i++) {
		if (files.days[i] <= s->day)
			continue;
		co_audit_day_name(name, files.days[i]);
		if (fstatat(s->dir, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(st.st_mode) && !st.st_size)
			continue;
		*day = files.days[i];
		rc = 1;
	}
	co_audit_files_clear(&files);
	return rc;
}

/* The time of the first line that starts in data, and where; 0, or -1 if none does. */
static int first_time(const char *data, size_t len, size_t *at, int64_t *time)
{
	const char *start = memchr(data, '\n', len), *end;
	struct co_audit_line line;

	if (!start)
		return -1;
	start++;
	end = memchr(start, '\n', len - (size_t)(start - data));
	if (!end || co_audit_line_parse(&line, start, (size_t)(end - start)) < 0)
		return -1;
	*at = (size_t)(start - data);
	*time = line.time;
	return 0;
}

/* Bisects a day's file: the offset of a line before which no record is as late as since. */
static off_t seek_since(const struct co_audit_scan *s, int fd, char *space, off_t size)
{
	off_t low = 0, high = size;

	while (high - low > NEAR) {
		off_t middle = low + (high - low) / 2;
		ssize_t n = pread(fd, space, 2 * LINE, middle);
		int64_t time;
		size_t at;

		if (n <= 0 || first_time(space, (size_t)n, &at, &time) < 0)
			break;
		if (time < s->since)
			low = middle + (off_t)at;
		else
			high = middle;
	}
	return low;
}

static int open_day(struct co_audit_scan *s, int64_t day, struct co_err *err)
{
	char name[CO_AUDIT_NAME + 1];
	struct stat st;
	off_t at = 0;
	int fd;

	co_audit_day_name(name, day);
	do
		fd = openat(s->dir, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK);
	while (fd < 0 && errno == EINTR);
	if (fd < 0)
		return co_err_sys(err, errno, "cannot open the audit log's %s", name);
	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode)) {
		close(fd);
		return co_err_set(err, CO_ERR_SYSTEM, "log-damaged", "the audit log's %s is no regular file", name);
	}
	if (s->since != INT64_MIN && day == co_audit_day_of(s->since))
		at = seek_since(s, fd, s->bytes, st.st_size);
	if (s->fd >= 0)
		close(s->fd);
	lseek(fd, at, SEEK_SET);
	s->fd = fd;
	s->day = day;
	s->number = at ? -1 : 0;
	s->start = s->end = s->whole = 0;
	s->started = s->sealed = s->skipping = 0;
	return CO_OK;
}

/* Reads more of the day: the number of bytes, 0 at its present end. */
static int fill(struct co_audit_scan *s, struct co_err *err)
{
	ssize_t n;
	size_t i;

	if (s->start) {
		memmove(s->bytes, s->bytes + s->start, s->end - s->start);
		s->end -= s->start;
		s->start = 0;
	}
	do
		n = read(s->fd, s->bytes + s->end, ROOM - s->end < BLOCK ? ROOM - s->end : BLOCK);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return co_err_sys(err, errno, "cannot read the audit log");
	s->end += (size_t)n;
	for (i = s->end; i && s->bytes[i - 1] != '\n'; i--)
		;
	s->whole = i;
	return (int)n;
}

static void give(struct co_audit_scan *s, struct co_audit_piece *piece, enum co_audit_piece_kind kind, size_t len)
{
	if (s->number >= 0)
		s->number++;
	s->bytes[(ptrdiff_t)s->start - 1] = '\0';
	*piece = (struct co_audit_piece){ kind, s->bytes + s->start, len, s->day, s->number > 0 ? s->number : 0,
					  !s->started };
	s->started = 1;
}

/* Moves start to the line of the next hit, or past all whole lines if there is none. */
static void seek_wanted(struct co_audit_scan *s)
{
	const char *from = s->bytes + s->start;
	const char *hit = memmem(from, s->whole - s->start, s->want, s->want_len);

	s->number = -1;
	if (!hit)
		hit = s->bytes + s->whole;
	while (hit > from && hit[-1] != '\n')
		hit--;
	s->start = (size_t)(hit - s->bytes);
}

/* 1 and a piece out of what was read, 0 if more must be read. */
static int take(struct co_audit_scan *s, struct co_audit_piece *piece)
{
	const char *newline;
	size_t len;

	if (s->want_len && s->start < s->whole)
		seek_wanted(s);
	if (s->start < s->whole) {
		newline = memchr(s->bytes + s->start, '\n', s->whole - s->start);
		len = (size_t)(newline - s->bytes) - s->start;
		if (!s->skipping)
			give(s, piece, len > CO_AUDIT_RECORD ? CO_AUDIT_TOO_LONG : CO_AUDIT_LINE, len);
		s->start += len + 1;
		if (!s->skipping)
			return 1;
		s->skipping = 0;
		return take(s, piece);
	}
	len = s->end - s->start;
	if (s->skipping || len > CO_AUDIT_RECORD) {
		if (!s->skipping)
			give(s, piece, CO_AUDIT_TOO_LONG, len);
		s->start = s->end;
		if (!s->skipping)
			return s->skipping = 1;
	}
	return 0;
}

/* At the end of a day's bytes: 1 to read on, 0 at the end of the log; or a torn piece, 2. */
static int turn_page(struct co_audit_scan *s, struct co_audit_piece *piece, int torn, struct co_err *err)
{
	int64_t day = 0;
	int rc = later_day(s, &day, err);

	if (rc > 0 && s->fd >= 0 && !s->sealed)
		return s->sealed = 1; /* what came between the last read and now */
	if (rc >= 0 && s->start < s->end && (rc > 0 || torn)) {
		give(s, piece, CO_AUDIT_TORN, s->end - s->start);
		s->start = s->end;
		return 2;
	}
	if (rc > 0) {
		rc = open_day(s, day, err);
		return rc < 0 ? rc : 1;
	}
	return rc;
}

int co_audit_scan_next(struct co_audit_scan *s, struct co_audit_piece *piece, int torn, struct co_err *err)
{
	int rc;

	for (;;) {
		if (s->fd >= 0) {
			if (take(s, piece))
				return 1;
			rc = fill(s, err);
			if (rc < 0)
				return rc;
			if (rc > 0)
				continue;
		}
		rc = turn_page(s, piece, torn, err);
		if (rc != 1)
			return rc == 2 ? 1 : rc;
	}
}
