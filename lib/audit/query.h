/* SPDX-License-Identifier: Apache-2.0 */
/*
 * audit/query: the records that match, as fast as a search for a string.
 *
 * Blocks of the log are searched for the bytes of the rarest condition; only
 * the lines that hold them are looked at member by member.
 */
#ifndef CO_AUDIT_QUERY_H
#define CO_AUDIT_QUERY_H

#include "audit/scan.h"

enum { CO_AUDIT_CONDITIONS = 5 };

/* What to find; strings are borrowed, NULL matches all. Start with CO_AUDIT_QUERY_INIT. */
struct co_audit_query {
	int64_t since; /* inclusive */
	int64_t until; /* exclusive */
	const char *user; /* the actor's user, or on whose behalf */
	const char *run;
	const char *type;
	const char *step;
	const char *result;

	/* The rest is made by co_audit_query_start(). */
	struct co_buf encoded[CO_AUDIT_CONDITIONS]; /* each value as it stands in a line */
	struct co_buf wanted; /* bytes that every match holds */
};

#define CO_AUDIT_QUERY_INIT { .since = INT64_MIN, .until = INT64_MAX }

/*
 * Opens a scan for it. The query must stay until the scan is closed, and is
 * freed by co_audit_query_clear(). CO_ERR_USAGE for a value that is not UTF-8.
 */
int co_audit_query_start(struct co_audit_query *query, int dir, struct co_audit_scan **scan, struct co_err *err);
void co_audit_query_clear(struct co_audit_query *query);

/* 1 and the next line that matches; 0 at the end of the log, or of the time asked for. */
int co_audit_query_next(const struct co_audit_query *query, struct co_audit_scan *scan,
			struct co_audit_piece *piece, struct co_err *err);

/* What --sum adds up. */
struct co_audit_sum {
	int64_t whole;
	int64_t billionths; /* 0 .. 999999999 */
};

/*
 * Adds the number at a key of the line ("ms": an integer; "cost": a decimal
 * string); a line without it adds nothing. CO_ERR_INPUT if it is no number.
 */
int co_audit_sum_add(struct co_audit_sum *sum, const struct co_audit_piece *piece, const char *key,
		     struct co_err *err);

/* "12", "0.0123" */
void co_audit_sum_format(const struct co_audit_sum *sum, struct co_buf *out);

/*
 * A moment in time as people give it: RFC 3339 in UTC, or a date, which is its
 * midnight. 0, or -1.
 */
int co_audit_time_parse(int64_t *seconds, const char *text);

#endif
