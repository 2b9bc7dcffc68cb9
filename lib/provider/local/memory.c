/* SPDX-License-Identifier: Apache-2.0 */
#define _DEFAULT_SOURCE /* DT_DIR */
/*
 * memory: what is used, by the host and by control groups, and who was killed for it.
 * proc(5) for meminfo and vmstat; Documentation/admin-guide/cgroup-v{1,2} for the groups.
 */
#include "provider/local/reading.h"

#include <stdlib.h>
#include <string.h>

#include "provider/local/proc.h"
#include "sys/clock.h"

enum { GROUPS_LOOKED_AT = 4000, GROUPS_SHOWN = 20, GROUP_DEPTH = 8, NEAR_LIMIT = 80 };

static const struct {
	const char *key; /* of /proc/meminfo, in KiB */
	const char *name;
} meminfo[] = {
	{ "MemTotal:", "total_bytes" },
	{ "MemAvailable:", "available_bytes" },
	{ "MemFree:", "free_bytes" },
	{ "Buffers:", "buffers_bytes" },
	{ "Cached:", "cached_bytes" },
	{ "Shmem:", "shared_bytes" },
	{ "Slab:", "slab_bytes" },
	{ "SReclaimable:", "slab_reclaimable_bytes" },
	{ "Dirty:", "dirty_bytes" },
	{ "AnonPages:", "anonymous_bytes" },
	{ "Committed_AS:", "committed_bytes" },
	{ "CommitLimit:", "commit_limit_bytes" },
	{ "Hugetlb:", "huge_pages_bytes" },
};

static int64_t kib(const char *text, const char *key)
{
	int64_t n = co_key_number(text, key);

	return n < 0 ? -1 : n * 1024;
}

static void set_swap(json_t *output, const char *text)
{
	int64_t total = kib(text, "SwapTotal:"), unused = kib(text, "SwapFree:");
	json_t *o = json_object();

	co_set_known(o, "total_bytes", total);
	co_set_int(o, "used_bytes", total - unused);
	co_set_real(o, "used_percent", co_percent((double)(total - unused), (double)total));
	json_object_set_new(output, "swap", o);
}

static int read_meminfo(struct co_reading *r)
{
	struct co_buf b = CO_BUF_INIT;
	int64_t total, available;
	size_t i;
	int code = co_proc_read(r->host, &b, "proc/meminfo");

	total = kib(co_buf_str(&b), "MemTotal:");
	if (code || total <= 0) {
		co_buf_clear(&b);
		return co_err_sys(r->err, code, "cannot read /proc/meminfo");
	}
	available = kib(co_buf_str(&b), "MemAvailable:");
	if (available < 0) { /* before Linux 3.14 */
		available = kib(co_buf_str(&b), "MemFree:") + kib(co_buf_str(&b), "Cached:");
		co_unseen(r, "MemAvailable",
			  "the kernel does not tell it; free and cached are taken instead");
	}
	for (i = 0; i < CO_COUNT(meminfo); i++)
		co_set_known(r->output, meminfo[i].name, kib(co_buf_str(&b), meminfo[i].key));
	co_set_int(r->output, "available_bytes", available);
	co_set_int(r->output, "used_bytes", total - available);
	co_set_real(r->output, "used_percent", co_percent((double)(total - available), (double)total));
	set_swap(r->output, co_buf_str(&b));
	co_buf_clear(&b);
	return CO_OK;
}

/* Names of files that differ between the two versions of cgroups. */
struct names {
	const char *limit, *usage, *events, *oom_key;
};
static const struct names names_of[] = {
	[1] = { "memory.limit_in_bytes", "memory.usage_in_bytes", "memory.oom_control", "oom_kill" },
	[2] = { "memory.max", "memory.current", "memory.events", "oom_kill" },
};

static int64_t event(const struct co_host *host, const char *dir, const char *file, const char *key)
{
	struct co_buf b = CO_BUF_INIT;
	int64_t n = co_proc_read(host, &b, "%s/%s", dir, file) == 0 ? co_key_number(co_buf_str(&b), key) : -1;

	co_buf_clear(&b);
	return n;
}

/* v1 says "no limit" with a number near 2^63. */
static int64_t group_limit(const struct co_host *host, const char *dir, int version)
{
	int64_t n = co_proc_number(host, "%s/%s", dir, names_of[version].limit);

	return n > 0 && n < (INT64_C(1) << 60) ? n : -1;
}

/* Pages of files that could be dropped at once do not press on the limit. */
static int64_t inactive_file(const struct co_host *host, const char *dir, int version)
{
	int64_t n = event(host, dir, "memory.stat", version == 1 ? "total_inactive_file" : "inactive_file");

	return n < 0 ? 0 : n;
}

static json_t *group_object(const struct co_host *host, const char *dir, int version)
{
	int64_t limit = group_limit(host, dir, version);
	int64_t usage = co_proc_number(host, "%s/%s", dir, names_of[version].usage);
	int64_t working = usage < 0 ? -1 : usage - inactive_file(host, dir, version);
	char line[600];
	struct co_cgroup where;
	json_t *o = json_object(), *pressure = co_pressure(host, "%s/memory.pressure", dir);

	snprintf(line, sizeof(line), "0::%s", co_cgroup_name(dir));
	co_cgroup_parse(line, &where);
	co_set_text(o, "cgroup", co_cgroup_name(dir));
	co_set_text(o, "unit", *where.unit ? where.unit : NULL);
	co_set_text(o, "container", *where.container ? where.container : NULL);
	co_set_int(o, "version", version);
	co_set_known(o, "limit_bytes", limit);
	co_set_known(o, "usage_bytes", usage);
	co_set_known(o, "working_set_bytes", working);
	if (limit > 0 && working >= 0)
		co_set_real(o, "used_percent", co_percent((double)working, (double)limit));
	else
		json_object_set_new(o, "used_percent", json_null());
	co_set_known(o, "oom_kills", event(host, dir, names_of[version].events, names_of[version].oom_key));
	json_object_set_new(o, "pressure", pressure ? pressure : json_null());
	return o;
}

static int worth_telling(const json_t *group)
{
	return json_number_value(json_object_get(group, "used_percent")) >= NEAR_LIMIT ||
	       json_integer_value(json_object_get(group, "oom_kills")) > 0;
}

struct walk {
	struct co_reading *r;
	json_t *list;
	int version;
	size_t left;
	int code;
};

/* Depth first; a group whose kills all happened in a child is told by the child. */
static void walk_groups(struct walk *w, const char *dir, int depth)
{
	DIR *d = depth < GROUP_DEPTH ? co_proc_dir(w->r->host, "%s", dir) : NULL;
	struct dirent *e;
	size_t before = json_array_size(w->list);

	while (d && !w->code && w->left > 0 && (e = readdir(d)) != NULL) {
		char child[512];

		if (e->d_type != DT_DIR || e->d_name[0] == '.' ||
		    (size_t)snprintf(child, sizeof(child), "%s/%s", dir, e->d_name) >= sizeof(child))
			continue;
		w->left--;
		w->code = co_reading_check(w->r);
		walk_groups(w, child, depth + 1);
	}
	if (d)
		closedir(d);
	if (depth > 0 && !w->code && json_array_size(w->list) == before && before < GROUPS_SHOWN) {
		json_t *group = group_object(w->r->host, dir, w->version);

		if (worth_telling(group))
			json_array_append(w->list, group);
		json_decref(group);
	}
}

static int read_groups(struct co_reading *r)
{
	struct walk w = { r, json_array(), 0, GROUPS_LOOKED_AT, CO_OK };
	char own[512] = "";
	const char *top;

	json_object_set_new(r->output, "groups", w.list);
	if (co_cgroup_dir(r->host, "memory", own, sizeof(own), &w.version)) {
		json_object_set_new(r->output, "cgroup", json_null());
		co_unseen(r, "memory limits of control groups",
			  "no memory controller is mounted under /sys/fs/cgroup");
		return CO_OK;
	}
	json_object_set_new(r->output, "cgroup", group_object(r->host, own, w.version));
	top = w.version == 2 ? "sys/fs/cgroup" : "sys/fs/cgroup/memory";
	walk_groups(&w, top, 0);
	if (!w.code && w.left == 0)
		co_unseen(r, "all control groups", "only the first %d were looked at", GROUPS_LOOKED_AT);
	return w.code;
}

struct activity {
	int64_t at_ms, swap_in, swap_out, oom_kills, faults;
};

static void read_activity(struct co_reading *r, struct activity *a)
{
	struct co_buf b = CO_BUF_INIT;

	if (co_proc_read(r->host, &b, "proc/vmstat") != 0)
		co_unseen(r, "swapping", "/proc/vmstat cannot be read");
	a->at_ms = co_clock_ms();
	a->swap_in = co_key_number(co_buf_str(&b), "pswpin");
	a->swap_out = co_key_number(co_buf_str(&b), "pswpout");
	a->faults = co_key_number(co_buf_str(&b), "pgmajfault");
	a->oom_kills = co_key_number(co_buf_str(&b), "oom_kill");
	co_buf_clear(&b);
}

static void report_activity(struct co_reading *r, const struct activity *a, const struct activity *b)
{
	double seconds = (double)(b->at_ms - a->at_ms) / 1000;
	double page = (double)r->host->page;
	json_t *swap = json_object_get(r->output, "swap");

	if (seconds <= 0)
		seconds = 1;
	co_set_int(r->output, "interval_ms", b->at_ms - a->at_ms);
	co_set_real(swap, "in_bytes_per_second", (double)(b->swap_in - a->swap_in) * page / seconds);
	co_set_real(swap, "out_bytes_per_second", (double)(b->swap_out - a->swap_out) * page / seconds);
	co_set_real(r->output, "major_faults_per_second", (double)(b->faults - a->faults) / seconds);
	co_set_known(r->output, "oom_kills", b->oom_kills);
	if (b->oom_kills < 0)
		co_unseen(r, "OOM kills", "the kernel does not count them in /proc/vmstat (before 4.13)");
}

/* What this process could use: the host's memory, or less where its group has a limit. */
static void set_usable(struct co_reading *r)
{
	int64_t total = json_integer_value(json_object_get(r->output, "total_bytes"));
	json_t *limit = json_object_get(json_object_get(r->output, "cgroup"), "limit_bytes");
	int64_t bound = json_is_integer(limit) ? json_integer_value(limit) : total;

	co_set_int(r->output, "usable_bytes", bound < total ? bound : total);
}

int co_local_memory(struct co_reading *r)
{
	struct activity a, b;
	int64_t interval;
	const char *container = co_container_kind(r->host);
	int code = co_param_duration(r, "interval", 1000, 10, 60000, &interval);

	if (!code)
		code = read_meminfo(r);
	if (code)
		return code;
	read_activity(r, &a);
	code = co_reading_wait(r, interval);
	if (code)
		return code;
	read_activity(r, &b);
	report_activity(r, &a, &b);
	co_set_pressure(r, "memory");
	code = read_groups(r);
	if (code)
		return code;
	set_usable(r);
	co_set_text(r->output, "container", container);
	if (container)
		co_unseen(r, "memory of other containers",
			  "this is a container: totals are the whole host's, its limit is in \"cgroup\"");
	return CO_OK;
}
