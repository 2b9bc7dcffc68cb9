/* SPDX-License-Identifier: Apache-2.0 */
/*
 * co-expr: the one program that links libjq, so that nothing else need fear it.
 *
 * Speaks JSON lines with expr/helper (co-expr(8)): a greeting; all programs of a
 * process, which become one jq program that dispatches on a number, because
 * libjq 1.6 parses its library of builtins at every compilation; then one
 * evaluation a line. It has no files, no environment, no clock; its memory and
 * CPU time are bounded, and its client kills it when it takes too long.
 */
#define _XOPEN_SOURCE 700 /* sigaltstack */

#include "base/opt.h"
#include "codec/canon.h"
#include "expr/expr.h"
#include "sys/file.h"
#include "sys/sandbox.h"

#include <fcntl.h>
#include <jq.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

enum {
	MEMORY = 512 * 1024 * 1024, /* address space; text takes about ten times its size as values */
	CPU_SECONDS = 120,	     /* in all; a single evaluation is timed by the client */
	RESULT_DEPTH = 60,	     /* a result stands inside a document of at most 64 */
};

static const char *const variables[] = { "params", "target", "window", "steps", "item", "targets", "now" };

#define TOO_LARGE "the result is too large"

/* The state of a session. */
struct session {
	jq_state *jq;
	jv vars;	 /* by name */
	jv programs;
	size_t output;	 /* bytes of one result */
	char *complaint; /* of the last compilation; NULL: none */
};

static int reply(const char *text, size_t len)
{
	struct co_err err = CO_ERR_INIT;

	return co_fd_write(1, text, len, "standard output", &err) < 0 ? -err.code : 0;
}

/* {"KEY":"MESSAGE"} and what follows in more. */
static int reply_text(const char *key, const char *message, const char *more)
{
	struct co_buf line = CO_BUF_INIT;
	json_t *text = json_string(message);
	int code;

	co_buf_addf(&line, "{\"%s\":", key);
	if (text)
		co_json_write(&line, text, CO_JSON_COMPACT);
	else
		co_buf_adds(&line, "\"a message that is not UTF-8\"");
	co_buf_addf(&line, "%s}\n", more);
	code = reply(line.data, line.len);
	json_decref(text);
	co_buf_clear(&line);
	return code;
}

/* libjq would print and abort. */
static void out_of_memory(void *unused)
{
	static const char line[] = "{\"limit\":\"the expression needs too much memory\",\"end\":true}\n";

	(void)unused;
	reply(line, sizeof(line) - 1);
	_exit(0);
}

/* Why a result could not be written; NULL while it can. */
struct writer {
	struct co_buf text;
	size_t most;
	const char *error;
	const char *limit;
};

/* jq knows doubles only; those that are whole come out as integers again. */
static void write_number(struct writer *w, double n)
{
	if (isnan(n)) {
		co_buf_adds(&w->text, "null");
		return;
	}
	if (isinf(n))
		n = n > 0 ? 1.7976931348623157e308 : -1.7976931348623157e308; /* as jq prints it */
	if (n == trunc(n) && fabs(n) <= (double)CO_JSON_INT_MAX) {
		co_buf_addf(&w->text, "%lld", (long long)n);
		return;
	}
	co_json_write_real(&w->text, n);
}

static void write_string(struct writer *w, jv string)
{
	size_t len = (size_t)jv_string_length_bytes(jv_copy(string));
	const char *text = jv_string_value(string);

	if (len > w->most || w->text.len > w->most - len)
		w->limit = TOO_LARGE;
	else if (memchr(text, '\0', len))
		w->error = "a string of the result holds a NUL";
	else
		co_json_write_string(&w->text, text, len);
	jv_free(string);
}

static void write_value(struct writer *w, jv value, int depth);

static void write_array(struct writer *w, jv array, int depth)
{
	int i, count = jv_array_length(jv_copy(array));

	co_buf_addc(&w->text, '[');
	for (i = 0; i < count && !w->error && !w->limit; i++) {
		if (i)
			co_buf_addc(&w->text, ',');
		write_value(w, jv_array_get(jv_copy(array), i), depth + 1);
	}
	co_buf_addc(&w->text, ']');
	jv_free(array);
}

static void write_object(struct writer *w, jv object, int depth)
{
	const char *comma = "";
	int i;

	co_buf_addc(&w->text, '{');
	for (i = jv_object_iter(object); jv_object_iter_valid(object, i) && !w->error && !w->limit;
	     i = jv_object_iter_next(object, i)) {
		co_buf_adds(&w->text, comma);
		write_string(w, jv_object_iter_key(object, i));
		co_buf_addc(&w->text, ':');
		write_value(w, jv_object_iter_value(object, i), depth + 1);
		comma = ",";
	}
	co_buf_addc(&w->text, '}');
	jv_free(object);
}

/* Takes value over. */
static void write_value(struct writer *w, jv value, int depth)
{
	if (depth > RESULT_DEPTH)
		w->limit = "the result nests too deep";
	else if (w->text.len > w->most)
		w->limit = TOO_LARGE;
	if (w->error || w->limit) {
		jv_free(value);
		return;
	}
	switch (jv_get_kind(value)) {
	case JV_KIND_ARRAY:
		write_array(w, value, depth);
		return;
	case JV_KIND_OBJECT:
		write_object(w, value, depth);
		return;
	case JV_KIND_STRING:
		write_string(w, value);
		return;
	case JV_KIND_NUMBER:
		write_number(w, jv_number_value(value));
		break;
	case JV_KIND_TRUE:
		co_buf_adds(&w->text, "true");
		break;
	case JV_KIND_FALSE:
		co_buf_adds(&w->text, "false");
		break;
	case JV_KIND_NULL:
	case JV_KIND_INVALID:
		co_buf_adds(&w->text, "null");
		break;
	}
	jv_free(value);
}

/* Notes the first complaint: "jq: error: MESSAGE at <top-level>, line 2:..." */
static void complain(void *context, jv message)
{
	static const char prefix[] = "jq: error: ";
	struct session *s = context;
	const char *text;
	size_t len;

	message = jq_format_error(message);
	text = jv_string_value(message);
	if (strncmp(text, prefix, sizeof(prefix) - 1) == 0)
		text += sizeof(prefix) - 1;
	len = strcspn(text, "\n");
	if (strstr(text, " (Unix shell quoting"))
		len = (size_t)(strstr(text, " (Unix shell quoting") - text);
	else if (strstr(text, " at <top-level>"))
		len = (size_t)(strstr(text, " at <top-level>") - text);
	if (!s->complaint)
		s->complaint = co_xmemdup(text, len);
	jv_free(message);
}

/* The definitions that a program begins with. */
struct definitions {
	const char *text;
	const char *end;
	const char *program; /* what follows */
};

static struct definitions definitions_of(const char *program)
{
	const char *text = program + strlen(CO_EXPR_DEFINITIONS), *end;

	if (strncmp(program, CO_EXPR_DEFINITIONS, strlen(CO_EXPR_DEFINITIONS)) != 0 || !(end = strstr(text, CO_EXPR_DEFINED)))
		return (struct definitions){ program, program, program };
	return (struct definitions){ text, end, end + strlen(CO_EXPR_DEFINED) };
}

/* Cuts the next one off, into its head "def NAME(...)" and its text, both new. */
static void next_definition(struct definitions *d, char **head, char **text)
{
	const char *line = d->text;

	do
		line += strcspn(line, "\n") + 1;
	while (line < d->end && strncmp(line, "def ", 4) != 0);
	*head = co_xmemdup(d->text, strcspn(d->text, ":"));
	*text = co_xmemdup(d->text, (size_t)(line - d->text));
	d->text = line;
}

/* Whether none of them is known by its head as another one. With source, those that are not known are written and known. */
static int take_definitions(struct definitions d, json_t *known, struct co_buf *source)
{
	int fits = 1;

	while (d.text < d.end) {
		const char *same;
		char *head, *text;

		next_definition(&d, &head, &text);
		same = co_json_str(known, head);
		fits &= !same || strcmp(same, text) == 0;
		if (source && !same) {
			co_buf_adds(source, text);
			json_object_set_new(known, head, json_string(text));
		}
		free(head);
		free(text);
	}
	return fits;
}

/*
 * Definitions of many programs are compiled once, before all. Whatever one of them uses stands before it in
 * the same program, so they may stand in the order in which they are met.
 */
static void hoist_definitions(struct co_buf *source, json_t *known, jv programs, int first, int end)
{
	for (; first < end; first++) {
		jv program = jv_array_get(jv_copy(programs), first);
		struct definitions d = definitions_of(jv_string_value(program));

		if (take_definitions(d, known, NULL))
			take_definitions(d, known, source);
		jv_free(program);
	}
}

/* "if" in a balanced tree: dispatching takes few steps, and the source nests little. */
static void add_choice(struct co_buf *source, json_t *known, jv programs, int first, int end)
{
	int middle = first + (end - first) / 2;

	if (end - first == 1) {
		jv program = jv_array_get(jv_copy(programs), first);
		struct definitions d = definitions_of(jv_string_value(program));

		co_buf_addf(source, "(\n%s\n)", take_definitions(d, known, NULL) ? d.program : jv_string_value(program));
		jv_free(program);
		return;
	}
	co_buf_addf(source, "if $__program < %d then ", middle);
	add_choice(source, known, programs, first, middle);
	co_buf_adds(source, " else ");
	add_choice(source, known, programs, middle, end);
	co_buf_adds(source, " end");
}

/* Compiles the programs from first up to end into one; 1 if jq takes them. */
static int compile(struct session *s, int first, int end)
{
	struct co_buf source = CO_BUF_INIT;
	json_t *known = json_object();
	size_t i;
	int ok;

	free(s->complaint);
	s->complaint = NULL;
	co_buf_adds(&source, ".program as $__program | ");
	for (i = 0; i < CO_COUNT(variables); i++)
		co_buf_addf(&source, ".vars.%s as $%s | ", variables[i], variables[i]);
	co_buf_adds(&source, ".input | ");
	hoist_definitions(&source, known, s->programs, first, end);
	add_choice(&source, known, s->programs, first, end);
	ok = jq_compile(s->jq, source.data);
	json_decref(known);
	co_buf_clear(&source);
	return ok;
}

/* Halves the programs until the first that does not compile is alone. */
static int first_bad(struct session *s, int first, int end)
{
	while (end - first > 1) {
		int middle = first + (end - first) / 2;

		if (compile(s, first, middle))
			first = middle;
		else
			end = middle;
	}
	compile(s, first, end);
	return first;
}

static int set_up(struct session *s, jv request)
{
	char more[32];
	jv output;
	int count;

	s->programs = jv_object_get(jv_copy(request), jv_string("programs"));
	output = jv_object_get(request, jv_string("output"));
	if (jv_get_kind(s->programs) != JV_KIND_ARRAY || jv_get_kind(output) != JV_KIND_NUMBER)
		return reply_text("error", "the first line is not {\"programs\":[...],\"output\":N}", "");
	s->output = (size_t)jv_number_value(output);
	count = jv_array_length(jv_copy(s->programs));
	if (count && !compile(s, 0, count)) {
		snprintf(more, sizeof(more), ",\"bad\":%d", first_bad(s, 0, count));
		return reply_text("error", s->complaint ? s->complaint : "does not compile", more);
	}
	return reply("{\"ok\":true}\n", 12);
}

/* What the program failed with: usually a string. */
static int reply_failure(jv message)
{
	int code;

	if (jv_get_kind(message) != JV_KIND_STRING)
		message = jv_dump_string(message, 0);
	code = reply_text("error", jv_string_value(message), "");
	jv_free(message);
	return code;
}

static int evaluate(struct session *s, jv input)
{
	struct writer w = { .text = CO_BUF_INIT, .most = s->output };
	const char *comma = "";
	jv value;
	int code;

	co_buf_adds(&w.text, "{\"out\":[");
	jq_start(s->jq, input, 0);
	for (value = jq_next(s->jq); jv_is_valid(value); value = jq_next(s->jq)) {
		co_buf_adds(&w.text, comma);
		write_value(&w, value, 1);
		comma = ",";
		if (w.error || w.limit)
			break;
	}
	co_buf_adds(&w.text, "]}\n");
	if (w.limit || w.error) {
		value = jv_null(); /* was written, and so taken over */
		code = reply_text(w.limit ? "limit" : "error", w.limit ? w.limit : w.error, "");
	} else if (jv_invalid_has_msg(jv_copy(value))) {
		code = reply_failure(jv_invalid_get_msg(jv_copy(value)));
	} else {
		code = reply(w.text.data, w.text.len);
	}
	jv_free(value);
	co_buf_clear(&w.text);
	return code;
}

static int handle(struct session *s, jv request)
{
	jv put = jv_object_get(jv_copy(request), jv_string("put"));

	if (jv_get_kind(put) == JV_KIND_OBJECT)
		s->vars = jv_object_merge(s->vars, put);
	else
		jv_free(put);
	return evaluate(s, jv_object_set(request, jv_string("vars"), jv_copy(s->vars)));
}

/* Lines of standard input, to its end. */
static int serve(struct session *s)
{
	char *line = NULL;
	size_t size = 0;
	ssize_t len;
	int code = 0, first = 1;

	while (code == 0 && (len = getline(&line, &size, stdin)) > 0) {
		jv request = jv_parse_sized(line, (int)len);

		if (jv_get_kind(request) != JV_KIND_OBJECT) {
			jv_free(request);
			code = reply_text("error", "a line is no JSON object", "");
			break;
		}
		code = first ? set_up(s, request) : handle(s, request);
		first = 0;
	}
	free(line);
	return code;
}

/*
 * What libjq would look up by itself is settled here: no home directory to hold
 * a ~/.jq, and UTC as the zone, for which there are no files in the sandbox.
 */
static void limit_process(void)
{
	const struct rlimit cpu = { CPU_SECONDS, CPU_SECONDS };

	unsetenv("HOME");
	setenv("TZ", "UTC0", 1);
	tzset();
	setrlimit(RLIMIT_CPU, &cpu);
#ifndef CO_SANITIZER /* whose shadow memory alone is more address space */
	setrlimit(RLIMIT_AS, &(const struct rlimit){ MEMORY, MEMORY });
#endif
}

/*
 * libjq prints before it aborts; who started us hears of it as an error. The
 * sandbox of who started us may not open /dev/null for writing, and a pipe's
 * reading end takes nothing either.
 */
static void silence(void)
{
	dup2(0, 2);
}

/*
 * libjq recurses without limit to free what nests deep. Where it aborts, the
 * sandbox ends the process before a handler could: raising a signal is forbidden.
 */
static void stack_overflow(int signal)
{
	static const char line[] = "{\"limit\":\"the expression nests too deep\",\"end\":true}\n";
	ssize_t ignored = write(1, line, sizeof(line) - 1);

	(void)ignored;
	(void)signal;
	_exit(0);
}

static void catch_overflow(void *stack, size_t size)
{
	struct sigaction action = { .sa_handler = stack_overflow, .sa_flags = SA_ONSTACK };

	sigemptyset(&action.sa_mask);
	sigaltstack(&(const stack_t){ .ss_sp = stack, .ss_size = size }, NULL);
	sigaction(SIGSEGV, &action, NULL);
}

static int run(void)
{
	struct session s = { .vars = jv_object(), .programs = jv_null() };
	int code;

	s.jq = jq_init();
	if (!s.jq)
		return reply_text("error", "libjq does not start", "");
	jq_set_error_cb(s.jq, complain, &s);
	jq_set_nomem_handler(s.jq, out_of_memory, NULL);
	code = reply("{\"ready\":true}\n", 15);
	if (code == 0)
		code = serve(&s);
	jq_teardown(&s.jq);
	jv_free(s.programs);
	jv_free(s.vars);
	free(s.complaint);
	return code;
}

struct options {
	int help;
	int version;
	const char *probe;
};

static const struct co_opt options[] = {
	{ 'h', "help", CO_OPT_FLAG, offsetof(struct options, help), NULL, "this text" },
	{ 'V', "version", CO_OPT_FLAG, offsetof(struct options, version), NULL, "the version" },
	{ 0, "sandbox-probe", CO_OPT_STR, offsetof(struct options, probe), "ACT", NULL },
	{ 0, NULL, CO_OPT_FLAG, 0, NULL, NULL },
};

static const struct co_opt_usage usage = {
	"co-expr", "", "evaluate jq expressions for the other programs; started by them, not by hand", options, NULL,
};

static int say(const struct options *o)
{
	struct co_buf text = CO_BUF_INIT;
	int code;

	if (o->help)
		co_opt_help(&usage, &text);
	else
		co_buf_addf(&text, "co-expr %s\n", CO_VERSION);
	code = reply(text.data, text.len);
	co_buf_clear(&text);
	return code;
}

static int fail(const struct co_err *err)
{
	struct co_buf text = CO_BUF_INIT;

	co_buf_adds(&text, "co-expr: ");
	co_err_format(err, &text);
	fprintf(stderr, "%s\n", co_buf_str(&text));
	co_buf_clear(&text);
	return -err->code;
}

int main(int argc, char **argv)
{
#ifdef CO_SANITIZER /* the leak checker reads its own symbols */
	static const struct co_sandbox_path paths[] = { { "/", CO_ALLOW_OPEN_READ }, { NULL, 0 } };
#else
	static const struct co_sandbox_path *const paths = NULL;
#endif
	const struct co_sandbox nothing = { 0, paths };
	struct co_err err = CO_ERR_INIT;
	struct options o = { 0 };
	char stack[65536];
	int first;

	co_fd_guard_standard();
	if (co_opt_parse(options, &o, argc, argv, &first, &err) < 0)
		return fail(&err);
	if (first < argc) {
		co_err_set(&err, CO_ERR_USAGE, "usage", "unexpected operand \"%s\"", argv[first]);
		return fail(&err);
	}
	if (o.help || o.version)
		return say(&o);
	limit_process();
	json_object_seed(1); /* jansson would open a file for a better one; time is bounded anyway */
	if (!o.probe) {
		catch_overflow(stack, sizeof(stack));
		silence();
	}
	if (co_sandbox_enter(&nothing, &err) < 0)
		return o.probe ? fail(&err) : reply_text("error", err.message, "");
	if (o.probe)
		return co_sandbox_probe(o.probe, &err) < 0 ? fail(&err) : 0;
	return run();
}
