/* SPDX-License-Identifier: Apache-2.0 */
/*
 * policy/policy: may this plan run, and who must agree first (co-policy(5)).
 *
 * Rules permit, forbid, or demand approval. A step that no rule permits is
 * denied; forbid overrides approve, approve overrides permit; order and
 * duplicates do not matter. Whatever cannot be known counts against the plan,
 * and every error is a denial that names itself. Nothing is taken from the
 * document that can be derived: access levels come from the catalogue,
 * environments from the inventory, the user and the host from the caller.
 *
 * Behind co-policy, and again inside co-exec.
 */
#ifndef CO_POLICY_POLICY_H
#define CO_POLICY_POLICY_H

#include "catalog/catalog.h"
#include "config/config.h"
#include "run/run.h"

struct co_policy; /* rules, from files or built in */

/* What a decision depends on beside the rules. Everything is borrowed. */
struct co_policy_facts {
	const struct co_run *run;	/* must hold a plan */
	struct co_catalog *catalog;
	const struct co_config *config; /* inventory, groups, signers, limits */
	const char *user;		/* who runs this program, by the kernel's word; NULL: not known */
	const char *host;		/* this host's name; NULL: not known */
	int64_t now;			/* wall clock, seconds */
};

/*
 * Reads n policy files; none gives the built-in policy. CO_ERR_INPUT, with
 * file:line:column, for a file that is unreadable, writable by others, or wrong
 * in any way: there is then no policy, and nothing may run.
 */
int co_policy_load(struct co_policy **policy, const char *const *files, size_t n, struct co_err *err);

/* The same from one text; name stands for the file. */
int co_policy_parse(struct co_policy **policy, const char *text, size_t len, const char *name, struct co_err *err);

void co_policy_free(struct co_policy *policy);

/* "sha256:..." of the rules, the same for any order and any duplicates of them. Lent. */
const char *co_policy_digest(const struct co_policy *policy);

/*
 * Decides. CO_OK and a decision the caller clears with co_shape_clear(); its
 * effect is CO_EFFECT_FORBID for every denial, its reasons name each
 * determining rule. CO_ERR_INPUT only when there is no plan to decide on.
 */
int co_policy_decide(const struct co_policy *policy, const struct co_policy_facts *facts,
		     struct co_decision *decision, struct co_err *err);

/* Fills err (CO_ERR_NO, id "denied") from a decision that forbids, for the document's "error". */
int co_policy_refuse(const struct co_decision *decision, struct co_err *err);

#endif
