/* SPDX-License-Identifier: Apache-2.0 */
/*
 * expr/expr: the expressions of playbooks: jq in ${ ... } (co-playbook(5)).
 *
 * Plain paths ($params.a.b[0]) and literals are resolved here. Everything else
 * is jq, evaluated by the helper program co-expr: libjq runs there alone, with no
 * files, no environment, no network, no modules, bounded time and memory. All
 * expressions of a process are compiled once, together, when the first needs it.
 *
 * An engine is used by one thread at a time. The process must ignore SIGPIPE.
 */
#ifndef CO_EXPR_EXPR_H
#define CO_EXPR_EXPR_H

#include "codec/json.h"

/* The variables an expression may mention, as bits: what exists at each stage. */
enum {
	CO_EXPR_PARAMS = 1,   /* $params */
	CO_EXPR_TARGET = 2,   /* $target */
	CO_EXPR_WINDOW = 4,   /* $window */
	CO_EXPR_STEPS = 8,    /* $steps: outputs by step name */
	CO_EXPR_ITEM = 16,    /* $item: of foreach */
	CO_EXPR_TARGETS = 32, /* $targets: [{target, steps}] */
	CO_EXPR_NOW = 64,     /* $now: seconds since the epoch, as given by the caller */
	CO_EXPR_PLAN_TIME = CO_EXPR_PARAMS | CO_EXPR_TARGET | CO_EXPR_WINDOW | CO_EXPR_NOW,
};

/*
 * A program may begin with definitions between these lines, each "def" of which begins a line and no other line of
 * theirs does. Those that several programs begin with are then compiled once for all, which is what makes them cheap.
 */
#define CO_EXPR_DEFINITIONS "# definitions\n"
#define CO_EXPR_DEFINED "# program\n"

struct co_expr; /* an engine: a set of compiled expressions */

struct co_expr_limits {
	const char *helper; /* absolute path of co-expr */
	int timeout_ms;	    /* of one evaluation; 0: 10000, as the machine that is looked at may be busy */
	size_t output;	    /* bytes of one result; 0: 8 MiB */
};

struct co_expr *co_expr_new(const struct co_expr_limits *limits);
void co_expr_free(struct co_expr *e);

/* True if text holds a ${ ... }. */
int co_expr_has(const char *text);

/* Which variables a template (or, with program != 0, a whole jq program) mentions. */
int co_expr_variables(const char *text, int program, unsigned *variables, struct co_err *err);

/*
 * The step names that an expression reads as $steps.NAME or $steps["NAME"],
 * as a new list of strings. A $steps used whole gives ["*"].
 */
json_t *co_expr_steps(const char *text, int program);

/* Both at once, in one reading; *steps is a new list, or NULL when there are none. */
int co_expr_mentions(const char *text, int program, unsigned *variables, json_t **steps, struct co_err *err);

/*
 * Registers a template ("CPU ${ .busy }%") or a program, before the first
 * evaluation. *id is for co_expr_eval(). CO_ERR_INPUT for an unclosed ${.
 */
int co_expr_add(struct co_expr *e, const char *text, int program, size_t *id, struct co_err *err);

/*
 * Compiles all that was added; CO_ERR_INPUT with jq's message, and *bad the id
 * of the first that fails (bad may be NULL). Starts no helper when none needs it.
 */
int co_expr_compile(struct co_expr *e, size_t *bad, struct co_err *err);

/*
 * Evaluates one. input is "." (NULL: null); vars an object of the variables
 * without "$". A template that is exactly one ${ ... } gives that value with
 * its type, else a string (strings as they are, other values as compact JSON).
 * Inside ${ } more than one output is an error; none gives null, or no text.
 * A program gives a list of all its outputs. *out is a new reference.
 *
 * The helper keeps the variables it was sent, so a variable may be replaced, or
 * gain or lose members, but what its members hold must not change in place.
 *
 * CO_ERR_INPUT with id "expression" when jq fails, "expression-limit" when it
 * ran out of time or room; the engine stays usable.
 */
int co_expr_eval(struct co_expr *e, size_t id, json_t *input, json_t *vars, json_t **out, struct co_err *err);

/*
 * Replaces every template in the strings of value (at any depth) whose variables
 * are all in known; *out is a new reference. Templates that were not registered
 * before cost a compilation of their own.
 */
int co_expr_fill(struct co_expr *e, json_t *value, unsigned known, json_t *input, json_t *vars, json_t **out,
		 struct co_err *err);

#endif
