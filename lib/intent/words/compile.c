/* SPDX-License-Identifier: Apache-2.0 */
/* intent/compile: a vocabulary file into the flat index that intent/vocabulary reads. */
#include "intent/words/vocabulary.h"

#include "codec/shape.h"
#include "codec/yaml.h"
#include "intent/words/index.h"
#include "run/intent.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- the file as structs */

struct name {
	char *name;
	char *about;
	int class;
	char *provider;
	char *subject;
	int verb;
	char *needs;
	CO_LIST(char *) trouble;
	CO_LIST(char *) strong;
	CO_LIST(char *) words;
	CO_LIST(char *) weak;
};

struct names {
	struct name *items;
	size_t count;
};

enum { SECTIONS = CO_WORD_TYPES - 1 };

struct file {
	int64_t version;
	struct names sections[SECTIONS]; /* by type - 1 */
	CO_LIST(char *) programs;
	json_t *examples;
};

static const char *const classes[] = { "cause", "symptom", "object", "vague", "time", "size", "share", "number", NULL };

static const struct co_field name_fields[] = {
	CO_STR(struct name, about, 0),
	CO_ENUM(struct name, class, 0, classes),
	CO_STR(struct name, provider, 0),
	CO_STR(struct name, subject, 0),
	CO_ENUM(struct name, verb, 0, co_verb_names),
	CO_STR(struct name, needs, 0),
	CO_STRS(struct name, trouble, CO_ONE_OK),
	CO_STRS(struct name, strong, CO_ONE_OK),
	CO_STRS(struct name, words, CO_ONE_OK),
	CO_STRS(struct name, weak, CO_ONE_OK),
	CO_END,
};

static const struct co_shape name_shape = { "vocabulary entry", sizeof(struct name), name_fields };

#define SECTION(type, key)                                                                                             \
	{                                                                                                              \
		key, CO_FIELD_MAP, 0, offsetof(struct file, sections) + (type - 1) * sizeof(struct names),             \
			&name_shape, NULL, 0, 0                                                                        \
	}

static const struct co_field file_fields[] = {
	CO_ROW(struct file, "vocabulary", version, CO_FIELD_INT, CO_REQUIRED, NULL, NULL, 1, 1),
	SECTION(CO_WORD_VERB, "verbs"),
	SECTION(CO_WORD_ACTION, "actions"),
	SECTION(CO_WORD_SUBJECT, "subjects"),
	SECTION(CO_WORD_KIND, "kinds"),
	SECTION(CO_WORD_PLATFORM, "platforms"),
	SECTION(CO_WORD_SERVICE, "services"),
	SECTION(CO_WORD_REGION, "regions"),
	SECTION(CO_WORD_CONSTRAINT, "constraints"),
	SECTION(CO_WORD_UNIT, "units"),
	SECTION(CO_WORD_CALENDAR, "calendar"),
	SECTION(CO_WORD_SIGNAL, "signals"),
	CO_STRS(struct file, programs, 0),
	CO_JSON(struct file, examples, 0),
	CO_END,
};

static const struct co_shape file_shape = { "vocabulary", sizeof(struct file), file_fields };

/* ---- building */

struct word {
	char *text;
	int fixed;
	uint32_t first, count;
};

struct phrase {
	uint32_t entry;
	unsigned weight;
	unsigned length;
	int32_t elements[CO_PHRASE_WORDS]; /* word numbers, in order of arrival until renumber() */
};

struct build {
	struct co_buf strings;
	CO_LIST(struct word) words;
	CO_LIST(struct phrase) phrases;
	CO_LIST(struct co_index_entry) entries;
	uint32_t base;	  /* file offset of strings */
	int32_t *buckets; /* hash of words: index + 1 */
	size_t bucket_count;
	struct co_err *err;
};

static uint32_t add_string(struct build *b, const char *s)
{
	uint32_t at = (uint32_t)b->strings.len;

	if (!s || !*s)
		return 0; /* the strings start with an empty one */
	co_buf_add(&b->strings, s, strlen(s) + 1);
	return at;
}

static size_t hash(const char *s)
{
	size_t h = 5381;

	while (*s)
		h = h * 33 + (unsigned char)*s++;
	return h;
}

static void rehash(struct build *b)
{
	size_t i, at;

	free(b->buckets);
	b->bucket_count = b->bucket_count ? b->bucket_count * 4 : 4096;
	b->buckets = co_xcalloc(b->bucket_count, sizeof(*b->buckets));
	for (i = 0; i < b->words.count; i++) {
		for (at = hash(b->words.items[i].text) % b->bucket_count; b->buckets[at];
		     at = (at + 1) % b->bucket_count)
			;
		b->buckets[at] = (int32_t)i + 1;
	}
}

static int32_t add_word(struct build *b, const char *text, int fixed)
{
	struct word *w;
	size_t at;

	if (b->words.count * 2 >= b->bucket_count)
		rehash(b);
	for (at = hash(text) % b->bucket_count; b->buckets[at]; at = (at + 1) % b->bucket_count) {
		w = &b->words.items[b->buckets[at] - 1];
		if (strcmp(w->text, text) == 0) {
			w->fixed &= fixed;
			return b->buckets[at] - 1;
		}
	}
	w = co_grow(&b->words.items, &b->words.count, sizeof(*w));
	w->text = co_xstrdup(text);
	w->fixed = fixed;
	b->buckets[at] = (int32_t)b->words.count;
	return (int32_t)b->words.count - 1;
}

static int is_word(const char *s)
{
	size_t len = strlen(s);

	if (len > 40 || strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789-_./+:") != len)
		return 0;
	return len && s[0] != '-' && s[0] != '.' && s[len - 1] != '.' && s[len - 1] != ':';
}

static int add_element(struct build *b, struct phrase *p, const char *word, int fixed)
{
	int32_t element = CO_PHRASE_GAP;

	if (p->length == CO_PHRASE_WORDS)
		return co_err_set(b->err, CO_ERR_INPUT, "bad-phrase", "a phrase has at most %d words", CO_PHRASE_WORDS);
	if (strcmp(word, "{}") == 0)
		element = CO_PHRASE_NAME;
	else if (strcmp(word, "*") != 0) {
		if (!is_word(word)) {
			co_err_set(b->err, CO_ERR_INPUT, "bad-phrase", "\"%s\" is not a word", word);
			return co_err_hint(b->err, "words are lower-case letters, digits and inner - . / + "
						   ":, without apostrophes; "
						   "* stands for up to three words, {} for a name");
		}
		element = add_word(b, word, fixed);
	}
	if (element < 0 && p->length == 0) {
		co_err_set(b->err, CO_ERR_INPUT, "bad-phrase", "a phrase cannot start with \"%s\"", word);
		return co_err_hint(b->err, "start it with a word");
	}
	p->elements[p->length++] = element;
	return CO_OK;
}

static int add_phrase(struct build *b, uint32_t entry, unsigned weight, const char *text, int fixed)
{
	struct phrase *p = co_grow(&b->phrases.items, &b->phrases.count, sizeof(*p));
	char *copy = co_xstrdup(text), *rest = NULL, *word;
	int rc = CO_OK;

	p->entry = entry;
	p->weight = weight;
	for (word = strtok_r(copy, " ", &rest); word && rc == CO_OK; word = strtok_r(NULL, " ", &rest))
		rc = add_element(b, p, word, fixed);
	if (rc == CO_OK && p->length == 0)
		rc = co_err_set(b->err, CO_ERR_INPUT, "bad-phrase", "a phrase must not be empty");
	if (rc == CO_OK && p->elements[p->length - 1] == CO_PHRASE_GAP)
		rc = co_err_set(b->err, CO_ERR_INPUT, "bad-phrase", "a phrase cannot end with \"*\"");
	free(copy);
	return rc;
}

static int add_phrases(struct build *b, uint32_t entry, unsigned weight, char *const *items, size_t count,
		       const char *key)
{
	size_t i;

	for (i = 0; i < count; i++) {
		if (add_phrase(b, entry, weight, items[i], 0) < 0) {
			co_err_under_index(b->err, i);
			return co_err_under(b->err, key);
		}
	}
	return CO_OK;
}

static uint32_t add_entry(struct build *b, int type, const struct name *n)
{
	struct co_index_entry *e = co_grow(&b->entries.items, &b->entries.count, sizeof(*e));

	e->type = (uint32_t)type;
	e->name = add_string(b, n->name);
	e->class = add_string(b, co_enum_name(classes, n->class));
	e->provider = add_string(b, n->provider);
	e->subject = add_string(b, n->subject);
	e->verb = add_string(b, co_enum_name(co_verb_names, n->verb));
	e->needs = add_string(b, n->needs);
	return (uint32_t)b->entries.count - 1;
}

/* What is trouble by itself stands for its name, and for the signal. */
static int add_trouble(struct build *b, uint32_t entry, const struct name *n)
{
	char name[] = "trouble";
	const struct name signal = { .name = name };

	if (!n->trouble.count)
		return CO_OK;
	if (add_phrases(b, entry, CO_PHRASE_TROUBLE, n->trouble.items, n->trouble.count, "trouble") < 0)
		return CO_ERR_INPUT;
	return add_phrases(b, add_entry(b, CO_WORD_SIGNAL, &signal), CO_PHRASE_PLAIN, n->trouble.items,
			   n->trouble.count, "trouble");
}

static int add_name(struct build *b, int type, const struct name *n)
{
	uint32_t entry = add_entry(b, type, n);

	if (type == CO_WORD_VERB && !co_enum_value(co_verb_names, n->name)) {
		co_err_set(b->err, CO_ERR_INPUT, "unknown-verb", "unknown verb \"%s\"", n->name);
		return co_err_suggest(b->err, n->name, co_verb_names, 4);
	}
	if (add_trouble(b, entry, n) < 0 ||
	    add_phrases(b, entry, CO_PHRASE_STRONG, n->strong.items, n->strong.count, "strong") < 0 ||
	    add_phrases(b, entry, CO_PHRASE_PLAIN, n->words.items, n->words.count, "words") < 0 ||
	    add_phrases(b, entry, CO_PHRASE_WEAK, n->weak.items, n->weak.count, "weak") < 0)
		return CO_ERR_INPUT;
	return CO_OK;
}

static int add_section(struct build *b, int type, const struct names *names)
{
	size_t i;

	for (i = 0; i < names->count; i++) {
		if (add_name(b, type, &names->items[i]) < 0) {
			co_err_under(b->err, names->items[i].name);
			return co_err_under(b->err, co_word_sections[type - 1]);
		}
	}
	return CO_OK;
}

static int add_programs(struct build *b, const struct file *f)
{
	size_t i;

	for (i = 0; i < f->programs.count; i++) {
		const struct name n = { .name = f->programs.items[i] };

		if (add_phrase(b, add_entry(b, CO_WORD_PROGRAM, &n), CO_PHRASE_PLAIN, n.name, 1) < 0) {
			co_err_under_index(b->err, i);
			return co_err_under(b->err, "programs");
		}
	}
	return CO_OK;
}

static int add_file(struct build *b, const struct file *f)
{
	int type;

	co_buf_addc(&b->strings, '\0');
	for (type = 1; type < CO_WORD_TYPES; type++)
		if (add_section(b, type, &f->sections[type - 1]) < 0)
			return CO_ERR_INPUT;
	return add_programs(b, f);
}

/* ---- a phrase that stands for two names of one section is a mistake of the file */

static int by_section(const void *a, const void *b)
{
	const struct phrase *p = a, *q = b;

	if (p->length != q->length)
		return p->length < q->length ? -1 : 1;
	return memcmp(p->elements, q->elements, p->length * sizeof(p->elements[0]));
}

static const char *entry_name(const struct build *b, uint32_t entry)
{
	return b->strings.data + b->entries.items[entry].name;
}

static int is_ambiguous(struct build *b, const struct phrase *p, const char *one, const char *two)
{
	struct co_buf text = CO_BUF_INIT;
	unsigned i;

	for (i = 0; i < p->length; i++)
		co_buf_addf(&text, "%s%s", i ? " " : "",
			    p->elements[i] == CO_PHRASE_GAP ? "*" :
			    p->elements[i] < 0		    ? "{}" :
							      b->words.items[p->elements[i]].text);
	co_err_set(b->err, CO_ERR_INPUT, "ambiguous-phrase", "\"%s\" stands for both \"%s\" and \"%s\"", text.data, one,
		   two);
	co_buf_clear(&text);
	return CO_ERR_INPUT;
}

/* Each cloud has a region of its own at a place: "frankfurt". */
static int are_places(const struct build *b, const struct co_index_entry *one, const struct co_index_entry *two)
{
	return one->type == CO_WORD_REGION &&
	       strcmp(b->strings.data + one->provider, b->strings.data + two->provider) != 0;
}

static int check_phrases(struct build *b)
{
	struct phrase *sorted;
	int rc = CO_OK;
	size_t i, k;

	if (!b->phrases.count)
		return CO_OK;
	sorted = co_xmalloc(b->phrases.count * sizeof(*sorted));
	memcpy(sorted, b->phrases.items, b->phrases.count * sizeof(*sorted));
	qsort(sorted, b->phrases.count, sizeof(*sorted), by_section);
	for (i = 0; i < b->phrases.count && rc == CO_OK; i++) {
		for (k = i + 1; k < b->phrases.count && by_section(&sorted[i], &sorted[k]) == 0; k++) {
			const struct co_index_entry *one = &b->entries.items[sorted[i].entry];
			const struct co_index_entry *two = &b->entries.items[sorted[k].entry];

			if (one->type != two->type || one->type == CO_WORD_SIGNAL || are_places(b, one, two))
				continue;
			rc = is_ambiguous(b, &sorted[i], entry_name(b, sorted[i].entry),
					  entry_name(b, sorted[k].entry));
			co_err_under(b->err, entry_name(b, sorted[k].entry));
			co_err_under(b->err, co_word_sections[two->type - 1]);
			break;
		}
	}
	free(sorted);
	return rc;
}

/* ---- order: words by text, phrases by first word */

static int by_text(const void *a, const void *b)
{
	const struct word *const *x = a, *const *y = b;

	return strcmp((*x)->text, (*y)->text);
}

/* Below all words for a gap, a name or nothing. */
static int32_t second(const struct phrase *p)
{
	return p->length < 2 ? CO_PHRASE_GAP : p->elements[1] < 0 ? CO_PHRASE_GAP : p->elements[1];
}

static int by_first_word(const void *a, const void *b)
{
	const struct phrase *p = a, *q = b;

	if (p->elements[0] != q->elements[0])
		return p->elements[0] < q->elements[0] ? -1 : 1;
	if (second(p) != second(q))
		return second(p) < second(q) ? -1 : 1;
	if (p->length != q->length)
		return p->length > q->length ? -1 : 1;
	return p->entry < q->entry ? -1 : p->entry > q->entry;
}

static void sort(struct build *b, struct word **sorted)
{
	int32_t *number = co_xmalloc((b->words.count + 1) * sizeof(*number));
	size_t i, k;

	for (i = 0; i < b->words.count; i++)
		sorted[i] = &b->words.items[i];
	qsort(sorted, b->words.count, sizeof(struct word *), by_text);
	for (i = 0; i < b->words.count; i++)
		number[sorted[i] - b->words.items] = (int32_t)i;
	for (i = 0; i < b->phrases.count; i++)
		for (k = 0; k < b->phrases.items[i].length; k++)
			if (b->phrases.items[i].elements[k] >= 0)
				b->phrases.items[i].elements[k] = number[b->phrases.items[i].elements[k]];
	if (b->phrases.count)
		qsort(b->phrases.items, b->phrases.count, sizeof(struct phrase), by_first_word);
	for (i = b->phrases.count; i-- > 0;) {
		struct word *w = sorted[b->phrases.items[i].elements[0]];

		w->first = (uint32_t)i;
		w->count++;
	}
	free(number);
}

/* ---- writing */

static void write_tables(struct build *b, struct word **sorted, struct co_index_header *h, struct co_buf *out)
{
	uint32_t element = 0;
	size_t i;

	for (i = 0; i < b->words.count; i++) {
		size_t len = strlen(sorted[i]->text);
		const struct co_index_word w = { h->size + add_string(b, sorted[i]->text),
						 co_index_letters(sorted[i]->text, len),
						 sorted[i]->first,
						 (uint16_t)sorted[i]->count,
						 (uint8_t)len,
						 (uint8_t)sorted[i]->fixed };

		co_buf_add(out, &w, sizeof(w));
	}
	for (i = 0; i < b->phrases.count; i++) {
		const struct phrase *p = &b->phrases.items[i];
		const struct co_index_phrase record = { p->entry, element, (uint16_t)p->length, (uint16_t)p->weight };

		element += p->length;
		co_buf_add(out, &record, sizeof(record));
	}
	for (i = 0; i < b->phrases.count; i++)
		co_buf_add(out, b->phrases.items[i].elements, b->phrases.items[i].length * sizeof(int32_t));
	for (i = 0; i < b->entries.count; i++) {
		struct co_index_entry e = b->entries.items[i];

		e.name += h->size;
		e.class += h->size;
		e.provider += h->size;
		e.subject += h->size;
		e.verb += h->size;
		e.needs += h->size;
		co_buf_add(out, &e, sizeof(e));
	}
}

static uint32_t count_elements(const struct build *b)
{
	uint32_t n = 0;
	size_t i;

	for (i = 0; i < b->phrases.count; i++)
		n += b->phrases.items[i].length;
	return n;
}

/* While tables are written, size is where the strings will start. */
static void lay_out(const struct build *b, struct co_index_header *h)
{
	h->words = sizeof(*h);
	h->word_count = (uint32_t)b->words.count;
	h->phrases = h->words + h->word_count * (uint32_t)sizeof(struct co_index_word);
	h->phrase_count = (uint32_t)b->phrases.count;
	h->elements = h->phrases + h->phrase_count * (uint32_t)sizeof(struct co_index_phrase);
	h->element_count = count_elements(b);
	h->entries = h->elements + h->element_count * (uint32_t)sizeof(int32_t);
	h->entry_count = (uint32_t)b->entries.count;
	h->size = h->entries + h->entry_count * (uint32_t)sizeof(struct co_index_entry);
}

static void write_index(struct build *b, const struct file *f, const struct co_vocabulary_source *source,
			struct co_buf *out)
{
	struct word **sorted = co_xcalloc(b->words.count + 1, sizeof(struct word *));
	struct co_index_header h = { .magic = CO_INDEX_MAGIC,
				     .source = co_index_source_of(source->text, source->len, source->mtime) };
	struct co_buf examples = CO_BUF_INIT;
	size_t start = out->len;

	if (f->examples)
		co_json_write(&examples, f->examples, CO_JSON_COMPACT);
	sort(b, sorted);
	lay_out(b, &h);
	h.examples = h.size + add_string(b, co_buf_str(&examples));
	co_buf_add(out, &h, sizeof(h));
	write_tables(b, sorted, &h, out);
	co_buf_add(out, b->strings.data, b->strings.len);
	h.size = (uint32_t)(out->len - start);
	memcpy(out->data + start, &h, sizeof(h));
	co_buf_clear(&examples);
	free(sorted);
}

static void build_clear(struct build *b)
{
	size_t i;

	for (i = 0; i < b->words.count; i++)
		free(b->words.items[i].text);
	free(b->words.items);
	free(b->phrases.items);
	free(b->entries.items);
	free(b->buckets);
	co_buf_clear(&b->strings);
}

int co_vocabulary_compile(const struct co_vocabulary_source *source, struct co_buf *out, struct co_err *err)
{
	json_t *value = co_yaml_parse(source->text, source->len, source->name, err);
	struct build b = { .err = err };
	struct file f = { 0 };
	int rc;

	if (!value)
		return err->code;
	rc = co_shape_decode(&file_shape, value, &f, err);
	if (rc == CO_OK)
		rc = add_file(&b, &f);
	if (rc == CO_OK)
		rc = check_phrases(&b);
	if (rc == CO_OK)
		write_index(&b, &f, source, out);
	else
		co_yaml_blame(err, source->text, source->len, source->name);
	build_clear(&b);
	co_shape_clear(&file_shape, &f);
	json_decref(value);
	return rc;
}
