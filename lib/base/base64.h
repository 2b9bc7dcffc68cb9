/* SPDX-License-Identifier: Apache-2.0 */
/* base/base64: RFC 4648 section 4, with padding. */
#ifndef CO_BASE_BASE64_H
#define CO_BASE_BASE64_H

#include "base/buf.h"

void co_base64_encode(struct co_buf *out, const void *data, size_t len);

/*
 * Appends the decoded bytes. Strict: no white space, full padding, no stray
 * bits after the last byte. 0, or -1 with out untouched.
 */
int co_base64_decode(struct co_buf *out, const char *text, size_t len);

#endif
