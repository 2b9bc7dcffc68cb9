/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cpu: how busy each CPU was over an interval, and whether this cgroup may use them.
 * proc(5) for /proc/stat; Documentation/admin-guide/cgroup-v2.rst for cpu.max and cpu.stat.
 */
#include "provider/local/reading.h"

#include <stdlib.h>
#include <string.h>

#include "provider/local/proc.h"
#include "sys/clock.h"

enum { USER, NICE, SYSTEM, IDLE, IOWAIT, IRQ, SOFTIRQ, STEAL, FIELDS };

struct times {
	int core; /* -1 for the line of all */
	int64_t field[FIELDS];
};

struct quota {
	char dir[512];
	int version;
	double cores;	 /* 0: no limit */
	int64_t periods; /* cpu.stat, since the group was made */
	int64_t throttled;
	int64_t throttled_us;
	int64_t usage_us; /* -1: unknown */
};

struct sample {
	int64_t at_ms;
	struct times *times; /* [0] is the sum */
	size_t count;
	int64_t switches, forks, running, blocked;
	struct quota quota;
};

static void parse_times(char *line, struct times *t)
{
	char *at = line + 3;
	int i;

	t->core = *at == ' ' ? -1 : (int)strtol(at, &at, 10);
	for (i = 0; i < FIELDS; i++)
		t->field[i] = strtoll(at, &at, 10);
}

static void parse_stat(char *text, struct sample *s)
{
	char *line;

	s->switches = co_key_number(text, "ctxt");
	s->forks = co_key_number(text, "processes");
	s->running = co_key_number(text, "procs_running");
	s->blocked = co_key_number(text, "procs_blocked");
	while ((line = co_line(&text)) != NULL)
		if (strncmp(line, "cpu", 3) == 0)
			parse_times(line, co_grow(&s->times, &s->count, sizeof(*s->times)));
}

static double quota_cores(const struct co_host *host, const char *dir, int version)
{
	struct co_buf b = CO_BUF_INIT;
	double quota = 0, period = 0;
	char *end;

	if (version == 1) {
		quota = (double)co_proc_number(host, "%s/cpu.cfs_quota_us", dir);
		period = (double)co_proc_number(host, "%s/cpu.cfs_period_us", dir);
	} else if (co_proc_read(host, &b, "%s/cpu.max", dir) == 0) {
		quota = strtod(co_buf_str(&b), &end); /* "max" gives 0 */
		period = strtod(end, NULL);
	}
	co_buf_clear(&b);
	return quota > 0 && period > 0 ? quota / period : 0;
}

/* The tightest quota from the own group upwards binds. */
static void read_quota(const struct co_host *host, struct quota *q)
{
	struct co_buf b = CO_BUF_INIT;
	char dir[512];

	memset(q, 0, sizeof(*q));
	q->usage_us = -1;
	if (co_cgroup_dir(host, "cpu", q->dir, sizeof(q->dir), &q->version))
		return;
	memcpy(dir, q->dir, sizeof(dir));
	while (strncmp(dir, "sys/fs/cgroup", 13) == 0) {
		double cores = quota_cores(host, dir, q->version);

		if (cores > 0 && (q->cores <= 0 || cores < q->cores)) {
			q->cores = cores;
			memcpy(q->dir, dir, sizeof(dir));
		}
		*strrchr(dir, '/') = '\0';
	}
	if (co_proc_read(host, &b, "%s/cpu.stat", q->dir) == 0) {
		q->usage_us = co_key_number(co_buf_str(&b), "usage_usec");
		q->periods = co_key_number(co_buf_str(&b), "nr_periods");
		q->throttled = co_key_number(co_buf_str(&b), "nr_throttled");
		q->throttled_us = q->version == 2 ? co_key_number(co_buf_str(&b), "throttled_usec")
						  : co_key_number(co_buf_str(&b), "throttled_time") / 1000;
	}
	co_buf_clear(&b);
}

static int take_sample(struct co_reading *r, struct sample *s)
{
	struct co_buf b = CO_BUF_INIT;
	int code = co_proc_read(r->host, &b, "proc/stat");

	memset(s, 0, sizeof(*s));
	s->at_ms = co_clock_ms();
	if (!code)
		parse_stat(b.data, s);
	co_buf_clear(&b);
	if (code || s->count == 0)
		return co_err_sys(r->err, code, "cannot read the CPU times in /proc/stat");
	read_quota(r->host, &s->quota);
	return CO_OK;
}

static int64_t delta(const struct times *a, const struct times *b, int field)
{
	/* iowait and idle of a core may step back when it goes off line. */
	return b->field[field] > a->field[field] ? b->field[field] - a->field[field] : 0;
}

static void set_shares(json_t *o, const struct times *a, const struct times *b)
{
	int64_t total = 0, idle = delta(a, b, IDLE) + delta(a, b, IOWAIT);
	double whole;
	int i;

	for (i = 0; i < FIELDS; i++)
		total += delta(a, b, i);
	whole = (double)total;
	co_set_real(o, "busy_percent", co_percent((double)(total - idle - delta(a, b, STEAL)), whole));
	co_set_real(o, "user_percent", co_percent((double)(delta(a, b, USER) + delta(a, b, NICE)), whole));
	co_set_real(o, "system_percent", co_percent((double)delta(a, b, SYSTEM), whole));
	co_set_real(o, "interrupt_percent",
		    co_percent((double)(delta(a, b, IRQ) + delta(a, b, SOFTIRQ)), whole));
	co_set_real(o, "iowait_percent", co_percent((double)delta(a, b, IOWAIT), whole));
	co_set_real(o, "steal_percent", co_percent((double)delta(a, b, STEAL), whole));
}

static json_t *per_core(const struct sample *a, const struct sample *b)
{
	json_t *list = json_array();
	size_t i;

	for (i = 1; i < b->count && i < a->count; i++) {
		json_t *o;

		if (a->times[i].core != b->times[i].core)
			continue;
		o = json_object();
		co_set_int(o, "core", b->times[i].core);
		set_shares(o, &a->times[i], &b->times[i]);
		json_array_append_new(list, o);
	}
	return list;
}

static void set_load(struct co_reading *r)
{
	struct co_buf b = CO_BUF_INIT;
	static const char *const keys[] = { "one", "five", "fifteen" };
	json_t *load = json_object();
	char *at;
	size_t i;

	if (co_proc_read(r->host, &b, "proc/loadavg") != 0 || b.len == 0) {
		co_unseen(r, "load averages", "/proc/loadavg cannot be read");
		json_decref(load);
		load = json_null();
	}
	at = b.data;
	for (i = 0; json_is_object(load) && i < CO_COUNT(keys); i++)
		co_set_real(load, keys[i], strtod(at, &at));
	json_object_set_new(r->output, "load", load);
	co_buf_clear(&b);
}

static json_t *quota_object(const struct quota *a, const struct quota *b, double seconds)
{
	json_t *o = json_object();
	int64_t periods = b->periods - a->periods, throttled = b->throttled - a->throttled;

	co_set_text(o, "cgroup", co_cgroup_name(b->dir));
	co_set_real(o, "cores", b->cores);
	if (a->usage_us >= 0 && b->usage_us >= 0 && seconds > 0)
		co_set_real(o, "used_cores", (double)(b->usage_us - a->usage_us) / 1e6 / seconds);
	else
		json_object_set_new(o, "used_cores", json_null());
	co_set_int(o, "periods", b->periods);
	co_set_int(o, "throttled_periods", b->throttled);
	co_set_int(o, "throttled_ms", b->throttled_us / 1000);
	co_set_real(o, "throttled_percent", co_percent((double)throttled, (double)periods));
	return o;
}

static void set_rates(struct co_reading *r, const struct sample *a, const struct sample *b, double seconds)
{
	co_set_int(r->output, "run_queue", b->running);
	co_set_int(r->output, "blocked", b->blocked);
	co_set_real(r->output, "switches_per_second",
		    seconds > 0 ? (double)(b->switches - a->switches) / seconds : 0);
	co_set_real(r->output, "forks_per_second", seconds > 0 ? (double)(b->forks - a->forks) / seconds : 0);
}

static void report(struct co_reading *r, const struct sample *a, const struct sample *b)
{
	double seconds = (double)(b->at_ms - a->at_ms) / 1000;
	double cores = (double)(b->count - 1);
	const char *container = co_container_kind(r->host);

	co_set_int(r->output, "interval_ms", b->at_ms - a->at_ms);
	co_set_int(r->output, "cores", (int64_t)b->count - 1);
	set_shares(r->output, &a->times[0], &b->times[0]);
	json_object_set_new(r->output, "per_core", per_core(a, b));
	set_load(r);
	set_rates(r, a, b, seconds);
	co_set_pressure(r, "cpu");
	json_object_set_new(r->output, "quota",
			    b->quota.cores > 0 ? quota_object(&a->quota, &b->quota, seconds) : json_null());
	co_set_real(r->output, "usable_cores",
		    b->quota.cores > 0 && b->quota.cores < cores ? b->quota.cores : cores);
	co_set_text(r->output, "container", container);
	if (!*b->quota.dir)
		co_unseen(r, "cpu quota", "no cpu controller is mounted under /sys/fs/cgroup");
	if (container)
		co_unseen(r, "cpu of other containers by name",
			  "this is a container: the CPU times are the whole host's, its processes are not "
			  "all visible");
}

int co_local_cpu(struct co_reading *r)
{
	struct sample a = { 0 }, b = { 0 };
	int64_t interval;
	int code = co_param_duration(r, "interval", 1000, 10, 60000, &interval);

	if (!code)
		code = take_sample(r, &a);
	if (!code)
		code = co_reading_wait(r, interval);
	if (!code)
		code = take_sample(r, &b);
	if (!code)
		report(r, &a, &b);
	free(a.times);
	free(b.times);
	return code;
}
