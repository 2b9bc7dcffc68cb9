/* SPDX-License-Identifier: Apache-2.0 */
/* plan/check: what a playbook must keep to, beyond its keys and types. */
#ifndef CO_PLAN_CHECK_H
#define CO_PLAN_CHECK_H

#include "plan/playbook.h"

/*
 * Checks a decoded playbook: names, parameters, expressions and what they may
 * mention, references between steps, cycles, calls against the catalogue (when
 * it is not NULL), and the rules for changes. err->path is set.
 */
int co_playbook_check(const struct co_playbook *playbook, struct co_catalog *catalog, struct co_err *err);

#endif
