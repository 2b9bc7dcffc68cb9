/* SPDX-License-Identifier: Apache-2.0 */
/*
 * provider/aws/session: as whom a call is made: the target's profile, and where the inventory names a role
 * for the account, a session of that role which can do nothing but the plan. Its credentials are found anew only when
 * they have to be, and are those of the account that the target names, or it is CO_ERR_REMOTE "wrong-account".
 */
#ifndef CO_PROVIDER_AWS_SESSION_H
#define CO_PROVIDER_AWS_SESSION_H

#include "exec/provider.h"
#include "provider/aws/exchange.h"
#include "provider/aws/scope.h"

struct co_aws_session {
	struct co_aws_client *client;
	struct co_aws_scopes *scopes;
	const struct co_call *call;
	const char *profile; /* of the target; NULL */
	const char *role;    /* ARN, or name in the account; NULL */
	const char *account; /* that the target names; NULL */
	const char *region;
	struct co_aws_credentials by; /* what the signer gave last */
	struct co_aws_signer signer;  /* of the session: use it while the struct is where it is */
};

void co_aws_session_start(struct co_aws_session *session, struct co_aws_client *client, struct co_aws_scopes *scopes,
			  const struct co_call *call, const char *region);
void co_aws_session_end(struct co_aws_session *session); /* wipes what it holds; a zeroed one is fine */

#endif
