/* SPDX-License-Identifier: Apache-2.0 */
/*
 * disk: space and inodes of every file system, how fast it fills, what fills it.
 * Growth is the difference of two samples: a short look at a slow process; it
 * says so by giving the interval with it.
 */
#define _DEFAULT_SOURCE
#include "provider/local/reading.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include "provider/local/descriptors.h"
#include "provider/local/inodes.h"
#include "provider/local/mounts.h"
#include "provider/local/proc.h"
#include "provider/local/task.h"
#include "provider/local/usage.h"
#include "sys/clock.h"

enum { DELETED_SHOWN = 20, DELETED_LEAST = 1024 * 1024, WALK_MS = 3000, WALKED = 3 };

struct space {
	int known;
	int64_t size, used, usable, inodes, inodes_free;
};

static int measure(const struct co_mount *m, struct space *s)
{
	struct statvfs v;
	int64_t unit;

	memset(s, 0, sizeof(*s));
	if (statvfs(m->path, &v))
		return errno;
	unit = (int64_t)(v.f_frsize ? v.f_frsize : v.f_bsize);
	s->known = v.f_blocks > 0;
	s->size = (int64_t)v.f_blocks * unit;
	s->used = (int64_t)(v.f_blocks - v.f_bfree) * unit;
	s->usable = (int64_t)v.f_bavail * unit;
	s->inodes = (int64_t)v.f_files;
	s->inodes_free = (int64_t)v.f_ffree;
	return 0;
}

/* As df(1): of what users may use, so that a full file system is 100 even with blocks kept for root. */
static double used_percent(const struct space *s)
{
	return co_percent((double)s->used, (double)(s->used + s->usable));
}

static void set_growth(json_t *o, const struct space *a, const struct space *b, int64_t ms)
{
	double rate = ms > 0 ? (double)(b->used - a->used) * 1000 / (double)ms : 0;

	co_set_real(o, "growth_bytes_per_second", rate);
	co_set_known(o, "full_in_seconds", rate > 0 ? (int64_t)((double)b->usable / rate) : -1);
}

static json_t *filesystem(const struct co_mount *m, const struct space *a, const struct space *b, int64_t ms)
{
	json_t *o = json_object();

	co_set_text(o, "mount", m->path);
	co_set_text(o, "device", m->source);
	co_set_text(o, "type", m->type);
	co_set_bool(o, "read_only", m->read_only);
	co_set_int(o, "size_bytes", b->size);
	co_set_int(o, "used_bytes", b->used);
	co_set_int(o, "available_bytes", b->usable);
	co_set_real(o, "used_percent", used_percent(b));
	co_set_int(o, "inodes", b->inodes);
	co_set_int(o, "inodes_used", b->inodes - b->inodes_free);
	co_set_real(o, "inodes_percent", co_percent((double)(b->inodes - b->inodes_free), (double)b->inodes));
	set_growth(o, a, b, ms);
	return o;
}

static void measure_all(struct co_reading *r, const struct co_mounts *mounts, struct space *spaces)
{
	size_t i;

	for (i = 0; i < mounts->count && r->host->live; i++) {
		const struct co_mount *m = &mounts->items[i];
		int code;

		if (m->remote) {
			co_unseen(r, "network and FUSE file systems",
				  "asking one whose server is away would hang");
			continue;
		}
		code = measure(m, &spaces[i]);
		if (code)
			co_unseen(r, "space of some file systems", "a mount point may not be asked: %s",
				  strerror(code));
	}
}

struct deleted {
	struct co_reading *r;
	struct co_owners owners;
	const struct co_mounts *mounts;
	json_t *list;
	int64_t bytes;
	size_t count;
	struct co_inodes met;
};

static const char *mount_of(const struct co_mounts *mounts, const char *path)
{
	const char *best = NULL;
	size_t i;

	for (i = 0; i < mounts->count; i++) {
		const char *m = mounts->items[i].path;
		size_t n = strlen(m);

		if (strncmp(path, m, n) == 0 && (n == 1 || path[n] == '/') && (!best || n > strlen(best)))
			best = m;
	}
	return best;
}

static void deleted_seen(void *context, pid_t pid, const char *fd, const char *target)
{
	struct deleted *d = context;
	size_t len = strlen(target), tail = strlen(" (deleted)");
	char path[64];
	struct stat st;
	struct co_task task;
	json_t *o;

	if (len <= tail || strcmp(target + len - tail, " (deleted)") != 0 || *target != '/' ||
	    strncmp(target, "/memfd:", 7) == 0 || strncmp(target, "/SYSV", 5) == 0 ||
	    strncmp(target, "/dev/", 5) == 0)
		return;
	snprintf(path, sizeof(path), "proc/%d/fd/%.16s", (int)pid, fd);
	if (fstatat(d->r->host->root, path, &st, 0) || !S_ISREG(st.st_mode) || st.st_nlink > 0 ||
	    (int64_t)st.st_blocks * 512 < DELETED_LEAST || co_inodes_met(&d->met, &st))
		return;
	d->bytes += (int64_t)st.st_blocks * 512;
	d->count++;
	if (json_array_size(d->list) >= DELETED_SHOWN || co_task_read(d->r->host, pid, &task))
		return;
	o = co_task_object(d->r->host, &d->owners, &task);
	json_object_set_new(o, "path", co_text(target, len - tail));
	co_set_text(o, "mount", mount_of(d->mounts, target));
	co_set_int(o, "bytes", (int64_t)st.st_blocks * 512);
	json_array_append_new(d->list, o);
}

static int read_deleted(struct co_reading *r, const struct co_mounts *mounts)
{
	struct deleted d = { r, { NULL, 0 }, mounts, json_array(), 0, 0, { NULL, 0 } };
	size_t closed;
	int code;

	co_owners_read(r->host, &d.owners);
	code = co_descriptors(r, deleted_seen, &d, &closed);
	if (closed)
		co_unseen(r, "some deleted files held open",
			  "/proc/PID/fd of %zu processes is closed to this user", closed);
	json_object_set_new(r->output, "deleted", d.list);
	co_set_int(r->output, "deleted_bytes", d.bytes);
	co_set_int(r->output, "deleted_files", (int64_t)d.count);
	co_owners_clear(&d.owners);
	free(d.met.items);
	return code;
}

struct budget {
	int64_t above, entries;
};

static void walk(struct co_reading *r, json_t *largest, const char *path, const struct budget *budget)
{
	json_t *o = co_usage(r, path, budget->entries, WALK_MS);

	if (!o) {
		co_unseen(r, "some directories", "a file system's top directory cannot be opened");
		return;
	}
	if (!json_is_true(json_object_get(o, "complete")))
		co_unseen(r, "all directories",
			  "the walk stops after %lld entries or %d s; sizes are of what was seen",
			  (long long)budget->entries, WALK_MS / 1000);
	json_array_append_new(largest, o);
}

static int read_largest(struct co_reading *r, const struct co_mounts *mounts, const struct space *spaces,
			const struct budget *budget)
{
	json_t *largest = json_array(), *paths = NULL, *path;
	size_t i;
	int code = co_param_strings(r, "paths", &paths);

	json_object_set_new(r->output, "largest", largest);
	if (code)
		return code;
	json_array_foreach(paths, i, path)
		if (*json_string_value(path) == '/')
			walk(r, largest, json_string_value(path), budget);
	for (i = 0; i < mounts->count && !code; i++)
		if (spaces[i].known && !mounts->items[i].read_only && json_array_size(largest) < WALKED &&
		    used_percent(&spaces[i]) >= (double)budget->above) {
			walk(r, largest, mounts->items[i].path, budget);
			code = co_reading_check(r);
		}
	return code;
}

static int parameters(struct co_reading *r, int64_t *interval, struct budget *budget)
{
	int code = co_param_duration(r, "interval", 1000, 10, 60000, interval);

	if (!code)
		code = co_param_integer(r, "largest_above", 80, 0, 101, &budget->above);
	if (!code)
		code = co_param_integer(r, "entries", 200000, 100, 5000000, &budget->entries);
	return code;
}

static int read_all(struct co_reading *r, const struct co_mounts *mounts, struct space *a, struct space *b)
{
	json_t *list = json_array();
	struct budget budget;
	int64_t interval, start;
	size_t i;
	int code = parameters(r, &interval, &budget);

	json_object_set_new(r->output, "filesystems", list);
	if (code)
		return code;
	start = co_clock_ms();
	measure_all(r, mounts, a);
	code = co_reading_wait(r, interval);
	if (code)
		return code;
	interval = co_clock_ms() - start;
	measure_all(r, mounts, b);
	co_set_int(r->output, "interval_ms", interval);
	for (i = 0; i < mounts->count; i++)
		if (a[i].known && b[i].known)
			json_array_append_new(list, filesystem(&mounts->items[i], &a[i], &b[i], interval));
	code = read_deleted(r, mounts);
	return code ? code : read_largest(r, mounts, b, &budget);
}

int co_local_disk(struct co_reading *r)
{
	struct co_mounts mounts;
	struct space *a, *b;
	int code = co_mounts_read(r->host, &mounts);

	if (code)
		return co_err_sys(r->err, code, "cannot read /proc/self/mountinfo");
	a = co_xcalloc(mounts.count + 1, sizeof(*a));
	b = co_xcalloc(mounts.count + 1, sizeof(*b));
	code = read_all(r, &mounts, a, b);
	free(a);
	free(b);
	co_mounts_clear(&mounts);
	return code;
}
