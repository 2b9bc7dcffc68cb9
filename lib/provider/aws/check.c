/* SPDX-License-Identifier: Apache-2.0 */
/* Parameters against the model, before anything is made of them. */
#include "provider/aws/wire.h"

#include <stdlib.h>
#include <string.h>

#include "base/base64.h"
#include "codec/json.h"

static int wrong(struct co_err *err, const char *what)
{
	return co_err_set(err, CO_ERR_INPUT, "bad-parameter", "%s", what);
}

static int check_string(const char *noun, const json_t *value, struct co_err *err)
{
	if (json_is_string(value))
		return CO_OK;
	return co_err_set(err, CO_ERR_INPUT, "bad-parameter", "%s where %s is expected", co_json_type(value), noun);
}

static int check_blob(const json_t *value, struct co_err *err)
{
	struct co_buf bytes = CO_BUF_INIT;
	int rc = check_string("base64 text", value, err);

	if (rc < 0)
		return rc;
	if (co_base64_decode(&bytes, json_string_value(value), json_string_length(value)) < 0)
		rc = wrong(err, "not base64 (RFC 4648, with padding)");
	co_buf_clear(&bytes);
	return rc;
}

static int check_time(const json_t *value, struct co_err *err)
{
	struct co_aws_time time;

	if (co_aws_time_parse(&time, value) == 0)
		return CO_OK;
	return wrong(err, "neither seconds since the epoch nor a time like \"2026-11-23T06:18:59Z\"");
}

static int check_real(const json_t *value, struct co_err *err)
{
	const char *s = json_string_value(value);

	if (json_is_number(value) || (s && (!strcmp(s, "NaN") || !strcmp(s, "Infinity") || !strcmp(s, "-Infinity"))))
		return CO_OK;
	return co_err_set(err, CO_ERR_INPUT, "bad-parameter", "%s where a number is expected", co_json_type(value));
}

static int suggest(const struct co_api_shape *shape, const char *key, struct co_err *err)
{
	const char **names = co_xcalloc(shape->count + 1, sizeof(*names));
	size_t i;

	for (i = 0; i < shape->count; i++)
		names[i] = shape->members[i].name;
	co_err_set(err, CO_ERR_INPUT, "bad-parameter", "unknown parameter \"%s\"", key);
	co_err_suggest(err, key, names, shape->count);
	free(names);
	return err ? err->code : CO_ERR_INPUT;
}

static int check_structure(const struct co_api_shape *shape, const json_t *value, struct co_err *err)
{
	const char *key;
	json_t *each;
	size_t i;

	if (!json_is_object(value))
		return co_err_set(err, CO_ERR_INPUT, "bad-parameter", "%s where an object is expected", co_json_type(value));
	json_object_foreach((json_t *)(uintptr_t)value, key, each) {
		const struct co_api_member *member = co_api_member(shape, key);

		if (!member)
			return suggest(shape, key, err);
		if (co_aws_check(member, each, err) < 0)
			return co_err_under(err, key);
	}
	for (i = 0; i < shape->count; i++) {
		if ((shape->members[i].flags & CO_API_REQUIRED) && !json_object_get(value, shape->members[i].name))
			return co_err_set(err, CO_ERR_INPUT, "bad-parameter", "\"%s\" is required", shape->members[i].name);
	}
	if (shape->is_union && json_object_size(value) != 1)
		return wrong(err, "exactly one member must be given");
	return CO_OK;
}

static int check_list(const struct co_api_member *element, const json_t *value, struct co_err *err)
{
	json_t *each;
	size_t i;

	if (!json_is_array(value))
		return co_err_set(err, CO_ERR_INPUT, "bad-parameter", "%s where a list is expected", co_json_type(value));
	json_array_foreach(value, i, each) {
		if (co_aws_check(element, each, err) < 0)
			return co_err_under_index(err, i);
	}
	return CO_OK;
}

static int check_map(const struct co_api_member *of, const json_t *value, struct co_err *err)
{
	const char *key;
	json_t *each;

	if (!json_is_object(value))
		return co_err_set(err, CO_ERR_INPUT, "bad-parameter", "%s where an object is expected", co_json_type(value));
	json_object_foreach((json_t *)(uintptr_t)value, key, each) {
		if (co_aws_check(of, each, err) < 0)
			return co_err_under(err, key);
	}
	return CO_OK;
}

int co_aws_check(const struct co_api_member *member, const json_t *value, struct co_err *err)
{
	const struct co_api_shape *shape = member->shape;

	if ((member->flags & CO_API_JSON_VALUE) && member->place == CO_API_IN_HEADER)
		return CO_OK;
	switch (shape->type) {
	case CO_API_STRUCTURE:
		return check_structure(shape, value, err);
	case CO_API_LIST:
		return check_list(&shape->members[0], value, err);
	case CO_API_MAP:
		return check_map(&shape->members[1], value, err);
	case CO_API_STRING:
		return check_string("a string", value, err);
	case CO_API_INTEGER:
	case CO_API_LONG:
		return json_is_integer(value) ? CO_OK : co_err_set(err, CO_ERR_INPUT, "bad-parameter",
								   "%s where an integer is expected", co_json_type(value));
	case CO_API_FLOAT:
	case CO_API_DOUBLE:
		return check_real(value, err);
	case CO_API_BOOLEAN:
		return json_is_boolean(value) ? CO_OK : wrong(err, "neither true nor false");
	case CO_API_BLOB:
		return check_blob(value, err);
	case CO_API_TIMESTAMP:
		return check_time(value, err);
	case CO_API_ANY:
		break;
	}
	return CO_OK;
}
