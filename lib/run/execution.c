/* SPDX-License-Identifier: Apache-2.0 */
#include "run/execution.h"

const char *const co_status_names[] = { "done", "refused", "failed", "rolled-back", "partial", "in-doubt", NULL };

const char *const co_step_status_names[] = { "done",	       "failed",   "skipped", "refused",
					     "interrupted", "in-doubt", "undone",  NULL };

static const struct co_field result_fields[] = {
	CO_STR(struct co_step_result, id, CO_REQUIRED),
	CO_ENUM(struct co_step_result, status, CO_REQUIRED, co_step_status_names),
	CO_INT(struct co_step_result, ms, CO_REQUIRED, 0, 0),
	CO_INT(struct co_step_result, attempts, CO_REQUIRED, 0, 0),
	CO_JSON(struct co_step_result, output, 0),
	CO_STR(struct co_step_result, evidence, 0),
	CO_BOOL(struct co_step_result, truncated, 0),
	CO_BOOL(struct co_step_result, partial, 0),
	CO_STR(struct co_step_result, error_code, 0),
	CO_STR(struct co_step_result, error, 0),
	CO_END,
};

const struct co_shape co_step_result_shape = { "step result", sizeof(struct co_step_result), result_fields };

static const struct co_field execution_fields[] = {
	CO_ENUM(struct co_execution, status, CO_REQUIRED, co_status_names),
	CO_STR(struct co_execution, plan, CO_REQUIRED),
	CO_BOOL(struct co_execution, dry_run, 0),
	CO_TIME(struct co_execution, started, CO_REQUIRED),
	CO_TIME(struct co_execution, ended, CO_REQUIRED),
	CO_INT(struct co_execution, calls, CO_REQUIRED, 0, 0),
	CO_STR(struct co_execution, cost_usd, CO_REQUIRED),
	CO_OBJECTS(struct co_execution, steps, CO_REQUIRED, &co_step_result_shape),
	CO_END,
};

const struct co_shape co_execution_shape = { "execution", sizeof(struct co_execution), execution_fields };
