/* SPDX-License-Identifier: Apache-2.0 */
#include "codec/xmlread.h"

#include "unit.h"

static struct co_xml *parse(const char *text)
{
	struct co_err err = CO_ERR_INIT;
	struct co_xml *xml = co_xml_parse(text, strlen(text), "answer", &err);

	if (!xml)
		fail_msg("%s: %s", text, unit_error(&err));
	return xml;
}

static void refused(const char *text, size_t len, const char *message)
{
	struct co_err err = CO_ERR_INIT;

	assert_null(co_xml_parse(text, len, "answer", &err));
	assert_int_equal(err.code, CO_ERR_INPUT);
	assert_string_equal(err.id, "bad-xml");
	unit_assert_contains(unit_error(&err), message);
}

static void refused_text(const char *text, const char *message)
{
	refused(text, strlen(text), message);
}

static void test_tree(void **state)
{
	struct co_xml *xml = parse("<?xml version=\"1.0\"?>\n<r xmlns=\"u\" xmlns:x=\"v\">\n  <x:a i='1' x:type=\"T\">t</x:a><!-- c -->\n"
				   "<b/> <a>second</a></r>");
	const struct co_xml_element *root = co_xml_root(xml), *a = root->first, *b = a->next;

	(void)state;
	assert_string_equal(root->name, "r");
	assert_string_equal(root->text, "");
	assert_int_equal(root->attribute_count, 2);
	assert_null(root->next);
	assert_string_equal(a->name, "a");
	assert_string_equal(a->text, "t");
	assert_int_equal(a->text_len, 1);
	assert_int_equal(a->attribute_count, 2);
	assert_string_equal(a->attributes[1].name, "x:type");
	assert_string_equal(a->attributes[1].value, "T");
	assert_string_equal(b->name, "b");
	assert_string_equal(b->text, "");
	assert_null(b->first);
	assert_string_equal(b->next->text, "second");
	assert_ptr_equal(co_xml_child(root, "b"), b);
	assert_string_equal(co_xml_child_text(root, "a"), "t");
	assert_null(co_xml_child_text(root, "c"));
	co_xml_free(xml);
	co_xml_free(NULL);
}

static void text_is(const char *document, const char *wanted)
{
	struct co_xml *xml = parse(document);

	assert_string_equal(co_xml_root(xml)->text, wanted);
	assert_int_equal(co_xml_root(xml)->text_len, strlen(wanted));
	co_xml_free(xml);
}

static void test_text(void **state)
{
	(void)state;
	text_is("<a>&lt;&amp;&gt;&quot;&apos;&#65;&#x20ac;</a>", "<&>\"'A\u20ac");
	text_is("<a>one <![CDATA[<two>]]> three</a>", "one <two> three");
	text_is("<a> \n </a>", " \n ");
	text_is("<a>before<b>in</b>after</a>", "before");
	text_is("<a> \n <b/>after</a>", "");
	text_is("<a>x<!-- comment -->y<?pi?>z</a>", "xyz");
	text_is("<a>\r\n</a>", "\n");
	text_is("<?xml version='1.0' encoding='ISO-8859-1'?><a>\xe9</a>", "\u00e9");
}

/* What services write does not need expat. */
static void fast(const char *document, int wanted)
{
	struct co_xml *xml = co_xml_read(document, strlen(document));

	if (!xml != !wanted)
		fail_msg("%s: %s", document, xml ? "taken" : "not taken");
	co_xml_free(xml);
}

static void test_fast(void **state)
{
	(void)state;
	fast("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<a xmlns=\"u\"><b>x &amp; &#x41;\r\n</b><c/></a>\n", 1);
	fast("<a x:b='c' d=\"e\" ><f></f ></a>", 1);
	fast("<a>\u00e9 > \U0001f600</a>", 1);
	fast("<a><!-- c --></a>", 0);
	fast("<a><![CDATA[x]]></a>", 0);
	fast("<!DOCTYPE a><a/>", 0);
	fast("<a>]]></a>", 0);
	fast("<a b='1' b='2'/>", 0);
	fast("<a>&nbsp;</a>", 0);
	fast("<a>&#0;</a>", 0);
	fast("<a>&#xd800;</a>", 0);
	fast("<a>\x01</a>", 0);
	fast("<a>\xff</a>", 0);
	fast("<a>\ufffe</a>", 0);
	fast("<a></b>", 0);
	fast("<a", 0);
	fast("<a>", 0);
	fast("<a></a", 0);
	fast("<a/>x", 0);
	fast("", 0);
}

static void test_refused(void **state)
{
	(void)state;
	refused_text("", "answer:1:1: no element found");
	refused_text("<a>", "no element found");
	refused_text("<a></b>", "answer:1:6: mismatched tag");
	refused_text("<a/><b/>", "junk after document element");
	refused_text("\n<a b='1' b='2'/>", "answer:2:10: duplicate attribute");
	refused_text("<a>&nbsp;</a>", "undefined entity");
	refused_text("<a>\xff</a>", "invalid token");
	refused("<a>\0</a>", 8, "invalid token");
	refused_text("<!DOCTYPE html><html/>", "a document type declaration");
	refused_text("<!DOCTYPE a [<!ENTITY l \"lol\"><!ENTITY m \"&l;&l;&l;\">]><a>&m;</a>", "a document type declaration");
	refused_text("<!DOCTYPE a SYSTEM \"file:///etc/passwd\"><a/>", "a document type declaration");
	refused_text("<?xml version='1.0' encoding='EBCDIC'?><a/>", "unknown encoding");
}

static char *nested(int depth)
{
	struct co_buf out = CO_BUF_INIT;
	int i;

	for (i = 0; i < depth; i++)
		co_buf_adds(&out, i + 1 < depth ? "<a>" : "<a/>");
	for (i = 0; i + 1 < depth; i++)
		co_buf_adds(&out, "</a>");
	return co_buf_take(&out);
}

static void test_limits(void **state)
{
	struct co_buf text = CO_BUF_INIT;
	char *deepest = nested(CO_XML_DEPTH), *deeper = nested(CO_XML_DEPTH + 1);
	int i;

	(void)state;
	co_xml_free(parse(deepest));
	refused_text(deeper, "nested deeper than 64");
	free(deepest);
	free(deeper);
	co_buf_adds(&text, "<a");
	for (i = 0; i < CO_XML_ATTRIBUTES; i++)
		co_buf_addf(&text, " a%d=''", i);
	co_buf_adds(&text, "/>");
	co_xml_free(parse(text.data));
	text.len -= 2;
	co_buf_adds(&text, " b=''/>");
	refused_text(text.data, "more than 64 attributes");
	co_buf_reset(&text);
	co_buf_addc(&text, '<');
	for (i = 0; i < CO_XML_NAME; i++)
		co_buf_addc(&text, 'n');
	co_buf_adds(&text, "/>");
	co_xml_free(parse(text.data));
	text.len -= 2;
	co_buf_adds(&text, "n/>");
	refused_text(text.data, "a name longer than 256 bytes");
	co_buf_clear(&text);
	refused("<a/>", (size_t)CO_XML_BYTES + 1, "larger than");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tree),
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_fast),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
