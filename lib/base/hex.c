/* SPDX-License-Identifier: Apache-2.0 */
#include "base/hex.h"

static const char digits[] = "0123456789abcdef";

void co_hex_encode(char *out, const void *data, size_t len)
{
	const unsigned char *p = data;
	size_t i;

	for (i = 0; i < len; i++) {
		*out++ = digits[p[i] >> 4];
		*out++ = digits[p[i] & 15];
	}
	*out = '\0';
}

static int value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

int co_hex_decode(void *out, size_t len, const char *s)
{
	unsigned char *p = out;
	size_t i;

	for (i = 0; i < len; i++) {
		int high = value(s[2 * i]);
		int low = high < 0 ? -1 : value(s[2 * i + 1]);

		if (low < 0)
			return -1;
		p[i] = (unsigned char)(high << 4 | low);
	}
	return s[2 * len] ? -1 : 0;
}
