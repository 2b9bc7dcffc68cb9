/* SPDX-License-Identifier: Apache-2.0 */
#include "codec/json.h"

#include "base/escape.h"
#include "codec/read.h"

#include <stdlib.h>
#include <string.h>

static void position(const char *text, size_t at, unsigned *line, unsigned *column)
{
	const char *start = text, *p;

	*line = 1;
	for (p = text; p < text + at; p++) {
		if (*p == '\n') {
			(*line)++;
			start = p + 1;
		}
	}
	*column = (unsigned)(text + at - start) + 1;
}

static int refuse(struct co_err *err, const char *name, const char *text, size_t at, const char *why)
{
	unsigned line, column;

	position(text, at, &line, &column);
	co_err_set(err, CO_ERR_INPUT, "bad-json", "%s", why);
	co_err_at(err, name, line, column);
	return CO_ERR_INPUT;
}

static size_t skip_space(const char *text, size_t len)
{
	size_t i = 0;

	while (i < len && (text[i] == ' ' || text[i] == '\t' || text[i] == '\r' || text[i] == '\n'))
		i++;
	return i;
}

/* Past the string that starts before i; past len when it is not closed. */
static size_t skip_string(const char *text, size_t len, size_t i)
{
	while (i < len && text[i] != '"')
		i += text[i] == '\\' ? 2 : 1;
	return i < len ? i + 1 : len + 1;
}

/* Why the text is over a limit (or never ends), and at which byte; NULL if it is within. jansson's own depth is 2048. */
static const char *over_limit(const char *text, size_t len, size_t *at)
{
	unsigned members[CO_JSON_DEPTH + 1], depth = 0; /* members[d]: of the object open at depth d; 0: a list */
	size_t i = 0;

	members[0] = 0;
	while (i < len) {
		char c = text[i++];

		*at = i - 1;
		switch (c) {
		case '"':
			i = skip_string(text, len, i);
			if (i > len)
				return "a string is not closed";
			break;
		case '{':
		case '[':
			if (++depth > CO_JSON_DEPTH)
				return "nested deeper than 64";
			members[depth] = c == '{' ? 1 : 0;
			break;
		case ',':
			if (members[depth] && ++members[depth] > CO_JSON_MEMBERS)
				return "an object has more than 65536 members";
			break;
		case '}':
		case ']':
			depth -= depth > 0;
			break;
		default:
			break;
		}
	}
	return NULL;
}

/* What is refused by looking at the bytes, before anything is built of them. */
static int check_text(const char *text, size_t len, const char *name, struct co_err *err)
{
	const char *nul, *over;
	size_t at;

	if (len > CO_JSON_BYTES)
		return refuse(err, name, text, 0, "document is larger than 64 MiB");
	if (skip_space(text, len) == len)
		return refuse(err, name, text, 0, "document is empty");
	/* jansson 2.14 accepts a NUL after a number or a literal. */
	nul = memchr(text, '\0', len);
	if (nul)
		return refuse(err, name, text, (size_t)(nul - text), "NUL byte in document");
	over = over_limit(text, len, &at);
	return over ? refuse(err, name, text, at, over) : CO_OK;
}

/* jansson says what is wrong, and where. */
static json_t *read_slowly(const char *text, size_t len, const char *name, struct co_err *err)
{
	json_error_t why;
	json_t *value = json_loadb(text, len, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &why);

	if (!value && json_error_code(&why) == json_error_out_of_memory)
		co_out_of_memory();
	if (!value) {
		co_err_set(err, CO_ERR_INPUT, "bad-json", "%s", why.text);
		co_err_at(err, name, why.line > 0 ? (unsigned)why.line : 0,
			  why.column > 0 ? (unsigned)why.column : 1);
	}
	return value;
}

json_t *co_json_parse(const char *text, size_t len, const char *name, struct co_err *err)
{
	enum { SMALL = 65536 }; /* too small for many members, and for much to be built in vain */
	json_t *value;

	if (len > SMALL && check_text(text, len, name, err) < 0)
		return NULL;
	value = co_json_read(text, len);
	if (value)
		return value;
	if (len <= SMALL && check_text(text, len, name, err) < 0)
		return NULL;
	return read_slowly(text, len, name, err);
}

static int is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* One byte; 1 when the value ends with it. */
static int scan_byte(struct co_json_scan *s, char c)
{
	if (c == '\0')
		return 1;
	switch (s->state) {
	case CO_SCAN_ESCAPE:
		s->state = CO_SCAN_STRING;
		return 0;
	case CO_SCAN_STRING:
		if (c == '\\')
			s->state = CO_SCAN_ESCAPE;
		else if (c == '"')
			s->state = CO_SCAN_NESTED;
		return c == '"' && !s->depth;
	case CO_SCAN_SCALAR:
		return is_space(c);
	case CO_SCAN_BEFORE:
		if (is_space(c))
			return 0;
		s->state = c == '{' || c == '[' || c == '"' ? CO_SCAN_NESTED : CO_SCAN_SCALAR;
		if (s->state == CO_SCAN_SCALAR)
			return 0;
		break;
	case CO_SCAN_NESTED:
		break;
	}
	if (c == '"')
		s->state = CO_SCAN_STRING;
	else if (c == '{' || c == '[')
		s->depth++;
	else if (c == '}' || c == ']')
		return --s->depth == 0;
	return 0;
}

/* Past bytes that change nothing: what is most of a value, in strings and between them. */
static size_t skip_idle(const struct co_json_scan *scan, const char *text, size_t i, size_t len)
{
	enum { IN_STRING = 1, NESTED = 2 };
	static const unsigned char telling[256] = {
		['\0'] = IN_STRING | NESTED, ['"'] = IN_STRING | NESTED, ['\\'] = IN_STRING,
		['{'] = NESTED, ['}'] = NESTED, ['['] = NESTED, [']'] = NESTED,
	};
	const unsigned char which = scan->state == CO_SCAN_STRING ? IN_STRING : NESTED;

	if (scan->state == CO_SCAN_STRING || scan->state == CO_SCAN_NESTED)
		while (i < len && !(telling[(unsigned char)text[i]] & which))
			i++;
	return i;
}

size_t co_json_scan(struct co_json_scan *scan, const char *text, size_t len)
{
	size_t i;

	for (i = skip_idle(scan, text, 0, len); i < len; i = skip_idle(scan, text, i + 1, len)) {
		if (scan_byte(scan, text[i]))
			return i + 1;
	}
	return 0;
}

/* One RFC 6901 reference token, unescaped. */
static char *token(const char *s, size_t len)
{
	char *t = co_xmalloc(len + 1), *to = t;
	size_t i;

	for (i = 0; i < len; i++) {
		if (s[i] == '~' && i + 1 < len)
			*to++ = s[++i] == '1' ? '/' : '~';
		else
			*to++ = s[i];
	}
	*to = '\0';
	return t;
}

static json_t *member(json_t *value, const char *key)
{
	if (json_is_array(value)) { /* an index has digits only, and no zero before them */
		if (!*key || key[strspn(key, "0123456789")] || (key[0] == '0' && key[1]))
			return NULL;
		return json_array_get(value, strtoul(key, NULL, 10));
	}
	return json_object_get(value, key);
}

json_t *co_json_at(json_t *root, const char *pointer)
{
	while (root && *pointer == '/') {
		size_t len = strcspn(++pointer, "/");
		char *key = token(pointer, len);

		root = member(root, key);
		free(key);
		pointer += len;
	}
	return *pointer ? NULL : root;
}

void co_json_drop_nulls(json_t *object)
{
	const char *key;
	json_t *value;
	void *next;

	json_object_foreach_safe(object, next, key, value)
		if (json_is_null(value))
			json_object_del(object, key);
}

const char *co_json_str(const json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

json_t *co_json_string(const char *s, size_t len)
{
	json_t *value = json_stringn(s, len);
	struct co_buf clean = CO_BUF_INIT;
	uint32_t c;
	size_t n;

	if (value)
		return value;
	for (; len; s += n, len -= n) {
		n = co_utf8_next(s, len, &c);
		if (n) {
			co_buf_add(&clean, s, n);
		} else {
			co_buf_addf(&clean, "\\x%02x", (unsigned char)*s);
			n = 1;
		}
	}
	value = json_stringn_nocheck(clean.data, clean.len);
	co_buf_clear(&clean);
	return value;
}

const char *co_json_type(const json_t *value)
{
	switch (json_typeof(value)) {
	case JSON_OBJECT:
		return "an object";
	case JSON_ARRAY:
		return "a list";
	case JSON_STRING:
		return "a string";
	case JSON_INTEGER:
		return "an integer";
	case JSON_REAL:
		return "a number with a fraction";
	case JSON_TRUE:
	case JSON_FALSE:
		return "a boolean";
	case JSON_NULL:
		return "null";
	}
	return "nothing";
}
