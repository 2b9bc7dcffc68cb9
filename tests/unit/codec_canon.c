/* SPDX-License-Identifier: Apache-2.0 */
#include "codec/canon.h"

#include "base/hex.h"
#include "crypto/sha256.h"
#include "unit.h"
#include "es6.h"

#include <math.h>

static char *canon(const char *text, struct co_err *err)
{
	struct co_buf out = CO_BUF_INIT;
	json_t *value = co_json_parse(text, strlen(text), "test", err);
	int rc = value ? co_canon_write(&out, value, err) : CO_ERR_INPUT;

	json_decref(value);
	if (rc == CO_OK)
		return co_buf_take(&out);
	assert_int_equal(out.len, 0);
	return NULL;
}

static void check(const char *text, const char *wanted)
{
	struct co_err err = CO_ERR_INIT;
	char *got = canon(text, &err);

	if (!got)
		fail_msg("%s: %s", text, unit_error(&err));
	assert_string_equal(got, wanted);
	free(got);
}

static void test_forms(void **state)
{
	(void)state;
	check(" { \"b\" : [ 1 , true , null ] , \"a\" : {} } ", "{\"a\":{},\"b\":[1,true,null]}");
	check("\"\\u0001\\b\\t\\n\\f\\r\\\"\\\\\\/\\u20ac\"", "\"\\u0001\\b\\t\\n\\f\\r\\\"\\\\/\u20ac\"");
	check("[9007199254740991,-9007199254740991,-0,0.0,-0.0]", "[9007199254740991,-9007199254740991,0,0,0]");
	check("[1.0,1e21,1e20,1.2345678901234568e20,1e-6,1e-7,4.50,0.1,5e-324,1.7976931348623157e308,7.120236347223045e-307]",
	      "[1,1e+21,100000000000000000000,123456789012345680000,0.000001,1e-7,4.5,0.1,5e-324,"
	      "1.7976931348623157e+308,7.120236347223045e-307]");
}

/* RFC 8785 section 3.2.3: UTF-16 order puts U+1F602 (D83D DE02) before U+FB33. */
static void test_key_order(void **state)
{
	(void)state;
	check("{\"\u20ac\":1,\"\\r\":2,\"\ufb33\":3,\"1\":4,\"\U0001f602\":5,\"\xc2\x80" "\":6,\"\u00f6\":7}",
	      "{\"\\r\":2,\"1\":4,\"\xc2\x80" "\":6,\"\u00f6\":7,\"\u20ac\":1,\"\U0001f602\":5,\"\ufb33\":3}");
	check("{\"ab\":1,\"a\":2,\"\":3,\"B\":4}", "{\"\":3,\"B\":4,\"a\":2,\"ab\":1}");
	check("{\"\U0001f602\":1,\"\U0001f601\":2,\"\ud7ff\":3}",
	      "{\"\ud7ff\":3,\"\U0001f601\":2,\"\U0001f602\":1}");
}

static void test_vectors(void **state)
{
	static const char *const names[] = { "arrays", "french", "structures", "unicode", "values", "weird" };
	const char *dir = unit_vectors();
	size_t i, len;

	(void)state;
	for (i = 0; i < CO_COUNT(names); i++) {
		char *in_path = co_xasprintf("%s/jcs/testdata/input/%s.json", dir, names[i]);
		char *out_path = co_xasprintf("%s/jcs/testdata/output/%s.json", dir, names[i]);
		char *in = unit_read(in_path, &len), *out = unit_read(out_path, &len);

		check(in, out);
		free(in);
		free(out);
		free(in_path);
		free(out_path);
	}
}

/* What the same data gives again after one pass must be equal. */
static void test_stable(void **state)
{
	struct co_err err = CO_ERR_INIT;
	char *once = canon("{\"z\":[1.5,-0.0,1e30],\"a\":{\"\U0001f602\":\"\\u007f\"}}", &err);

	(void)state;
	assert_non_null(once);
	check(once, once);
	free(once);
}

static void test_refused(void **state)
{
	struct co_err err = CO_ERR_INIT;

	(void)state;
	assert_null(canon("{\"a\":[1,{\"b/c\":9007199254740992}]}", &err));
	assert_int_equal(err.code, CO_ERR_INPUT);
	assert_string_equal(err.id, "out-of-range");
	assert_string_equal(err.path, "/a/1/b~1c");
	assert_null(canon("[-9007199254740992]", &err));
	assert_string_equal(err.path, "/0");
}

static int exact(const char *text, struct co_err *err)
{
	json_t *value = co_json_parse(text, strlen(text), "test", err);
	int rc;

	assert_non_null(value);
	rc = co_canon_check_exact(value, err);
	json_decref(value);
	return rc;
}

static void test_exact(void **state)
{
	struct co_err err = CO_ERR_INIT;

	(void)state;
	assert_int_equal(exact("{\"a\":[1,\"1.5\",true,null,{\"b\":-9007199254740991}]}", &err), CO_OK);
	assert_int_equal(exact("{\"a\":[1,{\"b\":1.0}]}", &err), CO_ERR_INPUT);
	assert_string_equal(err.id, "not-exact");
	assert_string_equal(err.path, "/a/1/b");
	assert_int_equal(exact("[9007199254740992]", &err), CO_ERR_INPUT);
	assert_string_equal(err.path, "/0");
	assert_int_equal(exact("1e2", &err), CO_ERR_INPUT);
	assert_string_equal(err.path, "");
}

/* The doubles of the ES6 number stream, in turn. */
struct es6 {
	size_t index;
	unsigned char block[32];
	size_t used; /* bytes of block */
};

static double from_bits(uint64_t bits)
{
	double value;

	memcpy(&value, &bits, sizeof(value));
	return value;
}

/* After the listed ones and 2000 small ones: SHA-256 of the last block, four doubles each. */
static double es6_next(struct es6 *s)
{
	size_t i = s->index++;
	double value = 0;

	if (i < CO_COUNT(es6_first))
		return from_bits(es6_first[i]);
	i -= CO_COUNT(es6_first);
	if (i < 2000)
		return from_bits(0x0010000000000000 + i);
	while (value == 0 || !isfinite(value)) {
		if (s->used == sizeof(s->block)) {
			co_sha256(s->block, sizeof(s->block), s->block);
			s->used = 0;
		}
		memcpy(&value, s->block + s->used, sizeof(value));
		s->used += sizeof(value);
	}
	return value;
}

static void es6_hash(size_t lines, char hex[2 * CO_SHA256_LEN + 1])
{
	struct es6 stream = { .used = 32 };
	unsigned char digest[CO_SHA256_LEN];
	struct co_buf line = CO_BUF_INIT;
	struct co_sha256 hash;
	uint64_t bits;

	co_sha256_init(&hash);
	while (lines--) {
		double value = es6_next(&stream);

		memcpy(&bits, &value, sizeof(bits));
		co_buf_reset(&line);
		co_buf_addf(&line, "%llx,", (unsigned long long)bits);
		co_json_write_number(&line, value);
		co_buf_addc(&line, '\n');
		co_sha256_add(&hash, line.data, line.len);
	}
	co_sha256_end(&hash, digest);
	co_hex_encode(hex, digest, sizeof(digest));
	co_buf_clear(&line);
}

static void test_es6_thousand(void **state)
{
	char hex[2 * CO_SHA256_LEN + 1];

	(void)state;
	es6_hash(1000, hex);
	assert_string_equal(hex, "be18b62b6f69cdab33a7e0dae0d9cfa869fda80ddc712221570f9f40a5878687");
	es6_hash(10000, hex);
	assert_string_equal(hex, "b9f7a8e75ef22a835685a52ccba7f7d6bdc99e34b010992cbc5864cd12be6892");
}

static void test_es6_million(void **state)
{
	char hex[2 * CO_SHA256_LEN + 1];

	(void)state;
	if (unit_quick())
		skip();
	es6_hash(1000000, hex);
	assert_string_equal(hex, "49415fee2c56c77864931bd3624faad425c3c577d6d74e89a83bc725506dad16");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_forms),	     cmocka_unit_test(test_key_order),
		cmocka_unit_test(test_vectors),	     cmocka_unit_test(test_stable),
		cmocka_unit_test(test_refused),	     cmocka_unit_test(test_exact),
		cmocka_unit_test(test_es6_thousand), cmocka_unit_test(test_es6_million),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
