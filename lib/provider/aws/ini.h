/* SPDX-License-Identifier: Apache-2.0 */
/*
 * provider/aws/ini: the form of AWS's shared files, as botocore reads it.
 *
 * That is Python's RawConfigParser: "name = value" or "name: value", names in any case, comments only on
 * lines of their own, no section and no name twice; a line that is indented more than the one before it goes on with
 * its value. A value whose first line is empty holds indented "name = value" lines of its own ("s3 =").
 * [DEFAULT], in capitals, holds what all sections have.
 *
 * The content may be secret: it is wiped when dropped, and no error quotes it.
 */
#ifndef CO_PROVIDER_AWS_INI_H
#define CO_PROVIDER_AWS_INI_H

#include "base/err.h"

enum { CO_AWS_INI_BYTES = 1024 * 1024 };

struct co_aws_entry {
	char *name; /* lower case */
	char *value;
	unsigned line;
};

struct co_aws_section {
	char *name; /* as written: "profile x" */
	unsigned line;
	struct co_aws_entry *entries;
	size_t count;
};

struct co_aws_ini {
	struct co_aws_section *sections;
	size_t count;
};

/* CO_ERR_INPUT "bad-config" with file:line. */
int co_aws_ini_parse(struct co_aws_ini *ini, const char *text, size_t len, const char *file, struct co_err *err);
void co_aws_ini_clear(struct co_aws_ini *ini);

/* The section of exactly that name, and a value of a section (which may be NULL); NULL if there is none. Borrowed. */
const struct co_aws_section *co_aws_ini_section(const struct co_aws_ini *ini, const char *name);
const char *co_aws_section_get(const struct co_aws_section *section, const char *name);

/* The value of inner within the value of name; NULL if there is none. The caller frees it. */
char *co_aws_section_inner(const struct co_aws_section *section, const char *name, const char *inner);

#endif
