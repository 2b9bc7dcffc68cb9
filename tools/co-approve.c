/* SPDX-License-Identifier: Apache-2.0 */
/*
 * co-approve: lets a person, or whoever holds a key, approve or deny a plan.
 *
 * It adds one signed statement to the document. Whether enough of them are
 * there is for co-exec to judge, which trusts nothing that is said here.
 */
#include "confine.h"
#include "tool.h"

#include "approve/approve.h"
#include "approve/prompt.h"
#include "approve/sign.h"
#include "approve/vote.h"
#include "audit/log.h"
#include "sys/atomicfile.h"
#include "sys/file.h"

#include <signal.h>
#include <stdio.h>
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

/* What is carried from document to document. */
struct approver {
	struct tool *tool;
	const struct options *options;
	char user[NAME];
	char host[NAME];
	struct co_signers signers;
	int loaded;
	struct co_sign_key key; /* opened when the first document needs it */
	char *principal;
	const char *agent;
	const char *const *env;
};

/* Whom a document's audience names, for as long as the document is handled. */
struct audience {
	char user[NAME];
	char host[NAME];
	int64_t uid;
};

/* --audience must be USER@HOST, and short enough. */
static int check_audience(const char *given, struct co_err *err)
{
	const char *at = given ? strrchr(given, '@') : NULL;

	if (!given || (at && at > given && at[1] && strlen(given) < NAME))
		return CO_OK;
	co_err_set(err, CO_ERR_USAGE, "usage", "--audience \"%s\" is not USER@HOST", given);
	return CO_ERR_USAGE;
}

static int name_audience(const struct approver *a, const struct co_run *run, struct audience *audience,
			 struct co_err *err)
{
	const char *given = a->options->audience, *at = given ? strrchr(given, '@') : NULL;
	const struct co_request *r = run->request;

	if (!r)
		return co_err_set(err, CO_ERR_NO, "no-request", "the document does not say who asked for the plan");
	if (given) {
		snprintf(audience->user, NAME, "%.*s", (int)(at - given), given);
		snprintf(audience->host, NAME, "%s", at + 1);
		audience->uid = CO_UID_UNKNOWN;
	} else {
		snprintf(audience->user, NAME, "%s", r->by);
		snprintf(audience->host, NAME, "%s", r->host);
		audience->uid = r->uid;
	}
	return CO_OK;
}

/* 1 when the document waits for approval, 0 when there is nothing to approve. */
static int needs_approval(const struct co_run *run, int64_t now, struct co_err *err)
{
	const struct co_decision *d = run->decision;
	char plan[CO_DIGEST_LEN + 1];
	int rc;

	if (!run->plan)
		return co_err_set(err, CO_ERR_INPUT, "no-plan", "the document has no plan to approve");
	if (!d) {
		co_err_set(err, CO_ERR_INPUT, "no-decision", "the document has no decision by policy");
		return co_err_hint(err, "pipe the plan through co-policy first");
	}
	if (d->effect == CO_EFFECT_FORBID)
		return co_err_set(err, CO_ERR_NO, "denied", "policy forbids this plan: nobody can approve it");
	rc = co_run_digest(run, "plan", plan, err);
	if (rc < 0)
		return rc;
	if (d->plan && strcmp(d->plan, plan) != 0) {
		co_err_set(err, CO_ERR_NO, "stale-decision", "the decision is for another plan");
		return co_err_hint(err, "the plan was changed after co-policy saw it: decide again");
	}
	if (d->effect != CO_EFFECT_APPROVE && d->approvals_required == 0)
		return 0;
	if (now > run->plan->expires_at) {
		co_err_set(err, CO_ERR_NO, "expired", "the plan has expired");
		return co_err_hint(err, "plan again");
	}
	return 1;
}

static int load_signers(struct approver *a, struct co_err *err)
{
	int rc;

	if (a->loaded)
		return CO_OK;
	rc = co_signers_load(&a->signers, &a->tool->config, a->options->by ? a->options->by : a->user, err);
	a->loaded = rc == CO_OK;
	return rc;
}

/* Where there is no signers file, only the executing host can tell whether a key counts there. */
static void trust_own_key(struct approver *a, const struct co_decision *decision)
{
	if (a->signers.local && !decision->self_approval)
		co_signers_own(&a->signers, &a->key.public, a->principal);
}

static int unlisted(const struct approver *a, struct co_err *err)
{
	struct co_buf line = CO_BUF_INIT;

	co_sshkey_write(&a->key.public, &line);
	co_err_set(err, CO_ERR_NO, "unknown-signer", "\"%s\" does not list this key", a->signers.file);
	co_err_hint(err, "add a line: PRINCIPAL namespaces=\"%s\" %s", CO_APPROVE_NAMESPACE, co_buf_str(&line));
	co_buf_clear(&line);
	return CO_ERR_NO;
}

static int open_key(struct approver *a, const struct co_decision *decision, struct co_err *err)
{
	char *path = a->options->sign ? co_xstrdup(a->options->sign) : co_signers_default_key(&a->tool->config);
	const char *principal = a->options->by;
	int rc = a->principal ? CO_OK : co_sign_open(&a->key, path, err);

	free(path);
	if (rc < 0 || a->principal)
		return rc;
	if (!principal)
		principal = a->signers.local ? a->user : co_signers_principal(&a->signers, &a->key.public);
	if (!principal)
		return unlisted(a, err);
	a->principal = co_xstrdup(principal);
	trust_own_key(a, decision);
	return CO_OK;
}

static int read_text(const char *path, struct co_buf *out, struct co_err *err)
{
	return co_file_read(path, CO_JSON_BYTES, 0, out, err);
}

static int merge_file(struct co_run *run, const char *path, struct co_err *err)
{
	char *beside = co_xasprintf("%s.sig", path);
	struct co_buf file = CO_BUF_INIT, signature = CO_BUF_INIT;
	int bare, rc = read_text(path, &file, err);

	if (rc == CO_OK) {
		bare = co_vote_is_statement(&file);
		if (bare)
			rc = read_text(beside, &signature, err);
		if (rc == CO_OK)
			rc = co_vote_merge(run, &file, path, bare ? &signature : NULL, err);
		if (rc == CO_ERR_INPUT && err && !err->file[0])
			co_err_at(err, path, 0, 0);
	}
	co_buf_clear(&file);
	co_buf_clear(&signature);
	free(beside);
	return rc;
}

static int merge_files(const struct approver *a, struct co_run *run, struct co_err *err)
{
	size_t i;
	int rc = CO_OK;

	for (i = 0; rc == CO_OK && i < a->options->approvals.count; i++)
		rc = merge_file(run, a->options->approvals.items[i], err);
	return rc;
}

/* To the person, beside the document. */
static void tell(const struct approver *a, const char *text)
{
	struct co_buf line = CO_BUF_INIT;

	co_buf_addf(&line, "%s: %s\n", a->tool->usage->tool, text);
	co_fd_write(2, line.data, line.len, "standard error", NULL);
	co_buf_clear(&line);
}

/* Said, not decided: co-exec counts by its own policy and signers. */
static void tell_count(const struct approver *a, const struct co_approve_facts *facts)
{
	struct co_approve_verdict verdict;
	struct co_err err = CO_ERR_INIT;
	char text[sizeof(err.message) + 64];

	if (co_approve_check(facts, &verdict, &err) == CO_OK)
		snprintf(text, sizeof(text), "approved");
	else
		snprintf(text, sizeof(text), "not yet approved: %s", err.message);
	tell(a, text);
	co_approve_verdict_clear(&verdict);
}

static int record(const struct approver *a, const struct co_run *run, const struct co_statement *s,
		  const struct co_buf *bytes, struct co_err *err)
{
	char *user = co_xstrdup(a->user), *host = co_xstrdup(a->host), *fingerprint;
	const struct co_audit_actor actor = { .user = user, .uid = (int64_t)getuid(), .host = host };
	struct co_audit_event event = { .type = CO_AUDIT_APPROVAL, .run = run->id, .what = s->plan, .ms = -1 };
	char digest[CO_DIGEST_LEN + 1];
	struct co_audit_log *log;
	json_t *entry;
	int rc = co_audit_open(&log, a->tool->config.audit->directory, err);

	if (rc == CO_OK) {
		co_sha256_text(bytes->data, bytes->len, digest);
		fingerprint = co_sshkey_fingerprint(&a->key.public);
		event.why = run->plan->goal;
		event.result = s->decision == CO_ANSWER_DENY ? "denied" : "approved";
		event.detail = json_pack("{s:s, s:s, s:s, s:s, s:s}", "by", s->approver->principal, "key", fingerprint,
					 "policy", s->policy, "statement", digest, "audience", s->audience);
		entry = co_audit_record_new(&event, &actor);
		rc = co_audit_append(log, &entry, 1, tool_time(a->tool), err);
		json_decref(entry);
		co_audit_close(log);
		free(fingerprint);
	}
	free(user);
	free(host);
	return rc;
}

/* Signs, records, and only then adds the statement to the document. */
static int give(const struct approver *a, struct co_run *run, const struct co_statement *s, struct co_err *err)
{
	const struct co_sign_helpers helpers = { a->agent, a->env };
	struct co_buf bytes = CO_BUF_INIT, blob = CO_BUF_INIT;
	int rc = co_statement_encode(s, &bytes, err);

	if (rc == CO_OK)
		rc = co_sign(&a->key, &helpers, bytes.data, bytes.len, CO_APPROVE_NAMESPACE, &blob, err);
	if (rc == CO_OK)
		rc = record(a, run, s, &bytes, err);
	if (rc == CO_OK)
		co_vote_add(run, &bytes, &blob, s->approver->principal);
	co_buf_clear(&bytes);
	co_buf_clear(&blob);
	return rc;
}

static int ask(const struct approver *a, const struct co_approve_facts *facts,
	       const struct co_approve_verdict *verdict, struct co_statement *s, struct co_err *err)
{
	const struct co_prompt prompt = { facts, verdict, s, &a->key.public };
	int rc;

	if (a->options->deny || a->options->sign)
		return CO_OK;
	signal(SIGINT, SIG_DFL); /* at the question, Ctrl-C ends the pipe */
	rc = co_prompt_ask(&prompt, &s->decision, err);
	signal(SIGINT, SIG_IGN);
	s->issued = tool_time(a->tool);
	if (rc == CO_OK && s->decision == CO_ANSWER_APPROVE && s->issued > s->approve_by)
		rc = co_err_set(err, CO_ERR_NO, "too-late", "the time to approve this plan has passed");
	return rc;
}

/* A denial ends the plan: in the document, and on this host for good. */
static int deny(struct co_approve_facts *facts, struct co_err *err)
{
	struct co_approve_verdict verdict;
	int rc = co_approve_check(facts, &verdict, err);

	if (rc == CO_ERR_NO && strcmp(err->id, "denied") == 0 && co_approve_use(facts, &verdict, err) == CO_OK)
		co_err_set(err, CO_ERR_NO, "denied", "you denied this plan");
	co_approve_verdict_clear(&verdict);
	return CO_ERR_NO;
}

/* One person is one vote: a second would be signed for nothing. */
static int check_repeated(const struct approver *a, const struct co_approve_verdict *verdict, struct co_err *err)
{
	char *key = co_sshkey_fingerprint(&a->key.public);
	int rc = CO_OK;
	size_t i;

	for (i = 0; i < verdict->approvals.count && rc == CO_OK && !a->options->deny; i++) {
		const struct co_approve_one *one = &verdict->approvals.items[i];

		if (one->counts && (strcmp(one->by, a->principal) == 0 || strcmp(one->key, key) == 0))
			rc = co_err_set(err, CO_ERR_NO, "duplicate", "\"%s\" has approved this plan already", one->by);
	}
	free(key);
	return rc;
}

static int vote(struct approver *a, struct co_run *run, struct co_approve_facts *facts,
		const struct co_approve_verdict *verdict, struct co_err *err)
{
	struct co_vote vote = { .answer = a->options->deny ? CO_ANSWER_DENY : CO_ANSWER_APPROVE,
				.uid = (int64_t)getuid(),
				.host = a->host };
	struct co_statement s = { 0 };
	int rc = open_key(a, run->decision, err);

	if (rc < 0)
		return rc;
	rc = check_repeated(a, verdict, err);
	if (rc < 0)
		return rc;
	vote.principal = a->principal;
	tool_random(vote.nonce, sizeof(vote.nonce));
	rc = co_vote_state(&vote, facts, &s, err);
	if (rc == CO_OK)
		rc = co_approve_would_count(facts, &s, &a->key.public, err);
	if (rc == CO_OK)
		rc = ask(a, facts, verdict, &s, err);
	if (rc == CO_OK)
		rc = give(a, run, &s, err);
	if (rc == CO_OK && s.decision == CO_ANSWER_DENY)
		rc = deny(facts, err);
	else if (rc == CO_OK)
		tell_count(a, facts);
	co_shape_clear(&co_statement_shape, &s);
	return rc;
}

static int handle(struct approver *a, struct co_run *run, struct co_err *err)
{
	struct audience audience;
	struct co_approve_facts facts = { .run = run,
					  .decision = run->decision,
					  .config = &a->tool->config,
					  .signers = &a->signers,
					  .user = audience.user,
					  .host = audience.host,
					  .now = tool_time(a->tool) };
	struct co_approve_verdict verdict;
	int rc = name_audience(a, run, &audience, err);

	facts.uid = audience.uid;
	if (rc == CO_OK)
		rc = load_signers(a, err);
	if (rc == CO_OK)
		rc = merge_files(a, run, err);
	if (rc < 0)
		return rc;
	rc = co_approve_check(&facts, &verdict, err);
	if (rc == CO_ERR_NO && strcmp(err->id, "not-approved") == 0) {
		if (a->options->approvals.count && !a->options->sign && !a->options->deny) {
			tell_count(a, &facts);
			rc = CO_OK;
		} else {
			rc = vote(a, run, &facts, &verdict, err);
		}
	} else if (rc == CO_OK) {
		tell(a, "approved");
	}
	co_approve_verdict_clear(&verdict);
	return rc;
}

static int stage(void *context, struct co_run *run, struct co_err *err)
{
	struct approver *a = context;
	int rc = needs_approval(run, tool_time(a->tool), err);

	return rc > 0 ? handle(a, run, err) : rc;
}

static int print_statement(void *context, struct co_run *run)
{
	struct approver *a = context;
	struct audience audience;
	struct co_approve_facts facts = { .run = run,
					  .decision = run->decision,
					  .config = &a->tool->config,
					  .user = audience.user,
					  .host = audience.host,
					  .now = tool_time(a->tool) };
	struct co_vote vote = { .answer = a->options->deny ? CO_ANSWER_DENY : CO_ANSWER_APPROVE,
				.principal = a->options->by ? a->options->by : a->user,
				.uid = CO_UID_UNKNOWN,
				.host = a->host };
	struct co_buf bytes = CO_BUF_INIT;
	struct co_statement s = { 0 };
	struct co_err err = CO_ERR_INIT;
	int rc = needs_approval(run, facts.now, &err);

	if (rc == 0)
		rc = co_err_set(&err, CO_ERR_NO, "nothing-to-approve", "this plan needs no approval");
	if (rc > 0)
		rc = name_audience(a, run, &audience, &err);
	tool_random(vote.nonce, sizeof(vote.nonce));
	if (rc == CO_OK)
		rc = co_vote_state(&vote, &facts, &s, &err);
	if (rc == CO_OK)
		rc = co_statement_encode(&s, &bytes, &err);
	if (rc == CO_OK)
		rc = co_fd_write(1, bytes.data, bytes.len, "standard output", &err);
	co_buf_clear(&bytes);
	co_shape_clear(&co_statement_shape, &s);
	return rc < 0 ? tool_fail(a->tool, &err) : 0;
}

static int make_key(const struct approver *a)
{
	char *comment = co_xasprintf("%s@%s", a->user, a->host), *fingerprint;
	struct co_sshkey public = CO_SSHKEY_INIT;
	struct co_err err = CO_ERR_INIT;
	struct co_buf text = CO_BUF_INIT;
	unsigned char random[36];
	int rc;

	tool_random(random, sizeof(random));
	rc = co_sign_new(a->options->new_key, comment, random, &public, &err);
	if (rc == CO_OK) {
		fingerprint = co_sshkey_fingerprint(&public);
		co_buf_addf(&text, "%s %s\n", a->options->new_key, fingerprint);
		rc = co_fd_write(1, text.data, text.len, "standard output", &err);
		free(fingerprint);
	}
	free(comment);
	co_buf_clear(&text);
	co_sshkey_clear(&public);
	return rc < 0 ? tool_fail(a->tool, &err) : 0;
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

static int list_paths(const struct approver *a, struct paths *list, struct co_err *err)
{
	const struct options *o = a->options;
	char *key = o->sign ? co_xstrdup(o->sign) : co_signers_default_key(&a->tool->config);
	size_t i;

	for (i = 0; i < CO_COUNT(fido_paths); i++)
		allow(list, co_xstrdup(fido_paths[i].path), fido_paths[i].rights);
	allow_pair(list, key, ".pub");
	free(key);
	for (i = 0; i < o->approvals.count; i++)
		allow_pair(list, o->approvals.items[i], ".sig");
	return o->new_key ? allow_new(list, o->new_key, err) : CO_OK;
}

static int confine(const struct approver *a)
{
	struct paths list = { NULL, 0 };
	struct co_err err = CO_ERR_INIT;
	int code = list_paths(a, &list, &err) < 0 ? tool_fail(a->tool, &err) : -1;
	size_t i;

	allow(&list, NULL, 0);
	if (code < 0)
		code = tool_confine(a->tool, list.items);
	for (i = 0; i < list.count; i++)
		free((void *)(uintptr_t)list.items[i].path);
	free(list.items);
	return code;
}

static int configure(struct approver *a, struct co_err *err)
{
	int rc = check_audience(a->options->audience, err);

	tool_user(a->user, sizeof(a->user));
	tool_host(a->host, sizeof(a->host));
	if (rc == CO_OK)
		rc = tool_config(a->tool, err);
	if (rc < 0 || !a->options->signers)
		return rc;
	free(a->tool->config.approval->signers);
	a->tool->config.approval->signers = co_xstrdup(a->options->signers);
	return CO_OK;
}

static int work(struct approver *a)
{
	if (a->options->new_key)
		return make_key(a);
	if (a->options->statement)
		return tool_read(a->tool, print_statement, a);
	return tool_filter(a->tool, stage, a, 0);
}

int main(int argc, char **argv)
{
	struct options options = { .deny = 0 };
	struct tool tool;
	struct approver a = { .tool = &tool, .options = &options, .agent = getenv("SSH_AUTH_SOCK") };
	struct co_err err = CO_ERR_INIT;
	const char *home = getenv("HOME");
	char *home_is = co_xasprintf("HOME=%s", home ? home : "/");
	const char *const env[] = { home_is, "PATH=/usr/bin:/bin", NULL };
	int code = tool_start(&tool, &usage, &options, argc, argv);

	a.env = env;
	if (code < 0 && configure(&a, &err) < 0)
		code = tool_fail(&tool, &err);
	if (code < 0)
		code = confine(&a);
	if (code < 0)
		code = work(&a);
	co_sign_close(&a.key);
	co_signers_clear(&a.signers);
	free(a.principal);
	free(home_is);
	co_opt_strs_clear(&options.approvals);
	return tool_end(&tool, code);
}
