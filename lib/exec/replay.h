/* SPDX-License-Identifier: Apache-2.0 */
/*
 * exec/replay: the exchanges of a run kept in a directory, and a run made from them.
 *
 * One file an exchange, DIR/<hex>.json, named by the digest of {step, call,
 * target, with, n}, n counting the calls of that step; secrets are masked before.
 * DIR/run-<hex of the plan's digest>.json holds when the run began and ended. A replayed run
 * takes both times, every answer and every duration from there, reaches nothing, and
 * gives the recorded run's bytes again.
 */
#ifndef CO_EXEC_REPLAY_H
#define CO_EXEC_REPLAY_H

#include "exec/flight.h"

/* Keeps how a call ended. */
int co_replay_keep(const char *directory, const struct co_departure *departure, const struct co_landing *landing,
		   struct co_err *err);

/* Fills the landing from the directory. An exchange that is not there is CO_ERR_INPUT, id "not-recorded". */
void co_replay_find(const char *directory, const struct co_departure *departure, struct co_landing *landing);

/* When the run of a plan began and ended. */
struct co_replay_times {
	int64_t started;
	int64_t ended;
};

int co_replay_keep_times(const char *directory, const char *plan, const struct co_replay_times *times,
			 struct co_err *err);
int co_replay_find_times(const char *directory, const char *plan, struct co_replay_times *times, struct co_err *err);

/* Decodes one exchange's text into the landing; apart for its fuzzer. */
int co_replay_decode(const char *text, size_t len, const char *name, struct co_landing *landing, struct co_err *err);

#endif
