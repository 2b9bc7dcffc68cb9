/* SPDX-License-Identifier: Apache-2.0 */
/* policy/explain: a decision in words, and the smallest change that would flip it. */
#ifndef CO_POLICY_EXPLAIN_H
#define CO_POLICY_EXPLAIN_H

#include "policy/policy.h"

/*
 * Appends lines for a terminal. What would flip the decision is found by
 * trying: every environment, user, moment and number of changes that the rules
 * or the inventory mention is supposed in turn, then in pairs, and decided on.
 */
void co_policy_explain(const struct co_policy *policy, const struct co_policy_facts *facts,
		       const struct co_decision *decision, struct co_buf *out);

#endif
