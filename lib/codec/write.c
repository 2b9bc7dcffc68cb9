/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JSON out. jansson 2.14 would print 7.6 as 7.5999999999999996.
 */
#include "codec/json.h"

#include "codec/read.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A finite double other than 0 as 0.DIGITS x 10^point. */
struct decimal {
	char digits[DBL_DECIMAL_DIG + 1];
	int count;
	int point;
};

static int reads_back(const struct decimal *d, double value)
{
	char text[40];

	snprintf(text, sizeof(text), "0.%.*se%d", d->count, d->digits, d->point);
	return strtod(text, NULL) == value;
}

/* The decimal of so many digits that is nearest to value. */
static void nearest(struct decimal *d, double value, int digits)
{
	char text[40];

	snprintf(text, sizeof(text), "%.*e", digits - 1, value);
	d->digits[0] = text[0];
	if (digits > 1)
		memcpy(d->digits + 1, text + 2, (size_t)digits - 1);
	d->count = digits;
	d->point = (int)strtol(strchr(text, 'e') + 1, NULL, 10) + 1;
}

/* One more in the last place. */
static void next_up(struct decimal *d)
{
	int i = d->count - 1;

	while (i >= 0 && d->digits[i] == '9')
		d->digits[i--] = '0';
	if (i >= 0) {
		d->digits[i]++;
	} else {
		d->digits[0] = '1';
		d->point++;
	}
}

/*
 * True if so many digits are enough. Below a power of two doubles lie twice as
 * dense, so the nearest decimal may miss where the next one above still hits.
 */
static int enough(struct decimal *d, double value, int digits)
{
	int exponent;

	nearest(d, value, digits);
	if (reads_back(d, value))
		return 1;
	if (frexp(value, &exponent) != 0.5)
		return 0;
	next_up(d);
	return reads_back(d, value);
}

/*
 * The fewest digits that read back as the same double, and of those the nearest
 * to it (ECMA-262, Number::toString). Any 15 digits survive a normal double, so
 * what is shorter shows as zeros at the end of 15.
 */
static void shortest(struct decimal *d, double value)
{
	int digits = value < DBL_MIN ? 1 : DBL_DIG;

	while (!enough(d, value, digits) && digits < DBL_DECIMAL_DIG)
		digits++;
	while (d->count > 1 && d->digits[d->count - 1] == '0')
		d->count--;
}

static void add_zeros(struct co_buf *out, int n)
{
	while (n-- > 0)
		co_buf_addc(out, '0');
}

static void write_exponential(struct co_buf *out, const struct decimal *d)
{
	co_buf_addc(out, d->digits[0]);
	if (d->count > 1) {
		co_buf_addc(out, '.');
		co_buf_add(out, d->digits + 1, (size_t)d->count - 1);
	}
	co_buf_addf(out, "e%+d", d->point - 1);
}

void co_json_write_number(struct co_buf *out, double value)
{
	struct decimal d;

	if (value == 0) {
		co_buf_addc(out, '0');
		return;
	}
	if (value < 0)
		co_buf_addc(out, '-');
	shortest(&d, fabs(value));
	if (d.point < -5 || d.point > 21) {
		write_exponential(out, &d);
	} else if (d.point <= 0) {
		co_buf_adds(out, "0.");
		add_zeros(out, -d.point);
		co_buf_add(out, d.digits, (size_t)d.count);
	} else if (d.point >= d.count) {
		co_buf_add(out, d.digits, (size_t)d.count);
		add_zeros(out, d.point - d.count);
	} else {
		co_buf_add(out, d.digits, (size_t)d.point);
		co_buf_addc(out, '.');
		co_buf_add(out, d.digits + d.point, (size_t)(d.count - d.point));
	}
}

static void write_escape(struct co_buf *out, unsigned char c)
{
	static const char letters[] = "btnvfr"; /* of 8..13; 11 has none */

	if (c == '"' || c == '\\') {
		co_buf_addc(out, '\\');
		co_buf_addc(out, (char)c);
	} else if (c >= 8 && c <= 13 && c != 11) {
		co_buf_addc(out, '\\');
		co_buf_addc(out, letters[c - 8]);
	} else {
		co_buf_addf(out, "\\u%04x", c);
	}
}

/* How much of it stands for itself. */
static size_t plain_length(const char *s, const char *end)
{
	const char *p = s;

	while (p < end && !co_json_special[(unsigned char)*p])
		p++;
	return (size_t)(p - s);
}

void co_json_write_string(struct co_buf *out, const char *s, size_t len)
{
	const char *end = s + len;
	size_t plain;

	co_buf_addc(out, '"');
	for (; s < end; s += plain) {
		plain = plain_length(s, end);
		co_buf_add(out, s, plain);
		if (s + plain < end)
			write_escape(out, (unsigned char)s[plain++]);
	}
	co_buf_addc(out, '"');
}

void co_json_write_integer(struct co_buf *out, json_int_t value)
{
	unsigned long long left = value < 0 ? 0 - (unsigned long long)value : (unsigned long long)value;
	char text[24], *at = text + sizeof(text);

	do
		*--at = (char)('0' + left % 10);
	while ((left /= 10));
	if (value < 0)
		*--at = '-';
	co_buf_add(out, at, (size_t)(text + sizeof(text) - at));
}

/* A real stays one: "1.0", not "1". */
void co_json_write_real(struct co_buf *out, double value)
{
	size_t start = out->len;

	co_json_write_number(out, value);
	if (!strpbrk(out->data + start, ".e"))
		co_buf_adds(out, ".0");
}

/* depth < 0: on one line. */
static void line_break(struct co_buf *out, int depth)
{
	if (depth < 0)
		return;
	co_buf_addc(out, '\n');
	while (depth-- > 0)
		co_buf_adds(out, "  ");
}

static int deeper(int depth)
{
	return depth < 0 ? depth : depth + 1;
}

static void write_value(struct co_buf *out, json_t *value, int depth);

static void write_array(struct co_buf *out, json_t *array, int depth)
{
	json_t *item;
	size_t i;

	co_buf_addc(out, '[');
	json_array_foreach(array, i, item) {
		if (i)
			co_buf_addc(out, ',');
		line_break(out, deeper(depth));
		write_value(out, item, deeper(depth));
	}
	if (json_array_size(array))
		line_break(out, depth);
	co_buf_addc(out, ']');
}

static void write_object(struct co_buf *out, json_t *object, int depth)
{
	void *iter;
	const char *comma = "";

	co_buf_addc(out, '{');
	for (iter = json_object_iter(object); iter; iter = json_object_iter_next(object, iter)) {
		co_buf_adds(out, comma);
		line_break(out, deeper(depth));
		co_json_write_string(out, json_object_iter_key(iter), json_object_iter_key_len(iter));
		co_buf_adds(out, depth < 0 ? ":" : ": ");
		write_value(out, json_object_iter_value(iter), deeper(depth));
		comma = ",";
	}
	if (json_object_size(object))
		line_break(out, depth);
	co_buf_addc(out, '}');
}

static void write_value(struct co_buf *out, json_t *value, int depth)
{
	switch (json_typeof(value)) {
	case JSON_OBJECT:
		write_object(out, value, depth);
		break;
	case JSON_ARRAY:
		write_array(out, value, depth);
		break;
	case JSON_STRING:
		co_json_write_string(out, json_string_value(value), json_string_length(value));
		break;
	case JSON_INTEGER:
		co_json_write_integer(out, json_integer_value(value));
		break;
	case JSON_REAL:
		co_json_write_real(out, json_real_value(value));
		break;
	case JSON_TRUE:
		co_buf_adds(out, "true");
		break;
	case JSON_FALSE:
		co_buf_adds(out, "false");
		break;
	case JSON_NULL:
		co_buf_adds(out, "null");
		break;
	}
}

void co_json_write(struct co_buf *out, const json_t *value, enum co_json_style style)
{
	/* Writing changes nothing, but jansson's iterators take no const. */
	write_value(out, (json_t *)(uintptr_t)value, style == CO_JSON_PRETTY ? 0 : -1);
}

/* ---- how long it would be */

static size_t string_size(const char *s, size_t len)
{
	const char *end = s + len;
	size_t size = len + 2;

	for (s += plain_length(s, end); s < end; s++, s += plain_length(s, end))
		size += (unsigned char)*s >= 0x20 || (*s >= 8 && *s <= 13 && *s != 11) ? 1 : 5;
	return size;
}

static size_t number_size(json_t *value)
{
	struct co_buf text = CO_BUF_INIT;
	size_t size;

	write_value(&text, value, -1);
	size = text.len;
	co_buf_clear(&text);
	return size;
}

static size_t value_size(json_t *value)
{
	size_t size = 2, i;
	json_t *item;
	void *iter;

	switch (json_typeof(value)) {
	case JSON_OBJECT:
		for (iter = json_object_iter(value); iter; iter = json_object_iter_next(value, iter))
			size += string_size(json_object_iter_key(iter), json_object_iter_key_len(iter)) + 2 +
				value_size(json_object_iter_value(iter));
		return json_object_size(value) ? size - 1 : size;
	case JSON_ARRAY:
		json_array_foreach(value, i, item)
			size += value_size(item) + 1;
		return json_array_size(value) ? size - 1 : size;
	case JSON_STRING:
		return string_size(json_string_value(value), json_string_length(value));
	case JSON_FALSE:
		return strlen("false");
	case JSON_TRUE:
	case JSON_NULL:
		return strlen("null");
	default:
		return number_size(value);
	}
}

size_t co_json_size(const json_t *value)
{
	return value_size((json_t *)(uintptr_t)value);
}
