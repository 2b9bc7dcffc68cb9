/* SPDX-License-Identifier: Apache-2.0 */
/* What tests/peers/aws-endpoints.sh does not ask of botocore; the rest is compared there. */
#include "provider/aws/endpoint.h"

#include "unit.h"

struct place {
	struct co_apis *apis;
	struct co_aws_reach reach;
	struct co_aws_endpoint found;
	struct co_err err;
};

static int setup(void **state)
{
	struct place *p = co_xcalloc(1, sizeof(*p));
	char *path = unit_program("catalog/aws.apis");

	if (co_apis_open(&p->apis, path, &p->err) < 0)
		fail_msg("%s", unit_error(&p->err));
	free(path);
	p->reach.region = "eu-west-1";
	*state = p;
	return 0;
}

static int teardown(void **state)
{
	struct place *p = *state;

	co_aws_endpoint_clear(&p->found);
	co_apis_free(p->apis);
	free(p);
	return 0;
}

/* input is JSON with ' for ". */
static int find(struct place *p, const char *service, const char *name, const char *input)
{
	struct co_api *api;
	struct co_api_operation *operation;
	char *text = co_xstrdup(input), *quote;
	json_t *value;
	int rc;

	while ((quote = strchr(text, '\'')))
		*quote = '"';
	value = json_loads(text, 0, NULL);
	assert_non_null(value);
	assert_int_equal(co_api_find(p->apis, service, &api, &p->err), CO_OK);
	assert_int_equal(co_api_operation(api, name, CO_API_INPUT, &operation, &p->err), CO_OK);
	co_aws_endpoint_clear(&p->found);
	p->err = (struct co_err)CO_ERR_INIT;
	rc = co_aws_endpoint(&p->reach, api, operation, value, &p->found, &p->err);
	co_api_operation_free(operation);
	co_api_free(api);
	json_decref(value);
	free(text);
	return rc;
}

static void plain_and_global(void **state)
{
	struct place *p = *state;

	assert_int_equal(find(p, "ec2", "DescribeInstances", "{}"), CO_OK);
	assert_string_equal(p->found.url, "https://ec2.eu-west-1.amazonaws.com");
	assert_string_equal(p->found.signing, "ec2");
	assert_string_equal(p->found.region, "eu-west-1");
	assert_string_equal(p->found.uri, "/");
	assert_int_equal(find(p, "iam", "ListUsers", "{}"), CO_OK);
	assert_string_equal(p->found.url, "https://iam.amazonaws.com");
	assert_string_equal(p->found.region, "us-east-1");
}

static void an_override_keeps_the_scope(void **state)
{
	struct place *p = *state;

	p->reach.override = "http://127.0.0.1:5000/";
	p->reach.fips = 1;
	assert_int_equal(find(p, "iam", "ListUsers", "{}"), CO_OK);
	assert_string_equal(p->found.url, "http://127.0.0.1:5000");
	assert_string_equal(p->found.region, "us-east-1");
	p->reach.override = "ftp://x";
	assert_int_equal(find(p, "iam", "ListUsers", "{}"), CO_ERR_INPUT);
	assert_string_equal(p->err.id, "bad-endpoint");
	p->reach.override = "http://x/?a=b";
	assert_int_equal(find(p, "iam", "ListUsers", "{}"), CO_ERR_INPUT);
	assert_string_equal(p->err.id, "bad-endpoint");
}

static void a_prefix_goes_before_the_host(void **state)
{
	struct place *p = *state;

	assert_int_equal(find(p, "servicediscovery", "DiscoverInstances", "{}"), CO_OK);
	assert_string_equal(p->found.url, "https://data-servicediscovery.eu-west-1.amazonaws.com");
	p->reach.override = "http://localhost:1";
	assert_int_equal(find(p, "servicediscovery", "DiscoverInstances", "{}"), CO_OK);
	assert_string_equal(p->found.url, "http://localhost:1");
	p->reach.override = NULL;
	p->reach.keep_host = 1;
	assert_int_equal(find(p, "servicediscovery", "DiscoverInstances", "{}"), CO_OK);
	assert_string_equal(p->found.url, "https://servicediscovery.eu-west-1.amazonaws.com");
}

static void input_cannot_choose_the_host(void **state)
{
	static const char *const bad[] = { "{'AccountId': 'evil.example/'}", "{'AccountId': 'a.b'}", "{'AccountId': ''}", "{}",
					   "{'AccountId': 7}" };
	struct place *p = *state;
	size_t i;

	for (i = 0; i < CO_COUNT(bad); i++) {
		assert_int_equal(find(p, "s3control", "GetPublicAccessBlock", bad[i]), CO_ERR_INPUT);
		assert_string_equal(p->err.id, "no-endpoint");
		assert_string_equal(p->err.path, "/AccountId");
	}
	assert_int_equal(find(p, "s3", "GetObject", "{'Bucket': 'evil.example/#', 'Key': 'k'}"), CO_OK);
	assert_string_equal(p->found.url, "https://s3.eu-west-1.amazonaws.com/evil.example%2F%23");
	p->reach.region = "eu-west-1.evil.example/";
	assert_int_equal(find(p, "ec2", "DescribeInstances", "{}"), CO_ERR_INPUT);
	assert_string_equal(p->err.id, "bad-region");
}

static void the_bucket_leaves_the_path(void **state)
{
	struct place *p = *state;

	assert_int_equal(find(p, "s3", "GetBucketPolicy", "{'Bucket': 'my-bucket'}"), CO_OK);
	assert_string_equal(p->found.url, "https://my-bucket.s3.eu-west-1.amazonaws.com");
	assert_string_equal(p->found.uri, "/?policy");
	assert_int_equal(find(p, "s3", "GetObject", "{'Bucket': 'my.bucket', 'Key': 'k'}"), CO_OK);
	assert_string_equal(p->found.url, "https://s3.eu-west-1.amazonaws.com/my.bucket");
	assert_string_equal(p->found.uri, "/{Key+}");
	assert_int_equal(find(p, "s3", "ListBuckets", "{}"), CO_OK);
	assert_string_equal(p->found.url, "https://s3.eu-west-1.amazonaws.com");
}

static void what_is_not_made_is_refused(void **state)
{
	static const char *const bad[] = { "{'Bucket': 'a--usw2-az1--x-s3', 'Key': 'k'}",
					   "{'Bucket': 'arn:aws:s3::123456789012:accesspoint:m.mrap', 'Key': 'k'}" };
	struct place *p = *state;
	size_t i;

	for (i = 0; i < CO_COUNT(bad); i++) {
		assert_int_equal(find(p, "s3", "GetObject", bad[i]), CO_ERR_INPUT);
		assert_string_equal(p->err.id, "not-supported");
	}
}

static void regions_have_partitions(void **state)
{
	static const char *const wanted[][2] = {
		{ "eu-west-1", "aws" },		 { "us-gov-east-1", "aws-us-gov" }, { "cn-north-1", "aws-cn" },
		{ "us-iso-east-1", "aws-iso" },	 { "us-isob-east-1", "aws-iso-b" }, { "eusc-de-east-1", "aws-eusc" },
		{ "mars-north-1", "aws" },
	};
	struct place *p = *state;
	struct co_aws_partition partition;
	size_t i;

	for (i = 0; i < CO_COUNT(wanted); i++) {
		assert_int_equal(co_aws_partition(p->apis, wanted[i][0], &partition, &p->err), CO_OK);
		assert_string_equal(partition.name, wanted[i][1]);
	}
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(plain_and_global),
		TEST(an_override_keeps_the_scope),
		TEST(a_prefix_goes_before_the_host),
		TEST(input_cannot_choose_the_host),
		TEST(the_bucket_leaves_the_path),
		TEST(what_is_not_made_is_refused),
		TEST(regions_have_partitions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
