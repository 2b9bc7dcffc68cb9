/* SPDX-License-Identifier: Apache-2.0 */
/*
 * exec/mask: secrets taken out of what providers return, before anything keeps it.
 *
 * By the name of the member (password, apiKey, ...), by what holds it (the data of a
 * Kubernetes Secret), and by the look of the text (private keys, cloud access keys,
 * tokens, passwords in URLs and command lines). A second line of defence:
 * operations that read secrets are refused by policy in the first place.
 */
#ifndef CO_EXEC_MASK_H
#define CO_EXEC_MASK_H

#include "base/buf.h"

#include <jansson.h>

#define CO_MASK "***"

/* A new reference: the value itself when it holds no secret, else a copy with each replaced by "***". */
json_t *co_mask(json_t *value);

/* Appends text with what looks like a secret replaced. Returns how many were. */
size_t co_mask_text(struct co_buf *out, const char *text, size_t len);

#endif
