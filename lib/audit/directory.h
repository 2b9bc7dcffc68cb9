/* SPDX-License-Identifier: Apache-2.0 */
/*
 * audit/directory: the files of a log (co-audit(5)).
 *
 *   YYYY-MM-DD.jsonl   the records of a day, UTC
 *   head               the last record acknowledged: "SEQ sha256:LEAF"
 *   lock               held by who appends; holds a counter, see audit/tail
 *   torn-SEQ.bin       a torn last record, kept aside
 */
#ifndef CO_AUDIT_DIRECTORY_H
#define CO_AUDIT_DIRECTORY_H

#include "base/err.h"
#include "crypto/sha256.h"

#include <stdint.h>

enum { CO_AUDIT_NAME = 16 }; /* "2026-11-23.jsonl" */

/*
 * Opens a log directory. To append it must be this user's; to read it may be
 * anyone's for root, and else this user's or root's; never writable by others. CO_ERR_SYSTEM, id
 * "untrusted-directory" with what to do, or "not-found".
 */
int co_audit_directory_open(int *dir, const char *path, int append, struct co_err *err);

/* The name of a day's file, and back: 0, or -1 if the name is no such. day: since the epoch. */
void co_audit_day_name(char out[CO_AUDIT_NAME + 1], int64_t day);
int co_audit_day_parse(int64_t *day, const char *name);

/* The day an instant falls on. */
int64_t co_audit_day_of(int64_t seconds);

struct co_audit_files {
	int64_t *days; /* ascending */
	size_t count;
	int64_t *torn; /* the SEQ of each torn-SEQ.bin, in no order */
	size_t torn_count;
};

int co_audit_files_list(struct co_audit_files *files, int dir, struct co_err *err);
void co_audit_files_clear(struct co_audit_files *files);

/* The last record that was acknowledged. */
struct co_audit_head {
	int64_t seq; /* 0: none yet */
	unsigned char leaf[CO_SHA256_LEN];
};

/*
 * Reads the head. 1 when there is one, 0 when there is none or it is empty;
 * CO_ERR_INPUT id "bad-head" when it is none. It may be read while another process writes it.
 */
int co_audit_head_read(struct co_audit_head *head, int dir, struct co_err *err);

/* Opens it for co_audit_head_write(), made if need be; what is longer than a head is emptied. */
int co_audit_head_open(int *head, int dir, struct co_err *err);

/* Writes it in place, in one write, unsynced: after a crash it may be behind the log, never ahead. */
int co_audit_head_write(const struct co_audit_head *head, int fd, struct co_err *err);

#endif
