/* SPDX-License-Identifier: Apache-2.0 */
/* intent/mapping: how alerts become intents: a data file (co-alerts(5)), layered as vocabularies are. */
#ifndef CO_INTENT_MAPPING_H
#define CO_INTENT_MAPPING_H

#include "codec/shape.h"
#include "intent/grammar.h"
#include "intent/words/vocabulary.h"

/* One form of payload of a source. Members named after parts of an alert are JSON pointers; NULL: it has no such part. */
struct co_alert_form {
	char *source;
	json_t *sign;	/* pointer -> the text that is there */
	char *unwrap;	/* of a text that holds the payload itself */
	char *each;	/* of a list of alerts; the others are relative to one */
	char *status;
	CO_LIST(char *) firing;
	CO_LIST(char *) resolved;
	char *name;
	char *words;	/* text in which the name of a rule or of the inventory may stand */
	char *metric;
	char *namespace; /* of the metric */
	char *since;
	char *until;
	char *labels;	/* an object of texts, or a list of {name, value} */
	json_t *slots;	/* slot -> pointer */
	char *arn;	/* gives region and account */
	char *place;	/* of the payload: a URL that the inventory may have */
};

/* The first that fits tells what an alert is about. What is not given fits all; "*" at the end of a word stands for anything. */
struct co_alert_rule {
	CO_LIST(char *) source;
	CO_LIST(char *) name;
	CO_LIST(char *) metric;
	CO_LIST(char *) namespace;
	char *subject;
	char *provider;
	char *kind;
};

struct co_alert_example {
	char *source;
	json_t *payload;
	char *subject; /* NULL: nothing comes of it */
	json_t *target; /* of the first; NULL: not compared */
};

struct co_mapping {
	int64_t alerts; /* version of the format */
	char *lead;	/* duration: how long before its start an alert is looked at */
	CO_LIST(struct co_alert_form) sources;
	CO_LIST(struct co_alert_rule) rules;
	json_t *labels; /* label -> list of "slot" or "slot/kind", tried in order */
	CO_LIST(struct co_alert_example) examples;
};

/* Several, the nearest first; the last is the shipped one. */
struct co_mappings {
	struct co_mapping *items;
	size_t count;
};

/* Reads one more behind those that are there. CO_ERR_INPUT with file, line and column; an absent file is CO_ERR_SYSTEM "not-found". */
int co_mapping_load(struct co_mappings *mappings, const char *path, const struct co_vocabulary *vocabulary,
		    struct co_err *err);
void co_mappings_clear(struct co_mappings *mappings);

/* The rule for an alert; NULL if none fits. Any of the texts may be NULL. */
const struct co_alert_rule *co_mapping_rule(const struct co_mappings *mappings, const char *source, const char *name,
					    const char *metric, const char *metric_namespace);

/* True if some rule has exactly this name. */
int co_mapping_knows(const struct co_mappings *mappings, const char *name);

#endif
