/* SPDX-License-Identifier: Apache-2.0 */
#include "base/hex.h"

#include <string.h>

/* All bytes as pairs of digits, one after the other: a look-up a byte, for what is hashed a line at a time. */
#define ROW(d) d "0" d "1" d "2" d "3" d "4" d "5" d "6" d "7" d "8" d "9" d "a" d "b" d "c" d "d" d "e" d "f"
static const char pairs[] = ROW("0") ROW("1") ROW("2") ROW("3") ROW("4") ROW("5") ROW("6") ROW("7")
	ROW("8") ROW("9") ROW("a") ROW("b") ROW("c") ROW("d") ROW("e") ROW("f");

void co_hex_encode(char *out, const void *data, size_t len)
{
	const unsigned char *p = data;
	size_t i;

	for (i = 0; i < len; i++)
		memcpy(out + 2 * i, pairs + 2 * p[i], 2);
	out[2 * len] = '\0';
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
