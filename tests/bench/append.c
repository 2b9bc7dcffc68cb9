/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The cost of an append, against a bare loop of write and fdatasync with the same
 * bytes on the same disk: append DIRECTORY ROUNDS RECORDS. The two take turns.
 * Prints a line each: median wall milliseconds of a round, and CPU milliseconds.
 */
#include "audit/log.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

static double now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static double cpu_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static int by_value(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void print_medians(double *wall, double *cpu, size_t n)
{
	qsort(wall, n, sizeof(*wall), by_value);
	qsort(cpu, n, sizeof(*cpu), by_value);
	printf("%.3f\t%.3f\n", wall[n / 2], cpu[n / 2]);
}

static json_t *make_record(void)
{
	char user[] = "alice", host[] = "ops1.example.com";
	const struct co_audit_actor actor = { .user = user, .uid = 1000, .host = host };
	const struct co_audit_event event = {
		.type = CO_AUDIT_STEP_RESULT, .run = "01JDBV4K6T5R9M3ZC8Q0W2XNYH", .step = "nodes",
		.what = "kubernetes list nodes", .why = "investigate high cpu on prod cluster", .result = "done",
		.cost = "0.0001", .ms = 41,
		.detail = json_pack("{s:s, s:s, s:i}", "output", "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
				    "target", "prod-eu", "attempts", 1),
	};

	return co_audit_record_new(&event, &actor);
}

static void append(struct co_audit_log *log, json_t *record, int count)
{
	struct co_err err = CO_ERR_INIT;

	while (count--) {
		if (co_audit_append(log, &record, 1, 1795435200, &err) < 0) {
			fprintf(stderr, "append: %s\n", err.message);
			exit(1);
		}
	}
}

static void bare(int fd, const char *line, size_t len, int count)
{
	while (count--) {
		if (write(fd, line, len) != (ssize_t)len || fdatasync(fd) < 0) {
			perror("append");
			exit(1);
		}
	}
}

int main(int argc, char **argv)
{
	const int rounds = argc == 4 ? atoi(argv[2]) : 0, count = argc == 4 ? atoi(argv[3]) : 0;
	double *times = calloc(4 * (size_t)(rounds + 1), sizeof(double)), *wall[2], *cpu[2], began, used;
	struct co_err err = CO_ERR_INIT;
	struct co_audit_log *log;
	json_t *record = make_record();
	struct co_buf body = CO_BUF_INIT;
	char line[4096];
	size_t len;
	int fd, i;

	if (rounds < 1 || count < 1 || chdir(argv[1]) < 0 || co_audit_open(&log, "log", &err) < 0 ||
	    (fd = open("bare", O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0600)) < 0) {
		fprintf(stderr, "append: %s\n", err.message);
		return 2;
	}
	wall[0] = times;
	wall[1] = wall[0] + rounds;
	cpu[0] = wall[1] + rounds;
	cpu[1] = cpu[0] + rounds;
	/* As long as a line of the log is by then: body, frame of 5 digits. */
	co_audit_record_body(&body, record, &err);
	len = body.len + strlen("{\"seq\":12345,\"time\":\"2026-11-23T12:00:00Z\",\"prev\":\"sha256:\"}\n") + 64;
	memset(line, 'x', len);
	line[len - 1] = '\n';
	for (i = 0; i < rounds; i++) {
		began = now_ms();
		used = cpu_ms();
		append(log, record, count);
		wall[0][i] = now_ms() - began;
		cpu[0][i] = cpu_ms() - used;
		began = now_ms();
		used = cpu_ms();
		bare(fd, line, len, count);
		wall[1][i] = now_ms() - began;
		cpu[1][i] = cpu_ms() - used;
	}
	print_medians(wall[0], cpu[0], (size_t)rounds);
	print_medians(wall[1], cpu[1], (size_t)rounds);
	co_audit_close(log);
	json_decref(record);
	co_buf_clear(&body);
	free(times);
	return 0;
}
