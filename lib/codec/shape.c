/* SPDX-License-Identifier: Apache-2.0 */
#include "codec/shape.h"

#include "base/time.h"
#include "codec/field.h"

#include <stdlib.h>
#include <string.h>

static size_t names_count(const char *const *names)
{
	size_t n = 0;

	while (names[n])
		n++;
	return n;
}

const char *co_enum_name(const char *const *names, int value)
{
	return value > 0 && (size_t)value <= names_count(names) ? names[value - 1] : "";
}

int co_enum_value(const char *const *names, const char *name)
{
	int i;

	for (i = 0; names[i]; i++)
		if (strcmp(names[i], name) == 0)
			return i + 1;
	return 0;
}

static int wrong_type(json_t *value, const char *expected, struct co_err *err)
{
	return co_err_set(err, CO_ERR_INPUT, "wrong-type", "expected %s, found %s", expected,
			  co_json_type(value));
}

static int empty(struct co_err *err)
{
	return co_err_set(err, CO_ERR_INPUT, "empty", "must not be empty");
}

static int decode_str(const struct co_field *f, json_t *value, struct co_pool *pool, char **out, struct co_err *err)
{
	if (!json_is_string(value))
		return wrong_type(value, "a string", err);
	if ((f->flags & (CO_NONEMPTY | CO_NAMES)) && !json_string_length(value))
		return empty(err);
	co_pool_drop(pool, *out);
	*out = co_pool_memdup(pool, json_string_value(value), json_string_length(value));
	return CO_OK;
}

static int decode_strs(const struct co_field *f, json_t *value, struct co_pool *pool, struct co_field_list *out,
		       struct co_err *err)
{
	size_t i;
	json_t *item;
	int rc;

	co_field_clear_list(f, pool, out);
	if ((f->flags & CO_ONE_OK) && json_is_string(value))
		return decode_str(f, value, pool, co_pool_grow(pool, &out->items, &out->count, sizeof(char *)), err);
	if (!json_is_array(value))
		return wrong_type(value, "a list of strings", err);
	json_array_foreach(value, i, item) {
		rc = decode_str(f, item, pool, co_pool_grow(pool, &out->items, &out->count, sizeof(char *)), err);
		if (rc < 0)
			return co_err_under_index(err, i), rc;
	}
	return CO_OK;
}

static int decode_int(const struct co_field *f, json_t *value, int64_t *out, struct co_err *err)
{
	int64_t min = f->min, max = f->max, n;

	if (!min && !max) {
		min = -CO_JSON_INT_MAX;
		max = CO_JSON_INT_MAX;
	}
	if (!json_is_integer(value))
		return wrong_type(value, "an integer", err);
	n = json_integer_value(value);
	if (n < min || n > max)
		return co_err_set(err, CO_ERR_INPUT, "out-of-range", "%lld is not between %lld and %lld",
				  (long long)n, (long long)min, (long long)max);
	*out = n;
	return CO_OK;
}

static int decode_time(json_t *value, int64_t *out, struct co_err *err)
{
	if (!json_is_string(value))
		return wrong_type(value, "a time", err);
	if (co_time_parse(out, json_string_value(value)) < 0)
		return co_err_set(err, CO_ERR_INPUT, "bad-time",
				  "\"%s\" is not a time of the form 2026-11-23T06:18:59Z",
				  json_string_value(value));
	return CO_OK;
}

static int decode_enum(const struct co_field *f, json_t *value, int *out, struct co_err *err)
{
	int n;

	if (!json_is_string(value))
		return wrong_type(value, "a string", err);
	n = co_enum_value(f->names, json_string_value(value));
	if (!n) {
		co_err_set(err, CO_ERR_INPUT, "unknown-value", "unknown value \"%s\"",
			   json_string_value(value));
		return co_err_suggest(err, json_string_value(value), f->names, names_count(f->names)),
		       CO_ERR_INPUT;
	}
	*out = n;
	return CO_OK;
}

static int decode_value(const struct co_shape *shape, json_t *value, struct co_pool *pool, void *out, struct co_err *err);

static int decode_list(const struct co_field *f, json_t *value, struct co_pool *pool, struct co_field_list *out,
		       struct co_err *err)
{
	size_t i;
	json_t *item;
	int rc;

	co_field_clear_list(f, pool, out);
	if (!json_is_array(value))
		return wrong_type(value, "a list", err);
	json_array_foreach(value, i, item) {
		rc = decode_value(f->shape, item, pool, co_pool_grow(pool, &out->items, &out->count, f->shape->size), err);
		if (rc < 0)
			return co_err_under_index(err, i), rc;
	}
	return CO_OK;
}

/* Most differ in their first letter. */
static int is_key(const char *s, const char *key, size_t len)
{
	return (!len || *s == *key) && strncmp(s, key, len) == 0 && !s[len];
}

void *co_field_element(const struct co_field *f, struct co_pool *pool, struct co_field_list *list, size_t among,
		       const char *key, size_t len)
{
	char **element;
	size_t i;

	for (i = 0; i < among; i++) {
		element = (void *)((char *)list->items + i * f->shape->size);
		if (is_key(*element, key, len))
			return element;
	}
	element = co_pool_grow(pool, &list->items, &list->count, f->shape->size);
	*element = co_pool_memdup(pool, key, len);
	return element;
}

static int decode_map(const struct co_field *f, json_t *value, struct co_pool *pool, struct co_field_list *out,
		      struct co_err *err)
{
	const size_t before = out->count;
	const char *key;
	json_t *item;
	int rc;

	if (!json_is_object(value))
		return wrong_type(value, "an object", err);
	json_object_foreach(value, key, item) {
		rc = decode_value(f->shape, item, pool,
				  co_field_element(f, pool, out, before, key, strlen(key)), err);
		if (rc < 0)
			return co_err_under(err, key), rc;
	}
	return CO_OK;
}

static int decode_object(const struct co_field *f, json_t *value, struct co_pool *pool, void **out, struct co_err *err)
{
	if (!*out)
		*out = co_pool_take(pool, f->shape->size);
	return decode_value(f->shape, value, pool, *out, err);
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

static int decode_json(const struct co_field *f, json_t *value, json_t **out, struct co_err *err)
{
	if ((f->flags & CO_OBJECT_ONLY) && !json_is_object(value))
		return wrong_type(value, "an object", err);
	if (json_is_object(*out) && json_is_object(value)) {
		merge(*out, value);
		return CO_OK;
	}
	json_decref(*out);
	*out = json_incref(value);
	return CO_OK;
}

int co_field_decode(const struct co_field *f, json_t *value, struct co_pool *pool, void *doc, struct co_err *err)
{
	void *to = (char *)doc + f->offset;
	int rc = CO_OK;

	switch (f->type) {
	case CO_FIELD_STR:
		return decode_str(f, value, pool, to, err);
	case CO_FIELD_STRS:
		rc = decode_strs(f, value, pool, to, err);
		break;
	case CO_FIELD_INT:
		return decode_int(f, value, to, err);
	case CO_FIELD_BOOL:
		if (!json_is_boolean(value))
			return wrong_type(value, "true or false", err);
		*(int *)to = json_is_true(value);
		return CO_OK;
	case CO_FIELD_TIME:
		return decode_time(value, to, err);
	case CO_FIELD_ENUM:
		return decode_enum(f, value, to, err);
	case CO_FIELD_OBJECT:
		return decode_object(f, value, pool, to, err);
	case CO_FIELD_LIST:
		rc = decode_list(f, value, pool, to, err);
		break;
	case CO_FIELD_MAP:
		rc = decode_map(f, value, pool, to, err);
		break;
	case CO_FIELD_JSON:
		return decode_json(f, value, to, err);
	}
	if (rc == CO_OK && (f->flags & CO_NONEMPTY) && !((struct co_field_list *)to)->count)
		return empty(err);
	return rc;
}

const struct co_field *co_field_find(const struct co_shape *shape, const char *key, size_t len)
{
	const struct co_field *f;

	for (f = shape->fields; f->key; f++)
		if (is_key(f->key, key, len))
			return f;
	return NULL;
}

static int unknown_key(const struct co_shape *shape, const char *key, struct co_err *err)
{
	const char *keys[64];
	const struct co_field *f;
	size_t n = 0;

	for (f = shape->fields; f->key && n < CO_COUNT(keys); f++)
		keys[n++] = f->key;
	co_err_set(err, CO_ERR_INPUT, "unknown-key", "unknown key \"%s\" in %s", key, shape->noun);
	co_err_suggest(err, key, keys, n);
	co_err_under(err, key);
	return CO_ERR_INPUT;
}

static int decode_keys(const struct co_shape *shape, json_t *value, struct co_pool *pool, void *out, struct co_err *err)
{
	const struct co_field *f;
	const char *key;
	json_t *member;

	json_object_foreach(value, key, member) {
		f = co_field_find(shape, key, strlen(key));
		if (!f)
			return unknown_key(shape, key, err);
		if (co_field_decode(f, member, pool, out, err) < 0) {
			co_err_under(err, key);
			return CO_ERR_INPUT;
		}
	}
	for (f = shape->fields; f->key; f++)
		if ((f->flags & CO_REQUIRED) && !json_object_get(value, f->key))
			return co_err_set(err, CO_ERR_INPUT, "missing-key", "%s has no \"%s\"",
					  shape->noun, f->key);
	return CO_OK;
}

int co_field_is_itself(const struct co_shape *shape)
{
	return shape->fields->key && !*shape->fields->key;
}

static int decode_value(const struct co_shape *shape, json_t *value, struct co_pool *pool, void *out, struct co_err *err)
{
	if (co_field_is_itself(shape))
		return co_field_decode(shape->fields, value, pool, out, err);
	if (json_is_object(value))
		return decode_keys(shape, value, pool, out, err);
	return co_err_set(err, CO_ERR_INPUT, "wrong-type", "%s is not an object but %s", shape->noun, co_json_type(value));
}

int co_shape_decode(const struct co_shape *shape, json_t *value, void *out, struct co_err *err)
{
	int rc = decode_value(shape, value, NULL, out, err);

	if (rc < 0)
		co_shape_clear(shape, out);
	return rc;
}

int co_shape_decode_pool(const struct co_shape *shape, json_t *value, struct co_pool *pool, void *out, struct co_err *err)
{
	return decode_value(shape, value, pool, out, err);
}

/* Whatever a host or a person named it, the document stays valid. */
static json_t *encode_str(const char *s)
{
	return co_json_string(s, strlen(s));
}

static json_t *encode_strs(const struct co_field_list *list)
{
	json_t *array = json_array();
	size_t i;

	for (i = 0; i < list->count; i++)
		json_array_append_new(array, encode_str(((char **)list->items)[i]));
	return array;
}

static json_t *encode_list(const struct co_field *f, const struct co_field_list *list)
{
	json_t *array = json_array();
	size_t i;

	for (i = 0; i < list->count; i++)
		json_array_append_new(
			array, co_shape_encode(f->shape, (char *)list->items + i * f->shape->size));
	return array;
}

static json_t *encode_map(const struct co_field *f, const struct co_field_list *list)
{
	json_t *object = json_object();
	size_t i;

	for (i = 0; i < list->count; i++) {
		void *element = (char *)list->items + i * f->shape->size;

		json_object_set_new_nocheck(object, *(char **)element,
					    co_shape_encode(f->shape, element));
	}
	return object;
}

static json_t *encode_time(int64_t seconds)
{
	char text[CO_TIME_LEN + 1];

	co_time_format(text, seconds);
	return json_string_nocheck(text);
}

int co_field_is_absent(const struct co_field *f, const void *at)
{
	const int always = (f->flags & (CO_WRITTEN | CO_REQUIRED)) != 0;
	void *pointer;

	switch (f->type) {
	case CO_FIELD_STR:
	case CO_FIELD_OBJECT:
	case CO_FIELD_JSON:
		memcpy(&pointer, at, sizeof(pointer));
		return !pointer;
	case CO_FIELD_STRS:
	case CO_FIELD_LIST:
	case CO_FIELD_MAP:
		return !((const struct co_field_list *)at)->count && !always;
	case CO_FIELD_INT:
	case CO_FIELD_TIME:
		return !*(const int64_t *)at && !always;
	case CO_FIELD_BOOL:
		return !*(const int *)at && !always;
	case CO_FIELD_ENUM:
		return !*(const int *)at;
	}
	return 1;
}

/* NULL for a field that is absent. */
static json_t *encode_field(const struct co_field *f, const void *at)
{
	void *pointer;

	if (co_field_is_absent(f, at))
		return NULL;
	switch (f->type) {
	case CO_FIELD_STR:
		return encode_str(*(char *const *)at);
	case CO_FIELD_STRS:
		return encode_strs(at);
	case CO_FIELD_INT:
		return json_integer(*(const int64_t *)at);
	case CO_FIELD_BOOL:
		return json_boolean(*(const int *)at);
	case CO_FIELD_TIME:
		return encode_time(*(const int64_t *)at);
	case CO_FIELD_ENUM:
		return json_string_nocheck(co_enum_name(f->names, *(const int *)at));
	case CO_FIELD_OBJECT:
		memcpy(&pointer, at, sizeof(pointer));
		return co_shape_encode(f->shape, pointer);
	case CO_FIELD_LIST:
		return encode_list(f, at);
	case CO_FIELD_MAP:
		return encode_map(f, at);
	case CO_FIELD_JSON:
		memcpy(&pointer, at, sizeof(pointer));
		return json_incref(pointer);
	}
	return NULL;
}

json_t *co_shape_encode(const struct co_shape *shape, const void *in)
{
	const struct co_field *f;
	json_t *object;

	if (co_field_is_itself(shape))
		return encode_field(shape->fields, (const char *)in + shape->fields->offset);
	object = json_object();
	for (f = shape->fields; f->key; f++) {
		json_t *value = encode_field(f, (const char *)in + f->offset);

		if (value)
			json_object_set_new_nocheck(object, f->key, value);
	}
	return object;
}

static void clear_list(const struct co_field *f, struct co_field_list *list)
{
	size_t i;

	for (i = 0; i < list->count; i++) {
		char *element = (char *)list->items + i * (f->shape ? f->shape->size : sizeof(char *));

		if (f->type == CO_FIELD_STRS || f->type == CO_FIELD_MAP)
			free(*(char **)(void *)element);
		if (f->shape)
			co_shape_clear(f->shape, element);
	}
	free(list->items);
}

void co_field_clear_list(const struct co_field *f, const struct co_pool *pool, struct co_field_list *list)
{
	if (!pool)
		clear_list(f, list);
	*list = (struct co_field_list){ NULL, 0 };
}

void co_shape_clear(const struct co_shape *shape, void *doc)
{
	const struct co_field *f;
	void *pointer;

	for (f = shape->fields; f->key; f++) {
		void *at = (char *)doc + f->offset;

		switch (f->type) {
		case CO_FIELD_STR:
			memcpy(&pointer, at, sizeof(pointer));
			free(pointer);
			break;
		case CO_FIELD_OBJECT:
			memcpy(&pointer, at, sizeof(pointer));
			if (pointer)
				co_shape_clear(f->shape, pointer);
			free(pointer);
			break;
		case CO_FIELD_STRS:
		case CO_FIELD_LIST:
		case CO_FIELD_MAP:
			clear_list(f, at);
			break;
		case CO_FIELD_JSON:
			memcpy(&pointer, at, sizeof(pointer));
			json_decref(pointer);
			break;
		case CO_FIELD_INT:
		case CO_FIELD_BOOL:
		case CO_FIELD_TIME:
		case CO_FIELD_ENUM:
			break;
		}
	}
	memset(doc, 0, shape->size);
}
