/* SPDX-License-Identifier: Apache-2.0 */
#include "expr/path.h"

#include "expr/lex.h"

#include <stdlib.h>
#include <string.h>

/* Walks a program token by token; value is NULL while only the form is asked for. */
struct walk {
	struct co_lex lex;
	enum co_lex_kind kind;
	json_t *value; /* owned */
	json_t *vars;
	struct co_err *err;
};

enum { NOT_PLAIN = 1 };

static void advance(struct walk *w)
{
	w->kind = co_lex_next(&w->lex);
}

static int is_other(const struct walk *w, char c)
{
	return w->kind == CO_LEX_OTHER && w->lex.len == 1 && *w->lex.text == c;
}

static void take(struct walk *w, json_t *value)
{
	json_decref(w->value);
	w->value = value;
}

/* The JSON value that the token spells; NULL if jq must judge it. */
static json_t *spelled(const struct co_lex *lex, const char *quote)
{
	struct co_buf text = CO_BUF_INIT;
	json_t *value;

	co_buf_addf(&text, "%s%.*s%s", quote, (int)lex->len, lex->text, quote);
	value = co_json_parse(co_buf_str(&text), text.len, "", NULL);
	co_buf_clear(&text);
	return value;
}

static int cannot_index(struct walk *w, const char *with)
{
	return co_err_set(w->err, CO_ERR_INPUT, "expression", "cannot index %s with %s", co_json_type(w->value),
			  with);
}

static int member(struct walk *w, const char *key)
{
	char with[80];

	if (!w->value)
		return CO_OK;
	if (json_is_object(w->value)) {
		json_t *value = json_object_get(w->value, key);

		take(w, value ? json_incref(value) : json_null());
		return CO_OK;
	}
	if (json_is_null(w->value))
		return CO_OK;
	snprintf(with, sizeof(with), "\"%.70s\"", key);
	return cannot_index(w, with);
}

static int item(struct walk *w, size_t index)
{
	if (!w->value || json_is_null(w->value))
		return CO_OK;
	if (!json_is_array(w->value))
		return cannot_index(w, "a number");
	if (index < json_array_size(w->value))
		take(w, json_incref(json_array_get(w->value, index)));
	else
		take(w, json_null());
	return CO_OK;
}

static int by_field(struct walk *w)
{
	char *key = co_xmemdup(w->lex.text, w->lex.len);
	int rc = member(w, key);

	free(key);
	advance(w);
	return rc;
}

static int by_string(struct walk *w)
{
	json_t *key = spelled(&w->lex, "\"");
	int rc = key ? member(w, json_string_value(key)) : NOT_PLAIN;

	json_decref(key);
	advance(w);
	return rc;
}

static int by_number(struct walk *w)
{
	enum { MOST_DIGITS = 9 };
	char digits[MOST_DIGITS + 1];

	if (w->lex.len > MOST_DIGITS)
		return NOT_PLAIN;
	memcpy(digits, w->lex.text, w->lex.len);
	digits[w->lex.len] = '\0';
	if (digits[strspn(digits, "0123456789")])
		return NOT_PLAIN;
	advance(w);
	return item(w, strtoul(digits, NULL, 10));
}

/* After "[". */
static int by_bracket(struct walk *w)
{
	int rc = NOT_PLAIN;

	advance(w);
	if (w->kind == CO_LEX_STRING)
		rc = by_string(w);
	else if (w->kind == CO_LEX_NUMBER)
		rc = by_number(w);
	if (rc == CO_OK && !is_other(w, ']'))
		rc = NOT_PLAIN;
	advance(w);
	return rc;
}

static int rest_of_path(struct walk *w)
{
	int rc = CO_OK;

	while (rc == CO_OK && w->kind != CO_LEX_END) {
		if (w->kind == CO_LEX_FIELD) {
			rc = by_field(w);
		} else if (is_other(w, '[')) {
			rc = by_bracket(w);
		} else if (is_other(w, '.')) {
			advance(w);
			rc = w->kind == CO_LEX_STRING ? by_string(w) : NOT_PLAIN;
		} else {
			rc = NOT_PLAIN;
		}
	}
	return rc;
}

static int variable(struct walk *w)
{
	char *name = co_xmemdup(w->lex.text, w->lex.len);
	int rc = CO_OK;

	if (w->value) { /* evaluating, not only looking at the form */
		json_t *value = json_object_get(w->vars, name);

		if (value)
			take(w, json_incref(value));
		else
			rc = co_err_set(w->err, CO_ERR_INPUT, "expression", "\"$%s\" does not exist here", name);
	}
	free(name);
	advance(w);
	return rc < 0 ? rc : rest_of_path(w);
}

static int literal(struct walk *w, json_t *value)
{
	if (!value)
		return NOT_PLAIN;
	if (w->value)
		take(w, value);
	else
		json_decref(value);
	advance(w);
	return w->kind == CO_LEX_END ? CO_OK : NOT_PLAIN;
}

/* Whole numbers only: what jq makes of others is jq's to say. */
static int number(struct walk *w)
{
	enum { MOST_DIGITS = 15 };

	if (w->lex.len > MOST_DIGITS || strspn(w->lex.text, "0123456789") < w->lex.len)
		return NOT_PLAIN;
	return literal(w, spelled(&w->lex, ""));
}

static int name(struct walk *w)
{
	if (co_lex_is(&w->lex, "null") || co_lex_is(&w->lex, "true") || co_lex_is(&w->lex, "false"))
		return literal(w, spelled(&w->lex, ""));
	return NOT_PLAIN;
}

/* "." is in w->value already. */
static int whole(struct walk *w)
{
	advance(w);
	switch (w->kind) {
	case CO_LEX_VARIABLE:
		return variable(w);
	case CO_LEX_FIELD:
		return rest_of_path(w);
	case CO_LEX_STRING:
		return literal(w, spelled(&w->lex, "\""));
	case CO_LEX_NUMBER:
		return number(w);
	case CO_LEX_NAME:
		return name(w);
	case CO_LEX_OTHER:
		if (!is_other(w, '.'))
			return NOT_PLAIN;
		advance(w);
		if (w->kind == CO_LEX_STRING) {
			int rc = by_string(w);

			return rc == CO_OK ? rest_of_path(w) : rc;
		}
		return rest_of_path(w);
	default:
		return NOT_PLAIN;
	}
}

int co_path_is_plain(const char *program)
{
	struct walk w = { 0 };

	co_lex_init(&w.lex, program, strlen(program), 0);
	return whole(&w) == CO_OK;
}

int co_path_eval(const char *program, json_t *input, json_t *vars, json_t **out, struct co_err *err)
{
	struct walk w = { .vars = vars, .err = err, .value = input ? json_incref(input) : json_null() };
	int rc;

	co_lex_init(&w.lex, program, strlen(program), 0);
	rc = whole(&w);
	if (rc == NOT_PLAIN)
		rc = co_err_set(err, CO_ERR_INPUT, "needs-jq", "\"%.200s\" is not a plain path", program);
	if (rc < 0)
		json_decref(w.value);
	else
		*out = w.value;
	return rc;
}
