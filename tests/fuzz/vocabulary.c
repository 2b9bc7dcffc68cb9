/* SPDX-License-Identifier: Apache-2.0 */
/* Any YAML is a vocabulary or an error; a vocabulary that was made is whole; a damaged index reads nothing it should not. */
#include "file.h"

#include "intent/words/index.h"
#include "intent/parse.h"

#include <unistd.h>

static int64_t utc(void *context, int64_t at)
{
	(void)context;
	(void)at;
	return 0;
}

static void use(const struct co_vocabulary *v)
{
	static const struct co_zone zone = { utc, NULL };
	const struct co_parser_input input = { .vocabulary = v, .zone = &zone, .now = 1795508939 };
	static const char text[] = "why does a b c aa bb restart it on this host since yesterday";
	struct co_intent intent = { 0 };
	struct co_entry entry;
	size_t n;

	for (n = 0; co_vocabulary_entry(v, n, &entry) == 0; n++)
		must(strlen(entry.name) < 1u << 24);
	co_parse(&input, text, sizeof(text) - 1, &intent, NULL);
	co_shape_clear(&co_intent_shape, &intent);
	json_decref(co_vocabulary_examples(v));
}

static const char claimed[] = "vocabulary: 1\n";

/* The input as an index that passes for the one of a file: whatever its tables say, it is used. */
static void try_index(const uint8_t *data, size_t size)
{
	struct co_vocabulary *v = co_vocabulary_new();
	struct co_index_header *h = co_xcalloc(1, size < sizeof(*h) ? sizeof(*h) + 4 : size + 4);
	size_t len = size < sizeof(*h) ? sizeof(*h) + 4 : size + 4;
	struct co_err err = CO_ERR_INIT;
	char *yaml = fuzz_path("fuzz.yaml"), *index = fuzz_path("fuzz.index");

	memcpy(h, data, size);
	memcpy(h->magic, CO_INDEX_MAGIC, sizeof(h->magic));
	h->size = (uint32_t)len;
	h->source = co_index_source_of(claimed, sizeof(claimed) - 1, 0);
	fuzz_write(yaml, claimed, sizeof(claimed) - 1);
	fuzz_write(index, h, len);
	must(co_vocabulary_load(v, yaml, index, &err) == CO_OK);
	use(v);
	co_vocabulary_free(v);
	unlink(yaml);
	unlink(index);
	free(yaml);
	free(index);
	free(h);
}

static void try_yaml(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size);
	const struct co_vocabulary_source source = { "fuzz.yaml", text, size, 0 };
	struct co_buf index = CO_BUF_INIT;
	struct co_err err = CO_ERR_INIT;

	if (co_vocabulary_compile(&source, &index, &err) < 0)
		fuzz_check_error(&err);
	else
		must(index.len > 0 && index.data[index.len - 1] == '\0');
	co_buf_clear(&index);
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size > 1 && data[0] == 'I')
		try_index(data + 1, size - 1);
	else
		try_yaml(data, size);
	return 0;
}
