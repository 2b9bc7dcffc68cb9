/* SPDX-License-Identifier: Apache-2.0 */
/*
 * plan/library: all playbooks on the search path, by name and by what they match.
 *
 * A directory may have an index of its playbooks' headers (co-plan --index); a
 * line of it counts only while the file's size and time are what it says, else
 * the header is read from the file.
 */
#ifndef CO_PLAN_LIBRARY_H
#define CO_PLAN_LIBRARY_H

#include "plan/playbook.h"

/* One playbook. Its head (title to nanoseconds) is there after co_library_heads(). */
struct co_entry {
	char *name; /* of the file and the playbook */
	char *file;
	size_t dir; /* that it is in */
	char *title;
	int changes;
	struct co_match *match; /* NULL: only by name */
	int64_t size;
	int64_t seconds; /* of its last change */
	int64_t nanoseconds;
};

struct co_library_dir {
	const char *path;  /* one that does not exist is empty */
	const char *index; /* its index, when there is no "playbooks.index" in it; may be NULL, or not exist */
};

struct co_library {
	CO_LIST(struct co_entry) entries; /* by name; of one name only the first on the path */
	const struct co_library_dir *dirs; /* borrowed */
	size_t dir_count;
	int heads; /* they were read */
};

/*
 * Lists every NAME.yaml in the directories and one level below (but
 * vocabulary.yaml, alerts.yaml and models.yaml). The directories must live as long as the library.
 */
int co_library_open(struct co_library *library, const struct co_library_dir *dirs, size_t n, struct co_err *err);
void co_library_clear(struct co_library *library);

/* Reads the heads of all, once. CO_ERR_INPUT for a file that is wrong or that others may write. */
int co_library_heads(struct co_library *library, struct co_err *err);

/* The entry of a name; CO_ERR_NO "no-playbook" with "did you mean" when there is none. Borrowed. */
int co_library_find(const struct co_library *library, const char *name, const struct co_entry **entry,
		    struct co_err *err);

/* Reads and checks the whole file. */
int co_library_load(const struct co_entry *entry, struct co_playbook *playbook, struct co_catalog *catalog,
		    struct co_err *err);

/* Reads and checks a file, and has jq compile its expressions by helper, the path of co-expr. */
int co_library_check(const char *file, struct co_catalog *catalog, const char *helper, struct co_err *err);

/* The index of one directory as text. */
int co_library_index(const char *dir, struct co_buf *out, struct co_err *err);

#endif
