/* SPDX-License-Identifier: Apache-2.0 */
#include "provider/aws/endpoint.h"

#include "net/url.h"
#include "provider/aws/endpointread.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One line of the table: SERVICE VARIANT SCOPE HOST SIGNING-NAME SIGNING-REGION, or "none" for the last three. */
struct row {
	struct co_piece host;
	struct co_piece signing; /* "-": the service's own */
	struct co_piece region;	 /* "-": the same as asked for */
};

static const char *const variants[] = { "standard", "fips", "dual", "fips-dual" };

void co_aws_endpoint_clear(struct co_aws_endpoint *endpoint)
{
	free(endpoint->url);
	free(endpoint->uri);
	free(endpoint->signing);
	free(endpoint->region);
	*endpoint = (struct co_aws_endpoint){ .url = NULL };
}

/* ---- rows */

static int order_row(struct co_piece line, const void *sought)
{
	const char *key = sought; /* ends with a space, and no key is the beginning of another */
	size_t len = strlen(key);
	int order = memcmp(key, line.at, len < line.len ? len : line.len);

	return order || line.len >= len ? order : 1;
}

static int find_row(struct co_piece rows, const char *service, const char *variant, const char *scope, struct row *row)
{
	struct co_piece line, word;
	char key[256];
	int i;

	if (snprintf(key, sizeof(key), "%s %s %s ", service, variant, scope) >= (int)sizeof(key) ||
	    !co_line_search(rows, order_row, key, &line))
		return 0;
	for (i = 0; i < 3; i++)
		co_word_next(&line, ' ', &word);
	*row = (struct row){ { "", 0 }, { "-", 1 }, { "-", 1 } };
	if (co_word_next(&line, ' ', &row->host) && co_word_next(&line, ' ', &row->signing))
		co_word_next(&line, ' ', &row->region);
	return 1;
}

/* What the table says: of the region, of its partition, of all. */
static int find_exception(const struct co_aws_lookup *request, const char *service, const char *variant, struct row *row)
{
	struct co_piece text, line;

	if (!co_apis_file(request->api->apis, "endpoints", &text))
		return 0;
	while (co_line_next(&text, &line) && line.len)
		;
	return find_row(text, service, variant, request->reach->region, row) ||
	       find_row(text, service, variant, request->partition.name, row) || find_row(text, service, variant, "*", row);
}

/* An operation may fix what changes its host: then the table knows the service by that name too. */
static int find_for_operation(const struct co_aws_lookup *request, const char *variant, struct row *row)
{
	const struct co_api_words *contexts = &request->operation->contexts;
	char name[256];
	size_t i;

	for (i = 0; i < contexts->count; i++) {
		snprintf(name, sizeof(name), "%s+%s", request->api->service, contexts->items[i]);
		if (find_exception(request, name, variant, row))
			return 1;
	}
	return find_exception(request, request->api->service, variant, row);
}

/* Appends text with {region}, {global}, {suffix} and {dual} filled in. */
static void expand(struct co_buf *out, struct co_piece text, const struct co_aws_lookup *request)
{
	const struct {
		const char *word;
		const char *value;
	} words[] = {
		{ "{region}", request->reach->region },
		{ "{global}", request->partition.region },
		{ "{suffix}", request->partition.suffix },
		{ "{dual}", request->partition.dual },
	};
	size_t i;

	while (text.len) {
		size_t len = 1;

		for (i = 0; *text.at == '{' && i < CO_COUNT(words); i++) {
			len = strlen(words[i].word);
			if (text.len >= len && memcmp(text.at, words[i].word, len) == 0)
				break;
			len = 1;
		}
		if (len > 1)
			co_buf_adds(out, words[i].value);
		else
			co_buf_addc(out, *text.at);
		text.at += len;
		text.len -= len;
	}
}

static char *expanded(struct co_piece text, const char *usual, const struct co_aws_lookup *request)
{
	struct co_buf out = CO_BUF_INIT;

	if (co_piece_is(text, "-"))
		return co_xstrdup(usual);
	expand(&out, text, request);
	return co_buf_take(&out);
}

static int no_endpoint(const struct co_aws_lookup *request, struct co_err *err)
{
	const struct co_aws_reach *reach = request->reach;

	return co_err_set(err, CO_ERR_INPUT, "no-endpoint", "%s has no %s%s%sendpoint in region %s", request->api->service,
			  reach->fips ? "FIPS " : "", reach->fips && reach->dualstack ? "and " : "",
			  reach->dualstack ? "dual-stack " : "", reach->region);
}

/* By the rule, and the table of exceptions. */
static int look_up(const struct co_aws_lookup *request, struct co_aws_endpoint *out, struct co_err *err)
{
	const struct co_aws_reach *reach = request->reach;
	const char *variant = variants[(reach->fips != 0) + 2 * (reach->dualstack != 0)];
	struct co_buf url = CO_BUF_INIT;
	struct row row = { { "", 0 }, { "-", 1 }, { "-", 1 } };
	int found = find_for_operation(request, variant, &row);

	if (found && (co_piece_is(row.host, "none") || !row.host.len))
		return no_endpoint(request, err);
	co_buf_adds(&url, "https://");
	if (found)
		expand(&url, row.host, request);
	else
		co_buf_addf(&url, "%s%s.%s.%s", request->api->endpoint, reach->fips ? "-fips" : "", reach->region,
			    reach->dualstack ? request->partition.dual : request->partition.suffix);
	out->url = co_buf_take(&url);
	out->signing = expanded(row.signing, request->api->signing, request);
	out->region = expanded(row.region, reach->region, request);
	out->uri = co_xstrdup(request->operation->uri);
	return CO_OK;
}

/* ---- what an operation adds */

const char *co_aws_context(const struct co_aws_lookup *request, const char *parameter)
{
	const struct co_api_shape *shape = request->operation->input.shape;
	size_t i;

	for (i = 0; shape && i < shape->count; i++)
		if (shape->members[i].context && strcmp(shape->members[i].context, parameter) == 0)
			return json_string_value(json_object_get(request->input, shape->members[i].name));
	return NULL;
}

int co_aws_context_is(const struct co_aws_lookup *request, const char *word)
{
	const struct co_api_words *contexts = &request->operation->contexts;
	size_t i;

	for (i = 0; i < contexts->count; i++)
		if (strcmp(contexts->items[i], word) == 0)
			return 1;
	return 0;
}

char *co_aws_url_with(const char *url, const char *label, const char *path)
{
	const char *host = strstr(url, "://") + 3;

	return co_xasprintf("%.*s%s%s%s%s%s", (int)(host - url), url, label ? label : "", label ? "." : "", host,
			    path ? "/" : "", path ? path : "");
}

static int bad_host(const char *member, const char *value, struct co_err *err)
{
	co_err_set(err, CO_ERR_INPUT, "no-endpoint", "\"%s\" cannot be a part of a host name", value ? value : "");
	return co_err_under(err, member), CO_ERR_INPUT;
}

/* Appends the host prefix with its {Member}s filled in. */
static int expand_prefix(struct co_buf *out, const struct co_aws_lookup *request, struct co_err *err)
{
	const char *at = request->operation->host;

	while (*at) {
		size_t len = strcspn(at, "{");
		const char *end = at[len] ? strchr(at + len, '}') : NULL, *value;
		char *member;

		co_buf_add(out, at, len);
		if (!end)
			return CO_OK;
		member = co_xmemdup(at + len + 1, (size_t)(end - at) - len - 1);
		value = json_string_value(json_object_get(request->input, member));
		if (!value || !co_is_host_label(value, strlen(value))) {
			bad_host(member, value, err);
			free(member);
			return CO_ERR_INPUT;
		}
		free(member);
		co_buf_adds(out, value);
		at = end + 1;
	}
	return CO_OK;
}

/* On loopback a name with a prefix would not be found. */
static int keeps_host(const struct co_aws_reach *reach)
{
	struct co_url url;
	int loopback;

	if (reach->keep_host || !reach->override || co_url_parse(&url, reach->override, NULL) < 0)
		return reach->keep_host;
	loopback = co_url_is_loopback(url.host);
	co_url_clear(&url);
	return loopback;
}

static int add_prefix(const struct co_aws_lookup *request, struct co_aws_endpoint *endpoint, struct co_err *err)
{
	struct co_buf prefix = CO_BUF_INIT;
	const char *host;
	int rc;

	if (!request->operation->host || keeps_host(request->reach))
		return CO_OK;
	rc = expand_prefix(&prefix, request, err);
	if (rc == CO_OK) {
		char *url;

		host = strstr(endpoint->url, "://") + 3;
		url = co_xasprintf("%.*s%s%s", (int)(host - endpoint->url), endpoint->url, co_buf_str(&prefix), host);
		free(endpoint->url);
		endpoint->url = url;
	}
	co_buf_clear(&prefix);
	return rc;
}

/* ---- overrides */

static int take_override(const struct co_aws_reach *reach, struct co_aws_endpoint *endpoint, struct co_err *err)
{
	struct co_url url = { .scheme = NULL };
	size_t len = strlen(reach->override);
	int rc = co_url_parse(&url, reach->override, err);

	if (rc == CO_OK && url.query)
		rc = co_err_set(err, CO_ERR_INPUT, "bad-endpoint", "it has a query");
	co_url_clear(&url);
	if (rc < 0) {
		co_err_id(err, "bad-endpoint");
		return co_err_wrap(err, "endpoint \"%s\"", reach->override), CO_ERR_INPUT;
	}
	while (len && reach->override[len - 1] == '/')
		len--;
	free(endpoint->url);
	endpoint->url = co_xmemdup(reach->override, len);
	return CO_OK;
}

int co_aws_endpoint(const struct co_aws_reach *reach, const struct co_api *api, const struct co_api_operation *operation,
		    json_t *input, struct co_aws_endpoint *out, struct co_err *err)
{
	struct co_aws_lookup request = { .reach = reach, .api = api, .operation = operation, .input = input };
	struct co_aws_reach plain = *reach;
	struct co_aws_endpoint endpoint = { .url = NULL };
	int rc;

	if (reach->override) { /* which is all of the host, and botocore asks for no variant of it */
		plain.fips = plain.dualstack = 0;
		request.reach = &plain;
	}
	rc = co_aws_partition(api->apis, reach->region, &request.partition, err);
	if (rc == CO_OK)
		rc = look_up(&request, &endpoint, err);
	if (rc == CO_OK && reach->override)
		rc = take_override(reach, &endpoint, err);
	if (rc == CO_OK && strcmp(api->service, "s3") == 0)
		rc = co_aws_endpoint_s3(&request, &endpoint, err);
	else if (rc == CO_OK && strcmp(api->service, "s3control") == 0)
		rc = co_aws_endpoint_s3control(&request, &endpoint, err);
	else if (rc == CO_OK)
		rc = add_prefix(&request, &endpoint, err);
	if (rc == CO_OK)
		*out = endpoint;
	else
		co_aws_endpoint_clear(&endpoint);
	return rc;
}
