/* SPDX-License-Identifier: Apache-2.0 */
#include "base/base64.h"

#include <stdint.h>
#include <string.h>

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void co_base64_encode(struct co_buf *out, const void *data, size_t len)
{
	const unsigned char *p = data;

	for (; len; p += 3, len -= len < 3 ? len : 3) {
		uint32_t v = (uint32_t)p[0] << 16 | (len > 1 ? (uint32_t)p[1] << 8 : 0) |
			     (len > 2 ? p[2] : 0);
		char group[4] = { alphabet[v >> 18], alphabet[v >> 12 & 63], alphabet[v >> 6 & 63],
				  alphabet[v & 63] };

		if (len < 3)
			group[3] = '=';
		if (len < 2)
			group[2] = '=';
		co_buf_add(out, group, 4);
		if (len < 3)
			break;
	}
}

static int value(char c)
{
	const char *at = c ? strchr(alphabet, c) : NULL;

	return at ? (int)(at - alphabet) : -1;
}

/* One group of four; returns the number of bytes, or -1. */
static int decode_group(unsigned char bytes[3], const char *s, int last)
{
	uint32_t v = 0;
	int i, pad = 0;

	if (last && s[3] == '=')
		pad = s[2] == '=' ? 2 : 1;
	for (i = 0; i < 4; i++) {
		int d = i < 4 - pad ? value(s[i]) : 0;

		if (d < 0)
			return -1;
		v = v << 6 | (uint32_t)d;
	}
	if ((pad == 1 && (v & 0xff)) || (pad == 2 && (v & 0xffff)))
		return -1;
	bytes[0] = (unsigned char)(v >> 16);
	bytes[1] = (unsigned char)(v >> 8);
	bytes[2] = (unsigned char)v;
	return 3 - pad;
}

int co_base64_decode(struct co_buf *out, const char *text, size_t len)
{
	/* Decoded in place: what is secret has no second copy to wipe. */
	unsigned char *to = (unsigned char *)co_buf_reserve(out, len / 4 * 3);
	unsigned char *const from = to;
	unsigned char bytes[3];
	size_t i;

	for (i = 0; i < len; i += 4) {
		int n = len - i < 4 ? -1 : decode_group(bytes, text + i, i + 4 == len);

		if (n < 0) {
			from[0] = '\0';
			return -1;
		}
		memcpy(to, bytes, (size_t)n);
		to += n;
	}
	out->len += (size_t)(to - from);
	*to = '\0';
	return 0;
}
