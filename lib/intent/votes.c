/* SPDX-License-Identifier: Apache-2.0 */
#include "intent/votes.h"

#include "intent/names.h"
#include "intent/reading.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* ---- the table */

enum { HASH = 8, ROW = HASH + 1 + 8 + 1 }; /* "HASH OFFSET" and a newline */

/* "verb/audit", "subject/cpu" */
static int read_class(struct co_votes *v, const char *name, size_t len)
{
	static const char verb[] = "verb/", subject[] = "subject/";
	int is_verb = len > strlen(verb) && memcmp(name, verb, strlen(verb)) == 0;
	size_t skip = is_verb ? strlen(verb) : strlen(subject);

	if (v->count == CO_VOTE_CLASSES || len <= skip || (!is_verb && memcmp(name, subject, skip) != 0))
		return -1;
	v->classes[v->count++] = (struct co_vote_class){ is_verb, name + skip, len - skip };
	return 0;
}

/* "votes ROWS CLASS ...", up to end */
static int read_head(struct co_votes *v, const char *p, const char *end, unsigned long *rows)
{
	static const char magic[] = "votes ";
	char *after;

	if ((size_t)(end - p) < strlen(magic) || memcmp(p, magic, strlen(magic)) != 0)
		return -1;
	*rows = strtoul(p + strlen(magic), &after, 10); /* ends at the newline at the latest */
	for (p = after; p < end;) {
		size_t word = 0;

		for (p += *p == ' '; p + word < end && p[word] != ' '; word++)
			;
		if (word && read_class(v, p, word) < 0)
			return -1;
		p += word;
	}
	return 0;
}

int co_votes_read(struct co_votes *v, const char *text, size_t len, struct co_err *err)
{
	const char *end = len ? memchr(text, '\n', len) : NULL;
	unsigned long rows;
	size_t room;

	if (!end || text[len - 1] != '\n' || read_head(v, text, end, &rows) < 0)
		return co_err_set(err, CO_ERR_INPUT, "bad-table", "the table of votes has no first line of classes, or no end");
	room = (size_t)(text + len - end) - 1;
	if (rows > room / ROW)
		return co_err_set(err, CO_ERR_INPUT, "bad-table", "the table of votes is too short for its rows");
	v->rows = end + 1;
	v->row_count = rows;
	v->lines = v->rows + rows * ROW;
	v->len = room - rows * ROW;
	return CO_OK;
}

int co_votes_open(struct co_votes *v, const char *path, struct co_err *err)
{
	struct co_map map;
	int rc;

	*v = (struct co_votes){ .count = 0 };
	rc = co_file_map(path, CO_FILE_TRUSTED, &map, err);
	if (rc < 0)
		return rc;
	v->map = map;
	rc = co_votes_read(v, map.data, map.len, err);
	if (rc < 0) {
		co_err_at(err, path, 1, 0);
		co_votes_close(v);
	}
	return rc;
}

void co_votes_close(struct co_votes *v)
{
	co_file_unmap(&v->map);
	*v = (struct co_votes){ .count = 0 };
}

static void hash(const char *feature, size_t len, char out[HASH])
{
	uint32_t h = 2166136261u;
	size_t i;

	for (i = 0; i < len; i++)
		h = (h ^ (unsigned char)feature[i]) * 16777619u;
	for (i = HASH; i-- > 0; h >>= 4)
		out[i] = "0123456789abcdef"[h & 15];
}

/* What stands behind the tab of a feature's line; NULL if it has none. */
static const char *points_at(const struct co_votes *v, const char *row, const char *feature, size_t len)
{
	size_t at = 0, i;

	for (i = HASH + 1; i < ROW - 1; i++)
		at = at << 4 | (size_t)(row[i] >= 'a' ? (row[i] - 'a' + 10) & 15 : (row[i] - '0') & 15);
	if (at >= v->len || v->len - at <= len || memcmp(v->lines + at, feature, len) != 0 || v->lines[at + len] != '\t')
		return NULL;
	return v->lines + at + len + 1;
}

/* Of features with one hash the table has one: which, is the sentences' chance. */
static const char *find(const struct co_votes *v, const char *feature, size_t len)
{
	size_t low = 0, high = v->row_count;
	char wanted[HASH];

	hash(feature, len, wanted);
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = memcmp(wanted, v->rows + middle * ROW, HASH);

		if (order == 0)
			return points_at(v, v->rows + middle * ROW, feature, len);
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}

static const char *read_number(const char *p, int *number)
{
	int negative = *p == '-', n = 0;

	for (p += negative; *p >= '0' && *p <= '9' && n < 10000; p++)
		n = n * 10 + (*p - '0');
	*number = negative ? -n : n;
	return p;
}

/* Calls for each "CLASS:POINTS"; the line ends with a newline, as the table does. */
static void read_points(const struct co_votes *v, const char *p, int points[CO_VOTE_CLASSES])
{
	int class, given;

	while (*p >= '0' && *p <= '9') {
		p = read_number(p, &class);
		if (*p != ':')
			return;
		p = read_number(p + 1, &given);
		if ((size_t)class < v->count)
			points[class] += given;
		if (*p == ' ')
			p++;
	}
}

/* ---- the features of a sentence */

static const char *spelling(const struct co_token *t, const struct co_vocabulary *words)
{
	unsigned layer;

	for (layer = 0; layer < co_vocabulary_layers(words); layer++)
		if (t->word[layer] >= 0)
			return co_vocabulary_spelling(words, layer, t->word[layer]);
	return t->text;
}

static int is_number(const char *text)
{
	return *text >= '0' && *text <= '9' && !text[strspn(text, "0123456789.,%")];
}

/* "job" of "job/NAME", "sqs" of "arn:aws:sqs:...", "volume" of "vol-...": what a name says of its kind. */
static const char *form_of_name(const struct co_token *t, const struct co_vocabulary *words, char room[CO_VOTE_FEATURE])
{
	const char *kind = co_identifier_kind(t->name), *word = t->text;
	size_t len = strcspn(word, "/");
	struct co_entry entry;

	if (kind)
		return kind;
	if (strncmp(word, "arn:aws:", 8) == 0) {
		word += 8;
		len = strcspn(word, ":");
	} else if (!word[len] || co_match_word(words, word, len, CO_WORD_KIND, &entry) < 0) {
		return "{made}";
	}
	if (len >= CO_VOTE_FEATURE)
		return "{made}";
	memcpy(room, word, len);
	room[len] = '\0';
	return room;
}

/* A token as votes see it. */
static const char *form_of(const struct co_token *t, const struct co_vocabulary *words, char room[CO_VOTE_FEATURE])
{
	static const char *const names[] = { "",	   "{environment}", "{context}", "{cluster}", "{namespace}",
					     "{node}",	   "{host}",	    "{account}", "{url}",     "{workload}" };

	if (t->inventory)
		return names[t->inventory->type];
	if (is_number(t->text) && !(t->flags & CO_TOKEN_KNOWN))
		return t->text[strlen(t->text) - 1] == '%' ? "{percent}" : "{number}";
	if (t->flags & CO_TOKEN_KNOWN && !(t->flags & CO_TOKEN_QUOTED))
		return t->flags & CO_TOKEN_FIXED ? spelling(t, words) : t->text;
	return t->flags & CO_TOKEN_QUOTED || co_token_is_made(t) ? form_of_name(t, words, room) : t->text;
}

struct features {
	co_vote_feature_fn *each;
	void *context;
	char text[CO_VOTE_FEATURE];
};

static void give(struct features *f, const char *a, const char *mid, const char *b, size_t first, size_t last)
{
	size_t la = strlen(a), lm = strlen(mid), lb = strlen(b);

	if (la + lm + lb >= sizeof(f->text))
		return;
	memcpy(f->text, a, la);
	memcpy(f->text + la, mid, lm);
	memcpy(f->text + la + lm, b, lb + 1);
	f->each(f->context, f->text, first, last);
}

static void give_stem(struct features *f, const char *form, size_t t)
{
	enum { STEM = 5 };
	char stem[STEM + 1];

	if (*form == '{' || strlen(form) <= STEM || ((unsigned char)form[STEM] & 0xc0) == 0x80)
		return;
	memcpy(stem, form, STEM);
	stem[STEM] = '\0';
	give(f, stem, "*", "", t, t);
}

static int is_heard(const struct co_token *t)
{
	return !(t->flags & CO_TOKEN_FOREIGN) || t->flags & CO_TOKEN_MESSAGE;
}

void co_votes_features(const struct co_sentence *s, const struct co_vocabulary *words, co_vote_feature_fn *each,
		       void *context)
{
	struct features f = { each, context, "" };
	char room[2][CO_VOTE_FEATURE];
	const char *before = "^";
	size_t t, last = 0, n = 0;

	for (t = 0; t < s->count; t++) {
		const char *form;

		if (!is_heard(&s->tokens[t]))
			continue;
		form = form_of(&s->tokens[t], words, room[n++ % 2]);
		give(&f, form, "", "", t, t);
		give(&f, before, " ", form, *before == '^' ? t : last, t);
		give_stem(&f, form, t);
		before = form;
		last = t;
	}
	if (*before != '^')
		give(&f, before, " $", "", last, last);
	if (s->question && s->count)
		give(&f, "?", "", "", s->count - 1, s->count - 1);
}

/* ---- counting */

void co_tally_add(void *tally, const char *feature, size_t first, size_t last)
{
	struct co_tally *t = tally;
	const char *points = find(t->votes, feature, strlen(feature));

	(void)first;
	(void)last;
	if (points)
		read_points(t->votes, points, t->points);
}

struct reason {
	const struct co_votes *votes;
	size_t class;
	int most;
	struct co_span *span;
};

static void weigh_feature(void *context, const char *feature, size_t first, size_t last)
{
	struct reason *r = context;
	const char *given = find(r->votes, feature, strlen(feature));
	int points[CO_VOTE_CLASSES] = { 0 };

	if (given)
		read_points(r->votes, given, points);
	if (points[r->class] <= r->most)
		return;
	r->most = points[r->class];
	*r->span = (struct co_span){ first, last };
}

int co_votes_reason(const struct co_votes *v, const struct co_sentence *s, const struct co_vocabulary *words,
		    size_t class, struct co_span *span)
{
	struct reason r = { v, class, 0, span };

	co_votes_features(s, words, weigh_feature, &r);
	return r.most > 0 ? 0 : -1;
}

int co_votes_knows(const struct co_votes *v, const char *word)
{
	return find(v, word, strlen(word)) != NULL;
}
