/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The words of a change that gave nothing: small talk, a comment that tells why it is wanted, or
 * words that could turn the request or be an object of it. Those make it unclear.
 */
#include "intent/change/change.h"

#include <string.h>

static int is_left_over(const struct co_reading *r, size_t t)
{
	if (co_says_any(r, t, "until till") && (t + 1 == r->s.count || co_reading_starts_part(r, t + 1)))
		return 0; /* of a hold; how long was left out */
	return !(r->s.tokens[t].flags & (CO_TOKEN_USED | CO_TOKEN_FOREIGN)) && !co_talk_is_small(r, t);
}

/* "web-shop (qa-7)": one word of no meaning behind a name may well be where it is. */
static int could_be_place(const struct co_reading *r, size_t t)
{
	return t > 0 && (r->s.tokens[t].flags & CO_TOKEN_ASIDE) && !(r->s.tokens[t - 1].flags & CO_TOKEN_ASIDE) &&
	       (r->s.tokens[t - 1].flags & CO_TOKEN_NAME) &&
	       (t + 1 == r->s.count || !(r->s.tokens[t + 1].flags & CO_TOKEN_ASIDE)) &&
	       !co_reading_covered_by(r, t, "polite common");
}

/* "finished jobs fill up recs, ...": of many of a kind, a name of the inventory that was not taken for one may say where. */
static int could_say_where(const struct co_reading *r, size_t t)
{
	return !r->s.tokens[t].inventory && !co_reading_has_any(r, "name node namespace") &&
	       co_names_find(r->in->names, r->s.tokens[t].text, 0);
}

/* "walk-in customers", "check-in kiosks" */
static int is_sort_of_people(const struct co_reading *r, size_t t)
{
	return co_reading_covered(r, t, "common") && t + 1 < r->s.count && !r->s.tokens[t + 1].before &&
	       co_token_is_plural(&r->s.tokens[t + 1]) && !co_match_at(&r->m, t + 1, CO_WORD_KIND);
}

/* Could turn the request, or be an object of it. */
static int could_matter(const struct co_reading *r, size_t t)
{
	return could_be_place(r, t) || could_say_where(r, t) || co_token_is_figure(&r->s.tokens[t]) ||
	       co_reading_covered_by(r, t, "condition quantifier negation") ||
	       (co_token_is_made(&r->s.tokens[t]) && !is_sort_of_people(r, t));
}

/* "for black friday" */
int co_talk_is_occasion(const struct co_reading *r, size_t t)
{
	return co_says(r, t, "for") && t > r->action->last && t + 1 < r->s.count &&
	       !(r->s.tokens[t + 1].flags & (CO_TOKEN_KNOWN | CO_TOKEN_FACT | CO_TOKEN_USED | CO_TOKEN_QUOTED)) &&
	       !co_token_is_made(&r->s.tokens[t + 1]) && !(r->s.tokens[t].flags & CO_TOKEN_USED);
}

/* Behind an aside the request goes on. */
static int ends_aside(const struct co_reading *r, size_t t)
{
	return t > 0 && (r->s.tokens[t - 1].flags & CO_TOKEN_ASIDE) && !(r->s.tokens[t].flags & CO_TOKEN_ASIDE);
}

int co_talk_starts(const struct co_reading *r, size_t t)
{
	if (co_talk_is_occasion(r, t) || ends_aside(r, t))
		return 1;
	return co_reading_starts_part(r, t) ||
	       (co_reading_covered(r, t, "reason") && (t == 0 || !co_reading_covered(r, t - 1, "reason")));
}

size_t co_talk_end(const struct co_reading *r, size_t first)
{
	size_t t;

	for (t = first + 1; t < r->s.count; t++)
		if (co_talk_starts(r, t))
			break;
	return t;
}

/* What a part names, values left out. */
static size_t count_facts(const struct co_reading *r, size_t first, size_t past)
{
	size_t t, n = 0;

	for (t = first; t < past; t++)
		n += (r->s.tokens[t].flags & (CO_TOKEN_FACT | CO_TOKEN_NAME)) &&
		     !(r->s.tokens[t].flags & CO_TOKEN_VALUE);
	return n;
}

static int is_value(const struct co_reading *r, size_t t)
{
	int age;

	if (co_change_is_of_told(r, t))
		return 0;
	age = co_reading_has(r, "name") && t >= r->when.age_span.first && t <= r->when.age_span.last;

	return (r->s.tokens[t].flags & CO_TOKEN_VALUE) && !age; /* "it is two years old" is no value */
}

/* Of every slot there is one value: nothing is told of a second object, or of another place. */
static int is_one_object(const struct co_reading *r)
{
	const char *slot;
	json_t *value;

	json_object_foreach(r->target, slot, value)
		if (!json_is_string(value) && strcmp(slot, "kind") != 0 &&
		    !(strcmp(slot, "name") == 0 && co_does(r, "revoke")))
			return 0; /* a grant has two names */
	return 1;
}

/* The name of the object stands in the part. */
static int holds_object(const struct co_reading *r, size_t first, size_t past)
{
	for (; first < past; first++)
		if (co_reading_is_object(r, first))
			return 1;
	return 0;
}

/* "web-shop is stuck, restart it": what is told names the one object of the change, or its place. */
static int names_object(const struct co_reading *r, size_t first, size_t past)
{
	size_t t;

	for (t = first; t < past; t++)
		if (is_value(r, t))
			return 0;
	if (!co_reading_has(r, "name") && count_facts(r, first, past) == count_facts(r, 0, r->s.count))
		return 1;
	return is_one_object(r) && holds_object(r, first, past);
}

/* "nobody runs tests now", "those are gone": of a comment, whoever is meant. */
static int is_harmless(const struct co_token *t)
{
	static const char words[] = "nobody nothing none these those any some most several many few both another as";

	return co_token_is_any(t, words);
}

static int is_somebody(const struct co_token *t)
{
	return co_token_is_any(t, "we they he she");
}

/* "nobody read it", "it idles": behind such a subject stands its verb. */
static int is_verb_behind(const struct co_reading *r, size_t t)
{
	return is_somebody(&r->s.tokens[t - 1]) ||
	       (co_says_any(r, t - 1, "nobody somebody someone everybody everyone it i") &&
		!co_reading_covered_by(r, t, "polite filler object"));
}

static int delays(const struct co_token *t)
{
	return co_token_is_any(t, "when whenever once after as unless if until later");
}

/*
 * What turns or delays a statement turns no request: "sale starts in an hour", "it was never on". A statement
 * has a subject of its own, that nobody knows, or starts as a reason does.
 */
static int is_of_statement(const struct co_reading *r, size_t first, size_t t)
{
	size_t i;

	if (co_token_is_made(&r->s.tokens[t]))
		return 0;
	if (is_harmless(&r->s.tokens[t]))
		return first + 1 < r->s.count && !co_talk_starts(r, first + 1);
	if (co_reading_covered(r, t, "quantifier"))
		return 0;
	if (!co_reading_covered(r, t, "condition"))
		return co_reading_covered(r, t, "negation") && co_reading_covered(r, first, "reason");
	if (delays(&r->s.tokens[t]))
		return 0;
	for (i = first; i + 1 < t; i++)
		if (is_somebody(&r->s.tokens[i]) || (is_left_over(r, i) && !(r->s.tokens[i].flags & CO_TOKEN_KNOWN)))
			return !co_reading_covered(r, t - 1, "object");
	return co_reading_covered(r, t, "negation") && co_reading_covered(r, first, "reason");
}

static int is_turning(const struct co_token *t)
{
	static const char words[] =
		"if unless except but only or either instead rather whether maybe perhaps might must should shall may ought "
		"please else other others rest wait you excluded exempt meant stays stay do apart limits";

	return co_token_is_any(t, words);
}

/* "nothing", "no requests": a subject like any other. Other words of condition or negation open no statement. */
static int opens_statement(const struct co_reading *r, size_t t)
{
	if (co_match_at(&r->m, t, CO_WORD_ACTION) && co_match_at(&r->m, t, CO_WORD_ACTION)->weight < CO_PHRASE_STRONG)
		return 0;
	return co_says_any(r, t, "nobody nothing none no") || !co_reading_covered_by(r, t, "condition negation");
}

/* "is to be spared", "has to remain" */
static int is_to_be(const struct co_reading *r, size_t t)
{
	return co_says(r, t, "to") && t + 1 < r->s.count &&
	       (co_says_any(r, t + 1, "be stay remain keep do live have") || co_match_at(&r->m, t + 1, CO_WORD_ACTION));
}

/* "it needs 300Mi but requests 4Gi": more of the same tale. */
static int is_but_told(const struct co_reading *r, size_t t, size_t past)
{
	return co_says(r, t, "but") && t + 2 < past &&
	       co_says_any(r, t + 1, "requests has uses gets takes is was runs does asks");
}

/* "stock-sync must not run while ..., suspend it": a demand that is the request itself, told first. */
static int demands_same(const struct co_reading *r, size_t t)
{
	const struct co_match *m = co_match_at(&r->m, t, CO_WORD_ACTION);

	return m && m->last > m->first && m->last < r->action->first &&
	       (co_match_is(m, r->act.name) || co_match_is(m, r->action->entry.name));
}

/* A subject and its verb, and none of the words that turn a request: "the canary throws 500s", "we changed nginx.conf". */
int co_talk_is_statement(const struct co_reading *r, size_t first, size_t past)
{
	static const char verbs[] = "want wants need expect expects ask asked found finds lets let idles costs";
	size_t t, verb = past;

	while (first < past && (co_reading_covered(r, first, "and") || co_reading_covered(r, first, "polite") ||
				co_says_any(r, first, "as because since")))
		first++;
	if (first >= past || !opens_statement(r, first))
		return 0;
	for (t = first; t < past; t++) {
		if (t > first && verb == past && delays(&r->s.tokens[t]))
			return 0;
		if (demands_same(r, t))
			return 1;
		if ((is_turning(&r->s.tokens[t]) && !(verb < t && is_but_told(r, t, past))) || is_to_be(r, t) ||
		    is_value(r, t) || co_match_at(&r->m, t, CO_WORD_CONSTRAINT))
			return 0;
		if (t == first && t > r->action->last && co_says_any(r, t, "costs idles wastes eats leaks hangs"))
			verb = t; /* "..., costs 400 dollars a month" */
		if (t > first && verb == past && !co_says_any(r, t - 1, "that which who whose") &&
		    (co_reading_covered_by(r, t, "tells says") || co_says(r, t, "says") ||
		     co_reading_covered(r, t, "trouble") || co_says_any(r, t, verbs) || is_verb_behind(r, t)))
			verb = t;
	}
	return verb < past;
}

/* A number, a share, a code: "40 seconds", "96%", "500s", "1.2.3" */
static int is_measure(const struct co_token *t)
{
	return co_token_is_figure(t) && !strpbrk(t->text, "-/:_");
}

/*
 * In a statement, a figure or a negation is only told. Not so behind a request with a value of its own ("to 3, 5 is
 * better"), and not a name that nobody knows, where the request itself does not name its object: "it" may be that.
 */
static int is_only_told(const struct co_reading *r, size_t t)
{
	size_t first = co_reading_part_start(r, r->action->first);

	if ((co_does(r, "resize") &&
	     strchr(r->s.tokens[t].text, '%')) || /* "60Gi for X, it is at 96%", "..., 40 is too small" */
	    (is_measure(&r->s.tokens[t]) && co_reading_starts_part(r, t) &&
	     (co_says_any(r, t + 2, "too full") || (co_says(r, t + 2, "not") && co_says(r, t + 3, "enough")))))
		return 1;
	if (co_token_is_made(&r->s.tokens[t]) || is_measure(&r->s.tokens[t])) {
		if (t > r->action->last && json_object_size(r->parameters))
			return 0;
		return is_measure(&r->s.tokens[t]) || co_token_is_class(&r->s.tokens[t]) ||
		       holds_object(r, first, co_talk_end(r, r->action->last));
	}
	return !could_be_place(r, t) && !could_say_where(r, t);
}

/* "almost full (93%)" */
static int is_remark(const struct co_reading *r, size_t t)
{
	return (r->s.tokens[t].flags & CO_TOKEN_ASIDE) && is_measure(&r->s.tokens[t]) && t < r->action->first;
}

/* "QA said yes: ...", not "bob says: ...", "the log shows this: ..." */
static int is_introduction(const struct co_reading *r, size_t first, size_t past)
{
	static const char quoting[] = "this that following it reads wrote writes asks orders ordered is are was were";
	static const char texts[] =
		"text alert message ticket note doc docs runbook playbook page mail email log comment title output line header "
		"banner chat prompt";
	size_t t;

	for (t = first; t < past; t++)
		if (co_says_any(r, t, texts) && !(t + 1 < past && co_says(r, t + 1, "group")))
			return 0;
	if (co_says_any(r, first, "before ahead prior for") && past > first + 2)
		return !r->when.has_window; /* "before we touch it: snapshot of X" */
	if (past < first + 3 || co_reading_covered(r, past - 1, "says") || co_says_any(r, past - 1, quoting))
		return 0;
	return co_talk_is_statement(r, first, past);
}

/* "web-shop stays as it is", "nobody may touch prod" */
static int forbids(const struct co_reading *r, size_t first, size_t past)
{
	int negated = 0, modal = 0;
	size_t t;

	for (t = first; t < past; t++) {
		if (co_says_any(r, t, "stays stay excluded exempt untouched spared spare alone") && is_left_over(r, t))
			return 1;
		negated |= co_reading_covered(r, t, "negation");
		modal |= co_says_any(r, t, "may must should shall can");
	}
	return negated && modal && !holds_object(r, first, past);
}

/* "once QA agrees", "wait until I say so" */
static int is_put_off(const struct co_reading *r, size_t first, size_t past)
{
	if (past > first + 1 && co_says(r, past - 1, "when") && first > r->action->last)
		return 1; /* "I tell you when" */
	if (co_delay_is(r, first, co_reading_part_end(r, first)))
		return 1;
	if (!co_says_any(r, first, "once wait hold") || past < first + 3 || co_says(r, first + 1, "for") ||
	    (r->s.tokens[first].flags & CO_TOKEN_USED))
		return 0;
	return !co_says_any(r, first + 1, "more again");
}

/* A part with words left over is talk if it names nothing, commands nothing, turns nothing, and quotes nobody ("bob: ..."). */
static int is_talk(const struct co_reading *r, size_t first, size_t past)
{
	int statement = co_talk_is_statement(r, first, past);
	size_t t;

	if (r->action->first < past && r->action->last >= first)
		return 0;
	if (past < r->s.count && r->s.tokens[past].before == ':' && !is_introduction(r, first, past))
		return 0;
	if (co_objection_is(r, first, past) || is_put_off(r, first, past))
		return 0;
	if (count_facts(r, first, past) && (!names_object(r, first, past) || forbids(r, first, past)))
		return 0;
	for (t = first; t < past; t++) {
		if (is_left_over(r, t) && could_matter(r, t) && !is_of_statement(r, first, t) &&
		    !(statement && is_only_told(r, t)) && !is_remark(r, t))
			return 0;
	}
	return 1;
}

/* "create a network policy which denies all ingress": from there on, what it is to be like. */
static size_t end_of_request(const struct co_reading *r)
{
	size_t t, i;

	if (!co_change_is_new(r))
		return r->s.count;
	for (t = r->action->last + 1; t < r->s.count; t++)
		if (co_says_any(r, t, "which that"))
			break;
	for (i = t; i < r->s.count; i++)
		if (is_turning(&r->s.tokens[i]) || delays(&r->s.tokens[i]))
			return r->s.count; /* "..., but not in prod" */
	return t;
}

enum co_unclear co_talk_check(struct co_reading *r)
{
	size_t first, past, t, end = end_of_request(r);

	for (first = 0; first < r->s.count; first = past) {
		past = co_talk_end(r, first);
		if (first == end)
			continue;
		past = first < end && past > end ? end : past;
		for (t = first; t < past && !is_left_over(r, t); t++)
			;
		if ((t == past && !is_put_off(r, first, past) && !co_objection_is(r, first, past)) ||
		    is_talk(r, first, past))
			continue;
		t = t < past ? t : first;
		r->culprit_token = t;
		return CO_UNCLEAR_WORDS;
	}
	return CO_CLEAR;
}
