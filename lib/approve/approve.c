/* SPDX-License-Identifier: Apache-2.0 */
#include "approve/approve.h"

#include "approve/statement.h"
#include "base/base64.h"
#include "base/time.h"
#include "crypto/sshsig.h"

#include <stdlib.h>
#include <string.h>

enum { CLOCK_SKEW = 300 }; /* seconds two hosts' clocks may differ */

/* One approval while it is judged. */
struct case_file {
	const struct co_approve_facts *facts;
	const char *plan; /* digest */
	struct co_statement statement;
	struct co_sshkey key;
	struct co_err err; /* why it does not count */
};

static int no(struct case_file *c, const char *id, const char *why)
{
	return co_err_set(&c->err, CO_ERR_NO, id, "%s", why);
}

/* The signature is judged before the statement is parsed: nobody's bytes but a key holder's get further. */
static int verify(struct case_file *c, const struct co_approval *approval, struct co_approve_one *one)
{
	struct co_buf bytes = CO_BUF_INIT, blob = CO_BUF_INIT;
	char digest[CO_DIGEST_LEN + 1];
	int rc;

	if (co_base64_decode(&bytes, approval->statement, strlen(approval->statement)) < 0 || !bytes.len ||
	    co_base64_decode(&blob, approval->signature, strlen(approval->signature)) < 0 || !blob.len) {
		rc = no(c, "bad-approval", "the statement or the signature is not base64");
	} else {
		co_sha256_text(bytes.data, bytes.len, digest);
		one->statement = co_xstrdup(digest);
		rc = co_sshsig_verify(blob.data, blob.len, bytes.data, bytes.len, CO_APPROVE_NAMESPACE, &c->key,
				      &c->err);
	}
	if (rc == CO_OK) {
		one->key = co_sshkey_fingerprint(&c->key);
		rc = co_statement_decode(&c->statement, bytes.data, bytes.len, &c->err);
	}
	co_buf_clear(&bytes);
	co_buf_clear(&blob);
	return rc;
}

/* "alice@example.com" and "alice" are taken for one person: that can only refuse, never let in. */
static int same_person(const char *principal, const char *user)
{
	size_t len = strlen(user);

	return len && strncmp(principal, user, len) == 0 && (principal[len] == '\0' || principal[len] == '@');
}

/* True if the approver is this user, by name, by key or by uid on the same host. */
static int approver_is(const struct case_file *c, const char *user, int64_t uid, const char *host)
{
	const struct co_statement_approver *approver = c->statement.approver;

	return same_person(approver->principal, user) || co_signers_has(c->facts->signers, user, &c->key) ||
	       (uid >= 0 && approver->uid == uid && strcmp(approver->host, host) == 0);
}

static int check_person(struct case_file *c)
{
	const struct co_approve_facts *f = c->facts;
	const struct co_request *r = f->run->request;

	if (f->decision->self_approval)
		return CO_OK;
	if (approver_is(c, r->by, r->uid, r->host))
		return no(c, "self-approval", "whoever asked for a plan may not approve it");
	if (approver_is(c, f->user, f->uid, f->host))
		return no(c, "self-approval", "whoever executes a plan may not approve it");
	return CO_OK;
}

static int group_has(const struct co_config *config, const char *group, const char *principal)
{
	const json_t *groups = config->approval ? config->approval->groups : NULL, *member;
	size_t i;

	json_array_foreach(json_object_get(groups, group), i, member)
		if (json_is_string(member) && strcmp(json_string_value(member), principal) == 0)
			return 1;
	return 0;
}

static int check_approver(struct case_file *c)
{
	const struct co_decision *d = c->facts->decision;
	const char *principal = c->statement.approver->principal;
	size_t i;

	for (i = 0; i < d->approvers.count; i++) {
		const char *name = d->approvers.items[i];

		if (name[0] == '@' ? group_has(c->facts->config, name + 1, principal) : strcmp(name, principal) == 0)
			return CO_OK;
	}
	return d->approvers.count ? no(c, "not-an-approver", "policy does not name this approver") : CO_OK;
}

static int64_t add_duration(int64_t seconds, const char *duration)
{
	int64_t ms = 0;

	if (!duration || co_duration_parse(&ms, duration) < 0)
		return seconds;
	return seconds + ms / 1000;
}

static int64_t earlier(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

void co_approve_times(const struct co_config *config, const struct co_plan *plan, int64_t *approve_by,
		      int64_t *execute_by)
{
	*approve_by = add_duration(plan->made_at, config->approval->approve_within);
	*execute_by = add_duration(*approve_by, config->approval->execute_within);
}

/* The statement's own limits, or this host's where they are narrower. */
static int check_times(struct case_file *c)
{
	const struct co_approve_facts *f = c->facts;
	const struct co_statement *s = &c->statement;
	int64_t approve_by, execute_by;

	co_approve_times(f->config, f->run->plan, &approve_by, &execute_by);
	if (s->issued > f->now + CLOCK_SKEW)
		return no(c, "not-yet", "it is dated in the future");
	if (s->issued > earlier(s->approve_by, approve_by))
		return no(c, "too-late", "it was given after its time");
	if (f->now > earlier(s->execute_by, execute_by))
		return no(c, "expired", "its time to be executed has passed");
	return CO_OK;
}

static int check_audience(struct case_file *c)
{
	char *audience = co_approve_audience(c->facts->user, c->facts->host);
	int same = strcmp(c->statement.audience, audience) == 0;

	if (!same)
		co_err_set(&c->err, CO_ERR_NO, "wrong-audience", "it lets \"%s\" execute, not \"%s\"",
			   c->statement.audience, audience);
	free(audience);
	return same ? CO_OK : CO_ERR_NO;
}

static int check_requester(struct case_file *c)
{
	const struct co_statement_requester *said = c->statement.requester;
	const struct co_request *r = c->facts->run->request;

	if (strcmp(said->by, r->by) == 0 && said->uid == r->uid && strcmp(said->host, r->host) == 0)
		return CO_OK;
	return no(c, "wrong-requester", "it names another requester");
}

/* Everything an approval must satisfy beside its signature and its plan. */
static int check_approval(struct case_file *c)
{
	const struct co_approve_facts *f = c->facts;
	int rc;

	if (!f->run->request)
		return no(c, "no-request", "the document does not say who asked for the plan");
	if (!f->decision->policy || strcmp(c->statement.policy, f->decision->policy) != 0)
		return no(c, "wrong-policy", "it was given under another policy");
	rc = check_times(c);
	if (rc == CO_OK)
		rc = check_audience(c);
	if (rc == CO_OK)
		rc = check_requester(c);
	if (rc == CO_OK)
		rc = check_person(c);
	if (rc == CO_OK)
		rc = check_approver(c);
	return rc;
}

/* The signers file must stand behind the key when it signed, and (for an approval) still now. */
static int check_signer(struct case_file *c)
{
	const struct co_statement *s = &c->statement;
	int rc = co_signers_check(c->facts->signers, &c->key, s->approver->principal, CO_APPROVE_NAMESPACE, s->issued,
				  &c->err);

	if (rc == CO_OK && s->decision == CO_ANSWER_APPROVE)
		rc = co_signers_check(c->facts->signers, &c->key, s->approver->principal, CO_APPROVE_NAMESPACE,
				      c->facts->now, &c->err);
	return rc;
}

static int check_plan(struct case_file *c)
{
	if (strcmp(c->statement.plan, c->plan) == 0)
		return CO_OK;
	return no(c, "wrong-plan", "it is for another plan, or the plan was changed since");
}

/* An earlier one by the same principal or key: one person is one vote. */
static int already_counted(const struct co_approve_verdict *verdict, const struct co_approve_one *one)
{
	size_t i;

	for (i = 0; i < verdict->approvals.count; i++) {
		const struct co_approve_one *before = &verdict->approvals.items[i];

		if (before != one && before->counts &&
		    (strcmp(before->by, one->by) == 0 || strcmp(before->key, one->key) == 0))
			return 1;
	}
	return 0;
}

static void set_by(struct co_approve_one *one, const char *by)
{
	free(one->by);
	one->by = co_xstrdup(by);
}

/* Fills the last element of the verdict. */
static void judge(struct case_file *c, const struct co_approval *approval, struct co_approve_verdict *verdict)
{
	struct co_approve_one *one = &verdict->approvals.items[verdict->approvals.count - 1];
	int rc;

	set_by(one, approval->by);
	rc = verify(c, approval, one);
	if (rc == CO_OK)
		rc = check_signer(c);
	if (rc == CO_OK) {
		set_by(one, c->statement.approver->principal);
		rc = check_plan(c);
	}
	if (rc == CO_OK && c->statement.decision == CO_ANSWER_DENY) {
		one->deny = 1;
		rc = no(c, "denied", "it is a denial");
	}
	if (rc == CO_OK)
		rc = check_approval(c);
	if (rc == CO_OK && already_counted(verdict, one))
		rc = no(c, "duplicate", "the same approver or key approved already");
	one->counts = rc == CO_OK;
	if (rc < 0)
		one->reason = co_xstrdup(c->err.message);
}

int co_approve_would_count(const struct co_approve_facts *facts, const struct co_statement *statement,
			   const struct co_sshkey *key, struct co_err *err)
{
	struct case_file c = {
		.facts = facts, .plan = statement->plan, .statement = *statement, .key = *key, .err = CO_ERR_INIT
	};
	int rc = check_signer(&c);

	if (rc == CO_OK && statement->decision == CO_ANSWER_APPROVE)
		rc = check_approval(&c);
	if (rc < 0 && err)
		*err = c.err;
	return rc;
}

static void judge_all(const struct co_approve_facts *facts, const char *plan, struct co_approve_verdict *verdict)
{
	size_t i;

	for (i = 0; i < facts->run->approvals.count; i++) {
		struct case_file c = { .facts = facts, .plan = plan, .key = CO_SSHKEY_INIT, .err = CO_ERR_INIT };

		co_grow(&verdict->approvals.items, &verdict->approvals.count, sizeof(struct co_approve_one));
		judge(&c, &facts->run->approvals.items[i], verdict);
		verdict->counted += verdict->approvals.items[i].counts;
		co_shape_clear(&co_statement_shape, &c.statement);
		co_sshkey_clear(&c.key);
	}
}

static int denied(const struct co_approve_verdict *verdict, struct co_err *err)
{
	size_t i;

	for (i = 0; i < verdict->approvals.count; i++)
		if (verdict->approvals.items[i].deny) {
			co_err_set(err, CO_ERR_NO, "denied", "\"%s\" denied this plan", verdict->approvals.items[i].by);
			return co_err_hint(err, "make a new plan that its approvers can agree to");
		}
	return CO_OK;
}

static int not_approved(const struct co_approve_verdict *verdict, int64_t required, struct co_err *err)
{
	struct co_buf text = CO_BUF_INIT;
	size_t i;

	co_buf_addf(&text, "%lld approval%s needed, %lld count%s", (long long)required, required == 1 ? "" : "s",
		    (long long)verdict->counted, verdict->counted == 1 ? "s" : "");
	for (i = 0; i < verdict->approvals.count; i++)
		if (!verdict->approvals.items[i].counts)
			co_buf_addf(&text, "; of \"%s\": %s", verdict->approvals.items[i].by,
				    verdict->approvals.items[i].reason);
	co_err_set(err, CO_ERR_NO, "not-approved", "%s", co_buf_str(&text));
	co_err_hint(err, "let the approvers pipe this document through co-approve");
	co_buf_clear(&text);
	return CO_ERR_NO;
}

int co_approve_check(const struct co_approve_facts *facts, struct co_approve_verdict *verdict, struct co_err *err)
{
	struct co_approve_verdict judged = { .counted = 0 };
	int64_t required = facts->decision->approvals_required;
	char plan[CO_DIGEST_LEN + 1];
	int rc;

	*verdict = judged;
	if (facts->decision->effect == CO_EFFECT_APPROVE && required < 1)
		required = 1;
	if (required == 0 && !facts->run->approvals.count)
		return CO_OK;
	if (!facts->run->plan)
		return co_err_set(err, CO_ERR_INPUT, "no-plan", "there is no plan to approve");
	rc = co_run_digest(facts->run, "plan", plan, err);
	if (rc < 0)
		return rc;
	judge_all(facts, plan, &judged);
	*verdict = judged;
	rc = denied(verdict, err);
	if (rc == CO_OK && judged.counted < required)
		rc = not_approved(verdict, required, err);
	return rc;
}

void co_approve_verdict_clear(struct co_approve_verdict *verdict)
{
	size_t i;

	for (i = 0; i < verdict->approvals.count; i++) {
		struct co_approve_one *one = &verdict->approvals.items[i];

		free(one->by);
		free(one->key);
		free(one->statement);
		free(one->reason);
	}
	free(verdict->approvals.items);
	*verdict = (struct co_approve_verdict){ .counted = 0 };
}

char *co_approve_audience(const char *user, const char *host)
{
	return co_xasprintf("%s@%s", user, host);
}
