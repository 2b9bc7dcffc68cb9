/* SPDX-License-Identifier: Apache-2.0 */
#include "provider/aws/words.h"

#include <stdlib.h>
#include <string.h>

static int bad_words(struct co_err *err, const char *why)
{
	return co_err_set(err, CO_ERR_INPUT, "bad-config", "%s", why);
}

/* The inside of a quotation; *at is left behind its end. In "..." a backslash takes the next \ or " as it is. */
static int read_quoted(const char **at, struct co_buf *word, struct co_err *err)
{
	char quote = *(*at)++;

	for (; **at != quote; (*at)++) {
		if (quote == '"' && **at == '\\' && ((*at)[1] == '"' || (*at)[1] == '\\'))
			(*at)++;
		if (!**at)
			return bad_words(err, "a quotation does not end");
		co_buf_addc(word, **at);
	}
	(*at)++;
	return CO_OK;
}

/* One word; *at is left behind it. */
static int read_word(const char **at, struct co_buf *word, struct co_err *err)
{
	while (**at && !strchr(" \t\r\n", **at)) {
		if (**at == '"' || **at == '\'') {
			if (read_quoted(at, word, err) < 0)
				return CO_ERR_INPUT;
			continue;
		}
		if (**at == '\\' && !*++*at)
			return bad_words(err, "a backslash stands at the end");
		co_buf_addc(word, *(*at)++);
	}
	return CO_OK;
}

int co_aws_words_split(struct co_aws_words *words, const char *text, struct co_err *err)
{
	struct co_aws_words split = { NULL, 0 };
	int rc = CO_OK;

	for (text += strspn(text, " \t\r\n"); rc == CO_OK && *text; text += strspn(text, " \t\r\n")) {
		struct co_buf word = CO_BUF_INIT;

		rc = read_word(&text, &word, err);
		*(char **)co_grow(&split.items, &split.count, sizeof(char *)) = co_xstrdup(co_buf_str(&word));
		co_buf_clear(&word);
	}
	if (rc < 0)
		return co_aws_words_clear(&split), rc;
	co_grow(&split.items, &split.count, sizeof(char *));
	split.count--;
	*words = split;
	return CO_OK;
}

void co_aws_words_clear(struct co_aws_words *words)
{
	size_t i;

	for (i = 0; i < words->count; i++)
		free(words->items[i]);
	free(words->items);
	*words = (struct co_aws_words){ NULL, 0 };
}
