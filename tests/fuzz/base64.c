/* SPDX-License-Identifier: Apache-2.0 */
/* A text that decodes is the only text of its bytes. */
#include "fuzz.h"

#include "base/base64.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct co_buf bytes = CO_BUF_INIT, text = CO_BUF_INIT;

	if (co_base64_decode(&bytes, (const char *)data, size) == 0) {
		co_base64_encode(&text, bytes.data, bytes.len);
		must(text.len == size && (!size || memcmp(text.data, data, size) == 0));
	}
	co_buf_reset(&text);
	co_buf_reset(&bytes);
	co_base64_encode(&text, data, size);
	must(co_base64_decode(&bytes, co_buf_str(&text), text.len) == 0);
	must(bytes.len == size && (!size || memcmp(bytes.data, data, size) == 0));
	co_buf_clear(&bytes);
	co_buf_clear(&text);
	return 0;
}
