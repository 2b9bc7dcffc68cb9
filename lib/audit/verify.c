/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/verify.h"

#include "audit/line.h"
#include "audit/scan.h"
#include "base/hex.h"
#include "base/time.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { HEX = 2 * CO_SHA256_LEN };

/* What is known when a line is looked at. */
struct state {
	int content;
	co_audit_problem_tell *tell;
	void *context;
	struct co_audit_verdict verdict;
	struct co_audit_head head;
	int has_head;
	int64_t next;	      /* the seq that should come */
	char digits[24];      /* the same as text */
	size_t digits_len;
	int after_garbage;    /* the line before was no record */
	int chained;	      /* prev is known */
	char prev[HEX + 1];   /* what the next line should say */
	char time[CO_TIME_LEN]; /* of the last record; zeros: none */
	char day[CO_AUDIT_NAME + 1]; /* name of the file that day_of stands for */
	int64_t day_of;
};

static void problem(struct state *s, int64_t seq, const struct co_audit_piece *at, const char *fmt, ...)
	CO_PRINTF(4, 5);

static void problem(struct state *s, int64_t seq, const struct co_audit_piece *at, const char *fmt, ...)
{
	struct co_audit_problem p = { seq, at ? at->day : 0, at ? at->number : 0, NULL };
	char message[256];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(message, sizeof(message), fmt, ap);
	va_end(ap);
	p.message = message;
	s->verdict.problems++;
	s->tell(s->context, &p);
}

static void missing(struct state *s, const struct co_audit_piece *at, int64_t from, int64_t to)
{
	if (from == to)
		problem(s, from, at, "record %lld is missing", (long long)from);
	else
		problem(s, from, at, "records %lld to %lld are missing", (long long)from, (long long)to);
}

/* 1 if the record stands where it should, 0 if it is one too many. */
static int check_place(struct state *s, const struct co_audit_line *line, const struct co_audit_piece *piece)
{
	const long long seq = line->seq;

	if (line->seq < s->next) {
		problem(s, line->seq, piece, "record %lld stands again or out of order", seq);
		return 0;
	}
	if (line->seq > s->next && !(s->after_garbage && line->seq == s->next + 1)) {
		missing(s, piece, s->next, line->seq - 1);
	} else if (s->chained && memcmp(line->prev, s->prev, HEX) != 0) {
		if (line->seq == 1)
			problem(s, 1, piece, "record 1 was changed: its prev is not that of a first record");
		else
			problem(s, line->seq - 1, piece, "record %lld, or the prev of record %lld, was changed", seq - 1, seq);
	}
	return 1;
}

static void check_time(struct state *s, const struct co_audit_line *line, const struct co_audit_piece *piece)
{
	if (s->day_of != piece->day || !s->day[0]) {
		co_audit_day_name(s->day, piece->day);
		s->day_of = piece->day;
	}
	if (memcmp(line->time_text, s->time, CO_TIME_LEN) < 0)
		problem(s, line->seq, piece, "record %lld is dated before the one before it", (long long)line->seq);
	else
		memcpy(s->time, line->time_text, CO_TIME_LEN);
	if (memcmp(line->time_text, s->day, 10) != 0)
		problem(s, line->seq, piece, "record %lld is dated %.10s but stands in %s", (long long)line->seq,
			line->time_text, s->day);
}

static void check_content(struct state *s, int64_t seq, const struct co_audit_piece *piece)
{
	struct co_err err = CO_ERR_INIT;
	struct co_audit_record record = { 0 };
	json_t *value = co_json_parse(piece->data, piece->len, "record", &err);

	if (!value || co_shape_decode(&co_audit_record_shape, value, &record, &err) < 0)
		problem(s, seq, piece, "record %lld: %.150s%s%.60s", (long long)seq, err.message, err.path[0] ? " at " : "",
			err.path);
	co_shape_clear(&co_audit_record_shape, &record);
	json_decref(value);
}

static void garbage(struct state *s, const struct co_audit_piece *piece, const char *what)
{
	problem(s, s->next, piece, "%s where record %lld should be", what, (long long)s->next);
	s->after_garbage = 1;
	s->chained = 0;
}

/* The decimal digits of next, which counts up once a line. */
static void count_up(struct state *s, int64_t next)
{
	size_t i = s->digits_len;

	if (next != s->next + 1 || !i) {
		s->digits_len = (size_t)snprintf(s->digits, sizeof(s->digits), "%lld", (long long)next);
	} else {
		while (i && s->digits[i - 1] == '9')
			s->digits[--i] = '0';
		if (i)
			s->digits[i - 1]++;
		else
			s->digits_len = (size_t)snprintf(s->digits, sizeof(s->digits), "%lld", (long long)next);
	}
	s->next = next;
}

static int is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* True for a time of the same day that is not earlier. */
static int is_later_today(const char *time, const char *than)
{
	enum { DATE = 11 /* "2026-11-23T" */ };

	return memcmp(time, than, CO_TIME_LEN) >= 0 && memcmp(time, than, DATE) == 0 && time[11] <= '2' &&
	       (time[11] < '2' || time[12] <= '3') && is_digit(time[12]) && time[13] == ':' && time[14] <= '5' &&
	       is_digit(time[14]) && is_digit(time[15]) && time[16] == ':' && time[17] <= '5' && is_digit(time[17]) &&
	       is_digit(time[18]) && time[19] == 'Z';
}

/*
 * Reads the frame of a line that is what is expected, by comparing it with that:
 * this is several times faster than parsing it, and most lines of most logs are.
 */
static int is_expected(const struct state *s, struct co_audit_line *line, const char *data, size_t len)
{
	static const char before[] = "{\"seq\":", middle[] = ",\"time\":\"", last[] = ",\"prev\":\"sha256:";
	const char *time = data + sizeof(before) - 1 + s->digits_len + sizeof(middle) - 1;
	const char *prev = data + len - (HEX + 2);

	if (!s->chained || len < 256 || memcmp(data, before, sizeof(before) - 1) != 0 ||
	    memcmp(data + sizeof(before) - 1, s->digits, s->digits_len) != 0 ||
	    memcmp(time - (sizeof(middle) - 1), middle, sizeof(middle) - 1) != 0 ||
	    !is_later_today(time, s->time) || memcmp(time + CO_TIME_LEN, "\",", 2) != 0 ||
	    memcmp(prev - (sizeof(last) - 1), last, sizeof(last) - 1) != 0 || memcmp(prev, s->prev, HEX) != 0 ||
	    memcmp(prev + HEX, "\"}", 2) != 0)
		return 0;
	line->seq = s->next;
	line->time_text = time;
	line->prev = prev;
	return 1;
}

static void check_line(struct state *s, const struct co_audit_piece *piece)
{
	struct co_audit_line line;

	if (!is_expected(s, &line, piece->data, piece->len) &&
	    co_audit_line_parse(&line, piece->data, piece->len) < 0) {
		garbage(s, piece, "there is no record");
		return;
	}
	if (!check_place(s, &line, piece))
		return;
	check_time(s, &line, piece);
	if (s->content)
		check_content(s, line.seq, piece);
	co_sha256(piece->data - 1, piece->len + 1, s->verdict.leaf);
	co_hex_encode(s->prev, s->verdict.leaf, sizeof(s->verdict.leaf));
	s->chained = 1;
	s->after_garbage = 0;
	count_up(s, line.seq + 1);
	s->verdict.records++;
	s->verdict.last = line.seq;
	if (s->has_head && line.seq == s->head.seq && memcmp(s->verdict.leaf, s->head.leaf, sizeof(s->head.leaf)) != 0)
		problem(s, line.seq, piece, "record %lld is not the one that was acknowledged", (long long)line.seq);
}

static void check_end(struct state *s)
{
	const int64_t last = s->verdict.last;

	if (!s->has_head && last)
		problem(s, last, NULL, "the file \"head\" is missing or empty: records after %lld may be, too", (long long)last);
	else if (s->has_head && last < s->head.seq)
		problem(s, last + 1, NULL, "the log ends with record %lld, but record %lld was acknowledged",
			(long long)last, (long long)s->head.seq);
}

static int read_head(struct state *s, int dir, struct co_err *err)
{
	int rc = co_audit_head_read(&s->head, dir, err);

	if (rc == CO_ERR_INPUT) {
		problem(s, 0, NULL, "the file \"head\" is no head");
		s->has_head = 1; /* of which nothing is known */
		s->head.seq = 0;
		return CO_OK;
	}
	s->has_head = rc > 0;
	return rc < 0 ? rc : CO_OK;
}

int co_audit_verify(int dir, int content, co_audit_problem_tell *tell, void *context,
		    struct co_audit_verdict *verdict, struct co_err *err)
{
	struct state s = { .content = content, .tell = tell, .context = context, .chained = 1 };
	struct co_audit_piece piece, torn;
	struct co_audit_scan *scan;
	int rc = read_head(&s, dir, err); /* first, so that what is appended meanwhile does no harm */

	count_up(&s, 1);
	co_hex_encode(s.prev, co_audit_no_leaf, CO_SHA256_LEN);
	if (rc == CO_OK)
		rc = co_audit_scan_open(&scan, dir, INT64_MIN, err);
	if (rc < 0)
		return rc;
	while ((rc = co_audit_scan_next(scan, &piece, 1, err)) > 0) {
		s.verdict.bytes += (int64_t)piece.len + (piece.kind == CO_AUDIT_LINE);
		if (s.verdict.torn) { /* a crash leaves a torn record at the very end only */
			garbage(&s, &torn, "there is a torn line");
			s.verdict.torn = 0;
		}
		if (piece.kind == CO_AUDIT_LINE)
			check_line(&s, &piece);
		else if (piece.kind == CO_AUDIT_TOO_LONG)
			garbage(&s, &piece, "there is a line longer than any record");
		else
			s.verdict.torn = piece.len;
		torn = piece;
	}
	co_audit_scan_close(scan);
	if (rc < 0)
		return rc;
	check_end(&s);
	*verdict = s.verdict;
	return CO_OK;
}
