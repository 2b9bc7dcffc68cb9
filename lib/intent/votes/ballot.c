/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Verb and subject of a look, and the subject of a change, by the phrases of the vocabulary and the votes of all words
 * together. A change itself is never voted for: it stands in plain words, or it is not understood; but against it may be.
 */
#include "intent/votes/ballot.h"
#include "intent/change/change.h"
#include "intent/request.h"
#include "intent/target/target.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* In sixteenths of a natural logarithm, as votes are. */
enum {
	NAT = 16,
	ASKED = NAT, /* by how much a look must lead nothing that can be asked, for a subject that no phrase names */
	OVERRULE = 4 * NAT, /* by how much a look must lead for an objection to be none */
	DOUBT = 2 * NAT,    /* by how much nothing that can be asked must lead to be no request */
	VETO = NAT, /* by how much a look, or nothing that can be asked, must lead for a clear change to be refused */
	LOOK = NAT, /* by how much a look must lead for a change that is not clear to be one */
	CHANGE = 2 * NAT, /* by how much a change must lead for a look to be no answer */
	PLAIN = 6 * NAT,  /* by how much another answer must lead that of phrases which explain every word */
};

struct lead {
	const struct co_vote_class *best;
	int ahead; /* of the next */
};

static int is_class(const struct co_vote_class *c, int verb, const char *name)
{
	return c->verb == verb && strlen(name) == c->len && memcmp(c->name, name, c->len) == 0;
}

static int points_of(const struct co_tally *t, int verb, const char *name)
{
	size_t i;

	for (i = 0; i < t->votes->count; i++)
		if (is_class(&t->votes->classes[i], verb, name))
			return t->points[i];
	return 0;
}

/* Of the verbs that look, or of the subjects. */
static struct lead leader(const struct co_tally *t, int verb)
{
	struct lead l = { NULL, INT_MAX };
	int best = INT_MIN, next = INT_MIN;
	size_t i;

	for (i = 0; i < t->votes->count; i++) {
		const struct co_vote_class *c = &t->votes->classes[i];

		if (c->verb != verb || is_class(c, verb, "unclear") || is_class(c, 1, "remediate"))
			continue;
		if (t->points[i] > best) {
			next = best;
			best = t->points[i];
			l.best = c;
		} else if (t->points[i] > next) {
			next = t->points[i];
		}
	}
	l.ahead = next == INT_MIN ? INT_MAX : best - next;
	return l;
}

/* By how much the leader is ahead of an answer; of the verbs that look, or of the subjects. */
static int ahead_of_answer(const struct co_tally *t, int verb, const char *name)
{
	const struct lead l = leader(t, verb);

	return l.best ? t->points[l.best - t->votes->classes] - points_of(t, verb, name) : 0;
}

/* By how much a look is likelier than that verb. */
static int ahead_of(const struct co_tally *t, const char *verb)
{
	return ahead_of_answer(t, 1, verb);
}

static void forget(struct co_reading *r, const char *field)
{
	size_t i;

	for (i = 0; i < r->because.count; i++) {
		struct co_because *b = &r->because.items[i];

		if (strcmp(b->field, field) != 0)
			continue;
		free(b->field);
		free(b->value);
		free(b->text);
		json_decref(b->at);
		*b = r->because.items[--r->because.count];
		i--;
	}
}

static void explain(struct co_reading *r, const struct co_vote_class *c, const char *field, const char *value)
{
	const struct co_votes *v = r->in->votes;
	struct co_span span;

	forget(r, field);
	if (co_votes_reason(v, &r->s, r->in->vocabulary, (size_t)(c - v->classes), &span) < 0)
		return;
	co_reading_because(r, field, value, span.first, span.last);
	co_reading_use(r, span.first, span.last);
}

/* The sentences that were learned from know no subject of a site's own: its phrases have the last word. */
static int is_voted(const struct co_tally *t, const char *subject)
{
	size_t i;

	for (i = 0; *subject && i < t->votes->count; i++)
		if (is_class(&t->votes->classes[i], 0, subject))
			return 1;
	return !*subject;
}

/* In how many of a hundred the leader is wrong, by its lead. */
static int doubt_of(int ahead)
{
	static const unsigned char by_half_nat[] = { 50, 38, 27, 18, 12, 8, 5, 3, 2, 1 };
	size_t step = ahead < 0 ? 0 : (size_t)(ahead / (NAT / 2));

	return step < CO_COUNT(by_half_nat) ? by_half_nat[step] : 0;
}

static void settle_subject(struct co_reading *r, const struct co_tally *t)
{
	const struct lead l = leader(t, 0);
	struct co_entry entry;
	char name[64];

	if (!is_voted(t, r->subject))
		return;
	r->doubt += doubt_of(l.ahead);
	if (!l.best || l.best->len >= sizeof(name) || is_class(l.best, 0, r->subject))
		return;
	memcpy(name, l.best->name, l.best->len);
	name[l.best->len] = '\0';
	if (co_vocabulary_find(r->in->vocabulary, CO_WORD_SUBJECT, name, &entry) < 0)
		return;
	if (!*r->subject && ahead_of(t, "unclear") < ASKED)
		return;
	r->subject = entry.name;
	r->vague = strcmp(entry.name, "health") == 0;
	explain(r, l.best, "subject", entry.name);
}

static void settle_verb(struct co_reading *r, const struct co_tally *t)
{
	const struct lead l = leader(t, 1);
	int verb;

	r->doubt += doubt_of(l.ahead);
	if (!l.best || is_class(l.best, 1, co_enum_name(co_verb_names, r->verb)))
		return;
	for (verb = CO_VERB_INVESTIGATE; verb < CO_VERB_REMEDIATE; verb++)
		if (is_class(l.best, 1, co_enum_name(co_verb_names, verb))) {
			r->verb = verb;
			explain(r, l.best, "verb", co_enum_name(co_verb_names, verb));
		}
}

void co_ballot_phrases(const struct co_reading *r, co_vote_feature_fn *each, void *context)
{
	char said[CO_VOTE_FEATURE];

	snprintf(said, sizeof(said), "=%s", r->subject && *r->subject ? r->subject : "none");
	each(context, said, 0, 0);
	snprintf(said, sizeof(said), "=%s", co_enum_name(co_verb_names, r->action ? CO_VERB_REMEDIATE : r->verb));
	each(context, said, 0, 0);
	if (r->objection != CO_CLEAR)
		each(context, r->objection == CO_UNCLEAR_PLATFORM ? "=platform" : "=not-ops", 0, 0);
}

static void count(const struct co_reading *r, struct co_tally *t)
{
	co_votes_features(&r->s, r->in->vocabulary, co_tally_add, t);
	co_ballot_phrases(r, co_tally_add, t);
}

int co_ballot_is_look(const struct co_reading *r)
{
	struct co_tally t = { r->in->votes, { 0 } };

	if (!t.votes || !t.votes->count)
		return 0;
	count(r, &t);
	return ahead_of(&t, "remediate") >= LOOK && ahead_of(&t, "unclear") >= LOOK;
}

/* What is changed goes by its own name; "deployment" is also what is taken for want of another. */
static int says_object(const struct co_reading *r)
{
	struct co_entry entry;

	if (co_reading_has(r, "name") &&
	    (co_does(r, "scale") || (co_does(r, "set-image") && co_is_about(r, "deployment")) ||
	     co_is_about(r, "rbac")))
		return 1;
	return !co_is_about(r, "deployment") &&
	       co_vocabulary_find(r->in->vocabulary, CO_WORD_SUBJECT, r->subject, &entry) == 0 &&
	       strcmp(entry.class, "object") == 0;
}

enum co_unclear co_ballot_change(struct co_reading *r)
{
	struct co_tally t = { r->in->votes, { 0 } };

	if (!t.votes || !t.votes->count)
		return CO_CLEAR;
	count(r, &t);
	if (!co_constraint_holds(r, "dry-run") &&
	    (ahead_of(&t, "remediate") >= VETO || points_of(&t, 1, "unclear") - points_of(&t, 1, "remediate") >= VETO))
		return CO_UNCLEAR_TARGET;
	if (!says_object(r) && !r->setting)
		settle_subject(r, &t);
	return CO_CLEAR;
}

/* Somebody else's words, which are to outvote nothing. */
static int quotes_another(const struct co_reading *r)
{
	size_t t;

	for (t = 0; t < r->s.count; t++)
		if (r->s.tokens[t].flags & CO_TOKEN_FOREIGN)
			return 1;
	return 0;
}

void co_ballot_plain(struct co_reading *r)
{
	struct co_tally t = { r->in->votes, { 0 } };

	if (!t.votes || !t.votes->count || quotes_another(r))
		return;
	co_votes_features(&r->s, r->in->vocabulary, co_tally_add, &t);
	if (ahead_of_answer(&t, 0, r->subject) >= PLAIN)
		settle_subject(r, &t);
	if (ahead_of_answer(&t, 1, co_enum_name(co_verb_names, r->verb)) >= PLAIN)
		settle_verb(r, &t);
}

enum co_unclear co_ballot_look(struct co_reading *r)
{
	struct co_tally t = { r->in->votes, { 0 } };

	if (!t.votes || !t.votes->count)
		return r->objection;
	count(r, &t);
	if (r->objection != CO_CLEAR && ahead_of(&t, "unclear") < OVERRULE)
		return r->objection;
	if (ahead_of(&t, "remediate") <= -CHANGE)
		return CO_UNCLEAR_TARGET;
	if (ahead_of(&t, "unclear") <= -DOUBT)
		return CO_UNCLEAR_SUBJECT;
	settle_subject(r, &t);
	settle_verb(r, &t);
	return CO_CLEAR;
}
