/* SPDX-License-Identifier: Apache-2.0 */
/* OpenSSH's own signatures (regress/unittests/sshsig), each right one and every one-bit change of it. */
#include "crypto/sshsig.h"

#include "unit.h"

#define VECTORS "sshsig/regress/unittests/sshsig/testdata"

static void slurp(const char *name, struct co_buf *out)
{
	char *path = co_xasprintf("%s/" VECTORS "/%s", unit_vectors(), name), *text;
	size_t len;

	text = unit_read(path, &len);
	co_buf_add(out, text, len);
	free(text);
	free(path);
}

struct vector {
	struct co_buf message, blob;
	struct co_sshkey key;
};

static void load(struct vector *v, const char *name)
{
	struct co_buf text = CO_BUF_INIT;
	struct co_err err = CO_ERR_INIT;
	char file[64];

	*v = (struct vector){ CO_BUF_INIT, CO_BUF_INIT, CO_SSHKEY_INIT };
	slurp("signed-data", &v->message);
	snprintf(file, sizeof(file), "%s.pub", name);
	slurp(file, &text);
	assert_int_equal(co_sshkey_parse(&v->key, text.data, text.len, &err), CO_OK);
	co_buf_reset(&text);
	snprintf(file, sizeof(file), "%s.sig", name);
	slurp(file, &text);
	assert_int_equal(co_sshsig_unarmour(text.data, text.len, &v->blob, &err), CO_OK);
	co_buf_clear(&text);
}

static void unload(struct vector *v)
{
	co_buf_clear(&v->message);
	co_buf_clear(&v->blob);
	co_sshkey_clear(&v->key);
}

static int verify(const struct vector *v, const char *namespace, struct co_err *err)
{
	struct co_sshkey signer = CO_SSHKEY_INIT;
	int rc = co_sshsig_verify(v->blob.data, v->blob.len, v->message.data, v->message.len, namespace, &signer, err);

	if (rc == CO_OK && !co_sshkey_equal(&signer, &v->key))
		rc = CO_ERR_NO;
	co_sshkey_clear(&signer);
	return rc;
}

static const char *const names[] = { "ed25519", "ecdsa", "rsa", "ed25519_sk", "ecdsa_sk", "ecdsa_sk_webauthn" };

static void right_signatures(void **state)
{
	struct co_err err = CO_ERR_INIT;
	struct vector v;
	size_t i;

	(void)state;
	for (i = 0; i < CO_COUNT(names); i++) {
		load(&v, names[i]);
		if (verify(&v, "unittest", &err) != CO_OK)
			fail_msg("%s: %s", names[i], err.message);
		unload(&v);
	}
}

static void wrong_namespace_and_message(void **state)
{
	struct co_err err = CO_ERR_INIT;
	struct vector v;
	size_t i;

	(void)state;
	for (i = 0; i < CO_COUNT(names); i++) {
		load(&v, names[i]);
		assert_int_equal(verify(&v, "file", &err), CO_ERR_NO);
		assert_string_equal(err.id, "wrong-namespace");
		v.message.data[0] ^= 1;
		assert_int_equal(verify(&v, "unittest", &err), CO_ERR_NO);
		assert_string_equal(err.id, "bad-signature");
		unload(&v);
	}
}

/* The length of the blob's reserved string is the only field that nothing signs; its bytes are none here. */
static void every_changed_bit(void **state)
{
	struct co_err err = CO_ERR_INIT;
	struct vector v;
	size_t i, bit;

	(void)state;
	for (i = 0; i < CO_COUNT(names); i++) {
		load(&v, names[i]);
		for (bit = 0; bit < v.blob.len * 8; bit += unit_quick() ? 97 : 1) {
			v.blob.data[bit / 8] = (char)(v.blob.data[bit / 8] ^ (1 << bit % 8));
			if (verify(&v, "unittest", &err) == CO_OK)
				fail_msg("%s: bit %zu changed, and still right", names[i], bit);
			v.blob.data[bit / 8] = (char)(v.blob.data[bit / 8] ^ (1 << bit % 8));
		}
		unload(&v);
	}
}

static void every_length(void **state)
{
	struct co_err err = CO_ERR_INIT;
	struct vector v;
	size_t i, whole;

	(void)state;
	for (i = 0; i < CO_COUNT(names); i++) {
		load(&v, names[i]);
		whole = v.blob.len;
		for (v.blob.len = 0; v.blob.len < whole; v.blob.len += unit_quick() ? 13 : 1)
			assert_int_equal(verify(&v, "unittest", &err), CO_ERR_INPUT);
		v.blob.len = whole;
		co_buf_addc(&v.blob, 0);
		assert_int_equal(verify(&v, "unittest", &err), CO_ERR_INPUT);
		unload(&v);
	}
}

static void unsupported_type(void **state)
{
	struct co_buf text = CO_BUF_INIT;
	struct co_sshkey key = CO_SSHKEY_INIT;
	struct co_err err = CO_ERR_INIT;

	(void)state;
	slurp("mldsa44-ed25519.pub", &text);
	assert_int_equal(co_sshkey_parse(&key, text.data, text.len, &err), CO_ERR_INPUT);
	assert_string_equal(err.id, "unsupported-key");
	co_buf_clear(&text);
}

/* The device part is: flags, counter (4 bytes), at the blob's end. A signature over cleared flags cannot be
 * made without the device, but the touch is checked first, so the answer differs from a wrong signature. */
static void touch_is_demanded(void **state)
{
	static const char *const devices[] = { "ed25519_sk", "ecdsa_sk" };
	struct co_err err = CO_ERR_INIT;
	struct vector v;
	size_t i;

	(void)state;
	for (i = 0; i < CO_COUNT(devices); i++) {
		load(&v, devices[i]);
		assert_true(co_sshkey_is_fido(&v.key));
		assert_int_equal(v.blob.data[v.blob.len - 5] & 1, 1);
		v.blob.data[v.blob.len - 5] ^= 1;
		assert_int_equal(verify(&v, "unittest", &err), CO_ERR_NO);
		assert_string_equal(err.id, "no-touch");
		unload(&v);
	}
}

static void signs_what_it_verifies(void **state)
{
	struct co_secret seed = CO_SECRET_INIT;
	struct co_sshkey signer = CO_SSHKEY_INIT, key = CO_SSHKEY_INIT;
	struct co_buf blob = CO_BUF_INIT, text = CO_BUF_INIT, back = CO_BUF_INIT;
	struct co_err err = CO_ERR_INIT;

	(void)state;
	co_secret_set(&seed, "0123456789abcdef0123456789abcdef", 32);
	assert_int_equal(co_sshsig_sign(&seed, "message", 7, "test", &blob, &err), CO_OK);
	assert_int_equal(co_sshsig_verify(blob.data, blob.len, "message", 7, "test", &signer, &err), CO_OK);
	assert_int_equal(co_sshkey_of_seed(&key, &seed, &err), CO_OK);
	assert_true(co_sshkey_equal(&key, &signer));
	co_sshsig_armour(blob.data, blob.len, &text);
	assert_int_equal(co_sshsig_unarmour(text.data, text.len, &back, &err), CO_OK);
	assert_int_equal(back.len, blob.len);
	assert_memory_equal(back.data, blob.data, blob.len);
	co_buf_clear(&blob);
	co_buf_clear(&text);
	co_buf_clear(&back);
	co_sshkey_clear(&key);
	co_sshkey_clear(&signer);
	co_secret_clear(&seed);
}

static void bad_armour(void **state)
{
	static const char *const bad[] = {
		"",
		"-----BEGIN SSH SIGNATURE-----",
		"-----BEGIN SSH SIGNATURE-----\n",
		"-----BEGIN SSH SIGNATURE-----\nU1NI\n",
		"-----BEGIN SSH SIGNATURE-----\nU1NI-----END SSH SIGNATURE-----\n",
		"-----BEGIN SSH SIGNATURE-----\n-----END SSH SIGNATURE-----\n",
		"-----BEGIN SSH SIGNATURE-----\nU1N\n-----END SSH SIGNATURE-----\n",
		"-----BEGIN SSH SIGNATURE-----\nU1 NI\n-----END SSH SIGNATURE-----\n",
		" -----BEGIN SSH SIGNATURE-----\nU1NI\n-----END SSH SIGNATURE-----\n",
		"-----BEGIN PGP SIGNATURE-----\nU1NI\n-----END PGP SIGNATURE-----\n",
	};
	struct co_buf blob = CO_BUF_INIT;
	struct co_err err = CO_ERR_INIT;
	size_t i;

	(void)state;
	for (i = 0; i < CO_COUNT(bad); i++) {
		assert_int_equal(co_sshsig_unarmour(bad[i], strlen(bad[i]), &blob, &err), CO_ERR_INPUT);
		assert_string_equal(err.id, "bad-armour");
		assert_int_equal(blob.len, 0);
	}
	co_buf_clear(&blob);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(right_signatures),
		cmocka_unit_test(wrong_namespace_and_message),
		cmocka_unit_test(every_changed_bit),
		cmocka_unit_test(every_length),
		cmocka_unit_test(unsupported_type),
		cmocka_unit_test(touch_is_demanded),
		cmocka_unit_test(signs_what_it_verifies),
		cmocka_unit_test(bad_armour),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
