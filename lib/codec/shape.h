/* SPDX-License-Identifier: Apache-2.0 */
/*
 * codec/shape: JSON objects to C structs and back, by one table of fields.
 *
 * A shape lists the keys of an object. The same table decodes (naming the JSON
 * path of the first bad field, with "did you mean" for an unknown key), encodes,
 * and frees. A struct that a shape describes is zeroed before decoding and owns
 * all it points to.
 */
#ifndef CO_CODEC_SHAPE_H
#define CO_CODEC_SHAPE_H

#include "base/pool.h"
#include "codec/json.h"

#include <stddef.h>
#include <stdint.h>

enum co_field_type {
	CO_FIELD_STR,	 /* char *; NULL when absent */
	CO_FIELD_STRS,	 /* CO_LIST(char *): an array of strings */
	CO_FIELD_INT,	 /* int64_t between min and max (both 0: +-(2^53-1)); 0 when absent */
	CO_FIELD_BOOL,	 /* int; 0 when absent */
	CO_FIELD_TIME,	 /* int64_t seconds, as RFC 3339; 0 when absent */
	CO_FIELD_ENUM,	 /* int: index into names + 1; 0 when absent */
	CO_FIELD_OBJECT, /* struct *, of shape; NULL when absent */
	CO_FIELD_LIST,	 /* CO_LIST(struct ...): an array of objects of shape */
	CO_FIELD_MAP,	 /* CO_LIST(struct ...): an object; its keys go to the first member, char * */
	CO_FIELD_JSON,	 /* json_t *: any value, as it is; NULL when absent */
};

/* How the lists above stand in a struct. */
#define CO_LIST(type)         \
	struct {              \
		type *items;  \
		size_t count; \
	}

enum {
	CO_REQUIRED = 1,  /* absent is an error */
	CO_NONEMPTY = 2,  /* "" and [] are errors */
	CO_WRITTEN = 4,	  /* encoded even when 0, false or empty */
	CO_ONE_OK = 8,	  /* STRS: a single string is taken as a list of one */
	CO_OBJECT_ONLY = 16, /* JSON: must be an object */
	CO_NAMES = 32,	  /* STRS: no string in it is "" */
};

struct co_shape;

struct co_field {
	const char *key;
	enum co_field_type type;
	unsigned flags;
	size_t offset;
	const struct co_shape *shape; /* OBJECT, LIST, MAP */
	const char *const *names;     /* ENUM: ends with NULL */
	int64_t min, max;	      /* INT */
};

/*
 * Rows of a table: CO_STR(struct co_step, id, CO_REQUIRED) is the key "id" and the
 * member id. CO_ROW() is for a key that differs from its member.
 */
#define CO_ROW(type, key, member, kind, flags, shape, names, min, max) \
	{ key, kind, flags, offsetof(type, member), shape, names, min, max }
#define CO_STR(type, member, flags) CO_ROW(type, #member, member, CO_FIELD_STR, flags, NULL, NULL, 0, 0)
#define CO_STRS(type, member, flags) CO_ROW(type, #member, member, CO_FIELD_STRS, flags, NULL, NULL, 0, 0)
#define CO_INT(type, member, flags, min, max) CO_ROW(type, #member, member, CO_FIELD_INT, flags, NULL, NULL, min, max)
#define CO_BOOL(type, member, flags) CO_ROW(type, #member, member, CO_FIELD_BOOL, flags, NULL, NULL, 0, 0)
#define CO_TIME(type, member, flags) CO_ROW(type, #member, member, CO_FIELD_TIME, flags, NULL, NULL, 0, 0)
#define CO_ENUM(type, member, flags, names) CO_ROW(type, #member, member, CO_FIELD_ENUM, flags, NULL, names, 0, 0)
#define CO_OBJECT(type, member, flags, shape) CO_ROW(type, #member, member, CO_FIELD_OBJECT, flags, shape, NULL, 0, 0)
#define CO_OBJECTS(type, member, flags, shape) CO_ROW(type, #member, member, CO_FIELD_LIST, flags, shape, NULL, 0, 0)
#define CO_MAP(type, member, flags, shape) CO_ROW(type, #member, member, CO_FIELD_MAP, flags, shape, NULL, 0, 0)
#define CO_JSON(type, member, flags) CO_ROW(type, #member, member, CO_FIELD_JSON, flags, NULL, NULL, 0, 0)
/* The only row of a shape whose value is no object, but this member itself. It is CO_WRITTEN. */
#define CO_ITSELF(type, member, kind, flags, shape) CO_ROW(type, "", member, kind, (flags) | CO_WRITTEN, shape, NULL, 0, 0)
#define CO_END { NULL, CO_FIELD_STR, 0, 0, NULL, NULL, 0, 0 }

struct co_shape {
	const char *noun; /* for messages: "plan" */
	size_t size;
	const struct co_field *fields; /* ends with a row whose key is NULL */
};

/*
 * Decodes value into the struct at out, which is zeroed, or has been decoded into
 * before: then objects are merged, and anything else is replaced. On failure returns
 * CO_ERR_INPUT with err->path set relative to value, and out is cleared.
 */
int co_shape_decode(const struct co_shape *shape, json_t *value, void *out, struct co_err *err);

/*
 * The same into a pool, which then owns all that the struct points to, but for JSON values.
 * On failure out is in any state in which it can be dropped with the pool.
 */
int co_shape_decode_pool(const struct co_shape *shape, json_t *value, struct co_pool *pool, void *out, struct co_err *err);

/*
 * The same of YAML text, a string of len bytes, with no JSON in between. -1, with no reason, for
 * text that is wrong or not plainly right (codec/yamlread.h).
 */
int co_shape_read(const struct co_shape *shape, const char *text, size_t len, struct co_pool *pool, void *out);

/* Encodes as a new reference, keys in table order; absent fields are left out. */
json_t *co_shape_encode(const struct co_shape *shape, const void *in);

/* The same, appended as CO_JSON_COMPACT. The keys of a MAP must differ. */
void co_shape_write(struct co_buf *out, const struct co_shape *shape, const void *in);

/* Frees all that the struct owns and zeroes it. */
void co_shape_clear(const struct co_shape *shape, void *doc);

/* The name of an ENUM value, "" for 0. */
const char *co_enum_name(const char *const *names, int value);

/* The value of a name; 0 if it is none of them. */
int co_enum_value(const char *const *names, const char *name);

#endif
