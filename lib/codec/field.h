/* SPDX-License-Identifier: Apache-2.0 */
/* codec/field: what the two decoders of codec/shape.h share, that of JSON values and that of YAML text. */
#ifndef CO_CODEC_FIELD_H
#define CO_CODEC_FIELD_H

#include "codec/shape.h"

/* All lists share this layout; see CO_LIST. */
struct co_field_list {
	void *items;
	size_t count;
};

/* Empties it; a pool, if not NULL, keeps what was in it. */
void co_field_clear_list(const struct co_field *f, const struct co_pool *pool, struct co_field_list *list);

/* True for one of CO_ITSELF. */
int co_field_is_itself(const struct co_shape *shape);

/* NULL if the shape has no such key. */
const struct co_field *co_field_find(const struct co_shape *shape, const char *key, size_t len);

/* Whether the member at this address is left out of what is encoded. */
int co_field_is_absent(const struct co_field *f, const void *at);

/* The element of a MAP that has this key, if it is among the first ones; else a new one. */
void *co_field_element(const struct co_field *f, struct co_pool *pool, struct co_field_list *list, size_t among,
		       const char *key, size_t len);

/* Decodes a value into its member of doc; what was decoded before a failure stays there. */
int co_field_decode(const struct co_field *f, json_t *value, struct co_pool *pool, void *doc, struct co_err *err);

#endif
