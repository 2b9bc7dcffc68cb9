/* SPDX-License-Identifier: Apache-2.0 */
#include "intent/votes/votes.h"

#include "intent/target/target.h"
#include "intent/words/index.h"
#include "intent/words/names.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* ---- the index */

/* Checks that the tables lie within the bytes, which it borrows. */
static int use(struct co_votes *v, const char *bytes, size_t len)
{
	const struct co_vote_header *h = (const void *)bytes;
	const struct co_vote_label *labels;
	uint32_t i;

	if (len < sizeof(*h) || memcmp(h->magic, CO_VOTE_MAGIC, sizeof(h->magic)) != 0 || h->size != len ||
	    h->class_count > CO_VOTE_CLASSES || !co_index_fits(len, h->classes, h->class_count, sizeof(*labels)) ||
	    !co_index_fits(len, h->rows, h->row_count, sizeof(struct co_vote_row)) ||
	    !co_index_fits(len, h->points, h->point_count, sizeof(struct co_vote_point)))
		return -1;
	labels = (const void *)(bytes + h->classes);
	for (i = 0; i < h->class_count; i++) {
		if (labels[i].name > len || len - labels[i].name < labels[i].length)
			return -1;
		v->classes[i] = (struct co_vote_class){ labels[i].verb, bytes + labels[i].name, labels[i].length };
	}
	v->count = h->class_count;
	v->bytes = bytes;
	v->header = h;
	v->rows = (const void *)(bytes + h->rows);
	v->points = (const void *)(bytes + h->points);
	return 0;
}

/* 0 when the index could be used; anything wrong with it is a reason to read the text. */
static int open_index(struct co_votes *v, const char *path, const char *index)
{
	const struct co_vote_header *h;
	struct co_err ignored = CO_ERR_INIT;
	struct co_map map;

	if (!index || co_file_map(index, CO_FILE_TRUSTED, &map, &ignored) < 0)
		return -1;
	h = (const void *)map.data;
	if (map.len < sizeof(*h) || !co_index_is_current(&h->source, path) || use(v, map.data, map.len) < 0) {
		co_file_unmap(&map);
		return -1;
	}
	v->map = map;
	return 0;
}

int co_votes_read(struct co_votes *v, const char *text, size_t len, struct co_err *err)
{
	struct co_buf index = CO_BUF_INIT;
	size_t size;
	int rc = co_votes_compile(text, len, 0, &index, err);

	if (rc < 0)
		return rc;
	*v = (struct co_votes){ .count = 0 };
	size = index.len;
	v->heap = co_buf_take(&index);
	use(v, v->heap, size);
	return CO_OK;
}

int co_votes_open(struct co_votes *v, const char *path, const char *index, struct co_err *err)
{
	struct co_map map;
	int rc;

	*v = (struct co_votes){ .count = 0 };
	if (open_index(v, path, index) == 0)
		return CO_OK;
	rc = co_file_map(path, CO_FILE_TRUSTED, &map, err);
	if (rc < 0)
		return rc;
	rc = co_votes_read(v, map.data, map.len, err);
	if (rc < 0)
		co_err_at(err, path, 1, 0);
	co_file_unmap(&map);
	return rc;
}

void co_votes_close(struct co_votes *v)
{
	co_file_unmap(&v->map);
	free(v->heap);
	*v = (struct co_votes){ .count = 0 };
}

static int is_of(const struct co_votes *v, const struct co_vote_row *row, const char *feature, size_t len)
{
	const struct co_vote_header *h = v->header;

	return row->length == len && row->count <= CO_VOTE_CLASSES && row->feature <= h->size &&
	       h->size - row->feature >= len && row->first <= h->point_count &&
	       h->point_count - row->first >= row->count && memcmp(v->bytes + row->feature, feature, len) == 0;
}

/* Of features with one hash the table has one: which, is the sentences' chance. */
static const struct co_vote_row *find(const struct co_votes *v, const char *feature)
{
	const size_t len = strlen(feature);
	const uint32_t wanted = co_index_hash(feature, len);
	size_t low = 0, high = v->header ? v->header->row_count : 0;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct co_vote_row *row = &v->rows[middle];

		if (row->hash == wanted)
			return is_of(v, row, feature, len) ? row : NULL;
		if (row->hash > wanted)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}

static void add_points(const struct co_votes *v, const struct co_vote_row *row, int points[CO_VOTE_CLASSES])
{
	const struct co_vote_point *p = v->points + row->first, *end = p + row->count;

	for (; p < end; p++)
		points[p->class % CO_VOTE_CLASSES] += p->given;
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
	static const char *const names[] = { "",       "{environment}", "{context}", "{cluster}", "{namespace}",
					     "{node}", "{host}",	"{account}", "{url}",	  "{workload}" };

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
	const struct co_vote_row *row = find(t->votes, feature);

	(void)first;
	(void)last;
	if (row)
		add_points(t->votes, row, t->points);
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
	const struct co_vote_row *row = find(r->votes, feature);
	int points[CO_VOTE_CLASSES] = { 0 };

	if (row)
		add_points(r->votes, row, points);
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
	return find(v, word) != NULL;
}
