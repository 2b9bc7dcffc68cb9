/* SPDX-License-Identifier: Apache-2.0 */
#include "intent/parse.h"

#include "base/escape.h"
#include "base/time.h"

#include <string.h>

static void add_window(struct co_buf *out, const struct co_window *w)
{
	char since[CO_TIME_LEN + 1], until[CO_TIME_LEN + 1];

	co_time_format(since, w->since);
	co_time_format(until, w->until);
	co_buf_addf(out, "%s to %s", since, until);
}

static void add_value(struct co_buf *out, const struct co_intent *intent, const struct co_because *b)
{
	if (strcmp(b->field, "window") == 0 && intent->window)
		add_window(out, intent->window);
	else if (strcmp(b->field, "compare") == 0 && intent->compare)
		add_window(out, intent->compare);
	else
		co_escape(out, b->value, strlen(b->value));
}

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
		co_buf_addf(out, "  %-20s %-28s by default\n", "verb",
			    co_enum_name(co_verb_names, intent->verb));
	for (i = 0; i < intent->because.count; i++) {
		const struct co_because *b = &intent->because.items[i];
		struct co_buf value = CO_BUF_INIT;

		add_value(&value, intent, b);
		co_buf_addf(out, "  %-20s %-28s from \"", b->field, co_buf_str(&value));
		co_escape(out, b->text, strlen(b->text));
		co_buf_adds(out, "\"\n");
		co_buf_clear(&value);
	}
	co_buf_addf(out, "  %-20s %d of 100\n", "confidence", (int)intent->confidence);
}
