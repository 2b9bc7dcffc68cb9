/* SPDX-License-Identifier: Apache-2.0 */
/* Whether the input of an operation is right, by its shapes. */
#include "catalog/apiread.h"

#include "base/base64.h"

#include <stdint.h>
#include <string.h>

static const char *const type_names[] = { "an object", "a list",  "an object", "a string", "an integer", "an integer",
					  "a number",  "a number", "true or false", "base64 with padding (RFC 4648)",
					  "a time like 2026-11-23T06:18:59Z or seconds since the epoch", "any value" };

static int wrong_type(const struct co_api_shape *shape, const json_t *value, struct co_err *err)
{
	int is_text = json_is_string(value) && (shape->type == CO_API_BLOB || shape->type == CO_API_TIMESTAMP);

	return co_err_set(err, CO_ERR_INPUT, "wrong-type", "must be %s, and this is %s", type_names[shape->type - 1],
			  is_text ? "none" : co_json_type(value));
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

static int check_structure(const struct co_api_shape *shape, const json_t *value, int templates, struct co_err *err)
{
	const char *name;
	json_t *item;
	size_t i;

	json_object_foreach((json_t *)(uintptr_t)value, name, item) {
		const struct co_api_member *member = co_api_member(shape, name);

		if (!member)
			return unknown_member(shape, name, err);
		if (co_api_check_value(member, item, templates, err) < 0)
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

static int check_list(const struct co_api_shape *shape, const json_t *value, int templates, struct co_err *err)
{
	json_t *item;
	size_t i;

	json_array_foreach(value, i, item)
		if (co_api_check_value(&shape->members[0], item, templates, err) < 0)
			return co_err_under_index(err, i), CO_ERR_INPUT;
	return CO_OK;
}

static int check_map(const struct co_api_shape *shape, const json_t *value, int templates, struct co_err *err)
{
	const char *name;
	json_t *item;

	json_object_foreach((json_t *)(uintptr_t)value, name, item)
		if (co_api_check_value(&shape->members[1], item, templates, err) < 0)
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

/* What JSON has no numbers for. */
static int is_no_number(const json_t *value)
{
	const char *s = json_string_value(value);

	return s && (strcmp(s, "NaN") == 0 || strcmp(s, "Infinity") == 0 || strcmp(s, "-Infinity") == 0);
}

static int fits(const struct co_api_member *member, const json_t *value)
{
	struct co_api_instant instant;

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
		return json_is_number(value) || is_no_number(value);
	case CO_API_BOOLEAN:
		return json_is_boolean(value);
	case CO_API_BLOB:
		return json_is_string(value) && is_base64(json_string_value(value));
	case CO_API_TIMESTAMP:
		return co_api_instant_parse(&instant, value) == 0;
	case CO_API_ANY:
		return 1;
	}
	return 0;
}

int co_api_check_value(const struct co_api_member *member, const json_t *value, int templates, struct co_err *err)
{
	if (templates && is_template(value))
		return CO_OK;
	if (!fits(member, value))
		return wrong_type(member->shape, value, err);
	switch (member->shape->type) {
	case CO_API_STRUCTURE:
		return check_structure(member->shape, value, templates, err);
	case CO_API_LIST:
		return check_list(member->shape, value, templates, err);
	case CO_API_MAP:
		return check_map(member->shape, value, templates, err);
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
		rc = json_is_object(value) ? co_api_check_value(&input, value, 1, err) : wrong_type(input.shape, value, err);
		co_api_operation_free(operation);
	}
	if (rc == CO_OK)
		*with = value;
	else
		json_decref(value);
	return rc;
}
