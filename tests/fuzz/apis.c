/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes are the API of a service, a table of endpoints, one of resources, and (after "!") an index, or an error:
 * what is found can be walked, checked against and written.
 */
#include "file.h"

#include "catalog/grants.h"
#include "provider/aws/endpoint.h"

/* What is walked: recursive shapes are walked to this depth. */
enum { DEPTH = 6, VISITS = 2000 };

static size_t visit(const struct co_api_shape *shape, unsigned depth, size_t left)
{
	size_t i;

	must(shape->type >= CO_API_STRUCTURE && shape->type <= CO_API_ANY);
	for (i = 0; i < shape->count && left && depth < DEPTH; i++) {
		const struct co_api_member *m = &shape->members[i];

		must(m->name && m->shape && (!m->wire || strlen(m->wire) < 1u << 20));
		must(co_api_member(shape, m->name));
		left = visit(m->shape, depth + 1, left - 1);
	}
	return left;
}

static void ask_endpoint(const struct co_api *api, const struct co_api_operation *operation)
{
	struct co_aws_reach reach = { .region = "eu-west-1", .fips = 1 };
	struct co_aws_endpoint found;
	struct co_err err = CO_ERR_INIT;
	json_t *input = json_pack("{s:s, s:s}", "Bucket", "b", "AccountId", "1");

	if (co_aws_endpoint(&reach, api, operation, input, &found, &err) < 0) {
		fuzz_check_error(&err);
	} else {
		must(strstr(found.url, "://"));
		co_aws_endpoint_clear(&found);
	}
	json_decref(input);
}

static void ask_grants(const struct co_apis *apis, const struct co_api *api, const struct co_api_operation *operation)
{
	json_t *with = json_pack("{s:s, s:[s, s]}", "A", "x", "B", "y", "z");
	struct co_grant one = { .permission = co_xasprintf("aws:%s", operation->iam ? operation->iam : api->iam),
				.alone = 1,
				.with = with };
	const struct co_grants grants = { &one, 1 };
	json_t *policy = co_grants_iam(&grants, apis, NULL);

	must(json_is_object(policy) || !policy);
	json_decref(policy);
	json_decref(with);
	free(one.permission);
}

struct context {
	const struct co_apis *apis;
	const struct co_api *api;
	int left;
};

static void each_operation(void *data, struct co_piece name)
{
	struct context *c = data;
	struct co_api_operation *operation;
	struct co_err err = CO_ERR_INIT;
	char *word = co_xmemdup(name.at, name.len);

	if (c->left-- <= 0) {
		free(word);
		return;
	}
	if (co_api_operation(c->api, word, CO_API_INPUT | CO_API_OUTPUT, &operation, &err) < 0) {
		fuzz_check_error(&err);
	} else {
		if (operation->input.shape)
			visit(operation->input.shape, 0, VISITS);
		if (operation->output.shape)
			visit(operation->output.shape, 0, VISITS);
		ask_endpoint(c->api, operation);
		ask_grants(c->apis, c->api, operation);
		co_api_operation_free(operation);
	}
	free(word);
}

static void each_service(void *data, struct co_piece name)
{
	struct context *c = data;
	struct co_api *api;
	struct co_err err = CO_ERR_INIT;
	char *word = co_xmemdup(name.at, name.len);

	if (c->left-- > 0 && co_api_find(c->apis, word, &api, &err) == CO_OK) {
		c->api = api;
		co_api_operations(api, each_operation, c);
		co_api_free(api);
	} else if (err.code) {
		fuzz_check_error(&err);
	}
	free(word);
}

/* The same bytes as every file. */
static void index_all(struct co_buf *file, size_t size)
{
	static const char *const names[] = { "endpoints", "resources", "s3.api", "toy.api" };
	struct co_buf index = CO_BUF_INIT;
	size_t i;

	for (i = 0; i < CO_COUNT(names); i++)
		co_buf_addf(&index, "%s 0 %zu\n", names[i], size);
	co_buf_addf(file, "%zu\n%s", index.len, index.data);
	co_buf_clear(&index);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct context c = { .left = 50 };
	struct co_buf file = CO_BUF_INIT;
	struct co_apis *apis;
	struct co_err err = CO_ERR_INIT;
	char *path = fuzz_path("fuzz.apis");
	size_t marked = size && *data == '!';

	if (!marked)
		index_all(&file, size);
	co_buf_add(&file, data + marked, size - marked);
	fuzz_write(path, co_buf_str(&file), file.len);
	co_buf_clear(&file);
	if (co_apis_open(&apis, path, &err) < 0) {
		fuzz_check_error(&err);
	} else {
		c.apis = apis;
		co_apis_services(apis, each_service, &c);
		co_apis_free(apis);
	}
	unlink(path);
	free(path);
	return 0;
}
