/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A request that is typed as a command line is a request like any other: "kubectl -n warehouse scale ...",
 * "k drain worker-7", "aws ec2 start-instances --instance-ids i-...". Here: the words that stand before
 * its command, and what its options say. An option that is not known makes the change unclear.
 */
#include "intent/change/change.h"
#include "intent/change/quantity.h"
#include "intent/target/target.h"

#include <stdio.h>
#include <stdlib.h>

enum { KUBECTL = 1, AWS = 2, GCLOUD = 4, AZ = 8, UNITS = 16 }; /* whose words they are */

struct program {
	const char *name, *provider;
	unsigned is;
};

/* "sudo", "ssh bastion-1 sudo": tokens before the program */
static size_t prefix_of(const struct co_reading *r)
{
	size_t t = 0;

	if (r->s.count > 2 && co_says(r, 0, "ssh") && co_is_known(r, 1, CO_NAME_HOST))
		t = 2;
	return t + (r->s.count > t + 1 && co_says(r, t, "sudo"));
}

static const struct program *program_of(const struct co_reading *r)
{
	static const struct program programs[] = { { "kubectl", "kubernetes", KUBECTL },
						   { "k", "kubernetes", KUBECTL },
						   { "oc", "kubernetes", KUBECTL },
						   { "helm", "kubernetes", KUBECTL },
						   { "aws", "aws", AWS },
						   { "gcloud", "gcp", GCLOUD },
						   { "az", "azure", AZ },
						   { "systemctl", "local", UNITS } };
	size_t i, t = prefix_of(r);

	for (i = 0; r->s.count > t + 1 && !r->s.tokens[t + 1].before && i < CO_COUNT(programs); i++)
		if (co_says(r, t, programs[i].name))
			return &programs[i];
	return NULL;
}

static int is_of(const struct co_reading *r, unsigned programs)
{
	const struct program *p = program_of(r);

	return p && (p->is & programs);
}

int co_shell_is_line(const struct co_reading *r)
{
	return is_of(r, KUBECTL | AWS | GCLOUD | AZ);
}

int co_shell_is_option(const struct co_reading *r, size_t t)
{
	size_t at = r->s.tokens[t].start;

	return at > 0 && r->text[at - 1] == '-' && (at == 1 || r->text[at - 2] == ' ' || r->text[at - 2] == '-');
}

/* ---- options */

/*
 * What an option gives. A slot or a parameter, from its value; "-": its value is read where it stands, by the words it has; "*": a
 * value that changes nothing; "": no value, and nothing changed.
 */
struct option {
	const char *name;
	unsigned of;
	const char *gives;
};

static const struct option options[] = {
	{ "n", AZ, "name" },
	{ "n", KUBECTL, "-" },
	{ "namespace", KUBECTL, "-" },
	{ "context", KUBECTL, "-" },
	{ "replicas", KUBECTL, "-" },
	{ "limits", KUBECTL, "-" },
	{ "requests", KUBECTL, "-" },
	{ "to-revision", KUBECTL, "-" },
	{ "c", KUBECTL, "container" },
	{ "container", KUBECTL, "container" },
	{ "containers", KUBECTL, "container" },
	{ "type", KUBECTL, "*" },
	{ "grace-period", KUBECTL, "*" },
	{ "timeout", KUBECTL, "*" },
	{ "wait", KUBECTL, "*" },
	{ "now", KUBECTL | UNITS, "" },
	{ "overwrite", KUBECTL, "" },
	{ "ignore-daemonsets", KUBECTL, "" },
	{ "delete-emptydir-data", KUBECTL, "" },
	{ "record", KUBECTL, "" },
	{ "o", KUBECTL | AZ, "*" },
	{ "output", KUBECTL | AWS | AZ, "*" },
	{ "no-block", UNITS, "" },
	{ "region", AWS | GCLOUD, "-" },
	{ "profile", AWS, "-" },
	{ "instance-id", AWS, "-" },
	{ "instance-ids", AWS, "-" },
	{ "instance", AWS, "-" },
	{ "volume-id", AWS, "-" },
	{ "volume", AWS, "-" },
	{ "snapshot-id", AWS, "-" },
	{ "snapshot", AWS, "-" },
	{ "allocation-id", AWS, "-" },
	{ "access-key-id", AWS, "-" },
	{ "log-group-name", AWS, "-" },
	{ "log", AWS, "-" },
	{ "group-id", AWS, "-" },
	{ "protocol", AWS, "*" },
	{ "port", AWS, "-" },
	{ "cidr", AWS, "-" },
	{ "secret-id", AWS, "name" },
	{ "db-instance-identifier", AWS, "name" },
	{ "db-cluster-identifier", AWS, "name" },
	{ "auto-scaling-group-name", AWS, "name" },
	{ "asg-name", AWS, "name" },
	{ "bucket", AWS, "name" },
	{ "function-name", AWS, "name" },
	{ "cache-cluster-id", AWS, "name" },
	{ "service", AWS, "name" },
	{ "cluster", AWS, "cluster" },
	{ "retention-in-days", AWS, "days" },
	{ "desired-capacity", AWS, "replicas" },
	{ "desired-count", AWS, "replicas" },
	{ "volume-type", AWS, "volume_type" },
	{ "size", AWS, "gib" },
	{ "db-instance-class", AWS, "size" },
	{ "no-cli-pager", AWS, "" },
	{ "project", GCLOUD, "-" },
	{ "subscription", AZ, "-" },
	{ "zone", GCLOUD, "zone" },
	{ "name", AZ, "name" },
	{ "g", AZ, "*" },
	{ "resource-group", AZ, "*" },
	{ "size", AZ, "size" },
	{ "size-gb", AZ, "gib" },
	{ "size", GCLOUD, "replicas" },
	{ "num-nodes", GCLOUD, "replicas" },
	{ "node-count", AZ, "replicas" },
	{ "new-capacity", AZ, "replicas" },
	{ "machine-type", GCLOUD, "size" },
	{ "quiet", GCLOUD, "" },
	{ "q", GCLOUD, "" },
	{ "async", GCLOUD, "" },
	{ "yes", AZ, "" },
	{ "y", AZ, "" },
	{ "no-wait", AZ, "" },
};

/* "--instance-ids" may be two words by now */
static size_t first_of(const struct co_reading *r, size_t t)
{
	while (t > 0 && r->s.tokens[t].before == '~')
		t--;
	return t;
}

static size_t past_of(const struct co_reading *r, size_t t)
{
	for (t++; t < r->s.count && r->s.tokens[t].before == '~'; t++)
		;
	return t;
}

/* The option that a token belongs to; NULL if it is none that is known. */
static const struct option *option_of(const struct co_reading *r, size_t t)
{
	const struct program *p = program_of(r);
	const struct co_token *token = &r->s.tokens[first_of(r, t)];
	const char *text = r->text + token->start;
	size_t len = strcspn(text, "= "), i;

	if (!p || !co_shell_is_option(r, first_of(r, t)) || len > token->end - token->start)
		return NULL;
	for (i = 0; i < CO_COUNT(options); i++)
		if ((options[i].of & p->is) && strlen(options[i].name) == len &&
		    memcmp(options[i].name, text, len) == 0)
			return &options[i];
	return NULL;
}

static int is_joined(const struct co_reading *r, size_t t)
{
	return memchr(r->text + r->s.tokens[t].start, '=', r->s.tokens[t].end - r->s.tokens[t].start) != NULL;
}

static int is_number(const char *text)
{
	return *text && strlen(text) < 7 && strspn(text, "0123456789") == strlen(text);
}

static void take_parameter(struct co_reading *r, const char *gives, const char *value, size_t first, size_t last)
{
	static const char *const numbers[] = { "replicas", "days", "gib" };
	char text[16];
	size_t i;

	for (i = 0; i < CO_COUNT(numbers); i++)
		if (strcmp(gives, numbers[i]) == 0 && !is_number(value))
			return;
	snprintf(text, sizeof(text), "%.8s%s", value, strcmp(gives, "days") == 0 ? "d" : "Gi");
	if (strcmp(gives, "replicas") == 0)
		co_quantity_number(r, "replicas", strtol(value, NULL, 10), first, last);
	else if (strcmp(gives, "days") == 0)
		co_quantity_text(r, "retention", text, first, last);
	else if (strcmp(gives, "gib") == 0)
		co_quantity_text(r, "size", text, first, last);
	else
		co_quantity_text(r, gives, value, first, last);
}

static void take(struct co_reading *r, const char *gives, const char *value, size_t first, size_t last)
{
	struct co_entry region;

	if (strcmp(gives, "*") == 0)
		co_reading_use(r, first, last);
	else if (strcmp(gives, "zone") == 0 && co_identifier_is_region(r, value, &region))
		co_reading_slot(r, "region", region.name, first, last);
	else if (co_is_among(gives, "name cluster container"))
		co_reading_slot(r, gives, value, first, last);
	else
		take_parameter(r, gives, value, first, last);
}

void co_shell_read(struct co_reading *r)
{
	const struct program *p = program_of(r);
	size_t t, value;

	if (p)
		co_reading_provider(r, p->provider, 0, 0);
	for (t = 0; p && t < r->s.count; t = past_of(r, t)) {
		const struct option *o = option_of(r, t);
		const char *equals = o && is_joined(r, t) ? strchr(r->s.tokens[t].name, '=') : NULL;

		if (!o || (r->s.tokens[t].flags & CO_TOKEN_FOREIGN))
			continue;
		value = past_of(r, t);
		if (!is_joined(r, t))
			co_reading_use(r, t, value - 1);
		if (!*o->gives || strcmp(o->gives, "-") == 0)
			continue;
		if (equals)
			take(r, o->gives, equals + 1, t, t);
		else if (value < r->s.count && !is_joined(r, t) && !co_shell_is_option(r, value))
			take(r, o->gives, r->s.tokens[value].name, value, past_of(r, value) - 1);
	}
}

/* ---- words before the command */

/* "root# restart nginx" */
static int is_prompt(const struct co_reading *r)
{
	char end = r->s.count > 1 ? r->text[r->s.tokens[0].end] : '\0';

	return (end == '#' || end == '$') && r->text[r->s.tokens[0].end + 1] != '(';
}

/* "gcloud compute disks", "az vm": plain words up to the command */
static int is_group(const struct co_reading *r, size_t t)
{
	return is_of(r, GCLOUD | AZ) && t < 5 && !co_shell_is_option(r, t) && !co_match_at(&r->m, t, CO_WORD_ACTION) &&
	       strspn(r->s.tokens[t].text, "abcdefghijklmnopqrstuvwxyz-") == r->s.tokens[t].len;
}

int co_shell_is_word(const struct co_reading *r, size_t t)
{
	if ((t == 0 && is_prompt(r)) || (t < prefix_of(r) && (program_of(r) || co_says(r, 0, "ssh"))))
		return 1;
	return co_shell_is_line(r) && (t == 0 || (t == 1 && is_of(r, AWS)) || is_group(r, t));
}

int co_shell_is_head(const struct co_reading *r, size_t t)
{
	const struct option *o = option_of(r, t), *before = t > 0 ? option_of(r, t - 1) : NULL;

	return co_shell_is_word(r, t) || (o && *o->gives) || (before && *before->gives);
}

int co_shell_lacks_kind(const struct co_reading *r)
{
	size_t i;

	if (!is_of(r, GCLOUD | AZ))
		return 0;
	for (i = 0; i < r->m.count && r->m.items[i].first <= r->action->last; i++) {
		const struct co_match *m = &r->m.items[i];

		if (m->entry.type == CO_WORD_SUBJECT || m->entry.type == CO_WORD_SERVICE ||
		    (m->entry.type == CO_WORD_KIND && !co_match_is(m, "account")))
			return 0;
	}
	return 1;
}
