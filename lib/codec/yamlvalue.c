/* SPDX-License-Identifier: Apache-2.0 */
/* codec/yamlvalue: what the fast reader of YAML reads, as JSON values. */
#include "codec/yamlread.h"

static json_t *take_scalar(struct co_yaml_reader *r)
{
	struct co_yaml_scalar s;

	return co_yaml_take_scalar(r, &s) == 0 ? co_yaml_scalar_value(&s) : NULL;
}

/* 0 if it was not there before. */
static int set_member(json_t *object, const struct co_yaml_scalar *key, json_t *value)
{
	const size_t before = json_object_size(object);

	if (!value)
		return -1;
	json_object_setn_new_nocheck(object, key->text, key->len, value);
	return json_object_size(object) > before ? 0 : -1;
}

static int append(json_t *array, json_t *value)
{
	return value ? json_array_append_new(array, value) : -1;
}

static json_t *take_collection(struct co_yaml_reader *r)
{
	struct co_yaml_collection c;
	struct co_yaml_scalar key;
	json_t *all;
	int more;

	if (co_yaml_enter(r, &c) < 0)
		return NULL;
	all = c.is_list ? json_array() : json_object();
	while ((more = co_yaml_next(r, &c, &key)) > 0) {
		json_t *value = co_yaml_take_value(r);

		if ((c.is_list ? append(all, value) : set_member(all, &key, value)) < 0) {
			more = -1;
			break;
		}
	}
	if (more == 0)
		return all;
	json_decref(all);
	return NULL;
}

json_t *co_yaml_take_value(struct co_yaml_reader *r)
{
	return co_yaml_is_collection(r) ? take_collection(r) : take_scalar(r);
}

json_t *co_yaml_read(const char *text, size_t len)
{
	struct co_yaml_reader r;
	json_t *value = co_yaml_open(&r, text, len) == 0 ? co_yaml_take_value(&r) : NULL;

	if (co_yaml_close(&r) == 0)
		return value;
	json_decref(value);
	return NULL;
}
