/* SPDX-License-Identifier: Apache-2.0 */
#include "intent/outside/support.h"
#include "intent/reading.h"

#include <stdlib.h>
#include <string.h>

/* ---- the command */

/* Words that change what a command asks for, and that no part of an intent can hold. */
static int is_condition(const struct co_token *t)
{
	static const char *const words[] = { "if",	"unless", "until", "when",    "whenever", "once",
					     "while",	"before", "after", "except",  "only",	  "but",
					     "not",	"dont",	  "never", "without", "or",	  "otherwise",
					     "instead", "rather", "wait",  "maybe",   "should",	  NULL };
	const char *const *w;

	for (w = words; *w; w++)
		if (co_token_is(t, *w))
			return 1;
	return 0;
}

int co_support_command(const struct co_support *s)
{
	const struct co_reading *r = s->reading;
	size_t t, i;

	if (!r || !r->action)
		return 0;
	for (t = r->action->first; t <= r->action->last; t++)
		if (r->s.tokens[t].flags & CO_TOKEN_FIXED)
			return 0; /* "neustart" is near to "restart", and may be anything */
	for (t = 0; t < r->s.count; t++)
		if (is_condition(&r->s.tokens[t]) && !(r->s.tokens[t].flags & (CO_TOKEN_USED | CO_TOKEN_QUOTED)))
			return 0;
	for (i = 0; i < r->constraints.count; i++)
		if (strcmp(r->constraints.items[i], "read-only") == 0)
			return 0;
	return 1;
}

/* ---- words of the sentence */

static int is_own(const struct co_token *t)
{
	return !(t->flags & (CO_TOKEN_FOREIGN | CO_TOKEN_ODD | CO_TOKEN_SPLIT));
}

/* "the", "restart", "memory" are words before they are names; "nginx" and "web-shop" are names, but "node" is a kind first. */
static int may_be_name(const struct co_reading *r, size_t t)
{
	const struct co_token *token = &r->s.tokens[t];

	if (!is_own(token) || !co_token_is_name(token))
		return 0;
	return !(token->flags & CO_TOKEN_KNOWN) || (token->flags & CO_TOKEN_QUOTED) || token->inventory ||
	       co_token_is_made(token) ||
	       (co_match_at(&r->m, t, CO_WORD_PROGRAM) && !co_match_at(&r->m, t, CO_WORD_KIND));
}

/* The whole word, or a part of it between slashes; of an ARN also what is behind its last colon. */
static int stands_in(const char *word, const char *value)
{
	size_t len = strlen(value), part;
	const char *colon = strrchr(word, ':');

	if (strcmp(word, value) == 0)
		return 1;
	for (;; word += part + 1) {
		part = strcspn(word, "/");
		if (part == len && memcmp(word, value, len) == 0)
			return 1;
		if (!word[part])
			break;
	}
	return colon && strcmp(colon + 1, value) == 0;
}

static int find_literal(const struct co_support *s, const char *value, struct co_supported *found)
{
	const struct co_reading *r = s->reading;
	size_t t;

	for (t = 0; r && t < r->s.count; t++) {
		const char *at;

		if (!may_be_name(r, t) || !stands_in(r->s.tokens[t].name, value))
			continue;
		at = strstr(r->s.tokens[t].name, value);
		*found = (struct co_supported){ co_xmemdup(at, strlen(value)), (long)t };
		return 1;
	}
	return 0;
}

/* A phrase of that type and name in the person's own words, or any own phrase that implies that provider. */
static long find_match(const struct co_reading *r, enum co_word_type type, const char *name, const char *provider)
{
	size_t i;

	for (i = 0; i < r->m.count; i++) {
		const struct co_match *m = &r->m.items[i];

		if (!co_reading_own(m))
			continue;
		if (name && m->entry.type == type && strcmp(m->entry.name, name) == 0)
			return (long)m->first;
		if (provider && strcmp(m->entry.provider, provider) == 0)
			return (long)m->first;
	}
	return -1;
}

/* ---- the inventory */

static int fits(enum co_slot slot, enum co_name_type type)
{
	switch (slot) {
	case CO_SLOT_ENVIRONMENT:
		return type == CO_NAME_ENVIRONMENT;
	case CO_SLOT_ACCOUNT:
		return type == CO_NAME_ACCOUNT;
	case CO_SLOT_CLUSTER:
		return type == CO_NAME_CLUSTER || type == CO_NAME_CONTEXT;
	case CO_SLOT_CONTEXT:
		return type == CO_NAME_CONTEXT;
	case CO_SLOT_NAMESPACE:
		return type == CO_NAME_NAMESPACE;
	case CO_SLOT_NODE:
		return type == CO_NAME_NODE;
	case CO_SLOT_HOST:
		return type == CO_NAME_HOST;
	case CO_SLOT_URL:
		return type == CO_NAME_URL;
	case CO_SLOT_NAME:
		return type == CO_NAME_WORKLOAD;
	default:
		return 0;
	}
}

/* Where the sentence names it, or something that is in it. */
static long find_name(const struct co_reading *r, enum co_slot slot, const struct co_name *name)
{
	size_t t;

	for (t = 0; r && t < r->s.count; t++) {
		const struct co_name *there = r->s.tokens[t].inventory;

		if (!there || !is_own(&r->s.tokens[t]))
			continue;
		if (fits(slot, there->type) && strcmp(there->value, name->value) == 0)
			return (long)t;
		if (slot == CO_SLOT_ENVIRONMENT && there->environment && strcmp(there->environment, name->value) == 0)
			return (long)t;
	}
	return -1;
}

static int find_in_inventory(const struct co_support *s, enum co_slot slot, const char *value,
			     struct co_supported *found)
{
	const struct co_name *name;
	size_t n;

	for (n = 0; (name = co_names_find(s->input->names, value, n)); n++) {
		long token;

		if (!fits(slot, name->type))
			continue;
		token = find_name(s->reading, slot, name);
		if (s->change && token < 0)
			continue;
		*found = (struct co_supported){ co_xstrdup(name->value), token };
		return 1;
	}
	return 0;
}

/* ---- slots */

/* True if what the sentence names is of that kind, or of that provider. */
static int is_of_named(const struct co_reading *r, enum co_slot slot, const char *value)
{
	size_t t;

	for (t = 0; t < r->s.count; t++) {
		const struct co_name *there = r->s.tokens[t].inventory;
		const char *has = there ? (slot == CO_SLOT_KIND ? there->kind : there->provider) : NULL;

		if (has && is_own(&r->s.tokens[t]) && strcmp(has, value) == 0)
			return 1;
	}
	return 0;
}

/* Does the sentence say it, or imply it? Only a change must be said. */
static int is_said(const struct co_support *s, enum co_slot slot, enum co_word_type type, const char *name)
{
	const struct co_reading *r = s->reading;

	if (!s->change)
		return 1;
	if (slot == CO_SLOT_PROVIDER)
		return find_match(r, type, name, name) >= 0 || is_of_named(r, CO_SLOT_PROVIDER, name) ||
		       (strcmp(name, "local") == 0 && !co_names_has_platform(s->input->names));
	return find_match(r, type, name, NULL) >= 0 || (slot == CO_SLOT_KIND && is_of_named(r, CO_SLOT_KIND, name));
}

static int find_word(const struct co_support *s, enum co_slot slot, enum co_word_type type, const char *value,
		     struct co_supported *found)
{
	struct co_entry entry;

	if (co_vocabulary_find(s->input->vocabulary, type, value, &entry) < 0 || strcmp(entry.name, "unknown") == 0)
		return 0;
	if (!is_said(s, slot, type, entry.name))
		return 0;
	*found = (struct co_supported){ co_xstrdup(entry.name), -1 };
	return 1;
}

/* Without a sentence: a pod stands for its workload, and what a cloud made for itself. */
static int find_elsewhere(const struct co_support *s, enum co_slot slot, const char *value, struct co_supported *found)
{
	const struct co_name *owner;

	if (s->reading || (slot != CO_SLOT_NAME && slot != CO_SLOT_ACCOUNT))
		return 0;
	if (co_grammar_is_cloud_id(value)) {
		*found = (struct co_supported){ co_xstrdup(value), -1 };
		return 1;
	}
	owner = slot == CO_SLOT_NAME ? co_names_owner(s->input->names, value) : NULL;
	if (owner)
		*found = (struct co_supported){ co_xstrdup(owner->value), -1 };
	return owner != NULL;
}

int co_support_slot(const struct co_support *s, enum co_slot slot, const char *value, struct co_supported *found)
{
	switch (slot) {
	case CO_SLOT_PROVIDER:
		return find_word(s, slot, CO_WORD_PLATFORM, value, found);
	case CO_SLOT_KIND:
		return find_word(s, slot, CO_WORD_KIND, value, found);
	case CO_SLOT_REGION:
		return find_word(s, slot, CO_WORD_REGION, value, found);
	case CO_SLOT_SERVICE:
		return find_word(s, slot, CO_WORD_SERVICE, value, found);
	default:
		return find_in_inventory(s, slot, value, found) || find_literal(s, value, found) ||
		       find_elsewhere(s, slot, value, found);
	}
}

/* ---- parameters */

static int is_number_at(const struct co_reading *r, size_t t, int64_t number)
{
	const char *digits = r->s.tokens[t].text + strcspn(r->s.tokens[t].text, "0123456789");
	int64_t said;
	char *end;

	if (!is_own(&r->s.tokens[t]))
		return 0;
	if (co_number_read(&r->s, &r->m, t, &said) && said == number)
		return 1;
	if (!*digits || digits - r->s.tokens[t].text > 1 || strlen(digits) > 12)
		return 0;
	return strtoll(digits, &end, 10) == number && (!*end || strcmp(end, "%") == 0);
}

static int64_t seconds_of(int64_t count, char unit)
{
	static const struct {
		char unit;
		int64_t seconds;
	} units[] = { { 's', 1 }, { 'm', 60 }, { 'h', 3600 }, { 'd', 86400 }, { 'w', 604800 } };
	size_t i;

	for (i = 0; i < CO_COUNT(units); i++)
		if (units[i].unit == unit)
			return count * units[i].seconds;
	return -1;
}

/* "30 days" for "30d" */
static int is_amount_at(const struct co_reading *r, size_t t, const char *value)
{
	int64_t count = 0, wanted;
	struct co_entry unit;
	char *end;

	wanted = strtoll(value, &end, 10);
	wanted = seconds_of(wanted, *end);
	return is_own(&r->s.tokens[t]) && wanted >= 0 &&
	       co_amount_read(&r->s, &r->m, r->in->vocabulary, t, &count, &unit) && !unit.name[1] && count < 100000 &&
	       seconds_of(count, *unit.name) == wanted;
}

/* Where a value of a change stands; -1 if it does not. */
static long find_value(const struct co_reading *r, int form, const char *value, int64_t number)
{
	size_t t;

	for (t = 0; t < r->s.count; t++) {
		const struct co_token *token = &r->s.tokens[t];

		if (is_own(token) && strcmp(token->name, value) == 0)
			return (long)t;
		if (form == CO_FORM_NUMBER && is_number_at(r, t, number))
			return (long)t;
		if (form == CO_FORM_QUANTITY && is_amount_at(r, t, value))
			return (long)t;
	}
	return -1;
}

static json_t *read_parameter(const struct co_reading *r, enum co_parameter parameter)
{
	return json_object_get(r->parameters, co_enum_name(co_parameter_names, (int)parameter));
}

/* What the parser took from the same sentence counts more than what a stranger did: "by 2" has the sign of its verb. */
static int differs_from_reading(const struct co_reading *r, enum co_parameter parameter, int form, const char *value,
				int64_t number)
{
	const json_t *read = read_parameter(r, parameter);

	if (!read)
		return 0;
	return form == CO_FORM_NUMBER ? json_integer_value(read) != number || !json_is_integer(read) :
					!json_is_string(read) || strcmp(json_string_value(read), value) != 0;
}

int co_support_parameter(const struct co_support *s, enum co_parameter parameter, int form, const char *value,
			 int64_t number, struct co_supported *found)
{
	const struct co_reading *r = s->reading;
	int closed = parameter == CO_PARAMETER_VOLUME_TYPE;
	long token = r ? find_value(r, form, value, number) : -1;

	if (s->change && differs_from_reading(r, parameter, form, value, number))
		return 0;
	if (s->change && !read_parameter(r, parameter) &&
	    (token < 0 || (r->s.tokens[token].flags & (CO_TOKEN_USED | CO_TOKEN_KNOWN))))
		return 0; /* an image "restart", of "restart web-shop" */
	if (token < 0 && form == CO_FORM_LITERAL && !closed)
		return 0;
	/* Of a form that has no room for anything else, or the same bytes as in the sentence. */
	*found = (struct co_supported){ co_xstrdup(value), token };
	return 1;
}
