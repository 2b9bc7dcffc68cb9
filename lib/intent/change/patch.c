/* SPDX-License-Identifier: Apache-2.0 */
/*
 * "kubectl patch cronjob X -p '{"spec":{"suspend":true}}'": what a patch of one field does. Of any other nothing is
 * known, and the patch stays what it is to everything else: somebody else's words.
 */
#include "intent/change/change.h"
#include "intent/change/quantity.h"

#include "codec/json.h"

static const struct {
	const char *field, *kind; /* "": of any */
	const char *on, *off;	  /* actions; NULL: a number of replicas */
} fields[] = { { "suspend", "", "suspend", "resume" },
	       { "paused", "", "pause", "resume" },
	       { "unschedulable", "node", "cordon", "uncordon" },
	       { "replicas", "", NULL, NULL } };

/* The option "-p" or "--patch"; count of tokens if there is none. */
static size_t find_option(const struct co_reading *r)
{
	size_t t;

	for (t = r->action->last + 1; t < r->s.count; t++)
		if (co_shell_is_option(r, t) && co_says_any(r, t, "p patch"))
			return t;
	return r->s.count;
}

/* The document in quotes that starts at an offset; *end is past its closing quote. NULL if there is none. */
static json_t *read_quoted(const char *text, size_t at, size_t *end)
{
	const char *close;
	json_t *document;

	at += strspn(text + at, " =");
	close = text[at] == '\'' ? strchr(text + at + 1, '\'') : NULL;
	if (!close)
		return NULL;
	document = json_loadb(text + at + 1, (size_t)(close - text) - at - 1, JSON_REJECT_DUPLICATES, NULL);
	*end = (size_t)(close - text) + 1;
	return document;
}

static int take_field(struct co_reading *r, const char *field, const json_t *value, size_t t)
{
	const char *kind = co_reading_value(r, "kind");
	size_t i;

	for (i = 0; i < CO_COUNT(fields); i++) {
		if (strcmp(field, fields[i].field) != 0 || (*fields[i].kind &&
							    !(kind && strcmp(kind, fields[i].kind) == 0) &&
								    !co_reading_has(r, fields[i].kind)))
			continue;
		if (fields[i].on && json_is_boolean(value))
			return co_vocabulary_find(r->in->vocabulary, CO_WORD_ACTION, json_is_true(value) ?
						  fields[i].on : fields[i].off, &r->act) == 0;
		if (fields[i].on || !json_is_integer(value) || json_integer_value(value) < 0 || json_integer_value(value) > 9999)
			return 0;
		co_quantity_number(r, "replicas", json_integer_value(value), t, t);
		return 1;
	}
	return 0;
}

/* The one member of an object; NULL if there are more, or none. */
static const json_t *only_member(const json_t *object, const char **name)
{
	void *at = json_object_iter((json_t *)object);

	if (json_object_size(object) != 1)
		return NULL;
	*name = json_object_iter_key(at);
	return json_object_iter_value(at);
}

void co_shell_patch(struct co_reading *r)
{
	const char *name = NULL;
	const json_t *spec, *value;
	json_t *document;
	size_t t, end = 0;

	if (!co_shell_is_line(r) || !co_says(r, r->action->first, "patch"))
		return;
	t = find_option(r);
	document = t < r->s.count ? read_quoted(r->text, r->s.tokens[t].end, &end) : NULL;
	spec = only_member(document, &name);
	value = spec && strcmp(name, "spec") == 0 ? only_member(spec, &name) : NULL;
	if (value && take_field(r, name, value, t)) {
		co_reading_use(r, t, t);
		for (t++; t < r->s.count && r->s.tokens[t].start < end; t++)
			r->s.tokens[t].flags |= CO_TOKEN_MESSAGE | CO_TOKEN_USED; /* understood: it hides nothing */
	}
	json_decref(document);
}
