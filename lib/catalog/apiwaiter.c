/* SPDX-License-Identifier: Apache-2.0 */
#include "catalog/apiread.h"

#include <ctype.h>
#include <string.h>

/* "InstanceRunning" and "instance-running" are one; so are "DBInstanceAvailable" and "db-instance-available". */
static int same_name(struct co_piece model, const char *name)
{
	size_t i = 0;

	for (; *name; name++) {
		if (*name == '-')
			continue;
		if (i == model.len || tolower((unsigned char)model.at[i]) != tolower((unsigned char)*name))
			return 0;
		i++;
	}
	return i == model.len;
}

int co_api_waiter(const struct co_api *api, const char *name, struct co_piece *rules, struct co_err *err)
{
	struct co_piece text = api->lines, line, word;
	struct co_buf names = CO_BUF_INIT;

	while (co_line_next(&text, &line)) {
		if (!co_word_next(&line, '\t', &word) || !co_piece_is(word, "waiter") || !co_word_next(&line, '\t', &word))
			continue;
		if (same_name(word, name)) {
			co_buf_clear(&names);
			*rules = line;
			return CO_OK;
		}
		co_buf_addf(&names, "%s%.*s", names.len ? ", " : "", (int)word.len, word.at);
	}
	co_err_set(err, CO_ERR_INPUT, "unknown-waiter", "%s has no waiter \"%s\"", api->service, name);
	co_err_hint(err, names.len ? "it has %.200s" : "it has none%s", co_buf_str(&names));
	co_buf_clear(&names);
	return CO_ERR_INPUT;
}

int co_operation_waiter(const struct co_operation *operation, const char *name, struct co_err *err)
{
	static const char calls[] = "operation=";
	const size_t len = sizeof(calls) - 1;
	struct co_piece rules, word;
	int rc;

	if (!operation->api)
		return co_err_set(err, CO_ERR_INPUT, "unknown-waiter", "this provider has no waiters");
	rc = co_api_waiter(operation->api, name, &rules, err);
	while (rc == CO_OK && co_word_next(&rules, '\t', &word)) {
		if (word.len <= len || memcmp(word.at, calls, len) != 0)
			continue;
		word = (struct co_piece){ word.at + len, word.len - len };
		if (!co_piece_is(word, operation->name))
			rc = co_err_set(err, CO_ERR_INPUT, "unknown-waiter", "the waiter \"%s\" calls %.*s, not %s", name,
					(int)word.len, word.at, operation->name);
	}
	return rc;
}
