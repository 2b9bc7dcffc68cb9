/* SPDX-License-Identifier: Apache-2.0 */
#include "plan/bind.h"

#include "plan/param.h"

#include <stdlib.h>
#include <string.h>

/* The value of the last --param of this name; NULL when there is none. */
static const char *given_text(const struct co_bind_given *given, const char *name)
{
	size_t i, len = strlen(name);

	for (i = given->count; i > 0; i--)
		if (strncmp(given->items[i - 1], name, len) == 0 && given->items[i - 1][len] == '=')
			return given->items[i - 1] + len + 1;
	return NULL;
}

/* What a plain path leads to; NULL when a member is absent. */
static json_t *follow(json_t *value, const char *path)
{
	while (value && *path) {
		size_t len = strcspn(path, ".");
		char *key = co_xmemdup(path, len);

		value = json_object_get(value, key);
		free(key);
		path += len + (path[len] == '.');
	}
	return json_is_null(value) ? NULL : value;
}

/* A single value fits a list, and a list of one fits a single value. */
static json_t *reshape(const struct co_param *param, json_t *value)
{
	int wants_list = strstr(param->type, "-list") != NULL;
	json_t *list;

	if (wants_list && !json_is_array(value)) {
		list = json_array();
		json_array_append(list, value);
		return list;
	}
	if (!wants_list && json_array_size(value) == 1)
		return json_incref(json_array_get(value, 0));
	return json_incref(value);
}

static int from_text(const struct co_param *param, const char *text, json_t **value, struct co_err *err)
{
	if (co_param_from_text(param, text, value, err) == CO_OK)
		return CO_OK;
	co_err_wrap(err, "--param %s", param->name);
	if (err)
		err->code = CO_ERR_USAGE;
	return CO_ERR_USAGE;
}

/* Turns "target.name" into the path /intent/target/name. */
static void blame(const struct co_param *param, struct co_err *err)
{
	char *path = co_xstrdup(param->from), *dot;

	while ((dot = strrchr(path, '.'))) {
		co_err_under(err, dot + 1);
		*dot = '\0';
	}
	co_err_under(err, path);
	co_err_under(err, "intent");
	free(path);
}

static int from_intent(const struct co_param *param, json_t *said, json_t **value, struct co_err *err)
{
	json_t *fitted = reshape(param, said);

	if (co_param_check_value(param, fitted, err) == CO_OK) {
		*value = fitted;
		return CO_OK;
	}
	json_decref(fitted);
	co_err_wrap(err, "parameter %s", param->name);
	co_err_hint(err, "say another value, or give --param %s=VALUE", param->name);
	if (param->from)
		blame(param, err);
	if (err)
		err->code = CO_ERR_NO;
	return CO_ERR_NO;
}

static int missing(const struct co_playbook *playbook, const struct co_param *param, struct co_err *err)
{
	co_err_set(err, CO_ERR_NO, "missing-parameter", "playbook \"%s\" needs a value for \"%s\"%s%s%s",
		   playbook->name, param->name, param->help ? " (" : "", param->help ? param->help : "",
		   param->help ? ")" : "");
	co_err_hint(err, "say it in the sentence, or give --param %s=VALUE", param->name);
	if (param->from)
		blame(param, err);
	return CO_ERR_NO;
}

static int bind_one(const struct co_playbook *playbook, const struct co_param *param,
		    const struct co_bind_given *given, json_t *outer, json_t *intent, json_t **value,
		    struct co_err *err)
{
	const char *text = given_text(given, param->name);
	json_t *said = json_object_get(outer, param->name);

	if (text)
		return from_text(param, text, value, err);
	if (!said && param->from)
		said = follow(intent, param->from);
	if (said)
		return from_intent(param, said, value, err);
	if (param->required)
		return missing(playbook, param, err);
	*value = json_incref(param->fallback);
	return CO_OK;
}

int co_bind(const struct co_playbook *playbook, const struct co_bind_given *given, json_t *outer, json_t *intent,
	    json_t **params, struct co_err *err)
{
	json_t *bound = json_object(), *value;
	size_t i;
	int rc = CO_OK;

	for (i = 0; i < playbook->params.count && rc == CO_OK; i++) {
		const struct co_param *param = &playbook->params.items[i];

		value = NULL;
		rc = bind_one(playbook, param, given, outer, intent, &value, err);
		if (value)
			json_object_set_new(bound, param->name, value);
	}
	if (rc < 0)
		json_decref(bound);
	else
		*params = bound;
	return rc;
}

static int is_param(const struct co_playbook *playbook, const char *name)
{
	size_t i;

	for (i = 0; i < playbook->params.count; i++)
		if (strcmp(playbook->params.items[i].name, name) == 0)
			return 1;
	return 0;
}

static int unknown_param(const char *name, const struct co_playbook *playbooks, size_t n, struct co_err *err)
{
	const char **names = NULL;
	size_t count = 0, i, j;

	for (i = 0; i < n; i++)
		for (j = 0; j < playbooks[i].params.count; j++)
			*(const char **)co_grow(&names, &count, sizeof(*names)) = playbooks[i].params.items[j].name;
	co_err_set(err, CO_ERR_USAGE, "unknown-parameter", "playbook \"%s\" has no parameter \"%s\"", playbooks[0].name,
		   name);
	co_err_suggest(err, name, names, count);
	free(names);
	return CO_ERR_USAGE;
}

int co_bind_check_given(const struct co_bind_given *given, const struct co_playbook *playbooks, size_t n,
			struct co_err *err)
{
	size_t i, j;

	for (i = 0; i < given->count; i++) {
		size_t len = strcspn(given->items[i], "=");
		char *name = co_xmemdup(given->items[i], len);
		int rc = CO_OK;

		for (j = 0; j < n && !is_param(&playbooks[j], name); j++)
			;
		if (!given->items[i][len]) {
			co_err_set(err, CO_ERR_USAGE, "usage", "--param \"%s\" is not NAME=VALUE", given->items[i]);
			rc = CO_ERR_USAGE;
		} else if (j == n) {
			rc = unknown_param(name, playbooks, n, err);
		}
		free(name);
		if (rc < 0)
			return rc;
	}
	return CO_OK;
}
