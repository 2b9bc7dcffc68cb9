/* SPDX-License-Identifier: Apache-2.0 */
/*
 * intent/prompt: what a model is told and asked: the vocabulary, the clock and the sentence.
 * Nothing of the inventory, and nothing that any cloud or host has said.
 */
#ifndef CO_INTENT_PROMPT_H
#define CO_INTENT_PROMPT_H

#include "intent/outside/asker.h"
#include "intent/parse.h"

/* Fills *question; the caller clears it by its shape. sentence is valid UTF-8. */
void co_prompt_make(struct co_asker_question *question, const struct co_parser_input *input, const char *sentence,
		    size_t len);

#endif
