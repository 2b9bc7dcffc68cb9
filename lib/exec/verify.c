/* SPDX-License-Identifier: Apache-2.0 */
#include "exec/verify.h"

#include "base/time.h"
#include "exec/schedule.h"
#include "exec/scope.h"
#include "sys/clock.h"

#include <time.h>

enum {
	POLL_FIRST_MS = 100, /* between two looks; doubled each time */
	POLL_MOST_MS = 5000,
	TICK_MS = 100,
};

static void nap(int64_t ms)
{
	const struct timespec t = { ms / 1000, (long)(ms % 1000) * 1000000 };

	nanosleep(&t, NULL);
}

/* Waits between two looks; false when the run is to end. */
static int pause_between(const struct co_state *state, int64_t ms, int64_t until, const char *step)
{
	int64_t end = co_clock_ms() + ms;

	if (end > until)
		end = until;
	while (co_clock_ms() < end) {
		if (co_state_cancelled(state))
			return 0;
		co_state_progress(state, "verifying", step);
		nap(TICK_MS < end - co_clock_ms() ? TICK_MS : end - co_clock_ms());
	}
	return 1;
}

/* One look: CO_OK and whether the condition holds on the answer. */
static int look(struct co_state *state, struct co_slot *slot, json_t *with, json_t *vars, int *holds,
		struct co_err *err)
{
	const struct co_verify *verify = slot->step->verify;
	struct co_departure departure = co_state_departure(state, slot, verify->call.items, with);
	struct co_landing landing;
	int rc;

	departure.call.deadline = co_clock_ms() + state->exec->step_deadline_ms;
	co_schedule_call(state, slot, &departure, "verifying", &landing);
	rc = landing.rc;
	if (rc == CO_OK)
		rc = co_expressions_truth(&state->expressions, verify->until, landing.output, vars, holds, err);
	else
		*err = landing.err;
	co_landing_clear(&landing);
	return rc;
}

static int poll_until(struct co_state *state, struct co_slot *slot, json_t *with, json_t *vars, struct co_err *err)
{
	const struct co_verify *verify = slot->step->verify;
	int64_t within = 0, until, wait = POLL_FIRST_MS;
	struct co_err last = CO_ERR_INIT;
	int holds = 0;

	co_duration_parse(&within, verify->within); /* the gate has checked it */
	until = co_clock_ms() + within;
	for (;;) {
		if (look(state, slot, with, vars, &holds, &last) == CO_OK && holds)
			return CO_OK;
		if (co_clock_ms() >= until)
			break;
		if (!pause_between(state, wait, until, slot->step->id))
			return co_err_set(err, CO_ERR_SYSTEM, "interrupted", "interrupted before it was verified");
		wait = wait * 2 < POLL_MOST_MS ? wait * 2 : POLL_MOST_MS;
	}
	co_err_set(err, CO_ERR_REMOTE, "not-verified", "\"%s\" did not come true within %s", verify->until,
		   verify->within);
	return last.code ? co_err_hint(err, "the last look failed: %s", last.message) : CO_ERR_REMOTE;
}

int co_verify_wait(struct co_state *state, struct co_slot *slot, struct co_err *err)
{
	const struct co_verify *wanted = slot->step->verify;
	struct co_journal_call call;
	int64_t begun = co_clock_ms();
	json_t *vars, *with = NULL;
	int rc;

	if (!wanted)
		return CO_OK;
	vars = co_scope_of_step(state, slot, NULL);
	rc = co_schedule_with(state, wanted->call.items, wanted->with, vars, &with, err);
	if (rc == CO_OK) {
		call = co_slot_journal(slot, CO_ROLE_VERIFY, wanted->call.items, with);
		co_journal_intent(state->exec->journal, &call);
		rc = co_state_sync(state) < 0 ? (*err = state->failure, CO_ERR_SYSTEM)
				     : poll_until(state, slot, with, vars, err);
		co_journal_result(state->exec->journal, &call, rc == CO_OK ? "done" : "failed",
				  co_clock_ms() - begun, NULL, rc == CO_OK ? NULL : err);
	}
	json_decref(with);
	json_decref(vars);
	return rc;
}

int co_verify_once(struct co_state *state, struct co_slot *slot)
{
	const struct co_verify *wanted = slot->step->verify;
	struct co_err err = CO_ERR_INIT;
	json_t *vars = co_scope_of_step(state, slot, NULL), *with = NULL;
	int holds = 0;

	if (co_schedule_with(state, wanted->call.items, wanted->with, vars, &with, &err) == CO_OK) {
		struct co_journal_call call = co_slot_journal(slot, CO_ROLE_VERIFY, wanted->call.items, with);

		co_journal_intent(state->exec->journal, &call);
		if (co_state_sync(state) < 0 || look(state, slot, with, vars, &holds, &err) < 0)
			holds = 0;
		co_journal_result(state->exec->journal, &call, holds ? "done" : "failed", 0, NULL, NULL);
	}
	json_decref(with);
	json_decref(vars);
	return holds;
}
