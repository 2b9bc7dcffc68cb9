/* SPDX-License-Identifier: Apache-2.0 */
/*
 * exec/wire: how a run's calls are made: by providers or out of a recording, their answers bounded and masked.
 */
#ifndef CO_EXEC_WIRE_H
#define CO_EXEC_WIRE_H

#include "exec/flight.h"
#include "exec/providers.h"

struct co_wire {
	struct co_providers *providers; /* held; NULL in a replay */
	char *replay;			/* directory; NULL: call the providers */
	size_t output_bytes;		/* most bytes of an output as compact JSON */
};

/* providers and replay (one of them NULL) are held and copied. */
struct co_wire *co_wire_new(struct co_providers *providers, const char *replay, size_t output_bytes);

/* The two functions that co_flights_new() wants; wire is a struct co_wire. */
void co_wire_call(void *wire, const struct co_departure *departure, struct co_landing *landing);
void co_wire_free(void *wire);

#endif
