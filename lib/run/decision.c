/* SPDX-License-Identifier: Apache-2.0 */
#include "run/decision.h"

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
	CO_STR(struct co_decision, plan, CO_REQUIRED),
	CO_STR(struct co_decision, policy, CO_REQUIRED),
	CO_OBJECTS(struct co_decision, reasons, CO_REQUIRED, &reason_shape),
	CO_INT(struct co_decision, approvals_required, CO_REQUIRED, 0, 100),
	CO_STRS(struct co_decision, approvers, CO_REQUIRED),
	CO_END,
};

const struct co_shape co_decision_shape = { "decision", sizeof(struct co_decision), decision_fields };
