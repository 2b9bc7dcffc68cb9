/* SPDX-License-Identifier: Apache-2.0 */
/*
 * provider/aws/endpoint: where a request goes, and for whom it is signed, as botocore's rules have it.
 *
 * The rule is PREFIX.REGION.SUFFIX; what differs from it is in a table of the catalogue
 * (lib/catalog/aws/endpoints, see co-aws(5)). S3 also takes a bucket into the host, or an
 * access point; S3 control the account. Not done, because the plain endpoint serves as well:
 * account hosts of DynamoDB and Kinesis. Refused, because they need signatures that we
 * do not make: access points of many regions, and directory buckets.
 */
#ifndef CO_PROVIDER_AWS_ENDPOINT_H
#define CO_PROVIDER_AWS_ENDPOINT_H

#include "catalog/api.h"
#include "catalog/partition.h"

#include <jansson.h>

enum co_aws_s3_style { CO_AWS_S3_AUTO, CO_AWS_S3_PATH, CO_AWS_S3_VIRTUAL };

/* How services are reached from here. All is borrowed. */
struct co_aws_reach {
	const char *region;
	const char *override; /* URL to be used instead of the service's own; NULL */
	int fips;
	int dualstack;
	enum co_aws_s3_style s3_style;
	int s3_accelerate;
	int s3_own_region;	/* use_arn_region = false: an access point of another region is an error */
	int keep_host;		/* no host prefix, as botocore's inject_host_prefix = false; so is it for an override on loopback */
};

struct co_aws_endpoint {
	char *url;     /* "https://HOST[:PORT][/PATH]", without "/" at the end */
	char *uri;     /* the operation's URI template, without what is in url already */
	char *signing; /* service and region of the signature's scope */
	char *region;
};

/*
 * Finds it for one request. input holds the operation's members. CO_ERR_INPUT with id
 * "bad-region", "bad-endpoint" (the override), "no-endpoint" (there is none, or the input
 * names none), "not-supported".
 */
int co_aws_endpoint(const struct co_aws_reach *reach, const struct co_api *api, const struct co_api_operation *operation,
		    json_t *input, struct co_aws_endpoint *endpoint, struct co_err *err);
void co_aws_endpoint_clear(struct co_aws_endpoint *endpoint);

#endif
