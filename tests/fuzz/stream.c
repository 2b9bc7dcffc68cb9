/* SPDX-License-Identifier: Apache-2.0 */
/* However the bytes are cut, the same documents come out and the same verdict. The first byte says how. */
#include "fuzz.h"

#include "run/stream.h"

static int read_all(const char *text, size_t len, size_t piece, struct co_buf *out)
{
	struct co_err err = CO_ERR_INIT;
	struct co_stream stream;
	json_t *doc;
	size_t at = 0;
	int rc;

	co_stream_init(&stream, "input");
	for (;;) {
		rc = co_stream_next(&stream, &doc, &err);
		if (rc > 0) {
			co_json_write(out, doc, CO_JSON_COMPACT);
			co_buf_addc(out, '\n');
			json_decref(doc);
		} else if (rc < 0 || stream.ended) {
			break;
		} else if (at == len) {
			co_stream_end(&stream);
		} else {
			size_t n = len - at < piece ? len - at : piece;

			co_stream_feed(&stream, text + at, n);
			at += n;
		}
	}
	if (rc < 0)
		fuzz_check_error(&err);
	co_stream_clear(&stream);
	return rc;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct co_buf whole = CO_BUF_INIT, pieces = CO_BUF_INIT;
	const char *text = (const char *)data + 1;

	if (!size)
		return 0;
	must(read_all(text, size - 1, size, &whole) == read_all(text, size - 1, 1 + data[0] % 16u, &pieces));
	must(strcmp(co_buf_str(&whole), co_buf_str(&pieces)) == 0);
	co_buf_clear(&whole);
	co_buf_clear(&pieces);
	return 0;
}
