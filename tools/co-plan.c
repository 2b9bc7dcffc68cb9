/* SPDX-License-Identifier: Apache-2.0 */
/*
 * co-plan: the steps that answer an intent, from a playbook.
 *
 * Rules and playbooks alone: the same intent, playbooks, inventory and clock
 * give the same bytes.
 */
#include "confine.h"

#include "base/escape.h"
#include "catalog/grants.h"
#include "plan/planner.h"
#include "sys/file.h"
#include "sys/tty.h"

#include <stdlib.h>
#include <string.h>

struct options {
	struct tool_options common;
	const char *playbook;
	struct co_opt_strs params;
	int explain;
	int permissions;
	int list;
	int check;
	int index;
	int config;
};

static const struct co_opt option_table[] = {
	{ 0, "playbook", CO_OPT_STR, offsetof(struct options, playbook), "NAME", "plan this one, whatever matches" },
	{ 0, "param", CO_OPT_STRS, offsetof(struct options, params), "NAME=VALUE", "give a parameter of the playbook" },
	{ 'e', "explain", CO_OPT_FLAG, offsetof(struct options, explain), NULL,
	  "say on standard error what would be done" },
	{ 0, "permissions", CO_OPT_FLAG, offsetof(struct options, permissions), NULL,
	  "print what it must be granted, not the document" },
	{ 0, "list", CO_OPT_FLAG, offsetof(struct options, list), NULL, "list all playbooks, and what they match" },
	{ 0, "check", CO_OPT_FLAG, offsetof(struct options, check), NULL, "check playbook files (default: all)" },
	{ 0, "index", CO_OPT_FLAG, offsetof(struct options, index), NULL,
	  "print the index of a directory (default: the shipped one)" },
	{ 0, "config", CO_OPT_FLAG, offsetof(struct options, config), NULL,
	  "print the configuration in force, and its files" },
	TOOL_OPTIONS(struct options),
};

static const struct co_opt_usage usage = {
	.tool = "co-plan",
	.synopsis = "[FILE ...]",
	.about = "Turns an intent into a plan: literal steps, and rules for what they find.",
	.options = option_table,
	.more = "  co-intent \"why is this machine slow\" | co-plan --explain\n"
		"  co-plan --list\n"
		"  co-plan --check my-playbook.yaml\n",
};

/* What a document is planned with. */
struct stage {
	struct tool *tool;
	const struct options *options;
	struct co_library playbooks;
	struct co_library_dir *dirs; /* of the playbooks */
	struct co_catalog *catalog;
	char *helper; /* co-expr */
	char *index;  /* of the shipped playbooks, where it stands beside the programs: in the source tree */
};

static int write_text(const struct tool *tool, int fd, struct co_buf *text)
{
	struct co_err err = CO_ERR_INIT;
	int rc = co_fd_write(fd, co_buf_str(text), text->len, fd == 1 ? "standard output" : "standard error", &err);

	co_buf_clear(text);
	return rc < 0 ? tool_fail(tool, &err) : 0;
}

static void add_line(struct co_buf *out, const char *before, const char *text)
{
	co_buf_adds(out, before);
	co_escape(out, text, strlen(text));
	co_buf_addc(out, '\n');
}

static void explain(const struct co_plan *plan, struct co_buf *out)
{
	size_t i;

	add_line(out, "plan: ", plan->goal);
	co_buf_addf(out, "  playbook %s, version %lld; about %s s, %lld call%s, $%s, %lld change%s\n",
		    plan->playbook->name, (long long)plan->playbook->version, plan->estimate->seconds,
		    (long long)plan->estimate->calls, plan->estimate->calls == 1 ? "" : "s", plan->estimate->cost_usd,
		    (long long)plan->estimate->changes, plan->estimate->changes == 1 ? "" : "s");
	for (i = 0; i < plan->explain.count; i++) {
		co_buf_addf(out, "  %2zu. ", i + 1);
		add_line(out, "", plan->explain.items[i]);
	}
	for (i = 0; i < plan->permissions.count; i++)
		add_line(out, i ? "               " : "  permissions: ", plan->permissions.items[i]);
}

/* As AWS's own tools do: keys in the environment count before a profile that is named there. */
static struct co_target_defaults aws_defaults(void)
{
	const char *region = getenv("AWS_REGION");

	return (struct co_target_defaults){
		.aws_profile = getenv("AWS_ACCESS_KEY_ID") ? NULL : getenv("AWS_PROFILE"),
		.aws_region = region ? region : getenv("AWS_DEFAULT_REGION"),
	};
}

static int make(struct stage *stage, const struct co_run *run, struct co_plan *plan, struct co_err *err)
{
	const struct co_planner planner = {
		.playbooks = &stage->playbooks,
		.catalog = stage->catalog,
		.config = &stage->tool->config,
		.defaults = aws_defaults(),
		.helper = stage->helper,
		.now = stage->tool->now,
		.playbook = stage->options->playbook,
		.given = { stage->options->params.items, stage->options->params.count },
	};

	return co_plan_make(&planner, run, plan, err);
}

static int plan_document(void *context, struct co_run *run, struct co_err *err)
{
	struct stage *stage = context;
	struct co_plan plan = { .playbook = NULL };
	struct co_buf text = CO_BUF_INIT;
	int rc = make(stage, run, &plan, err);

	if (rc < 0)
		return rc;
	co_run_set(run, "plan", co_shape_encode(&co_plan_shape, &plan));
	if (stage->options->explain) {
		explain(&plan, &text);
		rc = co_fd_write(2, text.data, text.len, "standard error", err);
		co_buf_clear(&text);
	}
	co_shape_clear(&co_plan_shape, &plan);
	return rc;
}

/* --permissions: instead of the document, what is to be granted. */
static int print_permissions(void *context, struct co_run *run)
{
	struct stage *stage = context;
	struct co_err err = CO_ERR_INIT;
	struct co_plan plan = { .playbook = NULL };
	struct co_grants grants = { NULL, 0 };
	struct co_buf text = CO_BUF_INIT;
	char *role;
	int rc = make(stage, run, &plan, &err);

	if (rc == CO_OK)
		rc = co_grants_of(&grants, &plan, stage->catalog, &err);
	if (rc == CO_OK) {
		role = co_xasprintf("cloudops-%s", plan.playbook->name);
		rc = co_grants_write(&grants, role, stage->catalog, &text, &err);
		free(role);
	}
	co_grants_clear(&grants);
	co_shape_clear(&co_plan_shape, &plan);
	if (rc < 0) {
		co_buf_clear(&text);
		return tool_fail(stage->tool, &err);
	}
	return write_text(stage->tool, 1, &text);
}

static void join(struct co_buf *out, char *const *items, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		co_buf_adds(out, i ? "," : "");
		co_escape(out, items[i], strlen(items[i]));
	}
	if (!n)
		co_buf_addc(out, '-');
}

/* For people: name, verbs, subjects, title. */
static void list_table(const struct co_library *library, struct co_buf *out)
{
	size_t i, start, width = 0;

	for (i = 0; i < library->entries.count; i++)
		width = strlen(library->entries.items[i].name) > width ? strlen(library->entries.items[i].name) : width;
	for (i = 0; i < library->entries.count; i++) {
		const struct co_entry *entry = &library->entries.items[i];

		start = out->len;
		co_escape(out, entry->name, strlen(entry->name));
		while (out->len - start < width + 2)
			co_buf_addc(out, ' ');
		co_escape(out, entry->title, strlen(entry->title));
		co_buf_adds(out, entry->changes ? " (changes things)\n" : "\n");
		if (!entry->match)
			continue;
		co_buf_addf(out, "%*s", (int)width + 2, "");
		join(out, entry->match->verb.items, entry->match->verb.count);
		co_buf_addc(out, ' ');
		join(out, entry->match->subject.items, entry->match->subject.count);
		co_buf_adds(out, " of ");
		join(out, entry->match->provider.items, entry->match->provider.count);
		co_buf_addc(out, '\n');
	}
}

/* For programs: one object a line. */
static void list_json(const struct co_library *library, struct co_buf *out)
{
	size_t i;

	for (i = 0; i < library->entries.count; i++) {
		const struct co_entry *entry = &library->entries.items[i];
		json_t *match = entry->match ? co_shape_encode(&co_match_shape, entry->match) : json_null();
		json_t *line = json_pack("{s:s, s:s, s:b, s:o, s:s}", "playbook", entry->name, "title", entry->title,
					 "changes", entry->changes, "match", match, "file", entry->file);

		co_json_write(out, line, CO_JSON_COMPACT);
		co_buf_addc(out, '\n');
		json_decref(line);
	}
}

static int list_playbooks(struct stage *stage)
{
	const struct tool_options *common = &stage->options->common;
	struct co_err err = CO_ERR_INIT;
	struct co_buf text = CO_BUF_INIT;

	if (co_library_heads(&stage->playbooks, &err) < 0)
		return tool_fail(stage->tool, &err);
	if (common->pretty || (!common->compact && co_tty_is(1)))
		list_table(&stage->playbooks, &text);
	else
		list_json(&stage->playbooks, &text);
	return write_text(stage->tool, 1, &text);
}

static int check_file(const struct stage *stage, const char *file)
{
	struct co_err err = CO_ERR_INIT;

	if (co_library_check(file, stage->catalog, stage->helper, &err) < 0)
		return tool_fail(stage->tool, &err);
	return 0;
}

static int check_files(const struct stage *stage)
{
	const struct tool *tool = stage->tool;
	int code = 0, worst = 0;
	size_t i;

	for (i = (size_t)tool->first; i < (size_t)tool->argc; i++) {
		code = check_file(stage, tool->argv[i]);
		worst = code > worst ? code : worst;
	}
	if (tool->first < tool->argc)
		return worst;
	for (i = 0; i < stage->playbooks.entries.count; i++) {
		code = check_file(stage, stage->playbooks.entries.items[i].file);
		worst = code > worst ? code : worst;
	}
	return worst;
}

static int print_index(const struct tool *tool)
{
	const char *dir = tool->first < tool->argc ? tool->argv[tool->first] : co_config_path(&tool->config, "playbooks");
	struct co_err err = CO_ERR_INIT;
	struct co_buf text = CO_BUF_INIT;

	if (co_library_index(dir, &text, &err) < 0) {
		co_buf_clear(&text);
		return tool_fail(tool, &err);
	}
	return write_text(tool, 1, &text);
}

/* The merged configuration with its defaults, and the files it was read from. */
static int print_config(struct tool *tool)
{
	json_t *out = json_object();
	int code;

	json_object_set_nocheck(out, "sources", tool->config.sources);
	json_object_set_new_nocheck(out, "configuration", co_shape_encode(&co_config_shape, &tool->config));
	code = tool_write(tool, out);
	json_decref(out);
	return code;
}

/* The configured directories, then the shipped one. */
static int open_library(struct stage *stage, struct co_err *err)
{
	const struct co_config *config = &stage->tool->config;
	size_t i, n = config->playbooks.count;

	stage->dirs = co_xcalloc(n + 1, sizeof(*stage->dirs));
	for (i = 0; i < n; i++)
		stage->dirs[i].path = config->playbooks.items[i];
	stage->dirs[n] = (struct co_library_dir){ co_config_path(config, "playbooks"), stage->index };
	return co_library_open(&stage->playbooks, stage->dirs, n + 1, err);
}

static int bad_operand(const struct tool *tool)
{
	struct co_err err = CO_ERR_INIT;

	co_err_set(&err, CO_ERR_USAGE, "usage", "unexpected operand \"%s\"", tool->argv[tool->first]);
	co_err_hint(&err, "documents come on standard input; files are for --check, a directory for --index");
	return tool_fail(tool, &err);
}

/* The sandbox, with the files and the directory that are named on the command line. */
static int confine(const struct stage *stage)
{
	struct tool *tool = stage->tool;
	struct co_sandbox_path *named = co_xcalloc((size_t)(tool->argc - tool->first) + 2, sizeof(*named));
	size_t n = 0;
	int i, code;

	for (i = tool->first; i < tool->argc; i++)
		named[n++] = (struct co_sandbox_path){ tool->argv[i], CO_ALLOW_OPEN_READ };
	named[n] = (struct co_sandbox_path){ stage->index, CO_ALLOW_OPEN_READ };
	code = tool_confine(tool, named);
	free(named);
	return code;
}

static int run(struct stage *stage)
{
	const struct options *options = stage->options;
	struct tool *tool = stage->tool;
	struct co_err err = CO_ERR_INIT;
	int code;

	if (tool->first < tool->argc && !options->check && !options->index)
		return bad_operand(tool);
	if (tool_config(tool, &err) < 0)
		return tool_fail(tool, &err);
	stage->catalog = co_catalog_new(co_config_path(&tool->config, "catalog"));
	stage->helper = co_xasprintf("%s/co-expr", tool->config.helper_dir);
	stage->index = co_xasprintf("%s/playbooks.index", tool->config.helper_dir);
	code = confine(stage);
	if (code >= 0)
		return code;
	if (options->config)
		return print_config(tool);
	if (options->index)
		return print_index(tool);
	if (options->check && tool->first < tool->argc)
		return check_files(stage);
	if (open_library(stage, &err) < 0)
		return tool_fail(tool, &err);
	if (options->check)
		return check_files(stage);
	if (options->list)
		return list_playbooks(stage);
	return options->permissions ? tool_read(tool, print_permissions, stage) :
				      tool_filter(tool, plan_document, stage, 0);
}

int main(int argc, char **argv)
{
	struct tool tool;
	struct options options = { 0 };
	struct stage stage = { .tool = &tool, .options = &options };
	int code = tool_start(&tool, &usage, &options, argc, argv);

	if (code < 0)
		code = run(&stage);
	co_library_clear(&stage.playbooks);
	co_catalog_free(stage.catalog);
	co_opt_strs_clear(&options.params);
	free(stage.dirs);
	free(stage.helper);
	free(stage.index);
	return tool_end(&tool, code);
}
