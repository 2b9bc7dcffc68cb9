/* SPDX-License-Identifier: Apache-2.0 */
#include "approve/approver.h"

#include "approve/prompt.h"
#include "audit/log.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

/* One document while it is handled. */
struct task {
	struct co_approver *approver;
	struct co_run *run;
	struct co_approve_facts facts;
	struct co_approve_verdict verdict; /* of the approvals that were there */
	char *user, *host;		   /* of the audience */
};

void co_approver_clear(struct co_approver *a)
{
	co_sign_close(&a->opened);
	co_signers_clear(&a->signers);
	free(a->name);
	a->name = NULL;
	a->loaded = 0;
}

static int64_t now(const struct co_approver *a)
{
	return a->clock(a->context);
}

int co_approver_check_audience(const char *text, struct co_err *err)
{
	const char *at = text ? strrchr(text, '@') : NULL;

	if (!text || (at && at > text && at[1]))
		return CO_OK;
	return co_err_set(err, CO_ERR_USAGE, "usage", "--audience \"%s\" is not USER@HOST", text);
}

/* 1 when the document waits for approval, 0 when there is nothing to approve. */
static int needs_approval(const struct co_run *run, int64_t at, struct co_err *err)
{
	const struct co_decision *d = run->decision;
	char plan[CO_DIGEST_LEN + 1];
	int rc;

	if (!run->plan)
		return co_err_set(err, CO_ERR_INPUT, "no-plan", "the document has no plan to approve");
	if (!d) {
		co_err_set(err, CO_ERR_INPUT, "no-decision", "the document has no decision by policy");
		return co_err_hint(err, "pipe the plan through co-policy first"), CO_ERR_INPUT;
	}
	if (d->effect == CO_EFFECT_FORBID)
		return co_err_set(err, CO_ERR_NO, "denied", "policy forbids this plan: nobody can approve it");
	rc = co_run_digest(run, "plan", plan, err);
	if (rc < 0)
		return rc;
	if (d->plan && strcmp(d->plan, plan) != 0) {
		co_err_set(err, CO_ERR_NO, "stale-decision", "the decision is for another plan");
		return co_err_hint(err, "the plan was changed after co-policy saw it: decide again"), CO_ERR_NO;
	}
	if (d->effect != CO_EFFECT_APPROVE && d->approvals_required == 0)
		return 0;
	if (at > run->plan->expires_at) {
		co_err_set(err, CO_ERR_NO, "expired", "the plan has expired");
		return co_err_hint(err, "plan again"), CO_ERR_NO;
	}
	return 1;
}

static int start(struct task *t, struct co_approver *a, struct co_run *run, struct co_err *err)
{
	const char *at = a->audience ? strrchr(a->audience, '@') : NULL;

	if (!run->request)
		return co_err_set(err, CO_ERR_NO, "no-request", "the document does not say who asked for the plan");
	*t = (struct task){ .approver = a, .run = run };
	t->user = at ? co_xmemdup(a->audience, (size_t)(at - a->audience)) : co_xstrdup(run->request->by);
	t->host = co_xstrdup(at ? at + 1 : run->request->host);
	t->facts = (struct co_approve_facts){ .run = run,
					      .decision = run->decision,
					      .config = a->config,
					      .signers = &a->signers,
					      .user = t->user,
					      .uid = at ? CO_UID_UNKNOWN : run->request->uid,
					      .host = t->host,
					      .now = now(a) };
	return CO_OK;
}

static void end(struct task *t)
{
	co_approve_verdict_clear(&t->verdict);
	free(t->user);
	free(t->host);
}

static int load_signers(struct co_approver *a, struct co_err *err)
{
	int rc;

	if (a->loaded)
		return CO_OK;
	rc = co_signers_load(&a->signers, a->config, a->principal ? a->principal : a->user, err);
	a->loaded = rc == CO_OK;
	return rc;
}

static int unlisted(const struct co_approver *a, struct co_err *err)
{
	struct co_buf line = CO_BUF_INIT;

	co_sshkey_write(&a->opened.public, &line);
	co_err_set(err, CO_ERR_NO, "unknown-signer", "\"%s\" does not list this key", a->signers.file);
	co_err_hint(err, "add a line: PRINCIPAL namespaces=\"%s\" %s", CO_APPROVE_NAMESPACE, co_buf_str(&line));
	co_buf_clear(&line);
	return CO_ERR_NO;
}

static int open_key(struct co_approver *a, const struct co_decision *decision, struct co_err *err)
{
	const char *name = a->principal;
	char *path;
	int rc;

	if (a->name)
		return CO_OK;
	path = a->key ? co_xstrdup(a->key) : co_signers_default_key(a->config);
	rc = co_sign_open(&a->opened, path, err);
	free(path);
	if (rc < 0)
		return rc;
	if (!name)
		name = a->signers.local ? a->user : co_signers_principal(&a->signers, &a->opened.public);
	if (!name) {
		unlisted(a, err);
		co_sign_close(&a->opened);
		return CO_ERR_NO;
	}
	a->name = co_xstrdup(name);
	/* Without a signers file, only the executing host can tell whether a key counts there. */
	if (a->signers.local && !decision->self_approval)
		co_signers_own(&a->signers, &a->opened.public, a->name);
	return CO_OK;
}

static int merge_files(const struct co_approver *a, struct co_run *run, struct co_err *err)
{
	size_t i;
	int rc = CO_OK;

	for (i = 0; rc == CO_OK && i < a->file_count; i++)
		rc = co_vote_merge_file(run, a->files[i], err);
	return rc;
}

static json_t *describe(const struct co_approver *a, const struct co_statement *s, const struct co_buf *bytes)
{
	char digest[CO_DIGEST_LEN + 1], *key = co_sshkey_fingerprint(&a->opened.public);
	json_t *detail = json_object();

	co_sha256_text(bytes->data, bytes->len, digest);
	json_object_set_new_nocheck(detail, "by", json_string_nocheck(s->approver->principal));
	json_object_set_new_nocheck(detail, "key", json_string_nocheck(key));
	json_object_set_new_nocheck(detail, "policy", json_string_nocheck(s->policy));
	json_object_set_new_nocheck(detail, "audience", json_string_nocheck(s->audience));
	json_object_set_new_nocheck(detail, "statement", json_string_nocheck(digest));
	free(key);
	return detail;
}

static int record(const struct task *t, const struct co_statement *s, const struct co_buf *bytes,
		  struct co_err *err)
{
	const struct co_approver *a = t->approver;
	char *user = co_xstrdup(a->user), *host = co_xstrdup(a->host);
	const struct co_audit_actor actor = { .user = user, .uid = a->uid, .host = host };
	const struct co_audit_event event = {
		.type = CO_AUDIT_APPROVAL,
		.run = t->run->id,
		.what = s->plan,
		.why = t->run->plan->goal,
		.result = s->decision == CO_ANSWER_DENY ? "denied" : "approved",
		.ms = -1,
		.detail = describe(a, s, bytes),
	};
	json_t *entry = co_audit_record_new(&event, &actor);
	struct co_audit_log *log;
	int rc = co_audit_open(&log, a->config->audit->directory, err);

	if (rc == CO_OK) {
		rc = co_audit_append(log, &entry, 1, now(a), err);
		co_audit_close(log);
	}
	json_decref(entry);
	free(user);
	free(host);
	return rc;
}

/* Signs, records, and only then adds the statement to the document. */
static int give(const struct task *t, const struct co_statement *s, struct co_err *err)
{
	const struct co_approver *a = t->approver;
	struct co_buf bytes = CO_BUF_INIT, blob = CO_BUF_INIT;
	int rc = co_statement_encode(s, &bytes, err);

	if (rc == CO_OK)
		rc = co_sign(&a->opened, &a->helpers, bytes.data, bytes.len, CO_APPROVE_NAMESPACE, &blob, err);
	if (rc == CO_OK)
		rc = record(t, s, &bytes, err);
	if (rc == CO_OK)
		co_vote_add(t->run, &bytes, &blob, s->approver->principal);
	co_buf_clear(&bytes);
	co_buf_clear(&blob);
	return rc;
}

static int ask(const struct task *t, struct co_statement *s, struct co_err *err)
{
	const struct co_approver *a = t->approver;
	const struct co_prompt prompt = { &t->facts, &t->verdict, s, &a->opened.public };
	void (*before)(int);
	int rc;

	if (a->deny || a->key)
		return CO_OK;
	before = signal(SIGINT, SIG_DFL); /* at the question, Ctrl-C ends the pipe */
	rc = co_prompt_ask(&prompt, &s->decision, err);
	signal(SIGINT, before);
	s->issued = now(a); /* a person takes time */
	if (rc == CO_OK && s->decision == CO_ANSWER_APPROVE && s->issued > s->approve_by)
		rc = co_err_set(err, CO_ERR_NO, "too-late", "the time to approve this plan has passed");
	return rc;
}

/* A denial ends the plan: in the document, and on this host for good. */
static int bury(const struct task *t, struct co_err *err)
{
	struct co_approve_verdict verdict;
	int rc = co_approve_check(&t->facts, &verdict, err);

	if (rc == CO_ERR_NO && strcmp(err->id, "denied") == 0) {
		rc = co_approve_use(&t->facts, &verdict, err);
		if (rc == CO_OK || strcmp(err->id, "already-used") == 0)
			rc = co_err_set(err, CO_ERR_NO, "denied", "\"%s\" denied this plan", t->approver->name);
	}
	co_approve_verdict_clear(&verdict);
	return rc;
}

/* One person is one vote: a second would be signed for nothing. */
static int check_repeated(const struct task *t, struct co_err *err)
{
	const struct co_approver *a = t->approver;
	char *key = co_sshkey_fingerprint(&a->opened.public);
	int rc = CO_OK;
	size_t i;

	for (i = 0; i < t->verdict.approvals.count && rc == CO_OK && !a->deny; i++) {
		const struct co_approve_one *one = &t->verdict.approvals.items[i];

		if (one->counts && (strcmp(one->by, a->name) == 0 || strcmp(one->key, key) == 0))
			rc = co_err_set(err, CO_ERR_NO, "duplicate", "\"%s\" has approved this plan already", one->by);
	}
	free(key);
	return rc;
}

/* Said, not decided: co-exec counts by its own policy and signers. */
static void tell(const struct task *t, struct co_buf *note)
{
	struct co_approve_verdict verdict;
	struct co_err err = CO_ERR_INIT;

	if (co_approve_check(&t->facts, &verdict, &err) == CO_OK)
		co_buf_adds(note, "approved");
	else
		co_buf_addf(note, "not yet approved: %s", err.message);
	co_approve_verdict_clear(&verdict);
}

static void fill_vote(const struct co_approver *a, struct co_vote *vote)
{
	*vote = (struct co_vote){ .answer = a->deny ? CO_ANSWER_DENY : CO_ANSWER_APPROVE, .uid = a->uid, .host = a->host };
	a->random(vote->nonce, sizeof(vote->nonce));
}

static int vote(const struct task *t, struct co_buf *note, struct co_err *err)
{
	struct co_approver *a = t->approver;
	struct co_statement s = { 0 };
	struct co_vote vote;
	int rc = open_key(a, t->run->decision, err);

	if (rc == CO_OK)
		rc = check_repeated(t, err);
	if (rc < 0)
		return rc;
	fill_vote(a, &vote);
	vote.principal = a->name;
	rc = co_vote_state(&vote, &t->facts, &s, err);
	if (rc == CO_OK)
		rc = co_approve_would_count(&t->facts, &s, &a->opened.public, err);
	if (rc == CO_OK)
		rc = ask(t, &s, err);
	if (rc == CO_OK)
		rc = give(t, &s, err);
	if (rc == CO_OK && s.decision == CO_ANSWER_DENY)
		rc = bury(t, err);
	else if (rc == CO_OK)
		tell(t, note);
	co_shape_clear(&co_statement_shape, &s);
	return rc;
}

static int judge_and_vote(struct task *t, struct co_buf *note, struct co_err *err)
{
	const struct co_approver *a = t->approver;
	int rc = co_approve_check(&t->facts, &t->verdict, err);

	if (rc == CO_OK && !a->deny) {
		co_buf_adds(note, "approved");
		return CO_OK;
	}
	if (rc < 0 && strcmp(err->id, "not-approved") != 0)
		return rc;
	if (a->file_count && !a->key && !a->deny) {
		tell(t, note);
		return CO_OK;
	}
	return vote(t, note, err);
}

int co_approver_handle(struct co_approver *a, struct co_run *run, struct co_buf *note, struct co_err *err)
{
	struct task t;
	int rc = needs_approval(run, now(a), err);

	if (rc <= 0)
		return rc;
	rc = start(&t, a, run, err);
	if (rc < 0)
		return rc;
	rc = co_approve_unused(&t.facts, err);
	if (rc == CO_OK)
		rc = load_signers(a, err);
	if (rc == CO_OK)
		rc = merge_files(a, run, err);
	if (rc == CO_OK)
		rc = judge_and_vote(&t, note, err);
	end(&t);
	return rc;
}

int co_approver_state(struct co_approver *a, struct co_run *run, struct co_buf *out, struct co_err *err)
{
	struct co_statement s = { 0 };
	struct co_vote vote;
	struct task t;
	int rc = needs_approval(run, now(a), err);

	if (rc == 0)
		rc = co_err_set(err, CO_ERR_NO, "nothing-to-approve", "this plan needs no approval");
	if (rc < 0)
		return rc;
	rc = start(&t, a, run, err);
	if (rc < 0)
		return rc;
	fill_vote(a, &vote);
	vote.principal = a->principal ? a->principal : a->user;
	vote.uid = CO_UID_UNKNOWN;
	rc = co_vote_state(&vote, &t.facts, &s, err);
	if (rc == CO_OK)
		rc = co_statement_encode(&s, out, err);
	co_shape_clear(&co_statement_shape, &s);
	end(&t);
	return rc;
}
