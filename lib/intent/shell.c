/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A request that is typed as a command line is a request like any other: "kubectl -n warehouse scale ...",
 * "k drain worker-7", "aws ec2 start-instances --instance-ids i-...". Here: the words that stand before
 * its command, and those options that say no more than what stands behind them.
 */
#include "intent/reading.h"

#include <string.h>

int co_shell_is_option(const struct co_reading *r, size_t t)
{
	size_t at = r->s.tokens[t].start;

	return at > 0 && r->text[at - 1] == '-' && (at == 1 || r->text[at - 2] == ' ' || r->text[at - 2] == '-');
}

int co_shell_is_line(const struct co_reading *r)
{
	static const char *const programs[] = { "kubectl", "k", "oc", "helm", "aws", NULL };

	return r->s.count > 1 && co_token_is_any(&r->s.tokens[0], programs) && !r->s.tokens[1].before;
}

static int has_value(const struct co_reading *r, size_t t)
{
	static const char *const options[] = { "n", "namespace", "context", "region", NULL };

	return co_shell_is_option(r, t) && co_token_is_any(&r->s.tokens[t], options);
}

/* "root# restart nginx" */
static int is_prompt(const struct co_reading *r)
{
	char end = r->s.count > 1 ? r->text[r->s.tokens[0].end] : '\0';

	return (end == '#' || end == '$') && r->text[r->s.tokens[0].end + 1] != '(';
}

int co_shell_is_head(const struct co_reading *r, size_t t)
{
	if (t == 0 && is_prompt(r))
		return 1;
	if (!co_shell_is_line(r))
		return 0;
	return t == 0 || (t == 1 && co_token_is(&r->s.tokens[0], "aws")) || has_value(r, t) || (t > 1 && has_value(r, t - 1));
}

/* "--instance-ids" may be two words by now */
static size_t option_at(const struct co_reading *r, size_t t)
{
	while (t > 0 && r->s.tokens[t].before == '~')
		t--;
	return t;
}

int co_shell_is_argument(const struct co_reading *r, size_t t)
{
	static const char *const options[] = { "instance-ids", "instance-id", "instance", "log-group-name", "log", "volume-id", "volume", "region", "secret-id",
					       "secret", "allocation-id", "snapshot-id", "snapshot", "db-instance-identifier", "replicas", "filename", "f", "n", "namespace", "context", "retention-in-days", "retention", NULL };

	if ((co_token_is(&r->s.tokens[t], "f") || co_token_is(&r->s.tokens[t], "filename")) && strcmp(r->act.name, "apply") != 0)
		return 0; /* what is in the file is deleted, not the file */
	return co_shell_is_line(r) && co_shell_is_option(r, option_at(r, t)) && co_token_is_any(&r->s.tokens[option_at(r, t)], options);
}
