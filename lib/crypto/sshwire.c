/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/sshwire.h"

#include <string.h>

static void skip(struct co_wire *w, size_t n)
{
	w->at += n;
	w->left -= n;
}

int co_wire_byte(struct co_wire *w, unsigned char *value)
{
	if (w->left < 1)
		return -1;
	*value = w->at[0];
	skip(w, 1);
	return 0;
}

int co_wire_u32(struct co_wire *w, uint32_t *value)
{
	if (w->left < 4)
		return -1;
	*value = (uint32_t)w->at[0] << 24 | (uint32_t)w->at[1] << 16 | (uint32_t)w->at[2] << 8 | w->at[3];
	skip(w, 4);
	return 0;
}

int co_wire_string(struct co_wire *w, struct co_wire *value)
{
	struct co_wire rest = *w;
	uint32_t len;

	if (co_wire_u32(&rest, &len) < 0 || rest.left < len)
		return -1;
	*value = (struct co_wire){ rest.at, len };
	skip(&rest, len);
	*w = rest;
	return 0;
}

int co_wire_number(struct co_wire *w, struct co_wire *value, size_t limit)
{
	struct co_wire rest = *w, digits;

	if (co_wire_string(&rest, &digits) < 0 || (digits.left && digits.at[0] & 0x80))
		return -1;
	while (digits.left && digits.at[0] == 0)
		skip(&digits, 1);
	if (digits.left > limit)
		return -1;
	*value = digits;
	*w = rest;
	return 0;
}

int co_wire_is(const struct co_wire *value, const char *text)
{
	return value->left == strlen(text) && memcmp(value->at, text, value->left) == 0;
}

void co_wire_put_u32(struct co_buf *out, uint32_t value)
{
	const unsigned char bytes[] = { (unsigned char)(value >> 24), (unsigned char)(value >> 16),
					(unsigned char)(value >> 8), (unsigned char)value };

	co_buf_add(out, bytes, sizeof(bytes));
}

void co_wire_put_string(struct co_buf *out, const void *data, size_t len)
{
	co_wire_put_u32(out, (uint32_t)len);
	co_buf_add(out, data, len);
}

void co_wire_put_text(struct co_buf *out, const char *text)
{
	co_wire_put_string(out, text, strlen(text));
}
