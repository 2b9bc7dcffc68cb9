/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which words are names of the inventory: as it spells them, and for a look also parted
 * ("web shop", "prod_eu") or with one slip of the keyboard ("wbe-shop").
 */
#include "intent/target/target.h"

#include <stdio.h>
#include <string.h>

/* "(ledger)": the closing bracket is gone. */
static int ends_aside(const struct co_sentence *s, size_t t)
{
	return (s->tokens[t].flags & CO_TOKEN_ASIDE) && !(s->tokens[t + 1].flags & CO_TOKEN_ASIDE);
}

static int alone(const struct co_sentence *s, size_t t)
{
	return s->tokens[t].before && strchr(",:;?!(", s->tokens[t].before) &&
	       (t + 1 == s->count || s->tokens[t + 1].before || ends_aside(s, t));
}

/* "since the 14:05 deploy ledger crashes", "since 9:00 ledger is slow" */
static int follows_event(const struct co_token *t)
{
	static const char events[] =
		"deploy deployment release rollout upgrade update change restart incident yesterday today morning afternoon "
		"evening night noon midnight am pm";

	return co_token_is_any(t, events) || (co_token_is_figure(t) && strchr(t->text, ':'));
}

/* "ledger pods crash", but not "support says ..." */
static int opens(const struct co_sentence *s, size_t t)
{
	static const char speaking[] =
		"says said team reports complains wants needs asks told tells people desk folks staff engineer ticket storage "
		"files file type provider page app api site website service server";

	if (t > 0 && s->tokens[t - 1].clause == s->tokens[t].clause && s->tokens[t].before != ':' &&
	    !follows_event(&s->tokens[t - 1]))
		return 0;
	return t + 1 < s->count && !co_token_is(&s->tokens[t], "default") &&
	       !co_token_is_any(&s->tokens[t + 1], speaking);
}

/* A namespace is often a plain word; it counts after a word of place, beside a word for what is in it, first, or alone. */
static int in_place(const struct co_sentence *s, size_t t)
{
	static const char places[] =
		"in on of from for between across within inside ns namespace n namespaces and through to does do is are show "
		"list all check whole into why with";
	static const char nouns[] =
		"namespace ns pods deployments statefulsets pvcs services jobs cronjobs workloads namespaces events logs alerts "
		"daemonsets ingresses";

	static const char sorts[] =
		"encryption deny allow storage storageclass class retention policy rule rules settings setting value values vpc";

	if (co_token_is(&s->tokens[t], "default") && t + 1 < s->count && co_token_is_any(&s->tokens[t + 1], sorts))
		return 0; /* "turn on default encryption" */
	if (t > 0 && co_token_is(&s->tokens[t - 1], "by") && t + 1 == s->count)
		return 0; /* "is not renewed by cert-manager" */
	if (t > 1 && co_token_is(&s->tokens[t - 1], "of") && co_token_is(&s->tokens[t - 2], "end"))
		return 0; /* "end of support" */
	if (t > 0 && co_token_is(&s->tokens[t], "default") && co_token_is_any(&s->tokens[t - 1], "is are"))
		return 0; /* "which storage class is default" */
	if (strchr(s->tokens[t].text, '-') || (t > 0 && co_token_is_any(&s->tokens[t - 1], places)))
		return 1;
	if (t > 0 && t + 1 < s->count && co_token_is(&s->tokens[t + 1], "is") && !co_token_is(&s->tokens[t - 1], "the"))
		return 1; /* "my boss says storefront is slow" */
	return (t + 1 < s->count && co_token_is_any(&s->tokens[t + 1], nouns)) || alone(s, t) || opens(s, t);
}

/* "not prod", "not on prod-eu" */
static size_t excluded_from(const struct co_sentence *s, size_t t)
{
	size_t first = t;

	while (first > 0 && t - first < 2 && co_token_is_any(&s->tokens[first - 1], "on in the for from"))
		first--;
	return first > 0 && co_token_is(&s->tokens[first - 1], "not") ? first - 1 : t;
}

static const struct co_name *name_at(const struct co_names *names, const struct co_sentence *s, size_t t)
{
	const struct co_name *found, *best = NULL;
	size_t n;

	for (n = 0; (found = co_names_find(names, s->tokens[t].text, n)); n++) {
		if (found->type == CO_NAME_NAMESPACE && in_place(s, t))
			return found;
		if (found->type != CO_NAME_NAMESPACE && (!best || found->type < best->type))
			best = found;
	}
	return best;
}

/* Two words as one name: "prod us" as "prod-us", "prd eu" with the name of the environment for the first; 0 if they do not fit. */
static int join(const struct co_sentence *s, size_t t, const char *first, char *joined, size_t size)
{
	const size_t len = strlen(first);

	if (t + 1 >= s->count || len + s->tokens[t + 1].len + 2 > size || s->tokens[t + 1].before)
		return 0;
	memcpy(joined, first, len);
	joined[len] = '-';
	memcpy(joined + len + 1, s->tokens[t + 1].text, s->tokens[t + 1].len + 1);
	return 1;
}

static const struct co_name *find_type(const struct co_names *names, const char *text, enum co_name_type type)
{
	const struct co_name *found;
	size_t n;

	for (n = 0; (found = co_names_find(names, text, n)); n++)
		if (found->type == type)
			return found;
	return NULL;
}

/* "prod us" for the context prod-us. */
static const struct co_name *pair_at(const struct co_names *names, const struct co_sentence *s, size_t t)
{
	const struct co_name *environment = find_type(names, s->tokens[t].text, CO_NAME_ENVIRONMENT);
	char joined[128];

	if (join(s, t, environment ? environment->value : s->tokens[t].text, joined, sizeof(joined)) &&
	    find_type(names, joined, CO_NAME_CONTEXT))
		return find_type(names, joined, CO_NAME_CONTEXT);
	return NULL;
}

void co_place_read(struct co_reading *r)
{
	struct co_sentence *s = &r->s;
	size_t t;

	for (t = 0; t < s->count; t++) {
		const struct co_name *pair;

		if (s->tokens[t].flags & (CO_TOKEN_FOREIGN | CO_TOKEN_ODD))
			continue;
		pair = pair_at(r->in->names, s, t);
		r->s.tokens[t].inventory = pair ? pair : name_at(r->in->names, s, t);
		if (r->s.tokens[t].inventory && excluded_from(s, t) < t) {
			co_reading_use(r, excluded_from(s, t), pair ? t + 1 : t);
			r->s.tokens[t].inventory = NULL;
			continue;
		}
		if (r->s.tokens[t].inventory)
			s->tokens[t].flags |= CO_TOKEN_NAME;
		if (pair) {
			s->tokens[t + 1].flags |= CO_TOKEN_NAME;
			r->s.tokens[++t].inventory = pair;
		}
	}
}

/* ---- names that are nearly of the inventory */

/* "web shop" for the workload web-shop */
static const struct co_name *parted_at(const struct co_names *names, const struct co_sentence *s, size_t t)
{
	char joined[128];

	if (!join(s, t, s->tokens[t].text, joined, sizeof(joined)) ||
	    (t + 2 < s->count && co_token_is(&s->tokens[t + 2], "team")))
		return NULL;
	return find_type(names, joined, CO_NAME_WORKLOAD);
}

static int is_left(const struct co_token *t)
{
	return !t->inventory && !(t->flags & (CO_TOKEN_FOREIGN | CO_TOKEN_ODD | CO_TOKEN_QUOTED | CO_TOKEN_SPLIT));
}

static void take_near(struct co_token *t, const struct co_name *name)
{
	t->inventory = name;
	t->flags = (t->flags & ~(unsigned)(CO_TOKEN_KNOWN | CO_TOKEN_FIXED)) | CO_TOKEN_NAME | CO_TOKEN_NEAR;
}

static int is_unknown(const struct co_token *t)
{
	return !(t->flags & CO_TOKEN_KNOWN) || (t->flags & CO_TOKEN_FIXED);
}

void co_place_near(struct co_reading *r)
{
	struct co_token *tokens = r->s.tokens;
	size_t t;

	for (t = 0; t < r->s.count; t++) {
		const struct co_name *name = NULL;

		if (!is_left(&tokens[t]))
			continue;
		if (t + 1 < r->s.count && is_left(&tokens[t + 1]) && (name = parted_at(r->in->names, &r->s, t))) {
			take_near(&tokens[t], name);
			take_near(&tokens[++t], name);
		} else if (!(tokens[t].flags & CO_TOKEN_KNOWN) &&
			   (name = co_names_nearest(r->in->names, tokens[t].text, 0))) {
			take_near(&tokens[t], name);
		} else if (t > 0 && co_token_is_any(&tokens[t - 1], "in ns namespace of") && is_unknown(&tokens[t]) &&
			   (name = co_names_nearest(r->in->names, tokens[t].text, 1))) {
			take_near(&tokens[t], name);
		}
	}
}

void co_place_forget_near(struct co_reading *r)
{
	size_t t;

	for (t = 0; t < r->s.count; t++) {
		if (!(r->s.tokens[t].flags & CO_TOKEN_NEAR))
			continue;
		r->s.tokens[t].inventory = NULL;
		r->s.tokens[t].flags &= ~(unsigned)(CO_TOKEN_NAME | CO_TOKEN_NEAR);
	}
}
