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

/* NULL when the text is not plainly right. */
json_t *co_yaml_read(const char *text, size_t len);

/* By libyaml alone. */
json_t *co_yaml_read_libyaml(const char *text, size_t len, const char *name, struct co_err *err);

/* A plain scalar by the core schema, YAML 1.2 section 10.3.2. NULL, and why, for a number that cannot be kept. */
json_t *co_yaml_plain(const char *s, size_t len, const char **why);

/* Whether a plain scalar that begins so can be anything but a string. */
int co_yaml_may_mean(char first);

#endif
