/* SPDX-License-Identifier: Apache-2.0 */
#include "plan/match.h"

#include <stdlib.h>
#include <string.h>

enum { PROVIDERS = 6, NO_MATCH = 1 << 30 };

static const char *const provider_names[PROVIDERS] = { "aws", "kubernetes", "gcp", "azure", "prometheus", "local" };
enum { AWS = 1, KUBERNETES = 2, GCP = 4, AZURE = 8, PROMETHEUS = 16, LOCAL = 32 };

/* What is asked for, once. */
struct question {
	const char *verb;
	const char *subject;
	const char *action;
	const char *kind;	/* NULL: not said */
	const char *provider;	/* NULL: not said */
	unsigned providers;	/* those that it can mean, when it does not say */
};

static int has(char *const *items, size_t n, const char *word)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (strcmp(items[i], word) == 0)
			return 1;
	return 0;
}

/* A slot of the target holds a string or a list of strings. */
static const char *first_of(const json_t *target, const char *slot)
{
	const json_t *value = json_object_get(target, slot);

	return json_string_value(json_is_array(value) ? json_array_get(value, 0) : value);
}

static int said(const json_t *slot, const struct co_environment *environment)
{
	const json_t *item;
	size_t i;

	if (!slot)
		return 1;
	if (json_is_array(slot)) {
		json_array_foreach(slot, i, item)
			if (said(item, environment))
				return 1;
		return 0;
	}
	return json_is_string(slot) && (strcmp(environment->name, json_string_value(slot)) == 0 ||
					has(environment->aliases.items, environment->aliases.count,
					    json_string_value(slot)));
}

/* What the inventory has in the environments that are meant. */
static unsigned providers_of(const struct co_config *config, const json_t *target)
{
	unsigned found = 0;
	size_t i;

	for (i = 0; i < config->environments.count; i++) {
		const struct co_environment *e = &config->environments.items[i];

		if (!said(json_object_get(target, "environment"), e))
			continue;
		found |= (e->aws.count ? AWS : 0) | (e->kubernetes.count ? KUBERNETES : 0) | (e->gcp.count ? GCP : 0) |
			 (e->azure.count ? AZURE : 0) | (e->prometheus.count ? PROMETHEUS : 0) |
			 (e->hosts.count ? LOCAL : 0);
	}
	return found ? found : LOCAL;
}

/* Slots that only some providers have. */
static unsigned providers_meant(const struct co_config *config, const json_t *target)
{
	static const struct {
		const char *slot;
		unsigned providers;
	} slots[] = {
		{ "host", LOCAL },
		{ "context", KUBERNETES },
		{ "cluster", KUBERNETES | AWS | GCP | AZURE },
		{ "namespace", KUBERNETES },
		{ "node", KUBERNETES },
		{ "container", KUBERNETES },
		{ "account", AWS | GCP | AZURE },
		{ "region", AWS | GCP | AZURE },
		{ "service", AWS | GCP | AZURE },
		{ "url", PROMETHEUS },
	};
	unsigned meant = 0;
	size_t i;

	for (i = 0; i < CO_COUNT(slots); i++)
		if (json_object_get(target, slots[i].slot))
			meant = meant ? meant & slots[i].providers : slots[i].providers;
	return meant ? meant : providers_of(config, target);
}

static struct question question(const struct co_run *run, const struct co_config *config)
{
	const struct co_intent *intent = run->intent;
	struct question q = {
		.verb = co_enum_name(co_verb_names, intent->verb),
		.subject = intent->subject,
		.action = intent->action,
		.kind = first_of(intent->target, "kind"),
		.provider = first_of(intent->target, "provider"),
	};

	if (intent->verb == CO_VERB_REMEDIATE && intent->action && strcmp(intent->action, "fix") == 0) {
		q.verb = co_enum_name(co_verb_names, CO_VERB_INVESTIGATE);
		q.action = NULL;
	}
	if (!q.provider)
		q.providers = providers_meant(config, intent->target);
	return q;
}

static int provider_fits(const struct question *q, const struct co_match *match)
{
	size_t i;

	if (!match->provider.count)
		return 1;
	if (q->provider)
		return has(match->provider.items, match->provider.count, q->provider);
	for (i = 0; i < PROVIDERS; i++)
		if (q->providers & 1u << i && has(match->provider.items, match->provider.count, provider_names[i]))
			return 1;
	return 0;
}

/* Less is better; NO_MATCH when it is none. */
static int distance(const struct question *q, const struct co_entry *entry)
{
	const struct co_match *match = entry->match;
	int place;

	if (!match || !provider_fits(q, match))
		return NO_MATCH;
	if (match->verb.count && !has(match->verb.items, match->verb.count, q->verb))
		return NO_MATCH;
	if (match->action.count && (!q->action || !has(match->action.items, match->action.count, q->action)))
		return NO_MATCH;
	if (q->action && !match->action.count && entry->changes)
		return NO_MATCH; /* a change is planned for what was asked, not for any action */
	if (match->kind.count && (!q->kind || !has(match->kind.items, match->kind.count, q->kind)))
		return NO_MATCH;
	for (place = 0; place < (int)match->subject.count; place++)
		if (strcmp(match->subject.items[place], q->subject) == 0)
			return place * 4 + !match->action.count * 2 + !match->kind.count;
	return NO_MATCH;
}

static int ambiguous(const struct co_library *library, const struct question *q, int best, struct co_err *err)
{
	struct co_buf names = CO_BUF_INIT;
	size_t i;

	for (i = 0; i < library->entries.count; i++)
		if (distance(q, &library->entries.items[i]) == best)
			co_buf_addf(&names, "%s%s", names.len ? ", " : "", library->entries.items[i].name);
	co_err_set(err, CO_ERR_NO, "ambiguous", "more than one playbook is meant: %s", co_buf_str(&names));
	co_err_under(err, "subject");
	co_err_under(err, "intent");
	co_err_hint(err, "choose one with --playbook, or name the provider in the sentence");
	co_buf_clear(&names);
	return CO_ERR_NO;
}

static void add_unique(const char ***items, size_t *count, const char *word)
{
	size_t i;

	for (i = 0; i < *count; i++)
		if (strcmp((*items)[i], word) == 0)
			return;
	*(const char **)co_grow(items, count, sizeof(char *)) = word;
}

/* Those that take the same subject, by other verbs or providers. */
static int same_subject(const struct co_library *library, const struct question *q, struct co_buf *out)
{
	size_t i, j, n = 0;

	for (i = 0; i < library->entries.count && n < 5; i++) {
		const struct co_entry *entry = &library->entries.items[i];

		if (!entry->match || !has(entry->match->subject.items, entry->match->subject.count, q->subject))
			continue;
		co_buf_addf(out, "%s%s (", n++ ? ", " : "", entry->name);
		for (j = 0; j < entry->match->verb.count; j++)
			co_buf_addf(out, "%s%s", j ? " " : "", entry->match->verb.items[j]);
		for (j = 0; j < entry->match->provider.count; j++)
			co_buf_addf(out, "%s%s", j ? " " : " of ", entry->match->provider.items[j]);
		co_buf_addc(out, ')');
	}
	return n > 0;
}

static int no_playbook(const struct co_library *library, const struct question *q, struct co_err *err)
{
	struct co_buf near = CO_BUF_INIT;
	const char **subjects = NULL;
	size_t count = 0, i, j;

	co_err_set(err, CO_ERR_NO, "no-playbook", "there is no playbook to %s%s%s \"%s\"%s%s", q->verb,
		   q->action ? " with " : "", q->action ? q->action : "", q->subject, q->provider ? " of " : "",
		   q->provider ? q->provider : "");
	co_err_under(err, "subject");
	co_err_under(err, "intent");
	co_err_hint(err, "co-plan --list shows what there is");
	if (same_subject(library, q, &near)) {
		co_err_hint(err, "there is %s", co_buf_str(&near));
	} else {
		for (i = 0; i < library->entries.count; i++)
			for (j = 0; library->entries.items[i].match &&
				    j < library->entries.items[i].match->subject.count; j++)
				add_unique(&subjects, &count, library->entries.items[i].match->subject.items[j]);
		co_err_suggest(err, q->subject, subjects, count);
	}
	free(subjects);
	co_buf_clear(&near);
	return CO_ERR_NO;
}

int co_match_find(const struct co_library *library, const struct co_run *run, const struct co_config *config,
		  const struct co_entry **entry, struct co_err *err)
{
	const struct question q = question(run, config);
	const struct co_entry *found = NULL;
	int best = NO_MATCH, tie = 0;
	size_t i;

	for (i = 0; i < library->entries.count; i++) {
		int d = distance(&q, &library->entries.items[i]);

		if (d == NO_MATCH || d > best)
			continue;
		tie = d == best;
		best = d;
		found = &library->entries.items[i];
	}
	if (!found)
		return no_playbook(library, &q, err);
	if (tie)
		return ambiguous(library, &q, best, err);
	*entry = found;
	return CO_OK;
}
