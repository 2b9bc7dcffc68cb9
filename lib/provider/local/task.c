/* SPDX-License-Identifier: Apache-2.0 */
#include "provider/local/task.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "provider/local/mask.h"
#include "provider/local/proc.h"

enum { KERNEL_FLAG = 0x00200000 /* PF_KTHREAD of linux/sched.h */ };

/* Fields of proc_pid_stat(5), counted from 3, the state. */
enum {
	PPID = 1,
	FLAGS = 6,
	UTIME = 11,
	STIME = 12,
	THREADS = 17,
	START = 19,
	RSS = 21,
	DELAY = 39,
	LAST = 40
};

/* More than any field is, and little enough for sums of them and bytes of pages. */
static const int64_t most = INT64_C(1) << 40;

static int64_t field_at(char **at)
{
	int64_t value = strtoll(*at, at, 10);

	return value > most ? most : value < -most ? -most : value;
}

int co_task_parse(const char *text, const struct co_host *host, struct co_task *task)
{
	const char *open = strchr(text, '(');
	const char *close = strrchr(text, ')'); /* the last one: the name may hold others */
	int64_t field[LAST] = { 0 };
	size_t len;
	char *at;
	int i;

	if (!open || !close || close < open || close[1] != ' ')
		return -1;
	memset(task, 0, sizeof(*task));
	task->pid = (pid_t)strtol(text, NULL, 10);
	len = (size_t)(close - open - 1);
	if (len >= sizeof(task->name))
		len = sizeof(task->name) - 1;
	memcpy(task->name, open + 1, len);
	task->state = close[2];
	at = (char *)(uintptr_t)close + 3;
	for (i = 1; i < LAST; i++)
		field[i] = field_at(&at);
	task->ppid = (pid_t)field[PPID];
	task->kernel = (field[FLAGS] & KERNEL_FLAG) != 0;
	task->cpu = field[UTIME] + field[STIME];
	task->threads = field[THREADS];
	task->started = field[START];
	task->rss = field[RSS] * host->page;
	task->delay = field[DELAY];
	return 0;
}

int co_task_read(const struct co_host *host, pid_t pid, struct co_task *task)
{
	struct co_buf b = CO_BUF_INIT;
	int code = co_proc_read(host, &b, "proc/%d/stat", (int)pid);

	if (!code && co_task_parse(co_buf_str(&b), host, task))
		code = ENOENT;
	co_buf_clear(&b);
	return code;
}

void co_owners_read(const struct co_host *host, struct co_owners *owners)
{
	struct co_buf b = CO_BUF_INIT;
	char *cursor, *line;

	memset(owners, 0, sizeof(*owners));
	co_proc_read(host, &b, "etc/passwd");
	cursor = b.data;
	while ((line = co_line(&cursor)) != NULL) {
		char *end = strchr(line, ':');
		char *uid = end ? strchr(end + 1, ':') : NULL;

		if (!uid)
			continue;
		*end = '\0';
		co_grow(&owners->items, &owners->count, sizeof(*owners->items));
		owners->items[owners->count - 1].uid = strtoll(uid + 1, NULL, 10);
		owners->items[owners->count - 1].name = co_xstrdup(line);
	}
	co_buf_clear(&b);
}

void co_owners_clear(struct co_owners *owners)
{
	size_t i;

	for (i = 0; i < owners->count; i++)
		free(owners->items[i].name);
	free(owners->items);
	memset(owners, 0, sizeof(*owners));
}

const char *co_owner(const struct co_owners *owners, int64_t uid, char room[32])
{
	size_t i;

	for (i = 0; i < owners->count; i++)
		if (owners->items[i].uid == uid)
			return owners->items[i].name;
	if (uid < 0)
		return "unknown";
	snprintf(room, 32, "uid %" PRId64, uid);
	return room;
}

static void set_owner(json_t *o, const struct co_host *host, const struct co_owners *owners, pid_t pid)
{
	struct co_buf b = CO_BUF_INIT;
	int64_t uid = -1;
	char room[32];

	if (co_proc_read(host, &b, "proc/%d/status", (int)pid) == 0)
		uid = co_key_number(co_buf_str(&b), "Uid:");
	co_set_text(o, "owner", co_owner(owners, uid, room));
	co_set_known(o, "uid", uid);
	co_buf_clear(&b);
}

static void set_place(json_t *o, const struct co_host *host, pid_t pid)
{
	struct co_buf b = CO_BUF_INIT;
	struct co_cgroup group = { "", "", "" };

	if (co_proc_read(host, &b, "proc/%d/cgroup", (int)pid) == 0 && b.len)
		co_cgroup_parse(b.data, &group);
	co_set_text(o, "unit", *group.unit ? group.unit : NULL);
	co_set_text(o, "container", *group.container ? group.container : NULL);
	co_set_text(o, "cgroup", *group.path ? group.path : NULL);
	co_buf_clear(&b);
}

static void set_command(json_t *o, const struct co_host *host, const struct co_task *task)
{
	struct co_buf raw = CO_BUF_INIT, masked = CO_BUF_INIT;

	if (co_proc_read(host, &raw, "proc/%d/cmdline", (int)task->pid) == 0 && raw.len > 0) {
		co_mask_command(&masked, raw.data, raw.len);
		json_object_set_new(o, "command", co_text(co_buf_str(&masked), masked.len));
	} else {
		json_object_set_new(o, "command", json_null()); /* a kernel thread or a zombie has none */
	}
	co_buf_clear(&raw);
	co_buf_clear(&masked);
}

json_t *co_task_object(const struct co_host *host, const struct co_owners *owners, const struct co_task *task)
{
	const char state[2] = { task->state, '\0' };
	json_t *o = json_object();
	struct co_uptime up;
	double age;

	co_uptime(host, &up);
	age = up.up - (double)task->started / (double)host->ticks;
	co_set_int(o, "pid", task->pid);
	co_set_int(o, "ppid", task->ppid);
	co_set_text(o, "name", task->name);
	set_owner(o, host, owners, task->pid);
	co_set_text(o, "state", state);
	co_set_int(o, "threads", task->threads);
	co_set_time(o, "started", up.now - (int64_t)age);
	co_set_int(o, "age_seconds", age > 0 ? (int64_t)age : 0);
	co_set_int(o, "rss_bytes", task->rss);
	set_place(o, host, task->pid);
	set_command(o, host, task);
	return o;
}
