/* SPDX-License-Identifier: Apache-2.0 */
/* audit/tail: where a log ends, and what a crash left there. */
#ifndef CO_AUDIT_TAIL_H
#define CO_AUDIT_TAIL_H

#include "audit/directory.h"
#include "codec/json.h"

#include <sys/types.h>

struct co_audit_tail {
	int64_t seq;  /* of the last whole record; 0: none, and the next three say nothing */
	int64_t time;
	int64_t day;  /* of the file that holds it */
	off_t size;   /* of that file's whole lines */
	unsigned char leaf[CO_SHA256_LEN]; /* its leaf hash; co_audit_no_leaf for none */

	size_t torn;	  /* bytes after the last whole line; 0: none */
	int64_t torn_day; /* in this day's file */
	off_t torn_at;
	int torn_kept;	  /* a torn record was kept aside as torn-(seq + 1).bin, but not recorded */
};

/*
 * Finds the end of a log. CO_ERR_SYSTEM with id "log-damaged" when the last
 * whole line is no record, or more is wrong than one torn record explains.
 */
int co_audit_tail_read(struct co_audit_tail *tail, int dir, struct co_err *err);

/*
 * Keeps the torn bytes aside in directory/torn-SEQ.bin, durably, and cuts them off the day
 * file. CO_OK leaves tail->torn_kept set.
 */
int co_audit_tail_repair(struct co_audit_tail *tail, int dir, const char *directory, struct co_err *err);

/* What tells of a repair, after co_audit_tail_repair(): a record to append; a new reference. */
int co_audit_tail_record(const struct co_audit_tail *tail, const char *directory, json_t **record,
			 struct co_err *err);

#endif
