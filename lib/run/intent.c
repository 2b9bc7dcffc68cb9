/* SPDX-License-Identifier: Apache-2.0 */
#include "run/intent.h"

const char *const co_verb_names[] = { "investigate", "audit", "inspect", "remediate", NULL };

static const struct co_field window_fields[] = {
	CO_TIME(struct co_window, since, CO_REQUIRED),
	CO_TIME(struct co_window, until, CO_REQUIRED),
	CO_END,
};

const struct co_shape co_window_shape = { "window", sizeof(struct co_window), window_fields };

static const struct co_field parser_fields[] = {
	CO_STR(struct co_parser, kind, CO_REQUIRED),
	CO_INT(struct co_parser, version, CO_REQUIRED, 0, 0),
	CO_STR(struct co_parser, provider, 0),
	CO_STR(struct co_parser, model, 0),
	CO_STR(struct co_parser, fallback, 0),
	CO_INT(struct co_parser, input_tokens, 0, 0, 0),
	CO_INT(struct co_parser, output_tokens, 0, 0, 0),
	CO_STR(struct co_parser, cost_usd, 0),
	CO_END,
};

static const struct co_shape parser_shape = { "parser", sizeof(struct co_parser), parser_fields };

static const struct co_field because_fields[] = {
	CO_STR(struct co_because, field, CO_REQUIRED),
	CO_STR(struct co_because, value, CO_REQUIRED),
	CO_STR(struct co_because, text, CO_REQUIRED),
	CO_JSON(struct co_because, at, CO_REQUIRED),
	CO_END,
};

static const struct co_shape because_shape = { "because", sizeof(struct co_because), because_fields };

static const struct co_field intent_fields[] = {
	CO_ENUM(struct co_intent, verb, CO_REQUIRED, co_verb_names),
	CO_STR(struct co_intent, action, 0),
	CO_STR(struct co_intent, subject, CO_REQUIRED | CO_NONEMPTY),
	CO_JSON(struct co_intent, target, CO_REQUIRED | CO_OBJECT_ONLY),
	CO_OBJECT(struct co_intent, window, 0, &co_window_shape),
	CO_OBJECT(struct co_intent, compare, 0, &co_window_shape),
	CO_JSON(struct co_intent, parameters, CO_REQUIRED | CO_OBJECT_ONLY),
	CO_STRS(struct co_intent, constraints, CO_WRITTEN),
	CO_INT(struct co_intent, confidence, CO_REQUIRED, 0, 100),
	CO_OBJECT(struct co_intent, parser, CO_REQUIRED, &parser_shape),
	CO_OBJECTS(struct co_intent, because, 0, &because_shape),
	CO_END,
};

const struct co_shape co_intent_shape = { "intent", sizeof(struct co_intent), intent_fields };
