/* SPDX-License-Identifier: Apache-2.0 */
#include "../../lib/provider/local/cpu.c"

#include "local.h"

static void shares_are_of_the_interval(void **state)
{
	struct local_test before, t;
	struct sample a, b;

	(void)state;
	local_open(&before, "tests/golden/local/container");
	local_open(&t, "tests/golden/local/later");
	assert_int_equal(take_sample(&before.reading, &a), CO_OK);
	assert_int_equal(take_sample(&t.reading, &b), CO_OK);
	a.at_ms = 1000;
	b.at_ms = 2000;
	report(&t.reading, &a, &b);
	local_is(&t, "/busy_percent",
		 37.5); /* of 400 ticks: 100 user, 50 system, 100 iowait, 50 steal, 100 idle */
	local_is(&t, "/user_percent", 25);
	local_is(&t, "/system_percent", 12.5);
	local_is(&t, "/iowait_percent", 25);
	local_is(&t, "/steal_percent", 12.5);
	local_is(&t, "/per_core/0/busy_percent", 100);
	local_is(&t, "/per_core/2/iowait_percent", 100);
	local_is(&t, "/per_core/3/steal_percent", 33.33);
	local_is(&t, "/switches_per_second", 1000);
	local_is(&t, "/forks_per_second", 50);
	local_is(&t, "/quota/used_cores", 1.5);
	local_is(&t, "/quota/throttled_percent", 50);
	local_is(&t, "/usable_cores", 1.5);
	free(a.times);
	free(b.times);
	local_close(&before);
	local_close(&t);
}

/* A core that went off line between the samples is left out, not compared with another. */
static void cores_may_vanish(void **state)
{
	char first[] = "cpu  1 0 0 1\ncpu0 1 0 0 1\ncpu1 1 0 0 1\ncpu2 1 0 0 1\n";
	char second[] = "cpu  2 0 0 1\ncpu0 2 0 0 1\ncpu2 2 0 0 1\n";
	struct sample a = { 0 }, b = { 0 };
	json_t *list;

	(void)state;
	parse_stat(first, &a);
	parse_stat(second, &b);
	list = per_core(&a, &b);
	assert_int_equal(json_array_size(list), 1);
	json_decref(list);
	free(a.times);
	free(b.times);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(shares_are_of_the_interval),
		cmocka_unit_test(cores_may_vanish),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
