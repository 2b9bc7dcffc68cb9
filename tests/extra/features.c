/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What scripts/learn-votes learns from: features CONFIG VOCABULARY <ITEMS
 * A line of JSON {"text", "now"} in, a line of JSON {"features", "phrases"} out; see intent/votes/votes.h.
 */
#include "base/time.h"
#include "codec/json.h"
#include "config/config.h"
#include "intent/votes/ballot.h"
#include "intent/votes/votes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int64_t utc(void *context, int64_t at)
{
	(void)context;
	(void)at;
	return 0;
}

static void add(void *context, const char *feature, size_t first, size_t last)
{
	(void)first;
	(void)last;
	json_array_append_new(context, json_string_nocheck(feature));
}

static json_t *describe(const struct co_parser_input *in, const char *text, size_t len)
{
	json_t *features = json_array(), *phrases = json_array();
	struct co_reading r;

	if (co_reading_open(&r, in, text, len, NULL) == CO_OK) {
		if (co_reading_phrases(&r) == CO_CLEAR && !co_reading_is_plain(&r))
			co_ballot_phrases(&r, add, phrases);
		co_votes_features(&r.s, in->vocabulary, add, features);
		co_reading_close(&r);
	}
	return json_pack("{s:o, s:o}", "features", features, "phrases", phrases);
}

int main(int argc, char **argv)
{
	static const struct co_zone zone = { utc, NULL };
	struct co_parser_input in = { .zone = &zone };
	struct co_vocabulary *words = co_vocabulary_new();
	struct co_config config = { 0 };
	struct co_config_env env = { 0 };
	struct co_err err = CO_ERR_INIT;
	size_t room = 0;
	char *line = NULL;
	ssize_t len;

	env.cloudops_config = argv[argc - 2];
	if (argc != 3 || co_config_load(&config, &env, co_file_read, &err) < 0 ||
	    co_vocabulary_load(words, argv[2], NULL, &err) < 0) {
		fprintf(stderr, "usage: features CONFIG VOCABULARY <ITEMS; %s\n", err.message);
		return 2;
	}
	in.vocabulary = words;
	in.names = co_names_new(&config);
	while ((len = getline(&line, &room, stdin)) > 0) {
		json_t *item = co_json_parse(line, (size_t)len, "item", &err);
		const char *text = co_json_str(item, "text"), *now = co_json_str(item, "now");
		json_t *out;

		if (!text || !now || co_time_parse(&in.now, now) < 0)
			return 3;
		out = describe(&in, text, strlen(text));
		json_dumpf(out, stdout, JSON_COMPACT);
		putchar('\n');
		json_decref(out);
		json_decref(item);
	}
	return 0;
}
