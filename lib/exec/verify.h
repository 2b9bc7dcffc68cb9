/* SPDX-License-Identifier: Apache-2.0 */
/* exec/verify: whether a change took, seen by a read of its own. */
#ifndef CO_EXEC_VERIFY_H
#define CO_EXEC_VERIFY_H

#include "exec/state.h"

/*
 * Reads until the step's condition holds on the answer, at most as long as the plan
 * says. CO_ERR_REMOTE "not-verified"; CO_ERR_SYSTEM "interrupted", or when the journal failed.
 */
int co_verify_wait(struct co_state *state, struct co_slot *slot, struct co_err *err);

/* One read: true if the condition holds already. */
int co_verify_once(struct co_state *state, struct co_slot *slot);

#endif
