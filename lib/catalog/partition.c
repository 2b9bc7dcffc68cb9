/* SPDX-License-Identifier: Apache-2.0 */
#include "catalog/partition.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

int co_is_host_label(const char *s, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if (!isalnum((unsigned char)s[i]) && (s[i] != '-' || i == 0 || i == len - 1))
			return 0;
	return len > 0 && len <= 63;
}

static void copy(char *to, size_t size, struct co_piece from)
{
	snprintf(to, size, "%.*s", (int)from.len, from.at);
}

/* Reads a line "partition NAME SUFFIX DUAL REGION PREFIX"; does its prefix fit the region? "-" is for those that no other takes. */
static int read_partition(struct co_piece line, const char *region, struct co_aws_partition *partition)
{
	struct co_piece words[6];
	size_t i;

	for (i = 0; i < CO_COUNT(words); i++)
		if (!co_word_next(&line, ' ', &words[i]))
			return 0;
	if (!co_piece_is(words[0], "partition") ||
	    (!co_piece_is(words[5], "-") && strncmp(region, words[5].at, words[5].len) != 0))
		return 0;
	copy(partition->name, sizeof(partition->name), words[1]);
	copy(partition->suffix, sizeof(partition->suffix), words[2]);
	copy(partition->dual, sizeof(partition->dual), words[3]);
	copy(partition->region, sizeof(partition->region), words[4]);
	return co_piece_is(words[5], "-") ? 1 : 2;
}

static int bad_table(struct co_err *err)
{
	return co_err_set(err, CO_ERR_INPUT, "bad-catalog", "the table of AWS's endpoints is damaged or missing");
}

int co_aws_partition(const struct co_apis *apis, const char *region, struct co_aws_partition *out, struct co_err *err)
{
	struct co_aws_partition partition;
	struct co_piece text, line;
	int fit, best = 0;

	if (!co_is_host_label(region, strlen(region)))
		return co_err_set(err, CO_ERR_INPUT, "bad-region", "\"%s\" cannot be a region", region);
	if (!co_apis_file(apis, "endpoints", &text))
		return bad_table(err);
	while (co_line_next(&text, &line) && line.len) {
		fit = read_partition(line, region, &partition);
		if (fit > best) {
			best = fit;
			*out = partition;
		}
	}
	return best ? CO_OK : bad_table(err);
}
