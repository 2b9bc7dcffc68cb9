/* SPDX-License-Identifier: Apache-2.0 */
#include "plan/compile.h"

#include "codec/yaml.h"
#include "expr/expr.h"
#include "plan/define.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The expressions that were added, and where each stood first. */
struct collection {
	struct co_expr *expr;
	json_t *paths; /* by id of expression: JSON pointer */
	struct co_err *err;
};

static int is_program(const char *key)
{
	return key && (strcmp(key, "each") == 0 || strcmp(key, "foreach") == 0);
}

static int add(struct collection *c, const char *text, int program, const char *path)
{
	size_t id;

	if (!program && !co_expr_has(text))
		return CO_OK;
	if (co_expr_add(c->expr, text, program, &id, c->err) < 0)
		return CO_ERR_INPUT;
	while (json_array_size(c->paths) <= id)
		json_array_append_new(c->paths, json_string(path));
	return CO_OK;
}

/* Every string at any depth; key is the member that it stands under. */
static int add_all(struct collection *c, json_t *value, const char *key, const char *path)
{
	const char *name;
	json_t *item;
	size_t i;
	char *below;
	int rc = CO_OK;

	if (json_is_string(value))
		return add(c, json_string_value(value), is_program(key), path);
	json_array_foreach(value, i, item) {
		below = co_xasprintf("%s/%zu", path, i);
		rc = rc < 0 ? rc : add_all(c, item, key, below);
		free(below);
	}
	json_object_foreach(value, name, item) {
		below = co_xasprintf("%s/%s", path, name);
		rc = rc < 0 ? rc : add_all(c, item, name, below);
		free(below);
	}
	return rc;
}

static int compile(struct collection *c, json_t *playbook)
{
	static const char *const sections[] = { "steps", "findings", "summary" };
	char path[16];
	size_t i, bad = 0;
	int rc;

	for (i = 0; i < CO_COUNT(sections); i++) {
		snprintf(path, sizeof(path), "/%s", sections[i]);
		if (add_all(c, json_object_get(playbook, sections[i]), NULL, path) < 0)
			return CO_ERR_INPUT;
	}
	rc = co_expr_compile(c->expr, &bad, c->err);
	if (rc == CO_ERR_INPUT && c->err)
		snprintf(c->err->path, sizeof(c->err->path), "%s", json_string_value(json_array_get(c->paths, bad)));
	return rc;
}

int co_playbook_compile(const char *text, size_t len, const char *name, const char *definitions,
			const char *helper, struct co_err *err)
{
	const struct co_expr_limits limits = { .helper = helper };
	json_t *value = co_yaml_parse(text, len, name, err);
	struct collection c;
	int rc;

	if (!value)
		return CO_ERR_INPUT;
	c = (struct collection){ co_expr_new(&limits), json_array(), err };
	rc = definitions ? co_define(value, definitions, err) : CO_OK;
	if (rc == CO_OK)
		rc = compile(&c, value);
	if (rc == CO_ERR_INPUT)
		co_yaml_blame(err, text, len, name);
	co_expr_free(c.expr);
	json_decref(c.paths);
	json_decref(value);
	return rc;
}
