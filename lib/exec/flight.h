/* SPDX-License-Identifier: Apache-2.0 */
/*
 * exec/flight: calls in the air, each on a thread of its own with a deadline.
 *
 * A provider that does not come back by its deadline (and a moment of grace) is
 * given up: its answer is dropped whenever it comes, and the run goes on. Threads
 * cannot be killed safely, so a given-up one is left behind with all it may
 * still touch.
 */
#ifndef CO_EXEC_FLIGHT_H
#define CO_EXEC_FLIGHT_H

#include "exec/provider.h"

enum { CO_FLIGHT_GRACE_MS = 250 };

struct co_binding;

/* One call that is to be made. */
struct co_departure {
	const char *provider;
	const struct co_binding *binding; /* of that provider; must last as long as the context; NULL in a replay */
	struct co_call call;
	unsigned nth; /* of its step, from 0 */
	size_t slot;  /* both are given back with the landing */
	size_t item;
};

/* How a call ended. Cleared by co_landing_clear(). */
struct co_landing {
	size_t slot;
	size_t item;
	int rc;
	json_t *output; /* when rc is CO_OK; of a read that failed, what it had read, or NULL */
	struct co_err err;
	int64_t ms;
};

/*
 * Makes a call: fills rc, output and err of the landing, and ms when the time
 * it took is not to be measured. Runs on the flight's thread, is entered by many at once.
 */
typedef void co_flight_fn(void *context, const struct co_departure *departure, struct co_landing *landing);

struct co_flights; /* the calls of one run */

/* release(context) is called once nothing flies any more and the flights were freed: at once, or by a late thread. */
struct co_flights *co_flights_new(co_flight_fn *fn, void *context, void (*release)(void *context));
void co_flights_free(struct co_flights *flights);

/* Starts a call; the strings and values of departure->call are copied. CO_ERR_SYSTEM when no thread can be had. */
int co_flights_start(struct co_flights *flights, const struct co_departure *departure, struct co_err *err);

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

/* Gives calls up at this time at the latest: for an interrupted run. Calls with a token keep their time. */
void co_flights_hurry(struct co_flights *flights, int64_t until);

void co_landing_clear(struct co_landing *landing);

#endif
