/* SPDX-License-Identifier: Apache-2.0 */
/* intent/ask: asks the person at the terminal for what a sentence lacks. */
#ifndef CO_INTENT_ASK_H
#define CO_INTENT_ASK_H

#include "intent/understand.h"

enum { CO_ASK_TIMES = 3 };

/*
 * text was refused with `why` ("unclear"): shows why at tty, and takes what is typed for the
 * rest of the sentence ("restart the deployment" + "web-shop"), or for another sentence. On
 * success text holds the sentence that was understood, and out its intent. An empty line,
 * end of file or CO_ASK_TIMES answers that do not help leave it at CO_ERR_NO, the last one's.
 */
int co_ask(struct co_reader *reader, int tty, struct co_buf *text, struct co_intent *out, struct co_err *why);

#endif
