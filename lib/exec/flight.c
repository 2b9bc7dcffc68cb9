/* SPDX-License-Identifier: Apache-2.0 */
#include "exec/flight.h"

#include "sys/clock.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { STACK_BYTES = 1024 * 1024 };

struct flight {
	struct co_flights *flights;
	struct flight *next;
	struct co_departure departure;
	int64_t started;
	int64_t until; /* when it is given up */
	int ended;     /* the thread is through; the landing is whole */
	int given_up;  /* nobody waits for it any more: the thread frees it */
	struct co_landing landing;
};

struct co_flights {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	co_flight_fn *fn;
	void *context;
	void (*release)(void *context);
	struct flight *first; /* in the air, oldest first */
	size_t count;
	size_t references; /* the owner, and each thread */
};

struct co_flights *co_flights_new(co_flight_fn *fn, void *context, void (*release)(void *context))
{
	struct co_flights *flights = co_xcalloc(1, sizeof(*flights));
	pthread_condattr_t attributes;

	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&flights->changed, &attributes);
	pthread_condattr_destroy(&attributes);
	pthread_mutex_init(&flights->lock, NULL);
	flights->references = 1;
	flights->fn = fn;
	flights->context = context;
	flights->release = release;
	return flights;
}

/* Called with the lock held; gives it up. */
static void drop(struct co_flights *flights)
{
	int last = --flights->references == 0;

	pthread_mutex_unlock(&flights->lock);
	if (!last)
		return;
	pthread_cond_destroy(&flights->changed);
	pthread_mutex_destroy(&flights->lock);
	if (flights->release)
		flights->release(flights->context);
	free(flights);
}

static void flight_free(struct flight *f)
{
	struct co_call *call = &f->departure.call;

	free((char *)f->departure.provider);
	free((char *)call->service);
	free((char *)call->operation);
	free((char *)call->run);
	free((char *)call->step);
	free((char *)call->token);
	free((char *)call->waiter);
	json_decref(call->target);
	json_decref(call->with);
	co_landing_clear(&f->landing);
	free(f);
}

static void *fly(void *argument)
{
	struct flight *f = argument;
	struct co_flights *flights = f->flights;
	struct co_landing landing = f->landing;

	landing.ms = -1;
	flights->fn(flights->context, &f->departure, &landing);
	if (landing.ms < 0)
		landing.ms = co_clock_ms() - f->started;
	pthread_mutex_lock(&flights->lock);
	f->landing = landing;
	f->ended = 1;
	if (f->given_up)
		flight_free(f);
	else
		pthread_cond_signal(&flights->changed);
	drop(flights);
	return NULL;
}

/* Signals are for the main thread: it alone knows how to end a run. */
static int spawn(struct flight *f)
{
	pthread_attr_t attributes;
	sigset_t all, before;
	pthread_t thread;
	int rc;

	pthread_attr_init(&attributes);
	pthread_attr_setstacksize(&attributes, STACK_BYTES);
	pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	rc = pthread_create(&thread, &attributes, fly, f);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	pthread_attr_destroy(&attributes);
	return rc;
}

static struct flight *flight_new(struct co_flights *flights, const struct co_departure *departure)
{
	const struct co_call *call = &departure->call;
	struct flight *f = co_xcalloc(1, sizeof(*f));

	f->flights = flights;
	f->departure = *departure;
	f->departure.provider = co_xstrdup(departure->provider);
	f->departure.call.service = co_xstrdup(call->service);
	f->departure.call.operation = co_xstrdup(call->operation);
	f->departure.call.run = co_xstrdup(call->run);
	f->departure.call.step = co_xstrdup(call->step);
	f->departure.call.token = co_xstrdup(call->token);
	f->departure.call.waiter = co_xstrdup(call->waiter);
	f->departure.call.target = json_deep_copy(call->target);
	f->departure.call.with = json_deep_copy(call->with);
	f->started = co_clock_ms();
	f->until = call->deadline + CO_FLIGHT_GRACE_MS;
	f->landing.slot = departure->slot;
	f->landing.item = departure->item;
	return f;
}

int co_flights_start(struct co_flights *flights, const struct co_departure *departure, struct co_err *err)
{
	struct flight *f = flight_new(flights, departure), **end;
	int rc;

	pthread_mutex_lock(&flights->lock);
	rc = spawn(f);
	if (rc == 0) {
		for (end = &flights->first; *end; end = &(*end)->next)
			;
		*end = f;
		flights->count++;
		flights->references++;
	}
	pthread_mutex_unlock(&flights->lock);
	if (rc == 0)
		return CO_OK;
	flight_free(f);
	return co_err_sys(err, rc, "cannot start a thread");
}

size_t co_flights_count(const struct co_flights *flights)
{
	return flights->count;
}

size_t co_flights_eldest(const struct co_flights *flights)
{
	return flights->first->departure.slot; /* its thread may be writing the landing */
}

static void give_up(struct flight *f, struct co_landing *landing)
{
	int64_t ms = co_clock_ms() - f->started;

	*landing = (struct co_landing){ .slot = f->landing.slot, .item = f->landing.item, .ms = ms };
	landing->rc = co_err_set(&landing->err, f->departure.call.token ? CO_ERR_UNKNOWN : CO_ERR_SYSTEM, "timeout",
				 "no answer after %lld ms", (long long)ms);
	f->given_up = 1;
}

/* The first that ended, or that is past its time. Called with the lock held. */
static int take(struct co_flights *flights, struct co_landing *landing)
{
	int64_t now = co_clock_ms();
	struct flight **p, *f;

	for (p = &flights->first; (f = *p); p = &f->next)
		if (f->ended || now >= f->until)
			break;
	if (!f)
		return 0;
	*p = f->next;
	flights->count--;
	if (!f->ended) {
		give_up(f, landing);
		return 1;
	}
	*landing = f->landing;
	f->landing.output = NULL; /* handed over */
	flight_free(f);
	return 1;
}

static int64_t next_deadline(const struct co_flights *flights, int64_t until)
{
	const struct flight *f;

	for (f = flights->first; f; f = f->next)
		if (f->until < until)
			until = f->until;
	return until;
}

int co_flights_wait(struct co_flights *flights, int64_t until, struct co_landing *landing)
{
	struct timespec t;
	int64_t wake;
	int landed;

	pthread_mutex_lock(&flights->lock);
	while (!(landed = take(flights, landing)) && flights->count && co_clock_ms() < until) {
		wake = next_deadline(flights, until);
		t.tv_sec = wake / 1000;
		t.tv_nsec = (long)(wake % 1000) * 1000000;
		pthread_cond_timedwait(&flights->changed, &flights->lock, &t);
	}
	pthread_mutex_unlock(&flights->lock);
	return landed;
}

void co_flights_hurry(struct co_flights *flights, int64_t until)
{
	struct flight *f;

	pthread_mutex_lock(&flights->lock);
	for (f = flights->first; f; f = f->next)
		if (!f->departure.call.token && f->until > until)
			f->until = until;
	pthread_mutex_unlock(&flights->lock);
}

void co_flights_free(struct co_flights *flights)
{
	struct flight *f, *next;

	if (!flights)
		return;
	pthread_mutex_lock(&flights->lock);
	for (f = flights->first; f; f = next) {
		next = f->next;
		if (f->ended)
			flight_free(f);
		else
			f->given_up = 1;
	}
	drop(flights);
}

void co_landing_clear(struct co_landing *landing)
{
	json_decref(landing->output);
	landing->output = NULL;
}
