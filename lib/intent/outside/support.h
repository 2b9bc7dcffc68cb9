/* SPDX-License-Identifier: Apache-2.0 */
/* intent/support: what in the inventory, the vocabulary or the sentence backs a value; for intent/checked alone. */
#ifndef CO_INTENT_SUPPORT_H
#define CO_INTENT_SUPPORT_H

#include "intent/grammar.h"
#include "intent/reading.h"

struct co_support {
	const struct co_parser_input *input;
	const struct co_reading *reading; /* NULL: there is no sentence */
	int change;			  /* everything must stand in the sentence */
};

/* What was found: the backer's own spelling, owned; and where in the sentence, or -1. */
struct co_supported {
	char *text;
	long token;
};

/* True if the sentence has a command for a change, in the person's own words, with nothing that conditions or delays it. */
int co_support_command(const struct co_support *s);

/* True, and *found, if the value, which has the form of its slot, is backed. */
int co_support_slot(const struct co_support *s, enum co_slot slot, const char *value, struct co_supported *found);
int co_support_parameter(const struct co_support *s, enum co_parameter parameter, int form, const char *value,
			 int64_t number, struct co_supported *found);

#endif
