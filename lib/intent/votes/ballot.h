/* SPDX-License-Identifier: Apache-2.0 */
/* intent/ballot: what phrases and votes say together. */
#ifndef CO_INTENT_BALLOT_H
#define CO_INTENT_BALLOT_H

#include "intent/reading.h"

/* Calls each with what they say of verb and subject, and with what they object, as features of intent/votes/votes.h. */
void co_ballot_phrases(const struct co_reading *r, co_vote_feature_fn *each, void *context);

/* Of a look: verb and subject by phrases and votes together. */
enum co_unclear co_ballot_look(struct co_reading *r);

/* Of a plain one: they are what its phrases say, but where votes are far from it. */
void co_ballot_plain(struct co_reading *r);

/* Of a clear change: the same of its subject; it is refused if votes take it for none. */
enum co_unclear co_ballot_change(struct co_reading *r);

/* Of a change that is not clear: do votes take it for a look? */
int co_ballot_is_look(const struct co_reading *r);

#endif
