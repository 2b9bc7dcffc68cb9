/* SPDX-License-Identifier: Apache-2.0 */
/*
 * units: what systemd could not start or keep running, with its last words.
 * One `systemctl show` of all loaded units gives blocks of KEY=VALUE lines
 * (systemctl(1)), the same since long; monotonic times need no locale.
 */
#include "provider/local/reading.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "codec/json.h"
#include "provider/local/mask.h"
#include "provider/local/proc.h"
#include "provider/local/program.h"

enum { SHOWN = 50, WITH_LOG = 8, LINES_MOST = 50 };

#define PROPERTIES                                                                                           \
	"Id,Description,LoadState,ActiveState,SubState,Result,ExecMainCode,ExecMainStatus,NRestarts,"        \
	"MainPID,"                                                                                           \
	"StateChangeTimestampMonotonic,ExecMainExitTimestampMonotonic,FragmentPath,UnitFileState"

/* One unit's block; all strings point into systemctl's output. */
struct unit {
	const char *id, *description, *load, *active, *sub, *result, *code, *status, *restarts, *pid,
		*changed, *exited, *file, *enabled;
};

static const struct {
	const char *key;
	size_t offset;
} keys[] = {
	{ "Id", offsetof(struct unit, id) },
	{ "Description", offsetof(struct unit, description) },
	{ "LoadState", offsetof(struct unit, load) },
	{ "ActiveState", offsetof(struct unit, active) },
	{ "SubState", offsetof(struct unit, sub) },
	{ "Result", offsetof(struct unit, result) },
	{ "ExecMainCode", offsetof(struct unit, code) },
	{ "ExecMainStatus", offsetof(struct unit, status) },
	{ "NRestarts", offsetof(struct unit, restarts) },
	{ "MainPID", offsetof(struct unit, pid) },
	{ "StateChangeTimestampMonotonic", offsetof(struct unit, changed) },
	{ "ExecMainExitTimestampMonotonic", offsetof(struct unit, exited) },
	{ "FragmentPath", offsetof(struct unit, file) },
	{ "UnitFileState", offsetof(struct unit, enabled) },
};

struct context {
	struct co_reading *r;
	struct co_uptime up;
	int user;
	int64_t lines;
	size_t with_log;
	json_t *failed, *restarting;
	int64_t total, failed_count, starting;
};

static void set_member(struct unit *u, char *line)
{
	char *equals = strchr(line, '=');
	size_t i;

	if (!equals)
		return;
	*equals = '\0';
	for (i = 0; i < CO_COUNT(keys); i++)
		if (strcmp(keys[i].key, line) == 0)
			*(const char **)(void *)((char *)u + keys[i].offset) = equals + 1;
}

/* ExecMainCode is si_code of waitid(2). */
static const char *code_name(const char *code)
{
	static const char *const names[] = { NULL, "exited", "killed", "dumped" };
	long n = code ? strtol(code, NULL, 10) : 0;

	return n > 0 && n < (long)CO_COUNT(names) ? names[n] : NULL;
}

static int64_t wall(const struct context *c, const char *monotonic_us)
{
	int64_t us = monotonic_us ? strtoll(monotonic_us, NULL, 10) : 0;

	return us > 0 ? c->up.now - (int64_t)(c->up.up - (double)us / 1e6) : 0;
}

/* MESSAGE is a string, or a list of byte values when it is not text. */
static json_t *message_text(const json_t *message)
{
	struct co_buf raw = CO_BUF_INIT, masked = CO_BUF_INIT;
	const json_t *byte;
	json_t *text;
	size_t i;

	if (json_is_string(message))
		co_buf_add(&raw, json_string_value(message), json_string_length(message));
	json_array_foreach(message, i, byte)
		co_buf_addc(&raw, (char)json_integer_value(byte));
	co_mask_line(&masked, co_buf_str(&raw), raw.len);
	text = co_text(co_buf_str(&masked), masked.len);
	co_buf_clear(&raw);
	co_buf_clear(&masked);
	return text;
}

static json_t *last_lines(struct context *c, const char *unit)
{
	char count[24];
	const char *argv[] = { "journalctl", "--no-pager", "--output=json",
			       "--lines",    count,	   c->user ? "--user-unit" : "--unit",
			       unit,	     NULL };
	struct co_buf out = CO_BUF_INIT;
	struct co_err err = CO_ERR_INIT;
	json_t *list = json_array();
	char *cursor, *line;

	snprintf(count, sizeof(count), "%lld", (long long)c->lines);
	if (co_program_run(c->r, argv, &out, &err)) {
		co_unseen(c->r, "log lines of units", "%s", err.message);
		co_buf_reset(&out);
	}
	cursor = out.data;
	while ((line = co_line(&cursor)) != NULL) {
		json_t *entry = co_json_parse(line, strlen(line), "journalctl", NULL);
		json_t *message = json_object_get(entry, "MESSAGE");

		if (message && !json_is_null(message))
			json_array_append_new(list, message_text(message));
		json_decref(entry);
	}
	co_buf_clear(&out);
	return list;
}

static json_t *object(struct context *c, const struct unit *u)
{
	json_t *o = json_object();
	int64_t pid = u->pid ? strtoll(u->pid, NULL, 10) : 0;

	co_set_text(o, "unit", u->id);
	co_set_text(o, "description", u->description);
	co_set_text(o, "load", u->load);
	co_set_text(o, "active", u->active);
	co_set_text(o, "sub", u->sub);
	co_set_text(o, "result", u->result && *u->result ? u->result : NULL);
	co_set_text(o, "exit", code_name(u->code));
	co_set_known(o, "exit_status",
		     code_name(u->code) ? strtoll(u->status ? u->status : "-1", NULL, 10) : -1);
	co_set_int(o, "restarts", u->restarts ? strtoll(u->restarts, NULL, 10) : 0);
	co_set_known(o, "pid", pid > 0 ? pid : -1);
	co_set_time(o, "since", wall(c, u->changed));
	co_set_time(o, "exited", wall(c, u->exited));
	co_set_text(o, "file", u->file && *u->file ? u->file : NULL);
	co_set_text(o, "enabled", u->enabled && *u->enabled ? u->enabled : NULL);
	if (c->with_log < WITH_LOG && c->lines > 0) {
		c->with_log++;
		json_object_set_new(o, "log", last_lines(c, u->id));
	} else {
		json_object_set_new(o, "log", json_array());
	}
	return o;
}

static void take(struct context *c, const struct unit *u)
{
	int failed = u->active && strcmp(u->active, "failed") == 0;
	int restarted = u->restarts && strtoll(u->restarts, NULL, 10) > 0;

	if (!u->id)
		return;
	c->total++;
	c->failed_count += failed;
	c->starting += u->active && strcmp(u->active, "activating") == 0;
	if (failed && json_array_size(c->failed) < SHOWN)
		json_array_append_new(c->failed, object(c, u));
	else if (!failed && restarted && json_array_size(c->restarting) < SHOWN)
		json_array_append_new(c->restarting, object(c, u));
}

static int read_blocks(struct context *c, char *text)
{
	struct unit u = { 0 };
	char *line;
	int code = CO_OK;

	while (!code && (line = co_line(&text)) != NULL) {
		if (*line) {
			set_member(&u, line);
			continue;
		}
		take(c, &u);
		memset(&u, 0, sizeof(u));
		code = co_reading_check(c->r);
	}
	take(c, &u);
	return code;
}

static int is_running(const struct co_reading *r, int user)
{
	DIR *d = user ? co_proc_dir(r->host, "run/user/%ld/systemd", (long)getuid())
		      : co_proc_dir(r->host, "run/systemd/system");

	if (d)
		closedir(d);
	return d != NULL;
}

static int ask_systemd(struct context *c)
{
	const char *argv[] = { "systemctl",  c->user ? "--user" : "--system",
			       "--no-pager", "--property",
			       PROPERTIES,   "show",
			       "--",	     "*.service",
			       "*.socket",   "*.timer",
			       "*.mount",    "*.path",
			       "*.swap",     "*.target",
			       NULL };
	struct co_buf out = CO_BUF_INIT;
	struct co_err err = CO_ERR_INIT;
	int code;

	if (co_program_run(c->r, argv, &out, &err)) {
		co_unseen(c->r, "units", "systemd could not be asked: %s", err.message);
		json_object_set_new(c->r->output, "manager", json_null());
		code = co_reading_check(c->r);
	} else {
		json_object_set_new(c->r->output, "manager", json_string("systemd"));
		code = read_blocks(c, out.data);
	}
	co_buf_clear(&out);
	return code;
}

static int parameters(struct co_reading *r, struct context *c)
{
	const char *scope = co_json_str(r->call->with, "scope");
	int code = co_param_integer(r, "lines", 5, 0, LINES_MOST, &c->lines);

	c->user = scope && strcmp(scope, "user") == 0;
	if (!code && (scope ? !c->user && strcmp(scope, "system") != 0
			    : json_object_get(r->call->with, "scope") != NULL))
		code = co_err_set(r->err, CO_ERR_INPUT, "parameter",
				  "parameter \"scope\" must be \"system\" or \"user\"");
	return code;
}

int co_local_units(struct co_reading *r)
{
	struct context c = { r, { 0, 0 }, 0, 0, 0, json_array(), json_array(), 0, 0, 0 };
	int code;

	json_object_set_new(r->output, "failed", c.failed);
	json_object_set_new(r->output, "restarting", c.restarting);
	co_uptime(r->host, &c.up);
	code = parameters(r, &c);
	co_set_text(r->output, "scope", c.user ? "user" : "system");
	if (code)
		return code;
	if (is_running(r, c.user)) {
		code = ask_systemd(&c);
	} else {
		json_object_set_new(r->output, "manager", json_null());
		co_unseen(r, "units",
			  c.user ? "no systemd of this user is running"
				 : "systemd does not run here (no /run/systemd/system): a container, or "
				   "another init");
	}
	co_set_int(r->output, "total", c.total);
	co_set_int(r->output, "failed_count", c.failed_count);
	co_set_int(r->output, "starting", c.starting);
	return code;
}
