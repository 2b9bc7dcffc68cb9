/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One pass without tokens: between two values the reader stands at the next thing that is neither space nor comment, and
 * its column says which collection that belongs to.
 */
#include "codec/yamlread.h"

#include "base/escape.h"
#include "codec/yaml.h"

#include <stdint.h>
#include <string.h>

enum { KEY = 128 }; /* longest key; libyaml takes 1024 */

struct reader {
	const char *at, *end;
	const char *line; /* where the line begins that at is in */
	unsigned depth, values;
	struct co_buf text; /* the last scalar */
};

static json_t *read_block(struct reader *r);
static json_t *read_flow(struct reader *r);

/* ---- characters */

/* What libyaml takes for a character, without those that it takes for a line's end as well, tabs and the byte order mark. */
static int is_character(uint32_t c)
{
	return (c > 0xa0 && c < 0xd800 && c != 0x2028 && c != 0x2029) || (c >= 0xe000 && c <= 0xfffd && c != 0xfeff) ||
	       c >= 0x10000;
}

static int is_special_line(const char *s, const char *end)
{
	return s < end && (*s == '%' || (end - s >= 3 && (memcmp(s, "---", 3) == 0 || memcmp(s, "...", 3) == 0)));
}

/* All bytes are characters, and no line is a directive or the mark of a document. */
static int is_plain_text(const char *s, const char *end)
{
	uint32_t c;
	size_t n;

	if (is_special_line(s, end))
		return 0;
	for (; s < end; s += n) {
		n = 1;
		if ((*s >= ' ' && *s < 0x7f) || (*s == '\n' && !is_special_line(s + 1, end)))
			continue;
		n = (unsigned char)*s < 0x80 ? 0 : co_utf8_next(s, (size_t)(end - s), &c);
		if (!n || !is_character(c))
			return 0;
	}
	return 1;
}

static int is(const struct reader *r, char c)
{
	return r->at < r->end && *r->at == c;
}

/* A space, or the end of the line. */
static int is_blank_at(const struct reader *r, const char *s)
{
	return s >= r->end || *s == ' ' || *s == '\n';
}

static void skip_spaces(struct reader *r)
{
	while (is(r, ' '))
		r->at++;
}

/* Over spaces, comments and ends of lines to what follows. A comment stands behind a space. */
static void skip_to_next(struct reader *r)
{
	for (;;) {
		skip_spaces(r);
		if (is(r, '#') && (r->at == r->line || r->at[-1] == ' '))
			while (r->at < r->end && *r->at != '\n')
				r->at++;
		if (!is(r, '\n'))
			return;
		r->line = ++r->at;
	}
}

/* The same behind a value in a block, on whose line nothing else may stand. */
static int end_line(struct reader *r)
{
	const char *line = r->line;

	skip_to_next(r);
	return r->line > line || r->at == r->end;
}

/* Of what comes next; -1 at the end. */
static int column(const struct reader *r)
{
	return r->at == r->end ? -1 : (int)(r->at - r->line);
}

static int is_dash(const struct reader *r)
{
	return is(r, '-') && is_blank_at(r, r->at + 1);
}

/* ---- scalars */

static int begins_plain(const struct reader *r)
{
	const unsigned char c = r->at < r->end ? (unsigned char)*r->at : ' ';

	if (c == '-')
		return r->at + 1 < r->end && r->at[1] > ' ' && !strchr("-?:,[]{}#", r->at[1]);
	return c > ' ' && !strchr("?:,[]{}#&*!|>'\"%@`<=", c);
}

/* What may end a plain scalar: anywhere 1, in a flow 2. */
static const unsigned char ends[256] = {
	[' '] = 1, ['\n'] = 1, [':'] = 1, ['#'] = 1, [','] = 2, ['['] = 2, [']'] = 2, ['{'] = 2, ['}'] = 2, ['?'] = 2,
};

/* Up to where a plain scalar ends on this line, without spaces there. In a flow it may not hold what ends one there. */
static size_t plain_length(const struct reader *r, int in_flow)
{
	const unsigned char which = in_flow ? 3 : 1;
	const char *s = r->at, *last = s;

	for (; s < r->end && *s != '\n'; s++) {
		if (!(ends[(unsigned char)*s] & which)) {
			last = s + 1;
			continue;
		}
		if ((*s == ':' && is_blank_at(r, s + 1)) || (*s == '#' && s[-1] == ' '))
			break;
		if (in_flow && strchr(",[]{}", *s))
			break;
		if (in_flow && (*s == '?' || (*s == ':' && strchr(",?[]{}", s[1]))))
			return 0;
		if (*s != ' ')
			last = s + 1;
	}
	return (size_t)(last - r->at);
}

/* Of a scalar in quotes on this line, from quote to quote; 0 if it has other escapes than \" and \\. */
static size_t quoted_length(const struct reader *r)
{
	const char quote = *r->at, *s = r->at + 1;

	for (; s < r->end && *s != quote && *s != '\n'; s++)
		if (quote == '"' && *s == '\\' && (++s == r->end || (*s != '"' && *s != '\\')))
			return 0;
	return s < r->end && *s == quote && !(s + 1 < r->end && s[1] == quote) ? (size_t)(s + 1 - r->at) : 0;
}

static int is_quote(const struct reader *r)
{
	return is(r, '"') || is(r, '\'');
}

static json_t *count(struct reader *r, json_t *value)
{
	if (value && ++r->values <= CO_YAML_VALUES)
		return value;
	json_decref(value);
	return NULL;
}

static json_t *take_quoted(struct reader *r, size_t len)
{
	const char *s = r->at + 1, *end = r->at + len - 1;

	if (!len)
		return NULL;
	r->at += len;
	if (s[-1] == '\'' || !memchr(s, '\\', (size_t)(end - s)))
		return json_stringn_nocheck(s, (size_t)(end - s));
	co_buf_reset(&r->text);
	for (; s < end; s++)
		co_buf_addc(&r->text, *s == '\\' ? *++s : *s);
	return json_stringn_nocheck(r->text.data, r->text.len);
}

static json_t *take_plain(struct reader *r, size_t len)
{
	const char *s = r->at, *why;

	r->at += len;
	if (!len || !co_yaml_may_mean(*s))
		return len ? json_stringn_nocheck(s, len) : NULL;
	co_buf_reset(&r->text);
	co_buf_add(&r->text, s, len);
	return co_yaml_plain(r->text.data, len, &why);
}

/* A scalar on this line. */
static json_t *take_scalar(struct reader *r, int in_flow)
{
	if (is_quote(r))
		return count(r, take_quoted(r, quoted_length(r)));
	return begins_plain(r) ? count(r, take_plain(r, plain_length(r, in_flow))) : NULL;
}

/* How many bytes a key takes, up to its ":"; 0 when there is none. */
static size_t key_length(const struct reader *r, int in_flow)
{
	size_t len = is_quote(r) ? quoted_length(r) : begins_plain(r) ? plain_length(r, in_flow) : 0;

	return len && len <= KEY && r->at + len < r->end && r->at[len] == ':' && is_blank_at(r, r->at + len + 1) ? len : 0;
}

/* A key and its ":". */
static json_t *take_key(struct reader *r, int in_flow)
{
	size_t len = key_length(r, in_flow);
	json_t *key = count(r, is_quote(r) ? take_quoted(r, len) : take_plain(r, len));

	if (json_is_string(key)) {
		r->at++;
		return key;
	}
	json_decref(key);
	return NULL;
}

/* True if the member was not there before. Takes key and value over. */
static int set_member(json_t *object, json_t *key, json_t *value)
{
	const size_t before = json_object_size(object);

	if (key && value)
		json_object_setn_new_nocheck(object, json_string_value(key), json_string_length(key), value);
	else
		json_decref(value);
	json_decref(key);
	return json_object_size(object) > before;
}

/* ---- in braces and brackets: lines and columns mean nothing */

static int take_flow_member(struct reader *r, json_t *object)
{
	json_t *key = take_key(r, 1), *value = NULL;

	if (key) {
		skip_to_next(r);
		value = read_flow(r);
	}
	return set_member(object, key, value);
}

static int take_flow_item(struct reader *r, json_t *array)
{
	json_t *value = read_flow(r);

	return value && json_array_append_new(array, value) == 0;
}

static json_t *read_flow_collection(struct reader *r)
{
	const char close = *r->at == '{' ? '}' : ']';
	json_t *all = count(r, close == '}' ? json_object() : json_array());
	int good = all && ++r->depth <= CO_JSON_DEPTH;

	r->at++;
	for (skip_to_next(r); good && !is(r, close);) {
		good = close == '}' ? take_flow_member(r, all) : take_flow_item(r, all);
		skip_to_next(r);
		if (!good || is(r, close))
			break;
		good = is(r, ',');
		r->at += good;
		skip_to_next(r);
	}
	r->depth--;
	if (good && r->at < r->end) {
		r->at++;
		return all;
	}
	json_decref(all);
	return NULL;
}

static json_t *read_flow(struct reader *r)
{
	return is(r, '{') || is(r, '[') ? read_flow_collection(r) : take_scalar(r, 1);
}

/* ---- literal and folded blocks */

/* Takes one line; 0 where the block ends, -1 for what is not plain. A folded block is one paragraph of even lines. */
static int take_block_line(struct reader *r, size_t indent, int folded)
{
	const char *end = memchr(r->at, '\n', (size_t)(r->end - r->at)), *s = r->at;
	const size_t len = r->text.len;

	if (s == r->end)
		return 0;
	while (end && s < end && *s == ' ')
		s++;
	if (!end || (s == end && s > r->at))
		return -1;
	if (s < end && (size_t)(s - r->at) < indent)
		return 0;
	if (folded && s < end && ((size_t)(s - r->at) > indent || (len > 1 && r->text.data[len - 2] == '\n')))
		return -1;
	if (folded && s < end && len)
		r->text.data[len - 1] = ' ';
	if (s < end)
		s = r->at + indent;
	co_buf_add(&r->text, s, (size_t)(end - s) + 1);
	r->line = r->at = end + 1;
	return 1;
}

/* "|", ">", each with or without "-", and the lines behind it, which stand further in than parent. */
static json_t *read_block_scalar(struct reader *r, int parent)
{
	const int folded = *r->at++ == '>', strip = is(r, '-');
	int indent, more;

	r->at += strip;
	if (!is(r, '\n'))
		return NULL;
	r->line = ++r->at;
	skip_spaces(r);
	indent = column(r);
	r->at = r->line;
	co_buf_reset(&r->text);
	if (indent <= parent || indent < 1)
		return NULL;
	while ((more = take_block_line(r, (size_t)indent, folded)) > 0)
		;
	if (more < 0)
		return NULL;
	while (r->text.len > 1 && r->text.data[r->text.len - 2] == '\n')
		r->text.len--;
	skip_to_next(r);
	return count(r, json_stringn_nocheck(r->text.data, r->text.len - (size_t)strip));
}

/* ---- blocks */

/* What stands on the line of its key or dash, of a collection at column parent. */
static json_t *read_on_line(struct reader *r, int parent)
{
	const int is_block = is(r, '|') || is(r, '>'), is_flow = is(r, '{') || is(r, '[');
	json_t *value = is_block ? read_block_scalar(r, parent) : is_flow ? read_flow(r) : take_scalar(r, 0);

	if (value && (is_block || end_line(r)) && column(r) <= parent)
		return value;
	json_decref(value);
	return NULL;
}

/* A value on lines of its own; a list may stand as far out as the key that it belongs to. */
static json_t *read_below(struct reader *r, int parent, int in_mapping)
{
	if (!end_line(r))
		return NULL;
	if (column(r) > parent || (in_mapping && column(r) == parent && is_dash(r)))
		return read_block(r);
	return count(r, json_null());
}

static int ends_here(const struct reader *r)
{
	const char *s = r->at;

	while (s < r->end && *s == ' ')
		s++;
	return s == r->end || *s == '\n' || (*s == '#' && s > r->at);
}

static int take_member(struct reader *r, json_t *object, int at)
{
	json_t *key = take_key(r, 0), *value = NULL;

	if (key && ends_here(r)) {
		value = read_below(r, at, 1);
	} else if (key) {
		skip_spaces(r);
		value = read_on_line(r, at);
	}
	return set_member(object, key, value);
}

static int take_item(struct reader *r, json_t *array, int at)
{
	json_t *value;

	r->at++;
	if (ends_here(r)) {
		value = read_below(r, at, 0);
	} else {
		skip_spaces(r);
		value = is_dash(r) || key_length(r, 0) ? read_block(r) : read_on_line(r, at);
	}
	return value && json_array_append_new(array, value) == 0;
}

/* The collection that begins here: all that follows at this column. */
static json_t *read_block(struct reader *r)
{
	const int at = column(r), is_list = is_dash(r);
	json_t *all = count(r, is_list ? json_array() : json_object());
	int good = all && ++r->depth <= CO_JSON_DEPTH;

	while (good && column(r) == at && is_dash(r) == is_list)
		good = is_list ? take_item(r, all, at) : take_member(r, all, at);
	r->depth--;
	if (good && column(r) <= at)
		return all;
	json_decref(all);
	return NULL;
}

json_t *co_yaml_read(const char *text, size_t len)
{
	struct reader r = { .at = text, .end = text + len, .line = text, .text = CO_BUF_INIT };
	json_t *value = NULL;

	if (len <= CO_YAML_BYTES && is_plain_text(text, r.end)) {
		skip_to_next(&r);
		value = r.at < r.end ? read_block(&r) : NULL;
	}
	if (value && r.at < r.end) {
		json_decref(value);
		value = NULL;
	}
	co_buf_clear(&r.text);
	return value;
}
