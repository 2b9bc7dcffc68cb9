/* SPDX-License-Identifier: Apache-2.0 */
#include "../../lib/provider/local/processes.c"

#include "local.h"

static void shares_are_of_the_interval(void **state)
{
	struct local_test before, t;
	struct table a, b;

	(void)state;
	local_open(&before, "tests/golden/local/container");
	local_open(&t, "tests/golden/local/later");
	assert_int_equal(read_table(&before.reading, &a), CO_OK);
	assert_int_equal(read_table(&t.reading, &b), CO_OK);
	a.at_ms = 1000;
	b.at_ms = 2000;
	report(&t.reading, &a, &b, 10, 1370); /* busy ticks of the first tree: 1000 20 300 10 40 */
	local_is(&t, "/by_cpu/0/pid", 42);
	local_is(&t, "/by_cpu/0/cpu_percent", 80); /* 70 + 10 ticks of 100 */
	assert_string_equal(local_text(&t, "/by_cpu/0/name"), "odd) (na\\x0ame");
	assert_string_equal(local_text(&t, "/by_cpu/0/owner"), "app");
	local_is(&t, "/by_cpu/1/pid", 99); /* began within the interval: all it used counts */
	local_is(&t, "/by_cpu/1/cpu_percent", 40);
	local_is(&t, "/cpu_percent", 120);
	local_is(&t, "/ended_cpu_percent", 30); /* 150 busy ticks, 120 of them seen */
	assert_string_equal(local_text(&t, "/ended/0/name"), "defunct");
	assert_string_equal(local_text(&t, "/ended/0/parent_name"), "init");
	local_is(&t, "/by_name/0/cpu_percent", 80);
	free(a.items);
	free(b.items);
	local_close(&before);
	local_close(&t);
}

/* Same number, another start: another process. */
static void reused_pids_are_told_apart(void **state)
{
	struct entry old = { .task = { .pid = 7, .cpu = 500, .started = 1 } };
	struct entry now = { .task = { .pid = 7, .cpu = 20, .started = 900 } };
	struct table a = { &old, 1, 0 }, b = { &now, 1, 1000 };

	(void)state;
	measure(&a, &b);
	assert_int_equal(now.used, 20);
}

/* What another kernel says, or a tree that is shown as a host. */
static void numbers_stay_numbers(void **state)
{
	const struct co_host host = { -1, 0, 65536, 100 };
	struct co_task task;

	(void)state;
	assert_int_equal(co_task_parse("7 (a) R 1 1 1 0 -1 0 0 0 0 0 9223372036854775807 18446744073709551615 0 0 20 0 1 0 5 0 -9223372036854775808", &host, &task), 0);
	assert_true(task.cpu > 0 && task.rss < 0);
	assert_int_equal(task.started, 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(shares_are_of_the_interval),
		cmocka_unit_test(reused_pids_are_told_apart),
		cmocka_unit_test(numbers_stay_numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
