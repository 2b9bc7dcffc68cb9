/* SPDX-License-Identifier: Apache-2.0 */
/*
 * exec/gate: whether this plan may be carried out here and now.
 *
 * It trusts no earlier stage: it checks the plan itself, decides by this host's own
 * policy (the stricter of that and the document's decision holds), and verifies
 * the approvals itself.
 */
#ifndef CO_EXEC_GATE_H
#define CO_EXEC_GATE_H

#include "approve/approve.h"
#include "catalog/catalog.h"
#include "policy/policy.h"

struct co_journal;

/* What it judges by. All of it is borrowed. */
struct co_gate {
	const struct co_config *config;
	struct co_catalog *catalog;
	const struct co_policy *policy;
	const struct co_signers *signers;
	const char *user; /* who executes, by the kernel's word */
	int64_t uid;
	const char *host;
	int64_t now;
	int read_only; /* refuse any change */
	int rehearsal; /* nothing will be changed: approvals need not be there, and none is spent */
	int resumed;   /* this very run spent its approval before */
};

/* What a plan passed with. */
struct co_pass {
	char digest[CO_DIGEST_LEN + 1]; /* of the plan */
	struct co_decision decision;
	struct co_approve_facts facts;
	struct co_approve_verdict verdict;
	int spend; /* an approval must be spent before the first change */
};

/*
 * CO_OK and a pass; or CO_ERR_NO: "expired", "not-yet", "stale-decision", "denied",
 * "not-approved", "read-only"; CO_ERR_INPUT for a plan that is not sound. The pass
 * is cleared by co_pass_clear() and borrows from gate and run until then.
 */
int co_gate_pass(const struct co_gate *gate, const struct co_run *run, struct co_pass *pass, struct co_err *err);
void co_pass_clear(struct co_pass *pass);

/*
 * Spends the approval: once, durably, before the first change. Its record is queued in
 * the journal. CO_ERR_NO when it was spent before.
 */
int co_gate_use(const struct co_pass *pass, struct co_journal *journal, struct co_err *err);

#endif
