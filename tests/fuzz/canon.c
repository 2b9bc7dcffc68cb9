/* SPDX-License-Identifier: Apache-2.0 */
/* The canonical form of a canonical form is itself, and the same after any honest re-serialisation. */
#include "fuzz.h"

#include "codec/canon.h"

static void same_canon(const struct co_buf *canonical, const char *text, size_t len)
{
	struct co_buf again = CO_BUF_INIT;
	json_t *value = co_json_parse(text, len, "again", NULL);

	/* A real such as 1e20 comes out as an integer that is too large to be taken back. */
	if (value && co_canon_write(&again, value, NULL) == CO_OK)
		must(again.len == canonical->len && memcmp(again.data, canonical->data, again.len) == 0);
	json_decref(value);
	co_buf_clear(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct co_buf canonical = CO_BUF_INIT, text = CO_BUF_INIT;
	struct co_err err = CO_ERR_INIT;
	json_t *value = co_json_parse((const char *)data, size, "input", &err);
	int rc = value ? co_canon_write(&canonical, value, &err) : CO_ERR_INPUT;

	if (rc == CO_OK) {
		same_canon(&canonical, canonical.data, canonical.len);
		co_json_write(&text, value, CO_JSON_PRETTY);
		same_canon(&canonical, text.data, text.len);
		if (co_canon_check_exact(value, &err) == CO_OK) { /* the digest domain: always taken back */
			json_t *back = co_json_parse(canonical.data, canonical.len, "back", NULL);

			must(back && json_equal(back, value));
			json_decref(back);
		}
	} else {
		fuzz_check_error(&err);
	}
	json_decref(value);
	co_buf_clear(&canonical);
	co_buf_clear(&text);
	return 0;
}
