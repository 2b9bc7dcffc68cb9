/* SPDX-License-Identifier: Apache-2.0 */
/*
 * co-approve: lets a person, or whoever holds a key, approve or deny a plan.
 *
 * It adds one signed statement to the document. Whether enough of them are
 * there is for co-exec to judge, which trusts nothing that is said here.
 */
#include "confine.h"
#include "tool.h"

#include "approve/approver.h"
#include "sys/atomicfile.h"
#include "sys/file.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { NAME = 256 };

struct options {
	struct tool_options common;
	const char *sign;
	struct co_opt_strs approvals;
	int deny;
	int statement;
	const char *by;
	const char *audience;
	const char *signers;
	const char *new_key;
};

static const struct co_opt rows[] = {
	{ 's', "sign", CO_OPT_STR, offsetof(struct options, sign), "KEY", "approve with this key, without asking" },
	{ 'a', "approval", CO_OPT_STRS, offsetof(struct options, approvals), "FILE", "add approvals made elsewhere" },
	{ 0, "deny", CO_OPT_FLAG, offsetof(struct options, deny), NULL, "deny instead, without asking" },
	{ 0, "statement", CO_OPT_FLAG, offsetof(struct options, statement), NULL,
	  "print what is to be signed, and nothing else" },
	{ 0, "by", CO_OPT_STR, offsetof(struct options, by), "PRINCIPAL", "who approves, as the signers file has it" },
	{ 0, "audience", CO_OPT_STR, offsetof(struct options, audience), "USER@HOST",
	  "who may execute; default: whoever asked" },
	{ 0, "signers", CO_OPT_STR, offsetof(struct options, signers), "FILE", "the signers file" },
	{ 0, "new-key", CO_OPT_STR, offsetof(struct options, new_key), "FILE", "make a key and end" },
	TOOL_OPTIONS(struct options),
};

static const struct co_opt_usage usage = {
	.tool = "co-approve",
	.synopsis = "",
	.about = "approve or deny a plan",
	.options = rows,
	.more = "Without --sign, --deny or --approval it shows the plan and asks, at the terminal.\n"
		"\n"
		"  co-intent \"scale web to 3\" | co-plan | co-policy | co-approve | co-exec\n"
		"  co-approve --sign ~/.ssh/id_ed25519 <run.json >approved.json\n"
		"  co-approve --statement --by bob@example.com <run.json >plan.stmt\n"
		"  ssh-keygen -Y sign -f KEY -n approval@cloudops plan.stmt\n"
		"  co-approve --approval plan.stmt <run.json >approved.json\n",
};

/* What every document is given to. */
struct work {
	struct tool *tool;
	const struct options *options;
	struct co_approver approver;
	char user[NAME];
	char host[NAME];
};

static int64_t clock_now(void *context)
{
	return tool_time(context);
}

static int stage(void *context, struct co_run *run, struct co_err *err)
{
	struct work *w = context;
	struct co_buf note = CO_BUF_INIT, line = CO_BUF_INIT;
	int rc = co_approver_handle(&w->approver, run, &note, err);

	if (note.len) {
		co_buf_addf(&line, "%s: %s\n", usage.tool, note.data);
		co_fd_write(2, line.data, line.len, "standard error", NULL);
	}
	co_buf_clear(&line);
	co_buf_clear(&note);
	return rc;
}

/* The statement alone, without a line feed: the very bytes to sign. */
static int print_statement(void *context, struct co_run *run)
{
	struct work *w = context;
	struct co_buf bytes = CO_BUF_INIT;
	struct co_err err = CO_ERR_INIT;
	int rc = co_approver_state(&w->approver, run, &bytes, &err);

	if (rc == CO_OK)
		rc = co_fd_write(1, bytes.data, bytes.len, "standard output", &err);
	co_buf_clear(&bytes);
	return rc < 0 ? tool_fail(w->tool, &err) : 0;
}

static int make_key(const struct work *w)
{
	char *comment = co_xasprintf("%s@%s", w->user, w->host), *fingerprint;
	struct co_sshkey public = CO_SSHKEY_INIT;
	struct co_err err = CO_ERR_INIT;
	struct co_buf text = CO_BUF_INIT;
	unsigned char random[36];
	int rc;

	tool_random(random, sizeof(random));
	rc = co_sign_new(w->options->new_key, comment, random, &public, &err);
	if (rc == CO_OK) {
		fingerprint = co_sshkey_fingerprint(&public);
		co_buf_addf(&text, "%s %s\n", w->options->new_key, fingerprint);
		rc = co_fd_write(1, text.data, text.len, "standard output", &err);
		free(fingerprint);
	}
	free(comment);
	co_buf_clear(&text);
	co_sshkey_clear(&public);
	return rc < 0 ? tool_fail(w->tool, &err) : 0;
}

/* What a key in a FIDO device needs beyond ssh-keygen itself: its helper finds and talks to the device. */
static const struct co_sandbox_path fido_paths[] = {
	{ "/usr/lib/openssh/ssh-sk-helper", CO_ALLOW_EXEC },
	{ "/usr/libexec/openssh/ssh-sk-helper", CO_ALLOW_EXEC },
	{ "/usr/libexec/ssh-sk-helper", CO_ALLOW_EXEC },
	{ "/dev", CO_ALLOW_OPEN_READ | CO_ALLOW_OPEN_WRITE },
	{ "/sys", CO_ALLOW_OPEN_READ },
	{ "/run/udev", CO_ALLOW_OPEN_READ },
};

/* Rows for the sandbox; each owns its path. */
struct paths {
	struct co_sandbox_path *items;
	size_t count;
};

static void allow(struct paths *list, char *path, unsigned rights)
{
	struct co_sandbox_path *row = co_grow(&list->items, &list->count, sizeof(*row));

	*row = (struct co_sandbox_path){ path, rights };
}

/* FILE, and FILE with an ending: a key's public half, a statement's signature. */
static void allow_pair(struct paths *list, const char *path, const char *ending)
{
	allow(list, co_xstrdup(path), CO_ALLOW_OPEN_READ);
	allow(list, co_xasprintf("%s%s", path, ending), CO_ALLOW_OPEN_READ);
}

/* The directory of a new key, which is made if need be. */
static int allow_new(struct paths *list, const char *path, struct co_err *err)
{
	const char *slash = strrchr(path, '/');
	size_t len = slash ? (size_t)(slash - path) : 0;
	char *directory = len ? co_xmemdup(path, len) : co_xstrdup(slash ? "/" : ".");

	allow(list, directory, CO_ALLOW_OPEN_READ | CO_ALLOW_OPEN_WRITE);
	return co_dir_make(directory, err);
}

static int list_paths(const struct work *w, struct paths *list, struct co_err *err)
{
	const struct options *o = w->options;
	char *key = o->sign ? co_xstrdup(o->sign) : co_signers_default_key(&w->tool->config);
	size_t i;

	for (i = 0; i < CO_COUNT(fido_paths); i++)
		allow(list, co_xstrdup(fido_paths[i].path), fido_paths[i].rights);
	allow_pair(list, key, ".pub");
	free(key);
	for (i = 0; i < o->approvals.count; i++)
		allow_pair(list, o->approvals.items[i], ".sig");
	return o->new_key ? allow_new(list, o->new_key, err) : CO_OK;
}

static int confine(const struct work *w)
{
	struct paths list = { NULL, 0 };
	struct co_err err = CO_ERR_INIT;
	int code = list_paths(w, &list, &err) < 0 ? tool_fail(w->tool, &err) : -1;
	size_t i;

	allow(&list, NULL, 0);
	if (code < 0)
		code = tool_confine(w->tool, list.items);
	for (i = 0; i < list.count; i++)
		free((void *)(uintptr_t)list.items[i].path);
	free(list.items);
	return code;
}

static int configure(struct work *w, const char *const *env, struct co_err *err)
{
	const struct options *o = w->options;
	struct co_config *config = &w->tool->config;
	int rc = co_approver_check_audience(o->audience, err);

	if (rc == CO_OK)
		rc = tool_config(w->tool, err);
	if (rc < 0)
		return rc;
	if (o->signers)
		config->approval->signers = co_pool_memdup(&config->memory, o->signers, strlen(o->signers));
	tool_user(w->user, sizeof(w->user));
	tool_host(w->host, sizeof(w->host));
	w->approver = (struct co_approver){ .config = config,
					    .user = w->user,
					    .uid = (int64_t)getuid(),
					    .host = w->host,
					    .helpers = { getenv("SSH_AUTH_SOCK"), env },
					    .clock = clock_now,
					    .random = tool_random,
					    .context = w->tool,
					    .key = o->sign,
					    .principal = o->by,
					    .audience = o->audience,
					    .deny = o->deny,
					    .files = o->approvals.items,
					    .file_count = o->approvals.count };
	return CO_OK;
}

static int run(struct work *w)
{
	if (w->options->new_key)
		return make_key(w);
	if (w->options->statement)
		return tool_read(w->tool, print_statement, w);
	return tool_filter(w->tool, stage, w, 0);
}

int main(int argc, char **argv)
{
	struct options options = { .deny = 0 };
	struct tool tool;
	struct work w = { .tool = &tool, .options = &options };
	struct co_err err = CO_ERR_INIT;
	char *home = co_xasprintf("HOME=%s", getenv("HOME") ? getenv("HOME") : "/");
	const char *const env[] = { home, "PATH=/usr/bin:/bin", NULL }; /* of ssh-keygen */
	int code = tool_start(&tool, &usage, &options, argc, argv);

	if (code < 0 && configure(&w, env, &err) < 0)
		code = tool_fail(&tool, &err);
	if (code < 0)
		code = confine(&w);
	if (code < 0)
		code = run(&w);
	co_approver_clear(&w.approver);
	co_opt_strs_clear(&options.approvals);
	free(home);
	return tool_end(&tool, code);
}
