/* SPDX-License-Identifier: Apache-2.0 */
/* base/id: ULIDs, 26 characters of Crockford base 32: 48 bits of time, 80 of randomness. */
#ifndef CO_BASE_ID_H
#define CO_BASE_ID_H

#include <stdint.h>

enum { CO_ID_LEN = 26, CO_ID_RANDOM = 10 };

/* ms: Unix time in milliseconds; random: ten random bytes, given by the caller. */
void co_id_make(char out[CO_ID_LEN + 1], int64_t ms, const unsigned char random[CO_ID_RANDOM]);

/* True for a well-formed ULID in upper case. */
int co_id_valid(const char *s);

#endif
