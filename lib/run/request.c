/* SPDX-License-Identifier: Apache-2.0 */
#include "run/request.h"

static const char *const via_names[] = { "tty", "pipe", "alert", NULL };

static const struct co_field request_fields[] = {
	CO_STR(struct co_request, text, CO_REQUIRED),
	CO_STR(struct co_request, by, CO_REQUIRED),
	CO_INT(struct co_request, uid, CO_REQUIRED, 0, UINT32_MAX),
	CO_STR(struct co_request, host, CO_REQUIRED),
	CO_TIME(struct co_request, at, CO_REQUIRED),
	CO_ENUM(struct co_request, via, CO_REQUIRED, via_names),
	CO_STR(struct co_request, trace, 0),
	CO_END,
};

const struct co_shape co_request_shape = { "request", sizeof(struct co_request), request_fields };
