/* SPDX-License-Identifier: Apache-2.0 */
#include "run/decision.h"

#include <stdlib.h>
#include <string.h>

const char *const co_effect_names[] = { "permit", "forbid", "approve", NULL };

static const struct co_field reason_fields[] = {
	CO_STR(struct co_reason, rule, CO_REQUIRED),
	CO_STR(struct co_reason, at, CO_REQUIRED),
	CO_STR(struct co_reason, step, 0),
	CO_STR(struct co_reason, message, 0),
	CO_END,
};

static const struct co_shape reason_shape = { "reason", sizeof(struct co_reason), reason_fields };

static const struct co_field decision_fields[] = {
	CO_ENUM(struct co_decision, effect, CO_REQUIRED, co_effect_names),
	CO_STR(struct co_decision, plan, 0),
	CO_STR(struct co_decision, policy, 0),
	CO_OBJECTS(struct co_decision, reasons, CO_WRITTEN, &reason_shape),
	CO_INT(struct co_decision, approvals_required, CO_WRITTEN, 0, 100),
	CO_STRS(struct co_decision, approvers, CO_WRITTEN),
	CO_BOOL(struct co_decision, self_approval, 0),
	CO_END,
};

const struct co_shape co_decision_shape = { "decision", sizeof(struct co_decision), decision_fields };

/* The ends of the order permit < approve < forbid. */
static int strictness(int effect)
{
	return effect == CO_EFFECT_FORBID ? 2 : effect == CO_EFFECT_APPROVE;
}

static void add_reason(struct co_decision *own, const char *rule, const char *message)
{
	struct co_reason *reason = co_grow(&own->reasons.items, &own->reasons.count, sizeof(*reason));

	reason->rule = co_xstrdup(rule);
	reason->at = co_xstrdup("decision");
	reason->message = co_xstrdup(message);
}

static int names(const struct co_decision *decision, const char *approver)
{
	size_t i;

	for (i = 0; i < decision->approvers.count; i++)
		if (strcmp(decision->approvers.items[i], approver) == 0)
			return 1;
	return 0;
}

static void tighten_approvers(struct co_decision *own, const struct co_decision *said)
{
	size_t i, kept = 0, before = own->approvers.count;

	if (!said->approvers.count)
		return;
	if (!before) {
		for (i = 0; i < said->approvers.count; i++)
			*(char **)co_grow(&own->approvers.items, &own->approvers.count, sizeof(char *)) =
				co_xstrdup(said->approvers.items[i]);
		return;
	}
	for (i = 0; i < before; i++) {
		if (names(said, own->approvers.items[i]))
			own->approvers.items[kept++] = own->approvers.items[i];
		else
			free(own->approvers.items[i]);
	}
	own->approvers.count = kept;
	if (!kept && own->effect == CO_EFFECT_APPROVE) {
		own->effect = CO_EFFECT_FORBID;
		add_reason(own, "no-common-approver", "two policies name approvers, and none is named by both");
	}
}

int co_decision_tighten(struct co_decision *own, const struct co_decision *said, const char *plan,
			struct co_err *err)
{
	if (!said)
		return CO_OK;
	if (said->plan && strcmp(said->plan, plan) != 0) {
		co_err_set(err, CO_ERR_NO, "stale-decision", "the decision is for another plan");
		co_err_hint(err, "the plan was changed after co-policy saw it: decide again");
		return CO_ERR_NO;
	}
	if (strictness(said->effect) > strictness(own->effect)) {
		/* Where this program asks for no approval, who may give it is said by the stage that does. */
		own->self_approval = said->effect == CO_EFFECT_APPROVE;
		own->effect = said->effect;
		add_reason(own, "earlier-stage", "an earlier policy stage decided so");
	}
	if (own->effect != CO_EFFECT_APPROVE || said->effect != CO_EFFECT_APPROVE)
		return CO_OK;
	if (said->approvals_required > own->approvals_required)
		own->approvals_required = said->approvals_required;
	if (!own->approvals_required)
		own->approvals_required = 1;
	own->self_approval = own->self_approval && said->self_approval;
	tighten_approvers(own, said);
	return CO_OK;
}
