/* SPDX-License-Identifier: Apache-2.0 */
#include "base/err.h"

#include "base/escape.h"

#include <stdio.h>
#include <string.h>

/* Copies as much as fits, never cutting a UTF-8 sequence. */
static void put(char *to, size_t size, const char *from)
{
	size_t len = strlen(from);

	if (len >= size) {
		len = size - 1;
		while (len && ((unsigned char)from[len] & 0xc0) == 0x80)
			len--;
	}
	memcpy(to, from, len);
	to[len] = '\0';
}

static void put_escaped(char *to, size_t size, const struct co_buf *text)
{
	struct co_buf clean = CO_BUF_INIT;

	co_escape(&clean, co_buf_str(text), text->len);
	put(to, size, co_buf_str(&clean));
	co_buf_clear(&clean);
}

int co_err_set(struct co_err *err, int code, const char *id, const char *fmt, ...)
{
	struct co_buf text = CO_BUF_INIT;
	va_list ap;

	if (!err)
		return code;
	va_start(ap, fmt);
	co_buf_vaddf(&text, fmt, ap);
	va_end(ap);
	*err = (struct co_err)CO_ERR_INIT;
	err->code = code;
	put(err->id, sizeof(err->id), id);
	put_escaped(err->message, sizeof(err->message), &text);
	co_buf_clear(&text);
	return code;
}

int co_err_sys(struct co_err *err, int errnum, const char *fmt, ...)
{
	struct co_buf text = CO_BUF_INIT;
	va_list ap;

	if (!err)
		return CO_ERR_SYSTEM;
	va_start(ap, fmt);
	co_buf_vaddf(&text, fmt, ap);
	va_end(ap);
	co_buf_addf(&text, ": %s", strerror(errnum));
	co_err_set(err, CO_ERR_SYSTEM, "system", "%s", co_buf_str(&text));
	co_buf_clear(&text);
	return CO_ERR_SYSTEM;
}

int co_err_id(struct co_err *err, const char *id)
{
	if (!err)
		return CO_OK;
	put(err->id, sizeof(err->id), id);
	return err->code;
}

int co_err_hint(struct co_err *err, const char *fmt, ...)
{
	struct co_buf text = CO_BUF_INIT;
	va_list ap;

	if (!err)
		return CO_OK;
	va_start(ap, fmt);
	co_buf_vaddf(&text, fmt, ap);
	va_end(ap);
	put_escaped(err->hint, sizeof(err->hint), &text);
	co_buf_clear(&text);
	return err->code;
}

int co_err_wrap(struct co_err *err, const char *fmt, ...)
{
	struct co_buf text = CO_BUF_INIT;
	va_list ap;

	if (!err)
		return CO_OK;
	va_start(ap, fmt);
	co_buf_vaddf(&text, fmt, ap);
	va_end(ap);
	co_buf_addf(&text, ": %s", err->message);
	put_escaped(err->message, sizeof(err->message), &text);
	co_buf_clear(&text);
	return err->code;
}

int co_err_at(struct co_err *err, const char *file, unsigned line, unsigned column)
{
	struct co_buf text = CO_BUF_INIT;

	if (!err)
		return CO_OK;
	co_buf_adds(&text, file);
	put_escaped(err->file, sizeof(err->file), &text);
	co_buf_clear(&text);
	err->line = line;
	err->column = column;
	return err->code;
}

int co_err_under(struct co_err *err, const char *key)
{
	struct co_buf path = CO_BUF_INIT;

	if (!err)
		return CO_OK;
	co_buf_addc(&path, '/');
	for (; *key; key++) { /* RFC 6901 section 3 */
		if (*key == '~')
			co_buf_adds(&path, "~0");
		else if (*key == '/')
			co_buf_adds(&path, "~1");
		else
			co_buf_addc(&path, *key);
	}
	co_buf_adds(&path, err->path);
	put_escaped(err->path, sizeof(err->path), &path);
	co_buf_clear(&path);
	return err->code;
}

int co_err_under_index(struct co_err *err, size_t index)
{
	char key[24];

	snprintf(key, sizeof(key), "%zu", index);
	return co_err_under(err, key);
}

/* Only what lies within limit of the diagonal can be within limit, and once two rows are beyond it all are. */
unsigned co_edit_distance(const char *a, const char *b, unsigned limit)
{
	enum { MOST = 64 };
	unsigned row[3][MOST + 2], least = 0, before = 0;
	size_t la = strlen(a), lb = strlen(b), i, j;

	if (la > MOST || lb > MOST || la > lb + limit || lb > la + limit)
		return limit + 1;
	for (j = 0; j <= lb; j++)
		row[0][j] = (unsigned)j;
	for (i = 1; i <= la && (least <= limit || before <= limit); i++) {
		unsigned *now = row[i % 3], *up = row[(i + 2) % 3], *up2 = row[(i + 1) % 3];
		size_t from = i > limit ? i - limit : 1, to = i + limit < lb ? i + limit : lb;

		before = least;
		least = now[from - 1] = from == 1 ? (unsigned)i : limit + 1;
		for (j = from; j <= to; j++) {
			unsigned d = up[j - 1] + (a[i - 1] != b[j - 1]);

			if (up[j] + 1 < d)
				d = up[j] + 1;
			if (now[j - 1] + 1 < d)
				d = now[j - 1] + 1;
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
			    up2[j - 2] + 1 < d)
				d = up2[j - 2] + 1;
			now[j] = d;
			least = d < least ? d : least;
		}
		now[to + 1] = limit + 1;
	}
	return i <= la || row[la % 3][lb] > limit ? limit + 1 : row[la % 3][lb];
}

int co_err_suggest(struct co_err *err, const char *word, const char *const *candidates, size_t n)
{
	enum { FEW = 12 };
	struct co_buf list = CO_BUF_INIT;
	unsigned limit = strlen(word) > 4 ? 2 : 1, nearest = limit + 1;
	const char *best = NULL;
	size_t i;

	if (!err)
		return CO_OK;
	for (i = 0; i < n; i++) {
		unsigned d = co_edit_distance(word, candidates[i], limit);

		if (d < nearest) {
			nearest = d;
			best = candidates[i];
		}
	}
	if (best)
		return co_err_hint(err, "did you mean \"%s\"?", best);
	if (!n || n > FEW)
		return err->code;
	for (i = 0; i < n; i++)
		co_buf_addf(&list, "%s%s", i ? ", " : "", candidates[i]);
	co_err_hint(err, "one of %s", co_buf_str(&list));
	co_buf_clear(&list);
	return err->code;
}

void co_err_format(const struct co_err *err, struct co_buf *out)
{
	if (err->file[0]) {
		co_buf_adds(out, err->file);
		if (err->line)
			co_buf_addf(out, ":%u", err->line);
		if (err->line && err->column)
			co_buf_addf(out, ":%u", err->column);
		co_buf_adds(out, ": ");
	}
	co_buf_adds(out, err->message);
	if (err->path[0])
		co_buf_addf(out, " (at %s)", err->path);
	if (err->hint[0])
		co_buf_addf(out, "; %s", err->hint);
}
