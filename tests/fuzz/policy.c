/* SPDX-License-Identifier: Apache-2.0 */
/* Whatever the rules: a decision gives reasons, order does not matter, and nothing forbidden by one more rule is allowed. */
#include "fuzz.h"

#include "policy/explain.h"
#include "policy/policy.h"

#include <sys/stat.h>
#include <unistd.h>

static const char document[] =
	"{\"co\":\"run/1\",\"id\":\"01JDBV4K6T5R9M3ZC8Q0W2XNYH\","
	"\"request\":{\"text\":\"x\",\"by\":\"alice\",\"uid\":1,\"host\":\"h\",\"at\":\"2026-11-23T06:00:00Z\",\"via\":\"pipe\"},"
	"\"intent\":{\"verb\":\"remediate\",\"action\":\"scale\",\"subject\":\"pod\",\"target\":{},\"parameters\":{},\"constraints\":[],"
	"\"confidence\":90,\"parser\":{\"kind\":\"rules\",\"version\":1}},"
	"\"plan\":{\"playbook\":{\"name\":\"p\",\"version\":1,\"digest\":\"d\"},\"goal\":\"g\",\"scope\":[\"x\"],\"changes\":true,\"steps\":["
	"{\"id\":\"a\",\"call\":[\"fuzz\",\"do\",\"read\"],\"target\":{},\"with\":{},\"access\":\"read\",\"needs\":[]},"
	"{\"id\":\"b\",\"call\":[\"fuzz\",\"do\",\"write\"],\"target\":{\"context\":\"c\"},\"with\":{},\"access\":\"write\",\"needs\":[]}],"
	"\"findings\":[],\"estimate\":{\"calls\":2,\"seconds\":\"1\",\"cost_usd\":\"0.10\",\"changes\":1,\"targets\":2},"
	"\"permissions\":[],\"explain\":[],\"made_at\":\"2026-11-23T06:00:00Z\",\"expires_at\":\"2026-11-23T07:00:00Z\"}}";

static char directory[] = "/tmp/cloudops-fuzz.XXXXXX";

static void clean_up(void)
{
	char *path = co_xasprintf("%s/fuzz.ops", directory);

	unlink(path);
	rmdir(directory);
	free(path);
}

/* A catalogue of two operations. */
int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	char *path;
	FILE *f;

	(void)argc;
	(void)argv;
	must(mkdtemp(directory));
	atexit(clean_up);
	path = co_xasprintf("%s/fuzz.ops", directory);
	f = fopen(path, "w");
	must(f);
	fputs("do read\tread\t1\t-\t-\tRead\ndo write\twrite\t1\t-\t-\tWrite\n", f);
	fclose(f);
	must(chmod(path, 0644) == 0);
	free(path);
	return 0;
}

static void decide(const struct co_policy *policy, const struct co_policy_facts *facts)
{
	struct co_decision decision = { 0 };
	struct co_buf text = CO_BUF_INIT;
	struct co_err err = CO_ERR_INIT;
	json_t *encoded;

	must(co_policy_decide(policy, facts, &decision, &err) == CO_OK);
	must(decision.effect >= CO_EFFECT_PERMIT && decision.effect <= CO_EFFECT_APPROVE);
	must(decision.reasons.count > 0);
	must((decision.effect == CO_EFFECT_APPROVE) == (decision.approvals_required > 0));
	encoded = co_shape_encode(&co_decision_shape, &decision);
	co_policy_explain(policy, facts, &decision, &text);
	must(text.len && !memchr(text.data, 033, text.len));
	json_decref(encoded);
	co_buf_clear(&text);
	co_shape_clear(&co_decision_shape, &decision);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct co_policy *policy = NULL;
	struct co_err err = CO_ERR_INIT;
	struct co_limits limits = { .changes = 20 };
	struct co_approval_config approval = { .groups = NULL };
	const struct co_config config = { .limits = &limits, .approval = &approval };
	struct co_run run = { .doc = NULL };
	struct co_policy_facts facts = { .run = &run, .config = &config, .user = "alice", .host = "h", .now = 1795500000 };
	char *text = fuzz_text(data, size);
	int rc = co_policy_parse(&policy, text, size, "input", &err);

	free(text);
	if (rc < 0) {
		fuzz_check_error(&err);
		must(strcmp(err.file, "input") == 0 && err.line > 0);
		return 0;
	}
	must(co_run_decode(&run, json_loads(document, 0, NULL), &err) == CO_OK);
	facts.catalog = co_catalog_new(directory);
	decide(policy, &facts);
	facts.user = NULL;
	decide(policy, &facts);
	co_catalog_free(facts.catalog);
	co_run_clear(&run);
	co_policy_free(policy);
	return 0;
}
