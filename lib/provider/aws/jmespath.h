/* SPDX-License-Identifier: Apache-2.0 */
/*
 * provider/aws/jmespath: the part of JMESPath that AWS's paginators and waiters are written in.
 *
 * Fields, indexes, [] and .* and [?] projections, ||, &&, !, comparisons, parentheses, `literals`,
 * 'strings' and length(). Anything else is refused when the expression is read, so a model that needs
 * more says so. Tested against every expression of every model, and against Python's jmespath.
 */
#ifndef CO_PROVIDER_AWS_JMESPATH_H
#define CO_PROVIDER_AWS_JMESPATH_H

#include "base/err.h"

#include <jansson.h>

enum {
	CO_JMESPATH_NODES = 64, /* of one expression */
	CO_JMESPATH_DEPTH = 16, /* of its parentheses, filters and arguments */
};

struct co_jmespath;

/* NULL and err (CO_ERR_INPUT "bad-expression") on failure. */
struct co_jmespath *co_jmespath_compile(const char *text, struct co_err *err);
void co_jmespath_free(struct co_jmespath *expression);

/* A new reference; null where there is nothing. */
json_t *co_jmespath_eval(const struct co_jmespath *expression, json_t *value);

/* Both at once; NULL and err when the expression is not understood. */
json_t *co_jmespath(const char *text, json_t *value, struct co_err *err);

/* False for null, false, "", [] and {}. */
int co_jmespath_true(const json_t *value);

#endif
