/* SPDX-License-Identifier: Apache-2.0 */
#include "catalog/parameter.h"

#include "base/time.h"
#include "catalog/apiread.h"
#include "catalog/catalog.h"
#include "codec/shape.h"

#include <stdlib.h>
#include <string.h>

enum type {
	STRING = 1,
	INTEGER,
	BOOLEAN,
	DURATION,
	PERCENT,
	PORT,
	PATH,
	STRINGS,
	INTEGERS,
	OBJECT,
	OBJECTS,
};

static const char *const type_names[] = { "string", "integer", "boolean",  "duration", "percent", "port",
					  "path",   "strings", "integers", "object",   "objects", NULL };

struct parameter {
	char *name;
	int type; /* enum type */
	int required;
	char *preset; /* the default's text; NULL: none */
};

struct parameters {
	struct parameter *items;
	size_t count;
};

static void clear(struct parameters *p)
{
	size_t i;

	for (i = 0; i < p->count; i++) {
		free(p->items[i].name);
		free(p->items[i].preset);
	}
	free(p->items);
}

static const struct parameter *find(const struct parameters *p, const char *name)
{
	size_t i;

	for (i = 0; i < p->count; i++)
		if (p->items[i].name && strcmp(p->items[i].name, name) == 0)
			return &p->items[i];
	return NULL;
}

static int bad_column(const char *word, size_t len, const char *why, struct co_err *err)
{
	return co_err_set(err, CO_ERR_INPUT, "bad-catalog", "parameter \"%.*s\" %s", (int)len, word, why);
}

/* One NAME=TYPE[:DEFAULT] of len bytes. */
static int parse_one(struct parameters *p, const char *word, size_t len, struct co_err *err)
{
	int required = *word == '!', type;
	const char *name = word + required, *end = word + len;
	const char *equals = memchr(name, '=', (size_t)(end - name)), *colon;
	struct parameter *item;
	char *text;

	if (!equals || equals == name)
		return bad_column(word, len, "is not NAME=TYPE", err);
	colon = memchr(equals, ':', (size_t)(end - equals));
	text = co_xmemdup(equals + 1, (size_t)((colon ? colon : end) - equals - 1));
	type = co_enum_value(type_names, text);
	free(text);
	if (!type)
		return bad_column(word, len, "has an unknown type", err);
	if (colon && (required || type >= OBJECT))
		return bad_column(word, len, "cannot have a default", err);
	text = co_xmemdup(name, (size_t)(equals - name));
	if (find(p, text)) {
		free(text);
		return bad_column(word, len, "is there twice", err);
	}
	item = co_grow(&p->items, &p->count, sizeof(*item));
	*item = (struct parameter){ text, type, required,
				    colon ? co_xmemdup(colon + 1, (size_t)(end - colon - 1)) : NULL };
	return CO_OK;
}

static int parse(const char *column, struct parameters *out, struct co_err *err)
{
	int rc = CO_OK;

	if (strcmp(column, "-") == 0)
		return CO_OK;
	while (*column && rc == CO_OK) {
		size_t len = strcspn(column, " ");

		rc = parse_one(out, column, len, err);
		column += len;
		column += *column == ' ';
	}
	return rc;
}

static int is_path(const char *s)
{
	const char *p;

	if (*s != '/')
		return 0;
	for (p = s; (p = strstr(p, "/..")); p++)
		if (!p[3] || p[3] == '/')
			return 0;
	return 1;
}

static int in_range(const json_t *value, json_int_t min, json_int_t max)
{
	return json_is_integer(value) && json_integer_value(value) >= min && json_integer_value(value) <= max;
}

static int list_of(json_t *value, int (*is)(const json_t *))
{
	json_t *item;
	size_t i;

	json_array_foreach(value, i, item)
		if (!is(item))
			return 0;
	return json_is_array(value);
}

static int is_string(const json_t *value)
{
	return json_is_string(value);
}

static int is_object(const json_t *value)
{
	return json_is_object(value);
}

/* Filled in when the step runs, and checked then. */
static int is_template(const json_t *value)
{
	return json_is_string(value) && strstr(json_string_value(value), "${");
}

static int is_integer(const json_t *value)
{
	return json_is_integer(value) || is_template(value);
}

static int matches(int type, json_t *value)
{
	int64_t ms;

	if (is_template(value))
		return 1;
	switch ((enum type)type) {
	case STRING:
		return json_is_string(value);
	case INTEGER:
		return in_range(value, -CO_JSON_INT_MAX, CO_JSON_INT_MAX);
	case BOOLEAN:
		return json_is_boolean(value);
	case DURATION:
		return json_is_string(value) && co_duration_parse(&ms, json_string_value(value)) == 0;
	case PERCENT:
		return in_range(value, 0, 100);
	case PORT:
		return in_range(value, 1, 65535);
	case PATH:
		return json_is_string(value) && is_path(json_string_value(value));
	case STRINGS:
		return list_of(value, is_string);
	case INTEGERS:
		return list_of(value, is_integer);
	case OBJECT:
		return json_is_object(value);
	case OBJECTS:
		return list_of(value, is_object);
	}
	return 0;
}

/* A number if it is one, else the string: matches() tells whether that will do. */
static json_t *scalar(int number, const char *text, size_t len)
{
	char *copy = co_xmemdup(text, len), *end;
	long long n = strtoll(copy, &end, 10);
	json_t *value = number && len && !*end ? json_integer(n) : json_stringn_nocheck(text, len);

	free(copy);
	return value;
}

/* The default of a parameter as a value of its type; a new reference. */
static json_t *preset(const struct parameter *p)
{
	const char *text = p->preset;
	json_t *list;

	switch ((enum type)p->type) {
	case BOOLEAN:
		if (strcmp(text, "true") == 0 || strcmp(text, "false") == 0)
			return json_boolean(*text == 't');
		return json_string_nocheck(text);
	case STRINGS:
	case INTEGERS:
		list = json_array();
		while (*text) {
			size_t len = strcspn(text, ",");

			json_array_append_new(list, scalar(p->type == INTEGERS, text, len));
			text += len;
			text += *text == ',';
		}
		return list;
	case INTEGER:
	case PERCENT:
	case PORT:
		return scalar(1, text, strlen(text));
	case STRING:
	case DURATION:
	case PATH:
	case OBJECT:
	case OBJECTS:
		break;
	}
	return json_string_nocheck(text);
}

int co_parameters_check(const char *column, struct co_err *err)
{
	struct parameters all = { NULL, 0 };
	int rc = parse(column, &all, err);
	size_t i;

	for (i = 0; rc == CO_OK && i < all.count; i++) {
		const struct parameter *p = &all.items[i];
		json_t *value = p->preset ? preset(p) : NULL;

		if (value && !matches(p->type, value))
			rc = bad_column(p->name, strlen(p->name), "has a default of another type", err);
		json_decref(value);
	}
	clear(&all);
	return rc;
}

static int unknown(const struct parameters *all, const char *name, struct co_err *err)
{
	const char **names = co_xcalloc(all->count, sizeof(*names));
	size_t i;

	for (i = 0; i < all->count; i++)
		names[i] = all->items[i].name;
	co_err_set(err, CO_ERR_INPUT, "unknown-parameter", "unknown parameter \"%s\"", name);
	co_err_suggest(err, name, names, all->count);
	co_err_under(err, name);
	free(names);
	return CO_ERR_INPUT;
}

static int check_given(const struct parameters *all, json_t *given, struct co_err *err)
{
	const char *name;
	json_t *value;

	json_object_foreach(given, name, value) {
		const struct parameter *p = find(all, name);

		if (!p)
			return unknown(all, name, err);
		if (matches(p->type, value))
			continue;
		if (json_is_string(value))
			co_err_set(err, CO_ERR_INPUT, "wrong-type", "parameter \"%s\" is of type %s, not \"%s\"",
				   name, co_enum_name(type_names, p->type), json_string_value(value));
		else
			co_err_set(err, CO_ERR_INPUT, "wrong-type", "parameter \"%s\" is of type %s, and this is %s",
				   name, co_enum_name(type_names, p->type), co_json_type(value));
		return co_err_under(err, name), CO_ERR_INPUT;
	}
	return CO_OK;
}

/* The given ones in the catalogue's order, so that the same call gives the same bytes. */
static int fill(const struct parameters *all, json_t *given, json_t *with, struct co_err *err)
{
	size_t i;

	for (i = 0; i < all->count; i++) {
		const struct parameter *p = &all->items[i];
		json_t *value = json_object_get(given, p->name);

		if (value)
			json_object_set_nocheck(with, p->name, value);
		else if (p->preset)
			json_object_set_new_nocheck(with, p->name, preset(p));
		else if (p->required)
			return co_err_set(err, CO_ERR_INPUT, "missing-parameter", "parameter \"%s\" is missing",
					  p->name);
	}
	return CO_OK;
}

int co_operation_check(const struct co_operation *operation, json_t *given, json_t **with, struct co_err *err)
{
	struct parameters all = { NULL, 0 };
	json_t *filled = json_object();
	int rc = CO_OK;

	if (operation->api) {
		json_decref(filled);
		return co_api_check(operation->api, operation->name, given, with, err);
	}
	if (given && !json_is_object(given))
		rc = co_err_set(err, CO_ERR_INPUT, "wrong-type", "parameters are an object, and this is %s",
				co_json_type(given));
	if (rc == CO_OK)
		rc = parse(operation->parameters, &all, err);
	if (rc == CO_OK)
		rc = check_given(&all, given, err);
	if (rc == CO_OK)
		rc = fill(&all, given, filled, err);
	if (rc == CO_OK)
		*with = filled;
	else
		json_decref(filled);
	clear(&all);
	return rc;
}
