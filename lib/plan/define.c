/* SPDX-License-Identifier: Apache-2.0 */
#include "plan/define.h"

#include "base/buf.h"
#include "base/mem.h"
#include "expr/expr.h"
#include "expr/lex.h"
#include "expr/scan.h"

#include <stdlib.h>
#include <string.h>

struct definition {
	char *name;
	char *text; /* without lines of comment; all but the first are set in by a blank */
	int used;
};

struct definitions {
	struct definition *items;
	size_t count;
};

static void clear(struct definitions *d)
{
	size_t i;

	for (i = 0; i < d->count; i++) {
		free(d->items[i].name);
		free(d->items[i].text);
	}
	free(d->items);
}

static int starts(const char *line, const char *word)
{
	return strncmp(line, word, strlen(word)) == 0;
}

static void begin(struct definitions *d, const char *line)
{
	const char *name = line + strlen("def ");
	struct definition *one = co_grow(&d->items, &d->count, sizeof(*one));

	*one = (struct definition){ .name = co_xmemdup(name, strcspn(name, " (:\n")), .text = co_xstrdup("") };
}

/* Only its first line begins with "def": a function inside it is set in. */
static void extend(struct definition *one, const char *line, size_t len)
{
	char *longer = co_xasprintf("%s%s%.*s\n", one->text, *one->text ? " " : "", (int)len, line);

	free(one->text);
	one->text = longer;
}

/* One begins with "def NAME" at the start of a line and goes on to the next that does. */
static int split(struct definitions *d, const char *text, struct co_err *err)
{
	int number = 1;

	for (; *text; text += strcspn(text, "\n"), text += *text == '\n', number++) {
		const char *word = text + strspn(text, " \t");

		if (*word == '#' || *word == '\n' || !*word)
			continue;
		if (starts(text, "def "))
			begin(d, text);
		if (!d->count) {
			co_err_set(err, CO_ERR_INPUT, "bad-definitions", "%s:%d: a definition begins with \"def \" at the start of the line",
				   CO_DEFINITIONS, number);
			return CO_ERR_INPUT;
		}
		extend(&d->items[d->count - 1], word, strcspn(word, "\n"));
	}
	return CO_OK;
}

static void use(struct definitions *d, const char *program)
{
	struct co_lex lex;
	enum co_lex_kind kind;
	size_t i;

	co_lex_init(&lex, program, strlen(program), 0);
	while ((kind = co_lex_next(&lex)) != CO_LEX_END && kind != CO_LEX_BAD)
		for (i = 0; kind == CO_LEX_NAME && i < d->count; i++)
			d->items[i].used |= co_lex_is(&lex, d->items[i].name);
}

/* Appends the definitions that a program uses. One can use none but those before it. */
static void add_used(struct definitions *d, const char *program, struct co_buf *out)
{
	size_t i, any = 0;

	for (i = 0; i < d->count; i++)
		d->items[i].used = 0;
	use(d, program);
	for (i = d->count; i-- > 0;)
		if (d->items[i].used)
			use(d, d->items[i].text);
	for (i = 0; i < d->count; i++) {
		if (!d->items[i].used)
			continue;
		if (!any++)
			co_buf_adds(out, CO_EXPR_DEFINITIONS);
		co_buf_adds(out, d->items[i].text);
	}
	if (any)
		co_buf_adds(out, CO_EXPR_DEFINED);
}

static void expand(struct definitions *d, const char *text, int program, struct co_buf *out)
{
	struct co_template t;
	size_t i;

	if ((program ? co_template_program(&t, text, NULL, NULL) : co_template_parse(&t, text, NULL, NULL)) < 0) {
		co_buf_adds(out, text);
		return;
	}
	for (i = 0; i < t.count; i++) {
		const struct co_part *part = &t.parts[i];

		if (part->is_program && !program)
			co_buf_adds(out, "${");
		if (part->is_program)
			add_used(d, part->text, out);
		co_buf_adds(out, part->text);
		if (part->is_program && !program)
			co_buf_adds(out, "}");
	}
	co_template_clear(&t);
}

static int is_program(const char *key)
{
	return key && (strcmp(key, "each") == 0 || strcmp(key, "foreach") == 0);
}

static void expand_string(struct definitions *d, json_t *string, int program)
{
	struct co_buf text = CO_BUF_INIT;

	if (!program && !strstr(json_string_value(string), "${"))
		return;
	expand(d, json_string_value(string), program, &text);
	json_string_setn(string, text.data, text.len);
	co_buf_clear(&text);
}

static void expand_all(struct definitions *d, json_t *value, const char *key)
{
	const char *name;
	json_t *item;
	size_t i;

	if (json_is_string(value))
		expand_string(d, value, is_program(key));
	json_array_foreach(value, i, item)
		expand_all(d, item, key);
	json_object_foreach(value, name, item)
		expand_all(d, item, name);
}

int co_define(json_t *playbook, const char *definitions, struct co_err *err)
{
	static const char *const sections[] = { "steps", "findings", "summary" };
	struct definitions d = { NULL, 0 };
	size_t i;
	int rc = split(&d, definitions, err);

	for (i = 0; i < CO_COUNT(sections) && rc == CO_OK; i++)
		expand_all(&d, json_object_get(playbook, sections[i]), NULL);
	clear(&d);
	return rc;
}
