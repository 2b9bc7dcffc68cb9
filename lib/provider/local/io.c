/* SPDX-License-Identifier: Apache-2.0 */
/*
 * io: how busy and how slow each block device is, and which processes use it.
 * Documentation/admin-guide/iostats.rst for /proc/diskstats; a sector there is 512 bytes.
 */
#include "provider/local/reading.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "provider/local/mounts.h"
#include "provider/local/proc.h"
#include "provider/local/task.h"
#include "sys/clock.h"

enum {
	READS,
	READS_MERGED,
	SECTORS_READ,
	READ_MS,
	WRITES,
	WRITES_MERGED,
	SECTORS_WRITTEN,
	WRITE_MS,
	IN_FLIGHT,
	BUSY_MS,
	WEIGHTED_MS,
	COUNTERS
};
enum { SECTOR = 512 };

struct device {
	char name[64];
	unsigned major, minor;
	int64_t counter[COUNTERS];
};

struct usage {
	pid_t pid;
	int64_t started;
	int64_t read, written, delay;
};

struct sample {
	int64_t at_ms;
	struct device *devices;
	size_t device_count;
	struct usage *users;
	size_t user_count;
	size_t closed; /* processes whose io may not be read */
};

static void clear_sample(struct sample *s)
{
	free(s->devices);
	free(s->users);
}

static int read_devices(const struct co_host *host, struct sample *s)
{
	struct co_buf b = CO_BUF_INIT;
	char *cursor, *line;
	int code = co_proc_read(host, &b, "proc/diskstats");

	cursor = b.data;
	while (!code && (line = co_line(&cursor)) != NULL) {
		struct device d = { "", 0, 0, { 0 } };
		int at = 0, i;
		char *next;

		if (sscanf(line, "%u %u %63s%n", &d.major, &d.minor, d.name, &at) != 3)
			continue;
		next = line + at;
		for (i = 0; i < COUNTERS; i++)
			d.counter[i] = strtoll(next, &next, 10);
		*(struct device *)co_grow(&s->devices, &s->device_count, sizeof(d)) = d;
	}
	co_buf_clear(&b);
	return code;
}

static int read_users(struct co_reading *r, struct sample *s)
{
	struct co_buf b = CO_BUF_INIT;
	size_t n, i;
	pid_t *pids = co_pids(r->host, &n);
	int code = CO_OK;

	for (i = 0; i < n && !(code = co_reading_check(r)); i++) {
		struct co_task task;
		struct usage *u;
		int failed;

		if (co_task_read(r->host, pids[i], &task) || task.kernel)
			continue;
		failed = co_proc_read(r->host, &b, "proc/%d/io", (int)pids[i]);
		s->closed += failed == EACCES || failed == EPERM;
		if (failed)
			continue;
		u = co_grow(&s->users, &s->user_count, sizeof(*u));
		u->pid = pids[i];
		u->started = task.started;
		u->delay = task.delay;
		u->read = co_key_number(co_buf_str(&b), "read_bytes:");
		u->written = co_key_number(co_buf_str(&b), "write_bytes:");
	}
	co_buf_clear(&b);
	free(pids);
	return code;
}

static int take_sample(struct co_reading *r, struct sample *s)
{
	memset(s, 0, sizeof(*s));
	if (read_devices(r->host, s))
		co_unseen(r, "block devices", "/proc/diskstats cannot be read");
	s->at_ms = co_clock_ms();
	return read_users(r, s);
}

static double mean(int64_t sum, int64_t n)
{
	return n > 0 ? (double)sum / (double)n : 0;
}

static json_t *mount_list(const struct co_mounts *mounts, const struct device *d)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < mounts->count; i++)
		if (mounts->items[i].major == d->major && mounts->items[i].minor == d->minor)
			json_array_append_new(list,
					      co_text(mounts->items[i].path, strlen(mounts->items[i].path)));
	return list;
}

static json_t *device_object(const struct device *a, const struct device *b, int64_t ms,
			     const struct co_mounts *mounts)
{
	json_t *o = json_object();
	double seconds = ms > 0 ? (double)ms / 1000 : 1;
	int64_t d[COUNTERS];
	int i;

	for (i = 0; i < COUNTERS; i++)
		d[i] = b->counter[i] - a->counter[i];
	co_set_text(o, "device", b->name);
	json_object_set_new(o, "mounts", mount_list(mounts, b));
	co_set_real(o, "busy_percent", co_percent((double)(d[BUSY_MS] < ms ? d[BUSY_MS] : ms), (double)ms));
	co_set_real(o, "reads_per_second", (double)d[READS] / seconds);
	co_set_real(o, "writes_per_second", (double)d[WRITES] / seconds);
	co_set_real(o, "read_bytes_per_second", (double)d[SECTORS_READ] * SECTOR / seconds);
	co_set_real(o, "write_bytes_per_second", (double)d[SECTORS_WRITTEN] * SECTOR / seconds);
	co_set_real(o, "read_latency_ms", mean(d[READ_MS], d[READS]));
	co_set_real(o, "write_latency_ms", mean(d[WRITE_MS], d[WRITES]));
	co_set_real(o, "queue", (double)d[WEIGHTED_MS] / (seconds * 1000));
	co_set_int(o, "in_flight", b->counter[IN_FLIGHT]);
	return o;
}

/* Partitions repeat their disk; a device that never moved (loop7, ram0) is not there for anybody. */
static int is_shown(const struct co_host *host, const struct device *d)
{
	char path[256];

	if (d->counter[READS] + d->counter[WRITES] == 0 || strncmp(d->name, "ram", 3) == 0)
		return 0;
	return co_proc_link(host, path, sizeof(path), "sys/class/block/%s", d->name) != 0 ||
	       co_proc_number(host, "sys/class/block/%s/partition", d->name) < 0;
}

static void report_devices(struct co_reading *r, const struct sample *a, const struct sample *b)
{
	json_t *list = json_array();
	struct co_mounts mounts;
	size_t i;

	co_mounts_read(r->host, &mounts);
	for (i = 0; i < b->device_count && i < a->device_count; i++)
		if (strcmp(a->devices[i].name, b->devices[i].name) == 0 && is_shown(r->host, &b->devices[i]))
			json_array_append_new(list, device_object(&a->devices[i], &b->devices[i],
								  b->at_ms - a->at_ms, &mounts));
	json_object_set_new(r->output, "devices", list);
	co_mounts_clear(&mounts);
}

static int by_pid(const void *x, const void *y)
{
	const struct usage *a = x, *b = y;

	return (a->pid > b->pid) - (a->pid < b->pid);
}

/* Users are in the order of co_pids(). */
static const struct usage *find(const struct sample *s, const struct usage *wanted)
{
	static const struct usage none;
	const struct usage *found = NULL;

	if (s->users)
		found = bsearch(wanted, s->users, s->user_count, sizeof(*wanted), by_pid);
	return found && found->started == wanted->started ? found : &none;
}

static int by_bytes(const void *x, const void *y)
{
	const struct usage *a = x, *b = y;
	int64_t left = a->read + a->written + a->delay, right = b->read + b->written + b->delay;

	return (left < right) - (left > right);
}

static void report_users(struct co_reading *r, const struct sample *a, struct sample *b, int64_t top)
{
	double seconds = (double)(b->at_ms - a->at_ms) / 1000;
	struct co_owners owners;
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < b->user_count; i++) {
		const struct usage *before = find(a, &b->users[i]);

		b->users[i].read -= before->read;
		b->users[i].written -= before->written;
		b->users[i].delay -= before->delay;
	}
	if (b->users)
		qsort(b->users, b->user_count, sizeof(*b->users), by_bytes);
	co_owners_read(r->host, &owners);
	for (i = 0; i < b->user_count && i < (size_t)top && seconds > 0; i++) {
		const struct usage *u = &b->users[i];
		struct co_task task;
		json_t *o;

		if (u->read + u->written + u->delay <= 0 || co_task_read(r->host, u->pid, &task))
			continue;
		o = co_task_object(r->host, &owners, &task);
		co_set_real(o, "read_bytes_per_second", (double)u->read / seconds);
		co_set_real(o, "write_bytes_per_second", (double)u->written / seconds);
		co_set_real(o, "waiting_percent",
			    co_percent((double)u->delay / (double)r->host->ticks, seconds));
		json_array_append_new(list, o);
	}
	co_owners_clear(&owners);
	json_object_set_new(r->output, "processes", list);
}

int co_local_io(struct co_reading *r)
{
	struct sample a = { 0 }, b = { 0 };
	int64_t interval, top;
	int code = co_param_duration(r, "interval", 1000, 10, 60000, &interval);

	if (!code)
		code = co_param_integer(r, "top", 5, 1, 100, &top);
	if (!code)
		code = take_sample(r, &a);
	if (!code)
		code = co_reading_wait(r, interval);
	if (!code)
		code = take_sample(r, &b);
	if (!code) {
		co_set_int(r->output, "interval_ms", b.at_ms - a.at_ms);
		co_set_pressure(r, "io");
		report_devices(r, &a, &b);
		report_users(r, &a, &b, top);
		if (b.closed)
			co_unseen(r, "I/O of some processes", "/proc/PID/io of %zu is closed to this user",
				  b.closed);
	}
	clear_sample(&a);
	clear_sample(&b);
	return code;
}
