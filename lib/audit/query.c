/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/query.h"

#include "base/time.h"

#include <stdio.h>
#include <string.h>

enum { BILLION = 1000000000 };

/* From the one that is likely to be rarest; its bytes are what blocks are searched for. */
enum { RUN, STEP, USER, TYPE, RESULT };

static const char *const keys[CO_AUDIT_CONDITIONS] = { "run", "step", NULL, "type", "result" };

static int encode(struct co_buf *out, const char *text, struct co_err *err)
{
	json_t *value = json_string(text);

	if (!value) {
		co_err_set(err, CO_ERR_USAGE, "usage", "\"%s\" is not UTF-8", text);
		return CO_ERR_USAGE;
	}
	co_json_write(out, value, CO_JSON_COMPACT);
	json_decref(value);
	return CO_OK;
}

int co_audit_query_start(struct co_audit_query *query, int dir, struct co_audit_scan **scan, struct co_err *err)
{
	const char *const values[CO_AUDIT_CONDITIONS] = { query->run, query->step, query->user, query->type,
							  query->result };
	int i, rc = CO_OK;

	for (i = 0; i < CO_AUDIT_CONDITIONS && rc == CO_OK; i++)
		if (values[i])
			rc = encode(&query->encoded[i], values[i], err);
	if (rc == CO_OK)
		rc = co_audit_scan_open(scan, dir, query->since, err);
	if (rc < 0)
		return rc;
	for (i = 0; i < CO_AUDIT_CONDITIONS && !query->encoded[i].len; i++)
		;
	if (i < CO_AUDIT_CONDITIONS) {
		if (keys[i])
			co_buf_addf(&query->wanted, "\"%s\":", keys[i]);
		co_buf_adds(&query->wanted, co_buf_str(&query->encoded[i]));
		co_audit_scan_want(*scan, query->wanted.data, query->wanted.len);
	}
	return CO_OK;
}

void co_audit_query_clear(struct co_audit_query *query)
{
	int i;

	for (i = 0; i < CO_AUDIT_CONDITIONS; i++)
		co_buf_clear(&query->encoded[i]);
	co_buf_clear(&query->wanted);
}

static int member_is(const char *data, size_t len, const char *key, const struct co_buf *value)
{
	struct co_audit_slice found;

	return co_audit_line_find(data, len, key, &found) && found.len == value->len &&
	       memcmp(found.data, value->data, found.len) == 0;
}

static int actor_is(const struct co_audit_piece *piece, const struct co_buf *user)
{
	struct co_audit_slice actor;

	return co_audit_line_find(piece->data, piece->len, "actor", &actor) &&
	       (member_is(actor.data, actor.len, "user", user) || member_is(actor.data, actor.len, "on_behalf", user));
}

static int matches(const struct co_audit_query *query, const struct co_audit_piece *piece)
{
	int i;

	for (i = 0; i < CO_AUDIT_CONDITIONS; i++) {
		const struct co_buf *value = &query->encoded[i];

		if (value->len && !(i == USER ? actor_is(piece, value) : member_is(piece->data, piece->len, keys[i], value)))
			return 0;
	}
	return 1;
}

int co_audit_query_next(const struct co_audit_query *query, struct co_audit_scan *scan,
			struct co_audit_piece *piece, struct co_err *err)
{
	struct co_audit_line line;
	int rc;

	while ((rc = co_audit_scan_next(scan, piece, 0, err)) > 0) {
		if (piece->kind != CO_AUDIT_LINE || !matches(query, piece) ||
		    co_audit_line_parse(&line, piece->data, piece->len) < 0 || line.time < query->since)
			continue;
		return line.time < query->until;
	}
	return rc;
}

/* A decimal number without sign or exponent, at most nine digits after the point. */
static int parse_decimal(const char *at, const char *end, struct co_audit_sum *out)
{
	struct co_audit_sum n = { 0, 0 };
	int64_t unit = BILLION / 10;
	const char *start = at;

	for (; at < end && *at >= '0' && *at <= '9'; at++) {
		if (at - start >= 15)
			return -1;
		n.whole = n.whole * 10 + (*at - '0');
	}
	if (at == start)
		return -1;
	if (at < end && *at == '.') {
		for (at++; at < end && *at >= '0' && *at <= '9' && unit; at++, unit /= 10)
			n.billionths += (*at - '0') * unit;
	}
	*out = n;
	return at == end ? 0 : -1;
}

int co_audit_sum_add(struct co_audit_sum *sum, const struct co_audit_piece *piece, const char *key,
		     struct co_err *err)
{
	struct co_audit_slice value;
	struct co_audit_sum n;

	if (!co_audit_line_find(piece->data, piece->len, key, &value))
		return CO_OK;
	if (value.len >= 2 && *value.data == '"')
		value = (struct co_audit_slice){ value.data + 1, value.len - 2 };
	if (parse_decimal(value.data, value.data + value.len, &n) < 0)
		return co_err_set(err, CO_ERR_INPUT, "bad-record", "%s is \"%.*s\", which cannot be added up", key,
				  (int)(value.len < 40 ? value.len : 40), value.data);
	if (n.whole > INT64_MAX - 1 - sum->whole)
		return co_err_set(err, CO_ERR_INPUT, "bad-record", "the sum of %s is too large", key);
	sum->whole += n.whole;
	sum->billionths += n.billionths;
	sum->whole += sum->billionths / BILLION;
	sum->billionths %= BILLION;
	return CO_OK;
}

void co_audit_sum_format(const struct co_audit_sum *sum, struct co_buf *out)
{
	co_buf_addf(out, "%lld", (long long)sum->whole);
	if (!sum->billionths)
		return;
	co_buf_addf(out, ".%09lld", (long long)sum->billionths);
	while (out->data[out->len - 1] == '0')
		out->data[--out->len] = '\0';
}

int co_audit_time_parse(int64_t *seconds, const char *text)
{
	char midnight[CO_TIME_LEN + 1];

	if (strlen(text) == 10) {
		snprintf(midnight, sizeof(midnight), "%sT00:00:00Z", text);
		text = midnight;
	}
	return co_time_parse(seconds, text);
}
