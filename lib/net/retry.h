/* SPDX-License-Identifier: Apache-2.0 */
/*
 * net/retry: when to try again, and when to stop.
 *
 * The numbers of botocore's standard mode: three attempts, full jitter over an exponential
 * bound, and a bucket of tokens that all calls of a client share, so that a service in
 * trouble is not hammered.
 */
#ifndef CO_NET_RETRY_H
#define CO_NET_RETRY_H

#include <stdatomic.h>
#include <stdint.h>

enum {
	CO_RETRY_ATTEMPTS = 3,
	CO_RETRY_CAPACITY = 500, /* tokens of a full bucket */
	CO_RETRY_COST = 5,
	CO_RETRY_COST_TIMEOUT = 10,
};

/* May be shared by threads. */
struct co_retry_bucket {
	atomic_int tokens;
};
#define CO_RETRY_BUCKET_INIT { CO_RETRY_CAPACITY }

/* Takes cost tokens for a further attempt: 1, or 0 when there are too few. */
int co_retry_take(struct co_retry_bucket *bucket, int cost);

/* A success gives back what its last attempt cost, or 1 if it was the first attempt. */
void co_retry_give(struct co_retry_bucket *bucket, int tokens);

/* Before attempt 2 (retries = 1), 3 (2), ...: a part of min(2^(retries-1) s, 20 s); random is uniform over 0..UINT32_MAX. In ms. */
int64_t co_retry_delay(int retries, uint32_t random);

/* Retry-After (RFC 9110 section 10.2.3), seconds or a date; now is wall clock in seconds. In ms; -1 if it is neither. */
int64_t co_retry_after(const char *value, int64_t now);

/* The time that an HTTP date (RFC 9110 section 5.6.7, IMF-fixdate) names, in seconds; -1 if it is none. */
int64_t co_http_date(const char *value);

/* Waits; 1 at once when that would pass the deadline (of co_clock_ms()), or when cancelled; 0 when it is time. */
int co_retry_wait(int64_t ms, int64_t deadline, const atomic_int *cancelled);

#endif
