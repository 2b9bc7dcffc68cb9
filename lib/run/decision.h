/* SPDX-License-Identifier: Apache-2.0 */
/* run/decision: what policy said of a plan, and why (co-policy(5)). */
#ifndef CO_RUN_DECISION_H
#define CO_RUN_DECISION_H

#include "codec/shape.h"

enum co_effect { CO_EFFECT_PERMIT = 1, CO_EFFECT_FORBID, CO_EFFECT_APPROVE };

struct co_reason {
	char *rule;
	char *at;   /* "FILE:LINE"; "built-in" for the default policy */
	char *step; /* the step it decided; NULL: the whole plan */
	char *message;
};

struct co_decision {
	int effect;   /* enum co_effect */
	char *plan;   /* digest of the plan it speaks of; NULL from a foreign policy stage */
	char *policy; /* digest of the rules; NULL from a foreign policy stage */
	CO_LIST(struct co_reason) reasons;
	int64_t approvals_required;
	CO_LIST(char *) approvers; /* principals or @groups that may approve; empty: any signer */
	int self_approval; /* the requester's own approval counts: only where no signers are configured */
};

extern const char *const co_effect_names[];
extern const struct co_shape co_decision_shape;

/*
 * Makes own, this program's decision on the plan with this digest, no weaker
 * than said, an earlier stage's (NULL: none was made). The stricter effect wins, the
 * greater number of approvals, the approvers that both name (none: forbid).
 * said->plan may be absent; CO_ERR_NO "stale-decision" when it is another plan's.
 */
int co_decision_tighten(struct co_decision *own, const struct co_decision *said, const char *plan,
			struct co_err *err);

#endif
