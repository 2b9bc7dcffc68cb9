/* SPDX-License-Identifier: Apache-2.0 */
/* policy/cases: a policy's own tests: a table of plans and what is decided of them (co-policy(5)). */
#ifndef CO_POLICY_CASES_H
#define CO_POLICY_CASES_H

#include "policy/policy.h"

/*
 * Runs the cases of one file and appends a line for each, and one for each rule that
 * no case was decided by. policy is used when the file names no "policy" of its
 * own. CO_ERR_NO when a case failed or a rule was left out, CO_ERR_INPUT for a wrong file.
 */
int co_policy_test(const char *file, const struct co_policy *policy, struct co_catalog *catalog,
		   const struct co_config *config, int64_t now, struct co_buf *out, struct co_err *err);

#endif
