/* SPDX-License-Identifier: Apache-2.0 */
#include "intent/reading.h"

#include "base/mem.h"

#include <string.h>

/* ---- what is taken from a sentence */

void co_reading_use(struct co_reading *r, size_t first, size_t last)
{
	for (; first <= last && first < r->s.count; first++)
		r->s.tokens[first].flags |= CO_TOKEN_USED;
}

void co_reading_fact(struct co_reading *r, size_t first, size_t last)
{
	co_reading_use(r, first, last);
	for (; first <= last && first < r->s.count; first++)
		r->s.tokens[first].flags |= CO_TOKEN_FACT;
}

void co_reading_because(struct co_reading *r, const char *field, const char *value, size_t first, size_t last)
{
	struct co_because *b;
	size_t start, end, t;

	if (first > last || last >= r->s.count)
		return;
	start = r->s.tokens[first].start;
	end = r->s.tokens[last].end;
	for (t = first; t <= last; t++) { /* what was corrected stands behind the rest */
		start = r->s.tokens[t].start < start ? r->s.tokens[t].start : start;
		end = r->s.tokens[t].end > end ? r->s.tokens[t].end : end;
	}
	b = co_grow(&r->because.items, &r->because.count, sizeof(*b));
	b->field = co_xstrdup(field);
	b->value = co_xstrdup(value);
	b->text = co_xmemdup(r->text + start, end - start);
	b->at = json_array();
	json_array_append_new(b->at, json_integer((json_int_t)start));
	json_array_append_new(b->at, json_integer((json_int_t)end));
}

int co_reading_has(const struct co_reading *r, const char *slot)
{
	return json_object_get(r->target, slot) != NULL;
}

int co_reading_has_any(const struct co_reading *r, const char *slots)
{
	const char *slot;
	json_t *value;

	json_object_foreach(r->target, slot, value)
		if (co_is_among(slot, slots))
			return 1;
	return 0;
}

int co_reading_holds(const struct co_reading *r, const char *name, const char *value)
{
	json_t *item, *slot = json_object_get(r->target, name);
	size_t i;

	if (json_is_string(slot))
		return strcmp(json_string_value(slot), value) == 0;
	json_array_foreach(slot, i, item)
		if (strcmp(json_string_value(item), value) == 0)
			return 1;
	return 0;
}

const char *co_reading_spelling(const struct co_token *t)
{
	return t->inventory ? t->inventory->value : t->name;
}

const char *co_reading_last_part(const struct co_token *t)
{
	const char *whole = co_reading_spelling(t), *last = strrchr(whole, '/');

	if (!last && strncmp(whole, "arn:", 4) == 0)
		last = strrchr(whole, ':');
	return last && last[1] ? last + 1 : whole;
}

int co_reading_is_object(const struct co_reading *r, size_t t)
{
	static const char *const slots[] = { "name", "node", "host" };
	const struct co_token *token = &r->s.tokens[t];
	size_t i;

	for (i = 0; i < CO_COUNT(slots); i++)
		if (co_reading_holds(r, slots[i], co_reading_spelling(token)) ||
		    co_reading_holds(r, slots[i], co_reading_last_part(token)))
			return 1;
	return 0;
}

void co_reading_slot(struct co_reading *r, const char *slot, const char *value, size_t first, size_t last)
{
	json_t *had = json_object_get(r->target, slot);
	char field[32] = "target.";

	if (strcmp(slot, "provider") == 0 || strcmp(slot, "kind") == 0)
		co_reading_use(r, first, last); /* these follow from words; no object by themselves */
	else
		co_reading_fact(r, first, last);
	if (co_reading_holds(r, slot, value))
		return;
	if (!had) {
		json_object_set_new_nocheck(r->target, slot, json_string_nocheck(value));
	} else if (json_is_array(had)) {
		json_array_append_new(had, json_string_nocheck(value));
	} else {
		json_t *list = json_array();

		json_array_append(list, had);
		json_array_append_new(list, json_string_nocheck(value));
		json_object_set_new_nocheck(r->target, slot, list);
	}
	strncat(field, slot, sizeof(field) - strlen(field) - 1);
	co_reading_because(r, field, value, first, last);
}

void co_reading_provider(struct co_reading *r, const char *provider, size_t first, size_t last)
{
	if (provider && *provider && !co_reading_has(r, "provider"))
		co_reading_slot(r, "provider", provider, first, last);
}

int co_reading_given(const struct co_reading *r, const char *name)
{
	return json_object_get(r->parameters, name) != NULL;
}

/* ---- what its words are */

int co_reading_own(const struct co_match *m)
{
	return !(m->flags & CO_TOKEN_FOREIGN);
}

const struct co_match *co_reading_signal(const struct co_reading *r, const char *name)
{
	size_t i;

	for (i = 0; i < r->m.count; i++)
		if (co_match_is_signal(&r->m.items[i], name) && co_reading_own(&r->m.items[i]))
			return &r->m.items[i];
	return NULL;
}

int co_reading_covered(const struct co_reading *r, size_t t, const char *signal)
{
	size_t i;

	for (i = t < r->s.count ? r->m.cover[t] : r->m.count; i < r->m.count && r->m.items[i].first <= t; i++)
		if (r->m.items[i].last >= t && co_match_is_signal(&r->m.items[i], signal) &&
		    co_reading_own(&r->m.items[i]))
			return 1;
	return 0;
}

int co_reading_covered_by(const struct co_reading *r, size_t t, const char *signals)
{
	size_t i;

	for (i = t < r->s.count ? r->m.cover[t] : r->m.count; i < r->m.count && r->m.items[i].first <= t; i++)
		if (r->m.items[i].last >= t && r->m.items[i].entry.type == CO_WORD_SIGNAL &&
		    co_is_among(r->m.items[i].entry.name, signals) && co_reading_own(&r->m.items[i]))
			return 1;
	return 0;
}

const struct co_match *co_reading_ending(const struct co_reading *r, size_t last, enum co_word_type type)
{
	size_t i;

	for (i = last < r->s.count ? r->m.cover[last] : r->m.count; i < r->m.count && r->m.items[i].first <= last; i++)
		if (r->m.items[i].entry.type == type && r->m.items[i].last == last && co_reading_own(&r->m.items[i]))
			return &r->m.items[i];
	return NULL;
}

const struct co_match *co_reading_over(const struct co_reading *r, size_t t, enum co_word_type type)
{
	size_t i;

	for (i = t < r->s.count ? r->m.cover[t] : r->m.count; i < r->m.count && r->m.items[i].first <= t; i++)
		if (r->m.items[i].entry.type == type && r->m.items[i].last >= t)
			return &r->m.items[i];
	return NULL;
}

int co_reading_could_name(const struct co_reading *r, size_t t)
{
	return r->s.tokens[t].inventory || (r->s.tokens[t].flags & CO_TOKEN_QUOTED) ||
	       co_token_is_made(&r->s.tokens[t]);
}

int co_reading_says_kind(const struct co_reading *r, const char *kind)
{
	size_t i;

	for (i = 0; i < r->m.count; i++)
		if (r->m.items[i].entry.type == CO_WORD_KIND && co_match_is(&r->m.items[i], kind) &&
		    co_reading_own(&r->m.items[i]))
			return 1;
	return 0;
}

int co_reading_has_word(const struct co_reading *r, size_t first, size_t past, const char *words)
{
	for (; first < past; first++)
		if (co_says_any(r, first, words))
			return 1;
	return 0;
}

int co_reading_knows(const struct co_reading *r, size_t first, size_t past, enum co_name_type type)
{
	for (; first < past; first++)
		if (co_is_known(r, first, type))
			return 1;
	return 0;
}

int co_reading_quotes(const struct co_reading *r)
{
	size_t t;

	for (t = 0; t < r->s.count; t++)
		if (r->s.tokens[t].flags & CO_TOKEN_MESSAGE)
			return 1;
	return 0;
}

/* ---- its parts */

int co_reading_starts_part(const struct co_reading *r, size_t t)
{
	char before = r->s.tokens[t].before;

	if (t > 0 && t + 1 < r->s.count && co_says(r, t, "so") &&
	    (co_says_any(r, t + 1, "please pls plz kindly can could lets it") ||
	     co_match_at(&r->m, t + 1, CO_WORD_ACTION)))
		return 1; /* "my colleague is ill so please ...", "it is done so uncordon it" */
	if (t > 0 && co_says(r, t, "it") && (r->s.tokens[t - 1].inventory || co_token_is_made(&r->s.tokens[t - 1])) &&
	    co_reading_covered_by(r, t + 1, "tells trouble"))
		return 1; /* "remove the pod X it hangs since ..." */
	return t == 0 || r->s.tokens[t - 1].clause != r->s.tokens[t].clause || (before && strchr(",:;-)(", before));
}

size_t co_reading_part_start(const struct co_reading *r, size_t t)
{
	while (!co_reading_starts_part(r, t))
		t--;
	return t;
}

size_t co_reading_part_end(const struct co_reading *r, size_t t)
{
	for (t++; t < r->s.count && !co_reading_starts_part(r, t); t++)
		;
	return t;
}
