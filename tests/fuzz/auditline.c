/* SPDX-License-Identifier: Apache-2.0 */
/* Lines read without parsing say what parsing says; times and sums of queries take any bytes. */
#include "fuzz.h"

#include "audit/query.h"

/* What stands in a compact object at a key is that member, written compactly. */
static void find_all(json_t *object, const char *data, size_t size)
{
	struct co_audit_slice found;
	const char *key;
	json_t *value;

	json_object_foreach(object, key, value) {
		struct co_buf written = CO_BUF_INIT;

		if (strpbrk(key, "\"\\") || strlen(key) != strcspn(key, "\x01\x02\x03\x04\x05\x06\x07\x08\t\n\x0b\x0c\r\x0e\x0f\x10\x11"
								     "\x12\x13\x14\x15\x16\x17\x18\x19\x1a\x1b\x1c\x1d\x1e\x1f"))
			continue; /* the log's own keys need no escapes */
		co_json_write(&written, value, CO_JSON_COMPACT);
		must(co_audit_line_find(data, size, key, &found));
		must(found.len == written.len && memcmp(found.data, written.data, found.len) == 0);
		co_buf_clear(&written);
	}
	must(json_object_get(object, "no such key") || !co_audit_line_find(data, size, "no such key", &found));
}

static void sum(const char *data, size_t size)
{
	const struct co_audit_piece piece = { .kind = CO_AUDIT_LINE, .data = data, .len = size };
	struct co_audit_sum total = { 1, 999999999 };
	struct co_err err = CO_ERR_INIT;
	struct co_buf text = CO_BUF_INIT;

	if (co_audit_sum_add(&total, &piece, "ms", &err) == CO_OK)
		must(total.whole >= 1 && total.billionths >= 0 && total.billionths < 1000000000);
	co_audit_sum_format(&total, &text);
	co_buf_clear(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = co_xmemdup(data, size); /* exactly as long, so that a read beyond it is seen */
	struct co_buf written = CO_BUF_INIT;
	struct co_err err = CO_ERR_INIT;
	struct co_audit_slice slice;
	struct co_audit_line line;
	int64_t seconds;
	json_t *value = co_json_parse(text, size, "fuzz", &err);

	if (co_audit_line_parse(&line, text, size) == 0)
		must(line.seq > 0 && line.time_text > text && line.prev > line.time_text && line.prev + 66 == text + size);
	co_audit_line_find(text, size, "type", &slice);
	sum(text, size);
	co_audit_time_parse(&seconds, text);
	if (value && json_is_object(value)) {
		co_json_write(&written, value, CO_JSON_COMPACT);
		if (written.len == size && memcmp(written.data, text, size) == 0)
			find_all(value, text, size);
	}
	json_decref(value);
	co_buf_clear(&written);
	free(text);
	return 0;
}
