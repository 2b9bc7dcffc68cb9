/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is taken is JSON within the limits, and every value in it has a place in the text. The fast reader takes nothing
 * that libyaml would not, and for the same values.
 */
#include "fuzz.h"

#include "codec/yaml.h"
#include "codec/yamlread.h"

struct text {
	const char *bytes;
	size_t len;
	unsigned places; /* looked up so far; each costs a pass */
};

static void locate_all(struct text *t, json_t *value, const char *pointer)
{
	unsigned line = 0, column = 0;
	const char *key;
	json_t *member;
	size_t i;

	if (t->places++ > 20)
		return;
	must(co_yaml_locate(t->bytes, t->len, pointer, &line, &column) == 0);
	must(line > 0 && column > 0);
	json_array_foreach(value, i, member) {
		char *under = co_xasprintf("%s/%zu", pointer, i);

		locate_all(t, member, under);
		free(under);
	}
	json_object_foreach(value, key, member) {
		char *under = co_xasprintf("%s/%s", pointer, key);

		locate_all(t, member, under);
		free(under);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const keys[] = { "a", "playbook" };
	char *copy = fuzz_text(data, size);
	struct text t = { copy, size, 0 };
	struct co_err err = CO_ERR_INIT;
	struct co_buf json = CO_BUF_INIT;
	json_t *value = co_yaml_read_libyaml(t.bytes, size, "input", &err), *fast = co_yaml_read(t.bytes, size), *back;

	must(!fast || json_equal(fast, value));
	json_decref(fast);
	if (value) {
		co_json_write(&json, value, CO_JSON_COMPACT);
		back = co_json_parse(json.data, json.len, "back", &err);
		must(back && json_equal(back, value));
		locate_all(&t, value, "");
		json_decref(back);
	} else {
		fuzz_check_error(&err);
		must(err.line > 0);
	}
	json_decref(co_yaml_parse_keys(t.bytes, size, "input", keys, 2, NULL));
	json_decref(value);
	co_buf_clear(&json);
	free(copy);
	return 0;
}
