/* SPDX-License-Identifier: Apache-2.0 */
#include "approve/vote.h"

#include "base/base64.h"
#include "base/hex.h"
#include "crypto/sshsig.h"
#include "sys/file.h"

#include <stdlib.h>
#include <string.h>

int co_vote_state(const struct co_vote *vote, const struct co_approve_facts *facts,
		  struct co_statement *statement, struct co_err *err)
{
	const struct co_request *request = facts->run->request;
	char plan[CO_DIGEST_LEN + 1], nonce[2 * CO_VOTE_NONCE + 1];
	struct co_statement s = { .decision = vote->answer, .issued = facts->now };
	int rc = co_run_digest(facts->run, "plan", plan, err);

	if (rc < 0)
		return rc;
	if (!request)
		return co_err_set(err, CO_ERR_NO, "no-request", "the document does not say who asked for the plan");
	if (!facts->decision->policy) {
		co_err_set(err, CO_ERR_NO, "no-policy", "the decision does not say by which policy it was made");
		return co_err_hint(err, "pipe the plan through co-policy first");
	}
	co_approve_times(facts->config, facts->run->plan, &s.approve_by, &s.execute_by);
	if (vote->answer == CO_ANSWER_APPROVE && s.issued > s.approve_by) {
		co_err_set(err, CO_ERR_NO, "too-late", "the time to approve this plan has passed");
		return co_err_hint(err, "plan again");
	}
	co_hex_encode(nonce, vote->nonce, sizeof(vote->nonce));
	s.type = co_xstrdup(CO_STATEMENT_TYPE);
	s.plan = co_xstrdup(plan);
	s.policy = co_xstrdup(facts->decision->policy);
	s.nonce = co_xstrdup(nonce);
	s.audience = co_approve_audience(facts->user, facts->host);
	s.requester = co_xcalloc(1, sizeof(*s.requester));
	*s.requester = (struct co_statement_requester){ co_xstrdup(request->by), request->uid, co_xstrdup(request->host) };
	s.approver = co_xcalloc(1, sizeof(*s.approver));
	*s.approver = (struct co_statement_approver){ co_xstrdup(vote->principal), vote->uid, co_xstrdup(vote->host) };
	*statement = s;
	return CO_OK;
}

void co_vote_add(struct co_run *run, const struct co_buf *statement, const struct co_buf *signature, const char *by)
{
	struct co_approval *a = co_grow(&run->approvals.items, &run->approvals.count, sizeof(*a));
	struct co_buf text = CO_BUF_INIT;
	json_t *list = json_object_get(run->doc, "approvals");

	co_base64_encode(&text, statement->data, statement->len);
	a->statement = co_buf_take(&text);
	co_base64_encode(&text, signature->data, signature->len);
	a->signature = co_buf_take(&text);
	a->by = co_xstrdup(by);
	if (!list) {
		list = json_array();
		co_run_set(run, "approvals", list);
	}
	json_array_append_new(list, co_shape_encode(&co_approval_shape, a));
}

static int has(const struct co_run *run, const struct co_approval *approval)
{
	size_t i;

	for (i = 0; i < run->approvals.count; i++)
		if (strcmp(run->approvals.items[i].statement, approval->statement) == 0 &&
		    strcmp(run->approvals.items[i].signature, approval->signature) == 0)
			return 1;
	return 0;
}

static int merge_one(struct co_run *run, json_t *value, struct co_err *err)
{
	struct co_approval approval = { 0 };
	struct co_buf statement = CO_BUF_INIT, signature = CO_BUF_INIT;
	int rc = co_shape_decode(&co_approval_shape, value, &approval, err);

	if (rc < 0)
		return rc;
	if (co_base64_decode(&statement, approval.statement, strlen(approval.statement)) < 0 ||
	    co_base64_decode(&signature, approval.signature, strlen(approval.signature)) < 0)
		rc = co_err_set(err, CO_ERR_INPUT, "bad-approval", "the statement or the signature is not base64");
	else if (!has(run, &approval))
		co_vote_add(run, &statement, &signature, approval.by);
	co_buf_clear(&statement);
	co_buf_clear(&signature);
	co_shape_clear(&co_approval_shape, &approval);
	return rc;
}

static int merge_list(struct co_run *run, json_t *list, struct co_err *err)
{
	json_t *value;
	size_t i;

	if (!json_is_array(list) || !json_array_size(list))
		return co_err_set(err, CO_ERR_INPUT, "no-approvals", "there are no approvals in it");
	json_array_foreach(list, i, value)
		if (merge_one(run, value, err) < 0)
			return co_err_under_index(err, i);
	return CO_OK;
}

static int merge_statement(struct co_run *run, const struct co_buf *file, const struct co_buf *signature,
			   struct co_err *err)
{
	struct co_statement statement = { 0 };
	struct co_buf blob = CO_BUF_INIT;
	int rc = co_statement_decode(&statement, co_buf_str(file), file->len, err);

	if (rc < 0)
		return rc;
	rc = co_sshsig_unarmour(co_buf_str(signature), signature->len, &blob, err);
	if (rc == CO_OK)
		co_vote_add(run, file, &blob, statement.approver->principal);
	co_buf_clear(&blob);
	co_shape_clear(&co_statement_shape, &statement);
	return rc;
}

int co_vote_merge(struct co_run *run, const struct co_buf *text, const char *name, const struct co_buf *signature,
		  struct co_err *err)
{
	json_t *value;
	int rc;

	if (signature)
		return merge_statement(run, text, signature, err);
	value = co_json_parse(co_buf_str(text), text->len, name, err);
	if (!value)
		return CO_ERR_INPUT;
	if (json_is_array(value))
		rc = merge_list(run, value, err);
	else if (json_object_get(value, "co"))
		rc = merge_list(run, json_object_get(value, "approvals"), err);
	else
		rc = merge_one(run, value, err);
	json_decref(value);
	return rc;
}

/* True for a bare statement: its signature is in a file of its own. */
static int is_statement(const struct co_buf *text)
{
	json_t *value = co_json_parse(co_buf_str(text), text->len, "statement", NULL);
	int is = co_json_str(value, "type") != NULL;

	json_decref(value);
	return is;
}

int co_vote_merge_file(struct co_run *run, const char *path, struct co_err *err)
{
	char *beside = co_xasprintf("%s.sig", path);
	struct co_buf text = CO_BUF_INIT, signature = CO_BUF_INIT;
	int bare = 0, rc = co_file_read(path, CO_JSON_BYTES, 0, &text, err);

	if (rc == CO_OK)
		bare = is_statement(&text);
	if (bare)
		rc = co_file_read(beside, CO_SSHSIG_BYTES, 0, &signature, err);
	if (rc == CO_OK)
		rc = co_vote_merge(run, &text, path, bare ? &signature : NULL, err);
	if (rc == CO_ERR_INPUT && err && !err->file[0])
		co_err_at(err, path, 0, 0);
	co_buf_clear(&text);
	co_buf_clear(&signature);
	free(beside);
	return rc;
}
