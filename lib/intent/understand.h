/* SPDX-License-Identifier: Apache-2.0 */
/*
 * intent/understand: a sentence read by the parser, by a model, or by both.
 *
 * A model that fails, in whatever way, leaves the answer to the parser if the configuration
 * says so, and the intent says why. With a cross-check both must agree.
 */
#ifndef CO_INTENT_UNDERSTAND_H
#define CO_INTENT_UNDERSTAND_H

#include "intent/outside/asker.h"
#include "intent/parse.h"

struct co_reader {
	const struct co_parser_input *input;
	struct co_asker *asker; /* NULL: the parser alone */
	int fall_back;		  /* to the parser */
	int cross_check;
};

/*
 * As co_parse(); also CO_ERR_NO "unclear" where the two differ, and the codes of co-model(8) and
 * "model-answer" when the model failed and there is no falling back.
 */
int co_understand(struct co_reader *reader, const char *text, size_t len, struct co_intent *out, struct co_err *err);

#endif
