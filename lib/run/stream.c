/* SPDX-License-Identifier: Apache-2.0 */
#include "run/stream.h"

#include <string.h>

void co_stream_init(struct co_stream *stream, const char *name)
{
	*stream = (struct co_stream){ .name = name, .line = 1 };
}

void co_stream_clear(struct co_stream *stream)
{
	co_buf_clear(&stream->bytes);
	co_stream_init(stream, stream->name);
}

void co_stream_feed(struct co_stream *stream, const void *data, size_t len)
{
	if (stream->start && stream->start == stream->bytes.len) {
		co_buf_reset(&stream->bytes);
		stream->start = stream->scanned = 0;
	}
	co_buf_add(&stream->bytes, data, len);
}

void co_stream_end(struct co_stream *stream)
{
	stream->ended = 1;
}

static int only_space(const char *s, size_t len)
{
	while (len && (*s == ' ' || *s == '\t' || *s == '\r' || *s == '\n'))
		s++, len--;
	return len == 0;
}

static int parse(struct co_stream *stream, size_t len, json_t **doc, struct co_err *err)
{
	const char *text = stream->bytes.data + stream->start;
	const char *p, *end = text + len;

	*doc = co_json_parse(text, len, stream->name, err);
	if (!*doc) {
		if (err && err->line)
			err->line += stream->line - 1;
		return CO_ERR_INPUT;
	}
	for (p = text; (p = memchr(p, '\n', (size_t)(end - p))); p++)
		stream->line++;
	stream->start += len;
	stream->scanned = stream->start;
	stream->scan = (struct co_json_scan){ 0 };
	stream->documents++;
	return 1;
}

static int at_end(struct co_stream *stream, json_t **doc, struct co_err *err)
{
	size_t left = stream->bytes.len - stream->start;

	if (left && !only_space(stream->bytes.data + stream->start, left)) {
		int rc = parse(stream, left, doc, err);

		if (rc < 0)
			co_err_hint(err, "the input may have been cut short");
		return rc;
	}
	if (stream->documents)
		return 0;
	co_err_set(err, CO_ERR_INPUT, "empty-input", "%s is empty", stream->name);
	return co_err_hint(err, "the program before it in the pipe wrote nothing; see its message");
}

int co_stream_next(struct co_stream *stream, json_t **doc, struct co_err *err)
{
	size_t end = 0;

	if (stream->scanned < stream->bytes.len)
		end = co_json_scan(&stream->scan, stream->bytes.data + stream->scanned,
				   stream->bytes.len - stream->scanned);
	if (end)
		return parse(stream, stream->scanned + end - stream->start, doc, err);
	stream->scanned = stream->bytes.len;
	if (stream->scan.depth > CO_JSON_DEPTH) /* refused now: the rest may be long */
		return parse(stream, stream->scanned - stream->start, doc, err);
	if (stream->bytes.len - stream->start > CO_JSON_BYTES)
		return co_err_set(err, CO_ERR_INPUT, "too-large", "%s: a document is larger than 64 MiB",
				  stream->name);
	return stream->ended ? at_end(stream, doc, err) : 0;
}
