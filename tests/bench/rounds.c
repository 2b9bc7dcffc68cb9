/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Times pipelines against each other, in turn, without a shell:
 *   rounds ROUNDS INPUT -- PROGRAM ARGUMENT... [| PROGRAM ...] -- ...
 * Each variant after "--" is a pipeline; its first program reads INPUT, its last one
 * writes to a file. Every round runs each variant once, so that what else the
 * machine does falls on all of them. Prints a line a variant: median wall
 * milliseconds, median CPU milliseconds (user and system, of all its processes),
 * MiB of its largest process.
 * A program that does not exit 0 ends it: nothing would have been measured.
 */
#if !defined(_GNU_SOURCE)
#define _GNU_SOURCE /* pipe2, wait4 */
#endif
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

enum { STAGES = 16, VARIANTS = 8 };

struct variant {
	char **stages[STAGES];
	int count;
	double *wall, *cpu; /* of each round, ms */
	long peak;	    /* KiB */
};

static void die(const char *why, const char *what)
{
	fprintf(stderr, "rounds: %s: %s\n", what, why);
	exit(1);
}

static double now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static pid_t start(char **argv, int in, int out)
{
	posix_spawn_file_actions_t actions;
	pid_t pid;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, in, 0);
	posix_spawn_file_actions_adddup2(&actions, out, 1);
	if (posix_spawnp(&pid, argv[0], &actions, NULL, argv, environ) != 0)
		die("cannot be run", argv[0]);
	posix_spawn_file_actions_destroy(&actions);
	return pid;
}

static double reap(pid_t pid, const char *name, long *peak)
{
	struct rusage u;
	int status;

	if (wait4(pid, &status, 0, &u) < 0)
		die("lost", name);
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		die("did not exit with 0", name);
	if (u.ru_maxrss > *peak)
		*peak = u.ru_maxrss;
	return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1e3 + (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e3;
}

static void run(struct variant *v, int round, const char *input, int output)
{
	pid_t pids[STAGES];
	int i, in = open(input, O_RDONLY | O_CLOEXEC), ends[2] = { -1, -1 };
	double began = now_ms(), cpu = 0;

	if (in < 0)
		die("cannot be opened", input);
	if (ftruncate(output, 0) < 0 || lseek(output, 0, SEEK_SET) < 0)
		die("cannot be rewound", "output");
	for (i = 0; i < v->count; i++) {
		const int last = i == v->count - 1;

		if (!last && pipe2(ends, O_CLOEXEC) < 0)
			die("cannot be made", "pipe");
		pids[i] = start(v->stages[i], in, last ? output : ends[1]);
		close(in);
		if (!last)
			close(ends[1]);
		in = ends[0];
	}
	for (i = 0; i < v->count; i++)
		cpu += reap(pids[i], v->stages[i][0], &v->peak);
	v->wall[round] = now_ms() - began;
	v->cpu[round] = cpu;
}

static int by_value(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double median(double *values, int n)
{
	qsort(values, (size_t)n, sizeof(*values), by_value);
	return n % 2 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}

/* Cuts the words at "--" and "|" into variants and stages. */
static int parse(struct variant *variants, int rounds, char **word)
{
	struct variant *v = NULL;
	int n = 0, fresh = 0;

	for (; *word; word++) {
		if (strcmp(*word, "--") == 0) {
			if (n == VARIANTS)
				die("too many", "variants");
			v = &variants[n++];
			v->wall = calloc((size_t)rounds, sizeof(double));
			v->cpu = calloc((size_t)rounds, sizeof(double));
			fresh = 1;
			*word = NULL;
		} else if (strcmp(*word, "|") == 0) {
			fresh = 1;
			*word = NULL;
		} else if (fresh) {
			if (!v || v->count == STAGES)
				die("too many", "stages");
			v->stages[v->count++] = word;
			fresh = 0;
		}
	}
	return n;
}

int main(int argc, char **argv)
{
	struct variant variants[VARIANTS] = { 0 };
	const int rounds = argc > 4 ? atoi(argv[1]) : 0;
	FILE *output = tmpfile();
	int i, round, n;

	if (rounds < 1 || !output || fcntl(fileno(output), F_SETFD, FD_CLOEXEC) < 0)
		die("rounds ROUNDS INPUT -- PIPELINE -- PIPELINE ...", "usage");
	n = parse(variants, rounds, argv + 3);
	for (round = -1; round < rounds; round++) /* the first, to warm up, is overwritten */
		for (i = 0; i < n; i++)
			run(&variants[i], round < 0 ? 0 : round, argv[2], fileno(output));
	for (i = 0; i < n; i++) {
		printf("%.3f\t%.3f\t%.2f\n", median(variants[i].wall, rounds), median(variants[i].cpu, rounds),
		       (double)variants[i].peak / 1024);
		free(variants[i].wall);
		free(variants[i].cpu);
	}
	fclose(output);
	return 0;
}
