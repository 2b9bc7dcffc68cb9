/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Of a change that ends or restarts a thing: is it the thing that is named, or something of it? "Remove the cpu limit
 * of web-shop" removes no web-shop, "remove web-shop from the load balancer" neither.
 */
#include "intent/change/change.h"

#include <string.h>

int co_whole_empties(const struct co_reading *r)
{
	return co_does(r, "delete") &&
	       co_says_any(r, r->action->first,
			   "clear clean cleanup wipe purge sweep tidy empty free flush prune reclaim");
}

/* "purge queue refund-out", "clean bucket lark-tmp": what is in it */
static int empties_container(const struct co_reading *r)
{
	return co_is_about_any(r, "queue bucket cache cdn database logs log-retention disk") &&
	       co_reading_has(r, "name") && co_whole_empties(r);
}

static int is_name(const struct co_reading *r, size_t t)
{
	const struct co_token *token = &r->s.tokens[t];

	return (token->flags & (CO_TOKEN_NAME | CO_TOKEN_FACT)) && !(token->flags & CO_TOKEN_VALUE) &&
	       co_reading_is_object(r, t);
}

/* "of web-shop", "from rds orders-pg" */
static int is_before_name(const struct co_reading *r, size_t t)
{
	size_t i;

	if (!co_says_any(r, t, "of from on for to"))
		return 0;
	for (i = t + 1; i < r->s.count && i < t + 5 && !co_reading_starts_part(r, i); i++)
		if (r->s.tokens[i].flags & (CO_TOKEN_NAME | CO_TOKEN_FACT))
			return is_name(r, i);
	return 0;
}

/* Its pods are the thing; so is, of what is deleted, whatever the target says it is. */
static int is_thing(const struct co_reading *r, const struct co_match *m)
{
	if (m->entry.type == CO_WORD_SUBJECT)
		return co_does(r, "delete") && co_match_is(m, "backup") &&
		       (!co_reading_has(r, "kind") || co_reading_holds(r, "kind", "snapshot"));
	if (m->entry.type != CO_WORD_KIND)
		return 0;
	if (co_reading_has(r, "kind"))
		return co_reading_holds(r, "kind", m->entry.name);
	if (co_does(r, "delete"))
		return co_match_is(m, "pod"); /* another kind would be told in the target */
	return co_match_is_any(
		m,
		"pod deployment statefulset daemonset replicaset container service app job cronjob instance process function cluster user account");
}

/* Between first and past, is anything spoken of, and is it not the thing that is named? */
static int speaks_of_other(const struct co_reading *r, size_t first, size_t past)
{
	size_t t, i, said = 0;

	for (t = first; t < past; t++) {
		said |= (r->s.tokens[t].flags & CO_TOKEN_VALUE) != 0;
		for (i = r->m.start[t]; i < r->m.count && r->m.items[i].first == t; i++) {
			if (is_thing(r, &r->m.items[i]))
				return 0;
			said |= r->m.items[i].entry.type == CO_WORD_SUBJECT || r->m.items[i].entry.type == CO_WORD_KIND;
		}
	}
	return said != 0;
}

/* "remove web-shop from the load balancer", "remove worker-eu-4 from the pool"; from a place, it is deleted there. */
static int is_taken_out(const struct co_reading *r, size_t name)
{
	size_t t = name + 1;

	if (!co_does(r, "delete") || t + 1 >= r->s.count || !co_says(r, t, "from"))
		return 0;
	if (t + 2 < r->s.count && co_says(r, t + 1, "the") && co_says(r, t + 2, "cluster") &&
	    (t + 3 == r->s.count || co_reading_starts_part(r, t + 3)))
		return !co_reading_has_any(r, "node kind");
	for (t++; t + 1 < r->s.count && (co_says_any(r, t, "the our its") || co_match_at(&r->m, t, CO_WORD_KIND)) &&
		  !(r->s.tokens[t].flags & CO_TOKEN_FACT);
	     t++)
		;
	return !(r->s.tokens[t].inventory || co_match_at(&r->m, t, CO_WORD_REGION) ||
		 co_reading_holds(r, "namespace", r->s.tokens[t].name) ||
		 co_reading_holds(r, "account", r->s.tokens[t].name) ||
		 co_reading_holds(r, "cluster", r->s.tokens[t].name));
}

/* "delete i-... and its volumes" */
static int is_joined(const struct co_reading *r, size_t name)
{
	return name + 2 < r->s.count && !(r->s.tokens[name + 2].flags & CO_TOKEN_FOREIGN) &&
	       co_says_any(r, name + 1, "and with plus including") &&
	       co_says_any(r, name + 2, "its their all everything");
}

/* What is ended, or a user who is locked out: "disable mfa for jonas.k" is not that. */
static int is_wholly(const struct co_reading *r)
{
	if (co_does_any(r, "delete stop start restart"))
		return 1;
	return co_does(r, "disable") && co_is_about(r, "iam");
}

int co_whole_is_none(const struct co_reading *r)
{
	size_t first = r->action->last + 1, t, past;

	if (empties_container(r) || co_shell_lacks_kind(r))
		return 1;
	for (t = first; is_wholly(r) && t < r->s.count && (t == first || !co_reading_starts_part(r, t)); t++) {
		if (is_before_name(r, t))
			return speaks_of_other(r, first, t);
		if (!is_name(r, t))
			continue;
		for (past = t + 1; past < r->s.count && past < t + 4 && !co_reading_starts_part(r, past); past++)
			;
		return is_taken_out(r, t) || is_joined(r, t) ||
		       ((r->s.tokens[t].flags & CO_TOKEN_OWNER) && speaks_of_other(r, t + 1, past));
	}
	return 0;
}
