/* SPDX-License-Identifier: Apache-2.0 */
/* Scans against what was written: long lines over the ends of blocks, days, bisected times, what is appended meanwhile. */
#include "unit.h"

#include "audit/query.h"
#include "audit/verify.h"

#include <fcntl.h>

enum { MIDNIGHT = 1795392000 /* 2026-11-23 */, DAY = 86400, RECORDS = 1500, DAYS = 3 };

struct place {
	char dir[64];
	int fd;
	int64_t times[RECORDS + 1]; /* of each seq */
	unsigned random;
};

static unsigned next_random(struct place *p)
{
	p->random = p->random * 1103515245 + 12345;
	return p->random >> 8;
}

/* Mostly short lines; some as long as a line may be. */
static size_t some_length(struct place *p)
{
	switch (next_random(p) % 50) {
	case 0:
		return 65000;
	case 1:
		return next_random(p) % 65000;
	default:
		return next_random(p) % 900;
	}
}

static void write_day(struct place *p, int64_t day, int64_t from, int64_t to, unsigned char leaf[CO_SHA256_LEN])
{
	struct co_buf text = CO_BUF_INIT, body = CO_BUF_INIT;
	char name[CO_AUDIT_NAME + 1], *filler = co_xmalloc(65001);
	int fd;

	memset(filler, 'x', 65000);
	for (; from < to; from++) {
		const size_t start = text.len;

		filler[some_length(p)] = '\0';
		co_buf_reset(&body);
		co_buf_addf(&body, ",\"type\":\"%s\",\"what\":\"%s\"", from % 7 ? "run" : "repair", filler);
		memset(filler, 'x', 65000);
		p->times[from] = MIDNIGHT + day * DAY + from * 50;
		co_audit_line_write(&text, from, p->times[from], 0, &body, leaf);
		co_audit_leaf(text.data + start, text.len - start - 1, leaf);
	}
	co_audit_day_name(name, MIDNIGHT / DAY + day);
	fd = openat(p->fd, name, O_WRONLY | O_CREAT, 0600);
	assert_int_equal(write(fd, text.data, text.len), (ssize_t)text.len);
	close(fd);
	co_buf_clear(&text);
	co_buf_clear(&body);
	free(filler);
}

static int setup(void **state)
{
	struct place *p = co_xcalloc(1, sizeof(*p));
	unsigned char leaf[CO_SHA256_LEN];
	struct co_audit_head head;
	struct co_err err = CO_ERR_INIT;
	int64_t day;
	int fd;

	snprintf(p->dir, sizeof(p->dir), "/tmp/cloudops-unit.XXXXXX");
	assert_non_null(mkdtemp(p->dir));
	assert_int_equal(co_audit_directory_open(&p->fd, p->dir, 1, &err), CO_OK);
	memcpy(leaf, co_audit_no_leaf, sizeof(leaf));
	p->random = 1;
	for (day = 0; day < DAYS; day++)
		write_day(p, day, 1 + day * RECORDS / DAYS, 1 + (day + 1) * RECORDS / DAYS, leaf);
	head.seq = RECORDS;
	memcpy(head.leaf, leaf, sizeof(leaf));
	fd = openat(p->fd, "head", O_RDWR | O_CREAT, 0600);
	assert_int_equal(co_audit_head_write(&head, fd, &err), CO_OK);
	close(fd);
	*state = p;
	return 0;
}

static int teardown(void **state)
{
	struct place *p = *state;
	char command[128];

	snprintf(command, sizeof(command), "rm -rf %s", p->dir);
	assert_int_equal(system(command), 0);
	close(p->fd);
	free(p);
	return 0;
}

static void never(void *context, const struct co_audit_problem *problem)
{
	(void)context;
	fail_msg("%s", problem->message);
}

static void test_it_verifies(void **state)
{
	struct place *p = *state;
	struct co_audit_verdict v;
	struct co_err err = CO_ERR_INIT;

	assert_int_equal(co_audit_verify(p->fd, 1, never, NULL, &v, &err), CO_OK);
	assert_int_equal(v.records, RECORDS);
}

/* All matches from the one after seq on must come, in order; returns how many. */
static int expect_query(struct place *p, struct co_audit_query *q, int every)
{
	struct co_audit_piece piece;
	struct co_audit_scan *scan;
	struct co_audit_line line;
	struct co_err err = CO_ERR_INIT;
	int64_t seq = 0;
	int rc, n = 0;

	assert_int_equal(co_audit_query_start(q, p->fd, &scan, &err), CO_OK);
	while ((rc = co_audit_query_next(q, scan, &piece, &err)) > 0) {
		for (seq++; seq <= RECORDS && (p->times[seq] < q->since || seq % every); seq++)
			;
		assert_int_equal(co_audit_line_parse(&line, piece.data, piece.len), 0);
		assert_int_equal(line.seq, seq);
		assert_int_equal(piece.data[-1], 0);
		n++;
	}
	assert_int_equal(rc, 0);
	for (seq++; seq <= RECORDS; seq++)
		assert_true(p->times[seq] < q->since || p->times[seq] >= q->until || seq % every);
	co_audit_scan_close(scan);
	co_audit_query_clear(q);
	return n;
}

static void test_all(void **state)
{
	struct co_audit_query q = CO_AUDIT_QUERY_INIT;

	assert_int_equal(expect_query(*state, &q, 1), RECORDS);
}

static void test_by_type(void **state)
{
	struct co_audit_query q = CO_AUDIT_QUERY_INIT;

	q.type = "repair";
	assert_int_equal(expect_query(*state, &q, 7), RECORDS / 7);
}

static void test_by_time(void **state)
{
	struct place *p = *state;
	int i, every;

	for (i = 0; i < 200; i++) {
		struct co_audit_query q = CO_AUDIT_QUERY_INIT;

		every = i % 2 ? 7 : 1;
		q.type = i % 2 ? "repair" : NULL;
		q.since = MIDNIGHT - 100 + next_random(p) % (DAYS * DAY + 200);
		q.until = q.since + next_random(p) % (DAY / 4);
		expect_query(p, &q, every);
	}
}

static void test_at_the_very_edge(void **state)
{
	struct place *p = *state;
	struct co_audit_query q = CO_AUDIT_QUERY_INIT;

	q.since = p->times[700];
	q.until = p->times[701];
	assert_int_equal(expect_query(p, &q, 1), 1);
	q = (struct co_audit_query)CO_AUDIT_QUERY_INIT;
	q.since = p->times[RECORDS] + 1;
	assert_int_equal(expect_query(p, &q, 1), 0);
}

/* A line that is written in pieces comes when it is whole, and once. */
static void test_what_comes_later(void **state)
{
	static const char line[] = "{\"seq\":1501,\"time\":\"2026-11-25T23:59:59Z\",\"type\":\"run\",\"prev\":\"sha256:"
				   "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\"}\n";
	struct place *p = *state;
	struct co_audit_query q = CO_AUDIT_QUERY_INIT;
	struct co_audit_piece piece;
	struct co_audit_scan *scan;
	struct co_err err = CO_ERR_INIT;
	int fd = openat(p->fd, "2026-11-25.jsonl", O_WRONLY | O_APPEND);

	q.since = MIDNIGHT + 2 * DAY + 86000;
	assert_int_equal(co_audit_query_start(&q, p->fd, &scan, &err), CO_OK);
	assert_int_equal(co_audit_query_next(&q, scan, &piece, &err), 0);
	assert_int_equal(write(fd, line, 50), 50);
	assert_int_equal(co_audit_query_next(&q, scan, &piece, &err), 0);
	assert_int_equal(write(fd, line + 50, sizeof(line) - 51), (ssize_t)sizeof(line) - 51);
	assert_int_equal(co_audit_query_next(&q, scan, &piece, &err), 1);
	assert_int_equal(piece.len, sizeof(line) - 2);
	assert_int_equal(co_audit_query_next(&q, scan, &piece, &err), 0);
	close(fd);
	fd = openat(p->fd, "2026-11-26.jsonl", O_WRONLY | O_CREAT, 0600);
	assert_int_equal(co_audit_query_next(&q, scan, &piece, &err), 0); /* a day that is still empty */
	assert_int_equal(write(fd, line, sizeof(line) - 1), (ssize_t)sizeof(line) - 1);
	assert_int_equal(co_audit_query_next(&q, scan, &piece, &err), 1);
	assert_int_equal(co_audit_query_next(&q, scan, &piece, &err), 0);
	close(fd);
	co_audit_scan_close(scan);
	co_audit_query_clear(&q);
}

static void test_lines_that_are_too_long(void **state)
{
	struct place *p = *state;
	struct co_audit_query q = CO_AUDIT_QUERY_INIT;
	struct co_audit_piece piece;
	struct co_audit_scan *scan;
	struct co_err err = CO_ERR_INIT;
	char *junk = co_xmalloc(700000);
	int fd = openat(p->fd, "2026-11-27.jsonl", O_WRONLY | O_CREAT, 0600);

	memset(junk, 'j', 700000);
	junk[699998] = '\n';
	assert_int_equal(write(fd, junk, 700000), 700000);
	close(fd);
	q.since = MIDNIGHT + 4 * DAY;
	assert_int_equal(co_audit_scan_open(&scan, p->fd, q.since, &err), CO_OK);
	assert_int_equal(co_audit_scan_next(scan, &piece, 1, &err), 1);
	assert_int_equal(piece.kind, CO_AUDIT_TOO_LONG);
	assert_int_equal(co_audit_scan_next(scan, &piece, 1, &err), 1);
	assert_int_equal(piece.kind, CO_AUDIT_TORN);
	assert_int_equal(piece.len, 1);
	assert_int_equal(co_audit_scan_next(scan, &piece, 1, &err), 0);
	co_audit_scan_close(scan);
	free(junk);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_it_verifies),
		cmocka_unit_test(test_all),
		cmocka_unit_test(test_by_type),
		cmocka_unit_test(test_by_time),
		cmocka_unit_test(test_at_the_very_edge),
		cmocka_unit_test(test_what_comes_later),
		cmocka_unit_test(test_lines_that_are_too_long),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
