/* SPDX-License-Identifier: Apache-2.0 */
/* intent/lint: a vocabulary checked against itself, and its examples. */
#ifndef CO_INTENT_LINT_H
#define CO_INTENT_LINT_H

#include "intent/parse.h"

/* Appends, for people, the examples by verb, and the names of subjects and actions. */
void co_lint_list(const struct co_vocabulary *v, struct co_buf *out);

/*
 * Runs every example and checks that attributes name existing entries; appends a line for
 * each that fails and a closing count. CO_ERR_INPUT "vocabulary" if any does.
 */
int co_lint_check(const struct co_parser_input *input, struct co_buf *out, struct co_err *err);

#endif
