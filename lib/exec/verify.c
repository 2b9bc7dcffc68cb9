/* SPDX-License-Identifier: Apache-2.0 */
#include "exec/verify.h"

#include "base/time.h"
#include "codec/json.h"
#include "exec/schedule.h"
#include "exec/scope.h"
#include "sys/clock.h"

#include <string.h>
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

/* What one look saw. */
struct sight {
	int holds;
	int hopeless;	  /* a waiter says that it will never hold */
	int64_t delay_ms; /* a waiter's, until the next look; 0 without */
	int64_t looks;	  /* a waiter's most; 0 without */
};

static void judge_waiter(json_t *answer, struct sight *sight)
{
	const char *found = co_json_str(answer, "state");

	sight->holds = found && strcmp(found, "success") == 0;
	sight->hopeless = found && strcmp(found, "failure") == 0;
	sight->delay_ms = json_integer_value(json_object_get(answer, "delay")) * 1000;
	sight->looks = json_integer_value(json_object_get(answer, "attempts"));
}

static int look(struct co_state *state, struct co_slot *slot, json_t *with, json_t *vars, struct sight *sight,
		struct co_err *err)
{
	const struct co_verify *verify = slot->step->verify;
	struct co_departure departure = co_state_departure(state, slot, verify->call.items, with);
	struct co_landing landing;
	int rc;

	departure.call.deadline = co_clock_ms() + state->exec->step_deadline_ms;
	departure.call.waiter = verify->waiter;
	co_schedule_call(state, slot, &departure, "verifying", &landing);
	rc = landing.rc;
	if (rc < 0)
		*err = landing.err;
	else if (verify->waiter)
		judge_waiter(landing.output, sight);
	else
		rc = co_expressions_truth(&state->expressions, verify->until, landing.output, vars, &sight->holds, err);
	co_landing_clear(&landing);
	return rc;
}

static int poll_until(struct co_state *state, struct co_slot *slot, json_t *with, json_t *vars, struct co_err *err)
{
	const struct co_verify *verify = slot->step->verify;
	const char *name = verify->waiter ? verify->waiter : verify->until;
	int64_t within = 0, until, wait = POLL_FIRST_MS, looks = 0;
	struct co_err last = CO_ERR_INIT;
	struct sight sight = { 0 };

	co_duration_parse(&within, verify->within); /* the gate has checked it */
	until = co_clock_ms() + within;
	for (;;) {
		if (look(state, slot, with, vars, &sight, &last) == CO_OK && sight.holds)
			return CO_OK;
		if (sight.hopeless)
			return co_err_set(err, CO_ERR_REMOTE, "not-verified", "\"%s\" will not come true any more", name);
		if (co_clock_ms() >= until || (sight.looks && ++looks >= sight.looks))
			break;
		if (!pause_between(state, sight.delay_ms ? sight.delay_ms : wait, until, slot->step->id))
			return co_err_set(err, CO_ERR_SYSTEM, "interrupted", "interrupted before it was verified");
		wait = wait * 2 < POLL_MOST_MS ? wait * 2 : POLL_MOST_MS;
	}
	if (co_clock_ms() < until)
		co_err_set(err, CO_ERR_REMOTE, "not-verified", "\"%s\" did not come true in %lld looks", name, (long long)looks);
	else
		co_err_set(err, CO_ERR_REMOTE, "not-verified", "\"%s\" did not come true within %s", name, verify->within);
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
	struct sight sight = { 0 };

	if (co_schedule_with(state, wanted->call.items, wanted->with, vars, &with, &err) == CO_OK) {
		struct co_journal_call call = co_slot_journal(slot, CO_ROLE_VERIFY, wanted->call.items, with);

		co_journal_intent(state->exec->journal, &call);
		if (co_state_sync(state) < 0 || look(state, slot, with, vars, &sight, &err) < 0)
			sight.holds = 0;
		co_journal_result(state->exec->journal, &call, sight.holds ? "done" : "failed", 0, NULL, NULL);
	}
	json_decref(with);
	json_decref(vars);
	return sight.holds;
}
