/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Clauses beside a change that say what stays as it is ("but leave what runs there", "dont delete it", "the node
 * stays in service"), or that nobody has to wait. Where the change does not touch that anyway, the clause is taken out
 * of the sentence; else it is a condition that nothing here can keep, and its words make the change unclear.
 */
#include "intent/change/change.h"

#include <string.h>

enum manner {
	NO_MANNER,
	NO_WAIT,    /* "dont wait for the window" */
	SPARED,	    /* "but dont delete it": another action, which is not to be done */
	RUNNING,    /* "leave what runs there" */
	AROUND,	    /* "the node stays in service": what holds the object */
	ITSELF,	    /* "but keep the deployment" */
	UNTIL,	    /* "until the press people are gone" */
	UNTIL_TIME, /* "until monday", "until 18:00" */
	FORMER,	    /* "instead of what it has now" */
};

struct clause {
	enum manner manner;
	struct co_entry spared; /* action, of SPARED */
};

static size_t past_opening(const struct co_reading *r, size_t t, size_t past)
{
	while (t < past && co_says_any(r, t, "but and just only so please"))
		t++;
	return t;
}

/* Past "dont", "do not", "without", "no need to"; t if there is none. */
static size_t past_negation(const struct co_reading *r, size_t t, size_t past)
{
	if (t < past && co_says_any(r, t, "dont never without"))
		return t + 1;
	if (t + 1 < past && co_says(r, t, "do") && co_says(r, t + 1, "not"))
		return t + 2;
	if (t + 2 < past && co_says(r, t, "no") && co_says(r, t + 1, "need") && co_says(r, t + 2, "to"))
		return t + 3;
	return t;
}

static int are_all(const struct co_reading *r, size_t first, size_t past, const char *words)
{
	for (; first < past; first++)
		if (!co_says_any(r, first, words))
			return 0;
	return 1;
}

/* A name, or a word that turns or delays: more is said there. */
static int says_more(const struct co_reading *r, size_t first, size_t past)
{
	for (; first < past; first++)
		if (co_reading_covered_by(r, first, "condition negation") || co_reading_could_name(r, first) ||
		    (r->s.tokens[first].flags & CO_TOKEN_FOREIGN))
			return 1;
	return 0;
}

/* "until monday", "until QA says yes": how long something is held; more is said where that turns, or names a thing. */
static enum manner read_until(const struct co_reading *r, size_t first, size_t past)
{
	enum manner manner = UNTIL;

	if (!co_says_any(r, first, "until till") || co_reading_covered(r, first, "filler") || first + 1 >= past)
		return NO_MANNER;
	while (++first < past) {
		if (co_says_any(r, first, "tomorrow tonight") ||
		    co_delay_is_date(co_match_at(&r->m, first, CO_WORD_CALENDAR)) ||
		    strpbrk(r->s.tokens[first].text, "0123456789"))
			manner = UNTIL_TIME;
		else if (co_reading_covered(r, first, "and") || says_more(r, first, first + 1))
			return NO_MANNER;
	}
	return manner;
}

/* "what runs there", "the node itself": a thing without a name, and how it stays. */
static enum manner kept(const struct co_reading *r, size_t first, size_t past)
{
	static const char said[] =
		"the what whatever which that those all already currently is are its on there here alone as it they them "
		"untouched in up for now itself place service yet this please runs run running pods pod workloads existing ones "
		"enabled node machine host cluster namespace instance account deployment job cronjob user key vm database";

	if (first >= past || !are_all(r, first, past, said))
		return NO_MANNER;
	if (co_reading_has_word(r, first, past, "runs run running pods pod workloads existing"))
		return RUNNING;
	return co_reading_has_word(r, first, past, "node machine host cluster namespace") && !co_says(r, first, "it") ?
		       AROUND :
		       ITSELF;
}

/* "instead of what it has now", "rather than the current image", "instead of 15": nothing but what it is now */
static int is_former(const struct co_reading *r, size_t first, size_t past)
{
	static const char words[] =
		"of than what whatever the one ones it has had runs ran is there now today current currently present old "
		"image version tag that this uses used before please pls a an whole core cores cpu cpus gig gigs gb gi mb "
		"mi replica replicas pod pods vm vms";
	size_t t;

	for (t = first + 1; t < past; t++)
		if (!co_says_any(r, t, words) && !co_match_at(&r->m, t, CO_WORD_UNIT) &&
		    (r->s.tokens[t].inventory || !co_token_is_figure(&r->s.tokens[t])))
			return 0;
	return past > first + 2 && co_says_any(r, first, "instead rather");
}

/* The action that a word names: within a longer phrase ("do not drain") it is no match. */
static int names_action(const struct co_reading *r, size_t t, struct co_entry *out)
{
	return co_match_word(r->in->vocabulary, r->s.tokens[t].text, r->s.tokens[t].len, CO_WORD_ACTION, out) == 0;
}

static struct clause read_clause(const struct co_reading *r, size_t first, size_t past)
{
	static const char object[] =
		"it them yet the this that now please account instance node key job cronjob user vm";
	struct clause c = { .manner = NO_MANNER };
	size_t t = past_opening(r, first, past), next = past_negation(r, t, past);

	if (next >= past)
		return c;
	if (is_former(r, first, past))
		c.manner = FORMER;
	else if ((c.manner = read_until(r, first, past)) != NO_MANNER)
		return c;
	else if (next > t && co_says_any(r, next, "wait waiting") && !says_more(r, next, past))
		c.manner = NO_WAIT;
	else if (next > t && co_says(r, next, "touch"))
		c.manner = kept(r, next + 1, past);
	else if (next > t && next + 1 < past && names_action(r, next, &c.spared) && are_all(r, next + 1, past, object))
		c.manner = SPARED;
	else if (next == t && co_says_any(r, t, "leave keep spare"))
		c.manner = kept(r, t + 1, past);
	for (next = t + 1; c.manner == NO_MANNER && next < past; next++)
		if (co_says_any(r, next, "stays stay remains remain") &&
		    (next + 1 == past || kept(r, next + 1, past) != NO_MANNER))
			c.manner = kept(r, t, next);
	return c;
}

/* A deletion is no part of these, and a drain or an eviction none of a cordon. */
static int spares(const char *act, const char *spared)
{
	static const char keeping[] = "disable suspend pause stop cordon scale restrict revoke snapshot drain restart";

	if (strcmp(spared, "delete") == 0)
		return co_is_among(act, keeping);
	if (co_is_among(spared, "drain evict"))
		return strcmp(act, "cordon") == 0;
	return strcmp(spared, "stop") == 0 && co_is_among(act, "pause suspend");
}

static int is_harmless(const struct co_reading *r, const char *act, const struct clause *c)
{
	switch (c->manner) {
	case NO_WAIT:
		return 1;
	case SPARED:
		return spares(act, c->spared.name);
	case FORMER:
		return co_is_among(act, "set-image scale resize set-resources set-retention modify");
	case UNTIL_TIME:
		return co_is_among(act, "cordon suspend pause stop silence");
	case UNTIL:
		return co_is_among(act, "cordon suspend pause");
	case RUNNING:
		return co_is_among(act, "cordon suspend pause");
	case AROUND:
		return strcmp(act, "evict") == 0 ||
		       (co_is_among(act, "delete restart") && co_reading_says_kind(r, "pod"));
	case ITSELF:
		return co_is_among(act, "scale stop disable suspend pause cordon");
	case NO_MANNER:
	default:
		return 0;
	}
}

/* The first command before or behind the clause. */
static const struct co_match *command_beside(const struct co_reading *r, size_t first, size_t past)
{
	size_t i;

	for (i = 0; i < r->m.count; i++) {
		const struct co_match *m = &r->m.items[i];

		if (m->entry.type == CO_WORD_ACTION && (m->last < first || m->first >= past) &&
		    co_reading_is_command(r, m))
			return m;
	}
	return NULL;
}

static size_t past_clause(const struct co_reading *r, size_t t)
{
	if (t == 0 || !(co_says_any(r, t, "but without and until till instead rather") || co_reading_starts_part(r, t)))
		return t;
	return co_reading_part_end(r, t);
}

void co_manner_read(struct co_reading *r)
{
	size_t t, past, from;

	for (t = 1; t < r->s.count; t++) {
		struct clause c;
		const struct co_match *m;
		int ends;

		if ((past = past_clause(r, t)) == t)
			continue;
		c = read_clause(r, t, past);
		ends = c.manner == UNTIL || c.manner == UNTIL_TIME;
		from = c.manner == FORMER && co_reading_ending(r, t + 1, CO_WORD_ACTION) ?
			       t + 2 :
			       t + (size_t)ends; /* "it needs 80Gi instead of" */
		if (c.manner == NO_MANNER || !(m = command_beside(r, from, past)) ||
		    (ends && (m->first > t || m->first < co_reading_part_start(r, t))) ||
		    !is_harmless(r, m->entry.name, &c))
			continue;
		memmove(&r->s.tokens[from], &r->s.tokens[past], (r->s.count - past) * sizeof(*r->s.tokens));
		r->s.count -= past - from;
		co_reading_match(r);
		t--;
	}
}
