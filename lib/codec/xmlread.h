/* SPDX-License-Identifier: Apache-2.0 */
/*
 * codec/xmlread: XML that is right, read fast; see codec/xml.h.
 *
 * expat costs more than all else that is done with an answer. This reader takes what services write: elements,
 * attributes, text, the five entities and character references, in UTF-8. It says nothing about the rest (comments,
 * CDATA, other encodings, whatever is wrong): what it does not take, expat judges and explains. tests/fuzz/xml.c holds
 * the two to the same trees.
 */
#ifndef CO_CODEC_XMLREAD_H
#define CO_CODEC_XMLREAD_H

#include "codec/xml.h"

/* NULL when the text is not plainly right. */
struct co_xml *co_xml_read(const char *text, size_t len);

/* By expat alone. */
struct co_xml *co_xml_read_expat(const char *text, size_t len, const char *name, struct co_err *err);

/* The tree, and memory that is given back with it. */
struct co_xml {
	struct co_xml_block *blocks;
	struct co_xml_element *root;
};

void *co_xml_take(struct co_xml *xml, size_t size);

#endif
