/* SPDX-License-Identifier: Apache-2.0 */
#include "report/report.h"

#include "report/view.h"

#include <stdlib.h>
#include <string.h>

/*
 * True for a character that CommonMark, or GitHub's tables, strike-through and
 * autolinks (http://, www., a@b), could read as mark-up where it stands.
 */
static int is_mark_up(const char *start, const char *p)
{
	if (strchr("\\`*_[]<>#|~&@", *p))
		return 1;
	if (p == start)
		return strchr("-+=", *p) != NULL;
	return (*p == ':' && p[1] == '/') || (*p == '.' && (p[-1] == 'w' || p[-1] == 'W')) ||
	       ((*p == '.' || *p == ')') && strspn(start, "0123456789") == (size_t)(p - start));
}

/* Escaped text that Markdown shows as it is. */
static void mark(struct co_buf *out, const char *text)
{
	struct co_buf clean = CO_BUF_INIT;
	const char *start, *p;

	co_view_text(&clean, text);
	start = co_buf_str(&clean);
	for (p = start; *p; p++) {
		if (is_mark_up(start, p))
			co_buf_addc(out, '\\');
		co_buf_addc(out, *p);
	}
	co_buf_clear(&clean);
}

static void line(struct co_buf *out, const char *before, const char *text, const char *after)
{
	co_buf_adds(out, before);
	mark(out, text);
	co_buf_adds(out, after);
}

/* Text as code: a fence longer than any run of back-quotes in it (CommonMark 6.1). */
static void code(struct co_buf *out, const char *text)
{
	struct co_buf clean = CO_BUF_INIT;
	size_t run = 0, longest = 0, i;
	const char *p;

	co_view_text(&clean, text);
	for (p = co_buf_str(&clean); *p; p++) {
		run = *p == '`' ? run + 1 : 0;
		longest = run > longest ? run : longest;
	}
	for (i = 0; i <= longest; i++)
		co_buf_addc(out, '`');
	co_buf_addf(out, " %s ", co_buf_str(&clean));
	for (i = 0; i <= longest; i++)
		co_buf_addc(out, '`');
	co_buf_clear(&clean);
}

static void item(struct co_buf *out, const char *before, const char *text)
{
	if (!text)
		return;
	co_buf_adds(out, before);
	code(out, text);
	co_buf_addc(out, '\n');
}

static void head(const struct co_run *run, struct co_buf *out)
{
	struct co_buf text = CO_BUF_INIT;

	line(out, "# ", run->request ? run->request->text : run->id, "\n\n");
	co_view_understood(run, &text);
	if (text.len && run->plan)
		co_buf_adds(&text, "; ");
	co_view_work(run, &text);
	if (text.len)
		line(out, "", co_buf_str(&text), "\n\n");
	co_buf_reset(&text);
	co_view_counts(run, &text);
	if (text.len)
		line(out, "**", co_buf_str(&text), "**\n\n");
	co_buf_clear(&text);
}

static void findings(const struct co_run *run, struct co_buf *out)
{
	size_t *order = co_view_order(run), i;

	for (i = 0; i < run->findings.count; i++) {
		const struct co_finding *f = &run->findings.items[order[i]];

		co_buf_addf(out, "## %s: ", co_enum_name(co_severity_names, f->severity));
		line(out, "", f->title, "\n\n");
		line(out, "", f->because, "\n\n");
		item(out, "- resource: ", f->resource);
		item(out, "- next: ", f->next);
		if (f->resource || f->next)
			co_buf_addc(out, '\n');
	}
	if (run->execution && !run->execution->dry_run && !run->error && !run->findings.count)
		co_buf_adds(out, co_view_blind(run) ? "Nothing found in what could be seen.\n\n" :
						      "Nothing found that needs attention.\n\n");
	free(order);
}

/* The lines of the summary of one kind, under a heading: what was seen, or what was not. */
static void lines(const struct co_run *run, const char *heading, int unseen, struct co_buf *out)
{
	size_t i, n = 0;

	for (i = 0; run->summary && i < run->summary->text.count; i++) {
		const char *text = run->summary->text.items[i], *what = co_view_unseen(text);

		if (!what != !unseen)
			continue;
		if (n++ == 0)
			co_buf_addf(out, "## %s\n\n", heading);
		line(out, "- ", what ? what : text, "\n");
	}
	if (n)
		co_buf_addc(out, '\n');
}

static void failed(const struct co_run *run, struct co_buf *out)
{
	size_t i, n = 0;

	for (i = 0; run->execution && i < run->execution->steps.count; i++) {
		const struct co_step_result *step = &run->execution->steps.items[i];

		if (!co_view_failed(step) || co_view_told(run, step))
			continue;
		if (n++ == 0)
			co_buf_adds(out, "## not all could be read\n\n| step | status | error |\n|---|---|---|\n");
		line(out, "| ", step->id, " | ");
		line(out, "", co_enum_name(co_step_status_names, step->status), " | ");
		line(out, "", step->error, " |\n");
	}
	if (n)
		co_buf_addc(out, '\n');
}

static void plan(const struct co_run *run, struct co_buf *out)
{
	size_t i;

	if (!run->plan || run->execution)
		return;
	co_buf_adds(out, "## plan\n\n");
	for (i = 0; i < run->plan->explain.count; i++)
		line(out, "1. ", run->plan->explain.items[i], "\n");
	co_buf_addc(out, '\n');
}

static void decision(const struct co_run *run, struct co_buf *out)
{
	const struct co_decision *d = run->decision;
	size_t i;

	if (!d || d->effect == CO_EFFECT_PERMIT)
		return;
	co_buf_addf(out, "## policy: %s\n\n", co_enum_name(co_effect_names, d->effect));
	for (i = 0; i < d->reasons.count; i++) {
		line(out, "- ", d->reasons.items[i].message ? d->reasons.items[i].message : d->reasons.items[i].rule, " ");
		code(out, d->reasons.items[i].at);
		co_buf_addc(out, '\n');
	}
	co_buf_addc(out, '\n');
}

void co_report_markdown(const struct co_run *run, struct co_buf *out)
{
	head(run, out);
	findings(run, out);
	lines(run, "summary", 0, out);
	lines(run, "not all could be seen", 1, out);
	failed(run, out);
	plan(run, out);
	decision(run, out);
	if (run->error) {
		line(out, "**", run->error->message, "**\n\n");
		if (run->error->hint)
			line(out, "", run->error->hint, "\n\n");
	}
	co_buf_addf(out, "%s; run ", co_view_state(run));
	code(out, run->id);
	co_buf_addc(out, '\n');
}
