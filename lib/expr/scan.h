/* SPDX-License-Identifier: Apache-2.0 */
/* expr/scan: what a program mentions, where it ends, and templates cut into their parts. */
#ifndef CO_EXPR_SCAN_H
#define CO_EXPR_SCAN_H

#include "codec/json.h"

struct co_scan {
	unsigned variables; /* CO_EXPR_* bits */
	json_t *steps;	    /* list of step names, "*" for $steps used whole; borrowed, NULL: not wanted */
	size_t used;	    /* bytes of the program, without a closing "}" */
};

/*
 * Reads one program to its end. in_template: it ends at the "}" that closes the
 * "${" before text. Refused (CO_ERR_INPUT "bad-expression"): brackets that do not match,
 * and all that would reach out of the expression: the environment, the clock,
 * other inputs, messages, modules, ending the program.
 */
int co_scan_program(struct co_scan *scan, const char *text, size_t len, int in_template, struct co_err *err);

/* A template is literal text and programs in turn. */
struct co_part {
	char *text;
	int is_program;
	size_t number; /* for the engine */
};

struct co_template {
	struct co_part *parts;
	size_t count;
	unsigned variables;
};

/* steps may be NULL, or a list that the names of steps are added to. */
int co_template_parse(struct co_template *t, const char *text, json_t *steps, struct co_err *err);

/* The same for a whole program: one part. */
int co_template_program(struct co_template *t, const char *text, json_t *steps, struct co_err *err);

void co_template_clear(struct co_template *t);

#endif
