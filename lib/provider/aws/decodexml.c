/* SPDX-License-Identifier: Apache-2.0 */
/* Values of XML bodies by their shapes. */
#include "provider/aws/wire.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "codec/json.h"

static const char *wire_of(const struct co_api_member *member)
{
	const struct co_api_shape *shape = member->shape;

	if (shape->type == CO_API_LIST && (member->flags & CO_API_FLAT) && shape->members[0].wire)
		return shape->members[0].wire;
	return member->wire ? member->wire : member->name;
}

/* ---- scalars */

static int decode_integer(const char *text, json_t **output, struct co_err *err)
{
	long long value;
	char *end;

	errno = 0;
	value = strtoll(text, &end, 10);
	while (isspace((unsigned char)*end))
		end++;
	if (end == text || *end || errno)
		return co_aws_bad_answer(err, "\"%.40s\" where the model says an integer", text);
	*output = json_integer(value);
	return CO_OK;
}

/* What JSON cannot say stays text. */
static int decode_real(const char *text, json_t **output, struct co_err *err)
{
	double value;
	char *end;

	value = strtod(text, &end);
	while (isspace((unsigned char)*end))
		end++;
	if (end == text || *end)
		return co_aws_bad_answer(err, "\"%.40s\" where the model says a number", text);
	if (isnan(value))
		*output = json_string("NaN");
	else if (isinf(value))
		*output = json_string(value > 0 ? "Infinity" : "-Infinity");
	else
		*output = json_real(value);
	return CO_OK;
}

int co_aws_decode_text(const struct co_api_member *member, const char *text, size_t len, json_t **output, struct co_err *err)
{
	switch (member->shape->type) {
	case CO_API_INTEGER:
	case CO_API_LONG:
		return decode_integer(text, output, err);
	case CO_API_FLOAT:
	case CO_API_DOUBLE:
		return decode_real(text, output, err);
	case CO_API_BOOLEAN:
		*output = json_boolean(strcmp(text, "true") == 0);
		return CO_OK;
	default:
		*output = json_stringn(text, len);
		if (!*output)
			*output = co_json_string(text, len);
		return CO_OK;
	}
}

/* ---- lists and maps */

/* The elements of a flat list or map are siblings of one name; of another, all children of one element. */
static const struct co_xml_element *next_of(const struct co_xml_element *at, const char *name)
{
	at = at->next;
	while (at && name && strcmp(at->name, name) != 0)
		at = at->next;
	return at;
}

static int decode_list(const struct co_api_member *member, const struct co_xml_element *element, json_t **output,
		       struct co_err *err)
{
	const char *name = member->flags & CO_API_FLAT ? element->name : NULL;
	const struct co_xml_element *at = name ? element : element->first;
	json_t *out = json_array(), *inner;

	for (; at; at = next_of(at, name)) {
		if (co_aws_decode_xml(&member->shape->members[0], at, &inner, err) < 0) {
			size_t index = json_array_size(out);

			json_decref(out);
			return co_err_under_index(err, index);
		}
		json_array_append_new(out, inner);
	}
	*output = out;
	return CO_OK;
}

/* One <entry> with <key> and <value>; what is missing is as in the entry before, which no service does. */
static int decode_entry(const struct co_api_member *of, const struct co_xml_element *entry, json_t *out, struct co_err *err)
{
	const char *key_name = of[0].wire ? of[0].wire : "key", *value_name = of[1].wire ? of[1].wire : "value";
	const struct co_xml_element *at, *key = NULL, *value = NULL;
	json_t *inner;

	for (at = entry->first; at; at = at->next) {
		if (strcmp(at->name, key_name) == 0)
			key = at;
		else if (strcmp(at->name, value_name) == 0)
			value = at;
		else
			return co_aws_bad_answer(err, "an element \"%s\" in an entry of a map", at->name);
	}
	if (!key || !value)
		return co_aws_bad_answer(err, "an entry of a map without \"%s\"", key ? value_name : key_name);
	if (co_aws_decode_xml(&of[1], value, &inner, err) < 0)
		return co_err_under(err, key->text);
	json_object_set_new(out, key->text, inner);
	return CO_OK;
}

static int decode_map(const struct co_api_member *member, const struct co_xml_element *element, json_t **output,
		      struct co_err *err)
{
	const char *name = member->flags & CO_API_FLAT ? element->name : NULL;
	const struct co_xml_element *at = name ? element : element->first;
	json_t *out = json_object();

	for (; at; at = next_of(at, name)) {
		if (decode_entry(member->shape->members, at, out, err) < 0) {
			json_decref(out);
			return CO_ERR_REMOTE;
		}
	}
	*output = out;
	return CO_OK;
}

/* ---- structures */

static int in_body(const struct co_api_member *member)
{
	return member->place != CO_API_IN_HEADER && member->place != CO_API_IN_HEADERS && member->place != CO_API_IN_STATUS &&
	       !(member->flags & CO_API_EVENT_HEADER);
}

/*
 * Which child stands for each member: the first of its name. Services send members nearly in the order of the
 * model, so each search begins behind the last find.
 */
static void assign(const struct co_api_shape *shape, const struct co_xml_element *element, const struct co_xml_element **of)
{
	const struct co_xml_element *at;
	size_t from = 0, i, m;

	for (at = element->first; at; at = at->next) {
		for (i = 0; i < shape->count; i++) {
			m = from + i < shape->count ? from + i : from + i - shape->count;
			if (strcmp(wire_of(&shape->members[m]), at->name) != 0)
				continue;
			if (!of[m])
				of[m] = at;
			from = m;
			break;
		}
	}
}

/* "xsi:type": the prefix is that of the model, whatever the answer calls the name space. */
static const char *attribute_of(const struct co_xml_element *element, const struct co_api_member *member)
{
	const char *wanted = member->wire ? member->wire : member->name, *colon = strchr(wanted, ':');
	size_t i;

	for (i = 0; i < element->attribute_count; i++) {
		const char *name = element->attributes[i].name, *own = strchr(name, ':');

		if (!colon == !own && strcmp(own ? own : name, colon ? colon : wanted) == 0)
			return element->attributes[i].value;
	}
	return NULL;
}

static int check_union(const struct co_api_shape *shape, const struct co_xml_element *element, json_t **unknown,
		       struct co_err *err)
{
	const struct co_xml_element *at = element->first;
	size_t i;

	if (!at)
		return co_aws_bad_answer(err, "no member where the model says exactly one");
	while ((at = at->next)) {
		if (strcmp(at->name, element->first->name) != 0)
			return co_aws_bad_answer(err, "several members where the model says exactly one");
	}
	for (i = 0; i < shape->count; i++) {
		if (strcmp(shape->members[i].wire ? shape->members[i].wire : shape->members[i].name, element->first->name) == 0)
			return CO_OK;
	}
	*unknown = co_aws_unknown_member(element->first->name);
	return CO_OK;
}

static int decode_members(const struct co_api_shape *shape, const struct co_xml_element *element,
			  const struct co_xml_element **of, json_t *out, struct co_err *err)
{
	const char *text;
	json_t *inner;
	size_t i;

	assign(shape, element, of);
	for (i = 0; i < shape->count; i++) {
		const struct co_api_member *member = &shape->members[i];

		if (!in_body(member))
			continue;
		if (of[i]) {
			if (co_aws_decode_xml(member, of[i], &inner, err) < 0)
				return co_err_under(err, member->name);
			json_object_set_new_nocheck(out, member->name, inner);
		} else if (member->flags & CO_API_ATTRIBUTE) {
			text = attribute_of(element, member);
			if (text)
				json_object_set_new(out, member->name, json_string(text));
		}
	}
	return CO_OK;
}

static int decode_structure(const struct co_api_shape *shape, const struct co_xml_element *element, json_t **output,
			    struct co_err *err)
{
	enum { MOST = 96 };
	const struct co_xml_element *few[MOST] = { NULL }, **of = few;
	json_t *out = NULL;
	int rc = CO_OK;

	if (shape->is_union && check_union(shape, element, &out, err) < 0)
		return CO_ERR_REMOTE;
	if (!out) {
		out = json_object();
		if (shape->count > MOST)
			of = co_xcalloc(shape->count, sizeof(const struct co_xml_element *));
		rc = decode_members(shape, element, of, out, err);
		if (of != few)
			free(of);
	}
	if (rc < 0)
		json_decref(out);
	else
		*output = out;
	return rc;
}

int co_aws_decode_xml(const struct co_api_member *member, const struct co_xml_element *element, json_t **output,
		      struct co_err *err)
{
	switch (member->shape->type) {
	case CO_API_STRUCTURE:
		return decode_structure(member->shape, element, output, err);
	case CO_API_LIST:
		return decode_list(member, element, output, err);
	case CO_API_MAP:
		return decode_map(member, element, output, err);
	default:
		return co_aws_decode_text(member, element->text, element->text_len, output, err);
	}
}
