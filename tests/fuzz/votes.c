/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes are a table of votes or an error; what is a table, or a damaged index, counts any sentence and reads nothing outside of it. */
#include "file.h"

#include "intent/words/index.h"
#include "intent/votes/votes.h"

#include <unistd.h>

static void use(const struct co_votes *v)
{
	static const char text[] = "why does frob list it, 3 pods on web-7 are slow at 95% since yesterday?";
	static struct co_vocabulary *none;
	struct co_tally tally = { v, { 0 } };
	struct co_sentence s;
	struct co_span span;

	none = none ? none : co_vocabulary_new();
	co_sentence_read(&s, text, sizeof(text) - 1);
	co_sentence_look_up(&s, none);
	co_votes_features(&s, none, co_tally_add, &tally);
	if (co_votes_reason(v, &s, none, 0, &span) == 0)
		must(span.first <= span.last && span.last < s.count);
	co_sentence_clear(&s);
}

static const char claimed[] = "votes verb/audit\n";

/* The input as an index that passes for the one of a file: whatever its tables say, it is used. */
static void try_index(const uint8_t *data, size_t size)
{
	const size_t len = size < sizeof(struct co_vote_header) ? sizeof(struct co_vote_header) : size;
	struct co_vote_header *h = co_xcalloc(1, len);
	struct co_votes v;
	char *table = fuzz_path("fuzz.votes"), *index = fuzz_path("fuzz.index");

	memcpy(h, data, size);
	memcpy(h->magic, CO_VOTE_MAGIC, sizeof(h->magic));
	h->size = (uint32_t)len;
	h->source = co_index_source_of(claimed, sizeof(claimed) - 1, 0);
	fuzz_write(table, claimed, sizeof(claimed) - 1);
	fuzz_write(index, h, len);
	must(co_votes_open(&v, table, index, NULL) == CO_OK);
	use(&v);
	co_votes_close(&v);
	unlink(table);
	unlink(index);
	free(table);
	free(index);
	free(h);
}

static void try_text(const uint8_t *data, size_t size)
{
	struct co_votes v = { .count = 0 };
	struct co_err err = CO_ERR_INIT;
	char *table = fuzz_text(data, size);

	if (co_votes_read(&v, table, size, &err) < 0)
		fuzz_check_error(&err);
	else
		use(&v);
	co_votes_close(&v);
	free(table);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size > 1 && data[0] == 'I')
		try_index(data + 1, size - 1);
	else
		try_text(data, size);
	return 0;
}
