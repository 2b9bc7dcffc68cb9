/* SPDX-License-Identifier: Apache-2.0 */
/*
 * processes: who uses the CPU and the memory, who waits, who was never reaped.
 * The CPU share is measured between two passes over /proc, not since start.
 */
#include "provider/local/reading.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "codec/json.h"
#include "provider/local/proc.h"
#include "provider/local/task.h"
#include "sys/clock.h"

enum { WAITING_SHOWN = 10, NAMES_SHOWN = 10 };

struct entry {
	struct co_task task;
	int64_t used;	/* clock ticks of CPU in the interval */
	int64_t memory; /* bytes: PSS where it was read, else RSS */
	int64_t pss, swap;
};

struct table {
	struct entry *items;
	size_t count;
	int64_t at_ms;
};

static int read_table(struct co_reading *r, struct table *t)
{
	size_t n, i;
	pid_t *pids = co_pids(r->host, &n);
	int code = CO_OK;

	memset(t, 0, sizeof(*t));
	t->at_ms = co_clock_ms();
	for (i = 0; i < n && !code; i++) {
		struct co_task task;

		code = co_reading_check(r);
		if (!code && co_task_read(r->host, pids[i], &task) == 0) {
			struct entry *e = co_grow(&t->items, &t->count, sizeof(*e));

			e->task = task;
			e->memory = task.rss;
			e->pss = e->swap = -1;
		}
	}
	free(pids);
	if (!code && n == 0)
		code = co_err_set(r->err, CO_ERR_SYSTEM, "no-proc",
				  "there is no process in /proc: is it mounted?");
	return code;
}

static const struct entry *find(const struct table *t, pid_t pid)
{
	size_t low = 0, high = t->count;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (t->items[mid].task.pid == pid)
			return &t->items[mid];
		if (t->items[mid].task.pid < pid)
			low = mid + 1;
		else
			high = mid;
	}
	return NULL;
}

static void measure(const struct table *a, struct table *b)
{
	size_t i;

	for (i = 0; i < b->count; i++) {
		struct entry *e = &b->items[i];
		const struct entry *before = find(a, e->task.pid);
		/* A process that was not there, or has another start, began within the interval. */
		int same = before && before->task.started == e->task.started;

		e->used = e->task.cpu - (same ? before->task.cpu : 0);
		if (e->used < 0)
			e->used = 0;
	}
}

static int by_cpu(const void *x, const void *y)
{
	const struct entry *a = *(const struct entry *const *)x, *b = *(const struct entry *const *)y;

	return a->used != b->used ? (a->used < b->used) - (a->used > b->used) : a->task.pid - b->task.pid;
}

static int by_memory(const void *x, const void *y)
{
	const struct entry *a = *(const struct entry *const *)x, *b = *(const struct entry *const *)y;

	return a->memory != b->memory ? (a->memory < b->memory) - (a->memory > b->memory)
				      : a->task.pid - b->task.pid;
}

static struct entry **sorted(struct table *t, int (*order)(const void *, const void *))
{
	struct entry **list = co_xcalloc(t->count + 1, sizeof(*list));
	size_t i;

	for (i = 0; i < t->count; i++)
		list[i] = &t->items[i];
	qsort(list, t->count, sizeof(*list), order);
	return list;
}

/* What a report is made from. */
struct view {
	struct co_reading *r;
	struct co_owners owners;
	struct table *table;
	double ticks; /* of one CPU in the interval */
	size_t top;
};

static json_t *object(const struct view *v, const struct entry *e)
{
	json_t *o = co_task_object(v->r->host, &v->owners, &e->task);

	co_set_real(o, "cpu_percent", co_percent((double)e->used, v->ticks));
	co_set_known(o, "pss_bytes", e->pss);
	co_set_known(o, "swap_bytes", e->swap);
	return o;
}

static void read_pss(struct co_reading *r, struct entry *e)
{
	struct co_buf b = CO_BUF_INIT;
	int64_t pss = -1;

	if (co_proc_read(r->host, &b, "proc/%d/smaps_rollup", (int)e->task.pid) == 0)
		pss = co_key_number(co_buf_str(&b), "Pss:");
	if (pss >= 0) {
		e->pss = pss * 1024;
		e->memory = e->pss;
		e->swap = co_key_number(co_buf_str(&b), "SwapPss:") * 1024;
	} else if (!e->task.kernel && e->task.state != 'Z') {
		co_unseen(r, "proportional memory (PSS) of some processes",
			  "/proc/PID/smaps_rollup is closed to this user; RSS counts shared pages in full");
	}
	co_buf_clear(&b);
}

static json_t *top_cpu(const struct view *v)
{
	struct entry **list = sorted(v->table, by_cpu);
	json_t *out = json_array();
	size_t i;

	for (i = 0; i < v->table->count && i < v->top && list[i]->used > 0; i++) {
		read_pss(v->r, list[i]);
		json_array_append_new(out, object(v, list[i]));
	}
	free(list);
	return out;
}

/* PSS costs a walk over the process's pages, so it is read for twice the wanted number by RSS. */
static json_t *top_memory(const struct view *v)
{
	struct entry **list = sorted(v->table, by_memory);
	json_t *out = json_array();
	size_t i, n = v->table->count < 2 * v->top ? v->table->count : 2 * v->top;

	for (i = 0; i < n && co_reading_check(v->r) == CO_OK; i++)
		read_pss(v->r, list[i]);
	qsort(list, n, sizeof(struct entry *), by_memory);
	for (i = 0; i < n && i < v->top && list[i]->memory > 0; i++)
		json_array_append_new(out, object(v, list[i]));
	free(list);
	return out;
}

struct name {
	const char *name;
	int64_t used, memory;
	size_t count;
	pid_t parent;
};

static int by_share(const void *x, const void *y)
{
	const struct name *a = x, *b = y;

	return (a->used < b->used) - (a->used > b->used);
}

static void add_name(struct name **names, size_t *count, const struct entry *e)
{
	struct name *n;
	size_t i;

	for (i = 0; i < *count && strcmp((*names)[i].name, e->task.name) != 0; i++)
		;
	n = i < *count ? &(*names)[i] : co_grow(names, count, sizeof(**names));
	n->name = e->task.name;
	n->used += e->used;
	n->memory += e->memory;
	n->parent = e->task.ppid;
	n->count++;
}

/* A build or a pool of workers is many processes of one name, none of them large. */
static json_t *by_name(const struct view *v)
{
	struct name *names = NULL;
	size_t count = 0, i;
	json_t *out = json_array();

	for (i = 0; i < v->table->count; i++)
		if (v->table->items[i].used > 0)
			add_name(&names, &count, &v->table->items[i]);
	if (names)
		qsort(names, count, sizeof(*names), by_share);
	for (i = 0; i < count && i < NAMES_SHOWN; i++) {
		json_t *o = json_object();

		co_set_text(o, "name", names[i].name);
		co_set_int(o, "processes", (int64_t)names[i].count);
		co_set_int(o, "parent", names[i].parent);
		co_set_real(o, "cpu_percent", co_percent((double)names[i].used, v->ticks));
		co_set_int(o, "rss_bytes", names[i].memory);
		json_array_append_new(out, o);
	}
	free(names);
	return out;
}

/* Who was there in the first pass and not in the second, by name, with the name of the parent. */
static json_t *ended(const struct table *a, const struct table *b)
{
	json_t *list = json_array();
	size_t i, j;

	for (i = 0; i < a->count && json_array_size(list) < NAMES_SHOWN; i++) {
		const struct entry *e = &a->items[i], *now = find(b, e->task.pid),
				   *parent = find(a, e->task.ppid);
		json_t *o = NULL;

		if (now && now->task.started == e->task.started)
			continue;
		json_array_foreach(list, j, o)
			if (strcmp(co_json_str(o, "name"), e->task.name) == 0)
				break;
		if (j == json_array_size(list)) {
			o = json_object();
			co_set_text(o, "name", e->task.name);
			co_set_int(o, "processes", 0);
			co_set_int(o, "parent", e->task.ppid);
			co_set_text(o, "parent_name", parent ? parent->task.name : NULL);
			json_array_append_new(list, o);
		}
		co_set_int(o, "processes", json_integer_value(json_object_get(o, "processes")) + 1);
	}
	return list;
}

static void add_zombie(json_t *parents, const struct view *v, const struct entry *zombie)
{
	const struct entry *parent = find(v->table, zombie->task.ppid);
	json_t *o;
	size_t i;

	json_array_foreach(parents, i, o)
		if (json_integer_value(json_object_get(o, "pid")) == zombie->task.ppid) {
			co_set_int(o, "zombies", json_integer_value(json_object_get(o, "zombies")) + 1);
			return;
		}
	if (!parent || json_array_size(parents) >= WAITING_SHOWN)
		return;
	o = object(v, parent);
	co_set_int(o, "zombies", 1);
	json_array_append_new(parents, o);
}

static void add_waiting(json_t *list, const struct view *v, const struct entry *e)
{
	struct co_buf b = CO_BUF_INIT;
	json_t *o;

	if (json_array_size(list) >= WAITING_SHOWN)
		return;
	o = object(v, e);
	co_proc_read(v->r->host, &b, "proc/%d/wchan", (int)e->task.pid);
	co_set_text(o, "waits_in", b.len > 1 ? co_buf_str(&b) : NULL);
	json_array_append_new(list, o);
	co_buf_clear(&b);
}

static void report_states(struct co_reading *r, const struct view *v)
{
	json_t *waiting = json_array(), *parents = json_array();
	int64_t running = 0, blocked = 0, zombies = 0, threads = 0;
	size_t i;

	for (i = 0; i < v->table->count; i++) {
		const struct entry *e = &v->table->items[i];

		threads += e->task.threads;
		running += e->task.state == 'R';
		blocked += e->task.state == 'D';
		zombies += e->task.state == 'Z';
		if (e->task.state == 'Z')
			add_zombie(parents, v, e);
		if (e->task.state == 'D')
			add_waiting(waiting, v, e);
	}
	co_set_int(r->output, "total", (int64_t)v->table->count);
	co_set_int(r->output, "threads", threads);
	co_set_int(r->output, "running", running);
	co_set_int(r->output, "blocked", blocked);
	co_set_int(r->output, "zombies", zombies);
	json_object_set_new(r->output, "waiting", waiting);
	json_object_set_new(r->output, "zombie_parents", parents);
}

/* Busy ticks of all CPUs: user nice system, irq softirq; guest time is in user. */
static int64_t busy_ticks(const struct co_host *host, int64_t *cores)
{
	struct co_buf b = CO_BUF_INIT;
	int64_t field[7] = { 0 };
	char *at, *line;
	size_t i;

	*cores = 0;
	if (co_proc_read(host, &b, "proc/stat") == 0 && b.len > 4) {
		at = b.data + 4;
		for (i = 0; i < CO_COUNT(field); i++)
			field[i] = strtoll(at, &at, 10);
		while ((line = co_line(&at)) != NULL)
			*cores += strncmp(line, "cpu", 3) == 0;
	}
	co_buf_clear(&b);
	return field[0] + field[1] + field[2] + field[5] + field[6];
}

static void report(struct co_reading *r, struct table *a, struct table *b, int64_t top, int64_t busy)
{
	struct view v = { r, { NULL, 0 }, b, 0, (size_t)top };
	int64_t ms = b->at_ms - a->at_ms, seen = 0, cores;
	size_t i;

	measure(a, b);
	v.ticks = (double)ms * (double)r->host->ticks / 1000;
	busy = busy_ticks(r->host, &cores) - busy;
	for (i = 0; i < b->count; i++)
		seen += b->items[i].used;
	co_owners_read(r->host, &v.owners);
	co_set_int(r->output, "interval_ms", ms);
	co_set_int(r->output, "cores", cores);
	json_object_set_new(r->output, "by_cpu", top_cpu(&v));
	json_object_set_new(r->output, "by_memory", top_memory(&v));
	json_object_set_new(r->output, "by_name", by_name(&v));
	json_object_set_new(r->output, "ended", ended(a, b));
	report_states(r, &v);
	co_set_real(r->output, "cpu_percent", co_percent((double)seen, v.ticks));
	co_set_real(r->output, "ended_cpu_percent",
		    co_percent((double)(busy > seen ? busy - seen : 0), v.ticks));
	co_owners_clear(&v.owners);
}

int co_local_processes(struct co_reading *r)
{
	struct table a = { 0 }, b = { 0 };
	int64_t interval, top, cores, busy = 0;
	int code = co_param_duration(r, "interval", 1000, 10, 60000, &interval);

	if (!code)
		code = co_param_integer(r, "top", 10, 1, 100, &top);
	if (!code) {
		busy = busy_ticks(r->host, &cores);
		code = read_table(r, &a);
	}
	if (!code)
		code = co_reading_wait(r, interval);
	if (!code)
		code = read_table(r, &b);
	if (!code)
		report(r, &a, &b, top, busy);
	if (!code && co_container_kind(r->host))
		co_unseen(r, "processes outside this container", "its process namespace hides them");
	free(a.items);
	free(b.items);
	return code;
}
