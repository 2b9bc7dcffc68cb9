/* SPDX-License-Identifier: Apache-2.0 */
#include "expr/scan.h"

#include "expr/expr.h"
#include "expr/lex.h"

#include <stdlib.h>
#include <string.h>

static const struct {
	const char *name;
	unsigned bit;
} variables[] = {
	{ "params", CO_EXPR_PARAMS }, { "target", CO_EXPR_TARGET }, { "window", CO_EXPR_WINDOW },
	{ "steps", CO_EXPR_STEPS },   { "item", CO_EXPR_ITEM },	    { "targets", CO_EXPR_TARGETS },
	{ "now", CO_EXPR_NOW },
};

/* What reaches out of an expression, and what to write instead. */
static const struct {
	const char *name;
	const char *instead;
} refused[] = {
	{ "now", "use $now, the time of the plan" },
	{ "localtime", "use gmtime" },
	{ "strflocaltime", "use strftime" },
	{ "env", "use $params" },
	{ "input", "use $steps" },
	{ "inputs", "use $steps" },
	{ "input_filename", "" },
	{ "input_line_number", "" },
	{ "debug", "" },
	{ "stderr", "" },
	{ "halt", "use empty" },
	{ "halt_error", "use error" },
	{ "import", "" },
	{ "include", "" },
	{ "modulemeta", "" },
	{ "get_search_list", "" },
	{ "get_jq_origin", "" },
	{ "get_prog_origin", "" },
};

static int refuse_syntax(const struct co_lex *lex, const char *text, struct co_err *err)
{
	return co_err_set(err, CO_ERR_INPUT, "bad-expression", "%s in \"%.200s\"", lex->why, text);
}

static int refuse_name(const char *name, const char *instead, struct co_err *err)
{
	co_err_set(err, CO_ERR_INPUT, "bad-expression", "\"%s\" is not available in expressions", name);
	if (*instead)
		co_err_hint(err, "%s", instead);
	return CO_ERR_INPUT;
}

/* A name before ":" is an object's key, or one that the program defines itself. */
static int check_name(const struct co_lex *lex, struct co_err *err)
{
	struct co_lex ahead = *lex;
	size_t i;

	for (i = 0; i < CO_COUNT(refused); i++) {
		if (!co_lex_is(lex, refused[i].name))
			continue;
		if (co_lex_next(&ahead) == CO_LEX_OTHER && co_lex_is(&ahead, ":"))
			return CO_OK;
		return refuse_name(refused[i].name, refused[i].instead, err);
	}
	return CO_OK;
}

static void add_step(json_t *steps, const char *name, size_t len)
{
	json_t *known, *added = json_stringn(name, len);
	size_t i;

	json_array_foreach(steps, i, known) {
		if (added && json_equal(known, added)) {
			json_decref(added);
			return;
		}
	}
	json_array_append_new(steps, added);
}

/* $steps was just read: .NAME, ["NAME"] or ."NAME" may follow. */
static void note_step(const struct co_lex *lex, json_t *steps)
{
	struct co_lex ahead = *lex;
	enum co_lex_kind kind = co_lex_next(&ahead);

	if (kind == CO_LEX_OTHER && (co_lex_is(&ahead, "[") || co_lex_is(&ahead, "."))) {
		int in_brackets = co_lex_is(&ahead, "[");
		struct co_lex name;

		kind = co_lex_next(&ahead);
		name = ahead;
		if (kind == CO_LEX_STRING && !memchr(name.text, '\\', name.len) &&
		    (!in_brackets || (co_lex_next(&ahead) == CO_LEX_OTHER && co_lex_is(&ahead, "]")))) {
			add_step(steps, name.text, name.len);
			return;
		}
	} else if (kind == CO_LEX_FIELD) {
		add_step(steps, ahead.text, ahead.len);
		return;
	}
	add_step(steps, "*", 1);
}

static int note_variable(struct co_scan *scan, const struct co_lex *lex, struct co_err *err)
{
	size_t i;

	if (co_lex_is(lex, "ENV"))
		return refuse_name("$ENV", "use $params", err);
	if (lex->len > 1 && memcmp(lex->text, "__", 2) == 0)
		return refuse_name("$__...", "", err);
	for (i = 0; i < CO_COUNT(variables); i++)
		if (co_lex_is(lex, variables[i].name))
			scan->variables |= variables[i].bit;
	if (scan->steps && co_lex_is(lex, "steps"))
		note_step(lex, scan->steps);
	return CO_OK;
}

int co_scan_program(struct co_scan *scan, const char *text, size_t len, int in_template, struct co_err *err)
{
	struct co_lex lex;
	size_t tokens;
	int rc = CO_OK;

	co_lex_init(&lex, text, len, in_template);
	for (tokens = 0; rc == CO_OK; tokens++) {
		switch (co_lex_next(&lex)) {
		case CO_LEX_BAD:
			return refuse_syntax(&lex, text, err);
		case CO_LEX_END:
			scan->used = (size_t)(lex.text - text);
			if (!tokens)
				return co_err_set(err, CO_ERR_INPUT, "bad-expression",
						  "an empty expression");
			return CO_OK;
		case CO_LEX_NAME:
			rc = check_name(&lex, err);
			break;
		case CO_LEX_VARIABLE:
			rc = note_variable(scan, &lex, err);
			break;
		default:
			break;
		}
	}
	return rc;
}

static void add_part(struct co_template *t, const char *text, size_t len, int is_program)
{
	struct co_part *part = co_grow(&t->parts, &t->count, sizeof(*part));

	part->text = co_xmemdup(text, len);
	part->is_program = is_program;
}

int co_template_parse(struct co_template *t, const char *text, json_t *steps, struct co_err *err)
{
	struct co_template parsed = { 0 };
	struct co_scan scan = { .steps = steps };
	const char *open;

	while ((open = strstr(text, "${"))) {
		if (open > text)
			add_part(&parsed, text, (size_t)(open - text), 0);
		text = open + 2;
		if (co_scan_program(&scan, text, strlen(text), 1, err) < 0) {
			co_template_clear(&parsed);
			return CO_ERR_INPUT;
		}
		add_part(&parsed, text, scan.used, 1);
		text += scan.used + 1;
	}
	if (*text || !parsed.count)
		add_part(&parsed, text, strlen(text), 0);
	parsed.variables = scan.variables;
	*t = parsed;
	return CO_OK;
}

int co_template_program(struct co_template *t, const char *text, json_t *steps, struct co_err *err)
{
	struct co_scan scan = { .steps = steps };

	if (co_scan_program(&scan, text, strlen(text), 0, err) < 0)
		return CO_ERR_INPUT;
	*t = (struct co_template){ .variables = scan.variables };
	add_part(t, text, strlen(text), 1);
	return CO_OK;
}

void co_template_clear(struct co_template *t)
{
	size_t i;

	for (i = 0; i < t->count; i++)
		free(t->parts[i].text);
	free(t->parts);
	*t = (struct co_template){ 0 };
}
