/* SPDX-License-Identifier: Apache-2.0 */
/* Where and which: the slots of target. */
#include "intent/target/target.h"
#include "intent/change/change.h"
#include "intent/request.h"

#include <string.h>

/* ---- slots */

int co_target_is_local(const struct co_reading *r)
{
	return co_reading_has(r, "host") || co_reading_holds(r, "provider", "local");
}

int co_target_is_cloud(const char *provider)
{
	return !provider || co_is_among(provider, "aws gcp azure");
}

/* ---- the provider: said, or implied by a name, a kind or the subject */

/* A slip of the keyboard names no place of a change: the "scanner" is no Spanner. */
static int is_corrected(const struct co_reading *r, const struct co_match *m)
{
	return r->action && (m->flags & CO_TOKEN_FIXED);
}

static void take_platform(struct co_reading *r, unsigned least)
{
	const struct co_match *best = NULL;
	size_t i;

	for (i = 0; i < r->m.count; i++) {
		const struct co_match *m = &r->m.items[i];

		if (m->entry.type != CO_WORD_PLATFORM || !co_reading_own(m) || m->weight < least ||
		    is_corrected(r, m) || co_naming_is_other_machine(r, m) || r->s.tokens[m->first].inventory ||
		    co_match_is(m, "unknown"))
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

	for (i = 0; i < r->m.count && !co_reading_has(r, "provider"); i++) {
		const struct co_match *m = &r->m.items[i];

		if (m->entry.type == type && co_reading_own(m) && !r->s.tokens[m->first].inventory &&
		    !co_topic_is_of_another(r, m))
			co_reading_provider(r, m->entry.provider, m->first, m->last);
	}
}

/* "customers in singapore see 502s", "the london office": where people are, and nothing runs */
static int is_of_people(const struct co_reading *r, const struct co_match *m)
{
	static const char people[] =
		"customer customers user users people clients shoppers players readers guests visitors colleagues staff folks "
		"partners team teams office offices everyone everybody";

	if (m->last + 1 < r->s.count && !r->s.tokens[m->last + 1].before && co_says_any(r, m->last + 1, people))
		return 1;
	return m->first > 1 && co_says_any(r, m->first - 1, "in from of") && co_says_any(r, m->first - 2, people) &&
	       !(m->first > 2 && co_match_at(&r->m, m->first - 3, CO_WORD_PLATFORM));
}

/* The region that a cloud has at a place. Of what runs on no cloud's own terms, a place tells nothing. */
static void take_region(struct co_reading *r, const struct co_match *m)
{
	const char *provider = co_reading_value(r, "provider"), *text = r->s.tokens[m->first].text;
	int code = m->first == m->last && strpbrk(text, "0123456789") != NULL;

	if ((!co_target_is_cloud(provider) || is_of_people(r, m)) && !code)
		return;
	if (co_target_is_cloud(provider) && provider && strcmp(provider, m->entry.provider) != 0 && !code)
		return;
	if (co_reading_has(r, "region") && (!provider || r->s.tokens[m->first].flags & CO_TOKEN_FACT))
		return;
	co_reading_slot(r, "region", m->entry.name, m->first, m->last);
	if (m->first > 0 && co_says(r, m->first - 1, "region"))
		co_reading_use(r, m->first - 1, m->first - 1);
	co_reading_provider(r, m->entry.provider, m->first, m->last);
}

void co_target_read_services(struct co_reading *r)
{
	size_t i;

	for (i = 0; i < r->m.count; i++) {
		const struct co_match *m = &r->m.items[i];

		if (m->entry.type != CO_WORD_SERVICE || !co_reading_own(m) || is_corrected(r, m) ||
		    r->s.tokens[m->first].inventory)
			continue;
		if (co_is_about(r, "cost"))
			co_reading_slot(r, "service", m->entry.name, m->first, m->last);
		co_reading_provider(r, m->entry.provider, m->first, m->last);
	}
}

static void take_word_slots(struct co_reading *r)
{
	size_t i;

	co_target_read_services(r);
	for (i = 0; i < r->m.count; i++)
		if (r->m.items[i].entry.type == CO_WORD_REGION && co_reading_own(&r->m.items[i]) &&
		    !is_corrected(r, &r->m.items[i]) && !r->s.tokens[r->m.items[i].first].inventory)
			take_region(r, &r->m.items[i]);
}

/* "without a pod disruption budget", "has no hpa": what others lack is not listed */
static int is_lacked(const struct co_reading *r, size_t t)
{
	t -= t > 0 && co_says_any(r, t - 1, "a an any its own");
	return !r->action && t > 1 && co_says_any(r, t - 1, "without no lack lacks lacking missing misses w/o");
}

/* The kind of what is listed or changed, when nothing is named. */
static void take_listed_kind(struct co_reading *r)
{
	size_t i;

	if (co_reading_has_any(r, "kind name") || co_target_is_local(r))
		return;
	if (r->action && strcmp(r->act.needs, "node") == 0 && co_reading_has(r, "node"))
		return; /* "no new pods onto it", "put it back into service" */
	for (i = 0; i < r->m.count; i++) {
		const struct co_match *m = &r->m.items[i];

		if (r->action && m->first >= r->action->first && m->last <= r->action->last &&
		    co_match_is(m, r->act.name))
			continue; /* "snapshot all volumes" */
		if (r->action && co_reading_has(r, "node") && co_match_is_any(m, "cluster instance"))
			continue; /* what the node is of, or runs on */
		if (m->entry.type == CO_WORD_KIND && co_reading_own(m) && !r->s.tokens[m->first].inventory &&
		    !is_lacked(r, m->first) && !co_reading_has(r, m->entry.name) &&
		    !co_match_is_any(m, "app account")) {
			co_reading_slot(r, "kind", m->entry.name, m->first, m->last);
			return;
		}
	}
}

static void imply_from_names(struct co_reading *r)
{
	size_t t, pass;

	for (pass = 0; pass < 2; pass++) /* a workload's name says least */
		for (t = 0; t < r->s.count && !co_reading_has(r, "provider"); t++) {
			const struct co_name *n = r->s.tokens[t].inventory;

			if (n && (pass || n->type != CO_NAME_WORKLOAD))
				co_reading_provider(r, n->provider, t, t);
		}
}

/* Where nothing else is configured and no other platform is spoken of, it is this host. */
static void assume_local(struct co_reading *r)
{
	size_t i;

	if (co_reading_has(r, "provider") || co_names_has_platform(r->in->names))
		return;
	for (i = 0; i < r->m.count; i++)
		if (co_reading_own(&r->m.items[i]) && *r->m.items[i].entry.provider &&
		    strcmp(r->m.items[i].entry.provider, "local") != 0)
			return;
	json_object_set_new_nocheck(r->target, "provider", json_string_nocheck("local"));
	r->assumed = 1;
}

/* The same word means another thing on another platform. */
static void settle_subject(struct co_reading *r)
{
	static const struct {
		const char *subject;
		int cloud; /* 1 in a cloud, 0 in Kubernetes */
		const char *meant;
	} meanings[] = { { "rbac", 1, "iam" },		 { "iam", 0, "rbac" },	  { "disk", 1, "volume" },
			 { "process", 1, "instance" },	 { "process", 0, "pod" }, { "service-unit", 0, "endpoints" },
			 { "service-unit", 1, "health" } };
	const char *provider = co_reading_value(r, "provider");
	int cloud = provider && co_target_is_cloud(provider),
	    kubernetes = co_reading_holds(r, "provider", "kubernetes");
	size_t i;

	for (i = 0; r->subject && i < CO_COUNT(meanings); i++) {
		if (strcmp(r->subject, meanings[i].subject) != 0 || !(meanings[i].cloud ? cloud : kubernetes))
			continue;
		if (co_is_about(r, "disk") && co_reading_signal(r, "trouble"))
			return; /* "out of disk" */
		r->subject = meanings[i].meant;
		return;
	}
	if (r->subject && !provider && !r->action && !co_reading_has(r, "host") && co_is_about(r, "service-unit"))
		r->subject = "health";
}

enum co_unclear co_target_read(struct co_reading *r)
{
	if (r->action)
		co_place_forget_near(r);
	if (r->action)
		co_shell_read(r);
	take_platform(r, CO_PHRASE_PLAIN);
	co_identifier_read(r);
	imply_from_names(r);
	take_word_slots(r);
	if (!co_reading_has(r, "provider") && !json_object_size(r->target))
		take_platform(r, CO_PHRASE_WEAK); /* "the server", where no other place is said */
	assume_local(r);
	co_candidate_take(r);
	if (r->action)
		co_object_take_both(r);
	if (co_reading_has(r, "host"))
		co_reading_provider(r, "local", r->s.count, 0);
	imply_provider(r, CO_WORD_KIND);
	if (!co_reading_has(r, "provider"))
		imply_provider(r, CO_WORD_SUBJECT);
	take_listed_kind(r);
	settle_subject(r);
	return CO_CLEAR;
}
