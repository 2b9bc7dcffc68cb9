/* SPDX-License-Identifier: Apache-2.0 */
#include "net/retry.h"

#include "base/time.h"
#include "sys/clock.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int co_retry_take(struct co_retry_bucket *bucket, int cost)
{
	int have = atomic_load(&bucket->tokens);

	while (have >= cost)
		if (atomic_compare_exchange_weak(&bucket->tokens, &have, have - cost))
			return 1;
	return 0;
}

void co_retry_give(struct co_retry_bucket *bucket, int tokens)
{
	int have = atomic_load(&bucket->tokens), full;

	do
		full = have + tokens > CO_RETRY_CAPACITY ? CO_RETRY_CAPACITY : have + tokens;
	while (!atomic_compare_exchange_weak(&bucket->tokens, &have, full));
}

int64_t co_retry_delay(int retries, uint32_t random)
{
	enum { CAP_MS = 20000 };
	int64_t bound = CAP_MS;

	if (retries < 1)
		return 0;
	if (retries <= 5)
		bound = (int64_t)1000 << (retries - 1);
	return (int64_t)((double)bound * random / UINT32_MAX);
}

int64_t co_http_date(const char *value)
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	int day, year, hour, minute, second, end = 0, back[3];
	char name[4];
	const char *at;
	int64_t days;

	if (sscanf(value, "%*3[A-Za-z], %2d %3[A-Za-z] %4d %2d:%2d:%2d GMT%n", &day, name, &year, &hour, &minute, &second,
		   &end) != 6 || !end || value[end])
		return -1;
	at = strlen(name) == 3 ? strstr(months, name) : NULL;
	if (!at || (at - months) % 3 || year < 0 || hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 ||
	    second > 60)
		return -1;
	days = co_days_from_date(year, (int)(at - months) / 3 + 1, day);
	co_date_from_days(days, &back[0], &back[1], &back[2]);
	if (back[2] != day)
		return -1;
	return days * 86400 + hour * 3600 + minute * 60 + second;
}

int64_t co_retry_after(const char *value, int64_t now)
{
	size_t digits = strspn(value, "0123456789");
	int64_t date;

	if (digits && !value[digits])
		return digits > 9 ? INT64_C(1000000000000) : (int64_t)atoi(value) * 1000;
	date = co_http_date(value);
	if (date < 0)
		return -1;
	return date <= now ? 0 : (date - now) * 1000;
}

int co_retry_wait(int64_t ms, int64_t deadline, const atomic_int *cancelled)
{
	enum { SLICE_MS = 50 };
	int64_t until = co_clock_ms() + ms, left;

	if (deadline && until >= deadline)
		return 1;
	while ((left = until - co_clock_ms()) > 0) {
		if (cancelled && atomic_load(cancelled))
			return 1;
		poll(NULL, 0, (int)(left < SLICE_MS ? left : SLICE_MS));
	}
	return 0;
}
