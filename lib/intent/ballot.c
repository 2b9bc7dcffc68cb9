/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Verb and subject of a look, by the phrases of the vocabulary and the votes of all words together.
 * A change is never voted for: it stands in plain words, or it is not understood.
 */
#include "intent/reading.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* In sixteenths of a natural logarithm, as votes are. */
enum {
	NAT = 16,
	PHRASE = 4 * NAT,      /* what a phrase of the vocabulary counts for its subject or verb */
	NEAR_PHRASE = 3 * NAT, /* the same when it had a rival */
	CLEARLY = 3 * NAT,     /* by how much it leads where nine of ten unseen sentences were read rightly */
	FOUND = NAT,	       /* by how much a subject must lead that no phrase names */
	CHANGE = 2 * NAT,      /* by how much a change must lead for a look to be no answer */
};

struct lead {
	const struct co_vote_class *best;
	int ahead; /* of the next */
};

static int is_class(const struct co_vote_class *c, int verb, const char *name)
{
	return c->verb == verb && strlen(name) == c->len && memcmp(c->name, name, c->len) == 0;
}

static int points_of(const struct co_votes *v, const int *points, int verb, const char *name)
{
	size_t i;

	for (i = 0; i < v->count; i++)
		if (is_class(&v->classes[i], verb, name))
			return points[i];
	return 0;
}

static void prefer(const struct co_votes *v, int *points, int verb, const char *name, int more)
{
	size_t i;

	for (i = 0; i < v->count; i++)
		if (is_class(&v->classes[i], verb, name))
			points[i] += more;
}

static int is_look(const struct co_vote_class *c)
{
	return !is_class(c, 1, "remediate");
}

static struct lead leader(const struct co_votes *v, const int *points, int verb)
{
	struct lead l = { NULL, INT_MAX };
	int best = INT_MIN, next = INT_MIN;
	size_t i;

	for (i = 0; i < v->count; i++) {
		const struct co_vote_class *c = &v->classes[i];

		if (c->verb != verb || is_class(c, verb, "unclear") || !is_look(c))
			continue;
		if (points[i] > best) {
			next = best;
			best = points[i];
			l.best = c;
		} else if (points[i] > next) {
			next = points[i];
		}
	}
	l.ahead = next == INT_MIN ? INT_MAX : best - next;
	return l;
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

/* Is a look likelier than a change, or than nothing that can be answered? */
static int is_asked(const struct co_votes *v, const int *points)
{
	const struct lead look = leader(v, points, 1);
	int most = look.best ? points[look.best - v->classes] : 0;

	return most > points_of(v, points, 1, "remediate") && most > points_of(v, points, 1, "unclear");
}

static void settle_subject(struct co_reading *r, int *points)
{
	const struct co_votes *v = r->in->votes;
	struct co_entry entry;
	struct lead l;
	char name[64];

	if (*r->subject)
		prefer(v, points, 0, r->subject, r->margin < 2 ? NEAR_PHRASE : PHRASE);
	l = leader(v, points, 0);
	r->close = l.ahead < CLEARLY;
	if (!l.best || l.best->len >= sizeof(name) || is_class(l.best, 0, r->subject))
		return;
	memcpy(name, l.best->name, l.best->len);
	name[l.best->len] = '\0';
	if (co_vocabulary_find(r->in->vocabulary, CO_WORD_SUBJECT, name, &entry) < 0)
		return;
	if (!*r->subject && (l.ahead < FOUND || points[l.best - v->classes] <= points_of(v, points, 0, "unclear") ||
			     !is_asked(v, points)))
		return;
	r->subject = entry.name;
	r->vague = strcmp(entry.name, "health") == 0;
	explain(r, l.best, "subject", entry.name);
}

/* Returns which look leads. */
static struct lead settle_verb(struct co_reading *r, int *points)
{
	const struct co_votes *v = r->in->votes;
	struct lead l;
	int verb;

	prefer(v, points, 1, co_enum_name(co_verb_names, r->verb), r->verb_from ? PHRASE : NEAR_PHRASE);
	l = leader(v, points, 1);
	if (!l.best || is_class(l.best, 1, co_enum_name(co_verb_names, r->verb)))
		return l;
	for (verb = CO_VERB_INVESTIGATE; !is_class(l.best, 1, co_enum_name(co_verb_names, verb)); verb++)
		;
	r->verb = verb;
	explain(r, l.best, "verb", co_enum_name(co_verb_names, verb));
	return l;
}

enum co_unclear co_ballot_settle(struct co_reading *r)
{
	int points[CO_VOTE_CLASSES];
	const struct co_votes *v = r->in->votes;
	struct lead look;

	if (!v || !v->count)
		return CO_CLEAR;
	co_votes_count(v, &r->s, r->in->vocabulary, points);
	settle_subject(r, points);
	look = settle_verb(r, points);
	if (look.best && points_of(v, points, 1, "remediate") - points[look.best - v->classes] >= CHANGE)
		return CO_UNCLEAR_TARGET;
	return CO_CLEAR;
}
