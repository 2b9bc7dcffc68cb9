/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/log.h"

#include "audit/line.h"
#include "audit/tail.h"
#include "sys/atomicfile.h"
#include "sys/lockfile.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	LOCK_WAIT = 30000, /* ms */
	CLOCK_SLACK = 60,  /* seconds a writer's clock may be behind the log unremarked */
	COUNTER = 17,	   /* bytes of "0000000000000007\n" */
	REPAIRS = 2,
};

/* The records of one co_audit_append(), waiting to be written. */
struct group {
	struct co_buf *bodies;
	size_t count;
	int64_t now;
	int done;
	int rc;
	struct co_err err;
	struct group *next;
};

struct co_audit_log {
	char *directory;
	int dir;
	int lock;
	int head;	/* -1: not opened yet */
	int file;	/* the day file that tail.day names, or -1 */
	long long counter; /* of the lock file, when tail was read */
	struct co_audit_tail tail;
	struct co_buf repairs[REPAIRS]; /* bodies of records that go before the next ones */
	size_t repair_count;
	int stopped;	/* a sync failed */

	pthread_mutex_t mutex; /* the rest is what threads share */
	pthread_cond_t changed;
	struct group *waiting; /* newest first */
	int busy;	/* a thread is writing */
};

int co_audit_open(struct co_audit_log **log, const char *directory, struct co_err *err)
{
	struct co_audit_log *l = co_xcalloc(1, sizeof(*l));
	char *path = co_xasprintf("%s/lock", directory);
	int rc = co_dir_make(directory, err);

	l->dir = l->lock = l->head = l->file = -1;
	l->directory = co_xstrdup(directory);
	pthread_mutex_init(&l->mutex, NULL);
	pthread_cond_init(&l->changed, NULL);
	if (rc == CO_OK)
		rc = co_audit_directory_open(&l->dir, directory, 1, err);
	if (rc == CO_OK)
		rc = co_lock_open(path, &l->lock, err);
	free(path);
	if (rc < 0) {
		co_audit_close(l);
		return rc;
	}
	*log = l;
	return CO_OK;
}

static void drop_repairs(struct co_audit_log *log)
{
	while (log->repair_count)
		co_buf_clear(&log->repairs[--log->repair_count]);
}

static void close_one(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

void co_audit_close(struct co_audit_log *log)
{
	if (!log)
		return;
	drop_repairs(log);
	close_one(&log->file);
	close_one(&log->head);
	close_one(&log->lock);
	close_one(&log->dir);
	pthread_cond_destroy(&log->changed);
	pthread_mutex_destroy(&log->mutex);
	free(log->directory);
	free(log);
}

/*
 * The lock file holds a counter, raised before a day file is made or cut: an
 * unchanged counter and an unchanged file size tell that nobody else wrote.
 */
static long long read_counter(const struct co_audit_log *log)
{
	char text[COUNTER + 1] = "";

	return pread(log->lock, text, COUNTER, 0) == COUNTER ? strtoll(text, NULL, 10) : 0;
}

static int raise_counter(struct co_audit_log *log, struct co_err *err)
{
	char text[COUNTER + 8];

	snprintf(text, sizeof(text), "%016lld\n", log->counter + 1);
	if (pwrite(log->lock, text, COUNTER, 0) != COUNTER)
		return co_err_sys(err, errno, "cannot write the audit log's lock");
	log->counter++;
	return CO_OK;
}

static int is_current(const struct co_audit_log *log)
{
	struct stat st;

	return log->file >= 0 && read_counter(log) == log->counter && fstat(log->file, &st) == 0 && st.st_nlink &&
	       st.st_size == log->tail.size;
}

static int add_repair(struct co_audit_log *log, json_t *record, struct co_err *err)
{
	struct co_buf body = CO_BUF_INIT;
	int rc = co_audit_record_body(&body, record, err);

	json_decref(record);
	if (rc == CO_OK)
		log->repairs[log->repair_count++] = body;
	return rc;
}

static int note_lost_head(struct co_audit_log *log, struct co_err *err)
{
	const struct co_audit_event event = { .type = CO_AUDIT_REPAIR,
					      .what = "the file \"head\" was missing or unreadable",
					      .result = "repaired",
					      .ms = -1 };

	return add_repair(log, co_audit_record_new(&event, NULL), err);
}

/* Holds the log against its head: a log that became shorter is not written to. */
static int check_head(struct co_audit_log *log, const struct co_audit_tail *tail, struct co_err *err)
{
	struct co_audit_head head;
	int rc = co_audit_head_read(&head, log->dir, err);

	if (rc == CO_ERR_INPUT || (rc == 0 && tail->seq))
		return note_lost_head(log, err);
	if (rc <= 0)
		return rc;
	if (tail->seq > head.seq || (tail->seq == head.seq && (!tail->seq || memcmp(tail->leaf, head.leaf, sizeof(head.leaf)) == 0)))
		return CO_OK;
	co_err_set(err, CO_ERR_SYSTEM, "log-damaged",
		   "the audit log ends with record %lld, but record %lld was acknowledged or was another",
		   (long long)tail->seq, (long long)head.seq);
	return co_err_hint(err, "see what is missing with: co-audit verify"), CO_ERR_SYSTEM;
}

static int repair(struct co_audit_log *log, struct co_audit_tail *tail, struct co_err *err)
{
	json_t *record;
	int rc = CO_OK;

	if (tail->torn) {
		rc = raise_counter(log, err);
		if (rc == CO_OK)
			rc = co_audit_tail_repair(tail, log->dir, log->directory, err);
	}
	if (rc == CO_OK && tail->torn_kept) {
		rc = co_audit_tail_record(tail, log->directory, &record, err);
		if (rc == CO_OK)
			rc = add_repair(log, record, err);
	}
	return rc;
}

/* A new log has a head before it has a record: one without was meddled with. */
static int open_head(struct co_audit_log *log, const struct co_audit_tail *tail, struct co_err *err)
{
	struct co_audit_head none = { .seq = 0 };
	int rc;

	close_one(&log->head);
	rc = co_audit_head_open(&log->head, log->dir, err);
	if (rc < 0 || tail->seq)
		return rc;
	memcpy(none.leaf, co_audit_no_leaf, sizeof(none.leaf));
	return co_audit_head_write(&none, log->head, err);
}

/* With the lock held: brings the view of the log's end up to date, and repairs it. */
static int refresh(struct co_audit_log *log, struct co_err *err)
{
	struct co_audit_tail tail;
	int rc;

	if (is_current(log))
		return CO_OK;
	close_one(&log->file);
	drop_repairs(log);
	log->counter = read_counter(log);
	rc = co_audit_tail_read(&tail, log->dir, err);
	if (rc == CO_OK)
		rc = check_head(log, &tail, err);
	if (rc == CO_OK)
		rc = repair(log, &tail, err);
	if (rc == CO_OK)
		rc = open_head(log, &tail, err);
	if (rc == CO_OK)
		log->tail = tail;
	return rc;
}

static int stop(struct co_audit_log *log, struct co_err *err, const char *what)
{
	log->stopped = 1;
	co_err_sys(err, errno, "cannot sync %s", what);
	return co_err_hint(err, "the disk may be failing: see dmesg(1); nothing was recorded"), CO_ERR_SYSTEM;
}

/* A line is only ever written to a file whose name is durable. */
static int make_day(struct co_audit_log *log, const char *name, struct co_err *err)
{
	int rc = raise_counter(log, err);

	if (rc < 0)
		return rc;
	do
		log->file = openat(log->dir, name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY, 0600);
	while (log->file < 0 && errno == EINTR);
	if (log->file < 0)
		return co_err_sys(err, errno, "cannot create the audit log's %s", name);
	return fsync(log->dir) < 0 ? stop(log, err, "the audit log's directory") : CO_OK;
}

/* Opens the file of a day at the end of its lines. */
static int use_day(struct co_audit_log *log, int64_t day, off_t *end, struct co_err *err)
{
	const int is_last = log->tail.seq && log->tail.day == day;
	char name[CO_AUDIT_NAME + 1];
	struct stat st;
	int rc = CO_OK;

	if (log->file < 0 || !is_last) {
		close_one(&log->file);
		co_audit_day_name(name, day);
		if (!is_last)
			rc = make_day(log, name, err);
		else if ((log->file = openat(log->dir, name, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY)) < 0)
			rc = co_err_sys(err, errno, "cannot open the audit log's %s", name);
		if (rc < 0) {
			close_one(&log->file);
			return rc;
		}
	}
	*end = is_last ? log->tail.size : 0;
	if (fstat(log->file, &st) < 0 || !S_ISREG(st.st_mode) || st.st_size != *end) {
		close_one(&log->file);
		return co_err_set(err, CO_ERR_SYSTEM, "log-damaged", "the audit log changed while it was locked");
	}
	return CO_OK;
}

/* Undoes a write that failed, or could not be synced: what stands in the page cache may not be on the disk. */
static void cut_back(struct co_audit_log *log, off_t end)
{
	if (ftruncate(log->file, end) < 0)
		log->stopped = 1;
	close_one(&log->file);
}

static int write_synced(struct co_audit_log *log, const struct co_buf *text, off_t end, struct co_err *err)
{
	size_t done = 0;
	int rc;

	while (done < text->len) {
		ssize_t n = pwrite(log->file, text->data + done, text->len - done, end + (off_t)done);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			rc = co_err_sys(err, n < 0 ? errno : ENOSPC, "cannot write the audit log");
			cut_back(log, end);
			return rc;
		}
		done += (size_t)n;
	}
	if (fdatasync(log->file) < 0) {
		rc = stop(log, err, "the audit log");
		cut_back(log, end);
		return rc;
	}
	return CO_OK;
}

/* Adds a line to text and moves the tail over it. */
static void chain(struct co_audit_tail *tail, struct co_buf *text, const struct co_buf *body, int64_t now)
{
	const size_t start = text->len;
	const int64_t clock = tail->time - now > CLOCK_SLACK ? now : 0;

	co_audit_line_write(text, ++tail->seq, tail->time, clock, body, tail->leaf);
	co_audit_leaf(text->data + start, text->len - start - 1, tail->leaf);
}

static int64_t latest(const struct co_audit_tail *tail, const struct group *groups)
{
	int64_t time = tail->seq ? tail->time : groups->now;

	for (; groups; groups = groups->next)
		time = groups->now > time ? groups->now : time;
	return time;
}

/* With the lock held: writes all groups with one sync. */
static int write_groups(struct co_audit_log *log, const struct group *groups, struct co_err *err)
{
	struct co_audit_tail tail = log->tail;
	struct co_audit_head head;
	struct co_buf text = CO_BUF_INIT;
	const struct group *g;
	size_t i;
	off_t end;
	int rc;

	tail.time = latest(&log->tail, groups);
	tail.day = co_audit_day_of(tail.time);
	tail.torn_kept = 0;
	for (i = 0; i < log->repair_count; i++)
		chain(&tail, &text, &log->repairs[i], tail.time);
	for (g = groups; g; g = g->next)
		for (i = 0; i < g->count; i++)
			chain(&tail, &text, &g->bodies[i], g->now);
	rc = use_day(log, tail.day, &end, err);
	if (rc == CO_OK)
		rc = write_synced(log, &text, end, err);
	if (rc == CO_OK) {
		tail.size = end + (off_t)text.len;
		log->tail = tail;
		drop_repairs(log);
		head.seq = tail.seq;
		memcpy(head.leaf, tail.leaf, sizeof(head.leaf));
		rc = co_audit_head_write(&head, log->head, err);
	}
	co_buf_clear(&text);
	return rc;
}

static int commit(struct co_audit_log *log, const struct group *groups, struct co_err *err)
{
	int rc;

	if (log->stopped)
		return co_err_set(err, CO_ERR_SYSTEM, "audit-stopped", "the audit log stopped when a sync failed");
	rc = co_lock_take(log->lock, LOCK_WAIT, err);
	if (rc < 0) {
		co_err_wrap(err, "audit log");
		return rc;
	}
	rc = refresh(log, err);
	if (rc == CO_OK)
		rc = write_groups(log, groups, err);
	co_lock_drop(log->lock);
	return rc;
}

/* Takes all that wait, oldest first. */
static struct group *take_waiting(struct co_audit_log *log)
{
	struct group *list = NULL, *g;

	while ((g = log->waiting)) {
		log->waiting = g->next;
		g->next = list;
		list = g;
	}
	return list;
}

/* With the mutex held: makes this thread the one that has the lock file. */
static void enter(struct co_audit_log *log)
{
	log->busy = 1;
	pthread_mutex_unlock(&log->mutex);
}

static void leave(struct co_audit_log *log)
{
	pthread_mutex_lock(&log->mutex);
	log->busy = 0;
	pthread_cond_broadcast(&log->changed);
}

/* One of the threads that wait writes for all of them; the next one takes those that came meanwhile. */
static void append_group(struct co_audit_log *log, struct group *own)
{
	struct co_err err = CO_ERR_INIT;
	struct group *list, *next;
	int rc;

	pthread_mutex_lock(&log->mutex);
	own->next = log->waiting;
	log->waiting = own;
	while (!own->done && log->busy)
		pthread_cond_wait(&log->changed, &log->mutex);
	if (!own->done) {
		list = take_waiting(log);
		enter(log);
		rc = commit(log, list, &err);
		leave(log);
		for (; list; list = next) {
			next = list->next;
			list->rc = rc;
			list->err = err;
			list->done = 1;
		}
	}
	pthread_mutex_unlock(&log->mutex);
}

int co_audit_append(struct co_audit_log *log, json_t *const *records, size_t n, int64_t now, struct co_err *err)
{
	struct group own = { .bodies = co_xcalloc(n + 1, sizeof(*own.bodies)), .now = now };
	int rc = CO_OK;

	while (own.count < n && rc == CO_OK) {
		rc = co_audit_record_body(&own.bodies[own.count], records[own.count], err);
		own.count++;
	}
	if (rc == CO_OK && n) {
		append_group(log, &own);
		rc = own.rc;
		if (rc < 0 && err)
			*err = own.err;
	}
	while (own.count)
		co_buf_clear(&own.bodies[--own.count]);
	free(own.bodies);
	return rc;
}

int co_audit_last(struct co_audit_log *log, int64_t *seq, struct co_err *err)
{
	struct co_audit_tail tail;
	int rc;

	pthread_mutex_lock(&log->mutex);
	while (log->busy)
		pthread_cond_wait(&log->changed, &log->mutex);
	enter(log);
	rc = co_lock_take(log->lock, LOCK_WAIT, err);
	if (rc == CO_OK) {
		rc = co_audit_tail_read(&tail, log->dir, err);
		co_lock_drop(log->lock);
	}
	leave(log);
	pthread_mutex_unlock(&log->mutex);
	if (rc == CO_OK)
		*seq = tail.seq;
	return rc;
}
