/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/sha256.h"

#include "base/hex.h"
#include "base/mem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* FIPS 180-4 examples (NIST SHA256.pdf), and the empty message. */
static void digests(void **state)
{
	static const struct {
		const char *message, *digest;
	} cases[] = {
		{ "", "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
		{ "abc", "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
		{ "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
		  "sha256:248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1" },
	};
	char text[CO_DIGEST_LEN + 1];
	size_t i;

	(void)state;
	for (i = 0; i < CO_COUNT(cases); i++) {
		co_sha256_text(cases[i].message, strlen(cases[i].message), text);
		assert_string_equal(text, cases[i].digest);
	}
}

static void a_million_in_uneven_pieces(void **state)
{
	unsigned char digest[CO_SHA256_LEN];
	char hex[2 * CO_SHA256_LEN + 1], piece[997];
	size_t left = 1000000;
	struct co_sha256 s;

	(void)state;
	memset(piece, 'a', sizeof(piece));
	co_sha256_init(&s);
	for (size_t n = 1; left; n = n % sizeof(piece) + 1) {
		n = n < left ? n : left;
		co_sha256_add(&s, piece, n);
		left -= n;
	}
	co_sha256_add(&s, NULL, 0);
	co_sha256_end(&s, digest);
	co_hex_encode(hex, digest, sizeof(digest));
	assert_string_equal(hex, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

/* RFC 4231 section 4; a key or message of one repeated byte is { byte, count }. */
struct mac_case {
	const char *key, *data;
	unsigned char key_byte, data_byte;
	size_t key_len, data_len, compared;
	const char *mac;
};

static const struct mac_case macs[] = {
	{ NULL, "Hi There", 0x0b, 0, 20, 8, 32, "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7" },
	{ "Jefe", "what do ya want for nothing?", 0, 0, 4, 28, 32,
	  "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843" },
	{ NULL, NULL, 0xaa, 0xdd, 20, 50, 32, "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe" },
	{ "\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f\x10\x11\x12\x13\x14\x15\x16\x17\x18\x19", NULL, 0,
	  0xcd, 25, 50, 32, "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b" },
	{ NULL, "Test With Truncation", 0x0c, 0, 20, 20, 16, "a3b6167473100ee06e0c796c2955552b" },
	{ NULL, "Test Using Larger Than Block-Size Key - Hash Key First", 0xaa, 0, 131, 54, 32,
	  "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54" },
	{ NULL,
	  "This is a test using a larger than block-size key and a larger than block-size data. "
	  "The key needs to be hashed before being used by the HMAC algorithm.",
	  0xaa, 0, 131, 152, 32, "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2" },
};

static void hmac(void **state)
{
	unsigned char mac[CO_SHA256_LEN];
	char hex[2 * CO_SHA256_LEN + 1];
	size_t i;

	(void)state;
	for (i = 0; i < CO_COUNT(macs); i++) {
		char key[131], data[152];

		memset(key, macs[i].key_byte, sizeof(key));
		memset(data, macs[i].data_byte, sizeof(data));
		co_hmac_sha256(macs[i].key ? macs[i].key : key, macs[i].key_len, macs[i].data ? macs[i].data : data,
			       macs[i].data_len, mac);
		co_hex_encode(hex, mac, macs[i].compared);
		assert_string_equal(hex, macs[i].mac);
	}
}

static void equality(void **state)
{
	(void)state;
	assert_true(co_crypto_equal("same", "same", 4));
	assert_false(co_crypto_equal("same", "samf", 4));
	assert_true(co_crypto_equal("samX", "samY", 3));
	assert_true(co_crypto_equal("a", "b", 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(digests),
		cmocka_unit_test(a_million_in_uneven_pieces),
		cmocka_unit_test(hmac),
		cmocka_unit_test(equality),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
