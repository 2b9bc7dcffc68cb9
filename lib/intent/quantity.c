/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Numbers that are asked for: the parameters. One row a form: which words must stand
 * beside the number. The figures of a symptom ("CPU is at 97%") are none.
 */
#include "intent/reading.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void set_number(struct co_reading *r, const char *name, int64_t value, size_t first, size_t last)
{
	char text[32], field[48] = "parameters.";

	snprintf(text, sizeof(text), "%lld", (long long)value);
	strncat(field, name, sizeof(field) - strlen(field) - 1);
	json_object_set_new_nocheck(r->parameters, name, json_integer(value));
	co_reading_use(r, first, last);
	co_reading_because(r, field, text, first, last);
}

static void set_text(struct co_reading *r, const char *name, const char *value, size_t first, size_t last)
{
	char field[48] = "parameters.";

	strncat(field, name, sizeof(field) - strlen(field) - 1);
	json_object_set_new_nocheck(r->parameters, name, json_string_nocheck(value));
	co_reading_use(r, first, last);
	co_reading_because(r, field, value, first, last);
}

/* True if a phrase of the signal reaches over the token. */
static int signal_at(const struct co_reading *r, size_t t, const char *name)
{
	size_t i, from = t > CO_PHRASE_WORDS ? t - CO_PHRASE_WORDS : 0;

	if (t >= r->s.count)
		return 0;
	for (i = r->m.start[from]; i < r->m.count && r->m.items[i].first <= t; i++)
		if (r->m.items[i].last >= t && r->m.items[i].entry.type == CO_WORD_SIGNAL &&
		    co_match_is(&r->m.items[i], name) && co_reading_own(&r->m.items[i]))
			return 1;
	return 0;
}

/* "top 10", "last 80 lines", "the 5 biggest" */
static void read_count(struct co_reading *r, size_t t)
{
	int64_t n;

	if (!co_number_read(&r->s, &r->m, t, &n) || n < 1 || n > 100000)
		return;
	if (t > 0 && signal_at(r, t - 1, "top"))
		set_number(r, "count", n, t - 1, t);
	else if (signal_at(r, t + 1, "lines") || signal_at(r, t + 1, "top"))
		set_number(r, "count", n, t, t + 1);
}

/* "over 90%", "more than 80 percent" */
static void read_percent(struct co_reading *r, size_t t)
{
	const char *text = r->s.tokens[t].text;
	size_t digits = strspn(text, "0123456789");
	const struct co_match *unit = t + 1 < r->s.count ? co_match_at(&r->m, t + 1, CO_WORD_UNIT) : NULL;
	int joined = digits && digits < 4 && strcmp(text + digits, "%") == 0;
	int parted = digits && digits < 4 && !text[digits] && unit && strcmp(unit->entry.class, "share") == 0;

	if ((!joined && !parted) || t == 0 || !signal_at(r, t - 1, "over"))
		return;
	set_number(r, "percent", strtol(text, NULL, 10), t - 1, t + (size_t)parted);
}

/* "port 8080", "ports 22 and 443" is left to the reader: the first counts */
static void read_port(struct co_reading *r, size_t t)
{
	int64_t n;

	if (t == 0 || !signal_at(r, t - 1, "port") || !co_number_read(&r->s, &r->m, t, &n) || n < 1 ||
	    n > 65535)
		return;
	set_number(r, "port", n, t - 1, t);
}

/* "ssh from anywhere": the signals port-22, port-3306 ... */
static void read_port_name(struct co_reading *r, size_t t)
{
	size_t i;

	if (!r->subject ||
	    (strcmp(r->subject, "public-exposure") != 0 && strcmp(r->subject, "security-group") != 0))
		return;
	for (i = r->m.start[t]; i < r->m.count && r->m.items[i].first == t; i++)
		if (r->m.items[i].entry.type == CO_WORD_SIGNAL &&
		    strncmp(r->m.items[i].entry.name, "port-", 5) == 0)
			set_number(r, "port", strtol(r->m.items[i].entry.name + 5, NULL, 10), t,
				   r->m.items[i].last);
}

/* "gp2 disks" */
static void read_volume_type(struct co_reading *r, size_t t)
{
	static const char *const types[] = { "gp2", "gp3", "io1", "io2", "st1", "sc1" };
	size_t i;

	for (i = 0; i < CO_COUNT(types) && !json_object_get(r->parameters, "volume_type"); i++)
		if (co_token_is(&r->s.tokens[t], types[i]))
			set_text(r, "volume_type", types[i], t, t);
}

/* "80Gi", "500M": a quantity as Kubernetes writes it */
static int is_size(const char *s)
{
	size_t digits = strspn(s, "0123456789");

	if (!digits || digits > 9 || !s[digits] || !strchr("KMGTkmgt", s[digits]))
		return 0;
	s += digits + 1;
	if (*s == 'i')
		s++;
	if (*s == 'B' || *s == 'b')
		s++;
	return !*s;
}

static int needs(const struct co_reading *r, const char *parameter)
{
	return r->action && strcmp(r->action->entry.needs, parameter) == 0;
}

static int is_to(const struct co_reading *r, size_t t)
{
	return co_token_is(&r->s.tokens[t], "to");
}

/* "larger than 1G", "to 80Gi" */
static void read_size(struct co_reading *r, size_t t)
{
	if (t == 0 || !is_size(r->s.tokens[t].name))
		return;
	if (signal_at(r, t - 1, "over") || (needs(r, "size") && is_to(r, t - 1)))
		set_text(r, "size", r->s.tokens[t].name, t - 1, t);
}

/* "to revision 5" */
static void read_revision(struct co_reading *r, size_t t)
{
	int64_t n;
	size_t first;

	if (t == 0 || !signal_at(r, t - 1, "revision") || !co_number_read(&r->s, &r->m, t, &n))
		return;
	first = t > 1 && is_to(r, t - 2) ? t - 2 : t - 1;
	set_number(r, "revision", n, first, t);
}

/* "image ghcr.io/a/b:1.2", "to b:1.2": a reference, or a bare tag */
static void read_image(struct co_reading *r, size_t t)
{
	const char *name = r->s.tokens[t].name;
	int follows = t > 0 && (signal_at(r, t - 1, "image") || is_to(r, t - 1));

	if (needs(r, "image") && follows && co_token_is_name(&r->s.tokens[t]) &&
	    strpbrk(name, ":./0123456789"))
		set_text(r, "image", name, is_to(r, t - 1) ? t - 1 : t, t);
}

/* "team=media" */
static void read_tag(struct co_reading *r, size_t t)
{
	const struct co_token *token = &r->s.tokens[t];
	const char *equals = strchr(token->name, '=');

	if (needs(r, "tag") && !(token->flags & CO_TOKEN_ODD) && equals && equals != token->name &&
	    equals[1] && !strchr(equals + 1, '=') && !json_object_get(r->parameters, "tag"))
		set_text(r, "tag", token->name, t, t);
}

/* "to 5 replicas"; "by 2", "by 25%", with the sign that the verb has */
static void read_replicas(struct co_reading *r, size_t t)
{
	const struct co_token *token = &r->s.tokens[t];
	size_t digits = strspn(token->text, "0123456789");
	const struct co_match *unit = t + 1 < r->s.count ? co_match_at(&r->m, t + 1, CO_WORD_UNIT) : NULL;
	int share = strcmp(token->text + digits, "%") == 0, parted = unit && co_match_is(unit, "percent");
	size_t last = t + (size_t)(parted || signal_at(r, t + 1, "replicas"));
	char text[32];

	if (!needs(r, "replicas") || t == 0 || !digits || digits > 4 || (token->text[digits] && !share))
		return;
	if (is_to(r, t - 1) && !share && !parted) {
		set_number(r, "replicas", strtol(token->text, NULL, 10), t - 1, last);
	} else if (co_token_is(&r->s.tokens[t - 1], "by")) {
		snprintf(text, sizeof(text), "%c%.*s%s", signal_at(r, r->action->first, "less") ? '-' : '+',
			 (int)digits, token->text, share || parted ? "%" : "");
		set_text(r, "replicas", text, t - 1, last);
	}
}

enum co_unclear co_quantity_read(struct co_reading *r)
{
	static void (*const forms[])(struct co_reading *, size_t) = {
		read_count, read_percent,  read_port,  read_port_name, read_volume_type,
		read_size,  read_revision, read_image, read_tag,       read_replicas,
	};
	size_t t, i;

	for (t = 0; t < r->s.count; t++)
		for (i = 0; i < CO_COUNT(forms); i++)
			if (!(r->s.tokens[t].flags & (CO_TOKEN_FOREIGN | CO_TOKEN_NAME)))
				forms[i](r, t);
	if (*r->when.age)
		set_text(r, "age", r->when.age, r->when.age_span.first, r->when.age_span.last);
	if (*r->when.horizon)
		set_text(r, "horizon", r->when.horizon, r->when.horizon_span.first,
			 r->when.horizon_span.last);
	return CO_CLEAR;
}
