/* SPDX-License-Identifier: Apache-2.0 */
/* intent/quantity: how parameters are set; for quantity.c, size.c, replicas.c and bound.c, and for shell.c. */
#ifndef CO_INTENT_QUANTITY_H
#define CO_INTENT_QUANTITY_H

#include "intent/reading.h"

/* Sets a parameter, unless it is set: a change with two values is two requests. Marks its tokens. */
void co_quantity_number(struct co_reading *r, const char *name, int64_t value, size_t first, size_t last);
void co_quantity_text(struct co_reading *r, const char *name, const char *value, size_t first, size_t last);

/* Reads how many replicas are asked for at a token. */
void co_quantity_replicas(struct co_reading *r, size_t t);

/* "80Gi" in one token, "80 GB" in two; how many, or 0. */
size_t co_quantity_size(const struct co_reading *r, size_t t, char *out, size_t room);

/* Of a change: bytes, as memory or as a size; the class of an instance; cores; "--limits=cpu=1,memory=1Gi". */
void co_quantity_space(struct co_reading *r, size_t t);
void co_quantity_class(struct co_reading *r, size_t t);
void co_quantity_cpu(struct co_reading *r, size_t t);
void co_quantity_assigned(struct co_reading *r, size_t t);

/* "set the log level of web-shop to 7": before the value at a token it is told what is set, and that can be no replicas and no limit. */
int co_quantity_is_of_other(const struct co_reading *r, size_t t);

/* True if one of the words stands in the person's own. */
int co_quantity_speaks(const struct co_reading *r, const char *words);

/* Of a look, what its members have, or are over or under: see bound.c. */
void co_bound_size(struct co_reading *r, size_t t);
void co_bound_cpu(struct co_reading *r, size_t t);
void co_bound_class(struct co_reading *r, size_t t);
void co_bound_image(struct co_reading *r, size_t t);
void co_bound_retention(struct co_reading *r, size_t t);

static inline int is_to(const struct co_reading *r, size_t t)
{
	return co_says(r, t, "to");
}

#endif
