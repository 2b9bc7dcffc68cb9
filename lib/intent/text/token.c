/* SPDX-License-Identifier: Apache-2.0 */
/* What a token could be, by its form alone, and what it is among. */
#include "intent/grammar.h"
#include "intent/text/clean.h"
#include "intent/text/sentence.h"

#include <string.h>

static int is_digit(char c)
{
	return c >= '0' && c <= '9';
}

int co_token_is_name(const struct co_token *t)
{
	const char *p;

	if (t->flags & (CO_TOKEN_ODD | CO_TOKEN_FOREIGN) || !co_is_alnum(t->name[0]) || t->len > 253)
		return 0;
	for (p = t->name; *p; p++)
		if (!co_is_alnum(*p) && !strchr("-_.:/@", *p))
			return 0;
	return co_is_alnum(p[-1]);
}

int co_token_is_made(const struct co_token *t)
{
	size_t i;
	int letters = 0;

	for (i = 0; t->name[i]; i++)
		if ((t->name[i] | 32) >= 'a' && (t->name[i] | 32) <= 'z')
			letters = 1;
	if (!letters || !co_token_is_name(t))
		return 0;
	for (i = 0; t->name[i]; i++) {
		char c = t->name[i];

		if (is_digit(c) || (c && strchr("-_./:", c)))
			return 1;
		if (i > 0 && c >= 'A' && c <= 'Z' && t->name[i - 1] >= 'a' && t->name[i - 1] <= 'z')
			return 1;
	}
	return 0;
}

int co_token_is_class(const struct co_token *t)
{
	return co_is_class(t->text);
}

int co_token_is_camel(const struct co_token *t)
{
	return !strpbrk(t->name, "-_.:/0123456789") && co_token_is_made(t);
}

int co_token_is_figure(const struct co_token *t)
{
	return is_digit(*t->text);
}

int co_token_is_number(const struct co_token *t)
{
	return t->len && strspn(t->text, "0123456789") == t->len;
}

int co_token_is_plural(const struct co_token *t)
{
	return t->len > 2 && t->text[t->len - 1] == 's' && t->text[t->len - 2] != 's' && strcmp(t->text, "sts") != 0;
}

int co_token_is_participle(const struct co_token *t)
{
	return t->len > 4 && !strpbrk(t->text, "-_./:0123456789") && co_ends_with_any(t->text, "ing ed");
}

int co_token_is(const struct co_token *t, const char *word)
{
	return *t->text == *word && strcmp(t->text, word) == 0; /* most words differ in their first letter */
}

static int is_among(const char *word, size_t len, const char *words)
{
	const char *at;

	for (at = len ? strstr(words, word) : NULL; at; at = strstr(at + len, word))
		if ((at == words || at[-1] == ' ') && (at[len] == ' ' || at[len] == '\0'))
			return 1;
	return 0;
}

int co_is_among(const char *word, const char *words)
{
	return is_among(word, strlen(word), words);
}

int co_starts_with_any(const char *word, const char *starts)
{
	size_t n;

	for (; *starts; starts += n + (starts[n] == ' ')) {
		n = strcspn(starts, " ");
		if (strncmp(word, starts, n) == 0)
			return 1;
	}
	return 0;
}

int co_ends_with_any(const char *word, const char *ends)
{
	const size_t len = strlen(word);
	size_t n;

	for (; *ends; ends += n + (ends[n] == ' ')) {
		n = strcspn(ends, " ");
		if (len > n && memcmp(word + len - n, ends, n) == 0)
			return 1;
	}
	return 0;
}

int co_token_is_any(const struct co_token *t, const char *words)
{
	return is_among(t->text, t->len, words);
}

int co_token_is_unit(const struct co_token *t)
{
	return strchr(t->text, '.') && co_ends_with_any(t->text, ".service .timer .socket .mount .target .slice .path");
}
