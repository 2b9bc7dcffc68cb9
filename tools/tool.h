/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tool: what every main has in common.
 *
 * A main is: a table of options, tool_start(), tool_sandbox(), and either
 * tool_filter() (a stage of the pipe) or work of its own. Time, randomness and
 * the environment enter here and are passed down.
 */
#ifndef CO_TOOL_H
#define CO_TOOL_H

#include "base/opt.h"
#include "config/config.h"
#include "run/run.h"
#include "sys/sandbox.h"

/* First member of every tool's options struct. */
struct tool_options {
	int compact;
	int pretty;
	int help;
	int version;
	const char *now;   /* RFC 3339, for reproducible runs */
	const char *probe; /* hidden: see co_sandbox_probe() */
};

/* Their rows, for the end of the table; type has them as its member "common". */
#define TOOL_OPTIONS(type)                                                                                    \
	{ 'c', "compact", CO_OPT_FLAG, offsetof(type, common.compact), NULL, "one line a document" },         \
	{ 'p', "pretty", CO_OPT_FLAG, offsetof(type, common.pretty), NULL, "indented documents" },            \
	{ 0, "now", CO_OPT_STR, offsetof(type, common.now), "TIME", "pretend it is TIME (RFC 3339)" },         \
	{ 'h', "help", CO_OPT_FLAG, offsetof(type, common.help), NULL, "this text" },                         \
	{ 'V', "version", CO_OPT_FLAG, offsetof(type, common.version), NULL, "the version" },                 \
	{ 0, "sandbox-probe", CO_OPT_STR, offsetof(type, common.probe), "ACT", NULL },                        \
	{ 0, NULL, CO_OPT_FLAG, 0, NULL, NULL }

struct tool {
	const struct co_opt_usage *usage;
	struct tool_options *options;
	int argc;	/* operands: argv[first..argc-1] */
	char **argv;
	int first;
	int64_t now;	/* wall clock, seconds */
	int64_t now_ms; /* the same, milliseconds */
	struct co_config config;
};

/*
 * Guards descriptors 0-2, ignores SIGPIPE and SIGXFSZ, parses the command line into the
 * struct at options, answers --help and --version, reads the clock. Returns -1
 * to go on, else the exit code to end with.
 */
int tool_start(struct tool *tool, const struct co_opt_usage *usage, void *options, int argc, char **argv);

/* Reads the configuration; returns a CO_ERR_* . */
int tool_config(struct tool *tool, struct co_err *err);

/*
 * Closes the sandbox around the rest of the process, and runs --sandbox-probe
 * if it was given. Returns -1 to go on, else the exit code to end with.
 */
int tool_sandbox(struct tool *tool, const struct co_sandbox *sandbox);

/*
 * Gives each document of standard input, decoded, to take(), which returns an
 * exit code. Returns the gravest of all; a document that is none ends the reading.
 */
typedef int tool_take(void *context, struct co_run *run);
int tool_read(struct tool *tool, tool_take *take, void *context);

/*
 * The same, and calls pause() whenever all documents that have arrived were
 * given: before it waits for more, and at the end. What it returns counts as an exit code, too.
 */
typedef int tool_pause(void *context);
int tool_read_batches(struct tool *tool, tool_take *take, tool_pause *pause, void *context);

/*
 * Handles one document; adds its section with co_run_set(). A failure is written
 * into the document as "error", and decides the exit code.
 */
typedef int tool_stage(void *context, struct co_run *run, struct co_err *err);

/*
 * Runs a stage over standard input. A document that holds an error already is
 * passed on unchanged (exit 1) unless pass_errors is set. Output is written only
 * when complete. Returns the exit code: the gravest of all documents'.
 */
int tool_filter(struct tool *tool, tool_stage *stage, void *context, int pass_errors);

/* Writes a document to standard output in the style of -c and -p; the exit code, 0 when written. */
int tool_write(struct tool *tool, const json_t *doc);

/* The same for the document that a struct is. */
int tool_write_shape(struct tool *tool, const struct co_shape *shape, const void *in);

/* The same for a document written before, as one compact line: written again only if the style is another. */
int tool_write_line(struct tool *tool, const json_t *doc, const struct co_buf *line);

/* Prints "co-plan: MESSAGE" to standard error; the exit code that err stands for. */
int tool_fail(const struct tool *tool, const struct co_err *err);

/* Ends: frees, and checks that standard output could be closed. Returns the final exit code. */
int tool_end(struct tool *tool, int code);

/*
 * Who runs this program, by its real uid and the user database; "uid-1000" when
 * that has no name for it. A failed look-up ends the process with exit code 4.
 */
void tool_user(char *name, size_t size);

/* This host's name; "" when it has none. */
void tool_host(char *name, size_t size);

/* What time it is now, in seconds; what --now says, when it was given. */
int64_t tool_time(const struct tool *tool);

/* Random bytes from the kernel. */
void tool_random(void *out, size_t len);

#endif
