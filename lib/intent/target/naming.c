/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names that look like any other word: "checkout is slow", "pods in shop". What stands where
 * a name stands, and is no word of the vocabulary; for looks alone, a change asks for more.
 * And what looks like a name and is none: errors, images, permissions, files, registries.
 */
#include "intent/change/change.h"
#include "intent/target/target.h"

#include <string.h>

static int is_unknown(const struct co_token *t)
{
	return !(t->flags & (CO_TOKEN_KNOWN | CO_TOKEN_USED | CO_TOKEN_FACT | CO_TOKEN_NAME | CO_TOKEN_FOREIGN |
			     CO_TOKEN_ASIDE | CO_TOKEN_SPLIT)) &&
	       t->len > 2 && co_token_is_name(t) && !strpbrk(t->text, "./:@0123456789") &&
	       strcmp(t->name + 1, t->text + 1) == 0;
}

/* The sentence, or its part, goes on with a known word, or ends. */
static int is_closed(const struct co_reading *r, size_t t)
{
	return t + 1 >= r->s.count || r->s.tokens[t + 1].before ||
	       (r->s.tokens[t + 1].flags & (CO_TOKEN_KNOWN | CO_TOKEN_NAME | CO_TOKEN_USED)) ||
	       co_token_is_figure(&r->s.tokens[t + 1]);
}

/* Is Kubernetes stated, or said by a word for a kind of it: "sts pg in team-pay"? */
static int is_of_kubernetes(const struct co_reading *r)
{
	const char *provider = co_reading_value(r, "provider");
	size_t i;

	for (i = 0; !provider && i < r->m.count; i++)
		if (r->m.items[i].entry.type == CO_WORD_KIND && co_reading_own(&r->m.items[i]) &&
		    strcmp(r->m.items[i].entry.provider, "kubernetes") == 0)
			return 1;
	return co_reading_holds(r, "provider", "kubernetes");
}

int co_naming_is_place(const struct co_reading *r, size_t t)
{
	if (co_says_any(r, t + 1, "of the") ||
	    (t > 1 && co_says_any(r, t - 2, "stuck hung stays remains hangs sits still")))
		return 0;
	return !r->action && t > 0 && !co_reading_has(r, "namespace") && co_says(r, t - 1, "in") &&
	       is_unknown(&r->s.tokens[t]) && is_closed(r, t) && is_of_kubernetes(r) &&
	       !(t + 1 < r->s.count && !r->s.tokens[t + 1].before && co_match_at(&r->m, t + 1, CO_WORD_KIND));
}

/* "is checkout slow", "why does checkout ..." */
static int is_asked(const struct co_reading *r, size_t t)
{
	return co_says_any(r, t - 1, "is are does did has was") &&
	       (t == 1 || r->s.tokens[t - 1].before || co_says(r, t - 2, "why"));
}

/* "players complain", but "orders keeps ..." is one thing */
static int are_people(const struct co_token *t)
{
	const struct co_token *verb = t + 1;

	return co_token_is_plural(t) && !co_ends_with_any(verb->text, "s ed");
}

/* "checkout keeps ..." */
static int is_told(const struct co_reading *r, size_t t)
{
	return (t == 0 || r->s.tokens[t].before == ':' || r->s.tokens[t - 1].clause != r->s.tokens[t].clause) &&
	       t + 1 < r->s.count && co_reading_covered(r, t + 1, "tells") && !are_people(&r->s.tokens[t]);
}

/* "dynamodb orders: ...", "dynamodb orders throws ..." */
static int is_product(const struct co_reading *r, size_t t)
{
	const struct co_match *m = co_match_at(&r->m, t, CO_WORD_SERVICE);

	return m && m->last == t && !r->s.tokens[t + 1].before && t + 2 < r->s.count &&
	       (r->s.tokens[t + 2].before == ':' || co_reading_covered(r, t + 2, "tells"));
}

/* What applications are often called, though it is a word that one may also hear elsewhere. */
static int is_application(const struct co_token *t)
{
	static const char words[] =
		"checkout cart carts basket search gateway frontend backend billing payments payment auth orders clicks pricing "
		"shipping booking bookings invoicing ranking recommender crawler indexer scheduler notifier mailer importer "
		"exporter uploader renderer resizer transcoder matcher dispatcher collector ticketing broker deployer settings";

	return co_token_is_any(t, words);
}

int co_naming_is_word(const struct co_reading *r, size_t t)
{
	if (co_token_is_participle(&r->s.tokens[t]) && !is_application(&r->s.tokens[t]) && t + 1 < r->s.count &&
	    co_match_at(&r->m, t + 1, CO_WORD_KIND))
		return 0; /* "the suspended cronjobs" */
	if (r->action || !r->subject || (co_is_about(r, "health") && !co_reading_has(r, "namespace")) ||
	    !is_unknown(&r->s.tokens[t]) || !is_closed(r, t))
		return 0;
	if (co_reading_holds(r, "provider", "local"))
		return 0;
	if (r->in->votes && co_votes_knows(r->in->votes, r->s.tokens[t].text) && !is_application(&r->s.tokens[t]))
		return 0;
	return (t > 0 && (co_says_any(r, t - 1, "the of our") || is_product(r, t - 1))) || is_asked(r, t) ||
	       is_told(r, t);
}

/* ---- words that are said to be names */

/* Of a kind of thing, or a product. */
static const struct co_match *kind_ending(const struct co_reading *r, size_t last)
{
	const struct co_match *kind = co_reading_ending(r, last, CO_WORD_KIND);

	return kind ? kind : co_reading_ending(r, last, CO_WORD_SERVICE);
}

static int is_pronoun(const struct co_token *t)
{
	return co_token_is_any(t, "it they we i you he she that which this there everything nothing");
}

static int is_small_word(const struct co_reading *r, size_t t)
{
	return co_reading_covered_by(r, t, "common filler quantifier asking negation inside and or") ||
	       co_says_any(r, t, "by from with too so at as after before like") || is_pronoun(&r->s.tokens[t]) ||
	       co_match_at(&r->m, t, CO_WORD_UNIT) || co_match_at(&r->m, t, CO_WORD_CALENDAR);
}

/* "nodepool batch is ..." */
static int is_pool(const struct co_reading *r, size_t t)
{
	const struct co_token *before = &r->s.tokens[t - 1];

	if (!co_token_is_any(before, "nodepool nodegroup") &&
	    !(t > 1 && co_token_is_any(before, "pool group") && co_says(r, t - 2, "node")))
		return 0;
	return t + 1 < r->s.count && !is_pronoun(&r->s.tokens[t]) && !co_match_at(&r->m, t, CO_WORD_ACTION) &&
	       !co_reading_covered_by(r, t, "trouble tells") &&
	       (co_reading_covered(r, t + 1, "tells") || co_says_any(r, t + 1, "in of on"));
}

/* "alert Watchdog": a word for alerts is the name of one */
static int is_alert(const struct co_reading *r, size_t t)
{
	const struct co_match *subject = co_match_at(&r->m, t, CO_WORD_SUBJECT), *kind;
	const char first = r->s.tokens[t].name[0];

	if (first < 'A' || first > 'Z' || !subject || !co_match_is(subject, "alert") ||
	    co_match_at(&r->m, t, CO_WORD_KIND))
		return 0;
	kind = co_reading_kind_beside(r, t);
	return kind && co_match_is(kind, "alert") && !co_token_is_plural(&r->s.tokens[kind->last]) &&
	       (subject->last == t || !(kind->last < t));
}

static int could_be_labelled(const struct co_token *t)
{
	return !(t->flags & (CO_TOKEN_FOREIGN | CO_TOKEN_FACT | CO_TOKEN_SPLIT | CO_TOKEN_ODD)) && !t->inventory &&
	       co_token_is_name(t) && t->len > 1;
}

/* Behind "named" or "called"; the first is also a program: "process named eats cpu". */
static int is_named(const struct co_reading *r, size_t t)
{
	const struct co_match *kind = kind_ending(r, t - 2);

	if (co_says(r, t - 1, "called"))
		return !is_small_word(r, t);
	if (kind && !co_match_is_any(kind, "process service unit"))
		return 1;
	return !co_reading_covered_by(r, t, "trouble tells");
}

/* "database billing is slow", but not "load balancer backend", "ec2 billing" */
static int is_application_of(const struct co_reading *r, size_t t)
{
	const struct co_match *kind = kind_ending(r, t - 1);

	return kind && is_application(&r->s.tokens[t]) && !co_match_is(kind, "load-balancer") &&
	       !co_token_is_plural(&r->s.tokens[t - 1]) && !co_is_about(r, "cost");
}

int co_naming_is_labelled(const struct co_reading *r, size_t t)
{
	const struct co_token *token = &r->s.tokens[t];

	if (r->action || !could_be_labelled(token))
		return 0;
	if (t > 1 && !token->before &&
	    (co_token_is(&token[-1], "named") || (co_token_is(&token[-1], "called") && kind_ending(r, t - 2))))
		return is_named(r, t);
	if (t > 0 && !token->before && is_application_of(r, t))
		return t + 1 == r->s.count || token[1].before || co_says(r, t + 1, "in") ||
		       co_reading_covered_by(r, t + 1, "tells trouble");
	return is_alert(r, t) || (t > 0 && !token->before && is_pool(r, t));
}

int co_naming_is_of_product(const struct co_reading *r, const struct co_match *kind)
{
	static const char products[] =
		"elasticache msk redshift aurora rds docdb documentdb opensearch emr memorydb neptune redis kafka valkey "
		"cassandra dataproc bigtable cosmosdb hdinsight dax";

	return !r->action && co_match_is(kind, "cluster") && kind->first > 0 &&
	       co_says_any(r, kind->first - 1, products);
}

/* "configmap feature-flags lacks a key, web-shop complains" */
int co_naming_opens(const struct co_reading *r, size_t t)
{
	const struct co_match *kind = t > 0 && !r->action ? kind_ending(r, t - 1) : NULL;
	size_t i;

	if (!kind || kind->entry.type != CO_WORD_KIND || !could_be_labelled(&r->s.tokens[t]) ||
	    !co_token_is_made(&r->s.tokens[t]) || co_token_is_plural(&r->s.tokens[t - 1]) || r->s.tokens[t].before ||
	    co_naming_is_none(r, t) || co_token_is_figure(&r->s.tokens[t]) ||
	    (r->s.tokens[t].flags & CO_TOKEN_QUOTED) ||
	    (r->s.tokens[t].start && r->text[r->s.tokens[t].start - 1] == '.'))
		return 0;
	if (co_match_is_any(kind, "pod container namespace cluster context node account app process service"))
		return 0;
	for (i = 0; i < kind->first; i++)
		if (r->s.tokens[i].inventory || co_match_at(&r->m, i, CO_WORD_ACTION) ||
		    !(is_small_word(r, i) || co_reading_covered(r, i, "polite")))
			return 0;
	return 1;
}

/* "nginx:1.19", "quay.io/lark/base:11": a reference, and no host with its port */
int co_naming_is_image(const struct co_reading *r, size_t t)
{
	const char *name = r->s.tokens[t].name, *colon = strrchr(name, ':');

	if (!colon || colon == name || !colon[1] || strstr(name, "://") || strncmp(name, "arn:", 4) == 0 ||
	    !co_token_is_name(&r->s.tokens[t]) || (*name >= '0' && *name <= '9' && !strchr(name, '/')))
		return 0;
	if (strchr(name, '/') ? strchr(name, '/') < colon : co_reading_covered(r, t - 1, "image"))
		return 1;
	return strchr(name, ':') == colon &&
	       (strcmp(colon, ":latest") == 0 || (strchr(colon, '.') && colon[1] >= '0' && colon[1] <= '9'));
}

/* "Runtime.OutOfMemory", "v1beta1" */
static int is_class_or_version(const struct co_token *t)
{
	const char *dot = strrchr(t->name, '.');

	if (dot && dot[1] && strspn(dot + 1, "0123456789") == strlen(dot + 1) && strcspn(t->name, "-_/:") == t->len &&
	    strspn(t->text, "abcdefghijklmnopqrstuvwxyz"))
		return 1; /* "python3.8" */
	if (strrchr(t->text, '-') && strchr(strrchr(t->text, '-'), '.') &&
	    strspn(strrchr(t->text, '-') + 1, "0123456789.") == strlen(strrchr(t->text, '-') + 1))
		return 1; /* "k8s-1.29" */
	if (*t->text == 'v' && (strstr(t->text, "beta") || strstr(t->text, "alpha")) && t->text[1] >= '0' &&
	    t->text[1] <= '9')
		return 1;
	return dot && dot[1] >= 'A' && dot[1] <= 'Z';
}

/* Where nobody speaks of alerts, such a word is the name of an error or of a field. */
static int speaks_of_alerts(const struct co_reading *r)
{
	static const char words[] = "mute muted mutes fire fires fired firing trigger triggers triggered noisy";
	size_t i;

	for (i = 0; i < r->m.count; i++)
		if (r->m.items[i].entry.type == CO_WORD_SUBJECT && co_match_is(&r->m.items[i], "alert") &&
		    co_reading_own(&r->m.items[i]))
			return 1;
	for (i = 0; i < r->s.count; i++)
		if (strncmp(r->s.tokens[i].text, "silen", 5) == 0 || strncmp(r->s.tokens[i].text, "page", 4) == 0 ||
		    strncmp(r->s.tokens[i].text, "flap", 4) == 0 || co_says_any(r, i, words))
			return 1;
	return co_reading_holds(r, "provider", "prometheus");
}

int co_naming_is_error(const struct co_token *t)
{
	return co_token_is_camel(t) && co_ends_with_any(t->text, "error exception");
}

/* "auto-renew", "re-deploy": what is done, where nothing says that it is a name */
static int is_doing(const struct co_reading *r, size_t t)
{
	static const char *const before[] = { "auto-", "re-", "self-", "non-" };
	static const char whole[] =
		"read-only read-write sre-team ops-team dev-team pending-upgrade pending-install pending-rollback";
	const struct co_token *token = &r->s.tokens[t];
	struct co_entry entry;
	size_t i, len;

	if (co_token_is_any(token, whole) || strncmp(token->text, "cve-", 4) == 0)
		return 1;

	for (i = 0; i < CO_COUNT(before); i++) {
		len = strlen(before[i]);
		if (strncmp(token->text, before[i], len) == 0)
			return co_match_word(r->in->vocabulary, token->text + len, token->len - len, CO_WORD_ACTION,
					     &entry) == 0;
	}
	return 0;
}

int co_naming_is_permission(const struct co_token *t)
{
	const char *colon = strchr(t->name, ':');

	return co_ends_with_any(t->text, ".get .list .create .delete .update .use") ||
	       (colon && colon[1] >= 'A' && colon[1] <= 'Z' && !strchr(colon + 1, ':'));
}

/* "auth.log", "values.yaml" */
static int is_file(const struct co_token *t)
{

	return co_ends_with_any(t->text, ".log .conf .cfg .yaml .yml .json .txt");
}

int co_naming_is_registry(const struct co_reading *r, size_t t)
{
	const char *dot = strchr(r->s.tokens[t].name, '.');
	size_t i;

	if (!dot || !strchr(dot + 1, '.') || r->s.tokens[t].inventory || strstr(r->s.tokens[t].name, "://"))
		return 0;
	for (i = 0; i < r->s.count; i++)
		if (strncmp(r->s.tokens[i].text, "pull", 4) == 0)
			return 1;
	return co_is_about(r, "image-pull");
}

int co_naming_is_none(const struct co_reading *r, size_t t)
{
	const struct co_token *token = &r->s.tokens[t];

	if (t > 0 && co_token_is_any(&token[-1], "everything anything something nothing") && !token->inventory)
		return 1; /* "everything important-ish" */
	if (token->len < 3 || token->name[1] == '/' || is_doing(r, t) || co_naming_is_permission(token) ||
	    (!r->action && is_file(token)) || co_token_is_class(token) || is_class_or_version(token) ||
	    strncmp(token->text, "ex-", 3) == 0)
		return 1;
	return co_token_is_camel(token) && !r->action && (co_naming_is_error(token) || !speaks_of_alerts(r));
}

/* "his laptop got stolen, ...", "... needs the machines": beside a change, no machine that is spoken of is this one. */
int co_naming_is_other_machine(const struct co_reading *r, const struct co_match *m)
{
	size_t first = co_reading_part_start(r, m->first), t;

	if (!r->action || !co_match_is(m, "local"))
		return 0;
	if (co_token_is_plural(&r->s.tokens[m->last]))
		return 1;
	for (t = 0; t < r->s.count; t++)
		if (co_identifier_kind(r->s.tokens[t].name) && !(r->s.tokens[t].flags & CO_TOKEN_FOREIGN))
			return 1; /* of a cloud */
	return m->words == 1 && co_reading_part_start(r, r->action->first) != first &&
	       co_talk_is_statement(r, first, co_talk_end(r, first));
}
