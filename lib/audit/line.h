/* SPDX-License-Identifier: Apache-2.0 */
/*
 * audit/line: a record as the bytes it is, read without parsing JSON.
 *
 * Lines are written by audit/log alone, compact and in fixed key order. What is
 * not of that form is no record; nothing here reads beyond the given bytes.
 */
#ifndef CO_AUDIT_LINE_H
#define CO_AUDIT_LINE_H

#include "audit/record.h"
#include "crypto/sha256.h"

/* A piece of a line; borrowed. */
struct co_audit_slice {
	const char *data;
	size_t len;
};

struct co_audit_line {
	int64_t seq;
	int64_t time;
	const char *time_text; /* 20 bytes, in the line */
	const char *prev;      /* 64 hex digits, in the line */
};

/* Reads the frame of a line (without its LF): {"seq":N,"time":"T", ... ,"prev":"sha256:H"}. 0, or -1 if it is none. */
int co_audit_line_parse(struct co_audit_line *line, const char *data, size_t len);

/* Writes a whole line with its LF: frame and body (of co_audit_record_body()). clock 0 is left out. */
void co_audit_line_write(struct co_buf *out, int64_t seq, int64_t time, int64_t clock, const struct co_buf *body,
			 const unsigned char prev[CO_SHA256_LEN]);

/* The leaf hash: SHA-256(0x00 || line), RFC 6962 section 2.1. */
void co_audit_leaf(const char *data, size_t len, unsigned char leaf[CO_SHA256_LEN]);

/* What the first line's prev is: the root of the empty tree, SHA-256(""). */
extern const unsigned char co_audit_no_leaf[CO_SHA256_LEN];

/*
 * Finds the value of a member of a compact JSON object, as it stands (a string
 * with its quotes). Only the outermost level is looked at. 1, or 0 if it has no such key
 * or is not an object.
 */
int co_audit_line_find(const char *data, size_t len, const char *key, struct co_audit_slice *value);

#endif
