/* SPDX-License-Identifier: Apache-2.0 */
/*
 * codec/yaml: YAML files as JSON values (libyaml, core schema of YAML 1.2).
 *
 * One document a file. Refused: aliases and anchors, tags, duplicate keys,
 * keys that are not strings, depth over CO_JSON_DEPTH, NUL, invalid UTF-8, merge
 * keys, non-finite numbers, integers beyond +-(2^53-1). Plain yes, no, on, off
 * stay strings, as in 1.2.
 */
#ifndef CO_CODEC_YAML_H
#define CO_CODEC_YAML_H

#include "codec/json.h"

enum {
	CO_YAML_BYTES = 1024 * 1024, /* of one file */
	CO_YAML_VALUES = 50000,      /* in one file, keys included */
};

/* A new reference to what a string of len bytes is, or NULL with err naming name:line:column. An empty document is an error. */
json_t *co_yaml_parse(const char *text, size_t len, const char *name, struct co_err *err);

/*
 * Parses the n keys of a top-level mapping until the last of them was seen, then
 * stops: how the heads of many files are read without reading them whole. Keys
 * that are absent, or stand after the last, are absent from the result.
 */
json_t *co_yaml_parse_keys(const char *text, size_t len, const char *name, const char *const *keys, size_t n,
			   struct co_err *err);

/*
 * Line and column (from 1) of what a JSON pointer names: the key of a member,
 * the start of an item or of the document. Where there is no such value, of its
 * nearest parent. 0, or -1 when the text is not YAML up to there.
 */
int co_yaml_locate(const char *text, size_t len, const char *pointer, unsigned *line, unsigned *column);

/* Turns err->path of a failed decode of this text into file:line:column; the path is kept. Returns err->code. */
int co_yaml_blame(struct co_err *err, const char *text, size_t len, const char *name);

#endif
