/* SPDX-License-Identifier: Apache-2.0 */
#include "tool.h"

#include "base/escape.h"
#include "base/time.h"
#include "run/stream.h"
#include "sys/child.h"
#include "sys/file.h"
#include "sys/tty.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

static int write_out(const struct tool *tool, const char *text, size_t len)
{
	struct co_err err = CO_ERR_INIT;

	if (co_fd_write(1, text, len, "standard output", &err) == CO_OK)
		return 0;
	return tool_fail(tool, &err);
}

static int read_clock(struct tool *tool, struct co_err *err)
{
	const char *given = tool->options->now;
	struct timespec t;

	if (given) {
		if (co_time_parse(&tool->now, given) < 0) {
			co_err_set(err, CO_ERR_USAGE, "usage", "--now \"%s\" is no time", given);
			return co_err_hint(err, "write it as 2026-11-23T06:18:59Z");
		}
		tool->now_ms = tool->now * 1000;
		return CO_OK;
	}
	clock_gettime(CLOCK_REALTIME, &t);
	tool->now = t.tv_sec;
	tool->now_ms = (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
	return CO_OK;
}

static int show_help(struct tool *tool)
{
	struct co_buf text = CO_BUF_INIT;
	int code;

	co_opt_help(tool->usage, &text);
	code = write_out(tool, text.data, text.len);
	co_buf_clear(&text);
	return code;
}

static int show_version(struct tool *tool)
{
	struct co_buf text = CO_BUF_INIT;
	int code;

	co_buf_addf(&text, "%s %s\n", tool->usage->tool, CO_VERSION);
	code = write_out(tool, text.data, text.len);
	co_buf_clear(&text);
	return code;
}

#ifdef CO_SANITIZER
/* Looking for leaks at exit means stopping all threads by ptrace, which the sandbox refuses: valgrind looks for them. */
const char *__asan_default_options(void);

const char *__asan_default_options(void)
{
	return "detect_leaks=0";
}
#endif

/*
 * jansson would read its seed from /dev/urandom at the first object, which is
 * behind the sandbox, and would leave members out when memory is short.
 */
static void prepare_json(void)
{
	size_t seed;

	tool_random(&seed, sizeof(seed));
	json_object_seed(seed | 1); /* 0 means "choose one" */
	json_set_alloc_funcs(co_xmalloc, free);
}

int tool_start(struct tool *tool, const struct co_opt_usage *usage, void *options, int argc, char **argv)
{
	struct co_err err = CO_ERR_INIT;

	co_fd_guard_standard();
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN); /* a file-size limit is a failed write like any */
	prepare_json();
	*tool = (struct tool){ .usage = usage, .options = options, .argc = argc, .argv = argv };
	if (co_opt_parse(usage->options, options, argc, argv, &tool->first, &err) < 0)
		return tool_fail(tool, &err);
	if (tool->options->help)
		return show_help(tool);
	if (tool->options->version)
		return show_version(tool);
	if (read_clock(tool, &err) < 0)
		return tool_fail(tool, &err);
	return -1;
}

int tool_config(struct tool *tool, struct co_err *err)
{
	char path[4096]; /* of this program */
	ssize_t len = readlink("/proc/self/exe", path, sizeof(path) - 1);
	const struct co_config_env env = {
		.home = getenv("HOME"),
		.xdg_config_home = getenv("XDG_CONFIG_HOME"),
		.xdg_state_home = getenv("XDG_STATE_HOME"),
		.cloudops_config = getenv("CLOUDOPS_CONFIG"),
		.cloudops_playbooks = getenv("CLOUDOPS_PLAYBOOKS"),
		.cloudops_audit = getenv("CLOUDOPS_AUDIT"),
		.program = len < 0 ? tool->argv[0] : path,
	};

	if (len >= 0)
		path[len] = '\0';
	return co_config_load(&tool->config, &env, co_file_read, err);
}

int tool_sandbox(struct tool *tool, const struct co_sandbox *sandbox)
{
	struct co_err err = CO_ERR_INIT;

	if (co_sandbox_enter(sandbox, &err) < 0)
		return tool_fail(tool, &err);
	if (!tool->options->probe)
		return -1;
	if (co_sandbox_probe(tool->options->probe, &err) < 0)
		return tool_fail(tool, &err);
	return 0;
}

static int is_pretty(const struct tool *tool)
{
	return tool->options->pretty || (!tool->options->compact && co_tty_is(1));
}

int tool_write(struct tool *tool, const json_t *doc)
{
	struct co_buf text = CO_BUF_INIT, shown = CO_BUF_INIT;
	int pretty = is_pretty(tool), code;

	co_json_write(&text, doc, pretty ? CO_JSON_PRETTY : CO_JSON_COMPACT);
	co_buf_addc(&text, '\n');
	if (pretty) /* for eyes, and so perhaps for a terminal */
		co_escape_json(&shown, text.data, text.len);
	code = pretty ? write_out(tool, shown.data, shown.len) : write_out(tool, text.data, text.len);
	co_buf_clear(&text);
	co_buf_clear(&shown);
	return code;
}

int tool_write_shape(struct tool *tool, const struct co_shape *shape, const void *in)
{
	struct co_buf text = CO_BUF_INIT;
	int code;

	if (is_pretty(tool)) {
		json_t *doc = co_shape_encode(shape, in);

		code = tool_write(tool, doc);
		json_decref(doc);
		return code;
	}
	co_shape_write(&text, shape, in);
	co_buf_addc(&text, '\n');
	code = write_out(tool, text.data, text.len);
	co_buf_clear(&text);
	return code;
}

int tool_write_line(struct tool *tool, const json_t *doc, const struct co_buf *line)
{
	return is_pretty(tool) ? tool_write(tool, doc) : write_out(tool, line->data, line->len);
}

static int take_document(struct tool *tool, json_t *doc, tool_take *take, void *context)
{
	struct co_err err = CO_ERR_INIT;
	struct co_run run = { 0 };
	int code;

	if (co_run_decode(&run, doc, &err) < 0)
		return tool_fail(tool, &err);
	code = take(context, &run);
	co_run_clear(&run);
	return code;
}

/* One read of standard input into the stream. */
static int feed(struct co_stream *stream, struct co_err *err)
{
	char bytes[65536];
	ssize_t n;

	do
		n = read(0, bytes, sizeof(bytes));
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return co_err_sys(err, errno, "cannot read standard input");
	if (n > 0)
		co_stream_feed(stream, bytes, (size_t)n);
	else
		co_stream_end(stream);
	return CO_OK;
}

static int worse(int a, int b)
{
	return a > b ? a : b;
}

int tool_read_batches(struct tool *tool, tool_take *take, tool_pause *pause, void *context)
{
	struct co_err err = CO_ERR_INIT;
	struct co_stream stream;
	json_t *doc;
	int rc, worst = 0;

	/* In a pipe Ctrl-C reaches all stages: those that wait end when their input does, with the document. */
	if (!co_tty_is(0))
		signal(SIGINT, SIG_IGN);
	co_stream_init(&stream, "standard input");
	while ((rc = co_stream_next(&stream, &doc, &err)) >= 0) {
		if (rc > 0) {
			worst = worse(worst, take_document(tool, doc, take, context));
			continue;
		}
		worst = worse(worst, pause(context));
		if (stream.ended || (rc = feed(&stream, &err)) < 0)
			break;
	}
	if (rc < 0)
		worst = worse(pause(context), worse(worst, tool_fail(tool, &err)));
	co_stream_clear(&stream);
	return worst;
}

static int no_pause(void *context)
{
	(void)context;
	return 0;
}

int tool_read(struct tool *tool, tool_take *take, void *context)
{
	return tool_read_batches(tool, take, no_pause, context);
}

/* What a stage carries from document to document. */
struct filter {
	struct tool *tool;
	tool_stage *stage;
	void *context;
	int pass_errors;
};

static int filter_one(void *context, struct co_run *run)
{
	const struct filter *f = context;
	struct co_err err = CO_ERR_INIT;
	int code = 0, written;

	if (run->error && !f->pass_errors) {
		code = 1;
	} else if (f->stage(f->context, run, &err) < 0) {
		code = tool_fail(f->tool, &err);
		co_run_set_error(run, f->tool->usage->tool, &err);
	}
	written = tool_write(f->tool, run->doc);
	return written ? written : code;
}

int tool_filter(struct tool *tool, tool_stage *stage, void *context, int pass_errors)
{
	struct filter f = { tool, stage, context, pass_errors };

	return tool_read(tool, filter_one, &f);
}

int tool_fail(const struct tool *tool, const struct co_err *err)
{
	struct co_buf text = CO_BUF_INIT;
	struct co_err ignored = CO_ERR_INIT;

	co_buf_addf(&text, "%s: ", tool->usage->tool);
	co_err_format(err, &text);
	co_buf_addc(&text, '\n');
	co_fd_write(2, text.data, text.len, "standard error", &ignored);
	co_buf_clear(&text);
	return err->code ? -err->code : -CO_ERR_SYSTEM;
}

int tool_end(struct tool *tool, int code)
{
	co_config_clear(&tool->config);
	if (close(1) < 0 && errno != EBADF) {
		struct co_err err = CO_ERR_INIT;
		int failed;

		co_err_sys(&err, errno, "cannot close standard output");
		failed = tool_fail(tool, &err);
		return code ? code : failed;
	}
	return code;
}

/* Finds uid in passwd(5)'s lines: name, password, uid, ... */
static int find_user(const char *line, uid_t uid, char *name, size_t size)
{
	for (; *line; line += strcspn(line, "\n"), line += *line == '\n') {
		size_t len = strcspn(line, ":\n");
		const char *field = line + len;
		char *end;

		if (*field++ != ':' || *(field += strcspn(field, ":\n")) != ':' || field[1] < '0' || field[1] > '9')
			continue;
		if (strtoul(field + 1, &end, 10) != uid || *end != ':' || !len || len >= size)
			continue;
		memcpy(name, line, len);
		name[len] = '\0';
		return 1;
	}
	return 0;
}

/* Users that are in no file, from the network's directory: asked by getent(1), as libc would load libraries for it. */
static int ask_directory(uid_t uid, char *name, size_t size)
{
	char id[24];
	const char *const argv[] = { "/usr/bin/getent", "passwd", id, NULL };
	const struct co_child_run run = { .argv = argv, .output_limit = 4096, .timeout_ms = 10000, .quiet = 1 };
	struct co_buf line = CO_BUF_INIT;
	int status, found;

	snprintf(id, sizeof(id), "%ld", (long)uid);
	found = co_child_run(&run, &line, &status, NULL) == CO_OK && status == 0 &&
		find_user(co_buf_str(&line), uid, name, size);
	co_buf_clear(&line);
	return found;
}

void tool_user(char *name, size_t size)
{
	enum { LIMIT = 1024 * 1024 };
	struct co_buf text = CO_BUF_INIT;
	struct co_err err = CO_ERR_INIT;

	if (co_file_read("/etc/passwd", LIMIT, 0, &text, &err) == CO_ERR_SYSTEM && strcmp(err.id, "not-found") != 0) {
		fprintf(stderr, "cloudops: cannot tell who runs this: %s\n", err.message);
		_exit(-CO_ERR_SYSTEM);
	}
	if (!find_user(co_buf_str(&text), getuid(), name, size) && !ask_directory(getuid(), name, size))
		snprintf(name, size, "uid-%ld", (long)getuid());
	co_buf_clear(&text);
}

void tool_host(char *name, size_t size)
{
	if (gethostname(name, size) < 0)
		name[0] = '\0';
	name[size - 1] = '\0';
}

int64_t tool_time(const struct tool *tool)
{
	struct timespec t;

	if (tool->options->now)
		return tool->now;
	clock_gettime(CLOCK_REALTIME, &t);
	return t.tv_sec;
}

void tool_random(void *out, size_t len)
{
	if (getentropy(out, len) < 0)
		abort();
}
