/* SPDX-License-Identifier: Apache-2.0 */
#include "codec/yamlread.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static int is_one_of(const char *s, const char *const *words)
{
	for (; *words; words++)
		if (strcmp(s, *words) == 0)
			return 1;
	return 0;
}

static json_t *integer(const char *digits, int base, int negative, const char **why)
{
	unsigned long long n;

	errno = 0;
	n = strtoull(digits, NULL, base);
	if (errno || n > (unsigned long long)CO_JSON_INT_MAX) {
		*why = "integer beyond 2^53-1; put it in quotes";
		return NULL;
	}
	return json_integer(negative ? -(json_int_t)n : (json_int_t)n);
}

/* True for [0-9]+(\.[0-9]*)? or \.[0-9]+, with an optional exponent. */
static int is_real(const char *s)
{
	size_t whole = strspn(s, "0123456789"), fraction = 0;

	s += whole;
	if (*s == '.') {
		fraction = strspn(s + 1, "0123456789");
		s += 1 + fraction;
	}
	if (!whole && !fraction)
		return 0;
	if (*s == 'e' || *s == 'E') {
		s += s[1] == '+' || s[1] == '-' ? 2 : 1;
		if (!*s)
			return 0;
		s += strspn(s, "0123456789");
	}
	return !*s;
}

static json_t *real(const char *s, const char **why)
{
	double value = strtod(s, NULL);

	if (!isfinite(value)) {
		*why = "number too large";
		return NULL;
	}
	return json_real(value);
}

static json_t *string(const char *s, size_t len, const char **why)
{
	json_t *value = json_stringn(s, len);

	if (!value)
		*why = "invalid UTF-8 in a string";
	return value;
}

/* Whether it can be anything but a string. */
static int may_mean(const char *s, size_t len)
{
	switch (len ? *s : '~') {
	case '~':
		return len <= 1;
	case 'n':
	case 'N':
		return len == strlen("null") && strncasecmp(s, "null", len) == 0;
	case 't':
	case 'T':
		return len == strlen("true") && strncasecmp(s, "true", len) == 0;
	case 'f':
	case 'F':
		return len == strlen("false") && strncasecmp(s, "false", len) == 0;
	case '.':
	case '+':
	case '-':
		return 1;
	default:
		return *s >= '0' && *s <= '9';
	}
}

json_t *co_yaml_plain(const char *s, size_t len, const char **why)
{
	static const char *const nulls[] = { "", "~", "null", "Null", "NULL", NULL };
	static const char *const trues[] = { "true", "True", "TRUE", NULL };
	static const char *const falses[] = { "false", "False", "FALSE", NULL };
	static const char *const infinite[] = { ".inf", ".Inf", ".INF", ".nan", ".NaN", ".NAN", NULL };
	const char *number = *s == '-' || *s == '+' ? s + 1 : s;

	if (!may_mean(s, len))
		return string(s, len, why);
	if (is_one_of(s, nulls))
		return json_null();
	if (is_one_of(s, trues))
		return json_true();
	if (is_one_of(s, falses))
		return json_false();
	if (*number && !number[strspn(number, "0123456789")])
		return integer(number, 10, *s == '-', why);
	if (strncmp(s, "0o", 2) == 0 && s[2] && !s[2 + strspn(s + 2, "01234567")])
		return integer(s + 2, 8, 0, why);
	if (strncmp(s, "0x", 2) == 0 && s[2] && !s[2 + strspn(s + 2, "0123456789abcdefABCDEF")])
		return integer(s + 2, 16, 0, why);
	if (is_real(number))
		return real(s, why);
	if (is_one_of(number, infinite)) {
		*why = "not a finite number";
		return NULL;
	}
	return string(s, len, why);
}

json_t *co_yaml_scalar_value(const struct co_yaml_scalar *s)
{
	const char *why;
	json_t *value;
	char *text;

	if (!s->plain || !may_mean(s->text, s->len))
		return json_stringn_nocheck(s->text, s->len);
	text = co_xmemdup(s->text, s->len);
	value = co_yaml_plain(text, s->len, &why);
	free(text);
	return value;
}

int co_yaml_is_string(const struct co_yaml_scalar *s)
{
	json_t *value;
	int is;

	if (!s->plain || !may_mean(s->text, s->len))
		return 1;
	value = co_yaml_scalar_value(s);
	is = json_is_string(value);
	json_decref(value);
	return is;
}
