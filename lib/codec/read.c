/* SPDX-License-Identifier: Apache-2.0 */
#include "codec/read.h"

#include "base/escape.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum {
	DIGITS = 18,  /* of an integer that cannot overflow */
	NUMBER = 128, /* bytes of a number that is read here */
};

const unsigned char co_json_special[256] = {
	1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, ['"'] = 1, ['\\'] = 1,
};

struct reader {
	const char *at;
	const char *end;
	struct co_buf text; /* the last string, if it had escapes */
};

/* A string as it is meant, in the input or in reader.text. */
struct string {
	const char *data;
	size_t len;
};

static json_t *read_value(struct reader *r, unsigned depth);

static void skip_space(struct reader *r)
{
	while (r->at < r->end && (*r->at == ' ' || *r->at == '\n' || *r->at == '\t' || *r->at == '\r'))
		r->at++;
}

/* Steps over one byte after white space; 0 if it is another. */
static int take(struct reader *r, char c)
{
	skip_space(r);
	if (r->at == r->end || *r->at != c)
		return 0;
	r->at++;
	return 1;
}

static int take_word(struct reader *r, const char *word, size_t len)
{
	if ((size_t)(r->end - r->at) < len || memcmp(r->at, word, len) != 0)
		return 0;
	r->at += len;
	return 1;
}

/* Past bytes that stand for themselves. 0 for bytes that may not stand in a string. */
static int skip_plain(struct reader *r)
{
	uint32_t code;
	size_t n;

	for (; r->at < r->end && !co_json_special[(unsigned char)*r->at]; r->at += n) {
		n = (unsigned char)*r->at < 0x80 ? 1 : co_utf8_next(r->at, (size_t)(r->end - r->at), &code);
		if (!n)
			return 0;
	}
	return r->at < r->end && (unsigned char)*r->at >= 0x20;
}

/* Four hexadecimal digits; -1 if they are none. */
static long take_hex(struct reader *r)
{
	long value = 0;
	int i;

	if (r->end - r->at < 4)
		return -1;
	for (i = 0; i < 4; i++) {
		const char c = *r->at++;

		if (c >= '0' && c <= '9')
			value = value * 16 + (c - '0');
		else if (c >= 'a' && c <= 'f')
			value = value * 16 + (c - 'a' + 10);
		else if (c >= 'A' && c <= 'F')
			value = value * 16 + (c - 'A' + 10);
		else
			return -1;
	}
	return value;
}

static void add_code(struct co_buf *out, unsigned long code)
{
	if (code < 0x80) {
		co_buf_addc(out, (char)code);
	} else if (code < 0x800) {
		co_buf_addc(out, (char)(0xc0 | code >> 6));
		co_buf_addc(out, (char)(0x80 | (code & 0x3f)));
	} else {
		if (code < 0x10000) {
			co_buf_addc(out, (char)(0xe0 | code >> 12));
		} else {
			co_buf_addc(out, (char)(0xf0 | code >> 18));
			co_buf_addc(out, (char)(0x80 | (code >> 12 & 0x3f)));
		}
		co_buf_addc(out, (char)(0x80 | (code >> 6 & 0x3f)));
		co_buf_addc(out, (char)(0x80 | (code & 0x3f)));
	}
}

/* What follows "\u"; two of them make a character beyond U+FFFF. */
static int take_code(struct reader *r)
{
	long high = take_hex(r), low;

	if (high <= 0 || (high >= 0xdc00 && high <= 0xdfff))
		return 0;
	if (high >= 0xd800 && high <= 0xdbff) {
		if (!take_word(r, "\\u", 2))
			return 0;
		low = take_hex(r);
		if (low < 0xdc00 || low > 0xdfff)
			return 0;
		high = 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
	}
	add_code(&r->text, (unsigned long)high);
	return 1;
}

/* What follows a backslash. */
static int take_escape(struct reader *r)
{
	static const char letters[] = "\"\\/bfnrt", meant[] = "\"\\/\b\f\n\r\t";
	const char *letter;

	if (r->at == r->end || !*r->at)
		return 0;
	if (*r->at == 'u') {
		r->at++;
		return take_code(r);
	}
	letter = strchr(letters, *r->at++);
	if (!letter)
		return 0;
	co_buf_addc(&r->text, meant[letter - letters]);
	return 1;
}

/* The rest of a string with escapes, of which plain bytes from start on were passed. */
static int take_escaped(struct reader *r, const char *start, struct string *out)
{
	co_buf_reset(&r->text);
	for (;;) {
		co_buf_add(&r->text, start, (size_t)(r->at - start));
		if (*r->at++ == '"')
			break;
		if (!take_escape(r))
			return 0;
		start = r->at;
		if (!skip_plain(r))
			return 0;
	}
	*out = (struct string){ co_buf_str(&r->text), r->text.len };
	return 1;
}

/* What follows an opening quote. The result is good until the next string. */
static int take_string(struct reader *r, struct string *out)
{
	const char *start = r->at;

	if (!skip_plain(r))
		return 0;
	if (*r->at == '\\')
		return take_escaped(r, start, out);
	*out = (struct string){ start, (size_t)(r->at - start) };
	r->at++;
	return 1;
}

static size_t skip_digits(struct reader *r)
{
	const char *start = r->at;

	while (r->at < r->end && *r->at >= '0' && *r->at <= '9')
		r->at++;
	return (size_t)(r->at - start);
}

static json_t *make_real(const char *start, size_t len)
{
	char text[NUMBER + 1];
	double value;

	if (len > NUMBER)
		return NULL;
	memcpy(text, start, len);
	text[len] = '\0';
	value = strtod(text, NULL);
	return isfinite(value) ? json_real(value) : NULL;
}

static json_t *read_number(struct reader *r)
{
	const char *start = r->at, *first;
	json_int_t value = 0;
	size_t digits;
	int real = 0;

	r->at += *r->at == '-';
	first = r->at;
	digits = skip_digits(r);
	if (!digits || (digits > 1 && *first == '0'))
		return NULL;
	if (r->at < r->end && *r->at == '.') {
		real = 1;
		r->at++;
		if (!skip_digits(r))
			return NULL;
	}
	if (r->at < r->end && (*r->at == 'e' || *r->at == 'E')) {
		real = 1;
		r->at++;
		if (r->at < r->end && (*r->at == '+' || *r->at == '-'))
			r->at++;
		if (!skip_digits(r))
			return NULL;
	}
	if (real)
		return make_real(start, (size_t)(r->at - start));
	if (digits > DIGITS)
		return NULL;
	for (; first < r->at; first++)
		value = value * 10 + (*first - '0');
	return json_integer(*start == '-' ? -value : value);
}

/* One "key": value into the object; a key that was there already makes it no larger. */
static int read_member(struct reader *r, json_t *object, unsigned depth)
{
	const size_t before = json_object_size(object);
	struct string key;
	char *copy = NULL;
	json_t *value;
	int good;

	if (!take(r, '"') || !take_string(r, &key))
		return 0;
	if (key.data == r->text.data) /* the value may have escapes of its own */
		key.data = copy = co_xmemdup(key.data, key.len);
	value = take(r, ':') ? read_value(r, depth) : NULL;
	good = value && before < CO_JSON_MEMBERS && json_object_setn_new_nocheck(object, key.data, key.len, value) == 0 &&
	       json_object_size(object) > before;
	if (value && before >= CO_JSON_MEMBERS)
		json_decref(value);
	free(copy);
	return good;
}

static json_t *read_object(struct reader *r, unsigned depth)
{
	json_t *object = json_object();

	if (object && take(r, '}'))
		return object;
	while (object) {
		if (!read_member(r, object, depth + 1))
			break;
		if (take(r, '}'))
			return object;
		if (!take(r, ','))
			break;
	}
	json_decref(object);
	return NULL;
}

static json_t *read_array(struct reader *r, unsigned depth)
{
	json_t *array = json_array(), *value;

	if (array && take(r, ']'))
		return array;
	while (array) {
		value = read_value(r, depth + 1);
		if (!value || json_array_append_new(array, value) < 0)
			break;
		if (take(r, ']'))
			return array;
		if (!take(r, ','))
			break;
	}
	json_decref(array);
	return NULL;
}

static json_t *read_value(struct reader *r, unsigned depth)
{
	struct string text;

	skip_space(r);
	if (r->at == r->end || ((*r->at == '{' || *r->at == '[') && depth > CO_JSON_DEPTH))
		return NULL;
	switch (*r->at) {
	case '{':
		r->at++;
		return read_object(r, depth);
	case '[':
		r->at++;
		return read_array(r, depth);
	case '"':
		r->at++;
		return take_string(r, &text) ? json_stringn_nocheck(text.data, text.len) : NULL;
	case 't':
		return take_word(r, "true", 4) ? json_true() : NULL;
	case 'f':
		return take_word(r, "false", 5) ? json_false() : NULL;
	case 'n':
		return take_word(r, "null", 4) ? json_null() : NULL;
	default:
		return read_number(r);
	}
}

json_t *co_json_read(const char *text, size_t len)
{
	struct reader r = { .at = text, .end = text + len, .text = CO_BUF_INIT };
	json_t *value = read_value(&r, 1);

	skip_space(&r);
	if (value && r.at < r.end) {
		json_decref(value);
		value = NULL;
	}
	co_buf_clear(&r.text);
	return value;
}
