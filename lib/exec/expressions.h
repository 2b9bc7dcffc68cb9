/* SPDX-License-Identifier: Apache-2.0 */
/*
 * exec/expressions: the expressions of a plan, found again by their text.
 *
 * All are added first, then compiled at once, then evaluated. A program is jq
 * as it stands (each, foreach); a template is text with ${ ... } in it.
 */
#ifndef CO_EXEC_EXPRESSIONS_H
#define CO_EXEC_EXPRESSIONS_H

#include "expr/expr.h"

struct co_expressions {
	struct co_expr *engine;
	json_t *texts; /* by id, so that the one that does not compile can be named */
};

enum co_expression_kind { CO_TEMPLATE, CO_PROGRAM };

void co_expressions_init(struct co_expressions *e, const char *helper);
void co_expressions_clear(struct co_expressions *e);

/* NULL text is nothing to add. */
int co_expressions_add(struct co_expressions *e, const char *text, enum co_expression_kind kind, struct co_err *err);

/* Every template in the strings of a value; NULL is nothing. */
int co_expressions_add_all(struct co_expressions *e, json_t *value, struct co_err *err);

/* Compiles all. CO_ERR_INPUT and the text of the first that is wrong in *bad, lent (bad may be NULL). */
int co_expressions_compile(struct co_expressions *e, const char **bad, struct co_err *err);

/* input may be NULL: null. *out is a new reference; a program gives the list of its outputs. */
int co_expressions_value(struct co_expressions *e, const char *text, enum co_expression_kind kind, json_t *input,
			 json_t *vars, json_t **out, struct co_err *err);

/* A template that must give true or false; anything else is CO_ERR_INPUT, id "expression". */
int co_expressions_truth(struct co_expressions *e, const char *text, json_t *input, json_t *vars, int *out,
			 struct co_err *err);

/* A template as text on the heap: strings as they are, other values as compact JSON. */
int co_expressions_text(struct co_expressions *e, const char *text, json_t *input, json_t *vars, char **out,
			struct co_err *err);

/* A copy of value with all its templates replaced. */
int co_expressions_fill(struct co_expressions *e, json_t *value, json_t *input, json_t *vars, json_t **out,
			struct co_err *err);

#endif
