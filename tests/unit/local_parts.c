/* SPDX-License-Identifier: Apache-2.0 */
/* The small readers that the readings share. */
#include "provider/local/mounts.h"
#include "provider/local/proc.h"
#include "provider/local/task.h"
#include "provider/local/usage.h"

#include "local.h"

#include <sys/stat.h>

#define HEX64 "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static void stat_lines(void **state)
{
	const struct co_host host = { -1, 0, 4096, 100 };
	struct co_task t;

	(void)state;
	assert_int_equal(
		co_task_parse("7 (a) b) (c\n) D 1 1 1 0 -1 2097152 0 0 0 0 11 22 0 0 20 0 5 0 900 0 10",
			      &host, &t),
		0);
	assert_int_equal(t.pid, 7);
	assert_string_equal(t.name, "a) b) (c\n");
	assert_int_equal(t.state, 'D');
	assert_int_equal(t.ppid, 1);
	assert_true(t.kernel);
	assert_int_equal(t.cpu, 33);
	assert_int_equal(t.threads, 5);
	assert_int_equal(t.started, 900);
	assert_int_equal(t.rss, 40960);
	assert_int_equal(co_task_parse("", &host, &t), -1);
	assert_int_equal(co_task_parse("7 (a", &host, &t), -1);
	assert_int_equal(co_task_parse("7 )a(", &host, &t), -1);
	assert_int_equal(co_task_parse("7 (a)", &host, &t), -1);
	assert_int_equal(co_task_parse("7 (a) R", &host, &t), 0); /* cut: what is missing is 0 */
}

static void groups_name_units_and_containers(void **state)
{
	static const struct {
		const char *text, *path, *unit, *container;
	} cases[] = {
		{ "0::/system.slice/nginx.service\n", "/system.slice/nginx.service", "nginx.service", "" },
		{ "1:name=systemd:/a.service\n0::/\n", "/a.service", "a.service", "" },
		{ "4:memory:/m\n1:name=systemd:/user.slice/user@1000.service/app.slice/b.scope\n",
		  "/user.slice/user@1000.service/app.slice/b.scope", "b.scope", "" },
		{ "9:cpu:/docker/" HEX64 "\n0::/\n", "/docker/" HEX64, "", HEX64 },
		{ "0::/kubepods.slice/cri-containerd-" HEX64 ".scope\n",
		  "/kubepods.slice/cri-containerd-" HEX64 ".scope", "", HEX64 },
		{ "0::/\n", "", "", "" },
		{ "", "", "", "" },
		{ "nonsense\n0:\n", "", "", "" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < CO_COUNT(cases); i++) {
		char *text = co_xstrdup(cases[i].text);
		struct co_cgroup g;

		co_cgroup_parse(text, &g);
		assert_string_equal(g.path, cases[i].path);
		assert_string_equal(g.unit, cases[i].unit);
		assert_string_equal(g.container, cases[i].container);
		free(text);
	}
}

static void mounts_are_told_once(void **state)
{
	struct local_test t;
	struct co_mounts m;

	(void)state;
	local_open(&t, "tests/golden/local/container");
	assert_int_equal(co_mounts_read(&t.host, &m), 0);
	assert_int_equal(m.count, 2); /* not /proc, and /dev/vda by its shorter path */
	assert_string_equal(m.items[0].path, "/");
	assert_false(m.items[0].remote);
	assert_string_equal(m.items[1].path, "/data disk");
	assert_true(m.items[1].remote);
	co_mounts_clear(&m);
	local_close(&t);
}

static void numbers_and_keys(void **state)
{
	struct local_test t;
	char *cursor;
	char text[] = "a\n\nb";

	(void)state;
	assert_int_equal(co_key_number("ab: 1\nb:\t22 kB\n", "b:"), 22);
	assert_int_equal(co_key_number("ab: 1\n", "b:"), -1);
	assert_int_equal(co_key_number("", "b:"), -1);
	cursor = text;
	assert_string_equal(co_line(&cursor), "a");
	assert_string_equal(co_line(&cursor), "");
	assert_string_equal(co_line(&cursor), "b");
	assert_null(co_line(&cursor));
	local_open(&t, "tests/golden/local/container");
	assert_int_equal(co_proc_number(&t.host, "sys/fs/cgroup/memory.%s", "max"), 536870912);
	assert_int_equal(co_proc_number(&t.host, "no/such/file"), -1);
	assert_string_equal(co_container_kind(&t.host), "docker");
	local_close(&t);
	local_open(&t, "tests/golden/local/plain");
	assert_null(co_container_kind(&t.host)); /* a .dockerenv, but kernel threads are in sight */
	local_close(&t);
}

static void write_file(const char *dir, const char *name, size_t bytes)
{
	char path[256];
	FILE *f;
	size_t i;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "w");
	assert_non_null(f);
	for (i = 0; i < bytes; i++)
		fputc('x', f);
	assert_int_equal(fclose(f), 0);
}

static void make_dir(const char *dir, const char *name)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	assert_int_equal(mkdir(path, 0755), 0);
}

/* a holds little of its own, a/b nearly all: only a/b is told, and c. */
static void largest_directories(void **state)
{
	char dir[] = "/tmp/cloudops-unit.XXXXXX", link[64], remove[64];
	struct local_test t;

	(void)state;
	assert_non_null(mkdtemp(dir));
	make_dir(dir, "a");
	make_dir(dir, "a/b");
	make_dir(dir, "c");
	write_file(dir, "a/b/big", 3000000);
	write_file(dir, "c/small", 500000);
	snprintf(link, sizeof(link), "%s/c/loop", dir);
	assert_int_equal(symlink("/", link), 0);
	local_open(&t, "/");
	json_decref(t.reading.output);
	t.reading.output = co_usage(&t.reading, dir, 1000, 10000);
	assert_non_null(t.reading.output);
	assert_true(json_is_true(co_json_at(t.reading.output, "/complete")));
	unit_assert_contains(local_text(&t, "/directories/0/path"), "/a/b");
	unit_assert_contains(local_text(&t, "/directories/1/path"), "/c");
	assert_int_equal(json_array_size(json_object_get(t.reading.output, "directories")), 2);
	unit_assert_contains(local_text(&t, "/files/0/path"), "/a/b/big");
	assert_true(local_number(&t, "/files/0/bytes") >= 3000000);
	json_decref(t.reading.output);
	t.reading.output = co_usage(&t.reading, dir, 2, 10000); /* bounded: says so */
	assert_true(json_is_false(co_json_at(t.reading.output, "/complete")));
	json_decref(t.reading.output);
	t.reading.output = co_usage(&t.reading, "/no/such/directory", 2, 10000);
	assert_null(t.reading.output);
	t.reading.output = json_object();
	local_close(&t);
	snprintf(remove, sizeof(remove), "rm -rf %s", dir);
	assert_int_equal(system(remove), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(stat_lines),		cmocka_unit_test(groups_name_units_and_containers),
		cmocka_unit_test(mounts_are_told_once), cmocka_unit_test(numbers_and_keys),
		cmocka_unit_test(largest_directories),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
