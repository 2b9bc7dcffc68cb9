/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/show.h"

#include "base/escape.h"
#include "base/time.h"

#include <stdio.h>
#include <string.h>

/* Appends text in a column of a width, cut if need be. Everything that may be shown is one column wide or escaped. */
static void column(struct co_buf *out, const char *text, unsigned width)
{
	struct co_buf clean = CO_BUF_INIT;
	size_t at = 0, n;
	uint32_t code;

	co_escape(&clean, text ? text : "", text ? strlen(text) : 0);
	while (width && at < clean.len && (n = co_utf8_next(clean.data + at, clean.len - at, &code))) {
		co_buf_add(out, clean.data + at, n);
		at += n;
		width--;
	}
	while (width--)
		co_buf_addc(out, ' ');
	co_buf_addc(out, ' ');
	co_buf_clear(&clean);
}

static void row(struct co_buf *out, unsigned width, const char *const cells[7])
{
	static const unsigned widths[] = { 6, 20, 13, 8, 9, 8 };
	const size_t start = out->len;
	unsigned used = 0;
	size_t i;

	for (i = 0; i < CO_COUNT(widths); i++) {
		column(out, cells[i], widths[i]);
		used += widths[i] + 1;
	}
	column(out, cells[i], width > used + 12 ? width - used - 1 : 11);
	while (out->len > start && out->data[out->len - 1] == ' ')
		out->data[--out->len] = '\0';
}

static void add_part(struct co_buf *out, const char *text)
{
	if (text && *text)
		co_buf_addf(out, "%s%s", out->len ? ": " : "", text);
}

static void record_row(struct co_buf *out, unsigned width, const struct co_audit_record *r)
{
	char seq[24], time[CO_TIME_LEN + 1], ms[24] = "";
	struct co_buf what = CO_BUF_INIT;

	snprintf(seq, sizeof(seq), "%lld", (long long)r->seq);
	co_time_format(time, r->time);
	if (r->ms)
		snprintf(ms, sizeof(ms), "%lld ms", (long long)r->ms);
	add_part(&what, r->step);
	add_part(&what, r->what);
	add_part(&what, r->why);
	row(out, width, (const char *const[]){ seq, time, r->type, r->actor ? r->actor->user : "", r->result, ms, co_buf_str(&what) });
	co_buf_clear(&what);
}

void co_audit_show(struct co_buf *out, const struct co_audit_slice *line, unsigned width)
{
	struct co_audit_record record = { 0 };
	struct co_err err = CO_ERR_INIT;
	json_t *value;

	if (!line) {
		row(out, width, (const char *const[]){ "SEQ", "TIME", "TYPE", "USER", "RESULT", "TOOK", "WHAT" });
		return;
	}
	value = co_json_parse(line->data, line->len, "record", &err);
	if (value && co_shape_decode(&co_audit_record_shape, value, &record, &err) == CO_OK)
		record_row(out, width, &record);
	else
		co_escape(out, line->data, line->len);
	co_shape_clear(&co_audit_record_shape, &record);
	json_decref(value);
}
