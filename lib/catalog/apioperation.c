/* SPDX-License-Identifier: Apache-2.0 */
/* An operation, from its line. */
#include "catalog/apiread.h"

#include "codec/shape.h"
#include "run/plan.h"

#include <stdlib.h>
#include <string.h>

/* Behind co_api_operation.owned. */
struct owned {
	char *text;
	char *room;
	struct co_shapes shapes;
};

static struct co_api_words *words_of(struct co_api_operation *o, const char *key)
{
	const struct {
		const char *key;
		struct co_api_words *words;
	} rows[] = {
		{ "page.in", &o->pages.input_token },	   { "page.out", &o->pages.output_token },
		{ "page.result", &o->pages.result_key },   { "page.keep", &o->pages.keep },
	};
	size_t i;

	for (i = 0; i < CO_COUNT(rows); i++)
		if (strcmp(key, rows[i].key) == 0 && !rows[i].words->count)
			return rows[i].words;
	return NULL;
}

static const char **string_of(struct co_api_operation *o, const char *key)
{
	const struct {
		const char *key;
		const char **string;
	} rows[] = {
		{ "iam", &o->iam },
		{ "doc", &o->doc },
		{ "method", &o->method },
		{ "uri", &o->uri },
		{ "wrapper", &o->wrapper },
		{ "host", &o->host },
		{ "algorithm", &o->algorithm },
		{ "validation", &o->validation },
		{ "page.limit", &o->pages.limit_key },
		{ "page.more", &o->pages.more_results },
	};
	size_t i;

	for (i = 0; i < CO_COUNT(rows); i++)
		if (strcmp(key, rows[i].key) == 0)
			return rows[i].string;
	return NULL;
}

static int *flag_of(struct co_api_operation *o, const char *key)
{
	const struct {
		const char *key;
		int *flag;
	} rows[] = {
		{ "checksum", &o->checksum },
		{ "unsigned", &o->unsigned_body },
		{ "deprecated", &o->deprecated },
	};
	size_t i;

	for (i = 0; i < CO_COUNT(rows); i++)
		if (strcmp(key, rows[i].key) == 0)
			return rows[i].flag;
	return NULL;
}

static void add_word(struct co_api_words *words, const char *word)
{
	*(const char **)co_grow(&words->items, &words->count, sizeof(*words->items)) = word;
}

static void split(struct co_api_words *words, char *value)
{
	char *next;

	for (; value; value = next) {
		next = strchr(value, ',');
		if (next)
			*next++ = '\0';
		add_word(words, value);
	}
}

/* "in=12,xmlns=..." */
static const char *read_shape(struct co_api_operation *o, struct co_api_member *member, char *value, int wanted)
{
	struct owned *owned = o->owned;

	if (!wanted || member->shape)
		return NULL;
	member->name = "";
	return co_shapes_refer(&owned->shapes, member, value, owned->room);
}

/* KEY=VALUE, or KEY; unknown ones are for later readers. */
static const char *read_word(struct co_api_operation *o, char *word, unsigned wanted)
{
	char *equals = strchr(word, '='), *value = equals ? equals + 1 : word + strlen(word);
	struct co_api_words *words;
	const char **string;
	unsigned status;
	int *flag;

	if (equals)
		*equals = '\0';
	if (strcmp(word, "in") == 0)
		return read_shape(o, &o->input, value, (wanted & CO_API_INPUT) != 0);
	if (strcmp(word, "out") == 0)
		return read_shape(o, &o->output, value, (wanted & CO_API_OUTPUT) != 0);
	if (strcmp(word, "status") == 0) {
		if (co_piece_number((struct co_piece){ value, strlen(value) }, &status) < 0)
			return "the status is no number";
		o->status = (int)status;
		return NULL;
	}
	if (strcmp(word, "auth") == 0)
		o->anonymous = strcmp(value, "none") == 0;
	if (strcmp(word, "context") == 0)
		add_word(&o->contexts, value);
	if ((string = string_of(o, word)))
		*string = value;
	else if ((words = words_of(o, word)))
		split(words, value);
	else if ((flag = flag_of(o, word)))
		*flag = 1;
	return NULL;
}

/* NAME, level, and words, with tabs between. */
static const char *read_line(struct co_api_operation *o, unsigned wanted)
{
	const char *why = NULL, *level = "";
	char *next, *word = ((struct owned *)o->owned)->text;
	int i;

	for (i = 0; word && !why; i++, word = next) {
		next = strchr(word, '\t');
		if (next)
			*next++ = '\0';
		if (i == 0)
			o->name = word;
		else if (i == 1)
			level = word;
		else
			why = read_word(o, word, wanted);
	}
	o->access = co_enum_value(co_access_names, level);
	return why || o->access ? why : "unknown access level";
}

static int unknown(const struct co_api *api, const char *name, struct co_err *err)
{
	struct co_candidates names = { NULL, 0 };

	co_err_set(err, CO_ERR_INPUT, "unknown-operation", "unknown operation \"%s\" of service \"%s\"", name,
		   api->service);
	co_api_operations(api, co_candidates_add, &names);
	co_candidates_suggest(&names, name, err);
	return CO_ERR_INPUT;
}

int co_api_operation(const struct co_api *api, const char *name, unsigned wanted, struct co_api_operation **out,
		     struct co_err *err)
{
	struct co_api_operation *o;
	struct owned *owned;
	struct co_piece line;
	const char *why;
	int rc = CO_OK;

	if (!co_api_line(api, name, &line))
		return unknown(api, name, err);
	if (memchr(line.at, '\0', line.len))
		return co_api_bad(api->apis, api->service, name, "a NUL byte", err);
	o = co_xcalloc(1, sizeof(*o));
	o->owned = owned = co_xcalloc(1, sizeof(*owned));
	o->method = "POST";
	o->uri = "/";
	o->doc = "";
	o->status = 200;
	owned->shapes.api = api;
	owned->text = co_xcalloc(1, line.len + 2);
	owned->room = owned->text + line.len + 1;
	memcpy(owned->text, line.at, line.len);
	why = read_line(o, wanted);
	rc = why ? co_api_bad(api->apis, api->service, name, why, err) : co_shapes_fill(&owned->shapes, err);
	if (rc < 0)
		co_api_operation_free(o);
	else
		*out = o;
	return rc;
}

void co_api_operation_free(struct co_api_operation *o)
{
	struct owned *owned;

	if (!o)
		return;
	owned = o->owned;
	co_shapes_clear(&owned->shapes);
	free(owned->text);
	free(owned);
	free(o->contexts.items);
	free(o->pages.input_token.items);
	free(o->pages.output_token.items);
	free(o->pages.result_key.items);
	free(o->pages.keep.items);
	free(o);
}
