/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One pass without tokens: between two values the reader stands at the next thing that is neither space nor comment, and
 * its column says which collection that belongs to. The text ends with a NUL, and has no other.
 */
#include "codec/yamlread.h"

#include "base/escape.h"
#include "codec/yaml.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum { KEY = 128 }; /* longest key; libyaml takes 1024 */

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

/* Where the first byte is that is neither a space nor a visible character of ASCII; eight at a time. */
static const char *skip_ascii(const char *s, const char *end)
{
	const uint64_t ones = UINT64_MAX / 255;
	uint64_t word;

	for (; end - s >= (ptrdiff_t)sizeof(word); s += sizeof(word)) {
		memcpy(&word, s, sizeof(word));
		if (((word - ones * ' ') | (word + ones) | word) & ones * 0x80)
			break;
	}
	while (s < end && *s >= ' ' && *s < 0x7f)
		s++;
	return s;
}

/* All bytes are characters, and no line is a directive or the mark of a document. */
static int is_plain_text(const char *s, const char *end)
{
	uint32_t c;
	size_t n;

	if (is_special_line(s, end))
		return 0;
	for (; s < end; s += n) {
		s = skip_ascii(s, end);
		n = s < end;
		if (s == end || (*s == '\n' && !is_special_line(s + 1, end)))
			continue;
		n = (unsigned char)*s < 0x80 ? 0 : co_utf8_next(s, (size_t)(end - s), &c);
		if (!n || !is_character(c))
			return 0;
	}
	return 1;
}

static int is(const struct co_yaml_reader *r, char c)
{
	return *r->at == c;
}

/* A space, or the end of the line or of the text. */
static int is_blank(char c)
{
	return c == ' ' || c == '\n' || !c;
}

static void skip_spaces(struct co_yaml_reader *r)
{
	while (is(r, ' '))
		r->at++;
}

static void skip_line(struct co_yaml_reader *r)
{
	r->at += strcspn(r->at, "\n");
}

/* Over spaces, comments and ends of lines to what follows. A comment stands behind a space. */
static void skip_to_next(struct co_yaml_reader *r)
{
	for (;;) {
		skip_spaces(r);
		if (is(r, '#') && (r->at == r->line || r->at[-1] == ' '))
			skip_line(r);
		if (!is(r, '\n'))
			return;
		r->line = ++r->at;
	}
}

/* The same behind a value in a block, on whose line nothing else may stand. */
static int end_line(struct co_yaml_reader *r)
{
	const char *line = r->line;

	skip_to_next(r);
	return r->line > line || r->at == r->end;
}

/* Of what comes next; -1 at the end. */
static int column(const struct co_yaml_reader *r)
{
	return r->at == r->end ? -1 : (int)(r->at - r->line);
}

static int is_dash(const struct co_yaml_reader *r)
{
	return is(r, '-') && is_blank(r->at[1]);
}

/* ---- scalars */

/* What begins no plain scalar, of what is visible. */
static const unsigned char marks[256] = {
	['?'] = 1, [':'] = 1, [','] = 1, ['['] = 1, [']'] = 1, ['{'] = 1, ['}'] = 1, ['#'] = 1, ['&'] = 1, ['*'] = 1, ['!'] = 1,
	['|'] = 1, ['>'] = 1, ['\''] = 1, ['"'] = 1, ['%'] = 1, ['@'] = 1, ['`'] = 1, ['<'] = 1, ['='] = 1,
};

static int begins_plain(const struct co_yaml_reader *r)
{
	const unsigned char c = (unsigned char)*r->at;

	if (c == '-')
		return r->at[1] > ' ' && !strchr("-?:,[]{}#", r->at[1]);
	return c > ' ' && !marks[c];
}

/* What may end a plain scalar: anywhere 1; in a flow 2, and what may be in none there 4. */
static const unsigned char ends[256] = {
	['\0'] = 1, [' '] = 1, ['\n'] = 1, [':'] = 1, ['#'] = 1, [','] = 2, ['['] = 2, [']'] = 2, ['{'] = 2, ['}'] = 2, ['?'] = 4,
};

/* Up to where a plain scalar ends on this line, without spaces there. In a flow it may not hold what ends one there. */
static size_t plain_length(const struct co_yaml_reader *r, int in_flow)
{
	const unsigned char which = in_flow ? 1 | 2 | 4 : 1;
	const char *s = r->at, *last = s;

	for (;; s++) {
		const char *start = s;

		while (!(ends[(unsigned char)*s] & which))
			s++;
		if (s > start)
			last = s;
		if (!*s || *s == '\n' || (*s == ':' && is_blank(s[1])) || (*s == '#' && s[-1] == ' '))
			break;
		if (ends[(unsigned char)*s] == 2)
			break;
		if (in_flow && (*s == '?' || (*s == ':' && strchr(",?[]{}", s[1]))))
			return 0;
		if (*s != ' ')
			last = s + 1;
	}
	return (size_t)(last - r->at);
}

/* Of a scalar in quotes on this line, from quote to quote; 0 if it has other escapes than \" and \\. */
static size_t quoted_length(const struct co_yaml_reader *r)
{
	const char quote = *r->at, *s = r->at + 1;

	for (; *s && *s != quote && *s != '\n'; s++)
		if (quote == '"' && *s == '\\' && *++s != '"' && *s != '\\')
			return 0;
	return *s == quote && s[1] != quote ? (size_t)(s + 1 - r->at) : 0;
}

static int is_quote(const struct co_yaml_reader *r)
{
	return is(r, '"') || is(r, '\'');
}

/* How many bytes the scalar takes that begins here and ends on this line; 0 if none does. */
static size_t scalar_length(struct co_yaml_reader *r, int in_flow)
{
	if (r->measured != r->at) {
		r->measured = r->at;
		r->length = is_quote(r) ? quoted_length(r) : begins_plain(r) ? plain_length(r, in_flow) : 0;
	}
	return r->length;
}

/* How many bytes a key takes, up to its ":"; 0 when there is none. */
static size_t key_length(struct co_yaml_reader *r, int in_flow)
{
	size_t len = scalar_length(r, in_flow);

	return len && len <= KEY && r->at[len] == ':' && is_blank(r->at[len + 1]) ? len : 0;
}

static int count(struct co_yaml_reader *r)
{
	return ++r->values <= CO_YAML_VALUES ? 0 : -1;
}

static void unescape(struct co_yaml_reader *r, struct co_yaml_scalar *out)
{
	const char *s = out->text, *end = s + out->len;

	co_buf_reset(&r->text);
	for (; s < end; s++)
		co_buf_addc(&r->text, *s == '\\' ? *++s : *s);
	*out = (struct co_yaml_scalar){ co_buf_str(&r->text), r->text.len, 0 };
}

/* The scalar of len bytes that begins here, as it stands but for its quotes. */
static void take_bytes(struct co_yaml_reader *r, size_t len, struct co_yaml_scalar *out)
{
	const size_t quote = is_quote(r) ? 1 : 0;

	*out = (struct co_yaml_scalar){ r->at + quote, len - 2 * quote, !quote };
	r->at += len;
}

/* A scalar on this line. */
static int take_scalar(struct co_yaml_reader *r, int in_flow, struct co_yaml_scalar *out)
{
	const size_t len = scalar_length(r, in_flow);
	const int may_escape = is(r, '"');

	if (!len || count(r) < 0)
		return -1;
	take_bytes(r, len, out);
	if (may_escape && memchr(out->text, '\\', out->len))
		unescape(r, out);
	return 0;
}

/* A key and its ":". One with escapes is left to libyaml. */
static int take_key(struct co_yaml_reader *r, int in_flow, struct co_yaml_scalar *key)
{
	const size_t len = key_length(r, in_flow);
	const int may_escape = is(r, '"');

	if (!len || count(r) < 0)
		return -1;
	take_bytes(r, len, key);
	r->at++;
	return (may_escape && memchr(key->text, '\\', key->len)) || !co_yaml_is_string(key) ? -1 : 0;
}

/* ---- literal and folded blocks */

/* Takes one line; 0 where the block ends, -1 for what is not plain. A folded block is one paragraph of even lines. */
static int take_block_line(struct co_yaml_reader *r, size_t indent, int folded)
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
static int take_block_scalar(struct co_yaml_reader *r, int parent, struct co_yaml_scalar *out)
{
	const int folded = *r->at++ == '>', strip = is(r, '-');
	int indent, more;

	r->at += strip;
	if (!is(r, '\n'))
		return -1;
	r->line = ++r->at;
	skip_spaces(r);
	indent = column(r);
	r->at = r->line;
	co_buf_reset(&r->text);
	if (indent <= parent || indent < 1)
		return -1;
	while ((more = take_block_line(r, (size_t)indent, folded)) > 0)
		;
	if (more < 0)
		return -1;
	while (r->text.len > 1 && r->text.data[r->text.len - 2] == '\n')
		r->text.len--;
	skip_to_next(r);
	*out = (struct co_yaml_scalar){ co_buf_str(&r->text), r->text.len - (size_t)strip, 0 };
	return count(r);
}

/* ---- values */

/* Where a value ends that stood on the line of its key or dash, of a collection at column parent. */
static int end_on_line(struct co_yaml_reader *r, int parent)
{
	return end_line(r) && column(r) <= parent ? 0 : -1;
}

int co_yaml_is_collection(const struct co_yaml_reader *r)
{
	return r->stands == CO_YAML_BELOW || (r->stands != CO_YAML_NOWHERE && (is(r, '{') || is(r, '[')));
}

int co_yaml_take_scalar(struct co_yaml_reader *r, struct co_yaml_scalar *out)
{
	const int parent = r->parent;

	if (r->stands == CO_YAML_NOWHERE) {
		*out = (struct co_yaml_scalar){ "", 0, 1 };
		return count(r);
	}
	if (r->stands == CO_YAML_IN_FLOW)
		return take_scalar(r, 1, out);
	if (r->stands == CO_YAML_BELOW)
		return -1;
	if (is(r, '|') || is(r, '>'))
		return take_block_scalar(r, parent, out) == 0 && column(r) <= parent ? 0 : -1;
	return take_scalar(r, 0, out) == 0 ? end_on_line(r, parent) : -1;
}

int co_yaml_enter(struct co_yaml_reader *r, struct co_yaml_collection *c)
{
	*c = (struct co_yaml_collection){ .stands = r->stands, .parent = r->parent };
	if (c->stands == CO_YAML_BELOW) {
		c->column = column(r);
		c->is_list = is_dash(r);
	} else {
		c->is_list = *r->at++ == '[';
		skip_to_next(r);
	}
	return count(r) == 0 && ++r->depth <= CO_JSON_DEPTH ? 0 : -1;
}

/* ---- in braces and brackets: lines and columns mean nothing */

static int leave_flow(struct co_yaml_reader *r, const struct co_yaml_collection *c)
{
	r->at++;
	r->depth--;
	return c->stands == CO_YAML_ON_LINE ? end_on_line(r, c->parent) : 0;
}

static int next_in_flow(struct co_yaml_reader *r, struct co_yaml_collection *c, struct co_yaml_scalar *key)
{
	const char close = c->is_list ? ']' : '}';

	if (c->begun) {
		skip_to_next(r);
		if (is(r, close))
			return leave_flow(r, c);
		if (!is(r, ','))
			return -1;
		r->at++;
		skip_to_next(r);
	}
	if (is(r, close))
		return leave_flow(r, c);
	c->begun = 1;
	if (!c->is_list) {
		if (take_key(r, 1, key) < 0)
			return -1;
		skip_to_next(r);
	}
	r->stands = CO_YAML_IN_FLOW;
	return 1;
}

/* ---- in a block: all that follows at its column */

static int ends_here(const struct co_yaml_reader *r)
{
	const char *s = r->at;

	while (*s == ' ')
		s++;
	return !*s || *s == '\n' || (*s == '#' && s > r->at);
}

/* A value on lines of its own; a list may stand as far out as the key that it belongs to. */
static int find_below(struct co_yaml_reader *r, const struct co_yaml_collection *c)
{
	if (!end_line(r))
		return -1;
	if (column(r) > c->column || (!c->is_list && column(r) == c->column && is_dash(r)))
		r->stands = CO_YAML_BELOW;
	else
		r->stands = CO_YAML_NOWHERE;
	return 1;
}

static int next_in_block(struct co_yaml_reader *r, const struct co_yaml_collection *c, struct co_yaml_scalar *key)
{
	if (column(r) != c->column || is_dash(r) != c->is_list) {
		r->depth--;
		return column(r) <= c->column ? 0 : -1;
	}
	if (c->is_list)
		r->at++;
	else if (take_key(r, 0, key) < 0)
		return -1;
	if (ends_here(r))
		return find_below(r, c);
	skip_spaces(r);
	r->parent = c->column;
	r->stands = c->is_list && (is_dash(r) || key_length(r, 0)) ? CO_YAML_BELOW : CO_YAML_ON_LINE;
	return 1;
}

int co_yaml_next(struct co_yaml_reader *r, struct co_yaml_collection *c, struct co_yaml_scalar *key)
{
	return c->stands == CO_YAML_BELOW ? next_in_block(r, c, key) : next_in_flow(r, c, key);
}

/* ---- the text */

int co_yaml_open(struct co_yaml_reader *r, const char *text, size_t len)
{
	*r = (struct co_yaml_reader){ .at = text, .end = text + len, .line = text, .text = CO_BUF_INIT };
	if (len > CO_YAML_BYTES || !is_plain_text(text, r->end))
		return -1;
	skip_to_next(r);
	return r->at < r->end ? 0 : -1;
}

int co_yaml_close(struct co_yaml_reader *r)
{
	co_buf_clear(&r->text);
	return r->at == r->end ? 0 : -1;
}
