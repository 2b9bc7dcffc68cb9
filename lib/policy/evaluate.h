/* SPDX-License-Identifier: Apache-2.0 */
/* policy/evaluate: all rules over all calls of a plan. */
#ifndef CO_POLICY_EVALUATE_H
#define CO_POLICY_EVALUATE_H

#include "policy/match.h"

struct co_policy {
	CO_LIST(struct co_rules) files; /* the built-in one is copied shallowly, and not cleared */
	char digest[CO_DIGEST_LEN + 1];
};

/* The calls of a plan, looked up in catalogue and inventory; and what was wrong with them. */
struct co_survey {
	struct co_plan_facts plan;
	CO_LIST(struct co_call_facts) calls;
	CO_LIST(struct co_reason) errors; /* each is a denial */
};

/* Looks everything up. Never fails: what is wrong is in errors. */
void co_survey_make(struct co_survey *survey, const struct co_policy_facts *facts);
void co_survey_clear(struct co_survey *survey);

/* Decides on a survey: everything but the digests. decision is zeroed before. */
void co_survey_decide(const struct co_survey *survey, const struct co_policy *policy, struct co_decision *decision);

#endif
