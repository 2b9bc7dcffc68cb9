/* SPDX-License-Identifier: Apache-2.0 */
/* The catalogue's answers from APIs: what an operation is, and whether its input is right. */
#include "catalog/apiread.h"

#include "base/base64.h"
#include "run/plan.h"

#include <stdlib.h>
#include <string.h>

/* What to expect of a call over the internet, for estimates: no model says it. */
enum { READ_MS = 300, CHANGE_MS = 1000 };

/* "aws:ec2:RunInstances,aws:iam:PassRole" */
static char *permissions(const char *provider, const struct co_api *api, const struct co_api_operation *operation)
{
	struct co_buf out = CO_BUF_INIT;
	const char *actions = operation->iam;

	if (!actions)
		return co_xasprintf("%s:%s:%s", provider, api->iam, operation->name);
	while (*actions) {
		size_t len = strcspn(actions, ",");

		co_buf_addf(&out, "%s%s:%.*s", out.len ? "," : "", provider, (int)len, actions);
		actions += len + (actions[len] == ',');
	}
	return co_buf_take(&out);
}

int co_api_call(const struct co_apis *apis, const char *const call[3], struct co_operation *out, struct co_err *err)
{
	struct co_api *api;
	struct co_api_operation *operation;
	int rc = co_api_find(apis, call[1], &api, err);

	if (rc < 0)
		return rc;
	rc = co_api_operation(api, call[2], 0, &operation, err);
	if (rc < 0) {
		co_api_free(api);
		return rc;
	}
	*out = (struct co_operation){
		.access = operation->access,
		.ms = co_access_changes(operation->access) ? CHANGE_MS : READ_MS,
		.price = api->price,
		.permissions = permissions(call[0], api, operation),
		.parameters = co_xstrdup("-"),
		.sentence = *operation->doc ? co_xstrdup(operation->doc)
					    : co_xasprintf("%s of %s.", operation->name, api->title),
		.api = api,
		.name = co_xstrdup(operation->name),
	};
	co_api_operation_free(operation);
	return CO_OK;
}

/* ---- the input, by its shapes */

static const char *const type_names[] = { "an object", "a list",  "an object", "a string", "an integer", "an integer",
					  "a number",  "a number", "true or false", "a string of base64",
					  "a time",    "any value" };

static int check_value(const struct co_api_member *member, json_t *value, struct co_err *err);

static int wrong_type(const struct co_api_shape *shape, json_t *value, struct co_err *err)
{
	return co_err_set(err, CO_ERR_INPUT, "wrong-type", "must be %s, and this is %s", type_names[shape->type - 1],
			  co_json_type(value));
}

/* Filled in when the step runs, and checked then. */
static int is_template(const json_t *value)
{
	return json_is_string(value) && strstr(json_string_value(value), "${");
}

static int unknown_member(const struct co_api_shape *shape, const char *name, struct co_err *err)
{
	struct co_candidates candidates = { NULL, 0 };
	size_t i;

	co_err_set(err, CO_ERR_INPUT, "unknown-parameter", "unknown parameter \"%s\"", name);
	for (i = 0; i < shape->count; i++)
		co_candidates_add(&candidates,
				  (struct co_piece){ shape->members[i].name, strlen(shape->members[i].name) });
	co_candidates_suggest(&candidates, name, err);
	return co_err_under(err, name), CO_ERR_INPUT;
}

static int check_structure(const struct co_api_shape *shape, json_t *value, struct co_err *err)
{
	const char *name;
	json_t *item;
	size_t i;

	json_object_foreach(value, name, item) {
		const struct co_api_member *member = co_api_member(shape, name);

		if (!member)
			return unknown_member(shape, name, err);
		if (check_value(member, item, err) < 0)
			return co_err_under(err, name), CO_ERR_INPUT;
	}
	for (i = 0; i < shape->count; i++)
		if ((shape->members[i].flags & CO_API_REQUIRED) && !(shape->members[i].flags & CO_API_TOKEN) &&
		    !json_object_get(value, shape->members[i].name))
			return co_err_set(err, CO_ERR_INPUT, "missing-parameter", "parameter \"%s\" is missing",
					  shape->members[i].name);
	if (shape->is_union && json_object_size(value) != 1)
		return co_err_set(err, CO_ERR_INPUT, "wrong-type", "must have exactly one member, and has %zu",
				  json_object_size(value));
	return CO_OK;
}

static int check_list(const struct co_api_shape *shape, json_t *value, struct co_err *err)
{
	json_t *item;
	size_t i;

	json_array_foreach(value, i, item)
		if (check_value(&shape->members[0], item, err) < 0)
			return co_err_under_index(err, i), CO_ERR_INPUT;
	return CO_OK;
}

static int check_map(const struct co_api_shape *shape, json_t *value, struct co_err *err)
{
	const char *name;
	json_t *item;

	json_object_foreach(value, name, item)
		if (check_value(&shape->members[1], item, err) < 0)
			return co_err_under(err, name), CO_ERR_INPUT;
	return CO_OK;
}

static int is_base64(const char *s)
{
	struct co_buf bytes = CO_BUF_INIT;
	int good = co_base64_decode(&bytes, s, strlen(s)) == 0;

	co_buf_clear(&bytes);
	return good;
}

static int fits(const struct co_api_member *member, const json_t *value)
{
	switch (member->shape->type) {
	case CO_API_STRUCTURE:
	case CO_API_MAP:
		return json_is_object(value);
	case CO_API_LIST:
		return json_is_array(value);
	case CO_API_STRING: /* which the CLI takes as a value, too, where it is to hold JSON */
		return json_is_string(value) || (member->flags & CO_API_JSON_VALUE);
	case CO_API_INTEGER:
	case CO_API_LONG:
		return json_is_integer(value);
	case CO_API_FLOAT:
	case CO_API_DOUBLE:
		return json_is_number(value);
	case CO_API_BOOLEAN:
		return json_is_boolean(value);
	case CO_API_BLOB:
		return json_is_string(value) && is_base64(json_string_value(value));
	case CO_API_TIMESTAMP:
		return json_is_string(value) || json_is_number(value);
	case CO_API_ANY:
		return 1;
	}
	return 0;
}

static int check_value(const struct co_api_member *member, json_t *value, struct co_err *err)
{
	if (is_template(value))
		return CO_OK;
	if (!fits(member, value))
		return wrong_type(member->shape, value, err);
	switch (member->shape->type) {
	case CO_API_STRUCTURE:
		return check_structure(member->shape, value, err);
	case CO_API_LIST:
		return check_list(member->shape, value, err);
	case CO_API_MAP:
		return check_map(member->shape, value, err);
	default:
		return CO_OK;
	}
}

int co_api_check(const struct co_api *api, const char *name, json_t *given, json_t **with, struct co_err *err)
{
	static const struct co_api_shape nothing = { .type = CO_API_STRUCTURE };
	struct co_api_member input = { .name = "" };
	struct co_api_operation *operation;
	json_t *value = given ? json_incref(given) : json_object();
	int rc = co_api_operation(api, name, CO_API_INPUT, &operation, err);

	if (rc == CO_OK) {
		input.shape = operation->input.shape ? operation->input.shape : &nothing;
		rc = json_is_object(value) ? check_value(&input, value, err) : wrong_type(input.shape, value, err);
		co_api_operation_free(operation);
	}
	if (rc == CO_OK)
		*with = value;
	else
		json_decref(value);
	return rc;
}
