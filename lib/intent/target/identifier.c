/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What says by itself what it is: names of the inventory, ARNs, AWS ids, "kind/name",
 * "namespace/name", "-n NAMESPACE", addresses.
 */
#include "intent/target/target.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

/* "-n" before it */
static int is_option(const struct co_reading *r, size_t t, const char *name)
{
	return co_says(r, t - 1, name) && r->s.tokens[t - 1].start > 0 && r->text[r->s.tokens[t - 1].start - 1] == '-';
}

static const char *const slots_of_names[] = { NULL,   "environment", "context", "cluster", "namespace",
					      "node", "host",	     "account", "url",	   NULL };

static void take_place(struct co_reading *r, const struct co_name *n, size_t first, size_t last)
{
	if (n->type == CO_NAME_URL)
		co_reading_slot(r, "environment", n->environment, first, last);
	else if (slots_of_names[n->type])
		co_reading_slot(r, slots_of_names[n->type], n->value, first, last);
	if (n->type == CO_NAME_CONTEXT && n->environment)
		co_reading_slot(r, "environment", n->environment, first, last);
}

static void take_inventory(struct co_reading *r, size_t t)
{
	const struct co_name *n = r->s.tokens[t].inventory;
	const struct co_match *kind;
	size_t last = t;

	while (last + 1 < r->s.count && r->s.tokens[last + 1].inventory == n)
		last++;
	if (is_option(r, t, "n") || is_option(r, t, "namespace") || is_option(r, t, "context"))
		co_reading_use(r, t - 1, t - 1);
	if (t > 0 && slots_of_names[n->type] && (kind = co_reading_ending(r, t - 1, CO_WORD_KIND)))
		co_reading_use(r, kind->first, kind->last); /* "account lark-prod" */
	take_place(r, n, t, last);
}

/* ---- identifiers that say what they are */

static size_t field_length(const char *s)
{
	return strcspn(s, ":");
}

/* arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE; of a resource path the last part is the name. */
static int take_arn(struct co_reading *r, size_t t)
{
	static const char *const slots[] = { NULL, NULL, NULL, "region", "account" };
	const char *p = r->s.tokens[t].name, *cut;
	char value[256];
	size_t i, n;

	if (strncmp(p, "arn:", 4) != 0 || r->s.tokens[t].len >= sizeof(value))
		return 0;
	for (i = 0; i < CO_COUNT(slots); i++, p += n + 1) {
		n = field_length(p);
		if (!p[n])
			return 0;
		memcpy(value, p, n);
		value[n] = '\0';
		if (slots[i] && n)
			co_reading_slot(r, slots[i], value, t, t);
	}
	cut = strrchr(p, '/') ? strrchr(p, '/') : strrchr(p, ':');
	co_reading_slot(r, "name", cut ? cut + 1 : p, t, t);
	co_reading_slot(r, "provider", "aws", t, t);
	return 1;
}

const char *co_identifier_subject(const struct co_reading *r, const char *arn)
{
	const char *field[6] = { arn };
	struct co_entry entry;
	size_t i, n;

	for (i = 1; i < CO_COUNT(field); i++) {
		field[i] = strchr(field[i - 1], ':');
		if (!field[i]++)
			return NULL;
	}
	n = strcspn(field[5], ":/");
	if (field[5][n] && co_match_word(r->in->vocabulary, field[5], n, CO_WORD_KIND, &entry) == 0 && *entry.subject)
		return entry.subject;
	n = strcspn(field[2], ":");
	return co_match_word(r->in->vocabulary, field[2], n, CO_WORD_SERVICE, &entry) == 0 && *entry.subject ?
		       entry.subject :
		       NULL;
}

static const struct {
	const char *prefix;
	const char *kind;
} ids[] = { { "i-", "instance" },
	    { "vol-", "volume" },
	    { "sg-", "security-group" },
	    { "snap-", "snapshot" },
	    { "eni-", "network-interface" },
	    { "vpc-", "vpc" },
	    { "subnet-", "subnet" },
	    { "ami-", "image" },
	    { "eipalloc-", "address" },
	    { "nat-", "nat-gateway" },
	    { "igw-", "internet-gateway" },
	    { "rtb-", "route-table" },
	    { "acl-", "network-acl" } };

const char *co_identifier_kind(const char *name)
{
	size_t i, n;

	for (i = 0; i < CO_COUNT(ids) && strchr(name, '-'); i++) {
		n = strlen(ids[i].prefix);
		if (strncmp(name, ids[i].prefix, n) == 0 && strlen(name + n) >= 8 &&
		    strspn(name + n, "0123456789abcdef") == strlen(name + n))
			return ids[i].kind;
	}
	if ((strncmp(name, "AKIA", 4) == 0 || strncmp(name, "ASIA", 4) == 0) && strlen(name) >= 16 &&
	    strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") == strlen(name))
		return "key";
	return NULL;
}

static int take_id(struct co_reading *r, size_t t)
{
	const char *name = r->s.tokens[t].name, *kind = co_identifier_kind(name);

	if (kind) {
		if (r->action)
			json_object_del(r->target, "provider"); /* of "the ingress rule" of sg-... */
		co_reading_slot(r, "provider", "aws", t, t);
		co_reading_slot(r, "name", name, t, t);
		if (!co_reading_has(r, "kind"))
			co_reading_slot(r, "kind", kind, t, t);
		return 1;
	}
	if (strlen(name) == 12 && strspn(name, "0123456789") == 12) {
		co_reading_slot(r, "account", name, t, t);
		co_reading_provider(r, "aws", t, t);
		return 1;
	}
	return 0;
}

int co_identifier_is_region(const struct co_reading *r, const char *text, struct co_entry *region)
{
	size_t len = strlen(text);

	if (!strpbrk(text, "0123456789"))
		return 0;
	if (co_match_word(r->in->vocabulary, text, len, CO_WORD_REGION, region) == 0)
		return 1;
	if (len < 8 || text[len - 1] < 'a' || text[len - 1] > 'f')
		return 0;
	return co_match_word(r->in->vocabulary, text, len - 1 - (text[len - 2] == '-'), CO_WORD_REGION, region) == 0;
}

static int take_zone(struct co_reading *r, size_t t)
{
	struct co_entry region;

	if (r->action || (r->s.tokens[t].flags & CO_TOKEN_KNOWN) ||
	    !co_identifier_is_region(r, r->s.tokens[t].text, &region))
		return 0;
	co_reading_slot(r, "region", region.name, t, t);
	co_reading_provider(r, region.provider, t, t);
	return 1;
}

/* "of pod X", "in X" */
static int names_pod_next(const struct co_reading *r, size_t t)
{
	if (t + 1 >= r->s.count || !co_says_any(r, t, "of in"))
		return 0;
	return co_match_at(&r->m, t + 1, CO_WORD_KIND) || co_token_is_made(&r->s.tokens[t + 1]);
}

/* "-n media", "container app of pod X", "the app container of pod X" */
static int take_labelled(struct co_reading *r, size_t t)
{
	const struct co_token *token = &r->s.tokens[t];
	const struct co_match *kind;

	if (!co_token_is_name(token))
		return 0;
	if (!(token->flags & CO_TOKEN_FACT) && (is_option(r, t, "n") || is_option(r, t, "namespace"))) {
		co_reading_slot(r, "namespace", token->name, t - 1, t);
		return 1;
	}
	if (!r->action && co_says(r, 0, "kubectl") && is_option(r, t, "c")) {
		co_reading_slot(r, "container", token->name, t - 1, t);
		return 1;
	}
	kind = t + 1 < r->s.count ? co_match_at(&r->m, t + 1, CO_WORD_KIND) : NULL;
	if (kind && co_match_is(kind, "container") && names_pod_next(r, kind->last + 1) &&
	    !co_reading_covered_by(r, t, "asking filler")) {
		co_reading_slot(r, "container", token->name, t, kind->last);
		return 1;
	}
	kind = t > 0 ? co_reading_ending(r, t - 1, CO_WORD_KIND) : NULL;
	if (kind && co_token_is_plural(&token[-1]))
		return 0;
	if (!kind || !co_match_is(kind, "container") || token->before || token->len < 2 ||
	    co_token_is_any(token, "logs log memory cpu restarts errors image images status limits requests"))
		return 0;
	if ((token->flags & CO_TOKEN_KNOWN) && !(t + 1 < r->s.count && co_token_is_any(&token[1], "of in")))
		return 0;
	co_reading_slot(r, "container", token->name, kind->first, t);
	return 1;
}

static int is_namespace(const struct co_reading *r, const struct co_match *m)
{
	return m && co_match_is(m, "namespace") && m->first == m->last && !co_token_is_plural(&r->s.tokens[m->last]);
}

/* No word of the vocabulary, but for a slip of the keyboard. */
static int is_free(const struct co_token *t)
{
	return !(t->flags & CO_TOKEN_KNOWN) || t->flags & (CO_TOKEN_QUOTED | CO_TOKEN_FIXED);
}

/* A word that means something elsewhere, and ends its part here: "in ns graph". */
static int closes(const struct co_reading *r, size_t t)
{
	if (co_reading_covered_by(r, t, "common quantifier asking turn polite filler object and or"))
		return 0;
	return t + 1 == r->s.count || r->s.tokens[t + 1].before || co_says_any(r, t + 1, "on to for by please pls now");
}

/* "in ns edge-plane", "in the edge-plane namespace", "svc/opac-web (ns library-front)" */
static int take_namespace(struct co_reading *r, size_t t)
{
	const struct co_token *token = &r->s.tokens[t];
	const struct co_match *before = t > 0 ? co_reading_ending(r, t - 1, CO_WORD_KIND) : NULL,
			      *after = t + 1 < r->s.count ? co_match_at(&r->m, t + 1, CO_WORD_KIND) : NULL;
	size_t first = t;

	if (co_reading_has(r, "namespace") || !co_token_is_name(token) || strchr(token->name, '/'))
		return 0;
	if (is_namespace(r, before) && !token->before && (is_free(token) || closes(r, t)))
		first = before->first;
	else if (is_namespace(r, after) && !token[1].before && is_free(token))
		before = after;
	else
		return 0;
	while (co_says_any(r, first - 1, "the our my"))
		first--;
	if (!(r->s.tokens[first].before && strchr("(,", r->s.tokens[first].before) && before->last < t) &&
	    (first == 0 || !co_says_any(r, first - 1, "in of from on within inside")))
		return 0;
	co_reading_use(r, before->first, before->last);
	co_reading_slot(r, "namespace", token->name, t, t);
	co_reading_provider(r, "kubernetes", before->first, before->last);
	return 1;
}

/* Of a namespace, or of what runs in it (RFC 1123 section 2.1). */
static int is_label(const char *text)
{
	size_t len = strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-");

	return len > 1 && !text[len] && text[0] >= 'a' && text[len - 1] != '-';
}

/* What the inventory calls a place, by the first part of a text. */
static const struct co_name *place_named(const struct co_reading *r, const char *text, size_t len)
{
	const struct co_name *found;
	char part[64];
	size_t n;

	if (!len || len >= sizeof(part))
		return NULL;
	memcpy(part, text, len);
	part[len] = '\0';
	for (n = 0; (found = co_names_find(r->in->names, part, n)); n++)
		if (found->type <= CO_NAME_NAMESPACE || found->type == CO_NAME_ACCOUNT)
			return found;
	return NULL;
}

static int is_workload(const struct co_reading *r, const char *name)
{
	const struct co_name *found = co_names_find(r->in->names, name, 0);

	return (found && found->type == CO_NAME_WORKLOAD) || co_names_owner(r->in->names, name);
}

/*
 * "media/thumbnailer", "staging-1/storefront/web-shop"; of workloads that are known also "prod/web-shop" and
 * "web-shop@prod-us": what it is called, and where it is. "prod/mailgun" is the name of a secret.
 */
static int take_path(struct co_reading *r, size_t t)
{
	const char *text = r->s.tokens[t].name, *at = strchr(text, '@'), *rest = text, *slash;
	const struct co_name *places[2];
	const struct co_match *before;
	struct co_entry region;
	char name[128];
	size_t count = 0, i, len;

	if (at && (places[0] = place_named(r, at + 1, strlen(at + 1))))
		count = 1;
	for (slash = at ? NULL : strchr(text, '/'); slash && count < CO_COUNT(places);
	     count++, rest = slash + 1, slash = strchr(rest, '/'))
		if (!(places[count] = place_named(r, rest, (size_t)(slash - rest))))
			return 0;
	len = at ? (size_t)(at - text) : strlen(rest);
	if (!count || !len || len >= sizeof(name) || strpbrk(rest, "/:"))
		return 0;
	memcpy(name, rest, len);
	name[len] = '\0';
	if (!at && !r->action && places[0]->type == CO_NAME_ACCOUNT && co_identifier_is_region(r, name, &region)) {
		take_place(r, places[0], t, t);
		co_reading_slot(r, "region", region.name, t, t);
		co_reading_provider(r, region.provider, t, t);
		return 1;
	}
	if (!is_workload(r, name) &&
	    (at || places[0]->type == CO_NAME_ENVIRONMENT || places[0]->type == CO_NAME_ACCOUNT))
		return 0;
	for (i = 0; i < count; i++) {
		take_place(r, places[i], t, t);
		co_reading_provider(r, places[i]->provider, t, t);
	}
	co_reading_slot(r, "name", name, t, t);
	if (is_workload(r, name))
		co_reading_provider(r, "kubernetes", t, t);
	if (t > 0 && (before = co_reading_ending(r, t - 1, CO_WORD_KIND)) && !co_match_is_any(before, "namespace app"))
		co_reading_slot(r, "kind", before->entry.name, before->first, before->last);
	return 1;
}

/* "team-pay/payments-api": a namespace and a name, where nothing says that it is a path, an image or a secret */
static int is_looked_at(const struct co_reading *r, size_t t)
{
	static const char others[] =
		"image repo repository registry branch path folder directory file bucket pr commit tag dashboard topic "
		"metric key parameter package chart";
	const char *provider = co_reading_value(r, "provider");
	const struct co_token *token = &r->s.tokens[t];

	if (r->action || (provider && strcmp(provider, "kubernetes") != 0) ||
	    place_named(r, token->text, strcspn(token->text, "/")) || !strchr(token->text, '-') ||
	    strcmp(token->name, token->text) != 0 ||
	    (r->subject && co_is_about_any(r, "image-pull secret") &&
	     !(co_says(r, t - 1, "secret") && !co_says(r, t - 2, "manager"))))
		return 0; /* "secrets manager secret orders/db-main" */
	return !(t > 0 && co_token_is_any(&token[-1], others)) &&
	       !(t + 1 < r->s.count && !token[1].before && co_token_is_any(&token[1], others));
}

/* "deploy/web-shop", "node/worker-eu-4" */
static int take_pair(struct co_reading *r, size_t t)
{
	const char *text = r->s.tokens[t].text, *name = r->s.tokens[t].name, *slash = strchr(text, '/');
	struct co_entry kind;
	char left[64];
	size_t len;

	if (!slash || slash == text || !slash[1] || strchr(slash + 1, '/') || strlen(text) != strlen(name))
		return 0;
	len = (size_t)(slash - text);
	if (len >= sizeof(left))
		return 0;
	memcpy(left, text, len);
	left[len] = '\0';
	if (co_is_among(left, "no node nodes")) {
		co_reading_slot(r, "node", name + len + 1, t, t);
		co_reading_provider(r, "kubernetes", t, t);
		return 1;
	}
	if (strcmp(left, "roles") == 0) { /* as Google Cloud writes its own */
		co_reading_slot(r, "name", name, t, t);
		co_reading_slot(r, "kind", "role", t, t);
		return 1;
	}
	if (co_match_word(r->in->vocabulary, left, len, CO_WORD_KIND, &kind) == 0) {
		co_reading_slot(r, "kind", kind.name, t, t);
		co_reading_slot(r, "name", name + len + 1, t, t);
		co_reading_provider(r, kind.provider, t, t);
		return 1;
	}
	if (((r->action && t == r->action->last + 1 && co_does_any(r, "restart scale rollback pause resume")) ||
	     is_looked_at(r, t)) &&
	    is_label(left) && is_label(name + len + 1)) {
		co_reading_slot(r, "namespace", left, t, t);
		co_reading_slot(r, "name", name + len + 1, t, t);
		if (co_candidate_is_pod(name + len + 1))
			co_reading_slot(r, "kind", "pod", t, t);
		co_reading_provider(r, "kubernetes", t, t);
		return 1;
	}
	return 0;
}

/* "s3://lark-media/2026/": the bucket; of a change, only where no object in it is named */
static int take_bucket(struct co_reading *r, size_t t)
{
	static const char *const schemes[][2] = { { "s3://", "aws" }, { "gs://", "gcp" } };
	const char *name = r->s.tokens[t].name;
	char bucket[64];
	size_t i, len;

	for (i = 0; i < CO_COUNT(schemes); i++) {
		if (strncmp(name, schemes[i][0], strlen(schemes[i][0])) != 0)
			continue;
		name += strlen(schemes[i][0]);
		len = strcspn(name, "/");
		if (!len || len >= sizeof(bucket) || (r->action && strlen(name + len) > 1))
			return 0;
		memcpy(bucket, name, len);
		bucket[len] = '\0';
		co_reading_provider(r, schemes[i][1], t, t);
		co_reading_slot(r, "name", bucket, t, t);
		if (!co_reading_has(r, "kind"))
			co_reading_slot(r, "kind", "bucket", t, t);
		return 1;
	}
	return 0;
}

/* "see https://...", "Get http://...": the address of something else */
static int only_points(const struct co_reading *r, size_t t)
{
	if (co_says_any(r, t - 1, "see cf via runbook dashboard board link get post head ticket thread ref"))
		return 1;
	return r->s.tokens[t].start > 0 && r->text[r->s.tokens[t].start - 1] == '.'; /* "*.lark.example" */
}

/* "tgw-0a1b2c3d4e5f60718": an id of AWS that is of no kind we know */
static int is_other_id(const char *text)
{
	const char *digits = strchr(text, '-');

	return co_starts_with_any(text, "fs- tgw- lt- pcx- vpce- vgw- eipassoc- dopt- fl- cgw-") &&
	       strlen(digits + 1) == 17 && strspn(digits + 1, "0123456789abcdef") == 17;
}

/* "tiler@lark-maps.iam.gserviceaccount.com", "orders.cluster-abc.eu-west-1.rds.amazonaws.com": whose domain it is */
static void imply_from_domain(struct co_reading *r, size_t t)
{
	static const struct {
		const char *provider, *domains;
	} owners[] = {
		{ "gcp", ".gserviceaccount.com .run.app .cloudfunctions.net" },
		{ "aws", ".amazonaws.com .cloudfront.net .on.aws" },
		{ "azure", ".azurewebsites.net .windows.net .azure.com .onmicrosoft.com .azmk8s.io" },
	};
	const char *text = r->s.tokens[t].text, *scheme = strstr(text, "://");
	char host[256];
	size_t i;

	if (r->action)
		return;
	if (is_other_id(text))
		co_reading_provider(r, "aws", r->s.count, 0);
	if (!scheme && strchr(text, '/'))
		return;
	snprintf(host, sizeof(host), "%s", scheme ? scheme + 3 : text);
	if (scheme)
		host[strcspn(host, "/:")] = '\0';
	for (i = 0; i < CO_COUNT(owners); i++)
		if (co_ends_with_any(host, owners[i].domains))
			co_reading_provider(r, owners[i].provider, r->s.count, 0); /* the word may yet be a name */
}

static int is_port(const char *text)
{
	return strlen(text) > 1 && strlen(text) < 6 && strspn(text, "0123456789") == strlen(text);
}

/* "restart chat-hub (https://tickets...)", "chat-hub is slow <https://wiki...|runbook>": a link behind the object, of a look one that Slack made */
static int is_link_behind(const struct co_reading *r, size_t t)
{
	const struct co_token *token = &r->s.tokens[t];

	if (t == 0 || !strstr(token->name, "://") || co_does(r, "switch-traffic"))
		return 0;
	if (r->action)
		return t > r->action->first &&
		       ((token->flags & CO_TOKEN_ASIDE) || token[-1].inventory || co_token_is_made(&token[-1]));
	return co_reading_knows(r, 0, t, CO_NAME_WORKLOAD) && r->text[token->start - 1] == '<' &&
	       !co_says_any(r, t - 1, "of for on at to from with in and reach open is does why");
}

static int take_url(struct co_reading *r, size_t t)
{
	const struct co_token *token = &r->s.tokens[t];
	const char *dot = strchr(token->name, '.');
	const struct co_match *kind;

	if (!strstr(token->name, "://") && !(dot && strchr(dot + 1, '.') && (strrchr(dot, '.')[1] | 32) >= 'a' &&
					     (!strchr(dot, ':') || is_port(strchr(dot, ':') + 1))))
		return 0;
	if (is_link_behind(r, t)) {
		co_reading_use(r, t, t);
		return 1;
	}
	if (token->name[0] == '/' || strchr(token->name, '@') || (token->flags & CO_TOKEN_KNOWN) ||
	    co_token_is_class(token) || only_points(r, t))
		return 0;
	if (r->action && strcmp(r->act.needs, "node") == 0)
		return 0;
	if (!strstr(token->name, "://") && strcmp(token->name, token->text) != 0)
		return 0; /* "java.lang.OutOfMemoryError" */
	if (t > 0 && (kind = co_reading_ending(r, t - 1, CO_WORD_KIND)) && co_match_is(kind, "node")) {
		co_reading_slot(r, "node", token->name, kind->first, t);
		return 1;
	}
	if (co_naming_is_registry(r, t) || co_naming_is_permission(token))
		return 0;
	if (co_is_about(r, "certificate") && !strstr(token->name, "://"))
		co_reading_slot(r, "name", token->name, t, t); /* what a certificate is for is its name */
	else
		co_reading_slot(r, "url", token->name, t, t);
	return 1;
}

void co_identifier_read(struct co_reading *r)
{
	size_t t;

	for (t = 0; t < r->s.count; t++) {
		if (r->s.tokens[t].flags & (CO_TOKEN_FOREIGN | CO_TOKEN_ODD))
			continue;
		if (r->s.tokens[t].inventory)
			take_inventory(r, t);
		else if (r->s.tokens[t].flags & CO_TOKEN_SPLIT)
			continue;
		else if (r->in->host && !(r->s.tokens[t].flags & CO_TOKEN_KNOWN) &&
			 strcasecmp(r->s.tokens[t].name, r->in->host) == 0)
			co_reading_slot(r, "host", r->in->host, t, t);
		else if (!take_arn(r, t) && !take_bucket(r, t) && !take_id(r, t) && !take_zone(r, t) &&
			 !take_labelled(r, t) && !take_namespace(r, t) && !take_path(r, t) && !take_pair(r, t))
			take_url(r, t);
		if (!r->s.tokens[t].inventory)
			imply_from_domain(r, t);
	}
}
