/* SPDX-License-Identifier: Apache-2.0 */
/* What the catalogue says of AWS, and how it checks what AWS is asked. */
#include "catalog/catalog.h"

#include "run/plan.h"
#include "unit.h"

struct place {
	struct co_catalog *catalog;
	struct co_operation found;
	struct co_err err;
};

static int setup(void **state)
{
	struct place *p = co_xcalloc(1, sizeof(*p));
	char *directory = unit_program("catalog");

	p->catalog = co_catalog_new(directory);
	free(directory);
	*state = p;
	return 0;
}

static int teardown(void **state)
{
	struct place *p = *state;

	co_operation_clear(&p->found);
	co_catalog_free(p->catalog);
	free(p);
	return 0;
}

static int find(struct place *p, const char *service, const char *operation)
{
	const char *const call[] = { "aws", service, operation };

	p->err = (struct co_err)CO_ERR_INIT;
	co_operation_clear(&p->found);
	return co_catalog_find(p->catalog, call, &p->found, &p->err);
}

static void levels_and_permissions(void **state)
{
	static const struct {
		const char *service, *operation;
		int access;
		const char *permissions;
	} cases[] = {
		{ "ec2", "DescribeInstances", CO_ACCESS_LIST, "aws:ec2:DescribeInstances" },
		{ "iam", "GetAccountSummary", CO_ACCESS_LIST, "aws:iam:GetAccountSummary" },
		{ "s3", "ListBuckets", CO_ACCESS_LIST, "aws:s3:ListAllMyBuckets" },
		{ "s3", "GetBucketEncryption", CO_ACCESS_READ, "aws:s3:GetEncryptionConfiguration" },
		{ "ce", "GetCostAndUsage", CO_ACCESS_READ, "aws:ce:GetCostAndUsage" },
		{ "cloudwatch", "GetMetricData", CO_ACCESS_READ, "aws:cloudwatch:GetMetricData" },
		{ "resourcegroupstaggingapi", "GetResources", CO_ACCESS_READ, "aws:tag:GetResources" },
		{ "iam", "SimulatePrincipalPolicy", CO_ACCESS_READ, "aws:iam:SimulatePrincipalPolicy" },
		/* reads that give secrets away */
		{ "secretsmanager", "GetSecretValue", CO_ACCESS_SECRET, "aws:secretsmanager:GetSecretValue" },
		{ "ssm", "GetParametersByPath", CO_ACCESS_SECRET, "aws:ssm:GetParametersByPath" },
		{ "ec2", "GetPasswordData", CO_ACCESS_SECRET, "aws:ec2:GetPasswordData" },
		/* reads that do something */
		{ "logs", "StartQuery", CO_ACCESS_WRITE, "aws:logs:StartQuery" },
		{ "sqs", "ReceiveMessage", CO_ACCESS_WRITE, "aws:sqs:ReceiveMessage" },
		{ "iam", "GenerateCredentialReport", CO_ACCESS_WRITE, "aws:iam:GenerateCredentialReport" },
		{ "sts", "GetWebIdentityToken", CO_ACCESS_WRITE, "aws:sts:GetWebIdentityToken" },
		{ "kms", "Decrypt", CO_ACCESS_WRITE, "aws:kms:Decrypt" },
		/* of several actions the gravest counts */
		{ "ec2", "RunInstances", CO_ACCESS_WRITE, "aws:ec2:RunInstances,aws:iam:PassRole" },
		{ "iam", "PutRolePolicy", CO_ACCESS_PERMISSIONS, "aws:iam:PutRolePolicy" },
		{ "ec2", "CreateTags", CO_ACCESS_TAGGING, "aws:ec2:CreateTags" },
		/* what nobody knows is a write */
		{ "neptunedata", "GetMLEndpoint", CO_ACCESS_WRITE, "aws:neptune-db:GetMLEndpoint" },
	};
	struct place *p = *state;
	size_t i;

	for (i = 0; i < CO_COUNT(cases); i++) {
		if (find(p, cases[i].service, cases[i].operation) < 0)
			fail_msg("%s", unit_error(&p->err));
		if (p->found.access != cases[i].access)
			fail_msg("%s %s is %s", cases[i].service, cases[i].operation,
				 co_enum_name(co_access_names, p->found.access));
		assert_string_equal(p->found.permissions, cases[i].permissions);
		assert_true(p->found.ms > 0);
	}
}

static void no_verb_of_change_is_a_read(void **state)
{
	static const char *const changes[] = { "CopyObject", "PutObject", "DeleteObject", "DeleteBucket", "RestoreObject" };
	struct place *p = *state;
	size_t i;

	for (i = 0; i < CO_COUNT(changes); i++) {
		assert_int_equal(find(p, "s3", changes[i]), CO_OK);
		assert_true(co_access_changes(p->found.access));
	}
}

static void what_is_mistyped_is_named(void **state)
{
	struct place *p = *state;

	assert_int_equal(find(p, "ec2", "describe-instances"), CO_ERR_INPUT);
	assert_string_equal(p->err.id, "unknown-operation");
	assert_string_equal(p->err.hint, "it is written \"DescribeInstances\" here");
	assert_int_equal(find(p, "s3api", "ListBuckets"), CO_ERR_INPUT);
	assert_string_equal(p->err.id, "unknown-service");
	assert_string_equal(p->err.hint, "it is written \"s3\" here");
	assert_int_equal(find(p, "lamda", "ListFunctions"), CO_ERR_INPUT);
	assert_string_equal(p->err.hint, "did you mean \"lambda\"?");
}

/* A row of input, with ' for ", and where and why it is wrong; NULL: it is right. */
struct input {
	const char *service, *operation, *text, *path, *id;
};

static void check(struct place *p, const struct input *row)
{
	char *text = co_xstrdup(row->text), *quote;
	json_t *given, *with = NULL;
	int rc;

	while ((quote = strchr(text, '\'')))
		*quote = '"';
	given = json_loads(text, JSON_DECODE_ANY, NULL);
	assert_non_null(given);
	assert_int_equal(find(p, row->service, row->operation), CO_OK);
	rc = co_operation_check(&p->found, given, &with, &p->err);
	if (row->id) {
		if (rc != CO_ERR_INPUT)
			fail_msg("%s was taken", row->text);
		assert_string_equal(p->err.id, row->id);
		assert_string_equal(p->err.path, row->path);
	} else {
		if (rc < 0)
			fail_msg("%s: %s", row->text, unit_error(&p->err));
		assert_true(json_equal(given, with));
	}
	json_decref(given);
	json_decref(with);
	free(text);
}

static void inputs_are_checked_by_their_shapes(void **state)
{
	static const struct input rows[] = {
		{ "ec2", "DescribeInstances", "{}", NULL, NULL },
		{ "ec2", "DescribeInstances", "{'InstanceIds': ['i-1'], 'MaxResults': 5}", NULL, NULL },
		{ "ec2", "DescribeInstances", "{'Filters': [{'Name': 'x', 'Values': ['a']}]}", NULL, NULL },
		{ "ec2", "DescribeInstances", "{'Filters': [{'Nam': 'x'}]}", "/Filters/0/Nam", "unknown-parameter" },
		{ "ec2", "DescribeInstances", "{'InstanceIds': 'i-1'}", "/InstanceIds", "wrong-type" },
		{ "ec2", "DescribeInstances", "{'InstanceIds': [1]}", "/InstanceIds/0", "wrong-type" },
		{ "ec2", "DescribeInstances", "{'MaxResults': '5'}", "/MaxResults", "wrong-type" },
		{ "ec2", "DescribeInstances", "{'MaxResults': 5.5}", "/MaxResults", "wrong-type" },
		{ "ec2", "DescribeInstances", "{'DryRun': 1}", "/DryRun", "wrong-type" },
		{ "ec2", "DescribeInstances", "{'MaxResults': null}", "/MaxResults", "wrong-type" },
		{ "ec2", "DescribeInstances", "[]", "", "wrong-type" },
		{ "ec2", "DescribeInstances", "{'InstanceIds': '${ $steps.a.ids }', 'MaxResults': '${ 5 }'}", NULL, NULL },
		{ "iam", "GetUser", "{}", NULL, NULL },
		{ "iam", "GetRole", "{}", "", "missing-parameter" },
		{ "iam", "GetRole", "{'RoleName': 'r'}", NULL, NULL },
		{ "ce", "GetCostAndUsage", "{'TimePeriod': {'Start': '2026-01-01'}, 'Granularity': 'DAILY', 'Metrics': []}",
		  "/TimePeriod", "missing-parameter" },
		{ "sqs", "CreateQueue", "{'QueueName': 'q', 'Attributes': {'DelaySeconds': '1'}}", NULL, NULL },
		{ "sqs", "CreateQueue", "{'QueueName': 'q', 'Attributes': {'DelaySeconds': 1}}", "/Attributes/DelaySeconds",
		  "wrong-type" },
		{ "dynamodb", "GetItem", "{'TableName': 't', 'Key': {'id': {'S': 'x'}}}", NULL, NULL },
		{ "dynamodb", "GetItem", "{'TableName': 't', 'Key': {'id': {'B': 'eA=='}}}", NULL, NULL },
		{ "dynamodb", "GetItem", "{'TableName': 't', 'Key': {'id': {'B': 'x'}}}", "/Key/id/B", "wrong-type" },
		{ "dynamodb", "GetItem", "{'TableName': 't', 'Key': {'id': {'M': {'a': {'L': [{'N': 1}]}}}}}",
		  "/Key/id/M/a/L/0/N", "wrong-type" },
		{ "cloudwatch", "GetMetricData", "{'MetricDataQueries': [], 'StartTime': '2026-01-01T00:00:00Z', 'EndTime': 1}",
		  NULL, NULL },
		{ "sts", "GetCallerIdentity", "{'A': 1}", "/A", "unknown-parameter" },
	};
	struct place *p = *state;
	size_t i;

	for (i = 0; i < CO_COUNT(rows); i++)
		check(p, &rows[i]);
}

static void a_parameter_of_the_cli_is_understood(void **state)
{
	struct place *p = *state;
	json_t *given = json_pack("{s:[s]}", "instance-ids", "i-1"), *with = NULL;

	assert_int_equal(find(p, "ec2", "DescribeInstances"), CO_OK);
	assert_int_equal(co_operation_check(&p->found, given, &with, &p->err), CO_ERR_INPUT);
	assert_string_equal(p->err.hint, "it is written \"InstanceIds\" here");
	json_decref(given);
}

/* After this nothing is opened any more. */
static void all_is_there_before_a_sandbox_closes(void **state)
{
	struct place *p = *state;

	assert_int_equal(co_catalog_open_all(p->catalog, &p->err), CO_OK);
	assert_int_equal(find(p, "route53", "ListHostedZones"), CO_OK);
	assert_int_equal(find(p, "nowhere", "ListHostedZones"), CO_ERR_INPUT);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(levels_and_permissions),
		TEST(no_verb_of_change_is_a_read),
		TEST(what_is_mistyped_is_named),
		TEST(inputs_are_checked_by_their_shapes),
		TEST(a_parameter_of_the_cli_is_understood),
		TEST(all_is_there_before_a_sandbox_closes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
