/* SPDX-License-Identifier: Apache-2.0 */
#include "intent/parse.h"

#include "base/escape.h"
#include "base/time.h"
#include "intent/change/change.h"
#include "intent/request.h"
#include "intent/target/target.h"
#include "intent/votes/ballot.h"

#include <stdlib.h>
#include <string.h>

/* ---- what the parts share */

/* A word that is known as a part of phrases only, none of which stands here, is any word: "checkout". */
static void forget(struct co_reading *r)
{
	size_t t = 0, i;

	for (i = 0; i < r->m.count; i++) {
		for (; t < r->m.items[i].first; t++)
			r->s.tokens[t].flags &= ~(unsigned)(CO_TOKEN_KNOWN | CO_TOKEN_FIXED);
		if (t <= r->m.items[i].last)
			t = r->m.items[i].last + 1;
	}
	for (; t < r->s.count; t++)
		r->s.tokens[t].flags &= ~(unsigned)(CO_TOKEN_KNOWN | CO_TOKEN_FIXED);
}

void co_reading_match(struct co_reading *r)
{
	co_matches_clear(&r->m);
	co_match_all(&r->m, &r->s, r->in->vocabulary);
	forget(r);
}

/* ---- what is left over */

/* Words that everybody knows; enough for a reading, not for a change. */

static int is_unused(const struct co_reading *r, size_t t)
{
	return !(r->s.tokens[t].flags & (CO_TOKEN_USED | CO_TOKEN_FOREIGN)) &&
	       !co_reading_covered_by(r, t, "common quantifier asking turn polite filler object and");
}

/* The first of the person's own words that gave nothing; count of tokens if there is none. */
static size_t first_unused(const struct co_reading *r)
{
	size_t t;

	for (t = 0; t < r->s.count; t++)
		if (is_unused(r, t) && !co_token_is_figure(&r->s.tokens[t]))
			return t;
	return r->s.count;
}

static int64_t count_unused(const struct co_reading *r)
{
	int64_t n = 0;
	size_t t;

	for (t = 0; t < r->s.count; t++)
		n += is_unused(r, t);
	return n;
}

/* ---- with no subject said: the state of what was named */

static int has_target(const struct co_reading *r)
{
	return json_object_size(r->target) > (r->assumed ? 1u : 0u);
}

/* More than a platform: "it does not work in kubernetes" says too little. */
static int has_place(const struct co_reading *r)
{
	const char *provider = co_reading_value(r, "provider");

	return json_object_size(r->target) >
	       (provider && strcmp(provider, "local") != 0 ? 1u : 0u) + (r->worded ? 1u : 0u);
}

/* "hello", "should we move": chat, unless something is named that could be looked at. */
static enum co_unclear check_chat(struct co_reading *r)
{
	r->culprit = co_reading_signal(r, "not-ops");
	if (!r->culprit || has_place(r))
		return CO_CLEAR;
	return has_target(r) && co_reading_signal(r, "trouble") ? CO_CLEAR : CO_UNCLEAR_NOT_OPS;
}

static int is_job(const struct co_reading *r)
{
	return co_change_runs_by_time(r) || co_reading_says_kind(r, "job");
}

static enum co_unclear default_subject(struct co_reading *r)
{
	int trouble = co_reading_signal(r, "trouble") || co_reading_states(r) ||
		      (co_reading_quotes(r) && co_reading_has_any(r, "name host")); /* "ledger-writer: "FATAL: ..."" */

	if (r->subject)
		return r->vague && !has_place(r) ? CO_UNCLEAR_SUBJECT : CO_CLEAR;
	if (!has_target(r) || (!r->verb_from && !trouble && count_unused(r) < 2))
		return CO_UNCLEAR_SUBJECT;
	if (!co_reading_has_any(r, "name host node url") && !co_reading_is(r, "provider", "local") && !trouble &&
	    r->verb != CO_VERB_INVESTIGATE)
		return CO_UNCLEAR_SUBJECT;
	r->culprit_token = first_unused(r);
	if (!trouble && r->culprit_token < r->s.count) {
		if (!co_reading_has_any(r, "name node host"))
			return CO_UNCLEAR_SUBJECT; /* it is about that word, whatever it is */
		r->guessed = 1;
	}
	r->subject = is_job(r) ? "job" : "health";
	r->margin = 2;
	return CO_CLEAR;
}

/* "high cpu on prod", where nothing is configured, must not become a look at this host. */
static enum co_unclear check_look(struct co_reading *r)
{
	enum co_unclear unclear = default_subject(r);

	size_t t;

	if (unclear != CO_CLEAR || !r->assumed)
		return unclear;
	for (t = 0; t < r->s.count; t++) {
		if (!is_unused(r, t) || (r->s.tokens[t].flags & CO_TOKEN_KNOWN))
			continue;
		r->culprit_token = t;
		return CO_UNCLEAR_PLACE;
	}
	return CO_CLEAR;
}

int co_reading_is_plain(const struct co_reading *r)
{
	return r->verb_from && r->subject && *r->subject && r->margin >= 2 && r->objection == CO_CLEAR &&
	       !count_unused(r);
}

enum co_unclear co_reading_phrases(struct co_reading *r)
{
	static enum co_unclear (*const steps[])(struct co_reading *) = { co_request_read, co_topic_read, co_target_read,
									 co_quantity_read };
	enum co_unclear unclear = CO_CLEAR;
	size_t i;

	for (i = 0; i < CO_COUNT(steps) && unclear == CO_CLEAR; i++)
		unclear = steps[i](r);
	if (unclear != CO_CLEAR)
		return unclear;
	if (!r->subject && !r->action)
		r->subject = ""; /* the verb may be settled without */
	if (r->action)
		co_change_refine(r);
	return co_request_settle(r);
}

static enum co_unclear read_look(struct co_reading *r)
{
	enum co_unclear unclear = CO_CLEAR;

	if (co_reading_is_plain(r))
		co_ballot_plain(r);
	else
		unclear = co_ballot_look(r);
	if (unclear != CO_CLEAR)
		return unclear;
	co_target_read_services(r);
	if (!*r->subject)
		r->subject = NULL;
	else if (co_is_about(r, "health") && is_job(r))
		r->subject = "job";
	unclear = check_chat(r);
	return unclear == CO_CLEAR ? check_look(r) : unclear;
}

static enum co_unclear read_all(struct co_reading *r)
{
	enum co_unclear unclear = co_reading_phrases(r);

	if (unclear == CO_CLEAR && !r->action)
		unclear = read_look(r);
	else if (r->objection != CO_CLEAR)
		unclear = r->objection;
	else if (unclear == CO_CLEAR)
		unclear = co_change_check(r);
	if (unclear == CO_CLEAR && r->action)
		unclear = co_ballot_change(r);
	if (unclear == r->objection && unclear != CO_CLEAR)
		r->culprit = r->objector;
	return unclear;
}

/* ---- confidence */

/* What makes a reading less sure: a near second subject, a default verb, corrected words, words that gave nothing. */
static int64_t flaws_of(const struct co_reading *r)
{
	int64_t unused = count_unused(r), flaws = unused > 6 ? 24 : unused * 4;
	size_t t;

	if (r->margin < 2)
		flaws += 9;
	if (!r->verb_from && !r->action)
		flaws += 9;
	for (t = 0; t < r->s.count; t++)
		if ((r->s.tokens[t].flags & (CO_TOKEN_FIXED | CO_TOKEN_FOREIGN)) == CO_TOKEN_FIXED ||
		    (r->s.tokens[t].flags & CO_TOKEN_NEAR))
			flaws += 6;
	if (!has_target(r))
		flaws += 6;
	if (r->guessed)
		flaws += 20;
	return r->worded ? flaws + 10 : flaws;
}

/*
 * Of a look, the votes say most. Measured on labelled sentences: at 80 and above at least 95 of 100 are right
 * (co-intent(5)).
 */
static int64_t confidence_of(const struct co_reading *r)
{
	int64_t points = 97 - (r->action ? flaws_of(r) : (50 * r->doubt + 25 * flaws_of(r)) / 100);

	return points < 5 ? 5 : points;
}

/* ---- out */

/* Takes a window over into the intent; "SINCE/UNTIL" stands in its reason. */
static struct co_window *take_window(struct co_reading *r, const char *field, const struct co_window *w,
				     const struct co_span *span)
{
	struct co_window *copy = co_xmalloc(sizeof(*copy));
	char text[2 * CO_TIME_LEN + 2];

	*copy = *w;
	co_time_format(text, w->since);
	text[CO_TIME_LEN] = '/';
	co_time_format(text + CO_TIME_LEN + 1, w->until);
	co_reading_because(r, field, text, span->first, span->last);
	return copy;
}

static size_t rank_of(const struct co_because *b)
{
	static const char *const order[] = { "verb", "action", "subject", "target", "window", "compare", "parameters" };
	size_t i;

	for (i = 0; i < CO_COUNT(order); i++)
		if (strncmp(b->field, order[i], strlen(order[i])) == 0)
			return i;
	return i;
}

static int by_field(const void *a, const void *b)
{
	const struct co_because *x = a, *y = b;
	size_t rx = rank_of(x), ry = rank_of(y);
	json_int_t ax = json_integer_value(json_array_get(x->at, 0)), ay = json_integer_value(json_array_get(y->at, 0));

	if (rx != ry)
		return rx < ry ? -1 : 1;
	if (ax != ay)
		return ax < ay ? -1 : 1;
	return strcmp(x->field, y->field);
}

static void fill(struct co_reading *r, struct co_intent *out)
{
	memset(out, 0, sizeof(*out));
	if (r->when.has_window)
		out->window = take_window(r, "window", &r->when.window, &r->when.window_span);
	if (r->when.has_compare)
		out->compare = take_window(r, "compare", &r->when.compare, &r->when.compare_span);
	out->verb = r->verb;
	out->action = r->action ? co_xstrdup(r->act.name) : NULL;
	out->subject = co_xstrdup(r->subject);
	out->target = json_incref(r->target);
	out->parameters = json_incref(r->parameters);
	out->constraints.items = r->constraints.items;
	out->constraints.count = r->constraints.count;
	if (r->because.count)
		qsort(r->because.items, r->because.count, sizeof(*r->because.items), by_field);
	out->because.items = r->because.items;
	out->because.count = r->because.count;
	r->constraints.items = NULL; /* transferred */
	r->because.items = NULL;
	r->constraints.count = r->because.count = 0;
	out->confidence = confidence_of(r);
	out->parser = co_xcalloc(1, sizeof(*out->parser));
	out->parser->kind = co_xstrdup("rules");
	out->parser->version = CO_PARSER_VERSION;
}

static int is_blank(const char *text, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if (text[i] != ' ' && text[i] != '\t' && text[i] != '\r' && text[i] != '\n')
			return 0;
	return 1;
}

static int check_text(const char *text, size_t len, struct co_err *err)
{
	if (memchr(text, '\0', len))
		return co_err_set(err, CO_ERR_INPUT, "bad-text", "the sentence holds a NUL byte");
	if (!co_utf8_valid(text, len))
		return co_err_set(err, CO_ERR_INPUT, "bad-text", "the sentence is not valid UTF-8");
	if (is_blank(text, len)) {
		co_err_set(err, CO_ERR_INPUT, "no-text", "the sentence is empty");
		return co_err_hint(err, "co-intent \"why is this machine slow\"");
	}
	if (len > CO_SENTENCE_BYTES) {
		co_err_set(err, CO_ERR_INPUT, "long-text", "the sentence has %zu bytes; at most %d are read", len,
			   CO_SENTENCE_BYTES);
		return co_err_hint(err, "ask for one thing at a time");
	}
	return CO_OK;
}

static int apply_scope(struct co_reading *r, struct co_err *err)
{
	const char *said = co_reading_value(r, "environment");

	if (!r->in->scope)
		return CO_OK;
	if (co_reading_has(r, "environment") && (!said || strcmp(said, r->in->scope) != 0))
		return co_err_set(err, CO_ERR_NO, "out-of-scope", "the sentence is about \"%s\", the scope is \"%s\"",
				  said ? said : "several environments", r->in->scope);
	json_object_set_new_nocheck(r->target, "environment", json_string_nocheck(r->in->scope));
	return CO_OK;
}

int co_reading_open(struct co_reading *r, const struct co_parser_input *input, const char *text, size_t len,
		    struct co_err *err)
{
	int rc = check_text(text, len, err);

	if (rc < 0)
		return rc;
	*r = (struct co_reading){ .in = input, .text = text, .target = json_object(), .parameters = json_object() };
	co_sentence_read(&r->s, text, len);
	co_place_read(r);
	co_sentence_look_up(&r->s, input->vocabulary);
	co_place_near(r);
	co_reading_match(r);
	co_correction_read(r);
	return CO_OK;
}

void co_reading_close(struct co_reading *r)
{
	size_t i;

	for (i = 0; i < r->constraints.count; i++)
		free(r->constraints.items[i]);
	free(r->constraints.items);
	for (i = 0; i < r->because.count; i++) {
		free(r->because.items[i].field);
		free(r->because.items[i].value);
		free(r->because.items[i].text);
		json_decref(r->because.items[i].at);
	}
	free(r->because.items);
	json_decref(r->target);
	json_decref(r->parameters);
	co_matches_clear(&r->m);
	co_sentence_clear(&r->s);
}

/* "somebody has to switch that vm off": an order that names nothing at all is no look at everything. */
static int orders_nothing(const struct co_reading *r)
{
	size_t t = r->action->first;

	if (co_reading_has_any(r, "name node host url namespace context cluster account region environment"))
		return 0;
	while (co_reading_covered(r, t - 1, "polite"))
		t--;
	return !r->s.question && (t == 0 || (t == 1 && co_reading_covered(r, 0, "object")));
}

/* A change that is not clear may be none: "memory should be fine, why ...", "replicas go back to 3 though I scale to 5". */
static enum co_look other_look(const struct co_reading *r, enum co_unclear why)
{
	if (r->action && orders_nothing(r))
		return CO_LOOK_OPEN;
	if (!r->action || (why != CO_UNCLEAR_TARGET && why != CO_UNCLEAR_WORDS && why != CO_UNCLEAR_TIE))
		return CO_LOOK_OPEN;
	if (co_ballot_is_look(r))
		return CO_LOOK_ONLY;
	return r->action->weight == CO_PHRASE_STRONG && why == CO_UNCLEAR_TARGET ? CO_LOOK_WEAKLY : CO_LOOK_OPEN;
}

static enum co_unclear read_again(struct co_reading *r, size_t len, enum co_look look)
{
	const struct co_parser_input *in = r->in;
	const char *text = r->text;
	struct co_err err = CO_ERR_INIT;

	co_reading_close(r);
	co_reading_open(r, in, text, len, &err);
	r->look = look;
	return read_all(r);
}

/* As it stands; if that is no clear change, as a look. */
static enum co_unclear read_best(struct co_reading *r, size_t len)
{
	enum co_unclear why = read_all(r);
	enum co_look look = other_look(r, why);

	return look == CO_LOOK_OPEN ? why : read_again(r, len, look);
}

int co_parse(const struct co_parser_input *input, const char *text, size_t len, struct co_intent *out,
	     struct co_err *err)
{
	struct co_reading r;
	enum co_unclear why;
	int rc = co_reading_open(&r, input, text, len, err);

	if (rc < 0)
		return rc;
	why = read_best(&r, len);
	rc = why == CO_CLEAR ? apply_scope(&r, err) : co_reading_refuse(&r, why, err);
	if (rc == CO_OK)
		fill(&r, out);
	co_reading_close(&r);
	return rc;
}
