/* SPDX-License-Identifier: Apache-2.0 */
/* base/hex: lower-case hexadecimal. */
#ifndef CO_BASE_HEX_H
#define CO_BASE_HEX_H

#include <stddef.h>

/* Writes 2 * len digits and a NUL to out. */
void co_hex_encode(char *out, const void *data, size_t len);

/* Reads exactly len bytes from 2 * len digits of either case; 0, or -1 if s is not that. */
int co_hex_decode(void *out, size_t len, const char *s);

#endif
