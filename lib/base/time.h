/* SPDX-License-Identifier: Apache-2.0 */
/*
 * base/time: instants and durations.
 *
 * An instant is whole seconds since the Unix epoch, UTC. Clocks are read in
 * tools/ and passed down; nothing here asks what time it is.
 */
#ifndef CO_BASE_TIME_H
#define CO_BASE_TIME_H

#include <stdint.h>

enum { CO_TIME_LEN = 20 }; /* "2026-11-23T06:18:59Z" */

/* RFC 3339, UTC, whole seconds; years 0000 to 9999. */
void co_time_format(char out[CO_TIME_LEN + 1], int64_t seconds);

/* Reads exactly that form; 0, or -1 (also for days and hours that do not exist). */
int co_time_parse(int64_t *seconds, const char *s);

/* "90s", "15m", "24h", "7d", "2w", or "500ms", into milliseconds; 0, or -1. */
int co_duration_parse(int64_t *ms, const char *s);

/* Days since the epoch of a date of the proleptic Gregorian calendar, and back. */
int64_t co_days_from_date(int year, int month, int day);
void co_date_from_days(int64_t days, int *year, int *month, int *day);

#endif
