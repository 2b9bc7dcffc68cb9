/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which words are names: each has points, and the best are taken. A name is what the inventory knows, what is
 * quoted, what stands beside a word for its kind, or what looks made rather than spoken.
 */
#include "intent/change/change.h"
#include "intent/grammar.h"
#include "intent/target/target.h"

#include <stdio.h>
#include <string.h>

enum { SURE = 9, OBJECT = 8, MADE_BESIDE_KIND = 7, BESIDE_KIND = 6, LIKELY = 5, LEAST = 4 };

/* "process nginx", not "which process eats" or "processes use". */
static int takes_name(const struct co_reading *r, const struct co_match *kind)
{
	const int new = r->action &&co_says_any(r, kind->first - 1, "a an"); /* "create a configmap X" */

	return !co_token_is_plural(&r->s.tokens[kind->last]) &&
	       (new || !co_reading_covered(r, kind->first - 1, "asking"));
}

static int is_called(const struct co_token *t)
{
	return co_token_is_any(t, "named called");
}

/* "DiskFull alert woke me": its name stands before it. */
static int has_name_before(const struct co_reading *r, const struct co_match *kind)
{
	const struct co_token *t = kind->first ? &r->s.tokens[kind->first - 1] : NULL;

	return t && !r->s.tokens[kind->first].before && !(t->flags & CO_TOKEN_KNOWN) && co_token_is_made(t);
}

const struct co_match *co_reading_kind_beside(const struct co_reading *r, size_t t)
{
	size_t i;

	for (i = t > 1 ? r->m.cover[t - 2] : 0; i < r->m.count && r->m.items[i].first <= t + 1; i++) {
		const struct co_match *m = &r->m.items[i];

		if (m->entry.type != CO_WORD_KIND || !co_reading_own(m) || r->s.tokens[m->first].inventory)
			continue;
		if (m->last + 1 == t && !r->s.tokens[t].before && takes_name(r, m) && !is_called(&r->s.tokens[t]) &&
		    !has_name_before(r, m))
			return m;
		if (m->last + 2 == t && !r->s.tokens[t].before && is_called(&r->s.tokens[t - 1]))
			return m; /* "the deployment called web" */
		if (t + 1 == m->first && !r->s.tokens[m->first].before && !co_shell_is_option(r, m->first) &&
		    !co_token_is_participle(&r->s.tokens[t]) &&
		    !(m->last + 1 < r->s.count && co_token_is_made(&r->s.tokens[m->last + 1]) &&
		      !r->s.tokens[m->last + 1].inventory))
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

/* "to t3.small", "to v2.14": what something is to become */
static int is_value(const struct co_reading *r, size_t t)
{
	const struct co_token *token = &r->s.tokens[t];

	if (co_is_setting(token->name, strlen(token->name)) && t + 1 < r->s.count && !token->inventory &&
	    co_token_is_any(&token[1], "to as"))
		return 1;
	if (t > 2 && co_token_is_any(&token[-1], "to as") && co_is_setting(token[-2].name, strlen(token[-2].name)))
		return 1;

	if (co_is_setting(token->name, strlen(token->name)) && !token->inventory && co_does(r, "modify") &&
	    t + 1 == r->action->first)
		return 1; /* "newCart must become true" */
	if (t > 0 && co_does(r, "resize") && co_token_is(&token[-1], "be") && strpbrk(token->text, "0123456789"))
		return 1; /* "should be n2-highmem-4" */
	if (co_reading_sets(r) && co_token_is_class(token))
		return 1; /* "make it cache.m7g.large" */

	return t > 0 && co_reading_sets(r) && co_token_is_any(&token[-1], "to a become") &&
	       strpbrk(token->text, ".:") && strpbrk(token->text, "0123456789");
}

/* "/aws/lambda/resize", or any path behind "log group" */
static int is_log_group(const struct co_reading *r, size_t t)
{
	const char *name = r->s.tokens[t].name;

	if (name[0] != '/' || !strchr(name + 1, '/') || (r->s.tokens[t].flags & CO_TOKEN_ODD) || strpbrk(name, "$`*"))
		return 0;
	return strncmp(name, "/aws/", 5) == 0 || strncmp(name, "/ecs/", 5) == 0 || co_reading_says_kind(r, "log-group");
}

/* A word that is known only as a part of phrases, none of which stands here: "web" of "web acl". */
static int means_something(const struct co_reading *r, size_t t)
{
	size_t i;

	for (i = 0; i < r->m.count && r->m.items[i].first <= t; i++) {
		const struct co_match *m = &r->m.items[i];

		if (!r->action && co_match_is_signal(m, "replicas"))
			continue; /* "the worker pod" */
		if (m->last >= t && (m->last - m->first + 1 == m->words || m->first == t || m->last == t))
			return 1;
	}
	return 0;
}

/* "deployment web", "the web service"; not "who can read secrets". */
static int is_named_by(const struct co_reading *r, const struct co_match *kind, size_t t)
{
	const struct co_token *last = kind ? &r->s.tokens[kind->last] : NULL;

	if (!kind)
		return 0;
	return kind->last < t || !co_token_is_plural(last);
}

/* "*.lark.example" is no name of one thing. */
static int is_wildcard(const struct co_reading *r, const struct co_token *t)
{
	return t->start > 1 && r->text[t->start - 1] == '.' && r->text[t->start - 2] == '*';
}

/* Kubernetes writes its names in lower case. */
static int fits_kind(const struct co_match *kind, const struct co_token *t)
{
	return strcmp(kind->entry.provider, "kubernetes") != 0 || strcmp(t->name, t->text) == 0;
}

/* "role deployer": behind a word for its kind, what is near to a word of the vocabulary is a name. Not so in a change. */
static int is_named_wrongly(const struct co_reading *r, size_t t)
{
	const struct co_match *kind = r->action ? NULL : co_reading_kind_beside(r, t);

	if (kind && co_match_is(kind, "alert") && co_token_is_made(&r->s.tokens[t]) &&
	    co_token_is_camel(&r->s.tokens[t]))
		return 1; /* "alert TargetDown" */
	if (!(r->s.tokens[t].flags & CO_TOKEN_FIXED) || co_token_is_participle(&r->s.tokens[t]))
		return 0;

	return kind && kind->last + 1 == t &&
	       (t + 1 == r->s.count || r->s.tokens[t + 1].before || co_reading_covered(r, t + 1, "inside") ||
		co_says(r, t + 1, "for"));
}

/* "elasticache node cart-001" is none of Kubernetes. */
static int is_cloud_stated(const struct co_reading *r)
{
	const char *provider = co_reading_value(r, "provider");
	return !co_reading_has_word(r, 0, r->s.count, "aks eks gke kubernetes k8s") && provider &&
	       co_target_is_cloud(provider);
}

/* "namespace billing", "cluster oak": kinds that are slots of their own; NULL for others. */
static const char *slot_of(const struct co_reading *r, const struct co_match *kind)
{
	if (!kind || co_naming_is_of_product(r, kind) || (co_match_is(kind, "node") && is_cloud_stated(r)))
		return NULL; /* "elasticache cluster cart-001" */
	return co_match_is_any(kind, "account region cluster context namespace container node") ? kind->entry.name :
												  NULL;
}

/* "c5n nodes", "T3 instances" */
static int is_family(const struct co_match *kind, const struct co_token *t)
{
	const size_t letters = strspn(t->text, "abcdefghijklmnopqrstuvwxyz");

	return co_match_is_any(kind, "node instance") && co_token_is_plural(t + 1) && letters && letters < 4 &&
	       t->len < 6 && co_token_is_figure(&(struct co_token){ .text = t->text + letters });
}

static int name_score(const struct co_reading *r, size_t t, size_t object)
{
	const struct co_token *token = &r->s.tokens[t];
	const int program = co_match_at(&r->m, t, CO_WORD_PROGRAM) != NULL;
	const struct co_match *kind;
	struct co_entry region;
	int open = (!(token->flags & CO_TOKEN_USED) && (!(token->flags & CO_TOKEN_KNOWN) || !means_something(r, t))) ||
		   is_named_wrongly(r, t);

	if (!(token->flags & CO_TOKEN_FOREIGN) && is_log_group(r, t))
		return SURE;
	if ((token->flags & (CO_TOKEN_FOREIGN | CO_TOKEN_FACT)) || !co_token_is_name(token) ||
	    (co_shell_is_option(r, t) && (r->action || co_shell_is_line(r))))
		return 0;
	if (co_naming_opens(r, t) || co_naming_is_labelled(r, t))
		return SURE + 3;
	if (r->s.tokens[t].inventory)
		return r->s.tokens[t].inventory->type == CO_NAME_WORKLOAD ? SURE + 2 : 0;
	if (r->action &&
	    (co_talk_is_aspect(r, t) || co_token_is_any(token, "object objects resource resources thing things") ||
	     (co_token_is_figure(token) && strchr(token->name, '/'))))
		return 0; /* "take 10.40.0.0/16 out" */
	if ((token->flags & CO_TOKEN_SPLIT) || is_wildcard(r, token) ||
	    (!r->action && (co_token_is_class(token) || co_naming_is_image(r, t) || co_naming_is_registry(r, t))) ||
	    (r->action && is_value(r, t)))
		return 0;
	if (co_names_owner(r->in->names, token->text))
		return SURE + 2;
	if (co_identifier_is_region(r, token->text, &region))
		return 0;
	if (co_token_is_unit(token))
		return SURE;
	if (token->flags & CO_TOKEN_QUOTED)
		return (co_match_at(&r->m, t, CO_WORD_KIND) && co_token_is_plural(token)) ||
				       (t > 0 && co_naming_is_error(&token[-1])) || co_naming_is_permission(token) ?
			       0 :
			       SURE;
	if (t == object || (co_is_address(token->text) && co_reading_says_kind(r, "address")))
		return OBJECT;
	if ((!open && !program) || token->before == '~')
		return 0;
	if (is_captured(r, t))
		return SURE;
	kind = co_reading_kind_beside(r, t);
	if ((token->flags & CO_TOKEN_KNOWN) && !program && !is_named_by(r, kind, t))
		return 0;
	if (kind && kind->first == t + 1 && !r->action && is_family(kind, token))
		return 0;
	if (kind && fits_kind(kind, token) &&
	    (!co_token_is_figure(token) || (co_match_is(kind, "process") && kind->last + 1 == t)))
		return !r->action && co_token_is_made(token) && !slot_of(r, kind) ? MADE_BESIDE_KIND : BESIDE_KIND;
	if (program)
		return co_target_is_local(r) || (!r->action && strchr(token->name, '-')) ? LIKELY : 0;
	if (r->action && co_reading_has(r, "host") && t == r->action->last + 1 && !co_token_is_figure(token))
		return LIKELY; /* "disable telnet on jump-2" */
	if (!co_token_is_made(token) || strchr(token->name, '/') || co_token_is_figure(token) ||
	    co_naming_is_none(r, t))
		return 0;
	return !r->action && (token->flags & CO_TOKEN_ASIDE) ? LEAST : LIKELY; /* "payments-api (team-pay)" */
}

int co_candidate_is_pod(const char *name)
{
	size_t len = strlen(name), hash;

	if (len < 14 || name[len - 6] != '-' || strspn(name + len - 5, "abcdefghijklmnopqrstuvwxyz0123456789") != 5)
		return 0;
	for (hash = 0; hash < len - 6 && name[len - 7 - hash] != '-'; hash++)
		if (!strchr("abcdef0123456789", name[len - 7 - hash]))
			return 0;
	return hash >= 7 && hash <= 10 && hash < len - 6;
}

/* "configmap of smtp-relay" is called as the workload is. */
static const struct co_match *kind_of(const struct co_reading *r, size_t t)
{
	size_t i;

	t -= t > 1 && co_match_at(&r->m, t - 1, CO_WORD_SERVICE); /* "of rds orders-pg" */
	for (i = 0; t > 1 && co_says(r, t - 1, "of") && i < r->m.count; i++)
		if (r->m.items[i].entry.type == CO_WORD_KIND && r->m.items[i].last + 2 == t &&
		    co_match_is_any(
			    &r->m.items[i],
			    "configmap horizontalpodautoscaler poddisruptionbudget ingress service networkpolicy snapshot"))
			return &r->m.items[i];
	return NULL;
}

static void take_kind(struct co_reading *r, size_t t)
{
	const struct co_match *beside = co_reading_kind_beside(r, t), *kind = beside ? beside : kind_of(r, t);

	if (!kind && !co_reading_has(r, "kind") && co_candidate_is_pod(r->s.tokens[t].name)) {
		co_reading_slot(r, "kind", "pod", t, t);
		co_reading_provider(r, "kubernetes", t, t);
	}

	if (kind && !co_reading_has(r, "kind") && !co_target_is_local(r) && !co_match_is(kind, "app") &&
	    !(co_match_is(kind, "container") && r->s.tokens[t].inventory) && !co_naming_is_of_product(r, kind) &&
	    !(co_match_is(kind, "node") && is_cloud_stated(r))) {
		co_reading_slot(r, "kind", kind->entry.name, kind->first, kind->last);
		co_reading_provider(r, kind->entry.provider, kind->first, kind->last);
	}
}

static int take_as_slot(struct co_reading *r, size_t t)
{
	const struct co_match *kind = co_reading_kind_beside(r, t);
	const char *slot = slot_of(r, kind);

	if (r->action && strcmp(r->act.needs, "node") == 0 && !r->s.tokens[t].inventory &&
	    (!kind || co_match_is(kind, "node"))) {
		co_reading_slot(r, "node", r->s.tokens[t].name, t, t);
		co_reading_provider(r, "kubernetes", t, t);
		return 1;
	}
	if (!slot || (strcmp(slot, "container") == 0 && r->s.tokens[t].inventory))
		return 0; /* "the card-auth container" */
	co_reading_slot(r, slot, r->s.tokens[t].name, t, t);
	co_reading_use(r, kind->first, kind->last);
	co_reading_provider(r, kind->entry.provider, kind->first, kind->last);
	return 1;
}

void co_candidate_take(struct co_reading *r)
{
	const char *slot;
	int best = 0;
	size_t t, taken = 0, object = r->s.count;

	if (r->action && strcmp(r->act.needs, "node") == 0 && co_reading_has(r, "node"))
		return;
	if (r->action && !co_reading_has(r, "name"))
		co_object_take_image(r);
	if (co_reading_has(r, "name"))
		return;
	if (r->action)
		object = co_object_find(r);
	for (t = 0; t < r->s.count; t++) {
		if (co_naming_is_place(r, t))
			co_reading_slot(r, "namespace", r->s.tokens[t].name, t, t);
		r->s.tokens[t].points = name_score(r, t, object);
		best = r->s.tokens[t].points > best ? r->s.tokens[t].points : best;
	}
	for (t = 0; best && t < r->s.count && taken < CO_READING_NAMES; t++) {
		if (r->s.tokens[t].points != best) {
			slot = r->action || r->s.tokens[t].points < BESIDE_KIND ?
				       NULL :
				       slot_of(r, co_reading_kind_beside(r, t));
			if (slot && !co_reading_has(r, slot))
				take_as_slot(r, t); /* "web-shop in cluster oak-2" */
			continue;
		}
		r->s.tokens[t].flags |= CO_TOKEN_NAME;
		taken++;
		if (take_as_slot(r, t))
			continue;
		take_kind(r, t);
		if (best == LIKELY && !r->action && r->subject && co_token_is_camel(&r->s.tokens[t]) &&
		    !co_reading_has(r, "provider"))
			r->subject = "alert"; /* "LoanDeskErrorRate keeps flapping"; see co_naming_is_none() */
		if (is_log_group(r, t))
			co_reading_provider(r, "aws", t, t);
		co_reading_slot(r, "name", co_reading_spelling(&r->s.tokens[t]), t, t);
		if (co_token_is_unit(&r->s.tokens[t]))
			co_reading_provider(r, "local", t, t);
	}
	for (t = 0; !co_reading_has(r, "name") && t < r->s.count; t++)
		if (co_naming_is_word(r, t)) {
			r->worded = 1;
			r->s.tokens[t].flags |= CO_TOKEN_NAME;
			co_reading_slot(r, "name", r->s.tokens[t].name, t, t);
		}
}
