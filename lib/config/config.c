/* SPDX-License-Identifier: Apache-2.0 */
#include "config/config.h"

#include "codec/yaml.h"
#include "config/check.h"
#include "config/place.h"

#include <stdlib.h>
#include <string.h>

/* sys/file.h's CO_FILE_TRUSTED, which the reader understands; config may not include sys. */
enum { TRUSTED = 2 };

/* What one co_config_load() carries along. */
struct load {
	struct co_config *config;
	const struct co_config_env *env;
	co_config_reader *read_file;
	json_t *merged;
	struct co_err *err;
};

/* The first layer, so that a 0 in a file is not taken for "absent". */
static json_t *defaults(void)
{
	return json_pack("{s:{}, s:{}, s:{s:s, s:s}, s:{s:i, s:s, s:s, s:i, s:i, s:s, s:{s:i, s:s}}}", "audit",
			 "policy", "approval", "approve_within", "24h", "execute_within", "1h", "limits",
			 "concurrency", 8, "deadline", "5m", "step_deadline", "60s", "changes", 20,
			 "output_bytes", 16 * 1024 * 1024, "plan_expires", "1h", "model", "tokens", 4096,
			 "usd_per_day", "1.00");
}

/* Objects are merged, anything else is replaced. */
static void merge(json_t *into, json_t *from)
{
	const char *key;
	json_t *value;

	json_object_foreach(from, key, value) {
		json_t *before = json_object_get(into, key);

		if (json_is_object(before) && json_is_object(value))
			merge(before, value);
		else
			json_object_set_nocheck(into, key, value);
	}
}

/* A file in which everything is commented out says nothing, and is fine; an empty one is suspect. */
static int only_comments(const char *text)
{
	if (!*text)
		return 0;
	while (*text) {
		text += strspn(text, " \t\r\n");
		if (*text == '#')
			text += strcspn(text, "\n");
		else if (*text)
			return 0;
	}
	return 1;
}

static json_t *parse(const struct co_buf *text, const char *path, struct co_err *err)
{
	json_t *file;

	if (strlen(co_buf_str(text)) == text->len && only_comments(co_buf_str(text)))
		return json_object();
	file = co_yaml_parse(co_buf_str(text), text->len, path, err);
	if (!file)
		return NULL;
	if (co_config_check(file, err) == CO_OK)
		return file;
	co_yaml_blame(err, co_buf_str(text), text->len, path);
	json_decref(file);
	return NULL;
}

static int load_file(const struct load *l, const char *path, int must_exist)
{
	struct co_buf text = CO_BUF_INIT;
	struct co_err err = CO_ERR_INIT;
	json_t *file;
	int rc = l->read_file(path, CO_YAML_BYTES, TRUSTED, &text, &err);

	if (rc < 0 && strcmp(err.id, "not-found") == 0) {
		if (!must_exist)
			return CO_OK;
		rc = err.code = CO_ERR_INPUT;
		co_err_hint(&err, "CLOUDOPS_CONFIG names it");
	}
	file = rc == CO_OK ? parse(&text, path, &err) : NULL;
	co_buf_clear(&text);
	if (!file) {
		if (l->err)
			*l->err = err;
		return err.code;
	}
	co_config_place_paths(file, path, l->env->home);
	merge(l->merged, file);
	json_decref(file);
	json_array_append_new(l->config->sources, json_string_nocheck(path));
	return CO_OK;
}

static const char *site_dir(const struct load *l)
{
	return l->env->site_dir ? l->env->site_dir : "/etc/cloudops";
}

static int load_files(const struct load *l)
{
	char *site = co_xasprintf("%s/config.yaml", site_dir(l));
	char *own = co_xasprintf("%s/config.yaml", l->config->config_dir);
	int rc = load_file(l, site, 0);

	if (rc == CO_OK && strcmp(site, own) != 0)
		rc = load_file(l, own, 0);
	if (rc == CO_OK && l->env->cloudops_config && *l->env->cloudops_config)
		rc = load_file(l, l->env->cloudops_config, 1);
	free(own);
	free(site);
	return rc;
}

/* Takes path over. */
static void add_directory(json_t *list, char *path, int must_exist)
{
	if (!must_exist || co_config_place_exists(path))
		json_array_append_new(list, json_string_nocheck(path));
	free(path);
}

/* $CLOUDOPS_PLAYBOOKS, then the files' own list, then the user's and the site's, where they exist. */
static void set_playbooks(const struct load *l)
{
	const char *from = l->env->cloudops_playbooks ? l->env->cloudops_playbooks : "";
	json_t *list = json_array(), *given = json_object_get(l->merged, "playbooks");

	for (; *from; from += strspn(from, ":")) {
		size_t len = strcspn(from, ":");

		if (len)
			add_directory(list, co_xmemdup(from, len), 0);
		from += len;
	}
	if (json_is_string(given))
		json_array_append(list, given);
	else if (given)
		json_array_extend(list, given);
	add_directory(list, co_xasprintf("%s/playbooks", l->config->config_dir), 1);
	add_directory(list, co_xasprintf("%s/playbooks", site_dir(l)), 1);
	json_object_set_new(l->merged, "playbooks", list);
}

static void set_audit_directory(const struct load *l)
{
	json_t *audit = json_object_get(l->merged, "audit");
	char *path = NULL;

	if (l->env->cloudops_audit && *l->env->cloudops_audit)
		path = co_xstrdup(l->env->cloudops_audit);
	else if (!json_object_get(audit, "directory"))
		path = co_xasprintf("%s/audit", l->config->state_dir);
	if (path)
		json_object_set_new(audit, "directory", json_string_nocheck(path));
	free(path);
}

int co_config_load(struct co_config *config, const struct co_config_env *env, co_config_reader *read_file,
		   struct co_err *err)
{
	struct co_config loaded = { 0 };
	struct load l = { &loaded, env, read_file, defaults(), err };
	int rc;

	co_config_place(&loaded, env);
	loaded.sources = json_array();
	rc = load_files(&l);
	if (rc == CO_OK) {
		struct co_config places = loaded;

		set_playbooks(&l);
		set_audit_directory(&l);
		rc = co_shape_decode(&co_config_shape, l.merged, &loaded, err);
		if (rc < 0) /* the decoder cleared what the shape describes, and only that */
			loaded = places;
	}
	json_decref(l.merged);
	if (rc < 0)
		co_config_clear(&loaded);
	else
		*config = loaded;
	return rc;
}

void co_config_clear(struct co_config *config)
{
	char *const places[] = { config->playbook_dir, config->catalog_dir, config->state_dir,
				 config->config_dir, config->helper_dir };
	json_t *sources = config->sources;
	size_t i;

	co_shape_clear(&co_config_shape, config);
	for (i = 0; i < CO_COUNT(places); i++)
		free(places[i]);
	json_decref(sources);
	*config = (struct co_config){ 0 };
}

const char *co_config_path(const struct co_config *config, const char *what)
{
	if (strcmp(what, "playbooks") == 0)
		return config->playbook_dir;
	if (strcmp(what, "catalog") == 0)
		return config->catalog_dir;
	return NULL;
}
