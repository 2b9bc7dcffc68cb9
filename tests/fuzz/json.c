/* SPDX-License-Identifier: Apache-2.0 */
/* What is taken is written so that it reads back the same, and its end is found where it is. */
#include "fuzz.h"

static void same_again(json_t *value, enum co_json_style style)
{
	struct co_buf text = CO_BUF_INIT, again = CO_BUF_INIT;
	struct co_json_scan scan = { 0 };
	json_t *back;

	co_json_write(&text, value, style);
	back = co_json_parse(text.data, text.len, "again", NULL);
	must(back);
	must(json_equal(value, back));
	co_json_write(&again, back, style);
	must(again.len == text.len && memcmp(again.data, text.data, text.len) == 0);
	co_buf_addc(&text, '\n');
	must(co_json_scan(&scan, text.data, text.len) >= again.len);
	json_decref(back);
	co_buf_clear(&text);
	co_buf_clear(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct co_err err = CO_ERR_INIT;
	json_t *value = co_json_parse((const char *)data, size, "input", &err);

	if (!value) {
		fuzz_check_error(&err);
		return 0;
	}
	same_again(value, CO_JSON_COMPACT);
	same_again(value, CO_JSON_PRETTY);
	json_decref(value);
	return 0;
}
