/* SPDX-License-Identifier: Apache-2.0 */
#include "catalog/api.h"

#include "catalog/apiread.h"
#include "sys/file.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

struct co_apis {
	struct co_map map;
	char *path;
	struct co_piece index;
	struct co_piece files; /* what the index's offsets count in */
};

static const char *const protocol_names[] = { "json", "rest-json", "rest-xml", "query", "ec2", NULL };

static int bad_file(const char *path, struct co_err *err)
{
	co_err_set(err, CO_ERR_INPUT, "bad-catalog", "not an index of APIs");
	return co_err_at(err, path, 0, 0);
}

int co_apis_open(struct co_apis **out, const char *path, struct co_err *err)
{
	struct co_apis *apis;
	struct co_piece text, line;
	struct co_map map;
	unsigned len;
	int rc = co_file_map(path, CO_FILE_TRUSTED, &map, err);

	if (rc < 0)
		return rc;
	text = (struct co_piece){ map.data, map.len };
	if (!co_line_next(&text, &line) || co_piece_number(line, &len) < 0 || len > text.len) {
		co_file_unmap(&map);
		return bad_file(path, err);
	}
	apis = co_xcalloc(1, sizeof(*apis));
	apis->map = map;
	apis->path = co_xstrdup(path);
	apis->index = (struct co_piece){ text.at, len };
	apis->files = (struct co_piece){ text.at + len, text.len - len };
	*out = apis;
	return CO_OK;
}

void co_apis_free(struct co_apis *apis)
{
	if (!apis)
		return;
	co_file_unmap(&apis->map);
	free(apis->path);
	free(apis);
}

static int order_file(struct co_piece line, const void *sought)
{
	return co_piece_compare(*(const struct co_piece *)sought, co_word_first(line, ' '));
}

int co_apis_file(const struct co_apis *apis, const char *name, struct co_piece *text)
{
	const struct co_piece sought = { name, strlen(name) };
	struct co_piece line, word;
	unsigned numbers[2];
	int i;

	if (!co_line_search(apis->index, order_file, &sought, &line))
		return 0;
	co_word_next(&line, ' ', &word);
	for (i = 0; i < 2; i++)
		if (!co_word_next(&line, ' ', &word) || co_piece_number(word, &numbers[i]) < 0)
			return 0;
	if (line.len || numbers[0] > apis->files.len || numbers[1] > apis->files.len - numbers[0])
		return 0;
	*text = (struct co_piece){ apis->files.at + numbers[0], numbers[1] };
	return 1;
}

void co_apis_services(const struct co_apis *apis, void (*each)(void *context, struct co_piece name), void *context)
{
	enum { SUFFIX = 4 }; /* ".api" */
	struct co_piece index = apis->index, line, name;

	while (co_line_next(&index, &line)) {
		name = co_word_first(line, ' ');
		if (name.len <= SUFFIX || memcmp(name.at + name.len - SUFFIX, ".api", SUFFIX) != 0)
			continue;
		name.len -= SUFFIX;
		each(context, name);
	}
}

void co_candidates_add(void *names, struct co_piece name)
{
	struct co_candidates *n = names;

	*(char **)co_grow(&n->items, &n->count, sizeof(char *)) = co_xmemdup(name.at, name.len);
}

void co_candidates_clear(struct co_candidates *names)
{
	size_t i;

	for (i = 0; i < names->count; i++)
		free(names->items[i]);
	free(names->items);
}

/* "describe-instances" and "DescribeInstances" are one name. */
static int same_letters(const char *a, const char *b)
{
	for (;; a++, b++) {
		while (*a == '-' || *a == '_')
			a++;
		while (*b == '-' || *b == '_')
			b++;
		if (tolower((unsigned char)*a) != tolower((unsigned char)*b))
			return 0;
		if (!*a)
			return 1;
	}
}

void co_candidates_suggest(struct co_candidates *names, const char *word, struct co_err *err)
{
	size_t i;

	for (i = 0; i < names->count; i++) {
		if (!same_letters(names->items[i], word))
			continue;
		co_err_hint(err, "it is written \"%s\" here", names->items[i]);
		break;
	}
	if (i == names->count)
		co_err_suggest(err, word, (const char *const *)names->items, names->count);
	co_candidates_clear(names);
}

static int unknown_service(const struct co_apis *apis, const char *service, struct co_err *err)
{
	/* What the CLI calls otherwise than the models. */
	static const char *const of_cli[][2] = { { "s3api", "s3" }, { "configservice", "config" }, { "deploy", "codedeploy" } };
	struct co_candidates names = { NULL, 0 };
	size_t i;

	co_err_set(err, CO_ERR_INPUT, "unknown-service", "unknown service \"%s\"", service);
	for (i = 0; i < CO_COUNT(of_cli); i++)
		if (strcmp(service, of_cli[i][0]) == 0)
			return co_err_hint(err, "it is written \"%s\" here", of_cli[i][1]), CO_ERR_INPUT;
	co_apis_services(apis, co_candidates_add, &names);
	co_candidates_suggest(&names, service, err);
	return CO_ERR_INPUT;
}

int co_api_bad(const struct co_apis *apis, const char *service, const char *where, const char *why, struct co_err *err)
{
	co_err_set(err, CO_ERR_INPUT, "bad-catalog", "%s.api, %s: %s", service, where, why);
	return co_err_at(err, apis->path, 0, 0);
}

/* Puts one "KEY VALUE" of the head where it belongs; unknown keys are for later readers. */
static void set(struct co_api *api, struct co_piece key, struct co_piece value)
{
	const struct {
		const char *key;
		char **member;
	} rows[] = {
		{ "service", &api->service },	{ "id", &api->id },	    { "title", &api->title },
		{ "version", &api->version },	{ "endpoint", &api->endpoint }, { "signing", &api->signing },
		{ "signature", &api->signature }, { "target", &api->target }, { "json", &api->json },
		{ "xmlns", &api->xmlns },	{ "iam", &api->iam },	    { "retry", &api->retry },
		{ "throttle", &api->throttle },
	};
	size_t i;

	for (i = 0; i < CO_COUNT(rows); i++) {
		if (!co_piece_is(key, rows[i].key) || *rows[i].member)
			continue;
		*rows[i].member = co_xmemdup(value.at, value.len);
		return;
	}
	if (co_piece_is(key, "price"))
		co_piece_number(value, &api->price);
	if (co_piece_is(key, "query-compatible"))
		api->query_compatible = 1;
	for (i = 0; co_piece_is(key, "protocol") && protocol_names[i]; i++)
		if (co_piece_is(value, protocol_names[i]))
			api->protocol = (int)i + 1;
}

/* Is all there that callers may rely on? */
static int is_whole(struct co_api *api)
{
	char **const words[] = { &api->retry, &api->throttle };
	size_t i;

	for (i = 0; i < CO_COUNT(words); i++)
		if (!*words[i])
			*words[i] = co_xstrdup("");
	return api->service && api->id && api->title && api->protocol && api->version && api->endpoint && api->signing &&
	       api->signature && api->iam;
}

int co_api_find(const struct co_apis *apis, const char *service, struct co_api **out, struct co_err *err)
{
	struct co_api *api;
	struct co_piece text, line, key;
	char name[128];

	if (strlen(service) + sizeof(".api") > sizeof(name) || !*service)
		return unknown_service(apis, service, err);
	memcpy(name, service, strlen(service) + 1);
	strcat(name, ".api");
	if (!co_apis_file(apis, name, &text))
		return unknown_service(apis, service, err);
	api = co_xcalloc(1, sizeof(*api));
	api->apis = apis;
	while (co_line_next(&text, &line) && line.len)
		if (co_word_next(&line, ' ', &key))
			set(api, key, line);
	api->lines = text;
	if (!is_whole(api)) {
		co_api_free(api);
		return co_api_bad(apis, service, "the head", "incomplete", err);
	}
	*out = api;
	return CO_OK;
}

void co_api_free(struct co_api *api)
{
	if (!api)
		return;
	free(api->service);
	free(api->id);
	free(api->title);
	free(api->version);
	free(api->endpoint);
	free(api->signing);
	free(api->signature);
	free(api->target);
	free(api->json);
	free(api->xmlns);
	free(api->iam);
	free(api->retry);
	free(api->throttle);
	free(api);
}

/* Operations begin with a capital, shapes with a digit, waiters with a small letter, and stand in that order. */
static int section(struct co_piece line)
{
	if (!line.len || islower((unsigned char)*line.at))
		return 3;
	return isdigit((unsigned char)*line.at) ? 2 : 1;
}

static int order_operation(struct co_piece line, const void *sought)
{
	if (section(line) != 1)
		return -1;
	return co_piece_compare(*(const struct co_piece *)sought, co_word_first(line, '\t'));
}

static int order_shape(struct co_piece line, const void *sought)
{
	unsigned wanted = *(const unsigned *)sought, number;

	if (section(line) != 2)
		return section(line) < 2 ? 1 : -1;
	if (co_piece_number(co_word_first(line, '\t'), &number) < 0)
		return 1;
	return (wanted > number) - (wanted < number);
}

int co_api_line(const struct co_api *api, const char *name, struct co_piece *line)
{
	const struct co_piece sought = { name, strlen(name) };

	return co_line_search(api->lines, order_operation, &sought, line);
}

int co_api_shape_line(const struct co_api *api, unsigned number, struct co_piece *line)
{
	return co_line_search(api->lines, order_shape, &number, line);
}

void co_api_operations(const struct co_api *api, void (*each)(void *context, struct co_piece name), void *context)
{
	struct co_piece lines = api->lines, line;

	while (co_line_next(&lines, &line) && section(line) == 1)
		each(context, co_word_first(line, '\t'));
}
