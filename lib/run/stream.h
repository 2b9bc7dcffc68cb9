/* SPDX-License-Identifier: Apache-2.0 */
/*
 * run/stream: any sequence of JSON documents out of a stream of bytes.
 *
 * The caller feeds what it read; documents come out as soon as they are whole.
 */
#ifndef CO_RUN_STREAM_H
#define CO_RUN_STREAM_H

#include "codec/json.h"

struct co_stream {
	const char *name;  /* for messages: "standard input" */
	struct co_buf bytes;
	size_t start;	   /* of the document being collected */
	size_t scanned;	   /* up to where its end was looked for */
	unsigned line;	   /* of start, from 1 */
	size_t documents;  /* given so far */
	struct co_json_scan scan;
	int ended;
};

void co_stream_init(struct co_stream *stream, const char *name);
void co_stream_clear(struct co_stream *stream);

void co_stream_feed(struct co_stream *stream, const void *data, size_t len);
void co_stream_end(struct co_stream *stream);

/*
 * 1 and a new reference in *doc; 0 when more bytes are needed, or after the end
 * nothing is left; CO_ERR_INPUT for bytes that are no document (the stream
 * cannot go on), for one cut short, and for a stream that ends without any.
 */
int co_stream_next(struct co_stream *stream, json_t **doc, struct co_err *err);

#endif
