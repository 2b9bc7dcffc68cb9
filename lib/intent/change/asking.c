/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Commands without a verb at their start: phrases that ask by themselves ("needs a restart", "should be 6
 * replicas"), and those that only name what is to become of what stands before them ("web-shop back to 4").
 */
#include "intent/change/change.h"

#include <string.h>

/* "login-gateway back to revision 41": without a verb there may be nothing before it but what it is about. */
static int is_elliptic(const struct co_reading *r, const struct co_match *m)
{
	static const char starts[] =
		"to on back down up more fewer less twice half memory cpu limits requests replica pod instance copy task pods "
		"replicas instances copies tasks gp2 gp3 io1 io2 storage disk size only traffic encryption default desired";

	if (m->first < m->last && co_says_any(r, m->first + 1, "be must should have need"))
		return 0; /* "is to be restarted", "pods must be moved off" */
	return co_says_any(r, m->first, starts);
}

int co_asking_is_bare(const struct co_reading *r, size_t t)
{
	static const char disks[] = "gp2 gp3 io1 io2 st1 sc1";
	const struct co_token *token = &r->s.tokens[t];

	if (co_token_is_any(token, "of for in on at the"))
		return 1;
	if (co_token_is(token, "from") && t + 1 < r->s.count &&
	    (co_token_is_any(token + 1, disks) || (co_token_is_figure(token + 1) && !strchr(token[1].text, ':'))))
		return 1;
	return token->inventory || !(token->flags & CO_TOKEN_KNOWN) || co_token_is_any(token, disks) ||
	       (token->flags & CO_TOKEN_QUOTED) || co_reading_covered(r, t, "polite") ||
	       co_reading_over(r, t, CO_WORD_KIND) || co_reading_over(r, t, CO_WORD_UNIT) ||
	       co_reading_over(r, t, CO_WORD_PLATFORM) || co_reading_over(r, t, CO_WORD_REGION) ||
	       co_match_at(&r->m, t, CO_WORD_PROGRAM);
}

/* "memory limit of X to 2Gi" */
static int is_property(const struct co_token *t)
{
	static const char words[] =
		"memory cpu limit limits request requests image tag version retention size replicas count number ram mem";

	return co_token_is_any(t, words);
}

/* A number, or what has one, not far behind "to", and no time: "2:30 to 4:00". */
static int has_value(const struct co_reading *r, size_t t)
{
	size_t past = t + 4;
	int64_t number;

	if (r->when.has_window && r->when.window_span.first < t && t <= r->when.window_span.last)
		return 0;
	for (; t < past && t < r->s.count && !co_reading_starts_part(r, t); t++)
		if (strpbrk(r->s.tokens[t].text, "0123456789") || co_number_read(&r->s, &r->m, t, &number))
			return !r->s.tokens[t].inventory;
	return 0;
}

/* "n2-standard-8", "db.r6g.xlarge" */
static int is_size_name(const struct co_reading *r, size_t t)
{
	const char *text = t < r->s.count ? r->s.tokens[t].text : "";

	if (*text >= '0' && *text <= '9' &&
	    (strpbrk(text, "GgMmTtKk") || co_says_any(r, t + 1, "gi gb gib tb tib gigs")))
		return 1; /* "40Gi" */
	return strpbrk(text, "0123456789") && strpbrk(text, ".-_") && *text >= 'a' && *text <= 'z' &&
	       !strpbrk(text, ":/") && !r->s.tokens[t].inventory;
}

/* Nothing, or how long and where: "must not run any more", "should pause on prod-eu". */
static int ends_request(const struct co_reading *r, size_t t)
{
	if (t >= r->s.count || co_reading_starts_part(r, t) ||
	    co_says_any(r, t, "any anymore until till for now please pls again at then there here too") ||
	    (r->s.tokens[t].flags & CO_TOKEN_USED))
		return 1;
	return co_says_any(r, t, "in on") && t + 1 < r->s.count &&
	       (r->s.tokens[t + 1].inventory || co_match_at(&r->m, t + 1, CO_WORD_KIND));
}

/* "memory", "for": asks only where nothing else is said, "card-auth: limits 1 cpu, 1Gi", "60Gi for pvc X". */
static int is_terse(const struct co_reading *r, const struct co_match *m)
{
	static const char words[] =
		"memory cpu limits limit requests request ram replicas pods instances tasks copies min max minimum maximum for "
		"the of image retention";

	return m->weight == CO_PHRASE_STRONG && co_says_any(r, m->first, words) && co_says_any(r, m->last, words);
}

enum said { SAID_ELSE, SAID_OF, SAID_VALUE, SAID_OBJECT };

static enum said what_is(const struct co_reading *r, size_t t)
{
	static const char properties[] =
		"desired min max minimum maximum pod pods instances tasks copies core cores gi gb gib mi mb mib tb "
		"of for in the a an and";
	const struct co_token *token = &r->s.tokens[t];
	const struct co_match *kind;
	int64_t number;

	if (t >= r->s.count || (token->flags & CO_TOKEN_FOREIGN) ||
	    (token->inventory && (token->inventory->type == CO_NAME_NODE || token->inventory->type == CO_NAME_HOST)))
		return SAID_ELSE;
	if (token->inventory || co_starts_with_any(token->text, "arn: /"))
		return SAID_OBJECT;
	if (co_token_is_class(token) || strchr(token->text, ':') ||
	    (co_number_read(&r->s, &r->m, t, &number) && !is_property(token)) ||
	    (co_token_is_figure(token) && !strchr(token->text, '%')))
		return SAID_VALUE;
	if (co_token_is_made(token) ||
	    (t > 0 && !(token->flags & CO_TOKEN_KNOWN) && co_reading_ending(r, t - 1, CO_WORD_KIND)))
		return SAID_OBJECT;
	if (is_property(token) || co_token_is_any(token, properties) || co_reading_covered(r, t, "polite") ||
	    co_reading_over(r, t, CO_WORD_UNIT) || co_reading_over(r, t, CO_WORD_REGION) ||
	    (co_token_is(token, "on") && what_is(r, t + 1) == SAID_OBJECT))
		return SAID_OF;
	kind = co_reading_over(r, t, CO_WORD_KIND);
	if (kind && !co_match_is(kind, "snapshot") && !co_token_is_plural(token))
		return SAID_OF;
	return co_reading_over(r, t, CO_WORD_SERVICE) ? SAID_OF : SAID_ELSE;
}

/* Values, what they are of, the object, and nothing else; with "for", a colon or "please", or the object first, it is no mere mention. */
static int is_all_said(const struct co_reading *r, const struct co_match *m)
{
	size_t first = co_reading_part_start(r, m->first), t, n[SAID_OBJECT + 1] = { 0 };
	enum said said, opens = SAID_ELSE;
	int meant = 0;

	for (t = co_reading_part_end(r, m->last); t-- > 0 && ((said = what_is(r, t)) || t >= first);) {
		const struct co_match *asks = co_match_at(&r->m, t, CO_WORD_ACTION);

		if (said == SAID_ELSE || (t < m->first && asks && is_terse(r, asks)) ||
		    (co_says(r, t, "for") && what_is(r, t + 1) == SAID_VALUE))
			return 0; /* the first asks; "for 2 hours" */
		n[said]++;
		opens = said > SAID_OF || co_says(r, t, "for") ? said : opens; /* "cpu for X 3 cores" may be told */
		meant |= co_says_any(r, t, "please pls plz") || r->s.tokens[t].before == ':' ||
			 (co_says(r, t, "for") && !n[SAID_VALUE]);
	}
	return n[SAID_VALUE] && n[SAID_OBJECT] && (meant || opens == SAID_OBJECT) && !r->s.question;
}

/* "a new SQS queue refund-retry in lark-dev": of what is made by its name, and nothing is told of it. */
static int is_new_thing(const struct co_reading *r, const struct co_match *m)
{
	static const char kinds[] =
		"bucket queue topic table stream namespace configmap networkpolicy serviceaccount poddisruptionbudget "
		"horizontalpodautoscaler storageclass log-group";
	const struct co_match *kind = m->last + 1 < r->s.count ? co_match_at(&r->m, m->last + 1, CO_WORD_KIND) : NULL;
	size_t t, past = co_reading_part_end(r, m->last);

	if (!kind || !co_match_is_any(kind, kinds) || co_token_is_plural(&r->s.tokens[kind->last]) || r->s.question ||
	    (m->words == 1 && !co_reading_has_word(r, 0, r->s.count, "please pls plz")))
		return 0;
	for (t = co_talk_has_wisher(r, m->first) ? 0 : m->first; !co_reading_starts_part(r, t); t--)
		if (!co_says_any(r, t - 1, "a i we") && !co_reading_covered(r, t - 1, "polite"))
			return 0;
	for (t = kind->last + 1; t < past; t++)
		if (!co_asking_is_bare(r, t) && !co_says_any(r, t, "called named"))
			return 0;
	return 1;
}

/* "ssh", "https": the signals port-22, port-443 ... */
static int is_port_name(const struct co_reading *r, size_t t)
{
	const struct co_match *m = co_match_at(&r->m, t, CO_WORD_SIGNAL);

	return co_reading_covered(r, t, "port") || (m && strncmp(m->entry.name, "port-", 5) == 0);
}

/* "rdp only from 10.8.0.0/24" */
static int is_only_from(const struct co_reading *r, const struct co_match *m)
{
	return co_says(r, m->first, "only") && co_says(r, m->last, "from");
}

/* "is a restart of X needed" */
static int is_of_question(const struct co_reading *r, size_t t)
{
	size_t first = co_reading_part_start(r, t), past = co_reading_part_end(r, t);

	if (co_reading_has_word(r, first, t, "what whether"))
		return 1; /* "tell me whether X may be deleted", "list what has to be rotated" */
	if (co_reading_covered(r, first, "polite"))
		return 0;
	if (first == 0 && co_says_any(r, 0, "is are was were does did why how"))
		return 1;
	if (past < r->s.count && r->s.tokens[past].before == '?')
		return 1; /* "should X be restarted? it looks odd" */
	for (; t < r->s.count; t++)
		if (co_says_any(r, t, "why how") && co_reading_starts_part(r, t) &&
		    !(r->s.tokens[t].flags & CO_TOKEN_FOREIGN))
			return 1; /* "..., why is it not" */
	return 0;
}

/* "who says it needs a restart", "can it be restarted?": in a question, or where it is only spoken of, nothing is asked for. */
static int is_of_talk(const struct co_reading *r, const struct co_match *m)
{
	if (r->look || (r->s.question && !co_reading_covered(r, 0, "polite")))
		return 1;
	if ((co_reading_covered(r, 0, "asking") && !co_says_any(r, 0, "every each a an")) ||
	    (m->first > 0 && co_reading_covered(r, m->first - 1, "negation")))
		return 1;
	return is_of_question(r, m->last);
}

/* "to copy it", "must not run as root": without the value, or with the words behind it, it says something else. */
static int says_else(const struct co_reading *r, const struct co_match *m)
{
	size_t next = m->last + 1;

	if (m->first > 0 && co_says_any(r, m->first - 1, "needed had was were"))
		return 1; /* "needed to be drained" */
	if (is_only_from(r, m))
		return !(next < r->s.count && strchr(r->s.tokens[next].text, '/')); /* "only from monday on" */
	if (co_says(r, m->last, "to") && !co_says(r, m->first, "traffic") && is_elliptic(r, m) && !has_value(r, next))
		return 1;
	if (m->last == m->first + 1 && co_says(r, m->first, "to") &&
	    co_says_any(r, m->last, "copy task instance pod replica"))
		return 1; /* "to copy its data" */
	if (co_says_any(r, m->first, "twice half") && co_says_any(r, next, "is are") &&
	    !co_says_any(r, next + 1, "enough plenty needed"))
		return 1; /* "twice as many pods are running" */
	if (co_says(r, m->last, "hold") && is_elliptic(r, m) && !co_says_any(r, next, "please pls plz until till"))
		return 1; /* "stock-sync on hold since monday" */
	if (co_match_is(m, "resize") && co_says(r, m->last, "be"))
		return !is_size_name(r, next); /* "must be fast" */
	if (co_says(r, m->last, "go"))
		return next < r->s.count && !co_reading_starts_part(r, next) &&
		       !co_reading_covered(r, next, "polite") && !co_says(r, next, "away"); /* "can go live" */
	return !ends_request(r, next) &&
	       ((co_match_is(m, "suspend") && co_says_any(r, m->last, "run fire start running firing")) ||
		(co_match_is(m, "modify") && co_says(r, 0, "all")) || /* "all gp2 to gp3 cost" */
		(co_says(r, m->first, "more") && co_reading_covered(r, m->last, "replicas")) ||
		(co_match_is(m, "encrypt") && co_says(r, m->last, "on")));
}

/* "login-gateway back to revision 41" */
static int stands_bare(const struct co_reading *r, const struct co_match *m)
{
	size_t t;

	for (t = m->first; !co_reading_starts_part(r, t); t--)
		if (!co_asking_is_bare(r, t - 1) && !is_property(&r->s.tokens[t - 1]) &&
		    !(t == 1 && co_says(r, 0, "all")) && !(is_only_from(r, m) && is_port_name(r, t - 1)))
			return 0;
	return 1;
}

int co_asking_is_command(const struct co_reading *r, const struct co_match *m)
{
	if (is_of_talk(r, m))
		return 0;
	if (co_match_is(m, "create") && co_says_any(r, m->last, "new a an"))
		return is_new_thing(r, m);
	if (is_terse(r, m))
		return is_all_said(r, m);
	return !says_else(r, m) && (!is_elliptic(r, m) || stands_bare(r, m));
}
