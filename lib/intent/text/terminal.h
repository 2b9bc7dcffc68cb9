/* SPDX-License-Identifier: Apache-2.0 */
/*
 * intent/terminal: takes terminal control (ECMA-48) out of a text, and marks what it hides: what is
 * concealed, coloured words beside plain ones, and what a moved cursor writes over.
 */
#ifndef CO_INTENT_TERMINAL_H
#define CO_INTENT_TERMINAL_H

#include <stddef.h>

/* text is changed in place, byte for byte; mark[i] gets `hidden` where text[i] is not what is asked. */
void co_terminal_strip(char *text, unsigned char *mark, size_t len, unsigned char hidden);

#endif
