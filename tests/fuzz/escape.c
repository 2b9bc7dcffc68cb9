/* SPDX-License-Identifier: Apache-2.0 */
/* What is shown is valid UTF-8 on one line without control characters, and showing it again changes nothing. */
#include "fuzz.h"

#include "base/escape.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct co_buf once = CO_BUF_INIT, twice = CO_BUF_INIT;
	size_t i;

	co_escape(&once, (const char *)data, size);
	must(co_utf8_valid(co_buf_str(&once), once.len));
	for (i = 0; i < once.len; i++)
		must((unsigned char)once.data[i] >= 0x20 && once.data[i] != 0x7f);
	co_escape(&twice, co_buf_str(&once), once.len);
	must(strcmp(co_buf_str(&once), co_buf_str(&twice)) == 0);
	must(strlen(co_buf_str(&once)) == once.len);
	co_buf_clear(&once);
	co_buf_clear(&twice);
	return 0;
}
