/* SPDX-License-Identifier: Apache-2.0 */
#include "base/opt.h"

#include <stdlib.h>
#include <string.h>

/* What one pass over argv carries along. */
struct parse {
	const struct co_opt *options;
	char *values;
	char **argv;
	int argc;
	int at;
	struct co_err *err;
};

static const struct co_opt *find_name(const struct co_opt *o, const char *name, size_t len)
{
	for (; o->name; o++)
		if (strlen(o->name) == len && memcmp(o->name, name, len) == 0)
			return o;
	return NULL;
}

static const struct co_opt *find_letter(const struct co_opt *o, char letter)
{
	for (; o->name; o++)
		if (o->letter == letter)
			return o;
	return NULL;
}

static int unknown(const struct parse *p, const char *word, size_t len)
{
	const char *names[64];
	size_t n = 0;
	const struct co_opt *o;
	char *name = co_xmemdup(word, len);

	for (o = p->options; o->name && n < CO_COUNT(names); o++)
		if (o->help)
			names[n++] = o->name;
	co_err_set(p->err, CO_ERR_USAGE, "usage", "unknown option \"--%s\"", name);
	co_err_hint(p->err, "see --help");
	co_err_suggest(p->err, name, names, n);
	free(name);
	return CO_ERR_USAGE;
}

static int parse_int(const struct co_opt *o, const char *text, int64_t *value, struct co_err *err)
{
	enum { MOST_DIGITS = 18 }; /* always fits */

	if (!*text || strlen(text) > MOST_DIGITS || text[strspn(text, "0123456789")])
		return co_err_set(err, CO_ERR_USAGE, "usage", "--%s takes a whole number, not \"%s\"", o->name,
				  text);
	*value = strtoll(text, NULL, 10);
	return CO_OK;
}

static int store(const struct parse *p, const struct co_opt *o, const char *text)
{
	char *to = p->values + o->offset;
	struct co_opt_strs *strs;
	int64_t number = 0;
	int rc;

	switch (o->type) {
	case CO_OPT_FLAG:
		memcpy(to, &(int){ 1 }, sizeof(int));
		return CO_OK;
	case CO_OPT_INT:
		rc = parse_int(o, text, &number, p->err);
		if (rc == CO_OK)
			memcpy(to, &number, sizeof(number));
		return rc;
	case CO_OPT_STRS:
		strs = (struct co_opt_strs *)(void *)to;
		*(const char **)co_grow(&strs->items, &strs->count, sizeof(*strs->items)) = text;
		return CO_OK;
	case CO_OPT_STR:
	case CO_OPT_MAYBE:
		memcpy(to, &text, sizeof(text));
		return CO_OK;
	}
	return CO_OK;
}

static int missing(const struct parse *p, const struct co_opt *o)
{
	return co_err_set(p->err, CO_ERR_USAGE, "usage", "--%s needs %s", o->name, o->argument);
}

static int parse_long(struct parse *p, const char *word)
{
	size_t len = strcspn(word, "=");
	const struct co_opt *o = find_name(p->options, word, len);
	const char *value = word[len] ? word + len + 1 : NULL;

	if (!o)
		return unknown(p, word, len);
	if (o->type == CO_OPT_FLAG && value)
		return co_err_set(p->err, CO_ERR_USAGE, "usage", "--%s takes no value", o->name);
	if (o->type == CO_OPT_MAYBE && !value)
		value = "";
	if (o->type != CO_OPT_FLAG && !value) {
		if (p->at + 1 >= p->argc)
			return missing(p, o);
		value = p->argv[++p->at];
	}
	return store(p, o, value);
}

static int parse_letters(struct parse *p, const char *word)
{
	int rc = CO_OK;

	for (; *word && rc == CO_OK; word++) {
		const struct co_opt *o = find_letter(p->options, *word);

		if (!o) {
			co_err_set(p->err, CO_ERR_USAGE, "usage", "unknown option \"-%c\"", *word);
			return co_err_hint(p->err, "see --help");
		}
		if (o->type == CO_OPT_FLAG || o->type == CO_OPT_MAYBE) {
			rc = store(p, o, "");
			continue;
		}
		if (!word[1] && p->at + 1 >= p->argc)
			return missing(p, o);
		return store(p, o, word[1] ? word + 1 : p->argv[++p->at]);
	}
	return rc;
}

int co_opt_parse(const struct co_opt *options, void *values, int argc, char **argv, int *first,
		 struct co_err *err)
{
	struct parse p = { options, values, argv, argc, 1, err };
	char **operands = co_xcalloc((size_t)argc + 1, sizeof(*operands));
	int n = 0, rc = CO_OK, only_operands = 0;

	for (; p.at < argc && rc == CO_OK; p.at++) {
		char *word = argv[p.at];

		if (only_operands || word[0] != '-' || !word[1])
			operands[n++] = word;
		else if (strcmp(word, "--") == 0)
			only_operands = 1;
		else if (word[1] == '-')
			rc = parse_long(&p, word + 2);
		else
			rc = parse_letters(&p, word + 1);
	}
	if (rc == CO_OK) {
		*first = argc - n;
		memcpy(argv + *first, operands, (size_t)n * sizeof(*operands));
	}
	free(operands);
	return rc;
}

static void add_word(struct co_buf *out, size_t *column, size_t indent, const char *word)
{
	size_t len = strlen(word);

	if (*column + 1 + len > 79) {
		co_buf_addf(out, "\n%*s", (int)indent, "");
		*column = indent;
	} else {
		co_buf_addc(out, ' ');
		(*column)++;
	}
	co_buf_adds(out, word);
	*column += len;
}

void co_opt_synopsis(const struct co_opt_usage *usage, struct co_buf *out)
{
	struct co_buf word = CO_BUF_INIT;
	size_t start = out->len, indent, column;
	const struct co_opt *o;

	co_buf_addf(out, "usage: %s", usage->tool);
	indent = column = out->len - start;
	co_buf_adds(&word, "[-");
	for (o = usage->options; o->name; o++)
		if (o->letter && !o->argument)
			co_buf_addc(&word, o->letter);
	co_buf_addc(&word, ']');
	if (word.len > 3)
		add_word(out, &column, indent + 1, co_buf_str(&word));
	for (o = usage->options; o->name; o++) {
		if ((o->letter && !o->argument) || !o->help)
			continue;
		co_buf_reset(&word);
		co_buf_addf(&word, "[--%s", o->name);
		if (o->type == CO_OPT_MAYBE)
			co_buf_addf(&word, "[=%s]", o->argument);
		else if (o->argument)
			co_buf_addf(&word, " %s", o->argument);
		co_buf_addc(&word, ']');
		add_word(out, &column, indent + 1, co_buf_str(&word));
	}
	if (usage->synopsis && *usage->synopsis)
		add_word(out, &column, indent + 1, usage->synopsis);
	co_buf_addc(out, '\n');
	co_buf_clear(&word);
}

void co_opt_help(const struct co_opt_usage *usage, struct co_buf *out)
{
	struct co_buf left = CO_BUF_INIT;
	const struct co_opt *o;

	co_opt_synopsis(usage, out);
	co_buf_addf(out, "\n%s\n\n", usage->about);
	for (o = usage->options; o->name; o++) {
		if (!o->help)
			continue;
		co_buf_reset(&left);
		if (o->letter)
			co_buf_addf(&left, "-%c, ", o->letter);
		else
			co_buf_adds(&left, "    ");
		co_buf_addf(&left, "--%s", o->name);
		if (o->type == CO_OPT_MAYBE)
			co_buf_addf(&left, "[=%s]", o->argument);
		else if (o->argument)
			co_buf_addf(&left, " %s", o->argument);
		co_buf_addf(out, "  %-24s  %s\n", co_buf_str(&left), o->help);
	}
	if (usage->more)
		co_buf_addf(out, "\n%s", usage->more);
	co_buf_clear(&left);
}

void co_opt_strs_clear(struct co_opt_strs *strs)
{
	free(strs->items);
	strs->items = NULL;
	strs->count = 0;
}
