/* SPDX-License-Identifier: Apache-2.0 */
/*
 * codec/canon: the JSON Canonicalization Scheme (RFC 8785), so that a digest
 * survives any honest re-serialisation.
 */
#ifndef CO_CODEC_CANON_H
#define CO_CODEC_CANON_H

#include "codec/json.h"

/*
 * Appends the canonical form. Reals are written as ECMAScript does (section
 * 3.2.2.3); integers beyond +-(2^53-1) are CO_ERR_INPUT with the path.
 */
int co_canon_write(struct co_buf *out, const json_t *value, struct co_err *err);

/* Refuses any real number and any integer beyond +-(2^53-1), naming the path: the digest domain of co-run(5). */
int co_canon_check_exact(const json_t *value, struct co_err *err);

#endif
