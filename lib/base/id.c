/* SPDX-License-Identifier: Apache-2.0 */
#include "base/id.h"

#include <string.h>

static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

void co_id_make(char out[CO_ID_LEN + 1], int64_t ms, const unsigned char random[CO_ID_RANDOM])
{
	uint64_t time = (uint64_t)ms, high = 0, low = 0;
	int i;

	for (i = 0; i < 5; i++) {
		high = high << 8 | random[i];
		low = low << 8 | random[i + 5];
	}
	for (i = 0; i < 10; i++)
		out[i] = alphabet[time >> (45 - 5 * i) & 31];
	for (i = 0; i < 8; i++) {
		out[10 + i] = alphabet[high >> (35 - 5 * i) & 31];
		out[18 + i] = alphabet[low >> (35 - 5 * i) & 31];
	}
	out[CO_ID_LEN] = '\0';
}

int co_id_valid(const char *s)
{
	return strlen(s) == CO_ID_LEN && s[0] <= '7' && strspn(s, alphabet) == CO_ID_LEN;
}
