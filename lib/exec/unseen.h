/* SPDX-License-Identifier: Apache-2.0 */
/* exec/unseen: what a run could not see, in words for its summary. */
#ifndef CO_EXEC_UNSEEN_H
#define CO_EXEC_UNSEEN_H

#include "exec/state.h"

/*
 * "not seen: groups of prod/eu-west-1, groups of prod/eu-west-2 and 3 more: access denied" for a read that failed,
 * whole or in part; what failed for the same reason is told with the first of it. On the heap; NULL when there is
 * nothing to tell.
 */
char *co_unseen_line(const struct co_state *state, size_t at);

#endif
