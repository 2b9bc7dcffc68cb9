/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes after the last record: what was whole stays, and the log is mended or refused. */
#include "file.h"

#include "audit/log.h"
#include "audit/verify.h"
#include "sys/file.h"

#include <fcntl.h>
#include <glob.h>

enum { NOON = 1795435200 /* 2026-11-23T12:00:00Z */ };

static char *day_file, *head_file, *lock_file, *torn_files;

static int append(struct co_err *err)
{
	const struct co_audit_event event = { .type = CO_AUDIT_RUN, .what = "x", .ms = -1 };
	json_t *record = co_audit_record_new(&event, NULL);
	struct co_audit_log *log;
	int rc = co_audit_open(&log, fuzz_directory, err);

	if (rc == CO_OK) {
		rc = co_audit_append(log, &record, 1, NOON, err);
		co_audit_close(log);
	}
	json_decref(record);
	return rc;
}

static void tell(void *context, const struct co_audit_problem *problem)
{
	(void)context;
	must(problem->seq > 0 && problem->message[0]);
}

static struct co_audit_verdict verify(void)
{
	struct co_audit_verdict verdict = { 0 };
	struct co_err err = CO_ERR_INIT;
	int dir;

	must(co_audit_directory_open(&dir, fuzz_directory, 0, &err) == CO_OK);
	must(co_audit_verify(dir, 1, tell, NULL, &verdict, &err) == CO_OK);
	close(dir);
	return verdict;
}

static void slurp(struct co_buf *out)
{
	struct co_err err = CO_ERR_INIT;

	must(co_file_read(day_file, 1 << 24, 0, out, &err) == CO_OK);
}

static void drop_files(void)
{
	unlink(day_file);
	unlink(head_file);
	unlink(lock_file);
}

static void start_anew(void)
{
	struct co_err err = CO_ERR_INIT;

	day_file = fuzz_path("2026-11-23.jsonl");
	head_file = fuzz_path("head");
	lock_file = fuzz_path("lock");
	torn_files = fuzz_path("torn-*");
	atexit(drop_files); /* before the directory is */
	must(append(&err) == CO_OK && append(&err) == CO_OK && append(&err) == CO_OK);
}

static void drop_torn(void)
{
	glob_t found;
	size_t i;

	if (glob(torn_files, 0, NULL, &found) == 0) {
		for (i = 0; i < found.gl_pathc; i++)
			unlink(found.gl_pathv[i]);
		globfree(&found);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct co_buf whole;	/* the three records every input follows */
	static char head[256];
	static ssize_t head_len;
	struct co_buf before = CO_BUF_INIT, after = CO_BUF_INIT;
	struct co_err err = CO_ERR_INIT;
	struct co_audit_verdict verdict;
	int fd;

	if (!whole.len) {
		start_anew();
		slurp(&whole);
		fd = open(head_file, O_RDONLY);
		head_len = read(fd, head, sizeof(head));
		close(fd);
	}
	fd = open(day_file, O_WRONLY | O_TRUNC);
	must(write(fd, whole.data, whole.len) == (ssize_t)whole.len && write(fd, data, size) == (ssize_t)size);
	close(fd);
	fd = open(head_file, O_WRONLY | O_TRUNC);
	must(write(fd, head, (size_t)head_len) == head_len);
	close(fd);
	drop_torn();

	slurp(&before);
	verdict = verify();
	must(verdict.records >= 3);
	if (append(&err) == CO_OK) {
		slurp(&after);
		must(after.len > whole.len && memcmp(after.data, whole.data, whole.len) == 0);
		must(verdict.problems || verify().problems == 0);
	} else {
		must(strcmp(err.id, "log-damaged") == 0);
		slurp(&after);
		must(after.len == before.len && memcmp(after.data, before.data, before.len) == 0);
	}
	co_buf_clear(&before);
	co_buf_clear(&after);
	return 0;
}
