/* SPDX-License-Identifier: Apache-2.0 */
#include "intent/ask.h"

#include "base/escape.h"
#include "sys/tty.h"

#include <string.h>

static int show_why(int tty, const struct co_buf *text, const struct co_err *why)
{
	struct co_buf line = CO_BUF_INIT;
	struct co_err err = CO_ERR_INIT;
	int rc;

	co_buf_adds(&line, "\"");
	co_escape(&line, text->data, text->len);
	co_buf_addf(&line, "\"\n  %s", why->message); /* messages are escaped already */
	if (*why->hint)
		co_buf_addf(&line, "\n  %s", why->hint);
	co_buf_adds(&line, "\n");
	rc = co_tty_show(tty, line.data, &err);
	co_buf_clear(&line);
	return rc;
}

/* "5" goes on as "to 5", a place as "in" it; what makes sense alone is a sentence of its own. */
static int understand_with(struct co_reader *reader, struct co_buf *text, const char *answer, struct co_intent *out,
			   struct co_err *err)
{
	static const char *const links[] = { " ", " to ", " in ", NULL };
	struct co_buf whole = CO_BUF_INIT;
	struct co_err first = CO_ERR_INIT;
	int rc = CO_ERR_NO;
	size_t i;

	for (i = 0; i <= CO_COUNT(links) - 1 && rc < 0; i++) {
		struct co_err failed = CO_ERR_INIT;

		co_buf_clear(&whole);
		if (links[i])
			co_buf_addf(&whole, "%s%s", co_buf_str(text), links[i]);
		co_buf_adds(&whole, answer);
		rc = co_understand(reader, co_buf_str(&whole), whole.len, out, &failed);
		if (i == 0)
			first = failed;
	}
	if (rc == CO_OK) {
		co_buf_clear(text);
		*text = whole; /* transferred */
		return rc;
	}
	co_buf_clear(&whole);
	*err = first;
	return rc;
}

int co_ask(struct co_reader *reader, int tty, struct co_buf *text, struct co_intent *out, struct co_err *why)
{
	char answer[512];
	int i, rc = CO_ERR_NO;

	for (i = 0; i < CO_ASK_TIMES && rc == CO_ERR_NO; i++) {
		struct co_err err = CO_ERR_INIT;

		if (show_why(tty, text, why) < 0 || co_tty_ask(tty, "Go on: ", answer, sizeof(answer), 0, &err) < 0 ||
		    !*answer)
			break;
		rc = understand_with(reader, text, answer, out, why);
	}
	return rc;
}
