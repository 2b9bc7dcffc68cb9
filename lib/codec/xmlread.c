/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The text is copied once, and becomes the strings of the tree in place: a name ends where ">" or a space was, a text
 * where "<" was, and entities only make it shorter.
 */
#include "codec/xmlread.h"

#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "base/escape.h"

struct open {
	struct co_xml_element *element;
	struct co_xml_element *last; /* its youngest child */
	const char *raw;	     /* its name with the prefix */
	size_t raw_len;
};

struct reader {
	struct co_xml *xml;
	char *at, *end; /* *end is NUL */
	struct open open[CO_XML_DEPTH];
	size_t depth;
};

/* What a byte may be, by the bits below. */
enum { SPACE = 1, NAME = 2, NAME_START = 4, PLAIN = 8 };

static unsigned char class_of(char c)
{
	unsigned char u = (unsigned char)c;

	if (u == ' ' || u == '\n' || u == '\t' || u == '\r')
		return SPACE;
	if ((u >= 'a' && u <= 'z') || (u >= 'A' && u <= 'Z') || u == '_')
		return NAME | NAME_START;
	return (u >= '0' && u <= '9') || u == '-' || u == '.' ? NAME : 0;
}

static void skip_space(struct reader *r)
{
	while (class_of(*r->at) & SPACE)
		r->at++;
}

/* One name with at most one prefix; its length, or 0. */
static size_t name_length(const char *at)
{
	const char *start = at, *colon = NULL;

	if (!(class_of(*at) & NAME_START))
		return 0;
	for (; (class_of(*at) & NAME) || (*at == ':' && !colon); at++) {
		if (*at == ':') {
			colon = at;
			if (!(class_of(at[1]) & NAME_START))
				return 0;
		}
	}
	return at - start <= CO_XML_NAME ? (size_t)(at - start) : 0;
}

/* ---- text */

/* "lt;" after "&": writes the character and moves *from behind it. 0, or -1. */
static int entity(char **from, char **to)
{
	static const struct {
		const char *name;
		size_t len;
		char c;
	} known[] = { { "lt;", 3, '<' }, { "gt;", 3, '>' }, { "amp;", 4, '&' }, { "quot;", 5, '"' }, { "apos;", 5, '\'' } };
	size_t i;

	for (i = 0; i < CO_COUNT(known); i++) {
		if (strncmp(*from, known[i].name, known[i].len) == 0) {
			*(*to)++ = known[i].c;
			*from += known[i].len;
			return 0;
		}
	}
	return -1;
}

static size_t put_utf8(char *to, uint32_t c)
{
	if (c < 0x80) {
		to[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		to[0] = (char)(0xc0 | c >> 6);
		to[1] = (char)(0x80 | (c & 0x3f));
		return 2;
	}
	if (c < 0x10000) {
		to[0] = (char)(0xe0 | c >> 12);
		to[1] = (char)(0x80 | (c >> 6 & 0x3f));
		to[2] = (char)(0x80 | (c & 0x3f));
		return 3;
	}
	to[0] = (char)(0xf0 | c >> 18);
	to[1] = (char)(0x80 | (c >> 12 & 0x3f));
	to[2] = (char)(0x80 | (c >> 6 & 0x3f));
	to[3] = (char)(0x80 | (c & 0x3f));
	return 4;
}

static int is_character(uint32_t c)
{
	return c == 9 || c == 10 || c == 13 || (c >= 0x20 && c < 0xd800) || (c >= 0xe000 && c < 0xfffe) ||
	       (c >= 0x10000 && c < 0x110000);
}

/* "#65;" or "#x41;" after "&". A reference is never shorter than what it stands for. */
static int reference(char **from, char **to)
{
	const char *digits = "0123456789abcdef", *at = *from + 1, *digit;
	uint32_t base = 10, c = 0;
	int count = 0;

	if (*at == 'x') {
		base = 16;
		at++;
	}
	for (; *at != ';'; at++, count++) {
		char low = *at >= 'A' && *at <= 'F' ? (char)(*at + ('a' - 'A')) : *at;

		digit = low ? memchr(digits, low, base) : NULL;
		if (!digit || count == 7)
			return -1;
		c = c * base + (uint32_t)(digit - digits);
	}
	if (!count || !is_character(c))
		return -1;
	*to += put_utf8(*to, c);
	*from += at + 1 - *from;
	return 0;
}

/* One character that is not plain ASCII text. 0, or -1. */
static int odd(struct reader *r, char **to)
{
	uint32_t c;
	size_t n;

	switch (*r->at) {
	case '&':
		r->at++;
		return *r->at == '#' ? reference(&r->at, to) : entity(&r->at, to);
	case '\r':
		r->at += 1 + (r->at[1] == '\n');
		*(*to)++ = '\n';
		return 0;
	case '\n':
	case '\t':
		*(*to)++ = *r->at++;
		return 0;
	case '>': /* "]]>" ends what never began; expat says so */
		if (r->at[-1] == ']')
			return -1;
		*(*to)++ = *r->at++;
		return 0;
	default:
		n = (unsigned char)*r->at < 0x80 ? 0 : co_utf8_next(r->at, (size_t)(r->end - r->at), &c);
		if (!n || !is_character(c))
			return -1;
		memmove(*to, r->at, n);
		*to += n;
		r->at += n;
		return 0;
	}
}

/* Up to the next "<", which is still there when this returns: *end is where the text ends. 0, or -1. */
static int text(struct reader *r, char **start, char **end)
{
	char *to = r->at;

	*start = r->at;
	while (*r->at != '<') {
		unsigned char c = (unsigned char)*r->at;

		if (c >= 0x20 && c < 0x7f && c != '&' && c != '>')
			*to++ = *r->at++;
		else if (odd(r, &to) < 0)
			return -1;
	}
	*end = to;
	return 0;
}

/* Gives a text to the element that it stands in; what only indents a child, or stands behind one, is none. */
static void give_text(struct reader *r, char *start, char *end, int before_child)
{
	struct co_xml_element *e = r->open[r->depth - 1].element;
	const char *c = start;

	if (start == end || e->first)
		return;
	while (before_child && c < end && (class_of(*c) & SPACE))
		c++;
	if (before_child && c == end)
		return;
	*end = '\0';
	e->text = start;
	e->text_len = (size_t)(end - start);
}

/* ---- tags */

static int attribute(struct reader *r, struct co_xml_attribute *out)
{
	size_t len = name_length(r->at);
	char *name = r->at, *value, quote;

	if (!len || name[len] != '=' || (name[len + 1] != '"' && name[len + 1] != '\''))
		return -1;
	quote = name[len + 1];
	value = r->at = name + len + 2;
	for (; *r->at != quote; r->at++) {
		unsigned char c = (unsigned char)*r->at;

		if (c < 0x20 || c >= 0x7f || c == '<' || c == '&')
			return -1;
	}
	name[len] = '\0';
	*r->at++ = '\0';
	out->name = name;
	out->value = value;
	return class_of(*r->at) & SPACE || *r->at == '>' || *r->at == '/' ? 0 : -1;
}

static int attributes(struct reader *r, struct co_xml_element *e)
{
	struct co_xml_attribute found[8], *kept;
	size_t i, n = 0;

	for (skip_space(r); *r->at != '>' && *r->at != '/'; skip_space(r)) {
		if (n == CO_COUNT(found) || attribute(r, &found[n]) < 0)
			return -1;
		for (i = 0; i < n; i++) {
			if (strcmp(found[i].name, found[n].name) == 0)
				return -1;
		}
		n++;
	}
	if (n) {
		kept = co_xml_take(r->xml, n * sizeof(*kept));
		memcpy(kept, found, n * sizeof(*kept));
		e->attributes = kept;
		e->attribute_count = n;
	}
	return 0;
}

static void add_element(struct reader *r, struct co_xml_element *e)
{
	struct open *parent = r->depth ? &r->open[r->depth - 1] : NULL;

	if (!parent)
		r->xml->root = e;
	else if (parent->last)
		parent->last->next = e;
	else
		parent->element->first = e;
	if (parent)
		parent->last = e;
}

/* At the name of "<name ...>" or "<name ... />"; at what follows it afterwards. 0, or -1. */
static int start_tag(struct reader *r)
{
	size_t len = name_length(r->at);
	char *name = r->at, *colon = len ? memchr(name, ':', len) : NULL;
	struct co_xml_element *e;
	int empty;

	if (!len || r->depth == CO_XML_DEPTH)
		return -1;
	e = co_xml_take(r->xml, sizeof(*e));
	memset(e, 0, sizeof(*e));
	e->name = colon ? colon + 1 : name;
	e->text = "";
	r->at += len;
	if (class_of(*r->at) & SPACE ? attributes(r, e) < 0 : *r->at != '>' && *r->at != '/')
		return -1;
	empty = *r->at == '/';
	r->at += empty;
	if (*r->at != '>')
		return -1;
	r->at++;
	name[len] = '\0';
	add_element(r, e);
	if (!empty)
		r->open[r->depth++] = (struct open){ e, NULL, name, len };
	return 0;
}

/* At the name of "</name>". */
static int end_tag(struct reader *r)
{
	const struct open *open = &r->open[r->depth - 1];

	if ((size_t)(r->end - r->at) <= open->raw_len || memcmp(r->at, open->raw, open->raw_len) != 0)
		return -1;
	r->at += open->raw_len;
	skip_space(r);
	if (*r->at != '>')
		return -1;
	r->at++;
	r->depth--;
	return 0;
}

/* ---- the document */

/* <?xml version="1.0" encoding="UTF-8"?>, or nothing. */
static int declaration(struct reader *r)
{
	static const char *const parts[] = { "<?xml version=\"1.0\"", " encoding=\"UTF-8\"" };
	size_t i;

	for (i = 0; i < CO_COUNT(parts); i++) {
		size_t len = strlen(parts[i]);

		if (strncasecmp(r->at, parts[i], i ? len : 0) == 0 && (i || strncmp(r->at, parts[i], len) == 0))
			r->at += len;
		else if (i == 0)
			return 0;
	}
	if (strncmp(r->at, "?>", 2) != 0)
		return -1;
	r->at += 2;
	return 0;
}

static int document(struct reader *r)
{
	char *start, *end;

	if (declaration(r) < 0)
		return -1;
	skip_space(r);
	if (*r->at++ != '<' || start_tag(r) < 0)
		return -1;
	while (r->depth) {
		int closing;

		if (text(r, &start, &end) < 0)
			return -1;
		closing = r->at[1] == '/';
		r->at += 1 + closing;
		give_text(r, start, end, !closing);
		if (closing ? end_tag(r) < 0 : start_tag(r) < 0)
			return -1;
	}
	skip_space(r);
	return r->at == r->end ? 0 : -1;
}

struct co_xml *co_xml_read(const char *source, size_t len)
{
	struct reader r = { .xml = co_xcalloc(1, sizeof(struct co_xml)) };

	if (len <= CO_XML_BYTES) {
		r.at = co_xml_take(r.xml, len + 1);
		memcpy(r.at, source, len);
		r.end = r.at + len;
		*r.end = '\0';
		if (document(&r) == 0)
			return r.xml;
	}
	co_xml_free(r.xml);
	return NULL;
}
