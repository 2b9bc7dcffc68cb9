/* SPDX-License-Identifier: Apache-2.0 */
/* catalog/apiread: what the parts of the API reader share; not for others. */
#ifndef CO_CATALOG_APIREAD_H
#define CO_CATALOG_APIREAD_H

#include "catalog/api.h"
#include "catalog/catalog.h"

struct co_candidates {
	char **items;
	size_t count;
};

void co_candidates_add(void *names, struct co_piece name);
void co_candidates_clear(struct co_candidates *names);

/* Says how word is written here, or what is near to it; clears the names. */
void co_candidates_suggest(struct co_candidates *names, const char *word, struct co_err *err);

/* What the catalogue says of a call: as co_catalog_find(). */
int co_api_call(const struct co_apis *apis, const char *const call[3], struct co_operation *out, struct co_err *err);

/* Checks an operation's input by its shapes: as co_operation_check(). */
int co_api_check(const struct co_api *api, const char *name, json_t *given, json_t **with, struct co_err *err);

/* The line of an operation, of a shape; 1, or 0 when there is none. */
int co_api_line(const struct co_api *api, const char *name, struct co_piece *line);
int co_api_shape_line(const struct co_api *api, unsigned number, struct co_piece *line);

/* CO_ERR_INPUT "bad-catalog" about a part of a service's file. */
int co_api_bad(const struct co_apis *apis, const char *service, const char *where, const char *why, struct co_err *err);

/* The shapes of one operation by number; each is read when it is first referred to. */
struct co_shapes {
	const struct co_api *api;
	struct co_api_shape **items; /* by number */
	size_t count;
	unsigned *order; /* numbers in the order in which they were asked for */
	size_t asked;
};

/*
 * Reads "12,wire=Item,flat" into a member. text is scratch that it may cut up
 * and keep strings in: terminated, and with room after it for one more name.
 * Returns 0, or why it is wrong.
 */
const char *co_shapes_refer(struct co_shapes *shapes, struct co_api_member *member, char *text, char *room);

/* Reads all that were referred to, and what these refer to. */
int co_shapes_fill(struct co_shapes *shapes, struct co_err *err);
void co_shapes_clear(struct co_shapes *shapes);

#endif
