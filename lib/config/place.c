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

static json_t *absolute(const char *path, const char *base, const char *home)
{
	char *joined;
	json_t *value;

	if (strncmp(path, "~/", 2) == 0 && home)
		joined = co_config_place_join(home, path + 2);
	else if (*path != '/')
		joined = co_config_place_join(base, path);
	else
		joined = co_xstrdup(path);
	value = json_string_nocheck(joined);
	free(joined);
	return value;
}

static void place_member(json_t *object, const char *key, const char *base, const char *home)
{
	json_t *value = json_object_get(object, key), *item;
	size_t i;

	if (json_is_string(value)) {
		json_object_set_new(object, key, absolute(json_string_value(value), base, home));
		return;
	}
	json_array_foreach(value, i, item)
		json_array_set_new(value, i, absolute(json_string_value(item), base, home));
}

/* The files that show a Prometheus who we are. */
static void place_servers(json_t *environments, const char *base, const char *home)
{
	static const char *const keys[] = { "token_file", "password_file", "ca_file", "certificate_file", "key_file" };
	json_t *environment, *server;
	const char *name;
	size_t i, k;

	json_object_foreach(environments, name, environment)
		json_array_foreach(json_object_get(environment, "prometheus"), i, server)
			for (k = 0; k < CO_COUNT(keys); k++)
				place_member(server, keys[k], base, home);
}

void co_config_place_paths(json_t *file, const char *path, const char *home)
{
	static const struct {
		const char *object;
		const char *key;
	} members[] = {
		{ "", "playbooks" },	     { "/audit", "directory" },	  { "/audit", "key" },
		{ "/policy", "files" },	     { "/approval", "signers" },  { "/approval", "key" },
		{ "/model", "api_key_file" }, { "/model", "ca_file" },
	};
	char *base = above(path, 1);
	size_t i;

	for (i = 0; i < CO_COUNT(members); i++)
		place_member(co_json_at(file, members[i].object), members[i].key, base, home);
	place_servers(json_object_get(file, "environments"), base, home);
	free(base);
}
