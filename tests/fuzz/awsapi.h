/* SPDX-License-Identifier: Apache-2.0 */
/* Operations of the real catalogue for the fuzzers of AWS's protocols: opened once, and chosen by the first byte of the input. */
#ifndef CO_TESTS_FUZZ_AWSAPI_H
#define CO_TESTS_FUZZ_AWSAPI_H

#include "fuzz.h"

#include "provider/aws/protocol.h"

#include <unistd.h>

static const struct {
	const char *service, *operation;
} awsapi_names[] = {
	{ "ec2", "DescribeInstances" },	    { "ec2", "GetConsoleOutput" },  { "iam", "GetAccountAuthorizationDetails" },
	{ "cloudformation", "GetTemplate" }, { "rds", "DescribeDBInstances" }, { "s3", "ListObjectsV2" },
	{ "s3", "GetObject" },		    { "s3", "GetBucketLocation" },  { "s3", "PutBucketLifecycleConfiguration" },
	{ "route53", "ListHostedZones" },   { "cloudfront", "ListDistributions" }, { "dynamodb", "Query" },
	{ "cloudwatch", "GetMetricData" },  { "logs", "GetLogEvents" },	    { "lambda", "GetFunction" },
	{ "bedrock-runtime", "Converse" },  { "glacier", "DescribeJob" },   { "ec2", "RunInstances" },
	{ "kinesis", "DescribeStream" },    { "athena", "GetQueryResults" }, { "s3", "CopyObject" },
};

enum { AWSAPI_COUNT = sizeof(awsapi_names) / sizeof(awsapi_names[0]) };

/* The catalogue lies beside the fuzzer: BUILD/tests/fuzz/NAME, BUILD/catalog/aws.apis. */
static inline struct co_aws_call awsapi_call(uint8_t choice)
{
	static struct co_aws_call calls[AWSAPI_COUNT];
	static struct co_apis *apis;
	size_t i = choice % AWSAPI_COUNT;
	struct co_api_operation *operation;
	struct co_err err = CO_ERR_INIT;
	char path[4096];
	struct co_api *api;
	ssize_t len;
	int up;

	if (!apis) {
		len = readlink("/proc/self/exe", path, sizeof(path) - 32);
		must(len > 0);
		path[len] = '\0';
		for (up = 0; up < 3; up++)
			*strrchr(path, '/') = '\0';
		strcat(path, "/catalog/aws.apis");
		must(co_apis_open(&apis, path, &err) == CO_OK);
	}
	if (!calls[i].api) {
		must(co_api_find(apis, awsapi_names[i].service, &api, &err) == CO_OK);
		must(co_api_operation(api, awsapi_names[i].operation, CO_API_INPUT | CO_API_OUTPUT, &operation, &err) == CO_OK);
		calls[i] = (struct co_aws_call){ api, operation, json_object(), "01234567-89ab-4cde-8f01-23456789abcd", "eu-west-1" };
	}
	return calls[i];
}

#endif
