/* SPDX-License-Identifier: Apache-2.0 */
/*
 * exec/findings: what the outputs mean, by the rules in the plan (co-playbook(5)).
 *
 * A rule that cannot be evaluated is never taken for one that found nothing.
 * When a step it reads did not end "done", that is why, and a line of the summary says
 * so. Else the rule is broken: a finding of the rule's own severity says that it
 * was not evaluated (high, when the severity is an expression), and the run fails.
 */
#ifndef CO_EXEC_FINDINGS_H
#define CO_EXEC_FINDINGS_H

#include "exec/state.h"

struct co_findings {
	CO_LIST(struct co_finding) list; /* by severity, then id, then resource */
	struct co_summary summary;
	size_t broken;	       /* rules and lines that could not be evaluated */
	struct co_err failure; /* of the first of them */

	struct co_expressions expressions;
	json_t *unusable; /* text of an expression that does not compile -> why */
};

/* Adds and compiles all expressions of rules and summary. What does not compile is remembered, not an error. */
void co_findings_prepare(struct co_findings *findings, const struct co_plan *plan, const char *helper);

/* Evaluates every rule and line on the outputs. CO_ERR_SYSTEM "interrupted" when the caller cancelled. */
int co_findings_make(struct co_findings *findings, const struct co_state *state, struct co_err *err);

void co_findings_clear(struct co_findings *findings);

/* The document's "findings" section; a new reference. */
json_t *co_findings_encode(const struct co_findings *findings);

/* How many are at least as grave as severity (enum co_severity). */
size_t co_findings_count(const struct co_findings *findings, int severity);

#endif
