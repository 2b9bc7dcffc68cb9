/* SPDX-License-Identifier: Apache-2.0 */
/*
 * plan/define: functions that the playbooks of a directory share (co-playbook(5), Definitions).
 *
 * They are written into every expression that uses them, and only there: a plan
 * stays complete in itself, and whoever reads an expression in it sees all of it.
 */
#ifndef CO_PLAN_DEFINE_H
#define CO_PLAN_DEFINE_H

#include "codec/json.h"

/* The file beside playbooks that holds them. */
#define CO_DEFINITIONS "definitions.jq"

/*
 * Puts the definitions that an expression uses before it, in all expressions of a playbook's
 * value. Those that cannot be parsed stay as they are, for whoever judges them. CO_ERR_INPUT
 * when the definitions are not one "def NAME" after another, each beginning a line.
 */
int co_define(json_t *playbook, const char *definitions, struct co_err *err);

#endif
