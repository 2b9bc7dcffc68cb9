/* SPDX-License-Identifier: Apache-2.0 */
/*
 * aws-endpoint FILE: where requests go by our rules. FILE is aws.apis; a line on standard input is
 *
 *   SERVICE REGION VARIANT        (of any operation, or "SERVICE+CONTEXT"); or
 *   {"service", "operation", "input", "region", "fips", "dualstack", "override", "style", "accelerate"}
 *
 * and the answer is "... HOST SIGNING-NAME SIGNING-REGION", or "... none"; in JSON, an object.
 */
#include "codec/json.h"
#include "provider/aws/endpoint.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The last service that was asked for. */
struct cache {
	struct co_apis *apis;
	struct co_api *api;
};

static const struct co_api *service(struct cache *cache, const char *name)
{
	struct co_err err = CO_ERR_INIT;

	if (cache->api && strcmp(cache->api->service, name) == 0)
		return cache->api;
	co_api_free(cache->api);
	cache->api = NULL;
	if (co_api_find(cache->apis, name, &cache->api, &err) < 0) {
		fprintf(stderr, "%s\n", err.message);
		exit(1);
	}
	return cache->api;
}

/* An operation that does nothing but fix the context after "+". */
static void answer_line(struct cache *cache, char *line)
{
	struct co_api_operation operation = { .name = "Any", .uri = "/" };
	struct co_aws_reach reach = { .region = NULL };
	struct co_aws_endpoint found;
	struct co_err err = CO_ERR_INIT;
	const struct co_api *api;
	const char *context;
	char *name = strtok(line, " "), *region = strtok(NULL, " "), *variant = strtok(NULL, " \n"), *plus;
	char *whole = co_xstrdup(name);

	plus = strchr(name, '+');
	if (plus) {
		*plus = '\0';
		context = plus + 1;
		operation.contexts.items = &context;
		operation.contexts.count = 1;
	}
	api = service(cache, name);
	reach.region = region;
	reach.fips = strncmp(variant, "fips", 4) == 0;
	reach.dualstack = strstr(variant, "dual") != NULL;
	printf("%s %s %s ", whole, region, variant);
	if (co_aws_endpoint(&reach, api, &operation, NULL, &found, &err) < 0) {
		puts("none");
	} else {
		printf("%s %s %s\n", found.url + strlen("https://"), found.signing, found.region);
		co_aws_endpoint_clear(&found);
	}
	free(whole);
}

static enum co_aws_s3_style style(const char *name)
{
	return !name ? CO_AWS_S3_AUTO : strcmp(name, "path") == 0 ? CO_AWS_S3_PATH : CO_AWS_S3_VIRTUAL;
}

static void answer_json(struct cache *cache, const char *line)
{
	struct co_err err = CO_ERR_INIT;
	json_t *ask = co_json_parse(line, strlen(line), "request", &err), *out;
	struct co_aws_reach reach = {
		.region = co_json_str(ask, "region"),
		.override = co_json_str(ask, "override"),
		.fips = json_is_true(json_object_get(ask, "fips")),
		.dualstack = json_is_true(json_object_get(ask, "dualstack")),
		.s3_style = style(co_json_str(ask, "style")),
		.s3_accelerate = json_is_true(json_object_get(ask, "accelerate")),
		.s3_own_region = json_is_true(json_object_get(ask, "own_region")),
	};
	const struct co_api *api = service(cache, co_json_str(ask, "service"));
	struct co_api_operation *operation;
	struct co_aws_endpoint found;
	struct co_buf text = CO_BUF_INIT;

	if (co_api_operation(api, co_json_str(ask, "operation"), CO_API_INPUT, &operation, &err) < 0) {
		fprintf(stderr, "%s\n", err.message);
		exit(1);
	}
	if (co_aws_endpoint(&reach, api, operation, json_object_get(ask, "input"), &found, &err) < 0) {
		out = json_pack("{s:s, s:s}", "error", err.id, "message", err.message);
	} else {
		out = json_pack("{s:s, s:s, s:s, s:s}", "url", found.url, "uri", found.uri, "signing", found.signing, "region",
				found.region);
		co_aws_endpoint_clear(&found);
	}
	co_json_write(&text, out, CO_JSON_COMPACT);
	puts(co_buf_str(&text));
	co_buf_clear(&text);
	json_decref(out);
	json_decref(ask);
	co_api_operation_free(operation);
}

int main(int argc, char **argv)
{
	struct cache cache = { NULL, NULL };
	struct co_err err = CO_ERR_INIT;
	char line[4096];

	if (argc != 2 || co_apis_open(&cache.apis, argv[1], &err) < 0) {
		fprintf(stderr, "usage: aws-endpoint FILE <QUESTIONS; %s\n", err.message);
		return 2;
	}
	while (fgets(line, sizeof(line), stdin)) {
		if (*line == '{')
			answer_json(&cache, line);
		else
			answer_line(&cache, line);
	}
	co_api_free(cache.api);
	co_apis_free(cache.apis);
	return 0;
}
