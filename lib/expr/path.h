/* SPDX-License-Identifier: Apache-2.0 */
/*
 * expr/path: the expressions that need no jq: $params.a.b[0], .["x-y"], ., and
 * literals. Their meaning is jq's: null has every member, and no other scalar any.
 */
#ifndef CO_EXPR_PATH_H
#define CO_EXPR_PATH_H

#include "codec/json.h"

/* True if program is such an expression. */
int co_path_is_plain(const char *program);

/*
 * Evaluates one that is: *out is a new reference. CO_ERR_INPUT "expression"
 * where jq would fail, and for a variable that is not in vars.
 */
int co_path_eval(const char *program, json_t *input, json_t *vars, json_t **out, struct co_err *err);

#endif
