/* SPDX-License-Identifier: Apache-2.0 */
#include "intent/outside/checked.h"

#include "intent/outside/support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_VALUES = 32, NO_TOKEN = -1 };

/* One value of a slot or parameter. text is ours, and never the stranger's: see support.h and grammar.h. */
struct kept {
	int field;
	char *text;
	int is_number;
	int64_t number;
	long token; /* where it stands in the sentence */
};

struct co_checked {
	struct co_support support;
	int verb;
	struct co_entry action, subject; /* name NULL until given */
	struct kept slots[MOST_VALUES], parameters[MOST_VALUES];
	size_t slot_count, parameter_count;
	struct co_entry constraints[MOST_VALUES];
	size_t constraint_count;
	struct co_window window;
	int has_window;
};

struct co_checked *co_checked_new(const struct co_parser_input *input, const struct co_reading *reading)
{
	struct co_checked *c = co_xcalloc(1, sizeof(*c));

	c->support = (struct co_support){ input, reading, 0 };
	return c;
}

void co_checked_free(struct co_checked *c)
{
	size_t i;

	if (!c)
		return;
	for (i = 0; i < c->slot_count; i++)
		free(c->slots[i].text);
	for (i = 0; i < c->parameter_count; i++)
		free(c->parameters[i].text);
	free(c);
}

/* ---- one part at a time */

static int refuse(struct co_err *err, const char *what, const char *value, const char *why)
{
	return co_err_set(err, CO_ERR_INPUT, "model-answer", "the %s \"%.80s\" %s", what, value, why), CO_ERR_INPUT;
}

int co_checked_verb(struct co_checked *c, const char *name, struct co_err *err)
{
	int verb = co_enum_value(co_verb_names, name);

	if (!verb)
		return refuse(err, "verb", name, "is none");
	if (verb == CO_VERB_REMEDIATE && !co_support_command(&c->support))
		return refuse(err, "verb", name, "is asked for by no command of the sentence");
	c->verb = verb;
	c->support.change = verb == CO_VERB_REMEDIATE;
	return CO_OK;
}

int co_checked_action(struct co_checked *c, const char *name, struct co_err *err)
{
	if (c->verb != CO_VERB_REMEDIATE)
		return refuse(err, "action", name, "belongs to a change alone");
	if (co_vocabulary_find(c->support.input->vocabulary, CO_WORD_ACTION, name, &c->action) < 0)
		return refuse(err, "action", name, "is not in the vocabulary");
	if (strcmp(c->support.reading->action->entry.name, name) != 0)
		return refuse(err, "action", name, "is not the one that the sentence asks for");
	return CO_OK;
}

int co_checked_subject(struct co_checked *c, const char *name, struct co_err *err)
{
	if (co_vocabulary_find(c->support.input->vocabulary, CO_WORD_SUBJECT, name, &c->subject) < 0)
		return refuse(err, "subject", name, "is not in the vocabulary");
	return CO_OK;
}

static int has_kept(const struct kept *list, size_t count, int field, const char *text)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (list[i].field == field && (!text || strcmp(list[i].text, text) == 0))
			return 1;
	return 0;
}

int co_checked_slot(struct co_checked *c, enum co_slot slot, const char *value, struct co_err *err)
{
	const int field = (int)slot;
	const char *name = co_enum_name(co_slot_names, field);
	struct co_supported found;

	if (!co_grammar_slot(slot, value))
		return refuse(err, name, value, "has not the form of one");
	if (!co_support_slot(&c->support, slot, value, &found))
		return refuse(err, name, value,
			      c->support.change ? "does not stand in the sentence" :
						  "is neither in the inventory nor in the sentence");
	if (has_kept(c->slots, c->slot_count, field, found.text)) {
		free(found.text);
		return CO_OK;
	}
	if (c->slot_count == MOST_VALUES || (c->support.change && has_kept(c->slots, c->slot_count, field, NULL))) {
		free(found.text);
		return refuse(err, name, value, "is one too many");
	}
	c->slots[c->slot_count++] = (struct kept){ field, found.text, 0, 0, found.token };
	return CO_OK;
}

int co_checked_parameter(struct co_checked *c, enum co_parameter parameter, const char *value, struct co_err *err)
{
	const int field = (int)parameter;
	const char *name = co_enum_name(co_parameter_names, field);
	int64_t number = 0;
	int form = co_grammar_parameter(parameter, value, &number);
	struct co_supported found;

	if (form < 0)
		return refuse(err, name, value, "has not the form of one");
	if (!co_support_parameter(&c->support, parameter, form, value, number, &found))
		return refuse(err, name, value, "does not stand in the sentence");
	if (c->parameter_count == MOST_VALUES || has_kept(c->parameters, c->parameter_count, field, NULL)) {
		free(found.text);
		return refuse(err, name, value, "is one too many");
	}
	c->parameters[c->parameter_count++] = (struct kept){ field, found.text, form == CO_FORM_NUMBER, number,
							     found.token };
	return CO_OK;
}

static int has_constraint(const struct co_checked *c, const char *name)
{
	size_t i;

	for (i = 0; i < c->constraint_count; i++)
		if (strcmp(c->constraints[i].name, name) == 0)
			return 1;
	return 0;
}

int co_checked_constraint(struct co_checked *c, const char *name, struct co_err *err)
{
	struct co_entry entry;

	if (co_vocabulary_find(c->support.input->vocabulary, CO_WORD_CONSTRAINT, name, &entry) < 0)
		return refuse(err, "constraint", name, "is not in the vocabulary");
	if (c->constraint_count < MOST_VALUES && !has_constraint(c, entry.name))
		c->constraints[c->constraint_count++] = entry;
	return CO_OK;
}

int co_checked_window(struct co_checked *c, int64_t since, int64_t until, struct co_err *err)
{
	enum { TEN_YEARS = 10 * 366 * 86400 };
	int64_t now = c->support.input->now;

	if (since >= until || until > now || since < now - TEN_YEARS)
		return co_err_set(err, CO_ERR_INPUT, "model-answer", "the window is not in the ten years before now"),
		       CO_ERR_INPUT;
	if (c->support.change)
		return co_err_set(err, CO_ERR_INPUT, "model-answer", "a change has no window"), CO_ERR_INPUT;
	c->window = (struct co_window){ since, until };
	c->has_window = 1;
	return CO_OK;
}

int co_checked_scope(struct co_checked *c, const char *environment, struct co_err *err)
{
	size_t i;

	for (i = 0; i < c->slot_count; i++)
		if (c->slots[i].field == CO_SLOT_ENVIRONMENT && strcmp(c->slots[i].text, environment) != 0)
			return co_err_set(err, CO_ERR_NO, "out-of-scope",
					  "the sentence is about \"%s\", the scope is \"%s\"", c->slots[i].text,
					  environment),
			       CO_ERR_NO;
	if (!has_kept(c->slots, c->slot_count, CO_SLOT_ENVIRONMENT, NULL) && c->slot_count < MOST_VALUES)
		c->slots[c->slot_count++] = (struct kept){ CO_SLOT_ENVIRONMENT, co_xstrdup(environment), 0, 0,
							   NO_TOKEN };
	return CO_OK;
}

/* ---- is it whole? */

static int missing(struct co_err *err, const char *what)
{
	return co_err_set(err, CO_ERR_INPUT, "model-answer", "the answer has no %s", what), CO_ERR_INPUT;
}

static int has_needed(const struct co_checked *c)
{
	const char *needs = c->action.needs;

	if (!*needs)
		return 1;
	if (co_enum_value(co_slot_names, needs))
		return has_kept(c->slots, c->slot_count, co_enum_value(co_slot_names, needs), NULL);
	return has_kept(c->parameters, c->parameter_count, co_enum_value(co_parameter_names, needs), NULL);
}

static int is_placed(const struct co_checked *c)
{
	return has_kept(c->slots, c->slot_count, CO_SLOT_NAME, NULL) ||
	       has_kept(c->slots, c->slot_count, CO_SLOT_NODE, NULL);
}

static int check_whole(const struct co_checked *c, struct co_err *err)
{
	if (!c->verb)
		return missing(err, "verb");
	if (!c->subject.name)
		return missing(err, "subject");
	if (c->verb != CO_VERB_REMEDIATE)
		return CO_OK;
	if (!c->action.name)
		return missing(err, "action");
	if ((!is_placed(c) && strcmp(c->action.name, "fix") != 0) || !has_needed(c))
		return missing(err, "object that the sentence names, or what it is to become");
	return CO_OK;
}

/* ---- out */

static void add_value(json_t *object, const char *key, const char *text)
{
	json_t *had = json_object_get(object, key), *value = json_string_nocheck(text);

	if (json_is_array(had))
		json_array_append_new(had, value);
	else if (had)
		json_object_set_new(object, key, json_pack("[O, o]", had, value));
	else
		json_object_set_new(object, key, value);
}

static void add_because(const struct co_checked *c, struct co_intent *out, const char *section, const char *name,
			const struct kept *kept)
{
	const struct co_token *t;
	struct co_because *b;

	if (kept->token < 0)
		return;
	t = &c->support.reading->s.tokens[kept->token];
	b = co_grow(&out->because.items, &out->because.count, sizeof(*b));
	b->field = co_xasprintf("%s.%s", section, name);
	b->value = co_xstrdup(kept->text);
	b->text = co_xmemdup(c->support.reading->text + t->start, t->end - t->start);
	b->at = json_pack("[I, I]", (json_int_t)t->start, (json_int_t)t->end);
}

static void emit_values(const struct co_checked *c, struct co_intent *out)
{
	size_t i;

	out->target = json_object();
	out->parameters = json_object();
	for (i = 0; i < c->slot_count; i++) {
		const char *name = co_enum_name(co_slot_names, c->slots[i].field);

		add_value(out->target, name, c->slots[i].text);
		add_because(c, out, "target", name, &c->slots[i]);
	}
	for (i = 0; i < c->parameter_count; i++) {
		const struct kept *p = &c->parameters[i];
		const char *name = co_enum_name(co_parameter_names, p->field);

		json_object_set_new(out->parameters, name,
				    p->is_number ? json_integer(p->number) : json_string_nocheck(p->text));
		add_because(c, out, "parameters", name, p);
	}
}

static void emit_constraint(struct co_intent *out, const char *name)
{
	char **slot = co_grow(&out->constraints.items, &out->constraints.count, sizeof(*slot));

	*slot = co_xstrdup(name);
}

/* Those of the answer, and those of the sentence, whatever the answer says. */
static void emit_constraints(const struct co_checked *c, struct co_intent *out)
{
	const struct co_reading *r = c->support.reading;
	size_t i;

	for (i = 0; i < c->constraint_count; i++)
		emit_constraint(out, c->constraints[i].name);
	for (i = 0; r && i < r->constraints.count; i++)
		if (!has_constraint(c, r->constraints.items[i]))
			emit_constraint(out, r->constraints.items[i]);
}

static void emit_window(const struct co_checked *c, struct co_intent *out)
{
	const struct co_reading *r = c->support.reading;

	if (r && r->when.has_window) {
		out->window = co_xmalloc(sizeof(*out->window));
		*out->window = r->when.window;
	} else if (c->has_window) {
		out->window = co_xmalloc(sizeof(*out->window));
		*out->window = c->window;
	}
	if (r && r->when.has_compare) {
		out->compare = co_xmalloc(sizeof(*out->compare));
		*out->compare = r->when.compare;
	}
}

int co_checked_emit(struct co_checked *c, int confidence, struct co_intent *out, struct co_err *err)
{
	if (check_whole(c, err) < 0)
		return CO_ERR_INPUT;
	*out = (struct co_intent){ .verb = c->verb, .confidence = confidence };
	out->action = co_xstrdup(c->action.name);
	out->subject = co_xstrdup(c->subject.name);
	emit_values(c, out);
	emit_constraints(c, out);
	emit_window(c, out);
	return CO_OK;
}
