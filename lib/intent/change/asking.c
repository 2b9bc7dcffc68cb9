/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Commands without a verb at their start: phrases that ask by themselves ("needs a restart", "should be 6
 * replicas"), and those that only name what is to become of what stands before them ("web-shop back to 4").
 */
#include "intent/change/change.h"

#include <string.h>

/* "login-gateway back to revision 41": without a verb there may be nothing before it but what it is about. */
int co_asking_is_elliptic(const struct co_reading *r, const struct co_match *m)
{
	static const char starts[] =
		"to on back down up more fewer less twice half memory cpu limits requests retention replica pod instance copy "
		"task replicas pods instances copies tasks gp2 gp3 io1 io2 plus minus storage disk size only traffic encryption "
		"default desired";

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
	return token->inventory || !(token->flags & CO_TOKEN_KNOWN) ||
	       co_token_is_any(token, disks) || (token->flags & CO_TOKEN_QUOTED) ||
	       co_reading_covered(r, t, "polite") || co_reading_over(r, t, CO_WORD_KIND) || co_reading_over(r, t, CO_WORD_UNIT) ||
	       co_reading_over(r, t, CO_WORD_PLATFORM) || co_reading_over(r, t, CO_WORD_REGION) || co_match_at(&r->m, t, CO_WORD_PROGRAM);
}

/* "memory limit of X to 2Gi" */
static int is_property(const struct co_token *t)
{
	static const char words[] = "memory cpu limit limits request requests image tag version retention size replicas count number ram mem";

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

	if (*text >= '0' && *text <= '9' && (strpbrk(text, "GgMmTtKk") || co_says_any(r, t + 1, "gi gb gib tb tib gigs")))
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
	if (co_reading_covered(r, t, "reason") && !co_says(r, t, "as"))
		return 1;
	return co_says_any(r, t, "in on") && t + 1 < r->s.count && (r->s.tokens[t + 1].inventory ||
								    co_match_at(&r->m, t + 1, CO_WORD_KIND));
}

/* "please", "until monday": that is no tale. */
static int is_wished(const struct co_reading *r, size_t t)
{
	return co_says_any(r, t, "please pls plz until till");
}

/* "memory", "limits": asks only in a list, "card-auth: limits 1 cpu, 1Gi". */
static int is_bare_property(const struct co_reading *r, const struct co_match *m)
{
	static const char words[] = "memory cpu limits limit requests request ram replicas min max minimum maximum";

	return co_says_any(r, m->first, words) && co_says_any(r, m->last, words);
}

static int is_listed(const struct co_reading *r, const struct co_match *m)
{
	int listed = r->s.tokens[m->first].before == ':';
	const struct co_token *next = &r->s.tokens[m->last + 1];
	size_t t;

	if (!(listed || (m->first == 1 && r->s.tokens[0].inventory && !r->s.tokens[1].before)) || m->first == 0 ||
	    m->last + 1 >= r->s.count || r->s.question)
		return 0;
	for (t = 0; t < m->first; t++)
		if (!co_asking_is_bare(r, t) && !is_property(&r->s.tokens[t]) && !co_reading_over(r, t, CO_WORD_SUBJECT))
			return 0;
	return co_token_is_figure(next) && !strchr(next->text, '%');
}

/* "twice as many pods are running" tells of them; "... are enough" asks. "to copy its data" has no number. */
static int is_no_number(const struct co_reading *r, const struct co_match *m)
{
	size_t next = m->last + 1;

	if (m->last == m->first + 1 && co_says(r, m->first, "to"))
		return co_says_any(r, m->last, "copy copies task tasks instance pod replica");
	return co_says_any(r, m->first, "twice half") && next < r->s.count &&
	       co_reading_covered_by(r, next, "tells trouble") &&
	       !co_says_any(r, next + 1, "enough plenty better needed required");
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

/* "is a restart of X needed", "X should be restarted by kubernetes, why is it not" */
static int is_of_question(const struct co_reading *r, size_t t)
{
	size_t i;

	for (i = co_reading_part_start(r, t); i < t; i++)
		if (co_says(r, i, "whether"))
			return 1; /* "tell me whether X may be deleted" */
	if (co_says_any(r, 0, "is are was were does did why how") && !co_reading_covered(r, 0, "polite") &&
	    co_reading_part_start(r, t) == 0)
		return 1;
	i = co_reading_part_end(r, t);
	if (i < r->s.count && r->s.tokens[i].before == '?' && co_says(r, co_reading_part_start(r, t), "should"))
		return 1; /* "should X be restarted? it looks odd" */
	for (; t < r->s.count; t++)
		if (co_says_any(r, t, "why how") && co_reading_starts_part(r, t) && !(r->s.tokens[t].flags & CO_TOKEN_FOREIGN))
			return 1;
	return 0;
}

/* "who says it needs a restart", "can it be restarted?": in a question, or where it is only spoken of, nothing is asked for. */
static int is_of_talk(const struct co_reading *r, const struct co_match *m)
{
	size_t t;

	if (r->look || (r->s.question && !co_reading_covered(r, 0, "polite")))
		return 1;
	if ((co_reading_covered(r, 0, "asking") && !co_says_any(r, 0, "every each")) ||
	    (m->first > 0 && co_reading_covered(r, m->first - 1, "negation")))
		return 1;
	for (t = m->first; co_says_any(r, t - 1, "has have needs need must should can to"); t--)
		;
	if (co_says_any(r, t - 1, "what which"))
		return 1; /* "what can go", "what has to be rotated" */
	if (m->first == m->last && co_says(r, m->first, "to") && co_reading_covered(r, m->first, "polite"))
		return 1; /* "please to make it ..." */
	return is_of_question(r, m->last);
}

/* "to fix it", "must not run as root": without the value, or with the words behind it, it says something else. */
static int says_else(const struct co_reading *r, const struct co_match *m)
{
	if (is_only_from(r, m) && !(m->last + 1 < r->s.count && strchr(r->s.tokens[m->last + 1].text, '/')))
		return 1; /* "only from monday on" */
	if (co_says(r, m->last, "to") && !co_says(r, m->first, "traffic") && co_asking_is_elliptic(r, m) && !has_value(r, m->last + 1))
		return 1;
	if (m->words == 1 && co_reading_starts_part(r, m->first) && !is_bare_property(r, m))
		return 1; /* "to fix it" */
	if (m->first > 0 && co_says_any(r, m->first - 1, "needed had was were"))
		return 1; /* "needed to be drained" */
	if (co_match_is(m, "suspend") && co_says_any(r, m->last, "run fire start running firing") && !ends_request(r, m->last + 1))
		return 1; /* "must not run as root" */
	if (is_no_number(r, m))
		return 1;
	if (co_match_is(m, "modify") && co_says(r, 0, "all") && !ends_request(r, m->last + 1))
		return 1; /* "all gp2 to gp3 cost" */
	return co_says(r, m->first, "desired") && !has_value(r, m->last + 1);
}

/* "must be fast", "can go live": the same of a phrase that is more than a property. */
static int goes_on(const struct co_reading *r, const struct co_match *m)
{
	if (m->last > m->first && is_wished(r, m->last) && !ends_request(r, m->last + 1))
		return 1; /* "3 pods please tell me" */
	if (co_says(r, m->last, "hold") && co_asking_is_elliptic(r, m) && !is_wished(r, m->last + 1))
		return 1; /* "stock-sync on hold since monday" */
	if (co_says(r, m->first, "more") && co_reading_covered(r, m->last, "replicas") && !ends_request(r, m->last + 1))
		return 1; /* "2 more replicas than yesterday" */
	if (co_match_is(m, "encrypt") && co_says(r, m->last, "on") && !ends_request(r, m->last + 1))
		return 1; /* "encryption on bucket X" */
	if (co_match_is(m, "tag") && co_says(r, m->last, "on") && !co_says(r, m->first, "as") &&
	    !strchr(r->s.tokens[m->first + 1].text, '='))
		return 1; /* "wants web-shop on" */
	if (co_match_is(m, "resize") && co_says(r, m->last, "be") && !is_size_name(r, m->last + 1))
		return 1; /* "must be fast" */
	return co_says(r, m->last, "go") && m->last + 1 < r->s.count && !co_reading_starts_part(r, m->last + 1) &&
	       !co_reading_covered(r, m->last + 1, "polite") && !co_says(r, m->last + 1, "away"); /* "can go live" */
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
	if (is_of_talk(r, m) || says_else(r, m))
		return 0;
	if (is_bare_property(r, m))
		return is_listed(r, m);
	return !goes_on(r, m) && (!co_asking_is_elliptic(r, m) || stands_bare(r, m));
}
