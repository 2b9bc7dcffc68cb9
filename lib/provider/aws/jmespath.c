/* SPDX-License-Identifier: Apache-2.0 */
#include "provider/aws/jmespath.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum kind {
	CURRENT, /* the value itself */
	FIELD,	 /* text */
	INDEX,	 /* number; negative counts from the end */
	LITERAL, /* value */
	CHAIN,	 /* b of a */
	FLATTEN, /* a is flattened once; b of each item */
	VALUES,	 /* b of each value of the object a */
	FILTER,	 /* b of each item of a for which c is true */
	LENGTH,	 /* of a */
	NOT,	 /* a */
	OR,
	AND,
	COMPARE, /* a, b; number is the operator */
};

enum { EQUAL, NOT_EQUAL, LESS, LESS_EQUAL, GREATER, GREATER_EQUAL };

struct node {
	enum kind kind;
	struct node *a, *b, *c;
	char *text;
	long number;
	json_t *value;
};

struct co_jmespath {
	struct node nodes[CO_JMESPATH_NODES];
	size_t count;
	const struct node *root;
};

struct parser {
	struct co_jmespath *to;
	const char *text;
	const char *at;
	unsigned depth;
	struct co_err *err;
};

/* ---- reading; every function returns NULL once err is set */

static struct node *refuse(struct parser *p, const char *what)
{
	if (!p->err->code)
		co_err_set(p->err, CO_ERR_INPUT, "bad-expression", "JMESPath expression \"%s\": %s at column %zu", p->text, what,
			   (size_t)(p->at - p->text) + 1);
	return NULL;
}

static struct node *node(struct parser *p, enum kind kind, struct node *a, struct node *b)
{
	struct node *n;

	if (p->err->code)
		return NULL;
	if (p->to->count == CO_JMESPATH_NODES)
		return refuse(p, "too long");
	n = &p->to->nodes[p->to->count++];
	n->kind = kind;
	n->a = a;
	n->b = b;
	return n;
}

static int accept(struct parser *p, const char *token)
{
	size_t len = strlen(token);

	p->at += strspn(p->at, " \t\r\n");
	if (strncmp(p->at, token, len) != 0)
		return 0;
	p->at += len;
	return 1;
}

static struct node *expect(struct parser *p, const char *token, struct node *n)
{
	if (!accept(p, token))
		return refuse(p, "something is missing");
	return n;
}

static struct node *parse_or(struct parser *p);

static struct node *parse_nested(struct parser *p)
{
	struct node *n;

	if (p->depth == CO_JMESPATH_DEPTH)
		return refuse(p, "nested too deep");
	p->depth++;
	n = parse_or(p);
	p->depth--;
	return n;
}

static struct node *parse_field(struct parser *p)
{
	struct node *n;
	size_t len = 0;

	p->at += strspn(p->at, " \t\r\n");
	while (isalnum((unsigned char)p->at[len]) || p->at[len] == '_')
		len++;
	if (len == 0 || isdigit((unsigned char)*p->at))
		return refuse(p, "no name");
	n = node(p, FIELD, NULL, NULL);
	if (n)
		n->text = co_xmemdup(p->at, len);
	p->at += len;
	return n;
}

/* What stands between two quotes: a JSON literal, or a raw string. */
static struct node *parse_quoted(struct parser *p, char quote)
{
	const char *end = strchr(p->at, quote);
	struct node *n = end ? node(p, LITERAL, NULL, NULL) : refuse(p, "a quote is missing");

	if (!n)
		return NULL;
	n->value = quote == '\'' ? json_stringn(p->at, (size_t)(end - p->at))
				 : json_loadb(p->at, (size_t)(end - p->at), JSON_DECODE_ANY, NULL);
	if (!n->value)
		return refuse(p, "a bad literal");
	p->at = end + 1;
	return n;
}

static struct node *parse_chain(struct parser *p, struct node *left, int projected);

static struct node *parse_bracket(struct parser *p, struct node *left)
{
	struct node *n, *condition;
	char *end;

	if (accept(p, "?")) {
		condition = expect(p, "]", parse_nested(p));
		n = node(p, FILTER, left, parse_chain(p, node(p, CURRENT, NULL, NULL), 1));
		if (n)
			n->c = condition;
		return n;
	}
	n = node(p, INDEX, NULL, NULL);
	if (!n)
		return NULL;
	n->number = strtol(p->at, &end, 10);
	if (end == p->at)
		return refuse(p, "no number");
	p->at = end;
	return node(p, CHAIN, left, expect(p, "]", n));
}

/*
 * What follows a value. A projection takes what follows it for each of its items, but a second []
 * flattens the result of the whole: "a[].b[]" is (a[].b)[].
 */
static struct node *parse_chain(struct parser *p, struct node *left, int projected)
{
	while (left && !p->err->code) {
		const char *before = p->at;

		if (accept(p, "[]")) {
			if (projected) {
				p->at = before;
				return left;
			}
			left = node(p, FLATTEN, left, parse_chain(p, node(p, CURRENT, NULL, NULL), 1));
		} else if (accept(p, "[")) {
			left = parse_bracket(p, left);
		} else if (accept(p, ".")) {
			if (accept(p, "*"))
				left = node(p, VALUES, left, parse_chain(p, node(p, CURRENT, NULL, NULL), 1));
			else
				left = node(p, CHAIN, left, parse_field(p));
		} else {
			return left;
		}
	}
	return NULL;
}

static struct node *parse_value(struct parser *p)
{
	struct node *n;

	if (accept(p, "length("))
		return node(p, LENGTH, expect(p, ")", parse_nested(p)), NULL);
	if (accept(p, "("))
		return parse_chain(p, expect(p, ")", parse_nested(p)), 0);
	if (accept(p, "`"))
		return parse_quoted(p, '`');
	if (accept(p, "'"))
		return parse_quoted(p, '\'');
	if (accept(p, "@"))
		return parse_chain(p, node(p, CURRENT, NULL, NULL), 0);
	n = parse_field(p);
	return parse_chain(p, n, 0);
}

static struct node *parse_not(struct parser *p)
{
	if (p->at += strspn(p->at, " \t\r\n"), p->at[0] == '!' && p->at[1] != '=') {
		p->at++;
		return node(p, NOT, parse_value(p), NULL);
	}
	return parse_value(p);
}

static struct node *parse_comparison(struct parser *p)
{
	static const char *const operators[] = { [EQUAL] = "==",      [NOT_EQUAL] = "!=", [LESS_EQUAL] = "<=",
						 [GREATER_EQUAL] = ">=", [LESS] = "<",	  [GREATER] = ">" };
	static const int longest_first[] = { EQUAL, NOT_EQUAL, LESS_EQUAL, GREATER_EQUAL, LESS, GREATER };
	struct node *left = parse_not(p), *n;
	size_t i;

	for (i = 0; i < CO_COUNT(longest_first); i++) {
		if (!accept(p, operators[longest_first[i]]))
			continue;
		n = node(p, COMPARE, left, parse_not(p));
		if (n)
			n->number = longest_first[i];
		return n;
	}
	return left;
}

static struct node *parse_and(struct parser *p)
{
	struct node *left = parse_comparison(p);

	while (left && accept(p, "&&"))
		left = node(p, AND, left, parse_comparison(p));
	return left;
}

static struct node *parse_or(struct parser *p)
{
	struct node *left = parse_and(p);

	while (left && accept(p, "||"))
		left = node(p, OR, left, parse_and(p));
	return left;
}

struct co_jmespath *co_jmespath_compile(const char *text, struct co_err *err)
{
	struct co_jmespath *expression = co_xcalloc(1, sizeof(*expression));
	struct co_err own = CO_ERR_INIT;
	struct parser p = { expression, text, text, 0, err ? err : &own };

	*p.err = own;
	expression->root = parse_or(&p);
	accept(&p, "");
	if (*p.at)
		refuse(&p, "not understood");
	if (p.err->code) {
		co_jmespath_free(expression);
		return NULL;
	}
	return expression;
}

void co_jmespath_free(struct co_jmespath *expression)
{
	if (!expression)
		return;
	while (expression->count) {
		expression->count--;
		free(expression->nodes[expression->count].text);
		json_decref(expression->nodes[expression->count].value);
	}
	free(expression);
}

/* ---- evaluating; values are new references */

static json_t *eval(const struct node *n, json_t *value);

int co_jmespath_true(const json_t *value)
{
	if (json_is_string(value))
		return json_string_length(value) > 0;
	if (json_is_array(value))
		return json_array_size(value) > 0;
	if (json_is_object(value))
		return json_object_size(value) > 0;
	return value && !json_is_null(value) && !json_is_false(value);
}

static json_t *item(json_t *array, long index)
{
	json_t *found;

	if (index < 0)
		index += (long)json_array_size(array);
	found = index < 0 ? NULL : json_array_get(array, (size_t)index);
	return found ? json_incref(found) : json_null();
}

static json_t *field(json_t *object, const char *name)
{
	json_t *found = json_object_get(object, name);

	return found ? json_incref(found) : json_null();
}

/* Adds what the rest of the expression gives for one item, but null. */
static void project(json_t *to, const struct node *rest, json_t *from)
{
	json_t *got = eval(rest, from);

	if (json_is_null(got))
		json_decref(got);
	else
		json_array_append_new(to, got);
}

static json_t *flatten(const struct node *rest, json_t *array)
{
	json_t *out, *each, *inner;
	size_t i, j;

	if (!json_is_array(array))
		return json_null();
	out = json_array();
	json_array_foreach(array, i, each) {
		if (json_is_array(each)) {
			json_array_foreach(each, j, inner)
				project(out, rest, inner);
		} else {
			project(out, rest, each);
		}
	}
	return out;
}

static json_t *values(const struct node *rest, json_t *object)
{
	json_t *out, *each;
	const char *key;

	if (!json_is_object(object))
		return json_null();
	out = json_array();
	json_object_foreach(object, key, each)
		project(out, rest, each);
	return out;
}

static json_t *filter(const struct node *condition, const struct node *rest, json_t *array)
{
	json_t *out, *each, *yes;
	size_t i;

	if (!json_is_array(array))
		return json_null();
	out = json_array();
	json_array_foreach(array, i, each) {
		yes = eval(condition, each);
		if (co_jmespath_true(yes))
			project(out, rest, each);
		json_decref(yes);
	}
	return out;
}

static json_t *length(json_t *value)
{
	const char *s = json_string_value(value);
	size_t len = json_is_array(value) ? json_array_size(value) : json_object_size(value);

	if (!s && !json_is_array(value) && !json_is_object(value))
		return json_null();
	for (; s && *s; s++)
		len += (*s & 0xc0) != 0x80; /* characters, not bytes */
	return json_integer((json_int_t)len);
}

static json_t *compare(long operator, const json_t *a, const json_t *b)
{
	int numbers = json_is_number(a) && json_is_number(b);
	double x = json_number_value(a), y = json_number_value(b);
	int equal = numbers ? x >= y && x <= y : json_equal(a, b);

	if (operator == EQUAL || operator == NOT_EQUAL)
		return json_boolean(equal == (operator == EQUAL));
	if (!numbers)
		return json_null();
	switch (operator) {
	case LESS:
		return json_boolean(x < y);
	case LESS_EQUAL:
		return json_boolean(x <= y);
	case GREATER:
		return json_boolean(x > y);
	default:
		return json_boolean(x >= y);
	}
}

/* Of the kinds that look at what a gives; left is taken over. */
static json_t *eval_left(const struct node *n, json_t *left, json_t *value)
{
	json_t *out, *right;

	switch (n->kind) {
	case CHAIN:
		out = eval(n->b, left);
		break;
	case FLATTEN:
		out = flatten(n->b, left);
		break;
	case VALUES:
		out = values(n->b, left);
		break;
	case FILTER:
		out = filter(n->c, n->b, left);
		break;
	case LENGTH:
		out = length(left);
		break;
	case NOT:
		out = json_boolean(!co_jmespath_true(left));
		break;
	case OR:
	case AND:
		if (co_jmespath_true(left) == (n->kind == OR))
			return left;
		out = eval(n->b, value);
		break;
	default:
		right = eval(n->b, value);
		out = compare(n->number, left, right);
		json_decref(right);
	}
	json_decref(left);
	return out;
}

static json_t *eval(const struct node *n, json_t *value)
{
	switch (n->kind) {
	case CURRENT:
		return json_incref(value);
	case FIELD:
		return field(value, n->text);
	case INDEX:
		return item(value, n->number);
	case LITERAL:
		return json_incref(n->value);
	default:
		return eval_left(n, eval(n->a, value), value);
	}
}

json_t *co_jmespath_eval(const struct co_jmespath *expression, json_t *value)
{
	return eval(expression->root, value);
}

json_t *co_jmespath(const char *text, json_t *value, struct co_err *err)
{
	struct co_jmespath *expression = co_jmespath_compile(text, err);
	json_t *out = expression ? co_jmespath_eval(expression, value) : NULL;

	co_jmespath_free(expression);
	return out;
}
