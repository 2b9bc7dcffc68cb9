/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Private key files. Input that begins with "-" is a file; any other is a list of
 * changes (two bytes of place, one of value) to the bytes of a good one, so that
 * the fuzzer need not find base64, or this tree hold a private key.
 */
#include "fuzz.h"

#include "crypto/ssharmour.h"
#include "crypto/sshprivate.h"

static void make(struct co_buf *bytes)
{
	static const unsigned char check[4] = { 1, 2, 3, 4 };
	struct co_secret seed = CO_SECRET_INIT, text = CO_SECRET_INIT;

	co_secret_set(&seed, "a seed of thirty-two bytes......", 32);
	must(co_sshprivate_write(&seed, "comment", check, &text, NULL) == CO_OK);
	must(co_ssharmour_decode((char *)text.data, text.len, CO_ARMOUR_PRIVATE_KEY, "key", bytes, NULL) == CO_OK);
	co_secret_clear(&seed);
	co_secret_clear(&text);
}

static void parse(const char *text, size_t len)
{
	struct co_secret seed = CO_SECRET_INIT;
	struct co_err err = CO_ERR_INIT;

	if (co_sshprivate_parse(text, len, &seed, &err) == CO_OK) {
		must(seed.len == 32);
	} else {
		fuzz_check_error(&err);
		must(!seed.data);
	}
	co_secret_clear(&seed);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct co_buf bytes = CO_BUF_INIT, text = CO_BUF_INIT;

	if (size && data[0] == '-') {
		parse((const char *)data, size);
		return 0;
	}
	make(&bytes);
	for (; size >= 3; data += 3, size -= 3)
		bytes.data[((size_t)data[0] << 8 | data[1]) % bytes.len] = (char)data[2];
	co_ssharmour_encode(bytes.data, bytes.len - size, CO_ARMOUR_PRIVATE_KEY, &text);
	parse(text.data, text.len);
	co_buf_clear(&bytes);
	co_buf_clear(&text);
	return 0;
}
