/* SPDX-License-Identifier: Apache-2.0 */
/*
 * co-exec: carries out a plan, the only stage that reaches anything.
 *
 * It checks plan, policy, approvals and expiry itself, and writes every call in
 * the audit log before it makes it.
 */
#include "confine.h"

#include "base/escape.h"
#include "base/time.h"
#include "exec/exec.h"
#include "exec/gate.h"
#include "exec/replay.h"
#include "provider/aws/aws.h"
#include "provider/kubernetes/kubernetes.h"
#include "provider/local/local.h"
#include "provider/prometheus/prometheus.h"
#include "sys/atomicfile.h"
#include "sys/clock.h"
#include "sys/file.h"
#include "sys/tty.h"

#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The providers there are; adding one is adding a line. */
static const struct co_provider *const table[] = {
	&co_provider_local,
	&co_provider_aws,
	&co_provider_kubernetes,
	&co_provider_prometheus,
	NULL,
};

struct options {
	struct tool_options common;
	const char *dry_run; /* "" or "server" */
	const char *record, *replay, *evidence;
	int read_only;
	const char *resume;
	const char *fail_on;
	int64_t concurrency;
	const char *deadline;
	int quiet;
};

static const struct co_opt rows[] = {
	{ 'n', "dry-run", CO_OPT_MAYBE, offsetof(struct options, dry_run), "server",
	  "show the requests, send none; server: have changes checked" },
	{ 0, "record", CO_OPT_STR, offsetof(struct options, record), "DIR", "keep every exchange, secrets masked" },
	{ 0, "replay", CO_OPT_STR, offsetof(struct options, replay), "DIR", "run from what was kept, reach nothing" },
	{ 0, "evidence", CO_OPT_STR, offsetof(struct options, evidence), "DIR", "keep large outputs there" },
	{ 0, "read-only", CO_OPT_FLAG, offsetof(struct options, read_only), NULL, "refuse any change" },
	{ 0, "resume", CO_OPT_STR, offsetof(struct options, resume), "RUN", "go on with a run that was cut short" },
	{ 0, "fail-on", CO_OPT_STR, offsetof(struct options, fail_on), "SEVERITY", "exit 1 on such a finding or a graver" },
	{ 0, "concurrency", CO_OPT_INT, offsetof(struct options, concurrency), "N", "calls at once" },
	{ 0, "deadline", CO_OPT_STR, offsetof(struct options, deadline), "DURATION", "of the whole run" },
	{ 'q', "quiet", CO_OPT_FLAG, offsetof(struct options, quiet), NULL, "no progress on the terminal" },
	TOOL_OPTIONS(struct options),
};

static const struct co_opt_usage usage = {
	.tool = "co-exec",
	.synopsis = "",
	.about = "carry out the plan of each run document of standard input, and say what was found",
	.options = rows,
	.more = "  ... | co-plan | co-exec | co-report\n"
		"  ... | co-plan | co-exec --dry-run\n"
		"  co-exec --resume 01JDBV4K6T5R9M3ZC8Q0W2XNYH <run.json\n",
};

/*
 * What a signal handler can reach, and no more: the one place where state at file
 * scope cannot be avoided.
 */
static atomic_int cancelled; /* signals so far */
static atomic_int changing;  /* the outcome of a change is open */

static void on_signal(int number)
{
	(void)number;
	if (atomic_fetch_add(&cancelled, 1) > 0) /* again: at once; what was written ahead is durable */
		_exit(atomic_load(&changing) ? -CO_ERR_UNKNOWN : -CO_ERR_SYSTEM);
}

enum { SIGNALS = 3 };

struct stage {
	struct tool *tool;
	const struct options *options;
	struct co_err unready; /* what could not be opened: each document is told */
	struct co_policy *policy;
	struct co_signers signers;
	struct co_catalog *catalog;
	struct co_providers *providers;
	struct co_audit_log *log;
	int64_t deadline_ms;
	int64_t step_deadline_ms;
	int fail_on; /* enum co_severity; 0: nothing */
	int shows;   /* progress, on a terminal */
	int64_t shown; /* when it last was, of co_clock_ms() */
	int ignored[SIGNALS];
	char *helper;
	char user[256];
	char host[256];
};

/* A real run: it makes calls, is logged, and needs what policy wants approved. */
static int reaches(const struct options *o)
{
	return !o->dry_run && !o->replay;
}

/* Only shows the requests. */
static int previews(const struct options *o)
{
	return o->dry_run && !*o->dry_run;
}

/* ---- progress: one calm line, gone at the end */

static void show(const char *text, size_t len)
{
	struct co_err ignored = CO_ERR_INIT;

	co_fd_write(2, text, len, "standard error", &ignored);
}

static void on_progress(void *context, const struct co_progress *progress)
{
	enum { EVERY_MS = 100, LATER_MS = 300 };
	struct stage *s = context;
	struct co_buf line = CO_BUF_INIT;
	int64_t now = co_clock_ms();
	size_t width = co_tty_width(2);

	if (progress->ms < LATER_MS || now - s->shown < EVERY_MS)
		return;
	s->shown = now;
	co_buf_addf(&line, "%zu/%zu %s ", progress->ended, progress->total, progress->doing);
	co_escape(&line, progress->step, strlen(progress->step));
	if (width > 12 && line.len > width - 12)
		for (line.len = width - 12; (line.data[line.len] & 0xc0) == 0x80; line.len--)
			; /* not within a character */
	co_buf_addf(&line, "\xe2\x80\xa6 %lld.%llds", (long long)(progress->ms / 1000),
		    (long long)(progress->ms % 1000 / 100));
	show("\r", 1);
	show(line.data, line.len);
	show("\033[K", 3);
	co_buf_clear(&line);
}

/* ---- one document */

static int limit_ms(const char *text, const char *what, int64_t *ms, struct co_err *err)
{
	if (co_duration_parse(ms, text) == 0 && *ms > 0)
		return CO_OK;
	co_err_set(err, CO_ERR_USAGE, "usage", "%s \"%s\" is no duration", what, text);
	return co_err_hint(err, "write it as 90s, 15m or 1h"), CO_ERR_USAGE;
}

static struct co_gate gate_of(const struct stage *s, int64_t now, const struct co_past *past)
{
	return (struct co_gate){
		.config = &s->tool->config,
		.catalog = s->catalog,
		.policy = s->policy,
		.signers = &s->signers,
		.user = s->user,
		.uid = (int64_t)getuid(),
		.host = s->host[0] ? s->host : NULL,
		.now = now,
		.read_only = s->options->read_only,
		.rehearsal = !reaches(s->options),
		.resumed = past && past->used,
	};
}

static struct co_exec exec_of(struct stage *s, const struct co_pass *pass, int64_t now)
{
	const struct options *o = s->options;
	const struct co_limits *limits = s->tool->config.limits;

	return (struct co_exec){
		.pass = pass,
		.catalog = s->catalog,
		.providers = o->replay ? NULL : s->providers,
		.record = o->record,
		.replay = o->replay,
		.evidence = o->evidence,
		.helper = s->helper,
		.now = now,
		.concurrency = o->concurrency ? o->concurrency : limits->concurrency,
		.deadline_ms = s->deadline_ms,
		.step_deadline_ms = s->step_deadline_ms,
		.output_bytes = limits->output_bytes,
		.cancelled = &cancelled,
		.changing = &changing,
		.progress = s->shows ? on_progress : NULL,
		.context = s,
	};
}

static struct co_journal *journal_of(const struct stage *s, const struct co_run *run, const struct co_pass *pass,
				     int64_t now)
{
	const struct co_request *request = run->request;
	const struct co_audit_actor actor = {
		.user = (char *)s->user,
		.uid = (int64_t)getuid(),
		.host = (char *)s->host,
		.on_behalf = request && strcmp(request->by, s->user) != 0 ? request->by : NULL,
	};
	const struct co_journal_origin origin = {
		.run = run->id,
		.why = request ? request->text : run->plan->goal,
		.plan = pass->digest,
		.actor = &actor,
		.now = now,
	};

	return co_journal_new(s->log, &origin);
}

/* What ends a run. */
static const int signals[SIGNALS] = { SIGINT, SIGTERM, SIGHUP };

/* Notes which are ignored from the start (nohup): they stay so. Called before tool_filter() ignores SIGINT. */
static void note_signals(struct stage *s)
{
	struct sigaction action;
	size_t i;

	for (i = 0; i < SIGNALS; i++)
		s->ignored[i] = sigaction(signals[i], NULL, &action) == 0 && action.sa_handler == SIG_IGN;
}

/* They end the run only while there is one; before and after they do what they always do. */
static void catch_signals(const struct stage *s, struct sigaction before[SIGNALS], int on)
{
	struct sigaction action;
	size_t i;

	memset(&action, 0, sizeof(action));
	action.sa_handler = on_signal;
	sigemptyset(&action.sa_mask);
	for (i = 0; i < SIGNALS; i++) {
		if (s->ignored[i])
			continue;
		sigaction(signals[i], on ? &action : &before[i], on ? &before[i] : NULL);
	}
}

static int run_plan(struct stage *s, struct co_exec *exec, struct co_run *run, struct co_err *err)
{
	struct sigaction before[SIGNALS];
	int rc;

	if (s->options->dry_run)
		return previews(s->options) ? co_exec_preview(exec, run, err) : co_exec_rehearse(exec, run, err);
	if (!s->options->replay)
		exec->journal = journal_of(s, run, exec->pass, exec->now);
	catch_signals(s, before, 1);
	rc = co_exec_run(exec, run, err);
	catch_signals(s, before, 0);
	if (s->shown)
		show("\r\033[K", 4);
	s->shown = 0;
	co_journal_free(exec->journal);
	return rc;
}

static int check_findings(const struct stage *s, const struct co_run *run, struct co_err *err)
{
	json_t *findings = json_object_get(run->doc, "findings"), *finding;
	const char *name = co_enum_name(co_severity_names, s->fail_on);
	size_t i, n = 0;

	if (!s->fail_on || s->options->dry_run)
		return CO_OK;
	json_array_foreach(findings, i, finding)
		n += co_enum_value(co_severity_names, co_json_str(finding, "severity")) <= s->fail_on;
	if (!n)
		return CO_OK;
	return co_err_set(err, CO_ERR_NO, "findings", "%zu finding%s of severity \"%s\" or graver", n, n == 1 ? "" : "s",
			  name);
}

/* The time that counts: now, or for a replay when the run was recorded. */
static int time_of(const struct stage *s, const struct co_run *run, int64_t *now, struct co_err *err)
{
	char digest[CO_DIGEST_LEN + 1];
	struct co_replay_times times;
	int rc;

	*now = tool_time(s->tool);
	if (!s->options->replay || !run->plan)
		return CO_OK;
	rc = co_run_digest(run, "plan", digest, err);
	if (rc == CO_OK)
		rc = co_replay_find_times(s->options->replay, digest, &times, err);
	if (rc == CO_OK)
		*now = times.started;
	return rc;
}

/* Whether anything was done by the execution that a document holds. */
static int was_executed(const struct co_execution *execution)
{
	return execution && !execution->dry_run && (execution->status != CO_STATUS_REFUSED || execution->calls);
}

/* A run happens once: what was executed already is not carried out again by passing by. */
static int check_fresh(const struct stage *s, struct co_run *run, struct co_err *err)
{
	const struct options *o = s->options;

	if (o->resume && strcmp(o->resume, run->id) != 0)
		return co_err_set(err, CO_ERR_NO, "other-run", "this is run \"%s\", not \"%s\"", run->id, o->resume);
	if (o->resume) {
		json_object_del(run->doc, "error");
		return CO_OK;
	}
	if (!was_executed(run->execution) || !reaches(o))
		return CO_OK;
	co_err_set(err, CO_ERR_NO, "already-executed", "the document holds an execution already");
	return co_err_hint(err, "plan again; or go on with a run that was cut short: --resume %s", run->id);
}

static int read_past(const struct stage *s, const struct co_run *run, struct co_past *past, struct co_err *err)
{
	char digest[CO_DIGEST_LEN + 1];
	int rc;

	if (!s->options->resume || !run->plan)
		return CO_OK;
	rc = co_run_digest(run, "plan", digest, err);
	return rc < 0 ? rc : co_past_read(past, s->tool->config.audit->directory, run->id, digest, err);
}

/* A plan that may not run is an execution, too: one that was refused. */
static int refuse(struct co_run *run, int64_t now, int rc)
{
	char digest[CO_DIGEST_LEN + 1], cost[] = "0.00";
	const struct co_execution execution = {
		.status = CO_STATUS_REFUSED, .plan = digest, .started = now, .ended = now, .cost_usd = cost
	};

	if (rc == CO_ERR_NO && co_run_digest(run, "plan", digest, NULL) == CO_OK)
		co_run_set(run, "execution", co_shape_encode(&co_execution_shape, &execution));
	return rc;
}

static int execute(struct stage *s, struct co_run *run, const struct co_past *past, int64_t now, struct co_err *err)
{
	const struct co_gate gate = gate_of(s, now, past);
	struct co_exec exec;
	struct co_pass pass;
	int rc = co_gate_pass(&gate, run, &pass, err);

	if (rc < 0)
		return refuse(run, now, rc);
	exec = exec_of(s, &pass, now);
	exec.past = past;
	rc = run_plan(s, &exec, run, err);
	co_pass_clear(&pass);
	return rc < 0 ? rc : check_findings(s, run, err);
}

static int stage(void *context, struct co_run *run, struct co_err *err)
{
	struct stage *s = context;
	struct co_past past = { .plan = NULL };
	int64_t now;
	int rc;

	if (s->unready.code)
		return (*err = s->unready).code;
	rc = check_fresh(s, run, err);
	if (rc == CO_OK)
		rc = time_of(s, run, &now, err);
	if (rc == CO_OK)
		rc = read_past(s, run, &past, err);
	if (rc == CO_OK)
		rc = execute(s, run, s->options->resume ? &past : NULL, now, err);
	co_past_clear(&past);
	return rc;
}

/* ---- start */

static int check_usage(const struct options *o, struct co_err *err)
{
	if (o->dry_run && *o->dry_run && strcmp(o->dry_run, "server") != 0)
		return co_err_set(err, CO_ERR_USAGE, "usage", "--dry-run is alone or \"server\", not \"%s\"", o->dry_run);
	if (!!o->dry_run + !!o->replay + !!o->record > 1)
		return co_err_set(err, CO_ERR_USAGE, "usage", "--dry-run, --record and --replay exclude each other");
	if (o->resume && !reaches(o))
		return co_err_set(err, CO_ERR_USAGE, "usage", "--resume goes on with a real run");
	if (o->concurrency > 1000)
		return co_err_set(err, CO_ERR_USAGE, "usage", "--concurrency is at most 1000");
	if (o->fail_on && !co_enum_value(co_severity_names, o->fail_on)) {
		co_err_set(err, CO_ERR_USAGE, "usage", "--fail-on \"%s\" is no severity", o->fail_on);
		return co_err_suggest(err, o->fail_on, co_severity_names, 5), CO_ERR_USAGE;
	}
	return CO_OK;
}

static int read_limits(struct stage *s, struct co_err *err)
{
	const struct co_limits *limits = s->tool->config.limits;
	const char *deadline = s->options->deadline;
	int rc = deadline ? limit_ms(deadline, "--deadline", &s->deadline_ms, err)
			  : limit_ms(limits->deadline, "limits.deadline", &s->deadline_ms, err);

	if (rc == CO_OK)
		rc = limit_ms(limits->step_deadline, "limits.step_deadline", &s->step_deadline_ms, err);
	s->fail_on = s->options->fail_on ? co_enum_value(co_severity_names, s->options->fail_on) : 0;
	return rc;
}

static int make_directories(const struct options *o, struct co_err *err)
{
	const char *const directories[] = { o->record, o->evidence };
	size_t i;
	int rc = CO_OK;

	for (i = 0; rc == CO_OK && i < CO_COUNT(directories); i++)
		if (directories[i])
			rc = co_dir_make(directories[i], err);
	return rc;
}

/* All that is opened before the sandbox closes. */
static int open_all(struct stage *s, struct co_err *err)
{
	const struct co_config *config = &s->tool->config;
	const struct options *o = s->options;
	int rc = make_directories(o, err);

	s->catalog = co_catalog_new(co_config_path(config, "catalog"));
	s->helper = co_xasprintf("%s/co-expr", config->helper_dir);
	if (rc == CO_OK)
		rc = co_policy_load(&s->policy, (const char *const *)config->policy->files.items,
				    config->policy->files.count, err);
	if (rc == CO_OK && reaches(o))
		rc = co_signers_load(&s->signers, config, s->user, err);
	if (rc == CO_OK)
		rc = co_catalog_open_all(s->catalog, err);
	if (rc == CO_OK && reaches(o))
		rc = co_audit_open(&s->log, config->audit->directory, err);
	/* Last, because a provider may start a process, and what only passes errors on may not reap one. */
	if (rc == CO_OK && previews(o))
		rc = co_providers_prepare(&s->providers, table, config, err);
	else if (rc == CO_OK && !o->replay)
		rc = co_providers_open(&s->providers, table, config, err);
	return rc;
}

static void close_all(struct stage *s)
{
	co_policy_free(s->policy);
	co_signers_clear(&s->signers);
	co_catalog_free(s->catalog);
	co_providers_drop(s->providers);
	co_audit_close(s->log);
	free(s->helper);
}

/* A list of places that ends with an empty row. */
struct places {
	struct co_sandbox_path *items;
	size_t count;
};

static void add_place(void *context, const struct co_sandbox_path *place)
{
	struct places *places = context;
	struct co_sandbox_path *row = co_grow(&places->items, &places->count, sizeof(*row));

	*row = *place;
}

/*
 * What passes on errors and what only shows needs no files at all. The rest has what confine.c
 * says, its own directories, and what its providers ask for; what reads this host is a process of its own.
 */
static int enter(struct stage *s)
{
	enum { READ = CO_ALLOW_OPEN_READ, WRITE = CO_ALLOW_OPEN_READ | CO_ALLOW_OPEN_WRITE };
	static const struct co_sandbox nothing = { 0, NULL };
	const struct options *o = s->options;
	const struct co_sandbox_path own[] = {
		{ o->replay, READ }, { o->record, WRITE }, { o->evidence, WRITE }, { NULL, 0 },
	};
	struct places places = { NULL, 0 };
	size_t i;
	int code;

	if (s->unready.code || previews(o))
		return tool_sandbox(s->tool, &nothing);
	for (i = 0; i + 1 < CO_COUNT(own); i++)
		if (own[i].path)
			add_place(&places, &own[i]);
	co_providers_places(s->providers, add_place, &places);
	add_place(&places, &own[i]);
	code = tool_confine(s->tool, places.items);
	free(places.items);
	return code;
}

int main(int argc, char **argv)
{
	struct options options = { .concurrency = 0 };
	struct tool tool;
	struct stage s = { .tool = &tool, .options = &options, .unready = CO_ERR_INIT };
	struct co_err err = CO_ERR_INIT;
	int code = tool_start(&tool, &usage, &options, argc, argv);

	if (code >= 0)
		return tool_end(&tool, code);
	if (check_usage(&options, &err) < 0 || tool_config(&tool, &err) < 0 || read_limits(&s, &err) < 0)
		return tool_end(&tool, tool_fail(&tool, &err));
	tool_user(s.user, sizeof(s.user));
	tool_host(s.host, sizeof(s.host));
	s.shows = !options.quiet && co_tty_is(2);
	note_signals(&s);
	open_all(&s, &s.unready);
	code = enter(&s);
	if (code < 0)
		code = tool_filter(&tool, stage, &s, options.resume != NULL);
	close_all(&s);
	return tool_end(&tool, code);
}
