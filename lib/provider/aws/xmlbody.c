/* SPDX-License-Identifier: Apache-2.0 */
/* Bodies of rest-xml, byte for byte as Python's ElementTree writes them: checksums are made of them. */
#include "provider/aws/wire.h"

#include <string.h>

static void add_escaped(struct co_buf *out, const char *s, size_t len, int attribute)
{
	size_t i;

	for (i = 0; i < len; i++) {
		char c = s[i];

		if (c == '&')
			co_buf_adds(out, "&amp;");
		else if (c == '<')
			co_buf_adds(out, "&lt;");
		else if (c == '>')
			co_buf_adds(out, "&gt;");
		else if (attribute && c == '"')
			co_buf_adds(out, "&quot;");
		else if (attribute && (c == '\r' || c == '\n' || c == '\t'))
			co_buf_addf(out, "&#%02d;", c);
		else
			co_buf_addc(out, c);
	}
}

static void add_attribute(struct co_buf *out, const char *name, const char *value)
{
	co_buf_addf(out, " %s=\"", name);
	add_escaped(out, value, strlen(value), 1);
	co_buf_addc(out, '"');
}

static void add_namespace(struct co_buf *out, const struct co_api_member *member)
{
	char name[64];

	if (!member->xmlns)
		return;
	snprintf(name, sizeof(name), member->xmlprefix ? "xmlns:%s" : "xmlns", member->xmlprefix);
	add_attribute(out, name, member->xmlns);
}

/* Ends a start tag, with the content and an end tag where there is content. */
static void close_element(struct co_buf *out, const char *name, const struct co_buf *content)
{
	if (!content->len) {
		co_buf_adds(out, " />");
		return;
	}
	co_buf_addc(out, '>');
	co_buf_add(out, content->data, content->len);
	co_buf_addf(out, "</%s>", name);
}

static const char *name_of(const struct co_api_member *member, const char *otherwise)
{
	return member->wire ? member->wire : otherwise;
}

static void add_structure(struct co_buf *out, const struct co_api_member *member, const char *name, json_t *value)
{
	struct co_buf content = CO_BUF_INIT;
	const char *key;
	json_t *each;

	co_buf_addf(out, "<%s", name);
	add_namespace(out, member);
	json_object_foreach(value, key, each) {
		const struct co_api_member *of = co_api_member(member->shape, key);

		if ((of->flags & CO_API_ATTRIBUTE) && json_is_string(each))
			add_attribute(out, name_of(of, key), json_string_value(each));
		else
			co_aws_xml_of(&content, of, name_of(of, key), each);
	}
	close_element(out, name, &content);
	co_buf_clear(&content);
}

static void add_list(struct co_buf *out, const struct co_api_member *member, const char *name, json_t *value)
{
	const struct co_api_member *element = &member->shape->members[0];
	struct co_buf content = CO_BUF_INIT;
	json_t *each;
	size_t i;

	if (member->flags & CO_API_FLAT) {
		json_array_foreach(value, i, each)
			co_aws_xml_of(out, element, name, each);
		return;
	}
	json_array_foreach(value, i, each)
		co_aws_xml_of(&content, element, name_of(element, "member"), each);
	co_buf_addf(out, "<%s", name);
	add_namespace(out, member);
	close_element(out, name, &content);
	co_buf_clear(&content);
}

static void add_map(struct co_buf *out, const struct co_api_member *member, const char *name, json_t *value)
{
	const struct co_api_member *of = member->shape->members;
	int flat = (member->flags & CO_API_FLAT) != 0;
	struct co_buf content = CO_BUF_INIT;
	const char *key;
	json_t *each;

	json_object_foreach(value, key, each) {
		json_t *text = json_string(key);

		co_buf_addf(&content, "<%s>", flat ? name : "entry");
		co_aws_xml_of(&content, &of[0], name_of(&of[0], "key"), text);
		co_aws_xml_of(&content, &of[1], name_of(&of[1], "value"), each);
		co_buf_addf(&content, "</%s>", flat ? name : "entry");
		json_decref(text);
	}
	if (flat) {
		co_buf_add(out, co_buf_str(&content), content.len);
	} else {
		co_buf_addf(out, "<%s", name);
		add_namespace(out, member);
		close_element(out, name, &content);
	}
	co_buf_clear(&content);
}

static void add_scalar(struct co_buf *out, const struct co_api_member *member, const char *name, json_t *value)
{
	struct co_buf text = CO_BUF_INIT, content = CO_BUF_INIT;

	co_aws_scalar(&text, member, value, CO_API_TIME_ISO);
	add_escaped(&content, co_buf_str(&text), text.len, 0);
	co_buf_addf(out, "<%s", name);
	add_namespace(out, member);
	close_element(out, name, &content);
	co_buf_clear(&text);
	co_buf_clear(&content);
}

void co_aws_xml_of(struct co_buf *out, const struct co_api_member *member, const char *name, json_t *value)
{
	switch (member->shape->type) {
	case CO_API_STRUCTURE:
		add_structure(out, member, name, value);
		break;
	case CO_API_LIST:
		add_list(out, member, name, value);
		break;
	case CO_API_MAP:
		add_map(out, member, name, value);
		break;
	default:
		add_scalar(out, member, name, value);
	}
}
