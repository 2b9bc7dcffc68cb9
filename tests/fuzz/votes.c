/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes are a table of votes or an error; what is a table counts any sentence and reads nothing outside of it. */
#include "fuzz.h"

#include "intent/votes.h"

static const char text[] = "why does frob list it, 3 pods on web-7 are slow at 95% since yesterday?";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct co_vocabulary *none;
	struct co_votes v = { .count = 0 };
	struct co_err err = CO_ERR_INIT;
	char *table = fuzz_text(data, size);
	struct co_tally tally = { &v, { 0 } };
	struct co_sentence s;
	struct co_span span;

	none = none ? none : co_vocabulary_new();
	if (co_votes_read(&v, table, size, &err) < 0) {
		fuzz_check_error(&err);
	} else {
		co_sentence_read(&s, text, sizeof(text) - 1);
		co_sentence_look_up(&s, none);
		co_votes_features(&s, none, co_tally_add, &tally);
		if (co_votes_reason(&v, &s, none, 0, &span) == 0)
			must(span.first <= span.last && span.last < s.count);
		co_sentence_clear(&s);
	}
	free(table);
	return 0;
}
