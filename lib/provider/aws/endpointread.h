/* SPDX-License-Identifier: Apache-2.0 */
/* provider/aws/endpointread: what the rules of S3 share with the others; not for others. */
#ifndef CO_PROVIDER_AWS_ENDPOINTREAD_H
#define CO_PROVIDER_AWS_ENDPOINTREAD_H

#include "provider/aws/endpoint.h"

/* One request on its way to an endpoint. */
struct co_aws_lookup {
	const struct co_aws_reach *reach;
	const struct co_api *api;
	const struct co_api_operation *operation;
	json_t *input;
	struct co_aws_partition partition;
};

/* What the input gives for a parameter of the rules; NULL. */
const char *co_aws_context(const struct co_aws_lookup *request, const char *parameter);
/* Whether the operation fixes it: "UseObjectLambdaEndpoint=true". */
int co_aws_context_is(const struct co_aws_lookup *request, const char *word);

/* Puts the parts of a URL together around a host: label and a dot before it, "/" and path after it; either may be NULL. */
char *co_aws_url_with(const char *url, const char *label, const char *path);

/* For S3 and S3 control: changes what the table said where the input names a bucket or an account. */
int co_aws_endpoint_s3(const struct co_aws_lookup *request, struct co_aws_endpoint *endpoint, struct co_err *err);
int co_aws_endpoint_s3control(const struct co_aws_lookup *request, struct co_aws_endpoint *endpoint,
			      struct co_err *err);

#endif
