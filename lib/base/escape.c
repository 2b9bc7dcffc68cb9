/* SPDX-License-Identifier: Apache-2.0 */
#include "base/escape.h"

#include <string.h>

struct range {
	uint32_t first;
	uint32_t last;
};

/* Control, invisible, direction-changing and default-ignorable code points. */
static const struct range unsafe[] = {
	{ 0x00, 0x1f },       { 0x7f, 0x9f },	  { 0xad, 0xad },
	{ 0x34f, 0x34f },     { 0x61c, 0x61c },	  { 0x115f, 0x1160 },
	{ 0x17b4, 0x17b5 },   { 0x180b, 0x180f }, { 0x200b, 0x200f },
	{ 0x2028, 0x202e },   { 0x2060, 0x206f }, { 0x3164, 0x3164 },
	{ 0xfe00, 0xfe0f },   { 0xfeff, 0xfeff }, { 0xffa0, 0xffa0 },
	{ 0xfff9, 0xfffb },   { 0x1bca0, 0x1bca3 }, { 0x1d173, 0x1d17a },
	{ 0xe0000, 0xe0fff },
};

static int is_unsafe(uint32_t c)
{
	size_t i;

	if (c >= 0x20 && c < 0x7f)
		return 0;
	for (i = 0; i < CO_COUNT(unsafe) && unsafe[i].first <= c; i++)
		if (c <= unsafe[i].last)
			return 1;
	return 0;
}

size_t co_utf8_next(const char *text, size_t len, uint32_t *code_point)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	const unsigned char *p = (const unsigned char *)text;
	size_t n, i;
	uint32_t c;

	if (!len)
		return 0;
	if (p[0] < 0x80) {
		*code_point = p[0];
		return 1;
	}
	n = p[0] >= 0xf0 ? 4 : p[0] >= 0xe0 ? 3 : 2;
	if (p[0] < 0xc2 || p[0] > 0xf4 || n > len)
		return 0;
	c = p[0] & (0x7fu >> n);
	for (i = 1; i < n; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (p[i] & 0x3fu);
	}
	if (c < least[n] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return 0;
	*code_point = c;
	return n;
}

int co_utf8_valid(const char *text, size_t len)
{
	uint32_t c;
	size_t n;

	for (; len; text += n, len -= n) {
		n = (unsigned char)*text < 0x80 ? 1 : co_utf8_next(text, len, &c);
		if (!n)
			return 0;
	}
	return 1;
}

static void escape(struct co_buf *out, const char *text, size_t len, int keep_lf)
{
	uint32_t c;
	size_t n;

	for (; len; text += n, len -= n) {
		n = co_utf8_next(text, len, &c);
		if (!n) {
			co_buf_addf(out, "\\x%02x", (unsigned char)*text);
			n = 1;
		} else if ((keep_lf && c == '\n') || !is_unsafe(c)) {
			co_buf_add(out, text, n);
		} else if (c < 0x100) {
			co_buf_addf(out, "\\x%02x", (unsigned)c);
		} else {
			co_buf_addf(out, "\\u{%x}", (unsigned)c);
		}
	}
}

void co_escape(struct co_buf *out, const char *text, size_t len)
{
	escape(out, text, len, 0);
}

void co_escape_lines(struct co_buf *out, const char *text, size_t len)
{
	escape(out, text, len, 1);
}

void co_escape_json(struct co_buf *out, const char *text, size_t len)
{
	uint32_t c;
	size_t n;

	for (; len; text += n, len -= n) {
		n = co_utf8_next(text, len, &c);
		if (!n)
			n = 1; /* no JSON text has such a byte */
		else if (c == '\n' || !is_unsafe(c))
			co_buf_add(out, text, n);
		else if (c < 0x10000)
			co_buf_addf(out, "\\u%04x", (unsigned)c);
		else
			co_buf_addf(out, "\\u%04x\\u%04x", (unsigned)(0xd7c0 + (c >> 10)), (unsigned)(0xdc00 + (c & 0x3ff)));
	}
}
