/* SPDX-License-Identifier: Apache-2.0 */
#include "catalog/names.h"

#include <stdlib.h>
#include <string.h>

enum { NAME_LEN = 253 }; /* of a domain name */

struct line {
	const char *word;
	size_t word_len;
	const char *meaning;
	size_t meaning_len;
	size_t len; /* of the whole line, without LF */
};

/* 0, or -1 if it is not two words with a tab between. */
static int read_line(const struct co_map *map, size_t at, struct line *line)
{
	const char *start = map->data + at, *end = memchr(start, '\n', map->len - at), *tab;

	end = end ? end : map->data + map->len;
	tab = memchr(start, '\t', (size_t)(end - start));
	*line = (struct line){ start, (size_t)((tab ? tab : end) - start), tab ? tab + 1 : end,
			       tab ? (size_t)(end - tab - 1) : 0, (size_t)(end - start) };
	return line->word_len && line->meaning_len ? 0 : -1;
}

static int compare(const char *a, size_t a_len, const char *b, size_t b_len)
{
	int order = memcmp(a, b, a_len < b_len ? a_len : b_len);

	return order ? order : (a_len > b_len) - (a_len < b_len);
}

static int search(const struct co_map *map, const char *word, size_t len, struct line *line)
{
	size_t low = 0, high = map->len;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order;

		while (middle > low && map->data[middle - 1] != '\n')
			middle--;
		read_line(map, middle, line);
		order = *line->word == '#' ? 1 : compare(word, len, line->word, line->word_len);
		if (order == 0)
			return line->meaning_len > 0;
		if (order < 0)
			high = middle;
		else
			low = middle + line->len + 1;
	}
	return 0;
}

/* A label of a domain name, or several with dots between. */
static int is_name(const char *s, size_t len, int dots)
{
	size_t i;

	for (i = 0; i < len; i++) {
		const int letter = (s[i] >= 'a' && s[i] <= 'z') || (s[i] >= '0' && s[i] <= '9');
		const int inner = s[i] == '-' || (dots && s[i] == '.');

		if (!letter && !(inner && i && i + 1 < len && s[i - 1] != '.'))
			return 0;
	}
	return len > 0 && len <= NAME_LEN;
}

/* The length of "v1", "v2beta3" ... at s; 0 for none. */
static size_t version_length(const char *s)
{
	size_t n = 1 + strspn(s + (*s != '\0'), "0123456789"), more;

	if (*s != 'v' || n < 2)
		return 0;
	more = strncmp(s + n, "alpha", 5) == 0 ? 5 : strncmp(s + n, "beta", 4) == 0 ? 4 : 0;
	if (more)
		n += more + strspn(s + n + more, "0123456789");
	return s[n] == '.' ? n : 0;
}

/* What the file means by a word, split at its first dot; copies. */
static int look_up(const struct co_map *names, const char *word, size_t len, char **plural, char **group)
{
	struct line line;
	const char *dot;
	size_t n;

	if (!names->len || !search(names, word, len, &line))
		return -1;
	dot = memchr(line.meaning, '.', line.meaning_len);
	n = dot ? (size_t)(dot - line.meaning) : line.meaning_len;
	*plural = co_xmemdup(line.meaning, n);
	*group = co_xmemdup(dot ? dot + 1 : "", dot ? line.meaning_len - n - 1 : 0);
	return 0;
}

/* NAME.GROUP, NAME.VERSION.GROUP, or NAME.VERSION. for the core group. */
static int parse_dotted(struct co_name *name, const struct co_map *names, const char *text, size_t dot)
{
	const char *rest = text + dot + 1;
	size_t version = version_length(rest);
	char *plural = NULL, *group = NULL;

	name->version = co_xmemdup(rest, version);
	rest += version ? version + 1 : 0;
	if (!is_name(text, dot, 0) || (*rest && !is_name(rest, strlen(rest), 1)) || (!*rest && !version))
		return -1;
	name->group = co_xstrdup(rest);
	if (look_up(names, text, dot, &plural, &group) == 0 && strcmp(group, rest) == 0) {
		name->plural = plural;
		plural = NULL;
	} else {
		name->plural = co_xmemdup(text, dot);
	}
	free(plural);
	free(group);
	return *name->group || version ? 0 : -1;
}

static int parse_word(struct co_name *name, const struct co_map *names, const char *text)
{
	if (!is_name(text, strlen(text), 0) || look_up(names, text, strlen(text), &name->plural, &name->group) < 0)
		return -1;
	name->version = co_xstrdup("");
	return 0;
}

int co_name_parse(struct co_name *name, const struct co_map *names, const char *text)
{
	struct co_name parsed = { NULL, NULL, NULL, NULL };
	char *lower = co_xstrdup(text), *slash, *p;
	size_t dot;
	int rc;

	for (p = lower; *p; p++)
		if (*p >= 'A' && *p <= 'Z')
			*p = (char)(*p - 'A' + 'a');
	slash = strchr(lower, '/');
	if (slash)
		*slash = '\0';
	dot = strcspn(lower, ".");
	rc = lower[dot] ? parse_dotted(&parsed, names, lower, dot) : parse_word(&parsed, names, lower);
	parsed.part = co_xstrdup(slash ? slash + 1 : "");
	if (slash && !is_name(parsed.part, strlen(parsed.part), 0))
		rc = -1;
	free(lower);
	if (rc < 0)
		co_name_clear(&parsed);
	else
		*name = parsed;
	return rc;
}

void co_name_clear(struct co_name *name)
{
	free(name->plural);
	free(name->version);
	free(name->group);
	free(name->part);
	*name = (struct co_name){ NULL, NULL, NULL, NULL };
}

void co_name_write(const struct co_name *name, struct co_buf *out)
{
	co_buf_addf(out, "%s%s%s%s%s", name->plural, *name->group ? "." : "", name->group, *name->part ? "/" : "",
		    name->part);
}

char **co_names_list(const struct co_map *names, size_t *count)
{
	char **words = NULL;
	struct line line;
	size_t at;

	*count = 0;
	for (at = 0; at < names->len; at += line.len + 1)
		if (read_line(names, at, &line) == 0 && *line.word != '#')
			*(char **)co_grow(&words, count, sizeof(*words)) = co_xmemdup(line.word, line.word_len);
	return words;
}

int co_names_check(const char *path, struct co_err *err)
{
	struct line line, before = { NULL, 0, NULL, 0, 0 };
	const char *why = NULL;
	struct co_map map;
	unsigned number = 0;
	size_t at;
	int rc = co_file_map(path, 0, &map, err);

	for (at = 0; rc == CO_OK && !why && at < map.len; at += line.len + 1) {
		number++;
		if (map.data[at] == '#' && !before.word) {
			read_line(&map, at, &line);
			continue;
		}
		if (read_line(&map, at, &line) < 0)
			why = "a name and what it means, divided by a tab";
		else if (!is_name(line.word, line.word_len, 0) || !is_name(line.meaning, line.meaning_len, 1))
			why = "names are lower case letters, digits and \"-\"";
		else if (before.word && compare(before.word, before.word_len, line.word, line.word_len) >= 0)
			why = "out of order: names ascend in byte order, each once";
		before = line;
	}
	if (rc < 0)
		return rc;
	if (!why && (!before.word || map.data[map.len - 1] != '\n'))
		why = "no names, or the last line is cut short";
	co_file_unmap(&map);
	return why ? (co_err_set(err, CO_ERR_INPUT, "bad-catalog", "%s", why), co_err_at(err, path, number, 0)) : CO_OK;
}
