/* SPDX-License-Identifier: Apache-2.0 */
#include "config/place.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int co_config_place_missing(const char *path)
{
	return access(path, F_OK) < 0 && (errno == ENOENT || errno == ENOTDIR);
}

/* co_xasprintf() would cost ten times as much, and every start does this a dozen times. */
char *co_config_place_join(const char *directory, const char *name)
{
	size_t len = strlen(directory), more = strlen(name);
	char *path = co_xmalloc(len + more + 2);

	memcpy(path, directory, len);
	path[len] = '/';
	memcpy(path + len + 1, name, more + 1);
	return path;
}

/* The path without its last count components; "." or "/" when there are no more. */
static char *above(const char *path, unsigned count)
{
	char *s = co_xstrdup(path);

	while (count--) {
		char *slash = strrchr(s, '/');

		if (!slash) {
			free(s);
			return co_xstrdup(count ? ".." : ".");
		}
		slash[slash == s] = '\0';
	}
	return s;
}

static char *user_dir(const char *xdg, const char *home, const char *beside_home, const char *without_home)
{
	/* Relative values are invalid and to be ignored (XDG Base Directory Specification). */
	if (xdg && *xdg == '/')
		return co_config_place_join(xdg, "cloudops");
	if (home && *home == '/')
		return co_config_place_join(home, beside_home);
	return co_xstrdup(without_home);
}

/* The top of the source tree if the program was built in it, at most two levels down; else NULL. */
static char *source_tree(const char *program)
{
	unsigned levels;

	for (levels = 2; levels <= 3; levels++) {
		char *top = above(program, levels);
		char *sign = co_config_place_join(top, "lib/catalog/catalog.h");
		int found = access(sign, F_OK) == 0;

		free(sign);
		if (found)
			return top;
		free(top);
	}
	return NULL;
}

/* A tool is in <prefix>/bin, a helper in <prefix>/libexec/cloudops. */
static char *installed_prefix(const char *program)
{
	static const char end[] = "/libexec/cloudops";
	char *dir = above(program, 1), *prefix;
	size_t len = strlen(dir), more = sizeof(end) - 1;

	prefix = above(program, len >= more && strcmp(dir + len - more, end) == 0 ? 3 : 2);
	free(dir);
	return prefix;
}

void co_config_place(struct co_config *config, const struct co_config_env *env)
{
	const char *program = env->program ? env->program : "";
	char *top = source_tree(program), *prefix;

	config->config_dir = user_dir(env->xdg_config_home, env->home, ".config/cloudops", "/etc/cloudops");
	config->state_dir = user_dir(env->xdg_state_home, env->home, ".local/state/cloudops", "/var/lib/cloudops");
	if (top) {
		config->playbook_dir = co_config_place_join(top, "playbooks");
		config->helper_dir = above(program, 1);
		config->catalog_dir = co_config_place_join(config->helper_dir, "catalog");
	} else {
		prefix = installed_prefix(program);
		config->playbook_dir = co_config_place_join(prefix, "share/cloudops/playbooks");
		config->catalog_dir = co_config_place_join(prefix, "share/cloudops/catalog");
		config->helper_dir = co_config_place_join(prefix, "libexec/cloudops");
		free(prefix);
	}
	free(top);
}

static void place(char **path, const char *base, const char *home)
{
	char *joined;

	if (!*path || **path == '/')
		return;
	if (strncmp(*path, "~/", 2) == 0 && home)
		joined = co_config_place_join(home, *path + 2);
	else
		joined = co_config_place_join(base, *path);
	free(*path);
	*path = joined;
}

static void place_each(char **paths, size_t count, const char *base, const char *home)
{
	size_t i;

	for (i = 0; i < count; i++)
		place(&paths[i], base, home);
}

/* The files that show a Prometheus who we are. */
static void place_servers(const struct co_environment *e, const char *base, const char *home)
{
	size_t i;

	for (i = 0; i < e->prometheus.count; i++) {
		struct co_monitoring *server = &e->prometheus.items[i];

		place(&server->token_file, base, home);
		place(&server->password_file, base, home);
		place(&server->ca_file, base, home);
		place(&server->certificate_file, base, home);
		place(&server->key_file, base, home);
	}
}

void co_config_place_paths(struct co_config *config, const char *path, const char *home)
{
	char *base = above(path, 1);
	size_t i;

	place_each(config->playbooks.items, config->playbooks.count, base, home);
	if (config->audit) {
		place(&config->audit->directory, base, home);
		place(&config->audit->key, base, home);
	}
	if (config->policy)
		place_each(config->policy->files.items, config->policy->files.count, base, home);
	if (config->approval) {
		place(&config->approval->signers, base, home);
		place(&config->approval->key, base, home);
	}
	if (config->model) {
		place(&config->model->api_key_file, base, home);
		place(&config->model->ca_file, base, home);
	}
	for (i = 0; i < config->environments.count; i++)
		place_servers(&config->environments.items[i], base, home);
	free(base);
}
