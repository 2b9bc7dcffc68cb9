/* SPDX-License-Identifier: Apache-2.0 */
/*
 * intent/alert: alerts of other systems as intents, by a mapping and without a model.
 *
 * What an alert says of itself is data. Its name and metric choose a rule of the mapping; of its
 * labels only names of the inventory, names of the vocabulary and ids that a cloud made pass, and a
 * time. Annotations, titles and descriptions are not read but for exactly such words. The verb is
 * always investigate.
 */
#ifndef CO_INTENT_ALERT_H
#define CO_INTENT_ALERT_H

#include "intent/outside/mapping.h"
#include "intent/parse.h"

enum { CO_ALERT_VERSION = 1, CO_ALERTS_MOST = 1000, CO_ALERT_BYTES = 4 * 1024 * 1024 };

/* What one payload gave: alerts that mean the same are one intent, from the earliest start. */
struct co_alert_intents {
	struct co_intent *items;
	size_t count;
	size_t firing, resolved; /* alerts */
};

/*
 * Resolved alerts give no intent. CO_ERR_USAGE "unknown-source"; CO_ERR_INPUT "bad-alert" when the payload is none of its
 * source, or has too many alerts. The result is cleared by the caller, also after a failure.
 */
int co_alert_read(const struct co_parser_input *input, const struct co_mappings *mappings, const char *source,
		  json_t *payload, struct co_alert_intents *out, struct co_err *err);
void co_alert_intents_clear(struct co_alert_intents *out);

/* A sentence for request.text, of the intent's own words alone; the caller frees it. */
char *co_alert_sentence(const char *source, const struct co_intent *intent);

/* Runs the examples of all mappings, each with those behind it; appends a line for each that fails, and a closing count. CO_ERR_INPUT "alerts" if one does. */
int co_alert_check(const struct co_parser_input *input, const struct co_mappings *mappings, struct co_buf *out,
		   struct co_err *err);

#endif
