/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Of a change, the word in the place of its object: "scale web to 5", "the memory limit of the
 * ingester", "checkout needs a restart". It need not look made, nor be known to anybody. And what else is a
 * name of it, by where it stands.
 */
#include "intent/change/change.h"
#include "intent/target/target.h"

#include <string.h>

static int is_article(const struct co_token *t)
{
	return co_token_is_any(t, "the our this app application");
}

static int is_of_speech(const struct co_reading *r, size_t t)
{
	static const char speech[] =
		"polite filler common object quantifier and or condition reason negation trouble which asking more less says "
		"image revision lines shell";

	return co_reading_covered_by(r, t, speech);
}

/* True if a phrase other than a program's name stands there: a kind, a subject, a time. */
static int says_something(const struct co_reading *r, size_t t)
{
	const struct co_match *program = co_match_at(&r->m, t, CO_WORD_PROGRAM);
	size_t i;

	for (i = 0; i < r->m.count && r->m.items[i].first <= t; i++) {
		const struct co_match *m = &r->m.items[i];

		if (m->last < t || m->entry.type == CO_WORD_PROGRAM ||
		    (m->words < m->last - m->first + 1 && m->first != t && m->last != t))
			continue;
		if (program && m->entry.type == CO_WORD_SUBJECT && m->first == m->last)
			continue; /* "redis" is a cache, too */
		if (m->entry.type == CO_WORD_SIGNAL && !(r->s.tokens[t].flags & CO_TOKEN_FIXED) && !is_of_speech(r, t))
			continue;
		return 1;
	}
	return 0;
}

/* What is put into words that have another meaning must be of systems: a value is set, or it is restarted, drained ... */
static int is_of_systems(const struct co_reading *r)
{
	static const char always[] =
		"restart scale rollback set-image set-resources pause resume suspend drain cordon uncordon evict modify resize "
		"tag";
	return co_does_any(r, always) ||
	       co_reading_has_any(r, "environment namespace context cluster host account region");
}

static int could_be_object(const struct co_reading *r, size_t t)
{
	static const char properties[] =
		"size class type count capacity timeout owner port password name description schedule ttl version";
	const struct co_token *token = &r->s.tokens[t];

	if (token->inventory || token->before || !co_token_is_name(token) || co_shell_is_option(r, t) ||
	    (token->flags & (CO_TOKEN_FOREIGN | CO_TOKEN_SPLIT)))
		return 0;
	if ((token->flags & CO_TOKEN_USED) && !co_match_at(&r->m, t, CO_WORD_PROGRAM))
		return 0;
	if (token->text[0] < 'a' || token->text[0] > 'z' || token->len < 2 || strpbrk(token->text, ":/") ||
	    co_token_is_any(token, properties))
		return 0;
	if (co_ends_with_any(token->text, "ing") && !co_token_is_made(token))
		return 0; /* "stop crying" */
	return (co_token_is_made(token) || is_of_systems(r)) && !is_of_speech(r, t) && !says_something(r, t);
}

static size_t behind_article(const struct co_reading *r, size_t t)
{
	while (t + 1 < r->s.count && is_article(&r->s.tokens[t]) && !r->s.tokens[t].before)
		t++;
	return t;
}

static int is_before_object(const struct co_reading *r, size_t t)
{
	const struct co_token *token = &r->s.tokens[t];

	if (co_token_is_any(token, "of on"))
		return 1;
	return co_does_any(r, "scale set-image set-resources modify") && co_token_is_any(token, "for to from");
}

/* "create namespace canary": a word with a meaning of its own, behind the kind of what is to be changed. */
static int is_behind_kind(const struct co_reading *r, size_t t)
{
	static const enum co_word_type others[] = { CO_WORD_KIND,	CO_WORD_PLATFORM, CO_WORD_REGION,
						    CO_WORD_CONSTRAINT, CO_WORD_UNIT,	  CO_WORD_CALENDAR };
	const struct co_token *token = &r->s.tokens[t];
	size_t i;

	if ((t == r->action->last && r->action->name != (int)t) ||
	    co_token_is_any(token, "controller manager operator class template plane"))
		return 0; /* "make the bucket private", "restart the ingress controller" */
	if ((co_reading_sets(r) && !co_does_any(r, "create apply")) || token->before || token->inventory ||
	    (token->flags & (CO_TOKEN_FOREIGN | CO_TOKEN_SPLIT)) || !co_token_is_name(token) ||
	    co_shell_is_option(r, t) || is_of_speech(r, t) || co_token_is_plural(&r->s.tokens[t - 1]))
		return 0;
	for (i = 0; i < CO_COUNT(others); i++)
		if (co_match_at(&r->m, t, others[i]))
			return 0;
	return co_reading_ending(r, t - 1, CO_WORD_KIND) && !r->s.tokens[t - 1].inventory;
}

size_t co_object_find(const struct co_reading *r)
{
	const size_t none = r->s.count, last = r->action->last;
	size_t t;

	if (co_reading_first_foreign(r) < none)
		return none; /* beside somebody else's words only a name that is known, or looks made, is taken */
	for (t = r->action->first + 1; t < none && !co_reading_starts_part(r, t); t++)
		if (is_behind_kind(r, t))
			return t;
	for (t = r->action->first + 1; t < last; t++) /* "put X back to" */
		if (could_be_object(r, t) && (t == r->action->first + 1 || is_article(&r->s.tokens[t - 1])))
			return t;
	t = behind_article(r, last + 1);
	if (t < none && !co_reading_starts_part(r, last + 1) && could_be_object(r, t))
		return t;
	for (t = last; t + 1 < none; t++) {
		size_t next = behind_article(r, t + 1);

		if (t > last && co_reading_starts_part(r, t))
			break;
		if (is_before_object(r, t) && next < none && could_be_object(r, next))
			return next;
	}
	if (r->action->weight < CO_PHRASE_STRONG)
		return none;
	for (t = r->action->first; !co_reading_starts_part(r, t); t--) /* "X needs a restart" */
		if (could_be_object(r, t - 1))
			return t - 1;
	return none;
}

/* "disable access key AKIA... of user yard-cam": the id alone says which it is */
static void pass_owner(struct co_reading *r)
{
	const char *name = co_reading_value(r, "name");
	size_t t;

	if (!name || strncmp(name, "AKIA", 4) != 0)
		return;
	for (t = 1; t + 1 < r->s.count; t++) {
		size_t of = t + 1;

		if (strcmp(r->s.tokens[t].name, name) != 0 || !co_says_any(r, of, "of for"))
			continue;
		of += co_says(r, of + 1, "user") != 0;
		if (of + 1 < r->s.count && co_token_is_name(&r->s.tokens[of + 1]) &&
		    !(r->s.tokens[of + 1].flags & (CO_TOKEN_FOREIGN | CO_TOKEN_SPLIT | CO_TOKEN_KNOWN)))
			co_reading_use(r, t + 1, of + 1);
	}
}

/* "revoke clusterrole ops-edit from user jonas.k", "secret smtp-pass in key vault office-kv": a grant and who has it, both are names. */
void co_object_take_both(struct co_reading *r)
{
	size_t t;

	pass_owner(r);
	if (!co_does_any(r, "revoke rotate") || !json_is_string(json_object_get(r->target, "name")))
		return;
	for (t = r->action->last + 1; t < r->s.count; t++) {
		const struct co_token *token = &r->s.tokens[t];
		const struct co_match *kind = co_reading_kind_beside(r, t);
		size_t first = kind && kind->last + 1 == t ? kind->first : t;

		if ((token->flags & (CO_TOKEN_FACT | CO_TOKEN_USED | CO_TOKEN_FOREIGN | CO_TOKEN_SPLIT)) ||
		    token->inventory || !co_token_is_name(token) || !co_says_any(r, first - 1, "from of in for") ||
		    !(co_token_is_made(token) || first < t))
			continue;
		if (co_does(r, "rotate") && !(first < t && co_match_is(kind, "key-vault")))
			continue;
		r->s.tokens[t].flags |= CO_TOKEN_NAME;
		co_reading_slot(r, "name", token->name, t, t);
		if (first < t)
			co_reading_use(r, first, t - 1);
	}
}

const struct co_name *co_object_of_image(const struct co_reading *r, size_t t)
{
	const char *name = r->s.tokens[t].name, *slash = strrchr(name, '/'), *start = slash ? slash + 1 : name;
	size_t n, len = strcspn(start, ":@");
	const struct co_name *known;
	char base[80];

	if ((r->s.tokens[t].flags & (CO_TOKEN_FOREIGN | CO_TOKEN_SPLIT | CO_TOKEN_ODD)) || !start[len] || len == 0 ||
	    len >= sizeof(base))
		return NULL;
	memcpy(base, start, len);
	base[len] = '\0';
	for (n = 0; (known = co_names_find(r->in->names, base, n)); n++)
		if (known->type == CO_NAME_WORKLOAD)
			return known;
	return NULL;
}

void co_object_take_image(struct co_reading *r)
{
	const struct co_name *known;
	size_t t;

	if (!co_does(r, "set-image") || co_reading_knows(r, 0, r->s.count, CO_NAME_WORKLOAD))
		return;
	for (t = r->action->first + 1; t < r->s.count; t++)
		if ((known = co_object_of_image(r, t))) {
			co_reading_slot(r, "name", known->value, t, t);
			co_reading_provider(r, known->provider, t, t);
			return;
		}
}
