/* SPDX-License-Identifier: Apache-2.0 */
/*
 * intent/answer: what a language model says a sentence means.
 *
 * The model's text is hostile: it may have been talked into anything by the sentence, and its
 * provider may be anyone. It is a JSON object of closed form, each part of which passes
 * intent/checked, or it is refused whole.
 */
#ifndef CO_INTENT_ANSWER_H
#define CO_INTENT_ANSWER_H

#include "intent/parse.h"

enum { CO_ANSWER_BYTES = 64 * 1024, CO_ANSWER_VERSION = 1, CO_ANSWER_CONFIDENCE = 70 };

/*
 * Fills *out from the model's text about this sentence; its parser says kind "model" and version.
 * CO_ERR_INPUT "model-answer": what is wrong with the answer. CO_ERR_NO "unclear": the model did not
 * understand the sentence; "out-of-scope". The sentence itself as co_parse().
 */
int co_answer_read(const struct co_parser_input *input, const char *sentence, size_t sentence_len, const char *answer,
		   size_t answer_len, struct co_intent *out, struct co_err *err);

#endif
