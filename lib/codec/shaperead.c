/* SPDX-License-Identifier: Apache-2.0 */
/*
 * YAML text straight into structs. An inventory as JSON values, to be decoded and freed, cost a stage three times as much.
 * What is rare is decoded by way of JSON all the same.
 */
#include "codec/field.h"
#include "codec/yamlread.h"

static int read_shape(const struct co_shape *shape, struct co_yaml_reader *r, struct co_pool *pool, void *out);

static int enter(struct co_yaml_reader *r, struct co_yaml_collection *c, int is_list)
{
	return co_yaml_is_collection(r) && co_yaml_enter(r, c) == 0 && c->is_list == is_list ? 0 : -1;
}

static int read_str(const struct co_field *f, struct co_yaml_reader *r, struct co_pool *pool, char **out)
{
	struct co_yaml_scalar s;

	if (co_yaml_take_scalar(r, &s) < 0 || !co_yaml_is_string(&s) || ((f->flags & (CO_NONEMPTY | CO_NAMES)) && !s.len))
		return -1;
	co_pool_drop(pool, *out);
	*out = co_pool_memdup(pool, s.text, s.len);
	return 0;
}

static int read_strs(const struct co_field *f, struct co_yaml_reader *r, struct co_pool *pool, struct co_field_list *out)
{
	struct co_yaml_collection c;
	struct co_yaml_scalar key;
	int more;

	co_field_clear_list(f, pool, out);
	if ((f->flags & CO_ONE_OK) && !co_yaml_is_collection(r))
		return read_str(f, r, pool, co_pool_grow(pool, &out->items, &out->count, sizeof(char *)));
	if (enter(r, &c, 1) < 0)
		return -1;
	while ((more = co_yaml_next(r, &c, &key)) > 0)
		if (read_str(f, r, pool, co_pool_grow(pool, &out->items, &out->count, sizeof(char *))) < 0)
			return -1;
	return more;
}

static int read_list(const struct co_field *f, struct co_yaml_reader *r, struct co_pool *pool, struct co_field_list *out)
{
	struct co_yaml_collection c;
	struct co_yaml_scalar key;
	int more;

	co_field_clear_list(f, pool, out);
	if (enter(r, &c, 1) < 0)
		return -1;
	while ((more = co_yaml_next(r, &c, &key)) > 0)
		if (read_shape(f->shape, r, pool, co_pool_grow(pool, &out->items, &out->count, f->shape->size)) < 0)
			return -1;
	return more;
}

/* More than MANY keys would take long to be compared with each other: JSON has a table for that. */
static int read_map(const struct co_field *f, struct co_yaml_reader *r, struct co_pool *pool, struct co_field_list *out)
{
	enum { MANY = 256 };
	unsigned char seen[MANY] = { 0 };
	struct co_yaml_collection c;
	struct co_yaml_scalar key;
	int more;

	if (enter(r, &c, 0) < 0)
		return -1;
	while ((more = co_yaml_next(r, &c, &key)) > 0) {
		char *element = co_field_element(f, pool, out, out->count, key.text, key.len);
		const size_t at = (size_t)(element - (char *)out->items) / f->shape->size;

		if (at >= MANY || seen[at]++ || read_shape(f->shape, r, pool, element) < 0)
			return -1;
	}
	return more;
}

static int read_object(const struct co_field *f, struct co_yaml_reader *r, struct co_pool *pool, void **out)
{
	if (!*out)
		*out = co_pool_take(pool, f->shape->size);
	return read_shape(f->shape, r, pool, *out);
}

static int read_other(const struct co_field *f, struct co_yaml_reader *r, struct co_pool *pool, void *doc)
{
	json_t *value = co_yaml_take_value(r);
	int rc = value ? co_field_decode(f, value, pool, doc, NULL) : -1;

	json_decref(value);
	return rc;
}

static int read_field(const struct co_field *f, struct co_yaml_reader *r, struct co_pool *pool, char *doc)
{
	void *to = doc + f->offset;
	int rc;

	switch (f->type) {
	case CO_FIELD_STR:
		return read_str(f, r, pool, to);
	case CO_FIELD_OBJECT:
		return read_object(f, r, pool, to);
	case CO_FIELD_STRS:
		rc = read_strs(f, r, pool, to);
		break;
	case CO_FIELD_LIST:
		rc = read_list(f, r, pool, to);
		break;
	case CO_FIELD_MAP:
		rc = read_map(f, r, pool, to);
		break;
	default:
		return read_other(f, r, pool, doc);
	}
	return rc == 0 && (f->flags & CO_NONEMPTY) && !((struct co_field_list *)to)->count ? -1 : rc;
}

/* seen has a bit for every row of the table that was there. */
static int is_complete(const struct co_shape *shape, uint64_t seen)
{
	const struct co_field *f;

	for (f = shape->fields; f->key; f++)
		if ((f->flags & CO_REQUIRED) && !(seen >> (f - shape->fields) & 1))
			return 0;
	return 1;
}

/* A key that only a longer table than that could have is left to JSON. */
static int read_shape(const struct co_shape *shape, struct co_yaml_reader *r, struct co_pool *pool, void *out)
{
	enum { BITS = 64 };
	struct co_yaml_collection c;
	struct co_yaml_scalar key;
	uint64_t seen = 0;
	int more;

	if (co_field_is_itself(shape))
		return read_field(shape->fields, r, pool, out);
	if (enter(r, &c, 0) < 0)
		return -1;
	while ((more = co_yaml_next(r, &c, &key)) > 0) {
		const struct co_field *f = co_field_find(shape, key.text, key.len);
		const uint64_t bit = f && f - shape->fields < BITS ? (uint64_t)1 << (f - shape->fields) : 0;

		if (!bit || (seen & bit) || read_field(f, r, pool, out) < 0)
			return -1;
		seen |= bit;
	}
	return more == 0 && is_complete(shape, seen) ? 0 : -1;
}

int co_shape_read(const struct co_shape *shape, const char *text, size_t len, struct co_pool *pool, void *out)
{
	struct co_yaml_reader r;
	int rc = co_yaml_open(&r, text, len) == 0 ? read_shape(shape, &r, pool, out) : -1;

	return co_yaml_close(&r) == 0 ? rc : -1;
}
