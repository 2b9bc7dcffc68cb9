/* SPDX-License-Identifier: Apache-2.0 */
/*
 * audit/verify: is the log what was written?
 *
 * Checked of every line: its form, that seq counts without a gap, that prev is
 * the leaf hash of the line before, that time never falls, that it stands in the
 * file of its day; and that the log holds all that its head says was
 * acknowledged. Who can write the log's directory can write a log that
 * verifies: only a checkpoint kept elsewhere tells.
 */
#ifndef CO_AUDIT_VERIFY_H
#define CO_AUDIT_VERIFY_H

#include "audit/directory.h"

struct co_audit_problem {
	int64_t seq;  /* of the record concerned */
	int64_t day;  /* of the file; with line 0 the log as a whole is concerned */
	int64_t line; /* in it, from 1 */
	const char *message; /* "record 42 is missing" */
};

typedef void co_audit_problem_tell(void *context, const struct co_audit_problem *problem);

struct co_audit_verdict {
	int64_t records;
	int64_t last;	  /* seq of the last record; 0: none */
	int64_t bytes;
	int64_t problems; /* the log is good if there are none */
	size_t torn;	  /* bytes of an unacknowledged last record, cut short by a crash: no problem */
	unsigned char leaf[CO_SHA256_LEN]; /* of the last record */
};

/*
 * Reads the whole log and tells every problem. content != 0 also decodes every
 * record. CO_OK when it could be read, whatever was found.
 */
int co_audit_verify(int dir, int content, co_audit_problem_tell *tell, void *context,
		    struct co_audit_verdict *verdict, struct co_err *err);

#endif
