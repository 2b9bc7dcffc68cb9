/* SPDX-License-Identifier: Apache-2.0 */
#include "intent/lint.h"

#include "base/escape.h"
#include "codec/json.h"

#include <stdlib.h>
#include <string.h>

/* ---- listing */

static void list_verb(json_t *examples, const char *verb, struct co_buf *out)
{
	json_t *example;
	size_t i, n = 0;

	json_array_foreach(examples, i, example) {
		const char *text = co_json_str(example, "text"), *has = co_json_str(example, "verb");

		if (!text || !has || strcmp(has, verb) != 0)
			continue;
		if (n++ == 0)
			co_buf_addf(out, "%s\n", verb);
		co_buf_adds(out, "  ");
		co_escape(out, text, strlen(text));
		co_buf_addc(out, '\n');
	}
}

static void list_names(const struct co_vocabulary *v, enum co_word_type type, struct co_buf *out)
{
	struct co_entry e;
	size_t n, column = 0;

	co_buf_addf(out, "%s\n ", co_word_sections[type - 1]);
	for (n = 0; co_vocabulary_entry(v, n, &e) == 0; n++) {
		if (e.type != type)
			continue;
		if (column + strlen(e.name) > 76) {
			co_buf_adds(out, "\n ");
			column = 0;
		}
		co_buf_adds(out, " ");
		co_escape(out, e.name, strlen(e.name));
		column += strlen(e.name) + 1;
	}
	co_buf_addc(out, '\n');
}

void co_lint_list(const struct co_vocabulary *v, struct co_buf *out)
{
	json_t *examples = co_vocabulary_examples(v);
	size_t i;

	for (i = 0; co_verb_names[i]; i++)
		list_verb(examples, co_verb_names[i], out);
	list_names(v, CO_WORD_SUBJECT, out);
	list_names(v, CO_WORD_ACTION, out);
	json_decref(examples);
}

/* ---- checking */

struct check {
	const struct co_parser_input *input;
	struct co_buf *out;
	size_t failed;
	size_t done;
};

static void complain(struct check *c, const char *what, const char *value, const char *why)
{
	struct co_buf line = CO_BUF_INIT;

	co_buf_addf(&line, "%s \"%s\": %s", what, value, why);
	co_escape(c->out, line.data, line.len);
	co_buf_addc(c->out, '\n');
	co_buf_clear(&line);
	c->failed++;
}

static void check_reference(struct check *c, const struct co_entry *e, enum co_word_type type, const char *name)
{
	struct co_entry found;

	if (*name && co_vocabulary_find(c->input->vocabulary, type, name, &found) < 0) {
		char *why = co_xasprintf("\"%s\" is not among \"%s\"", name, co_word_sections[type - 1]);

		complain(c, co_word_sections[e->type - 1], e->name, why);
		free(why);
	}
}

static void check_entries(struct check *c)
{
	struct co_entry e;
	size_t n;

	for (n = 0; co_vocabulary_entry(c->input->vocabulary, n, &e) == 0; n++) {
		check_reference(c, &e, CO_WORD_SUBJECT, e.subject);
		check_reference(c, &e, CO_WORD_PLATFORM, e.provider);
		if (e.type == CO_WORD_SUBJECT && !*e.class)
			complain(c, "subjects", e.name, "a subject needs a class");
		if (e.type == CO_WORD_UNIT && !*e.class)
			complain(c, "units", e.name, "a unit needs a class");
	}
}

static int equal_or_unsaid(json_t *wanted, const char *got)
{
	return !wanted || (json_is_string(wanted) && got && strcmp(json_string_value(wanted), got) == 0);
}

static int part_of(json_t *wanted, json_t *got)
{
	const char *key;
	json_t *value;

	json_object_foreach(wanted, key, value)
		if (!json_equal(value, json_object_get(got, key)))
			return 0;
	return 1;
}

/* What an example lists must come out; what it does not list may. */
static const char *compare(json_t *example, const struct co_intent *got)
{
	if (!equal_or_unsaid(json_object_get(example, "verb"), co_enum_name(co_verb_names, got->verb)))
		return "gives another verb";
	if (!equal_or_unsaid(json_object_get(example, "subject"), got->subject))
		return "gives another subject";
	if (!equal_or_unsaid(json_object_get(example, "action"), got->action))
		return "gives another action";
	if (!part_of(json_object_get(example, "target"), got->target))
		return "gives another target";
	return part_of(json_object_get(example, "parameters"), got->parameters) ? NULL : "gives other parameters";
}

static void check_example(struct check *c, json_t *example)
{
	const char *text = co_json_str(example, "text"), *why;
	struct co_err err = CO_ERR_INIT;
	struct co_intent intent;
	int unclear = json_is_true(json_object_get(example, "unclear")), rc;

	c->done++;
	if (!text) {
		complain(c, "examples", "", "an example needs a text");
		return;
	}
	rc = co_parse(c->input, text, strlen(text), &intent, &err);
	if (rc < 0) {
		if (!unclear || rc != CO_ERR_NO)
			complain(c, "example", text, err.message);
		return;
	}
	why = unclear ? "is understood, and should not be" : compare(example, &intent);
	if (why)
		complain(c, "example", text, why);
	co_shape_clear(&co_intent_shape, &intent);
}

int co_lint_check(const struct co_parser_input *input, struct co_buf *out, struct co_err *err)
{
	struct check c = { .input = input, .out = out };
	json_t *examples = co_vocabulary_examples(input->vocabulary), *example;
	size_t i;

	check_entries(&c);
	json_array_foreach(examples, i, example)
		check_example(&c, example);
	json_decref(examples);
	if (c.failed)
		return co_err_set(err, CO_ERR_INPUT, "vocabulary", "the vocabulary has %zu faults", c.failed);
	co_buf_addf(out, "%zu examples are understood\n", c.done);
	return CO_OK;
}
