/* SPDX-License-Identifier: Apache-2.0 */
/* What is taken is written so that it reads back the same, and its end is found where it is. */
#include "fuzz.h"

#include "codec/read.h"

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

/* The fast reader takes nothing that jansson does not, and understands it the same. */
static void same_as_jansson(const char *data, size_t size)
{
	json_t *fast = co_json_read(data, size), *slow;

	if (!fast)
		return;
	must(!size || !memchr(data, 0, size));
	slow = json_loadb(data, size, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, NULL);
	must(slow && json_equal(fast, slow));
	json_decref(fast);
	json_decref(slow);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct co_err err = CO_ERR_INIT;
	json_t *value = co_json_parse((const char *)data, size, "input", &err);

	same_as_jansson((const char *)data, size);
	if (!value) {
		fuzz_check_error(&err);
		return 0;
	}
	same_again(value, CO_JSON_COMPACT);
	same_again(value, CO_JSON_PRETTY);
	json_decref(value);
	return 0;
}
