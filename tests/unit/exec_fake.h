/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A provider "fake" for the tests of the executor, its catalogue, and a place to run plans in.
 *
 * Its effects go to a ledger: a file with one line "TOKEN KEY VALUE" for each, that
 * survives the process. Reads answer from it. What goes wrong is switched on in struct fake.
 */
#ifndef EXEC_FAKE_H
#define EXEC_FAKE_H

#include "audit/log.h"
#include "exec/exec.h"
#include "sys/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#define FAKE_RUN "01JDBV4K6T5R9M3ZC8Q0W2XNYH"
#define FAKE_NOW INT64_C(1763878739) /* 2025-11-23T06:18:59Z */

static const char fake_catalog[] =
	"# for tests\n"
	"get fail\tread\t1\tfake:get\t-\tFail\n"
	"get hang\tread\t1\tfake:get\t-\tNever answer\n"
	"get key\tread\t1\tfake:get\t!key=string\tRead a key\n"
	"get part\tread\t1\tfake:get\ttext=string\tAnswer a part, then fail\n"
	"get text\tread\t1\tfake:get\ttext=string size=integer:0\tAnswer a text\n"
	"list nap\tlist\t1\tfake:list\tms=integer:10 n=integer:0\tTake a while\n"
	"set key\twrite\t1\tfake:set\t!key=string !value=string\tSet a key\n";

struct fake {
	/* What goes wrong. */
	const char *fail_before; /* a change of this value fails without effect */
	const char *drop_after;	 /* a change of this value takes effect, its answer is lost */
	const char *no_effect;	 /* a change of this value says done and does nothing */
	const char *die_before;	 /* the process is killed when this value is about to be set */
	const char *die_after;	 /* the same, after it was */
	int can_look_up;	 /* finds a change by its token */
	int die_at;		 /* the process is killed at this many calls */

	char ledger[128];
	char log[128]; /* audit directory: to see that a call was written ahead */
	atomic_int in_flight, most, calls, unlogged, released;
	atomic_int nap_calls[2000];
	atomic_int hang_until_released;
	atomic_int *cancel; /* set at the first call, when not NULL */
};

static inline void fake_nap(int64_t ms)
{
	const struct timespec t = { ms / 1000, (long)(ms % 1000) * 1000000 };

	nanosleep(&t, NULL);
}

/* The last value of a key in the ledger, and how often it was set; on the heap, NULL for none. */
static inline char *fake_value(const struct fake *fake, const char *key, int *times)
{
	FILE *f = fopen(fake->ledger, "r");
	char line[512], token[128], k[128], v[128], *value = NULL;
	int n = 0;

	while (f && fgets(line, sizeof(line), f))
		if (sscanf(line, "%127s %127s %127s", token, k, v) == 3 && strcmp(k, key) == 0) {
			free(value);
			value = co_xstrdup(v);
			n++;
		}
	if (f)
		fclose(f);
	if (times)
		*times = n;
	return value;
}

static inline int fake_has_token(const struct fake *fake, const char *token)
{
	FILE *f = fopen(fake->ledger, "r");
	char line[512];
	int found = 0;

	while (f && fgets(line, sizeof(line), f))
		found |= strncmp(line, token, strlen(token)) == 0;
	if (f)
		fclose(f);
	return found;
}

/* Whether the log on disk holds a step.intent of this step. */
static inline int fake_is_logged(const struct fake *fake, const char *step)
{
	char command[512];

	if (!fake->log[0])
		return 1;
	snprintf(command, sizeof(command), "grep -q '\"type\":\"step.intent\".*\"step\":\"%s\"' %s/*.jsonl", step,
		 fake->log);
	return system(command) == 0;
}

static inline int same(const char *a, const char *b)
{
	return a && strcmp(a, b) == 0;
}

static inline int fake_set(struct fake *fake, const struct co_call *call, json_t **output, struct co_err *err)
{
	const char *key = co_json_str(call->with, "key"), *value = co_json_str(call->with, "value");
	char line[512];
	FILE *f;

	if (same(fake->die_before, value))
		kill(getpid(), SIGKILL);
	if (same(fake->fail_before, value))
		return co_err_set(err, CO_ERR_REMOTE, "no-such", "it will not be \"%s\"", value);
	if (!same(fake->no_effect, value)) {
		f = fopen(fake->ledger, "a");
		snprintf(line, sizeof(line), "%s %s %s\n", call->token ? call->token : "-", key, value);
		fputs(line, f);
		fclose(f);
	}
	if (same(fake->die_after, value))
		kill(getpid(), SIGKILL);
	if (same(fake->drop_after, value))
		return co_err_set(err, CO_ERR_UNKNOWN, "reset", "the connection was lost");
	*output = json_pack("{s:s}", "set", value);
	return CO_OK;
}

static inline int fake_get(struct fake *fake, const struct co_call *call, json_t **output)
{
	char *value = fake_value(fake, co_json_str(call->with, "key"), NULL);

	*output = json_pack("{s:s?}", "value", value);
	free(value);
	return CO_OK;
}

static inline int fake_hang(struct fake *fake, struct co_err *err)
{
	while (atomic_load(&fake->hang_until_released))
		fake_nap(5);
	atomic_fetch_add(&fake->released, 1);
	return co_err_set(err, CO_ERR_SYSTEM, "late", "too late");
}

static inline int fake_sleep(struct fake *fake, const struct co_call *call, json_t **output, struct co_err *err)
{
	json_int_t n = json_integer_value(json_object_get(call->with, "n"));
	int64_t until = co_clock_ms() + json_integer_value(json_object_get(call->with, "ms"));

	if (n < 2000)
		atomic_fetch_add(&fake->nap_calls[n], 1);
	while (co_clock_ms() < until) {
		if (co_call_should_stop(call))
			return atomic_load(call->cancelled) ? co_err_set(err, CO_ERR_SYSTEM, "interrupted", "interrupted")
							    : co_err_set(err, CO_ERR_REMOTE, "timeout", "no answer");
		fake_nap(1);
	}
	*output = json_pack("{s:I}", "n", n);
	return CO_OK;
}

static inline int fake_text(const struct co_call *call, json_t **output)
{
	json_int_t size = json_integer_value(json_object_get(call->with, "size"));
	const char *text = co_json_str(call->with, "text");
	char *big = size ? co_xcalloc((size_t)size + 1, 1) : NULL;

	if (big)
		memset(big, 'x', (size_t)size);
	*output = json_pack("{s:s}", "text", big ? big : text ? text : "");
	free(big);
	return CO_OK;
}

/* Half an answer, and a failure; "whole" is answered whole. */
static inline int fake_part(const struct co_call *call, json_t **output, struct co_err *err)
{
	const char *text = co_json_str(call->with, "text");

	*output = json_pack("{s:[s], s:s}", "read", text ? text : "", "password", "hunter2secret");
	return same(text, "whole") ? CO_OK : co_err_set(err, CO_ERR_REMOTE, "broken", "page 2: it broke");
}

/* "set" waits for a value other than "one", in three looks at most; "never" knows that it will not come. */
static inline int fake_waiter(struct fake *fake, const struct co_call *call, json_t **output)
{
	char *value = fake_value(fake, co_json_str(call->with, "key"), NULL);

	*output = json_pack("{s:s, s:i, s:i}", "state",
			    same(call->waiter, "never") ? "failure" : same(value, "one") ? "retry" : "success", "delay", 0, "attempts", 3);
	free(value);
	return CO_OK;
}

static inline int fake_do(struct fake *fake, const struct co_call *call, json_t **output, struct co_err *err)
{
	if (call->waiter)
		return fake_waiter(fake, call, output);
	if (strcmp(call->service, "set") == 0)
		return fake_set(fake, call, output, err);
	if (strcmp(call->operation, "key") == 0)
		return fake_get(fake, call, output);
	if (strcmp(call->operation, "hang") == 0)
		return fake_hang(fake, err);
	if (strcmp(call->operation, "nap") == 0)
		return fake_sleep(fake, call, output, err);
	if (strcmp(call->operation, "text") == 0)
		return fake_text(call, output);
	if (strcmp(call->operation, "part") == 0)
		return fake_part(call, output, err);
	return co_err_set(err, CO_ERR_REMOTE, "broken", "it always fails");
}

static inline int fake_call(void *state, const struct co_call *call, json_t **output, struct co_err *err)
{
	struct fake *fake = state;
	int now = atomic_fetch_add(&fake->in_flight, 1) + 1, most = atomic_load(&fake->most), rc;

	while (now > most && !atomic_compare_exchange_weak(&fake->most, &most, now))
		;
	if (fake->log[0] && !fake_is_logged(fake, call->step))
		atomic_fetch_add(&fake->unlogged, 1);
	if (atomic_fetch_add(&fake->calls, 1) + 1 == fake->die_at)
		kill(getpid(), SIGKILL);
	if (fake->cancel)
		atomic_store(fake->cancel, 1);
	rc = fake_do(fake, call, output, err);
	atomic_fetch_sub(&fake->in_flight, 1);
	return rc;
}

static inline int fake_preview(void *state, const struct co_call *call, json_t **request, struct co_err *err)
{
	(void)state;
	(void)err;
	*request = json_pack("{s:s, s:O}", "would", call->operation, "with", call->with);
	return CO_OK;
}

static inline int fake_lookup(void *state, const struct co_call *call, json_t **output, struct co_err *err)
{
	const struct fake *fake = state;

	if (!fake->can_look_up)
		return co_err_set(err, CO_ERR_UNKNOWN, "cannot-tell", "it keeps no tokens");
	if (!fake_has_token(fake, call->token))
		return co_err_set(err, CO_ERR_NO, "absent", "it did not happen");
	*output = json_object();
	return CO_OK;
}

/* A place to run plans in: catalogue, log, ledger in a directory of its own. */
struct place {
	char dir[64];
	char audit[96];
	struct fake fake;
	struct co_provider provider;
	struct co_catalog *catalog;
	struct co_providers *providers;
	struct co_audit_log *log;
	struct co_exec exec;
	struct co_pass pass;
	struct co_past past;
	struct co_run run;
	struct co_err err;
	atomic_int cancelled;
};

static struct fake *fake_of_open; /* open() takes no argument of the test's */

static inline int fake_open(void **state, const struct co_config *config, struct co_err *err)
{
	(void)config;
	(void)err;
	*state = fake_of_open;
	return CO_OK;
}

/* Beside the test programs' directory: build/co-expr. */
static inline const char *fake_helper(void)
{
	static char path[4096];
	ssize_t len = readlink("/proc/self/exe", path, sizeof(path) - 16);
	int i;

	path[len > 0 ? len : 0] = '\0';
	for (i = 0; i < 3; i++)
		*strrchr(path, '/') = '\0';
	strcat(path, "/co-expr");
	return path;
}

static inline void place_file(const struct place *p, const char *name, const char *text)
{
	char path[128];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", p->dir, name);
	f = fopen(path, "w");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

/* Opens catalogue, log and provider in the place's directory; for a second process, too. */
static inline void place_open(struct place *p)
{
	const struct co_provider *table[2] = { &p->provider, NULL };

	p->provider.name = "fake";
	p->provider.open = fake_open;
	p->provider.call = fake_call;
	p->provider.preview = fake_preview;
	p->provider.lookup = fake_lookup;
	fake_of_open = &p->fake;
	p->catalog = co_catalog_new(p->dir);
	assert_int_equal(co_providers_open(&p->providers, table, NULL, &p->err), CO_OK);
	assert_int_equal(co_audit_open(&p->log, p->audit, &p->err), CO_OK);
	p->exec = (struct co_exec){
		.pass = &p->pass,
		.catalog = p->catalog,
		.providers = p->providers,
		.helper = fake_helper(),
		.now = FAKE_NOW,
		.concurrency = 8,
		.deadline_ms = 20000,
		.step_deadline_ms = 10000,
		.output_bytes = 1 << 20,
		.cancelled = &p->cancelled,
	};
}

static inline int place_setup(void **state)
{
	struct place *p = co_xcalloc(1, sizeof(*p));

	strcpy(p->dir, "/tmp/cloudops-unit.XXXXXX");
	assert_non_null(mkdtemp(p->dir));
	snprintf(p->audit, sizeof(p->audit), "%s/audit", p->dir);
	snprintf(p->fake.ledger, sizeof(p->fake.ledger), "%s/ledger", p->dir);
	place_file(p, "fake.ops", fake_catalog);
	place_open(p);
	*state = p;
	return 0;
}

static inline void place_close(struct place *p)
{
	co_journal_free(p->exec.journal);
	co_catalog_free(p->catalog);
	co_providers_drop(p->providers);
	co_audit_close(p->log);
	co_past_clear(&p->past);
	if (p->run.doc)
		co_run_clear(&p->run);
	p->run = (struct co_run){ .doc = NULL };
}

static inline int place_teardown(void **state)
{
	struct place *p = *state;
	char command[128];

	place_close(p);
	snprintf(command, sizeof(command), "rm -rf %s", p->dir);
	assert_int_equal(system(command), 0);
	free(p);
	return 0;
}

/* JSON with ' for ", so that a plan can be read in C. */
static inline json_t *quoted(const char *text)
{
	char *copy = co_xstrdup(text), *c;
	struct co_err err = CO_ERR_INIT;
	json_t *value;

	for (c = copy; *c; c++)
		if (*c == '\'')
			*c = '"';
	value = co_json_parse(copy, strlen(copy), "test", &err);
	if (!value)
		fail_msg("%s: %s", err.message, copy);
	free(copy);
	return value;
}

/* A step with what most have: no parameters, reading, needing nothing; more overrides. */
static inline json_t *step_of(const char *id, const char *call, const char *more)
{
	json_t *step = json_pack("{s:s, s:o, s:{}, s:{}, s:s, s:[]}", "id", id, "call", quoted(call), "target", "with",
				 "access", "read", "needs");
	json_t *extra = quoted(more);

	json_object_update(step, extra);
	json_decref(extra);
	return step;
}

/* A whole document around steps, and rules, summary lines and other members of the plan as text. */
static inline json_t *doc_of(json_t *steps, const char *more)
{
	json_t *doc = quoted("{'co':'run/1','id':'" FAKE_RUN "','request':{'text':'why','by':'alice','uid':1000,"
			     "'host':'h','at':'2025-11-23T06:18:59Z','via':'tty'},"
			     "'plan':{'playbook':{'name':'test','version':1,'digest':'sha256:0'},'goal':'g','scope':['local'],"
			     "'changes':false,'params':{'limit':3},'steps':[],'findings':[],"
			     "'estimate':{'calls':1,'seconds':'1','cost_usd':'0.00','changes':0,'targets':1},"
			     "'permissions':[],'explain':[],'made_at':'2025-11-23T06:18:00Z',"
			     "'expires_at':'2025-11-23T07:18:00Z'}}");
	json_t *plan = json_object_get(doc, "plan"), *extra = quoted(more);

	json_object_set_new(plan, "steps", steps);
	json_object_update(plan, extra);
	json_decref(extra);
	return doc;
}

static inline void place_take(struct place *p, json_t *doc)
{
	if (p->run.doc)
		co_run_clear(&p->run);
	p->run = (struct co_run){ .doc = NULL };
	if (co_run_decode(&p->run, doc, &p->err) < 0)
		fail_msg("%s at %s", p->err.message, p->err.path);
	assert_int_equal(co_run_digest(&p->run, "plan", p->pass.digest, &p->err), CO_OK);
}

static inline void place_journal(struct place *p)
{
	const struct co_audit_actor actor = { .user = (char *)"root", .uid = 0, .host = (char *)"h" };
	const struct co_journal_origin origin = { FAKE_RUN, "why", p->pass.digest, &actor, FAKE_NOW };

	co_journal_free(p->exec.journal);
	p->exec.journal = co_journal_new(p->log, &origin);
}

/* Runs a document as far as the executor goes; the gate is not asked. */
static inline int place_run(struct place *p, json_t *doc)
{
	place_take(p, doc);
	place_journal(p);
	p->err = (struct co_err)CO_ERR_INIT;
	return co_exec_run(&p->exec, &p->run, &p->err);
}

/* At a pointer of the document after a run, as compact JSON; valid until the next call. */
static inline const char *shown(const struct place *p, const char *pointer)
{
	static struct co_buf text;
	json_t *value = co_json_at(p->run.doc, pointer);

	co_buf_reset(&text);
	if (!value)
		return "(none)";
	co_json_write(&text, value, CO_JSON_COMPACT);
	return co_buf_str(&text);
}

/* The members of the steps' results, as "a:done b:failed". */
static inline const char *statuses(const struct place *p)
{
	static char text[16384];
	json_t *steps = co_json_at(p->run.doc, "/execution/steps"), *step;
	size_t i, n = 0;

	text[0] = '\0';
	json_array_foreach(steps, i, step)
		n += (size_t)snprintf(text + n, sizeof(text) - n, "%s%s:%s", i ? " " : "", co_json_str(step, "id"),
				      co_json_str(step, "status"));
	return text;
}

#endif
