/* SPDX-License-Identifier: Apache-2.0 */
/* co-intent: a sentence into a run document with "request" and "intent". */
#include "base/id.h"
#include "base/time.h"
#include "config/place.h"
#include "intent/outside/alert.h"
#include "intent/ask.h"
#include "intent/words/index.h"
#include "intent/lint.h"
#include "intent/parse.h"
#include "intent/understand.h"
#include "run/stream.h"
#include "sys/atomicfile.h"
#include "sys/file.h"
#include "sys/tty.h"
#include "tool.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

struct options {
	struct tool_options common;
	int batch;
	int explain;
	int interactive;
	int examples;
	int cross_check;
	const char *parser;
	const char *from;
	const char *environment;
	const char *check;
	const char *compile;
	const char *output;
	const char *id;
};

static const struct co_opt rows[] = {
	{ 'b', "batch", CO_OPT_FLAG, offsetof(struct options, batch), NULL,
	  "every line of input is a sentence" },
	{ 'e', "explain", CO_OPT_FLAG, offsetof(struct options, explain), NULL,
	  "say on standard error what was understood, and why" },
	{ 'i', "interactive", CO_OPT_FLAG, offsetof(struct options, interactive), NULL,
	  "ask at the terminal for what a sentence lacks" },
	{ 0, "parser", CO_OPT_STR, offsetof(struct options, parser), "rules|model",
	  "who understands: the model if one is configured" },
	{ 0, "cross-check", CO_OPT_FLAG, offsetof(struct options, cross_check), NULL,
	  "the parser and the model must agree" },
	{ 0, "from", CO_OPT_STR, offsetof(struct options, from), "SOURCE",
	  "input is alerts: alertmanager, cloudwatch, pagerduty" },
	{ 0, "environment", CO_OPT_STR, offsetof(struct options, environment), "NAME",
	  "the sentence is about this environment alone" },
	{ 0, "examples", CO_OPT_FLAG, offsetof(struct options, examples), NULL, "show what can be asked" },
	{ 0, "check", CO_OPT_MAYBE, offsetof(struct options, check), "FILE",
	  "check the vocabulary, or FILE, and run its examples" },
	{ 0, "compile", CO_OPT_STR, offsetof(struct options, compile), "FILE",
	  "write the index of a vocabulary FILE, or of votes" },
	{ 0, "output", CO_OPT_STR, offsetof(struct options, output), "FILE",
	  "with --compile: where to (beside it)" },
	{ 0, "id", CO_OPT_STR, offsetof(struct options, id), "ULID", "the run's id, for reproducible runs" },
	TOOL_OPTIONS(struct options),
};

static const struct co_opt_usage usage = {
	"co-intent",
	"[WORD ...]",
	"Understands a sentence, from the operands or standard input.",
	rows,
	"  co-intent \"why is this machine slow\" | co-plan | co-policy | co-exec | co-report\n",
};

struct intent_tool {
	struct tool tool;
	struct options options;
	struct co_vocabulary *vocabulary;
	struct co_votes votes;
	int tty; /* for --interactive */
	struct co_names *names;
	struct co_mappings mappings;
	struct co_parser_input input;
	struct co_asker asker;
	struct co_reader reader;
	struct co_zone zone;
	struct co_request request; /* all but the text */
	char user[256], host[256];
	char trace[256];
};

/* ---- what is read before the sandbox closes */

static int64_t zone_offset(void *context, int64_t utc)
{
	time_t t = (time_t)utc;
	struct tm local;

	(void)context;
	if (!localtime_r(&t, &local))
		return 0;
	return co_days_from_date(local.tm_year + 1900, local.tm_mon + 1, local.tm_mday) * 86400 +
	       local.tm_hour * 3600 + local.tm_min * 60 + local.tm_sec - utc;
}

/* The index made by `make install` lies beside the file; that of `make` beside the programs. */
static char *index_of(const struct co_config *config, const char *name)
{
	char *index = co_config_place_join(NULL, co_config_path(config, "playbooks"), name);

	if (access(index, R_OK) == 0 || !config->helper_dir)
		return index;
	free(index);
	return co_config_place_join(NULL, config->helper_dir, name);
}

static int load_shipped(struct intent_tool *t, struct co_err *err)
{
	const struct co_config *config = &t->tool.config;
	const char *playbooks = co_config_path(config, "playbooks");
	char *yaml = co_config_place_join(NULL, playbooks, "vocabulary.yaml");
	char *votes = co_config_place_join(NULL, playbooks, "vocabulary.votes");
	char *index = index_of(config, "vocabulary.index"), *votes_index = index_of(config, "votes.index");
	int rc = co_vocabulary_load(t->vocabulary, yaml, index, err);

	if (rc == CO_OK && access(votes, F_OK) == 0)
		rc = co_votes_open(&t->votes, votes, votes_index, err);
	free(yaml);
	free(index);
	free(votes);
	free(votes_index);
	return rc;
}

static int load_vocabulary(struct intent_tool *t, struct co_err *err)
{
	const struct co_config *config = &t->tool.config;
	int rc = load_shipped(t, err);
	size_t i;

	for (i = config->playbooks.count; i-- > 0 && rc == CO_OK;) {
		char *yaml = co_xasprintf("%s/vocabulary.yaml", config->playbooks.items[i]);
		char *index = co_xasprintf("%s/vocabulary.index", config->playbooks.items[i]);

		if (access(yaml, F_OK) == 0)
			rc = co_vocabulary_load(t->vocabulary, yaml, index, err);
		free(yaml);
		free(index);
	}
	return rc;
}

/* Mappings of alerts: the user's and the site's, then the shipped one. */
static int load_mappings(struct intent_tool *t, struct co_err *err)
{
	const struct co_config *config = &t->tool.config;
	int rc = CO_OK;
	size_t i;

	if (!t->options.from && !t->options.check)
		return CO_OK;
	for (i = 0; i <= config->playbooks.count && rc == CO_OK; i++) {
		int shipped = i == config->playbooks.count;
		char *path = co_xasprintf("%s/alerts.yaml", shipped ? co_config_path(config, "playbooks") :
								      config->playbooks.items[i]);

		if (shipped || access(path, F_OK) == 0)
			rc = co_mapping_load(&t->mappings, path, t->vocabulary, err);
		free(path);
	}
	return rc;
}

static int check_environment(const struct intent_tool *t, struct co_err *err)
{
	const struct co_config *config = &t->tool.config;
	size_t i;

	if (!t->options.environment)
		return CO_OK;
	for (i = 0; i < config->environments.count; i++)
		if (strcmp(config->environments.items[i].name, t->options.environment) == 0)
			return CO_OK;
	co_err_set(err, CO_ERR_USAGE, "unknown-environment", "there is no environment \"%s\"",
		   t->options.environment);
	return co_err_hint(err, "see \"environments\" in co-config(5)");
}

/* Is the model to be asked? */
static int wants_model(const struct intent_tool *t, struct co_err *err)
{
	const char *parser = t->options.parser;

	if (parser && strcmp(parser, "rules") != 0 && strcmp(parser, "model") != 0)
		return co_err_set(err, CO_ERR_USAGE, "usage", "--parser is rules or model, not \"%s\"", parser);
	if (t->tool.config.model)
		return t->options.cross_check || !parser || strcmp(parser, "model") == 0;
	if (!t->options.cross_check && (!parser || strcmp(parser, "rules") == 0))
		return 0;
	co_err_set(err, CO_ERR_USAGE, "usage", "no model is configured");
	return co_err_hint(err, "see model in co-config(5)");
}

/* What was in it is in use or read; the key of the model, which may be in it, is co-model's now. */
static void wipe_environment(void)
{
	char **variable;

	for (variable = environ; *variable; variable++)
		memset(*variable, 0, strlen(*variable));
}

/* It is started here because nothing can be started, nor any socket opened, once the sandbox is closed. */
static int start_model(struct intent_tool *t, struct co_err *err)
{
	const struct co_config *config = &t->tool.config;
	int wanted = wants_model(t, err), rc;
	int64_t timeout;
	char *program;

	t->reader = (struct co_reader){ .input = &t->input, .cross_check = t->options.cross_check };
	if (wanted < 0 || !wanted || t->options.check || t->options.examples || t->options.from)
		return wanted < 0 ? wanted : CO_OK;
	program = co_xasprintf("%s/co-model", config->helper_dir);
	co_duration_parse(&timeout, config->model->timeout);
	rc = co_asker_start(&t->asker, program, (const char *const *)environ, timeout, err);
	t->reader.asker = &t->asker;
	t->reader.fall_back = strcmp(config->model->fallback, "rules") == 0;
	wipe_environment();
	free(program);
	return rc;
}

static int prepare(struct intent_tool *t, struct co_err *err)
{
	const char *trace = getenv("TRACEPARENT");

	if (trace && strlen(trace) < sizeof(t->trace))
		memcpy(t->trace, trace, strlen(trace) + 1);
	if (t->options.id && !co_id_valid(t->options.id))
		return co_err_set(err, CO_ERR_USAGE, "usage", "--id \"%s\" is not a ULID", t->options.id);
	if (tool_config(&t->tool, err) < 0 || check_environment(t, err) < 0)
		return err->code;
	if (t->options.interactive && co_tty_open(&t->tty, err) < 0)
		return err->code;
	t->vocabulary = co_vocabulary_new();
	if (load_vocabulary(t, err) < 0)
		return err->code;
	if (load_mappings(t, err) < 0)
		return err->code;
	if (t->options.check && *t->options.check &&
	    co_vocabulary_load(t->vocabulary, t->options.check, NULL, err) < 0)
		return err->code;
	t->names = co_names_new(&t->tool.config);
	tzset();
	tool_user(t->user, sizeof(t->user));
	tool_host(t->host, sizeof(t->host));
	t->zone.offset = zone_offset;
	t->input = (struct co_parser_input){ .vocabulary = t->vocabulary,
					      .votes = &t->votes,
					      .names = t->names,
					      .zone = &t->zone,
					      .now = t->tool.now,
					      .host = t->host,
					      .scope = t->options.environment };
	t->request = (struct co_request){ .by = t->user,
					   .uid = getuid(),
					   .host = t->host,
					   .at = t->tool.now,
					   .via = co_tty_is(0) ? CO_VIA_TTY : CO_VIA_PIPE,
					   .trace = *t->trace ? t->trace : NULL };
	return start_model(t, err);
}

/* ---- one sentence */

static void make_id(const struct intent_tool *t, char id[CO_ID_LEN + 1])
{
	unsigned char random[CO_ID_RANDOM];

	if (t->options.id) {
		memcpy(id, t->options.id, CO_ID_LEN + 1);
		return;
	}
	tool_random(random, sizeof(random));
	co_id_make(id, t->tool.now_ms, random);
}

static int explain(const struct intent_tool *t, const struct co_run *run)
{
	struct co_buf text = CO_BUF_INIT;
	struct co_err err = CO_ERR_INIT;
	int code = 0;

	if (!t->options.explain || !run->intent)
		return 0;
	co_parse_explain(run->intent, run->request->text, &text);
	if (co_fd_write(2, text.data, text.len, "standard error", &err) < 0)
		code = tool_fail(&t->tool, &err);
	co_buf_clear(&text);
	return code;
}

/* What is typed at the terminal goes into text. */
static int understand_or_ask(struct intent_tool *t, struct co_buf *text, struct co_intent *intent, struct co_err *err)
{
	int rc = co_understand(&t->reader, text->data, text->len, intent, err);

	if (rc == CO_ERR_NO && t->options.interactive && strcmp(err->id, "unclear") == 0)
		rc = co_ask(&t->reader, t->tty, text, intent, err);
	return rc;
}

/* Input that is no sentence at all makes no document. */
static int understand(struct intent_tool *t, const char *sentence, size_t len)
{
	struct co_buf text = CO_BUF_INIT;
	struct co_request request = t->request;
	struct co_intent intent = { 0 };
	char id[CO_ID_LEN + 1], format[] = CO_RUN_FORMAT;
	struct co_run run = { .format = format, .id = id, .request = &request };
	struct co_err err = CO_ERR_INIT;
	int code = 0, written, rc;

	co_buf_add(&text, sentence, len);
	co_buf_str(&text);
	rc = understand_or_ask(t, &text, &intent, &err);

	if (rc < 0)
		code = tool_fail(&t->tool, &err);
	if (rc < 0 && rc != CO_ERR_NO && strncmp(err.id, "model-", 6) != 0) {
		co_buf_clear(&text);
		return code;
	}
	make_id(t, id);
	request.text = co_xstrdup(co_buf_str(&text));
	run.intent = rc == CO_OK ? &intent : NULL;
	if (rc < 0)
		co_run_set_error(&run, "co-intent", &err);
	written = tool_write_shape(&t->tool, &co_run_shape, &run);
	if (!written)
		written = explain(t, &run);
	if (run.error)
		co_shape_clear(&co_run_error_shape, run.error);
	free(run.error);
	free(request.text);
	co_buf_clear(&text);
	co_shape_clear(&co_intent_shape, &intent);
	return written ? written : code;
}

static size_t trimmed(const char *text, size_t len)
{
	while (len && (text[len - 1] == '\n' || text[len - 1] == '\r' || text[len - 1] == ' '))
		len--;
	return len;
}

static int from_operands(struct intent_tool *t)
{
	struct co_buf text = CO_BUF_INIT;
	int i, code;

	for (i = t->tool.first; i < t->tool.argc; i++) {
		if (i > t->tool.first)
			co_buf_addc(&text, ' ');
		co_buf_adds(&text, t->tool.argv[i]);
	}
	code = understand(t, co_buf_str(&text), text.len);
	co_buf_clear(&text);
	return code;
}

static int from_input(struct intent_tool *t)
{
	struct co_buf text = CO_BUF_INIT;
	struct co_err err = CO_ERR_INIT;
	int code;

	if (co_fd_read(0, 64 * 1024, "standard input", &text, &err) < 0)
		code = tool_fail(&t->tool, &err);
	else
		code = understand(t, co_buf_str(&text), trimmed(text.data, text.len));
	co_buf_clear(&text);
	return code;
}

static int blank(const char *line, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if (!strchr(" \t\r", line[i]) || !line[i])
			return 0;
	return 1;
}

/* A line without its end; of one that is too long, just enough to be refused. -1 at the end of input. */
static int read_line(char line[CO_SENTENCE_BYTES + 1], size_t *len)
{
	int c;

	*len = 0;
	while ((c = getc_unlocked(stdin)) != EOF && c != '\n')
		if (*len <= CO_SENTENCE_BYTES)
			line[(*len)++] = (char)c;
	return c == EOF && !*len ? -1 : 0;
}

/* --batch: a sentence a line; the gravest exit code of all. */
static int from_lines(struct intent_tool *t)
{
	char line[CO_SENTENCE_BYTES + 1];
	struct co_err err = CO_ERR_INIT;
	size_t len, seen = 0;
	int code, worst = 0;

	while (read_line(line, &len) == 0) {
		if (blank(line, len))
			continue;
		seen++;
		code = understand(t, line, trimmed(line, len));
		worst = code > worst ? code : worst;
	}
	if (ferror(stdin)) {
		co_err_sys(&err, errno, "cannot read standard input");
		return tool_fail(&t->tool, &err);
	}
	if (!seen && !worst)
		worst = understand(t, "", 0);
	return worst;
}

/* ---- --from: alerts */

static int write_alert(struct intent_tool *t, struct co_intent *intent)
{
	struct co_request request = t->request;
	char id[CO_ID_LEN + 1], format[] = CO_RUN_FORMAT;
	struct co_run run = { .format = format, .id = id, .request = &request, .intent = intent };
	int code;

	make_id(t, id);
	request.via = CO_VIA_ALERT;
	request.text = co_alert_sentence(t->options.from, intent);
	code = tool_write_shape(&t->tool, &co_run_shape, &run);
	if (!code)
		code = explain(t, &run);
	free(request.text);
	return code;
}

static int take_payload(struct intent_tool *t, json_t *payload)
{
	struct co_alert_intents found = { NULL, 0, 0, 0 };
	struct co_err err = CO_ERR_INIT;
	int code = 0;
	size_t i;

	if (co_alert_read(&t->input, &t->mappings, t->options.from, payload, &found, &err) < 0)
		code = tool_fail(&t->tool, &err);
	for (i = 0; i < found.count && !code; i++)
		code = write_alert(t, &found.items[i]);
	co_alert_intents_clear(&found);
	return code;
}

/* Payloads one after another; the gravest exit code of all. */
static int from_alerts(struct intent_tool *t)
{
	struct co_err err = CO_ERR_INIT;
	struct co_stream stream;
	char bytes[65536];
	json_t *payload;
	int rc, code, worst = 0;
	ssize_t n;

	co_stream_init(&stream, "standard input");
	while ((rc = co_stream_next(&stream, &payload, &err)) >= 0) {
		if (rc > 0) {
			code = take_payload(t, payload);
			json_decref(payload);
			worst = code > worst ? code : worst;
			continue;
		}
		if (stream.ended)
			break;
		n = read(0, bytes, sizeof(bytes));
		if (n > 0)
			co_stream_feed(&stream, bytes, (size_t)n);
		else if (n == 0)
			co_stream_end(&stream);
		else if (errno != EINTR && (rc = co_err_sys(&err, errno, "cannot read standard input")) < 0)
			break;
	}
	if (rc < 0)
		worst = tool_fail(&t->tool, &err);
	co_stream_clear(&stream);
	return worst;
}

/* ---- the vocabulary itself */

static int show(const struct intent_tool *t, int fd, struct co_buf *text, int code)
{
	struct co_err err = CO_ERR_INIT;

	if (text->len &&
	    co_fd_write(fd, text->data, text->len, fd == 1 ? "standard output" : "standard error", &err) < 0)
		code = tool_fail(&t->tool, &err);
	co_buf_clear(text);
	return code;
}

static int show_examples(const struct intent_tool *t)
{
	struct co_buf text = CO_BUF_INIT;

	co_lint_list(t->vocabulary, &text);
	return show(t, 1, &text, 0);
}

static int run_check(struct intent_tool *t)
{
	struct co_buf text = CO_BUF_INIT;
	struct co_err err = CO_ERR_INIT;

	if (co_lint_check(&t->input, &text, &err) < 0 || co_alert_check(&t->input, &t->mappings, &text, &err) < 0)
		return show(t, 1, &text, tool_fail(&t->tool, &err));
	return show(t, 1, &text, 0);
}

static int compile(struct intent_tool *t)
{
	const char *path = t->options.compile, *slash = strrchr(path, '/');
	char *beside = co_xasprintf("%.*s%s", slash ? (int)(slash + 1 - path) : 0, path, co_index_name(path));
	struct co_buf index = CO_BUF_INIT;
	struct co_err err = CO_ERR_INIT;
	int rc = co_index_make(path, &index, &err);

	if (rc == CO_OK)
		rc = co_file_replace(t->options.output ? t->options.output : beside, index.data, index.len,
				     0644, &err);
	co_buf_clear(&index);
	free(beside);
	return rc < 0 ? tool_fail(&t->tool, &err) : 0;
}

static int work(struct intent_tool *t)
{
	if (t->options.check)
		return run_check(t);
	if (t->options.examples)
		return show_examples(t);
	if (t->options.from)
		return from_alerts(t);
	if (t->options.batch)
		return from_lines(t);
	return t->tool.first < t->tool.argc ? from_operands(t) : from_input(t);
}

int main(int argc, char **argv)
{
	static const struct co_sandbox sandbox = { 0, NULL };
	struct intent_tool t = { .asker = CO_ASKER_INIT };
	struct co_err err = CO_ERR_INIT;
	int code = tool_start(&t.tool, &usage, &t.options, argc, argv);

	if (code < 0 && t.options.compile) {
		code = compile(&t);
		return tool_end(&t.tool, code);
	}
	if (code < 0 && prepare(&t, &err) < 0)
		code = tool_fail(&t.tool, &err);
	if (code < 0)
		code = tool_sandbox(&t.tool, &sandbox);
	if (code < 0)
		code = work(&t);
	co_asker_leave(&t.asker);
	co_mappings_clear(&t.mappings);
	co_vocabulary_free(t.vocabulary);
	co_votes_close(&t.votes);
	co_names_free(t.names);
	return tool_end(&t.tool, code);
}
