/* SPDX-License-Identifier: Apache-2.0 */
/*
 * codec/yamlread: YAML that is right, read fast; see codec/yaml.h.
 *
 * libyaml costs a stage with an inventory twice as much as all else it does. This reader takes what people write: block
 * and flow collections, scalars on one line, \" and \\, literal and plainly folded blocks, comments. It says nothing
 * about the rest (directives, tabs, plain scalars over several lines, whatever is wrong): what it does not take, libyaml
 * judges and explains. tests/fuzz/yaml.c holds the two to the same values.
 */
#ifndef CO_CODEC_YAMLREAD_H
#define CO_CODEC_YAMLREAD_H

#include "codec/json.h"

/* NULL when the text, a string of len bytes, is not plainly right. */
json_t *co_yaml_read(const char *text, size_t len);

/* By libyaml alone. */
json_t *co_yaml_read_libyaml(const char *text, size_t len, const char *name, struct co_err *err);

/* ---- value by value, as whoever reads wants them; every function returns -1 for what is not plainly right */

/* Where a value stands: on lines of its own, on that of its key or dash, in braces or brackets; or it is left out. */
enum co_yaml_stand { CO_YAML_BELOW, CO_YAML_ON_LINE, CO_YAML_IN_FLOW, CO_YAML_NOWHERE };

struct co_yaml_reader {
	const char *at, *end;
	const char *line; /* where the line begins that at is in */
	unsigned depth, values;
	enum co_yaml_stand stands; /* the value that comes next */
	int parent;		   /* column of the collection on whose line it stands */
	const char *measured;	   /* a scalar, and how long it is */
	size_t length;
	struct co_buf text; /* the last scalar, if it is other than its bytes */
};

/* In the text, or good until the next. */
struct co_yaml_scalar {
	const char *text;
	size_t len;
	int plain; /* may mean something else than a string */
};

struct co_yaml_collection {
	int is_list;
	enum co_yaml_stand stands;
	int parent; /* both as of the reader */
	int column, begun;
};

/* The text, a string of len bytes, is borrowed until co_yaml_close(), which returns 0 if it was read to its end. */
int co_yaml_open(struct co_yaml_reader *r, const char *text, size_t len);
int co_yaml_close(struct co_yaml_reader *r);

/* Of the value that comes next, which is to be taken, or entered and read to its end. */
int co_yaml_is_collection(const struct co_yaml_reader *r);
int co_yaml_take_scalar(struct co_yaml_reader *r, struct co_yaml_scalar *out);
int co_yaml_enter(struct co_yaml_reader *r, struct co_yaml_collection *c);

/* 1 before each value of a collection, with its key, which lies in the text; 0 at the end. */
int co_yaml_next(struct co_yaml_reader *r, struct co_yaml_collection *c, struct co_yaml_scalar *key);

/* Whatever comes next, as a new reference; NULL when it is not plainly right, or has a key twice. */
json_t *co_yaml_take_value(struct co_yaml_reader *r);

/* ---- plain scalars by the core schema, YAML 1.2 section 10.3.2 */

/* NULL, and why, for a number that cannot be kept. */
json_t *co_yaml_plain(const char *s, size_t len, const char **why);

/* Of what the fast reader took, which is UTF-8. */
json_t *co_yaml_scalar_value(const struct co_yaml_scalar *s);
int co_yaml_is_string(const struct co_yaml_scalar *s);

#endif
