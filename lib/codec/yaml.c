/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libyaml's events become JSON values one by one: nothing is expanded, and what
 * is refused is refused at its first event. libyaml 0.2.5 takes time quadratic
 * in nesting, so the cap on depth is what bounds the time.
 */
#include "codec/yaml.h"

#include "codec/yamlread.h"

#include <stdlib.h>
#include <string.h>
#include <yaml.h>

/* One pass over the events of a text. */
struct reader {
	yaml_parser_t parser;
	yaml_event_t event; /* the current one; YAML_NO_EVENT before the first */
	const char *name;
	struct co_err *err;
	unsigned depth;
	unsigned values;
};

static int refuse_at(const struct reader *r, yaml_mark_t mark, const char *why)
{
	co_err_set(r->err, CO_ERR_INPUT, "bad-yaml", "%s", why);
	co_err_at(r->err, r->name, (unsigned)mark.line + 1, (unsigned)mark.column + 1);
	return CO_ERR_INPUT;
}

static int refuse(const struct reader *r, const char *why)
{
	return refuse_at(r, r->event.start_mark, why);
}

/* libyaml says where only for what its scanner and parser refuse, not for bytes that are no UTF-8. */
static int refuse_syntax(const struct reader *r)
{
	const yaml_parser_t *p = &r->parser;
	yaml_mark_t mark = p->error == YAML_READER_ERROR ? p->mark : p->problem_mark;

	if (p->error == YAML_MEMORY_ERROR)
		co_out_of_memory();
	return refuse_at(r, mark, p->problem ? p->problem : "not YAML");
}

static int enter(struct reader *r)
{
	if (++r->depth > CO_JSON_DEPTH)
		return refuse(r, "nested deeper than 64");
	return CO_OK;
}

static int check_node(const struct reader *r, const yaml_char_t *anchor, const yaml_char_t *tag)
{
	if (anchor)
		return refuse(r, "anchors are not taken; write the value out");
	if (tag)
		return refuse(r, "tags are not taken");
	return CO_OK;
}

static int check_event(struct reader *r)
{
	const yaml_event_t *e = &r->event;
	int rc;

	switch (e->type) {
	case YAML_ALIAS_EVENT:
		return refuse(r, "aliases are not taken; write the value out");
	case YAML_SCALAR_EVENT:
		rc = check_node(r, e->data.scalar.anchor, e->data.scalar.tag);
		break;
	case YAML_SEQUENCE_START_EVENT:
		rc = check_node(r, e->data.sequence_start.anchor, e->data.sequence_start.tag);
		break;
	case YAML_MAPPING_START_EVENT:
		rc = check_node(r, e->data.mapping_start.anchor, e->data.mapping_start.tag);
		break;
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		r->depth--;
		return CO_OK;
	default:
		return CO_OK;
	}
	if (rc == CO_OK && ++r->values > CO_YAML_VALUES)
		return refuse(r, "more than 50000 values");
	return rc < 0 || e->type == YAML_SCALAR_EVENT ? rc : enter(r);
}

static int next(struct reader *r)
{
	yaml_event_delete(&r->event);
	if (!yaml_parser_parse(&r->parser, &r->event))
		return refuse_syntax(r);
	return check_event(r);
}

static int is_end(const struct reader *r)
{
	return r->event.type == YAML_SEQUENCE_END_EVENT || r->event.type == YAML_MAPPING_END_EVENT;
}

/* Goes on to the last event of the value that starts here. */
static int skip_value(struct reader *r)
{
	unsigned depth = r->depth;
	int rc = CO_OK;

	if (r->event.type == YAML_SCALAR_EVENT)
		return CO_OK;
	while (rc == CO_OK && !(is_end(r) && r->depth < depth))
		rc = next(r);
	return rc;
}

static json_t *string(const struct reader *r)
{
	const char *s = (const char *)r->event.data.scalar.value;
	size_t len = r->event.data.scalar.length;
	json_t *value;

	if (memchr(s, '\0', len)) {
		refuse(r, "NUL in a string");
		return NULL;
	}
	value = json_stringn(s, len);
	if (!value)
		refuse(r, "invalid UTF-8 in a string");
	return value;
}

static json_t *plain(const struct reader *r)
{
	const char *s = (const char *)r->event.data.scalar.value, *why = NULL;
	size_t len = r->event.data.scalar.length;
	json_t *value;

	if (memchr(s, '\0', len))
		return string(r);
	value = co_yaml_plain(s, len, &why);
	if (!value)
		refuse(r, why);
	return value;
}

static json_t *scalar(const struct reader *r)
{
	return r->event.data.scalar.style == YAML_PLAIN_SCALAR_STYLE ? plain(r) : string(r);
}

/* The key that the current event is, as a new JSON string. */
static json_t *read_key(const struct reader *r)
{
	const yaml_event_t *e = &r->event;
	json_t *key;

	if (e->type != YAML_SCALAR_EVENT) {
		refuse(r, "a key must be a string");
		return NULL;
	}
	if (e->data.scalar.style == YAML_PLAIN_SCALAR_STYLE && strcmp((char *)e->data.scalar.value, "<<") == 0) {
		refuse(r, "merge keys are not taken; write the values out");
		return NULL;
	}
	key = scalar(r);
	if (key && !json_is_string(key)) {
		json_decref(key);
		refuse(r, "a key must be a string; put it in quotes");
		return NULL;
	}
	return key;
}

/* The value that starts at the current event, up to its last event; NULL on error. */
static json_t *read_value(struct reader *r);

static int read_member(struct reader *r, json_t *object)
{
	json_t *key = read_key(r), *value = NULL;
	int rc = CO_ERR_INPUT;

	if (!key)
		return rc;
	if (json_object_get(object, json_string_value(key)))
		refuse(r, "duplicate key");
	else if (next(r) == CO_OK)
		value = read_value(r);
	if (value) {
		json_object_set_new_nocheck(object, json_string_value(key), value);
		rc = CO_OK;
	}
	json_decref(key);
	return rc;
}

static json_t *read_mapping(struct reader *r)
{
	json_t *object = json_object();
	int rc;

	while ((rc = next(r)) == CO_OK && r->event.type != YAML_MAPPING_END_EVENT) {
		rc = read_member(r, object);
		if (rc < 0)
			break;
	}
	if (rc == CO_OK)
		return object;
	json_decref(object);
	return NULL;
}

static json_t *read_sequence(struct reader *r)
{
	json_t *array = json_array();
	int rc;

	while ((rc = next(r)) == CO_OK && r->event.type != YAML_SEQUENCE_END_EVENT) {
		json_t *item = read_value(r);

		rc = item ? CO_OK : CO_ERR_INPUT;
		if (rc < 0)
			break;
		json_array_append_new(array, item);
	}
	if (rc == CO_OK)
		return array;
	json_decref(array);
	return NULL;
}

static json_t *read_value(struct reader *r)
{
	switch (r->event.type) {
	case YAML_MAPPING_START_EVENT:
		return read_mapping(r);
	case YAML_SEQUENCE_START_EVENT:
		return read_sequence(r);
	default:
		return scalar(r);
	}
}

/*
 * The first line with a %TAG directive, or NULL: libyaml compares each with all
 * before it, at once, before the first event that could be refused.
 */
static const char *tag_directive(const char *text, size_t len)
{
	const char *p = text, *end = text + len;

	while (p && end - p >= 4) {
		if (memcmp(p, "%TAG", 4) == 0)
			return p;
		p = memchr(p, '\n', (size_t)(end - p));
		p = p ? p + 1 : NULL;
	}
	return NULL;
}

static int refuse_limits(struct reader *r, const char *text, size_t len)
{
	const char *nul = len ? memchr(text, '\0', len) : NULL;

	if (len > CO_YAML_BYTES)
		return refuse(r, "larger than 1 MiB");
	if (nul) {
		refuse(r, "NUL byte in the file");
		return co_err_hint(r->err, "is it a text file?"), CO_ERR_INPUT;
	}
	if (tag_directive(text, len))
		return refuse(r, "tags are not taken");
	return CO_OK;
}

/* Positions the reader at the first event of the only value. */
static int open_text(struct reader *r, const char *text, size_t len, const char *name, struct co_err *err)
{
	int rc;

	*r = (struct reader){ .name = name, .err = err };
	if (!yaml_parser_initialize(&r->parser))
		co_out_of_memory();
	rc = refuse_limits(r, text, len);
	if (rc < 0)
		return rc;
	yaml_parser_set_encoding(&r->parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&r->parser, (const unsigned char *)text, len);
	rc = next(r); /* start of the stream */
	if (rc == CO_OK)
		rc = next(r);
	if (rc == CO_OK && r->event.type == YAML_STREAM_END_EVENT)
		return refuse(r, "the file is empty");
	if (rc == CO_OK)
		rc = next(r);
	if (rc == CO_OK && r->event.type == YAML_SCALAR_EVENT && !r->event.data.scalar.length &&
	    r->event.data.scalar.style == YAML_PLAIN_SCALAR_STYLE)
		return refuse(r, "the document is empty");
	return rc;
}

static void close_text(struct reader *r)
{
	yaml_event_delete(&r->event);
	yaml_parser_delete(&r->parser);
}

/* After the value: nothing but the end may follow. */
static int expect_end(struct reader *r)
{
	int rc = next(r); /* end of the document */

	if (rc == CO_OK)
		rc = next(r);
	if (rc == CO_OK && r->event.type != YAML_STREAM_END_EVENT)
		return refuse(r, "more than one document in the file");
	return rc;
}

json_t *co_yaml_parse(const char *text, size_t len, const char *name, struct co_err *err)
{
	json_t *value = co_yaml_read(text, len);

	return value ? value : co_yaml_read_libyaml(text, len, name, err);
}

json_t *co_yaml_read_libyaml(const char *text, size_t len, const char *name, struct co_err *err)
{
	struct reader r;
	json_t *value = NULL;

	if (open_text(&r, text, len, name, err) == CO_OK)
		value = read_value(&r);
	if (value && expect_end(&r) < 0) {
		json_decref(value);
		value = NULL;
	}
	close_text(&r);
	return value;
}

/* One member at the top; *done once it was the last of the wanted keys. */
static int read_wanted(struct reader *r, json_t *object, const char *const *keys, size_t n, int *done)
{
	const char *key = (const char *)r->event.data.scalar.value;
	size_t i;
	int rc;

	for (i = 0; i < n && r->event.type == YAML_SCALAR_EVENT; i++) {
		if (strcmp(key, keys[i]) == 0) {
			*done = i + 1 == n;
			return read_member(r, object);
		}
	}
	rc = skip_value(r); /* the key, whatever it is */
	if (rc == CO_OK)
		rc = next(r);
	return rc < 0 ? rc : skip_value(r);
}

json_t *co_yaml_parse_keys(const char *text, size_t len, const char *name, const char *const *keys, size_t n,
			   struct co_err *err)
{
	struct reader r;
	json_t *object = json_object();
	int done = 0, rc = open_text(&r, text, len, name, err);

	if (rc == CO_OK && r.event.type != YAML_MAPPING_START_EVENT)
		rc = refuse(&r, "expected a mapping of keys to values");
	while (rc == CO_OK && !done) {
		rc = next(&r);
		if (rc < 0 || r.event.type == YAML_MAPPING_END_EVENT)
			break;
		rc = read_wanted(&r, object, keys, n, &done);
	}
	close_text(&r);
	if (rc == CO_OK)
		return object;
	json_decref(object);
	return NULL;
}

/* True if a key, or an index, is the reference token of len bytes (RFC 6901 section 4). */
static int is_token(const char *name, const char *token, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++, name++) {
		char c = token[i];

		if (c == '~' && i + 1 < len)
			c = token[++i] == '1' ? '/' : '~';
		if (*name != c)
			return 0;
	}
	return !*name;
}

static void mark_here(const struct reader *r, yaml_mark_t *mark)
{
	*mark = r->event.start_mark;
}

/* In the mapping that starts here, goes to the value of a key; 1 if found, with the key's place in mark. */
static int find_member(struct reader *r, const char *token, size_t len, yaml_mark_t *mark)
{
	while (next(r) == CO_OK && r->event.type != YAML_MAPPING_END_EVENT) {
		if (r->event.type == YAML_SCALAR_EVENT &&
		    is_token((char *)r->event.data.scalar.value, token, len)) {
			mark_here(r, mark);
			return next(r) == CO_OK;
		}
		if (skip_value(r) < 0 || next(r) < 0 || skip_value(r) < 0)
			return 0;
	}
	return 0;
}

static int find_item(struct reader *r, const char *token, size_t len, yaml_mark_t *mark)
{
	size_t index = strtoul(token, NULL, 10);

	if (!len || strspn(token, "0123456789") < len)
		return 0;
	while (next(r) == CO_OK && r->event.type != YAML_SEQUENCE_END_EVENT) {
		if (!index--) {
			mark_here(r, mark);
			return 1;
		}
		if (skip_value(r) < 0)
			return 0;
	}
	return 0;
}

int co_yaml_locate(const char *text, size_t len, const char *pointer, unsigned *line, unsigned *column)
{
	struct reader r;
	yaml_mark_t mark = { 0 };
	int found, rc = open_text(&r, text, len, "", NULL);

	mark_here(&r, &mark);
	for (found = rc == CO_OK; found && *pointer == '/';) {
		size_t n = strcspn(++pointer, "/");

		found = r.event.type == YAML_MAPPING_START_EVENT    ? find_member(&r, pointer, n, &mark) :
			r.event.type == YAML_SEQUENCE_START_EVENT ? find_item(&r, pointer, n, &mark) :
								      0;
		pointer += n;
	}
	close_text(&r);
	if (rc < 0)
		return -1;
	*line = (unsigned)mark.line + 1;
	*column = (unsigned)mark.column + 1;
	return 0;
}

int co_yaml_blame(struct co_err *err, const char *text, size_t len, const char *name)
{
	unsigned line, column;

	if (co_yaml_locate(text, len, err->path, &line, &column) < 0)
		line = column = 0;
	return co_err_at(err, name, line, column);
}
