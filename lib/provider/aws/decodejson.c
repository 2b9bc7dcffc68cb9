/* SPDX-License-Identifier: Apache-2.0 */
/* Values of JSON bodies by their shapes. */
#include "provider/aws/wire.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/escape.h"
#include "codec/json.h"
#include "codec/read.h"

/* ---- reading */

/* \uXXXX at s, after the backslash; -1 if it is none. */
static long unit_of(const char *s, size_t len)
{
	char hex[5] = "", *end;
	long unit;

	if (len < 5 || s[0] != 'u')
		return -1;
	memcpy(hex, s + 1, 4);
	unit = strtol(hex, &end, 16);
	return *end ? -1 : unit;
}

/* Copies one escape sequence, whose backslash is at text; what no JSON of ours may hold becomes U+FFFD. Returns its length. */
static size_t mend_escape(struct co_buf *out, const char *text, size_t len)
{
	long unit = unit_of(text + 1, len - 1), next;

	if (unit < 0) {
		co_buf_add(out, text, len < 2 ? len : 2);
		return len < 2 ? len : 2;
	}
	if (unit >= 0xd800 && unit < 0xdc00 && len >= 12 && text[6] == '\\') {
		next = unit_of(text + 7, len - 7);
		if (next >= 0xdc00 && next < 0xe000) {
			co_buf_add(out, text, 12);
			return 12;
		}
	}
	if (unit == 0 || (unit >= 0xd800 && unit < 0xe000))
		co_buf_adds(out, "\\ufffd");
	else
		co_buf_add(out, text, 6);
	return 6;
}

static void mend(struct co_buf *out, const char *text, size_t len)
{
	uint32_t code_point;
	size_t i = 0, n;

	while (i < len) {
		if (text[i] == '\\') {
			i += mend_escape(out, text + i, len - i);
			continue;
		}
		n = co_utf8_next(text + i, len - i, &code_point);
		if (n)
			co_buf_add(out, text + i, n);
		else
			co_buf_adds(out, "\xef\xbf\xbd");
		i += n ? n : 1;
	}
}

json_t *co_aws_parse_json(const char *body, size_t len, struct co_err *err)
{
	struct co_buf mended = CO_BUF_INIT;
	json_t *value = len ? co_json_read(body, len) : json_object();

	if (value || len > CO_JSON_BYTES)
		return value ? value : co_json_parse(body, len, "answer", err);
	mend(&mended, body, len);
	value = co_json_parse(co_buf_str(&mended), mended.len, "answer", err);
	co_buf_clear(&mended);
	return value;
}

/* ---- by shape */

static int expected(struct co_err *err, const json_t *value, const char *noun)
{
	return co_aws_bad_answer(err, "%s where the model says %s", co_json_type(value), noun);
}

json_t *co_aws_unknown_member(const char *name)
{
	json_t *out = json_object(), *inner = json_object();

	json_object_set_new(inner, "name", json_string(name));
	json_object_set_new(out, "SDK_UNKNOWN_MEMBER", inner);
	return out;
}

static const struct co_api_member *by_wire(const struct co_api_shape *shape, const char *wire)
{
	size_t i;

	for (i = 0; i < shape->count; i++) {
		if (strcmp(shape->members[i].wire ? shape->members[i].wire : shape->members[i].name, wire) == 0)
			return &shape->members[i];
	}
	return NULL;
}

/* Exactly one member that is not null; *unknown is set where it is not of the model. */
static int check_union(const struct co_api_shape *shape, json_t *value, const char **unknown, struct co_err *err)
{
	const char *key, *only = NULL;
	size_t count = 0;
	json_t *each;

	json_object_foreach(value, key, each) {
		if (json_is_null(each) || strcmp(key, "__type") == 0)
			continue;
		only = key;
		count++;
	}
	if (count != 1)
		return co_aws_bad_answer(err, "%zu members where the model says exactly one", count);
	*unknown = by_wire(shape, only) ? NULL : only;
	return CO_OK;
}

static int decode_structure(const struct co_api_shape *shape, json_t *value, int text_numbers, json_t **output,
			    struct co_err *err)
{
	const char *unknown = NULL;
	json_t *out, *each, *inner;
	size_t i;

	if (!json_is_object(value))
		return expected(err, value, "an object");
	if (shape->is_union && check_union(shape, value, &unknown, err) < 0)
		return CO_ERR_REMOTE;
	if (unknown) {
		*output = co_aws_unknown_member(unknown);
		return CO_OK;
	}
	out = json_object();
	for (i = 0; i < shape->count; i++) {
		const struct co_api_member *member = &shape->members[i];

		each = json_object_get(value, member->wire ? member->wire : member->name);
		if (!each || json_is_null(each))
			continue;
		if (co_aws_decode_json(member, each, text_numbers, &inner, err) < 0) {
			json_decref(out);
			return co_err_under(err, member->name);
		}
		json_object_set_new_nocheck(out, member->name, inner);
	}
	*output = out;
	return CO_OK;
}

static int decode_list(const struct co_api_member *element, json_t *value, int text_numbers, json_t **output,
		       struct co_err *err)
{
	json_t *out, *each, *inner;
	size_t i;

	if (!json_is_array(value))
		return expected(err, value, "a list");
	out = json_array();
	json_array_foreach(value, i, each) {
		if (json_is_null(each)) {
			json_array_append(out, each);
		} else if (co_aws_decode_json(element, each, text_numbers, &inner, err) < 0) {
			json_decref(out);
			return co_err_under_index(err, i);
		} else {
			json_array_append_new(out, inner);
		}
	}
	*output = out;
	return CO_OK;
}

static int decode_map(const struct co_api_member *of, json_t *value, int text_numbers, json_t **output, struct co_err *err)
{
	json_t *out, *each, *inner;
	const char *key;

	if (!json_is_object(value))
		return expected(err, value, "an object");
	out = json_object();
	json_object_foreach(value, key, each) {
		if (json_is_null(each)) {
			json_object_set(out, key, each);
		} else if (co_aws_decode_json(of, each, text_numbers, &inner, err) < 0) {
			json_decref(out);
			return co_err_under(err, key);
		} else {
			json_object_set_new_nocheck(out, key, inner);
		}
	}
	*output = out;
	return CO_OK;
}

/* rest-json alone: a number is what the model says it is, however it is written. */
static int decode_number(const struct co_api_member *member, json_t *value, json_t **output, struct co_err *err)
{
	int integer = member->shape->type == CO_API_INTEGER || member->shape->type == CO_API_LONG;
	double real = json_number_value(value);

	if (json_is_string(value))
		return co_aws_decode_text(member, json_string_value(value), json_string_length(value), output, err);
	if (json_is_boolean(value))
		real = json_is_true(value);
	else if (!json_is_number(value))
		return expected(err, value, "a number");
	if (!integer)
		*output = json_real(real);
	else if (json_is_integer(value))
		*output = json_incref(value);
	else if (fabs(real) < 9.2e18)
		*output = json_integer((json_int_t)real);
	else
		return expected(err, value, "an integer");
	return CO_OK;
}

static int decode_boolean(json_t *value, json_t **output)
{
	const char *s = json_string_value(value);

	*output = s ? json_boolean(strcasecmp(s, "true") == 0) : json_incref(value);
	return CO_OK;
}

int co_aws_decode_json(const struct co_api_member *member, json_t *value, int text_numbers, json_t **output, struct co_err *err)
{
	const struct co_api_shape *shape = member->shape;

	switch (shape->type) {
	case CO_API_STRUCTURE:
		return decode_structure(shape, value, text_numbers, output, err);
	case CO_API_LIST:
		return decode_list(&shape->members[0], value, text_numbers, output, err);
	case CO_API_MAP:
		return decode_map(&shape->members[1], value, text_numbers, output, err);
	case CO_API_INTEGER:
	case CO_API_LONG:
	case CO_API_FLOAT:
	case CO_API_DOUBLE:
		if (text_numbers)
			return decode_number(member, value, output, err);
		break;
	case CO_API_BOOLEAN:
		if (text_numbers)
			return decode_boolean(value, output);
		break;
	default:
		break;
	}
	*output = json_incref(value);
	return CO_OK;
}
