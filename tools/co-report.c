/* SPDX-License-Identifier: Apache-2.0 */
/* co-report: a run document for people. */
#include "report/report.h"
#include "sys/file.h"
#include "sys/tty.h"
#include "tool.h"

#include <stdlib.h>
#include <string.h>

enum { NARROWEST = 40, WIDEST = 120 };

struct options {
	struct tool_options common;
	int json;
	int markdown;
	const char *colour;
	const char *fail_on;
	int64_t width;
};

static const struct co_opt rows[] = {
	{ 'j', "json", CO_OPT_FLAG, offsetof(struct options, json), NULL, "the outcome as one JSON object" },
	{ 'm', "markdown", CO_OPT_FLAG, offsetof(struct options, markdown), NULL, "Markdown" },
	{ 0, "color", CO_OPT_STR, offsetof(struct options, colour), "WHEN", "auto, always or never (auto)" },
	{ 0, "width", CO_OPT_INT, offsetof(struct options, width), "COLUMNS", "of text (the terminal's, or 80)" },
	{ 0, "fail-on", CO_OPT_STR, offsetof(struct options, fail_on), "SEVERITY", "exit 1 on a finding at or above it" },
	TOOL_OPTIONS(struct options),
};

static const struct co_opt_usage usage = {
	"co-report", "", "Shows run documents from standard input to people.", rows,
	"  co-intent \"why is this machine slow\" | co-plan | co-exec | co-report\n",
};

struct report {
	struct tool tool;
	struct options options;
	struct co_report_style style;
	int fail_on; /* enum co_severity; 0: never */
	size_t shown;
};

static int wants_utf8(void)
{
	const char *const names[] = { "LC_ALL", "LC_CTYPE", "LANG" };
	size_t i;

	for (i = 0; i < CO_COUNT(names); i++) {
		const char *value = getenv(names[i]);

		if (value && *value)
			return strstr(value, "UTF-8") || strstr(value, "utf8") || strstr(value, "UTF8") || strstr(value, "utf-8");
	}
	return 0;
}

/* NO_COLOR: https://no-color.org, any value that is not empty. */
static int wants_colour(const char *when)
{
	const char *no = getenv("NO_COLOR"), *term = getenv("TERM");

	if (strcmp(when, "auto") != 0)
		return strcmp(when, "always") == 0;
	return co_tty_is(1) && !(no && *no) && !(term && strcmp(term, "dumb") == 0);
}

static int read_style(struct report *r, struct co_err *err)
{
	static const char *const whens[] = { "auto", "always", "never", NULL };
	const char *when = r->options.colour ? r->options.colour : "auto";
	unsigned width = r->options.width > WIDEST ? WIDEST : (unsigned)r->options.width;

	if (!co_enum_value(whens, when)) {
		co_err_set(err, CO_ERR_USAGE, "usage", "--color does not take \"%s\"", when);
		return co_err_suggest(err, when, whens, 3);
	}
	if (r->options.fail_on) {
		r->fail_on = co_enum_value(co_severity_names, r->options.fail_on);
		if (!r->fail_on) {
			co_err_set(err, CO_ERR_USAGE, "usage", "--fail-on does not take \"%s\"", r->options.fail_on);
			return co_err_suggest(err, r->options.fail_on, co_severity_names, 5);
		}
	}
	if (!width)
		width = co_tty_width(1) < WIDEST ? co_tty_width(1) : WIDEST;
	r->style.width = width < NARROWEST ? NARROWEST : width;
	r->style.colour = wants_colour(when);
	r->style.utf8 = wants_utf8();
	return CO_OK;
}

static int write_text(struct report *r, const struct co_run *run)
{
	struct co_buf text = CO_BUF_INIT;
	struct co_err err = CO_ERR_INIT;
	int rc;

	if (r->shown++)
		co_buf_addc(&text, '\n');
	if (r->options.markdown)
		co_report_markdown(run, &text);
	else
		co_report_text(run, &r->style, &text);
	rc = co_fd_write(1, text.data, text.len, "standard output", &err);
	co_buf_clear(&text);
	return rc < 0 ? tool_fail(&r->tool, &err) : 0;
}

static int write_json(struct report *r, const struct co_run *run)
{
	json_t *report = co_report_json(run);
	int code = tool_write(&r->tool, report);

	json_decref(report);
	return code;
}

static int show(void *context, struct co_run *run)
{
	struct report *r = context;
	int code = r->options.json ? write_json(r, run) : write_text(r, run);

	if (code)
		return code;
	return run->error || (r->fail_on && co_report_reaches(run, r->fail_on));
}

int main(int argc, char **argv)
{
	static const struct co_sandbox sandbox = { 0, NULL };
	struct report report = { 0 };
	struct co_err err = CO_ERR_INIT;
	int code = tool_start(&report.tool, &usage, &report.options, argc, argv);

	if (code < 0)
		code = tool_sandbox(&report.tool, &sandbox);
	if (code < 0 && read_style(&report, &err) < 0)
		code = tool_fail(&report.tool, &err);
	if (code < 0)
		code = tool_read(&report.tool, show, &report);
	return tool_end(&report.tool, code);
}
