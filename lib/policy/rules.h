/* SPDX-License-Identifier: Apache-2.0 */
/*
 * policy/rules: one policy file as data (co-policy(5)). Conditions are lists and
 * bounds, never expressions.
 */
#ifndef CO_POLICY_RULES_H
#define CO_POLICY_RULES_H

#include "codec/shape.h"
#include "run/decision.h"

enum { CO_POLICY_RULES = 1000 }; /* most rules of one file */

/* Bounds of a number, both included; NULL: none. */
struct co_bounds {
	json_t *at_least;
	json_t *at_most;
};

/* A stretch of absolute time: a freeze, or an exception to one. */
struct co_stretch {
	int64_t since; /* included */
	int64_t until; /* excluded */
};

/* A stretch of every week. */
struct co_hours {
	CO_LIST(char *) days; /* "mon" ... "sun"; empty: every day */
	char *from;	      /* "09:00", included; NULL: 00:00 */
	char *to;	      /* "17:30", excluded; NULL: 24:00; before from: on the next day */
	char *offset;	      /* from UTC: "+02:00"; NULL: UTC */
};

/* All that is given must hold. In a list, one of the values; in a time list, one of the stretches. */
struct co_condition {
	CO_LIST(char *) access;
	CO_LIST(char *) provider;
	CO_LIST(char *) service;
	CO_LIST(char *) operation;
	CO_LIST(char *) environment;
	CO_LIST(char *) user;
	CO_LIST(char *) group;
	CO_LIST(char *) verb;
	CO_LIST(char *) action;
	CO_LIST(char *) subject;
	CO_LIST(char *) playbook;
	CO_LIST(char *) constraint;
	struct co_bounds *changes;
	struct co_bounds *targets;
	struct co_bounds *cost_usd; /* decimal strings */
	CO_LIST(struct co_stretch) between;
	CO_LIST(struct co_hours) hours;
	json_t *rate; /* refused: not supported yet */
};

struct co_policy_rule {
	char *rule; /* its name */
	int effect; /* enum co_effect */
	char *because;
	struct co_condition *when;   /* NULL: always */
	struct co_condition *unless; /* the rule does not apply where all of this holds */
	int64_t approvals;	     /* with approve; default 1 */
	CO_LIST(char *) approvers;
	int self; /* the requester's own approval will do, where no signers are configured */
};

struct co_rules {
	int64_t policy; /* version of the format: 1 */
	CO_LIST(struct co_policy_rule) rules;
	char *file;	/* not a key; "built-in" for the default */
	char *text;	/* not a key: the file's bytes, to find lines in; NULL when built in */
	size_t len;
	const char *digest; /* not a key: of the built-in rules; NULL: to be computed */
};

extern const struct co_shape co_policy_rule_shape;
extern const struct co_shape co_rules_shape;

/* Reads and checks one file's text into the zeroed struct. CO_ERR_INPUT with file:line:column. */
int co_rules_parse(struct co_rules *rules, const char *text, size_t len, const char *name, struct co_err *err);
void co_rules_clear(struct co_rules *rules);

/* The default policy. It is constant: never cleared. */
extern const struct co_rules co_rules_built_in;

/* "FILE:LINE" of a rule, appended. */
void co_rules_locate(const struct co_rules *rules, size_t index, struct co_buf *out);

/* Seconds of "HH:MM" (24:00 is allowed), or of an offset "+HH:MM"; 0, or -1. */
int co_hours_time(const char *text, int64_t *seconds);
int co_hours_offset(const char *text, int64_t *seconds);

/* Millionths of a decimal string with at most six places; 0, or -1. */
int co_decimal_parse(const char *text, int64_t *millionths);

#endif
