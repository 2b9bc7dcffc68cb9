/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Of a change: was what it is to be done to, where, and by how much taken from the request? A comment
 * names other things, too: "smtp-relay is fine", "as on prod-us", "it has 2Gi". Whatever was taken from there makes
 * the request two, but for the one object that a comment may name ("web-shop hangs, restart it").
 */
#include "intent/change/change.h"
#include "intent/grammar.h"

#include <string.h>

struct part {
	size_t first, past;
};

/* "chat-hub is broken and restart it": behind what is told, "and" starts the request. */
static int starts(const struct co_reading *r, size_t t)
{
	size_t i;

	if (co_talk_starts(r, t) && (co_reading_starts_part(r, t) || !co_says_any(r, t, "for which")))
		return 1;
	if (t == 0 || t > r->action->first || !co_reading_covered(r, t - 1, "and"))
		return 0;
	for (i = t; i > 0 && !co_talk_starts(r, i); i--)
		if (co_reading_covered_by(r, i - 1, "tells trouble"))
			return 1;
	return t == r->action->first;
}

static struct part part_of(const struct co_reading *r, size_t t)
{
	struct part p = { t, t + 1 };

	while (p.first > 0 && !starts(r, p.first))
		p.first--;
	while (p.past < r->s.count && !starts(r, p.past))
		p.past++;
	return p;
}

static int is_in(const struct part *p, size_t t)
{
	return t >= p->first && t < p->past;
}

/* "52.10.20.30", "/aws/lambda/resize": a thing of its own, whatever gave the slots. */
static int is_address(const struct co_token *t)
{
	return co_starts_with_any(t->text, "/aws/ /ecs/") || co_is_address(t->text);
}

/* What could be the object: a workload, node or host of the inventory, or what gave such a slot. */
static int is_object(const struct co_reading *r, size_t t)
{
	const struct co_token *token = &r->s.tokens[t];

	if ((token->flags & CO_TOKEN_FOREIGN) || (!token->inventory && (token->flags & CO_TOKEN_VALUE)))
		return 0;
	if (is_address(token))
		return 1;
	if (token->inventory)
		return token->inventory->type == CO_NAME_WORKLOAD || token->inventory->type == CO_NAME_NODE ||
		       token->inventory->type == CO_NAME_HOST;
	return (token->flags & CO_TOKEN_FACT) && co_reading_is_object(r, t);
}

static int is_place(const struct co_reading *r, size_t t)
{
	static const char *const slots[] = { "namespace", "region", "account", "cluster", "context" };
	const struct co_token *token = &r->s.tokens[t];
	size_t i;

	if (token->flags & (CO_TOKEN_FOREIGN | CO_TOKEN_VALUE))
		return 0;
	if (token->inventory)
		return token->inventory->type <= CO_NAME_NAMESPACE || token->inventory->type == CO_NAME_ACCOUNT;
	if ((token->flags & CO_TOKEN_FACT) && co_match_at(&r->m, t, CO_WORD_REGION))
		return 1;
	for (i = 0; (token->flags & CO_TOKEN_FACT) && i < CO_COUNT(slots); i++)
		if (co_reading_holds(r, slots[i], token->name))
			return 1;
	return 0;
}

static int is_kind(const struct co_reading *r, size_t t)
{
	return co_reading_over(r, t, CO_WORD_KIND) || co_reading_over(r, t, CO_WORD_PLATFORM) ||
	       co_reading_over(r, t, CO_WORD_SERVICE) || co_reading_over(r, t, CO_WORD_REGION);
}

/* Nothing but names, places, kinds and values: ", basket-api and chat-hub", ", account 111122223333", "prod us: ..." */
static int is_list(const struct co_reading *r, const struct part *p)
{
	static const char joins[] =
		"and also too plus both the our in on of at to from for only please region here all";
	size_t t;

	if (is_in(p, r->action->first))
		return 0;
	for (t = p->first; t < p->past; t++)
		if (!is_object(r, t) && !is_place(r, t) && !is_kind(r, t) && !(r->s.tokens[t].flags & CO_TOKEN_VALUE) &&
		    !co_says_any(r, t, joins) && !co_reading_covered(r, t, "polite"))
			return 0;
	return 1;
}

/* A verb of its own, or trouble: something is told there. */
static int is_told(const struct co_reading *r, const struct part *p)
{
	size_t t;

	for (t = r->m.start[p->first]; t < r->m.count && r->m.items[t].first < p->past; t++)
		if (r->m.items[t].entry.type == CO_WORD_SUBJECT && r->m.items[t].weight == CO_PHRASE_TROUBLE)
			return 1;
	for (t = p->first; t < p->past; t++)
		if ((co_reading_covered_by(r, t, "tells trouble") ||
		     co_says_any(r, t, "is are was were has have had needs need uses gets")) &&
		    !(r->s.tokens[t].flags & CO_TOKEN_VALUE))
			return 1;
	return 0;
}

static int is_comment(const struct co_reading *r, const struct part *p)
{
	return !is_in(p, r->action->first) && !is_in(p, r->action->last) && !is_list(r, p) && is_told(r, p);
}

static size_t first_other_object(const struct co_reading *r)
{
	size_t a, b;

	for (a = 0; a < r->s.count; a++)
		for (b = a + 1; is_object(r, a) && b < r->s.count; b++) {
			struct part p, q;

			if (!is_object(r, b) ||
			    strcmp(co_reading_last_part(&r->s.tokens[a]), co_reading_last_part(&r->s.tokens[b])) == 0)
				continue;
			p = part_of(r, b);
			q = part_of(r, a);
			if (is_in(&p, a))
				continue;
			if ((!is_list(r, &p) && !is_list(r, &q)) || is_comment(r, &p) || is_comment(r, &q))
				return b;
		}
	return r->s.count;
}

static int holds(const struct co_reading *r, const struct part *p, int (*is)(const struct co_reading *r, size_t t))
{
	size_t t;

	for (t = p->first; t < p->past; t++)
		if (is(r, t))
			return 1;
	return 0;
}

static int has_objects(const struct co_reading *r)
{
	const struct part all = { 0, r->s.count };

	return holds(r, &all, is_object);
}

static size_t first_other_place(const struct co_reading *r)
{
	const struct part action = part_of(r, r->action->first), before = { 0, action.first };
	int objects = has_objects(r);
	size_t t;

	if (co_shell_is_line(r))
		return r->s.count;
	for (t = 0; t < r->s.count; t++) {
		struct part p;

		if (!is_place(r, t) || is_in(&action, t))
			continue;
		p = part_of(r, t);
		if (holds(r, &p, is_object) || is_list(r, &p))
			continue;
		if (!objects && !holds(r, &action, is_place) &&
		    !(p.first > action.first && holds(r, &before, is_place)))
			continue; /* "cloudtrail is off in lark-tools, switch it on" */
		return t;
	}
	return r->s.count;
}

/* "release it, ..." */
static int refers(const struct co_reading *r, const struct part *p)
{
	size_t t;

	for (t = p->first; t < p->past; t++)
		if (co_says_any(r, t, "it this that them these those there his her its their") ||
		    (co_says(r, t, "the") && t + 1 < p->past && is_kind(r, t + 1)))
			return 1;
	return 0;
}

/* "roll it back, revision 17 was the good one": what to go back to */
static int is_told_good(const struct co_reading *r, const struct part *p)
{
	size_t t;

	for (t = p->first; t < p->past; t++)
		if (co_reading_covered_by(r, t, "trouble negation condition"))
			return 0;
	return co_does(r, "rollback") &&
	       co_reading_has_word(r, p->first, p->past, "good fine ok okay worked works healthy stable");
}

static size_t first_told_value(const struct co_reading *r)
{
	const struct part action = part_of(r, r->action->first), last = part_of(r, r->action->last);
	size_t t;

	if (co_does(r, "create") && co_reading_given(r, "amount") && refers(r, &action))
		return r->s.count; /* "it needs a budget of 500 USD, create it" */
	for (t = 0; t < r->s.count; t++) {
		struct part p;

		if (!(r->s.tokens[t].flags & CO_TOKEN_VALUE) || is_in(&action, t) || is_in(&last, t) ||
		    co_change_is_of_told(r, t))
			continue;
		p = part_of(r, t);
		if (is_told(r, &p) && !is_told_good(r, &p))
			return t;
	}
	return r->s.count;
}

/* "finished jobs", "guardduty": an object by itself, unless it is "the" one that was told of. */
static int is_own_kind(const struct co_reading *r, size_t t)
{
	const struct co_match *kind = co_match_at(&r->m, t, CO_WORD_KIND),
			      *subject = co_match_at(&r->m, t, CO_WORD_SUBJECT);
	size_t of = t;

	if (kind && co_reading_own(kind) &&
	    (co_reading_covered(r, kind->last + 1, "which") ||
	     (*r->when.age && co_token_is_plural(&r->s.tokens[kind->last]))))
		return 1;
	if (of > 1 && co_says(r, of - 1, "oldest"))
		of -= 2; /* "its 3 oldest snapshots" */
	if ((r->s.tokens[t].flags & CO_TOKEN_VALUE) || co_says_any(r, of - 1, "the its their these those"))
		return 0;
	if (subject && co_match_is_any(subject, "threat-detection audit-trail flow-logs autoscaling"))
		return 1;
	return kind && co_reading_own(kind) &&
	       (co_shell_is_line(r) || co_does(r, "create") || co_token_is_plural(&r->s.tokens[kind->last]) ||
		co_match_is(kind, "namespace"));
}

/* In the gap of the command: "update cart to", "make bucket lark-tmp private" */
static int is_name_in_command(const struct co_reading *r, size_t t)
{
	const struct co_token *token = &r->s.tokens[t];

	if (co_object_of_image(r, t))
		return !co_reading_holds(r, "name", co_object_of_image(r, t)->value);
	if (t <= r->action->first || t >= r->action->last || (token->flags & (CO_TOKEN_VALUE | CO_TOKEN_FOREIGN)) ||
	    token->inventory)
		return 0;
	return (!(token->flags & CO_TOKEN_KNOWN) || co_match_at(&r->m, t, CO_WORD_PROGRAM)) &&
	       co_token_is_name(token) && !co_is_setting(token->name, strlen(token->name)) &&
	       !co_token_is_figure(token);
}

/* "smtp-relay is fine, purge finished jobs", "..., make bucket lark-tmp private": the request has an object of its own. */
static size_t first_own_object(const struct co_reading *r)
{
	const struct part action = part_of(r, r->action->first), before = { 0, action.first };
	int of_pods = strcmp(r->act.needs, "node") == 0 || co_does(r, "scale"); /* "allow pods again", "add 3 pods" */
	size_t t;

	if (holds(r, &action, is_object) || !has_objects(r))
		return r->s.count;
	for (t = 0; t < r->s.count; t++) {
		struct part p = part_of(r, t);

		if (is_object(r, t) && p.first > action.first && is_comment(r, &p) &&
		    (!refers(r, &action) || (action.first > 0 && is_told(r, &before))))
			return t; /* "it" is what was told of before */
		if (is_object(r, t) && is_comment(r, &p) && holds(r, &action, is_place) && holds(r, &action, is_kind) &&
		    !refers(r, &action))
			return t;
	}
	for (t = action.first; t < action.past; t++)
		if ((t != r->action->first && !of_pods && is_own_kind(r, t)) || is_name_in_command(r, t))
			return t;
	return r->s.count;
}

enum co_unclear co_parts_check(struct co_reading *r)
{
	size_t (*const checks[])(const struct co_reading *) = { first_other_object, first_own_object, first_other_place,
								first_told_value };
	size_t i;

	for (i = 0; i < CO_COUNT(checks); i++) {
		r->culprit_token = checks[i](r);
		if (r->culprit_token < r->s.count)
			return CO_UNCLEAR_TIE;
	}
	return CO_CLEAR;
}
