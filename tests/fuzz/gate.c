/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whatever plan a document holds: what passes the gate with the built-in policy, no approvals and no
 * decision of its own changes nothing, and is as sound as the gate says.
 */
#include "fuzz.h"

#include "base/time.h"
#include "exec/gate.h"
#include "expr/expr.h"

#include <unistd.h>

#define WRITE "set key\twrite\t1\tfake:set\t!key=string\tSet a key\n"
#define READ "get key\tread\t1\tfake:get\tkey=string:x\tRead a key\n"

/* A catalogue with a read and a change, beside those of this host. */
static struct co_catalog *catalog_of(void)
{
	static const char *const text = READ WRITE;
	char directory[] = "/tmp/cloudops-fuzz.XXXXXX", path[64];
	struct co_catalog *catalog;
	FILE *f;

	must(mkdtemp(directory) != NULL);
	snprintf(path, sizeof(path), "%s/local.ops", directory);
	f = fopen(path, "w");
	must(f != NULL);
	fputs(text, f);
	fclose(f);
	catalog = co_catalog_new(directory);
	must(co_catalog_open_all(catalog, NULL) == CO_OK);
	unlink(path);
	rmdir(directory);
	return catalog;
}

static void check_passed(const struct co_plan *plan, const struct co_gate *gate)
{
	size_t i;

	must(!plan->changes);
	must(plan->made_at <= gate->now + 300 && plan->expires_at > gate->now);
	for (i = 0; i < plan->steps.count; i++) {
		const struct co_step *step = &plan->steps.items[i];

		must(!co_access_changes(step->access) && step->access != CO_ACCESS_SECRET);
		must(step->call.count == 3 && strcmp(step->call.items[1], "get") == 0);
		must(!step->undo && !step->verify && !step->require.count);
	}
}

static void try(const struct co_gate *gate, struct co_run *run)
{
	struct co_err err = CO_ERR_INIT;
	struct co_gate asked = *gate;
	struct co_pass pass;

	if (run->plan) /* so that time is not what most plans fail at */
		asked.now = run->plan->expires_at - 1;
	if (co_gate_pass(&asked, run, &pass, &err) < 0) {
		fuzz_check_error(&err);
		return;
	}
	check_passed(run->plan, &asked);
	co_pass_clear(&pass);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct co_catalog *catalog; /* made once; libFuzzer calls this function alone */
	static struct co_policy *policy;
	struct co_limits limits = { .changes = 20 };
	struct co_approval_config approval = { .approve_within = (char *)"24h", .execute_within = (char *)"1h" };
	struct co_config config = { .limits = &limits, .approval = &approval, .state_dir = (char *)"/nonexistent" };
	struct co_signers signers = { .local = 1 };
	struct co_gate gate = { .config = &config, .signers = &signers, .user = "root", .host = "h" };
	struct co_err err = CO_ERR_INIT;
	struct co_run run;
	json_t *doc = co_json_parse((const char *)data, size, "input", &err);

	if (!catalog)
		catalog = catalog_of();
	if (!policy)
		must(co_policy_load(&policy, NULL, 0, &err) == CO_OK);
	gate.catalog = catalog;
	gate.policy = policy;
	if (!doc || co_run_decode(&run, doc, &err) < 0)
		return 0;
	try(&gate, &run);
	co_run_clear(&run);
	return 0;
}
