/* SPDX-License-Identifier: Apache-2.0 */
#include "config/place.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

int co_config_place_missing(const char *path)
{
	return access(path, F_OK) < 0 && (errno == ENOENT || errno == ENOTDIR);
}

/* co_xasprintf() would cost ten times as much, and every start does this a dozen times. */
char *co_config_place_join(struct co_pool *pool, const char *directory, const char *name)
{
	size_t len = strlen(directory), more = strlen(name);
	char *path = co_pool_take(pool, len + more + 2);

	memcpy(path, directory, len);
	path[len] = '/';
	memcpy(path + len + 1, name, more + 1);
	return path;
}

/* The path without its last count components; "." or "/" when there are no more. */
static char *above(struct co_pool *pool, const char *path, unsigned count)
{
	char *s = co_pool_memdup(pool, path, strlen(path));

	while (count--) {
		char *slash = strrchr(s, '/');

		if (!slash)
			return co_pool_memdup(pool, "..", count ? 2 : 1);
		slash[slash == s] = '\0';
	}
	return s;
}

static char *user_dir(struct co_pool *pool, const char *xdg, const char *home, const char *beside_home,
		      const char *without_home)
{
	/* Relative values are invalid and to be ignored (XDG Base Directory Specification). */
	if (xdg && *xdg == '/')
		return co_config_place_join(pool, xdg, "cloudops");
	if (home && *home == '/')
		return co_config_place_join(pool, home, beside_home);
	return co_pool_memdup(pool, without_home, strlen(without_home));
}

/* The top of the source tree if the program was built in it, at most two levels down; else NULL. */
static char *source_tree(struct co_pool *pool, const char *program)
{
	unsigned levels;

	for (levels = 2; levels <= 3; levels++) {
		char *top = above(pool, program, levels);

		if (access(co_config_place_join(pool, top, "lib/catalog/catalog.h"), F_OK) == 0)
			return top;
	}
	return NULL;
}

/* A tool is in <prefix>/bin, a helper in <prefix>/libexec/cloudops. */
static char *installed_prefix(struct co_pool *pool, const char *program)
{
	static const char end[] = "/libexec/cloudops";
	const char *dir = above(pool, program, 1);
	size_t len = strlen(dir), more = sizeof(end) - 1;

	return above(pool, program, len >= more && strcmp(dir + len - more, end) == 0 ? 3 : 2);
}

void co_config_place(struct co_config *config, const struct co_config_env *env)
{
	struct co_pool *pool = &config->memory;
	const char *program = env->program ? env->program : "", *top = source_tree(pool, program), *prefix;

	config->config_dir = user_dir(pool, env->xdg_config_home, env->home, ".config/cloudops", "/etc/cloudops");
	config->state_dir = user_dir(pool, env->xdg_state_home, env->home, ".local/state/cloudops", "/var/lib/cloudops");
	if (top) {
		config->playbook_dir = co_config_place_join(pool, top, "playbooks");
		config->helper_dir = above(pool, program, 1);
		config->catalog_dir = co_config_place_join(pool, config->helper_dir, "catalog");
	} else {
		prefix = installed_prefix(pool, program);
		config->playbook_dir = co_config_place_join(pool, prefix, "share/cloudops/playbooks");
		config->catalog_dir = co_config_place_join(pool, prefix, "share/cloudops/catalog");
		config->helper_dir = co_config_place_join(pool, prefix, "libexec/cloudops");
	}
}

/* What the paths of one file are relative to. */
struct base {
	struct co_pool *pool;
	const char *directory, *home;
};

static void place(char **path, const struct base *base)
{
	if (!*path || **path == '/')
		return;
	if (strncmp(*path, "~/", 2) == 0 && base->home)
		*path = co_config_place_join(base->pool, base->home, *path + 2);
	else
		*path = co_config_place_join(base->pool, base->directory, *path);
}

static void place_each(char **paths, size_t count, const struct base *base)
{
	size_t i;

	for (i = 0; i < count; i++)
		place(&paths[i], base);
}

/* The files that show a Prometheus who we are. */
static void place_servers(const struct co_environment *e, const struct base *base)
{
	size_t i;

	for (i = 0; i < e->prometheus.count; i++) {
		struct co_monitoring *server = &e->prometheus.items[i];

		place(&server->token_file, base);
		place(&server->password_file, base);
		place(&server->ca_file, base);
		place(&server->certificate_file, base);
		place(&server->key_file, base);
	}
}

void co_config_place_paths(struct co_config *config, const char *path, const char *home)
{
	const struct base base = { &config->memory, above(&config->memory, path, 1), home };
	size_t i;

	place_each(config->playbooks.items, config->playbooks.count, &base);
	if (config->audit) {
		place(&config->audit->directory, &base);
		place(&config->audit->key, &base);
	}
	if (config->policy)
		place_each(config->policy->files.items, config->policy->files.count, &base);
	if (config->approval) {
		place(&config->approval->signers, &base);
		place(&config->approval->key, &base);
	}
	if (config->model) {
		place(&config->model->api_key_file, &base);
		place(&config->model->ca_file, &base);
	}
	for (i = 0; i < config->environments.count; i++)
		place_servers(&config->environments.items[i], &base);
}
