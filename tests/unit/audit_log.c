/* SPDX-License-Identifier: Apache-2.0 */
/* The log: chaining, day files, repair, and what it refuses. */
#include "audit/line.h"
#include "audit/log.h"
#include "audit/verify.h"
#include "base/hex.h"
#include "base/time.h"
#include "sys/atomicfile.h"
#include "sys/file.h"

#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

enum { NOON = 1795435200 /* 2026-11-23T12:00:00Z */, DAY = 86400 };

struct place {
	char dir[64];
	char first[512]; /* problem told by verify */
	int64_t first_seq;
};

static int setup(void **state)
{
	struct place *p = co_xcalloc(1, sizeof(*p));

	snprintf(p->dir, sizeof(p->dir), "/tmp/cloudops-unit.XXXXXX");
	assert_non_null(mkdtemp(p->dir));
	*state = p;
	return 0;
}

static int teardown(void **state)
{
	struct place *p = *state;
	char command[128];

	snprintf(command, sizeof(command), "rm -rf %s", p->dir);
	assert_int_equal(system(command), 0);
	free(p);
	return 0;
}

static json_t *record(const char *what)
{
	const struct co_audit_event event = { .type = CO_AUDIT_RUN, .what = what, .ms = -1 };

	return co_audit_record_new(&event, NULL);
}

static int append(struct co_audit_log *log, const char *what, int64_t now, struct co_err *err)
{
	json_t *r = record(what);
	int rc = co_audit_append(log, &r, 1, now, err);

	json_decref(r);
	return rc;
}

static void append_to(const struct place *p, int n, int64_t now)
{
	struct co_err err = CO_ERR_INIT;
	struct co_audit_log *log;

	assert_int_equal(co_audit_open(&log, p->dir, &err), CO_OK);
	while (n--)
		assert_int_equal(append(log, "x", now, &err), CO_OK);
	co_audit_close(log);
}

static void tell(void *context, const struct co_audit_problem *problem)
{
	struct place *p = context;

	if (p->first[0])
		return;
	p->first_seq = problem->seq;
	snprintf(p->first, sizeof(p->first), "%s", problem->message);
}

static struct co_audit_verdict verify(struct place *p)
{
	struct co_err err = CO_ERR_INIT;
	struct co_audit_verdict v = { 0 };
	int dir;

	p->first[0] = '\0';
	assert_int_equal(co_audit_directory_open(&dir, p->dir, 0, &err), CO_OK);
	assert_int_equal(co_audit_verify(dir, 1, tell, p, &v, &err), CO_OK);
	close(dir);
	return v;
}

/* "2026-11-23.jsonl" and the like, in the place; valid until the next call. */
static const char *path(const struct place *p, const char *name)
{
	static char text[128];

	snprintf(text, sizeof(text), "%s/%s", p->dir, name);
	return text;
}

static void slurp(const struct place *p, const char *name, struct co_buf *out)
{
	struct co_err err = CO_ERR_INIT;

	assert_int_equal(co_file_read(path(p, name), 1 << 20, 0, out, &err), CO_OK);
}

static void spill(const struct place *p, const char *name, const char *data, size_t len)
{
	struct co_err err = CO_ERR_INIT;

	assert_int_equal(co_file_replace(path(p, name), data, len, 0600, &err), CO_OK);
}

static void add_bytes(const struct place *p, const char *name, const char *data, size_t len)
{
	int fd = open(path(p, name), O_WRONLY | O_APPEND | O_CREAT, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, data, len), (ssize_t)len);
	close(fd);
}

#define TODAY "2026-11-23.jsonl"

static void test_lines_are_as_specified(void **state)
{
	struct place *p = *state;
	struct co_buf text = CO_BUF_INIT;
	char hex[2 * CO_SHA256_LEN + 1], expected[512];
	unsigned char leaf[CO_SHA256_LEN];
	const char *second;

	append_to(p, 2, NOON);
	slurp(p, TODAY, &text);
	second = strchr(text.data, '\n') + 1;
	co_audit_leaf(text.data, (size_t)(second - text.data) - 1, leaf);
	co_hex_encode(hex, leaf, sizeof(leaf));
	snprintf(expected, sizeof(expected),
		 "{\"seq\":1,\"time\":\"2026-11-23T12:00:00Z\",\"type\":\"run\",\"what\":\"x\",\"prev\":\"sha256:"
		 "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\"}\n"
		 "{\"seq\":2,\"time\":\"2026-11-23T12:00:00Z\",\"type\":\"run\",\"what\":\"x\",\"prev\":\"sha256:%s\"}\n",
		 hex);
	assert_string_equal(text.data, expected);
	co_buf_clear(&text);
	assert_int_equal(verify(p).problems, 0);
}

static void test_days_follow_each_other(void **state)
{
	struct place *p = *state;
	struct co_audit_verdict v;

	append_to(p, 3, NOON);
	append_to(p, 3, NOON + DAY);
	append_to(p, 3, NOON + 40 * DAY);
	v = verify(p);
	assert_int_equal(v.problems, 0);
	assert_int_equal(v.records, 9);
	assert_int_equal(v.last, 9);
	assert_int_equal(access(path(p, "2026-11-24.jsonl"), R_OK), 0);
	assert_int_equal(access(path(p, "2027-01-02.jsonl"), R_OK), 0);
}

/* A writer whose view is older than another's day file must see it. */
static void test_two_writers_over_midnight(void **state)
{
	struct place *p = *state;
	struct co_err err = CO_ERR_INIT;
	struct co_audit_log *a, *b;
	int64_t last;

	assert_int_equal(co_audit_open(&a, p->dir, &err), CO_OK);
	assert_int_equal(co_audit_open(&b, p->dir, &err), CO_OK);
	assert_int_equal(append(a, "a", NOON, &err), CO_OK);
	assert_int_equal(append(b, "b", NOON + DAY, &err), CO_OK);
	assert_int_equal(append(a, "a", NOON, &err), CO_OK);
	assert_int_equal(append(b, "b", NOON, &err), CO_OK);
	assert_int_equal(append(a, "a", NOON + 2 * DAY, &err), CO_OK);
	assert_int_equal(append(b, "b", NOON + DAY, &err), CO_OK);
	assert_int_equal(co_audit_last(a, &last, &err), CO_OK);
	assert_int_equal(last, 6);
	co_audit_close(a);
	co_audit_close(b);
	assert_int_equal(verify(p).problems, 0);
}

static void test_a_clock_behind_is_told(void **state)
{
	struct place *p = *state;
	struct co_buf text = CO_BUF_INIT;

	append_to(p, 1, NOON);
	append_to(p, 1, NOON - 30);
	append_to(p, 1, NOON - 3600);
	slurp(p, TODAY, &text);
	assert_non_null(strstr(text.data, "{\"seq\":2,\"time\":\"2026-11-23T12:00:00Z\",\"type\""));
	assert_non_null(strstr(text.data, "{\"seq\":3,\"time\":\"2026-11-23T12:00:00Z\",\"clock\":\"2026-11-23T11:00:00Z\""));
	co_buf_clear(&text);
	assert_int_equal(verify(p).problems, 0);
}

static void test_a_torn_record_is_kept_aside(void **state)
{
	static const char torn[] = "{\"seq\":4,\"time\":\"2026-11-23T1";
	struct place *p = *state;
	struct co_audit_verdict v;
	struct co_buf text = CO_BUF_INIT;

	append_to(p, 3, NOON);
	add_bytes(p, TODAY, torn, sizeof(torn) - 1);
	v = verify(p);
	assert_int_equal(v.problems, 0);
	assert_int_equal(v.torn, sizeof(torn) - 1);
	append_to(p, 1, NOON);
	v = verify(p);
	assert_int_equal(v.problems, 0);
	assert_int_equal(v.torn, 0);
	assert_int_equal(v.records, 5);
	slurp(p, "torn-4.bin", &text);
	assert_string_equal(text.data, torn);
	co_buf_reset(&text);
	slurp(p, TODAY, &text);
	assert_non_null(strstr(text.data, "{\"seq\":4,\"time\":\"2026-11-23T12:00:00Z\",\"type\":\"repair\""));
	assert_non_null(strstr(text.data, "\"detail\":{\"file\":\"torn-4.bin\",\"bytes\":29,\"digest\":\"sha256:"));
	co_buf_clear(&text);
}

/* A crash between cutting the torn record off and recording it must not lose the note. */
static void test_an_unrecorded_repair_is_recorded(void **state)
{
	struct place *p = *state;
	struct co_buf text = CO_BUF_INIT;

	append_to(p, 3, NOON);
	add_bytes(p, "torn-4.bin", "abc", 3);
	append_to(p, 1, NOON);
	slurp(p, TODAY, &text);
	assert_non_null(strstr(text.data, "{\"seq\":4,\"time\":\"2026-11-23T12:00:00Z\",\"type\":\"repair\""));
	assert_non_null(strstr(text.data, "{\"seq\":5,\"time\":\"2026-11-23T12:00:00Z\",\"type\":\"run\""));
	co_buf_clear(&text);
	assert_int_equal(verify(p).problems, 0);
}

static void test_torn_on_a_new_day(void **state)
{
	struct place *p = *state;
	struct co_audit_verdict v;

	append_to(p, 3, NOON);
	add_bytes(p, "2026-11-24.jsonl", "{\"se", 4);
	append_to(p, 1, NOON + 2 * DAY);
	v = verify(p);
	assert_int_equal(v.problems, 0);
	assert_int_equal(v.records, 5);
}

static void expect_refusal(struct place *p, const char *id)
{
	struct co_err err = CO_ERR_INIT;
	struct co_audit_log *log;

	assert_int_equal(co_audit_open(&log, p->dir, &err), CO_OK);
	assert_int_equal(append(log, "x", NOON, &err), CO_ERR_SYSTEM);
	assert_string_equal(err.id, id);
	co_audit_close(log);
}

static void test_a_shortened_log_is_refused(void **state)
{
	struct place *p = *state;
	struct co_buf text = CO_BUF_INIT;
	const char *last;

	append_to(p, 5, NOON);
	slurp(p, TODAY, &text);
	last = strstr(text.data, "{\"seq\":5");
	spill(p, TODAY, text.data, (size_t)(last - text.data));
	assert_int_equal(verify(p).problems, 1);
	assert_int_equal(p->first_seq, 5);
	expect_refusal(p, "log-damaged");
	/* also when the last record is only cut into, as if torn */
	spill(p, TODAY, text.data, text.len - 10);
	assert_int_equal(verify(p).problems, 1);
	expect_refusal(p, "log-damaged");
	co_buf_clear(&text);
}

static void test_a_bad_last_line_is_refused(void **state)
{
	struct place *p = *state;

	append_to(p, 2, NOON);
	add_bytes(p, TODAY, "garbage\n", 8);
	expect_refusal(p, "log-damaged");
	assert_int_equal(verify(p).problems, 1);
	assert_int_equal(p->first_seq, 3);
	assert_string_equal(p->first, "there is no record where record 3 should be");
}

static void test_a_lost_head_is_a_problem_until_recorded(void **state)
{
	struct place *p = *state;
	struct co_buf text = CO_BUF_INIT;

	append_to(p, 2, NOON);
	assert_int_equal(unlink(path(p, "head")), 0);
	assert_int_equal(verify(p).problems, 1);
	append_to(p, 1, NOON);
	assert_int_equal(verify(p).problems, 0);
	slurp(p, TODAY, &text);
	assert_non_null(strstr(text.data, "{\"seq\":3,\"time\":\"2026-11-23T12:00:00Z\",\"type\":\"repair\""));
	co_buf_clear(&text);
}

/* Whatever stands in it: the next record makes it a head again. */
static void test_a_head_that_is_none_is_replaced(void **state)
{
	struct place *p = *state;
	char junk[500];

	memset(junk, 'j', sizeof(junk));
	append_to(p, 2, NOON);
	spill(p, "head", junk, sizeof(junk));
	assert_int_equal(verify(p).problems, 1);
	append_to(p, 1, NOON);
	assert_int_equal(verify(p).problems, 0);
	spill(p, "head", "", 0); /* as a power loss may leave a new one */
	assert_int_equal(verify(p).problems, 1);
	append_to(p, 1, NOON);
	assert_int_equal(verify(p).problems, 0);
}

static void test_untrusted_directories(void **state)
{
	struct place *p = *state;
	struct co_err err = CO_ERR_INIT;
	struct co_audit_log *log;

	assert_int_equal(chmod(p->dir, 0777), 0);
	assert_int_equal(co_audit_open(&log, p->dir, &err), CO_ERR_SYSTEM);
	assert_string_equal(err.id, "untrusted-directory");
	assert_int_equal(chmod(p->dir, 0700), 0);
	if (geteuid() == 0) {
		assert_int_equal(chown(p->dir, 12345, 12345), 0);
		assert_int_equal(co_audit_open(&log, p->dir, &err), CO_ERR_SYSTEM);
		assert_string_equal(err.id, "untrusted-directory");
	}
}

static void test_records_that_are_none(void **state)
{
	struct place *p = *state;
	struct co_err err = CO_ERR_INIT;
	struct co_audit_log *log;
	static const char *const bad[] = { "{}", "[]", "{\"type\":\"\"}", "{\"type\":\"run\",\"seq\":1}",
					   "{\"type\":\"run\",\"extra\":1}", "{\"type\":\"run\",\"ms\":\"1\"}" };
	size_t i;

	assert_int_equal(co_audit_open(&log, p->dir, &err), CO_OK);
	for (i = 0; i < CO_COUNT(bad); i++) {
		json_t *r = co_json_parse(bad[i], strlen(bad[i]), "test", &err);

		assert_int_equal(co_audit_append(log, &r, 1, NOON, &err), CO_ERR_INPUT);
		json_decref(r);
	}
	co_audit_close(log);
}

static void test_large_details_go_by_digest(void **state)
{
	struct place *p = *state;
	struct co_err err = CO_ERR_INIT;
	struct co_audit_log *log;
	struct co_buf text = CO_BUF_INIT;
	char *large = co_xmalloc(200001);
	json_t *r;

	memset(large, 'a', 200000);
	large[200000] = '\0';
	r = record("large");
	json_object_set_new(r, "detail", json_pack("{s:s}", "text", large));
	assert_int_equal(co_audit_open(&log, p->dir, &err), CO_OK);
	assert_int_equal(co_audit_append(log, &r, 1, NOON, &err), CO_OK);
	slurp(p, TODAY, &text);
	assert_true(text.len < 1000);
	assert_non_null(strstr(text.data, "\"bytes\":200011"));
	json_object_set_new(r, "what", json_string(large));
	assert_int_equal(co_audit_append(log, &r, 1, NOON, &err), CO_ERR_INPUT);
	assert_string_equal(err.id, "too-large");
	co_audit_close(log);
	json_decref(r);
	free(large);
	co_buf_clear(&text);
	assert_int_equal(verify(p).problems, 0);
}

/* Just under the limit: no line may be longer, whatever the frame takes. */
static void test_the_longest_record(void **state)
{
	struct place *p = *state;
	struct co_err err = CO_ERR_INIT;
	struct co_audit_log *log;
	struct co_buf text = CO_BUF_INIT;
	size_t n = CO_AUDIT_RECORD;
	char *large = co_xmalloc(n + 1);
	int rc;

	assert_int_equal(co_audit_open(&log, p->dir, &err), CO_OK);
	memset(large, 'a', n);
	do {
		large[n--] = '\0';
		rc = append(log, large, NOON, &err);
	} while (rc == CO_ERR_INPUT);
	assert_int_equal(rc, CO_OK);
	assert_int_equal(append(log, "next", NOON - 3600, &err), CO_OK);
	co_audit_close(log);
	slurp(p, TODAY, &text);
	assert_true(strcspn(text.data, "\n") <= CO_AUDIT_RECORD);
	assert_true(strcspn(text.data, "\n") > CO_AUDIT_RECORD - 512);
	co_buf_clear(&text);
	free(large);
	assert_int_equal(verify(p).problems, 0);
}

static void *appender(void *log)
{
	struct co_err err = CO_ERR_INIT;
	int i;

	for (i = 0; i < 25; i++)
		if (append(log, "thread", NOON + i, &err) < 0)
			return log;
	return NULL;
}

static void test_threads_share_a_log(void **state)
{
	struct place *p = *state;
	struct co_err err = CO_ERR_INIT;
	struct co_audit_verdict v;
	struct co_audit_log *log;
	pthread_t threads[8];
	void *failed;
	size_t i;

	assert_int_equal(co_audit_open(&log, p->dir, &err), CO_OK);
	for (i = 0; i < CO_COUNT(threads); i++)
		assert_int_equal(pthread_create(&threads[i], NULL, appender, log), 0);
	for (i = 0; i < CO_COUNT(threads); i++) {
		assert_int_equal(pthread_join(threads[i], &failed), 0);
		assert_null(failed);
	}
	co_audit_close(log);
	v = verify(p);
	assert_int_equal(v.problems, 0);
	assert_int_equal(v.records, 200);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_lines_are_as_specified),
		TEST(test_days_follow_each_other),
		TEST(test_two_writers_over_midnight),
		TEST(test_a_clock_behind_is_told),
		TEST(test_a_torn_record_is_kept_aside),
		TEST(test_an_unrecorded_repair_is_recorded),
		TEST(test_torn_on_a_new_day),
		TEST(test_a_shortened_log_is_refused),
		TEST(test_a_bad_last_line_is_refused),
		TEST(test_a_lost_head_is_a_problem_until_recorded),
		TEST(test_a_head_that_is_none_is_replaced),
		TEST(test_untrusted_directories),
		TEST(test_records_that_are_none),
		TEST(test_large_details_go_by_digest),
		TEST(test_the_longest_record),
		TEST(test_threads_share_a_log),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
