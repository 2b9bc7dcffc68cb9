/* SPDX-License-Identifier: Apache-2.0 */
/*
 * audit/scan: the lines of a log in order, streamed.
 *
 * It takes no lock: records that are appended meanwhile are seen or not, and a
 * line that is being written looks torn.
 */
#ifndef CO_AUDIT_SCAN_H
#define CO_AUDIT_SCAN_H

#include "audit/directory.h"
#include "audit/line.h"

struct co_audit_scan; /* a position in a log */

enum co_audit_piece_kind {
	CO_AUDIT_LINE = 1, /* a whole line */
	CO_AUDIT_TORN,	   /* what the last file ends with, without LF */
	CO_AUDIT_TOO_LONG, /* the start of a line longer than any record */
};

/* Valid until the next call. */
struct co_audit_piece {
	enum co_audit_piece_kind kind;
	const char *data; /* without LF; the byte before it is 0x00, so that data - 1 is what a leaf hash covers */
	size_t len;
	int64_t day;	  /* of the file it is in */
	int64_t number;	  /* of the line in its file, from 1; 0 after lines were skipped */
	int starts_day;	  /* the first of its file */
};

/* Starts at the first record not before since (INT64_MIN: at the very first). dir is borrowed. */
int co_audit_scan_open(struct co_audit_scan **scan, int dir, int64_t since, struct co_err *err);
void co_audit_scan_close(struct co_audit_scan *scan);

/* Skips lines that do not contain these bytes (borrowed); len 0: none. */
void co_audit_scan_want(struct co_audit_scan *scan, const char *bytes, size_t len);

/*
 * 1 and the next piece; 0 at the end of the log, after which it may be asked
 * again for what was appended since. A torn end is given only with torn != 0.
 */
int co_audit_scan_next(struct co_audit_scan *scan, struct co_audit_piece *piece, int torn, struct co_err *err);

#endif
