/* SPDX-License-Identifier: Apache-2.0 */
#include "exec/expressions.h"

#include <stdlib.h>
#include <string.h>

enum { ALL_VARIABLES = CO_EXPR_PLAN_TIME | CO_EXPR_STEPS | CO_EXPR_ITEM | CO_EXPR_TARGETS };

void co_expressions_init(struct co_expressions *e, const char *helper)
{
	const struct co_expr_limits limits = { .helper = helper };

	e->engine = co_expr_new(&limits);
	e->texts = json_array();
}

void co_expressions_clear(struct co_expressions *e)
{
	co_expr_free(e->engine);
	json_decref(e->texts);
	*e = (struct co_expressions){ NULL, NULL };
}

int co_expressions_add(struct co_expressions *e, const char *text, enum co_expression_kind kind, struct co_err *err)
{
	size_t id;
	int rc;

	if (!text)
		return CO_OK;
	rc = co_expr_add(e->engine, text, kind == CO_PROGRAM, &id, err);
	while (rc == CO_OK && json_array_size(e->texts) <= id)
		json_array_append_new(e->texts, json_string(text));
	return rc;
}

int co_expressions_add_all(struct co_expressions *e, json_t *value, struct co_err *err)
{
	const char *key;
	json_t *item;
	size_t i;
	int rc = CO_OK;

	if (json_is_string(value) && co_expr_has(json_string_value(value)))
		return co_expressions_add(e, json_string_value(value), CO_TEMPLATE, err);
	json_object_foreach(value, key, item)
		if (rc == CO_OK)
			rc = co_expressions_add_all(e, item, err);
	json_array_foreach(value, i, item)
		if (rc == CO_OK)
			rc = co_expressions_add_all(e, item, err);
	return rc;
}

int co_expressions_compile(struct co_expressions *e, const char **bad, struct co_err *err)
{
	size_t id = 0;
	int rc = co_expr_compile(e->engine, &id, err);

	if (rc == CO_ERR_INPUT && bad)
		*bad = json_string_value(json_array_get(e->texts, id));
	return rc;
}

int co_expressions_value(struct co_expressions *e, const char *text, enum co_expression_kind kind, json_t *input,
			 json_t *vars, json_t **out, struct co_err *err)
{
	size_t id;
	int rc = co_expr_add(e->engine, text, kind == CO_PROGRAM, &id, err); /* gives the id it has */

	return rc < 0 ? rc : co_expr_eval(e->engine, id, input, vars, out, err);
}

int co_expressions_truth(struct co_expressions *e, const char *text, json_t *input, json_t *vars, int *out,
			 struct co_err *err)
{
	json_t *value;
	int rc = co_expressions_value(e, text, CO_TEMPLATE, input, vars, &value, err);

	if (rc < 0)
		return rc;
	if (json_is_boolean(value))
		*out = json_is_true(value);
	else
		rc = co_err_set(err, CO_ERR_INPUT, "expression", "\"%s\" gave %s, not true or false", text,
				co_json_type(value));
	json_decref(value);
	return rc;
}

int co_expressions_text(struct co_expressions *e, const char *text, json_t *input, json_t *vars, char **out,
			struct co_err *err)
{
	struct co_buf written = CO_BUF_INIT;
	json_t *value;
	int rc = co_expressions_value(e, text, CO_TEMPLATE, input, vars, &value, err);

	if (rc < 0)
		return rc;
	if (json_is_string(value))
		co_buf_add(&written, json_string_value(value), json_string_length(value));
	else
		co_json_write(&written, value, CO_JSON_COMPACT);
	*out = written.data ? co_buf_take(&written) : co_xstrdup("");
	json_decref(value);
	return CO_OK;
}

int co_expressions_fill(struct co_expressions *e, json_t *value, json_t *input, json_t *vars, json_t **out,
			struct co_err *err)
{
	return co_expr_fill(e->engine, value, ALL_VARIABLES, input, vars, out, err);
}
