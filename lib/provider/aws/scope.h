/* SPDX-License-Identifier: Apache-2.0 */
/*
 * provider/aws/scope: what a run's plan does in each account, as the policy of a session that can do no more.
 *
 * AWS takes 2,048 characters of policy with AssumeRole. What does not fit is made shorter in steps:
 *   0  exactly the plan's actions, on the resources that its calls name (catalog/grants.h)
 *   1  exactly the plan's actions
 *   2  one pattern for the actions of a service that begin with the same verb ("ec2:Describe*"), where every
 *      operation of that service with this verb only lists or reads
 *   3  AWS's own policy ReadOnlyAccess, where the whole plan only lists or reads
 * and no further: a plan that is larger is refused.
 */
#ifndef CO_PROVIDER_AWS_SCOPE_H
#define CO_PROVIDER_AWS_SCOPE_H

#include "catalog/api.h"
#include "run/plan.h"

enum { CO_AWS_SCOPE_STEPS = 4, CO_AWS_POLICY_LIMIT = 2048 };

struct co_aws_scopes;

struct co_aws_scopes *co_aws_scopes_new(void);
void co_aws_scopes_free(struct co_aws_scopes *scopes); /* NULL is fine */

/* Notes the actions of a plan's AWS calls: its steps, their verifications and undos. An operation that is unknown is passed over: it cannot be called either. */
void co_aws_scopes_admit(struct co_aws_scopes *scopes, const struct co_apis *apis, const struct co_plan *plan,
			 const char *run);

struct co_aws_policy {
	struct co_buf inline_policy; /* JSON; empty: none */
	const char *managed;	     /* name of an AWS managed policy; NULL */
};

/*
 * The policy of a run in an account (NULL: of targets without one) by step, or by a later one where that does not fit; *step is the one that
 * was used. CO_ERR_REMOTE "plan-too-large" when none is left.
 */
int co_aws_scopes_policy(struct co_aws_scopes *scopes, const struct co_apis *apis, const char *run, const char *account,
			 int *step, struct co_aws_policy *policy, struct co_err *err);

#endif
