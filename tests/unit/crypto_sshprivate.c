/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/sshprivate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const unsigned char check[4] = { 1, 2, 3, 4 };

static void write_key(struct co_secret *text, const char *comment)
{
	struct co_secret seed = CO_SECRET_INIT;
	struct co_err err = CO_ERR_INIT;

	co_secret_set(&seed, "0123456789abcdef0123456789abcdef", 32);
	assert_int_equal(co_sshprivate_write(&seed, comment, check, text, &err), CO_OK);
	co_secret_clear(&seed);
}

static void reads_what_it_writes(void **state)
{
	struct co_secret text = CO_SECRET_INIT, seed = CO_SECRET_INIT;
	struct co_err err = CO_ERR_INIT;
	char comment[40];
	size_t n;

	(void)state;
	for (n = 0; n < sizeof(comment) - 1; n++) { /* every amount of padding */
		memset(comment, 'c', n);
		comment[n] = '\0';
		write_key(&text, comment);
		assert_int_equal(co_sshprivate_parse((char *)text.data, text.len, &seed, &err), CO_OK);
		assert_int_equal(seed.len, 32);
		assert_memory_equal(seed.data, "0123456789abcdef0123456789abcdef", 32);
		co_secret_clear(&seed);
	}
	co_secret_clear(&text);
}

/* Every change of a character is refused: damaged armour, another key, or other padding. The comment is not guarded. */
static void every_changed_character(void **state)
{
	struct co_secret text = CO_SECRET_INIT, seed = CO_SECRET_INIT;
	struct co_err err = CO_ERR_INIT;
	size_t i, end;

	(void)state;
	write_key(&text, "");
	end = (size_t)(strstr((char *)text.data, "\n-----END") - (char *)text.data);
	for (i = 0; i < end; i++) {
		unsigned char was = text.data[i];

		if (was == '\n')
			continue;
		text.data[i] = was == 'A' ? 'B' : 'A';
		if (co_sshprivate_parse((char *)text.data, text.len, &seed, &err) == CO_OK)
			fail_msg("character %zu changed, and still a key", i);
		text.data[i] = was;
	}
	co_secret_clear(&text);
	co_secret_clear(&seed);
}

static void every_length(void **state)
{
	struct co_secret text = CO_SECRET_INIT, seed = CO_SECRET_INIT;
	struct co_err err = CO_ERR_INIT;
	size_t len, whole;

	(void)state;
	write_key(&text, "a comment");
	whole = text.len - 1; /* the last line feed is not needed */
	for (len = 0; len < whole; len++)
		assert_int_equal(co_sshprivate_parse((char *)text.data, len, &seed, &err), CO_ERR_INPUT);
	assert_null(seed.data);
	co_secret_clear(&text);
}

static void other_formats(void **state)
{
	static const char pkcs8[] = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIA==\n-----END PRIVATE KEY-----\n";
	struct co_secret seed = CO_SECRET_INIT;
	struct co_err err = CO_ERR_INIT;

	(void)state;
	assert_int_equal(co_sshprivate_parse(pkcs8, sizeof(pkcs8) - 1, &seed, &err), CO_ERR_NO);
	assert_string_equal(err.id, "other-key");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_what_it_writes),
		cmocka_unit_test(every_changed_character),
		cmocka_unit_test(every_length),
		cmocka_unit_test(other_formats),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
