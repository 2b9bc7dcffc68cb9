/* SPDX-License-Identifier: Apache-2.0 */
#include "provider/aws/pages.h"

#include <stdlib.h>
#include <string.h>

#include "codec/json.h"
#include "provider/aws/jmespath.h"

struct expressions {
	struct co_jmespath **items;
	size_t count;
};

struct co_aws_pages {
	const struct co_api_pages *model;
	struct co_aws_page_limits limits;
	struct expressions tokens, results;
	struct co_jmespath *more;
	json_t *with;	 /* of the next page */
	json_t *tokens_sent; /* what the page before was asked for with; NULL: the first */
	json_t *merged;
	json_t *kept; /* non-aggregate keys, of the first page */
	size_t pages, items, bytes;
	int cut;
};

static int compile(struct expressions *to, const struct co_api_words *words, struct co_err *err)
{
	to->items = co_xcalloc(words->count + 1, sizeof(struct co_jmespath *));
	for (; to->count < words->count; to->count++) {
		to->items[to->count] = co_jmespath_compile(words->items[to->count], err);
		if (!to->items[to->count])
			return CO_ERR_INPUT;
	}
	return CO_OK;
}

static void expressions_free(struct expressions *expressions)
{
	while (expressions->count)
		co_jmespath_free(expressions->items[--expressions->count]);
	free(expressions->items);
}

int co_aws_paged(const struct co_aws_call *call)
{
	const struct co_api_pages *model = &call->operation->pages;
	size_t i;

	for (i = 0; i < model->input_token.count; i++) {
		if (json_object_get(call->with, model->input_token.items[i]))
			return 0;
	}
	if (model->limit_key && json_object_get(call->with, model->limit_key))
		return 0;
	return model->input_token.count > 0;
}

int co_aws_pages_new(struct co_aws_pages **pages, const struct co_aws_call *call, const struct co_aws_page_limits *limits,
		     struct co_err *err)
{
	struct co_aws_pages *p = co_xcalloc(1, sizeof(*p));
	const struct co_api_pages *model = &call->operation->pages;

	p->model = model;
	p->limits = *limits;
	p->with = json_copy(call->with);
	p->merged = json_object();
	p->kept = json_object();
	if (compile(&p->tokens, &model->output_token, err) < 0 || compile(&p->results, &model->result_key, err) < 0 ||
	    (model->more_results && !(p->more = co_jmespath_compile(model->more_results, err)))) {
		co_aws_pages_free(p);
		return CO_ERR_INPUT;
	}
	*pages = p;
	return CO_OK;
}

void co_aws_pages_free(struct co_aws_pages *pages)
{
	if (!pages)
		return;
	expressions_free(&pages->tokens);
	expressions_free(&pages->results);
	co_jmespath_free(pages->more);
	json_decref(pages->with);
	json_decref(pages->tokens_sent);
	json_decref(pages->merged);
	json_decref(pages->kept);
	free(pages);
}

json_t *co_aws_pages_with(struct co_aws_pages *pages)
{
	return pages->with;
}

/* ---- merging */

/* Sets a dotted path, making the objects on the way. */
static void set_path(json_t *object, const char *path, json_t *value)
{
	const char *dot = strchr(path, '.');
	char *key = dot ? co_xmemdup(path, (size_t)(dot - path)) : NULL;
	json_t *inner;

	if (!dot) {
		json_object_set(object, path, value);
		return;
	}
	inner = json_object_get(object, key);
	if (!json_is_object(inner)) {
		json_object_set_new(object, key, json_object());
		inner = json_object_get(object, key);
	}
	set_path(inner, dot + 1, value);
	free(key);
}

static json_t *get_path(json_t *object, const char *path)
{
	const char *dot;

	while (object && (dot = strchr(path, '.'))) {
		char *key = co_xmemdup(path, (size_t)(dot - path));

		object = json_object_get(object, key);
		free(key);
		path = dot + 1;
	}
	return json_object_get(object, path);
}

/* Lists and texts are put together, numbers added. */
static json_t *sum(json_t *a, json_t *b)
{
	char *text;
	json_t *out;

	if (json_is_integer(a) && json_is_integer(b))
		return json_integer(json_integer_value(a) + json_integer_value(b));
	if (json_is_number(a) && json_is_number(b))
		return json_real(json_number_value(a) + json_number_value(b));
	if (!json_is_string(a) || !json_is_string(b))
		return json_incref(a);
	text = co_xasprintf("%s%s", json_string_value(a), json_string_value(b));
	out = json_string(text);
	free(text);
	return out;
}

static void merge(struct co_aws_pages *pages, json_t *output)
{
	size_t i;

	for (i = 0; i < pages->results.count; i++) {
		const char *key = pages->model->result_key.items[i];
		json_t *value = co_jmespath_eval(pages->results.items[i], output), *before = get_path(pages->merged, key);

		if (!json_is_null(value)) {
			if (!before || json_is_null(before)) {
				set_path(pages->merged, key, value);
			} else if (json_is_array(value) && json_is_array(before)) {
				json_array_extend(before, value);
			} else if (!json_is_array(value) && !json_is_object(value)) {
				json_t *total = sum(before, value);

				set_path(pages->merged, key, total);
				json_decref(total);
			}
		}
		json_decref(value);
	}
}

static void keep(struct co_aws_pages *pages, json_t *output)
{
	size_t i;

	for (i = 0; i < pages->model->keep.count; i++) {
		const char *key = pages->model->keep.items[i];
		json_t *value = get_path(output, key);

		if (!value)
			value = json_null();
		set_path(pages->kept, key, value);
	}
}

/* ---- going on */

/* The tokens of the next page, null where there is none; NULL when there is no next page. */
static json_t *next_tokens(struct co_aws_pages *pages, json_t *output)
{
	json_t *tokens, *token, *more = pages->more ? co_jmespath_eval(pages->more, output) : json_true();
	size_t i, some = 0;

	if (!co_jmespath_true(more)) {
		json_decref(more);
		return NULL;
	}
	json_decref(more);
	tokens = json_object();
	for (i = 0; i < pages->model->input_token.count && i < pages->tokens.count; i++) {
		token = co_jmespath_eval(pages->tokens.items[i], output);
		/* an empty token is none; so is 0, in Python */
		if (co_jmespath_true(token) && !(json_is_number(token) && !(json_number_value(token) < 0 || json_number_value(token) > 0)))
			some++;
		else {
			json_decref(token);
			token = json_null();
		}
		json_object_set_new(tokens, pages->model->input_token.items[i], token);
	}
	if (some)
		return tokens;
	json_decref(tokens);
	return NULL;
}

static void ask_for(struct co_aws_pages *pages, json_t *tokens)
{
	const char *name;
	json_t *token;

	json_object_foreach(tokens, name, token) {
		if (json_is_null(token))
			json_object_del(pages->with, name);
		else
			json_object_set(pages->with, name, token);
	}
	json_decref(pages->tokens_sent);
	pages->tokens_sent = json_incref(tokens);
}

/* What a value takes in memory: jansson's own structs are about so large. */
static size_t weigh(json_t *value)
{
	enum { VALUE = 32, CONTAINER = 192, MEMBER = 64 };
	size_t bytes = VALUE, i;
	const char *key;
	json_t *each;

	if (json_is_string(value))
		return VALUE + json_string_length(value);
	if (json_is_array(value) || json_is_object(value))
		bytes = CONTAINER;
	json_array_foreach(value, i, each)
		bytes += sizeof(each) + weigh(each);
	json_object_foreach(value, key, each)
		bytes += MEMBER + strlen(key) + weigh(each);
	return bytes;
}

static size_t count_items(struct co_aws_pages *pages)
{
	return pages->results.count ? json_array_size(get_path(pages->merged, pages->model->result_key.items[0])) : 0;
}

int co_aws_pages_add(struct co_aws_pages *pages, json_t *output, struct co_err *err)
{
	json_t *tokens = next_tokens(pages, output);
	int more = tokens != NULL;

	pages->bytes += weigh(output);
	if (pages->pages++ == 0)
		keep(pages, output);
	merge(pages, output);
	json_decref(output);
	pages->items = count_items(pages);
	if (more && pages->tokens_sent && json_equal(tokens, pages->tokens_sent))
		more = co_err_set(err, CO_ERR_REMOTE, "repeated-page", "the service gave the same page token twice, after %zu pages",
				  pages->pages);
	if (more == 1 && ((pages->limits.pages && pages->pages >= pages->limits.pages) ||
			  (pages->limits.items && pages->items >= pages->limits.items) ||
			  (pages->limits.bytes && pages->bytes >= pages->limits.bytes))) {
		pages->cut = 1;
		more = 0;
	}
	if (more == 1)
		ask_for(pages, tokens);
	json_decref(tokens);
	return more;
}

int co_aws_pages_cut(const struct co_aws_pages *pages)
{
	return pages->cut;
}

/* Objects are merged, anything else is replaced. */
static void overlay(json_t *to, json_t *from)
{
	const char *key;
	json_t *value, *inner;

	json_object_foreach(from, key, value) {
		inner = json_object_get(to, key);
		if (json_is_object(inner) && json_is_object(value))
			overlay(inner, value);
		else
			json_object_set(to, key, value);
	}
}

json_t *co_aws_pages_end(struct co_aws_pages *pages)
{
	json_t *merged = json_incref(pages->merged);

	overlay(merged, pages->kept);
	co_aws_pages_free(pages);
	return merged;
}
