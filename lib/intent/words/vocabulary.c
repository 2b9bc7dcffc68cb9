/* SPDX-License-Identifier: Apache-2.0 */
#include "intent/words/vocabulary.h"

#include "codec/json.h"
#include "codec/yaml.h"
#include "intent/words/index.h"
#include "sys/file.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

const char *const co_word_sections[] = {
	"verbs",       "actions", "subjects", "kinds",	  "platforms", "services", "regions",
	"constraints", "units",	  "calendar", "programs", "signals",   NULL,
};

/* Bytes are on the heap, or a mapped index. */
struct layer {
	const char *bytes;
	size_t len;
	const struct co_index_header *header;
	char *heap;
	struct co_map map;
};

struct co_vocabulary {
	struct layer *layers;
	size_t count;
};

struct co_vocabulary *co_vocabulary_new(void)
{
	return co_xcalloc(1, sizeof(struct co_vocabulary));
}

void co_vocabulary_free(struct co_vocabulary *v)
{
	size_t i;

	if (!v)
		return;
	for (i = 0; i < v->count; i++) {
		free(v->layers[i].heap);
		co_file_unmap(&v->layers[i].map);
	}
	free(v->layers);
	free(v);
}

/* Checks that the tables lie within the bytes, and adds them; what owns them is left to the caller. */
static struct layer *add_layer(struct co_vocabulary *v, const char *bytes, size_t len)
{
	struct layer l = { .bytes = bytes, .len = len, .header = (const struct co_index_header *)(const void *)bytes };
	const struct co_index_header *h = l.header;
	struct layer *slot;

	if (l.len < sizeof(*h) || memcmp(h->magic, CO_INDEX_MAGIC, sizeof(h->magic)) != 0 || h->size != l.len ||
	    l.bytes[l.len - 1])
		return NULL;
	if (!co_index_fits(l.len, h->words, h->word_count, sizeof(struct co_index_word)) ||
	    !co_index_fits(l.len, h->phrases, h->phrase_count, sizeof(struct co_index_phrase)) ||
	    !co_index_fits(l.len, h->elements, h->element_count, sizeof(int32_t)) ||
	    !co_index_fits(l.len, h->entries, h->entry_count, sizeof(struct co_index_entry)))
		return NULL;
	slot = co_grow(&v->layers, &v->count, sizeof(*slot));
	*slot = l;
	return slot;
}

static int is_current(const struct co_map *map, const char *yaml)
{
	const struct co_index_header *h = (const struct co_index_header *)(const void *)map->data;

	return map->len >= sizeof(*h) && co_index_is_current(&h->source, yaml);
}

/* 1 when the layer could be had from the index; anything wrong with it is a reason to read the YAML. */
static int load_index(struct co_vocabulary *v, const char *yaml, const char *path)
{
	struct co_err ignored = CO_ERR_INIT;
	struct layer *layer = NULL;
	struct co_map map;

	if (co_file_map(path, CO_FILE_TRUSTED, &map, &ignored) < 0)
		return 0;
	if (is_current(&map, yaml))
		layer = add_layer(v, map.data, map.len);
	if (!layer) {
		co_file_unmap(&map);
		return 0;
	}
	layer->map = map;
	return 1;
}

static int load_yaml(struct co_vocabulary *v, const char *path, int64_t mtime, struct co_err *err)
{
	struct co_buf text = CO_BUF_INIT, index = CO_BUF_INIT;
	int rc = co_file_read(path, CO_YAML_BYTES, CO_FILE_TRUSTED, &text, err);

	if (rc == CO_OK) {
		const struct co_vocabulary_source source = { path, co_buf_str(&text), text.len, mtime };

		rc = co_vocabulary_compile(&source, &index, err);
	}
	if (rc == CO_OK) {
		size_t len = index.len;
		char *bytes = co_buf_take(&index);

		add_layer(v, bytes, len)->heap = bytes;
	}
	co_buf_clear(&text);
	co_buf_clear(&index);
	return rc;
}

int co_vocabulary_load(struct co_vocabulary *v, const char *yaml, const char *index, struct co_err *err)
{
	if (index && load_index(v, yaml, index))
		return CO_OK;
	return load_yaml(v, yaml, 0, err);
}

unsigned co_vocabulary_layers(const struct co_vocabulary *v)
{
	return (unsigned)v->count;
}

static const char *string_at(const struct layer *l, uint32_t offset)
{
	return offset < l->len ? l->bytes + offset : "";
}

static const void *table(const struct layer *l, uint32_t offset)
{
	return l->bytes + offset;
}

static const struct co_index_word *words(const struct layer *l)
{
	return table(l, l->header->words);
}

/* Like strcmp() of a string that ends with NUL and one of len bytes. */
static int compare(const char *known, const char *text, size_t len)
{
	int order = len ? (unsigned char)*known - (unsigned char)*text : 0; /* most differ in their first letter */

	if (!order)
		order = strncmp(known, text, len);
	return order ? order : known[len] != '\0';
}

int32_t co_vocabulary_word(const struct co_vocabulary *v, unsigned layer, const char *text, size_t len)
{
	const struct layer *l = &v->layers[layer];
	const struct co_index_word *w = words(l);
	uint32_t low = 0, high = l->header->word_count;

	while (low < high) {
		uint32_t mid = low + (high - low) / 2;
		int order = compare(string_at(l, w[mid].text), text, len);

		if (order == 0)
			return (int32_t)mid;
		if (order < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return -1;
}

const char *co_vocabulary_spelling(const struct co_vocabulary *v, unsigned layer, int32_t word)
{
	const struct layer *l = &v->layers[layer];

	if (word < 0 || (uint32_t)word >= l->header->word_count)
		return "";
	return string_at(l, words(l)[word].text);
}

uint32_t co_index_letters(const char *text, size_t len)
{
	uint32_t set = 0;
	size_t i;

	for (i = 0; i < len; i++)
		if (text[i] >= 'a' && text[i] <= 'z')
			set |= UINT32_C(1) << (text[i] - 'a');
	return set;
}

static int has_more_bits(uint32_t x, unsigned than)
{
	while (x && than--)
		x &= x - 1;
	return x != 0;
}

/* The first word that does not stand before the letter. */
static uint32_t first_with(const struct layer *l, unsigned char letter)
{
	const struct co_index_word *w = words(l);
	uint32_t low = 0, high = l->header->word_count;

	while (low < high) {
		uint32_t mid = low + (high - low) / 2;

		if ((unsigned char)*string_at(l, w[mid].text) < letter)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

struct nearest {
	const char *word;
	size_t len;
	uint32_t letters;
	unsigned limit, best;
	int32_t found;
};

/* Among the words that start with a letter. */
static void find_nearest(const struct layer *l, unsigned char letter, struct nearest *n)
{
	const struct co_index_word *w = words(l);
	uint32_t i, past = first_with(l, (unsigned char)(letter + 1));
	size_t len = n->len;
	unsigned limit = n->limit;

	for (i = first_with(l, letter); i < past; i++) {
		unsigned distance;

		if (w[i].fixed || w[i].length + limit < len || w[i].length > len + limit || w[i].length < 4 ||
		    has_more_bits(w[i].letters ^ n->letters, 2 * limit))
			continue;
		distance = co_edit_distance(n->word, string_at(l, w[i].text), limit);
		if (distance < n->best) {
			n->best = distance;
			n->found = (int32_t)i;
		} else if (distance == n->best && distance <= limit) {
			n->found = -1;
		}
	}
}

int32_t co_vocabulary_nearest(const struct co_vocabulary *v, unsigned layer, const char *text, size_t len)
{
	const struct layer *l = &v->layers[layer];
	unsigned limit = len < 5 ? 0 : len < 8 ? 1 : 2;
	char word[32];
	struct nearest n = { word, len, co_index_letters(text, len), limit, limit + 1, -1 };

	if (!limit || len >= sizeof(word))
		return -1;
	memcpy(word, text, len);
	word[len] = '\0';
	find_nearest(l, (unsigned char)word[0], &n);
	if (n.found >= 0 && n.best == 1)
		return n.found; /* who slips, seldom does at the first letter: "rstart" is no "start" */
	if (word[1] != word[0])
		find_nearest(l, (unsigned char)word[1], &n); /* "rpod": two letters changed places */
	return n.found;
}

unsigned co_vocabulary_phrases(const struct co_vocabulary *v, unsigned layer, int32_t word, uint32_t *first)
{
	const struct layer *l = &v->layers[layer];
	const struct co_index_word *w;

	if (word < 0 || (uint32_t)word >= l->header->word_count)
		return 0;
	w = &words(l)[word];
	*first = w->first;
	if (w->first > l->header->phrase_count)
		return 0;
	return w->count <= l->header->phrase_count - w->first ? w->count : 0;
}

static void entry_at(const struct layer *l, uint32_t number, struct co_entry *out)
{
	const struct co_index_entry *e = table(l, l->header->entries);

	*out = (struct co_entry){ CO_WORD_SIGNAL, "", "", "", "", "", "" };
	if (number >= l->header->entry_count)
		return;
	e += number;
	if (e->type >= CO_WORD_VERB && e->type < CO_WORD_TYPES)
		out->type = (enum co_word_type)e->type;
	out->name = string_at(l, e->name);
	out->class = string_at(l, e->class);
	out->provider = string_at(l, e->provider);
	out->subject = string_at(l, e->subject);
	out->verb = string_at(l, e->verb);
	out->needs = string_at(l, e->needs);
}

void co_vocabulary_phrase(const struct co_vocabulary *v, unsigned layer, uint32_t number, struct co_phrase *out)
{
	const struct layer *l = &v->layers[layer];
	const struct co_index_phrase *p = table(l, l->header->phrases);
	const int32_t *elements = table(l, l->header->elements);

	memset(out, 0, sizeof(*out));
	if (number >= l->header->phrase_count)
		return;
	p += number;
	entry_at(l, p->entry, &out->entry);
	out->weight = p->weight;
	if (p->length > CO_PHRASE_WORDS || p->elements > l->header->element_count ||
	    p->length > l->header->element_count - p->elements)
		return;
	out->length = p->length;
	memcpy(out->elements, elements + p->elements, p->length * sizeof(*elements));
}

int32_t co_vocabulary_second(const struct co_vocabulary *v, unsigned layer, uint32_t number)
{
	const struct layer *l = &v->layers[layer];
	const struct co_index_phrase *p = table(l, l->header->phrases);
	const int32_t *elements = table(l, l->header->elements);

	if (number >= l->header->phrase_count || p[number].length < 2 ||
	    p[number].elements >= l->header->element_count || l->header->element_count - p[number].elements < 2)
		return -1;
	return elements[p[number].elements + 1];
}

int co_vocabulary_entry(const struct co_vocabulary *v, size_t n, struct co_entry *out)
{
	size_t i;

	for (i = 0; i < v->count; i++) {
		if (n < v->layers[i].header->entry_count) {
			entry_at(&v->layers[i], (uint32_t)n, out);
			return 0;
		}
		n -= v->layers[i].header->entry_count;
	}
	return -1;
}

int co_vocabulary_find(const struct co_vocabulary *v, enum co_word_type type, const char *name, struct co_entry *out)
{
	unsigned i;
	uint32_t n;

	for (i = 0; i < v->count; i++) {
		const struct layer *l = &v->layers[i];
		const struct co_index_entry *entries = table(l, l->header->entries);

		for (n = 0; n < l->header->entry_count; n++)
			if (entries[n].type == type && strcmp(string_at(l, entries[n].name), name) == 0) {
				entry_at(l, n, out);
				return 0;
			}
	}
	return -1;
}

json_t *co_vocabulary_examples(const struct co_vocabulary *v)
{
	json_t *all = json_array();
	size_t i;

	for (i = 0; i < v->count; i++) {
		const char *text = string_at(&v->layers[i], v->layers[i].header->examples);
		json_t *some = *text ? co_json_parse(text, strlen(text), "vocabulary index", NULL) : NULL;

		if (json_is_array(some))
			json_array_extend(all, some);
		json_decref(some);
	}
	return all;
}
