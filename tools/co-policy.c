/* SPDX-License-Identifier: Apache-2.0 */
/*
 * co-policy: may the plan run, and who must agree first.
 *
 * Decides by rules and writes the decision into the document. co-exec decides
 * again by its own policy; the stricter of both counts.
 */
#include "confine.h"

#include "policy/cases.h"
#include "policy/explain.h"
#include "policy/policy.h"
#include "sys/file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct options {
	struct tool_options common;
	struct co_opt_strs policy;
	int explain;
	int check;
};

static const struct co_opt option_table[] = {
	{ 0, "policy", CO_OPT_STRS, offsetof(struct options, policy), "FILE", "use these rules, not the configured ones" },
	{ 'e', "explain", CO_OPT_FLAG, offsetof(struct options, explain), NULL,
	  "say why on standard error, and what would change it" },
	{ 0, "check", CO_OPT_FLAG, offsetof(struct options, check), NULL, "check policy files, decide nothing" },
	TOOL_OPTIONS(struct options),
};

static const struct co_opt_usage usage = {
	.tool = "co-policy",
	.synopsis = "[test FILE ... | FILE ...]",
	.about = "Decides whether a plan may run, and who must approve it first.",
	.options = option_table,
	.more = "  co-intent \"why is this machine slow\" | co-plan | co-policy --explain\n"
		"  co-policy --check rules.yaml\n"
		"  co-policy test rules-test.yaml\n",
};

/* What a document is decided with. */
struct stage {
	struct tool *tool;
	const struct options *options;
	struct co_policy *policy;
	struct co_catalog *catalog;
	char user[256];
	char host[256];
};

static int load(struct stage *stage, struct co_err *err)
{
	const struct co_policy_config *configured = stage->tool->config.policy;
	const struct co_opt_strs *given = &stage->options->policy;

	if (given->count)
		return co_policy_load(&stage->policy, given->items, given->count, err);
	return co_policy_load(&stage->policy, configured ? (const char *const *)configured->files.items : NULL,
			      configured ? configured->files.count : 0, err);
}

static int explain(const struct stage *stage, const struct co_policy_facts *facts, const struct co_decision *decision,
		   struct co_err *err)
{
	struct co_buf text = CO_BUF_INIT;
	int rc;

	co_policy_explain(stage->policy, facts, decision, &text);
	rc = co_fd_write(2, text.data, text.len, "standard error", err);
	co_buf_clear(&text);
	return rc;
}

static int decide(void *context, struct co_run *run, struct co_err *err)
{
	const struct stage *stage = context;
	const struct co_policy_facts facts = {
		.run = run,
		.catalog = stage->catalog,
		.config = &stage->tool->config,
		.user = stage->user,
		.host = stage->host,
		.now = stage->tool->now,
	};
	struct co_decision decision = { 0 };
	int rc = co_policy_decide(stage->policy, &facts, &decision, err);

	if (rc < 0)
		return rc;
	co_run_set(run, "decision", co_shape_encode(&co_decision_shape, &decision));
	if (stage->options->explain)
		rc = explain(stage, &facts, &decision, err);
	if (rc == CO_OK && decision.effect == CO_EFFECT_FORBID)
		rc = co_policy_refuse(&decision, err);
	co_shape_clear(&co_decision_shape, &decision);
	return rc;
}

static int check_files(const struct tool *tool)
{
	struct co_err err = CO_ERR_INIT;
	struct co_policy *policy;
	int i, code = 0;

	for (i = tool->first; i < tool->argc; i++) {
		const char *file = tool->argv[i];

		if (co_policy_load(&policy, &file, 1, &err) < 0)
			code = tool_fail(tool, &err);
		else
			co_policy_free(policy);
	}
	return code;
}

/* All cases are run, then the gravest outcome is the exit code. */
static int run_tests(const struct stage *stage)
{
	const struct tool *tool = stage->tool;
	struct co_err err = CO_ERR_INIT;
	struct co_buf text = CO_BUF_INIT;
	int i, code, worst = 0;

	for (i = tool->first + 1; i < tool->argc; i++) {
		int rc = co_policy_test(tool->argv[i], stage->policy, stage->catalog, &tool->config, tool->now, &text,
					&err);

		code = rc == CO_OK ? 0 : rc == CO_ERR_NO ? 1 : tool_fail(tool, &err);
		worst = code > worst ? code : worst;
	}
	if (co_fd_write(1, co_buf_str(&text), text.len, "standard output", &err) < 0)
		worst = tool_fail(tool, &err);
	co_buf_clear(&text);
	return worst;
}

static int bad_command(const struct tool *tool, const char *message)
{
	struct co_err err = CO_ERR_INIT;

	co_err_set(&err, CO_ERR_USAGE, "usage", "%s", message);
	co_err_hint(&err, "documents come on standard input; \"test FILE\" runs tests");
	return tool_fail(tool, &err);
}

static int run(struct stage *stage)
{
	/* The files that are named may be anywhere. */
	static const struct co_sandbox reader = { CO_ALLOW_OPEN_READ | CO_ALLOW_ALL_PATHS, NULL };
	struct co_err err = CO_ERR_INIT;
	struct tool *tool = stage->tool;
	int operands = tool->argc - tool->first, testing, code;

	if (stage->options->check && !operands)
		return bad_command(tool, "--check needs a policy file");
	testing = operands && strcmp(tool->argv[tool->first], "test") == 0;
	if (operands && !testing && !stage->options->check)
		return bad_command(tool, "unknown command");
	if (testing && operands == 1)
		return bad_command(tool, "test needs a file");
	if (stage->options->check) {
		code = tool_sandbox(tool, &reader);
		return code >= 0 ? code : check_files(tool);
	}
	if (tool_config(tool, &err) < 0 || load(stage, &err) < 0)
		return tool_fail(tool, &err);
	tool_user(stage->user, sizeof(stage->user));
	tool_host(stage->host, sizeof(stage->host));
	stage->catalog = co_catalog_new(co_config_path(&tool->config, "catalog"));
	if (co_catalog_open_all(stage->catalog, &err) < 0)
		return tool_fail(tool, &err);
	code = testing ? tool_sandbox(tool, &reader) : tool_confine(tool, NULL);
	if (code >= 0)
		return code;
	return testing ? run_tests(stage) : tool_filter(tool, decide, stage, 0);
}

int main(int argc, char **argv)
{
	struct tool tool;
	struct options options = { 0 };
	struct stage stage = { .tool = &tool, .options = &options };
	int code = tool_start(&tool, &usage, &options, argc, argv);

	if (code < 0)
		code = run(&stage);
	co_catalog_free(stage.catalog);
	co_policy_free(stage.policy);
	co_opt_strs_clear(&options.policy);
	return tool_end(&tool, code);
}
