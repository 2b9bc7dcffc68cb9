/* SPDX-License-Identifier: Apache-2.0 */
/* report/view: what every form of report says of a run, each as one escaped line. */
#ifndef CO_REPORT_VIEW_H
#define CO_REPORT_VIEW_H

#include "run/run.h"

/* "investigate disk on this host"; empty without an intent. */
void co_view_understood(const struct co_run *run, struct co_buf *out);

/* "local-slow, 7 calls in 1.3 s": what was done; or what was planned; may be empty. */
void co_view_work(const struct co_run *run, struct co_buf *out);

/* "done", "dry run", "planned", "denied by policy", "needs 2 approvals", "not understood", ... */
const char *co_view_state(const struct co_run *run);

/* Escapes a string that may be NULL. */
void co_view_text(struct co_buf *out, const char *text);

/* Indexes of the findings, gravest first, else in their order; the caller frees them. */
size_t *co_view_order(const struct co_run *run);

/* True for a step that ended otherwise than done or skipped. */
int co_view_failed(const struct co_step_result *step);

/* What stands after "not seen: " in a line of the summary; NULL for a line that says something else. */
const char *co_view_unseen(const char *line);

/* True if the summary says anything of the kind. */
int co_view_blind(const struct co_run *run);

/* "2 critical, 5 high, 1 info": what was found, in numbers; empty for fewer than four, which one sees at a glance. */
void co_view_counts(const struct co_run *run, struct co_buf *out);

/* True for a failed step that such a line tells of: the executor tells of all reads. */
int co_view_told(const struct co_run *run, const struct co_step_result *step);

/* The sentence that explains a planned step; NULL if there is none. */
const char *co_view_explained(const struct co_run *run, const char *step);

#endif
