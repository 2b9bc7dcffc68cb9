/* SPDX-License-Identifier: Apache-2.0 */
/* plan/target: what the steps of a playbook are repeated over, from the inventory. */
#ifndef CO_PLAN_TARGET_H
#define CO_PLAN_TARGET_H

#include "config/config.h"
#include "run/run.h"

enum { CO_TARGETS = 1000 }; /* most targets of a plan */

/* What the environment of the caller says of AWS, for an inventory that has no account. Members may be NULL. */
struct co_target_defaults {
	const char *aws_profile;
	const char *aws_region;
};

/* What a key "targets" may be; CO_ERR_INPUT with "did you mean" for anything else. */
int co_targets_check(const char *what, struct co_err *err);

/*
 * The targets of a plan as a new list of objects, sorted by "name", each with
 * "environment" and all the inventory says of it; narrowed to wanted, the intent's
 * target (NULL: everything). what: "aws.regions" ...; NULL: this host, one empty
 * object; without a Kubernetes context in the inventory, the caller's current one.
 * scope gets the environments, sorted. CO_ERR_NO "no-target", or
 * "other-host" when another machine is wanted than the one that asked.
 */
int co_targets_find(const char *what, const json_t *wanted, const struct co_request *request,
		    const struct co_config *config, const struct co_target_defaults *defaults, json_t **targets,
		    json_t **scope, struct co_err *err);

/* Puts an environment into a sorted scope, once. */
void co_targets_add_scope(json_t *scope, const char *name);

#endif
