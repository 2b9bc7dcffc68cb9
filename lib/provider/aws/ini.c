/* SPDX-License-Identifier: Apache-2.0 */
#include "provider/aws/ini.h"

#include "base/escape.h"
#include "crypto/secret.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static const char defaults_name[] = "DEFAULT";

/* A piece of the text. */
struct span {
	const char *s;
	size_t len;
};

struct reader {
	struct co_aws_ini *ini;
	struct co_aws_section defaults;
	struct co_aws_section *section; /* now being filled; NULL before the first */
	struct co_buf value;		/* of its last entry, as far as it was read */
	int open;			/* there is such an entry */
	size_t indent;
	const char *file;
	unsigned line;
};

/* What Python's str.strip() takes for white space, in ASCII. */
static int is_space(char c)
{
	return (c >= '\t' && c <= '\r') || (c >= 0x1c && c <= 0x1f) || c == ' ';
}

static struct span strip(const char *s, size_t len)
{
	while (len && is_space(s[0]))
		s++, len--;
	while (len && is_space(s[len - 1]))
		len--;
	return (struct span){ s, len };
}

static int bad_line(const struct reader *r, struct co_err *err, const char *why)
{
	co_err_set(err, CO_ERR_INPUT, "bad-config", "%s", why);
	return co_err_at(err, r->file, r->line, 0), CO_ERR_INPUT;
}

static void wipe_buf(struct co_buf *b)
{
	if (b->data)
		co_wipe(b->data, b->cap);
	co_buf_reset(b);
}

/* "name = value" lines behind an empty first line; each must be one. */
static int check_inner(const struct reader *r, const char *value, struct co_err *err)
{
	const char *end;

	if (value[0] != '\n')
		return CO_OK;
	for (; *value; value = *end ? end + 1 : end) {
		struct span line;

		end = value + strcspn(value, "\n");
		line = strip(value, (size_t)(end - value));
		if (line.len && !memchr(line.s, '=', line.len))
			return bad_line(r, err, "an indented block holds a line without \"=\"");
	}
	return CO_OK;
}

/* The entry that was being read is complete. */
static int close_entry(struct reader *r, struct co_err *err)
{
	struct co_aws_entry *entry;

	if (!r->open)
		return CO_OK;
	r->open = 0;
	while (r->value.len && is_space(r->value.data[r->value.len - 1]))
		r->value.data[--r->value.len] = '\0';
	entry = &r->section->entries[r->section->count - 1];
	free(entry->value);
	entry->value = co_xstrdup(co_buf_str(&r->value));
	wipe_buf(&r->value);
	return check_inner(r, entry->value, err);
}

static const struct co_aws_entry *find_entry(const struct co_aws_section *section, const char *name)
{
	size_t i;

	for (i = 0; i < section->count; i++)
		if (strcmp(section->entries[i].name, name) == 0)
			return &section->entries[i];
	return NULL;
}

static int open_section(struct reader *r, struct span name, struct co_err *err)
{
	char *text = co_xmemdup(name.s, name.len);

	if (strcmp(text, defaults_name) == 0) {
		free(text);
		r->section = &r->defaults;
		return CO_OK;
	}
	if (co_aws_ini_section(r->ini, text)) {
		co_err_set(err, CO_ERR_INPUT, "bad-config", "the section [%s] stands twice", text);
		free(text);
		return co_err_at(err, r->file, r->line, 0), CO_ERR_INPUT;
	}
	r->section = co_grow(&r->ini->sections, &r->ini->count, sizeof(*r->section));
	r->section->name = text;
	r->section->line = r->line;
	return CO_OK;
}

static void add_entry(struct co_aws_section *section, char *name, char *value, unsigned line)
{
	struct co_aws_entry *entry = co_grow(&section->entries, &section->count, sizeof(*entry));

	*entry = (struct co_aws_entry){ .name = name, .value = value, .line = line };
}

static int open_entry(struct reader *r, struct span line, struct co_err *err)
{
	size_t i;
	struct span name, value;
	char *lower;

	for (i = 0; i < line.len && line.s[i] != '=' && line.s[i] != ':'; i++)
		;
	name = strip(line.s, i);
	if (i == line.len || !name.len)
		return bad_line(r, err, "this is neither a [section] nor a \"name = value\"");
	lower = co_xmemdup(name.s, name.len);
	for (i = 0; lower[i]; i++)
		lower[i] = (char)tolower((unsigned char)lower[i]);
	if (find_entry(r->section, lower)) {
		co_err_set(err, CO_ERR_INPUT, "bad-config", "\"%s\" stands twice in its section", lower);
		free(lower);
		return co_err_at(err, r->file, r->line, 0), CO_ERR_INPUT;
	}
	add_entry(r->section, lower, NULL, r->line);
	value = strip(name.s + name.len, (size_t)(line.s + line.len - name.s - (ptrdiff_t)name.len));
	value = strip(value.s + 1, value.len - 1);
	co_buf_add(&r->value, value.s, value.len);
	r->open = 1;
	return CO_OK;
}

/* "[name]", and whatever follows the last bracket. */
static int section_name(struct span line, struct span *name)
{
	size_t end;

	if (line.s[0] != '[')
		return 0;
	for (end = line.len; end > 2; end--)
		if (line.s[end - 1] == ']') {
			*name = (struct span){ line.s + 1, end - 2 };
			return 1;
		}
	return 0;
}

static int read_line(struct reader *r, const char *s, size_t len, struct co_err *err)
{
	struct span line = strip(s, len), name;
	size_t indent = (size_t)(line.s - s);
	int rc;

	if (!line.len || line.s[0] == '#' || line.s[0] == ';') {
		if (!line.len && r->open)
			co_buf_addc(&r->value, '\n'); /* it belongs to the value if that goes on */
		return CO_OK;
	}
	if (r->open && indent > r->indent) {
		co_buf_addc(&r->value, '\n');
		co_buf_add(&r->value, line.s, line.len);
		return CO_OK;
	}
	rc = close_entry(r, err);
	if (rc < 0)
		return rc;
	r->indent = indent;
	if (section_name(line, &name))
		return open_section(r, name, err);
	if (!r->section)
		return bad_line(r, err, "a line stands before the first [section]");
	return open_entry(r, line, err);
}

static void add_defaults(struct reader *r)
{
	size_t i, j;

	for (i = 0; i < r->ini->count; i++)
		for (j = 0; j < r->defaults.count; j++) {
			const struct co_aws_entry *entry = &r->defaults.entries[j];

			if (!find_entry(&r->ini->sections[i], entry->name))
				add_entry(&r->ini->sections[i], co_xstrdup(entry->name), co_xstrdup(entry->value),
					  entry->line);
		}
}

static void clear_section(struct co_aws_section *section)
{
	size_t i;

	for (i = 0; i < section->count; i++) {
		struct co_aws_entry *entry = &section->entries[i];

		if (entry->value)
			co_wipe(entry->value, strlen(entry->value));
		free(entry->value);
		free(entry->name);
	}
	free(section->entries);
	free(section->name);
}

static int read_lines(struct reader *r, const char *text, size_t len, struct co_err *err)
{
	const char *end = text + len;
	int rc = CO_OK;

	if (!co_utf8_valid(text, len) || memchr(text, '\0', len))
		return bad_line(r, err, "this is not text in UTF-8");
	while (rc == CO_OK && text < end) {
		const char *stop = text;

		while (stop < end && *stop != '\n' && *stop != '\r')
			stop++;
		r->line++;
		rc = read_line(r, text, (size_t)(stop - text), err);
		text = stop + (end - stop > 1 && stop[0] == '\r' && stop[1] == '\n' ? 2 : 1);
	}
	return rc < 0 ? rc : close_entry(r, err);
}

int co_aws_ini_parse(struct co_aws_ini *ini, const char *text, size_t len, const char *file, struct co_err *err)
{
	struct co_aws_ini read = { NULL, 0 };
	struct reader r = { .ini = &read, .file = file };
	int rc = read_lines(&r, text, len, err);

	wipe_buf(&r.value);
	co_buf_clear(&r.value);
	if (rc == CO_OK)
		add_defaults(&r);
	clear_section(&r.defaults);
	if (rc == CO_OK)
		*ini = read;
	else
		co_aws_ini_clear(&read);
	return rc;
}

void co_aws_ini_clear(struct co_aws_ini *ini)
{
	size_t i;

	for (i = 0; i < ini->count; i++)
		clear_section(&ini->sections[i]);
	free(ini->sections);
	*ini = (struct co_aws_ini){ NULL, 0 };
}

const struct co_aws_section *co_aws_ini_section(const struct co_aws_ini *ini, const char *name)
{
	size_t i;

	for (i = 0; i < ini->count; i++)
		if (strcmp(ini->sections[i].name, name) == 0)
			return &ini->sections[i];
	return NULL;
}

const char *co_aws_section_get(const struct co_aws_section *section, const char *name)
{
	const struct co_aws_entry *entry = section ? find_entry(section, name) : NULL;

	return entry ? entry->value : NULL;
}

char *co_aws_section_inner(const struct co_aws_section *section, const char *name, const char *inner)
{
	const char *value = co_aws_section_get(section, name), *end;
	char *found = NULL;

	if (!value || value[0] != '\n')
		return NULL;
	for (; *value; value = *end ? end + 1 : end) {
		const char *equals;
		struct span key, part;

		end = value + strcspn(value, "\n");
		equals = memchr(value, '=', (size_t)(end - value));
		if (!equals)
			continue;
		key = strip(value, (size_t)(equals - value));
		part = strip(equals + 1, (size_t)(end - equals - 1));
		if (key.len != strlen(inner) || memcmp(key.s, inner, key.len) != 0)
			continue;
		free(found); /* the last one counts */
		found = co_xmemdup(part.s, part.len);
	}
	return found;
}
