/* SPDX-License-Identifier: Apache-2.0 */
#include "codec/shape.h"

#include "unit.h"

enum colour { RED = 1, BLUE };

static const char *const colours[] = { "red", "blue", NULL };

struct part {
	char *name;
	int64_t size;
};

struct words {
	char *name;
	CO_LIST(char *) words;
};

struct lists {
	char *name;
	CO_LIST(struct words) lists;
};

struct thing {
	char *text;
	CO_LIST(char *) words;
	int64_t count;
	int64_t small;
	int flag;
	int64_t at;
	int colour;
	struct part *part;
	CO_LIST(struct part) parts;
	CO_LIST(struct part) named;
	CO_LIST(struct lists) lists;
	json_t *any;
	json_t *object;
	char *renamed;
};

static const struct co_field part_fields[] = {
	CO_STR(struct part, name, CO_REQUIRED | CO_NONEMPTY),
	CO_INT(struct part, size, 0, 0, 0),
	CO_END,
};

static const struct co_shape part_shape = { "part", sizeof(struct part), part_fields };

static const struct co_field named_fields[] = { /* name is the key */
	CO_INT(struct part, size, CO_REQUIRED, 0, 10),
	CO_END,
};

static const struct co_shape named_shape = { "named part", sizeof(struct part), named_fields };

static const struct co_field words_fields[] = {
	CO_ITSELF(struct words, words, CO_FIELD_STRS, CO_NAMES, NULL),
	CO_END,
};

static const struct co_shape words_shape = { "words", sizeof(struct words), words_fields };

static const struct co_field lists_fields[] = {
	CO_ITSELF(struct lists, lists, CO_FIELD_MAP, 0, &words_shape),
	CO_END,
};

static const struct co_shape lists_shape = { "lists", sizeof(struct lists), lists_fields };

static const struct co_field thing_fields[] = {
	CO_STR(struct thing, text, 0),
	CO_STRS(struct thing, words, CO_ONE_OK | CO_NONEMPTY),
	CO_INT(struct thing, count, 0, 0, 0),
	CO_INT(struct thing, small, 0, -5, 5),
	CO_BOOL(struct thing, flag, CO_WRITTEN),
	CO_TIME(struct thing, at, 0),
	CO_ENUM(struct thing, colour, 0, colours),
	CO_OBJECT(struct thing, part, 0, &part_shape),
	CO_OBJECTS(struct thing, parts, 0, &part_shape),
	CO_MAP(struct thing, named, 0, &named_shape),
	CO_MAP(struct thing, lists, 0, &lists_shape),
	CO_JSON(struct thing, any, 0),
	CO_JSON(struct thing, object, CO_OBJECT_ONLY),
	CO_ROW(struct thing, "new-name", renamed, CO_FIELD_STR, 0, NULL, NULL, 0, 0),
	CO_END,
};

static const struct co_shape thing_shape = { "thing", sizeof(struct thing), thing_fields };

/* As it is encoded, and written at once. */
static void written_is(const struct thing *thing, const char *wanted)
{
	json_t *all = co_shape_encode(&thing_shape, thing);
	struct co_buf out = CO_BUF_INIT, at_once = CO_BUF_INIT;

	co_json_write(&out, all, CO_JSON_COMPACT);
	co_shape_write(&at_once, &thing_shape, thing);
	assert_string_equal(out.data, wanted);
	assert_string_equal(at_once.data, wanted);
	json_decref(all);
	co_buf_clear(&out);
	co_buf_clear(&at_once);
}

static int decode(const char *text, struct thing *thing, struct co_err *err)
{
	json_t *value = co_json_parse(text, strlen(text), "test", err);
	int rc;

	if (!value)
		fail_msg("%s: %s", text, unit_error(err));
	*thing = (struct thing){ 0 };
	rc = co_shape_decode(&thing_shape, value, thing, err);
	json_decref(value);
	return rc;
}

static void test_all_kinds(void **state)
{
	static const char text[] =
		"{\"text\":\"t\",\"words\":[\"a\",\"b\"],\"count\":-9007199254740991,\"small\":5,\"flag\":true,"
		"\"at\":\"2026-11-23T06:18:59Z\",\"colour\":\"blue\",\"part\":{\"name\":\"p\",\"size\":1},"
		"\"parts\":[{\"name\":\"x\"},{\"name\":\"y\",\"size\":2}],\"named\":{\"k\":{\"size\":3}},"
		"\"any\":[1.5,null],\"object\":{\"a\":1},\"new-name\":\"r\"}";
	struct co_err err = CO_ERR_INIT;
	struct thing thing;

	(void)state;
	if (decode(text, &thing, &err) < 0)
		fail_msg("%s", unit_error(&err));
	assert_string_equal(thing.text, "t");
	assert_int_equal(thing.words.count, 2);
	assert_string_equal(thing.words.items[1], "b");
	assert_int_equal(thing.count, -9007199254740991);
	assert_int_equal(thing.small, 5);
	assert_int_equal(thing.flag, 1);
	assert_int_equal(thing.at, 1795414739);
	assert_int_equal(thing.colour, BLUE);
	assert_string_equal(thing.part->name, "p");
	assert_int_equal(thing.parts.count, 2);
	assert_int_equal(thing.parts.items[1].size, 2);
	assert_string_equal(thing.named.items[0].name, "k");
	assert_int_equal(thing.named.items[0].size, 3);
	assert_int_equal(json_array_size(thing.any), 2);
	assert_string_equal(thing.renamed, "r");
	written_is(&thing, text);
	co_shape_clear(&thing_shape, &thing);
	assert_null(thing.text);
	assert_int_equal(thing.parts.count, 0);
}

static void test_absent(void **state)
{
	struct co_err err = CO_ERR_INIT;
	struct thing thing;

	(void)state;
	assert_int_equal(decode("{\"words\":\"one\"}", &thing, &err), CO_OK);
	assert_int_equal(thing.words.count, 1);
	assert_null(thing.any);
	written_is(&thing, "{\"words\":[\"one\"],\"flag\":false}");
	co_shape_clear(&thing_shape, &thing);
}

/* Decoded into again, objects are merged, and the rest is replaced. */
static void test_again(void **state)
{
	static const char before[] = "{\"text\":\"t\",\"words\":[\"a\",\"b\"],\"count\":1,\"part\":{\"name\":\"p\",\"size\":1},"
				     "\"parts\":[{\"name\":\"x\"}],\"named\":{\"k\":{\"size\":3},\"l\":{\"size\":4}},"
				     "\"any\":[1],\"object\":{\"a\":{\"b\":1,\"c\":2}}}",
			  after[] = "{\"words\":\"c\",\"count\":0,\"part\":{\"name\":\"q\"},\"parts\":[],"
				    "\"named\":{\"m\":{\"size\":5},\"k\":{\"size\":6}},\"any\":2,\"object\":{\"a\":{\"b\":3}}}",
			  yaml_after[] = "words: c\ncount: 0\npart: {name: q}\nparts: []\nnamed: {m: {size: 5}, k: {size: 6}}\n"
					 "any: 2\nobject: {a: {b: 3}}\n",
			  wanted[] = "{\"text\":\"t\",\"words\":[\"c\"],\"flag\":false,\"part\":{\"name\":\"q\",\"size\":1},"
				     "\"named\":{\"k\":{\"size\":6},\"l\":{\"size\":4},\"m\":{\"size\":5}},"
				     "\"any\":2,\"object\":{\"a\":{\"b\":3,\"c\":2}}}";
	json_t *value = co_json_parse(after, strlen(after), "after", NULL);
	struct co_err err = CO_ERR_INIT;
	struct thing decoded, read;

	(void)state;
	assert_int_equal(decode(before, &decoded, &err), CO_OK);
	assert_int_equal(co_shape_decode(&thing_shape, value, &decoded, &err), CO_OK);
	written_is(&decoded, wanted);
	assert_int_equal(decode(before, &read, &err), CO_OK);
	assert_int_equal(co_shape_read(&thing_shape, yaml_after, strlen(yaml_after), NULL, &read), 0);
	written_is(&read, wanted);
	json_decref(value);
	co_shape_clear(&thing_shape, &decoded);
	co_shape_clear(&thing_shape, &read);
}

/* What is replaced stays in the pool; JSON values are the caller's. */
static void test_pool(void **state)
{
	static const char before[] = "text: t\nwords: [a, b]\npart: {name: p}\nparts: [{name: x}]\nnamed: {k: {size: 1}}\nany: 1\n",
			  after[] = "{\"text\":\"u\",\"words\":[\"c\"],\"part\":{\"name\":\"q\"},\"parts\":[],"
				    "\"named\":{\"l\":{\"size\":2}},\"any\":3}",
			  wanted[] = "{\"text\":\"u\",\"words\":[\"c\"],\"flag\":false,\"part\":{\"name\":\"q\"},"
				     "\"named\":{\"k\":{\"size\":1},\"l\":{\"size\":2}},\"any\":3}";
	json_t *value = co_json_parse(after, strlen(after), "after", NULL);
	struct co_pool pool = { 0 };
	struct thing thing = { 0 };

	(void)state;
	assert_int_equal(co_shape_read(&thing_shape, before, strlen(before), &pool, &thing), 0);
	assert_int_equal(co_shape_decode_pool(&thing_shape, value, &pool, &thing, NULL), CO_OK);
	written_is(&thing, wanted);
	json_decref(thing.any);
	json_decref(value);
	co_pool_clear(&pool);
}

/* As from JSON; the values of a JSON text are those of YAML as well. */
static void test_read(void **state)
{
	static const char text[] = "text: t\nwords: [a, 'b']\ncount: -7\nflag: true\nat: \"2026-11-23T06:18:59Z\"\n"
				   "colour: blue\npart:\n  name: p\nparts:\n- name: x\n- {name: y, size: 2}\n"
				   "named:\n  k: {size: 3}\nlists:\n  one: {a: [x], b: []}\n  two: {}\nany:\n  - 1.5\n  -\nnew-name: |\n  r\n",
			  wanted[] = "{\"text\":\"t\",\"words\":[\"a\",\"b\"],\"count\":-7,\"flag\":true,"
				     "\"at\":\"2026-11-23T06:18:59Z\",\"colour\":\"blue\",\"part\":{\"name\":\"p\"},"
				     "\"parts\":[{\"name\":\"x\"},{\"name\":\"y\",\"size\":2}],\"named\":{\"k\":{\"size\":3}},"
				     "\"lists\":{\"one\":{\"a\":[\"x\"],\"b\":[]},\"two\":{}},\"any\":[1.5,null],\"new-name\":\"r\\n\"}";
	struct co_err err = CO_ERR_INIT;
	struct thing thing = { 0 };

	(void)state;
	assert_int_equal(co_shape_read(&thing_shape, text, strlen(text), NULL, &thing), 0);
	written_is(&thing, wanted);
	co_shape_clear(&thing_shape, &thing);
	assert_int_equal(decode(wanted, &thing, &err), CO_OK);
	written_is(&thing, wanted);
	co_shape_clear(&thing_shape, &thing);
}

static void test_not_read(void **state)
{
	static const char *const texts[] = {
		"[]", "txet: 1\n", "text:\n", "text: 1\n", "text: true\n", "text: [a]\n", "text: a\ntext: b\n", "words: []\n",
		"words: [a, '']\n", "words: [a, 1]\n", "words: {}\n", "count: 1.0\n", "small: 6\n", "flag: 0\n", "colour: bleu\n",
		"part: {}\n", "part: {name: ''}\n", "part: {name: p, name: q}\n", "part: p\n", "parts: {}\n", "parts: [{name: 2}]\n",
		"named: []\n", "named: {k: {}}\n", "named: {k: {size: 1}, k: {size: 1}}\n", "object: []\n", "lists: {one: {a: x}}\n",
		"lists: {one: {a: ['']}}\n", "lists: {one: {a: [x], a: [y]}}\n", "text: a\n  b\n", "text: a\n b: c\n", "text: &x a\n",
		"words: [a\n", "text: a\n...\n",
	};
	size_t i;

	(void)state;
	for (i = 0; i < CO_COUNT(texts); i++) {
		struct thing thing = { 0 };

		if (co_shape_read(&thing_shape, texts[i], strlen(texts[i]), NULL, &thing) == 0)
			fail_msg("read: %s", texts[i]);
		co_shape_clear(&thing_shape, &thing);
	}
}

static void refused(const char *text, const char *id, const char *path, const char *hint)
{
	struct co_err err = CO_ERR_INIT;
	struct thing thing, zero = { 0 };

	if (decode(text, &thing, &err) != CO_ERR_INPUT)
		fail_msg("taken: %s", text);
	if (strcmp(err.id, id) != 0 || strcmp(err.path, path) != 0)
		fail_msg("%s: %s %s", text, err.id, unit_error(&err));
	unit_assert_contains(err.hint, hint);
	assert_memory_equal(&thing, &zero, sizeof(thing));
}

static void test_refused(void **state)
{
	(void)state;
	refused("[]", "wrong-type", "", "");
	refused("{\"txet\":1}", "unknown-key", "/txet", "did you mean \"text\"?");
	refused("{\"text\":null}", "wrong-type", "/text", "");
	refused("{\"words\":[]}", "empty", "/words", "");
	refused("{\"words\":[\"a\",\"\"]}", "empty", "/words/1", "");
	refused("{\"words\":[\"a\",1]}", "wrong-type", "/words/1", "");
	refused("{\"words\":{}}", "wrong-type", "/words", "");
	refused("{\"count\":9007199254740992}", "out-of-range", "/count", "");
	refused("{\"count\":1.0}", "wrong-type", "/count", "");
	refused("{\"small\":6}", "out-of-range", "/small", "");
	refused("{\"small\":-6}", "out-of-range", "/small", "");
	refused("{\"flag\":0}", "wrong-type", "/flag", "");
	refused("{\"at\":\"2026-02-30T00:00:00Z\"}", "bad-time", "/at", "");
	refused("{\"at\":1}", "wrong-type", "/at", "");
	refused("{\"colour\":\"bleu\"}", "unknown-value", "/colour", "did you mean \"blue\"?");
	refused("{\"colour\":1}", "wrong-type", "/colour", "");
	refused("{\"text\":\"t\",\"part\":{\"name\":\"p\",\"sise\":1}}", "unknown-key", "/part/sise", "size");
	refused("{\"part\":{}}", "missing-key", "/part", "");
	refused("{\"part\":{\"name\":\"\"}}", "empty", "/part/name", "");
	refused("{\"parts\":[{\"name\":\"a\"},{\"name\":2}]}", "wrong-type", "/parts/1/name", "");
	refused("{\"parts\":{}}", "wrong-type", "/parts", "");
	refused("{\"named\":{\"ok\":{\"size\":1},\"a/b\":{\"size\":11}}}", "out-of-range", "/named/a~1b/size", "");
	refused("{\"named\":{\"k\":{}}}", "missing-key", "/named/k", "");
	refused("{\"named\":[]}", "wrong-type", "/named", "");
	refused("{\"lists\":{\"one\":[]}}", "wrong-type", "/lists/one", "");
	refused("{\"lists\":{\"one\":{\"a\":\"x\"}}}", "wrong-type", "/lists/one/a", "");
	refused("{\"lists\":{\"one\":{\"a\":[\"x\",\"\"]}}}", "empty", "/lists/one/a/1", "");
	refused("{\"object\":[]}", "wrong-type", "/object", "");
}

/* A process or a file may have any bytes as its name. */
static void test_encodes_any_bytes(void **state)
{
	struct thing thing = { .text = co_xstrdup("a\xff\xc3\xa9\n") };
	struct co_buf out = CO_BUF_INIT;
	json_t *encoded = co_shape_encode(&thing_shape, &thing), *back;

	(void)state;
	co_json_write(&out, encoded, CO_JSON_COMPACT);
	written_is(&thing, "{\"text\":\"a\\\\xff\u00e9\\n\",\"flag\":false}");
	back = co_json_parse(out.data, out.len, "back", NULL);
	assert_true(json_equal(encoded, back));
	json_decref(encoded);
	json_decref(back);
	co_buf_clear(&out);
	co_shape_clear(&thing_shape, &thing);
}

static void test_enums(void **state)
{
	(void)state;
	assert_string_equal(co_enum_name(colours, RED), "red");
	assert_string_equal(co_enum_name(colours, 0), "");
	assert_string_equal(co_enum_name(colours, 3), "");
	assert_string_equal(co_enum_name(colours, -1), "");
	assert_int_equal(co_enum_value(colours, "blue"), BLUE);
	assert_int_equal(co_enum_value(colours, "green"), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all_kinds),
		cmocka_unit_test(test_absent),
		cmocka_unit_test(test_again),
		cmocka_unit_test(test_pool),
		cmocka_unit_test(test_read),
		cmocka_unit_test(test_not_read),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_encodes_any_bytes),
		cmocka_unit_test(test_enums),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
