/* SPDX-License-Identifier: Apache-2.0 */
#include "plan/index.h"

#include "sys/file.h"

#include <stdlib.h>
#include <string.h>

enum { INDEX_BYTES = 4 * 1024 * 1024, COLUMNS = 12 };
enum { FILE_, SIZE, SECONDS, NANOSECONDS, NAME, CHANGES, VERB, ACTION, SUBJECT, PROVIDER, KIND, TITLE };

static const char header[] = "cloudops-playbooks 1\n";

int co_index_read(struct co_index *index, const char *path, struct co_err *err)
{
	struct co_buf text = CO_BUF_INIT;
	struct co_err why = CO_ERR_INIT;
	char *line, *next;

	if (co_file_read(path, INDEX_BYTES, CO_FILE_TRUSTED, &text, &why) < 0) {
		co_buf_clear(&text);
		if (strcmp(why.id, "untrusted-file") != 0)
			return CO_OK; /* then the headers are read */
		if (err)
			*err = why;
		return CO_ERR_INPUT;
	}
	if (text.len < sizeof(header) - 1 || memcmp(text.data, header, sizeof(header) - 1) != 0) {
		co_buf_clear(&text);
		return CO_OK;
	}
	index->text = co_buf_take(&text);
	for (line = index->text + sizeof(header) - 1; *line; line = next) {
		next = line + strcspn(line, "\n");
		if (*next)
			*next++ = '\0';
		*(char **)co_grow(&index->lines.items, &index->lines.count, sizeof(char *)) = line;
	}
	return CO_OK;
}

void co_index_clear(struct co_index *index)
{
	free(index->text);
	free(index->lines.items);
	*index = (struct co_index){ .text = NULL };
}

/* Compares the first column of a line with a file's name. */
static int compare(const char *file, const char *line)
{
	size_t len = strcspn(line, "\t");
	int order = strncmp(file, line, len);

	return order ? order : file[len] != '\0';
}

static char *find_line(const struct co_index *index, const char *file)
{
	size_t low = 0, high = index->lines.count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = compare(file, index->lines.items[middle]);

		if (!order)
			return index->lines.items[middle];
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}

/* A column of a line: where it begins and how long it is. */
struct column {
	const char *at;
	size_t len;
};

static int split(const char *line, struct column columns[COLUMNS])
{
	size_t i;

	for (i = 0; i < COLUMNS; i++) {
		columns[i].at = line;
		columns[i].len = strcspn(line, "\t");
		line += columns[i].len;
		if (*line++ != '\t')
			return i + 1 == COLUMNS ? 0 : -1;
	}
	return -1;
}

static int is_number(const struct column *column, int64_t n)
{
	char *end;

	return strtoll(column->at, &end, 10) == n && end == column->at + column->len && column->len;
}

static void read_list(const struct column *column, char ***items, size_t *count)
{
	const char *at = column->at, *end = at + column->len;

	if (column->len == 1 && *at == '-')
		return;
	while (at < end) {
		size_t len = strcspn(at, ",\t");

		*(char **)co_grow(items, count, sizeof(char *)) = co_xmemdup(at, len);
		at += len + 1;
	}
}

#define READ_LIST(columns, i, list) read_list(&(columns)[i], &(list).items, &(list).count)

int co_index_find(const struct co_index *index, const char *file, struct co_entry *entry)
{
	const char *line = find_line(index, file);
	struct column columns[COLUMNS];
	struct co_match *match;

	if (!line || split(line, columns) < 0 || !is_number(&columns[SIZE], entry->size) ||
	    !is_number(&columns[SECONDS], entry->seconds) || !is_number(&columns[NANOSECONDS], entry->nanoseconds) ||
	    strncmp(entry->name, columns[NAME].at, columns[NAME].len) != 0 || entry->name[columns[NAME].len])
		return 0;
	entry->title = co_xmemdup(columns[TITLE].at, columns[TITLE].len);
	entry->changes = *columns[CHANGES].at == '1';
	match = co_xcalloc(1, sizeof(*match));
	READ_LIST(columns, VERB, match->verb);
	READ_LIST(columns, ACTION, match->action);
	READ_LIST(columns, SUBJECT, match->subject);
	READ_LIST(columns, PROVIDER, match->provider);
	READ_LIST(columns, KIND, match->kind);
	if (match->subject.count) { /* which every match has */
		entry->match = match;
	} else {
		co_shape_clear(&co_match_shape, match);
		free(match);
	}
	return 1;
}

static void write_list(struct co_buf *out, char *const *items, size_t n)
{
	size_t i;

	co_buf_addc(out, '\t');
	for (i = 0; i < n; i++)
		co_buf_addf(out, "%s%s", i ? "," : "", items[i]);
	if (!n)
		co_buf_addc(out, '-');
}

#define WRITE_LIST(out, list) write_list(out, (list).items, (list).count)

void co_index_header(struct co_buf *out)
{
	co_buf_adds(out, header);
}

void co_index_write(struct co_buf *out, const char *file, const struct co_entry *entry)
{
	static const struct co_match none = { .verb = { NULL, 0 } };
	const struct co_match *match = entry->match ? entry->match : &none;
	size_t start = out->len;

	co_buf_addf(out, "%s\t%lld\t%lld\t%lld\t%s\t%d", file, (long long)entry->size, (long long)entry->seconds,
		    (long long)entry->nanoseconds, entry->name, entry->changes);
	WRITE_LIST(out, match->verb);
	WRITE_LIST(out, match->action);
	WRITE_LIST(out, match->subject);
	WRITE_LIST(out, match->provider);
	WRITE_LIST(out, match->kind);
	co_buf_addf(out, "\t%s", entry->title);
	co_buf_addc(out, '\n');
	/* A title that would break the line stays out; its header is then read. */
	if (memchr(out->data + start, '\n', out->len - start - 1)) {
		out->len = start;
		out->data[start] = '\0';
	}
}
