/* SPDX-License-Identifier: Apache-2.0 */
/* Structs straight to text: the bytes that co_json_write() makes of what co_shape_encode() makes of them. */
#include "base/escape.h"
#include "base/time.h"
#include "codec/field.h"

#include <string.h>

/* As encode_str() of shape.c, which takes any bytes. */
static void write_str(struct co_buf *out, const char *s)
{
	const size_t len = strlen(s);
	json_t *clean;

	if (co_utf8_valid(s, len)) {
		co_json_write_string(out, s, len);
		return;
	}
	clean = co_json_string(s, len);
	co_json_write(out, clean, CO_JSON_COMPACT);
	json_decref(clean);
}

static void write_time(struct co_buf *out, int64_t seconds)
{
	char text[CO_TIME_LEN + 1];

	co_time_format(text, seconds);
	co_json_write_string(out, text, CO_TIME_LEN);
}

static void write_strs(struct co_buf *out, const struct co_field_list *list)
{
	char *const *items = list->items;
	size_t i;

	co_buf_addc(out, '[');
	for (i = 0; i < list->count; i++) {
		if (i)
			co_buf_addc(out, ',');
		write_str(out, items[i]);
	}
	co_buf_addc(out, ']');
}

static void write_list(struct co_buf *out, const struct co_shape *shape, const struct co_field_list *list)
{
	size_t i;

	co_buf_addc(out, '[');
	for (i = 0; i < list->count; i++) {
		if (i)
			co_buf_addc(out, ',');
		co_shape_write(out, shape, (const char *)list->items + i * shape->size);
	}
	co_buf_addc(out, ']');
}

static void write_map(struct co_buf *out, const struct co_shape *shape, const struct co_field_list *list)
{
	size_t i;

	co_buf_addc(out, '{');
	for (i = 0; i < list->count; i++) {
		const void *element = (const char *)list->items + i * shape->size;

		if (i)
			co_buf_addc(out, ',');
		write_str(out, *(char *const *)element);
		co_buf_addc(out, ':');
		co_shape_write(out, shape, element);
	}
	co_buf_addc(out, '}');
}

static void write_field(struct co_buf *out, const struct co_field *f, const void *at)
{
	void *pointer;

	switch (f->type) {
	case CO_FIELD_STR:
		write_str(out, *(char *const *)at);
		break;
	case CO_FIELD_STRS:
		write_strs(out, at);
		break;
	case CO_FIELD_INT:
		co_json_write_integer(out, *(const int64_t *)at);
		break;
	case CO_FIELD_BOOL:
		co_buf_adds(out, *(const int *)at ? "true" : "false");
		break;
	case CO_FIELD_TIME:
		write_time(out, *(const int64_t *)at);
		break;
	case CO_FIELD_ENUM:
		write_str(out, co_enum_name(f->names, *(const int *)at));
		break;
	case CO_FIELD_OBJECT:
		memcpy(&pointer, at, sizeof(pointer));
		co_shape_write(out, f->shape, pointer);
		break;
	case CO_FIELD_LIST:
		write_list(out, f->shape, at);
		break;
	case CO_FIELD_MAP:
		write_map(out, f->shape, at);
		break;
	case CO_FIELD_JSON:
		memcpy(&pointer, at, sizeof(pointer));
		co_json_write(out, pointer, CO_JSON_COMPACT);
		break;
	}
}

void co_shape_write(struct co_buf *out, const struct co_shape *shape, const void *in)
{
	const struct co_field *f;
	const char *comma = "";

	if (co_field_is_itself(shape)) {
		write_field(out, shape->fields, (const char *)in + shape->fields->offset);
		return;
	}
	co_buf_addc(out, '{');
	for (f = shape->fields; f->key; f++) {
		const void *at = (const char *)in + f->offset;

		if (co_field_is_absent(f, at))
			continue;
		co_buf_adds(out, comma);
		co_json_write_string(out, f->key, strlen(f->key));
		co_buf_addc(out, ':');
		write_field(out, f, at);
		comma = ",";
	}
	co_buf_addc(out, '}');
}
