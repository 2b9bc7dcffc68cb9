/* SPDX-License-Identifier: Apache-2.0 */
/*
 * catalog/names: one name for each thing that goes by several.
 *
 * A file PROVIDER.names beside PROVIDER.ops, one word a line, sorted in byte order, and what is
 * meant by it, with its group unless that is the core one:
 *
 *   deploy	deployments.apps
 *
 * A word is lower-cased first. NAME.GROUP and NAME.VERSION.GROUP mean the same as the word when
 * the file knows it in that group; else they stand for themselves, without the version. A
 * subresource ("deployments/scale") is kept. A word without a group that is not in the file is
 * unknown: so that what the name decides, its access level, is never guessed.
 */
#ifndef CO_CATALOG_NAMES_H
#define CO_CATALOG_NAMES_H

#include "sys/file.h"

/* Parts of a name; each points into the text that was given, or is a copy in text. */
struct co_name {
	char *plural;  /* "deployments"; as it was said, in lower case, when the file does not know it */
	char *version; /* "v1"; "" when none was said */
	char *group;   /* "apps"; "" is the core group */
	char *part;    /* "scale"; "" when none was said */
};

/* 0, or -1 when it is no name, or an unknown one. names may be an empty map. */
int co_name_parse(struct co_name *name, const struct co_map *names, const char *text);
void co_name_clear(struct co_name *name);

/* "deployments.apps/scale": appends it. */
void co_name_write(const struct co_name *name, struct co_buf *out);

/* The words of the file, copies, in a list that the caller frees with them: for suggestions. */
char **co_names_list(const struct co_map *names, size_t *count);

/* Checks a whole file: form and order. CO_ERR_INPUT "bad-catalog" with the line. */
int co_names_check(const char *path, struct co_err *err);

#endif
