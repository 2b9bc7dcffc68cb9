/* SPDX-License-Identifier: Apache-2.0 */
#include "codec/canon.h"

#include <stdlib.h>
#include <string.h>

static int write_integer(struct co_buf *out, json_int_t n, struct co_err *err)
{
	if (n > CO_JSON_INT_MAX || n < -CO_JSON_INT_MAX)
		return co_err_set(err, CO_ERR_INPUT, "out-of-range",
				  "integer %lld is beyond 2^53-1 and would not survive other programs",
				  (long long)n);
	co_json_write_integer(out, n);
	return CO_OK;
}

struct member {
	const char *key;
	size_t len;
	const json_t *value;
};

/*
 * Order of UTF-16 code units. It is the order of UTF-8 bytes, but that U+10000
 * and up (surrogates, first byte F0 and up) stand before U+E000..FFFF (EE, EF).
 */
static int compare_keys(const void *left, const void *right)
{
	const struct member *a = left, *b = right;
	size_t i, least = a->len < b->len ? a->len : b->len;

	for (i = 0; i < least; i++) {
		unsigned char x = (unsigned char)a->key[i], y = (unsigned char)b->key[i];

		if (x == y)
			continue;
		if (x >= 0xee && y >= 0xee && (x >= 0xf0) != (y >= 0xf0))
			return x >= 0xf0 ? -1 : 1;
		return x < y ? -1 : 1;
	}
	return (a->len > b->len) - (a->len < b->len);
}

static struct member *sorted_members(json_t *object, size_t count)
{
	struct member *members = co_xcalloc(count, sizeof(*members));
	struct member *m = members;
	void *iter;

	for (iter = json_object_iter(object); iter; iter = json_object_iter_next(object, iter), m++) {
		m->key = json_object_iter_key(iter);
		m->len = json_object_iter_key_len(iter);
		m->value = json_object_iter_value(iter);
	}
	if (count > 1)
		qsort(members, count, sizeof(*members), compare_keys);
	return members;
}

static int write_value(struct co_buf *out, const json_t *value, struct co_err *err);

static int write_object(struct co_buf *out, const json_t *object, struct co_err *err)
{
	size_t i, count = json_object_size(object);
	/* Iterating changes nothing, but jansson's iterators take no const. */
	struct member *members = sorted_members((json_t *)(uintptr_t)object, count);
	int rc = CO_OK;

	co_buf_addc(out, '{');
	for (i = 0; i < count && rc == CO_OK; i++) {
		if (i)
			co_buf_addc(out, ',');
		co_json_write_string(out, members[i].key, members[i].len);
		co_buf_addc(out, ':');
		rc = write_value(out, members[i].value, err);
		if (rc < 0)
			co_err_under(err, members[i].key);
	}
	co_buf_addc(out, '}');
	free(members);
	return rc;
}

static int write_array(struct co_buf *out, const json_t *array, struct co_err *err)
{
	size_t i, count = json_array_size(array);
	int rc = CO_OK;

	co_buf_addc(out, '[');
	for (i = 0; i < count && rc == CO_OK; i++) {
		if (i)
			co_buf_addc(out, ',');
		rc = write_value(out, json_array_get(array, i), err);
		if (rc < 0)
			co_err_under_index(err, i);
	}
	co_buf_addc(out, ']');
	return rc;
}

static int write_value(struct co_buf *out, const json_t *value, struct co_err *err)
{
	switch (json_typeof(value)) {
	case JSON_OBJECT:
		return write_object(out, value, err);
	case JSON_ARRAY:
		return write_array(out, value, err);
	case JSON_STRING:
		co_json_write_string(out, json_string_value(value), json_string_length(value));
		return CO_OK;
	case JSON_INTEGER:
		return write_integer(out, json_integer_value(value), err);
	case JSON_REAL:
		co_json_write_number(out, json_real_value(value));
		return CO_OK;
	case JSON_TRUE:
		co_buf_adds(out, "true");
		return CO_OK;
	case JSON_FALSE:
		co_buf_adds(out, "false");
		return CO_OK;
	case JSON_NULL:
		co_buf_adds(out, "null");
		return CO_OK;
	}
	return CO_OK;
}

int co_canon_write(struct co_buf *out, const json_t *value, struct co_err *err)
{
	struct co_buf canonical = CO_BUF_INIT;
	int rc = write_value(&canonical, value, err);

	if (rc == CO_OK)
		co_buf_add(out, canonical.data, canonical.len);
	co_buf_clear(&canonical);
	return rc;
}

static int check_object(const json_t *object, struct co_err *err)
{
	const char *key;
	json_t *member;

	json_object_foreach((json_t *)(uintptr_t)object, key, member) {
		if (co_canon_check_exact(member, err) < 0)
			return co_err_under(err, key), CO_ERR_INPUT;
	}
	return CO_OK;
}

static int check_array(const json_t *array, struct co_err *err)
{
	json_t *item;
	size_t i;

	json_array_foreach(array, i, item) {
		if (co_canon_check_exact(item, err) < 0)
			return co_err_under_index(err, i), CO_ERR_INPUT;
	}
	return CO_OK;
}

int co_canon_check_exact(const json_t *value, struct co_err *err)
{
	json_int_t n;

	if (json_is_object(value))
		return check_object(value, err);
	if (json_is_array(value))
		return check_array(value, err);
	if (json_is_real(value)) {
		co_err_set(err, CO_ERR_INPUT, "not-exact", "a number with a fraction or exponent stands here");
		return co_err_hint(err, "write it as a decimal string"), CO_ERR_INPUT;
	}
	n = json_integer_value(value);
	if (n > CO_JSON_INT_MAX || n < -CO_JSON_INT_MAX)
		return co_err_set(err, CO_ERR_INPUT, "out-of-range", "integer %lld is beyond 2^53-1",
				  (long long)n);
	return CO_OK;
}
