/* SPDX-License-Identifier: Apache-2.0 */
#include "expr/expr.h"

#include "base/escape.h"
#include "expr/helper.h"
#include "expr/path.h"
#include "expr/scan.h"

#include <stdlib.h>
#include <string.h>

enum {
	DEFAULT_TIMEOUT_MS = 10000,
	DEFAULT_OUTPUT = 8 * 1024 * 1024,
	PLAIN = -1, /* number of a program that needs no jq */
};

struct entry {
	struct co_template template;
	int program; /* added as a whole program */
};

struct co_expr {
	struct co_helper helper;
	char *path;
	struct entry *entries;
	size_t count;
	json_t *ids;	  /* text -> index of entry; templates and programs in one, told apart by the first byte */
	json_t *programs; /* what the helper compiles, each text once */
	json_t *numbers;  /* text of a program -> index in programs */
	json_t *owners;	  /* index in programs -> first entry that holds it */
	int compiled;
};

struct co_expr *co_expr_new(const struct co_expr_limits *limits)
{
	struct co_expr *e = co_xcalloc(1, sizeof(*e));

	e->path = co_xstrdup(limits->helper);
	co_helper_init(&e->helper, e->path, limits->timeout_ms ? limits->timeout_ms : DEFAULT_TIMEOUT_MS,
		       limits->output ? limits->output : DEFAULT_OUTPUT);
	e->ids = json_object();
	e->programs = json_array();
	e->numbers = json_object();
	e->owners = json_array();
	return e;
}

void co_expr_free(struct co_expr *e)
{
	size_t i;

	if (!e)
		return;
	co_helper_stop(&e->helper);
	for (i = 0; i < e->count; i++)
		co_template_clear(&e->entries[i].template);
	free(e->entries);
	json_decref(e->ids);
	json_decref(e->programs);
	json_decref(e->numbers);
	json_decref(e->owners);
	free(e->path);
	free(e);
}

int co_expr_has(const char *text)
{
	return strstr(text, "${") != NULL;
}

static int parse(struct co_template *t, const char *text, int program, json_t *steps, struct co_err *err)
{
	if (!co_utf8_valid(text, strlen(text)))
		return co_err_set(err, CO_ERR_INPUT, "bad-expression", "an expression is not valid UTF-8");
	return program ? co_template_program(t, text, steps, err) : co_template_parse(t, text, steps, err);
}

int co_expr_mentions(const char *text, int program, unsigned *variables, json_t **steps, struct co_err *err)
{
	json_t *names = json_array();
	struct co_template t;

	if (parse(&t, text, program, names, err) < 0) {
		json_decref(names);
		return CO_ERR_INPUT;
	}
	*variables = t.variables;
	co_template_clear(&t);
	if (!json_array_size(names)) {
		json_decref(names);
		names = NULL;
	}
	*steps = names;
	return CO_OK;
}

int co_expr_variables(const char *text, int program, unsigned *variables, struct co_err *err)
{
	struct co_template t;

	if (parse(&t, text, program, NULL, err) < 0)
		return CO_ERR_INPUT;
	*variables = t.variables;
	co_template_clear(&t);
	return CO_OK;
}

json_t *co_expr_steps(const char *text, int program)
{
	unsigned variables;
	json_t *steps = NULL;

	if (co_expr_mentions(text, program, &variables, &steps, NULL) < 0 || !steps)
		return json_array();
	return steps;
}

/* The number of a program for the helper, the same for the same text. */
static size_t number_of(struct co_expr *e, const char *text)
{
	json_t *known = json_object_get(e->numbers, text);
	size_t number = json_array_size(e->programs);

	if (known)
		return (size_t)json_integer_value(known);
	json_object_set_new(e->numbers, text, json_integer((json_int_t)number));
	json_array_append_new(e->programs, json_string(text));
	json_array_append_new(e->owners, json_integer((json_int_t)e->count));
	e->compiled = 0;
	return number;
}

static void number_parts(struct co_expr *e, struct co_template *t)
{
	size_t i;

	for (i = 0; i < t->count; i++) {
		struct co_part *part = &t->parts[i];

		if (part->is_program)
			part->number = co_path_is_plain(part->text) ? (size_t)PLAIN : number_of(e, part->text);
	}
}

static char *name_of(const char *text, int program)
{
	return co_xasprintf("%c%s", program ? 'p' : 't', text);
}

int co_expr_add(struct co_expr *e, const char *text, int program, size_t *id, struct co_err *err)
{
	char *name = name_of(text, program);
	json_t *known = json_object_get(e->ids, name);
	struct co_template template;
	struct entry *entry;
	int rc = CO_OK;

	if (known) {
		*id = (size_t)json_integer_value(known);
	} else {
		rc = parse(&template, text, program, NULL, err);
		if (rc == CO_OK) {
			number_parts(e, &template);
			*id = e->count;
			json_object_set_new(e->ids, name, json_integer((json_int_t)e->count));
			entry = co_grow(&e->entries, &e->count, sizeof(*entry));
			*entry = (struct entry){ template, program };
		}
	}
	free(name);
	return rc;
}

int co_expr_compile(struct co_expr *e, size_t *bad, struct co_err *err)
{
	size_t number = 0;
	int rc;

	if (!json_array_size(e->programs) || (e->compiled && co_helper_runs(&e->helper)))
		return CO_OK;
	rc = co_helper_start(&e->helper, e->programs, &number, err);
	e->compiled = rc == CO_OK;
	if (rc == CO_ERR_INPUT && bad)
		*bad = (size_t)json_integer_value(json_array_get(e->owners, number));
	return rc;
}

/* Only those variables that the template mentions; a new object, or NULL and err. */
static json_t *needed(unsigned mask, json_t *vars, struct co_err *err)
{
	static const char *const names[] = { "params", "target", "window", "steps", "item", "targets", "now" };
	json_t *picked = json_object();
	size_t i;

	for (i = 0; i < CO_COUNT(names); i++) {
		json_t *value = json_object_get(vars, names[i]);

		if (!(mask & 1u << i))
			continue;
		if (!value) {
			co_err_set(err, CO_ERR_INPUT, "expression", "\"$%s\" does not exist here", names[i]);
			json_decref(picked);
			return NULL;
		}
		json_object_set(picked, names[i], value);
	}
	return picked;
}

/* All outputs of one program. */
static int eval_part(struct co_expr *e, const struct co_part *part, json_t *input, json_t *vars, json_t **outputs,
		     struct co_err *err)
{
	json_t *value;
	int rc;

	if (part->number == (size_t)PLAIN) {
		rc = co_path_eval(part->text, input, vars, &value, err);
		if (rc == CO_OK)
			*outputs = json_pack("[o]", value);
		return rc;
	}
	rc = co_expr_compile(e, NULL, err);
	if (rc == CO_OK)
		rc = co_helper_eval(&e->helper, part->number, input, vars, outputs, err);
	return rc;
}

/* A program inside ${ } has one value; none counts as null. */
static int single(json_t *outputs, json_t **out, struct co_err *err)
{
	json_t *value = json_array_get(outputs, 0);

	if (json_array_size(outputs) > 1)
		return co_err_set(err, CO_ERR_INPUT, "expression", "the expression gives %zu values, not one",
				  json_array_size(outputs));
	*out = value ? json_incref(value) : json_null();
	return CO_OK;
}

static void add_text(struct co_buf *text, json_t *outputs)
{
	json_t *value = json_array_get(outputs, 0);

	if (json_is_string(value))
		co_buf_add(text, json_string_value(value), json_string_length(value));
	else if (value)
		co_json_write(text, value, CO_JSON_COMPACT);
}

static int eval_text(struct co_expr *e, const struct co_template *t, json_t *input, json_t *vars, json_t **out,
		     struct co_err *err)
{
	struct co_buf text = CO_BUF_INIT;
	json_t *outputs, *value;
	int rc = CO_OK;
	size_t i;

	for (i = 0; i < t->count && rc == CO_OK; i++) {
		if (!t->parts[i].is_program) {
			co_buf_adds(&text, t->parts[i].text);
			continue;
		}
		rc = eval_part(e, &t->parts[i], input, vars, &outputs, err);
		if (rc < 0)
			break;
		rc = single(outputs, &value, err);
		if (rc == CO_OK) {
			json_decref(value);
			add_text(&text, outputs);
		}
		json_decref(outputs);
	}
	if (rc == CO_OK) {
		value = json_stringn(co_buf_str(&text), text.len);
		rc = value ? CO_OK : co_err_set(err, CO_ERR_INPUT, "expression", "the text is not valid UTF-8");
	}
	if (rc == CO_OK)
		*out = value;
	co_buf_clear(&text);
	return rc;
}

static int eval_entry(struct co_expr *e, const struct entry *entry, json_t *input, json_t *vars, json_t **out,
		      struct co_err *err)
{
	const struct co_template *t = &entry->template;
	json_t *outputs;
	int rc;

	if (t->count > 1 || !t->parts[0].is_program)
		return eval_text(e, t, input, vars, out, err);
	rc = eval_part(e, t->parts, input, vars, &outputs, err);
	if (rc < 0)
		return rc;
	if (entry->program) {
		*out = outputs;
		return CO_OK;
	}
	rc = single(outputs, out, err);
	json_decref(outputs);
	return rc;
}

int co_expr_eval(struct co_expr *e, size_t id, json_t *input, json_t *vars, json_t **out, struct co_err *err)
{
	const struct entry *entry = &e->entries[id];
	json_t *picked = needed(entry->template.variables, vars, err);
	int rc;

	if (!picked)
		return CO_ERR_INPUT;
	rc = eval_entry(e, entry, input, picked, out, err);
	json_decref(picked);
	return rc;
}

/* The arguments of co_expr_fill(), for the walk. */
struct filling {
	struct co_expr *e;
	unsigned known;
	json_t *input;
	json_t *vars;
};

static int fill_string(const struct filling *f, json_t *value, json_t **out, struct co_err *err)
{
	const char *text = json_string_value(value);
	unsigned variables = 0;
	size_t id;

	if (co_expr_has(text) && co_expr_variables(text, 0, &variables, err) < 0)
		return CO_ERR_INPUT;
	if (!co_expr_has(text) || (variables & ~f->known)) {
		*out = json_incref(value);
		return CO_OK;
	}
	if (co_expr_add(f->e, text, 0, &id, err) < 0)
		return CO_ERR_INPUT;
	return co_expr_eval(f->e, id, f->input, f->vars, out, err);
}

static int fill(const struct filling *f, json_t *value, json_t **out, struct co_err *err);

static int fill_object(const struct filling *f, json_t *value, json_t **out, struct co_err *err)
{
	json_t *filled = json_object(), *member, *to;
	const char *key;

	json_object_foreach(value, key, member) {
		if (fill(f, member, &to, err) < 0) {
			json_decref(filled);
			return co_err_under(err, key), CO_ERR_INPUT;
		}
		json_object_set_new_nocheck(filled, key, to);
	}
	*out = filled;
	return CO_OK;
}

static int fill_array(const struct filling *f, json_t *value, json_t **out, struct co_err *err)
{
	json_t *filled = json_array(), *item, *to;
	size_t i;

	json_array_foreach(value, i, item) {
		if (fill(f, item, &to, err) < 0) {
			json_decref(filled);
			return co_err_under_index(err, i), CO_ERR_INPUT;
		}
		json_array_append_new(filled, to);
	}
	*out = filled;
	return CO_OK;
}

static int fill(const struct filling *f, json_t *value, json_t **out, struct co_err *err)
{
	if (json_is_object(value))
		return fill_object(f, value, out, err);
	if (json_is_array(value))
		return fill_array(f, value, out, err);
	if (json_is_string(value))
		return fill_string(f, value, out, err);
	*out = json_incref(value);
	return CO_OK;
}

int co_expr_fill(struct co_expr *e, json_t *value, unsigned known, json_t *input, json_t *vars, json_t **out,
		 struct co_err *err)
{
	const struct filling f = { e, known, input, vars };

	return fill(&f, value, out, err);
}
