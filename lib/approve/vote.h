/* SPDX-License-Identifier: Apache-2.0 */
/* approve/vote: one approver's answer to one plan: its statement, and its place in the document. */
#ifndef CO_APPROVE_VOTE_H
#define CO_APPROVE_VOTE_H

#include "approve/approve.h"
#include "approve/statement.h"

enum { CO_VOTE_NONCE = 16 }; /* random bytes */

struct co_vote {
	int answer;	       /* enum co_answer */
	const char *principal; /* of who answers */
	int64_t uid;	       /* CO_UID_UNKNOWN if it is signed elsewhere */
	const char *host;
	unsigned char nonce[CO_VOTE_NONCE];
};

/*
 * Fills a statement on the plan of facts, whose user and host become the audience;
 * it is cleared with co_shape_clear(). CO_ERR_NO "no-request" when the document
 * does not say who asked, "too-late" when the time to approve has passed.
 */
int co_vote_state(const struct co_vote *vote, const struct co_approve_facts *facts,
		  struct co_statement *statement, struct co_err *err);

/* Puts a signed statement into the document, at the end of "approvals" and of the view. */
void co_vote_add(struct co_run *run, const struct co_buf *statement, const struct co_buf *signature,
		 const char *by);

/*
 * Adds the approvals of a text that was made elsewhere, those that are not in the
 * document already: an approval, a list of them, a run document that holds some,
 * or (with signature, armoured, not NULL) a statement. name is for messages.
 */
int co_vote_merge(struct co_run *run, const struct co_buf *text, const char *name, const struct co_buf *signature,
		  struct co_err *err);

/* The same from a file; the signature of a bare statement FILE is in FILE.sig, where ssh-keygen puts it. */
int co_vote_merge_file(struct co_run *run, const char *path, struct co_err *err);

#endif
