/* SPDX-License-Identifier: Apache-2.0 */
#include "exec/gate.h"

#include "base/time.h"
#include "exec/journal.h"
#include "exec/sound.h"

#include <stdlib.h>
#include <string.h>

enum { SKEW_SECONDS = 300 }; /* how far ahead another host's clock may be */

static int check_times(const struct co_plan *plan, int64_t now, struct co_err *err)
{
	char text[CO_TIME_LEN + 1];

	if (plan->made_at > now + SKEW_SECONDS) {
		co_time_format(text, plan->made_at);
		co_err_set(err, CO_ERR_NO, "not-yet", "the plan was made in the future, at %s", text);
		return co_err_hint(err, "a clock is wrong: compare this host's with the one that planned");
	}
	if (plan->expires_at <= now) {
		co_time_format(text, plan->expires_at);
		co_err_set(err, CO_ERR_NO, "expired", "the plan expired at %s", text);
		return co_err_hint(err, "plan it again: what it was made from may have changed");
	}
	return CO_OK;
}

/* Steps that say which host they are about are done on that host, or not at all. */
static int check_host(const struct co_plan *plan, const char *host, struct co_err *err)
{
	size_t i;

	for (i = 0; i < plan->steps.count; i++) {
		const struct co_step *step = &plan->steps.items[i];
		const char *wanted = co_json_str(step->target, "host");

		if (!wanted || strcmp(step->call.items[0], "local") != 0 || strcmp(wanted, "localhost") == 0 ||
		    (host && strcmp(wanted, host) == 0))
			continue;
		co_err_set(err, CO_ERR_NO, "other-host", "step \"%s\" is about host \"%s\", and this is \"%s\"",
			   step->id, wanted, host ? host : "?");
		return co_err_hint(err, "run it there");
	}
	return CO_OK;
}

static struct co_policy_facts facts_of(const struct co_gate *gate, const struct co_run *run)
{
	return (struct co_policy_facts){
		.run = run,
		.catalog = gate->catalog,
		.config = gate->config,
		.user = gate->user,
		.host = gate->host,
		.now = gate->now,
	};
}

/*
 * Lists as steps the calls that verify and undo a plan's changes, without their parameters: policy judges what is
 * called, and these may say ${ ... }, which is filled in from what was read before the change. The caller frees
 * the array alone.
 */
static struct co_step *helper_steps(const struct co_plan *plan, struct co_catalog *catalog, size_t *count)
{
	struct co_step *steps = co_xcalloc(plan->steps.count * 2 + 1, sizeof(*steps));
	size_t i, n = 0;

	for (i = 0; i < plan->steps.count; i++) {
		const struct co_step *step = &plan->steps.items[i];

		if (step->verify) {
			steps[n].call.items = step->verify->call.items;
			steps[n].call.count = step->verify->call.count;
			steps[n].id = step->id;
			steps[n++].target = step->target;
		}
		if (step->undo && !step->undo->none) {
			steps[n].call.items = step->undo->call.items;
			steps[n].call.count = step->undo->call.count;
			steps[n].id = step->id;
			steps[n++].target = step->target;
		}
	}
	for (i = 0; i < n; i++) {
		const char *const call[3] = { steps[i].call.items[0], steps[i].call.items[1], steps[i].call.items[2] };
		struct co_operation operation = { 0 };

		if (co_catalog_find(catalog, call, &operation, NULL) == CO_OK)
			steps[i].access = operation.access;
		co_operation_clear(&operation);
	}
	*count = n;
	return steps;
}

/*
 * What policy would forbid as a step it forbids as a verification or an undo too.
 * Asked before anything is done, so that a rollback is not refused half-way.
 */
static int check_helpers(const struct co_gate *gate, const struct co_run *run, struct co_err *err)
{
	struct co_plan plan = *run->plan;
	struct co_run copy = *run;
	struct co_policy_facts facts = facts_of(gate, &copy);
	struct co_decision decision = { 0 };
	int rc = CO_OK;

	plan.steps.items = helper_steps(run->plan, gate->catalog, &plan.steps.count);
	copy.plan = &plan;
	if (plan.steps.count)
		rc = co_policy_decide(gate->policy, &facts, &decision, err);
	if (rc == CO_OK && decision.effect == CO_EFFECT_FORBID) {
		co_policy_refuse(&decision, err);
		rc = co_err_wrap(err, "a verification or an undo");
	}
	co_shape_clear(&co_decision_shape, &decision);
	free(plan.steps.items);
	return rc;
}

static int decide(const struct co_gate *gate, const struct co_run *run, struct co_pass *pass, struct co_err *err)
{
	const struct co_policy_facts facts = facts_of(gate, run);
	int rc = co_policy_decide(gate->policy, &facts, &pass->decision, err);

	if (rc == CO_OK)
		rc = co_decision_tighten(&pass->decision, run->decision, pass->digest, err);
	if (rc == CO_OK && pass->decision.effect == CO_EFFECT_FORBID)
		rc = co_policy_refuse(&pass->decision, err);
	if (rc == CO_OK && run->plan->changes)
		rc = check_helpers(gate, run, err);
	return rc;
}

static int check_approvals(const struct co_gate *gate, const struct co_run *run, struct co_pass *pass,
			   struct co_err *err)
{
	pass->facts = (struct co_approve_facts){
		.run = run,
		.decision = &pass->decision,
		.config = gate->config,
		.signers = gate->signers,
		.user = gate->user,
		.uid = gate->uid,
		.host = gate->host,
		.now = gate->now,
	};
	pass->spend = pass->decision.effect == CO_EFFECT_APPROVE && !gate->resumed;
	return co_approve_check(&pass->facts, &pass->verdict, err);
}

int co_gate_pass(const struct co_gate *gate, const struct co_run *run, struct co_pass *pass, struct co_err *err)
{
	int rc;

	*pass = (struct co_pass){ .spend = 0 };
	if (!run->plan) {
		co_err_set(err, CO_ERR_INPUT, "no-plan", "the document holds no plan");
		return co_err_hint(err, "pipe it through co-plan first");
	}
	rc = co_run_digest(run, "plan", pass->digest, err);
	if (rc == CO_OK)
		rc = co_plan_sound(run->plan, gate->catalog, err);
	if (rc == CO_OK)
		rc = check_times(run->plan, gate->now, err);
	if (rc == CO_OK)
		rc = check_host(run->plan, gate->host, err);
	if (rc == CO_OK && gate->read_only && run->plan->changes)
		rc = co_err_set(err, CO_ERR_NO, "read-only", "the plan changes something, and --read-only was given");
	if (rc == CO_OK)
		rc = decide(gate, run, pass, err);
	if (rc == CO_OK && !gate->rehearsal && (run->plan->changes || pass->decision.effect == CO_EFFECT_APPROVE))
		rc = check_approvals(gate, run, pass, err);
	if (rc < 0)
		co_pass_clear(pass);
	return rc;
}

void co_pass_clear(struct co_pass *pass)
{
	co_shape_clear(&co_decision_shape, &pass->decision);
	co_approve_verdict_clear(&pass->verdict);
	pass->digest[0] = '\0';
}

int co_gate_use(const struct co_pass *pass, struct co_journal *journal, struct co_err *err)
{
	size_t i;
	int rc;

	if (!pass->spend)
		return CO_OK;
	rc = co_approve_use(&pass->facts, &pass->verdict, err);
	for (i = 0; rc == CO_OK && i < pass->verdict.approvals.count; i++) {
		const struct co_approve_one *one = &pass->verdict.approvals.items[i];

		if (one->counts)
			co_journal_approval(journal, one->by, one->key, one->statement);
	}
	return rc;
}
