/* SPDX-License-Identifier: Apache-2.0 */
#include "report/view.h"

#include "base/escape.h"
#include "base/time.h"

#include <string.h>

void co_view_text(struct co_buf *out, const char *text)
{
	if (text)
		co_escape(out, text, strlen(text));
}

static void add_value(struct co_buf *out, const json_t *value)
{
	size_t i;
	json_t *item;

	if (json_is_string(value))
		co_view_text(out, json_string_value(value));
	else if (json_is_integer(value))
		co_buf_addf(out, "%lld", (long long)json_integer_value(value));
	json_array_foreach(value, i, item) {
		if (i)
			co_buf_adds(out, ", ");
		add_value(out, item);
	}
}

static int is_this_host(json_t *target)
{
	const char *provider = co_json_str(target, "provider");

	return provider && strcmp(provider, "local") == 0 && !json_object_get(target, "host");
}

static void add_target(struct co_buf *out, json_t *target)
{
	const char *slot;
	json_t *value;

	if (is_this_host(target))
		co_buf_adds(out, " on this host");
	json_object_foreach(target, slot, value) {
		if (strcmp(slot, "provider") == 0)
			continue;
		co_buf_adds(out, ", ");
		co_view_text(out, slot);
		co_buf_addc(out, ' ');
		add_value(out, value);
	}
}

void co_view_understood(const struct co_run *run, struct co_buf *out)
{
	const struct co_intent *intent = run->intent;
	char since[CO_TIME_LEN + 1], until[CO_TIME_LEN + 1];

	if (!intent)
		return;
	co_buf_adds(out, co_enum_name(co_verb_names, intent->verb));
	if (intent->action) {
		co_buf_addc(out, ' ');
		co_view_text(out, intent->action);
	}
	co_buf_addc(out, ' ');
	co_view_text(out, intent->subject);
	add_target(out, intent->target);
	if (intent->window) {
		co_time_format(since, intent->window->since);
		co_time_format(until, intent->window->until);
		co_buf_addf(out, ", %s to %s", since, until);
	}
}

/* A run's own time: wall seconds are too coarse for a short one, so its slowest chain is not guessed. */
static int64_t longest_step(const struct co_execution *execution)
{
	int64_t ms = 0;
	size_t i;

	for (i = 0; i < execution->steps.count; i++)
		if (execution->steps.items[i].ms > ms)
			ms = execution->steps.items[i].ms;
	return ms;
}

static void add_duration(struct co_buf *out, const struct co_execution *execution)
{
	int64_t ms = longest_step(execution), whole = (execution->ended - execution->started) * 1000;

	ms = whole > ms ? whole : ms;
	co_buf_addf(out, " in %lld.%lld s", (long long)(ms / 1000), (long long)(ms % 1000 / 100));
}

void co_view_work(const struct co_run *run, struct co_buf *out)
{
	if (!run->plan)
		return;
	co_view_text(out, run->plan->playbook->name);
	if (run->execution) {
		co_buf_addf(out, ", %lld call%s", (long long)run->execution->calls, run->execution->calls == 1 ? "" : "s");
		if (run->execution->calls)
			add_duration(out, run->execution);
		return;
	}
	co_buf_addf(out, ", %lld call%s, about ", (long long)run->plan->estimate->calls,
		    run->plan->estimate->calls == 1 ? "" : "s");
	co_view_text(out, run->plan->estimate->seconds);
	co_buf_adds(out, " s");
}

const char *co_view_state(const struct co_run *run)
{
	if (run->execution && run->execution->dry_run)
		return "dry run: nothing was sent";
	if (run->execution)
		return co_enum_name(co_status_names, run->execution->status);
	if (run->error)
		return run->intent ? "not done" : "not understood";
	if (run->decision && run->decision->effect == CO_EFFECT_FORBID)
		return "denied by policy";
	if (run->decision && run->decision->effect == CO_EFFECT_APPROVE &&
	    run->approvals.count < (size_t)run->decision->approvals_required)
		return "waits for approval";
	if (run->decision)
		return "permitted, not run";
	return run->plan ? "planned, not run" : "understood";
}

size_t *co_view_order(const struct co_run *run)
{
	size_t *order = co_xcalloc(run->findings.count, sizeof(*order)), i, n = 0;
	int severity;

	for (severity = CO_SEVERITY_CRITICAL; severity <= CO_SEVERITY_INFO; severity++)
		for (i = 0; i < run->findings.count; i++)
			if (run->findings.items[i].severity == severity)
				order[n++] = i;
	return order;
}

int co_view_failed(const struct co_step_result *step)
{
	return step->status != CO_STEP_DONE && step->status != CO_STEP_SKIPPED;
}

const char *co_view_unseen(const char *line)
{
	static const char start[] = "not seen: ";

	return strncmp(line, start, sizeof(start) - 1) == 0 ? line + sizeof(start) - 1 : NULL;
}

int co_view_blind(const struct co_run *run)
{
	size_t i;

	for (i = 0; run->summary && i < run->summary->text.count; i++)
		if (co_view_unseen(run->summary->text.items[i]))
			return 1;
	return 0;
}

void co_view_counts(const struct co_run *run, struct co_buf *out)
{
	size_t i, n;
	int severity;

	for (severity = CO_SEVERITY_CRITICAL; run->findings.count > 3 && severity <= CO_SEVERITY_INFO; severity++) {
		for (i = 0, n = 0; i < run->findings.count; i++)
			n += run->findings.items[i].severity == severity;
		if (n)
			co_buf_addf(out, "%s%zu %s", out->len ? ", " : "", n, co_enum_name(co_severity_names, severity));
	}
}

int co_view_told(const struct co_run *run, const struct co_step_result *step)
{
	size_t i;

	if (!co_view_blind(run))
		return 0;
	for (i = 0; run->plan && i < run->plan->steps.count; i++)
		if (strcmp(run->plan->steps.items[i].id, step->id) == 0)
			return !co_access_changes(run->plan->steps.items[i].access);
	return 0;
}

const char *co_view_explained(const struct co_run *run, const char *step)
{
	const struct co_plan *plan = run->plan;
	size_t i;

	for (i = 0; plan && i < plan->steps.count && i < plan->explain.count; i++)
		if (strcmp(plan->steps.items[i].id, step) == 0)
			return plan->explain.items[i];
	return NULL;
}
