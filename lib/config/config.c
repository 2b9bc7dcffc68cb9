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
	int rc;

	if (!must_exist && co_config_place_missing(path))
		return CO_OK;
	rc = l->read_file(path, CO_YAML_BYTES, TRUSTED, &text, &err);

	if (rc < 0 && strcmp(err.id, "not-found") == 0) {
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
	char *site = co_config_place_join(site_dir(l), "config.yaml");
	char *own = co_config_place_join(l->config->config_dir, "config.yaml");
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
	if (!must_exist || !co_config_place_missing(path))
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
	add_directory(list, co_config_place_join(l->config->config_dir, "playbooks"), 1);
	add_directory(list, co_config_place_join(site_dir(l), "playbooks"), 1);
	json_object_set_new(l->merged, "playbooks", list);
}

static void set_text(char **text, const char *value)
{
	if (!*text)
		*text = co_xstrdup(value);
}

static void set_number(int64_t *number, int64_t value)
{
	if (!*number)
		*number = value;
}

/* merged tells a "changes: 0" from none; the other numbers cannot be 0. */
static void set_limits(struct co_limits *limits, json_t *merged)
{
	if (!json_object_get(json_object_get(merged, "limits"), "changes"))
		limits->changes = 20;
	set_number(&limits->concurrency, 8);
	set_number(&limits->output_bytes, 16 * 1024 * 1024);
	set_text(&limits->deadline, "5m");
	set_text(&limits->step_deadline, "60s");
	set_text(&limits->plan_expires, "1h");
	if (!limits->model)
		limits->model = co_xcalloc(1, sizeof(*limits->model));
	set_number(&limits->model->tokens, 4096);
	set_text(&limits->model->usd_per_day, "1.00");
}

static void set_defaults(struct co_config *c, const struct co_config_env *env, json_t *merged)
{
	if (!c->audit)
		c->audit = co_xcalloc(1, sizeof(*c->audit));
	if (!c->policy)
		c->policy = co_xcalloc(1, sizeof(*c->policy));
	if (!c->approval)
		c->approval = co_xcalloc(1, sizeof(*c->approval));
	if (!c->limits)
		c->limits = co_xcalloc(1, sizeof(*c->limits));
	if (env->cloudops_audit && *env->cloudops_audit) {
		free(c->audit->directory);
		c->audit->directory = co_xstrdup(env->cloudops_audit);
	} else if (!c->audit->directory) {
		c->audit->directory = co_config_place_join(c->state_dir, "audit");
	}
	set_text(&c->approval->approve_within, "24h");
	set_text(&c->approval->execute_within, "1h");
	if (c->model) {
		set_text(&c->model->fallback, "rules");
		set_text(&c->model->timeout, "30s");
	}
	set_limits(c->limits, merged);
}

int co_config_load(struct co_config *config, const struct co_config_env *env, co_config_reader *read_file,
		   struct co_err *err)
{
	struct co_config loaded = { 0 };
	struct load l = { &loaded, env, read_file, json_object(), err };
	int rc;

	co_config_place(&loaded, env);
	loaded.sources = json_array();
	rc = load_files(&l);
	if (rc == CO_OK) {
		struct co_config places = loaded;

		set_playbooks(&l);
		rc = co_shape_decode(&co_config_shape, l.merged, &loaded, err);
		if (rc < 0) /* the decoder cleared what the shape describes, and only that */
			loaded = places;
		else
			set_defaults(&loaded, env, l.merged);
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
