/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/certificate.h"

#include "unit.h"

#define FILE_PEM "tests/golden/local/plain/pki/a.pem"

static void pem_is_read(void **state)
{
	struct co_certificates list;
	size_t len;
	char *text = unit_read(FILE_PEM, &len);

	(void)state;
	assert_int_equal(co_certificates_read(&list, text, len, 10), 0);
	assert_int_equal(list.count, 1);
	assert_string_equal(list.items[0].subject, "O=Ex\xc3\xa4mple,CN=www.example.com");
	assert_string_equal(list.items[0].names, "DNS:www.example.com, IP Address:192.0.2.1");
	assert_string_equal(list.items[0].key, "RSA 2048");
	assert_int_equal(list.items[0].not_after - list.items[0].not_before, 3 * 86400);
	assert_true(list.items[0].self_signed);
	co_certificates_clear(&list);
	free(text);
}

/* Twice the same with something else between, a broken one after them, and a limit. */
static void files_may_hold_several(void **state)
{
	struct co_buf b = CO_BUF_INIT;
	struct co_certificates list;
	size_t len;
	char *text = unit_read(FILE_PEM, &len);

	(void)state;
	co_buf_add(&b, text, len);
	co_buf_adds(&b, "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\nsome words\n");
	co_buf_add(&b, text, len);
	co_buf_adds(&b, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
	assert_int_equal(co_certificates_read(&list, b.data, b.len, 10), 0);
	assert_int_equal(list.count, 2);
	assert_int_equal(list.bad, 1);
	co_certificates_clear(&list);
	assert_int_equal(co_certificates_read(&list, b.data, b.len, 1), 0);
	assert_int_equal(list.count, 1);
	co_certificates_clear(&list);
	co_buf_clear(&b);
	free(text);
}

static void other_bytes_are_none(void **state)
{
	static const char *const texts[] = {
		"", "0", "0\x82\x01", "hello", "-----BEGIN CERTIFICATE-----\n", "\xff\xfe"
	};
	struct co_certificates list;
	size_t i;

	(void)state;
	for (i = 0; i < CO_COUNT(texts); i++)
		assert_int_equal(co_certificates_read(&list, texts[i], strlen(texts[i]), 10), -1);
}

/* Every cut and many changed bytes of a real file: an answer or none, never a crash (run under ASan). */
static void damaged_files(void **state)
{
	struct co_certificates list;
	size_t len, i;
	char *text = unit_read(FILE_PEM, &len);

	(void)state;
	for (i = 0; i < len; i += unit_quick() ? 97 : 7) {
		char *cut = co_xmemdup(text, i);

		if (co_certificates_read(&list, cut, i, 10) == 0)
			co_certificates_clear(&list);
		free(cut);
		text[i] ^= 1;
		if (co_certificates_read(&list, text, len, 10) == 0) {
			assert_true(list.count + list.bad >= 1);
			co_certificates_clear(&list);
		}
		text[i] ^= 1;
	}
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pem_is_read),
		cmocka_unit_test(files_may_hold_several),
		cmocka_unit_test(other_bytes_are_none),
		cmocka_unit_test(damaged_files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
