/* SPDX-License-Identifier: Apache-2.0 */
/*
 * report/report: a run document for people (text, Markdown) and for programs
 * that want only the outcome (JSON).
 *
 * Any run document can be reported, also one that ended at its first stage.
 * Everything that came from outside is escaped here, and only here.
 */
#ifndef CO_REPORT_REPORT_H
#define CO_REPORT_REPORT_H

#include "run/run.h"

struct co_report_style {
	unsigned width; /* columns; at least 40 */
	int colour;	/* ANSI colours */
	int utf8;	/* bars and marks in UTF-8; else ASCII */
};

/* For a terminal or a mail: ends with a newline. */
void co_report_text(const struct co_run *run, const struct co_report_style *style, struct co_buf *out);

/* CommonMark with tables; foreign text can make no link, image, HTML or table of its own. */
void co_report_markdown(const struct co_run *run, struct co_buf *out);

/* {id, request, understood, status, findings, summary, failed, error}: a new reference. */
json_t *co_report_json(const struct co_run *run);

/* True if a finding is of this severity or graver. */
int co_report_reaches(const struct co_run *run, int severity);

#endif
