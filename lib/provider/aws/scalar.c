/* SPDX-License-Identifier: Apache-2.0 */
/* Single values as text: what Python's str() makes of numbers, and the four ways to write an instant. */
#include "provider/aws/wire.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/time.h"

enum { DAY = 86400 };

/* ---- numbers */

/* The digits and the exponent of the shortest decimal that reads back as the same number: "12", 1 for 1.2e1. */
static int shortest(double value, char digits[20])
{
	char text[32], *e, *from, *to = digits;
	int precision;

	for (precision = 1; precision <= 17; precision++) {
		snprintf(text, sizeof(text), "%.*e", precision - 1, value);
		if (strtod(text, NULL) == value) /* exact on purpose */
			break;
	}
	e = strchr(text, 'e');
	for (from = text; from < e; from++) {
		if (isdigit((unsigned char)*from))
			*to++ = *from;
	}
	*to = '\0';
	return atoi(e + 1);
}

/* A number as Python's repr() writes a float. */
static void add_real(struct co_buf *out, double value)
{
	char digits[20];
	int exponent, count, i;

	if (isnan(value) || isinf(value)) {
		co_buf_adds(out, isnan(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity");
		return;
	}
	if (signbit(value))
		co_buf_addc(out, '-');
	exponent = shortest(fabs(value), digits);
	count = (int)strlen(digits);
	if (exponent < -4 || exponent >= 16) {
		co_buf_addf(out, "%c%s%se%c%02d", digits[0], count > 1 ? "." : "", digits + 1, exponent < 0 ? '-' : '+', abs(exponent));
		return;
	}
	if (exponent < 0)
		co_buf_addf(out, "0.%.*s", -exponent - 1, "000");
	for (i = 0; i < count || i <= exponent; i++) {
		co_buf_addc(out, i < count ? digits[i] : '0');
		if (i == exponent)
			co_buf_addc(out, '.');
	}
	if (exponent >= count - 1)
		co_buf_addc(out, '0');
}

/* ---- instants */

/* "Thu, 01 Jan 1970 00:00:00 GMT" (RFC 9110 section 5.6.7) */
static void add_http_date(struct co_buf *out, int64_t seconds)
{
	static const char days[] = "ThuFriSatSunMonTueWed", months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	int64_t day = seconds / DAY - (seconds % DAY < 0);
	int second = (int)(seconds - day * DAY), year, month, of_month;

	co_date_from_days(day, &year, &month, &of_month);
	co_buf_addf(out, "%.3s, %02d %.3s %04d %02d:%02d:%02d GMT", days + 3 * ((day % 7 + 7) % 7), of_month,
		    months + (size_t)3 * (size_t)(month - 1), year, second / 3600, second / 60 % 60, second % 60);
}

void co_aws_time_add(struct co_buf *out, const struct co_api_instant *time, enum co_api_time format)
{
	char text[CO_TIME_LEN + 1];

	switch (format) {
	case CO_API_TIME_UNIX:
		co_buf_addf(out, "%lld", (long long)time->seconds);
		break;
	case CO_API_TIME_HTTP:
		add_http_date(out, time->seconds);
		break;
	default:
		co_time_format(text, time->seconds);
		if (time->micros)
			co_buf_addf(out, "%.19s.%06dZ", text, time->micros);
		else
			co_buf_adds(out, text);
	}
}

/* ---- all of them */

void co_aws_scalar(struct co_buf *out, const struct co_api_member *member, const json_t *value, enum co_api_time format)
{
	struct co_api_instant time;

	if (member->shape->type == CO_API_TIMESTAMP && co_api_instant_parse(&time, value) == 0)
		co_aws_time_add(out, &time, member->time != CO_API_TIME_OF_PROTOCOL ? member->time : format);
	else if (json_is_string(value))
		co_buf_add(out, json_string_value(value), json_string_length(value));
	else if (json_is_boolean(value))
		co_buf_adds(out, json_is_true(value) ? "true" : "false");
	else if (json_is_integer(value))
		co_buf_addf(out, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
	else if (json_is_real(value))
		add_real(out, json_real_value(value));
}
