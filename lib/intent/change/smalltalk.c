/* SPDX-License-Identifier: Apache-2.0 */
/* Words of a change that change nothing in what is asked: what the request says in other words already, or politely. */
#include "intent/change/change.h"

#include <string.h>

/* What of a thing is set: "the disk of X", "the retention of X". */
static int is_property(const struct co_reading *r, size_t t)
{
	static const struct {
		const char *action, *words;
	} properties[] = {
		{ "set-resources", "limit limits request requests resources" },
		{ "set-retention", "retention backup backups log logs snapshots objects messages workspace" },
		{ "resize", "allocated disk disks storage size type class filesystem" },
		{ "scale", "desired count capacity number" },
		{ "set-image", "image version tag release" },
	};
	size_t i;

	for (i = 0; i < CO_COUNT(properties); i++)
		if (co_does(r, properties[i].action) && co_says_any(r, t, properties[i].words))
			return 1;
	return 0;
}

/* "instance i-0123456789abcdef0" */
static int is_kind_of_object(const struct co_reading *r, size_t t)
{
	size_t i;

	for (i = 0; i < r->m.count && r->m.items[i].first <= t; i++)
		if (r->m.items[i].entry.type == CO_WORD_KIND && r->m.items[i].last >= t) {
			size_t next = r->m.items[i].last + 1;

			next += co_says(r, next, "of") != 0;
			if (next < r->s.count && (r->s.tokens[next].flags & CO_TOKEN_FACT))
				return 1;
			if (r->m.items[i].first > 0 && (r->s.tokens[r->m.items[i].first - 1].flags & CO_TOKEN_NAME))
				return 1;
		}
	return 0;
}

/* "the HPA ceiling of web-shop", "at green": what of it is set, where the action leaves no other. */
int co_talk_is_aspect(const struct co_reading *r, size_t t)
{
	if (co_does(r, "scale") && co_is_about(r, "autoscaling"))
		return co_says_any(r, t, "ceiling floor maximum minimum max min upper bound cap");
	return co_does(r, "switch-traffic") && t > r->action->first &&
	       co_says_any(r, t, "blue green canary stable us eu new old other second standby") &&
	       co_says_any(r, t - 1, "at to onto over the");
}

/* "resume the suspended vm gpu-lab-1": in what state the one thing is that is named */
static int is_state(const struct co_reading *r, size_t t)
{
	size_t next = t + 1;

	if (!co_reading_covered(r, t, "which") || t == 0 || !co_says(r, t - 1, "the") || next >= r->s.count ||
	    !co_reading_has(r, "name"))
		return 0;
	return (r->s.tokens[next].flags & CO_TOKEN_FACT) || co_match_at(&r->m, next, CO_WORD_KIND) ||
	       co_match_at(&r->m, next, CO_WORD_PLATFORM);
}

int co_talk_has_wisher(const struct co_reading *r, size_t wish)
{
	size_t first = co_reading_part_start(r, wish), t;

	if (wish == first || wish > first + 4 || r->s.question || !co_says_any(r, wish, "want wants need needs"))
		return 0;
	for (t = first; t < wish; t++)
		if (co_reading_could_name(r, t) || (r->s.tokens[t].flags & (CO_TOKEN_FACT | CO_TOKEN_FOREIGN)) ||
		    co_match_at(&r->m, t, CO_WORD_KIND) ||
		    co_says_any(r, t, "do does did is are was why how where should would could can may might") ||
		    co_reading_covered_by(r, t, "condition negation trouble says asking"))
			return 0;
	return 1;
}

static int is_wisher(const struct co_reading *r, size_t t)
{
	return t < r->action->first && t >= co_reading_part_start(r, r->action->first) &&
	       co_talk_has_wisher(r, r->action->first);
}

/* Words that change nothing in what is asked. "but", "if", "unless" are none of them; "all" only of many. */
int co_talk_is_small(const struct co_reading *r, size_t t)
{
	if (co_says(r, t, "instead"))
		return t + 1 == r->s.count || !co_says(r, t + 1, "of");
	if (strncmp(r->s.tokens[t].text, "ex-", 3) == 0)
		return 1; /* "ex-colleague jdoe" */
	if (co_says(r, t, "any") && co_says(r, t + 1, "more"))
		return 1;
	if (is_state(r, t) || is_wisher(r, t))
		return 1;
	if (co_says_any(r, t, "server box machine host") && co_is_known(r, t + 1, CO_NAME_HOST))
		return 1;
	if (co_says(r, t, "all") && co_says(r, t + 1, "of") && co_is_known(r, t + 2, CO_NAME_ENVIRONMENT))
		return 1; /* "restart it on all of staging" */
	if (co_says(r, t, "both"))
		return json_array_size(json_object_get(r->target, "name")) == 2 ||
		       json_array_size(json_object_get(r->target, "node")) == 2;
	if (co_says_any(r, t, "all any every"))
		return !co_reading_has_any(r, "name node");
	if (co_does(r, "scale") && co_reading_covered(r, t, "replicas"))
		return 1;
	if (co_talk_is_aspect(r, t) || is_property(r, t) || is_kind_of_object(r, t) ||
	    (t < r->action->first && co_shell_is_word(r, t)))
		return 1;
	if (co_says_any(r, t, "it they has have is are") && co_reading_covered(r, t, "reason"))
		return 1; /* "it has to be rebooted" */
	return co_says(r, t, "the") || co_reading_covered_by(r, t, "polite filler object and manner");
}
