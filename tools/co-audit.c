/* SPDX-License-Identifier: Apache-2.0 */
/*
 * co-audit: records run documents on their way through the pipe, and answers
 * questions about what was recorded. It reaches the log's directory and nothing else.
 */
#include "confine.h"
#include "tool.h"

#include "audit/log.h"
#include "audit/passage.h"
#include "audit/query.h"
#include "audit/show.h"
#include "audit/verify.h"
#include "base/hex.h"
#include "base/time.h"
#include "sys/file.h"
#include "sys/tty.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	OUTPUT = 65536, /* bytes that are written at once */
	FOLLOW = 200,	/* ms between looks at the log */
};

struct options {
	struct tool_options common;
	const char *dir;
	const char *last, *since, *until;
	const char *user, *run, *type, *step, *result;
	const char *sum;
	int count;
	int follow;
	int all;
};

static const struct co_opt rows[] = {
	{ 'd', "dir", CO_OPT_STR, offsetof(struct options, dir), "DIR", "the log's directory" },
	{ 0, "last", CO_OPT_STR, offsetof(struct options, last), "TIME", "records of the last 24h, 15m, 7d, ..." },
	{ 0, "since", CO_OPT_STR, offsetof(struct options, since), "WHEN", "records not before a time or date" },
	{ 0, "until", CO_OPT_STR, offsetof(struct options, until), "WHEN", "records before a time or date" },
	{ 0, "user", CO_OPT_STR, offsetof(struct options, user), "NAME", "done by, or on behalf of" },
	{ 0, "run", CO_OPT_STR, offsetof(struct options, run), "ID", "of one run" },
	{ 0, "type", CO_OPT_STR, offsetof(struct options, type), "TYPE", "run, step.result, approval, ..." },
	{ 0, "step", CO_OPT_STR, offsetof(struct options, step), "ID", "of one step" },
	{ 0, "result", CO_OPT_STR, offsetof(struct options, result), "RESULT", "done, failed, permit, ..." },
	{ 0, "count", CO_OPT_FLAG, offsetof(struct options, count), NULL, "only how many" },
	{ 0, "sum", CO_OPT_STR, offsetof(struct options, sum), "cost|ms", "only the sum" },
	{ 'f', "follow", CO_OPT_FLAG, offsetof(struct options, follow), NULL, "go on as records are appended" },
	{ 'a', "all", CO_OPT_FLAG, offsetof(struct options, all), NULL, "verify: decode every record, too" },
	TOOL_OPTIONS(struct options),
};

static const struct co_opt_usage usage = {
	.tool = "co-audit",
	.synopsis = "[verify | list]",
	.about = "record run documents on their way through the pipe; query and verify the log",
	.options = rows,
	.more = "With a query option, or \"list\", it prints the records that match; with \"verify\" it checks\n"
		"the whole log; else it records each document of its standard input and passes it on.\n"
		"\n"
		"  ... | co-exec | co-audit | co-report\n"
		"  co-audit --last 24h --type run\n"
		"  co-audit --user alice --since 2026-11-01 --sum cost\n"
		"  co-audit verify\n",
};

/* ---- recording */

/* A document that waits for its record to be durable. */
struct held {
	json_t *doc;
	struct co_buf line; /* the same as text, with its LF */
	json_t *record;
};

struct recorder {
	struct tool *tool;
	struct co_audit_log *log; /* NULL: open_err says why */
	struct co_err open_err;
	struct co_audit_actor actor;
	struct held *held;
	size_t count;
};

static int take(void *context, struct co_run *run)
{
	struct recorder *r = context;
	struct held *h = co_grow(&r->held, &r->count, sizeof(*h));

	h->doc = json_incref(run->doc);
	co_json_write(&h->line, run->doc, CO_JSON_COMPACT);
	h->record = co_audit_passage(run, &h->line, &r->actor);
	co_buf_addc(&h->line, '\n');
	return run->error ? 1 : 0;
}

static int append_held(struct recorder *r, struct co_err *err)
{
	json_t **records = co_xcalloc(r->count, sizeof(json_t *));
	size_t i;
	int rc;

	for (i = 0; i < r->count; i++)
		records[i] = r->held[i].record;
	if (r->log)
		rc = co_audit_append(r->log, records, r->count, tool_time(r->tool), err);
	else
		rc = (*err = r->open_err).code;
	free(records);
	return rc;
}

/* Turns a failure to record into the one that documents tell of. */
static int not_recorded(const struct recorder *r, struct co_err *err)
{
	struct co_err failed = CO_ERR_INIT;

	co_err_set(&failed, CO_ERR_SYSTEM, "audit-failed", "not recorded: %s", err->message);
	co_err_hint(&failed, "%s", err->hint);
	*err = failed;
	return tool_fail(r->tool, err);
}

static int pass_on(struct recorder *r, struct held *h, const struct co_err *failed)
{
	struct co_run run = { .doc = h->doc };
	int code;

	if (failed->code) {
		co_run_set_error(&run, r->tool->usage->tool, failed);
		code = tool_write(r->tool, run.doc);
	} else {
		code = tool_write_line(r->tool, run.doc, &h->line);
	}
	co_buf_clear(&h->line);
	co_run_clear(&run);
	json_decref(h->record);
	return code;
}

/* Records all that have come with one sync, and only then lets them go. */
static int flush(void *context)
{
	struct recorder *r = context;
	struct co_err err = CO_ERR_INIT;
	int code = 0, written;
	size_t i;

	if (!r->count)
		return 0;
	if (append_held(r, &err) < 0)
		code = not_recorded(r, &err);
	for (i = 0; i < r->count; i++) {
		written = pass_on(r, &r->held[i], &err);
		code = code ? code : written;
	}
	free(r->held);
	r->held = NULL;
	r->count = 0;
	return code;
}

static int record(struct tool *tool, const char *directory)
{
	const struct co_sandbox_path paths[] = { { directory, CO_ALLOW_OPEN_READ | CO_ALLOW_OPEN_WRITE }, { NULL, 0 } };
	struct recorder r = { .tool = tool, .open_err = CO_ERR_INIT };
	char user[256], host[256];
	int code;

	tool_user(user, sizeof(user));
	tool_host(host, sizeof(host));
	r.actor = (struct co_audit_actor){ .user = user, .uid = (int64_t)getuid(), .host = host };
	co_audit_open(&r.log, directory, &r.open_err);
	code = tool_confine(tool, paths);
	if (code < 0)
		code = tool_read_batches(tool, take, flush, &r);
	co_audit_close(r.log);
	return code;
}

/* ---- verifying */

/* Where problems and verdicts go: one line each, for people or as JSON. */
struct printer {
	struct tool *tool;
	int people;
	struct co_buf out;
	int code;
};

static int print(struct printer *p)
{
	struct co_err err = CO_ERR_INIT;

	if (!p->code && p->out.len && co_fd_write(1, p->out.data, p->out.len, "standard output", &err) < 0)
		p->code = tool_fail(p->tool, &err);
	co_buf_reset(&p->out);
	return p->code;
}

static void print_json(struct printer *p, json_t *value)
{
	co_json_write(&p->out, value, p->tool->options->pretty ? CO_JSON_PRETTY : CO_JSON_COMPACT);
	co_buf_addc(&p->out, '\n');
	json_decref(value);
	if (p->out.len >= OUTPUT)
		print(p);
}

static void tell(void *context, const struct co_audit_problem *problem)
{
	struct printer *p = context;
	char file[CO_AUDIT_NAME + 1] = "";
	json_t *value;

	if (problem->line)
		co_audit_day_name(file, problem->day);
	if (p->people) {
		if (problem->line)
			co_buf_addf(&p->out, "%s:%lld: ", file, (long long)problem->line);
		co_buf_addf(&p->out, "%s\n", problem->message);
		print(p);
		return;
	}
	value = json_pack("{s:I}", "seq", (json_int_t)problem->seq);
	if (problem->line) {
		json_object_set_new(value, "file", json_string(file));
		json_object_set_new(value, "line", json_integer(problem->line));
	}
	json_object_set_new(value, "problem", json_string(problem->message));
	print_json(p, value);
}

static void print_verdict(struct printer *p, const struct co_audit_verdict *v)
{
	char leaf[2 * CO_SHA256_LEN + 1];
	json_t *value;

	co_hex_encode(leaf, v->leaf, sizeof(v->leaf));
	if (p->people) {
		co_buf_addf(&p->out, "%s: %lld records, %lld bytes, %lld problems\n",
			    v->problems ? "the log does not verify" : "the log verifies", (long long)v->records,
			    (long long)v->bytes, (long long)v->problems);
		if (v->last)
			co_buf_addf(&p->out, "last record: %lld sha256:%s\n", (long long)v->last, leaf);
		if (v->torn)
			co_buf_addf(&p->out, "a crash left a torn record of %zu bytes, never acknowledged: the next one mends it\n",
				    v->torn);
		return;
	}
	value = json_pack("{s:b, s:I, s:I, s:I, s:I}", "verified", !v->problems, "records", (json_int_t)v->records,
			  "bytes", (json_int_t)v->bytes, "problems", (json_int_t)v->problems, "last", (json_int_t)v->last);
	if (v->last)
		json_object_set_new(value, "leaf", json_pack("s+", "sha256:", leaf));
	if (v->torn)
		json_object_set_new(value, "torn", json_integer((json_int_t)v->torn));
	print_json(p, value);
}

/* Opens the directory for reading and closes the sandbox around it. -1 to go on, else the exit code. */
static int enter(struct tool *tool, const char *directory, int *dir)
{
	const struct co_sandbox_path paths[] = { { directory, CO_ALLOW_OPEN_READ }, { NULL, 0 } };
	struct co_err err = CO_ERR_INIT;

	if (co_audit_directory_open(dir, directory, 0, &err) < 0)
		return tool_fail(tool, &err);
	return tool_confine(tool, paths);
}

static int verify(struct tool *tool, const char *directory, int all)
{
	struct printer p = { .tool = tool, .people = !tool->options->compact && !tool->options->pretty && co_tty_is(1) };
	struct co_audit_verdict verdict;
	struct co_err err = CO_ERR_INIT;
	int dir, code = enter(tool, directory, &dir);

	if (code >= 0)
		return code;
	if (co_audit_verify(dir, all, tell, &p, &verdict, &err) < 0) {
		code = tool_fail(tool, &err);
	} else {
		print_verdict(&p, &verdict);
		code = verdict.problems ? 1 : 0;
	}
	close(dir);
	print(&p);
	co_buf_clear(&p.out);
	return p.code ? p.code : code;
}

/* ---- queries */

static int read_time(int64_t *seconds, const char *option, const char *text, struct co_err *err)
{
	if (!text || co_audit_time_parse(seconds, text) == 0)
		return CO_OK;
	co_err_set(err, CO_ERR_USAGE, "usage", "--%s \"%s\" is no time", option, text);
	co_err_hint(err, "write it as 2026-11-23T06:18:59Z or 2026-11-23");
	return CO_ERR_USAGE;
}

static int read_query(const struct tool *tool, const struct options *o, struct co_audit_query *q, struct co_err *err)
{
	int64_t ms;

	if (read_time(&q->since, "since", o->since, err) < 0 || read_time(&q->until, "until", o->until, err) < 0)
		return CO_ERR_USAGE;
	if (o->last) {
		if (o->since)
			return co_err_set(err, CO_ERR_USAGE, "usage", "--last and --since exclude each other");
		if (co_duration_parse(&ms, o->last) < 0) {
			co_err_set(err, CO_ERR_USAGE, "usage", "--last \"%s\" is no duration", o->last);
			return co_err_hint(err, "write it as 90s, 15m, 24h, 7d or 2w"), CO_ERR_USAGE;
		}
		q->since = tool->now - ms / 1000;
	}
	if (o->sum && strcmp(o->sum, "cost") != 0 && strcmp(o->sum, "ms") != 0)
		return co_err_set(err, CO_ERR_USAGE, "usage", "--sum adds up \"cost\" or \"ms\", not \"%s\"", o->sum);
	if (o->follow && (o->sum || o->count))
		return co_err_set(err, CO_ERR_USAGE, "usage", "--follow has no end to count or sum up to");
	q->user = o->user;
	q->run = o->run;
	q->type = o->type;
	q->step = o->step;
	q->result = o->result;
	return CO_OK;
}

static void print_record(struct printer *p, const struct co_audit_piece *piece)
{
	const struct co_audit_slice line = { piece->data, piece->len };
	json_t *value;

	if (p->people) {
		co_audit_show(&p->out, &line, co_tty_width(1));
		co_buf_addc(&p->out, '\n');
	} else if (p->tool->options->pretty && (value = co_json_parse(line.data, line.len, "record", NULL))) {
		print_json(p, value);
		return;
	} else {
		co_buf_add(&p->out, line.data, line.len);
		co_buf_addc(&p->out, '\n');
	}
	if (p->out.len >= OUTPUT)
		print(p);
}

/* Until there is more to see. 1 when nobody reads any more. */
static int wait_for_more(void)
{
	struct pollfd reader = { .fd = 1 };

	return poll(&reader, 1, FOLLOW) > 0 && (reader.revents & (POLLERR | POLLHUP | POLLNVAL));
}

static int answer(const struct options *o, const struct co_audit_query *q, struct co_audit_scan *scan,
		  struct printer *p, struct co_err *err)
{
	struct co_audit_sum sum = { 0, 0 };
	struct co_audit_piece piece;
	long long n = 0;
	int rc;

	if (p->people && !o->count && !o->sum) {
		co_audit_show(&p->out, NULL, co_tty_width(1));
		co_buf_addc(&p->out, '\n');
	}
	do {
		while ((rc = co_audit_query_next(q, scan, &piece, err)) > 0 && !p->code) {
			n++;
			if (o->sum)
				rc = co_audit_sum_add(&sum, &piece, o->sum, err);
			else if (!o->count)
				print_record(p, &piece);
			if (rc < 0)
				return rc;
		}
	} while (rc == 0 && o->follow && !print(p) && !wait_for_more());
	if (rc == 0 && o->count)
		co_buf_addf(&p->out, "%lld\n", n);
	if (rc == 0 && o->sum) {
		co_audit_sum_format(&sum, &p->out);
		co_buf_addc(&p->out, '\n');
	}
	return rc < 0 ? rc : CO_OK;
}

static int query(struct tool *tool, const struct options *o, const char *directory)
{
	struct printer p = { .tool = tool, .people = !tool->options->compact && !tool->options->pretty && co_tty_is(1) };
	struct co_audit_query q = CO_AUDIT_QUERY_INIT;
	struct co_audit_scan *scan = NULL;
	struct co_err err = CO_ERR_INIT;
	int dir = -1, rc = read_query(tool, o, &q, &err), code = -1;

	if (rc == CO_OK)
		code = enter(tool, directory, &dir);
	if (code >= 0)
		return code;
	if (rc == CO_OK)
		rc = co_audit_query_start(&q, dir, &scan, &err);
	if (rc == CO_OK)
		rc = answer(o, &q, scan, &p, &err);
	code = rc < 0 ? tool_fail(tool, &err) : 0;
	co_audit_scan_close(scan);
	co_audit_query_clear(&q);
	if (dir >= 0)
		close(dir);
	print(&p);
	co_buf_clear(&p.out);
	return p.code ? p.code : code;
}

/* ---- which of them */

static int is_query(const struct options *o)
{
	return o->last || o->since || o->until || o->user || o->run || o->type || o->step || o->result || o->sum ||
	       o->count || o->follow;
}

static int bad_usage(const struct tool *tool, const char *message)
{
	struct co_err err = CO_ERR_INIT;

	co_err_set(&err, CO_ERR_USAGE, "usage", "%s", message);
	co_err_hint(&err, "see co-audit --help");
	return tool_fail(tool, &err);
}

static int act(struct tool *tool, const struct options *o, const char *directory)
{
	const char *word = tool->first < tool->argc ? tool->argv[tool->first] : "";

	if (tool->argc - tool->first > 1)
		return bad_usage(tool, "one of \"verify\" and \"list\" at most");
	if (strcmp(word, "verify") == 0)
		return is_query(o) ? bad_usage(tool, "\"verify\" checks the whole log, and takes no query") :
				     verify(tool, directory, o->all);
	if (o->all)
		return bad_usage(tool, "--all belongs to \"verify\"");
	if (strcmp(word, "list") == 0 || (!*word && is_query(o)))
		return query(tool, o, directory);
	if (*word)
		return bad_usage(tool, "the word must be \"verify\" or \"list\"");
	if (co_tty_is(0))
		return bad_usage(tool, "no run documents on standard input, and no query");
	return record(tool, directory);
}

int main(int argc, char **argv)
{
	struct options options = { 0 };
	struct co_err err = CO_ERR_INIT;
	struct tool tool;
	int code = tool_start(&tool, &usage, &options, argc, argv);

	if (code >= 0)
		return code;
	if (tool_config(&tool, &err) < 0)
		code = tool_fail(&tool, &err);
	else
		code = act(&tool, &options, options.dir ? options.dir : tool.config.audit->directory);
	return tool_end(&tool, code);
}
