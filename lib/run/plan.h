/* SPDX-License-Identifier: Apache-2.0 */
/*
 * run/plan: the steps, with literal parameters, and the rules that turn their
 * outputs into findings. Complete in itself: co-exec needs no playbook.
 */
#ifndef CO_RUN_PLAN_H
#define CO_RUN_PLAN_H

#include "codec/shape.h"
#include "run/intent.h"

enum co_access {
	CO_ACCESS_LIST = 1,
	CO_ACCESS_READ,
	CO_ACCESS_SECRET,
	CO_ACCESS_WRITE,
	CO_ACCESS_PERMISSIONS,
	CO_ACCESS_TAGGING,
};

struct co_playbook_ref {
	char *name;
	int64_t version;
	char *digest; /* of the playbook file's value, in JCS form */
};

struct co_verify {
	CO_LIST(char *) call;
	json_t *with;
	char *until;  /* "${ … }" on the answer; NULL: */
	char *waiter; /* the provider's own rules by that name, as "instance-running" of AWS */
	char *within; /* duration */
};

struct co_undo {
	CO_LIST(char *) call;
	json_t *with;
	char *none; /* instead: why there is no undo */
};

/*
 * id: "cpu" with one target, "cpu@NAME" when the step was expanded over
 * several; NAME is the target's member "name". In a plan of a playbook that
 * includes others, "PLAYBOOK.cpu". Findings find their steps by co_rule.steps.
 */
struct co_step {
	char *id;
	CO_LIST(char *) call; /* exactly three words: provider, service or verb, operation */
	json_t *target;	      /* object; {} for this host */
	json_t *with;	      /* object of parameters */
	int access;	      /* enum co_access, from the catalogue */
	CO_LIST(char *) needs; /* ids that must have ended first */
	CO_LIST(char *) absent; /* codes of failures that mean: there is none; the output is then {} */
	int optional;	      /* a failure lowers what can be said; it does not end the run */
	char *foreach;	      /* jq over earlier outputs: repeats a read step, item in $item */
	int64_t limit;	      /* how many items at most, the rest being told as not seen; 0: more than 1000 are an error */
	char *when;	      /* "${ … }": skipped unless true */
	CO_LIST(char *) require;     /* changes: preconditions */
	CO_LIST(char *) no_downtime; /* changes: preconditions when the constraint is set */
	struct co_verify *verify;
	struct co_undo *undo;
	json_t *steps;	      /* object: step name in its expressions -> step id without "@NAME"; NULL: the same names */
	json_t *params;	      /* $params of an included playbook; NULL: the plan's */
};

/* A finding rule of a playbook, with what it sees as $steps. */
struct co_rule {
	char *id;
	char *playbook;	 /* that it came from, when not the plan's own */
	char *each;	 /* jq program without ${}: one object per finding; NULL: exactly one, input null */
	char *when;	 /* "${ … }": a condition instead of, or beside, each */
	char *severity;	 /* literal, or "${ … }" on the object */
	char *title;
	char *resource;
	char *because;
	char *next;	 /* the next step for a person */
	CO_LIST(char *) evidence; /* step names; default: those its expressions mention */
	int across;	 /* sees all targets in $targets */
	json_t *fix;	 /* {playbook, params}, templates */
	json_t *steps;	 /* object: step name in the rule -> step id without "@NAME"; NULL: the same names */
	json_t *params;	 /* $params of an included playbook; NULL: the plan's */
};

/* A line of summary: template on $steps, with the same scope as a rule. */
struct co_line {
	char *playbook;
	char *text;
	char *when;
	int across; /* once, and sees all targets in $targets */
	json_t *steps;
	json_t *params;
};

struct co_estimate {
	int64_t calls;
	char *seconds;	/* decimal string */
	char *cost_usd; /* decimal string */
	int64_t changes;
	int64_t targets;
};

struct co_plan {
	struct co_playbook_ref *playbook;
	char *goal;
	CO_LIST(char *) scope; /* environments; ["local"] for this host */
	int changes;	       /* true if any step changes anything */
	json_t *params;	       /* $params */
	struct co_window *window; /* $window */
	CO_LIST(char *) constraints; /* of the intent; "no-downtime" switches preconditions on */
	CO_LIST(struct co_step) steps;
	CO_LIST(struct co_rule) findings;
	CO_LIST(struct co_line) summary;
	struct co_estimate *estimate;
	CO_LIST(char *) permissions;
	CO_LIST(char *) explain;
	int64_t made_at;
	int64_t expires_at;
};

extern const char *const co_access_names[];
extern const struct co_shape co_plan_shape;
extern const struct co_shape co_step_shape;
extern const struct co_shape co_rule_shape;
extern const struct co_shape co_line_shape;
extern const struct co_shape co_verify_shape;
extern const struct co_shape co_undo_shape;

/* True for the levels that change something or reveal a secret's value. */
int co_access_changes(int access); /* write, permissions, tagging */

#endif
