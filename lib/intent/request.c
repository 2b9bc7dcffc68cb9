/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Is it a request, in whose words, and with what verb to look?
 */
#include "intent/request.h"
#include "intent/change/change.h"

#include <string.h>

/* ---- is it a request to look at, or change, systems? */

static void object(struct co_reading *r, const struct co_match *objector, enum co_unclear why)
{
	if (!objector || r->objection != CO_CLEAR)
		return;
	r->objector = objector;
	r->objection = why;
}

/* "jenkins is down on this box" is about this box. */
static int names_a_host(const struct co_reading *r)
{
	size_t i;

	for (i = 0; i < r->m.count; i++)
		if (r->m.items[i].entry.type == CO_WORD_PLATFORM && co_match_is(&r->m.items[i], "local") &&
		    r->m.items[i].weight > CO_PHRASE_WEAK && co_reading_own(&r->m.items[i]))
			return 1;
	return co_reading_knows(r, 0, r->s.count, CO_NAME_HOST);
}

static const struct co_match *unknown_platform(const struct co_reading *r)
{
	size_t i;

	for (i = 0; i < r->m.count; i++) {
		const struct co_match *m = &r->m.items[i];

		if (m->entry.type == CO_WORD_PLATFORM && co_match_is(m, "unknown") && co_reading_own(m) &&
		    !r->s.tokens[m->first].inventory && !co_reading_covered(r, m->last + 1, "says"))
			return m;
	}
	return NULL;
}

static int names_something(const struct co_reading *r)
{
	size_t t;

	for (t = 0; t < r->s.count; t++)
		if (co_reading_could_name(r, t))
			return 1;
	return 0;
}

/* "should we move vol-... to gp3": of a thing that is named, it is no chat. */
static int weighs_thing(const struct co_reading *r, const struct co_match *m)
{
	return co_says_any(r, m->first, "should is") && names_something(r);
}

/* "namespace translate" */
static int is_namespace(const struct co_reading *r, const struct co_match *m)
{
	return m->first == m->last && m->first > 0 && co_says_any(r, m->first - 1, "namespace ns");
}

/* Chat, knowledge, how-to. A mere greeting (a weak one) may open a request. */
static const struct co_match *not_a_request(const struct co_reading *r)
{
	size_t i;

	for (i = 0; i < r->m.count; i++)
		if (co_match_is_signal(&r->m.items[i], "not-ops") && co_reading_own(&r->m.items[i]) &&
		    r->m.items[i].weight > CO_PHRASE_WEAK && !(r->m.items[i].flags & CO_TOKEN_FIXED) &&
		    !weighs_thing(r, &r->m.items[i]) && !is_namespace(r, &r->m.items[i]))
			return &r->m.items[i];
	return NULL;
}

/* "what is swap", "what is an hpa": three words that ask for knowledge. */
static int is_definition(const struct co_reading *r)
{
	const struct co_sentence *s = &r->s;
	const struct co_match *verb = co_match_at(&r->m, 0, CO_WORD_VERB);

	if (verb && verb->last == 2)
		return 0; /* "what is wrong" */
	if (s->count > 3 && s->count < 7 && co_token_is(&s->tokens[0], "what") && co_token_is(&s->tokens[1], "is") &&
	    co_token_is_any(&s->tokens[2], "a an"))
		return !names_something(r);
	return s->count == 3 && co_token_is(&s->tokens[0], "what") && co_token_is_any(&s->tokens[1], "is are") &&
	       !s->tokens[2].inventory && !co_match_at(&r->m, 2, CO_WORD_PLATFORM) && !co_reading_signal(r, "trouble");
}

enum co_unclear co_request_read(struct co_reading *r)
{
	if (co_foreign_mark(r))
		co_reading_match(r);
	co_manner_read(r);
	co_when_read(&r->when, &r->s, &r->m, r->in->vocabulary, r->in->zone, r->in->now);
	object(r, not_a_request(r), CO_UNCLEAR_NOT_OPS);
	if (is_definition(r)) {
		r->culprit_token = 2;
		return CO_UNCLEAR_NOT_OPS;
	}
	if (!names_a_host(r))
		object(r, unknown_platform(r), CO_UNCLEAR_PLATFORM);
	return co_command_read(r);
}

/* ---- the verb of a request to look */

enum { INVESTIGATE, AUDIT, INSPECT, READ_VERBS };
enum { TROUBLE = 5 }; /* points of trouble: more than a word, less than a strong one */

struct verb_score {
	int points;
	const struct co_match *from;
};

static void score_match(struct co_reading *r, const struct co_match *m, struct verb_score *scores)
{
	int verb, points = (int)m->weight + (int)m->words - 1;

	if (m->entry.type != CO_WORD_VERB || !co_reading_own(m))
		return;
	if (m->first > 0 && m->words == 1 &&
	    (co_says(r, m->first - 1, "to") || co_reading_covered(r, m->first - 1, "negation")))
		return; /* "failed to list", "cannot show" */
	if (m->words == 1 && co_says_any(r, m->first, "get see view report") && !co_reading_is_command(r, m) &&
	    !co_says(r, 0, "kubectl"))
		return; /* "users get logged out" */
	verb = co_enum_value(co_verb_names, m->entry.name) - CO_VERB_INVESTIGATE;
	if (verb < 0 || verb >= READ_VERBS)
		return;
	if (co_reading_is_command(r, m))
		points += 1;
	if (points > scores[verb].points)
		scores[verb] = (struct verb_score){ points, m };
	co_reading_use(r, m->first, m->last);
}

static int is_weak(const struct verb_score *score)
{
	return score->points <= CO_PHRASE_WEAK + 1;
}

/* More points; of mere question words "which" and "what" before "is" and "has". */
static int is_likelier(const struct verb_score *a, const struct verb_score *b)
{
	return a->points > b->points || (a->points && a->from && b->from && is_weak(a) && is_weak(b));
}

/* "how many", "which version of": asks for a fact. A longer word for a subject may hide the verb that it starts with. */
static int points_of_question(const struct co_reading *r)
{
	const struct co_token *tokens = r->s.tokens;
	size_t t = 0;

	while (t < r->s.count && ((tokens[t].flags & CO_TOKEN_FOREIGN) || co_reading_covered(r, t, "polite")))
		t++;
	if (t + 1 < r->s.count && tokens[t + 1].before == ':')
		t++; /* "rbac: who ..." */
	if (t + 1 >= r->s.count)
		return 0;
	if (co_token_is(&tokens[t], "how") &&
	    co_token_is_any(&tokens[t + 1], "many much long often big large old full fast few far busy loaded hot"))
		return CO_PHRASE_STRONG;
	return co_token_is_any(&tokens[t], "which wich what whats when where whose who") ? CO_PHRASE_PLAIN : 0;
}

/* "p99 of card-auth", "error rate of web-shop, last hour": a figure, where nothing says that it is bad. */
static int asks_figure(const struct co_reading *r)
{
	size_t t;

	for (t = 1; t < r->s.count; t++)
		if (co_reading_covered(r, t - 1, "metric") ?
			    co_says_any(r, t, "of for by per on in from") :
			    co_says(r, t - 1, "by") && co_reading_covered(r, t, "metric"))
			return !co_reading_states(r);
	return 0;
}

/* A word of trouble; the error in an "error log" is none. */
static const struct co_match *trouble_of(const struct co_reading *r)
{
	int figure = asks_figure(r), object = *r->subject && co_is_about_any(r, "logs events");
	size_t i;

	for (i = 0; i < r->m.count; i++) {
		const struct co_match *m = &r->m.items[i];

		if (co_match_is_signal(m, "trouble") && co_reading_own(m) &&
		    !(figure && co_reading_covered(r, m->first, "metric")) &&
		    !(object && m->first >= r->subject_span.first && m->last <= r->subject_span.last))
			return m;
	}
	return NULL;
}

static int verb_of(const char *name)
{
	return *name ? co_enum_value(co_verb_names, name) : 0;
}

/* "messages older than a day" are no matter of rules. */
static int is_mere_age(const struct co_reading *r, const struct co_match *audit)
{
	return audit && co_says(r, audit->first, "older") && co_is_about_any(r, "queue logs events alert pod");
}

/* Trouble is looked into; what is only named is shown. */
static int default_verb(const struct co_reading *r)
{
	struct co_entry subject;

	if (trouble_of(r) || r->when.has_compare)
		return CO_VERB_INVESTIGATE;
	if (co_reading_quotes(r) || co_reading_states(r))
		return CO_VERB_INVESTIGATE;
	if (json_object_get(r->parameters, "percent") && co_reading_has_any(r, "name host"))
		return CO_VERB_INVESTIGATE;
	if (co_is_about(r, "alert") && co_reading_has(r, "name"))
		return CO_VERB_INVESTIGATE; /* an alert by its name is one that fired */
	if (co_vocabulary_find(r->in->vocabulary, CO_WORD_SUBJECT, r->subject, &subject) < 0)
		return CO_VERB_INSPECT;
	if (verb_of(subject.verb) == CO_VERB_AUDIT && co_reading_has(r, "name") && !r->s.question)
		return CO_VERB_INSPECT; /* of one thing it is no list of what is risky */
	if (verb_of(subject.verb) && !(verb_of(subject.verb) == CO_VERB_INVESTIGATE && asks_figure(r)))
		return verb_of(subject.verb);
	return r->s.question && strcmp(subject.class, "object") != 0 ? CO_VERB_INVESTIGATE : CO_VERB_INSPECT;
}

/* "disable AKIA..., it leaked on github": a platform that we do not know, where something was seen. */
static void forget_told_platform(struct co_reading *r)
{
	static const char seen[] =
		"showed shows leaked committed pushed posted found appeared ended seen published landed";
	size_t at;

	if (r->objection != CO_UNCLEAR_PLATFORM)
		return;
	at = r->objector->first;
	if (at > 2 && co_says_any(r, at - 1, "on in to at") && co_reading_has_word(r, at - 3, at - 1, seen))
		r->objection = CO_CLEAR;
}

/* "2", "two", "a fifth", "most"; not "a", "one" */
static int is_number(const struct co_reading *r, size_t t)
{
	static const char shares[] =
		"third thirds quarter quarters fifth tenth part some most few several rest remainder";
	const struct co_match *unit = co_match_at(&r->m, t, CO_WORD_UNIT);

	return co_token_is_figure(&r->s.tokens[t]) || co_says_any(r, t, shares) ||
	       (unit && strcmp(unit->entry.class, "number") == 0 && strcmp(unit->entry.name, "1") != 0);
}

/* "find out why and fix it": the look belongs to the fix. */
static void settle_change(struct co_reading *r)
{
	size_t i;

	forget_told_platform(r);
	for (i = 0; co_does(r, "fix") && i < r->m.count; i++)
		if ((r->m.items[i].entry.type == CO_WORD_VERB || co_match_is_signal(&r->m.items[i], "trouble")) &&
		    co_reading_own(&r->m.items[i]))
			co_reading_use(r, r->m.items[i].first, r->m.items[i].last);
	for (i = 0; *r->when.age && i < r->m.count; i++)
		if (r->m.items[i].entry.type == CO_WORD_CALENDAR && co_match_is(&r->m.items[i], "older"))
			co_reading_use(r, r->m.items[i].first, r->m.items[i].last);
	for (i = r->action->first; i <= r->action->last; i++)
		if (!is_number(r, i)) /* one in its gap says something by itself */
			co_reading_use(r, i, i);
	co_reading_because(r, "verb", "remediate", r->action->first, r->action->last);
	co_reading_because(r, "action", r->act.name, r->action->first, r->action->last);
}

/* A symptom is trouble by itself: "504s", "crash". */
static int tells_trouble(const struct co_reading *r)
{
	struct co_entry subject;

	return *r->subject && !co_is_about(r, "health") &&
	       co_vocabulary_find(r->in->vocabulary, CO_WORD_SUBJECT, r->subject, &subject) == 0 &&
	       verb_of(subject.verb) == CO_VERB_INVESTIGATE && strcmp(subject.class, "object") != 0;
}

static int is_asked_with(const struct co_reading *r, int verb)
{
	struct co_entry subject;

	return co_vocabulary_find(r->in->vocabulary, CO_WORD_SUBJECT, r->subject, &subject) == 0 &&
	       verb_of(subject.verb) == verb;
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
	if (scores[INSPECT].points < points_of_question(r) && !is_asked_with(r, CO_VERB_AUDIT) &&
	    (is_weak(&scores[INVESTIGATE]) || points_of_question(r) == CO_PHRASE_STRONG))
		scores[INSPECT] = (struct verb_score){ points_of_question(r), NULL };
	if ((trouble_of(r) || (tells_trouble(r) && !asks_figure(r))) && scores[INVESTIGATE].points < TROUBLE)
		scores[INVESTIGATE] = (struct verb_score){ TROUBLE, trouble_of(r) };
	if (scores[AUDIT].points >= CO_PHRASE_PLAIN)
		scores[AUDIT].points += CO_PHRASE_PLAIN; /* a list of what is risky or wasted is an audit */
	if (is_mere_age(r, scores[AUDIT].from))
		scores[AUDIT].points = 0;
	for (verb = AUDIT; verb < READ_VERBS; verb++)
		if (is_likelier(&scores[verb], &scores[best]))
			best = verb;
	r->verb_from = scores[best].points ? scores[best].from : NULL;
	r->verb = scores[best].points ? best + CO_VERB_INVESTIGATE : default_verb(r);
	if (r->verb_from)
		co_reading_because(r, "verb", co_enum_name(co_verb_names, r->verb), r->verb_from->first,
				   r->verb_from->last);
	return CO_CLEAR;
}
