/* SPDX-License-Identifier: Apache-2.0 */
#include "expr/lex.h"

#include <string.h>

void co_lex_init(struct co_lex *lex, const char *text, size_t len, int in_template)
{
	*lex = (struct co_lex){ .at = text, .end = text + len, .in_template = in_template, .text = text };
}

int co_lex_is(const struct co_lex *lex, const char *text)
{
	return strlen(text) == lex->len && memcmp(lex->text, text, lex->len) == 0;
}

static enum co_lex_kind bad(struct co_lex *lex, const char *why)
{
	lex->why = why;
	lex->at = lex->end;
	return CO_LEX_BAD;
}

static int is_name_start(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static int is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static void skip_space(struct co_lex *lex)
{
	while (lex->at < lex->end) {
		char c = *lex->at;

		if (c == '#') {
			while (lex->at < lex->end && *lex->at != '\n')
				lex->at++;
		} else if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
			lex->at++;
		} else {
			return;
		}
	}
}

static enum co_lex_kind token(struct co_lex *lex, enum co_lex_kind kind, const char *text)
{
	lex->text = text;
	lex->len = (size_t)(lex->at - text);
	return kind;
}

/* A name may be qualified: a::b. */
static void skip_name(struct co_lex *lex)
{
	while (lex->at < lex->end &&
	       (is_name_start(*lex->at) || is_digit(*lex->at) ||
		(*lex->at == ':' && lex->end - lex->at > 2 && lex->at[1] == ':' && is_name_start(lex->at[2]))))
		lex->at += *lex->at == ':' ? 2 : 1;
}

static enum co_lex_kind open_bracket(struct co_lex *lex, char c, const char *text)
{
	if (lex->depth == CO_LEX_DEPTH)
		return bad(lex, "brackets nest deeper than 64");
	lex->open[lex->depth++] = c;
	return token(lex, CO_LEX_OTHER, text);
}

/* From inside a string, to its end or to the next \( in it. */
static enum co_lex_kind string(struct co_lex *lex, int resumed)
{
	const char *start = lex->at;

	while (lex->at < lex->end && *lex->at != '"') {
		if (*lex->at++ != '\\')
			continue;
		if (lex->at == lex->end)
			break;
		if (*lex->at++ == '(')
			return open_bracket(lex, '"', start);
	}
	if (lex->at == lex->end)
		return bad(lex, "a string is not closed");
	token(lex, CO_LEX_STRING, start);
	lex->at++;
	return resumed ? CO_LEX_OTHER : CO_LEX_STRING;
}

static enum co_lex_kind close_bracket(struct co_lex *lex, char c, const char *text)
{
	char open = lex->depth ? lex->open[lex->depth - 1] : '\0';

	if (!open && c == '}' && lex->in_template) {
		token(lex, CO_LEX_END, text);
		return CO_LEX_END;
	}
	if (c == ')' && open == '"') {
		lex->depth--;
		return string(lex, 1);
	}
	if (!open || open != (c == ')' ? '(' : c == ']' ? '[' : '{'))
		return bad(lex, "brackets do not match");
	lex->depth--;
	return token(lex, CO_LEX_OTHER, text);
}

static enum co_lex_kind number(struct co_lex *lex, const char *text)
{
	while (lex->at < lex->end && (is_digit(*lex->at) || *lex->at == '.'))
		lex->at++;
	if (lex->at < lex->end && (*lex->at == 'e' || *lex->at == 'E')) {
		lex->at++;
		if (lex->at < lex->end && (*lex->at == '+' || *lex->at == '-'))
			lex->at++;
		while (lex->at < lex->end && is_digit(*lex->at))
			lex->at++;
	}
	return token(lex, CO_LEX_NUMBER, text);
}

static enum co_lex_kind dot(struct co_lex *lex, const char *text)
{
	if (lex->at < lex->end && is_digit(*lex->at))
		return number(lex, text);
	if (lex->at < lex->end && is_name_start(*lex->at)) {
		const char *name = lex->at;

		while (lex->at < lex->end && (is_name_start(*lex->at) || is_digit(*lex->at)))
			lex->at++;
		return token(lex, CO_LEX_FIELD, name);
	}
	if (lex->at < lex->end && *lex->at == '.') /* ".." is one token: the next dot starts none */
		lex->at++;
	return token(lex, CO_LEX_OTHER, text);
}

/* jq 1.6 takes white space and comments between $ and the name. */
static enum co_lex_kind variable(struct co_lex *lex)
{
	const char *name;

	skip_space(lex);
	name = lex->at;
	if (name == lex->end || !is_name_start(*name))
		return bad(lex, "no name after \"$\"");
	skip_name(lex);
	return token(lex, CO_LEX_VARIABLE, name);
}

enum co_lex_kind co_lex_next(struct co_lex *lex)
{
	const char *text;
	char c;

	skip_space(lex);
	text = lex->at;
	if (text == lex->end) {
		if (lex->in_template)
			return bad(lex, "\"${\" is not closed");
		if (lex->depth)
			return bad(lex, "a bracket is not closed");
		return token(lex, CO_LEX_END, text);
	}
	c = *lex->at++;
	switch (c) {
	case '"':
		return string(lex, 0);
	case '(':
	case '[':
	case '{':
		return open_bracket(lex, c, text);
	case ')':
	case ']':
	case '}':
		return close_bracket(lex, c, text);
	case '$':
		return variable(lex);
	case '.':
		return dot(lex, text);
	case '\0':
		return bad(lex, "NUL in an expression");
	default:
		break;
	}
	if (is_digit(c))
		return number(lex, text);
	if (is_name_start(c) || c == '@') {
		skip_name(lex);
		return token(lex, CO_LEX_NAME, text);
	}
	return token(lex, CO_LEX_OTHER, text);
}
