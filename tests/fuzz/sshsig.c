/* SPDX-License-Identifier: Apache-2.0 */
/* Signatures, armoured (input that begins with "-") or bare, over the message of OpenSSH's own test data. */
#include "fuzz.h"

#include "crypto/sshsig.h"

static const char message[] = "This is a test, this is only a test";

static void verify(const struct co_buf *blob)
{
	struct co_sshkey signer = CO_SSHKEY_INIT, again = CO_SSHKEY_INIT;
	struct co_err err = CO_ERR_INIT;

	if (co_sshsig_verify(co_buf_str(blob), blob->len, message, sizeof(message) - 1, "unittest", &signer, &err) == CO_OK) {
		must(co_sshkey_decode(&again, signer.blob, signer.len, NULL) == CO_OK);
		must(co_sshkey_equal(&signer, &again));
		co_sshkey_clear(&again);
	} else {
		fuzz_check_error(&err);
		must(!signer.blob);
	}
	co_sshkey_clear(&signer);
}

static void armour(const struct co_buf *blob)
{
	struct co_buf text = CO_BUF_INIT, back = CO_BUF_INIT;

	if (!blob->len)
		return;
	co_sshsig_armour(blob->data, blob->len, &text);
	if (text.len <= CO_SSHSIG_BYTES) {
		must(co_sshsig_unarmour(text.data, text.len, &back, NULL) == CO_OK);
		must(back.len == blob->len && memcmp(back.data, blob->data, back.len) == 0);
	}
	co_buf_clear(&back);
	co_buf_clear(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct co_buf blob = CO_BUF_INIT;
	struct co_err err = CO_ERR_INIT;

	if (size && data[0] == '-') {
		if (co_sshsig_unarmour((const char *)data, size, &blob, &err) < 0) {
			fuzz_check_error(&err);
			must(blob.len == 0);
		}
	} else {
		co_buf_add(&blob, data, size);
	}
	verify(&blob);
	armour(&blob);
	co_buf_clear(&blob);
	return 0;
}
