/* SPDX-License-Identifier: Apache-2.0 */
#include "run/finding.h"

const char *const co_severity_names[] = { "critical", "high", "medium", "low", "info", NULL };

static const struct co_field finding_fields[] = {
	CO_STR(struct co_finding, id, CO_REQUIRED),
	CO_ENUM(struct co_finding, severity, CO_REQUIRED, co_severity_names),
	CO_STR(struct co_finding, title, CO_REQUIRED),
	CO_STR(struct co_finding, resource, 0),
	CO_STR(struct co_finding, because, CO_REQUIRED),
	CO_STRS(struct co_finding, evidence, CO_REQUIRED),
	CO_STR(struct co_finding, next, 0),
	CO_STR(struct co_finding, playbook, 0),
	CO_JSON(struct co_finding, fix, 0),
	CO_END,
};

const struct co_shape co_finding_shape = { "finding", sizeof(struct co_finding), finding_fields };
