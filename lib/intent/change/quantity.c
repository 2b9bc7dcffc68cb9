/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Numbers that are asked for: the parameters. One row a form: which words must stand
 * beside the number. The figures of a symptom ("CPU is at 97%") are none.
 */
#include "intent/change/quantity.h"

#include "intent/change/change.h"
#include "intent/grammar.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* "it dies with its 512Mi, give it 1Gi": all values so far stand in another part before the request, this one in the request. */
static int is_told_before(const struct co_reading *r, size_t t)
{
	size_t i;

	if (!r->action || t < r->action->first)
		return 0;
	for (i = co_reading_part_start(r, r->action->first); i < t; i++)
		if ((r->s.tokens[i].flags & CO_TOKEN_VALUE))
			return 0;
	return 1;
}

/* A later value is meant; what was read before it is none. */
static void forget_value(struct co_reading *r, const char *name, size_t past)
{
	size_t t;

	if (json_object_del(r->parameters, name) < 0)
		return;
	for (t = 0; t < past; t++)
		r->s.tokens[t].flags &= ~(unsigned)CO_TOKEN_VALUE;
}

/* The first value counts; a change with two different ones is two requests. */
static void set_value(struct co_reading *r, const char *name, json_t *value, const char *text, size_t first,
		      size_t last)
{
	char field[48] = "parameters.";
	json_t *had = json_object_get(r->parameters, name);
	size_t t;

	co_reading_fact(r, first, last);
	for (t = first; t <= last && t < r->s.count; t++)
		r->s.tokens[t].flags |= CO_TOKEN_VALUE;
	if (r->action && first <= r->when.window_span.last && last >= r->when.window_span.first)
		r->when.has_window = 0; /* "to 1.5 GB" is no day */
	if (had && is_told_before(r, first)) {
		forget_value(r, name, r->action->first);
		if (r->second_value < r->action->first)
			r->second_value = 0;
		had = NULL;
	}
	if (had) {
		if (!json_equal(had, value) && !r->second_value)
			r->second_value = last;
		json_decref(value);
		return;
	}
	strncat(field, name, sizeof(field) - strlen(field) - 1);
	json_object_set_new_nocheck(r->parameters, name, value);
	co_reading_because(r, field, text, first, last);
}

void co_quantity_number(struct co_reading *r, const char *name, int64_t value, size_t first, size_t last)
{
	char text[32];

	snprintf(text, sizeof(text), "%lld", (long long)value);
	set_value(r, name, json_integer(value), text, first, last);
}

void co_quantity_text(struct co_reading *r, const char *name, const char *value, size_t first, size_t last)
{
	set_value(r, name, json_string_nocheck(value), value, first, last);
}

static int needs(const struct co_reading *r, const char *parameter)
{
	return r->action && strcmp(r->act.needs, parameter) == 0;
}

/* ---- looks and changes alike */

/* "tail -100", "--tail=200" */
static int read_tail(struct co_reading *r, size_t t)
{
	const char *text = r->s.tokens[t].text;

	if (strncmp(text, "tail=", 5) == 0 && text[5] >= '1' && text[5] <= '9' &&
	    strspn(text + 5, "0123456789") == r->s.tokens[t].len - 5 && r->s.tokens[t].len < 11) {
		co_quantity_number(r, "count", strtol(text + 5, NULL, 10), t, t);
		return 1;
	}

	if (t == 0 || !co_says(r, t - 1, "tail") || *text != '-' ||
	    strspn(text + 1, "0123456789") != r->s.tokens[t].len - 1 || !text[1] || r->s.tokens[t].len > 6)
		return 0;
	co_quantity_number(r, "count", strtol(text + 1, NULL, 10), t - 1, t);
	return 1;
}

/* "delete the 3 oldest manual snapshots of X": of the kind that is counted */
static int read_oldest(struct co_reading *r, size_t t)
{
	struct co_entry kind;
	size_t i, past = t + 5 < r->s.count ? t + 5 : r->s.count;
	int64_t n;

	if (!co_does(r, "delete") || !co_says(r, t + 1, "oldest") || !co_number_read(&r->s, &r->m, t, &n) || n < 1 ||
	    n > 1000)
		return 0;
	for (i = t + 2; i < past; i++) {
		const struct co_token *token = &r->s.tokens[i];

		if (co_match_word(r->in->vocabulary, token->text, token->len - (size_t)co_token_is_plural(token),
				  CO_WORD_KIND, &kind) == 0)
			break;
	}
	if (i == past ||
	    (co_reading_has(r, "kind") && !co_reading_holds(r, "kind", kind.name) && !co_reading_has(r, "name")))
		return 0;
	json_object_del(r->target, "kind"); /* "its 3 oldest snapshots" are what is deleted, no database */
	co_reading_slot(r, "kind", kind.name, i, i);
	co_quantity_number(r, "count", n, t, t + 1);
	return 1;
}

/* "top 10", "last 80 lines", "the 5 biggest" */
static void read_count(struct co_reading *r, size_t t)
{
	int64_t n;

	if (read_oldest(r, t) || r->action || read_tail(r, t) || !co_number_read(&r->s, &r->m, t, &n) || n < 1 ||
	    n > 100000)
		return;
	if (n == 1 && co_says(r, t, "one"))
		return; /* "than the last one" */
	if (co_reading_covered(r, t - 1, "top") && !(r->s.tokens[t].flags & CO_TOKEN_USED))
		co_quantity_number(r, "count", n, t - 1, t);
	else if (co_says(r, t - 1, "tail"))
		co_quantity_number(r, "count", n, t - 1, t);
	else if (r->when.has_window && t + 1 >= r->when.window_span.first && t + 1 <= r->when.window_span.last)
		return; /* "5 hours instead of 2 last night" */
	else if (co_reading_covered_by(r, t + 1, "lines top"))
		co_quantity_number(r, "count", n, t, t + 1);
	else if (co_reading_covered(r, t + 2, "lines") && co_reading_covered(r, t + 1, "logs"))
		co_quantity_number(r, "count", n, t, t + 2);
}

/* "over 90%", "more than 80 percent" */
static void read_percent(struct co_reading *r, size_t t)
{
	const char *text = r->s.tokens[t].text;
	size_t digits = strspn(text, "0123456789");
	const struct co_match *unit = t + 1 < r->s.count ? co_match_at(&r->m, t + 1, CO_WORD_UNIT) : NULL;
	int joined = digits && digits < 4 && strcmp(text + digits, "%") == 0;
	int parted = digits && digits < 4 && !text[digits] && unit && strcmp(unit->entry.class, "share") == 0;

	if (co_does(r, "switch-traffic") && co_says(r, t, "half"))
		co_quantity_number(r, "percent", 50, t, t);
	if ((!joined && !parted) || strtol(text, NULL, 10) > 100)
		return;
	if (co_does(r, "switch-traffic"))
		co_quantity_number(r, "percent", strtol(text, NULL, 10), t, t + (size_t)parted);
	else if (co_does(r, "modify") && co_is_about(r, "autoscaling") && t > 0 &&
		 (is_to(r, t - 1) || t == r->action->last + 1))
		co_quantity_number(r, "percent", strtol(text, NULL, 10), t, t + (size_t)parted);
	else if (co_reading_covered(r, t - 1, "over"))
		co_quantity_number(r, "percent", strtol(text, NULL, 10), t - 1, t + (size_t)parted);
}

static int is_about_ports(const struct co_reading *r)
{
	if (co_reading_is(r, "kind", "security-group"))
		return 1;
	return r->subject && co_is_about_any(r, "public-exposure security-group");
}

/* "it lets 3389 in", "which expose 5432 to the internet": a port, where one is closed or looked for */
static int is_let_in(const struct co_reading *r, size_t t)
{
	return (co_does_any(r, "restrict revoke") || is_about_ports(r)) && t + 1 < r->s.count &&
	       co_says_any(r, t - 1, "lets let allows allow exposes expose opens open has have leave leaves") &&
	       co_says_any(r, t + 1, "in open from through to");
}

/* "close 3389 on sg-..." */
static int is_closed(const struct co_reading *r, size_t t)
{
	return co_does(r, "restrict") && t == r->action->last + 1 && is_about_ports(r) &&
	       (t + 1 == r->s.count || co_says_any(r, t + 1, "on to for from of please"));
}

/* "443 from 192.0.2.0/24" */
static int is_open_from(const struct co_reading *r, size_t t)
{
	if (!r->action || !is_about_ports(r))
		return 0;
	if (t > 1 && is_to(r, t - 1) && co_is_cidr(r->s.tokens[t - 2].name))
		return 1; /* "allow 10.40.0.0/16 to 5432" */
	return co_says(r, t + 1, "from") && t + 2 < r->s.count && co_is_cidr(r->s.tokens[t + 2].name);
}

/* "is 8443 reachable", "with 22 open", "10.0.0.0/8 on 3306" */
static int is_found_open(const struct co_reading *r, size_t t)
{
	if (r->action)
		return 0;
	if (co_says(r, t - 1, "on") &&
	    (json_object_get(r->parameters, "cidr") || (t > 1 && strncmp(r->s.tokens[t - 2].text, "listen", 6) == 0)))
		return 1;
	return is_about_ports(r) && t + 1 < r->s.count && !r->s.tokens[t + 1].before &&
	       co_says_any(r, t + 1, "open reachable exposed accessible");
}

/* "port 8080", "open on 3389"; of several, the first counts. */
static void read_port(struct co_reading *r, size_t t)
{
	int64_t n;

	if (!co_number_read(&r->s, &r->m, t, &n) || n < 1 || n > 65535)
		return;
	if (is_open_from(r, t))
		co_quantity_number(r, "port", n, t, t);
	else if (t > 0 && (co_reading_covered(r, t - 1, "port") || is_let_in(r, t) || is_closed(r, t) ||
			   is_found_open(r, t) || (co_says(r, t - 1, "on") && is_about_ports(r))))
		co_quantity_number(r, "port", n, t - 1, t);
}

/* "ssh from anywhere": the signals port-22, port-3306 ... */
static void read_port_name(struct co_reading *r, size_t t)
{
	size_t i;

	if (!co_does_any(r, "restrict revoke") && !is_about_ports(r))
		return;
	for (i = r->m.start[t]; i < r->m.count && r->m.items[i].first == t; i++)
		if (r->m.items[i].entry.type == CO_WORD_SIGNAL && strncmp(r->m.items[i].entry.name, "port-", 5) == 0 &&
		    !json_object_get(r->parameters, "port"))
			co_quantity_number(r, "port", strtol(r->m.items[i].entry.name + 5, NULL, 10), t,
					   r->m.items[i].last);
}

/* "10.1.0.0/16" */
static void read_cidr(struct co_reading *r, size_t t)
{
	if (co_is_cidr(r->s.tokens[t].name))
		co_quantity_text(r, "cidr", r->s.tokens[t].name, t, t);
}

/* "gp2 disks"; "from gp2 to gp3" is about the last. */
static void read_volume_type(struct co_reading *r, size_t t)
{
	static const char *const types[] = { "gp2", "gp3", "io1", "io2", "st1", "sc1" };
	size_t i;

	for (i = 0; i < CO_COUNT(types); i++) {
		if (!co_says(r, t, types[i]))
			continue;
		if (t > 0 && (is_to(r, t - 1) || (r->action && t > r->action->first)))
			forget_value(r, "volume_type", t);
		else if (json_object_get(r->parameters, "volume_type"))
			continue;
		co_quantity_text(r, "volume_type", types[i], t, t);
	}
}

/* "verb=remediate" is a field of somebody's document, no tag. */
static int is_field(const char *text)
{
	return co_starts_with_any(
		text, "verb= action= subject= target= kind= name= namespace= confidence= tail= since= limit=");
}

/* "put owner=ml on i-...": what has tags, and no settings */
static int is_put_on(const struct co_reading *r)
{
	if (!co_does(r, "modify") || !co_says(r, r->action->first, "put") ||
	    co_says_any(r, r->action->first - 1, "someone somebody anyone anybody we they"))
		return 0; /* "someone put owner=ml on i-..." is told */
	return co_reading_is_any(r, "kind", "instance volume snapshot bucket address vpc subnet security-group") &&
	       co_reading_has(r, "name");
}

/* Of a change: is it a tag that is set, or that the objects have? */
static int is_tagged(const struct co_reading *r, size_t t)
{
	if (needs(r, "tag") || is_put_on(r) || co_says_any(r, t - 1, "tagged labelled labeled tag label with"))
		return 1;
	return co_reading_sets(r) &&
	       (co_quantity_speaks(r, "tag tags label labels") || co_says(r, r->action->first, "add"));
}

/* "team=media": to be set, or looked for */
static void read_tag(struct co_reading *r, size_t t)
{
	enum { TAG = 253 }; /* characters; a name has no more either */
	const struct co_token *token = &r->s.tokens[t];
	const char *equals = strchr(token->name, '=');

	if ((token->flags & CO_TOKEN_ODD) || strlen(token->name) > TAG || !equals || equals == token->name ||
	    !equals[1] || strchr(equals + 1, '=') || strchr(token->name, '/') || strchr(token->name, '$') ||
	    is_field(token->text))
		return;
	if (r->action ? is_tagged(r, t) : r->subject && strncmp(token->name, "replicas", 8) != 0)
		co_quantity_text(r, "tag", token->name, t, t);
}

/* "500 USD", "$500", "1000 euros" */
static void read_amount(struct co_reading *r, size_t t)
{
	static const struct {
		const char *word;
		const char *currency;
	} currencies[] = { { "usd", "USD" },   { "dollar", "USD" }, { "dollars", "USD" },
			   { "bucks", "USD" }, { "eur", "EUR" },    { "euro", "EUR" },
			   { "euros", "EUR" }, { "gbp", "GBP" },    { "pounds", "GBP" } };
	const char *text = r->s.tokens[t].text, *sign = *text == '$' ? "USD" : NULL;
	size_t digits, i, last = t;
	char value[48];

	text += sign != NULL;
	digits = strspn(text, "0123456789");
	if ((r->action && !co_does(r, "create")) || !digits || digits > 9 ||
	    (text[digits] && strcmp(text + digits, "k") != 0))
		return;
	for (i = 0; !sign && i < CO_COUNT(currencies); i++)
		if (co_says(r, t + 1, currencies[i].word)) {
			sign = currencies[i].currency;
			last = t + 1;
		}
	if (!sign || !(co_reading_covered(r, t - 1, "over") || (r->action && co_says(r, t - 1, "of"))))
		return;
	if (co_does(r, "create") && co_says_any(r, last + 1, "a per") && co_says(r, last + 2, "month"))
		co_reading_use(r, last + 1, last + 2); /* a budget is of a month */
	snprintf(value, sizeof(value), "%.*s%s %s", (int)digits, text, text[digits] ? "000" : "", sign);
	co_quantity_text(r, "amount", value, t, last);
}

int co_quantity_speaks(const struct co_reading *r, const char *words)
{
	size_t t;

	for (t = 0; t < r->s.count; t++)
		if (!(r->s.tokens[t].flags & (CO_TOKEN_FOREIGN | CO_TOKEN_NAME)) && co_says_any(r, t, words))
			return 1;
	return 0;
}

/* ---- changes alone */

/* "revoke AdministratorAccess from ...": what is taken away, where another is named that it is taken from */
static void read_grant(struct co_reading *r, size_t t)
{
	if (co_does(r, "revoke") && t == r->action->last + 1 && !(r->s.tokens[t].flags & CO_TOKEN_USED) &&
	    co_says_any(r, t + 1, "from of") && co_reading_has(r, "name"))
		co_reading_use(r, t, t);
}

/* "LOG_LEVEL to debug", "LOG_LEVEL=debug" */
static void read_setting(struct co_reading *r, size_t t)
{
	const char *name = r->s.tokens[t].name;
	size_t n, last = t, i;

	if (!co_reading_sets(r))
		return;
	n = strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_");
	if (n < 4 || (name[n] && name[n] != '=') || co_token_is_class(&r->s.tokens[t]) || (t > 0 && is_to(r, t - 1)) ||
	    r->s.tokens[t].inventory || !co_is_setting(name, n))
		return;
	if (!name[n] && (is_to(r, t + 1) || co_says(r, t + 1, "as")) && t + 2 < r->s.count &&
	    !r->s.tokens[t + 1].before)
		last = t + 2;
	for (i = t + 1; !name[n] && last == t && i + 1 < r->s.count && !co_reading_starts_part(r, i); i++)
		if (is_to(r, i)) {
			co_reading_use(r, i, i + 1); /* "concurrencyPolicy of stock-sync to Forbid" */
			break;
		}
	if (!name[n] && t < r->action->first && r->action->weight == CO_PHRASE_STRONG)
		co_reading_use(r, r->action->last + 1, r->action->last + 1); /* "newCart must become true" */
	co_reading_use(r, t, last);
	co_vocabulary_find(r->in->vocabulary, CO_WORD_ACTION, "modify", &r->act);
	r->subject = "configuration"; /* of "TIMEOUT_MS", "the key newCart", too */
	r->setting = 1;
}

/* "to revision 5", "roll back to 5", "the last good revision was 5" */
static void read_revision(struct co_reading *r, size_t t)
{
	int told;
	int64_t n;
	size_t first;

	if (strncmp(r->s.tokens[t].text, "to-revision=", 12) == 0 && co_does(r, "rollback")) {
		co_quantity_number(r, "revision", strtol(r->s.tokens[t].text + 12, NULL, 10), t, t);
		return;
	}
	if (t == 0 || !co_number_read(&r->s, &r->m, t, &n))
		return;
	told = co_does(r, "rollback") && t > 1 && co_says_any(r, t - 1, "was is") &&
	       co_reading_covered(r, t - 2, "revision");
	if (!told && !co_reading_covered(r, t - 1, "revision") &&
	    !(co_does(r, "rollback") &&
	      (is_to(r, t - 1) || (co_says(r, 0, "helm") && (r->s.tokens[t - 1].flags & CO_TOKEN_NAME)))))
		return;
	first = t > 1 && is_to(r, t - 2) ? t - 2 : t - !told;
	co_quantity_number(r, "revision", n, first, t);
}

/* "1.8.3", "v2.4": what a tag looks like */
static int is_version(const char *s)
{
	s += *s == 'v' || *s == 'V';
	return *s >= '0' && *s <= '9' && strchr(s, '.') && strspn(s, "0123456789.") >= 3 && !strchr(s, '/') &&
	       !co_is_address(s);
}

/* "to version 1.2" */
static size_t start_of_image(const struct co_reading *r, size_t t)
{
	while (t > r->action->first + 1 && co_says_any(r, t - 1, "to version tag image release") &&
	       !r->s.tokens[t].before)
		t--;
	return t;
}

/* "image ghcr.io/a/b:1.2", "to b:1.2", "version 1.2": a reference, or a bare tag */
static void read_image(struct co_reading *r, size_t t)
{
	const struct co_token *token = &r->s.tokens[t];
	int follows = t > 0 && (co_reading_covered(r, t - 1, "image") || is_to(r, t - 1) ||
				co_says_any(r, t - 1, "tag version") || token[-1].inventory ||
				(r->action && t == r->action->last + 1));
	int back = co_does(r, "rollback") && t > 0 && is_to(r, t - 1) && is_version(token->name); /* "back to 4.3.2" */
	int set = back || (co_reading_sets(r) && !co_does_any(r, "resize set-resources"));
	char space[40];
	int wordy;

	if (co_does(r, "set-image") && strchr(token->name, '=') && strchr(strchr(token->name, '='), ':')) {
		co_quantity_text(r, "image", strchr(token->name, '=') + 1, t, t);
		return;
	}
	if (!set || !co_token_is_name(token) || co_quantity_size(r, t, space, sizeof(space)) ||
	    strspn(token->name, "0123456789:") == strlen(token->name) || token->inventory || strstr(token->name, "://"))
		return;
	wordy = t > 0 && (co_reading_covered(r, t - 1, "image") || co_says(r, t - 1, "tag")) &&
		strpbrk(token->name, "0123456789") != NULL;
	if (strchr(token->name, ':') || wordy || (follows && is_version(token->name)))
		co_quantity_text(r, "image", token->name, start_of_image(r, t), t);
}

/* "keep ... for 2 weeks", "to 30 days"; "silence ... for 6h" */
static void read_keeping(struct co_reading *r, size_t t)
{
	struct co_entry unit;
	int64_t count;
	char text[CO_AMOUNT_TEXT];
	size_t n;

	if (!needs(r, "retention") && !co_does(r, "silence") &&
	    !(co_reading_sets(r) &&
	      (co_quantity_speaks(r, "retention kept keep keeps retained") || co_is_about(r, "log-retention"))))
		return;
	n = co_amount_read(&r->s, &r->m, r->in->vocabulary, t, &count, &unit);
	if (!n || !co_amount_text(count, unit.name, text))
		return;
	if (co_says(r, t - 1, "for"))
		co_reading_use(r, t - 1, t - 1);
	if (t > 2 && is_to(r, t - 1) && co_says(r, t - 3, "from") && co_token_is_number(&r->s.tokens[t - 2]))
		co_reading_use(r, t - 3, t - 1); /* "from 90 to 30 days" */
	co_quantity_text(r, co_does(r, "silence") ? "horizon" : "retention", text, t, t + n - 1);
	if (r->when.window_span.last < t + n)
		r->when.has_window = 0; /* it is no time to look at */
}

/* "disks unattached for (more than) 30 days": of many, how long they are so; no time to do it at */
static void read_idle_time(struct co_reading *r)
{
	size_t first = r->when.window_span.first, last = r->when.window_span.last, t, n = 0;
	struct co_entry unit;
	int64_t count;

	if (!r->action || !r->when.has_window || co_reading_has(r, "name"))
		return;
	while (co_says_any(r, first - 1, "for since more than over at least longer"))
		first--;
	if (!*r->when.age && co_reading_covered(r, first - 1, "which"))
		for (t = first; t <= last && !n; t++)
			if ((n = co_amount_read(&r->s, &r->m, r->in->vocabulary, t, &count, &unit)) &&
			    co_amount_text(count, unit.name, r->when.age))
				r->when.age_span = r->when.window_span;
	if (!*r->when.age || r->when.age_span.last != last)
		return;
	r->when.has_window = 0;
	co_reading_use(r, first, last);
}

enum co_unclear co_quantity_read(struct co_reading *r)
{
	static void (*const forms[])(struct co_reading *, size_t) = {
		read_count,	   read_percent,       read_port,
		read_port_name,	   read_cidr,	       read_volume_type,
		read_tag,	   read_amount,	       co_quantity_space,
		co_quantity_class, co_quantity_cpu,    read_revision,
		read_image,	   read_keeping,       co_quantity_replicas,
		read_setting,	   read_grant,	       co_quantity_assigned,
		co_bound_size,	   co_bound_cpu,       co_bound_class,
		co_bound_image,	   co_bound_retention,
	};
	size_t t, i;

	for (t = 0; t < r->s.count; t++) {
		for (i = 0; i < CO_COUNT(forms) && !(r->setting && (r->s.tokens[t].flags & CO_TOKEN_USED));
		     i++) /* a used value belongs to that */
			if (!(r->s.tokens[t].flags &
			      (CO_TOKEN_FOREIGN | CO_TOKEN_NAME | CO_TOKEN_SPLIT | CO_TOKEN_ODD)))
				forms[i](r, t);
	}
	read_idle_time(r);
	if (*r->when.age)
		co_quantity_text(r, "age", r->when.age, r->when.age_span.first, r->when.age_span.last);
	if (*r->when.horizon && !(r->action && r->when.told))
		co_quantity_text(r, "horizon", r->when.horizon, r->when.horizon_span.first, r->when.horizon_span.last);
	return CO_CLEAR;
}
