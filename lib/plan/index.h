/* SPDX-License-Identifier: Apache-2.0 */
/*
 * plan/index: the headers of a directory's playbooks in one small file.
 *
 *   cloudops-playbooks 1
 *   local/disk.yaml	1234	1763877539	120	local-disk	0	audit	-	disk	local	-	Full disks
 *
 * Tab-separated: file, size, seconds and nanoseconds of its last change, name, changes,
 * the lists of match (comma-separated, "-" for none; all "-" for no match), title.
 */
#ifndef CO_PLAN_INDEX_H
#define CO_PLAN_INDEX_H

#include "plan/library.h"

struct co_index {
	char *text;
	CO_LIST(char *) lines; /* into text; sorted by file */
};

/* Reads an index; one that is absent or of another version is empty. CO_ERR_INPUT when others may write it. */
int co_index_read(struct co_index *index, const char *path, struct co_err *err);
void co_index_clear(struct co_index *index);

/* Fills title, changes and match of an entry; 0 when the index has no line for this file, name, size and time. */
int co_index_find(const struct co_index *index, const char *file, struct co_entry *entry);

void co_index_header(struct co_buf *out);
void co_index_write(struct co_buf *out, const char *file, const struct co_entry *entry);

#endif
