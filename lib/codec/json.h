/* SPDX-License-Identifier: Apache-2.0 */
/*
 * codec/json: strict JSON (RFC 8259) in and out.
 *
 * Stricter than the RFC where a document could mean two things: refused are
 * NUL bytes and \u0000, duplicate keys, invalid UTF-8, lone surrogates, numbers
 * that overflow, nesting and objects over the limits, and anything after the value.
 * What is over a limit is refused before anything is built of it.
 */
#ifndef CO_CODEC_JSON_H
#define CO_CODEC_JSON_H

#include "base/err.h"

#include <stdint.h>

#include <jansson.h>

enum {
	CO_JSON_DEPTH = 64,		/* the outermost value is depth 1 */
	CO_JSON_MEMBERS = 65536,	/* of one object */
	CO_JSON_BYTES = 64 * 1024 * 1024, /* of one document */
};

/* Largest integer every JSON reader agrees on, 2^53 - 1 (RFC 8785 section 3.2.2.3). */
#define CO_JSON_INT_MAX INT64_C(9007199254740991)

/*
 * Parses exactly one value; white space around it is allowed. name stands in
 * for the file in errors ("standard input"). NULL and err (CO_ERR_INPUT with
 * line and column) on failure; else a new reference.
 */
json_t *co_json_parse(const char *text, size_t len, const char *name, struct co_err *err);

/*
 * Finds where a JSON value ends in bytes that arrive in pieces. Start with a
 * zeroed struct for each value; the pieces must follow each other. Returns the
 * offset in text just past the value, or 0 when its end is not in it. It skips
 * leading white space and counts brackets outside strings; a number or literal
 * ends with the white space after it, and a NUL ends anything. It does not validate:
 * co_json_parse() does.
 */
struct co_json_scan {
	unsigned depth;
	enum { CO_SCAN_BEFORE, CO_SCAN_NESTED, CO_SCAN_STRING, CO_SCAN_ESCAPE, CO_SCAN_SCALAR } state;
};
size_t co_json_scan(struct co_json_scan *scan, const char *text, size_t len);

enum co_json_style {
	CO_JSON_COMPACT, /* one line, no spaces, keys in document order */
	CO_JSON_PRETTY,	 /* indented by two */
};

/* Appends the value; no newline at the end. */
void co_json_write(struct co_buf *out, const json_t *value, enum co_json_style style);

/* How many bytes CO_JSON_COMPACT takes. */
size_t co_json_size(const json_t *value);

/* Pieces of it: a quoted string of valid UTF-8; a finite double as ECMAScript writes it (RFC 8785 section 3.2.2.3); digits. */
void co_json_write_string(struct co_buf *out, const char *s, size_t len);
void co_json_write_number(struct co_buf *out, double value);
void co_json_write_integer(struct co_buf *out, json_int_t value);
void co_json_write_real(struct co_buf *out, double value); /* the same, but "1.0" where that gives "1" */

/* The value at an RFC 6901 pointer ("/plan/steps/0"), borrowed; NULL if there is none. */
json_t *co_json_at(json_t *root, const char *pointer);

/* Removes the members of an object that are null. */
void co_json_drop_nulls(json_t *object);

/* The string member of an object; NULL when it is absent or no string. Borrowed. */
const char *co_json_str(const json_t *object, const char *key);

/* A string value of any bytes: those that are not valid UTF-8 stand as \xNN. */
json_t *co_json_string(const char *s, size_t len);

/* "object", "string", ... of a value, for messages. */
const char *co_json_type(const json_t *value);

#endif
