/* SPDX-License-Identifier: Apache-2.0 */
#include "config/config.h"

#include "sys/file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

/* Each test has a directory with config/, state/ and site files of its own. */
struct place {
	char dir[64];
	char user_dir[80], state_dir[80], site_dir[80], file[128], extra[128];
	struct co_config_env env;
	struct co_config config;
	struct co_err err;
};

static int setup(void **state)
{
	struct place *p = co_xcalloc(1, sizeof(*p));
	char path[128];

	strcpy(p->dir, "/tmp/cloudops-unit.XXXXXX");
	assert_non_null(mkdtemp(p->dir));
	snprintf(p->user_dir, sizeof(p->user_dir), "%s/config", p->dir);
	snprintf(p->state_dir, sizeof(p->state_dir), "%s/state", p->dir);
	snprintf(path, sizeof(path), "%s/cloudops", p->user_dir);
	assert_int_equal(mkdir(p->user_dir, 0700), 0);
	assert_int_equal(mkdir(path, 0700), 0);
	snprintf(p->file, sizeof(p->file), "%s/cloudops/config.yaml", p->user_dir);
	snprintf(p->extra, sizeof(p->extra), "%s/extra.yaml", p->dir);
	snprintf(p->site_dir, sizeof(p->site_dir), "%s/site", p->dir);
	p->env.site_dir = p->site_dir;
	p->env.home = p->dir;
	p->env.xdg_config_home = p->user_dir;
	p->env.xdg_state_home = p->state_dir;
	p->env.program = "/opt/x/bin/co-plan";
	*state = p;
	return 0;
}

static int teardown(void **state)
{
	struct place *p = *state;
	char path[128];

	co_config_clear(&p->config);
	unlink(p->file);
	unlink(p->extra);
	snprintf(path, sizeof(path), "%s/cloudops/playbooks", p->user_dir);
	rmdir(path);
	snprintf(path, sizeof(path), "%s/cloudops", p->user_dir);
	rmdir(path);
	rmdir(p->user_dir);
	rmdir(p->dir);
	free(p);
	return 0;
}

static void put(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	fputs(text, f);
	fclose(f);
	assert_int_equal(chmod(path, 0644), 0);
}

static int load(struct place *p)
{
	p->err = (struct co_err)CO_ERR_INIT;
	return co_config_load(&p->config, &p->env, co_file_read, &p->err);
}

static int load_text(struct place *p, const char *text)
{
	put(p->file, text);
	return load(p);
}

static void everything_has_a_default(void **state)
{
	struct place *p = *state;
	char wanted[128];

	assert_int_equal(load(p), CO_OK);
	assert_int_equal(p->config.limits->concurrency, 8);
	assert_int_equal(p->config.limits->changes, 20);
	assert_int_equal(p->config.limits->output_bytes, 16 * 1024 * 1024);
	assert_string_equal(p->config.limits->deadline, "5m");
	assert_string_equal(p->config.limits->step_deadline, "60s");
	assert_string_equal(p->config.limits->plan_expires, "1h");
	assert_int_equal(p->config.limits->model->tokens, 4096);
	assert_string_equal(p->config.limits->model->usd_per_day, "1.00");
	assert_string_equal(p->config.approval->approve_within, "24h");
	assert_string_equal(p->config.approval->execute_within, "1h");
	assert_null(p->config.approval->signers);
	assert_int_equal(p->config.policy->files.count, 0);
	assert_int_equal(p->config.environments.count, 0);
	assert_int_equal(p->config.playbooks.count, 0);
	assert_null(p->config.model);
	assert_int_equal(json_array_size(p->config.sources), 0);
	snprintf(wanted, sizeof(wanted), "%s/cloudops/audit", p->state_dir);
	assert_string_equal(p->config.audit->directory, wanted);
}

static void a_file_changes_what_it_names(void **state)
{
	struct place *p = *state;

	assert_int_equal(load_text(p, "limits: {changes: 0, deadline: 10m}\n"), CO_OK);
	assert_int_equal(p->config.limits->changes, 0); /* a zero is not "absent" */
	assert_string_equal(p->config.limits->deadline, "10m");
	assert_int_equal(p->config.limits->concurrency, 8);
	assert_int_equal(json_array_size(p->config.sources), 1);
	assert_string_equal(json_string_value(json_array_get(p->config.sources, 0)), p->file);
}

static void later_files_win(void **state)
{
	struct place *p = *state;

	put(p->file, "limits: {changes: 5, concurrency: 2}\npolicy: {files: [/a, /b]}\n"
		     "environments:\n  prod: {aliases: [p1], hosts: [h1]}\n  dev: {hosts: [h2]}\n");
	put(p->extra, "limits: {changes: 6}\npolicy: {files: /c}\nenvironments:\n  prod: {aliases: [p2]}\n");
	p->env.cloudops_config = p->extra;
	assert_int_equal(load(p), CO_OK);
	assert_int_equal(p->config.limits->changes, 6);
	assert_int_equal(p->config.limits->concurrency, 2);
	assert_int_equal(p->config.policy->files.count, 1); /* lists are replaced */
	assert_string_equal(p->config.policy->files.items[0], "/c");
	assert_int_equal(p->config.environments.count, 2);
	assert_string_equal(p->config.environments.items[0].name, "prod");
	assert_string_equal(p->config.environments.items[0].aliases.items[0], "p2");
	assert_string_equal(p->config.environments.items[0].hosts.items[0], "h1");
	assert_int_equal(json_array_size(p->config.sources), 2);
}

static void paths_are_made_absolute(void **state)
{
	struct place *p = *state;
	char wanted[256];

	assert_int_equal(load_text(p, "audit: {directory: ~/audit, key: keys/log}\npolicy: {files: [a.yaml, /b]}\n"),
			 CO_OK);
	snprintf(wanted, sizeof(wanted), "%s/audit", p->dir);
	assert_string_equal(p->config.audit->directory, wanted);
	snprintf(wanted, sizeof(wanted), "%s/cloudops/keys/log", p->user_dir);
	assert_string_equal(p->config.audit->key, wanted);
	snprintf(wanted, sizeof(wanted), "%s/cloudops/a.yaml", p->user_dir);
	assert_string_equal(p->config.policy->files.items[0], wanted);
	assert_string_equal(p->config.policy->files.items[1], "/b");
}

static void the_environment_wins(void **state)
{
	struct place *p = *state;
	char own[128];

	snprintf(own, sizeof(own), "%s/cloudops/playbooks", p->user_dir);
	assert_int_equal(mkdir(own, 0700), 0);
	p->env.cloudops_audit = "/var/log/x";
	p->env.cloudops_playbooks = ":/one::/two";
	assert_int_equal(load_text(p, "audit: {directory: /elsewhere}\nplaybooks: /three\n"), CO_OK);
	assert_string_equal(p->config.audit->directory, "/var/log/x");
	assert_int_equal(p->config.playbooks.count, 4);
	assert_string_equal(p->config.playbooks.items[0], "/one");
	assert_string_equal(p->config.playbooks.items[1], "/two");
	assert_string_equal(p->config.playbooks.items[2], "/three");
	assert_string_equal(p->config.playbooks.items[3], own);
}

static void data_is_beside_the_program(void **state)
{
	struct place *p = *state;
	char tree[1024], program[1100], wanted[1100];

	assert_int_equal(load(p), CO_OK);
	assert_string_equal(co_config_path(&p->config, "playbooks"), "/opt/x/share/cloudops/playbooks");
	assert_string_equal(co_config_path(&p->config, "catalog"), "/opt/x/share/cloudops/catalog");
	assert_null(co_config_path(&p->config, "else"));
	assert_string_equal(p->config.helper_dir, "/opt/x/libexec/cloudops");
	co_config_clear(&p->config);

	p->env.program = "/opt/x/libexec/cloudops/co-model";
	assert_int_equal(load(p), CO_OK);
	assert_string_equal(co_config_path(&p->config, "playbooks"), "/opt/x/share/cloudops/playbooks");
	co_config_clear(&p->config);

	assert_non_null(getcwd(tree, sizeof(tree)));
	snprintf(program, sizeof(program), "%s/build/co-plan", tree);
	p->env.program = program;
	assert_int_equal(load(p), CO_OK);
	snprintf(wanted, sizeof(wanted), "%s/build/catalog", tree);
	assert_string_equal(co_config_path(&p->config, "catalog"), wanted);
	snprintf(wanted, sizeof(wanted), "%s/playbooks", tree);
	assert_string_equal(co_config_path(&p->config, "playbooks"), wanted);
	snprintf(wanted, sizeof(wanted), "%s/build", tree);
	assert_string_equal(p->config.helper_dir, wanted);
}

static void without_a_home(void **state)
{
	struct place *p = *state;

	p->env.home = NULL;
	p->env.xdg_config_home = "relative"; /* invalid, hence ignored */
	p->env.xdg_state_home = "";
	assert_int_equal(load(p), CO_OK);
	assert_string_equal(p->config.state_dir, "/var/lib/cloudops");
	assert_string_equal(p->config.config_dir, "/etc/cloudops");
}

static void a_file_of_comments_is_fine_an_empty_one_is_not(void **state)
{
	struct place *p = *state;

	assert_int_equal(load_text(p, "# all of it\n\n   # commented out"), CO_OK);
	co_config_clear(&p->config);
	assert_int_equal(load_text(p, ""), CO_ERR_INPUT);
}

/* Text that must be refused, where (0: any), and a word of the message or the hint. */
static const struct {
	const char *text;
	unsigned line, column;
	const char *word;
} bad[] = {
	{ "limits:\n  chanegs: 3\n", 2, 3, "did you mean \"changes\"?" },
	{ "limits: {}\nlimtis: {}\n", 2, 1, "did you mean \"limits\"?" },
	{ "limits:\n  concurrency: 8\n  deadline: soon\n", 3, 3, "\"soon\" is not a duration" },
	{ "limits:\n  deadline: 0s\n", 2, 3, "is not a duration" },
	{ "limits:\n  deadline: 60\n", 2, 3, "expected a string" },
	{ "limits:\n  concurrency: 0\n", 2, 3, "0 is not between 1 and 256" },
	{ "limits:\n  concurrency: 1.5\n", 2, 3, "expected an integer" },
	{ "limits:\n  changes: -1\n", 2, 3, "not between 0 and 10000" },
	{ "limits:\n  output_bytes: 99999999999\n", 2, 3, "not between" },
	{ "limits:\n  model: {usd_per_day: \"1,50\"}\n", 2, 11, "is not an amount of money" },
	{ "audit: []\n", 1, 1, "is not an object" },
	{ "policy:\n  files: [3]\n", 2, 0, "expected a string" },
	{ "environments:\n  prod:\n    aws:\n      - name: x\n", 4, 0, "has no \"account\"" },
	{ "environments:\n  prod:\n    aws:\n      - account: 111122223333\n", 4, 0, "expected a string" },
	{ "environments:\n  prod:\n    kubernetes:\n      - context: a\n        node: [b]\n", 5, 9,
	  "did you mean \"nodes\"?" },
	{ "workloads:\n  ns:\n    deployment: web\n", 3, 5, "expected a list of strings" },
	{ "workloads:\n  ns:\n    deployment: [web, 3]\n", 3, 0, "expected a string" },
	{ "workloads:\n  ns:\n    deployment: [web, '']\n", 3, 0, "must not be empty" },
	{ "workloads:\n  ns: [web]\n", 2, 3, "expected an object" },
	{ "approval:\n  groups:\n    ops: alice\n", 3, 5, "expected a list of names" },
	{ "approval:\n  approve_within: 1 day\n", 2, 3, "is not a duration" },
	{ "model: {provider: opanai}\n", 1, 0, "did you mean \"openai\"?" },
	{ "model: {provider: openai, endpoint: \"http://127.0.0.1.example\"}\n", 1, 0, "is not an https URL" },
	{ "model: {provider: openai, fallback: gpt}\n", 1, 0, "neither rules nor none" },
	{ "model: {provider: openai, timeout: soon}\n", 1, 0, "is not a duration" },
	{ "model: {provider: openai, proxy: \"socks5://p.example\"}\n", 1, 0, "is not the http URL of a proxy" },
	{ "model: {provider: openai, price: {input: \"free\", output: \"0\"}}\n", 1, 0, "is not an amount of money" },
	{ "limits: &a {changes: 1}\n", 1, 0, "" },
	{ "limits: {changes: 1, changes: 2}\n", 1, 0, "" },
	{ "[1]\n", 1, 1, "is not an object" },
	{ "limits: {\n", 0, 0, "" },
};

static void says_where_and_what(void **state)
{
	struct place *p = *state;
	size_t i;

	for (i = 0; i < CO_COUNT(bad); i++) {
		struct co_buf text = CO_BUF_INIT;

		if (load_text(p, bad[i].text) != CO_ERR_INPUT)
			fail_msg("accepted: %s", bad[i].text);
		co_err_format(&p->err, &text);
		assert_string_equal(p->err.file, p->file);
		if (bad[i].line && (p->err.line != bad[i].line || (bad[i].column && p->err.column != bad[i].column)))
			fail_msg("wanted %u:%u: %s", bad[i].line, bad[i].column, co_buf_str(&text));
		if (!strstr(co_buf_str(&text), bad[i].word))
			fail_msg("wanted %s: %s", bad[i].word, co_buf_str(&text));
		assert_null(p->config.limits); /* untouched on failure */
		co_buf_clear(&text);
	}
}

static void what_others_can_write_is_refused(void **state)
{
	struct place *p = *state;

	put(p->file, "limits: {}\n");
	assert_int_equal(chmod(p->file, 0666), 0);
	assert_int_equal(load(p), CO_ERR_INPUT);
	assert_string_equal(p->err.id, "untrusted-file");
	assert_non_null(strstr(p->err.hint, "chmod go-w"));
	assert_non_null(strstr(p->err.hint, p->file));
	assert_int_equal(chmod(p->file, 0664), 0);
	assert_int_equal(load(p), CO_ERR_INPUT);
	assert_int_equal(chmod(p->file, 0644), 0);
	assert_int_equal(load(p), CO_OK);
}

static void a_named_file_must_exist(void **state)
{
	struct place *p = *state;

	p->env.cloudops_config = "/nonexistent/config.yaml";
	assert_int_equal(load(p), CO_ERR_INPUT);
	assert_non_null(strstr(p->err.message, "/nonexistent/config.yaml"));
	assert_non_null(strstr(p->err.hint, "CLOUDOPS_CONFIG"));
	p->env.cloudops_config = ""; /* as if unset */
	assert_int_equal(load(p), CO_OK);
}

static void reads_a_whole_inventory(void **state)
{
	const char *vectors = getenv("VECTORS");
	struct place *p = *state;
	struct co_environment *prod;
	struct co_buf text = CO_BUF_INIT;
	char path[1024];

	snprintf(path, sizeof(path), "%s/intents-inventory.yaml", vectors ? vectors : "../shared/vectors");
	if (co_file_read(path, 1000000, 0, &text, NULL) < 0)
		skip();
	put(p->file, co_buf_str(&text));
	co_buf_clear(&text);
	if (load(p) != CO_OK)
		fail_msg("%s:%u: %s", p->err.file, p->err.line, p->err.message);
	assert_int_equal(p->config.environments.count, 3);
	prod = &p->config.environments.items[0];
	assert_string_equal(prod->name, "prod");
	assert_int_equal(prod->aws.count, 3);
	assert_string_equal(prod->aws.items[0].account, "111122223333");
	assert_int_equal(prod->kubernetes.items[0].namespaces.count, 18);
	assert_string_equal(prod->prometheus.items[0].alertmanager, "https://alerts.prod.example");
	assert_int_equal(prod->hosts.count, 5);
	assert_string_equal(p->config.workloads.items[3].name, "acquiring");
	assert_string_equal(p->config.workloads.items[3].kinds.items[1].kind, "statefulset");
	assert_string_equal(p->config.workloads.items[3].kinds.items[1].names.items[0], "settlement-runner");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(everything_has_a_default),
		TEST(a_file_changes_what_it_names),
		TEST(later_files_win),
		TEST(paths_are_made_absolute),
		TEST(the_environment_wins),
		TEST(data_is_beside_the_program),
		TEST(without_a_home),
		TEST(a_file_of_comments_is_fine_an_empty_one_is_not),
		TEST(says_where_and_what),
		TEST(what_others_can_write_is_refused),
		TEST(a_named_file_must_exist),
		TEST(reads_a_whole_inventory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
