/* SPDX-License-Identifier: Apache-2.0 */
/* provider/aws/waiter: whether what was waited for has come, by the rules of the model ("instance-running"). */
#ifndef CO_PROVIDER_AWS_WAITER_H
#define CO_PROVIDER_AWS_WAITER_H

#include "provider/aws/protocol.h"

struct co_aws_waiter;

/* As co_api_waiter(); CO_ERR_INPUT "bad-catalog" too. The caller frees it. */
int co_aws_waiter_find(const struct co_api *api, const char *name, struct co_aws_waiter **waiter, struct co_err *err);
void co_aws_waiter_free(struct co_aws_waiter *waiter);

const char *co_aws_waiter_operation(const struct co_aws_waiter *waiter); /* that is called again and again */
unsigned co_aws_waiter_delay(const struct co_aws_waiter *waiter);	    /* seconds between two calls */
unsigned co_aws_waiter_attempts(const struct co_aws_waiter *waiter);     /* at most */

enum co_aws_wait {
	CO_AWS_WAIT_RETRY,   /* not yet */
	CO_AWS_WAIT_SUCCESS,
	CO_AWS_WAIT_FAILURE, /* it will never come */
	CO_AWS_WAIT_ERROR,   /* the call failed in a way that the model does not expect */
};

/* Judges one answer: its output, or NULL and the fault. status is that of HTTP. */
enum co_aws_wait co_aws_waiter_judge(const struct co_aws_waiter *waiter, json_t *output, const struct co_aws_fault *fault,
				     int status);

#endif
