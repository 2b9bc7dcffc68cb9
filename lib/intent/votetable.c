/* SPDX-License-Identifier: Apache-2.0 */
/* The text of a table of votes, compiled to its index. */
#include "intent/index.h"
#include "intent/votes.h"

#include <stdlib.h>
#include <string.h>

enum { HASH = 8, ROW = HASH + 1 + 8 + 1 }; /* "HASH OFFSET" and a newline */

struct text {
	const char *rows, *lines;
	size_t row_count, len; /* of rows, and bytes of lines */
	struct co_vote_class classes[CO_VOTE_CLASSES];
	size_t count;
};

struct build {
	const struct text *text;
	CO_LIST(struct co_vote_row) rows;
	CO_LIST(struct co_vote_point) points;
	struct co_buf strings;
};

/* ---- the first line */

/* "verb/audit", "subject/cpu" */
static int read_class(struct text *t, const char *name, size_t len)
{
	static const char verb[] = "verb/", subject[] = "subject/";
	int is_verb = len > strlen(verb) && memcmp(name, verb, strlen(verb)) == 0;
	size_t skip = is_verb ? strlen(verb) : strlen(subject);

	if (t->count == CO_VOTE_CLASSES || len <= skip || len > UINT16_MAX || (!is_verb && memcmp(name, subject, skip) != 0))
		return -1;
	t->classes[t->count++] = (struct co_vote_class){ is_verb, name + skip, len - skip };
	return 0;
}

/* "votes ROWS CLASS ...", up to end */
static int read_head(struct text *t, const char *p, const char *end)
{
	static const char magic[] = "votes ";
	char *after;

	if ((size_t)(end - p) < strlen(magic) || memcmp(p, magic, strlen(magic)) != 0)
		return -1;
	t->row_count = strtoul(p + strlen(magic), &after, 10); /* ends at the newline at the latest */
	for (p = after; p < end;) {
		size_t word = 0;

		for (p += *p == ' '; p + word < end && p[word] != ' '; word++)
			;
		if (word && read_class(t, p, word) < 0)
			return -1;
		p += word;
	}
	return 0;
}

static int bad_table(struct co_err *err, const char *why)
{
	return co_err_set(err, CO_ERR_INPUT, "bad-table", "the table of votes %s", why);
}

static int read_text(struct text *t, const char *text, size_t len, struct co_err *err)
{
	enum { MOST = 256 * 1024 * 1024 };
	const char *end = len ? memchr(text, '\n', len) : NULL;
	size_t room;

	if (!end || len > MOST || text[len - 1] != '\n' || read_head(t, text, end) < 0)
		return bad_table(err, "has no first line of classes, or no end");
	room = (size_t)(text + len - end) - 1;
	if (t->row_count > room / ROW)
		return bad_table(err, "is too short for its rows");
	t->rows = end + 1;
	t->lines = t->rows + t->row_count * ROW;
	t->len = room - t->row_count * ROW;
	return CO_OK;
}

/* ---- the rows, and the line of each */

static uint32_t read_hex(const char *digits)
{
	uint32_t value = 0;
	size_t i;

	for (i = 0; i < HASH; i++)
		value = value << 4 | (uint32_t)(digits[i] >= 'a' ? (digits[i] - 'a' + 10) & 15 : (digits[i] - '0') & 15);
	return value;
}

static const char *read_number(const char *p, int *number)
{
	int negative = *p == '-', n = 0;

	for (p += negative; *p >= '0' && *p <= '9' && n < 1000; p++)
		n = n * 10 + (*p - '0');
	*number = negative ? -n : n;
	return p;
}

/* "CLASS:POINTS ..."; the line ends with a newline, as the table does. */
static void add_points(struct build *b, const char *p, struct co_vote_row *row)
{
	int class, given;

	while (*p >= '0' && *p <= '9' && row->count < CO_VOTE_CLASSES) {
		p = read_number(p, &class);
		if (*p != ':')
			return;
		p = read_number(p + 1, &given);
		if ((size_t)class < b->text->count) {
			struct co_vote_point *point = co_grow(&b->points.items, &b->points.count, sizeof(*point));

			*point = (struct co_vote_point){ (uint16_t)class, (int16_t)given };
			row->count++;
		}
		if (*p == ' ')
			p++;
	}
}

/* A row that names no line of a feature is left out. */
static void add_row(struct build *b, const char *line)
{
	const struct text *t = b->text;
	const size_t at = read_hex(line + HASH + 1);
	struct co_vote_row row = { .hash = read_hex(line), .first = (uint32_t)b->points.count };
	const char *feature = t->lines + at, *end = at < t->len ? memchr(feature, '\n', t->len - at) : NULL,
		   *tab = end ? memchr(feature, '\t', (size_t)(end - feature)) : NULL;

	if (!tab || tab - feature > UINT16_MAX)
		return;
	row.feature = (uint32_t)b->strings.len;
	row.length = (uint16_t)(tab - feature);
	co_buf_add(&b->strings, feature, row.length);
	add_points(b, tab + 1, &row);
	*(struct co_vote_row *)co_grow(&b->rows.items, &b->rows.count, sizeof(row)) = row;
}

/* Each line is one row's: rows that share theirs could ask for more than there is. */
static int add_rows(struct build *b, struct co_err *err)
{
	size_t i;

	for (i = 0; i < b->text->row_count; i++) {
		add_row(b, b->text->rows + i * ROW);
		if (b->strings.len > b->text->len || b->points.count > b->text->len)
			return bad_table(err, "has rows of the same line");
	}
	return CO_OK;
}

/* ---- writing */

static void add_strings(struct build *b, uint32_t at, struct co_vote_label *labels)
{
	const struct text *t = b->text;
	size_t i;

	for (i = 0; i < b->rows.count; i++)
		b->rows.items[i].feature += at;
	for (i = 0; i < t->count; i++) {
		const struct co_vote_class *c = &t->classes[i];

		labels[i] = (struct co_vote_label){ at + (uint32_t)b->strings.len, (uint16_t)c->len, (uint16_t)c->verb };
		co_buf_add(&b->strings, c->name, c->len);
	}
}

static void write_index(struct build *b, const struct co_index_source *source, struct co_buf *out)
{
	struct co_vote_header h = { .magic = CO_VOTE_MAGIC, .source = *source };
	struct co_vote_label labels[CO_VOTE_CLASSES];

	h.classes = sizeof(h);
	h.class_count = (uint32_t)b->text->count;
	h.rows = h.classes + h.class_count * (uint32_t)sizeof(*labels);
	h.row_count = (uint32_t)b->rows.count;
	h.points = h.rows + h.row_count * (uint32_t)sizeof(*b->rows.items);
	h.point_count = (uint32_t)b->points.count;
	h.size = h.points + h.point_count * (uint32_t)sizeof(*b->points.items);
	add_strings(b, h.size, labels);
	h.size += (uint32_t)b->strings.len;
	co_buf_add(out, &h, sizeof(h));
	co_buf_add(out, labels, h.class_count * sizeof(*labels));
	co_buf_add(out, b->rows.items, h.row_count * sizeof(*b->rows.items));
	co_buf_add(out, b->points.items, h.point_count * sizeof(*b->points.items));
	co_buf_add(out, b->strings.data, b->strings.len);
}

int co_votes_compile(const char *text, size_t len, int64_t mtime, struct co_buf *out, struct co_err *err)
{
	struct text t = { .count = 0 };
	struct build b = { .text = &t, .strings = CO_BUF_INIT };
	int rc = read_text(&t, text, len, err);

	if (rc == CO_OK)
		rc = add_rows(&b, err);
	if (rc == CO_OK) {
		const struct co_index_source source = co_index_source_of(text, len, mtime);

		write_index(&b, &source, out);
	}
	free(b.rows.items);
	free(b.points.items);
	co_buf_clear(&b.strings);
	return rc;
}
