/* SPDX-License-Identifier: Apache-2.0 */
#include "run/approval.h"

static const struct co_field approval_fields[] = {
	CO_STR(struct co_approval, statement, CO_REQUIRED),
	CO_STR(struct co_approval, signature, CO_REQUIRED),
	CO_STR(struct co_approval, by, CO_REQUIRED),
	CO_END,
};

const struct co_shape co_approval_shape = { "approval", sizeof(struct co_approval), approval_fields };
