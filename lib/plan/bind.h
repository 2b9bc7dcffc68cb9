/* SPDX-License-Identifier: Apache-2.0 */
/* plan/bind: the values of a playbook's parameters. */
#ifndef CO_PLAN_BIND_H
#define CO_PLAN_BIND_H

#include "plan/playbook.h"

/* --param NAME=VALUE, as given. */
struct co_bind_given {
	const char *const *items;
	size_t count;
};

/*
 * Binds every parameter: from --param, else what the includer bound (NULL: no
 * includer), else the intent (a JSON object), else its default. *params is a new
 * object in the order of the file. CO_ERR_USAGE for a wrong --param, CO_ERR_NO
 * "missing-parameter" or "bad-parameter" for what the intent lacks or says wrongly.
 */
int co_bind(const struct co_playbook *playbook, const struct co_bind_given *given, json_t *outer, json_t *intent,
	    json_t **params, struct co_err *err);

/* CO_ERR_USAGE for a --param that none of the n playbooks has, or that is not NAME=VALUE. */
int co_bind_check_given(const struct co_bind_given *given, const struct co_playbook *playbooks, size_t n,
			struct co_err *err);

#endif
