/* SPDX-License-Identifier: Apache-2.0 */
#include "intent/parse.h"

#include "unit.h"

#include <sys/stat.h>
#include <unistd.h>

/* "oom" speaks for memory and oom, "list it" to inspect, "list" alone to audit. */
static const char table[] = "votes verb/audit verb/inspect subject/memory subject/oom\n"
			    "list it\t1:32 0:-4\n"
			    "oom\t2:5 3:90\n"
			    "list\t0:7 9:50 zz\n";

static struct co_votes votes_of(const char *text, size_t len)
{
	struct co_votes v = { .count = 0 };
	struct co_err err = CO_ERR_INIT;

	assert_int_equal(co_votes_read(&v, text, len, &err), CO_OK);
	return v;
}

static struct co_tally count(const struct co_votes *v, const char *text)
{
	struct co_tally tally = { v, { 0 } };
	struct co_vocabulary *none = co_vocabulary_new();
	struct co_sentence s;

	co_sentence_read(&s, text, strlen(text));
	co_sentence_look_up(&s, none);
	co_votes_features(&s, none, co_tally_add, &tally);
	co_sentence_clear(&s);
	co_vocabulary_free(none);
	return tally;
}

static void words_and_pairs_give_points(void **state)
{
	static const struct {
		const char *text;
		int points[4];
	} rows[] = {
		{ "OOM again", { 0, 0, 5, 90 } },
		{ "oom, oom", { 0, 0, 10, 180 } },
		{ "please list it", { 3, 32, 0, 0 } },
		{ "list them", { 7, 0, 0, 0 } },
		{ "it is slow", { 0, 0, 0, 0 } },
		{ "```oom```", { 0, 0, 0, 0 } }, /* somebody else's word */
		{ "", { 0, 0, 0, 0 } },
	};
	struct co_votes v = votes_of(table, sizeof(table) - 1);
	size_t i, k;

	(void)state;
	for (i = 0; i < CO_COUNT(rows); i++) {
		const struct co_tally tally = count(&v, rows[i].text);

		for (k = 0; k < 4; k++)
			assert_int_equal(tally.points[k], rows[i].points[k]);
	}
	co_votes_close(&v);
}

static void write_file(const char *path, const char *text, size_t len)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_int_equal(fwrite(text, 1, len, f), len);
	fclose(f);
	assert_int_equal(chmod(path, 0644), 0);
}

/* How many points oom gives to itself, by the table in a folder, and whether that was read from its index. */
static int points_of_oom(const char *path, const char *index, int from_index)
{
	struct co_err err = CO_ERR_INIT;
	struct co_votes v;
	int points;

	if (co_votes_open(&v, path, index, &err) < 0)
		fail_msg("%s", unit_error(&err));
	assert_int_equal(v.heap == NULL, from_index);
	points = count(&v, "oom").points[3];
	co_votes_close(&v);
	return points;
}

static void an_index_counts_while_it_is_of_the_table(void **state)
{
	char folder[] = "/tmp/cloudops-unit.XXXXXX", *other = co_xstrdup(table), *path, *index;
	struct co_buf out = CO_BUF_INIT;

	(void)state;
	assert_non_null(mkdtemp(folder));
	path = co_xasprintf("%s/votes", folder);
	index = co_xasprintf("%s/index", folder);
	write_file(path, table, sizeof(table) - 1);
	assert_int_equal(points_of_oom(path, NULL, 0), 90);
	assert_int_equal(points_of_oom(path, index, 0), 90); /* there is none yet */
	assert_int_equal(co_votes_compile(table, sizeof(table) - 1, 0, &out, NULL), CO_OK);
	write_file(index, out.data, out.len);
	assert_int_equal(points_of_oom(path, index, 1), 90); /* by its digest */
	write_file(index, out.data, out.len - 1);
	assert_int_equal(points_of_oom(path, index, 0), 90);
	write_file(index, out.data, out.len);
	strstr(other, "3:90")[2] = '8';
	write_file(path, other, sizeof(table) - 1);
	assert_int_equal(points_of_oom(path, index, 0), 80);
	unlink(path);
	unlink(index);
	rmdir(folder);
	free(path);
	free(index);
	free(other);
	co_buf_clear(&out);
}

struct heard {
	const char *wanted;
	int found;
};

static void hear(void *context, const char *feature, size_t first, size_t last)
{
	struct heard *h = context;

	assert_true(first <= last);
	h->found |= strcmp(h->wanted, feature) == 0;
}

static void features_are_as_documented(void **state)
{
	static const struct {
		const char *text, *feature;
	} rows[] = { { "It Restarts!", "restarts" }, { "it restarts", "^ it" },	    { "it restarts", "it restarts" },
		     { "it restarts", "resta*" },    { "it restarts", "restarts $" }, { "is it up?", "?" },
		     { "web-7 is at 95%", "{made}" }, { "web-7 is at 95%", "at {percent}" }, { "in 3 hours", "{number} hours" } };
	struct co_vocabulary *none = co_vocabulary_new();
	size_t i;

	(void)state;
	for (i = 0; i < CO_COUNT(rows); i++) {
		struct heard h = { rows[i].feature, 0 };
		struct co_sentence s;

		co_sentence_read(&s, rows[i].text, strlen(rows[i].text));
		co_sentence_look_up(&s, none);
		co_votes_features(&s, none, hear, &h);
		co_sentence_clear(&s);
		if (!h.found)
			fail_msg("\"%s\" lacks \"%s\"", rows[i].text, rows[i].feature);
	}
	co_vocabulary_free(none);
}

static void a_wrong_table_is_refused(void **state)
{
	static const char *const rows[] = { "", "votes", "votes verb/audit", "# verb/audit\n", "votes 1 verb/audit\n", "votes audit\n", "votes verb/audit\noom\t0:5" };
	struct co_votes v = { .count = 0 };
	size_t i;

	(void)state;
	for (i = 0; i < CO_COUNT(rows); i++) {
		struct co_err err = CO_ERR_INIT;

		v.count = 0;
		assert_int_equal(co_votes_read(&v, rows[i], strlen(rows[i]), &err), CO_ERR_INPUT);
		assert_string_equal(err.id, "bad-table");
	}
}

static int64_t utc(void *context, int64_t at)
{
	(void)context;
	(void)at;
	return 0;
}

/* A table in which the phrase for memory counts 40, and "frobs" what is given: what does that do to a sentence? */
static void votes_settle_looks_and_make_no_change(void **state)
{
	static const struct {
		const char *points, *text, *wanted;
	} rows[] = {
		{ "6:20 3:20", "why is the memory of this host frobs", "investigate memory" },
		{ "6:20 3:60", "why is the memory of this host frobs", "investigate cpu" },
		{ "1:90 3:90", "why is the memory of this host frobs", "inspect cpu" },
		{ "1:90 2:90", "this host frobs", "inspect memory" },
		{ "0:90 2:90", "this host frobs", "audit memory" },
		{ "4:90 2:90", "this host frobs", "unclear" }, /* a change that nobody understood */
		{ "4:60 6:90 3:90", "this host frobs", "investigate cpu" },
		{ "5:90 2:90", "this host frobs", "unclear" },
		{ "5:20 2:20", "frobs", "unclear" },
		{ "6:20 2:20", "frobs", "investigate memory" },
		{ "6:20 2:20", "tell me about vmware frobs", "unclear" }, /* an objection */
		{ "6:99 2:20", "tell me about vmware frobs", "investigate memory" },
	};
	static const char head[] = "votes verb/audit verb/inspect subject/memory subject/cpu verb/remediate verb/unclear verb/investigate\n"
				   "=memory\t2:40\nfrobs\t";
	static const struct co_zone zone = { utc, NULL };
	struct co_vocabulary *words = co_vocabulary_new();
	size_t i;

	(void)state;
	assert_int_equal(co_vocabulary_load(words, "playbooks/vocabulary.yaml", NULL, NULL), CO_OK);
	for (i = 0; i < CO_COUNT(rows); i++) {
		char *text = co_xasprintf("%s%s\n", head, rows[i].points), *got;
		struct co_votes v = votes_of(text, strlen(text));
		const struct co_parser_input in = { .vocabulary = words, .votes = &v, .zone = &zone, .now = 1795508939 };
		struct co_intent intent = { 0 };
		struct co_err err = CO_ERR_INIT;
		int rc = co_parse(&in, rows[i].text, strlen(rows[i].text), &intent, &err);

		got = rc < 0 ? co_xstrdup(err.id) : co_xasprintf("%s %s", co_enum_name(co_verb_names, intent.verb), intent.subject);
		assert_string_equal(got, rows[i].wanted);
		co_shape_clear(&co_intent_shape, &intent);
		co_votes_close(&v);
		free(got);
		free(text);
	}
	co_vocabulary_free(words);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_and_pairs_give_points),
		cmocka_unit_test(an_index_counts_while_it_is_of_the_table),
		cmocka_unit_test(features_are_as_documented),
		cmocka_unit_test(a_wrong_table_is_refused),
		cmocka_unit_test(votes_settle_looks_and_make_no_change),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
