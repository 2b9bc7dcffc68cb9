/* SPDX-License-Identifier: Apache-2.0 */
#include "exec/state.h"

#include "sys/clock.h"

#include <stdio.h>
#include <string.h>

void co_state_stop(struct co_state *state, enum co_stop stop, const struct co_err *why)
{
	if (state->stop != CO_GOING)
		return;
	state->stop = stop;
	state->failure = *why;
}

struct co_err *co_state_blame(const struct co_state *state, const struct co_slot *slot, const char *id,
			      struct co_err *err)
{
	co_err_wrap(err, "step \"%s\"", slot->step->id);
	snprintf(err->id, sizeof(err->id), "%s", id);
	err->path[0] = '\0';
	co_err_under_index(err, (size_t)(slot - state->slots));
	co_err_under(err, "steps");
	co_err_under(err, "plan");
	return err;
}

void co_slot_end(struct co_slot *slot, int status, json_t *output, const struct co_err *why)
{
	slot->phase = CO_PHASE_ENDED;
	slot->output = output;
	slot->result.status = status;
	if (why && why->code) {
		slot->result.error_code = co_xstrdup(why->id);
		slot->result.error = co_xstrdup(why->message);
	}
}

int64_t co_state_time(const struct co_state *state)
{
	return state->exec->now + (co_clock_ms() - state->begun) / 1000;
}

struct co_slot *co_state_slot(const struct co_state *state, const char *id)
{
	const json_t *place = json_object_get(state->index, id);

	return place ? &state->slots[json_integer_value(place)] : NULL;
}

void co_state_progress(const struct co_state *state, const char *doing, const char *step)
{
	struct co_progress progress = { .total = state->count, .doing = doing, .step = step };
	size_t i;

	if (!state->exec->progress)
		return;
	for (i = 0; i < state->count; i++)
		progress.ended += state->slots[i].phase == CO_PHASE_ENDED;
	progress.ms = co_clock_ms() - state->begun;
	state->exec->progress(state->exec->context, &progress);
}

int co_state_sync(struct co_state *state)
{
	struct co_err err = CO_ERR_INIT;

	if (co_journal_sync(state->exec->journal, &err) == CO_OK)
		return CO_OK;
	co_state_stop(state, CO_STOP_JOURNAL, &err);
	return CO_ERR_SYSTEM;
}

struct co_journal_call co_slot_journal(const struct co_slot *slot, enum co_role role, char *const *words, json_t *with)
{
	return (struct co_journal_call){
		.step = slot->step->id,
		.role = role,
		.words = words,
		.target = slot->step->target,
		.with = with,
		.calls = 1,
	};
}

int co_state_cancelled(const struct co_state *state)
{
	return state->exec->cancelled && atomic_load(state->exec->cancelled);
}

struct co_departure co_state_departure(const struct co_state *state, const struct co_slot *slot,
				       char *const words[3], json_t *with)
{
	int64_t deadline = co_clock_ms() + state->exec->step_deadline_ms;

	return (struct co_departure){
		.provider = words[0],
		.binding = state->exec->replay ? NULL : co_providers_find(state->exec->providers, words[0]),
		.call = {
			.service = words[1],
			.operation = words[2],
			.target = slot->step->target,
			.with = with,
			.run = state->run->id,
			.step = slot->step->id,
			.deadline = deadline < state->deadline ? deadline : state->deadline,
			.cancelled = state->exec->cancelled,
		},
	};
}
