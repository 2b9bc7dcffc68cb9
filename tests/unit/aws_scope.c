/* SPDX-License-Identifier: Apache-2.0 */
#include "provider/aws/scope.h"

#include "unit.h"

static struct co_apis *apis;

static int open_apis(void **state)
{
	char *path = unit_program("catalog/aws.apis");
	int rc = co_apis_open(&apis, path, NULL);

	(void)state;
	free(path);
	return rc;
}

static int close_apis(void **state)
{
	(void)state;
	co_apis_free(apis);
	return 0;
}

static void add(json_t *steps, const char *account, const char *service, const char *operation, json_t *with)
{
	json_array_append_new(steps, json_pack("{s:s, s:[s,s,s], s:{s:s, s:s}, s:o, s:s, s:[]}", "id", operation, "call", "aws",
					       service, operation, "target", "account", account, "region", "eu-west-1", "with",
					       with, "access", "read", "needs"));
}

/* A plan of these steps, admitted as run "r". */
static struct co_aws_scopes *admit(json_t *steps)
{
	struct co_aws_scopes *scopes = co_aws_scopes_new();
	struct co_plan plan = { 0 };
	size_t i;

	plan.steps.count = json_array_size(steps);
	plan.steps.items = co_xcalloc(plan.steps.count, sizeof(*plan.steps.items));
	for (i = 0; i < plan.steps.count; i++)
		assert_int_equal(co_shape_decode(&co_step_shape, json_array_get(steps, i), &plan.steps.items[i], NULL), 0);
	co_aws_scopes_admit(scopes, apis, &plan, "r");
	for (i = 0; i < plan.steps.count; i++)
		co_shape_clear(&co_step_shape, &plan.steps.items[i]);
	free(plan.steps.items);
	json_decref(steps);
	return scopes;
}

static void assert_policy(struct co_aws_scopes *scopes, const char *account, int wanted_step, const char *part)
{
	struct co_aws_policy policy = { CO_BUF_INIT, NULL };
	struct co_err err = CO_ERR_INIT;
	int step = 0;

	if (co_aws_scopes_policy(scopes, apis, "r", account, &step, &policy, &err) < 0)
		fail_msg("%s", unit_error(&err));
	assert_int_equal(step, wanted_step);
	unit_assert_contains(policy.managed ? policy.managed : co_buf_str(&policy.inline_policy), part);
	assert_true(policy.inline_policy.len <= CO_AWS_POLICY_LIMIT);
	co_buf_clear(&policy.inline_policy);
}

static void each_account_its_own(void **state)
{
	json_t *steps = json_array();
	struct co_aws_policy policy = { CO_BUF_INIT, NULL };
	struct co_aws_scopes *scopes;
	int step = 0;

	(void)state;
	add(steps, "111111111111", "ec2", "DescribeVpcs", json_object());
	add(steps, "111111111111", "s3", "ListObjectsV2", json_pack("{s:s}", "Bucket", "logs"));
	add(steps, "222222222222", "iam", "ListUsers", json_object());
	scopes = admit(steps);
	assert_policy(scopes, "111111111111", 0, "arn:aws:s3:::logs");
	assert_policy(scopes, "222222222222", 0, "iam:ListUsers");
	co_aws_scopes_policy(scopes, apis, "r", "222222222222", &step, &policy, NULL);
	assert_null(strstr(co_buf_str(&policy.inline_policy), "ec2:"));
	assert_int_equal(co_aws_scopes_policy(scopes, apis, "r", "333333333333", &step, &policy, NULL), CO_ERR_REMOTE);
	assert_int_equal(co_aws_scopes_policy(scopes, apis, "other", "111111111111", &step, &policy, NULL), CO_ERR_REMOTE);
	co_buf_clear(&policy.inline_policy);
	co_aws_scopes_free(scopes);
}

struct adding {
	json_t *steps;
	const char *service, *verb;
	size_t left;
};

static void add_one(void *context, struct co_piece name)
{
	struct adding *a = context;
	char *text = co_xmemdup(name.at, name.len);

	if (a->left && strncmp(text, a->verb, strlen(a->verb)) == 0) {
		add(a->steps, "111111111111", a->service, text, json_object());
		a->left--;
	}
	free(text);
}

static void add_many(json_t *steps, const char *service, const char *verb, size_t count)
{
	struct adding a = { steps, service, verb, count };
	struct co_api *api;

	assert_int_equal(co_api_find(apis, service, &api, NULL), 0);
	co_api_operations(api, add_one, &a);
	co_api_free(api);
}

/* Cost Explorer lists and reads with these verbs and does nothing else; EC2's Describe has secrets in it. */
static void what_is_too_large_is_written_shorter(void **state)
{
	json_t *steps = json_array();
	struct co_aws_scopes *scopes;

	(void)state;
	add_many(steps, "guardduty", "List", 100);
	add_many(steps, "config", "List", 100);
	add_many(steps, "config", "Describe", 100);
	add_many(steps, "rds", "Describe", 100);
	scopes = admit(steps);
	assert_policy(scopes, "111111111111", 2, "\"guardduty:List*\"");
	co_aws_scopes_free(scopes);
}

static void a_plan_of_everything(void **state)
{
	static const char *const services[] = { "iam", "rds", "ecs", "sns", "ssm", "glue", "kms", "sagemaker", "redshift", "elasticache" };
	struct co_aws_policy policy = { CO_BUF_INIT, NULL };
	json_t *steps = json_array();
	struct co_err err = CO_ERR_INIT;
	struct co_aws_scopes *scopes;
	int step = 0;
	size_t i;

	(void)state;
	for (i = 0; i < CO_COUNT(services); i++)
		add_many(steps, services[i], "Delete", 20);
	scopes = admit(steps);
	assert_int_equal(co_aws_scopes_policy(scopes, apis, "r", "111111111111", &step, &policy, &err), CO_ERR_REMOTE);
	assert_string_equal(err.id, "plan-too-large");
	co_buf_clear(&policy.inline_policy);
	co_aws_scopes_free(scopes);
}

/* So many verbs that no pattern is short enough, but all of them only look. */
static void a_plan_that_only_looks_at_everything(void **state)
{
	json_t *steps = json_array();
	struct co_aws_scopes *scopes;

	(void)state;
	add_many(steps, "ec2", "DescribeV", 100);
	add_many(steps, "ec2", "DescribeS", 100);
	add_many(steps, "ec2", "DescribeT", 100);
	scopes = admit(steps);
	assert_policy(scopes, "111111111111", 3, "ReadOnlyAccess");
	co_aws_scopes_free(scopes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_account_its_own),
		cmocka_unit_test(what_is_too_large_is_written_shorter),
		cmocka_unit_test(a_plan_of_everything),
		cmocka_unit_test(a_plan_that_only_looks_at_everything),
	};

	return cmocka_run_group_tests(tests, open_apis, close_apis);
}
