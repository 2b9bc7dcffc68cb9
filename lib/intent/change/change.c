/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Is a change understood well enough to be asked for? Its object must be named (or be many
 * of a kind, and say which), its parameters be there, and every word that could matter be
 * understood. Whatever is left over makes it unclear, but for talk: why it is wanted.
 */
#include "intent/change/change.h"
#include "intent/target/target.h"

#include <string.h>

/* ---- somebody else's words */

/* Where the request is complete; before its slots are read, that is its end. */
static size_t past_facts(const struct co_reading *r)
{
	size_t t;

	for (t = r->s.count; t > r->action->last + 1; t--)
		if ((r->s.tokens[t - 1].flags & (CO_TOKEN_FACT | CO_TOKEN_USED)) &&
		    !(r->s.tokens[t - 1].flags & CO_TOKEN_FOREIGN))
			return t;
	for (t = 0; t < r->action->first && co_reading_covered(r, r->action->last + 1, "object"); t++)
		if ((r->s.tokens[t].flags & (CO_TOKEN_FACT | CO_TOKEN_FOREIGN)) == CO_TOKEN_FACT)
			return r->action->last + 2; /* "worker-us-5 is patched, uncordon it {...}" */
	return r->s.count;
}

/* What two invisible separators enclose is not read; a clean name may stand before it. */
static int is_glue(const char *text)
{
	static const char separator[] = "\xe2\x81\xa3";
	unsigned char c = (unsigned char)*text;

	if (strncmp(text, separator, 3) == 0 && (text[3] == ' ' || !text[3]))
		return 0;
	return c >= 0x80 || (c && strchr("$&|<({[\\%#=^", c));
}

/* A name that is glued to a command line, or to letters that do not show, is not the name that it seems. */
static size_t first_glued(const struct co_reading *r)
{
	size_t t;

	for (t = 0; t < r->s.count; t++) {
		const struct co_token *token = &r->s.tokens[t];

		if (!(token->flags & CO_TOKEN_FACT))
			continue;
		if ((token->flags & CO_TOKEN_SPLIT) || is_glue(r->text + token->end))
			break;
		if (token->start > 0 && strchr("$&|}])\\%", r->text[token->start - 1]))
			break;
	}
	return t;
}

/* A command line, mark-up or a change of direction hides words; none may stand before the request is complete. */
static size_t first_hidden(const struct co_reading *r)
{
	size_t t = co_reading_first_foreign(r);

	return t < past_facts(r) ? t : first_glued(r);
}

/* ---- the object */

/* "every snapshot" */
static int is_every(const struct co_reading *r, size_t t)
{
	return co_says_any(r, t - 1, "every each any");
}

/* "unattached volumes older than 30 days", "failed jobs in media": many of a kind, and it is said which. */
static int names_many(struct co_reading *r)
{
	int plural = 0, which = co_reading_given(r, "age") || (co_reading_given(r, "horizon") && co_does(r, "renew")) ||
				co_reading_given(r, "tag") || co_reading_given(r, "volume_type");
	size_t i;

	if (!co_reading_has(r, "kind"))
		return 0;
	for (i = 0; i < r->m.count; i++) {
		const struct co_match *m = &r->m.items[i];

		if (!co_reading_own(m))
			continue;
		if (m->entry.type == CO_WORD_KIND &&
		    (co_token_is_plural(&r->s.tokens[m->last]) || is_every(r, m->first) ||
		     (m->first > 0 && is_every(r, m->first - 1))))
			plural = 1;
		if (co_match_is_any(m, "idle-resource eviction which"))
			which = 1;
		if (co_match_is(m, "which"))
			co_reading_use(r, m->first, m->last);
	}
	return plural && which;
}

/* "delete worker-eu-2", "reboot node worker-eu-2"; not "clear everything off worker-eu-2", "clean up worker-eu-2": what is on it, or of it, is not it. */
static int is_node_itself(const struct co_reading *r)
{
	size_t t;

	if (!co_does_any(r, "delete restart stop start"))
		return 1;
	if (co_whole_empties(r))
		return 0;
	for (t = 1; t < r->s.count; t++)
		if (co_is_known(r, t, CO_NAME_NODE) && co_says_any(r, t - 1, "on off from in of"))
			return 0;
	return 1;
}

static int is_placed(const struct co_reading *r)
{
	if (co_does(r, "switch-traffic") && co_reading_has(r, "url"))
		return 1;
	return co_reading_has(r, "name") || (co_reading_has(r, "node") && is_node_itself(r));
}

/* "something listens on port 8080 of this machine, kill it": the token that tells of a process; count of tokens if there is none. */
static size_t listener(const struct co_reading *r)
{
	static const char words[] = "process listens listening listener holds occupies occupying uses blocks sits";
	size_t t = 0;

	if (!co_does(r, "stop") || !co_reading_given(r, "port"))
		return r->s.count;
	while (t < r->s.count && !co_says_any(r, t, words))
		t++;
	return t;
}

int co_change_is_by_port(const struct co_reading *r)
{
	return listener(r) < r->s.count && !co_reading_has_any(r, "name context namespace node") &&
	       co_reading_is(r, "provider", "local");
}

int co_change_is_of_told(const struct co_reading *r, size_t t)
{
	size_t first = co_reading_part_start(r, t), past = co_reading_part_end(r, t);

	if (co_does(r, "tag"))
		return co_reading_has_word(r, first, past, "lacks lack misses missing without no") &&
		       !co_reading_has_word(r, first, past, "but and who which");
	return co_does_any(r, "restrict revoke") || co_change_is_by_port(r);
}

/* "something listens on port 8080, kill it, smtp-relay is fine": not the one that is named elsewhere */
static int is_another_listener(const struct co_reading *r)
{
	size_t at = listener(r), t, past;

	if (at == r->s.count || co_change_is_by_port(r))
		return 0;
	for (t = co_reading_part_start(r, at), past = co_reading_part_end(r, at); t < past; t++)
		if ((r->s.tokens[t].flags & CO_TOKEN_FACT) && co_reading_is_object(r, t))
			return 0;
	return 1;
}

/* A host can be restarted or stopped itself; a namespace created or deleted. */
static int is_itself(const struct co_reading *r)
{
	const char *a = r->act.name;

	if (co_change_is_by_port(r))
		return 1;
	if (co_is_about(r, "process"))
		return 0; /* "kill all processes on build-7" */
	if (co_reading_has(r, "host") && co_is_about(r, "login"))
		return co_is_among(a, "enable disable");
	if (co_reading_has(r, "host"))
		return (strcmp(a, "restrict") == 0 && co_reading_given(r, "port")) ||
		       (strcmp(a, "resize") == 0 && co_is_about(r, "disk")) ||
		       co_is_among(a, "restart stop start renew");
	if (co_reading_has(r, "namespace") && json_object_size(r->target) > 1)
		return co_reading_says_kind(r, "namespace") && co_is_among(a, "create delete tag");
	return 0;
}

/* "kubectl rollout restart deployment -n mailer": all of a kind, in one namespace */
static int restarts_all(const struct co_reading *r)
{
	return co_shell_is_line(r) && co_does(r, "restart") && co_reading_has(r, "kind") &&
	       co_reading_has(r, "namespace");
}

/* "every log group in lark-data": all of a kind in one place, for what harms none of them */
static int names_all(const struct co_reading *r)
{
	size_t t;

	if (co_reading_given(r, "volume_type") && co_does(r, "modify") && co_reading_has(r, "account") &&
	    co_reading_has_word(r, 0, r->s.count, "all"))
		return 1; /* "all gp2 in lark-data to gp3" */
	if (!co_does_any(r, "set-retention encrypt enable snapshot tag") || !co_reading_has(r, "kind") ||
	    !co_reading_has_any(r, "account namespace context"))
		return 0;
	for (t = 0; t + 1 < r->s.count; t++)
		if (co_says_any(r, t, "all every each") && co_match_at(&r->m, t + 1, CO_WORD_KIND))
			return 1;
	return 0;
}

/* What is switched for a whole account or region, or the accounts of an environment: the trail, the detector. */
static int is_for_all(const struct co_reading *r)
{
	if (co_does(r, "set-retention") &&
	    co_reading_has(r, "environment")) /* a Prometheus server keeps all for as long */
		return co_reading_is(r, "provider", "prometheus");
	if (co_does(r, "create") && co_reading_has(r, "account"))
		return co_reading_given(r, "amount"); /* a budget */
	if (co_is_about(r, "autoscaling") && co_reading_has(r, "cluster"))
		return co_does_any(r, "enable disable");
	return r->subject &&
	       (co_reading_has_any(r, "account region context") ||
		(co_reading_has(r, "environment") && co_reading_says_kind(r, "account"))) &&
	       co_does_any(r, "enable disable") &&
	       co_is_about_any(r, "audit-trail threat-detection flow-logs autoscaling");
}

/* "create a network policy in ledger" */
int co_change_is_new(const struct co_reading *r)
{
	size_t t;

	for (t = r->action->last + 1; t < r->s.count; t++)
		if (co_match_at(&r->m, t, CO_WORD_KIND) && co_token_is_plural(&r->s.tokens[t]))
			return 0; /* "can anybody create pods in kube-system" */
	return co_does_any(r, "create apply") && co_reading_has(r, "kind") && co_reading_has(r, "namespace");
}

/* "invalidate everything" empties a cache; a key alone is made invalid. */
static int empties(const struct co_reading *r)
{
	return co_says(r, r->action->first, "invalidate") && r->subject && co_is_about_any(r, "cdn cache");
}

/* Of a service of a host, a node, and a number of replicas there is no version to go back to. */
static int has_no_revisions(const struct co_reading *r)
{
	return co_does(r, "rollback") && (co_reading_is(r, "provider", "local") || co_is_about(r, "autoscaling") ||
					  (co_reading_has(r, "node") && !co_reading_has(r, "name")));
}

/* "keep pod web-shop-... 3 days": what runs is not kept for a time; its logs are. */
static int keeps_what_runs(const struct co_reading *r)
{
	if (!co_does(r, "set-retention"))
		return 0;
	return co_is_about_any(r, "pod deployment statefulset daemonset node instance") ||
	       co_reading_holds(r, "kind", "pod") || co_reading_holds(r, "kind", "node") ||
	       co_reading_holds(r, "kind", "instance");
}

/* "keep web-shop at 3 pods for 2 hours", "replace i-... by a t3.large": values of two changes */
static int sets_two(const struct co_reading *r)
{
	static const char *const values[] = { "replicas", "retention", "size", "image", "revision", "percent" };
	size_t i, n = co_reading_given(r, "memory") || co_reading_given(r, "cpu");

	for (i = 0; i < CO_COUNT(values); i++)
		n += (size_t)co_reading_given(r, values[i]);
	return n > 1 && !co_does(r, "create");
}

/* "limit web-shop to prod-eu", "limit ssh on bastion-1 to jonas.k": to what is not understood. "limit access to X" says so once. */
static int limits_to_other(const struct co_reading *r)
{
	size_t t, first = r->action->first;
	int to = 0, access = 0;

	if (!co_does(r, "restrict") || co_reading_given(r, "cidr") || !co_says_any(r, first, "limit restrict narrow"))
		return 0;
	for (t = first; t < r->s.count && (t == first || !co_reading_starts_part(r, t)); t++) {
		to += co_says(r, t, "to");
		access |= co_says(r, t, "access");
	}
	return to > access;
}

/* "detach vol-...": no grant */
static int revokes_no_grant(const struct co_reading *r)
{
	return co_does(r, "revoke") &&
	       (co_reading_holds(r, "kind", "volume") || co_reading_holds(r, "kind", "instance") ||
		co_reading_holds(r, "kind", "address"));
}

/* "move the traffic of web-shop off prod-eu": from there, and where to? */
static int only_leaves(const struct co_reading *r)
{
	size_t t;

	for (t = 1; co_does(r, "switch-traffic") && t < r->s.count; t++)
		if (co_says(r, t - 1, "off") && r->s.tokens[t].inventory &&
		    r->s.tokens[t].inventory->type <= CO_NAME_NAMESPACE)
			return !json_is_array(json_object_get(r->target, "context"));
	return 0;
}

/* "allow 10.40.0.0/16 to 5432 on sg-...": whom, to what, and where */
static int allows_no_port(const struct co_reading *r)
{
	return co_says(r, r->action->first, "allow") && co_does(r, "create") &&
	       !(co_reading_given(r, "cidr") && co_reading_given(r, "port") &&
		 (co_reading_holds(r, "kind", "security-group") || co_is_about(r, "security-group")));
}

/* "remove allUsers": that is nobody's name */
static int names_everybody(const struct co_reading *r)
{
	return co_reading_holds(r, "name", "allUsers") || co_reading_holds(r, "name", "allAuthenticatedUsers");
}

/* "kill pid 4182": of which host? */
static int is_of_no_host(const struct co_reading *r)
{
	const char *name = co_reading_value(r, "name");

	return name && co_is_about(r, "process") && strspn(name, "0123456789") == strlen(name) &&
	       !co_target_is_local(r);
}

/* "give it another run": of a job alone */
static int runs_no_job(const struct co_reading *r)
{
	size_t t;

	for (t = r->action->first; co_does(r, "create") && t <= r->action->last; t++)
		if (co_says(r, t, "run"))
			return !co_reading_says_kind(r, "job") && !co_change_runs_by_time(r) &&
			       !co_reading_holds(r, "kind", "cronjob");
	return 0;
}

static int has_needed(struct co_reading *r)
{
	const char *needs = r->act.needs;

	if (co_does(r, "switch-traffic") && co_reading_given(r, "port"))
		return 0; /* "point service web-shop to port 8080" */
	if (co_does(r, "release") && co_reading_has(r, "node"))
		return 0; /* "let worker-us-3 go" */
	if (co_undo_action(r) || co_undo_starts_unstopped(r) ||
	    is_another_listener(r)) /* still: nothing puts it back */
		return 0;
	if (sets_two(r) || limits_to_other(r) || revokes_no_grant(r) || only_leaves(r))
		return 0;
	if (has_no_revisions(r) || runs_no_job(r) || is_of_no_host(r) || names_everybody(r) || allows_no_port(r) ||
	    empties(r) || keeps_what_runs(r) || (co_change_is_new_one(r) && !co_reading_says_kind(r, "certificate")))
		return 0;

	if (!*needs)
		return r->subject && (json_object_size(r->target) > 1 || !r->vague) && json_object_size(r->target);
	if (strcmp(needs, "node") == 0)
		return co_reading_has(r, "node");
	if (!is_placed(r) && !names_many(r) && !is_itself(r) && !is_for_all(r) && !names_all(r) &&
	    !co_change_is_new(r) && !restarts_all(r))
		return 0;
	if (co_does(r, "set-resources"))
		return co_reading_given(r, "memory") || co_reading_given(r, "cpu");
	if (co_does(r, "modify"))
		return json_object_size(r->parameters) > 0 || r->setting; /* to what? */
	if (r->setting && !co_does(r, "tag"))
		return 0; /* "set MAX_RETRIES, to 3": a number of replicas it is not */
	return strcmp(needs, "name") == 0 || co_reading_given(r, needs);
}

enum co_unclear co_reading_command(struct co_reading *r)
{
	if (!r->action)
		return CO_UNCLEAR_TARGET;
	r->culprit_token = co_delay_find(r);
	if (r->culprit_token < r->s.count)
		return CO_UNCLEAR_WORDS;
	r->culprit_token = first_hidden(r);
	return r->culprit_token < r->s.count ? CO_UNCLEAR_WORDS : CO_CLEAR;
}

/* "disable root login for sshd" is no change of sshd itself. */
static int is_of_a_part(const struct co_reading *r)
{
	size_t next = r->subject_span.last + 1;

	if (!r->subject || !co_reading_is(r, "provider", "local") || strcmp(r->action->entry.needs, "name") != 0 ||
	    co_does(r, "renew") || co_is_about_any(r, "service-unit process health"))
		return 0;
	return r->subject_span.first > r->action->last && co_says_any(r, next, "of for");
}

/* "in cache namespace": a place that is said, and not understood, must not be left out of a change. */
static int loses_its_place(const struct co_reading *r)
{
	return co_reading_says_kind(r, "namespace") && !co_reading_has(r, "namespace") &&
	       !co_reading_is(r, "kind", "namespace");
}

enum co_unclear co_change_check(struct co_reading *r)
{
	enum co_unclear unclear;

	if (!has_needed(r) || is_of_a_part(r) || co_whole_is_none(r) || loses_its_place(r))
		return CO_UNCLEAR_TARGET;
	unclear = co_reading_command(r);
	if (unclear != CO_CLEAR)
		return unclear;
	if (r->second_value || r->taken_back > r->action->last) {
		r->culprit_token = r->second_value ? r->second_value : r->taken_back;
		return CO_UNCLEAR_TIE;
	}
	unclear = co_talk_check(r);
	if (unclear == CO_CLEAR && !co_does(r, "fix"))
		unclear = co_parts_check(r);
	if (unclear != CO_CLEAR)
		return unclear;
	if (co_delay_ends_hold(r))
		r->when.has_window = 0;
	return r->subject ? CO_CLEAR : CO_UNCLEAR_SUBJECT;
}
