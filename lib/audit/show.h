/* SPDX-License-Identifier: Apache-2.0 */
/* audit/show: records for a person's terminal. */
#ifndef CO_AUDIT_SHOW_H
#define CO_AUDIT_SHOW_H

#include "audit/line.h"

/*
 * A record for a person's terminal: one line without LF, everything escaped,
 * cut to width columns. The same with line NULL: the headings.
 */
void co_audit_show(struct co_buf *out, const struct co_audit_slice *line, unsigned width);

#endif
