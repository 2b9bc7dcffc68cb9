/* SPDX-License-Identifier: Apache-2.0 */
/* provider/aws/trouble: what a service's refusal means: whether another try may help, and what a person is told. */
#ifndef CO_PROVIDER_AWS_TROUBLE_H
#define CO_PROVIDER_AWS_TROUBLE_H

#include "provider/aws/protocol.h"

enum co_aws_trouble {
	CO_AWS_FINAL,	  /* no other try helps */
	CO_AWS_TRANSIENT, /* the service is in trouble; whether it carried the request out is not known */
	CO_AWS_THROTTLED, /* it turned the request away, for now */
	CO_AWS_EXPIRED,	  /* the credentials have expired */
};

enum co_aws_trouble co_aws_fault_trouble(const struct co_aws_fault *fault, const struct co_api *api);

/* True for the codes by which a request is refused whose time is wrong. */
int co_aws_fault_tells_time(const struct co_aws_fault *fault);

/* True when a permission is missing. */
int co_aws_fault_denies(const struct co_aws_fault *fault);

/* Fills err: CO_ERR_REMOTE with "access-denied" (the hint names the action), "throttled" or "remote-error". */
int co_aws_fault_describe(const struct co_aws_fault *fault, const struct co_api *api,
			  const struct co_api_operation *operation, const char *region, struct co_err *err);

#endif
