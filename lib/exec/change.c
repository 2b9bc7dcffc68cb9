/* SPDX-License-Identifier: Apache-2.0 */
#include "exec/change.h"

#include "base/hex.h"
#include "exec/schedule.h"
#include "exec/scope.h"
#include "exec/verify.h"
#include "sys/clock.h"

#include <stdlib.h>
#include <string.h>

void co_change_token(char out[CO_TOKEN_LEN + 1], const char *plan, const char *step, int undo)
{
	unsigned char digest[CO_SHA256_LEN];
	struct co_sha256 hash;

	co_sha256_init(&hash);
	co_sha256_add(&hash, plan, strlen(plan));
	co_sha256_add(&hash, step, strlen(step));
	if (undo)
		co_sha256_add(&hash, "/undo", 5);
	co_sha256_end(&hash, digest);
	co_hex_encode(out, digest, sizeof(digest));
}

static const char *result_of(const struct co_landing *landing)
{
	int status = CO_STEP_FAILED;

	if (landing->rc == CO_OK)
		status = CO_STEP_DONE;
	else if (landing->rc == CO_ERR_UNKNOWN)
		status = CO_STEP_IN_DOUBT;
	return co_enum_name(co_step_status_names, status);
}

/* A read on behalf of a change; written ahead like any. The landing is the caller's to clear. */
static int read_once(struct co_state *state, struct co_slot *slot, enum co_role role, char *const *words, json_t *with,
		     const char *doing, struct co_landing *landing)
{
	struct co_journal_call call = co_slot_journal(slot, role, words, with);
	struct co_departure departure;

	co_journal_intent(state->exec->journal, &call);
	if (co_state_sync(state) < 0) {
		*landing = (struct co_landing){ .rc = CO_ERR_SYSTEM, .err = state->failure };
		return CO_ERR_SYSTEM;
	}
	departure = co_state_departure(state, slot, words, with);
	co_schedule_call(state, slot, &departure, doing, landing);
	co_journal_result(state->exec->journal, &call, result_of(landing), landing->ms, NULL, &landing->err);
	return landing->rc;
}

/* Reads one step again, all its items. */
static int read_again(struct co_state *state, struct co_slot *read, struct co_err *err)
{
	json_t *answers = json_array(), *with;
	struct co_landing landing;
	int rc = CO_OK;
	size_t i;

	json_array_foreach(read->withs, i, with) {
		rc = read_once(state, read, CO_ROLE_AGAIN, read->step->call.items, with, "reading", &landing);
		if (rc < 0 && co_schedule_is_absent(read->step, &landing.err)) {
			co_landing_clear(&landing);
			landing.output = json_object();
			rc = CO_OK;
		}
		if (rc < 0) {
			*err = landing.err;
			co_err_wrap(err, "cannot read \"%s\" again", read->step->id);
			co_landing_clear(&landing);
			break;
		}
		json_array_append_new(answers, landing.output);
	}
	if (rc == CO_OK) {
		json_decref(read->fresh);
		read->fresh = json_incref(read->step->foreach ? answers : json_array_get(answers, 0));
	}
	json_decref(answers);
	return rc;
}

/* True if a step's expressions call the step with this id by that name, on its own target. */
static int means(const struct co_state *state, const struct co_slot *slot, const char *name, const char *id)
{
	const char *at = strchr(slot->step->id, '@');
	const struct co_scope_target target = { at ? at + 1 : NULL, slot->step->target };
	const struct co_slot *meant = co_scope_slot(state, slot->step->steps, name, &target);

	return strcmp(name, "*") == 0 || (meant && strcmp(meant->step->id, id) == 0);
}

/* Whether the preconditions of a step mention what a needed step returned. */
static int mentions(const struct co_state *state, const struct co_slot *slot, const char *id)
{
	const struct co_step *step = slot->step;
	json_t *names, *name;
	size_t i, n;
	int found = 0;

	for (i = 0; i < step->require.count + step->no_downtime.count; i++) {
		names = co_expr_steps(i < step->require.count ? step->require.items[i]
							      : step->no_downtime.items[i - step->require.count], 0);
		json_array_foreach(names, n, name)
			found |= means(state, slot, json_string_value(name), id);
		json_decref(names);
	}
	return found;
}

static int refresh(struct co_state *state, const struct co_slot *slot, struct co_err *err)
{
	size_t i;
	int rc = CO_OK;

	for (i = 0; rc == CO_OK && i < slot->step->needs.count; i++) {
		struct co_slot *read = co_state_slot(state, slot->step->needs.items[i]);

		if (read && !co_access_changes(read->step->access) && read->result.status == CO_STEP_DONE &&
		    mentions(state, slot, read->step->id))
			rc = read_again(state, read, err);
	}
	return rc;
}

static int wants_no_downtime(const struct co_plan *plan)
{
	size_t i;

	for (i = 0; i < plan->constraints.count; i++)
		if (strcmp(plan->constraints.items[i], "no-downtime") == 0)
			return 1;
	return 0;
}

static int hold(struct co_state *state, char *const *conditions, size_t n, json_t *vars, struct co_err *err)
{
	size_t i;
	int holds, rc;

	for (i = 0; i < n; i++) {
		rc = co_expressions_truth(&state->expressions, conditions[i], NULL, vars, &holds, err);
		if (rc < 0)
			return rc;
		if (!holds)
			return co_err_set(err, CO_ERR_NO, "refused", "the precondition \"%s\" does not hold",
					  conditions[i]);
	}
	return CO_OK;
}

static int check_preconditions(struct co_state *state, const struct co_slot *slot, json_t *vars, struct co_err *err)
{
	const struct co_step *step = slot->step;
	int rc = hold(state, step->require.items, step->require.count, vars, err);

	if (rc == CO_OK && wants_no_downtime(state->plan))
		rc = hold(state, step->no_downtime.items, step->no_downtime.count, vars, err);
	return rc;
}

/* The inverse as it would be made, from the state before the change. */
static int plan_undo(struct co_state *state, struct co_slot *slot, json_t *vars, struct co_err *err)
{
	const struct co_undo *undo = slot->step->undo;
	json_t *with = NULL;
	int rc;

	if (!undo || undo->none)
		return CO_OK;
	rc = co_schedule_with(state, undo->call.items, undo->with, vars, &with, err);
	if (rc < 0)
		return co_err_wrap(err, "its undo"), rc;
	slot->undo = json_pack("{s:[sss], s:o}", "call", undo->call.items[0], undo->call.items[1],
			       undo->call.items[2], "with", with);
	return CO_OK;
}

/* All that must be true before anything is sent. */
static int make_ready(struct co_state *state, struct co_slot *slot, struct co_err *err)
{
	int rc = refresh(state, slot, err);
	json_t *vars;

	if (rc < 0)
		return rc;
	vars = co_scope_of_step(state, slot, NULL);
	rc = check_preconditions(state, slot, vars, err);
	if (rc == CO_OK)
		rc = plan_undo(state, slot, vars, err);
	json_decref(vars);
	return rc;
}

static void set_changing(const struct co_state *state, int changing)
{
	if (state->exec->changing)
		atomic_store(state->exec->changing, changing);
}

/* The same for the change and for its inverse: written ahead, sent once, its result written. */
static int send(struct co_state *state, struct co_slot *slot, enum co_role role, char *const *words, json_t *with,
		struct co_landing *landing)
{
	struct co_journal_call call = co_slot_journal(slot, role, words, with);
	struct co_departure departure = co_state_departure(state, slot, words, with);
	char token[CO_TOKEN_LEN + 1];

	co_change_token(token, state->exec->pass->digest, slot->step->id, role == CO_ROLE_UNDO);
	call.token = departure.call.token = token;
	call.undo = role == CO_ROLE_UNDO ? NULL : slot->undo;
	co_journal_intent(state->exec->journal, &call);
	if (co_state_sync(state) < 0) {
		*landing = (struct co_landing){ .rc = CO_ERR_SYSTEM, .err = state->failure };
		return CO_ERR_SYSTEM;
	}
	departure.call.deadline = co_clock_ms() + state->exec->step_deadline_ms;
	departure.call.cancelled = NULL; /* half a change is worse than a late one */
	set_changing(state, 1);
	co_schedule_call(state, slot, &departure, role == CO_ROLE_UNDO ? "undoing" : "changing", landing);
	co_journal_result(state->exec->journal, &call, result_of(landing), landing->ms, landing->output, &landing->err);
	slot->result.attempts++;
	slot->result.ms += landing->ms;
	co_state_sync(state);
	set_changing(state, landing->rc == CO_ERR_UNKNOWN);
	return landing->rc;
}

static void undo_failed(struct co_state *state, struct co_slot *slot, const struct co_err *why)
{
	struct co_err err = *why;

	co_err_wrap(&err, "its undo");
	free(slot->result.error);
	free(slot->result.error_code);
	slot->result.error = co_xstrdup(err.message);
	slot->result.error_code = co_xstrdup("undo-failed");
	if (why->code == CO_ERR_UNKNOWN) {
		slot->result.status = CO_STEP_IN_DOUBT;
		state->stop = CO_STOP_IN_DOUBT;
		state->failure = err;
		co_state_blame(state, slot, "in-doubt", &state->failure);
	}
}

static int undo(struct co_state *state, struct co_slot *slot)
{
	json_t *call = json_object_get(slot->undo, "call");
	char *words[3];
	struct co_landing landing;
	struct co_err none = CO_ERR_INIT;
	size_t i;
	int rc;

	if (!slot->undo) {
		const struct co_undo *planned = slot->step->undo;

		co_err_set(&none, CO_ERR_NO, "undo-none", "%s",
			   planned && planned->none ? planned->none : "there is none");
		undo_failed(state, slot, &none);
		return CO_ERR_NO;
	}
	for (i = 0; i < 3; i++)
		words[i] = (char *)json_string_value(json_array_get(call, i));
	rc = send(state, slot, CO_ROLE_UNDO, words, json_object_get(slot->undo, "with"), &landing);
	if (rc == CO_OK) {
		slot->changed = 0;
		slot->result.status = CO_STEP_UNDONE;
		state->undone++;
	} else
		undo_failed(state, slot, &landing.err);
	co_landing_clear(&landing);
	return rc;
}

/*
 * The last change first, because later ones build on earlier ones; for the same
 * reason the first undo that fails is the last.
 */
static void roll_back(struct co_state *state)
{
	size_t i;

	for (i = state->count; i > 0; i--)
		if (state->slots[i - 1].changed && undo(state, &state->slots[i - 1]) < 0)
			break;
}

static void stop_at(struct co_state *state, struct co_slot *slot, enum co_stop stop, const char *id,
		    const struct co_err *why)
{
	struct co_err err = *why;

	co_state_stop(state, stop, co_state_blame(state, slot, id, &err));
}

/* It took effect; what is left is to see that it did. */
static void settle(struct co_state *state, struct co_slot *slot, json_t *output)
{
	struct co_err err = CO_ERR_INIT;

	slot->changed = 1;
	if (state->stop != CO_GOING || co_verify_wait(state, slot, &err) == CO_OK) {
		co_slot_end(slot, CO_STEP_DONE, output, NULL);
		return;
	}
	if (strcmp(err.id, "interrupted") == 0 || state->stop == CO_STOP_JOURNAL) {
		co_slot_end(slot, CO_STEP_DONE, output, &err);
		stop_at(state, slot, CO_STOP_INTERRUPTED, "interrupted", &err);
		return;
	}
	co_slot_end(slot, CO_STEP_FAILED, output, &err);
	stop_at(state, slot, CO_STOP_CHANGE, err.id, &err);
	roll_back(state);
}

static void make(struct co_state *state, struct co_slot *slot)
{
	struct co_landing landing;
	int rc = send(state, slot, CO_ROLE_STEP, slot->step->call.items, slot->step->with, &landing);

	if (rc == CO_OK) {
		settle(state, slot, landing.output);
		return;
	}
	if (rc == CO_ERR_UNKNOWN) {
		co_slot_end(slot, CO_STEP_IN_DOUBT, NULL, &landing.err);
		stop_at(state, slot, CO_STOP_IN_DOUBT, "in-doubt", &landing.err);
		return;
	}
	co_slot_end(slot, CO_STEP_FAILED, NULL, &landing.err);
	if (state->stop == CO_STOP_JOURNAL)
		return;
	stop_at(state, slot, CO_STOP_CHANGE, "step-failed", &landing.err);
	roll_back(state);
}

void co_change_refuse(struct co_state *state, struct co_slot *slot, const struct co_err *why)
{
	const char *id = why->id;

	co_slot_end(slot, CO_STEP_REFUSED, NULL, why);
	if (state->stop == CO_STOP_JOURNAL)
		return;
	if (strcmp(why->id, "needs") == 0)
		id = "refused";
	else if (why->code != CO_ERR_NO)
		id = "step-failed";
	stop_at(state, slot, CO_STOP_REFUSED, id, why);
	roll_back(state);
}

/* False when its condition says that this change is not wanted, or cannot say. */
static int wanted(struct co_state *state, struct co_slot *slot)
{
	struct co_err err = CO_ERR_INIT;
	json_t *vars;
	int truth = 1, rc;

	if (!slot->step->when)
		return 1;
	vars = co_scope_of_step(state, slot, NULL);
	rc = co_expressions_truth(&state->expressions, slot->step->when, NULL, vars, &truth, &err);
	json_decref(vars);
	if (rc < 0)
		co_change_refuse(state, slot, &err);
	else if (!truth)
		co_slot_end(slot, CO_STEP_SKIPPED, NULL, NULL);
	return rc == CO_OK && truth;
}

/* After a crash: whether the change in doubt happened, asked by its token. */
static int look_up(struct co_state *state, struct co_slot *slot, enum co_role role, char *const *words, json_t *with,
		   json_t **output, struct co_err *err)
{
	struct co_journal_call call = co_slot_journal(slot, CO_ROLE_LOOKUP, words, with);
	struct co_departure departure = co_state_departure(state, slot, words, with);
	const struct co_binding *binding = departure.binding;
	char token[CO_TOKEN_LEN + 1];
	int rc;

	if (!binding || !binding->provider->lookup)
		return CO_ERR_UNKNOWN;
	co_change_token(token, state->exec->pass->digest, slot->step->id, role == CO_ROLE_UNDO);
	call.token = departure.call.token = token;
	rc = binding->provider->lookup(binding->state, &departure.call, output, err);
	if (rc == CO_OK || rc == CO_ERR_NO) /* CO_ERR_NO is an answer too: it did not happen */
		co_journal_result(state->exec->journal, &call, rc == CO_OK ? "done" : "failed", 0, NULL, NULL);
	return rc;
}

static int can_resend(const struct co_state *state, char *const *words)
{
	const struct co_binding *binding = co_providers_find(state->exec->providers, words[0]);

	return binding && binding->provider->tokens;
}

static void stay_in_doubt(struct co_state *state, struct co_slot *slot)
{
	struct co_err err = CO_ERR_INIT;

	co_err_set(&err, CO_ERR_UNKNOWN, "in-doubt", "whether it happened before the crash cannot be told");
	co_err_hint(&err, "look yourself; then plan anew from what there is");
	co_slot_end(slot, CO_STEP_IN_DOUBT, NULL, &err);
	stop_at(state, slot, CO_STOP_IN_DOUBT, "in-doubt", &err);
}

/* A change that the log left without a result: found and adopted, sent again where that is safe, or left in doubt. */
static void resolve(struct co_state *state, struct co_slot *slot)
{
	struct co_err err = CO_ERR_INIT;
	json_t *output = NULL;
	int rc = look_up(state, slot, CO_ROLE_STEP, slot->step->call.items, slot->step->with, &output, &err);

	if (rc == CO_OK)
		settle(state, slot, output);
	else if (rc == CO_ERR_NO || can_resend(state, slot->step->call.items))
		make(state, slot);
	else if (co_verify_once(state, slot))
		settle(state, slot, NULL);
	else
		stay_in_doubt(state, slot);
}

/* True when the log says what became of this change, and that was taken over. */
static int take_up(struct co_state *state, struct co_slot *slot)
{
	const struct co_past_step *past = co_past_find(state->exec->past, slot->step->id);

	if (!past || past->state == CO_PAST_NONE)
		return 0;
	slot->undo = json_incref(past->undo);
	if (past->state == CO_PAST_DOUBT)
		resolve(state, slot);
	else if (past->state == CO_PAST_UNDONE)
		co_slot_end(slot, CO_STEP_UNDONE, NULL, NULL);
	else if (past->verified || state->exec->past->rolling_back) {
		slot->changed = 1;
		co_slot_end(slot, CO_STEP_DONE, NULL, NULL);
	} else
		settle(state, slot, NULL);
	return 1;
}

/* An undo in doubt is found by its token, sent again where that is safe, or left in doubt. */
static void take_up_undo(struct co_state *state, struct co_slot *slot)
{
	json_t *call = json_object_get(slot->undo, "call"), *output = NULL;
	struct co_err err = CO_ERR_INIT;
	char *words[3];
	size_t i;
	int rc;

	for (i = 0; i < 3; i++)
		words[i] = (char *)json_string_value(json_array_get(call, i));
	rc = call ? look_up(state, slot, CO_ROLE_UNDO, words, json_object_get(slot->undo, "with"), &output, &err)
		  : CO_ERR_UNKNOWN;
	json_decref(output);
	if (rc == CO_OK) {
		slot->changed = 0;
		slot->result.status = CO_STEP_UNDONE;
		state->undone++;
	} else if (rc != CO_ERR_NO && !(call && can_resend(state, words)))
		stay_in_doubt(state, slot);
}

void co_change_roll_on(struct co_state *state)
{
	const struct co_past *past = state->exec->past;
	struct co_err err = CO_ERR_INIT;
	size_t i;

	for (i = 0; i < past->steps.count; i++) {
		const struct co_past_step *step = &past->steps.items[i];
		struct co_slot *slot = co_state_slot(state, step->id);

		if (!slot)
			continue;
		if (step->state == CO_PAST_UNDONE)
			state->undone++;
		take_up(state, slot);
		if (step->state == CO_PAST_UNDOING)
			take_up_undo(state, slot);
	}
	if (state->stop != CO_GOING)
		return;
	co_err_set(&err, CO_ERR_REMOTE, "rolled-back", "the run was rolling back when it was cut short");
	co_state_stop(state, CO_STOP_CHANGE, &err);
	roll_back(state);
}

void co_change_make(struct co_state *state, struct co_slot *slot)
{
	struct co_err err = CO_ERR_INIT;

	if (take_up(state, slot) || !wanted(state, slot))
		return;
	if (make_ready(state, slot, &err) < 0) {
		co_change_refuse(state, slot, &err);
		return;
	}
	if (!state->used && co_gate_use(state->exec->pass, state->exec->journal, &err) < 0) {
		co_change_refuse(state, slot, &err);
		return;
	}
	state->used = 1;
	make(state, slot);
}
