/* SPDX-License-Identifier: Apache-2.0 */
/* A tree has names, strings that end where they say, and no more elements than the text has bytes; both readers give the same. */
#include "fuzz.h"

#include "base/escape.h"
#include "codec/xmlread.h"

static size_t walk(const struct co_xml_element *e, unsigned depth)
{
	size_t i, count = 0;

	must(depth <= CO_XML_DEPTH);
	for (; e; e = e->next) {
		must(*e->name && co_utf8_valid(e->name, strlen(e->name)));
		must(strlen(e->text) == e->text_len && co_utf8_valid(e->text, e->text_len));
		for (i = 0; i < e->attribute_count; i++)
			must(*e->attributes[i].name && co_utf8_valid(e->attributes[i].value, strlen(e->attributes[i].value)));
		count += 1 + walk(e->first, depth + 1);
	}
	return count;
}

static void same(const struct co_xml_element *a, const struct co_xml_element *b)
{
	size_t i;

	for (; a && b; a = a->next, b = b->next) {
		must(strcmp(a->name, b->name) == 0 && strcmp(a->text, b->text) == 0);
		must(a->attribute_count == b->attribute_count);
		for (i = 0; i < a->attribute_count; i++) {
			must(strcmp(a->attributes[i].name, b->attributes[i].name) == 0);
			must(strcmp(a->attributes[i].value, b->attributes[i].value) == 0);
		}
		same(a->first, b->first);
	}
	must(!a && !b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct co_err err = CO_ERR_INIT;
	char *text = fuzz_text(data, size);
	struct co_xml *xml = co_xml_read_expat(text, size, "input", &err), *fast = co_xml_read(text, size);

	if (xml) {
		must(!co_xml_root(xml)->next);
		must(walk(co_xml_root(xml), 1) <= size);
		if (fast)
			same(co_xml_root(fast), co_xml_root(xml));
	} else {
		fuzz_check_error(&err);
		must(!fast);
	}
	co_xml_free(fast);
	co_xml_free(xml);
	free(text);
	return 0;
}
