/* SPDX-License-Identifier: Apache-2.0 */
/* exec/unseen: what a run could not see, in words for its summary. */
#ifndef CO_EXEC_UNSEEN_H
#define CO_EXEC_UNSEEN_H

#include "exec/state.h"

/*
 * "not seen: groups of prod/eu-west-1 and 3 more (aws ec2 DescribeSecurityGroups): access denied"
 * for a read that failed, whole or in part; the same step failing for the same reason on other targets
 * is told with the first of them. On the heap; NULL when there is nothing to tell.
 */
char *co_unseen_line(const struct co_state *state, size_t at);

#endif
