/* SPDX-License-Identifier: Apache-2.0 */
#include "config/config.h"

#include "codec/yaml.h"
#include "config/check.h"
#include "config/place.h"

#include <string.h>

/* sys/file.h's CO_FILE_TRUSTED, which the reader understands; config may not include sys. */
enum { TRUSTED = 2 };

/* What one co_config_load() carries along. */
struct load {
	struct co_config *config;
	const struct co_config_env *env;
	co_config_reader *read_file;
	int quickly; /* without a reason why not */
	struct co_err *err;
};

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

/* By way of JSON, which says what is wrong. */
static int decode(struct co_config *config, const struct co_buf *text, const char *path, struct co_err *err)
{
	json_t *file = co_yaml_parse(co_buf_str(text), text->len, path, err);
	int rc;

	if (!file)
		return CO_ERR_INPUT;
	rc = co_shape_decode_pool(&co_config_shape, file, &config->memory, config, err);
	if (rc == CO_OK)
		rc = co_config_check(config, err);
	if (rc < 0)
		co_yaml_blame(err, co_buf_str(text), text->len, path);
	json_decref(file);
	return rc;
}

/* What a file says replaces what those before it said. */
static int take(const struct load *l, const struct co_buf *text, const char *path, struct co_err *err)
{
	int rc;

	if (strlen(co_buf_str(text)) == text->len && only_comments(co_buf_str(text)))
		return CO_OK;
	if (!l->quickly)
		rc = decode(l->config, text, path, err);
	else if (co_shape_read(&co_config_shape, co_buf_str(text), text->len, &l->config->memory, l->config) < 0)
		rc = CO_ERR_INPUT;
	else
		rc = co_config_check(l->config, err);
	if (rc == CO_OK)
		co_config_place_paths(l->config, path, l->env->home);
	return rc;
}

static int load_file(const struct load *l, const char *path, int must_exist)
{
	struct co_buf text = CO_BUF_INIT;
	struct co_err err = CO_ERR_INIT;
	int rc;

	if (!must_exist && co_config_place_missing(path))
		return CO_OK;
	rc = l->read_file(path, CO_YAML_BYTES, TRUSTED, &text, &err);

	if (rc < 0 && strcmp(err.id, "not-found") == 0) {
		rc = err.code = CO_ERR_INPUT;
		co_err_hint(&err, "CLOUDOPS_CONFIG names it");
	}
	if (rc == CO_OK)
		rc = take(l, &text, path, &err);
	co_buf_clear(&text);
	if (rc == CO_OK)
		json_array_append_new(l->config->sources, json_string_nocheck(path));
	else if (l->err)
		*l->err = err;
	return rc;
}

static const char *site_dir(const struct load *l)
{
	return l->env->site_dir ? l->env->site_dir : "/etc/cloudops";
}

static int load_files(const struct load *l)
{
	char *site = co_config_place_join(&l->config->memory, site_dir(l), "config.yaml");
	char *own = co_config_place_join(&l->config->memory, l->config->config_dir, "config.yaml");
	int rc = load_file(l, site, 0);

	if (rc == CO_OK && strcmp(site, own) != 0)
		rc = load_file(l, own, 0);
	if (rc == CO_OK && l->env->cloudops_config && *l->env->cloudops_config)
		rc = load_file(l, l->env->cloudops_config, 1);
	return rc;
}

static void add_directory(struct co_config *c, char *path, int must_exist)
{
	if (!must_exist || !co_config_place_missing(path))
		*(char **)co_pool_grow(&c->memory, &c->playbooks.items, &c->playbooks.count, sizeof(path)) = path;
}

/* $CLOUDOPS_PLAYBOOKS, then the files' own list, then the user's and the site's, where they exist. */
static void set_playbooks(const struct load *l)
{
	const char *from = l->env->cloudops_playbooks ? l->env->cloudops_playbooks : "";
	struct co_config *c = l->config, given = *c;
	size_t i;

	c->playbooks.items = NULL;
	c->playbooks.count = 0;
	for (; *from; from += strspn(from, ":")) {
		size_t len = strcspn(from, ":");

		if (len)
			add_directory(c, co_pool_memdup(&c->memory, from, len), 0);
		from += len;
	}
	for (i = 0; i < given.playbooks.count; i++)
		add_directory(c, given.playbooks.items[i], 0);
	add_directory(c, co_config_place_join(&c->memory, c->config_dir, "playbooks"), 1);
	add_directory(c, co_config_place_join(&c->memory, site_dir(l), "playbooks"), 1);
}

static void set_text(struct co_config *c, char **text, const char *value)
{
	if (!*text)
		*text = co_pool_memdup(&c->memory, value, strlen(value));
}

static void set_number(int64_t *number, int64_t value)
{
	if (!*number)
		*number = value;
}

/* What may be 0 has its default before any file is read. */
static void begin(struct co_config *c, const struct co_config_env *env)
{
	co_config_place(c, env);
	c->sources = json_array();
	c->limits = co_pool_take(&c->memory, sizeof(*c->limits));
	c->limits->changes = 20;
}

static void set_limits(struct co_config *c, struct co_limits *limits)
{
	set_number(&limits->concurrency, 8);
	set_number(&limits->output_bytes, 16 * 1024 * 1024);
	set_text(c, &limits->deadline, "5m");
	set_text(c, &limits->step_deadline, "60s");
	set_text(c, &limits->plan_expires, "1h");
	if (!limits->model)
		limits->model = co_pool_take(&c->memory, sizeof(*limits->model));
	set_number(&limits->model->tokens, 4096);
	set_text(c, &limits->model->usd_per_day, "1.00");
}

static void set_defaults(struct co_config *c, const struct co_config_env *env)
{
	if (!c->audit)
		c->audit = co_pool_take(&c->memory, sizeof(*c->audit));
	if (!c->policy)
		c->policy = co_pool_take(&c->memory, sizeof(*c->policy));
	if (!c->approval)
		c->approval = co_pool_take(&c->memory, sizeof(*c->approval));
	if (env->cloudops_audit && *env->cloudops_audit)
		c->audit->directory = co_pool_memdup(&c->memory, env->cloudops_audit, strlen(env->cloudops_audit));
	else if (!c->audit->directory)
		c->audit->directory = co_config_place_join(&c->memory, c->state_dir, "audit");
	set_text(c, &c->approval->approve_within, "24h");
	set_text(c, &c->approval->execute_within, "1h");
	if (c->model) {
		set_text(c, &c->model->fallback, "rules");
		set_text(c, &c->model->timeout, "30s");
	}
	set_limits(c, c->limits);
}

static int load(const struct load *l)
{
	int rc;

	begin(l->config, l->env);
	rc = load_files(l);
	if (rc < 0) {
		co_config_clear(l->config);
		return rc;
	}
	set_playbooks(l);
	set_defaults(l->config, l->env);
	return CO_OK;
}

int co_config_load(struct co_config *config, const struct co_config_env *env, co_config_reader *read_file,
		   struct co_err *err)
{
	struct co_config loaded = { 0 };
	int rc = load(&(struct load){ &loaded, env, read_file, 1, NULL });

	if (rc < 0)
		rc = load(&(struct load){ &loaded, env, read_file, 0, err });
	if (rc == CO_OK)
		*config = loaded;
	return rc;
}

void co_config_clear(struct co_config *config)
{
	if (config->approval)
		json_decref(config->approval->groups);
	json_decref(config->sources);
	co_pool_clear(&config->memory);
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
