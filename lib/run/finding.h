/* SPDX-License-Identifier: Apache-2.0 */
/* run/finding: one thing that is wrong, who or what it is, why, and what to do next. */
#ifndef CO_RUN_FINDING_H
#define CO_RUN_FINDING_H

#include "codec/shape.h"

enum co_severity {
	CO_SEVERITY_CRITICAL = 1,
	CO_SEVERITY_HIGH,
	CO_SEVERITY_MEDIUM,
	CO_SEVERITY_LOW,
	CO_SEVERITY_INFO,
};

struct co_finding {
	char *id;	/* of the rule */
	int severity;	/* enum co_severity */
	char *title;
	char *resource; /* "process/4711", "unit/nginx.service", an ARN */
	char *because;
	CO_LIST(char *) evidence; /* step ids */
	char *next;
	char *playbook;
	json_t *fix;	/* {playbook, params}, literal */
};

extern const char *const co_severity_names[];
extern const struct co_shape co_finding_shape;

#endif
