/* SPDX-License-Identifier: Apache-2.0 */
#include "intent/parse.h"

#include "base/escape.h"

#include <string.h>

void co_parse_explain(const struct co_intent *intent, const char *text, struct co_buf *out)
{
	int has_verb = 0;
	size_t i;

	co_buf_adds(out, "\"");
	co_escape(out, text, strlen(text));
	co_buf_adds(out, "\"\n");
	for (i = 0; i < intent->because.count; i++)
		has_verb |= strcmp(intent->because.items[i].field, "verb") == 0;
	if (!has_verb)
		co_buf_addf(out, "  %-20s %-42s by default\n", "verb", co_enum_name(co_verb_names, intent->verb));
	for (i = 0; i < intent->because.count; i++) {
		const struct co_because *b = &intent->because.items[i];
		struct co_buf value = CO_BUF_INIT;

		co_escape(&value, b->value, strlen(b->value));
		co_buf_addf(out, "  %-20s %-42s from \"", b->field, co_buf_str(&value));
		co_escape(out, b->text, strlen(b->text));
		co_buf_adds(out, "\"\n");
		co_buf_clear(&value);
	}
	co_buf_addf(out, "  %-20s %d of 100\n", "confidence", (int)intent->confidence);
}
