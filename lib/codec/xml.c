/* SPDX-License-Identifier: Apache-2.0 */
#include "codec/xmlread.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <expat.h>

enum { BLOCK = 64 * 1024 };

/* Memory that is given back at once: a large answer has a hundred thousand elements. */
struct co_xml_block {
	struct co_xml_block *next;
	size_t used, size;
	max_align_t data[];
};

struct reader {
	XML_Parser parser;
	struct co_xml *xml;
	struct co_xml_element *open[CO_XML_DEPTH]; /* from the root to the element being read */
	struct co_xml_element *last[CO_XML_DEPTH]; /* its youngest child so far */
	size_t depth;
	struct co_buf text; /* since the last tag */
	struct co_err *err; /* set: parsing was stopped */
	const char *name;
};

void *co_xml_take(struct co_xml *xml, size_t size)
{
	struct co_xml_block *block = xml->blocks;
	char *at;

	size = (size + sizeof(void *) - 1) & ~(sizeof(void *) - 1);
	if (!block || block->size - block->used < size) {
		size_t room = size > BLOCK ? size : BLOCK;

		block = co_xmalloc(sizeof(*block) + room);
		block->next = xml->blocks;
		block->used = 0;
		block->size = room;
		xml->blocks = block;
	}
	at = (char *)block->data + block->used;
	block->used += size;
	return at;
}

static const char *keep(struct co_xml *xml, const char *s, size_t len)
{
	char *copy;

	if (!len)
		return "";
	copy = co_xml_take(xml, len + 1);
	memcpy(copy, s, len);
	copy[len] = '\0';
	return copy;
}

static void refuse(struct reader *r, const char *what)
{
	if (!r->err->code) {
		co_err_set(r->err, CO_ERR_INPUT, "bad-xml", "%s", what);
		co_err_at(r->err, r->name, (unsigned)XML_GetCurrentLineNumber(r->parser),
			  (unsigned)XML_GetCurrentColumnNumber(r->parser) + 1);
	}
	XML_StopParser(r->parser, XML_FALSE);
}

static const struct co_xml_attribute *attributes(struct reader *r, const char **atts, size_t *count)
{
	struct co_xml_attribute *kept;
	size_t i, n = 0;

	while (atts[2 * n])
		n++;
	*count = n;
	if (n == 0)
		return NULL;
	if (n > CO_XML_ATTRIBUTES) {
		refuse(r, "more than 64 attributes");
		*count = 0;
		return NULL;
	}
	kept = co_xml_take(r->xml, n * sizeof(*kept));
	for (i = 0; i < n; i++) {
		kept[i].name = keep(r->xml, atts[2 * i], strlen(atts[2 * i]));
		kept[i].value = keep(r->xml, atts[2 * i + 1], strlen(atts[2 * i + 1]));
	}
	return kept;
}

/* Gives the text since the last tag to the element that holds it. White space that only indents a child is none. */
static void flush(struct reader *r, int before_child)
{
	struct co_xml_element *e = r->depth ? r->open[r->depth - 1] : NULL;

	if (!r->text.len)
		return;
	if (e && !e->first && !(before_child && strspn(r->text.data, " \t\r\n") == r->text.len)) {
		e->text = keep(r->xml, r->text.data, r->text.len);
		e->text_len = r->text.len;
	}
	co_buf_reset(&r->text);
}

static void XMLCALL on_start(void *context, const char *name, const char **atts)
{
	struct reader *r = context;
	struct co_xml_element *e;
	const char *colon = strchr(name, ':');
	size_t len;

	if (r->err->code)
		return;
	if (r->depth == CO_XML_DEPTH) {
		refuse(r, "nested deeper than 64");
		return;
	}
	if (colon && colon[1])
		name = colon + 1;
	len = strlen(name);
	if (len > CO_XML_NAME) {
		refuse(r, "a name longer than 256 bytes");
		return;
	}
	flush(r, 1);
	e = co_xml_take(r->xml, sizeof(*e));
	memset(e, 0, sizeof(*e));
	e->name = keep(r->xml, name, len);
	e->text = "";
	e->attributes = attributes(r, atts, &e->attribute_count);
	if (r->depth == 0)
		r->xml->root = e;
	else if (r->last[r->depth - 1])
		r->last[r->depth - 1]->next = e;
	else
		r->open[r->depth - 1]->first = e;
	if (r->depth)
		r->last[r->depth - 1] = e;
	r->open[r->depth] = e;
	r->last[r->depth++] = NULL;
}

static void XMLCALL on_end(void *context, const char *name)
{
	struct reader *r = context;

	(void)name;
	if (r->err->code) /* expat still ends what it began when it was stopped */
		return;
	flush(r, 0);
	r->depth--;
}

static void XMLCALL on_text(void *context, const char *text, int len)
{
	struct reader *r = context;

	co_buf_add(&r->text, text, (size_t)len);
}

static void XMLCALL on_doctype(void *context, const char *name, const char *system_id, const char *public_id, int internal)
{
	(void)name, (void)system_id, (void)public_id, (void)internal;
	refuse(context, "a document type declaration, which no service sends");
}

struct co_xml *co_xml_parse(const char *text, size_t len, const char *name, struct co_err *err)
{
	struct co_xml *xml = co_xml_read(text, len);

	return xml ? xml : co_xml_read_expat(text, len, name, err);
}

struct co_xml *co_xml_read_expat(const char *text, size_t len, const char *name, struct co_err *err)
{
	struct co_err unused = CO_ERR_INIT;
	struct reader r = { .name = name, .err = err ? err : &unused };

	if (len > CO_XML_BYTES) {
		co_err_set(r.err, CO_ERR_INPUT, "bad-xml", "larger than %d bytes", CO_XML_BYTES);
		co_err_at(r.err, name, 0, 0);
		return NULL;
	}
	*r.err = (struct co_err)CO_ERR_INIT;
	r.parser = XML_ParserCreate(NULL);
	if (!r.parser)
		co_out_of_memory();
	r.xml = co_xcalloc(1, sizeof(*r.xml));
	XML_SetUserData(r.parser, &r);
	XML_SetElementHandler(r.parser, on_start, on_end);
	XML_SetCharacterDataHandler(r.parser, on_text);
	XML_SetStartDoctypeDeclHandler(r.parser, on_doctype);
	if (XML_Parse(r.parser, text, (int)len, 1) != XML_STATUS_OK)
		refuse(&r, XML_ErrorString(XML_GetErrorCode(r.parser)));
	XML_ParserFree(r.parser);
	co_buf_clear(&r.text);
	if (r.err->code) {
		co_xml_free(r.xml);
		return NULL;
	}
	return r.xml;
}

void co_xml_free(struct co_xml *xml)
{
	struct co_xml_block *block, *next;

	if (!xml)
		return;
	for (block = xml->blocks; block; block = next) {
		next = block->next;
		free(block);
	}
	free(xml);
}

const struct co_xml_element *co_xml_root(const struct co_xml *xml)
{
	return xml->root;
}

const struct co_xml_element *co_xml_child(const struct co_xml_element *parent, const char *name)
{
	const struct co_xml_element *e = parent->first;

	while (e && strcmp(e->name, name) != 0)
		e = e->next;
	return e;
}

const char *co_xml_child_text(const struct co_xml_element *parent, const char *name)
{
	const struct co_xml_element *e = co_xml_child(parent, name);

	return e ? e->text : NULL;
}
