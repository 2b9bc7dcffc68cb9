/* SPDX-License-Identifier: Apache-2.0 */
/*
 * provider/aws/environment: the environment variables that name credentials and settings, copied when
 * the provider is opened, so that nothing asks the process for them later. Some hold secrets: wiped when dropped.
 */
#ifndef CO_PROVIDER_AWS_ENVIRONMENT_H
#define CO_PROVIDER_AWS_ENVIRONMENT_H

#include <stddef.h>

struct co_aws_environment {
	char **items; /* "NAME=value": AWS_*, BOTO_CONFIG and HOME */
	size_t count;
};

void co_aws_environment_take(struct co_aws_environment *environment, char *const *variables);
void co_aws_environment_clear(struct co_aws_environment *environment);

/* NULL when it is not set. Borrowed. */
const char *co_aws_environment_get(const struct co_aws_environment *environment, const char *name);

/* The same, but NULL also for an empty one. */
const char *co_aws_environment_filled(const struct co_aws_environment *environment, const char *name);

/* path with "~/" put in full. The caller frees it. */
char *co_aws_environment_path(const struct co_aws_environment *environment, const char *path);

#endif
