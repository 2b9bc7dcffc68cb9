/* SPDX-License-Identifier: Apache-2.0 */
/*
 * exec/flight: calls in the air, each on a thread of its own with a deadline.
 *
 * A provider that does not come back by its deadline (and a moment of grace) is
 * given up: its answer is dropped whenever it comes, and the run goes on. Threads
 * cannot be killed safely, so a given-up one is left behind; everything it may
 * still touch is its own or counted, and the provider's state must then stay open.
 */
#ifndef CO_EXEC_FLIGHT_H
#define CO_EXEC_FLIGHT_H

#include "exec/provider.h"

struct co_flights; /* the calls of one run */

enum { CO_FLIGHT_GRACE_MS = 250 };

/* What one call does; runs on the flight's thread, may be entered by many at once. */
typedef int co_flight_fn(void *context, const struct co_call *call, unsigned nth, json_t **output,
			 struct co_err *err);

/* How a call ended. Cleared by co_landing_clear(). */
struct co_landing {
	size_t slot; /* as given at the start */
	size_t item;
	int rc;
	json_t *output; /* when rc is CO_OK */
	struct co_err err;
	int64_t ms;
};

struct co_flights *co_flights_new(void);

/* Lets go; a given-up thread keeps what it needs until it ends. */
void co_flights_free(struct co_flights *flights);

/*
 * Starts a call; call and all it points to (but cancelled) is copied. nth counts
 * the calls of its step, from 0. CO_ERR_SYSTEM when there can be no more threads.
 */
int co_flights_start(struct co_flights *flights, co_flight_fn *fn, void *context, const struct co_call *call,
		     size_t slot, size_t item, unsigned nth, struct co_err *err);

/* Calls in the air that are not given up. */
size_t co_flights_count(const struct co_flights *flights);

/* The slot of the one that started first; only while there is one. */
size_t co_flights_eldest(const struct co_flights *flights);

/*
 * Waits until a call lands, but not past until (of co_clock_ms()). 1 and the
 * landing, or 0. A call past its deadline and grace lands as given up: with
 * CO_ERR_UNKNOWN when it has a token, else CO_ERR_SYSTEM, id "timeout".
 */
int co_flights_wait(struct co_flights *flights, int64_t until, struct co_landing *landing);

/* Brings every deadline forward to at most this time: for an interrupted run. Calls with a token keep theirs. */
void co_flights_hurry(struct co_flights *flights, int64_t deadline);

/* True if a thread was given up: providers' states must not be closed. */
int co_flights_lost(const struct co_flights *flights);

void co_landing_clear(struct co_landing *landing);

#endif
