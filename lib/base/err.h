/* SPDX-License-Identifier: Apache-2.0 */
/*
 * base/err: what went wrong, where, and what to do about it.
 *
 * A caller-owned value that holds no heap memory; start with CO_ERR_INIT.
 * Functions that can fail return 0 or a negative CO_ERR_* and fill err, which
 * may be NULL. Their outputs are untouched on failure.
 *
 * Messages are lower case, without a full stop, the subject quoted:
 * "unknown key \"stpes\"". Control and invisible characters are escaped here,
 * so that an error can be shown anywhere.
 */
#ifndef CO_BASE_ERR_H
#define CO_BASE_ERR_H

#include "base/buf.h"

/* The negative of each is the exit code of a tool that ends with it. */
enum {
	CO_OK = 0,
	CO_ERR_NO = -1,	     /* a valid "no": not understood, denied, not approved */
	CO_ERR_USAGE = -2,   /* wrong usage */
	CO_ERR_INPUT = -3,   /* bad document, playbook, policy or configuration */
	CO_ERR_SYSTEM = -4,  /* the system failed: I/O, log not writable */
	CO_ERR_REMOTE = -5,  /* the remote side failed */
	CO_ERR_UNKNOWN = -6, /* outcome unknown: a change may have happened */
};

struct co_err {
	int code;	   /* CO_ERR_*; 0 while unset */
	char id[32];	   /* stable symbol: "no-playbook"; documented in co-run(5) */
	char message[512];
	char hint[256];	   /* what to do; may be empty */
	char path[256];	   /* JSON pointer (RFC 6901) of what was wrong; may be empty */
	char file[256];	   /* or the file, with line and column from 1; 0 is unknown */
	unsigned line;
	unsigned column;
};

#define CO_ERR_INIT { 0, "", "", "", "", "", 0, 0 }

/* Sets err anew and returns code, so that a failure is one line. */
int co_err_set(struct co_err *err, int code, const char *id, const char *fmt, ...) CO_PRINTF(4, 5);

/* The same for a failed system call: ": " and strerror(errnum) are appended; code is CO_ERR_SYSTEM. */
int co_err_sys(struct co_err *err, int errnum, const char *fmt, ...) CO_PRINTF(3, 4);

/* Replaces the symbol, where a failure of the system has a name of its own. Returns err->code. */
int co_err_id(struct co_err *err, const char *id);

/* Adds what to do. Returns err->code. */
int co_err_hint(struct co_err *err, const char *fmt, ...) CO_PRINTF(2, 3);

/* Puts "context: " before the message on the way up. Returns err->code. */
int co_err_wrap(struct co_err *err, const char *fmt, ...) CO_PRINTF(2, 3);

/* Says where in a file. Returns err->code. */
int co_err_at(struct co_err *err, const char *file, unsigned line, unsigned column);

/* Puts one step before the path on the way up: an object key, or an index. Returns err->code. */
int co_err_under(struct co_err *err, const char *key);
int co_err_under_index(struct co_err *err, size_t index);

/*
 * Sets the hint to `did you mean "X"?` if one of the n candidates is near to
 * word; else lists them when they are few. Returns err->code.
 */
int co_err_suggest(struct co_err *err, const char *word, const char *const *candidates, size_t n);

/* "FILE:LINE:COL: MESSAGE (at /path); HINT" without what is empty; no newline. */
void co_err_format(const struct co_err *err, struct co_buf *out);

/* Damerau-Levenshtein distance, at most limit + 1. */
unsigned co_edit_distance(const char *a, const char *b, unsigned limit);

#endif
