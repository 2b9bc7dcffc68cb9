/* SPDX-License-Identifier: Apache-2.0 */
/* catalog/grantsread: what the forms of grants share; not for others. */
#ifndef CO_CATALOG_GRANTSREAD_H
#define CO_CATALOG_GRANTSREAD_H

#include "catalog/grants.h"

/* Sets are JSON objects: their words in order, in a list that the caller frees; the set within one, made if need be. */
const char **co_set_words(json_t *set, size_t *count);
json_t *co_set_in(json_t *set, const char *word);

/* A string member that is known now: not empty, no expression; NULL. */
const char *co_grant_literal(const json_t *object, const char *key);

#endif
