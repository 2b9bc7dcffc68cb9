/* SPDX-License-Identifier: Apache-2.0 */
#include "report/layout.h"

#include "base/escape.h"

#include <stdlib.h>
#include <string.h>

struct range {
	uint32_t first;
	uint32_t last;
};

static const struct range combining[] = {
	{ 0x300, 0x36f },   { 0x483, 0x489 },	{ 0x591, 0x5bd },   { 0x610, 0x61a },	{ 0x64b, 0x65f },
	{ 0xe34, 0xe3a },   { 0xe47, 0xe4e },	{ 0x1ab0, 0x1aff }, { 0x1dc0, 0x1dff }, { 0x20d0, 0x20ff },
	{ 0x302a, 0x302d }, { 0x3099, 0x309a }, { 0xfe20, 0xfe2f },
};

static const struct range wide[] = {
	{ 0x1100, 0x115f },   { 0x2e80, 0x303e },   { 0x3041, 0xa4cf },	  { 0xac00, 0xd7a3 },	{ 0xf900, 0xfaff },
	{ 0xfe30, 0xfe6f },   { 0xff00, 0xff60 },   { 0xffe0, 0xffe6 },	  { 0x1f300, 0x1f64f }, { 0x1f680, 0x1f6ff },
	{ 0x1f900, 0x1f9ff }, { 0x20000, 0x2fffd }, { 0x30000, 0x3fffd },
};

static int in(uint32_t c, const struct range *ranges, size_t n)
{
	size_t i;

	for (i = 0; i < n && ranges[i].first <= c; i++)
		if (c <= ranges[i].last)
			return 1;
	return 0;
}

static unsigned columns_of(uint32_t c)
{
	if (c < 0x300)
		return 1;
	if (in(c, combining, CO_COUNT(combining)))
		return 0;
	return in(c, wide, CO_COUNT(wide)) ? 2 : 1;
}

unsigned co_layout_columns(const char *text, size_t len)
{
	unsigned columns = 0;
	uint32_t c;
	size_t n;

	for (; len; text += n, len -= n) {
		n = co_utf8_next(text, len, &c);
		columns += n ? columns_of(c) : 1;
		n = n ? n : 1;
	}
	return columns;
}

/* Bytes of text that fit in room columns; at least one character, so that there is progress. */
static size_t fitting(const char *text, size_t len, unsigned room)
{
	size_t at = 0, n;
	unsigned used = 0;
	uint32_t c;

	while (at < len) {
		n = co_utf8_next(text + at, len - at, &c);
		used += n ? columns_of(c) : 1;
		if (used > room && at)
			break;
		at += n ? n : 1;
	}
	return at;
}

static void new_line(struct co_buf *out, unsigned indent)
{
	co_buf_addf(out, "\n%*s", (int)indent, "");
}

void co_layout_wrap(struct co_buf *out, const char *text, unsigned indent, unsigned width)
{
	unsigned room = width > indent + 8 ? width - indent : 8;
	unsigned used = 0;

	while (*text) {
		size_t len = strcspn(text, " ");
		unsigned columns = co_layout_columns(text, len);

		if (used && used + 1 + columns > room) {
			new_line(out, indent);
			used = 0;
		} else if (used) {
			co_buf_addc(out, ' ');
			used++;
		}
		if (columns > room) {
			len = fitting(text, len, room);
			columns = room;
		}
		co_buf_add(out, text, len);
		used += columns;
		text += len;
		text += strspn(text, " ");
	}
	co_buf_addc(out, '\n');
}

int co_layout_gauge(const char *line, struct co_layout_gauge *gauge)
{
	const char *colon = strstr(line, ": ");
	char *end;
	unsigned long percent;

	if (!colon || colon == line)
		return 0;
	gauge->rest = colon + 2;
	gauge->name_len = (size_t)(colon - line);
	if (*gauge->rest < '0' || *gauge->rest > '9')
		return 0;
	percent = strtoul(gauge->rest, &end, 10);
	if (*end == '.')
		end += 1 + strspn(end + 1, "0123456789");
	if (*end != '%')
		return 0;
	gauge->percent = percent > 100 ? 100 : (unsigned)percent;
	return 1;
}

void co_layout_bar(struct co_buf *out, unsigned percent, unsigned size, int utf8)
{
	static const char *const eighths[] = { "", "\u258f", "\u258e", "\u258d", "\u258c", "\u258b", "\u258a", "\u2589" };
	unsigned filled = (percent * size * 8 + 50) / 100, full = filled / 8, part = utf8 ? filled % 8 : 0, i;

	for (i = 0; i < full; i++)
		co_buf_adds(out, utf8 ? "\u2588" : "#");
	co_buf_adds(out, eighths[part]);
	for (i = full + (part > 0); i < size; i++)
		co_buf_adds(out, utf8 ? "\u00b7" : ".");
}
