/* SPDX-License-Identifier: Apache-2.0 */
#include "exec/exec.h"

#include "base/time.h"
#include "catalog/price.h"
#include "exec/change.h"
#include "exec/evidence.h"
#include "exec/findings.h"
#include "exec/mask.h"
#include "exec/replay.h"
#include "exec/schedule.h"
#include "exec/wire.h"
#include "sys/clock.h"

#include <stdlib.h>
#include <string.h>

static void state_init(struct co_state *state, const struct co_exec *exec, const struct co_run *run)
{
	struct co_wire *wire = co_wire_new(exec->providers, exec->replay, (size_t)exec->output_bytes);
	size_t i;

	*state = (struct co_state){
		.exec = exec,
		.run = run,
		.plan = run->plan,
		.count = run->plan->steps.count,
		.begun = co_clock_ms(),
	};
	state->deadline = state->begun + exec->deadline_ms;
	state->slots = co_xcalloc(state->count, sizeof(*state->slots));
	state->index = json_object();
	for (i = 0; i < state->count; i++) {
		struct co_slot *slot = &state->slots[i];

		slot->step = &run->plan->steps.items[i];
		slot->binding = exec->replay ? NULL : co_providers_find(exec->providers, slot->step->call.items[0]);
		slot->result.id = co_xstrdup(slot->step->id);
		json_object_set_new_nocheck(state->index, slot->step->id, json_integer((json_int_t)i));
	}
	if (run->plan->window)
		state->window = co_shape_encode(&co_window_shape, run->plan->window);
	co_expressions_init(&state->expressions, exec->helper);
	state->flights = co_flights_new(co_wire_call, wire, co_wire_free);
}

static void state_clear(struct co_state *state)
{
	size_t i;

	for (i = 0; i < state->count; i++) {
		struct co_slot *slot = &state->slots[i];

		json_decref(slot->withs);
		json_decref(slot->answers);
		json_decref(slot->pieces);
		json_decref(slot->partial);
		json_decref(slot->output);
		json_decref(slot->fresh);
		json_decref(slot->undo);
		free(slot->result.id);
		free(slot->result.evidence);
		free(slot->result.error_code);
		free(slot->result.error);
		free(slot->refused);
	}
	free(state->slots);
	json_decref(state->index);
	json_decref(state->window);
	co_expressions_clear(&state->expressions);
	co_flights_free(state->flights);
}

static size_t changed(const struct co_state *state)
{
	size_t i, n = 0;

	for (i = 0; i < state->count; i++)
		n += state->slots[i].changed != 0;
	return n;
}

/* A foreach over nothing is done, and says nothing. */
static int was_read(const struct co_slot *slot)
{
	return slot->result.status == CO_STEP_DONE && (slot->landed || !slot->step->foreach);
}

static int seen(const struct co_state *state)
{
	size_t i;

	for (i = 0; i < state->count; i++)
		if (was_read(&state->slots[i]) || state->slots[i].partial)
			return 1;
	return 0;
}

/* Optional steps may fail, but not all that there are: a run that has read nothing is no clean bill of health. */
static void check_read(struct co_state *state)
{
	const struct co_slot *first = NULL;
	size_t i;

	if (state->stop != CO_GOING || state->failure.code)
		return;
	for (i = 0; i < state->count; i++) {
		const struct co_slot *slot = &state->slots[i];

		if (was_read(slot))
			return;
		if (!first && slot->result.status == CO_STEP_FAILED)
			first = slot;
	}
	if (!first)
		return;
	state->failure = first->failure;
	co_state_blame(state, first, "nothing-read", &state->failure);
	co_err_wrap(&state->failure, "nothing could be read");
}

/* The status of the whole run (safety.md, Execution). */
static int status_of(const struct co_state *state, const struct co_findings *findings)
{
	if (state->stop == CO_STOP_IN_DOUBT)
		return CO_STATUS_IN_DOUBT;
	if (state->stop == CO_GOING && state->failure.code)
		return seen(state) ? CO_STATUS_PARTIAL : CO_STATUS_FAILED;
	if (state->stop == CO_GOING)
		return findings->broken ? CO_STATUS_PARTIAL : CO_STATUS_DONE;
	if (changed(state))
		return CO_STATUS_PARTIAL;
	if (state->undone)
		return CO_STATUS_ROLLED_BACK;
	return state->stop == CO_STOP_REFUSED ? CO_STATUS_REFUSED : CO_STATUS_FAILED;
}

static void check_providers(struct co_state *state)
{
	struct co_err err = CO_ERR_INIT;
	size_t i;

	for (i = 0; i < state->count && !state->exec->replay; i++) {
		struct co_slot *slot = &state->slots[i];

		if (slot->binding)
			continue;
		co_err_set(&err, CO_ERR_INPUT, "no-provider", "co-exec has no provider \"%s\"",
			   slot->step->call.items[0]);
		co_state_stop(state, CO_STOP_FAILED, co_state_blame(state, slot, "no-provider", &err));
	}
}

/* The first record; also, for a plan of reads that policy wanted approved, its single use. */
static void begin(struct co_state *state)
{
	const struct co_exec *exec = state->exec;
	struct co_err err = CO_ERR_INIT;

	co_journal_start(exec->journal, state->plan, (size_t)exec->pass->verdict.counted, exec->past != NULL);
	if (!state->plan->changes && co_gate_use(exec->pass, exec->journal, &err) < 0)
		co_state_stop(state, CO_STOP_REFUSED, &err);
	state->used = exec->past && exec->past->used;
	if (exec->past && exec->past->rolling_back)
		co_change_roll_on(state);
}

static void refuse(void *context, size_t step, const struct co_err *why)
{
	struct co_state *state = context;
	struct co_slot *slot = &state->slots[step];

	if (slot->refused)
		return;
	slot->refused = co_xmalloc(sizeof(*slot->refused));
	*slot->refused = *why;
}

/*
 * What the far side would not allow is refused before any of it is done: a plan with changes as a whole, of
 * one that only reads the steps. A run that goes on was reviewed when it began.
 */
static void review(struct co_state *state)
{
	const struct co_exec *exec = state->exec;
	const struct co_review review = {
		.plan = state->plan,
		.deadline = co_clock_ms() + exec->step_deadline_ms,
		.cancelled = exec->cancelled,
		.refuse = refuse,
		.context = state,
	};
	struct co_err err = CO_ERR_INIT;
	int rc;

	if (state->stop != CO_GOING || exec->past)
		return;
	rc = co_providers_review(exec->providers, &review, &err);
	if (rc < 0)
		co_state_stop(state, rc == CO_ERR_NO ? CO_STOP_REFUSED : CO_STOP_FAILED, &err);
}

static void end(struct co_state *state, int status)
{
	struct co_err err = CO_ERR_INIT;

	co_journal_end(state->exec->journal, co_enum_name(co_status_names, status), state->calls);
	if (co_journal_sync(state->exec->journal, &err) < 0)
		co_state_stop(state, CO_STOP_JOURNAL, &err);
}

/* Times are the caller's clock; a replay has those of the recorded run. */
static void set_times(struct co_state *state, struct co_execution *execution)
{
	const struct co_exec *exec = state->exec;
	struct co_replay_times times = { exec->now, co_state_time(state) };
	struct co_err err = CO_ERR_INIT;
	int rc = CO_OK;

	if (exec->replay)
		rc = co_replay_find_times(exec->replay, exec->pass->digest, &times, &err);
	else if (exec->record)
		rc = co_replay_keep_times(exec->record, exec->pass->digest, &times, &err);
	if (rc < 0)
		co_state_stop(state, CO_STOP_JOURNAL, &err);
	execution->started = times.started;
	execution->ended = times.ended;
}

/* What the document shows of each step: its output, or where that is kept. */
static void keep_outputs(struct co_state *state)
{
	struct co_err err = CO_ERR_INIT;
	size_t i;

	for (i = 0; i < state->count; i++) {
		struct co_slot *slot = &state->slots[i];
		json_t *output = slot->partial ? slot->partial : slot->output;

		slot->result.partial = slot->partial != NULL;
		slot->result.truncated = slot->beyond > 0;
		if (!output)
			continue;
		if (state->exec->evidence && co_evidence_keep(state->exec->evidence, output, &slot->result.evidence, &err) < 0)
			co_state_stop(state, CO_STOP_JOURNAL, &err);
		if (!slot->result.evidence)
			slot->result.output = output;
	}
}

static char *cost_of(const struct co_state *state)
{
	int64_t price = 0;
	size_t i;

	for (i = 0; i < state->count; i++) {
		const struct co_slot *slot = &state->slots[i];

		price += slot->result.attempts * co_price_of(state->exec->catalog, slot->step->call.items, slot->step->call.count);
	}
	return co_price_text(price);
}

static json_t *encode(struct co_state *state, int status)
{
	struct co_execution execution = {
		.status = status,
		.plan = (char *)state->exec->pass->digest,
		.calls = state->calls,
		.cost_usd = cost_of(state),
	};
	json_t *encoded, *steps;
	size_t i;

	set_times(state, &execution);
	keep_outputs(state);
	encoded = co_shape_encode(&co_execution_shape, &execution);
	steps = json_array();
	for (i = 0; i < state->count; i++)
		json_array_append_new(steps, co_shape_encode(&co_step_result_shape, &state->slots[i].result));
	json_object_set_new(encoded, "steps", steps);
	free(execution.cost_usd);
	return encoded;
}

static int failed(const struct co_state *state, const struct co_findings *findings, struct co_err *err)
{
	if (state->failure.code) {
		if (err)
			*err = state->failure;
		return state->failure.code;
	}
	if (findings->broken) {
		if (err)
			*err = findings->failure;
		return findings->failure.code;
	}
	return CO_OK;
}

/*
 * Findings are made from whatever there is, unless somebody wanted out. jq starts
 * only now: compiling while the reads run would be seen by those that sample this host.
 */
static void find(struct co_state *state, struct co_findings *findings)
{
	struct co_err err = CO_ERR_INIT;

	if (state->stop == CO_STOP_INTERRUPTED || state->stop == CO_STOP_JOURNAL)
		return;
	co_findings_prepare(findings, state->plan, state->exec->helper);
	if (co_findings_make(findings, state, &err) < 0)
		co_state_stop(state, CO_STOP_INTERRUPTED, &err);
}

int co_exec_run(const struct co_exec *exec, struct co_run *run, struct co_err *err)
{
	struct co_findings findings = { .broken = 0 };
	struct co_state state;
	int rc, status;

	state_init(&state, exec, run);
	rc = co_schedule_prepare(&state, err);
	if (rc < 0) {
		state_clear(&state);
		return rc;
	}
	check_providers(&state);
	co_providers_admit(exec->providers, run->plan, run->id);
	if (state.stop == CO_GOING)
		begin(&state);
	review(&state);
	co_schedule_run(&state);
	check_read(&state);
	find(&state, &findings);
	status = status_of(&state, &findings);
	end(&state, status);
	co_run_set(run, "execution", encode(&state, status));
	co_run_set(run, "findings", co_findings_encode(&findings));
	co_run_set(run, "summary", co_shape_encode(&co_summary_shape, &findings.summary));
	rc = failed(&state, &findings, err);
	co_findings_clear(&findings);
	state_clear(&state);
	return rc;
}
