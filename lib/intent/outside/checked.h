/* SPDX-License-Identifier: Apache-2.0 */
/*
 * intent/checked: an intent that can only be made of checked parts.
 *
 * What a model answers, or an alert carries, is a stranger's text. Each part of it passes one of
 * the functions here or is refused, and what is kept is never the text itself: it is a name of
 * the vocabulary, a name of the inventory, bytes of the person's own sentence, a bounded number, a
 * quantity made of digits and a known unit, or an id that a cloud made. Only co_checked_emit() writes an intent.
 */
#ifndef CO_INTENT_CHECKED_H
#define CO_INTENT_CHECKED_H

#include "intent/grammar.h"
#include "intent/parse.h"

struct co_reading;
struct co_checked;

/*
 * What backs a value. reading is of the person's sentence, with co_request_read() done; NULL when
 * there is none, as for an alert: then ids that a cloud made pass, too. Borrowed.
 */
struct co_checked *co_checked_new(const struct co_parser_input *input, const struct co_reading *reading);
void co_checked_free(struct co_checked *c);

/*
 * Each returns CO_ERR_INPUT "model-answer" for what is none, with the value quoted. Verb first: of a
 * change everything must be supported by the sentence: its action by a command, object, place and parameters by words.
 */
int co_checked_verb(struct co_checked *c, const char *name, struct co_err *err);
int co_checked_action(struct co_checked *c, const char *name, struct co_err *err);
int co_checked_subject(struct co_checked *c, const char *name, struct co_err *err);
int co_checked_slot(struct co_checked *c, enum co_slot slot, const char *value, struct co_err *err);
int co_checked_parameter(struct co_checked *c, enum co_parameter parameter, const char *value, struct co_err *err);
int co_checked_constraint(struct co_checked *c, const char *name, struct co_err *err);

/* Within ten years before now; since before until. */
int co_checked_window(struct co_checked *c, int64_t since, int64_t until, struct co_err *err);

/* The environment that was given beside the sentence. CO_ERR_NO "out-of-scope" when another is named. */
int co_checked_scope(struct co_checked *c, const char *environment, struct co_err *err);

/* Fills *out, whose parser is left to the caller. CO_ERR_INPUT when verb, subject, or a change's action or object is missing. */
int co_checked_emit(struct co_checked *c, int confidence, struct co_intent *out, struct co_err *err);

#endif
