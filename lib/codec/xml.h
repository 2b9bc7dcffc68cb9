/* SPDX-License-Identifier: Apache-2.0 */
/*
 * codec/xml: XML answers of services as a small tree (expat).
 *
 * Made for data, not for documents: an element has a name without its prefix,
 * attributes, and either text or children. Refused: a DOCTYPE, and with it every
 * entity that is not one of XML's own five; what is over the limits; encodings
 * other than UTF-8, UTF-16, ISO-8859-1 and US-ASCII; and what is not well-formed.
 */
#ifndef CO_CODEC_XML_H
#define CO_CODEC_XML_H

#include "base/err.h"

enum {
	CO_XML_DEPTH = 64,	       /* the root is depth 1 */
	CO_XML_ATTRIBUTES = 64,	       /* of one element */
	CO_XML_NAME = 256,	       /* bytes of a name */
	CO_XML_BYTES = 64 * 1024 * 1024, /* of one document */
};

/* Parts of an element: all strings are UTF-8, NUL-terminated, and owned by the tree. */
struct co_xml_attribute {
	const char *name; /* as written: "xsi:type" */
	const char *value;
};

struct co_xml_element {
	const char *name; /* without prefix */
	const char *text; /* what stands before the first child; "" for none, or for white space before a child */
	size_t text_len;
	const struct co_xml_attribute *attributes;
	size_t attribute_count;
	struct co_xml_element *first; /* child; NULL: none */
	struct co_xml_element *next;  /* sibling; NULL: the last */
};

struct co_xml; /* owns the tree */

/* NULL and err (CO_ERR_INPUT with line and column) on failure. name stands in for the file in errors. */
struct co_xml *co_xml_parse(const char *text, size_t len, const char *name, struct co_err *err);
void co_xml_free(struct co_xml *xml);

const struct co_xml_element *co_xml_root(const struct co_xml *xml);

/* The first child of that name; NULL if there is none. */
const struct co_xml_element *co_xml_child(const struct co_xml_element *parent, const char *name);

/* The text of the first child of that name; NULL if there is none. */
const char *co_xml_child_text(const struct co_xml_element *parent, const char *name);

#endif
