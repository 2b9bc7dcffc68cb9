/* SPDX-License-Identifier: Apache-2.0 */
/* tools/confine: what each program may do, in one table; cloudops-security(7) shows it to people. */
#ifndef CO_CONFINE_H
#define CO_CONFINE_H

#include "tool.h"

/*
 * Closes the sandbox by this program's row of the table, around the
 * directories of its configuration and its own further paths (ends with a row
 * whose path is NULL; may be NULL): after tool_config(), before any input is
 * read. State directories are made, as a sandbox knows only what is there. Then
 * as tool_sandbox().
 */
int tool_confine(struct tool *tool, const struct co_sandbox_path *own);

#endif
