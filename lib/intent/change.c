/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Is a change understood well enough to be asked for? Its object must be named (or be many
 * of a kind, and say which), its parameters be there, and every word that could matter be
 * understood. Whatever is left over makes it unclear, but for talk: why it is wanted.
 */
#include "intent/reading.h"

#include <string.h>

/* ---- the action, once its parameters are known: "set X to" an image, a size, a number of replicas */

static int is_general(const char *action)
{
	static const char *const general[] = { "scale", "modify",    "resize",	      "set-image",
					       "apply", "set-resources", "create", "release", NULL };
	size_t i;

	for (i = 0; general[i]; i++)
		if (strcmp(general[i], action) == 0)
			return 1;
	return 0;
}

int co_reading_sets(const struct co_reading *r)
{
	return r->action && is_general(r->act.name);
}

static int has_parameter(const struct co_reading *r, const char *name)
{
	return json_object_get(r->parameters, name) != NULL;
}

/* "remove all evicted pods" takes no replica away. */
static int removes(const struct co_reading *r)
{
	return strcmp(r->act.name, "scale") == 0 && !has_parameter(r, "replicas") &&
	       co_token_is(&r->s.tokens[r->action->first], "remove");
}

static int names_kind(const struct co_reading *r, const char *kind)
{
	size_t t;

	for (t = 0; t < r->s.count; t++)
		if (r->s.tokens[t].inventory && r->s.tokens[t].inventory->kind &&
		    strcmp(r->s.tokens[t].inventory->kind, kind) == 0)
			return 1;
	return 0;
}

/* A rollout is paused, a job that runs by time suspended. */
static int rolls_out(const struct co_reading *r)
{
	return names_kind(r, "deployment") || names_kind(r, "statefulset");
}

static int runs_by_time(const struct co_reading *r)
{
	return names_kind(r, "cronjob") || co_reading_says_kind(r, "cronjob");
}

/* A machine that is switched off is stopped. */
static int is_machine(const struct co_reading *r)
{
	const char *kind = json_string_value(json_object_get(r->target, "kind")),
		   *name = json_string_value(json_object_get(r->target, "name"));

	if (name && strncmp(name, "i-", 2) == 0 && co_identifier_kind(name) && strcmp(co_identifier_kind(name), "instance") == 0)
		return 1;
	return kind && strcmp(kind, "instance") == 0 && r->subject && strcmp(r->subject, "instance") == 0;
}

/* "time for a new one": of keys and secrets it is a rotation, and of other things than certificates nothing. */
static int is_new_one(const struct co_reading *r)
{
	return strcmp(r->act.name, "renew") == 0 && co_token_is(&r->s.tokens[r->action->last], "one");
}

static int is_of_kind(const struct co_reading *r, const char *const *kinds)
{
	const char *kind = json_string_value(json_object_get(r->target, "kind"));

	for (; kind && *kinds; kinds++)
		if (strcmp(kind, *kinds) == 0)
			return 1;
	return 0;
}

/* "with 2 cpus and 6Gi": beside cpus, a size is memory; a function has no other. */
static void settle_size(struct co_reading *r)
{
	json_t *size = json_object_get(r->parameters, "size");
	int function = r->subject && strcmp(r->subject, "function") == 0;

	if (!size || !(has_parameter(r, "cpu") || function) || has_parameter(r, "memory"))
		return;
	co_reading_because(r, "parameters.memory", json_string_value(size), r->s.count, 0);
	json_object_set(r->parameters, "memory", size);
	json_object_del(r->parameters, "size");
}

/* "move status.lark.example over to the other load balancer", with nothing that would be set. */
static int moves_traffic(const struct co_reading *r)
{
	size_t t;

	if (strcmp(r->act.name, "modify") != 0 || r->action->last == r->action->first || !co_token_is(&r->s.tokens[r->action->last - 1], "over") ||
	    json_object_size(r->parameters))
		return 0;
	for (t = r->action->first; t < r->action->last; t++)
		if (co_token_is(&r->s.tokens[t], "traffic"))
			return 1;
	return r->subject && co_reading_has(r, "url") &&
	       (strcmp(r->subject, "dns") == 0 || strcmp(r->subject, "load-balancer") == 0 || strcmp(r->subject, "endpoints") == 0);
}

static void refine(struct co_reading *r)
{
	static const struct {
		const char *parameter;
		const char *action;
	} said_by[] = { { "image", "set-image" },  { "memory", "set-resources" }, { "cpu", "set-resources" },
			{ "replicas", "scale" },   { "size", "resize" },	  { "retention", "set-retention" },
			{ "volume_type", "modify" }, { "tag", "tag" },		{ "cidr", "restrict" },
			{ "revision", "rollback" } };
	static const char *const rotated[] = { "key", "secret", NULL };
	size_t i;

	if ((strcmp(r->act.name, "stop") == 0 || strcmp(r->act.name, "disable") == 0) && runs_by_time(r))
		co_vocabulary_find(r->in->vocabulary, CO_WORD_ACTION, "suspend", &r->act);
	if (strcmp(r->act.name, "suspend") == 0 && rolls_out(r)) {
		co_vocabulary_find(r->in->vocabulary, CO_WORD_ACTION, "pause", &r->act);
		return;
	}
	if (strcmp(r->act.name, "rollback") == 0 && has_parameter(r, "image"))
		co_vocabulary_find(r->in->vocabulary, CO_WORD_ACTION, "set-image", &r->act); /* to a version, whatever was before */
	if (is_new_one(r) && is_of_kind(r, rotated))
		co_vocabulary_find(r->in->vocabulary, CO_WORD_ACTION, "rotate", &r->act);
	if (co_undo_action(r) && *co_undo_action(r))
		co_vocabulary_find(r->in->vocabulary, CO_WORD_ACTION, co_undo_action(r), &r->act);
	if (moves_traffic(r))
		co_vocabulary_find(r->in->vocabulary, CO_WORD_ACTION, "switch-traffic", &r->act);
	if (strcmp(r->act.name, "stop") == 0 && r->subject && strcmp(r->subject, "access-key") == 0)
		co_vocabulary_find(r->in->vocabulary, CO_WORD_ACTION, "disable", &r->act); /* "the key was found on pastebin, kill it" */
	if (strcmp(r->act.name, "disable") == 0 && is_machine(r))
		co_vocabulary_find(r->in->vocabulary, CO_WORD_ACTION, "stop", &r->act);
	if (strcmp(r->act.name, "enable") == 0 && is_machine(r))
		co_vocabulary_find(r->in->vocabulary, CO_WORD_ACTION, "start", &r->act);
	if (!co_reading_sets(r))
		return;
	settle_size(r);
	if (removes(r))
		co_vocabulary_find(r->in->vocabulary, CO_WORD_ACTION, "delete", &r->act);
	for (i = 0; i < CO_COUNT(said_by); i++) {
		if (!has_parameter(r, said_by[i].parameter))
			continue;
		if (strcmp(r->act.name, "create") == 0 && (strcmp(said_by[i].parameter, "cidr") == 0 || strcmp(said_by[i].parameter, "size") == 0))
			continue; /* "add 10.0.0.0/8 to sg-..." opens, "create a vm, e2-standard-8" is what it is to be like */
		co_vocabulary_find(r->in->vocabulary, CO_WORD_ACTION, said_by[i].action, &r->act);
		if (!r->subject && *r->act.subject)
			r->subject = r->act.subject;
		return;
	}
}

static const char *subject_of_service(const char *provider)
{
	if (strcmp(provider, "kubernetes") == 0)
		return "endpoints";
	return strcmp(provider, "local") == 0 ? "service-unit" : "container-service";
}

/* "limit ssh on bastion-1", "extend the disk of build-7": what of the host it is. */
static const char *part_of_host(const struct co_reading *r)
{
	if (strcmp(r->act.name, "restrict") == 0 && has_parameter(r, "port"))
		return "public-exposure";
	return strcmp(r->act.name, "resize") == 0 ? "disk" : NULL;
}

/* Of a change without a word for its object: what the named thing is. */
static void find_subject(struct co_reading *r)
{
	const char *provider = json_string_value(json_object_get(r->target, "provider"));
	const char *kind = json_string_value(json_object_get(r->target, "kind"));
	struct co_entry entry;
	size_t t;

	for (t = 0; t < r->s.count && !kind; t++)
		if (r->s.tokens[t].inventory)
			kind = r->s.tokens[t].inventory->kind;
	if (co_change_is_by_port(r))
		r->subject = "process";
	else if (co_reading_has(r, "node") && !co_reading_has(r, "name"))
		r->subject = "node";
	else if (kind && co_vocabulary_find(r->in->vocabulary, CO_WORD_KIND, kind, &entry) == 0 &&
		 *entry.subject)
		r->subject = strcmp(kind, "service") == 0 && provider ? subject_of_service(provider) : entry.subject;
	else if (co_reading_has(r, "host") && part_of_host(r))
		r->subject = part_of_host(r);
	else if (co_reading_has(r, "host") || (provider && strcmp(provider, "local") == 0 && co_reading_has(r, "name")))
		r->subject = "service-unit";
	else if (co_reading_has(r, "name") && strcmp(r->act.name, "revoke") == 0)
		r->subject = provider && strcmp(provider, "kubernetes") == 0 ? "rbac" : "iam";
	else if (co_reading_has(r, "name"))
		r->subject = !provider || strcmp(provider, "kubernetes") == 0 ? "deployment" : "instance";
	else if (co_reading_says_kind(r, "namespace"))
		r->subject = "cluster";
	r->margin = 9;
}

/* "10 instances of card-auth" are not cloud instances: what the inventory knows is what it says. */
static void prefer_inventory(struct co_reading *r)
{
	static const char *const loose[] = { "instance", "service-unit", "process", "health", "configuration" };
	size_t i, t;

	for (t = 0; t < r->s.count; t++)
		for (i = 0; r->s.tokens[t].inventory && r->s.tokens[t].inventory->type == CO_NAME_WORKLOAD &&
			    r->subject && i < CO_COUNT(loose);
		     i++)
			if (strcmp(r->subject, loose[i]) == 0 && strcmp(r->act.name, "fix") != 0)
				r->subject = NULL;
}

/* "restart redis" is about what is called so; "the db secret pg-main" about a secret. */
static void prefer_object(struct co_reading *r)
{
	const char *kind = json_string_value(json_object_get(r->target, "kind"));
	struct co_entry said, named;

	if (!r->subject || *r->action->entry.subject || strcmp(r->act.name, "fix") == 0 ||
	    !(co_reading_has(r, "name") || co_reading_has(r, "namespace")))
		return;
	if (r->subject_span.first == r->subject_span.last && r->s.tokens[r->subject_span.first].flags & CO_TOKEN_NAME)
		r->subject = NULL;
	else if (kind && co_vocabulary_find(r->in->vocabulary, CO_WORD_SUBJECT, r->subject, &said) == 0 &&
		 strcmp(said.class, "object") == 0 &&
		 co_vocabulary_find(r->in->vocabulary, CO_WORD_KIND, kind, &named) == 0 && *named.subject)
		r->subject = NULL; /* as the kind says */
	else if (strcmp(r->act.name, "scale") == 0 && strcmp(r->subject, "autoscaling") != 0 &&
		 co_vocabulary_find(r->in->vocabulary, CO_WORD_SUBJECT, r->subject, &said) == 0 &&
		 strcmp(said.class, "object") != 0)
		r->subject = NULL; /* why it is wanted */
}

void co_change_refine(struct co_reading *r)
{
	refine(r);
	if (r->subject && strcmp(r->subject, "tag") == 0 && strcmp(r->act.name, "tag") != 0 && has_parameter(r, "tag") && co_reading_has(r, "kind"))
		r->subject = NULL; /* "volumes tagged env=demo" are volumes */
	prefer_inventory(r);
	prefer_object(r);
	if (!r->subject)
		find_subject(r);
}

/* ---- somebody else's words */

/* Where the request is complete; before its slots are read, that is its end. */
static size_t past_facts(const struct co_reading *r)
{
	size_t t;

	for (t = r->s.count; t > r->action->last + 1; t--)
		if ((r->s.tokens[t - 1].flags & (CO_TOKEN_FACT | CO_TOKEN_USED)) && !(r->s.tokens[t - 1].flags & CO_TOKEN_FOREIGN))
			return t;
	return r->s.count;
}

static int is_glue(unsigned char c)
{
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
		if ((token->flags & CO_TOKEN_SPLIT) || is_glue((unsigned char)r->text[token->end]))
			break;
		if (token->start > 0 && strchr("$&|}])\\%", r->text[token->start - 1]))
			break;
	}
	return t;
}

/* A command line, mark-up or a change of direction hides words; none may stand before the request is complete. */
static size_t first_hidden(const struct co_reading *r)
{
	size_t t, past = past_facts(r);

	for (t = 0; t < past; t++)
		if ((r->s.tokens[t].flags & (CO_TOKEN_FOREIGN | CO_TOKEN_MESSAGE)) == CO_TOKEN_FOREIGN)
			return t;
	return first_glued(r);
}

/* ---- the object */

/* "every snapshot" */
static int is_every(const struct co_reading *r, size_t t)
{
	return t > 0 && (co_token_is(&r->s.tokens[t - 1], "every") || co_token_is(&r->s.tokens[t - 1], "each") ||
			 co_token_is(&r->s.tokens[t - 1], "any"));
}

/* "unattached volumes older than 30 days", "failed jobs in media": many of a kind, and it is said which. */
static int names_many(struct co_reading *r)
{
	int plural = 0, which = has_parameter(r, "age") || has_parameter(r, "tag") || has_parameter(r, "volume_type");
	size_t i;

	if (!co_reading_has(r, "kind"))
		return 0;
	for (i = 0; i < r->m.count; i++) {
		const struct co_match *m = &r->m.items[i];

		if (!co_reading_own(m))
			continue;
		if (m->entry.type == CO_WORD_KIND && (co_token_is_plural(&r->s.tokens[m->last]) || is_every(r, m->first) ||
						      (m->first > 0 && is_every(r, m->first - 1))))
			plural = 1;
		if (co_match_is(m, "idle-resource") || co_match_is(m, "eviction") || co_match_is(m, "which"))
			which = 1;
		if (co_match_is(m, "which"))
			co_reading_use(r, m->first, m->last);
	}
	return plural && which;
}

static int is_placed(const struct co_reading *r)
{
	if (strcmp(r->act.name, "switch-traffic") == 0 && co_reading_has(r, "url"))
		return 1;
	return co_reading_has(r, "name") || co_reading_has(r, "node");
}

/* "something listens on port 8080 of this machine, kill it" */
int co_change_is_by_port(const struct co_reading *r)
{
	static const char *const words[] = { "process", "listens", "listening", "listener", "holds", "occupies", "occupying", "uses", "blocks", "sits", NULL };
	const char *provider = json_string_value(json_object_get(r->target, "provider"));
	size_t t;

	if (strcmp(r->act.name, "stop") != 0 || !has_parameter(r, "port") || co_reading_has(r, "name") || !provider || strcmp(provider, "local") != 0)
		return 0;
	for (t = 0; t < r->s.count; t++)
		if (co_token_is_any(&r->s.tokens[t], words))
			return 1;
	return 0;
}

/* A host can be restarted or stopped itself; a namespace created or deleted. */
static int is_itself(const struct co_reading *r)
{
	const char *a = r->act.name;

	if (co_change_is_by_port(r))
		return 1;
	if (co_reading_has(r, "host") && r->subject && strcmp(r->subject, "login") == 0)
		return strcmp(a, "enable") == 0 || strcmp(a, "disable") == 0;
	if (co_reading_has(r, "host"))
		return (strcmp(a, "restrict") == 0 && has_parameter(r, "port")) || (strcmp(a, "resize") == 0 && r->subject && strcmp(r->subject, "disk") == 0) || strcmp(a, "restart") == 0 || strcmp(a, "stop") == 0 || strcmp(a, "start") == 0 || strcmp(a, "renew") == 0;
	if (co_reading_has(r, "namespace") && json_object_size(r->target) > 1)
		return co_reading_says_kind(r, "namespace") &&
		       (strcmp(a, "create") == 0 || strcmp(a, "delete") == 0 || strcmp(a, "tag") == 0);
	return 0;
}

/* "kubectl rollout restart deployment -n mailer": all of a kind, in one namespace */
static int restarts_all(const struct co_reading *r)
{
	return co_shell_is_line(r) && strcmp(r->act.name, "restart") == 0 && co_reading_has(r, "kind") && co_reading_has(r, "namespace");
}

/* What is switched for a whole account or region: the trail, the detector. */
static int is_for_all(const struct co_reading *r)
{
	const char *provider = co_reading_has(r, "provider") ? json_string_value(json_object_get(r->target, "provider")) : "";

	if (strcmp(r->act.name, "set-retention") == 0 && co_reading_has(r, "environment")) /* a Prometheus server keeps all for as long */
		return strcmp(provider, "prometheus") == 0;
	if (strcmp(r->act.name, "create") == 0 && co_reading_has(r, "account"))
		return has_parameter(r, "amount"); /* a budget */
	return r->subject && (co_reading_has(r, "account") || co_reading_has(r, "region") || co_reading_has(r, "context")) &&
	       (strcmp(r->act.name, "enable") == 0 || strcmp(r->act.name, "disable") == 0) &&
	       (strcmp(r->subject, "audit-trail") == 0 || strcmp(r->subject, "threat-detection") == 0 ||
		strcmp(r->subject, "flow-logs") == 0 || strcmp(r->subject, "autoscaling") == 0);
}

/* "create a network policy in ledger" */
int co_change_is_new(const struct co_reading *r)
{
	return strcmp(r->act.name, "create") == 0 && co_reading_has(r, "kind") && co_reading_has(r, "namespace");
}

/* "invalidate everything" empties a cache; a key alone is made invalid. */
static int empties(const struct co_reading *r)
{
	return co_token_is(&r->s.tokens[r->action->first], "invalidate") && r->subject &&
	       (strcmp(r->subject, "cdn") == 0 || strcmp(r->subject, "cache") == 0);
}

/* Of a service of a host, a node, and a number of replicas there is no version to go back to. */
static int has_no_revisions(const struct co_reading *r)
{
	const char *provider = json_string_value(json_object_get(r->target, "provider"));

	return strcmp(r->act.name, "rollback") == 0 &&
	       ((provider && strcmp(provider, "local") == 0) || (r->subject && strcmp(r->subject, "autoscaling") == 0) || (co_reading_has(r, "node") && !co_reading_has(r, "name")));
}

/* "keep pod web-shop-... 3 days": what runs is not kept for a time; its logs are. */
static int keeps_what_runs(const struct co_reading *r)
{
	static const char *const subjects[] = { "pod", "deployment", "statefulset", "daemonset", "node", "instance", NULL };
	static const char *const pods[] = { "pod", "node", NULL };
	size_t i;

	if (strcmp(r->act.name, "set-retention") != 0)
		return 0;
	for (i = 0; r->subject && subjects[i]; i++)
		if (strcmp(r->subject, subjects[i]) == 0)
			return 1;
	return is_of_kind(r, pods);
}

/* "give it another run": of a job alone */
static int runs_no_job(const struct co_reading *r)
{
	size_t t;

	for (t = r->action->first; strcmp(r->act.name, "create") == 0 && t <= r->action->last; t++)
		if (co_token_is(&r->s.tokens[t], "run"))
			return !co_reading_says_kind(r, "job") && !co_reading_says_kind(r, "cronjob") && !co_reading_holds(r, "kind", "cronjob");
	return 0;
}

static int has_needed(struct co_reading *r)
{
	const char *needs = r->act.needs;

	if (strcmp(r->act.name, "switch-traffic") == 0 && has_parameter(r, "port"))
		return 0; /* "point service web-shop to port 8080" */
	if (strcmp(r->act.name, "release") == 0 && co_reading_has(r, "node"))
		return 0; /* "let worker-us-3 go" */
	if (co_undo_action(r) || co_undo_starts_unstopped(r)) /* still: nothing puts it back */
		return 0;
	if (has_no_revisions(r) || runs_no_job(r) || empties(r) || keeps_what_runs(r) || (is_new_one(r) && !co_reading_says_kind(r, "certificate")))
		return 0;

	if (!*needs)
		return r->subject && (json_object_size(r->target) > 1 || !r->vague) && json_object_size(r->target);
	if (strcmp(needs, "node") == 0)
		return co_reading_has(r, "node");
	if (!is_placed(r) && !names_many(r) && !is_itself(r) && !is_for_all(r) && !co_change_is_new(r) && !restarts_all(r))
		return 0;
	if (strcmp(r->act.name, "set-resources") == 0)
		return has_parameter(r, "memory") || has_parameter(r, "cpu");
	if (strcmp(r->act.name, "modify") == 0)
		return json_object_size(r->parameters) > 0 || r->setting; /* to what? */
	return strcmp(needs, "name") == 0 || has_parameter(r, needs);
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
	static const char *const whole[] = { "service-unit", "process", "health" };
	const char *provider = json_string_value(json_object_get(r->target, "provider"));
	size_t next = r->subject_span.last + 1, i;

	if (!r->subject || !provider || strcmp(provider, "local") != 0 || strcmp(r->action->entry.needs, "name") != 0 ||
	    strcmp(r->act.name, "renew") == 0)
		return 0;
	for (i = 0; i < CO_COUNT(whole); i++)
		if (strcmp(r->subject, whole[i]) == 0)
			return 0;
	return r->subject_span.first > r->action->last && next < r->s.count &&
	       (co_token_is(&r->s.tokens[next], "of") || co_token_is(&r->s.tokens[next], "for"));
}

/* "in cache namespace": a place that is said, and not understood, must not be left out of a change. */
static int loses_its_place(const struct co_reading *r)
{
	const char *kind = json_string_value(json_object_get(r->target, "kind"));

	return co_reading_says_kind(r, "namespace") && !co_reading_has(r, "namespace") &&
	       (!kind || strcmp(kind, "namespace") != 0);
}

enum co_unclear co_change_check(struct co_reading *r)
{
	enum co_unclear unclear;

	if (!has_needed(r) || is_of_a_part(r) || loses_its_place(r))
		return CO_UNCLEAR_TARGET;
	unclear = co_reading_command(r);
	if (unclear != CO_CLEAR)
		return unclear;
	if (r->second_value || r->taken_back > r->action->last) {
		r->culprit_token = r->second_value ? r->second_value : r->taken_back;
		return CO_UNCLEAR_TIE;
	}
	unclear = co_talk_check(r);
	if (unclear == CO_CLEAR && strcmp(r->act.name, "fix") != 0)
		unclear = co_parts_check(r);
	if (unclear != CO_CLEAR)
		return unclear;
	return r->subject ? CO_CLEAR : CO_UNCLEAR_SUBJECT;
}
