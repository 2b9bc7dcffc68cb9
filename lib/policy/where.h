/* SPDX-License-Identifier: Apache-2.0 */
/* policy/where: the environments that a step touches, from the inventory and not from what the plan says. */
#ifndef CO_POLICY_WHERE_H
#define CO_POLICY_WHERE_H

#include "config/config.h"
#include "run/plan.h"

enum { CO_WHERE_MOST = 64 };

struct co_where {
	const struct co_environment *in[CO_WHERE_MOST]; /* the environments that hold what the target names */
	size_t count;
	int local;   /* this host, and no environment has it */
	int unknown; /* the target names something that the inventory lacks, or nothing */
};

/*
 * Finds them for a target (object) of a call to provider; host is this
 * machine's name. CO_ERR_NO "environment-mismatch" when the target says an environment that
 * it is not in.
 */
int co_where_find(struct co_where *where, const struct co_config *config, const char *provider,
		  const json_t *target, const char *host, struct co_err *err);

/* True if name is the environment's name or one of its aliases. */
int co_environment_is(const struct co_environment *environment, const char *name);

#endif
