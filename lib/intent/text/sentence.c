/* SPDX-License-Identifier: Apache-2.0 */
#include "intent/text/sentence.h"

#include "intent/text/clean.h"
#include "intent/text/match.h"

#include <stdlib.h>
#include <string.h>

static int is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static int is_high(char c)
{
	return (unsigned char)c >= 0x80;
}

static int in_token(char c)
{
	return co_is_alnum(c) || is_high(c) || c == CO_CLEAN_NOTHING || (c && strchr("-_./:@%+=~*&#$'", c));
}

/* ---- the text of tokens */

static char *put(struct co_sentence *s, const char *text, size_t len)
{
	char *at = s->room + s->room_used;

	if (len + 1 > s->room_size - s->room_used)
		abort(); /* room is made for twice the text and its parts */
	memcpy(at, text, len);
	at[len] = '\0';
	s->room_used += len + 1;
	return at;
}

/* Drops what is invisible and, for lower != 0, apostrophes and case. */
static const char *copy(struct co_sentence *s, const char *from, size_t len, int lower)
{
	char *at = put(s, from, len), *to = at;
	size_t i;

	for (i = 0; i < len; i++) {
		char c = from[i];

		if (c == CO_CLEAN_NOTHING || (lower && c == '\''))
			continue;
		*to++ = lower && c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
	}
	*to = '\0';
	s->room_used -= len - (size_t)(to - at);
	return at;
}

/* "bill-render's" loses its ending; "what's" does not. */
static int is_owner(const char *c, size_t len)
{
	static const char *const joined[] = { "what", "how",  "where", "who",  "it", "let",
					      "that", "here", "there", "when", "why" };
	size_t i, base = len - 2;

	if (len < 4 || c[len - 2] != '\'' || (c[len - 1] | 32) != 's')
		return 0;
	for (i = 0; i < CO_COUNT(joined); i++)
		if (strlen(joined[i]) == base && strncmp(c, joined[i], base) == 0)
			return 0;
	return (c[0] | 32) != 'w' || base != 4;
}

static unsigned flags_of(const unsigned char *mark, size_t start, size_t end)
{
	unsigned all = 0, flags = 0;
	size_t i;

	for (i = start; i < end; i++)
		all |= mark[i];
	if (all & CO_MARK_FOREIGN)
		flags |= CO_TOKEN_FOREIGN;
	if (all & CO_MARK_MESSAGE)
		flags |= CO_TOKEN_MESSAGE;
	if (all & CO_MARK_QUOTED)
		flags |= CO_TOKEN_QUOTED;
	if (all & CO_MARK_ASIDE)
		flags |= CO_TOKEN_ASIDE;
	return flags;
}

struct reader {
	struct co_sentence *s;
	const char *c;
	const unsigned char *mark;
	char before;
	unsigned clause;
	int part;	/* the next token starts a clause */
	unsigned stars; /* in the text; two mark a word or more as bold */
};

/* "+3 pods", "-1 replica": by how many. "+02:00" and "tail -100" are none. */
static int is_step(const char *c, size_t start, size_t end)
{
	static const char *const counted[] = { " pod", " replica", " instance", " task", " copy", " copies" };
	size_t i, digits = strspn(c + start + 1, "0123456789");

	if ((c[start] != '+' && c[start] != '-') || !digits || digits > 3 || start + 1 + digits != end)
		return 0;
	for (i = 0; i < sizeof(counted) / sizeof(*counted); i++)
		if (strncmp(c + end, counted[i], strlen(counted[i])) == 0)
			return 1;
	return 0;
}

static void add_word(struct reader *r, size_t start, size_t end, const char *word)
{
	struct co_token *t = co_grow(&r->s->tokens, &r->s->count, sizeof(*t));
	size_t i;

	t->start = start;
	t->end = end;
	t->flags = flags_of(r->mark, start, end);
	t->name = t->text = word;
	t->len = strlen(word);
	t->before = r->before;
	t->clause = r->clause;
	for (i = 0; i < CO_SENTENCE_LAYERS; i++)
		t->word[i] = t->base[i] = -1;
}

static void add_token(struct reader *r, size_t start, size_t end)
{
	struct co_token *t;
	const char *c = r->c;
	size_t i, first = start, past = end;

	while (start < end && (strchr(".:=*~&#'-_@", c[start]) || c[start] == CO_CLEAN_NOTHING) &&
	       !(c[start] == '-' && start + 1 < end && is_digit(c[start + 1])))
		start++;
	while (end > start && (strchr(".:=*~&#'-_@$+", c[end - 1]) || c[end - 1] == CO_CLEAN_NOTHING)) {
		if (c[end - 1] == ':' || c[end - 1] == '.')
			r->before = c[end - 1];
		end--;
	}
	if (start == end)
		return;
	t = co_grow(&r->s->tokens, &r->s->count, sizeof(*t));
	t->start = start;
	t->end = end;
	t->flags = flags_of(r->mark, start, end);
	if ((end < past && (c[end] == '-' || (c[end] == '_' && c[first] != '_') || (c[end] == '*' && r->stars % 2))) ||
	    (c[past] == ';' && co_is_alnum(c[past + 1])))
		t->flags |= CO_TOKEN_SPLIT; /* "web-*", what is left of "web-$(...)", "web;id" */
	if (is_owner(c + start, end - start)) {
		end -= 2;
		t->flags |= CO_TOKEN_OWNER;
	}
	for (i = start; i < end; i++)
		t->flags |= is_high(c[i]) ? CO_TOKEN_ODD : c[i] == CO_CLEAN_NOTHING ? CO_TOKEN_SPLIT : 0u;
	t->name = copy(r->s, c + start, end - start, 0);
	t->text = copy(r->s, c + start, end - start, 1);
	if (strcmp(t->text, "w/o") == 0)
		t->text = "without";
	else if (strcmp(t->text, "w/") == 0)
		t->text = "with";
	t->len = strlen(t->text);
	for (i = 0; i < CO_SENTENCE_LAYERS; i++)
		t->word[i] = t->base[i] = -1;
}

/* What stands between tokens: remembers it, and parts clauses. */
static void separate(struct reader *r, char c, int at_end_of_word)
{
	if (c == ' ')
		return;
	if (c == '\n')
		c = ';';
	r->before = c;
	if (c == ';' || c == '?' || c == '!' || (c == '.' && at_end_of_word))
		r->part = 1;
}

static void start_token(struct reader *r)
{
	if (r->part && r->s->count)
		r->clause++;
	r->part = 0;
}

void co_sentence_read(struct co_sentence *s, const char *text, size_t len)
{
	char *clean = co_xmalloc(len + 1);
	unsigned char *mark = co_xcalloc(len + 1, 1);
	struct reader r = { .s = s, .c = clean, .mark = mark };
	size_t i, end, before;

	memset(s, 0, sizeof(*s));
	s->room_size = len * 8 + 64;
	s->room = co_xmalloc(s->room_size);
	co_clean(text, len, clean, mark);
	clean[len] = '\0';
	for (i = 0; i < len; i++)
		r.stars += clean[i] == '*';
	for (i = 0; i < len; i = end) {
		for (end = i; end < len && in_token(clean[end]); end++)
			;
		if (end == i) {
			separate(&r, clean[end++], 0);
			continue;
		}
		start_token(&r);
		before = s->count;
		if (is_step(clean, i, end)) {
			add_word(&r, i, i + 1, clean[i] == '+' ? "plus" : "minus");
			r.before = 0;
			before = s->count;
			i++;
		}
		char was = r.before;

		r.before = 0;
		add_token(&r, i, end);
		if (s->count > before) {
			s->tokens[before].before = was;
			s->tokens[before].clause = r.clause;
			if (r.before == '.')
				r.part = 1;
		} else {
			r.before = clean[i] == ':' && end == i + 1 ? ':' :
				   clean[i] == '-' || clean[i] == '+' || clean[i] == '&' ||
						   clean[i] == CO_CLEAN_NOTHING ?
								     '-' :
								     was;
		}
	}
	for (end = len; end > 0 && (clean[end - 1] == ' ' || clean[end - 1] == '\n' || clean[end - 1] == '!'); end--)
		;
	s->question = end > 0 && clean[end - 1] == '?';
	s->clauses = s->count ? r.clause + 1 : 0;
	free(clean);
	free(mark);
}

void co_sentence_clear(struct co_sentence *s)
{
	free(s->tokens);
	free(s->room);
	memset(s, 0, sizeof(*s));
}

/* ---- looking words up */

/* The word without its plural ending; -1 if that is no word, or there is no such ending. */
static int32_t singular(const struct co_vocabulary *v, unsigned layer, const char *text, size_t len)
{
	char stem[48];
	int32_t word;

	if (len < 3 || len >= sizeof(stem) || text[len - 1] != 's')
		return -1;
	word = co_vocabulary_word(v, layer, text, len - 1);
	if (word < 0 && text[len - 2] == 'e')
		word = co_vocabulary_word(v, layer, text, len - 2);
	if (word < 0 && len > 4 && memcmp(text + len - 3, "ies", 3) == 0) {
		memcpy(stem, text, len - 3);
		stem[len - 3] = 'y';
		word = co_vocabulary_word(v, layer, stem, len - 2);
	}
	return word;
}

static unsigned layers(const struct co_vocabulary *v)
{
	unsigned n = co_vocabulary_layers(v);

	return n < CO_SENTENCE_LAYERS ? n : CO_SENTENCE_LAYERS;
}

static int is_known(const struct co_vocabulary *v, const char *text, size_t len)
{
	unsigned layer;

	for (layer = 0; layer < layers(v); layer++)
		if (co_vocabulary_word(v, layer, text, len) >= 0 || singular(v, layer, text, len) >= 0)
			return 1;
	return 0;
}

/* A condition is named before its value: "MemoryPressure=True". */
static size_t said_length(const struct co_token *t)
{
	size_t len = strcspn(t->text, "=");
	const char *value = t->text[len] ? t->text + len + 1 : "";

	return co_is_among(value, "true false unknown") ? len : t->len;
}

static void look_up_token(struct co_token *t, const struct co_vocabulary *v)
{
	unsigned layer;

	for (layer = 0; layer < layers(v); layer++) {
		t->word[layer] = co_vocabulary_word(v, layer, t->text, said_length(t));
		t->base[layer] = singular(v, layer, t->text, t->len);
		if (t->word[layer] >= 0 || t->base[layer] >= 0)
			t->flags |= CO_TOKEN_KNOWN;
	}
}

enum parted { BY_SLASH, BY_DASH };

static size_t part_length(const char *text, enum parted by)
{
	return strcspn(text, by == BY_SLASH ? "/+" : "-_");
}

/* True if the words are a phrase, as "out of memory" is. */
static int is_phrase(const struct co_vocabulary *v, unsigned layer, const int32_t *word, const int32_t *base, size_t n)
{
	struct co_phrase phrase;
	uint32_t first = 0, i;
	unsigned count = co_vocabulary_phrases(v, layer, word[0] < 0 ? base[0] : word[0], &first);
	size_t k;

	for (i = 0; i < count; i++) {
		co_vocabulary_phrase(v, layer, first + i, &phrase);
		for (k = 0; phrase.length == n && k < n; k++)
			if (phrase.elements[k] < 0 || (phrase.elements[k] != word[k] && phrase.elements[k] != base[k]))
				break;
		if (phrase.length == n && k == n)
			return 1;
	}
	return 0;
}

/* Parts at dashes are words only where they are a phrase together: "error-page" is a name. */
static int parts_are_phrase(const struct co_token *t, const struct co_vocabulary *v)
{
	int32_t word[CO_PHRASE_WORDS], base[CO_PHRASE_WORDS];
	unsigned layer;

	for (layer = 0; layer < layers(v); layer++) {
		const char *p = t->text;
		size_t n = 0, len;

		for (; n < CO_PHRASE_WORDS; p += len + 1) {
			len = part_length(p, BY_DASH);
			word[n] = co_vocabulary_word(v, layer, p, len);
			base[n] = singular(v, layer, p, len);
			n++;
			if (!p[len])
				break;
		}
		if (is_phrase(v, layer, word, base, n))
			return 1;
	}
	return 0;
}

/* "deploy/api": a kind and a name; not "pod/deployment". */
static int is_pair(const struct co_token *t, const struct co_vocabulary *v)
{
	const char *slash = strchr(t->text, '/');
	struct co_entry kind;

	return slash && !strchr(slash + 1, '/') &&
	       co_match_word(v, t->text, (size_t)(slash - t->text), CO_WORD_KIND, &kind) == 0 &&
	       co_match_word(v, slash + 1, strlen(slash + 1), CO_WORD_KIND, &kind) < 0;
}

/* How many parts "out-of-memory" or "cpu/memory" has, if they are words and more than one; else 0. */
static size_t count_parts(const struct co_token *t, const struct co_vocabulary *v, enum parted by)
{
	const char *p = t->text;
	size_t parts = 0;

	if (strspn(p, "0123456789/") == t->len)
		return 0; /* "6/16", "1/3" */
	for (;;) {
		size_t len = part_length(p, by);

		if (!len || !is_known(v, p, len))
			return 0;
		parts++;
		if (!p[len])
			break;
		p += len + 1;
	}
	if (parts < 2 || (by == BY_DASH && !parts_are_phrase(t, v)))
		return 0;
	return parts;
}

static void split(struct co_sentence *s, size_t at, size_t parts, enum parted by)
{
	const struct co_token whole = s->tokens[at];
	const char *p = whole.text;
	size_t i, offset = 0;

	for (i = 1; i < parts; i++)
		co_grow(&s->tokens, &s->count, sizeof(*s->tokens));
	memmove(s->tokens + at + parts, s->tokens + at + 1, (s->count - at - parts) * sizeof(*s->tokens));
	for (i = 0; i < parts; i++) {
		struct co_token *t = &s->tokens[at + i];
		size_t len = part_length(p + offset, by);

		*t = whole;
		t->text = put(s, p + offset, len);
		t->name = t->text;
		t->len = len;
		t->before = i ? '~' : whole.before;
		offset += len + 1;
	}
}

static int could_be_typo(const struct co_token *t)
{
	size_t i;

	if (t->flags & (CO_TOKEN_KNOWN | CO_TOKEN_QUOTED | CO_TOKEN_ODD | CO_TOKEN_NAME | CO_TOKEN_FOREIGN))
		return 0;
	for (i = 0; i < t->len; i++)
		if (t->text[i] < 'a' || t->text[i] > 'z')
			return 0;
	for (i = 1; t->name[i] && t->len < 12; i++) /* "ImagePulBackOff" is long enough */
		if (t->name[i] >= 'A' && t->name[i] <= 'Z' &&
		    !(t->name[0] >= 'A' && t->name[0] <= 'Z' && t->name[1] <= 'Z'))
			return 0;
	return t->len >= 5;
}

static void correct(struct co_token *t, const struct co_vocabulary *v)
{
	const char *spelling;
	unsigned layer;

	for (layer = 0; layer < layers(v); layer++) {
		int32_t word = co_vocabulary_nearest(v, layer, t->text, t->len);

		if (word < 0 && t->text[t->len - 1] == 's')
			word = co_vocabulary_nearest(v, layer, t->text, t->len - 1); /* "crojobs" */
		if (word < 0)
			continue;
		t->word[layer] = t->base[layer] = word;
		spelling = co_vocabulary_spelling(v, layer, word);
		if (singular(v, layer, spelling, strlen(spelling)) >= 0)
			t->base[layer] = singular(v, layer, spelling, strlen(spelling));
		t->flags |= CO_TOKEN_KNOWN | CO_TOKEN_FIXED;
		return;
	}
}

/* "secret db-password", "secret orders/db": a name, whatever its parts mean */
static int is_labelled(const struct co_token *t)
{
	return !t->before && strpbrk(t->text, "-/") && co_token_is_any(&t[-1], "secret configmap cm topic");
}

/* "LOG_LEVEL of web-shop", "LOG_LEVEL to debug": what is set, whatever its parts mean; not "TIME_WAIT sockets" */
static int is_constant(const struct co_sentence *s, size_t at)
{
	const struct co_token *t = &s->tokens[at];
	size_t i;

	if (at + 1 >= s->count || !co_token_is_any(&t[1], "of to as for"))
		return 0;
	for (i = 0; t->name[i]; i++)
		if (t->name[i] >= 'a' && t->name[i] <= 'z')
			return 0;
	return strchr(t->name, '_') != NULL;
}

void co_sentence_look_up(struct co_sentence *s, const struct co_vocabulary *v)
{
	size_t i, parts;

	for (i = 0; i < s->count; i++) {
		enum parted by = BY_SLASH;

		look_up_token(&s->tokens[i], v);
		if (s->tokens[i].flags & (CO_TOKEN_KNOWN | CO_TOKEN_QUOTED | CO_TOKEN_NAME | CO_TOKEN_ODD))
			continue;
		if (is_pair(&s->tokens[i], v) || is_constant(s, i))
			continue;
		parts = i > 0 && is_labelled(&s->tokens[i]) ? 0 : count_parts(&s->tokens[i], v, by);
		if (!parts && !(i > 0 && is_labelled(&s->tokens[i])))
			parts = count_parts(&s->tokens[i], v, by = BY_DASH);
		if (parts) {
			split(s, i, parts, by);
			i--;
		} else if (could_be_typo(&s->tokens[i])) {
			correct(&s->tokens[i], v);
		}
	}
}
