/* SPDX-License-Identifier: Apache-2.0 */
/* The text of a table of votes, compiled to its index. */
#include "intent/votes/votes.h"
#include "intent/words/index.h"

#include <stdlib.h>
#include <string.h>

struct build {
	struct co_vote_class classes[CO_VOTE_CLASSES];
	size_t count;
	CO_LIST(struct co_vote_row) rows;
	CO_LIST(struct co_vote_point) points;
	struct co_buf strings;
};

/* ---- the first line */

/* "verb/audit", "subject/cpu" */
static int read_class(struct build *b, const char *name, size_t len)
{
	static const char verb[] = "verb/", subject[] = "subject/";
	int is_verb = len > strlen(verb) && memcmp(name, verb, strlen(verb)) == 0;
	size_t skip = is_verb ? strlen(verb) : strlen(subject);

	if (b->count == CO_VOTE_CLASSES || len <= skip || len > UINT16_MAX ||
	    (!is_verb && memcmp(name, subject, skip) != 0))
		return -1;
	b->classes[b->count++] = (struct co_vote_class){ is_verb, name + skip, len - skip };
	return 0;
}

/* "votes CLASS ...", up to end */
static int read_head(struct build *b, const char *p, const char *end)
{
	static const char magic[] = "votes ";

	if ((size_t)(end - p) < strlen(magic) || memcmp(p, magic, strlen(magic)) != 0)
		return -1;
	for (p += strlen(magic); p < end;) {
		size_t word = 0;

		for (p += *p == ' '; p + word < end && p[word] != ' '; word++)
			;
		if (word && read_class(b, p, word) < 0)
			return -1;
		p += word;
	}
	return 0;
}

/* ---- a line a feature */

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
		if ((size_t) class < b->count) {
			struct co_vote_point *point = co_grow(&b->points.items, &b->points.count, sizeof(*point));

			*point = (struct co_vote_point){ (uint16_t) class, (int16_t)given };
			row->count++;
		}
		if (*p == ' ')
			p++;
	}
}

/* One that names no feature is left out. */
static void add_line(struct build *b, const char *line, const char *end)
{
	const char *tab = memchr(line, '\t', (size_t)(end - line));
	struct co_vote_row row = { .feature = (uint32_t)b->strings.len, .first = (uint32_t)b->points.count };

	if (!tab || tab - line > UINT16_MAX)
		return;
	row.length = (uint16_t)(tab - line);
	row.hash = co_index_hash(line, row.length);
	co_buf_add(&b->strings, line, row.length);
	add_points(b, tab + 1, &row);
	*(struct co_vote_row *)co_grow(&b->rows.items, &b->rows.count, sizeof(row)) = row;
}

static int by_hash(const void *a, const void *b)
{
	const struct co_vote_row *one = a, *two = b;

	if (one->hash != two->hash)
		return one->hash < two->hash ? -1 : 1;
	return (one->feature > two->feature) - (one->feature < two->feature);
}

/* Of features with one hash the first is kept. */
static void sort_rows(struct build *b)
{
	size_t i, kept = 0;

	if (b->rows.count)
		qsort(b->rows.items, b->rows.count, sizeof(*b->rows.items), by_hash);
	for (i = 0; i < b->rows.count; i++)
		if (!kept || b->rows.items[kept - 1].hash != b->rows.items[i].hash)
			b->rows.items[kept++] = b->rows.items[i];
	b->rows.count = kept;
}

/* ---- writing */

static void add_strings(struct build *b, uint32_t at, struct co_vote_label *labels)
{
	size_t i;

	for (i = 0; i < b->rows.count; i++)
		b->rows.items[i].feature += at;
	for (i = 0; i < b->count; i++) {
		const struct co_vote_class *c = &b->classes[i];

		labels[i] = (struct co_vote_label){ at + (uint32_t)b->strings.len, (uint16_t)c->len,
						    (uint16_t)c->verb };
		co_buf_add(&b->strings, c->name, c->len);
	}
}

static void write_index(struct build *b, const struct co_index_source *source, struct co_buf *out)
{
	struct co_vote_header h = { .magic = CO_VOTE_MAGIC, .source = *source };
	struct co_vote_label labels[CO_VOTE_CLASSES];

	h.classes = sizeof(h);
	h.class_count = (uint32_t)b->count;
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

static void compile(struct build *b, const char *text, size_t len, int64_t mtime, struct co_buf *out)
{
	const struct co_index_source source = co_index_source_of(text, len, mtime);
	const char *line = (const char *)memchr(text, '\n', len) + 1, *end;

	for (; line < text + len; line = end + 1) {
		end = memchr(line, '\n', (size_t)(text + len - line));
		add_line(b, line, end);
	}
	sort_rows(b);
	write_index(b, &source, out);
	free(b->rows.items);
	free(b->points.items);
	co_buf_clear(&b->strings);
}

int co_votes_compile(const char *text, size_t len, int64_t mtime, struct co_buf *out, struct co_err *err)
{
	struct build b = { .count = 0, .strings = CO_BUF_INIT };
	const char *end = len ? memchr(text, '\n', len) : NULL;

	if (!end || len > CO_VOTES_BYTES || text[len - 1] != '\n' || read_head(&b, text, end) < 0)
		return co_err_set(err, CO_ERR_INPUT, "bad-table",
				  "the table of votes has no first line of classes, or no end");
	compile(&b, text, len, mtime, out);
	return CO_OK;
}
