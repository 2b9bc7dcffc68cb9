/* SPDX-License-Identifier: Apache-2.0 */
/*
 * intent/when: the times a sentence speaks of.
 *
 * Days, weeks and months are those of the caller's time zone; the results are
 * UTC. A time without a date is its latest occurrence that is wholly past.
 */
#ifndef CO_INTENT_WHEN_H
#define CO_INTENT_WHEN_H

#include "intent/text/match.h"
#include "run/intent.h"

/* The caller's clock. offset: seconds east of UTC at an instant. */
struct co_zone {
	int64_t (*offset)(void *context, int64_t utc);
	void *context;
};

enum { CO_AMOUNT_TEXT = 32 };

struct co_span {
	size_t first, last; /* tokens, both included */
};

struct co_when {
	int has_window, has_compare;
	struct co_window window, compare;
	struct co_span window_span, compare_span;
	char age[CO_AMOUNT_TEXT];	  /* "90d": older than, not used for; "" if not said */
	char horizon[CO_AMOUNT_TEXT]; /* "14d": within the next */
	int told;			  /* of the horizon: "runs out in 9 days" is told, not asked for */
	struct co_span age_span, horizon_span;
};

/* Fills when; marks the tokens it took as USED. */
void co_when_read(struct co_when *when, struct co_sentence *s, const struct co_matches *m,
		  const struct co_vocabulary *v, const struct co_zone *zone, int64_t now);

/*
 * A number with its unit at a token: "30 minutes", "3h", "two weeks", "an hour", "half an
 * hour". Returns how many tokens it takes, or 0. *count is in units; *unit is the entry.
 */
size_t co_amount_read(const struct co_sentence *s, const struct co_matches *m, const struct co_vocabulary *v,
		      size_t t, int64_t *count, struct co_entry *unit);

/* "90d" of 90 and "d", "21d" of 3 and "w"; 0 if it is no unit of time. */
int co_amount_text(int64_t count, const char *unit, char text[CO_AMOUNT_TEXT]);

/* A whole number at a token: "10", "two"; 1, or 0. */
int co_number_read(const struct co_sentence *s, const struct co_matches *m, size_t t, int64_t *number);

#endif
