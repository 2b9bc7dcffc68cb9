/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Commands.
 *
 * "restart" in "nginx does not restart", "after the restart" or "who restarted it" is
 * no command. One is: an action at the start of a part of the sentence, after polite words
 * at most, not negated, with no trouble told in the same breath, and not in somebody
 * else's words. Phrases that ask by themselves ("needs a restart") are strong ones.
 */
#include "intent/change/change.h"
#include "intent/request.h"

#include <string.h>

size_t co_reading_first_foreign(const struct co_reading *r)
{
	size_t t;

	for (t = 0; t < r->s.count; t++)
		if ((r->s.tokens[t].flags & CO_TOKEN_FOREIGN) && !(r->s.tokens[t].flags & CO_TOKEN_MESSAGE))
			return t;
	return r->s.count;
}

/* "and restart it": what follows is an object, so that "crash and restart" is none. */
static int has_object(const struct co_reading *r, const struct co_match *m)
{
	size_t t = m->last + 1;

	if (m->name >= 0 || m->words > 1 || co_match_is(m, "fix"))
		return 1;
	if (t >= r->s.count)
		return 0;
	return (co_reading_could_name(r, t) && !co_token_is_figure(&r->s.tokens[t])) ||
	       co_reading_covered_by(r, t, "object quantifier") || co_match_at(&r->m, t, CO_WORD_KIND) ||
	       co_match_at(&r->m, t, CO_WORD_PROGRAM) || co_match_at(&r->m, t, CO_WORD_SUBJECT) ||
	       co_match_at(&r->m, t, CO_WORD_PLATFORM);
}

/* Only polite words, and times and constraints (nothing else is USED yet), stand between the start of its part and it. */
static int is_first(const struct co_reading *r, const struct co_match *m)
{
	size_t t = m->first;

	if (!r->subject && (r->s.tokens[t].flags & CO_TOKEN_USED))
		return 0; /* "because of the audit ..." */
	if (m->entry.type == CO_WORD_ACTION && m->words > 1 && co_talk_has_wisher(r, t))
		return 1; /* "the finance people need flow logs switched on" */
	for (; !co_reading_starts_part(r, t); t--) {
		if (co_reading_covered(r, t - 1, "and"))
			return has_object(r, m);
		if (!co_reading_covered_by(r, t - 1, "polite or") && !co_shell_is_head(r, t - 1) &&
		    (r->subject || !(r->s.tokens[t - 1].flags & CO_TOKEN_USED)))
			return 0;
	}
	return 1;
}

/* "before the migration take a snapshot": why or when it is wanted, in words of no other meaning. */
static int is_behind_occasion(const struct co_reading *r, size_t t)
{
	size_t first = co_reading_part_start(r, t);

	if (t > first + 1 && co_says_any(r, t, "want need") && co_says_any(r, t - 1, "i we"))
		t--; /* "before the upgrade I want a snapshot of X" */
	first += first + 1 < t && co_says(r, first, "as") && co_says(r, first + 1, "per");
	if (t < first + 2 || t > first + (co_says(r, t - 1, "please") ? 6u : 5u) ||
	    co_says_any(r, t - 1, "i we you they he she the") || !co_reading_covered(r, first, "reason"))
		return 0;
	return co_says_any(r, first, "before for ahead prior per");
}

/* "On prod-eu scale ...", "in configmap geo-flags set ...": nothing but a place, that ends in its name, stands before it. */
static int is_behind_place(const struct co_reading *r, const struct co_match *m)
{
	size_t first = co_reading_part_start(r, m->first), t = m->first;

	if (first > 0 && (r->s.tokens[first].flags & CO_TOKEN_ASIDE) && !(r->s.tokens[t].flags & CO_TOKEN_ASIDE))
		first = co_reading_part_start(r, first - 1); /* "in configmap geo-flags (geo) ..." */
	if (t < first + 2 || t > first + 6 || !co_says_any(r, first, "in on at for") || !has_object(r, m) ||
	    !(r->s.tokens[t - 1].inventory || co_token_is_made(&r->s.tokens[t - 1])))
		return 0;
	while (--t > first)
		if (!co_asking_is_bare(r, t))
			return 0;
	return 1;
}

/* "i need 3 pods" asks for a change, "i need the logs of pod X" does not. */
static int lacks_number(const struct co_reading *r, const struct co_match *m)
{
	int64_t number;
	size_t t;

	if (!co_says_any(r, m->first, "need needs want wants i we have") || !co_match_is(m, "scale") ||
	    m->last - m->first + 1 == m->words ||
	    (!co_reading_covered(r, m->last, "replicas") && !co_says(r, m->last, "of")))
		return 0;
	for (t = m->first; t <= m->last; t++)
		if ((r->s.tokens[t].text[0] != 'a' && co_number_read(&r->s, &r->m, t, &number)) ||
		    co_reading_covered_by(r, t, "more less"))
			return 0;
	return 1;
}

/* "stop restarting web-shop" stops no web-shop. */
static int ends_activity(const struct co_reading *r, const struct co_match *m)
{
	const struct co_token *next = m->last + 1 < r->s.count ? &r->s.tokens[m->last + 1] : NULL;

	return next && m->words == 1 && co_match_is(m, "stop") && !next->inventory && !next->before &&
	       !co_token_is_made(next) && co_ends_with_any(next->text, "ing");
}

/* "put card-auth in place of web-shop" */
static int is_in_place_of(const struct co_reading *r, const struct co_match *m)
{
	return co_says(r, m->last, "place") && co_says(r, m->last + 1, "of");
}

/* "ds/node-exporter restart on dev-1", "worker-eu-2 drain please, ...": an action behind its one object, and only a place, or a polite word and a comma, behind it. */
static int is_behind_object(const struct co_reading *r, const struct co_match *m)
{
	size_t t, objects = 0;
	int asked = 0;

	if (!co_says_any(r, m->first, "restart rollback reboot drain cordon uncordon snapshot suspend resume") ||
	    m->first != m->last || r->s.question || m->first == 0)
		return 0;
	for (t = m->first; t > 0; t--) {
		const struct co_token *token = &r->s.tokens[t - 1];
		const struct co_match *kind = co_match_at(&r->m, t - 1, CO_WORD_KIND);

		if (!co_asking_is_bare(r, t - 1) || (kind && co_token_is_plural(token)))
			return 0;
		objects += token->inventory || co_token_is_made(token);
		asked |= co_token_is_any(token, "please pls plz");
	}
	for (t = m->last + 1; t < r->s.count && !(asked && co_reading_starts_part(r, t)); t++) {
		if (!co_asking_is_bare(r, t) && !co_reading_covered(r, t, "filler") &&
		    !(r->s.tokens[t].flags & CO_TOKEN_USED))
			return 0;
		asked |= co_says_any(r, t, "please pls plz");
	}
	return objects > 0;
}

int co_reading_is_command(const struct co_reading *r, const struct co_match *m)
{
	if (!co_reading_own(m) || m->first > co_reading_first_foreign(r))
		return 0;
	if (m->entry.type == CO_WORD_ACTION && (lacks_number(r, m) || ends_activity(r, m) || is_in_place_of(r, m)))
		return 0;
	if (m->entry.type == CO_WORD_ACTION && is_behind_object(r, m))
		return 1;
	if (m->entry.type == CO_WORD_ACTION && m->weight == CO_PHRASE_STRONG)
		return co_asking_is_command(r, m);
	return is_first(r, m) || (m->entry.type == CO_WORD_ACTION &&
				  ((is_behind_occasion(r, m->first) && co_reading_part_end(r, m->last) > m->last + 1) ||
				   is_behind_place(r, m)));
}

/* True if two places are in one part, with no comma or "because" between them. */
static int in_one_part(const struct co_reading *r, size_t a, size_t b)
{
	size_t t, first = a < b ? a : b, last = a < b ? b : a;

	for (t = first + 1; t <= last; t++)
		if (co_reading_starts_part(r, t) || co_reading_covered_by(r, t, "reason and"))
			return 0;
	return 1;
}

/* "failed jobs", "the stuck pod X", "pods that are stuck": which ones, not what happens to them. */
static int says_which(const struct co_reading *r, const struct co_match *m)
{
	size_t t = m->last + 1;
	int which = co_reading_covered(r, m->first, "which") ||
		    co_ends_with_any(r->s.tokens[m->last].text, "ed ing en");

	if ((which || co_ends_with_any(r->s.tokens[m->first].text, "ed")) && co_match_at(&r->m, m->last, CO_WORD_KIND))
		return 1; /* "evicted pods" */
	if (which && t < r->s.count &&
	    (co_match_at(&r->m, t, CO_WORD_KIND) || co_says(r, t, "ones") || r->s.tokens[t].inventory ||
	     co_token_is_made(&r->s.tokens[t])))
		return 1;
	for (t = m->first; t > 0 && t + 3 > m->first; t--)
		if (co_says_any(r, t - 1, "that which"))
			return 1;
	return 0;
}

/* "release of web-shop", "change in shop" are spoken of, not asked for. */
static int is_noun(const struct co_reading *r, const struct co_match *m)
{
	size_t t = m->last + 1;

	if (m->words == 1 && t + 1 < r->s.count && (r->s.tokens[t].inventory || co_token_is_made(&r->s.tokens[t])) &&
	    co_says_any(r, t + 1, "is was has had are were"))
		return 1; /* "snapshot snap-... is from 2021" */
	return m->words == 1 && m->name < 0 && m->weight < CO_PHRASE_STRONG &&
	       co_says_any(r, t, "of in on for by per available possible needed required");
}

/* "an rds snapshot", "a manual backup", "an on-demand backup": of which sort */
static int is_sort(const struct co_reading *r, size_t t)
{
	static const char sorts[] = "manual quick final fresh new full last rolling complete on demand on-demand db";

	return co_says_any(r, t, sorts) ||
	       ((co_match_at(&r->m, t, CO_WORD_SERVICE) || co_match_at(&r->m, t, CO_WORD_KIND)) &&
		!co_token_is_plural(&r->s.tokens[t]));
}

/* "make a restart of", "carry out a drain of": the noun of an action behind a verb that says no more. Its token; count of tokens if there is none. */
static size_t light_verb(const struct co_reading *r, const struct co_match *m)
{
	static const char verbs[] =
		"make do perform execute trigger initiate issue start run take create get have want need";
	size_t t = m->first, next = m->last + 1, article;

	if (!co_says_any(r, m->last, "of for on") && !co_says_any(r, next, "of for on"))
		return r->s.count;
	for (; t > 0 && t + 2 > m->first && is_sort(r, t - 1); t--)
		;
	article = co_says_any(r, t - 1, "a an the one another") != 0;
	t -= article;
	if (article && co_says(r, t - 1, "take") && co_says(r, t, "the"))
		return r->s.count; /* "take the snapshot of X away" */
	if (co_says_any(r, t - 1, "get have want need") && (!article || co_says(r, t, "the")))
		return r->s.count; /* "get the snapshots of X" */
	if (t > 1 && co_says(r, t - 1, "out") && co_says(r, t - 2, "carry"))
		return t - 2;
	return co_says_any(r, t - 1, verbs) ? t - 1 : r->s.count;
}

static int is_behind(const struct co_reading *r, const struct co_match *m, size_t light)
{
	struct co_match verb = *m;

	verb.first = verb.last = light;
	return light < r->s.count && m->first < co_reading_first_foreign(r) && co_reading_own(m) && !r->s.question &&
	       is_first(r, &verb);
}

/* "cut down to 6", "grow it up by 2": which way, not what is wrong */
static int is_how_far(const struct co_reading *r, const struct co_match *m, const struct co_match *action)
{
	size_t next = m->last + 1;

	if (!co_says(r, m->first, "down") || m->first != m->last)
		return 0;
	return m->first == action->last + 1 || co_says_any(r, next, "to by");
}

/* "to 500 GB": a number that is an error elsewhere */
static int is_amount(const struct co_reading *r, const struct co_match *m)
{
	if (m->first != m->last || !co_token_is_number(&r->s.tokens[m->first]))
		return 0;
	return co_says(r, m->first - 1, "to") ||
	       co_says_any(r, m->last + 1, "gi gb gib mi mb mib gigs gig megs replicas pods");
}

/* "reload fails for nginx", "error: restart nginx" tell of a change; "nginx hangs, restart it" asks for one. */
static int is_told(const struct co_reading *r, const struct co_match *action)
{
	size_t i;

	if (co_match_is(action, "fix"))
		return 0;
	if (co_shell_is_line(r) && co_reading_covered_by(r, action->last + 1, "tells says"))
		return 1; /* "kubectl scale answers ..." */
	for (i = 0; i < r->m.count && !co_shell_is_line(r); i++) {
		const struct co_match *m = &r->m.items[i];

		if (!co_match_is_signal(m, "trouble") || !co_reading_own(m) ||
		    (m->first <= action->last && m->last >= action->first))
			continue;
		if (in_one_part(r, m->first, action->first) && !says_which(r, m) && !is_how_far(r, m, action) &&
		    !is_amount(r, m))
			return 1;
	}
	return 0;
}

/* "is KEY still used, I would like to disable it": the wish tells why that is asked. */
static int is_why(const struct co_reading *r, const struct co_match *action)
{
	size_t start = co_reading_part_start(r, action->first);

	return start > 0 && co_says_any(r, 0, "is are was does do did has have") && co_says_any(r, start, "i we id");
}

static int is_better(const struct co_match *m, const struct co_match *than)
{
	if (!than)
		return 1;
	if (m->words != than->words)
		return m->words > than->words;
	return m->weight != than->weight ? m->weight > than->weight : m->last < than->last;
}

static int is_asked_for(const struct co_reading *r, const struct co_match *m)
{
	if (m->entry.type != CO_WORD_ACTION || is_why(r, m))
		return 0;
	if (is_behind(r, m, light_verb(r, m)))
		return 1;
	return co_reading_is_command(r, m) && !is_told(r, m) && (!is_noun(r, m) || is_behind_object(r, m));
}

/* The one command to change something, if there is exactly one. */
static enum co_unclear find_action(struct co_reading *r)
{
	size_t i, light;
	int behind;

	for (i = 0; r->look != CO_LOOK_ONLY && i < r->m.count; i++) {
		const struct co_match *m = &r->m.items[i];

		if (!is_asked_for(r, m))
			continue;
		if (r->action && m->first > r->action->last && co_again_explains(r, m)) {
			r->act = m->entry;
			co_reading_use(r, m->first, m->last);
			if (m->first == r->action->last + 2 && co_reading_covered(r, m->first - 1, "and")) {
				co_reading_use(r, r->action->first, m->first - 1);
				r->action = m; /* "enable and start auditd" */
			}
			continue;
		}
		if (r->action && m->first > r->action->last && co_again_is_said(r, m)) {
			co_reading_use(r, m->first, m->last);
			continue;
		}
		light = light_verb(r, m);
		if (r->action && m->first > r->action->last && r->action->first != light) {
			r->culprit = m;
			return CO_UNCLEAR_TIE;
		}
		behind = is_behind(r, m, light);
		if (!r->action || behind || (m->first <= r->action->last && is_better(m, r->action))) {
			if (behind)
				co_reading_use(r, light, m->first - 1);
			r->action = m;
			r->act = m->entry;
		}
	}
	return CO_CLEAR;
}

/* A command to look, beside one to change: two requests, unless the change is to fix what is found. */
static enum co_unclear check_tie(struct co_reading *r)
{
	const struct co_match *choice = co_reading_signal(r, "or");
	size_t i;

	if (!r->action)
		return CO_CLEAR;
	for (i = 0; !co_does(r, "fix") && i < r->m.count; i++) {
		const struct co_match *m = &r->m.items[i];

		if (m->entry.type != CO_WORD_VERB || m->weight < CO_PHRASE_PLAIN || !co_reading_own(m) ||
		    (co_match_is(m, "audit") && m->weight < CO_PHRASE_STRONG))
			continue;
		if ((m->first >= r->action->first && m->last <= r->action->last) ||
		    (r->s.tokens[m->first].flags & CO_TOKEN_USED) || !is_first(r, m))
			continue;
		if (m->words > 1 && !co_says_any(r, m->first, "why how") &&
		    (co_reading_covered_by(r, m->last, "trouble tells") ||
		     (m->first > 0 && co_says(r, m->first, "is"))))
			continue; /* "customers complain", "... and is fine": a comment */
		r->culprit = m;
		return CO_UNCLEAR_TIE;
	}
	r->culprit = choice;
	return choice ? CO_UNCLEAR_TIE : CO_CLEAR;
}

enum co_unclear co_command_read(struct co_reading *r)
{
	enum co_unclear unclear;

	co_constraint_read(r);
	unclear = find_action(r);
	if (co_constraint_holds(r, "read-only")) {
		r->action = NULL;
		unclear = CO_CLEAR;
	}
	if (unclear == CO_CLEAR)
		unclear = check_tie(r);
	if (unclear == CO_CLEAR && r->action) {
		r->verb = CO_VERB_REMEDIATE;
		if (is_behind_occasion(r, r->action->first))
			co_reading_use(r, co_reading_part_start(r, r->action->first), r->action->first - 1);
	}
	return unclear;
}
