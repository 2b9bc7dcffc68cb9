/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/line.h"

#include "base/hex.h"
#include "base/time.h"

#include <string.h>

static const char seq_key[] = "{\"seq\":";
static const char time_key[] = ",\"time\":\"";
static const char prev_key[] = ",\"prev\":\"sha256:";
static const char line_end[] = "\"}";

enum { HEX = 2 * CO_SHA256_LEN, SEQ_DIGITS = 16 /* of 2^53 - 1 */ };

const unsigned char co_audit_no_leaf[CO_SHA256_LEN] = {
	0xe3, 0xb0, 0xc4, 0x42, 0x98, 0xfc, 0x1c, 0x14, 0x9a, 0xfb, 0xf4, 0xc8, 0x99, 0x6f, 0xb9, 0x24,
	0x27, 0xae, 0x41, 0xe4, 0x64, 0x9b, 0x93, 0x4c, 0xa4, 0x95, 0x99, 0x1b, 0x78, 0x52, 0xb8, 0x55,
};

/* Steps over a literal. */
static int take(const char **at, const char *end, const char *literal, size_t len)
{
	if ((size_t)(end - *at) < len || memcmp(*at, literal, len) != 0)
		return -1;
	*at += len;
	return 0;
}

static int take_seq(const char **at, const char *end, int64_t *seq)
{
	const char *start = *at;
	int64_t n = 0;

	while (*at < end && **at >= '0' && **at <= '9' && *at - start < SEQ_DIGITS)
		n = n * 10 + (*(*at)++ - '0');
	if (*at == start || *start == '0' || n > CO_JSON_INT_MAX)
		return -1;
	*seq = n;
	return 0;
}

static int take_time(const char **at, const char *end, struct co_audit_line *line)
{
	char text[CO_TIME_LEN + 1];

	if (end - *at < CO_TIME_LEN)
		return -1;
	memcpy(text, *at, CO_TIME_LEN);
	text[CO_TIME_LEN] = '\0';
	line->time_text = *at;
	*at += CO_TIME_LEN;
	return co_time_parse(&line->time, text);
}

static int is_hex(const char *s, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if (!((s[i] >= '0' && s[i] <= '9') || (s[i] >= 'a' && s[i] <= 'f')))
			return 0;
	return 1;
}

int co_audit_line_parse(struct co_audit_line *line, const char *data, size_t len)
{
	const size_t tail = sizeof(prev_key) - 1 + HEX + sizeof(line_end) - 1;
	const char *at = data, *end = data + len;
	struct co_audit_line parsed;

	if (take(&at, end, seq_key, sizeof(seq_key) - 1) < 0 || take_seq(&at, end, &parsed.seq) < 0 ||
	    take(&at, end, time_key, sizeof(time_key) - 1) < 0 || take_time(&at, end, &parsed) < 0 ||
	    take(&at, end, "\",", 2) < 0 || (size_t)(end - at) < tail)
		return -1;
	at = end - tail;
	if (take(&at, end, prev_key, sizeof(prev_key) - 1) < 0 || !is_hex(at, HEX))
		return -1;
	parsed.prev = at;
	at += HEX;
	if (take(&at, end, line_end, sizeof(line_end) - 1) < 0)
		return -1;
	*line = parsed;
	return 0;
}

void co_audit_line_write(struct co_buf *out, int64_t seq, int64_t time, int64_t clock, const struct co_buf *body,
			 const unsigned char prev[CO_SHA256_LEN])
{
	char stamp[CO_TIME_LEN + 1], hex[HEX + 1];

	co_time_format(stamp, time);
	co_buf_addf(out, "%s%lld%s%s\"", seq_key, (long long)seq, time_key, stamp);
	if (clock) {
		co_time_format(stamp, clock);
		co_buf_addf(out, ",\"clock\":\"%s\"", stamp);
	}
	co_buf_add(out, body->data, body->len);
	co_hex_encode(hex, prev, CO_SHA256_LEN);
	co_buf_addf(out, "%s%s%s\n", prev_key, hex, line_end);
}

void co_audit_leaf(const char *data, size_t len, unsigned char leaf[CO_SHA256_LEN])
{
	struct co_sha256 s;

	co_sha256_init(&s);
	co_sha256_add(&s, "", 1);
	co_sha256_add(&s, data, len);
	co_sha256_end(&s, leaf);
}

/* Past the closing quote of the string whose opening quote is at at; NULL if it has none. */
static const char *skip_string(const char *at, const char *end)
{
	for (at++; at < end; at++) {
		if (*at == '"')
			return at + 1;
		if (*at == '\\' && ++at == end)
			return NULL;
	}
	return NULL;
}

/* Past a value: at the comma or bracket that follows it; NULL if it does not end. */
static const char *skip_value(const char *at, const char *end)
{
	size_t depth = 0;

	while (at && at < end) {
		if (*at == '"') {
			at = skip_string(at, end);
			continue;
		}
		if (!depth && (*at == ',' || *at == '}' || *at == ']'))
			return at;
		if (*at == '{' || *at == '[')
			depth++;
		else if (*at == '}' || *at == ']')
			depth--;
		at++;
	}
	return NULL;
}

int co_audit_line_find(const char *data, size_t len, const char *key, struct co_audit_slice *value)
{
	const char *at = data, *end = data + len, *name, *after;
	const size_t key_len = strlen(key);

	if (!len || *at != '{')
		return 0;
	for (at++; at < end && *at == '"'; at = after + 1) {
		name = at + 1;
		at = skip_string(at, end);
		if (!at || at >= end || *at != ':')
			return 0;
		after = skip_value(at + 1, end);
		if (!after)
			return 0;
		if ((size_t)(at - 1 - name) == key_len && memcmp(name, key, key_len) == 0) {
			*value = (struct co_audit_slice){ at + 1, (size_t)(after - at - 1) };
			return 1;
		}
		if (*after != ',')
			return 0;
	}
	return 0;
}
