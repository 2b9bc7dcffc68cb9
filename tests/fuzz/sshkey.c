/* SPDX-License-Identifier: Apache-2.0 */
/* A public key line that is read is written so that it is read again; its wire form alike. */
#include "fuzz.h"

#include "crypto/sshkey.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct co_sshkey key = CO_SSHKEY_INIT, again = CO_SSHKEY_INIT;
	struct co_buf line = CO_BUF_INIT;
	struct co_err err = CO_ERR_INIT;
	char *fingerprint;
	int rc = co_sshkey_parse(&key, (const char *)data, size, &err);

	if (rc < 0) {
		fuzz_check_error(&err);
		rc = co_sshkey_decode(&key, data, size, &err);
	}
	if (rc < 0) {
		fuzz_check_error(&err);
		must(!key.blob);
		return 0;
	}
	co_sshkey_write(&key, &line);
	must(co_sshkey_parse(&again, line.data, line.len, NULL) == CO_OK);
	must(co_sshkey_equal(&key, &again));
	fingerprint = co_sshkey_fingerprint(&key);
	must(strlen(fingerprint) == 50);
	must(co_sshkey_verify(&key, "x", 1, data, size, &err) < 0);
	free(fingerprint);
	co_buf_clear(&line);
	co_sshkey_clear(&key);
	co_sshkey_clear(&again);
	return 0;
}
