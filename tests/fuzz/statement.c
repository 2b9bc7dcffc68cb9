/* SPDX-License-Identifier: Apache-2.0 */
/* There is one way to write a statement: what is read is written the same. */
#include "fuzz.h"

#include "approve/statement.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct co_statement statement = { 0 };
	struct co_buf bytes = CO_BUF_INIT;
	struct co_err err = CO_ERR_INIT;

	if (co_statement_decode(&statement, (const char *)data, size, &err) < 0) {
		fuzz_check_error(&err);
		must(!statement.type);
		return 0;
	}
	must(co_statement_encode(&statement, &bytes, &err) == CO_OK);
	must(bytes.len == size && memcmp(bytes.data, data, size) == 0);
	co_buf_clear(&bytes);
	co_shape_clear(&co_statement_shape, &statement);
	return 0;
}
