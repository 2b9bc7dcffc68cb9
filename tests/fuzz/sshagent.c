/* SPDX-License-Identifier: Apache-2.0 */
/* What an agent may answer. */
#include "fuzz.h"

#include "crypto/sshagent.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct co_buf signature = CO_BUF_INIT;
	struct co_err err = CO_ERR_INIT;

	if (co_sshagent_answer(data, size, &signature, &err) == CO_OK) {
		must(signature.len + 5 == size);
	} else {
		fuzz_check_error(&err);
		must(!signature.len);
	}
	co_buf_clear(&signature);
	return 0;
}
