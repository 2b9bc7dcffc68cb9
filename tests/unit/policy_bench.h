/* SPDX-License-Identifier: Apache-2.0 */
/* What the tests of policy share: a catalogue, an inventory, documents, and deciding on them. */
#ifndef CO_TESTS_POLICY_BENCH_H
#define CO_TESTS_POLICY_BENCH_H

#include "unit.h"

#include "policy/policy.h"

#include <sys/stat.h>

#define ID "01JDBV4K6T5R9M3ZC8Q0W2XNYH"

/* Everything that a decision needs, over a catalogue with one operation of every access level. */
struct bench {
	char dir[64];
	struct co_catalog *catalog;
	struct co_config config;
	struct co_err err;
};

static const char operations[] = "do list\tlist\t10\t-\t-\tList\n"
				 "do permissions\tpermissions\t10\t-\t-\tGrant\n"
				 "do read\tread\t10\t-\t-\tRead\n"
				 "do secret\tsecret\t10\t-\t-\tReveal\n"
				 "do tagging\ttagging\t10\t-\t-\tTag\n"
				 "do write\twrite\t10\t-\tname=string\tWrite\n";

static const char config_text[] =
	"{\"environments\": {"
	"  \"prod\": {\"aliases\": [\"production\"], \"hosts\": [\"db-1\"], \"kubernetes\": [{\"context\": \"prod-eu\"}, {\"context\": \"shared\"}]},"
	"  \"staging\": {\"kubernetes\": [{\"context\": \"stg\"}, {\"context\": \"shared\"}]},"
	"  \"dev\": {\"kubernetes\": [{\"context\": \"dev-1\"}]}},"
	" \"approval\": {\"groups\": {\"sre\": [\"alice\", \"bob\"], \"security\": [\"bob\", \"carol\"], \"lonely\": [\"dave\"]}},"
	" \"limits\": {\"changes\": 20, \"plan_expires\": \"1h\"}}";

static inline void put(const char *dir, const char *name, const char *text, mode_t mode)
{
	char path[256];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "w");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
	assert_int_equal(chmod(path, mode), 0);
}

static inline int setup(void **state)
{
	struct bench *b = co_xcalloc(1, sizeof(*b));
	json_t *config = json_loads(config_text, 0, NULL);

	strcpy(b->dir, "/tmp/cloudops-unit.XXXXXX");
	assert_non_null(mkdtemp(b->dir));
	put(b->dir, "kubernetes.ops", operations, 0644);
	put(b->dir, "local.ops", operations, 0644);
	b->catalog = co_catalog_new(b->dir);
	assert_non_null(config);
	assert_int_equal(co_shape_decode(&co_config_shape, config, &b->config, &b->err), CO_OK);
	json_decref(config);
	*state = b;
	return 0;
}

static inline int teardown(void **state)
{
	struct bench *b = *state;
	char *command = co_xasprintf("rm -rf %s", b->dir);

	co_catalog_free(b->catalog);
	co_shape_clear(&co_config_shape, &b->config);
	assert_int_equal(system(command), 0);
	free(command);
	free(b);
	return 0;
}

/* A step of a plan under test. */
static inline json_t *step(const char *id, const char *provider, const char *access, const char *context)
{
	json_t *target = context ? json_pack("{s:s}", "context", context) : json_object();

	return json_pack("{s:s, s:[s,s,s], s:o, s:{}, s:s, s:[]}", "id", id, "call", provider, "do", access, "target",
			 target, "with", "access", access, "needs");
}

static inline json_t *document(json_t *steps, const char *verb, const char *by)
{
	size_t i, changes = 0;
	json_t *item;

	json_array_foreach(steps, i, item)
		changes += (size_t)co_access_changes(co_enum_value(co_access_names, co_json_str(item, "access")));
	return json_pack("{s:s, s:s, s:{s:s, s:s, s:i, s:s, s:s, s:s}, s:{s:s, s:s, s:{}, s:{}, s:[], s:i, s:{s:s, s:i}},"
			 " s:{s:{s:s, s:i, s:s}, s:s, s:[s], s:b, s:o, s:[], s:{s:i, s:s, s:s, s:i, s:i}, s:[], s:[], s:s, s:s}}",
			 "co", "run/1", "id", ID,
			 "request", "text", "x", "by", by, "uid", 1000, "host", "h", "at", "2026-11-23T06:00:00Z", "via", "pipe",
			 "intent", "verb", verb, "subject", "cpu", "target", "parameters", "constraints", "confidence", 90,
			 "parser", "kind", "rules", "version", 1,
			 "plan", "playbook", "name", "some-playbook", "version", 1, "digest", "sha256:0", "goal", "g",
			 "scope", "x", "changes", changes > 0, "steps", steps, "findings",
			 "estimate", "calls", 1, "seconds", "0.1", "cost_usd", "0.50", "changes", (int)changes, "targets", 1,
			 "permissions", "explain", "made_at", "2026-11-23T06:00:00Z", "expires_at", "2026-11-23T07:00:00Z");
}

/* Decides on a document, which is taken over. */
static inline struct co_decision decide(struct bench *b, const struct co_policy *policy, json_t *doc, const char *user)
{
	struct co_run run = { 0 };
	struct co_decision decision = { 0 };
	struct co_policy_facts facts = {
		.run = &run, .catalog = b->catalog, .config = &b->config, .user = user, .host = "h", .now = 1795500000,
	};

	assert_non_null(doc);
	if (co_run_decode(&run, doc, &b->err) < 0)
		fail_msg("%s", unit_error(&b->err));
	assert_int_equal(co_policy_decide(policy, &facts, &decision, &b->err), CO_OK);
	co_run_clear(&run);
	return decision;
}

static inline struct co_policy *built_in(struct bench *b)
{
	struct co_policy *policy;

	assert_int_equal(co_policy_load(&policy, NULL, 0, &b->err), CO_OK);
	return policy;
}

static inline struct co_policy *parse(struct bench *b, const char *text)
{
	struct co_policy *policy = NULL;

	if (co_policy_parse(&policy, text, strlen(text), "p.yaml", &b->err) < 0)
		fail_msg("%s", unit_error(&b->err));
	return policy;
}

static inline json_t *one(json_t *item)
{
	json_t *list = json_array();

	json_array_append_new(list, item);
	return list;
}

#endif
