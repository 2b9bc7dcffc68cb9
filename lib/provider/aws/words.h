/* SPDX-License-Identifier: Apache-2.0 */
/* provider/aws/words: a command line into its words, as Python's shlex.split() does it; no shell, no expansion. */
#ifndef CO_PROVIDER_AWS_WORDS_H
#define CO_PROVIDER_AWS_WORDS_H

#include "base/err.h"

struct co_aws_words {
	char **items; /* ends with NULL once there is one */
	size_t count;
};

/* CO_ERR_INPUT "bad-config" for a quotation that does not end, or a backslash at the end. */
int co_aws_words_split(struct co_aws_words *words, const char *text, struct co_err *err);
void co_aws_words_clear(struct co_aws_words *words);

#endif
