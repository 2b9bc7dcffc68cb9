/* SPDX-License-Identifier: Apache-2.0 */
/*
 * approve/approve: whether a plan is approved, by N of M, as policy says (co-approval(5)).
 *
 * Everything that decides is passed in: how many, who may and whether the
 * requester may come from this host's own decision, the keys from its signers
 * file, the expiries from its configuration. From the document come only the
 * plan, the request, and the signed statements.
 *
 * An approval counts when its signature is right and by a key that the signers
 * file gives to the approver it names; when it speaks of this plan, this policy and
 * this audience; when it was given and is used in time; when policy lets the approver
 * approve, and the approver neither asked for nor executes the plan, judged by
 * principal, key and uid (unless policy allows that). Two that share a principal or
 * a key count once. One rightly signed "deny" ends the plan, whenever it was given.
 */
#ifndef CO_APPROVE_APPROVE_H
#define CO_APPROVE_APPROVE_H

#include "approve/signers.h"
#include "run/run.h"

struct co_statement;

#define CO_APPROVE_NAMESPACE "approval@cloudops"

/* Everything is borrowed. */
struct co_approve_facts {
	const struct co_run *run;	    /* with plan, request, approvals */
	const struct co_decision *decision; /* this host's own, made no weaker than the document's */
	const struct co_config *config;	    /* groups, expiries */
	const struct co_signers *signers;
	const char *user; /* who executes, by the kernel's word */
	int64_t uid;
	const char *host;
	int64_t now;
};

/* What became of each approval in the document, in its order. */
struct co_approve_one {
	char *by;	 /* the verified principal; until verified, what the document says */
	char *key;	 /* fingerprint; NULL if there was no readable signature */
	char *statement; /* digest of the statement's bytes; NULL if unreadable */
	int deny;	 /* a rightly signed "no" */
	int counts;
	char *reason;	 /* why it does not count; NULL if it does */
};

struct co_approve_verdict {
	CO_LIST(struct co_approve_one) approvals;
	int64_t counted;
};

/*
 * CO_OK if the plan may run as far as approvals go: none is needed, or enough count.
 * CO_ERR_NO: "denied", or "not-approved" with the reason of each that does not
 * count. CO_ERR_INPUT if there is no plan. The verdict is filled in all three
 * (empty in the last); clear it with co_approve_verdict_clear().
 */
int co_approve_check(const struct co_approve_facts *facts, struct co_approve_verdict *verdict, struct co_err *err);
void co_approve_verdict_clear(struct co_approve_verdict *verdict);

/* CO_OK if this statement on the plan, rightly signed by key, would count; else CO_ERR_NO with why not. */
int co_approve_would_count(const struct co_approve_facts *facts, const struct co_statement *statement,
			   const struct co_sshkey *key, struct co_err *err);

/* Until when a plan may be approved, and then executed, as configuration says. */
void co_approve_times(const struct co_config *config, const struct co_plan *plan, int64_t *approve_by,
		      int64_t *execute_by);

/* Who executes, and where, as a statement names it: "USER@HOST". The caller frees it. */
char *co_approve_audience(const char *user, const char *host);

/*
 * Single use: makes <state_dir>/used/<64 hex digits of the plan's digest>, durably. Call
 * it after co_approve_check() and before the first call of a plan that needed approval.
 * CO_ERR_NO "already-used" if the plan was used, or denied, on this host before.
 */
int co_approve_use(const struct co_approve_facts *facts, const struct co_approve_verdict *verdict,
		   struct co_err *err);

/* Looks only: CO_OK if the plan was neither used nor denied on this host, else CO_ERR_NO "already-used". */
int co_approve_unused(const struct co_approve_facts *facts, struct co_err *err);

#endif
