/* SPDX-License-Identifier: Apache-2.0 */
/* plan/compile: does jq take every expression of a playbook? Planning itself does not ask: it would start jq for nothing. */
#ifndef CO_PLAN_COMPILE_H
#define CO_PLAN_COMPILE_H

#include "base/err.h"

/*
 * Compiles all expressions of a playbook's text, which passed co_playbook_parse() with
 * the same definitions (or NULL). helper is the path of co-expr. CO_ERR_INPUT with file:line:column and jq's words.
 */
int co_playbook_compile(const char *text, size_t len, const char *name, const char *definitions,
			const char *helper, struct co_err *err);

#endif
