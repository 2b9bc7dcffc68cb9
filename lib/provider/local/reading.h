/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reading: one "local read X": what it is given, how it waits, what it returns.
 *
 * Every reading is a function that fills an object. It reads below a root
 * directory, so that tests hand it a small tree in place of this host. A part
 * that cannot be read goes to "unseen" and the rest goes on; only bad
 * parameters, or nothing readable at all, is an error.
 */
#ifndef CO_PROVIDER_LOCAL_READING_H
#define CO_PROVIDER_LOCAL_READING_H

#include "base/buf.h"
#include "base/err.h"
#include "exec/provider.h"

#include <jansson.h>
#include <stdint.h>

struct co_host {
	int root;      /* descriptor of "/", or of a tree that stands in for it */
	int live;      /* root is this host: clocks, statvfs and programs tell about it */
	int64_t page;  /* bytes */
	int64_t ticks; /* clock ticks a second in /proc/PID/stat (USER_HZ) */
};

struct co_reading {
	const struct co_host *host;
	const struct co_call *call;
	json_t *output; /* the object to fill */
	struct co_err *err;
};

struct co_local_operation {
	const char *name; /* third word of the call */
	int (*read)(struct co_reading *r);
	const char *files;	/* what it reads, with ", " between, for --dry-run */
	const char *programs;	/* what it runs, likewise; "" for nothing */
	const char *parameters; /* names it knows, space-separated */
};

extern const struct co_local_operation co_local_operations[]; /* ends with a NULL name */

int co_host_open(struct co_host *host, const char *root, struct co_err *err);
void co_host_close(struct co_host *host);

/*
 * Runs the operation that call names; *output is a new reference. CO_ERR_INPUT
 * for an unknown operation or parameter, CO_ERR_SYSTEM with id "interrupted" or
 * "timeout" when it had to stop.
 */
int co_local_read(const struct co_host *host, const struct co_call *call, json_t **output,
		  struct co_err *err);

int co_local_cpu(struct co_reading *r);
int co_local_processes(struct co_reading *r);
int co_local_memory(struct co_reading *r);
int co_local_disk(struct co_reading *r);
int co_local_io(struct co_reading *r);
int co_local_network(struct co_reading *r);
int co_local_units(struct co_reading *r);
int co_local_kernel_log(struct co_reading *r);
int co_local_certificates(struct co_reading *r);
int co_local_clock(struct co_reading *r);

/* Adds {what, why} to "unseen", once for equal what. Both are our words, not the host's. */
void co_unseen(struct co_reading *r, const char *what, const char *why, ...) CO_PRINTF(3, 4);

/* Sleeps in slices of at most 50 ms; an error when the call should stop. */
int co_reading_wait(struct co_reading *r, int64_t ms);

/* 0, or the error of a call that should stop. For loops. */
int co_reading_check(struct co_reading *r);

/* Parameters: the given one, or fallback when absent. Out of range is CO_ERR_INPUT. */
int co_param_duration(struct co_reading *r, const char *name, int64_t fallback, int64_t min, int64_t max,
		      int64_t *ms);
int co_param_integer(struct co_reading *r, const char *name, int64_t fallback, int64_t min, int64_t max,
		     int64_t *value);
int co_param_strings(struct co_reading *r, const char *name, json_t **list); /* borrowed; NULL when absent */

/* Members of an object. Reals are rounded to two decimals; a negative integer by _known is null. */
void co_set_int(json_t *object, const char *key, int64_t value);
void co_set_known(json_t *object, const char *key, int64_t value);
void co_set_real(json_t *object, const char *key, double value);
void co_set_bool(json_t *object, const char *key, int value);
void co_set_text(json_t *object, const char *key, const char *text);
void co_set_time(json_t *object, const char *key, int64_t seconds);

/* part of whole in percent; 0 when whole is 0. */
double co_percent(double part, double whole);

/*
 * Foreign bytes as a JSON string: controls, invisible characters and invalid
 * UTF-8 are escaped visibly; over 1,000 bytes it ends in "...".
 */
json_t *co_text(const char *bytes, size_t len);

#endif
