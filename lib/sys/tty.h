/* SPDX-License-Identifier: Apache-2.0 */
/* sys/tty: the terminal: width, colour, question and answer on /dev/tty only. */
#ifndef CO_SYS_TTY_H
#define CO_SYS_TTY_H

#include "base/err.h"

int co_tty_is(int fd);

/* Columns of the terminal at fd; 80 if it is none or does not say. */
unsigned co_tty_width(int fd);

/*
 * Opens /dev/tty for a conversation; CO_ERR_NO with id "no-terminal" when there
 * is none. text is shown as it is: escape foreign parts with base/escape first.
 */
int co_tty_open(int *fd, struct co_err *err);
int co_tty_show(int fd, const char *text, struct co_err *err);

/*
 * Discards what was typed ahead, shows the question (as it is, like co_tty_show())
 * and reads one line of at most size - 1 bytes (the rest of a longer line is
 * dropped); echo as the terminal has it, or off for secret != 0. CO_ERR_NO id
 * "no-answer" at end of file.
 */
int co_tty_ask(int fd, const char *question, char *line, size_t size, int secret, struct co_err *err);

#endif
