/* SPDX-License-Identifier: Apache-2.0 */
/*
 * plan/planner: from an intent to the literal steps that answer it.
 *
 * The same intent, playbooks, inventory, catalogue and clock give the same plan,
 * byte for byte.
 */
#ifndef CO_PLAN_PLANNER_H
#define CO_PLAN_PLANNER_H

#include "config/config.h"
#include "plan/bind.h"
#include "plan/library.h"
#include "plan/target.h"
#include "run/run.h"

enum {
	CO_PLAN_STEPS = 5000, /* most steps of a plan */
	CO_PLAN_PARTS = 50,   /* most playbooks in one, included ones counted */
};

/* What planning depends on beside the run. Everything is borrowed. */
struct co_planner {
	struct co_library *playbooks; /* its heads are read when they are needed */
	struct co_catalog *catalog;
	const struct co_config *config;
	struct co_target_defaults defaults;
	const char *helper;	    /* path of co-expr, for expressions that are no plain paths */
	int64_t now;		    /* wall clock, seconds */
	const char *playbook;	    /* --playbook: its name; NULL: the one that matches */
	struct co_bind_given given; /* --param */
};

/*
 * Plans. CO_OK and a plan the caller clears with co_shape_clear(). CO_ERR_NO when
 * there is nothing to plan ("no-playbook", "ambiguous", "no-target", "other-host",
 * "missing-parameter"), CO_ERR_USAGE for wrong --param, CO_ERR_INPUT for a playbook that is wrong.
 */
int co_plan_make(const struct co_planner *planner, const struct co_run *run, struct co_plan *plan,
		 struct co_err *err);

#endif
