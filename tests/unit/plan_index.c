/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include "plan/index.h"

#include <sys/stat.h>

static char *match_words[] = { (char *)"audit", (char *)"inspect" };
static char *subject_words[] = { (char *)"disk" };

static struct co_entry entry_of(const char *title)
{
	static struct co_match match;

	match = (struct co_match){ .verb = { match_words, 2 }, .subject = { subject_words, 1 } };
	return (struct co_entry){
		.name = (char *)"full", .title = (char *)(uintptr_t)title, .changes = 1, .match = &match, .size = 12, .seconds = 34, .nanoseconds = 56,
	};
}

static void write_index(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	fputs(text, f);
	fclose(f);
	assert_int_equal(chmod(path, 0644), 0);
}

static void clear(struct co_entry *entry)
{
	free(entry->title);
	if (entry->match)
		co_shape_clear(&co_match_shape, entry->match);
	free(entry->match);
	*entry = (struct co_entry){ .name = (char *)"full", .size = 12, .seconds = 34, .nanoseconds = 56 };
}

static void what_is_written_is_found(void **state)
{
	char path[] = "/tmp/cloudops-unit.XXXXXX";
	struct co_buf text = CO_BUF_INIT;
	struct co_index index = { .text = NULL };
	struct co_err err = CO_ERR_INIT;
	struct co_entry in, out = { .name = (char *)"full", .size = 12, .seconds = 34, .nanoseconds = 56 };
	int fd = mkstemp(path);

	(void)state;
	co_index_header(&text);
	in = entry_of("Full disks, and more");
	co_index_write(&text, "local/a.yaml", &in);
	in.match = NULL;
	co_index_write(&text, "local/b.yaml", &in);
	in = entry_of("two\nlines");
	co_index_write(&text, "local/c.yaml", &in);
	write_index(path, co_buf_str(&text));
	assert_int_equal(co_index_read(&index, path, &err), CO_OK);
	assert_int_equal(index.lines.count, 2);
	assert_true(co_index_find(&index, "local/a.yaml", &out));
	assert_string_equal(out.title, "Full disks, and more");
	assert_int_equal(out.changes, 1);
	assert_int_equal(out.match->verb.count, 2);
	assert_string_equal(out.match->verb.items[1], "inspect");
	assert_int_equal(out.match->action.count, 0);
	clear(&out);
	assert_true(co_index_find(&index, "local/b.yaml", &out));
	assert_null(out.match);
	clear(&out);
	/* Another size or time is another file. */
	out.size = 13;
	assert_false(co_index_find(&index, "local/a.yaml", &out));
	out.size = 12;
	out.nanoseconds = 57;
	assert_false(co_index_find(&index, "local/a.yaml", &out));
	out.nanoseconds = 56;
	out.name = (char *)"ful";
	assert_false(co_index_find(&index, "local/a.yaml", &out));
	out.name = (char *)"fulll";
	assert_false(co_index_find(&index, "local/a.yaml", &out));
	out.name = (char *)"full";
	assert_false(co_index_find(&index, "local/a.yam", &out));
	assert_false(co_index_find(&index, "local/c.yaml", &out));
	co_index_clear(&index);
	/* Others may not write it. */
	assert_int_equal(chmod(path, 0666), 0);
	assert_int_equal(co_index_read(&index, path, &err), CO_ERR_INPUT);
	assert_string_equal(err.id, "untrusted-file");
	close(fd);
	unlink(path);
	assert_int_equal(co_index_read(&index, path, &err), CO_OK);
	assert_int_equal(index.lines.count, 0);
	co_buf_clear(&text);
}

static void what_is_broken_is_ignored(void **state)
{
	static const char *const texts[] = {
		"",
		"cloudops-playbooks 2\na.yaml\t12\t34\t56\tfull\t0\taudit\t-\tdisk\t-\t-\tT\n",
		"cloudops-playbooks 1\na.yaml\t12\t34\n",
		"cloudops-playbooks 1\na.yaml\t12\t34\t56\tfull\t0\taudit\t-\tdisk\t-\t-\n",
		"cloudops-playbooks 1\na.yaml\t12x\t34\t56\tfull\t0\taudit\t-\tdisk\t-\t-\tT\n",
		"cloudops-playbooks 1\na.yaml\t\t34\t56\tfull\t0\taudit\t-\tdisk\t-\t-\tT\n",
		"cloudops-playbooks 1\na.yaml",
	};
	char path[] = "/tmp/cloudops-unit.XXXXXX";
	struct co_entry out = { .name = (char *)"full", .size = 12, .seconds = 34, .nanoseconds = 56 };
	int fd = mkstemp(path);
	size_t i;

	(void)state;
	for (i = 0; i < CO_COUNT(texts); i++) {
		struct co_index index = { .text = NULL };

		write_index(path, texts[i]);
		assert_int_equal(co_index_read(&index, path, NULL), CO_OK);
		assert_false(co_index_find(&index, "a.yaml", &out));
		co_index_clear(&index);
	}
	close(fd);
	unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_written_is_found),
		cmocka_unit_test(what_is_broken_is_ignored),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
