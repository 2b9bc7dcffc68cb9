/* SPDX-License-Identifier: Apache-2.0 */
/* intent/request: is it a request, in whose words, about what, and what is it to be done with it? */
#ifndef CO_INTENT_REQUEST_H
#define CO_INTENT_REQUEST_H

#include "intent/reading.h"

/* Marks foreign clauses. Is it a request at all? Reads the command and the constraints, too; returns CO_CLEAR or why not. */
enum co_unclear co_request_read(struct co_reading *r);

/* The subject; then, once it and the slots are known, the verb. */
enum co_unclear co_topic_read(struct co_reading *r);
enum co_unclear co_request_settle(struct co_reading *r);

/* True for a weak phrase that only says how another thing is looked at: "a security review of our buckets". */
int co_topic_is_of_another(const struct co_reading *r, const struct co_match *m);

/* "without downtime", "not prod". */
void co_constraint_read(struct co_reading *r);
int co_constraint_holds(const struct co_reading *r, const char *name);

/* Says why not; returns CO_ERR_NO. */
int co_reading_refuse(const struct co_reading *r, enum co_unclear why, struct co_err *err);

/* True if something is told of a thing, in whatever words: "worker-eu-4 drops packets", "reco-trainer has not run". */
int co_reading_states(const struct co_reading *r);

/* "to 4, no, 5": what is put right takes the place of what was said. After the first co_reading_match(). */
void co_correction_read(struct co_reading *r);

/* Marks words that are somebody else's as foreign; true if there were any, so that phrases must be looked for again. */
int co_foreign_mark(struct co_reading *r);

#endif
