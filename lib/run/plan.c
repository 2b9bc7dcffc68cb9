/* SPDX-License-Identifier: Apache-2.0 */
#include "run/plan.h"

const char *const co_access_names[] = { "list", "read", "secret", "write", "permissions", "tagging", NULL };

int co_access_changes(int access)
{
	return access >= CO_ACCESS_WRITE;
}

static const struct co_field playbook_ref_fields[] = {
	CO_STR(struct co_playbook_ref, name, CO_REQUIRED),
	CO_INT(struct co_playbook_ref, version, CO_REQUIRED, 1, 2147483647),
	CO_STR(struct co_playbook_ref, digest, CO_REQUIRED),
	CO_END,
};

static const struct co_shape playbook_ref_shape = { "playbook", sizeof(struct co_playbook_ref), playbook_ref_fields };

static const struct co_field verify_fields[] = {
	CO_STRS(struct co_verify, call, CO_REQUIRED),
	CO_JSON(struct co_verify, with, CO_OBJECT_ONLY),
	CO_STR(struct co_verify, until, 0),
	CO_STR(struct co_verify, waiter, 0),
	CO_STR(struct co_verify, within, CO_REQUIRED),
	CO_END,
};

const struct co_shape co_verify_shape = { "verify", sizeof(struct co_verify), verify_fields };

static const struct co_field undo_fields[] = {
	CO_STRS(struct co_undo, call, 0),
	CO_JSON(struct co_undo, with, CO_OBJECT_ONLY),
	CO_STR(struct co_undo, none, 0),
	CO_END,
};

const struct co_shape co_undo_shape = { "undo", sizeof(struct co_undo), undo_fields };

static const struct co_field step_fields[] = {
	CO_STR(struct co_step, id, CO_REQUIRED | CO_NONEMPTY),
	CO_STRS(struct co_step, call, CO_REQUIRED),
	CO_JSON(struct co_step, target, CO_REQUIRED | CO_OBJECT_ONLY),
	CO_JSON(struct co_step, with, CO_REQUIRED | CO_OBJECT_ONLY),
	CO_ENUM(struct co_step, access, CO_REQUIRED, co_access_names),
	CO_STRS(struct co_step, needs, CO_WRITTEN),
	CO_STRS(struct co_step, absent, 0),
	CO_BOOL(struct co_step, optional, 0),
	CO_STR(struct co_step, foreach, 0),
	CO_INT(struct co_step, limit, 0, 1, 1000),
	CO_STR(struct co_step, when, 0),
	CO_STRS(struct co_step, require, 0),
	CO_STRS(struct co_step, no_downtime, 0),
	CO_OBJECT(struct co_step, verify, 0, &co_verify_shape),
	CO_OBJECT(struct co_step, undo, 0, &co_undo_shape),
	CO_JSON(struct co_step, steps, CO_OBJECT_ONLY),
	CO_JSON(struct co_step, params, CO_OBJECT_ONLY),
	CO_END,
};

const struct co_shape co_step_shape = { "step", sizeof(struct co_step), step_fields };

static const struct co_field rule_fields[] = {
	CO_STR(struct co_rule, id, CO_REQUIRED),
	CO_STR(struct co_rule, playbook, 0),
	CO_STR(struct co_rule, each, 0),
	CO_STR(struct co_rule, when, 0),
	CO_STR(struct co_rule, severity, CO_REQUIRED),
	CO_STR(struct co_rule, title, CO_REQUIRED),
	CO_STR(struct co_rule, resource, 0),
	CO_STR(struct co_rule, because, CO_REQUIRED),
	CO_STR(struct co_rule, next, 0),
	CO_STRS(struct co_rule, evidence, 0),
	CO_BOOL(struct co_rule, across, 0),
	CO_JSON(struct co_rule, fix, 0),
	CO_JSON(struct co_rule, steps, CO_OBJECT_ONLY),
	CO_JSON(struct co_rule, params, CO_OBJECT_ONLY),
	CO_END,
};

const struct co_shape co_rule_shape = { "finding rule", sizeof(struct co_rule), rule_fields };

static const struct co_field line_fields[] = {
	CO_STR(struct co_line, playbook, 0),
	CO_STR(struct co_line, text, CO_REQUIRED),
	CO_STR(struct co_line, when, 0),
	CO_BOOL(struct co_line, across, 0),
	CO_JSON(struct co_line, steps, CO_OBJECT_ONLY),
	CO_JSON(struct co_line, params, CO_OBJECT_ONLY),
	CO_END,
};

const struct co_shape co_line_shape = { "summary line", sizeof(struct co_line), line_fields };

static const struct co_field estimate_fields[] = {
	CO_INT(struct co_estimate, calls, CO_REQUIRED, 0, 0),
	CO_STR(struct co_estimate, seconds, CO_REQUIRED),
	CO_STR(struct co_estimate, cost_usd, CO_REQUIRED),
	CO_INT(struct co_estimate, changes, CO_REQUIRED, 0, 0),
	CO_INT(struct co_estimate, targets, CO_REQUIRED, 0, 0),
	CO_END,
};

static const struct co_shape estimate_shape = { "estimate", sizeof(struct co_estimate), estimate_fields };

static const struct co_field plan_fields[] = {
	CO_OBJECT(struct co_plan, playbook, CO_REQUIRED, &playbook_ref_shape),
	CO_STR(struct co_plan, goal, CO_REQUIRED),
	CO_STRS(struct co_plan, scope, CO_REQUIRED),
	CO_BOOL(struct co_plan, changes, CO_REQUIRED),
	CO_JSON(struct co_plan, params, CO_OBJECT_ONLY),
	CO_OBJECT(struct co_plan, window, 0, &co_window_shape),
	CO_STRS(struct co_plan, constraints, 0),
	CO_OBJECTS(struct co_plan, steps, CO_REQUIRED | CO_NONEMPTY, &co_step_shape),
	CO_OBJECTS(struct co_plan, findings, CO_REQUIRED, &co_rule_shape),
	CO_OBJECTS(struct co_plan, summary, 0, &co_line_shape),
	CO_OBJECT(struct co_plan, estimate, CO_REQUIRED, &estimate_shape),
	CO_STRS(struct co_plan, permissions, CO_REQUIRED),
	CO_STRS(struct co_plan, explain, CO_REQUIRED),
	CO_TIME(struct co_plan, made_at, CO_REQUIRED),
	CO_TIME(struct co_plan, expires_at, CO_REQUIRED),
	CO_END,
};

const struct co_shape co_plan_shape = { "plan", sizeof(struct co_plan), plan_fields };
