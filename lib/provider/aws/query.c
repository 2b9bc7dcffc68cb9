/* SPDX-License-Identifier: Apache-2.0 */
/* The protocols query and ec2: a form, "Filter.1.Name=x&Filter.1.Value.1=y". */
#include "provider/aws/wire.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "net/url.h"

struct form {
	struct co_buf *body;
	struct co_buf name; /* of the value being written; grows and shrinks on the way */
	int ec2;
};

/* As browsers send forms, and Python's urlencode(): a space is "+". */
static void add_encoded(struct co_buf *out, const char *s, size_t len)
{
	size_t at = out->len;

	co_url_encode(out, s, len, " ");
	for (; at < out->len; at++) {
		if (out->data[at] == ' ')
			out->data[at] = '+';
	}
}

static void add_pair(struct co_buf *body, const char *name, const char *value, size_t len)
{
	if (body->len)
		co_buf_addc(body, '&');
	add_encoded(body, name, strlen(name));
	co_buf_addc(body, '=');
	add_encoded(body, value, len);
}

static void add_value(struct form *form, const struct co_api_member *member, json_t *value);

/* Writes a value under one more part of the name. */
static void add_under(struct form *form, const char *part, const struct co_api_member *member, json_t *value)
{
	size_t len = form->name.len;

	co_buf_addf(&form->name, "%s%s", len ? "." : "", part);
	add_value(form, member, value);
	form->name.len = len;
	form->name.data[len] = '\0';
}

static void add_member(struct form *form, const struct co_api_member *member, json_t *value)
{
	char *part;

	if (form->ec2 && member->queryname) {
		part = co_xstrdup(member->queryname);
	} else {
		part = co_xstrdup(member->wire ? member->wire : member->name);
		if (form->ec2 && member->wire)
			part[0] = (char)toupper((unsigned char)part[0]);
	}
	add_under(form, part, member, value);
	free(part);
}

/* Flat lists of query replace the last part of the name with that of the element. */
static void add_list(struct form *form, const struct co_api_member *member, json_t *list)
{
	const struct co_api_member *element = &member->shape->members[0];
	size_t len = form->name.len, i;
	struct co_buf part = CO_BUF_INIT;
	char *last = NULL;
	json_t *each;

	if (json_array_size(list) == 0 && !form->ec2)
		add_pair(form->body, form->name.data, "", 0);
	if (!form->ec2 && (member->flags & CO_API_FLAT) && element->wire) {
		char *dot = strrchr(form->name.data, '.');

		last = co_xstrdup(form->name.data);
		form->name.len = dot ? (size_t)(dot - form->name.data) : 0;
	}
	json_array_foreach(list, i, each) {
		co_buf_reset(&part);
		if (last)
			co_buf_addf(&part, "%s.", element->wire);
		else if (!form->ec2 && !(member->flags & CO_API_FLAT))
			co_buf_addf(&part, "%s.", element->wire ? element->wire : "member");
		co_buf_addf(&part, "%zu", i + 1);
		add_under(form, part.data, element, each);
	}
	if (last) {
		co_buf_reset(&form->name);
		co_buf_add(&form->name, last, len);
		free(last);
	}
	co_buf_clear(&part);
}

static void add_map(struct form *form, const struct co_api_member *member, json_t *map)
{
	const struct co_api_member *key = &member->shape->members[0], *value = &member->shape->members[1];
	const char *entry = member->flags & CO_API_FLAT ? "" : "entry.", *name;
	size_t i = 0;
	json_t *each;

	json_object_foreach(map, name, each) {
		char *key_part = co_xasprintf("%s%zu.%s", entry, ++i, key->wire ? key->wire : "key");
		char *value_part = co_xasprintf("%s%zu.%s", entry, i, value->wire ? value->wire : "value");
		json_t *text = json_string(name);

		add_under(form, key_part, key, text);
		add_under(form, value_part, value, each);
		json_decref(text);
		free(key_part);
		free(value_part);
	}
}

static void add_structure(struct form *form, const struct co_api_shape *shape, json_t *value)
{
	const char *key;
	json_t *each;

	json_object_foreach(value, key, each)
		add_member(form, co_api_member(shape, key), each);
}

static void add_value(struct form *form, const struct co_api_member *member, json_t *value)
{
	struct co_buf text = CO_BUF_INIT;

	switch (member->shape->type) {
	case CO_API_STRUCTURE:
		add_structure(form, member->shape, value);
		break;
	case CO_API_LIST:
		add_list(form, member, value);
		break;
	case CO_API_MAP:
		add_map(form, member, value);
		break;
	default:
		co_aws_scalar(&text, member, value, CO_API_TIME_ISO);
		add_pair(form->body, form->name.data, co_buf_str(&text), text.len);
		co_buf_clear(&text);
	}
}

void co_aws_encode_query(const struct co_aws_call *call, json_t *with, struct co_aws_request *request)
{
	struct form form = { &request->body, CO_BUF_INIT, call->api->protocol == CO_API_EC2 };

	request->path = co_xstrdup("/");
	co_aws_request_set(request, "Content-Type", "application/x-www-form-urlencoded; charset=utf-8");
	add_pair(form.body, "Action", call->operation->name, strlen(call->operation->name));
	add_pair(form.body, "Version", call->api->version, strlen(call->api->version));
	if (call->operation->input.shape)
		add_structure(&form, call->operation->input.shape, with);
	co_buf_clear(&form.name);
}
