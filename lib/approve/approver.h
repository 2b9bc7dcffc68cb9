/* SPDX-License-Identifier: Apache-2.0 */
/*
 * approve/approver: one person at work: document by document, what is asked of
 * them, their key, their answer, and its record in the audit log.
 */
#ifndef CO_APPROVE_APPROVER_H
#define CO_APPROVE_APPROVER_H

#include "approve/sign.h"
#include "approve/vote.h"

/* Fill it, zeroed otherwise; everything is borrowed but what is said to be its own. */
struct co_approver {
	const struct co_config *config;
	const char *user; /* who runs this program, by the kernel's word */
	int64_t uid;
	const char *host;
	struct co_sign_helpers helpers;
	int64_t (*clock)(void *context); /* wall clock, seconds */
	void (*random)(void *out, size_t len);
	void *context;

	/* What was asked for on the command line; NULL and 0 for what was not. */
	const char *key;	/* sign with this key, without asking */
	const char *principal;	/* as whom */
	const char *audience;	/* who may execute: USER@HOST */
	int deny;		/* the answer is no, without asking */
	const char *const *files; /* approvals made elsewhere */
	size_t file_count;

	/* Its own. */
	struct co_signers signers;
	int loaded;
	struct co_sign_key opened; /* when the first document needs it */
	char *name;		   /* the principal of the opened key */
};

void co_approver_clear(struct co_approver *approver);

/* CO_OK if text can be an audience: NULL, or USER@HOST. */
int co_approver_check_audience(const char *text, struct co_err *err);

/*
 * Merges what is to be merged, and adds this person's answer if the plan still waits
 * for it. Text for the person is appended to note. CO_OK when the document may
 * go on (also with too few approvals: more may follow); CO_ERR_NO with its reason otherwise.
 */
int co_approver_handle(struct co_approver *approver, struct co_run *run, struct co_buf *note, struct co_err *err);

/* Appends the statement that this person would sign, for signing elsewhere. */
int co_approver_state(struct co_approver *approver, struct co_run *run, struct co_buf *out, struct co_err *err);

#endif
