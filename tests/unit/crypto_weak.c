/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/weak.h"

#include "base/hex.h"
#include "unit.h"

/* RFC 1321 section A.5, RFC 3174 section 7.3 (FIPS 180), and the check value of the CRC catalogue. */
static void test_vectors(void **state)
{
	unsigned char sum[CO_SHA1_LEN];
	char hex[2 * CO_SHA1_LEN + 1];

	(void)state;
	co_md5("", 0, sum);
	co_hex_encode(hex, sum, CO_MD5_LEN);
	assert_string_equal(hex, "d41d8cd98f00b204e9800998ecf8427e");
	co_md5("message digest", 14, sum);
	co_hex_encode(hex, sum, CO_MD5_LEN);
	assert_string_equal(hex, "f96b697d7cb7938d525a2f31aaf161d0");
	co_sha1("abc", 3, sum);
	co_hex_encode(hex, sum, CO_SHA1_LEN);
	assert_string_equal(hex, "a9993e364706816aba3e25717850c26c9cd0d89d");
	assert_int_equal(co_crc32("123456789", 9), 0xcbf43926);
	assert_int_equal(co_crc32("", 0), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_vectors) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
