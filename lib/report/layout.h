/* SPDX-License-Identifier: Apache-2.0 */
/* report/layout: columns, wrapping and bars of text that was escaped already. */
#ifndef CO_REPORT_LAYOUT_H
#define CO_REPORT_LAYOUT_H

#include "base/buf.h"

/* Columns that a terminal uses for UTF-8 text: 0 for combining marks, 2 for wide ones (UAX #11). */
unsigned co_layout_columns(const char *text, size_t len);

/*
 * Appends text as lines of at most width columns, broken at spaces (within a
 * word that is longer than a line). The first line continues what stands in
 * out at column indent; the others are indented by it. Ends with a newline.
 */
void co_layout_wrap(struct co_buf *out, const char *text, unsigned indent, unsigned width);

/* A summary line "memory: 62% of 15.6 GiB in use" taken apart; 0 if it has no such form. */
struct co_layout_gauge {
	const char *rest; /* "62% of 15.6 GiB in use" */
	size_t name_len;  /* "memory" */
	unsigned percent; /* 0 to 100 */
};
int co_layout_gauge(const char *line, struct co_layout_gauge *gauge);

/* A bar of size columns, filled to percent; eighths of a block in UTF-8, "#" and "." else. */
void co_layout_bar(struct co_buf *out, unsigned percent, unsigned size, int utf8);

#endif
