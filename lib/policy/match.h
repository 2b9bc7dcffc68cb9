/* SPDX-License-Identifier: Apache-2.0 */
/*
 * policy/match: does a condition hold? In three values, because some facts are
 * not known: what may hold counts where it restricts, and does not where it permits.
 */
#ifndef CO_POLICY_MATCH_H
#define CO_POLICY_MATCH_H

#include "policy/policy.h"
#include "policy/rules.h"
#include "policy/where.h"

enum co_truth { CO_TRUTH_NO, CO_TRUTH_MAYBE, CO_TRUTH_YES };

/* The facts of a plan that are the same for all its steps. Borrowed. */
struct co_plan_facts {
	const struct co_policy_facts *given;
	int64_t changes;	 /* calls that change something, counted from the catalogue */
	int64_t targets;	 /* distinct targets */
	int64_t cost;		 /* millionths of a dollar; -1: not known */
	int64_t now;
	const char *user;	 /* who runs the program */
	const char *requester;	 /* who the document says asked; NULL: nobody */
	const char *environment; /* NULL, or what explain supposes instead of the inventory */
};

/* One call of a step: the step's own, its verification, or its undo. Borrowed. */
struct co_call_facts {
	const char *step;
	char *const *words; /* three */
	int access;	    /* from the catalogue */
	struct co_where where;
};

enum co_truth co_rule_applies(const struct co_policy_rule *rule, const struct co_plan_facts *plan,
			      const struct co_call_facts *call);

#endif
