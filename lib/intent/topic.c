/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the sentence is about: a cause before a symptom before an object before a mere
 * "is it well"; more words and stronger ones before fewer; earlier before later.
 */
#include "intent/change/change.h"
#include "intent/request.h"
#include "intent/target/target.h"

#include <stdlib.h>
#include <string.h>

enum { TOPICS = 64 };

struct topic {
	const char *name;
	int points;
	struct co_span span;
};

struct topics {
	struct topic items[TOPICS];
	size_t count;
};

static int rank(const char *class)
{
	if (strcmp(class, "cause") == 0)
		return 5;
	if (strcmp(class, "symptom") == 0)
		return 4;
	return strcmp(class, "object") == 0 ? 1 : 0;
}

static void add(struct topics *all, const char *name, int points, struct co_span span)
{
	size_t i;

	for (i = 0; i < all->count; i++) {
		struct topic *t = &all->items[i];

		if (strcmp(t->name, name) != 0)
			continue;
		if (span.first > t->span.last || span.last < t->span.first)
			t->points++; /* said again, elsewhere */
		if (points > t->points) {
			t->points = points;
			t->span = span;
		}
		return;
	}
	if (all->count < TOPICS)
		all->items[all->count++] = (struct topic){ name, points, span };
}

/* "... after the upgrade", "... although load is high" say when, not what. */
static int behind_turn(const struct co_reading *r, size_t t)
{
	size_t back, i;

	for (back = 1; back <= 3 && back <= t && r->s.tokens[t - back].clause == r->s.tokens[t].clause; back++) {
		for (i = r->m.start[t - back]; i < r->m.count && r->m.items[i].first == t - back; i++)
			if (co_match_is_signal(&r->m.items[i], "turn"))
				return 1;
		if (r->s.tokens[t - back + 1].before == ',')
			return 0;
	}
	return 0;
}

static int points_of(const struct co_reading *r, const struct co_match *m, const char *class)
{
	int points = (int)m->weight + rank(class) + (int)m->words - 1;

	if (m->weight == CO_PHRASE_TROUBLE && strcmp(class, "vague") == 0)
		points -= CO_PHRASE_TROUBLE - CO_PHRASE_STRONG; /* "is down" says less than what is down */
	if (m->weight == CO_PHRASE_TROUBLE && strcmp(class, "object") == 0)
		points += rank("symptom") - rank(class); /* "consumer lag" is a symptom */
	if (r->s.tokens[m->first].flags & (CO_TOKEN_ASIDE | CO_TOKEN_FIXED))
		points -= 2;
	return behind_turn(r, m->first) ? points - 5 : points;
}

static struct co_span span_of(const struct co_match *m)
{
	return (struct co_span){ m->first, m->last };
}

/* Beside a change: why it is wanted, or what else is the matter. */
static int is_aside(const struct co_reading *r, size_t t)
{
	size_t first = r->action->first < t ? r->action->last + 1 : t + 1,
	       last = r->action->first < t ? t : r->action->first;

	for (; first <= last; first++)
		if (co_reading_starts_part(r, first) || co_reading_covered(r, first, "reason"))
			return 1;
	return 0;
}

/* A word of the action itself; not what stands in its gap: "turn guardduty on". */
static int is_of_action(const struct co_match *action, const struct co_match *m)
{
	if (m->first < action->first || m->last > action->last)
		return 0;
	return action->last - action->first + 1 == action->words || m->first == action->first ||
	       m->last == action->last;
}

/* "flow logs of vpc-1 are off, turn them on" */
static int is_switched(const struct co_reading *r, const struct co_match *m)
{
	return co_does_any(r, "enable disable") &&
	       co_match_is_any(m, "flow-logs threat-detection audit-trail encryption backup");
}

/* "a security review of our security groups" */
int co_topic_is_of_another(const struct co_reading *r, const struct co_match *m)
{
	const size_t t = m->last + 2 + (co_says_any(r, m->last + 2, "the our") != 0);
	const struct co_match *kind;

	if (m->weight != CO_PHRASE_WEAK || m->words < 2 || !co_says_any(r, m->last + 1, "of on") || t >= r->s.count)
		return 0;
	kind = co_match_at(&r->m, t, CO_WORD_KIND);
	return co_match_at(&r->m, t, CO_WORD_SUBJECT) || co_match_at(&r->m, t, CO_WORD_SERVICE) ||
	       (kind && !co_match_is_any(kind, "account cluster context namespace"));
}

static void collect(const struct co_reading *r, struct topics *all, int own)
{
	size_t i;

	for (i = 0; i < r->m.count; i++) {
		const struct co_match *m = &r->m.items[i];

		if (co_reading_own(m) != own || co_topic_is_of_another(r, m) ||
		    (r->s.tokens[m->first].inventory && m->words == 1))
			continue;
		if (m->entry.type == CO_WORD_SUBJECT && co_match_is(m, "login") && co_shell_is_word(r, m->first))
			continue;
		if (r->action && is_of_action(r->action, m) && m->entry.type != CO_WORD_KIND)
			continue;
		if (r->action && !co_does(r, "fix") && is_aside(r, m->first) && !is_switched(r, m))
			continue;
		if (m->entry.type == CO_WORD_SUBJECT)
			add(all, m->entry.name, points_of(r, m, m->entry.class), span_of(m));
		else if (*m->entry.subject && m->entry.type != CO_WORD_ACTION)
			add(all, m->entry.subject,
			    points_of(r, m, "object") - (strcmp(m->entry.subject, "cluster") == 0 ? 2 : 1), span_of(m));
	}
}

/* Of a change that is told apart from its object: "cloudtrail main-trail was stopped; start it again" */
static void collect_beside_names(const struct co_reading *r, struct topics *all)
{
	size_t i;

	for (i = 0; i < r->m.count; i++) {
		const struct co_match *m = &r->m.items[i];
		const struct co_token *next = m->last + 1 < r->s.count ? &r->s.tokens[m->last + 1] : NULL;

		if (!next || !co_reading_own(m) || next->before || next->inventory || !co_token_is_made(next))
			continue;
		if (m->entry.type == CO_WORD_SUBJECT && strcmp(m->entry.class, "object") == 0)
			add(all, m->entry.name, points_of(r, m, "object"), span_of(m));
		else if (m->entry.type != CO_WORD_ACTION && *m->entry.subject)
			add(all, m->entry.subject, points_of(r, m, "object") - 1, span_of(m));
	}
}

static int earlier(const struct topic *a, const struct topic *b)
{
	return a->span.first < b->span.first;
}

/* "job/export" */
static int kind_of_pair(const struct co_reading *r, const struct co_token *t, struct co_entry *kind)
{
	size_t len = strcspn(t->text, "/");

	return len && t->text[len] && co_match_word(r->in->vocabulary, t->text, len, CO_WORD_KIND, kind) == 0 &&
	       *kind->subject;
}

static int is_upper(char c)
{
	return c >= 'A' && c <= 'Z';
}

/* The next part of "FreeableMemory", "CPUUtilization", "node_load5"; its length. */
static size_t part_length(const char *p)
{
	size_t n = 0;

	while (is_upper(p[n]) && (n == 0 || is_upper(p[n + 1]) || !p[n + 1]))
		n++;
	if (n > 1)
		return n;
	while (p[n] && p[n] != '_' && p[n] != '=' && !is_upper(p[n]))
		n++;
	return n;
}

static int is_joined(const struct co_token *t)
{
	const size_t len = strlen(t->name);

	return !t->inventory && len < 80 && co_token_is_name(t) && (t->name[0] < '0' || t->name[0] > '9') &&
	       strcspn(t->name, "/.:@-") == len && part_length(t->name) < len && !(t->flags & CO_TOKEN_KNOWN);
}

static int has_topic_at(const struct topics *all, size_t t)
{
	size_t i;

	for (i = 0; i < all->count; i++)
		if (all->items[i].span.first == t)
			return 1;
	return 0;
}

/* Metrics and conditions tell by their parts what they are of. */
static void collect_parts(struct co_reading *r, struct topics *all, size_t t)
{
	const char *p = r->s.tokens[t].name;
	struct co_entry entry;
	char word[80];
	size_t i, n;

	for (; *p; p += n ? n : 1) {
		n = part_length(p);
		for (i = 0; i < n; i++)
			word[i] = is_upper(p[i]) ? (char)(p[i] - 'A' + 'a') : p[i];
		if (n && co_match_word(r->in->vocabulary, word, n, CO_WORD_SUBJECT, &entry) == 0)
			add(all, entry.name, CO_PHRASE_PLAIN + rank(entry.class) - 2, (struct co_span){ t, t });
	}
	if (strchr(r->s.tokens[t].name, '_') && has_topic_at(all, t)) {
		r->s.tokens[t].flags |= CO_TOKEN_KNOWN; /* a metric: no name of what it is of */
		co_reading_use(r, t, t);
	}
}

static int has_topic(const struct topics *all, const char *name)
{
	size_t i;

	for (i = 0; i < all->count; i++)
		if (strcmp(all->items[i].name, name) == 0)
			return 1;
	return 0;
}

/* A path speaks of a disk, "nginx.service" of a unit, an id of what it is the id of, when nothing better is said. */
static void collect_made(struct co_reading *r, struct topics *all)
{
	struct co_entry entry;
	size_t t;

	for (t = 0; t < r->s.count; t++) {
		const struct co_token *token = &r->s.tokens[t];
		const struct co_span span = { t, t };
		const char *kind = co_identifier_kind(token->name);

		if (token->flags & CO_TOKEN_FOREIGN)
			continue;
		if (token->name[0] == '$' && token->name[1] >= '0' && token->name[1] <= '9')
			add(all, "cost", CO_PHRASE_PLAIN + 1, span);
		else if (token->name[0] == '/' && token->name[1] && r->s.count > 1 &&
			 strncmp(token->name, "/aws/", 5) != 0)
			add(all, "disk", CO_PHRASE_PLAIN, span);
		else if (is_joined(token) && !has_topic(all, "alert"))
			collect_parts(r, all, t);
		else if (kind_of_pair(r, token, &entry))
			add(all, entry.subject, CO_PHRASE_PLAIN + 1, span);
		else if (co_token_is_unit(token))
			add(all, "service-unit", CO_PHRASE_PLAIN + 1, span);
		else if (strncmp(token->name, "arn:", 4) == 0 && co_identifier_subject(r, token->name))
			add(all, co_identifier_subject(r, token->name), CO_PHRASE_WEAK, span);
		else if (kind && co_vocabulary_find(r->in->vocabulary, CO_WORD_KIND, kind, &entry) == 0 &&
			 *entry.subject)
			add(all, entry.subject, CO_PHRASE_WEAK, span);
	}
}

/* What stands in a gap of a phrase is not of it. */
static void use_known(struct co_reading *r, const struct co_span *span)
{
	size_t t;

	for (t = span->first; t <= span->last; t++)
		if (r->s.tokens[t].flags & CO_TOKEN_KNOWN)
			co_reading_use(r, t, t);
}

static void choose(struct co_reading *r, const struct topics *all)
{
	const struct topic *best = NULL, *next = NULL;
	size_t i;

	for (i = 0; i < all->count; i++) {
		const struct topic *t = &all->items[i];

		if (!best || t->points > best->points || (t->points == best->points && earlier(t, best))) {
			next = best;
			best = t;
		} else if (!next || t->points > next->points) {
			next = t;
		}
	}
	if (!best)
		return;
	r->subject = best->name;
	r->subject_span = best->span;
	r->margin = next ? abs(best->points - next->points) : 9;
	for (i = 0; i < all->count; i++)
		use_known(r, &all->items[i].span);
	for (i = 0; i < r->m.count; i++)
		if (r->m.items[i].entry.type == CO_WORD_SUBJECT && co_match_is(&r->m.items[i], best->name) &&
		    co_reading_own(&r->m.items[i]))
			use_known(r, &(struct co_span){ r->m.items[i].first, r->m.items[i].last });
}

static int best_points(const struct topics *all)
{
	int best = 0;
	size_t i;

	for (i = 0; i < all->count; i++)
		best = all->items[i].points > best ? all->items[i].points : best;
	return best;
}

/* Nothing, or mere health. */
static int is_vague(const struct topics *all)
{
	size_t i;

	for (i = 0; i < all->count; i++)
		if (strcmp(all->items[i].name, "health") != 0)
			return 0;
	return 1;
}

enum co_unclear co_topic_read(struct co_reading *r)
{
	struct topics all = { .count = 0 };

	collect(r, &all, 1);
	if (!r->action)
		collect_made(r, &all);
	if (!r->action && best_points(&all) <= CO_PHRASE_PLAIN + 2 && co_reading_quotes(r)) {
		all.count = 0; /* a quoted message tells the symptom where nothing else does */
		collect(r, &all, 0);
		if (!all.count)
			collect(r, &all, 1);
	}
	if (r->action && is_vague(&all))
		collect_beside_names(r, &all);
	choose(r, &all);
	if (r->subject)
		co_reading_because(r, "subject", r->subject, r->subject_span.first, r->subject_span.last);
	r->vague = co_is_about(r, "health");
	if (r->action && *r->action->entry.subject && !(co_is_about(r, "backup") && co_does(r, "set-retention"))) {
		r->subject = r->action->entry.subject;
		r->margin = 9;
	}
	return CO_CLEAR;
}
