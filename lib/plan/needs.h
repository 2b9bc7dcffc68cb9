/* SPDX-License-Identifier: Apache-2.0 */
/* plan/needs: which steps must have ended before which. */
#ifndef CO_PLAN_NEEDS_H
#define CO_PLAN_NEEDS_H

#include "plan/playbook.h"

/*
 * The names of the steps that must have ended before this one, without
 * duplicates: the explicit ones, then those its expressions read. A new list.
 */
json_t *co_play_step_needs(const struct co_play_step *step);

/* CO_ERR_INPUT "cycle", naming it, when steps need each other; err->path is set. */
int co_play_check_order(const struct co_playbook *playbook, struct co_err *err);

#endif
