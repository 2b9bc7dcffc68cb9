/* SPDX-License-Identifier: Apache-2.0 */
#include "exec/schedule.h"

#include "exec/change.h"
#include "exec/partial.h"
#include "exec/replay.h"
#include "exec/scope.h"
#include "sys/clock.h"

#include <stdlib.h>
#include <string.h>

enum {
	TICK_MS = 100,		/* how often an interrupt is looked for */
	INTERRUPT_MS = 1000,	/* what running reads are given to end in */
	QUEUE_MAX = 64,		/* results that wait for a sync */
};

static int add_step(struct co_expressions *e, const struct co_step *step, struct co_err *err)
{
	size_t i;
	int rc = co_expressions_add(e, step->when, CO_TEMPLATE, err);

	if (rc == CO_OK)
		rc = co_expressions_add(e, step->foreach, CO_PROGRAM, err);
	if (rc == CO_OK)
		rc = co_expressions_add_all(e, step->with, err);
	for (i = 0; rc == CO_OK && i < step->require.count; i++)
		rc = co_expressions_add(e, step->require.items[i], CO_TEMPLATE, err);
	for (i = 0; rc == CO_OK && i < step->no_downtime.count; i++)
		rc = co_expressions_add(e, step->no_downtime.items[i], CO_TEMPLATE, err);
	if (rc == CO_OK && step->verify) {
		rc = co_expressions_add(e, step->verify->until, CO_TEMPLATE, err);
		if (rc == CO_OK)
			rc = co_expressions_add_all(e, step->verify->with, err);
	}
	if (rc == CO_OK && step->undo)
		rc = co_expressions_add_all(e, step->undo->with, err);
	return rc;
}

int co_schedule_prepare(struct co_state *state, struct co_err *err)
{
	size_t i;
	int rc;

	for (i = 0; i < state->count; i++) {
		rc = add_step(&state->expressions, state->slots[i].step, err);
		if (rc < 0)
			return co_err_wrap(err, "step \"%s\"", state->slots[i].step->id), rc;
	}
	return co_expressions_compile(&state->expressions, NULL, err);
}

int co_schedule_with(struct co_state *state, char *const words[3], json_t *with, json_t *vars, json_t **out,
		     struct co_err *err)
{
	const char *const call[3] = { words[0], words[1], words[2] };
	struct co_operation operation = { 0 };
	json_t *filled = NULL;
	int rc = co_expressions_fill(&state->expressions, with, NULL, vars, &filled, err);

	if (rc == CO_OK)
		rc = co_catalog_find(state->exec->catalog, call, &operation, err);
	if (rc == CO_OK) {
		co_json_drop_nulls(filled); /* co-playbook(5) */
		rc = co_operation_check(&operation, filled, out, err);
		co_operation_clear(&operation);
	}
	json_decref(filled);
	return rc;
}

/* How far the needs of a step are. */
enum needs { NEEDS_OPEN, NEEDS_MET, NEEDS_FAILED };

static enum needs needs_of(const struct co_state *state, const struct co_slot *slot, const char **failed)
{
	const struct co_step *step = slot->step;
	enum needs needs = NEEDS_MET;
	size_t i;

	for (i = 0; i < step->needs.count; i++) {
		const struct co_slot *need = co_state_slot(state, step->needs.items[i]);

		if (!need || need->phase != CO_PHASE_ENDED) {
			needs = NEEDS_OPEN;
			continue;
		}
		if (need->result.status == CO_STEP_DONE || need->result.status == CO_STEP_SKIPPED)
			continue;
		/* A read that failed lowers what can be said; it never lets a change happen. */
		if (need->step->optional && !co_access_changes(step->access))
			continue;
		*failed = need->step->id;
		return NEEDS_FAILED;
	}
	return needs;
}

static void skip(struct co_slot *slot, int status, const char *id, const char *why)
{
	struct co_err err = CO_ERR_INIT;

	co_err_set(&err, CO_ERR_SYSTEM, id, "%s", why);
	co_slot_end(slot, status, NULL, &err);
}

/* A read is skipped; a planned change that cannot be made is a refusal, not a detail. */
static void end_for_need(struct co_state *state, struct co_slot *slot, const char *need)
{
	struct co_err err = CO_ERR_INIT;

	co_err_set(&err, CO_ERR_NO, "needs", "it needs \"%s\", which failed", need);
	if (co_access_changes(slot->step->access))
		co_change_refuse(state, slot, &err);
	else
		co_slot_end(slot, CO_STEP_SKIPPED, NULL, &err);
}

static struct co_journal_call journal_call(const struct co_slot *slot)
{
	size_t calls = json_array_size(slot->withs);

	return (struct co_journal_call){
		.step = slot->step->id,
		.role = CO_ROLE_STEP,
		.words = slot->step->call.items,
		.target = slot->step->target,
		.with = calls == 1 ? json_array_get(slot->withs, 0) : slot->withs,
		.calls = calls,
	};
}

/*
 * A step that failed, unless it is optional, fails the run. It ends a run that changes
 * something; one that only reads goes on, as other targets have their own answers.
 */
static void fail(struct co_state *state, struct co_slot *slot, const struct co_err *why)
{
	struct co_err err = *why;

	slot->failure = *why;
	co_slot_end(slot, CO_STEP_FAILED, NULL, why);
	if (slot->step->optional)
		return;
	co_state_blame(state, slot, "step-failed", &err);
	if (state->plan->changes)
		co_state_stop(state, CO_STOP_FAILED, &err);
	else if (!state->failure.code)
		state->failure = err;
}

static int add_with(struct co_state *state, struct co_slot *slot, json_t *item, struct co_err *err)
{
	json_t *vars = co_scope_of_step(state, slot, item), *with = NULL;
	int rc = co_schedule_with(state, slot->step->call.items, slot->step->with, vars, &with, err);

	json_decref(vars);
	if (rc == CO_OK)
		json_array_append_new(slot->withs, with);
	return rc;
}

static int add_items(struct co_state *state, struct co_slot *slot, json_t *vars, struct co_err *err)
{
	json_t *items, *item;
	size_t i;
	int rc = co_expressions_value(&state->expressions, slot->step->foreach, CO_PROGRAM, NULL, vars, &items, err);

	if (rc < 0)
		return rc;
	if (slot->step->limit && json_array_size(items) > (size_t)slot->step->limit)
		slot->beyond = json_array_size(items) - (size_t)slot->step->limit;
	else if (json_array_size(items) > CO_FOREACH_ITEMS)
		rc = co_err_set(err, CO_ERR_INPUT, "too-many-items", "foreach gave %zu items; at most %d are allowed",
				json_array_size(items), CO_FOREACH_ITEMS);
	json_array_foreach(items, i, item)
		if (rc == CO_OK && i < json_array_size(items) - slot->beyond)
			rc = add_with(state, slot, item, err);
	json_decref(items);
	return rc;
}

/* Evaluates what the step depends on: its condition, its items, its parameters. */
static int evaluate(struct co_state *state, struct co_slot *slot, int *wanted, struct co_err *err)
{
	json_t *vars = co_scope_of_step(state, slot, NULL);
	int rc = CO_OK;

	*wanted = 1;
	slot->withs = json_array();
	slot->answers = json_array();
	if (slot->step->when)
		rc = co_expressions_truth(&state->expressions, slot->step->when, NULL, vars, wanted, err);
	if (rc == CO_OK && *wanted)
		rc = slot->step->foreach ? add_items(state, slot, vars, err) : add_with(state, slot, NULL, err);
	json_decref(vars);
	return rc;
}

static void prepare(struct co_state *state, struct co_slot *slot)
{
	struct co_err err = CO_ERR_INIT;
	struct co_journal_call call;
	int wanted;

	if (evaluate(state, slot, &wanted, &err) < 0) {
		fail(state, slot, &err);
		return;
	}
	if (!wanted) {
		co_slot_end(slot, CO_STEP_SKIPPED, NULL, NULL);
		return;
	}
	if (slot->step->foreach && !json_array_size(slot->withs)) {
		co_slot_end(slot, CO_STEP_DONE, json_array(), NULL);
		return;
	}
	slot->phase = CO_PHASE_READY;
	call = journal_call(slot);
	co_journal_intent(state->exec->journal, &call);
}

/* Brings all steps on as far as their needs allow. Returns whether anything moved. */
static int advance(struct co_state *state)
{
	size_t i;
	int moved = 0;

	for (i = 0; i < state->count && state->stop == CO_GOING; i++) {
		struct co_slot *slot = &state->slots[i];
		const char *need = NULL;
		enum needs needs;

		if (slot->phase != CO_PHASE_WAITING)
			continue;
		needs = needs_of(state, slot, &need);
		if (co_access_changes(slot->step->access))
			continue;
		if (needs == NEEDS_FAILED)
			end_for_need(state, slot, need);
		else if (needs == NEEDS_MET)
			prepare(state, slot);
		moved |= slot->phase != CO_PHASE_WAITING;
	}
	return moved;
}

/* Calls in the air to the same service of the same provider. */
static size_t busy(const struct co_state *state, const struct co_slot *slot)
{
	size_t i, n = 0;

	for (i = 0; i < state->count; i++) {
		const struct co_slot *other = &state->slots[i];

		if (other->phase == CO_PHASE_READY && other->binding == slot->binding &&
		    strcmp(other->step->call.items[1], slot->step->call.items[1]) == 0)
			n += other->started - other->landed;
	}
	return n;
}

static int has_room(const struct co_state *state, const struct co_slot *slot)
{
	unsigned bound = slot->binding ? slot->binding->provider->bound : 0;

	if (co_flights_count(state->flights) >= (size_t)state->exec->concurrency)
		return 0;
	return !bound || busy(state, slot) < bound;
}

static void start_call(struct co_state *state, struct co_slot *slot)
{
	struct co_departure departure = co_state_departure(state, slot, slot->step->call.items,
							    json_array_get(slot->withs, slot->started));
	struct co_err err = CO_ERR_INIT;

	departure.slot = (size_t)(slot - state->slots);
	departure.item = slot->started;
	departure.nth = slot->nth;
	if (co_flights_start(state->flights, &departure, &err) < 0) {
		fail(state, slot, &err);
		return;
	}
	json_array_append_new(slot->answers, json_null());
	slot->started++;
	slot->nth++;
	slot->result.attempts++;
	state->calls++;
}

static void record(struct co_state *state, struct co_slot *slot, struct co_departure *departure,
		   const struct co_landing *landing)
{
	struct co_err err = CO_ERR_INIT;

	if (state->exec->record && co_replay_keep(state->exec->record, departure, landing, &err) < 0) {
		co_err_wrap(&err, "cannot record step \"%s\"", slot->step->id);
		co_state_stop(state, CO_STOP_JOURNAL, &err);
	}
}

static const char *status_name(const struct co_slot *slot)
{
	return co_enum_name(co_step_status_names, slot->result.status);
}

static void end_done(struct co_slot *slot)
{
	json_t *output = slot->step->foreach ? slot->answers : json_array_get(slot->answers, 0);

	if (slot->beyond && !slot->failure.code)
		co_err_set(&slot->failure, CO_ERR_REMOTE, "cut", "only %zu of %zu items were asked for, as the playbook limits it",
			   slot->landed, slot->landed + slot->beyond);
	co_slot_end(slot, CO_STEP_DONE, json_incref(output), &slot->failure);
}

/* Calls that were not made, as the run is over. */
static void miss(const struct co_state *state, struct co_slot *slot)
{
	if (slot->landed == json_array_size(slot->withs) || slot->failure.code)
		return;
	if (state->stop == CO_STOP_INTERRUPTED)
		co_err_set(&slot->failure, CO_ERR_SYSTEM, "interrupted", "the run was interrupted before it was through");
	else if (state->stop == CO_STOP_DEADLINE)
		co_err_set(&slot->failure, CO_ERR_SYSTEM, "deadline", "the run's time was over before it was through");
	else
		co_err_set(&slot->failure, CO_ERR_SYSTEM, "not-run", "the run ended before it was through");
}

/* All calls of a step have landed. */
static void end_step(struct co_state *state, struct co_slot *slot)
{
	struct co_journal_call call = journal_call(slot);
	int all_failed = slot->failed == slot->landed;

	miss(state, slot);
	co_partial_end(slot);
	co_partial_blame(slot, &slot->failure);
	if (strcmp(slot->failure.id, "interrupted") == 0 || (slot->failed && co_state_cancelled(state)))
		co_slot_end(slot, CO_STEP_INTERRUPTED, NULL, &slot->failure);
	else if (co_partial_is(slot) && (!slot->step->optional || all_failed))
		fail(state, slot, &slot->failure);
	else
		end_done(slot);
	co_journal_result(state->exec->journal, &call, status_name(slot), slot->result.ms, NULL, &slot->failure);
}

static int is_word(const char *text, const char *word)
{
	const char *letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", *at;
	size_t len = strlen(word);

	for (at = len ? strstr(text, word) : NULL; at; at = strstr(at + 1, word))
		if ((at == text || !strchr(letters, at[-1])) && (!at[len] || !strchr(letters, at[len])))
			return 1;
	return 0;
}

int co_schedule_is_absent(const struct co_step *step, const struct co_err *err)
{
	size_t i;

	for (i = 0; i < step->absent.count && err->code == CO_ERR_REMOTE; i++)
		if (strcmp(err->id, step->absent.items[i]) == 0 || is_word(err->message, step->absent.items[i]))
			return 1;
	return 0;
}

static void land(struct co_state *state, struct co_landing *landing)
{
	struct co_slot *slot = &state->slots[landing->slot];
	struct co_departure departure = co_state_departure(state, slot, slot->step->call.items,
							    json_array_get(slot->withs, landing->item));

	departure.nth = (unsigned)landing->item;
	record(state, slot, &departure, landing);
	slot->landed++;
	if (landing->ms > slot->result.ms)
		slot->result.ms = landing->ms;
	if (landing->rc == CO_OK) {
		json_array_set(slot->answers, landing->item, landing->output);
	} else if (co_schedule_is_absent(slot->step, &landing->err)) {
		json_array_set_new(slot->answers, landing->item, json_object());
	} else {
		if (!slot->failed++)
			slot->failure = landing->err;
		co_partial_keep(slot, landing);
	}
	co_landing_clear(landing);
	if (slot->landed == json_array_size(slot->withs) || (state->stop && slot->landed == slot->started))
		end_step(state, slot);
}

/* A call that a review refused lands as it would have, without being made. */
static void land_refused(struct co_state *state, struct co_slot *slot)
{
	struct co_landing landing = {
		.slot = (size_t)(slot - state->slots),
		.item = slot->started++,
		.rc = slot->refused->code,
		.err = *slot->refused,
	};

	json_array_append_new(slot->answers, json_null());
	land(state, &landing);
}

/* Returns whether anything landed at once. */
static int start_calls(struct co_state *state)
{
	size_t i;
	int landed = 0;

	for (i = 0; i < state->count && state->stop == CO_GOING; i++) {
		struct co_slot *slot = &state->slots[i];

		while (slot->phase == CO_PHASE_READY && slot->started < json_array_size(slot->withs) &&
		       (slot->refused || has_room(state, slot))) {
			landed |= slot->refused != NULL;
			if (slot->refused)
				land_refused(state, slot);
			else
				start_call(state, slot);
		}
	}
	return landed;
}

static void watch(struct co_state *state)
{
	struct co_err err = CO_ERR_INIT;

	if (state->stop != CO_GOING)
		return;
	if (co_state_cancelled(state)) {
		co_err_set(&err, CO_ERR_SYSTEM, "interrupted", "interrupted");
		co_err_hint(&err, "what had been read until then is kept");
		co_state_stop(state, CO_STOP_INTERRUPTED, &err);
		co_flights_hurry(state->flights, co_clock_ms() + INTERRUPT_MS);
	} else if (co_clock_ms() >= state->deadline) {
		co_err_set(&err, CO_ERR_SYSTEM, "deadline", "the run took longer than its %lld ms",
			   (long long)state->exec->deadline_ms);
		co_err_hint(&err, "give it more with --deadline");
		co_state_stop(state, CO_STOP_DEADLINE, &err);
	}
}

static void wait_one(struct co_state *state)
{
	struct co_landing landing = { 0 };
	const struct co_slot *eldest = &state->slots[co_flights_eldest(state->flights)];
	int idle = 1;

	co_state_progress(state, "reading", eldest->step->id);
	if (co_flights_wait(state->flights, co_clock_ms() + TICK_MS, &landing)) {
		land(state, &landing);
		idle = 0;
	}
	/* Results share syncs, but do not wait for a slow call to end. */
	if (idle || co_journal_queued(state->exec->journal) >= QUEUE_MAX)
		co_state_sync(state);
	watch(state);
}

/* Makes the next change in the plan's order, when what it needs has ended. Returns whether anything moved. */
static int change_next(struct co_state *state)
{
	const char *failed = NULL;
	size_t i;

	for (i = 0; i < state->count; i++) {
		struct co_slot *slot = &state->slots[i];
		enum needs needs;

		if (slot->phase == CO_PHASE_ENDED || !co_access_changes(slot->step->access))
			continue;
		needs = needs_of(state, slot, &failed);
		if (needs == NEEDS_OPEN)
			continue;
		if (needs == NEEDS_MET)
			co_change_make(state, slot);
		else
			end_for_need(state, slot, failed);
		return 1;
	}
	return 0;
}

static void end_unstarted(struct co_state *state, struct co_slot *slot)
{
	struct co_err err = CO_ERR_INIT;

	if (state->stop == CO_STOP_INTERRUPTED) {
		skip(slot, CO_STEP_INTERRUPTED, "interrupted", "the run was interrupted before it");
	} else if (state->stop == CO_STOP_DEADLINE) {
		skip(slot, CO_STEP_FAILED, "deadline", "the run's time was over before it");
	} else if (state->stop != CO_GOING) {
		skip(slot, CO_STEP_SKIPPED, "not-run", "the run ended before it");
	} else { /* a sound plan does not come here */
		co_err_set(&err, CO_ERR_INPUT, "not-run", "it never could run");
		fail(state, slot, &err);
	}
}

/* What was not started is ended, saying why; in the journal, too, if it was announced there. */
static void end_rest(struct co_state *state)
{
	size_t i;

	for (i = 0; i < state->count; i++) {
		struct co_slot *slot = &state->slots[i];
		struct co_journal_call call;
		int announced = slot->phase == CO_PHASE_READY;

		if (slot->phase == CO_PHASE_ENDED)
			continue;
		if (slot->landed) {
			end_step(state, slot);
			continue;
		}
		end_unstarted(state, slot);
		if (!announced)
			continue;
		call = journal_call(slot);
		co_journal_result(state->exec->journal, &call, status_name(slot), 0, NULL, NULL);
	}
}

void co_schedule_run(struct co_state *state)
{
	int landed;

	for (;;) {
		watch(state);
		while (advance(state))
			;
		if (state->stop == CO_GOING)
			co_state_sync(state);
		landed = start_calls(state);
		if (co_flights_count(state->flights))
			wait_one(state);
		else if (!landed && (state->stop != CO_GOING || !change_next(state)))
			break;
	}
	end_rest(state);
}

void co_schedule_call(struct co_state *state, struct co_slot *slot, struct co_departure *departure,
		      const char *doing, struct co_landing *landing)
{
	struct co_err err = CO_ERR_INIT;

	*landing = (struct co_landing){ 0 };
	departure->slot = (size_t)(slot - state->slots);
	departure->nth = slot->nth++;
	if (co_flights_start(state->flights, departure, &err) < 0) {
		landing->rc = err.code;
		landing->err = err;
		return;
	}
	state->calls++;
	do
		co_state_progress(state, doing, slot->step->id);
	while (!co_flights_wait(state->flights, co_clock_ms() + TICK_MS, landing));
	record(state, slot, departure, landing);
}
