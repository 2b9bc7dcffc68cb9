/* SPDX-License-Identifier: Apache-2.0 */
/* resolve FILE ROUNDS SERVICE OPERATION: median ms to map aws.apis, find an operation, and read all its shapes. */
#include "catalog/api.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static double now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double once(const char *file, const char *service, const char *name)
{
	struct co_err err = CO_ERR_INIT;
	struct co_apis *apis = NULL;
	struct co_api *api = NULL;
	struct co_api_operation *operation = NULL;
	double start = now_ms(), spent;

	if (co_apis_open(&apis, file, &err) < 0 || co_api_find(apis, service, &api, &err) < 0 ||
	    co_api_operation(api, name, CO_API_INPUT | CO_API_OUTPUT, &operation, &err) < 0) {
		fprintf(stderr, "resolve: %s\n", err.message);
		exit(1);
	}
	spent = now_ms() - start;
	co_api_operation_free(operation);
	co_api_free(api);
	co_apis_free(apis);
	return spent;
}

int main(int argc, char **argv)
{
	size_t rounds = argc == 5 ? strtoul(argv[2], NULL, 10) : 0, i;
	double *ms;

	if (!rounds) {
		fputs("usage: resolve FILE ROUNDS SERVICE OPERATION\n", stderr);
		return 2;
	}
	ms = calloc(rounds, sizeof(*ms));
	for (i = 0; ms && i < rounds; i++)
		ms[i] = once(argv[1], argv[3], argv[4]);
	if (!ms)
		return 1;
	qsort(ms, rounds, sizeof(*ms), compare);
	printf("%.4f\n", ms[rounds / 2]);
	free(ms);
	return 0;
}
