/* SPDX-License-Identifier: Apache-2.0 */
/*
 * audit/log: the durable, chained record of every decision and act (co-audit(5)).
 *
 * A directory of day files YYYY-MM-DD.jsonl (UTC), one record a line:
 *   {"seq":N,"time":T,"type":...,"run":ID,"actor":{...},...,"prev":"sha256:<leaf hash of the previous line>"}
 * The leaf hash is SHA-256(0x00 || exact bytes of the line without its LF), RFC 6962
 * section 2.1, over all lines of all days in order; the first line's prev is that of
 * no leaf: SHA-256(""). Many processes may append at once.
 */
#ifndef CO_AUDIT_LOG_H
#define CO_AUDIT_LOG_H

#include "audit/record.h"

#include <stdint.h>

struct co_audit_log; /* an open log */

/*
 * Opens (and makes) the directory, mode 0700. Nothing is locked yet. The
 * directory must be this user's and not writable by others.
 */
int co_audit_open(struct co_audit_log **log, const char *directory, struct co_err *err);
void co_audit_close(struct co_audit_log *log);

/*
 * Appends records with one sync for all: lock, check the tail, repair a torn
 * last line (kept aside, and recorded as a record of type "repair"), add seq,
 * time and prev, one write, fdatasync, unlock. They are durable when this returns
 * CO_OK. On failure none of them is acknowledged, and what was written of them is
 * cut off again: CO_ERR_SYSTEM. After a failed sync the log refuses every further
 * append (a failed fsync is never retried). A log that is shorter than
 * its head says, or whose last line is no record, is not appended to: id
 * "log-damaged". Threads may append to the same log at once; those
 * that wait share the next sync.
 * records: JSON objects as of co_audit_record_new(), CO_ERR_INPUT for others;
 * now: wall clock seconds. A record's time is never before the last one's.
 */
int co_audit_append(struct co_audit_log *log, json_t *const *records, size_t n, int64_t now, struct co_err *err);

/* The sequence number of the last record; 0 for an empty log. Sequence numbers start at 1. */
int co_audit_last(struct co_audit_log *log, int64_t *seq, struct co_err *err);

#endif
