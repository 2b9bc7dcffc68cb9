/* SPDX-License-Identifier: Apache-2.0 */
#include "catalog/grants.h"

#include "unit.h"

struct place {
	struct co_catalog *catalog;
	const struct co_apis *apis;
	struct co_grants grants;
	struct co_plan plan;
	struct co_err err;
};

static int setup(void **state)
{
	struct place *p = co_xcalloc(1, sizeof(*p));
	char *directory = unit_program("catalog");

	p->catalog = co_catalog_new(directory);
	free(directory);
	assert_int_equal(co_catalog_apis(p->catalog, "aws", &p->apis, &p->err), CO_OK);
	*state = p;
	return 0;
}

static int teardown(void **state)
{
	struct place *p = *state;

	co_grants_clear(&p->grants);
	co_shape_clear(&co_plan_shape, &p->plan);
	co_catalog_free(p->catalog);
	free(p);
	return 0;
}

/* Reads JSON with ' for ". */
static json_t *parse(const char *quoted)
{
	char *text = co_xstrdup(quoted), *quote;
	json_t *value;

	while ((quote = strchr(text, '\'')))
		*quote = '"';
	value = json_loads(text, JSON_DECODE_ANY, NULL);
	if (!value)
		fail_msg("not JSON: %s", text);
	free(text);
	return value;
}

/* The grants of steps "CALL" with these targets and parameters; further members of a step may follow its "with". */
static void grant(struct place *p, const char *steps)
{
	json_t *list = parse(steps), *item, *value;
	size_t i;

	co_grants_clear(&p->grants);
	co_shape_clear(&co_plan_shape, &p->plan);
	json_array_foreach(list, i, item) {
		char *id = co_xasprintf("s%zu", i);

		json_object_set_new(item, "id", json_string(id));
		json_object_set_new(item, "access", json_string("read"));
		json_object_set_new(item, "needs", json_array());
		free(id);
	}
	value = json_pack("{s:{s:s, s:i, s:s}, s:s, s:[], s:b, s:{}, s:O, s:[], s:{s:i, s:s, s:s, s:i, s:i}, s:[], s:[], "
			  "s:s, s:s}",
			  "playbook", "name", "x", "version", 1, "digest", "sha256:0", "goal", "g", "scope", "changes", 0, "params",
			  "steps", list, "findings", "estimate", "calls", 1, "seconds", "1", "cost_usd", "0", "changes", 0,
			  "targets", 1, "permissions", "explain", "made_at", "2026-01-01T00:00:00Z", "expires_at",
			  "2026-01-01T01:00:00Z");
	assert_non_null(value);
	json_decref(list);
	p->err = (struct co_err)CO_ERR_INIT;
	if (co_shape_decode(&co_plan_shape, value, &p->plan, &p->err) < 0)
		fail_msg("%s", unit_error(&p->err));
	json_decref(value);
	if (co_grants_of(&p->grants, &p->plan, p->catalog, &p->err) < 0)
		fail_msg("%s", unit_error(&p->err));
}

static void iam(struct place *p, const char *steps, const char *account, const char *statements)
{
	json_t *policy, *wanted = parse(statements);
	struct co_buf text = CO_BUF_INIT;

	grant(p, steps);
	policy = co_grants_iam(&p->grants, p->apis, account);
	assert_non_null(policy);
	assert_string_equal(co_json_str(policy, "Version"), "2012-10-17");
	co_json_write(&text, json_object_get(policy, "Statement"), CO_JSON_COMPACT);
	if (!json_equal(json_object_get(policy, "Statement"), wanted))
		fail_msg("%s", text.data);
	co_buf_clear(&text);
	json_decref(policy);
	json_decref(wanted);
}

#define HERE "'target': {'account': '123456789012', 'region': 'eu-west-1'}"
#define STEP(operation, with) "{'call': ['aws', " operation "], " HERE ", 'with': {" with "}}"
#define ALLOW(actions, resources) "{'Effect': 'Allow', 'Action': [" actions "], 'Resource': " resources "}"

static void what_names_nothing_is_allowed_on_all(void **state)
{
	iam(*state, "[" STEP("'ec2', 'DescribeVolumes'", "") "," STEP("'ec2', 'DescribeInstances'", "") ","
		    STEP("'s3', 'ListBuckets'", "") "," STEP("'ec2', 'DescribeInstances'", "") "]",
	    NULL, "[" ALLOW("'ec2:DescribeInstances', 'ec2:DescribeVolumes', 's3:ListAllMyBuckets'", "'*'") "]");
}

static void what_is_named_is_what_is_allowed(void **state)
{
	static const struct {
		const char *step, *action, *resources;
	} rows[] = {
		{ STEP("'ec2', 'StopInstances'", "'InstanceIds': ['i-2', 'i-1']"), "'ec2:StopInstances'",
		  "['arn:aws:ec2:eu-west-1:123456789012:instance/i-1', 'arn:aws:ec2:eu-west-1:123456789012:instance/i-2']" },
		{ STEP("'s3', 'GetBucketPolicy'", "'Bucket': 'b'"), "'s3:GetBucketPolicy'", "['arn:aws:s3:::b']" },
		{ STEP("'s3', 'GetObject'", "'Bucket': 'b', 'Key': 'a/b:c'"), "'s3:GetObject'", "['arn:aws:s3:::b/a/b:c']" },
		{ STEP("'sqs', 'GetQueueAttributes'", "'QueueUrl': 'https://sqs.eu-west-1.amazonaws.com/123456789012/q'"),
		  "'sqs:GetQueueAttributes'", "['arn:aws:sqs:eu-west-1:123456789012:q']" },
		{ STEP("'sns', 'GetTopicAttributes'", "'TopicArn': 'arn:aws:sns:eu-west-1:1:t'"), "'sns:GetTopicAttributes'",
		  "['arn:aws:sns:eu-west-1:1:t']" },
		{ STEP("'ssm', 'GetParameter'", "'Name': '/a/b'"), "'ssm:GetParameter'",
		  "['arn:aws:ssm:eu-west-1:123456789012:parameter/a/b']" },
		{ STEP("'iam', 'GetRole'", "'RoleName': 'r'"), "'iam:GetRole'",
		  "['arn:aws:iam::123456789012:role/*/r', 'arn:aws:iam::123456789012:role/r']" },
		{ "{'call': ['aws', 'rds', 'StopDBInstance'], 'target': {'region': 'cn-north-1'}, 'with': "
		  "{'DBInstanceIdentifier': 'd'}}",
		  "'rds:StopDBInstance'", "['arn:aws-cn:rds:cn-north-1:*:db:d', 'arn:aws-cn:rds:cn-north-1:*:snapshot:*']" },
		/* what is not known, or not as expected, narrows nothing */
		{ STEP("'s3', 'GetBucketPolicy'", "'Bucket': '${ $item.Name }'"), "'s3:GetBucketPolicy'", "'*'" },
		{ STEP("'ec2', 'StopInstances'", "'InstanceIds': []"), "'ec2:StopInstances'", "'*'" },
		{ STEP("'sns', 'Publish'", "'PhoneNumber': '1', 'Message': 'x'"), "'sns:Publish'", "'*'" },
		{ STEP("'sns', 'GetTopicAttributes'", "'TopicArn': 'x'"), "'sns:GetTopicAttributes'", "'*'" },
		{ STEP("'s3', 'GetObject'", "'Bucket': 'arn:aws:s3:eu-west-1:1:accesspoint/a', 'Key': 'k'"), "'s3:GetObject'",
		  "'*'" },
		{ STEP("'lambda', 'GetPolicy'", "'FunctionName': '1:function:f'"), "'lambda:GetPolicy'", "'*'" },
		/* of several actions a resource is not known for each */
		{ STEP("'ec2', 'RunInstances'", "'MinCount': 1, 'MaxCount': 1"), "'ec2:RunInstances', 'iam:PassRole'", "'*'" },
	};
	char steps[1024], wanted[1024];
	size_t i;

	for (i = 0; i < CO_COUNT(rows); i++) {
		snprintf(steps, sizeof(steps), "[%s]", rows[i].step);
		snprintf(wanted, sizeof(wanted), "[" ALLOW("%s", "%s") "]", rows[i].action, rows[i].resources);
		iam(*state, steps, NULL, wanted);
	}
}

static void equal_resources_share_a_statement(void **state)
{
	iam(*state,
	    "[" STEP("'s3', 'GetBucketPolicy'", "'Bucket': 'b'") "," STEP("'s3', 'GetBucketAcl'", "'Bucket': 'b'") ","
	    STEP("'s3', 'GetBucketTagging'", "'Bucket': 'c'") "," STEP("'ec2', 'DescribeVpcs'", "") ","
	    STEP("'s3', 'GetBucketVersioning'", "'Bucket': 'c'") "," STEP("'s3', 'GetBucketVersioning'", "") "]",
	    NULL,
	    "[" ALLOW("'ec2:DescribeVpcs', 's3:GetBucketVersioning'", "'*'") ","
	    ALLOW("'s3:GetBucketAcl', 's3:GetBucketPolicy'", "['arn:aws:s3:::b']") ","
	    ALLOW("'s3:GetBucketTagging'", "['arn:aws:s3:::c']") "]");
}

static void an_account_gets_its_own(void **state)
{
	struct place *p = *state;
	static const char steps[] = "[{'call': ['aws', 'ec2', 'DescribeVpcs'], 'target': {'account': '1'}, 'with': {}},"
				    "{'call': ['aws', 'ec2', 'DescribeVolumes'], 'target': {'account': '2'}, 'with': {}}]";

	iam(p, steps, "1", "[" ALLOW("'ec2:DescribeVpcs'", "'*'") "]");
	iam(p, steps, "2", "[" ALLOW("'ec2:DescribeVolumes'", "'*'") "]");
	assert_null(co_grants_iam(&p->grants, p->apis, "3"));
}

static void verification_and_undo_count(void **state)
{
	iam(*state,
	    "[{'call': ['aws', 'ec2', 'StopInstances'], " HERE ", 'with': {'InstanceIds': ['i-1']},"
	    "'verify': {'call': ['aws', 'ec2', 'DescribeInstances'], 'with': {}, 'until': '${ true }', 'within': '1m'},"
	    "'undo': {'call': ['aws', 'ec2', 'StartInstances'], 'with': {'InstanceIds': ['i-1']}}}]",
	    NULL,
	    "[" ALLOW("'ec2:DescribeInstances'", "'*'") ","
	    ALLOW("'ec2:StartInstances'", "['arn:aws:ec2:eu-west-1:123456789012:instance/i-1', "
					  "'arn:aws:license-manager:eu-west-1:123456789012:license-configuration:*']") ","
	    ALLOW("'ec2:StopInstances'", "['arn:aws:ec2:eu-west-1:123456789012:instance/i-1']") "]");
}

#define KUBE(call, with) "{'call': ['kubernetes', " call "], 'target': {'context': 'c'}, 'with': {" with "}}"
#define ROLE(kind, namespace) \
	"---\napiVersion: rbac.authorization.k8s.io/v1\nkind: " kind "\nmetadata:\n  name: \"r\"\n" namespace "rules:\n"

static void rbac(struct place *p, const char *steps, const char *wanted)
{
	struct co_buf text = CO_BUF_INIT;

	grant(p, steps);
	co_grants_rbac(&p->grants, "r", &text);
	assert_string_equal(co_buf_str(&text), wanted);
	co_buf_clear(&text);
}

static void roles_hold_what_is_done(void **state)
{
	rbac(*state,
	     "[" KUBE("'list', 'nodes'", "") "," KUBE("'list', 'pods'", "'namespace': 'shop'") ","
	     KUBE("'logs', 'pods'", "'namespace': 'shop', 'name': 'p'") ","
	     KUBE("'list', 'events'", "'namespace': 'shop'") "]",
	     "# context \"c\"\n" ROLE("ClusterRole", "")
	     "- apiGroups: [\"\"]\n  resources: [\"nodes\"]\n  verbs: [\"list\"]\n" ROLE("Role", "  namespace: \"shop\"\n")
	     "- apiGroups: [\"\"]\n  resources: [\"events\", \"pods\"]\n  verbs: [\"list\"]\n"
	     "- apiGroups: [\"\"]\n  resources: [\"pods/log\"]\n  resourceNames: [\"p\"]\n  verbs: [\"get\"]\n");
}

static void a_group_and_a_part_are_kept(void **state)
{
	rbac(*state, "[" KUBE("'patch', 'deploy/scale'", "'namespace': 'n', 'name': 'd', 'body': {}") "]",
	     "# context \"c\"\n" ROLE("Role", "  namespace: \"n\"\n")
	     "- apiGroups: [\"apps\"]\n  resources: [\"deployments/scale\"]\n  resourceNames: [\"d\"]\n"
	     "  verbs: [\"get\", \"patch\"]\n");
}

static void what_is_covered_is_left_out(void **state)
{
	rbac(*state,
	     "[" KUBE("'get', 'pods'", "'namespace': 'n', 'name': 'p'") "," KUBE("'get', 'pods'", "'namespace': '${ x }', 'name': '${ y }'")
	     "," KUBE("'list', 'pods'", "'namespaces': ['a', 'n']") "]",
	     "# context \"c\"\n" ROLE("ClusterRole", "")
	     "- apiGroups: [\"\"]\n  resources: [\"pods\"]\n  verbs: [\"get\"]\n" ROLE("Role", "  namespace: \"a\"\n")
	     "- apiGroups: [\"\"]\n  resources: [\"pods\"]\n  verbs: [\"list\"]\n" ROLE("Role", "  namespace: \"n\"\n")
	     "- apiGroups: [\"\"]\n  resources: [\"pods\"]\n  verbs: [\"list\"]\n");
}

static void several_providers_are_set_apart(void **state)
{
	struct place *p = *state;
	struct co_buf text = CO_BUF_INIT;

	grant(p, "[{'call': ['local', 'read', 'cpu'], 'target': {}, 'with': {}}," KUBE("'list', 'nodes'", "") "]");
	assert_int_equal(co_grants_write(&p->grants, "r", p->catalog, &text, &p->err), CO_OK);
	assert_memory_equal(text.data, "# kubernetes\n# context \"c\"\n---\n", 31);
	unit_assert_contains(text.data, "# local\nlocal:read:cpu\n");
	co_buf_clear(&text);
	grant(p, "[{'call': ['local', 'read', 'cpu'], 'target': {}, 'with': {}}]");
	assert_int_equal(co_grants_write(&p->grants, "r", p->catalog, &text, &p->err), CO_OK);
	assert_string_equal(text.data, "local:read:cpu\n");
	co_buf_clear(&text);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_names_nothing_is_allowed_on_all),
		TEST(what_is_named_is_what_is_allowed),
		TEST(equal_resources_share_a_statement),
		TEST(an_account_gets_its_own),
		TEST(verification_and_undo_count),
		TEST(roles_hold_what_is_done),
		TEST(a_group_and_a_part_are_kept),
		TEST(what_is_covered_is_left_out),
		TEST(several_providers_are_set_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
