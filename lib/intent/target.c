/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where and which: the slots of target. A name is what the inventory knows, what is
 * quoted, what stands beside a word for its kind, or what looks made rather than spoken.
 */
#include "intent/reading.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* ---- names of the inventory */

static int is_one_of(const struct co_token *t, const char *const *words)
{
	for (; *words; words++)
		if (co_token_is(t, *words))
			return 1;
	return 0;
}

/* A namespace is often a plain word; it counts after a word of place, or beside "namespace". */
static int in_place(const struct co_sentence *s, size_t t)
{
	static const char *const places[] = { "in",	    "on",     "of",	"from", "for",
					      "across",	    "within", "inside", "ns",	"namespace",
					      "namespaces", "and",    NULL };
	static const char *const nouns[] = { "namespace", "ns", NULL };

	if (t > 0 && is_one_of(&s->tokens[t - 1], places))
		return 1;
	return t + 1 < s->count && is_one_of(&s->tokens[t + 1], nouns);
}

static const struct co_name *name_at(const struct co_names *names, const struct co_sentence *s, size_t t)
{
	const struct co_name *found, *best = NULL;
	size_t n;

	for (n = 0; (found = co_names_find(names, s->tokens[t].text, n)); n++) {
		if (found->type == CO_NAME_NAMESPACE && in_place(s, t))
			return found;
		if (found->type != CO_NAME_NAMESPACE && (!best || found->type < best->type))
			best = found;
	}
	return best;
}

/* "prod us" for the context prod-us. */
static const struct co_name *pair_at(const struct co_names *names, const struct co_sentence *s, size_t t)
{
	const struct co_name *found;
	char joined[128];
	size_t n;

	if (t + 1 >= s->count || s->tokens[t].len + s->tokens[t + 1].len + 2 > sizeof(joined) ||
	    s->tokens[t + 1].before)
		return NULL;
	memcpy(joined, s->tokens[t].text, s->tokens[t].len);
	joined[s->tokens[t].len] = '-';
	memcpy(joined + s->tokens[t].len + 1, s->tokens[t + 1].text, s->tokens[t + 1].len + 1);
	for (n = 0; (found = co_names_find(names, joined, n)); n++)
		if (found->type == CO_NAME_CONTEXT)
			return found;
	return NULL;
}

void co_target_names(struct co_reading *r)
{
	struct co_sentence *s = &r->s;
	size_t t;

	for (t = 0; t < s->count; t++) {
		const struct co_name *pair;

		if (s->tokens[t].flags & (CO_TOKEN_FOREIGN | CO_TOKEN_ODD))
			continue;
		pair = pair_at(r->in->names, s, t);
		r->s.tokens[t].inventory = pair ? pair : name_at(r->in->names, s, t);
		if (r->s.tokens[t].inventory)
			s->tokens[t].flags |= CO_TOKEN_NAME;
		if (pair) {
			s->tokens[t + 1].flags |= CO_TOKEN_NAME;
			r->s.tokens[++t].inventory = pair;
		}
	}
}

/* ---- slots */

static int has_value(json_t *slot, const char *value)
{
	json_t *item;
	size_t i;

	if (json_is_string(slot))
		return strcmp(json_string_value(slot), value) == 0;
	json_array_foreach(slot, i, item) if (strcmp(json_string_value(item), value) == 0) return 1;
	return 0;
}

void co_reading_slot(struct co_reading *r, const char *slot, const char *value, size_t first, size_t last)
{
	json_t *had = json_object_get(r->target, slot);
	char field[32] = "target.";

	co_reading_use(r, first, last);
	if (has_value(had, value))
		return;
	if (!had) {
		json_object_set_new_nocheck(r->target, slot, json_string_nocheck(value));
	} else if (json_is_array(had)) {
		json_array_append_new(had, json_string_nocheck(value));
	} else {
		json_t *list = json_array();

		json_array_append(list, had);
		json_array_append_new(list, json_string_nocheck(value));
		json_object_set_new_nocheck(r->target, slot, list);
	}
	strncat(field, slot, sizeof(field) - strlen(field) - 1);
	co_reading_because(r, field, value, first, last);
}

static int has_slot(const struct co_reading *r, const char *slot)
{
	return json_object_get(r->target, slot) != NULL;
}

static void set_provider(struct co_reading *r, const char *provider, size_t first, size_t last)
{
	if (provider && *provider && !has_slot(r, "provider"))
		co_reading_slot(r, "provider", provider, first, last);
}

static void take_inventory(struct co_reading *r, size_t t)
{
	static const char *const slots[] = { NULL,   "environment", "context", "cluster", "namespace",
					     "node", "host",	    "account", "url",	  NULL };
	const struct co_name *n = r->s.tokens[t].inventory;
	size_t last = t;

	while (last + 1 < r->s.count && r->s.tokens[last + 1].inventory == n)
		last++;
	if (n->type == CO_NAME_URL)
		co_reading_slot(r, "environment", n->environment, t, last);
	else if (slots[n->type])
		co_reading_slot(r, slots[n->type], n->value, t, last);
	if (n->type == CO_NAME_CONTEXT && n->environment)
		co_reading_slot(r, "environment", n->environment, t, last);
}

/* ---- identifiers that say what they are */

static size_t field_length(const char *s)
{
	return strcspn(s, ":");
}

/* arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE; of a resource path the last part is the name. */
static int take_arn(struct co_reading *r, size_t t)
{
	static const char *const slots[] = { NULL, NULL, NULL, "region", "account" };
	const char *p = r->s.tokens[t].name, *cut;
	char value[256];
	size_t i, n;

	if (strncmp(p, "arn:", 4) != 0 || r->s.tokens[t].len >= sizeof(value))
		return 0;
	for (i = 0; i < CO_COUNT(slots); i++, p += n + 1) {
		n = field_length(p);
		if (!p[n])
			return 0;
		memcpy(value, p, n);
		value[n] = '\0';
		if (slots[i] && n)
			co_reading_slot(r, slots[i], value, t, t);
	}
	cut = strrchr(p, '/') ? strrchr(p, '/') : strrchr(p, ':');
	co_reading_slot(r, "name", cut ? cut + 1 : p, t, t);
	co_reading_slot(r, "provider", "aws", t, t);
	return 1;
}

static const struct {
	const char *prefix;
	const char *kind;
} ids[] = {
	{ "i-", "instance" }, { "vol-", "volume" }, { "sg-", "security-group" }, { "snap-", "snapshot" }
};

static int take_id(struct co_reading *r, size_t t)
{
	const char *name = r->s.tokens[t].name;
	size_t i, n;

	for (i = 0; i < CO_COUNT(ids); i++) {
		n = strlen(ids[i].prefix);
		if (strncmp(name, ids[i].prefix, n) != 0 || strlen(name + n) < 8 ||
		    strspn(name + n, "0123456789abcdef") != strlen(name + n))
			continue;
		co_reading_slot(r, "provider", "aws", t, t);
		co_reading_slot(r, "name", name, t, t);
		co_reading_slot(r, "kind", ids[i].kind, t, t);
		return 1;
	}
	return 0;
}

/* "deploy/web-shop", "media/thumbnailer" */
static int take_pair(struct co_reading *r, size_t t)
{
	const char *text = r->s.tokens[t].text, *name = r->s.tokens[t].name, *slash = strchr(text, '/');
	const struct co_name *known;
	struct co_entry kind;
	char left[64];
	size_t len, n;

	if (!slash || slash == text || !slash[1] || strchr(slash + 1, '/') || strlen(text) != strlen(name))
		return 0;
	len = (size_t)(slash - text);
	if (len >= sizeof(left))
		return 0;
	memcpy(left, text, len);
	left[len] = '\0';
	if (co_match_word(r->in->vocabulary, left, len, CO_WORD_KIND, &kind) == 0) {
		co_reading_slot(r, "kind", kind.name, t, t);
		co_reading_slot(r, "name", name + len + 1, t, t);
		set_provider(r, kind.provider, t, t);
		return 1;
	}
	for (n = 0; (known = co_names_find(r->in->names, left, n)); n++) {
		if (known->type != CO_NAME_NAMESPACE)
			continue;
		co_reading_slot(r, "namespace", known->value, t, t);
		co_reading_slot(r, "name", name + len + 1, t, t);
		return 1;
	}
	return 0;
}

static int take_url(struct co_reading *r, size_t t)
{
	const struct co_token *token = &r->s.tokens[t];
	const char *dot = strchr(token->name, '.');

	if (!strstr(token->name, "://") &&
	    !(dot && strchr(dot + 1, '.') && (strrchr(dot, '.')[1] | 32) >= 'a' && !strchr(dot, ':')))
		return 0;
	if (token->name[0] == '/' || strchr(token->name, '@'))
		return 0;
	co_reading_slot(r, "url", token->name, t, t);
	return 1;
}

/* ---- other names */

enum { SURE = 8, BESIDE_KIND = 6, LIKELY = 5 };

/* "process nginx", not "which process eats" or "processes use". */
static int takes_name(const struct co_reading *r, const struct co_match *kind)
{
	const struct co_token *t = &r->s.tokens[kind->last];
	size_t i;

	if (t->len > 3 && t->text[t->len - 1] == 's' && t->text[t->len - 2] != 's')
		return 0;
	for (i = 0; kind->first > 0 && i < r->m.count; i++)
		if (r->m.items[i].last + 1 == kind->first && r->m.items[i].entry.type == CO_WORD_SIGNAL &&
		    co_match_is(&r->m.items[i], "asking"))
			return 0;
	return 1;
}

static const struct co_match *kind_beside(const struct co_reading *r, size_t t)
{
	size_t i;

	for (i = 0; i < r->m.count; i++) {
		const struct co_match *m = &r->m.items[i];

		if (m->entry.type != CO_WORD_KIND || !co_reading_own(m) || r->s.tokens[m->first].inventory)
			continue;
		if (m->last + 1 == t && !r->s.tokens[t].before && takes_name(r, m))
			return m;
		if (t + 1 == m->first && !r->s.tokens[m->first].before)
			return m;
	}
	return NULL;
}

static int is_captured(const struct co_reading *r, size_t t)
{
	size_t i;

	for (i = 0; i < r->m.count; i++)
		if (r->m.items[i].name == (int)t && co_reading_own(&r->m.items[i]))
			return 1;
	return 0;
}

static int is_local(const struct co_reading *r)
{
	const char *provider = json_string_value(json_object_get(r->target, "provider"));

	return has_slot(r, "host") || (provider && strcmp(provider, "local") == 0);
}

static int starts_with_digit(const struct co_token *t)
{
	return t->text[0] >= '0' && t->text[0] <= '9';
}

static int name_score(const struct co_reading *r, size_t t)
{
	const struct co_token *token = &r->s.tokens[t];
	const struct co_match *program = co_match_at(&r->m, t, CO_WORD_PROGRAM), *kind;
	int open = !(token->flags & (CO_TOKEN_KNOWN | CO_TOKEN_USED)) || program;

	if ((token->flags & CO_TOKEN_FOREIGN) || !co_token_is_name(token))
		return 0;
	if (r->s.tokens[t].inventory)
		return r->s.tokens[t].inventory->type == CO_NAME_WORKLOAD ? SURE + 2 : 0;
	if (co_names_owner(r->in->names, token->text))
		return SURE + 2;
	if (co_token_is_unit(token))
		return SURE;
	if (token->flags & CO_TOKEN_QUOTED)
		return SURE;
	if (!open || token->before == '~')
		return 0;
	if (is_captured(r, t))
		return SURE;
	kind = kind_beside(r, t);
	if (kind && (!starts_with_digit(token) || (co_match_is(kind, "process") && kind->last + 1 == t)))
		return BESIDE_KIND;
	if (program)
		return is_local(r) ? LIKELY : 0;
	return co_token_is_made(token) && !strchr(token->name, '/') && !starts_with_digit(token) ? LIKELY : 0;
}

static void take_kind(struct co_reading *r, size_t t)
{
	const struct co_match *kind = kind_beside(r, t);

	if (kind && !has_slot(r, "kind") && !is_local(r)) {
		co_reading_slot(r, "kind", kind->entry.name, kind->first, kind->last);
		set_provider(r, kind->entry.provider, kind->first, kind->last);
	}
}

/* "namespace billing", "cluster oak": kinds that are slots of their own. */
static int take_as_slot(struct co_reading *r, size_t t)
{
	static const char *const slots[] = { "account",	  "region",    "cluster", "context",
					     "namespace", "container", "node" };
	const struct co_match *kind = kind_beside(r, t);
	size_t i;

	for (i = 0; kind && i < CO_COUNT(slots); i++) {
		if (!co_match_is(kind, slots[i]))
			continue;
		co_reading_slot(r, slots[i], r->s.tokens[t].name, t, t);
		co_reading_use(r, kind->first, kind->last);
		set_provider(r, kind->entry.provider, kind->first, kind->last);
		return 1;
	}
	return 0;
}

static void take_names(struct co_reading *r)
{
	int best = 0, score;
	size_t t, taken = 0;

	if (has_slot(r, "name"))
		return;
	for (t = 0; t < r->s.count; t++) {
		score = name_score(r, t);
		best = score > best ? score : best;
	}
	for (t = 0; best && t < r->s.count && taken < CO_READING_NAMES; t++) {
		if (name_score(r, t) != best)
			continue;
		r->s.tokens[t].flags |= CO_TOKEN_NAME;
		taken++;
		if (take_as_slot(r, t))
			continue;
		take_kind(r, t);
		co_reading_slot(r, "name", r->s.tokens[t].name, t, t);
		if (co_token_is_unit(&r->s.tokens[t]))
			set_provider(r, "local", t, t);
	}
}

/* ---- the provider: said, or implied by a name, a kind or the subject */

static void take_platform(struct co_reading *r)
{
	const struct co_match *best = NULL;
	size_t i;

	for (i = 0; i < r->m.count; i++) {
		const struct co_match *m = &r->m.items[i];

		if (m->entry.type != CO_WORD_PLATFORM || !co_reading_own(m) ||
		    r->s.tokens[m->first].inventory)
			continue;
		co_reading_use(r, m->first, m->last);
		if (!best || m->weight > best->weight)
			best = m;
	}
	if (best)
		co_reading_slot(r, "provider", best->entry.name, best->first, best->last);
}

static void imply_provider(struct co_reading *r, enum co_word_type type)
{
	size_t i;

	for (i = 0; i < r->m.count && !has_slot(r, "provider"); i++) {
		const struct co_match *m = &r->m.items[i];

		if (m->entry.type == type && co_reading_own(m) && !r->s.tokens[m->first].inventory)
			set_provider(r, m->entry.provider, m->first, m->last);
	}
}

static void take_word_slots(struct co_reading *r)
{
	size_t i;

	for (i = 0; i < r->m.count; i++) {
		const struct co_match *m = &r->m.items[i];

		if (!co_reading_own(m) || r->s.tokens[m->first].inventory)
			continue;
		if (m->entry.type == CO_WORD_REGION) {
			co_reading_slot(r, "region", m->entry.name, m->first, m->last);
			set_provider(r, m->entry.provider, m->first, m->last);
		} else if (m->entry.type == CO_WORD_SERVICE) {
			if (r->subject && strcmp(r->subject, "cost") == 0)
				co_reading_slot(r, "service", m->entry.name, m->first, m->last);
			set_provider(r, m->entry.provider, m->first, m->last);
		}
	}
}

/* The kind of what is listed or changed, when nothing is named. */
static void take_listed_kind(struct co_reading *r)
{
	size_t i;

	if (has_slot(r, "kind") || has_slot(r, "name") || is_local(r))
		return;
	for (i = 0; i < r->m.count; i++) {
		const struct co_match *m = &r->m.items[i];

		if (m->entry.type == CO_WORD_KIND && co_reading_own(m) && !r->s.tokens[m->first].inventory &&
		    !has_slot(r, m->entry.name)) {
			co_reading_slot(r, "kind", m->entry.name, m->first, m->last);
			return;
		}
	}
}

static void take_identifiers(struct co_reading *r)
{
	size_t t;

	for (t = 0; t < r->s.count; t++) {
		if (r->s.tokens[t].flags & (CO_TOKEN_FOREIGN | CO_TOKEN_ODD))
			continue;
		if (r->s.tokens[t].inventory)
			take_inventory(r, t);
		else if (r->in->host && !(r->s.tokens[t].flags & CO_TOKEN_KNOWN) &&
			 strcasecmp(r->s.tokens[t].name, r->in->host) == 0)
			co_reading_slot(r, "host", r->in->host, t, t);
		else if (!take_arn(r, t) && !take_id(r, t) && !take_pair(r, t))
			take_url(r, t);
	}
}

static void imply_from_names(struct co_reading *r)
{
	size_t t;

	for (t = 0; t < r->s.count; t++)
		if (r->s.tokens[t].inventory && r->s.tokens[t].inventory->provider &&
		    !has_slot(r, "provider"))
			set_provider(r, r->s.tokens[t].inventory->provider, t, t);
}

/* Where nothing else is configured and no other platform is spoken of, it is this host. */
static void assume_local(struct co_reading *r)
{
	size_t i;

	if (has_slot(r, "provider") || co_names_has_platform(r->in->names))
		return;
	for (i = 0; i < r->m.count; i++)
		if (co_reading_own(&r->m.items[i]) && *r->m.items[i].entry.provider &&
		    strcmp(r->m.items[i].entry.provider, "local") != 0)
			return;
	json_object_set_new_nocheck(r->target, "provider", json_string_nocheck("local"));
	r->assumed = 1;
}

enum co_unclear co_target_read(struct co_reading *r)
{
	take_platform(r);
	take_identifiers(r);
	imply_from_names(r);
	take_word_slots(r);
	assume_local(r);
	take_names(r);
	imply_provider(r, CO_WORD_KIND);
	if (has_slot(r, "host"))
		set_provider(r, "local", r->s.count, 0);
	if (!has_slot(r, "provider"))
		imply_provider(r, CO_WORD_SUBJECT);
	take_listed_kind(r);
	return CO_CLEAR;
}
