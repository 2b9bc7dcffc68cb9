/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kernel_log: what the kernel complained about, grouped by kind and subject.
 * /dev/kmsg is Documentation/ABI/testing/dev-kmsg; without the right to read it, the journal is asked.
 */
#include "provider/local/reading.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "codec/json.h"
#include "provider/local/mask.h"
#include "provider/local/proc.h"
#include "provider/local/program.h"

enum { GROUPS = 50, RECORD = 8192, MESSAGES_MOST = 200000 };

/*
 * A message that holds text (and also, when given) is of this kind; its
 * subject stands after "after", up to one of the characters of "until".
 */
static const struct pattern {
	const char *kind, *text, *also, *after, *until;
} patterns[] = {
	{ "oom-kill", "Killed process ", NULL, "(", ")" },
	{ "io-error", "I/O error, dev ", NULL, "dev ", ", " },
	{ "io-error", "critical medium error, dev ", NULL, "dev ", ", " },
	{ "io-error", "Buffer I/O error on dev ", NULL, "dev ", ", " },
	{ "io-error", "lost async page write", NULL, "dev ", ", " },
	{ "io-error", "nvme", "timeout", "nvme ", ": " },
	{ "io-error", "ata", "failed command", NULL, ":" },
	{ "filesystem-error", "EXT4-fs error", NULL, "device ", ")" },
	{ "filesystem-error", "EXT4-fs", "Remounting filesystem read-only", "(", ")" },
	{ "filesystem-error", "XFS (", "orruption", "(", ")" },
	{ "filesystem-error", "XFS (", "hutdown", "(", ")" },
	{ "filesystem-error", "XFS (", "I/O error", "(", ")" },
	{ "filesystem-error", "BTRFS error", NULL, "device ", ") " },
	{ "filesystem-error", "BTRFS critical", NULL, "device ", ") " },
	{ "machine-check", "[Hardware Error]", NULL, NULL, NULL },
	{ "machine-check", "Machine check events logged", NULL, NULL, NULL },
	{ "memory-error", "EDAC ", " UE ", "EDAC ", ":" },
	{ "memory-error", "EDAC ", " CE ", "EDAC ", ":" },
	{ "throttling", "temperature above threshold", NULL, NULL, ":" },
	{ "throttling", "clock throttled", NULL, NULL, ":" },
	{ "hung-task", "blocked for more than", "task ", "task ", " " },
	{ "lockup", "soft lockup", NULL, "CPU#", " " },
	{ "lockup", "hard LOCKUP", NULL, NULL, NULL },
	{ "lockup", "detected stall", NULL, NULL, NULL },
	{ "segfault", "segfault at ", NULL, NULL, "[" },
	{ "segfault", "traps: ", NULL, "traps: ", "[" },
	{ "kernel-bug", "kernel BUG at ", NULL, NULL, NULL },
	{ "kernel-bug", "BUG: ", NULL, NULL, NULL },
	{ "kernel-bug", "Oops: ", NULL, NULL, NULL },
	{ "network", "nf_conntrack: table full", NULL, NULL, NULL },
	{ "network", "ossible SYN flooding on port", NULL, "port ", ". " },
	{ "network", "NETDEV WATCHDOG", NULL, "WATCHDOG: ", " " },
	{ "network", "eighbour table overflow", NULL, NULL, NULL },
};

struct group {
	const struct pattern *pattern;
	char subject[64];
	char text[512]; /* of the latest */
	char cgroup[256];
	int64_t count, first, last, pid;
};

struct log {
	struct co_reading *r;
	struct co_uptime up;
	int64_t since;
	int64_t messages, left_out;
	struct group *groups;
	size_t count;
	char cgroup[256]; /* of the OOM kill that is about to be told */
};

static const struct pattern *classify(const char *text)
{
	size_t i;

	for (i = 0; i < CO_COUNT(patterns); i++)
		if (strstr(text, patterns[i].text) && (!patterns[i].also || strstr(text, patterns[i].also)))
			return &patterns[i];
	return NULL;
}

static void find_subject(const struct pattern *p, const char *text, char out[64])
{
	const char *at = text;
	size_t n;

	*out = '\0';
	if (p->after) {
		at = strstr(text, strcmp(p->kind, "oom-kill") == 0 ? p->text : p->after);
		at = at ? strstr(at, p->after) : NULL;
	}
	if (!at || !p->until)
		return;
	at += p->after ? strlen(p->after) : 0;
	n = strcspn(at, p->until);
	snprintf(out, 64, "%.*s", (int)(n < 63 ? n : 63), at);
}

static int64_t number_after(const char *text, const char *key)
{
	const char *at = strstr(text, key);

	return at ? strtoll(at + strlen(key), NULL, 10) : -1;
}

static struct group *group_of(struct log *log, const struct pattern *p, const char *subject)
{
	struct group *g;
	size_t i;

	for (i = 0; i < log->count; i++)
		if (strcmp(log->groups[i].pattern->kind, p->kind) == 0 &&
		    strcmp(log->groups[i].subject, subject) == 0)
			return &log->groups[i];
	if (log->count >= GROUPS) {
		log->left_out++;
		return NULL;
	}
	g = co_grow(&log->groups, &log->count, sizeof(*g));
	g->pattern = p;
	snprintf(g->subject, sizeof(g->subject), "%s", subject);
	return g;
}

/* "oom-kill:constraint=...,task_memcg=/system.slice/x.service,task=x,pid=1,uid=0" comes just before the kill. */
static void remember_cgroup(struct log *log, const char *text)
{
	const char *at = strstr(text, "task_memcg=");

	if (at) {
		at += strlen("task_memcg=");
		snprintf(log->cgroup, sizeof(log->cgroup), "%.*s", (int)strcspn(at, ","), at);
	}
}

static void take(struct log *log, int64_t when, const char *text)
{
	const struct pattern *p;
	char subject[64];
	struct group *g;

	log->messages++;
	if (when < log->since)
		return;
	remember_cgroup(log, text);
	p = classify(text);
	if (!p)
		return;
	find_subject(p, text, subject);
	g = group_of(log, p, subject);
	if (!g)
		return;
	g->first = g->count++ ? g->first : when;
	g->last = when;
	snprintf(g->text, sizeof(g->text), "%s", text);
	if (strcmp(p->kind, "oom-kill") == 0) {
		g->pid = number_after(text, p->text);
		memcpy(g->cgroup, log->cgroup, sizeof(g->cgroup));
	}
}

/* "6,339,5140900,-;text": priority, sequence, microseconds since boot. */
static void take_record(struct log *log, char *line)
{
	char *text = strchr(line, ';'), *at = strchr(line, ',');
	int64_t us;

	if (!text || !at || *line == ' ')
		return;
	at = strchr(at + 1, ',');
	us = at && at < text ? strtoll(at + 1, NULL, 10) : 0;
	take(log, log->up.now - (int64_t)(log->up.up - (double)us / 1e6), text + 1);
}

static int read_device(struct log *log, int fd)
{
	char record[RECORD + 1];
	int code = CO_OK;

	while (!code && log->messages < MESSAGES_MOST) {
		ssize_t n = read(fd, record, RECORD);

		if (n < 0 && (errno == EPIPE || errno == EINTR)) /* EPIPE: overwritten while we read */
			continue;
		if (n <= 0)
			break;
		record[n] = '\0';
		record[strcspn(record, "\n")] = '\0'; /* what follows are its properties */
		take_record(log, record);
		code = co_reading_check(log->r);
	}
	return code;
}

static int read_file(struct log *log)
{
	struct co_buf b = CO_BUF_INIT;
	char *cursor, *line;

	co_proc_read(log->r->host, &b, "dev/kmsg");
	cursor = b.data;
	while ((line = co_line(&cursor)) != NULL)
		take_record(log, line);
	co_buf_clear(&b);
	return CO_OK;
}

static int read_journal(struct log *log, int why)
{
	char since[32];
	const char *argv[] = {
		"journalctl", "--dmesg", "--no-pager", "--output=json", "--since", since, NULL
	};
	struct co_buf out = CO_BUF_INIT;
	struct co_err err = CO_ERR_INIT;
	char *cursor, *line;

	snprintf(since, sizeof(since), "@%lld", (long long)log->since);
	if (co_program_run(log->r, argv, &out, &err)) {
		co_unseen(log->r, "kernel log", "/dev/kmsg: %s; %s", strerror(why), err.message);
		co_buf_reset(&out);
	}
	json_object_set_new(log->r->output, "source", err.code ? json_null() : json_string("journal"));
	cursor = out.data;
	while ((line = co_line(&cursor)) != NULL) {
		json_t *entry = co_json_parse(line, strlen(line), "journalctl", NULL);
		const char *text = entry ? co_json_str(entry, "MESSAGE") : NULL;
		const char *us = entry ? co_json_str(entry, "__REALTIME_TIMESTAMP") : NULL;

		if (text && us)
			take(log, strtoll(us, NULL, 10) / 1000000, text);
		json_decref(entry);
	}
	co_buf_clear(&out);
	return co_reading_check(log->r);
}

static int read_log(struct log *log)
{
	int fd = openat(log->r->host->root, "dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
	struct stat st;
	int code, device;

	/* With dmesg_restrict the device opens and its first read fails. */
	if (fd < 0 || (read(fd, NULL, 0) < 0 && errno == EPERM)) {
		code = errno;
		if (fd >= 0)
			close(fd);
		return read_journal(log, code);
	}
	json_object_set_new(log->r->output, "source", json_string("kmsg"));
	device = fstat(fd, &st) == 0 && S_ISCHR(st.st_mode);
	code = device ? read_device(log, fd) : read_file(log);
	close(fd);
	return code;
}

static json_t *object(const struct group *g)
{
	struct co_buf masked = CO_BUF_INIT;
	json_t *o = json_object();
	char line[300];
	struct co_cgroup where;

	snprintf(line, sizeof(line), "0::%s", g->cgroup);
	co_cgroup_parse(line, &where);
	co_mask_line(&masked, g->text, strlen(g->text));
	co_set_text(o, "kind", g->pattern->kind);
	co_set_text(o, "subject", *g->subject ? g->subject : NULL);
	co_set_int(o, "count", g->count);
	co_set_time(o, "first", g->first);
	co_set_time(o, "last", g->last);
	co_set_known(o, "pid", g->pid > 0 ? g->pid : -1);
	co_set_text(o, "cgroup", *g->cgroup ? g->cgroup : NULL);
	co_set_text(o, "unit", *where.unit ? where.unit : NULL);
	co_set_text(o, "container", *where.container ? where.container : NULL);
	json_object_set_new(o, "text", co_text(co_buf_str(&masked), masked.len));
	co_buf_clear(&masked);
	return o;
}

static int by_last(const void *x, const void *y)
{
	const struct group *a = x, *b = y;

	return (a->last < b->last) - (a->last > b->last);
}

int co_local_kernel_log(struct co_reading *r)
{
	struct log log = { r, { 0, 0 }, 0, 0, 0, NULL, 0, "" };
	json_t *events = json_array();
	int64_t since;
	size_t i;
	int code = co_param_duration(r, "since", 86400000, 1000, INT64_C(366) * 86400000, &since);

	json_object_set_new(r->output, "events", events);
	co_uptime(r->host, &log.up);
	log.since = log.up.now - since / 1000;
	co_set_time(r->output, "since", log.since);
	if (!code)
		code = read_log(&log);
	if (log.groups)
		qsort(log.groups, log.count, sizeof(*log.groups), by_last);
	for (i = 0; i < log.count; i++)
		json_array_append_new(events, object(&log.groups[i]));
	co_set_int(r->output, "messages", log.messages);
	if (log.left_out)
		co_unseen(r, "all kernel messages of note", "%lld more, of other kinds or subjects",
			  (long long)log.left_out);
	free(log.groups);
	return code;
}
