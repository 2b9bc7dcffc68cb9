/* SPDX-License-Identifier: Apache-2.0 */
/* awsparse CATALOGUE FILE ROUNDS: decodes an answer of ec2 DescribeInstances; prints the median of CPU time in ms. */
#include "codec/json.h"
#include "provider/aws/protocol.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static double cpu_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static int read_file(struct co_buf *text, const char *path)
{
	FILE *f = fopen(path, "rb");
	size_t n = 0;

	while (f && (n = fread(co_buf_reserve(text, 65536), 1, 65536, f)) > 0)
		text->len += n;
	return f ? fclose(f) : -1;
}

int main(int argc, char **argv)
{
	struct co_err err = CO_ERR_INIT;
	struct co_buf text = CO_BUF_INIT;
	struct co_apis *apis;
	struct co_api *api;
	struct co_api_operation *operation;
	int rounds = argc == 4 ? atoi(argv[3]) : 0, i;
	double *times = co_xcalloc((size_t)rounds + 1, sizeof(*times));

	if (rounds < 1 || read_file(&text, argv[2]) < 0 || co_apis_open(&apis, argv[1], &err) < 0 ||
	    co_api_find(apis, "ec2", &api, &err) < 0 || co_api_operation(api, "DescribeInstances", CO_API_OUTPUT, &operation, &err) < 0) {
		fprintf(stderr, "awsparse: %s\n", err.message);
		return 1;
	}
	for (i = 0; i < rounds; i++) {
		struct co_aws_call call = { api, operation, NULL, NULL, NULL };
		struct co_aws_answer answer = { 200, NULL, 0, text.data, text.len, 0 };
		json_t *output;

		times[i] = cpu_ms();
		if (co_aws_decode(&call, &answer, &output, NULL, &err) < 0) {
			fprintf(stderr, "awsparse: %s\n", err.message);
			return 1;
		}
		json_decref(output);
		times[i] = cpu_ms() - times[i];
	}
	qsort(times, (size_t)rounds, sizeof(*times), by_value);
	printf("%.2f\n", times[rounds / 2]);
	return 0;
}
