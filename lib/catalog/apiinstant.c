/* SPDX-License-Identifier: Apache-2.0 */
#include "catalog/api.h"

#include "base/time.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

static int digits_of(const char **s, int count, int *value)
{
	*value = 0;
	while (count--) {
		if (!isdigit((unsigned char)**s))
			return -1;
		*value = *value * 10 + (*(*s)++ - '0');
	}
	return 0;
}

static int skip(const char **s, char c)
{
	if (**s != c)
		return -1;
	(*s)++;
	return 0;
}

/* ".123456", of any length; less than a microsecond is dropped. */
static int parse_fraction(const char **s, int *micros)
{
	int unit = 100000;

	*micros = 0;
	if (**s != '.')
		return 0;
	if (!isdigit((unsigned char)(*s)[1]))
		return -1;
	for ((*s)++; isdigit((unsigned char)**s); (*s)++, unit /= 10)
		*micros += (**s - '0') * unit;
	return 0;
}

/* "Z", "+01:00", "-0530", or nothing, which is UTC. */
static int parse_offset(const char **s, int *seconds)
{
	int sign = **s == '-' ? -1 : 1, hours, minutes;

	*seconds = 0;
	if (**s == 'Z' || **s == 'z')
		(*s)++;
	else if (**s == '+' || **s == '-') {
		(*s)++;
		if (digits_of(s, 2, &hours) < 0)
			return -1;
		skip(s, ':');
		if (digits_of(s, 2, &minutes) < 0 || hours > 23 || minutes > 59)
			return -1;
		*seconds = sign * (hours * 3600 + minutes * 60);
	}
	return 0;
}

/* A date, a date and time, with or without fraction and offset. */
static int parse_iso(struct co_api_instant *time, const char *s)
{
	int year, month, day, hour = 0, minute = 0, second = 0, micros = 0, offset = 0;
	char text[CO_TIME_LEN + 1];
	int64_t seconds;

	if (digits_of(&s, 4, &year) < 0 || skip(&s, '-') < 0 || digits_of(&s, 2, &month) < 0 || skip(&s, '-') < 0 ||
	    digits_of(&s, 2, &day) < 0)
		return -1;
	if (*s == 'T' || *s == 't' || *s == ' ') {
		s++;
		if (digits_of(&s, 2, &hour) < 0 || skip(&s, ':') < 0 || digits_of(&s, 2, &minute) < 0)
			return -1;
		if (skip(&s, ':') == 0 && (digits_of(&s, 2, &second) < 0 || parse_fraction(&s, &micros) < 0))
			return -1;
		if (parse_offset(&s, &offset) < 0)
			return -1;
	}
	snprintf(text, sizeof(text), "%04u-%02u-%02uT%02u:%02u:%02uZ", (unsigned)year % 10000, (unsigned)month % 100,
		 (unsigned)day % 100, (unsigned)hour % 100, (unsigned)minute % 100, (unsigned)second % 100);
	if (*s || co_time_parse(&seconds, text) < 0)
		return -1;
	time->seconds = seconds - offset;
	time->micros = micros;
	return 0;
}

static int from_number(struct co_api_instant *time, double value)
{
	const double last = 253402300799.0; /* 9999-12-31T23:59:59Z */

	if (!(value >= -62135596800.0 && value <= last)) /* 0001-01-01 */
		return -1;
	time->seconds = (int64_t)value;
	if ((double)time->seconds > value) /* downwards, also before 1970 */
		time->seconds--;
	time->micros = (int)((value - (double)time->seconds) * 1e6 + 0.5);
	if (time->micros == 1000000) {
		time->micros = 0;
		time->seconds++;
	}
	return 0;
}

int co_api_instant_parse(struct co_api_instant *time, const json_t *value)
{
	const char *s = json_string_value(value);
	double number;
	char *end;

	if (json_is_number(value))
		return from_number(time, json_number_value(value));
	if (!s || !(isdigit((unsigned char)*s) || *s == '-'))
		return -1;
	number = strtod(s, &end);
	return *end ? parse_iso(time, s) : from_number(time, number);
}
