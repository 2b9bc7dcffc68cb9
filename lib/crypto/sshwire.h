/* SPDX-License-Identifier: Apache-2.0 */
/* crypto/sshwire: the data types of RFC 4251 section 5, in and out. */
#ifndef CO_CRYPTO_SSHWIRE_H
#define CO_CRYPTO_SSHWIRE_H

#include "base/buf.h"

#include <stdint.h>

/* A reader: bytes not yet read. Borrowed from whoever holds them. */
struct co_wire {
	const unsigned char *at;
	size_t left;
};

/* Each reads one value, or returns -1 and leaves the reader where it was. */
int co_wire_byte(struct co_wire *w, unsigned char *value);
int co_wire_u32(struct co_wire *w, uint32_t *value);
int co_wire_string(struct co_wire *w, struct co_wire *value);

/* A non-negative mpint of at most limit bytes; leading zeros are skipped. */
int co_wire_number(struct co_wire *w, struct co_wire *value, size_t limit);

/* True if the bytes of value are exactly text. */
int co_wire_is(const struct co_wire *value, const char *text);

void co_wire_put_u32(struct co_buf *out, uint32_t value);
void co_wire_put_string(struct co_buf *out, const void *data, size_t len);
void co_wire_put_text(struct co_buf *out, const char *text);

#endif
