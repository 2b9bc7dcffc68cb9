/* SPDX-License-Identifier: Apache-2.0 */
#include "intent/text/match.h"

#include "unit.h"

#include "sys/atomicfile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char small[] =
	"vocabulary: 1\n"
	"subjects:\n"
	"  crash: {class: cause, words: [\"restart loop\", \"keeps * down\", rotated, schedule, sluggish]}\n"
	"  oom: {class: cause, words: [\"who killed {}\"], trouble: [shot]}\n"
	"actions:\n"
	"  restart: {needs: name, words: [restart]}\n"
	"programs: [mysqld]\n";

static char folder[] = "/tmp/co-vocabulary.XXXXXX";

static struct co_vocabulary *load(const char *text)
{
	struct co_vocabulary *v = co_vocabulary_new();
	struct co_err err = CO_ERR_INIT;
	char path[64];

	snprintf(path, sizeof(path), "%s/vocabulary.yaml", folder);
	assert_int_equal(co_file_replace(path, text, strlen(text), 0644, &err), CO_OK);
	if (co_vocabulary_load(v, path, NULL, &err) < 0)
		fail_msg("%s", err.message);
	return v;
}

static int32_t nearest(const struct co_vocabulary *v, const char *word)
{
	return co_vocabulary_nearest(v, 0, word, strlen(word));
}

static const char *corrected(const struct co_vocabulary *v, const char *word)
{
	return co_vocabulary_spelling(v, 0, nearest(v, word));
}

static void test_typos(void **state)
{
	struct co_vocabulary *v = load(small);

	(void)state;
	assert_string_equal(corrected(v, "roteted"), "rotated");
	assert_string_equal(corrected(v, "shedule"), "schedule");
	assert_string_equal(corrected(v, "slugish"), "sluggish");
	assert_string_equal(corrected(v, "restrat"), "restart");
	assert_int_equal(nearest(v, "lop"), -1); /* too short to be a typo */
	assert_int_equal(nearest(v, "loo"), -1);
	assert_int_equal(nearest(v, "mysqls"), -1); /* nothing is corrected towards a program's name */
	assert_int_equal(nearest(v, "thumbnailer"), -1);
	co_vocabulary_free(v);
}

static size_t count_matches(const struct co_vocabulary *v, const char *text, const char *name, int *captured)
{
	struct co_sentence s;
	struct co_matches m;
	size_t i, n = 0;

	co_sentence_read(&s, text, strlen(text));
	co_sentence_look_up(&s, v);
	co_match_all(&m, &s, v);
	for (i = 0; i < m.count; i++) {
		if (!co_match_is(&m.items[i], name))
			continue;
		n++;
		if (captured)
			*captured = m.items[i].name;
	}
	co_matches_clear(&m);
	co_sentence_clear(&s);
	return n;
}

static void test_phrases(void **state)
{
	struct co_vocabulary *v = load(small);
	int name = -1;

	(void)state;
	assert_int_equal(count_matches(v, "a restart loop", "restart", NULL),
			 0); /* hidden by the longer phrase */
	assert_int_equal(count_matches(v, "a restart loop", "crash", NULL), 1);
	assert_int_equal(count_matches(v, "a restart-loop", "crash", NULL), 1);
	assert_int_equal(count_matches(v, "restart. loop", "crash", NULL), 0); /* clauses part phrases */
	assert_int_equal(count_matches(v, "it keeps going up and down", "crash", NULL), 1);
	assert_int_equal(count_matches(v, "it keeps going up and then at last down", "crash", NULL),
			 0);							    /* too far */
	assert_int_equal(count_matches(v, "they restarts it", "restart", NULL), 0); /* no command */
	assert_int_equal(count_matches(v, "it says \"restart it now\"", "restart", NULL),
			 1); /* seen, but foreign */
	assert_int_equal(count_matches(v, "who killed mysqlx yesterday", "oom", &name), 1);
	assert_int_equal(name, 2);
	assert_int_equal(count_matches(v, "mysqlx was shot", "oom", NULL), 1); /* trouble: a subject */
	assert_int_equal(count_matches(v, "mysqlx was shot", "trouble", NULL), 1); /* and a signal */
	co_vocabulary_free(v);
}

static void test_layers(void **state)
{
	static const char more[] = "vocabulary: 1\nsubjects: {tea: {class: object, words: [kettle]}}\n";
	struct co_vocabulary *v = load(small);
	struct co_err err = CO_ERR_INIT;
	struct co_entry entry;
	char path[64];

	(void)state;
	snprintf(path, sizeof(path), "%s/vocabulary.yaml", folder);
	assert_int_equal(co_file_replace(path, more, sizeof(more) - 1, 0644, &err), CO_OK);
	assert_int_equal(co_vocabulary_load(v, path, NULL, &err), CO_OK);
	assert_int_equal(co_vocabulary_layers(v), 2);
	assert_int_equal(co_vocabulary_find(v, CO_WORD_SUBJECT, "tea", &entry), 0);
	assert_string_equal(entry.class, "object");
	assert_int_equal(co_vocabulary_find(v, CO_WORD_ACTION, "tea", &entry), -1);
	assert_int_equal(co_vocabulary_find(v, CO_WORD_ACTION, "restart", &entry), 0);
	assert_string_equal(entry.needs, "name");
	assert_int_equal(count_matches(v, "the kettles restart loop", "tea", NULL), 1);
	assert_int_equal(count_matches(v, "the kettles restart loop", "crash", NULL), 1);
	co_vocabulary_free(v);
}

static void test_bad_files(void **state)
{
	static const struct {
		const char *text, *id;
	} bad[] = {
		{ "", "bad-yaml" },
		{ "vocabulary: 2\n", "out-of-range" },
		{ "subjects: {}\n", "missing-key" },
		{ "vocabulary: 1\nsubjects: {a: {words: [B]}}\n", "bad-phrase" },
		{ "vocabulary: 1\nsubjects: {a: {words: [\"* b\"]}}\n", "bad-phrase" },
		{ "vocabulary: 1\nsubjects: {a: {words: [\"b *\"]}}\n", "bad-phrase" },
		{ "vocabulary: 1\nsubjects: {a: {words: [\"\"]}}\n", "bad-phrase" },
		{ "vocabulary: 1\nsubjects: {a: {words: [\"a b c d e f g h i\"]}}\n", "bad-phrase" },
		{ "vocabulary: 1\nsubjects: {a: {words: [x]}, b: {words: [x]}}\n", "ambiguous-phrase" },
		{ "vocabulary: 1\nverbs: {destroy: {words: [x]}}\n", "unknown-verb" },
		{ "vocabulary: 1\nsubjects: {a: {class: big}}\n", "unknown-value" },
		{ "vocabulary: 1\nnouns: {}\n", "unknown-key" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < CO_COUNT(bad); i++) {
		const struct co_vocabulary_source source = { "v.yaml", bad[i].text, strlen(bad[i].text), 0 };
		struct co_buf out = CO_BUF_INIT;
		struct co_err err = CO_ERR_INIT;

		if (co_vocabulary_compile(&source, &out, &err) != CO_ERR_INPUT)
			fail_msg("accepted: %s", bad[i].text);
		assert_int_equal(out.len, 0);
		assert_string_equal(err.file, "v.yaml");
		if (strcmp(err.id, bad[i].id) != 0)
			fail_msg("%s: %s, wanted %s", bad[i].text, err.id, bad[i].id);
	}
}

static int make_folder(void **state)
{
	(void)state;
	return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
	char path[64];

	(void)state;
	snprintf(path, sizeof(path), "%s/vocabulary.yaml", folder);
	unlink(path);
	return rmdir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_typos),
		cmocka_unit_test(test_phrases),
		cmocka_unit_test(test_layers),
		cmocka_unit_test(test_bad_files),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
