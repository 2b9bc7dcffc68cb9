/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/ssharmour.h"

#include "base/base64.h"
#include "crypto/secret.h"

#include <string.h>

enum { COLUMNS = 70 };

void co_ssharmour_wipe(struct co_buf *b)
{
	co_wipe(b->data, b->cap);
	co_buf_clear(b);
}

/* The length of "-----WORD LABEL-----" if text begins with it, else 0. */
static size_t marker(const char *text, size_t len, const char *word, const char *label)
{
	struct co_buf line = CO_BUF_INIT;
	size_t found;

	co_buf_addf(&line, "-----%s %s-----", word, label);
	found = len >= line.len && memcmp(text, line.data, line.len) == 0 ? line.len : 0;
	co_buf_clear(&line);
	return found;
}

int co_ssharmour_decode(const char *text, size_t len, const char *label, const char *noun, struct co_buf *out,
			struct co_err *err)
{
	struct co_buf base64 = CO_BUF_INIT;
	size_t i = marker(text, len, "BEGIN", label);
	const char *why = NULL;

	if (!i || i == len || (text[i] != '\n' && text[i] != '\r')) {
		co_err_set(err, CO_ERR_INPUT, "bad-armour", "%s does not begin with its BEGIN line", noun);
		return co_err_hint(err, "it begins with \"-----BEGIN %s-----\"", label);
	}
	co_buf_reserve(&base64, len);
	for (; i < len && text[i] != '-'; i++)
		if (text[i] != '\n' && text[i] != '\r')
			co_buf_addc(&base64, text[i]);
	if (text[i - 1] != '\n' || !marker(text + i, len - i, "END", label))
		why = "has no END line";
	else if (!base64.len || co_base64_decode(out, base64.data, base64.len) < 0)
		why = "is not base64";
	co_ssharmour_wipe(&base64);
	return why ? co_err_set(err, CO_ERR_INPUT, "bad-armour", "%s %s", noun, why) : CO_OK;
}

void co_ssharmour_encode(const void *data, size_t len, const char *label, struct co_buf *out)
{
	struct co_buf base64 = CO_BUF_INIT;
	size_t i;

	co_buf_reserve(&base64, len / 3 * 4 + 4);
	co_base64_encode(&base64, data, len);
	co_buf_addf(out, "-----BEGIN %s-----\n", label);
	for (i = 0; i < base64.len; i += COLUMNS) {
		co_buf_add(out, base64.data + i, base64.len - i < COLUMNS ? base64.len - i : COLUMNS);
		co_buf_addc(out, '\n');
	}
	co_buf_addf(out, "-----END %s-----\n", label);
	co_ssharmour_wipe(&base64);
}
