/* SPDX-License-Identifier: Apache-2.0 */
/* plan/match: which playbook an intent means. */
#ifndef CO_PLAN_MATCH_H
#define CO_PLAN_MATCH_H

#include "config/config.h"
#include "plan/library.h"
#include "run/run.h"

/*
 * Finds the playbook for a run's intent. CO_ERR_NO "no-playbook" with what
 * exists nearby, or "ambiguous" naming the best ones. An intent "remediate" with
 * action "fix" means its investigation. *entry is borrowed.
 */
int co_match_find(const struct co_library *library, const struct co_run *run, const struct co_config *config,
		  const struct co_entry **entry, struct co_err *err);

#endif
