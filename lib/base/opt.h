/* SPDX-License-Identifier: Apache-2.0 */
/*
 * base/opt: command lines from a table, and usage text from the same table.
 *
 * Understands -x, -xVALUE, -x VALUE, --long, --long=VALUE, --long VALUE, grouped
 * short flags, and "--". Options and operands may be mixed. --help and --version
 * are in every tool's table.
 */
#ifndef CO_BASE_OPT_H
#define CO_BASE_OPT_H

#include "base/err.h"

#include <stdint.h>

enum co_opt_type {
	CO_OPT_FLAG,   /* int: set to 1 */
	CO_OPT_STR,    /* const char *: points into argv */
	CO_OPT_INT,    /* int64_t: a whole number >= 0 */
	CO_OPT_STRS,   /* struct co_opt_strs: may be given again */
	CO_OPT_MAYBE,  /* const char *: --name (gives "") or --name=VALUE */
};

struct co_opt_strs {
	const char **items; /* freed by co_opt_strs_clear(); the strings are argv's */
	size_t count;
};

struct co_opt {
	char letter;	       /* 0: none */
	const char *name;      /* long name, without dashes */
	enum co_opt_type type;
	size_t offset;	       /* of the value in the tool's options struct */
	const char *argument;  /* its name in the usage text; NULL for flags */
	const char *help;      /* one line; NULL: hidden */
};

struct co_opt_usage {
	const char *tool;      /* "co-plan" */
	const char *synopsis;  /* operands: "[FILE ...]"; the options are generated */
	const char *about;     /* one line: what it does */
	const struct co_opt *options; /* ends with a row whose name is NULL */
	const char *more;      /* lines after the options: examples; may be NULL */
};

/*
 * Fills the struct at values from argv[1..]. Operands are moved, in order, to
 * argv[*first..argc-1]. CO_ERR_USAGE with a hint on an unknown option.
 */
int co_opt_parse(const struct co_opt *options, void *values, int argc, char **argv, int *first,
		 struct co_err *err);

/* "usage: co-plan [-ch] [--now TIME] ... [FILE ...]", wrapped at 80 columns: the SYNOPSIS of the man page. */
void co_opt_synopsis(const struct co_opt_usage *usage, struct co_buf *out);

/* One screen: synopsis, about, a line an option, more. */
void co_opt_help(const struct co_opt_usage *usage, struct co_buf *out);

void co_opt_strs_clear(struct co_opt_strs *strs);

#endif
