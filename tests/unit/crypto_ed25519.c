/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/ed25519.h"

#include "base/hex.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

/* RFC 8032 section 7.1: TEST 1, 2, 3 and SHA(abc). */
static const struct {
	const char *seed, *public, *message, *signature;
} cases[] = {
	{ "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
	  "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
	  "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
	  "d25bf5f0595bbe24655141438e7a100b" },
	{ "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
	  "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
	  "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c"
	  "387b2eaeb4302aeeb00d291612bb0c00" },
	{ "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
	  "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
	  "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc659"
	  "4a7c15e9716ed28dc027beceea1ec40a" },
	{ "833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42",
	  "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
	  "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd"
	  "454d4423643ce80e2a9ac94fa54ca49f",
	  "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e030"
	  "3dca179c138ac17ad9bef1177331a704" },
};

static void rfc_8032(void **state)
{
	unsigned char bytes[64], message[64], public[CO_ED25519_PUBLIC], signature[CO_ED25519_SIGNATURE];
	struct co_secret seed = CO_SECRET_INIT;
	char hex[2 * CO_ED25519_SIGNATURE + 1];
	struct co_err err = CO_ERR_INIT;
	size_t i, len;

	(void)state;
	for (i = 0; i < CO_COUNT(cases); i++) {
		len = strlen(cases[i].message) / 2;
		assert_int_equal(co_hex_decode(bytes, 32, cases[i].seed), 0);
		assert_int_equal(co_hex_decode(message, len, cases[i].message), 0);
		co_secret_set(&seed, bytes, 32);
		assert_int_equal(co_ed25519_public(&seed, public, &err), CO_OK);
		co_hex_encode(hex, public, sizeof(public));
		assert_string_equal(hex, cases[i].public);
		assert_int_equal(co_ed25519_sign(&seed, message, len, signature, &err), CO_OK);
		co_hex_encode(hex, signature, sizeof(signature));
		assert_string_equal(hex, cases[i].signature);
		assert_int_equal(co_ed25519_verify(public, message, len, signature, &err), CO_OK);
		signature[10] ^= 4;
		assert_int_equal(co_ed25519_verify(public, message, len, signature, &err), CO_ERR_NO);
		assert_string_equal(err.id, "bad-signature");
		co_secret_clear(&seed);
	}
}

static void a_seed_of_the_wrong_length(void **state)
{
	unsigned char out[CO_ED25519_SIGNATURE];
	struct co_secret seed = CO_SECRET_INIT;
	struct co_err err = CO_ERR_INIT;

	(void)state;
	co_secret_set(&seed, "short", 5);
	assert_int_equal(co_ed25519_public(&seed, out, &err), CO_ERR_INPUT);
	assert_int_equal(co_ed25519_sign(&seed, "x", 1, out, &err), CO_ERR_INPUT);
	assert_string_equal(err.id, "bad-key");
	co_secret_clear(&seed);
}

static int has_flag(const json_t *vector, const char *flag)
{
	const json_t *word;
	size_t i;

	json_array_foreach(json_object_get(vector, "flags"), i, word)
		if (strcmp(json_string_value(word), flag) == 0)
			return 1;
	return 0;
}

/*
 * C2SP/CCTV: how the edge cases are judged is a property of the verifier, and
 * may not change unnoticed. OpenSSL multiplies by no cofactor (a low-order residue is
 * refused) and compares the encoding of R (another encoding of it is refused).
 */
static void edge_cases(void **state)
{
	const char *base = getenv("VECTORS");
	char *path = co_xasprintf("%s/ed25519-cctv/ed25519/ed25519vectors.json", base ? base : "../shared/vectors");
	json_t *vectors = json_load_file(path, 0, NULL), *v;
	unsigned char key[32], signature[64];
	size_t i, accepted = 0;

	(void)state;
	free(path);
	if (!vectors)
		skip();
	json_array_foreach(vectors, i, v) {
		const char *message = json_string_value(json_object_get(v, "msg"));
		int wanted = !has_flag(v, "low_order_residue") && !has_flag(v, "non_canonical_R");
		int got;

		assert_int_equal(co_hex_decode(key, 32, json_string_value(json_object_get(v, "key"))), 0);
		assert_int_equal(co_hex_decode(signature, 64, json_string_value(json_object_get(v, "sig"))), 0);
		got = co_ed25519_verify(key, message, strlen(message), signature, NULL) == CO_OK;
		if (got != wanted)
			fail_msg("vector %zu: %s", i, got ? "accepted" : "refused");
		accepted += (size_t)got;
	}
	assert_int_equal(json_array_size(vectors), 914);
	assert_int_equal(accepted, 208);
	json_decref(vectors);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rfc_8032),
		cmocka_unit_test(a_seed_of_the_wrong_length),
		cmocka_unit_test(edge_cases),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
