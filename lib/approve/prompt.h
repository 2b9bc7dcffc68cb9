/* SPDX-License-Identifier: Apache-2.0 */
/*
 * approve/prompt: what a person is shown before approving, and the question.
 *
 * All of the plan is shown, and every byte of it that came from the document
 * passes base/escape: one foreign text can neither move the cursor nor make a line.
 */
#ifndef CO_APPROVE_PROMPT_H
#define CO_APPROVE_PROMPT_H

#include "approve/approve.h"
#include "approve/statement.h"

enum { CO_PROMPT_CODE = 6 }; /* digits of the plan's digest that a person types */

/* Everything is borrowed. */
struct co_prompt {
	const struct co_approve_facts *facts;
	const struct co_approve_verdict *verdict; /* of the approvals so far */
	const struct co_statement *statement;	  /* what would be signed; its decision is not yet known */
	const struct co_sshkey *key;		  /* that would sign */
};

/* Appends the text: lines of printable characters. */
void co_prompt_text(const struct co_prompt *prompt, struct co_buf *out);

/* The code that approves. */
void co_prompt_code(const struct co_statement *statement, char code[CO_PROMPT_CODE + 1]);

/*
 * Shows the text and asks, at /dev/tty only. *answer: enum co_answer. CO_ERR_NO
 * "no-terminal" without one; "undecided" after three answers that are neither the
 * code nor "no", or at the input's end.
 */
int co_prompt_ask(const struct co_prompt *prompt, int *answer, struct co_err *err);

#endif
