/* SPDX-License-Identifier: Apache-2.0 */
#include "report/report.h"

#include "report/layout.h"
#include "report/view.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

enum { INDENT = 10, BAR = 20 };

#define BOLD "\033[1m"
#define DIM "\033[2m"
#define RED "\033[31m"
#define PLAIN "\033[0m"

static const char *const severity_colours[] = { "\033[1;41;97m", "\033[1;31m", "\033[33m", "\033[36m", DIM };

struct page {
	const struct co_report_style *style;
	struct co_buf *out;
};

static void colour(const struct page *p, const char *sgr)
{
	if (p->style->colour)
		co_buf_adds(p->out, sgr);
}

/* text, wrapped, from column indent, in a colour. The indentation of the first line is written too. */
static void paragraph(const struct page *p, const char *sgr, const char *text, unsigned indent)
{
	co_buf_addf(p->out, "%*s", (int)indent, "");
	colour(p, sgr);
	co_layout_wrap(p->out, text, indent, p->style->width);
	if (p->style->colour) {
		p->out->len--; /* the colour ends before the newline */
		co_buf_adds(p->out, PLAIN "\n");
	}
}

static void labelled(const struct page *p, const char *sgr, const char *label, const char *text, unsigned indent)
{
	struct co_buf line = CO_BUF_INIT;

	co_buf_adds(&line, label);
	co_view_text(&line, text);
	paragraph(p, sgr, co_buf_str(&line), indent);
	co_buf_clear(&line);
}

/* As labelled(), on one line however long: a command or a name broken in two could not be copied. */
static void unbroken(const struct page *p, const char *sgr, const char *label, const char *text, unsigned indent)
{
	struct co_report_style style = *p->style;
	const struct page wide = { &style, p->out };

	style.width = UINT_MAX;
	labelled(&wide, sgr, label, text, indent);
}

static void blank(const struct page *p)
{
	size_t len = p->out->len;

	if (len > 1 && !(p->out->data[len - 1] == '\n' && p->out->data[len - 2] == '\n'))
		co_buf_addc(p->out, '\n');
}

static void head(const struct page *p, const struct co_run *run)
{
	struct co_buf line = CO_BUF_INIT;
	size_t len;

	if (run->request)
		labelled(p, BOLD, "", run->request->text, 0);
	co_view_understood(run, &line);
	len = line.len;
	if (len && run->plan)
		co_buf_adds(&line, "; ");
	co_view_work(run, &line);
	if (line.len)
		paragraph(p, DIM, co_buf_str(&line), 0);
	co_buf_reset(&line);
	co_view_counts(run, &line);
	if (line.len)
		paragraph(p, BOLD, co_buf_str(&line), 0);
	co_buf_clear(&line);
}

static void finding(const struct page *p, const struct co_finding *f)
{
	const char *name = co_enum_name(co_severity_names, f->severity);
	struct co_buf title = CO_BUF_INIT;

	blank(p);
	co_buf_addc(p->out, ' ');
	colour(p, severity_colours[f->severity - 1]);
	co_buf_adds(p->out, name);
	colour(p, PLAIN);
	co_buf_addf(p->out, "%*s", INDENT - 1 - (int)strlen(name), "");
	co_view_text(&title, f->title);
	colour(p, BOLD);
	co_layout_wrap(p->out, co_buf_str(&title), INDENT, p->style->width);
	co_buf_clear(&title);
	if (p->style->colour) {
		p->out->len--;
		co_buf_adds(p->out, PLAIN "\n");
	}
	labelled(p, "", "", f->because, INDENT);
	if (f->resource)
		unbroken(p, DIM, "", f->resource, INDENT);
	if (f->next)
		unbroken(p, "", "next: ", f->next, INDENT);
}

static void findings(const struct page *p, const struct co_run *run)
{
	size_t *order = co_view_order(run), i;

	for (i = 0; i < run->findings.count; i++)
		finding(p, &run->findings.items[order[i]]);
	free(order);
	if (run->execution && !run->execution->dry_run && !run->error && !run->findings.count) {
		blank(p);
		paragraph(p, "", co_view_blind(run) ? "Nothing found in what could be seen." :
						      "Nothing found that needs attention.", 0);
	}
}

/* A summary line that gets a bar: one whose name leaves room for it. */
static int has_bar(const struct page *p, const char *line, struct co_layout_gauge *gauge)
{
	return co_layout_gauge(line, gauge) && co_layout_columns(line, gauge->name_len) <= p->style->width / 4;
}

static unsigned widest_name(const struct page *p, const struct co_summary *summary)
{
	struct co_layout_gauge gauge;
	unsigned widest = 0;
	size_t i;

	for (i = 0; i < summary->text.count; i++) {
		const char *line = summary->text.items[i];

		if (has_bar(p, line, &gauge) && co_layout_columns(line, gauge.name_len) > widest)
			widest = co_layout_columns(line, gauge.name_len);
	}
	return widest;
}

static void gauge_line(const struct page *p, const char *line, const struct co_layout_gauge *gauge, unsigned widest)
{
	unsigned size = p->style->width < 60 ? BAR / 2 : BAR;
	unsigned columns = co_layout_columns(line, gauge->name_len);

	co_buf_addc(p->out, ' ');
	co_buf_add(p->out, line, gauge->name_len);
	co_buf_addf(p->out, "%*s  ", (int)(widest - columns), "");
	colour(p, gauge->percent >= 90 ? RED : DIM);
	co_layout_bar(p->out, gauge->percent, size, p->style->utf8);
	colour(p, PLAIN);
	co_buf_adds(p->out, "  ");
	co_layout_wrap(p->out, gauge->rest, widest + size + 5, p->style->width);
}

static void summary(const struct page *p, const struct co_run *run)
{
	struct co_layout_gauge gauge;
	struct co_buf line = CO_BUF_INIT;
	unsigned widest;
	size_t i;

	if (!run->summary || !run->summary->text.count)
		return;
	blank(p);
	widest = widest_name(p, run->summary);
	for (i = 0; i < run->summary->text.count; i++) {
		if (co_view_unseen(run->summary->text.items[i]))
			continue;
		co_buf_reset(&line);
		co_view_text(&line, run->summary->text.items[i]);
		if (has_bar(p, co_buf_str(&line), &gauge) && co_layout_columns(co_buf_str(&line), gauge.name_len) <= widest)
			gauge_line(p, co_buf_str(&line), &gauge, widest);
		else
			paragraph(p, "", co_buf_str(&line), 1);
	}
	co_buf_clear(&line);
}

/* What is missing stands apart: a report that saw less must not look like a good one. */
static void unseen(const struct page *p, const struct co_run *run)
{
	size_t i;

	if (!co_view_blind(run))
		return;
	blank(p);
	paragraph(p, BOLD, "Not all could be seen:", 0);
	for (i = 0; i < run->summary->text.count; i++)
		if (co_view_unseen(run->summary->text.items[i]))
			labelled(p, "", "", co_view_unseen(run->summary->text.items[i]), 1);
}

static void failed_steps(const struct page *p, const struct co_run *run)
{
	const struct co_execution *execution = run->execution;
	struct co_buf line = CO_BUF_INIT;
	size_t i, n = 0;

	for (i = 0; execution && i < execution->steps.count; i++) {
		const struct co_step_result *step = &execution->steps.items[i];

		if (!co_view_failed(step) || co_view_told(run, step))
			continue;
		if (n++ == 0) {
			blank(p);
			paragraph(p, "", "Not all could be read:", 0);
		}
		co_buf_reset(&line);
		co_view_text(&line, step->id);
		co_buf_addf(&line, " %s", co_enum_name(co_step_status_names, step->status));
		if (step->error) {
			co_buf_adds(&line, ": ");
			co_view_text(&line, step->error);
		}
		paragraph(p, "", co_buf_str(&line), 1);
	}
	co_buf_clear(&line);
}

static void planned_steps(const struct page *p, const struct co_run *run)
{
	size_t i;

	if (!run->plan || run->execution)
		return;
	blank(p);
	for (i = 0; i < run->plan->explain.count; i++)
		labelled(p, "", "- ", run->plan->explain.items[i], 1);
}

/* "reads: /proc/stat, /proc/loadavg": strings and lists of them joined, other values as JSON. */
static void add_plainly(struct co_buf *out, const json_t *value)
{
	size_t i;
	json_t *item;

	if (json_is_string(value)) {
		co_buf_adds(out, json_string_value(value));
		return;
	}
	if (!json_is_array(value)) {
		co_json_write(out, value, CO_JSON_COMPACT);
		return;
	}
	json_array_foreach(value, i, item) {
		co_buf_adds(out, i ? ", " : "");
		add_plainly(out, item);
	}
}

static int says_nothing(const json_t *value)
{
	return (json_is_array(value) && !json_array_size(value)) || (json_is_object(value) && !json_object_size(value)) ||
	       json_is_null(value);
}

static void request(const struct page *p, json_t *request)
{
	struct co_buf line = CO_BUF_INIT;
	const char *key;
	json_t *value;

	json_object_foreach(request, key, value) {
		if (says_nothing(value))
			continue;
		co_buf_reset(&line);
		co_buf_addf(&line, "%s: ", key);
		add_plainly(&line, value);
		labelled(p, DIM, "", co_buf_str(&line), 3);
	}
	co_buf_clear(&line);
}

static void requests(const struct page *p, const struct co_run *run)
{
	size_t i;

	if (!run->execution || !run->execution->dry_run)
		return;
	blank(p);
	for (i = 0; i < run->execution->steps.count; i++) {
		const struct co_step_result *step = &run->execution->steps.items[i];
		const char *sentence = co_view_explained(run, step->id);

		labelled(p, BOLD, "", sentence ? sentence : step->id, 1);
		request(p, step->output);
	}
}

static void decision(const struct page *p, const struct co_run *run)
{
	const struct co_decision *d = run->decision;
	struct co_buf line = CO_BUF_INIT;
	size_t i;

	if (!d || d->effect == CO_EFFECT_PERMIT)
		return;
	blank(p);
	if (d->effect == CO_EFFECT_FORBID)
		paragraph(p, BOLD, "Policy denies this:", 0);
	else
		co_buf_addf(p->out, "Policy asks for %lld approval%s:\n", (long long)d->approvals_required,
			    d->approvals_required == 1 ? "" : "s");
	for (i = 0; i < d->reasons.count; i++) {
		const struct co_reason *reason = &d->reasons.items[i];

		co_buf_reset(&line);
		co_view_text(&line, reason->message ? reason->message : reason->rule);
		co_buf_adds(&line, " (");
		co_view_text(&line, reason->at);
		co_buf_addc(&line, ')');
		paragraph(p, "", co_buf_str(&line), 1);
	}
	co_buf_clear(&line);
}

static void error(const struct page *p, const struct co_run *run)
{
	const struct co_run_error *e = run->error;
	struct co_buf where = CO_BUF_INIT;

	if (!e)
		return;
	blank(p);
	labelled(p, RED, "", e->message, 0);
	if (e->hint)
		labelled(p, "", "", e->hint, 0);
	co_view_text(&where, e->stage);
	co_buf_adds(&where, ": ");
	co_view_text(&where, e->code);
	if (e->path) {
		co_buf_adds(&where, " at ");
		co_view_text(&where, e->path);
	}
	paragraph(p, DIM, co_buf_str(&where), 0);
	co_buf_clear(&where);
}

static void foot(const struct page *p, const struct co_run *run)
{
	int logged = run->execution && !run->execution->dry_run;
	struct co_buf line = CO_BUF_INIT;

	blank(p);
	co_buf_addf(&line, "%s; %s %s", co_view_state(run), logged ? "co-audit --run" : "run", run->id);
	paragraph(p, DIM, co_buf_str(&line), 0);
	co_buf_clear(&line);
}

void co_report_text(const struct co_run *run, const struct co_report_style *style, struct co_buf *out)
{
	const struct page p = { style, out };

	head(&p, run);
	findings(&p, run);
	summary(&p, run);
	unseen(&p, run);
	failed_steps(&p, run);
	planned_steps(&p, run);
	requests(&p, run);
	decision(&p, run);
	error(&p, run);
	foot(&p, run);
}

int co_report_reaches(const struct co_run *run, int severity)
{
	size_t i;

	for (i = 0; i < run->findings.count; i++)
		if (run->findings.items[i].severity <= severity)
			return 1;
	return 0;
}
