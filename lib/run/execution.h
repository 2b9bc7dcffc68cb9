/* SPDX-License-Identifier: Apache-2.0 */
/* run/execution: what was done, step by step. */
#ifndef CO_RUN_EXECUTION_H
#define CO_RUN_EXECUTION_H

#include "codec/shape.h"

enum co_status {
	CO_STATUS_DONE = 1,
	CO_STATUS_REFUSED,
	CO_STATUS_FAILED,
	CO_STATUS_ROLLED_BACK,
	CO_STATUS_PARTIAL,
	CO_STATUS_IN_DOUBT,
};

enum co_step_status {
	CO_STEP_DONE = 1,
	CO_STEP_FAILED,
	CO_STEP_SKIPPED,
	CO_STEP_REFUSED,
	CO_STEP_INTERRUPTED,
	CO_STEP_IN_DOUBT,
	CO_STEP_UNDONE,
};

struct co_step_result {
	char *id;
	int status; /* enum co_step_status */
	int64_t ms;
	int64_t attempts;
	json_t *output;	  /* what the provider returned, or with --dry-run what it would send */
	char *evidence;	  /* digest of an output stored with --evidence DIR, instead of output */
	int truncated;	  /* there were more items than the step's limit */
	int partial;	  /* the output is only what was read before it failed */
	char *error_code; /* of a step that did not end "done" */
	char *error;
};

struct co_execution {
	int status; /* enum co_status */
	char *plan; /* digest */
	int dry_run;
	int64_t started;
	int64_t ended;
	int64_t calls;
	char *cost_usd;
	CO_LIST(struct co_step_result) steps;
};

extern const char *const co_status_names[];
extern const char *const co_step_status_names[];
extern const struct co_shape co_execution_shape;
extern const struct co_shape co_step_result_shape;

#endif
