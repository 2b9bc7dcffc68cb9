/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is asked: verb, action, constraints.
 *
 * "restart" in "nginx does not restart", "after the restart" or "who restarted it" is
 * no command. One is: an action at the start of a clause, after polite words at most,
 * not negated, and not in somebody else's words.
 */
#include "intent/reading.h"

#include <stdlib.h>
#include <string.h>

int co_reading_own(const struct co_match *m)
{
	return !(m->flags & CO_TOKEN_FOREIGN);
}

static int is_signal(const struct co_match *m, const char *name)
{
	return m->entry.type == CO_WORD_SIGNAL && co_match_is(m, name);
}

const struct co_match *co_reading_signal(const struct co_reading *r, const char *name)
{
	size_t i;

	for (i = 0; i < r->m.count; i++)
		if (is_signal(&r->m.items[i], name) && co_reading_own(&r->m.items[i]))
			return &r->m.items[i];
	return NULL;
}

/* ---- somebody else's words */

static void make_foreign(struct co_sentence *s, size_t first, size_t last)
{
	for (; first <= last && first < s->count; first++)
		s->tokens[first].flags |= CO_TOKEN_FOREIGN;
}

static void clause_bounds(const struct co_sentence *s, size_t t, size_t *first, size_t *last)
{
	*first = *last = t;
	while (*first > 0 && s->tokens[*first - 1].clause == s->tokens[t].clause)
		(*first)--;
	while (*last + 1 < s->count && s->tokens[*last + 1].clause == s->tokens[t].clause)
		(*last)++;
}

static void aside_bounds(const struct co_sentence *s, size_t t, size_t *first, size_t *last)
{
	*first = *last = t;
	while (*first > 0 && (s->tokens[*first - 1].flags & CO_TOKEN_ASIDE))
		(*first)--;
	while (*last + 1 < s->count && (s->tokens[*last + 1].flags & CO_TOKEN_ASIDE))
		(*last)++;
}

/* Words that steer the reader, an order in brackets, a command line as a sentence of its own. */
static int is_steering(const struct co_reading *r, const struct co_match *m)
{
	const struct co_token *t = &r->s.tokens[m->first];

	if (!co_reading_own(m))
		return 0;
	if (is_signal(m, "injection"))
		return 1;
	if (m->entry.type == CO_WORD_ACTION)
		return (t->flags & CO_TOKEN_ASIDE) != 0;
	return is_signal(m, "shell") && t->clause > 0 &&
	       (m->first == 0 || r->s.tokens[m->first - 1].clause != t->clause);
}

static int mark_foreign(struct co_reading *r)
{
	size_t i, first, last;
	int found = 0;

	for (i = 0; i < r->m.count; i++) {
		const struct co_match *m = &r->m.items[i];

		if (!is_steering(r, m))
			continue;
		if (r->s.tokens[m->first].flags & CO_TOKEN_ASIDE)
			aside_bounds(&r->s, m->first, &first, &last);
		else
			clause_bounds(&r->s, m->first, &first, &last);
		make_foreign(&r->s, first, last);
		found = 1;
	}
	return found;
}

/* The first token that somebody else may have written after steering words; commands behind it are not taken. */
static size_t first_foreign(const struct co_reading *r)
{
	size_t t;

	for (t = 0; t < r->s.count; t++)
		if ((r->s.tokens[t].flags & CO_TOKEN_FOREIGN) && !(r->s.tokens[t].flags & CO_TOKEN_MESSAGE))
			return t;
	return r->s.count;
}

/* ---- commands */

static int covered_by(const struct co_reading *r, size_t t, const char *signal)
{
	size_t i, from = t > 8 ? t - 8 : 0;

	for (i = r->m.start[from]; i < r->m.count && r->m.items[i].first <= t; i++)
		if (r->m.items[i].last >= t && is_signal(&r->m.items[i], signal))
			return 1;
	return 0;
}

static int starts_part(const struct co_sentence *s, size_t t)
{
	char before = s->tokens[t].before;

	return t == 0 || s->tokens[t - 1].clause != s->tokens[t].clause ||
	       (before && strchr(",:;-)", before));
}

/* "and restart it": what follows is an object, so that "crash and restart" is none. */
static int has_object(const struct co_reading *r, const struct co_match *m)
{
	size_t t = m->last + 1;
	const struct co_match *next;

	if (m->name >= 0 || m->words > 1)
		return 1;
	if (t >= r->s.count)
		return 0;
	next = co_match_at(&r->m, t, CO_WORD_KIND);
	return next || r->s.tokens[t].inventory || covered_by(r, t, "object") ||
	       covered_by(r, t, "quantifier") || (r->s.tokens[t].flags & CO_TOKEN_QUOTED) ||
	       co_token_is_made(&r->s.tokens[t]) || co_match_at(&r->m, t, CO_WORD_PROGRAM) ||
	       co_match_at(&r->m, t, CO_WORD_SUBJECT) || co_match_at(&r->m, t, CO_WORD_PLATFORM);
}

/* Only polite words, and times and constraints (nothing else is USED yet), stand between the start of its part and it. */
static int is_command(const struct co_reading *r, const struct co_match *m)
{
	size_t t = m->first;

	if (!co_reading_own(m) || m->first > first_foreign(r))
		return 0;
	for (; !starts_part(&r->s, t); t--) {
		if (covered_by(r, t - 1, "and"))
			return has_object(r, m);
		if (!covered_by(r, t - 1, "polite") &&
		    (r->subject || !(r->s.tokens[t - 1].flags & CO_TOKEN_USED)))
			return 0;
	}
	return 1;
}

static int is_fix(const struct co_match *m)
{
	return co_match_is(m, "fix");
}

/* The one command to change something, if there is exactly one. */
static enum co_unclear find_action(struct co_reading *r)
{
	size_t i;

	for (i = 0; i < r->m.count; i++) {
		const struct co_match *m = &r->m.items[i];

		if (m->entry.type != CO_WORD_ACTION || !is_command(r, m))
			continue;
		if (r->action && m->first > r->action->last) {
			r->culprit = m;
			return CO_UNCLEAR_TIE;
		}
		if (!r->action || m->words > r->action->words)
			r->action = m;
	}
	return CO_CLEAR;
}

/* A command to look, beside one to change: two requests, unless the change is to fix what is found. */
static enum co_unclear check_tie(struct co_reading *r)
{
	size_t i;

	for (i = 0; r->action && !is_fix(r->action) && i < r->m.count; i++) {
		const struct co_match *m = &r->m.items[i];

		if (m->entry.type != CO_WORD_VERB || m->weight < CO_PHRASE_PLAIN || !co_reading_own(m))
			continue;
		if (m->first >= r->action->first && m->last <= r->action->last)
			continue;
		r->culprit = m;
		return CO_UNCLEAR_TIE;
	}
	if (r->action && co_reading_signal(r, "or")) {
		r->culprit = co_reading_signal(r, "or");
		return CO_UNCLEAR_TIE;
	}
	return CO_CLEAR;
}

static void add_constraint(struct co_reading *r, const struct co_match *m)
{
	char **slot;
	size_t i;

	for (i = 0; i < r->constraints.count; i++)
		if (co_match_is(m, r->constraints.items[i]))
			return;
	slot = co_grow(&r->constraints.items, &r->constraints.count, sizeof(*slot));
	*slot = co_xstrdup(m->entry.name);
	co_reading_use(r, m->first, m->last);
	co_reading_because(r, "constraints", m->entry.name, m->first, m->last);
}

static void find_constraints(struct co_reading *r)
{
	size_t i;

	for (i = 0; i < r->m.count; i++)
		if (r->m.items[i].entry.type == CO_WORD_CONSTRAINT && co_reading_own(&r->m.items[i]))
			add_constraint(r, &r->m.items[i]);
}

static int has_constraint(const struct co_reading *r, const char *name)
{
	size_t i;

	for (i = 0; i < r->constraints.count; i++)
		if (strcmp(r->constraints.items[i], name) == 0)
			return 1;
	return 0;
}

static enum co_unclear refuse(struct co_reading *r, const struct co_match *culprit, enum co_unclear why)
{
	r->culprit = culprit;
	return why;
}

/* "jenkins is down on this box" is about this box. */
static int names_a_host(const struct co_reading *r)
{
	size_t i;

	for (i = 0; i < r->m.count; i++)
		if (r->m.items[i].entry.type == CO_WORD_PLATFORM && co_match_is(&r->m.items[i], "local") &&
		    r->m.items[i].weight > CO_PHRASE_WEAK && co_reading_own(&r->m.items[i]))
			return 1;
	for (i = 0; i < r->s.count; i++)
		if (r->s.tokens[i].inventory && r->s.tokens[i].inventory->type == CO_NAME_HOST)
			return 1;
	return 0;
}

static const struct co_match *unknown_platform(const struct co_reading *r)
{
	size_t i;

	for (i = 0; i < r->m.count; i++) {
		const struct co_match *m = &r->m.items[i];

		if (m->entry.type == CO_WORD_PLATFORM && co_match_is(m, "unknown") && co_reading_own(m) &&
		    !r->s.tokens[m->first].inventory)
			return m;
	}
	return NULL;
}

/* "what is swap": three words that ask for knowledge. */
static int is_definition(const struct co_reading *r)
{
	const struct co_sentence *s = &r->s;
	const struct co_match *verb = co_match_at(&r->m, 0, CO_WORD_VERB);

	if (verb && verb->last == 2)
		return 0; /* "what is wrong" */
	return s->count == 3 && co_token_is(&s->tokens[0], "what") &&
	       (co_token_is(&s->tokens[1], "is") || co_token_is(&s->tokens[1], "are")) &&
	       !s->tokens[2].inventory && !co_match_at(&r->m, 2, CO_WORD_PLATFORM) &&
	       !co_reading_signal(r, "trouble");
}

enum co_unclear co_request_read(struct co_reading *r)
{
	const struct co_match *m;
	enum co_unclear unclear;

	if (mark_foreign(r)) {
		co_matches_clear(&r->m);
		co_match_all(&r->m, &r->s, r->in->vocabulary);
	}
	co_when_read(&r->when, &r->s, &r->m, r->in->vocabulary, r->in->zone, r->in->now);
	if ((m = co_reading_signal(r, "not-ops")))
		return refuse(r, m, CO_UNCLEAR_NOT_OPS);
	if (is_definition(r)) {
		r->culprit_token = 2;
		return CO_UNCLEAR_NOT_OPS;
	}
	if ((m = unknown_platform(r)) && !names_a_host(r))
		return refuse(r, m, CO_UNCLEAR_PLATFORM);
	find_constraints(r);
	unclear = find_action(r);
	if (unclear == CO_CLEAR && has_constraint(r, "read-only"))
		r->action = NULL;
	if (unclear == CO_CLEAR)
		unclear = check_tie(r);
	if (unclear == CO_CLEAR && r->action)
		r->verb = CO_VERB_REMEDIATE;
	return unclear;
}

/* ---- the verb of a request to look */

enum { INVESTIGATE, AUDIT, INSPECT, READ_VERBS };

struct verb_score {
	int points;
	const struct co_match *from;
};

static void score_match(struct co_reading *r, const struct co_match *m, struct verb_score *scores)
{
	int verb, points = (int)m->weight + (int)m->words - 1;

	if (m->entry.type != CO_WORD_VERB || !co_reading_own(m))
		return;
	verb = co_enum_value(co_verb_names, m->entry.name) - CO_VERB_INVESTIGATE;
	if (verb < 0 || verb >= READ_VERBS)
		return;
	if (is_command(r, m))
		points += 1;
	if (points > scores[verb].points)
		scores[verb] = (struct verb_score){ points, m };
	co_reading_use(r, m->first, m->last);
}

static int verb_of(const char *name)
{
	return *name ? co_enum_value(co_verb_names, name) : 0;
}

/* Trouble is looked into; what is only named is shown. */
static int default_verb(const struct co_reading *r)
{
	struct co_entry subject;

	if (co_reading_signal(r, "trouble") || r->when.has_compare)
		return CO_VERB_INVESTIGATE;
	if (co_vocabulary_find(r->in->vocabulary, CO_WORD_SUBJECT, r->subject, &subject) == 0 &&
	    verb_of(subject.verb))
		return verb_of(subject.verb);
	return r->s.question ? CO_VERB_INVESTIGATE : CO_VERB_INSPECT;
}

/* "find out why and fix it": the look belongs to the fix. */
static void settle_change(struct co_reading *r)
{
	size_t i;

	for (i = 0; is_fix(r->action) && i < r->m.count; i++)
		if ((r->m.items[i].entry.type == CO_WORD_VERB || is_signal(&r->m.items[i], "trouble")) &&
		    co_reading_own(&r->m.items[i]))
			co_reading_use(r, r->m.items[i].first, r->m.items[i].last);
	co_reading_use(r, r->action->first, r->action->last);
	co_reading_because(r, "verb", "remediate", r->action->first, r->action->last);
	co_reading_because(r, "action", r->action->entry.name, r->action->first, r->action->last);
}

enum co_unclear co_request_settle(struct co_reading *r)
{
	struct verb_score scores[READ_VERBS] = { { 0, NULL }, { 0, NULL }, { 0, NULL } };
	int best = INVESTIGATE, verb;
	size_t i;

	if (r->action) {
		settle_change(r);
		return CO_CLEAR;
	}
	for (i = 0; i < r->m.count; i++)
		score_match(r, &r->m.items[i], scores);
	if (co_reading_signal(r, "trouble") && scores[INVESTIGATE].points < 4)
		scores[INVESTIGATE] = (struct verb_score){ 4, co_reading_signal(r, "trouble") };
	if (scores[AUDIT].points >= CO_PHRASE_PLAIN)
		scores[AUDIT].points += CO_PHRASE_PLAIN; /* a list of what is risky or wasted is an audit */
	for (verb = AUDIT; verb < READ_VERBS; verb++)
		if (scores[verb].points > scores[best].points)
			best = verb;
	r->verb_from = scores[best].points ? scores[best].from : NULL;
	r->verb = scores[best].points ? best + CO_VERB_INVESTIGATE : default_verb(r);
	if (r->verb_from)
		co_reading_because(r, "verb", co_enum_name(co_verb_names, r->verb), r->verb_from->first,
				   r->verb_from->last);
	return CO_CLEAR;
}
