/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The five protocols over the real catalogue, by hand. tests/peers/aws-oracle.sh compares all operations with botocore;
 * here is what botocore does not do (refusals that name what is wrong) and what must hold where it is not installed.
 */
#include "provider/aws/protocol.h"

#include "codec/json.h"
#include "provider/aws/pages.h"
#include "provider/aws/waiter.h"
#include "unit.h"

struct fixture {
	struct co_apis *apis;
	struct co_api *api;
	struct co_api_operation *operation;
	struct co_aws_call call;
	struct co_aws_request request;
	struct co_aws_fault fault;
	struct co_err err;
	json_t *with, *output;
};

static void forget(struct fixture *f)
{
	co_aws_request_clear(&f->request);
	json_decref(f->output);
	json_decref(f->with);
	co_api_operation_free(f->operation);
	co_api_free(f->api);
	f->output = f->with = NULL;
	f->operation = NULL;
	f->api = NULL;
}

static int setup(void **state)
{
	struct fixture *f = co_xcalloc(1, sizeof(*f));
	struct co_err err = CO_ERR_INIT;
	char *path = unit_program("catalog/aws.apis");

	if (co_apis_open(&f->apis, path, &err) < 0)
		fail_msg("%s", unit_error(&err));
	free(path);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	forget(f);
	co_apis_free(f->apis);
	free(f);
	return 0;
}

static void use(struct fixture *f, const char *service, const char *operation, const char *with)
{
	forget(f);
	f->err = (struct co_err)CO_ERR_INIT;
	f->with = json_loads(with, 0, NULL);
	assert_non_null(f->with);
	assert_int_equal(co_api_find(f->apis, service, &f->api, &f->err), CO_OK);
	if (co_api_operation(f->api, operation, CO_API_INPUT | CO_API_OUTPUT, &f->operation, &f->err) < 0)
		fail_msg("%s", unit_error(&f->err));
	f->call = (struct co_aws_call){ f->api, f->operation, f->with, "0123456789abcdef0123456789abcdef0123456789abcdef", "eu-west-1" };
}

static void encode(struct fixture *f, const char *service, const char *operation, const char *with)
{
	use(f, service, operation, with);
	if (co_aws_encode(&f->call, &f->request, &f->err) < 0)
		fail_msg("%s %s: %s", service, operation, unit_error(&f->err));
}

static void refuse(struct fixture *f, const char *service, const char *operation, const char *with, const char *message)
{
	use(f, service, operation, with);
	assert_int_equal(co_aws_encode(&f->call, &f->request, &f->err), CO_ERR_INPUT);
	assert_null(f->request.path);
	unit_assert_contains(unit_error(&f->err), message);
}

static void decode(struct fixture *f, int status, const struct co_http_header *headers, size_t count, const char *body)
{
	struct co_aws_answer answer = { status, headers, count, body, strlen(body), 0 };

	json_decref(f->output);
	f->output = NULL;
	if (co_aws_decode(&f->call, &answer, &f->output, &f->fault, &f->err) < 0)
		f->output = NULL;
}

static void output_is(struct fixture *f, const char *wanted)
{
	json_t *value = json_loads(wanted, 0, NULL);
	char *text = f->output ? json_dumps(f->output, JSON_COMPACT) : co_xstrdup(f->err.message);

	assert_non_null(value);
	if (!json_equal(value, f->output))
		fail_msg("%s\nwanted: %s", text, wanted);
	free(text);
	json_decref(value);
}

/* ---- requests */

static void test_query(void **state)
{
	struct fixture *f = *state;

	encode(f, "ec2", "DescribeInstances", "{\"Filters\":[{\"Name\":\"tag:a b\",\"Values\":[\"x\",\"\u00e9\"]}],\"DryRun\":true}");
	assert_string_equal(f->request.method, "POST");
	assert_string_equal(f->request.path, "/");
	assert_null(f->request.query);
	assert_string_equal(f->request.body.data, "Action=DescribeInstances&Version=2016-11-15&Filter.1.Name=tag%3Aa+b&Filter.1.Value.1=x"
						  "&Filter.1.Value.2=%C3%A9&DryRun=true");
	encode(f, "iam", "CreateUser", "{\"UserName\":\"u\",\"Tags\":[{\"Key\":\"k\",\"Value\":\"v\"}]}");
	assert_string_equal(f->request.body.data, "Action=CreateUser&Version=2010-05-08&UserName=u&Tags.member.1.Key=k&Tags.member.1.Value=v");
	encode(f, "ec2", "RunInstances", "{\"MinCount\":1,\"MaxCount\":1,\"UserData\":\"#!/bin/sh\",\"ImageId\":null}");
	assert_non_null(strstr(f->request.body.data, "&UserData=IyEvYmluL3No"));
	assert_non_null(strstr(f->request.body.data, "&ClientToken=01234567-89ab-cdef-0123-456789abcdef"));
	assert_null(strstr(f->request.body.data, "ImageId"));
}

static void test_json(void **state)
{
	struct fixture *f = *state;

	encode(f, "dynamodb", "GetItem", "{\"TableName\":\"t\",\"Key\":{\"id\":{\"B\":\"aGk=\"}}}");
	assert_string_equal(co_aws_request_get(&f->request, "x-amz-target"), "DynamoDB_20120810.GetItem");
	assert_string_equal(co_aws_request_get(&f->request, "content-type"), "application/x-amz-json-1.0");
	assert_string_equal(f->request.body.data, "{\"TableName\":\"t\",\"Key\":{\"id\":{\"B\":\"aGk=\"}}}");
	encode(f, "ce", "GetCostAndUsage", "{\"TimePeriod\":{\"Start\":\"2026-01-01\",\"End\":\"2026-02-01\"},\"Granularity\":\"DAILY\",\"Metrics\":[]}");
	encode(f, "cloudtrail", "LookupEvents", "{\"StartTime\":\"2026-01-01T01:00:00+01:00\",\"EndTime\":1767225600.5}");
	assert_string_equal(f->request.body.data, "{\"StartTime\":1767225600,\"EndTime\":1767225600}");
}

static void test_rest(void **state)
{
	struct fixture *f = *state;

	encode(f, "lambda", "ListTags", "{\"Resource\":\"arn:aws:lambda:eu-west-1:1:function:f\"}");
	assert_string_equal(f->request.method, "GET");
	assert_string_equal(f->request.path, "/2017-03-31/tags/arn%3Aaws%3Alambda%3Aeu-west-1%3A1%3Afunction%3Af");
	encode(f, "s3", "PutObject", "{\"Bucket\":\"b\",\"Key\":\"a/b c+\u00e9\",\"Body\":\"aGVsbG8=\",\"Metadata\":{\"k\":\"v\"}}");
	assert_string_equal(f->request.path, "/b/a/b%20c%2B%C3%A9");
	assert_string_equal(f->request.body.data, "hello");
	assert_string_equal(co_aws_request_get(&f->request, "x-amz-meta-k"), "v");
	assert_string_equal(co_aws_request_get(&f->request, "x-amz-checksum-crc32"), "NhCmhg==");
	encode(f, "s3", "DeleteObjects", "{\"Bucket\":\"b\",\"Delete\":{\"Objects\":[{\"Key\":\"<a&\\n\"}]}}");
	assert_string_equal(f->request.query, "delete");
	assert_string_equal(f->request.body.data, "<Delete xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Object><Key>&lt;a&amp;&#xA;</Key>"
						  "</Object></Delete>");
	encode(f, "s3", "ListObjectsV2", "{\"Bucket\":\"b\",\"Prefix\":\"a/\"}");
	assert_string_equal(f->request.query, "list-type=2&prefix=a%2F&encoding-type=url");
	encode(f, "route53", "GetHostedZone", "{\"Id\":\"/hostedzone/Z1\"}");
	assert_string_equal(f->request.path, "/2013-04-01/hostedzone/Z1");
	encode(f, "glacier", "ListVaults", "{}");
	assert_string_equal(f->request.path, "/-/vaults");
	assert_string_equal(co_aws_request_get(&f->request, "x-amz-glacier-version"), "2012-06-01");
}

static void test_hosts(void **state)
{
	struct fixture *f = *state;

	encode(f, "s3control", "ListAccessPoints", "{\"AccountId\":\"123456789012\"}");
	assert_string_equal(f->request.host_prefix, "123456789012.");
	refuse(f, "s3control", "ListAccessPoints", "{\"AccountId\":\"evil.example/\"}", "becomes part of a host name");
	refuse(f, "s3control", "ListAccessPoints", "{\"AccountId\":\"\"}", "becomes part of a host name");
}

static void test_presigned(void **state)
{
	struct fixture *f = *state;
	struct co_buf query = CO_BUF_INIT;

	encode(f, "ec2", "CopySnapshot", "{\"SourceRegion\":\"us-east-1\",\"SourceSnapshotId\":\"snap-1\",\"Description\":\"a b\"}");
	assert_string_equal(f->request.presign_region, "us-east-1");
	co_aws_request_presign_query(&f->request, &query);
	assert_string_equal(query.data, "Action=CopySnapshot&Version=2016-11-15&SourceRegion=us-east-1&SourceSnapshotId=snap-1"
					"&Description=a%20b&DestinationRegion=eu-west-1");
	co_aws_request_add_presigned(&f->request, "https://ec2.us-east-1.amazonaws.com/?a=b");
	unit_assert_contains(f->request.body.data, "&PresignedUrl=https%3A%2F%2Fec2.us-east-1.amazonaws.com%2F%3Fa%3Db");
	unit_assert_contains(f->request.body.data, "&DestinationRegion=eu-west-1");
	encode(f, "rds", "CopyDBSnapshot", "{\"SourceRegion\":\"us-east-1\",\"SourceDBSnapshotIdentifier\":\"a\",\"TargetDBSnapshotIdentifier\":\"b\"}");
	assert_null(strstr(f->request.body.data, "SourceRegion"));
	assert_string_equal(f->request.presign_name, "PreSignedUrl");
	encode(f, "rds", "CopyDBSnapshot", "{\"SourceDBSnapshotIdentifier\":\"a\",\"TargetDBSnapshotIdentifier\":\"b\"}");
	assert_null(f->request.presign_region);
	co_buf_clear(&query);
}

static void test_refused(void **state)
{
	struct fixture *f = *state;

	refuse(f, "ec2", "DescribeInstances", "{\"MaxResult\":5}", "unknown parameter \"MaxResult\" (at /MaxResult); did you mean \"MaxResults\"?");
	refuse(f, "ec2", "DescribeInstances", "{\"MaxResults\":\"5\"}", "must be an integer, and this is a string (at /MaxResults)");
	refuse(f, "ec2", "DescribeInstances", "{\"Filters\":[{\"Name\":7}]}", "must be a string, and this is an integer (at /Filters/0/Name)");
	refuse(f, "ec2", "DescribeInstances", "{\"Filters\":{}}", "must be a list, and this is an object");
	refuse(f, "ec2", "StopInstances", "{}", "parameter \"InstanceIds\" is missing");
	refuse(f, "ec2", "StopInstances", "[]", "must be an object, and this is a list");
	refuse(f, "dynamodb", "GetItem", "{\"TableName\":\"t\",\"Key\":{\"i\":{\"B\":\"no base64\"}}}", "must be base64 with padding (RFC 4648), and this is none");
	refuse(f, "cloudtrail", "LookupEvents", "{\"StartTime\":\"yesterday\"}", "must be a time like");
	refuse(f, "cloudtrail", "LookupEvents", "{\"StartTime\":\"2026-02-30\"}", "must be a time like");
	refuse(f, "s3", "DeleteObject", "{\"Bucket\":\"b\",\"Key\":\"\"}", "must be neither empty nor \".\" nor \"..\" (at /Key)");
	refuse(f, "lambda", "GetFunction", "{\"FunctionName\":\"..\"}", "must be neither empty nor");
	refuse(f, "s3", "ListObjectsV2", "{\"Bucket\":\"a/b\"}", "not the name of a bucket");
	refuse(f, "s3", "ListObjectsV2", "{\"Bucket\":\"..\"}", "not the name of a bucket");
	refuse(f, "s3", "PutObject", "{\"Bucket\":\"b\",\"Key\":\"k\",\"Metadata\":{\"a\":\"x\\r\\nHost: evil\"}}", "a header cannot hold a line break");
	refuse(f, "s3", "PutObject", "{\"Bucket\":\"b\",\"Key\":\"k\",\"Metadata\":{\"a: b\":\"x\"}}", "a header cannot hold");
	refuse(f, "s3", "PutObject", "{\"Bucket\":\"b\",\"Key\":\"k\",\"ChecksumAlgorithm\":\"CRC64NVME\"}", "an algorithm that is not known here");
	refuse(f, "kinesis", "SubscribeToShard", "{}", "works over a stream of events");
	refuse(f, "sts", "GetCallerIdentity", "{\"a\":1}", "unknown parameter \"a\"");
}

/* ---- answers */

static void test_xml_answers(void **state)
{
	struct fixture *f = *state;

	use(f, "ec2", "DescribeSecurityGroups", "{}");
	decode(f, 200, NULL, 0, "<DescribeSecurityGroupsResponse xmlns='u'><requestId>r</requestId><securityGroupInfo><item><groupId>sg-1</groupId>"
				"<new>1</new><ipPermissions/><tagSet><item><key>k</key><value/></item></tagSet></item></securityGroupInfo>"
				"</DescribeSecurityGroupsResponse>");
	output_is(f, "{\"SecurityGroups\":[{\"GroupId\":\"sg-1\",\"IpPermissions\":[],\"Tags\":[{\"Key\":\"k\",\"Value\":\"\"}]}]}");
	use(f, "iam", "GetRolePolicy", "{}");
	decode(f, 200, NULL, 0, "<GetRolePolicyResponse><GetRolePolicyResult><RoleName>r</RoleName><PolicyDocument>%7B%22a%22%3A1%7D</PolicyDocument>"
				"</GetRolePolicyResult></GetRolePolicyResponse>");
	output_is(f, "{\"RoleName\":\"r\",\"PolicyDocument\":{\"a\":1}}");
	decode(f, 200, NULL, 0, "<GetRolePolicyResponse/>");
	assert_null(f->output);
	assert_string_equal(f->err.id, "bad-answer");
	use(f, "ec2", "GetConsoleOutput", "{}");
	decode(f, 200, NULL, 0, "<r><output>aGkA/w==</output></r>");
	output_is(f, "{\"Output\":\"hi\ufffd\ufffd\"}");
	use(f, "s3", "GetBucketLocation", "{}");
	decode(f, 200, NULL, 0, "<LocationConstraint>eu-west-1</LocationConstraint>");
	output_is(f, "{\"LocationConstraint\":\"eu-west-1\"}");
	use(f, "s3", "ListObjectsV2", "{}");
	decode(f, 200, NULL, 0, "<r><EncodingType>url</EncodingType><KeyCount>1</KeyCount><Contents><Key>a%20+%C3%A9</Key></Contents></r>");
	output_is(f, "{\"EncodingType\":\"url\",\"KeyCount\":1,\"Contents\":[{\"Key\":\"a  \u00e9\"}]}");
	decode(f, 200, NULL, 0, "<r><EncodingType>url</EncodingType><Contents><Key>a%00+b</Key></Contents></r>");
	output_is(f, "{\"EncodingType\":\"url\",\"Contents\":[{\"Key\":\"a%00+b\"}]}");
	decode(f, 200, NULL, 0, "<r><KeyCount>many</KeyCount></r>");
	assert_null(f->output);
	unit_assert_contains(unit_error(&f->err), "\"many\" where the model says an integer (at /KeyCount)");
	decode(f, 200, NULL, 0, "<r><KeyCount>1</Ke");
	assert_null(f->output);
	assert_string_equal(f->fault.code, "500");
}

static void test_json_answers(void **state)
{
	struct fixture *f = *state;

	use(f, "logs", "GetLogEvents", "{}");
	decode(f, 200, NULL, 0, "{\"events\":[{\"timestamp\":1,\"message\":\"a\\u0000b\\ud800 \\ud83d\\ude00\",\"x\":null}],\"new\":1}");
	output_is(f, "{\"events\":[{\"timestamp\":1,\"message\":\"a\ufffdb\ufffd \U0001f600\"}]}");
	decode(f, 200, NULL, 0, "");
	output_is(f, "{}");
	decode(f, 200, NULL, 0, "{\"events\":{}}");
	assert_null(f->output);
	unit_assert_contains(unit_error(&f->err), "an object where the model says a list (at /events)");
	decode(f, 200, NULL, 0, "<html>captive portal</html>");
	assert_null(f->output);
	assert_int_equal(f->err.code, CO_ERR_REMOTE);
	assert_string_equal(f->err.id, "bad-answer");
	use(f, "bedrock-runtime", "Converse", "{}");
	decode(f, 200, NULL, 0, "{\"output\":{\"NEW\":1}}");
	output_is(f, "{\"output\":{\"SDK_UNKNOWN_MEMBER\":{\"name\":\"NEW\"}}}");
	decode(f, 200, NULL, 0, "{\"output\":{\"NEW\":1,\"message\":{}}}");
	unit_assert_contains(unit_error(&f->err), "2 members where the model says exactly one (at /output)");
}

static void test_rest_answers(void **state)
{
	static const struct co_http_header headers[] = { { "ETag", "\"e\"" }, { "x-amz-meta-a", "1" }, { "X-Amz-Meta-b", "2" },
							 { "Content-Length", "3" }, { "Expires", "never" } };
	struct co_aws_answer answer = { 200, headers, CO_COUNT(headers), "a\0b", 3, 0 };
	struct fixture *f = *state;

	use(f, "s3", "GetObject", "{}");
	assert_non_null(co_aws_stream_of(f->operation));
	assert_int_equal(co_aws_decode(&f->call, &answer, &f->output, &f->fault, &f->err), CO_OK);
	output_is(f, "{\"ETag\":\"\\\"e\\\"\",\"Metadata\":{\"a\":\"1\",\"b\":\"2\"},\"ContentLength\":3,\"Body\":\"YQBi\",\"ExpiresString\":\"never\"}");
	answer.body_elsewhere = 1;
	json_decref(f->output);
	assert_int_equal(co_aws_decode(&f->call, &answer, &f->output, &f->fault, &f->err), CO_OK);
	assert_null(json_object_get(f->output, "Body"));
	use(f, "lambda", "Invoke", "{}");
	decode(f, 200, NULL, 0, "\"x\"");
	output_is(f, "{\"StatusCode\":200,\"Payload\":\"Ingi\"}");
}

static void fault_is(struct fixture *f, const char *code, const char *message, const char *id)
{
	assert_null(f->output);
	assert_int_equal(f->err.code, CO_ERR_REMOTE);
	assert_string_equal(f->err.id, "remote-error");
	assert_string_equal(f->fault.code, code);
	assert_string_equal(f->fault.message, message);
	assert_string_equal(f->fault.request_id, id);
}

static void test_faults(void **state)
{
	static const struct co_http_header id[] = { { "x-amzn-RequestId", "i" } };
	static const struct co_http_header older[] = { { "x-amzn-query-error", "AWS.SimpleQueueService.NonExistentQueue;Sender" } };
	struct fixture *f = *state;

	use(f, "ec2", "DescribeVpcs", "{}");
	decode(f, 403, NULL, 0, "<Response><Errors><Error><Code>UnauthorizedOperation</Code><Message>no \xe2\x80\xaego</Message></Error></Errors>"
				"<RequestID>r</RequestID></Response>");
	fault_is(f, "UnauthorizedOperation", "no \\u{202e}go", "r");
	unit_assert_contains(f->err.message, "ec2 DescribeVpcs: UnauthorizedOperation: no");
	decode(f, 503, NULL, 0, "\n<html><body>busy</body></html>");
	fault_is(f, "503", "Service Unavailable", "");
	decode(f, 400, NULL, 0, "garbage \x01");
	fault_is(f, "400", "Bad Request", "");
	use(f, "sqs", "GetQueueUrl", "{}");
	decode(f, 400, older, 1, "{\"__type\":\"com.amazonaws.sqs#QueueDoesNotExist\",\"message\":\"m\"}");
	fault_is(f, "AWS.SimpleQueueService.NonExistentQueue", "m", "");
	use(f, "eks", "ListClusters", "{}");
	decode(f, 400, id, 1, "not json");
	fault_is(f, "400", "not json", "i");
	use(f, "s3", "CopyObject", "{}");
	decode(f, 200, NULL, 0, "<Error><Code>SlowDown</Code><Message>later</Message><RequestId>q</RequestId></Error>");
	fault_is(f, "SlowDown", "later", "q");
	assert_int_equal(f->fault.status, 500);
	use(f, "s3", "HeadBucket", "{}");
	decode(f, 301, &(struct co_http_header){ "x-amz-bucket-region", "eu-north-1" }, 1, "");
	fault_is(f, "301", "Moved Permanently", "");
	assert_string_equal(f->fault.region, "eu-north-1");
}

/* ---- pages and waiters */

static json_t *json(const char *text)
{
	json_t *value = json_loads(text, 0, NULL);

	assert_non_null(value);
	return value;
}

static void test_pages(void **state)
{
	struct co_aws_page_limits none = { 0, 0, 0 }, two = { 2, 0, 0 }, small = { 0, 0, 4096 };
	struct co_aws_pages *pages;
	struct fixture *f = *state;
	int more, i;

	use(f, "iam", "ListUsers", "{\"PathPrefix\":\"/a\"}");
	assert_true(co_aws_paged(&f->call));
	assert_int_equal(co_aws_pages_new(&pages, &f->call, &none, &f->err), CO_OK);
	assert_int_equal(co_aws_pages_add(pages, json("{\"Users\":[1],\"IsTruncated\":true,\"Marker\":\"m\"}"), &f->err), 1);
	assert_string_equal(co_json_str(co_aws_pages_with(pages), "Marker"), "m");
	assert_string_equal(co_json_str(co_aws_pages_with(pages), "PathPrefix"), "/a");
	assert_int_equal(co_aws_pages_add(pages, json("{\"Users\":[2],\"IsTruncated\":false,\"Marker\":\"x\"}"), &f->err), 0);
	f->output = co_aws_pages_end(pages);
	output_is(f, "{\"Users\":[1,2]}");
	assert_null(json_object_get(f->with, "Marker"));

	assert_int_equal(co_aws_pages_new(&pages, &f->call, &none, &f->err), CO_OK);
	assert_int_equal(co_aws_pages_add(pages, json("{\"Users\":[1],\"IsTruncated\":true,\"Marker\":\"m\"}"), &f->err), 1);
	assert_int_equal(co_aws_pages_add(pages, json("{\"Users\":[1],\"IsTruncated\":true,\"Marker\":\"m\"}"), &f->err), CO_ERR_REMOTE);
	assert_string_equal(f->err.id, "repeated-page");
	co_aws_pages_free(pages);

	assert_int_equal(co_aws_pages_new(&pages, &f->call, &two, &f->err), CO_OK);
	assert_int_equal(co_aws_pages_add(pages, json("{\"Users\":[1],\"IsTruncated\":true,\"Marker\":\"m\"}"), &f->err), 1);
	assert_int_equal(co_aws_pages_add(pages, json("{\"Users\":[2],\"IsTruncated\":true,\"Marker\":\"n\"}"), &f->err), 0);
	assert_true(co_aws_pages_cut(pages));
	co_aws_pages_free(pages);

	assert_int_equal(co_aws_pages_new(&pages, &f->call, &small, &f->err), CO_OK);
	for (i = 0; (more = co_aws_pages_add(pages, json_pack("{s:[s],s:b,s:i}", "Users", "u", "IsTruncated", 1, "Marker", i + 1), &f->err)) == 1; i++)
		assert_true(i < 100);
	assert_int_equal(more, 0);
	assert_true(i > 2 && co_aws_pages_cut(pages));
	co_aws_pages_free(pages);

	use(f, "iam", "ListUsers", "{\"MaxItems\":5}");
	assert_false(co_aws_paged(&f->call));
	use(f, "ec2", "StopInstances", "{}");
	assert_false(co_aws_paged(&f->call));
}

static void test_pages_summed(void **state)
{
	struct co_aws_page_limits none = { 0, 0, 0 };
	struct co_aws_pages *pages;
	struct fixture *f = *state;

	use(f, "dynamodb", "Query", "{\"TableName\":\"t\"}");
	assert_int_equal(co_aws_pages_new(&pages, &f->call, &none, &f->err), CO_OK);
	assert_int_equal(co_aws_pages_add(pages, json("{\"Items\":[1],\"Count\":1,\"ScannedCount\":3,\"LastEvaluatedKey\":{\"a\":{\"S\":\"b\"}}}"), &f->err), 1);
	assert_int_equal(co_aws_pages_add(pages, json("{\"Items\":[],\"Count\":0,\"ScannedCount\":4}"), &f->err), 0);
	f->output = co_aws_pages_end(pages);
	output_is(f, "{\"Items\":[1],\"Count\":1,\"ScannedCount\":7,\"ConsumedCapacity\":null}");
}

static void test_waiters(void **state)
{
	struct fixture *f = *state;
	struct co_aws_waiter *waiter;
	struct co_aws_fault gone = { 400, "InvalidInstanceID.NotFound", "", "", "" }, denied = { 403, "UnauthorizedOperation", "", "", "" };
	json_t *running = json("{\"Reservations\":[{\"Instances\":[{\"State\":{\"Name\":\"running\"}}]}]}");
	json_t *stopping = json("{\"Reservations\":[{\"Instances\":[{\"State\":{\"Name\":\"stopping\"}}]}]}");
	json_t *pending = json("{\"Reservations\":[{\"Instances\":[{\"State\":{\"Name\":\"running\"}},{\"State\":{\"Name\":\"pending\"}}]}]}");

	use(f, "ec2", "DescribeInstances", "{}");
	assert_int_equal(co_aws_waiter_find(f->api, "instance-running", &waiter, &f->err), CO_OK);
	assert_string_equal(co_aws_waiter_operation(waiter), "DescribeInstances");
	assert_int_equal(co_aws_waiter_delay(waiter), 15);
	assert_int_equal(co_aws_waiter_attempts(waiter), 40);
	assert_int_equal(co_aws_waiter_judge(waiter, running, NULL, 200), CO_AWS_WAIT_SUCCESS);
	assert_int_equal(co_aws_waiter_judge(waiter, stopping, NULL, 200), CO_AWS_WAIT_FAILURE);
	assert_int_equal(co_aws_waiter_judge(waiter, pending, NULL, 200), CO_AWS_WAIT_RETRY);
	assert_int_equal(co_aws_waiter_judge(waiter, NULL, &gone, 400), CO_AWS_WAIT_RETRY);
	assert_int_equal(co_aws_waiter_judge(waiter, NULL, &denied, 403), CO_AWS_WAIT_ERROR);
	co_aws_waiter_free(waiter);
	assert_int_equal(co_aws_waiter_find(f->api, "InstanceRuning", &waiter, &f->err), CO_ERR_INPUT);
	assert_string_equal(f->err.id, "unknown-waiter");
	json_decref(running);
	json_decref(stopping);
	json_decref(pending);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_query),	     cmocka_unit_test(test_json),	  cmocka_unit_test(test_rest),
		cmocka_unit_test(test_hosts),	     cmocka_unit_test(test_presigned),	  cmocka_unit_test(test_refused),
		cmocka_unit_test(test_xml_answers),  cmocka_unit_test(test_json_answers), cmocka_unit_test(test_rest_answers),
		cmocka_unit_test(test_faults), cmocka_unit_test(test_pages),	  cmocka_unit_test(test_pages_summed),
		cmocka_unit_test(test_waiters),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
