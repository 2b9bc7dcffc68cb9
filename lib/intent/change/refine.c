/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Of a change, the action once its parameters are known ("set X to" an image, a size, a number of replicas), and the
 * subject, if no word says it.
 */
#include "intent/change/change.h"
#include "intent/target/target.h"

#include <string.h>

int co_reading_sets(const struct co_reading *r)
{
	return r->action && co_does_any(r, "scale modify resize set-image apply set-resources create release");
}

/* "remove all evicted pods" takes no replica away. */
static int removes(const struct co_reading *r)
{
	return co_does(r, "scale") && !co_reading_given(r, "replicas") && co_says(r, r->action->first, "remove");
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

int co_change_runs_by_time(const struct co_reading *r)
{
	return names_kind(r, "cronjob") || co_reading_says_kind(r, "cronjob");
}

/* A machine that is switched off is stopped. */
static int is_machine(const struct co_reading *r)
{
	const char *name = co_reading_value(r, "name");

	if (name && strncmp(name, "i-", 2) == 0 && co_identifier_kind(name) &&
	    strcmp(co_identifier_kind(name), "instance") == 0)
		return 1;
	return co_reading_is(r, "kind", "instance") && co_is_about(r, "instance");
}

int co_change_is_new_one(const struct co_reading *r)
{
	return co_does(r, "renew") && co_says(r, r->action->last, "one");
}

/* "with 2 cpus and 6Gi": beside cpus, a size is memory; a function has no other. */
static void settle_size(struct co_reading *r)
{
	json_t *size = json_object_get(r->parameters, "size");
	int function = co_is_about(r, "function");

	if (!size || !(co_reading_given(r, "cpu") || function) || co_reading_given(r, "memory"))
		return;
	co_reading_because(r, "parameters.memory", json_string_value(size), r->s.count, 0);
	json_object_set(r->parameters, "memory", size);
	json_object_del(r->parameters, "size");
}

/* "purge the messages of queue refund-out": what is in it */
static int empties_contents(const struct co_reading *r)
{
	size_t t;

	for (t = r->action->first; co_does(r, "delete") && co_reading_has(r, "name") && t < r->s.count &&
				   !(r->s.tokens[t].flags & CO_TOKEN_NAME);
	     t++)
		if (co_says_any(r, t, "messages objects files entries items contents content rows"))
			return 1;
	return 0;
}

/* "make an s3 bucket lark-tmp in eu-west-1" */
static int makes_new(const struct co_reading *r)
{
	size_t first = r->action->first, t;

	if (!co_does(r, "modify") || !co_says(r, first, "make") || r->action->last > first ||
	    json_object_size(r->parameters) || first + 2 >= r->s.count || !co_says_any(r, first + 1, "a an one"))
		return 0;
	for (t = first + 2; t < first + 5 && t < r->s.count; t++)
		if (co_match_at(&r->m, t, CO_WORD_KIND))
			return 1;
	return 0;
}

/* "remove 192.0.2.0/24 on 443 from sg-...": of a group, what stands before it */
static int takes_rule(const struct co_reading *r)
{
	size_t t, value = 0;

	for (t = r->action->last + 1;
	     t < r->s.count && co_does(r, "delete") && co_reading_holds(r, "kind", "security-group"); t++) {
		value |= r->s.tokens[t].flags & CO_TOKEN_VALUE;
		if (r->s.tokens[t].flags & CO_TOKEN_NAME || co_reading_holds(r, "name", r->s.tokens[t].name))
			return value && co_says_any(r, t - 1, "from on of in");
	}
	return 0;
}

/* "was suspended, start it again", not "hung, start it again" */
static int is_told_held(const struct co_reading *r)
{
	return co_reading_has_word(r, 0, r->s.count, "suspended paused disabled hold off stopped");
}

/* "remove the silence on TileLatencyP99", "unmute it": the alert itself stays */
static int ends_silence(const struct co_reading *r)
{
	size_t t = r->action->last + 1;

	if (!co_does(r, "delete"))
		return 0;
	t += co_says_any(r, t, "the that this a my our") != 0;
	return co_says_any(r, r->action->first, "unmute unsilence") || co_says(r, t, "silence") ||
	       co_says(r, r->action->last, "silence") ||
	       (r->action->last > r->action->first && co_says(r, r->action->last - 1, "silence"));
}

static void become(struct co_reading *r, const char *action)
{
	co_vocabulary_find(r->in->vocabulary, CO_WORD_ACTION, action, &r->act);
}

static void refine(struct co_reading *r)
{
	static const struct {
		const char *parameter;
		const char *action;
	} said_by[] = { { "image", "set-image" },    { "memory", "set-resources" },
			{ "cpu", "set-resources" },  { "replicas", "scale" },
			{ "size", "resize" },	     { "retention", "set-retention" },
			{ "volume_type", "modify" }, { "tag", "tag" },
			{ "cidr", "restrict" },	     { "revision", "rollback" } };
	const char *undone;
	size_t i;

	if (co_does_any(r, "stop disable") && co_change_runs_by_time(r))
		become(r, "suspend");
	if (co_does(r, "enable") && co_change_runs_by_time(r))
		become(r, "resume");
	if (co_does(r, "start") && co_change_runs_by_time(r))
		become(r, is_told_held(r) ? "resume" : "create");
	if (co_does(r, "suspend") && rolls_out(r))
		become(r, "pause");
	if (co_does(r, "rollback") && co_reading_given(r, "image"))
		become(r, "set-image"); /* to a version, whatever was before */
	if (co_change_is_new_one(r) && co_reading_is_any(r, "kind", "key secret"))
		become(r, "rotate");
	if ((undone = co_undo_action(r)) && *undone)
		become(r, undone);
	if (empties_contents(r)) {
		become(r, "modify");
		r->setting = 1;
	}
	if (takes_rule(r))
		become(r, "revoke");
	if (co_does(r, "stop") && co_is_about(r, "access-key"))
		become(r, "disable"); /* "the key was found on pastebin, kill it" */
	if (co_does(r, "delete") && co_is_about(r, "process"))
		become(r, "stop");
	if (co_does(r, "start") && co_is_about(r, "audit-trail"))
		become(r, "enable");
	if (ends_silence(r) && !co_reading_has(r, "kind"))
		co_reading_slot(r, "kind", "silence", r->action->first, r->action->last);
	if (co_does(r, "disable") && is_machine(r))
		become(r, "stop");
	if (co_does(r, "enable") && is_machine(r))
		become(r, "start");
	if (!co_reading_sets(r) || r->setting)
		return;
	settle_size(r);
	if (makes_new(r))
		become(r, "create");
	if (removes(r))
		become(r, "delete");
	for (i = 0; i < CO_COUNT(said_by); i++) {
		if (!co_reading_given(r, said_by[i].parameter))
			continue;
		if (co_does(r, "create") && co_is_among(said_by[i].parameter, "cidr size"))
			continue; /* "add 10.0.0.0/8 to sg-..." opens, "create a vm, e2-standard-8" is what it is to be like */
		become(r, said_by[i].action);
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
	if (co_does(r, "restrict") && co_reading_given(r, "port"))
		return "public-exposure";
	return co_does(r, "resize") ? "disk" : NULL;
}

static const char *find_arn(const struct co_reading *r)
{
	size_t t;

	for (t = 0; t < r->s.count; t++)
		if (strncmp(r->s.tokens[t].name, "arn:", 4) == 0 && (r->s.tokens[t].flags & CO_TOKEN_FACT))
			return r->s.tokens[t].name;
	return NULL;
}

/* "pid 4182 hangs, kill it" */
static int is_by_number(const struct co_reading *r)
{
	const char *name = co_reading_value(r, "name");

	return name && *name && strspn(name, "0123456789") == strlen(name) && co_target_is_local(r);
}

/* Of a change without a word for its object: what the named thing is. */
static void find_subject(struct co_reading *r)
{
	const char *provider = co_reading_value(r, "provider");
	const char *kind = co_reading_value(r, "kind"), *arn;
	struct co_entry entry;
	size_t t;

	for (t = 0; t < r->s.count && !kind; t++)
		if (r->s.tokens[t].inventory)
			kind = r->s.tokens[t].inventory->kind;
	if (co_change_is_by_port(r))
		r->subject = "process";
	else if (co_reading_has(r, "node") && !co_reading_has(r, "name"))
		r->subject = "node";
	else if (co_reading_is(r, "kind", "role") && co_reading_is(r, "provider", "kubernetes"))
		r->subject = "rbac";
	else if (kind && co_vocabulary_find(r->in->vocabulary, CO_WORD_KIND, kind, &entry) == 0 && *entry.subject)
		r->subject = strcmp(kind, "service") == 0 && provider ? subject_of_service(provider) : entry.subject;
	else if (is_by_number(r))
		r->subject = "process";
	else if (co_reading_has(r, "host") && part_of_host(r))
		r->subject = part_of_host(r);
	else if (co_reading_has(r, "host") || (co_reading_is(r, "provider", "local") && co_reading_has(r, "name")))
		r->subject = "service-unit";
	else if (co_reading_has(r, "name") && co_does(r, "revoke"))
		r->subject = co_reading_is(r, "provider", "kubernetes") ? "rbac" : "iam";
	else if (co_reading_has(r, "name") && (arn = find_arn(r)) && co_identifier_subject(r, arn))
		r->subject = co_identifier_subject(r, arn);
	else if (co_reading_has(r, "name"))
		r->subject = !provider || strcmp(provider, "kubernetes") == 0 ? "deployment" : "instance";
	else if (co_reading_says_kind(r, "namespace"))
		r->subject = "cluster";
	r->margin = 9;
}

/* "10 instances of card-auth" are not cloud instances: what the inventory knows is what it says. */
static void prefer_inventory(struct co_reading *r)
{
	if (co_is_about_any(r, "instance service-unit process health configuration") && !co_does(r, "fix") &&
	    !r->setting && co_reading_knows(r, 0, r->s.count, CO_NAME_WORKLOAD))
		r->subject = NULL;
}

/* "restart redis" is about what is called so; "the db secret pg-main" about a secret. */
static void prefer_object(struct co_reading *r)
{
	const char *kind = co_reading_value(r, "kind");
	struct co_entry said, named;

	if (!r->subject || *r->action->entry.subject || co_does(r, "fix") || !co_reading_has_any(r, "name namespace"))
		return;
	if (r->subject_span.first == r->subject_span.last && r->s.tokens[r->subject_span.first].flags & CO_TOKEN_NAME)
		r->subject = NULL;
	else if (kind && co_vocabulary_find(r->in->vocabulary, CO_WORD_SUBJECT, r->subject, &said) == 0 &&
		 strcmp(said.class, "object") == 0 &&
		 co_vocabulary_find(r->in->vocabulary, CO_WORD_KIND, kind, &named) == 0 && *named.subject)
		r->subject = NULL; /* as the kind says */
	else if (co_does(r, "scale") && !co_is_about(r, "autoscaling") &&
		 co_vocabulary_find(r->in->vocabulary, CO_WORD_SUBJECT, r->subject, &said) == 0 &&
		 strcmp(said.class, "object") != 0)
		r->subject = NULL; /* why it is wanted */
}

void co_change_refine(struct co_reading *r)
{
	refine(r);
	if (co_is_about(r, "tag") && !co_does(r, "tag") && co_reading_given(r, "tag") && co_reading_has(r, "kind"))
		r->subject = NULL; /* "volumes tagged env=demo" are volumes */
	prefer_inventory(r);
	prefer_object(r);
	if (!r->subject)
		find_subject(r);
}
