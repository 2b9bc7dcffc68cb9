/* SPDX-License-Identifier: Apache-2.0 */
#include "provider/aws/environment.h"

#include "base/mem.h"
#include "crypto/secret.h"

#include <stdlib.h>
#include <string.h>

static int is_kept(const char *variable)
{
	static const char *const prefixes[] = { "AWS_", "BOTO_CONFIG=", "HOME=" };
	size_t i;

	for (i = 0; i < CO_COUNT(prefixes); i++)
		if (strncmp(variable, prefixes[i], strlen(prefixes[i])) == 0)
			return 1;
	return 0;
}

void co_aws_environment_take(struct co_aws_environment *environment, char *const *variables)
{
	*environment = (struct co_aws_environment){ NULL, 0 };
	for (; variables && *variables; variables++)
		if (is_kept(*variables))
			*(char **)co_grow(&environment->items, &environment->count, sizeof(char *)) =
				co_xstrdup(*variables);
}

void co_aws_environment_clear(struct co_aws_environment *environment)
{
	size_t i;

	for (i = 0; i < environment->count; i++) {
		co_wipe(environment->items[i], strlen(environment->items[i]));
		free(environment->items[i]);
	}
	free(environment->items);
	*environment = (struct co_aws_environment){ NULL, 0 };
}

const char *co_aws_environment_get(const struct co_aws_environment *environment, const char *name)
{
	size_t len = strlen(name), i;

	for (i = 0; i < environment->count; i++)
		if (strncmp(environment->items[i], name, len) == 0 && environment->items[i][len] == '=')
			return environment->items[i] + len + 1;
	return NULL;
}

const char *co_aws_environment_filled(const struct co_aws_environment *environment, const char *name)
{
	const char *value = co_aws_environment_get(environment, name);

	return value && *value ? value : NULL;
}

char *co_aws_environment_path(const struct co_aws_environment *environment, const char *path)
{
	const char *home = co_aws_environment_filled(environment, "HOME");

	if (home && path[0] == '~' && (path[1] == '/' || !path[1]))
		return co_xasprintf("%s%s", home, path + 1);
	return co_xstrdup(path);
}
